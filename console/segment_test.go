package console

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/internal/capture"
)

// randomFrame is a frame of several tracks; each scope ends after the one before it.
func randomFrame(r *rand.Rand) *timing.Frame {
	f := &timing.Frame{Number: r.Uint64N(1 << 32), Tick: r.Uint64N(1 << 32), Begin: time.Duration(r.Int64N(1e15)), Held: r.IntN(2) == 0, Lost: uint64(r.IntN(3))}
	f.End = f.Begin + time.Duration(r.Int64N(1e8))
	track := 0
	for range r.IntN(5) {
		end := f.Begin
		for range r.IntN(50) {
			end += time.Duration(r.Int64N(1e5))
			took := time.Duration(r.Int64N([]int64{1e4, 1e6, 1e9}[r.IntN(3)]))
			f.Scopes = append(f.Scopes, timing.Timed{Track: uint16(track), Depth: uint8(r.IntN(4)), Scope: timing.Scope(1 + r.IntN(9)), Start: end - took, Took: took})
		}
		track += 1 + r.IntN(3)
	}
	return f
}

// What is written of a frame is what another reader finds in it, to the unit that the
// longest scope allows.
func TestSegmentsHoldWhatWasRecorded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var w segmentWriter
	for range 300 {
		f := randomFrame(r)
		rec := recording{names: wireJSON(TimingsState{}), tracks: wireJSON(ScopesState{}), frames: []keptFrame{{frame: f.Number, begin: f.Begin, segment: w.append(nil, f)}}}
		var file bytes.Buffer
		require.NoError(t, rec.write(&file, "scry"))
		c, err := capture.Read(&file, 1<<20)
		require.NoError(t, err)
		require.Len(t, c.Segments, 1)
		s := c.Segments[0]
		require.Equal(t, uint32(f.Number), s.Header.Frame)
		require.Equal(t, int64(f.Begin), s.Header.Time)
		require.EqualValues(t, f.End-f.Begin, s.Length)
		want := slices.Clone(f.Scopes)
		slices.SortStableFunc(want, func(a, b timing.Timed) int {
			return cmp.Or(cmp.Compare(a.Track, b.Track), cmp.Compare(a.Depth, b.Depth))
		})
		require.Equal(t, len(want), len(s.Spans))
		for i, got := range s.Spans {
			require.Equal(t, [3]int{int(want[i].Track), int(want[i].Depth), want[i].Scope.Index()}, [3]int{int(got.Track), int(got.Depth), int(got.Scope)})
			require.InDelta(t, int64(want[i].Start), got.Start, 2)
			require.InDelta(t, int64(want[i].Took), got.Duration, 2)
		}
	}
}

package capture

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A node is a call in a tree, written down in the order in which calls begin.
type node struct {
	Name            string
	Depth           int
	Start, Duration int64
}

// A sample is a capture that chance made, and what is in it.
type sample struct {
	file   []byte
	trees  map[string][]node // by track
	frames []int64           // when each began, and when the last ended
	values []float64         // of the counter, by frame
}

// Names as games have them, and as they should not.
var scopeNames = []string{"update", "physics", "physics/solve", `say "when"`, "línea\n二", "draw", "<script>"}

// grow makes nested calls between two moments, all multiples of unit. A call of no
// length begins before the end of the one around it, so that there is no doubt
// where it belongs.
func grow(r *rand.Rand, depth int, from, to, unit int64, add func(depth int, start, end int64)) {
	for at := from; at < to; {
		at += r.Int64N(4) * unit
		length := r.Int64N(1+(to-from)/unit/2) * unit
		if at >= to || at+length > to {
			return
		}
		add(depth, at, at+length)
		if depth < 6 {
			grow(r, depth+1, at, at+length, unit, add)
		}
		at += length
	}
}

// random makes a capture of frames with nested calls on several tracks. On workers
// they cross the ends of frames.
func random(t testing.TB, r *rand.Rand) sample {
	t.Helper()
	const frames, first = 5, 100
	shift := uint8(r.IntN(4))
	unit := int64(1) << shift
	length := (20 + r.Int64N(60)) * unit
	begin := r.Int64N(1000) * unit
	s := sample{trees: make(map[string][]node)}
	segments := make([][]Span, frames)
	for track, name := range []string{"game", "audio", "loader"} {
		add := func(depth int, start, end int64) {
			id := uint16(r.IntN(len(scopeNames)))
			s.trees[name] = append(s.trees[name], node{scopeNames[id], depth, start, end - start})
			in := min((end-begin)/length, frames-1)
			segments[in] = append(segments[in], Span{start, end - start, uint16(track), id, uint8(depth)})
		}
		if track == 0 {
			for f := range int64(frames) {
				grow(r, 0, begin+f*length, begin+(f+1)*length, unit, add)
			}
		} else {
			grow(r, 0, begin, begin+frames*length, unit, add)
		}
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, Meta{Name: "garden", From: begin, To: begin + frames*length, FirstFrame: first, LastFrame: first + frames - 1,
		Reason: &Reason{Kind: "frame", Text: "over budget", Frame: first, Time: begin}, Made: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	state := Timings{Counters: []Counter{{Name: "bodies", Unit: "", Kind: "gauge"}}, Tracks: []Track{{0, "game"}, {1, "audio"}, {2, "loader"}}}
	for id, name := range scopeNames {
		state.Scopes = append(state.Scopes, Scope{ID: id, Name: name, Parent: -1})
	}
	require.NoError(t, w.Snapshot("timings", state))
	for f := range int64(frames) {
		at := begin + f*length
		s.frames = append(s.frames, at)
		s.values = append(s.values, float64(r.IntN(3)))
		require.NoError(t, w.Binary("scopes", message(4, first+f, at), encodeSegment(segments[f], at, length, shift)))
		require.NoError(t, w.Binary("timings", message(1, first+f, at), encodeFrame(len(scopeNames), uint32(length), s.values[f])))
	}
	s.frames = append(s.frames, begin+frames*length)
	require.NoError(t, w.Snapshot("log", json.RawMessage(`{"lines":[{"seq":1,"time":5,"frame":100,"level":"warn","msg":"late","attrs":{"by":"2ms"},"source":"a.go:1","count":3,"lastFrame":101,"lastTime":6}]}`)))
	require.NoError(t, w.Event("memory", Event{Value: json.RawMessage(`{"time":7,"heapInUse":1000,"gcs":[{"cycle":3,"time":6,"pause":40}]}`)}))
	require.NoError(t, w.Close())
	s.file = out.Bytes()
	return s
}

// message is the header of a binary message.
func message(kind byte, frame, at int64) []byte {
	b := []byte{kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	b = binary.LittleEndian.AppendUint32(b, uint32(frame))
	return binary.LittleEndian.AppendUint64(b, uint64(at))
}

// encodeSegment writes the payload of the topic scopes.
func encodeSegment(spans []Span, frame, length int64, shift uint8) []byte {
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Track, b.Track), cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Start, b.Start))
	})
	base := frame
	for _, s := range spans {
		base = min(base, s.Start)
	}
	le := binary.LittleEndian
	var runs []byte
	count := 0
	for i, s := range spans {
		if i == 0 || spans[i-1].Track != s.Track || spans[i-1].Depth != s.Depth {
			runs = append(le.AppendUint16(runs, s.Track), s.Depth, 0, 0, 0, 0, 0)
			count++
		}
		n := runs[len(runs)-4:]
		le.PutUint32(n, le.Uint32(n)+1)
	}
	b := le.AppendUint32(nil, uint32(len(spans)))
	b = append(le.AppendUint16(b, uint16(count)), shift, 0)
	b = le.AppendUint64(b, math.Float64bits(float64(base)))
	b = le.AppendUint32(b, uint32(length))
	b = append(b, make([]byte, 8)...)
	b = append(le.AppendUint32(b, uint32((frame-base)>>shift)), runs...)
	for _, s := range spans {
		b = le.AppendUint32(b, uint32((s.Start-base)>>shift))
	}
	for _, s := range spans {
		b = le.AppendUint32(b, uint32(s.Duration>>shift))
	}
	for _, s := range spans {
		b = le.AppendUint16(b, s.Scope)
	}
	return b
}

// encodeFrame writes the payload of the topic timings; the columns count up.
func encodeFrame(n int, period uint32, values ...float64) []byte {
	le := binary.LittleEndian
	b := le.AppendUint16(nil, uint16(n))
	b = le.AppendUint16(b, uint16(len(values)))
	for _, v := range []uint32{7, period, period / 2, 0, 0} {
		b = le.AppendUint32(b, v)
	}
	for i := range 5 * n {
		b = le.AppendUint32(b, uint32(i))
	}
	if n%2 == 1 {
		b = append(b, 0, 0, 0, 0)
	}
	for _, v := range values {
		b = le.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// eachRandom calls f with many captures.
func eachRandom(t *testing.T, f func(t *testing.T, s sample, c *Capture)) {
	for seed := range uint64(100) {
		s := random(t, rand.New(rand.NewPCG(seed, 1)))
		c, err := Read(bytes.NewReader(s.file), 0)
		require.NoError(t, err, "seed %d", seed)
		f(t, s, c)
	}
}

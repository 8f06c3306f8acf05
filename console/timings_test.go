package console

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// instrumented is a game that spends 2 ms on ai and 3 ms in physics in each tick,
// of which 1 ms is the broad phase.
func instrumented(t *testing.T, f func(t *testing.T, p *probe)) {
	synctest.Test(t, func(t *testing.T) {
		con := new(Console)
		con.Timings.GoClock = true // the bubble's
		p := newProbe(t, con)
		con.flight.reader = con.Timings.Reader()
		ai, physics, broad := con.Timings.Scope("ai", "think"), con.Timings.Scope("physics", ""), con.Timings.Scope("physics.broad", "")
		con.Timings.Recorder.Budget(ai, 3*time.Millisecond)
		p.each = func() {
			s := con.Timings.Begin(ai)
			time.Sleep(2 * time.Millisecond)
			s.End()
			s = con.Timings.Begin(physics)
			b := con.Timings.Begin(broad)
			time.Sleep(time.Millisecond)
			b.End()
			time.Sleep(2 * time.Millisecond)
			s.End()
		}
		f(t, p)
		require.NoError(t, con.Close())
	})
}

func TestAFramesTimesTravelInColumns(t *testing.T) {
	instrumented(t, func(t *testing.T, p *probe) {
		p.frame()
		p.frame()
		var first TimingsState
		require.NoError(t, json.Unmarshal(p.open("timings", `{}`), &first))
		require.Equal(t, int64(time.Second/60), first.Budget)
		require.Equal(t, []Scope{
			{ID: 0, Name: "console", Parent: -1, Help: "the console's own cost", Own: true},
			{ID: 1, Name: "ai", Parent: -1, Help: "think", Budget: 3e6},
			{ID: 2, Name: "physics", Parent: -1},
			{ID: 3, Name: "physics.broad", Parent: 2},
		}, first.Scopes)
		p.binaries = nil
		p.frame()
		p.frame()
		require.NotEmpty(t, p.binaries)
		b := p.binaries[len(p.binaries)-1]
		le := binary.LittleEndian
		require.Equal(t, byte(1), b[0], "kind")
		require.Equal(t, uint32(p.con.Time.Frame()-1), le.Uint32(b[12:]), "the frame that it tells of")
		b = b[24:]
		require.Equal(t, uint16(4), le.Uint16(b))
		require.Equal(t, uint32(5e6), le.Uint32(b[8:]), "period")
		require.Equal(t, uint32(5e6), le.Uint32(b[12:]), "work")
		column := func(n int) []uint32 { // without the console's own
			var c []uint32
			for i := 1; i < 4; i++ {
				c = append(c, le.Uint32(b[24+16*n+4*i:]))
			}
			return c
		}
		require.Equal(t, []uint32{1, 1, 1}, column(0), "calls")
		require.Equal(t, []uint32{2e6, 3e6, 1e6}, column(1), "total")
		require.Equal(t, []uint32{2e6, 2e6, 1e6}, column(2), "self")
		require.Len(t, b, 24+5*16)
	})
}

// A frame with its scopes one by one: what the flight recorder makes of what the
// game's goroutine recorded, byte by byte.
func TestScopesTravelOneByOne(t *testing.T) {
	instrumented(t, func(t *testing.T, p *probe) {
		worker := p.con.Timings.NewTrack("audio")
		mix := p.con.Timings.Scope("mix", "")
		p.con.collecting.Store(true)
		var first ScopesState
		require.NoError(t, json.Unmarshal(p.open("scopes", `{}`), &first))
		require.Equal(t, []TrackInfo{{0, "game"}, {1, "audio"}}, first.Tracks)
		p.frame()
		s := worker.Begin(mix) // it spans two frames
		p.frame()
		p.frame()
		s.End()
		p.frame()
		p.con.flight.collect()
		p.binaries = nil
		p.frame()
		require.NotEmpty(t, p.binaries)
		b := p.binaries[len(p.binaries)-1]
		le := binary.LittleEndian
		require.Equal(t, byte(4), b[0], "kind")
		require.Equal(t, uint32(p.con.Time.Frame()-2), le.Uint32(b[12:]), "the frame that it tells of")
		began := int64(le.Uint64(b[16:]))
		b = b[24:]
		require.Equal(t, uint32(6), le.Uint32(b), "scopes: the console's own two among them")
		require.Equal(t, uint16(3), le.Uint16(b[4:]), "runs")
		require.Equal(t, byte(0), b[6], "shift")
		require.Equal(t, float64(began-int64(5*time.Millisecond)), math.Float64frombits(le.Uint64(b[8:])), "the worker began a frame earlier")
		require.Equal(t, uint32(5e6), le.Uint32(b[16:]), "period")
		require.Equal(t, uint32(5e6), le.Uint32(b[28:]), "begin")
		require.Equal(t, []byte{0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, b[32:56])
		column := func(at int) (c []uint32) {
			for i := range 6 {
				c = append(c, le.Uint32(b[at+4*i:]))
			}
			return c
		}
		require.Equal(t, []uint32{5e6, 5e6, 7e6, 10e6, 7e6, 0}, column(56), "starts: console, ai, physics, console; broad phase; mix")
		require.Equal(t, []uint32{0, 2e6, 3e6, 0, 1e6, 10e6}, column(80), "durations")
		require.Equal(t, []byte{0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 4, 0}, b[104:])
	})
}

// A scope's parent is known when it has run; whoever subscribed before learns of it by
// the version of the names.
func TestFramesTellOfNewNames(t *testing.T) {
	instrumented(t, func(t *testing.T, p *probe) {
		var first TimingsState
		require.NoError(t, json.Unmarshal(p.open("timings", `{}`), &first))
		version := func() uint16 {
			p.frame()
			return binary.LittleEndian.Uint16(p.binaries[len(p.binaries)-1][24+18:])
		}
		p.frame()
		known := get[TimingsState](p, "timing.names", `{}`)
		require.Greater(t, known.Version, first.Version, "the broad phase ran inside of physics")
		require.Equal(t, 2, known.Scopes[3].Parent)
		require.Equal(t, uint16(known.Version), version())
		p.con.Timings.Counter("late", "", "")
		require.Equal(t, uint16(known.Version+1), version())
	})
}

func TestStatsLookBack(t *testing.T) {
	instrumented(t, func(t *testing.T, p *probe) {
		for range 20 {
			p.frame()
		}
		r := get[TimingStats](p, "timing.stats", `{"frames":10}`)
		require.Equal(t, 10, r.Frames)
		require.Equal(t, "physics", r.Scopes[2].Name)
		require.Equal(t, uint64(10), r.Scopes[2].Calls)
		require.Equal(t, int64(20e6), r.Scopes[2].Self)
		require.Equal(t, Spread{Total: 30e6, Min: 3e6, Mean: 3e6, Max: 3e6, P50: 3e6, P95: 3e6, P99: 3e6}, r.Scopes[2].Spread)
		require.Equal(t, int64(5e6), r.Work.P99)
		p.refused(rpc.OutOfRange, "timing.stats", `{"frames":601}`)
		require.Equal(t, 4, len(get[[]Scope](p, "timing.list", `{}`)))
	})
}

func TestTheRingOfFramesIsBounded(t *testing.T) {
	p := newProbe(t, new(Console))
	for range timingFrames + 50 {
		p.frame()
	}
	require.Len(t, p.con.Timings.ring, timingFrames)
	require.Equal(t, timingFrames, get[TimingStats](p, "timing.stats", `{}`).Frames)
}

func TestSpread(t *testing.T) {
	require.Equal(t, Spread{}, spread(nil))
	hundred := make([]int64, 100)
	for i := range hundred {
		hundred[99-i] = int64(i + 1)
	}
	require.Equal(t, Spread{Total: 5050, Min: 1, Mean: 50, Max: 100, P50: 50, P95: 95, P99: 99}, spread(hundred))
}

func TestTimesSaturate(t *testing.T) {
	require.Equal(t, uint32(0), saturate(-1))
	require.Equal(t, uint32(1<<32-1), saturate(time.Minute))
}

package console

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// measuring runs f with a game whose scope physics takes a millisecond more each tick, and
// whose draw takes two at the end of each frame.
func measuring(t *testing.T, f func(t *testing.T, p *probe, frame func())) {
	synctest.Test(t, func(t *testing.T) {
		con := new(Console)
		con.Timings.GoClock = true
		con.Timings.Flight = -1 // nobody else looks at the scopes
		physics, draw := con.Timings.Scope("physics", ""), con.Timings.Scope("draw", "")
		p := newProbe(t, con)
		n := 0
		p.each = func() {
			s := con.Timings.Begin(physics)
			n++
			time.Sleep(time.Duration(n) * time.Millisecond)
			s.End()
		}
		frame := func() {
			p.frame()
			s := con.Timings.Begin(draw)
			time.Sleep(2 * time.Millisecond)
			s.End()
		}
		frame()
		get[TimeStatus](p, "time.hold", `{}`)
		n = 0
		f(t, p, frame)
		require.NoError(t, con.Close())
	})
}

func TestMeasureTakesTheTimesOfTicks(t *testing.T) {
	measuring(t, func(t *testing.T, p *probe, frame func()) {
		n := p.send("timing.measure", `{"ticks":20}`)
		for range 20 {
			if _, _, ok := p.answer(n); ok {
				break
			}
			frame()
		}
		r := get[Measured](p, "timing.measure", `{"ticks":1,"scopes":["physics"]}`)
		require.Len(t, r.Scopes, 1)
		require.Equal(t, 21*time.Millisecond, time.Duration(r.Scopes[0].Total))

		raw, _, ok := p.answer(n)
		require.True(t, ok)
		require.NoError(t, json.Unmarshal(raw, &r))
		require.Equal(t, 20, r.Ticks)
		ms := int64(time.Millisecond)
		require.Equal(t, TickSpread{10 * ms, 19 * ms, 20 * ms, 20 * ms}, r.Tick)
		require.Equal(t, []string{"physics", "draw", "console"}, []string{r.Scopes[0].Name, r.Scopes[1].Name, r.Scopes[2].Name})
		require.Equal(t, MeasuredScope{"physics", 20, 210 * ms, TickSpread{10 * ms, 19 * ms, 20 * ms, 20 * ms}}, r.Scopes[0])
		draw := r.Scopes[1]
		require.Positive(t, draw.Calls, "frames ended between the ticks")
		require.Equal(t, int64(draw.Calls)*2*ms, draw.Total)
		require.Equal(t, 2*ms, draw.Max)
		require.Zero(t, draw.P50, "what a frame draws counts to one tick")
	})
}

func TestMeasureRefuses(t *testing.T) {
	measuring(t, func(t *testing.T, p *probe, _ func()) {
		f := p.refused(rpc.NotFound, "timing.measure", `{"ticks":9,"scopes":["phisics"]}`)
		require.Equal(t, []string{"/scopes", "physics"}, []string{f.Data.Path, f.Data.Suggest})
		for range 50 {
			p.con.Timings.Scope(string(rune('a'+len(p.con.Timings.Scopes())%26))+time.Duration(len(p.con.Timings.Scopes())).String(), "")
		}
		f = p.refused(rpc.TooMany, "timing.measure", `{"ticks":100000}`)
		require.Equal(t, "/ticks", f.Data.Path)
		require.False(t, p.con.Timings.measured())
	})
}

func TestMeasureEndsWithItsClient(t *testing.T) {
	measuring(t, func(t *testing.T, p *probe, frame func()) {
		newProbe(t, p.con)
		p.send("timing.measure", `{"ticks":10000}`)
		frame()
		require.True(t, p.con.Timings.measured())
		p.leave()
		frame()
		require.False(t, p.con.Timings.measured())
	})
}

func TestMeasureCountsAllocations(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		const size = 64 << 10 // counted at once, where small ones are when their span is full
		var list [][]byte
		p.each = func() {
			for range 100 {
				list = append(list[:0], make([]byte, size)) // where the compiler cannot leave it out
			}
		}
		r := get[Measured](p, "timing.measure", `{"ticks":10}`)
		require.GreaterOrEqual(t, r.Allocs, uint64(1000))
		require.GreaterOrEqual(t, r.AllocBytes, uint64(1000*size))
		require.Less(t, r.AllocBytes, uint64(8000*size))
	})
}

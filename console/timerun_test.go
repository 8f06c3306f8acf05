package console

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// walker is a game in which something moves by one each tick.
type walker struct {
	X    float64
	Mood string
}

// walking runs f with a game in which something moves, that a client holds.
func walking(t *testing.T, f func(t *testing.T, p *probe, w *walker)) {
	held(t, func(t *testing.T, p *probe) {
		w := &walker{Mood: "calm"}
		p.con.World.Bind("walker", w, "")
		p.each = func() { w.X++ }
		get[TimeStatus](p, "time.hold", `{}`)
		f(t, p, w)
	})
}

func TestUntilStopsAtTheTick(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, w *walker) {
		at := p.con.Time.Tick()
		r := get[UntilResult](p, "time.until", `{"expr":"walker.x >= 90","within":1000}`)
		require.True(t, r.Met)
		require.InDelta(t, 90, w.X, 0)
		require.Equal(t, 90, r.Ticks)
		require.Equal(t, at+90, r.Tick)
		require.Equal(t, at+90, p.con.Time.Tick(), "not one tick further")
		require.JSONEq(t, "true", string(r.Value))
		require.Len(t, r.Last, maxSamples)
		require.Equal(t, r.Tick, r.Last[29].Tick)
		require.JSONEq(t, "90", string(r.Last[29].Values["walker.x"]))
		require.JSONEq(t, "61", string(r.Last[0].Values["walker.x"]))
	})
}

func TestUntilIsMetFromTheStart(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, _ *walker) {
		r := get[UntilResult](p, "time.until", `{"expr":"walker.x < 5","within":10}`)
		require.True(t, r.Met)
		require.Zero(t, r.Ticks)
		require.Len(t, r.Last, 1)
	})
}

func TestUntilGivesUp(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, w *walker) {
		r := get[UntilResult](p, "time.until", `{"expr":"walker.x < 0","within":45,"every":10}`)
		require.False(t, r.Met)
		require.Equal(t, 45, r.Ticks)
		require.InDelta(t, 45, w.X, 0)
		require.Len(t, r.Last, 6, "at the start, every ten ticks, and at the end")
		require.JSONEq(t, "false", string(r.Value))
	})
}

func TestUntilWatchesAGameThatRuns(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, w *walker) {
		get[TimeStatus](p, "time.resume", `{}`)
		x := w.X
		n := p.send("time.until", fmt.Sprintf(`{"expr":"walker.x >= %v","within":100}`, x+5))
		behind := p.send("time.status", `{}`)
		for range 5 {
			require.NotContains(t, p.replies, n)
			require.NotContains(t, p.replies, behind, "later requests wait")
			p.frame()
		}
		p.frame()
		var r UntilResult
		require.NoError(t, json.Unmarshal(p.replies[n], &r))
		require.Equal(t, 5, r.Ticks)
		require.True(t, r.Met)
		require.Contains(t, p.replies, behind)
	})
}

func TestUntilWatchesTheStepsOfAnother(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, _ *walker) {
		other := newProbe(t, p.con)
		n := other.send("time.until", `{"expr":"walker.x >= 3","within":100}`)
		p.frame()
		get[TimeStatus](p, "time.step", `{"ticks":9}`)
		var r UntilResult
		require.NoError(t, json.Unmarshal(other.replies[n], &r))
		require.Equal(t, 3, r.Ticks)
	})
}

func TestUntilEndsWithItsClient(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, w *walker) {
		newProbe(t, p.con)
		p.each = func() {
			if w.X++; w.X == 5 {
				p.leave()
			}
		}
		p.send("time.until", `{"expr":"walker.x < 0","within":1000000}`)
		p.frame()
		require.InDelta(t, 5, w.X, 0)
		require.False(t, p.con.Time.Held())
		require.False(t, p.con.Time.waits() && p.con.Time.stepping())
	})
}

func TestUntilReturnsToTheLoop(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, w *walker) {
		p.each = func() {
			w.X++
			time.Sleep(time.Millisecond)
		}
		frame := p.con.Time.Frame()
		n := p.send("time.until", `{"expr":"walker.x >= 100","within":1000}`)
		for range 10 {
			began := time.Now()
			p.frame()
			require.LessOrEqual(t, time.Since(began), time.Second/60+2*time.Millisecond, "a window stays alive")
		}
		require.Contains(t, p.replies, n)
		require.Greater(t, p.con.Time.Frame(), frame+5)
		require.InDelta(t, 100, w.X, 0)
	})
}

func TestAResumeEndsUntil(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, w *walker) {
		p.each = func() { w.X++; time.Sleep(time.Millisecond) }
		n := p.send("time.until", `{"expr":"walker.x < 0","within":100000}`)
		p.frame()
		get[TimeStatus](newProbe(t, p.con), "time.resume", `{"force":true}`)
		require.Equal(t, rpc.Unavailable, p.faults[n].Code)
	})
}

func TestUntilInABatch(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, _ *walker) {
		p.con.RPC().Receive(p.peer, rpc.Parse([]byte(`[
			{"jsonrpc":"2.0","id":901,"method":"time.until","params":{"expr":"walker.x == 7","within":100}},
			{"jsonrpc":"2.0","id":902,"method":"time.check","params":{"expr":"walker.x * 2"}},
			{"jsonrpc":"2.0","id":903,"method":"time.step","params":{"ticks":3}},
			{"jsonrpc":"2.0","id":904,"method":"time.check","params":{"expr":"walker.x"}}]`), rpc.Limits{}))
		var batch batchReply
		p.batch = &batch
		p.frame()
		require.Len(t, batch, 4)
		require.Contains(t, string(batch[1].Result), `"value":14`)
		require.Contains(t, string(batch[3].Result), `"value":10`)
	})
}

func TestUntilRefuses(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, _ *walker) {
		f := p.refused(rpc.InvalidParams, "time.until", `{"expr":"walker.x + 1","within":10}`)
		require.Equal(t, "/expr", f.Data.Path)
		f = p.refused(rpc.InvalidParams, "time.until", `{"expr":"3 < wolker.x","within":10}`)
		require.Equal(t, []any{"walker.x", 4, 12}, []any{f.Data.Suggest, f.Data.From, f.Data.To})
		require.Contains(t, f.Message, "expr, column 5: ")
		p.refused(rpc.OutOfRange, "time.until", `{"expr":"true","within":1000001}`)
		p.refused(rpc.OutOfRange, "time.until", `{"expr":"true","within":0}`)
	})
	con := new(Console)
	p := newProbe(t, con)
	for range 3 {
		con.Update()
	}
	n := p.send("time.until", `{"expr":"false","within":9}`)
	m := p.send("time.at", `{"tick":9,"calls":[{"method":"time.status"}]}`)
	for p.faults[m] == (fault{}) { // the budget of a frame may be for one of them
		con.Update()
	}
	require.Equal(t, rpc.Unavailable, p.faults[n].Code, "a loop that ignores the ticks has none to wait for")
	require.Equal(t, rpc.Unavailable, p.faults[m].Code)
}

func TestCheck(t *testing.T) {
	walking(t, func(t *testing.T, p *probe, _ *walker) {
		r := get[CheckResult](p, "time.check", `{"expr":"walker.mood == \"calm\" and tick > 0"}`)
		require.JSONEq(t, "true", string(r.Value))
		require.Equal(t, "bool", r.Type)
		require.JSONEq(t, `"calm"`, string(r.Values["walker.mood"]))
		require.Contains(t, r.Values, "tick")
	})
}

func TestSeed(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		p.refused(rpc.Unavailable, "time.seed", `{"seed":7}`)
		var got uint64
		p.con.Time.Seed(func(seed uint64) { got = seed })
		get[TimeStatus](p, "time.seed", `{"seed":7}`)
		require.Equal(t, uint64(7), got)
	})
}

// dear is a source that takes a millisecond for each entity.
type dear struct{ n int }

func (dear) Schema() Schema {
	return Schema{Kinds: []SourceKind{{Name: "dear"}}, Components: []SourceComponent{ComponentFunc("cost", "", func(int) float64 { time.Sleep(time.Millisecond); return 1 }, nil)}}
}
func (d dear) Len() int                      { return d.n }
func (dear) Entity(place int) (uint64, bool) { return uint64(place + 1), true }
func (dear) Place(id uint64) (int, bool)     { return int(id) - 1, true }
func (dear) Kind(int) int                    { return 0 }
func (dear) Component(int, int) any          { return nil }

func TestADearConditionIsLookedAtSeldomInAGameThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dear{n: 3}
		con := new(Console)
		con.World.BindSource("dears", d, "")
		p := newProbe(t, con)
		p.frame()
		p.each = func() { d.n = min(d.n, 2+p.ticks%2) }
		n := p.send("time.until", `{"expr":"count(cost > 0) < 2","within":20}`)
		for range 25 {
			p.frame()
		}
		var r UntilResult
		require.NoError(t, json.Unmarshal(p.replies[n], &r))
		require.False(t, r.Met)
		require.Equal(t, 20, r.Ticks)
		require.GreaterOrEqual(t, r.Every, 4, "two or three milliseconds in half a millisecond a frame")
		require.Len(t, r.Last, 1+len(r.Last)-1)
		require.LessOrEqual(t, len(r.Last), 6)

		d.n = 10
		p.each = nil
		f := p.refused(rpc.TooMany, "time.until", `{"expr":"count(cost > 0) < 2","within":20}`)
		require.Equal(t, "time.hold", f.Data.Suggest)
		get[TimeStatus](p, "time.hold", `{}`)
		r = get[UntilResult](p, "time.until", `{"expr":"count(cost > 0) < 2","within":5}`)
		require.Zero(t, r.Every, "a held game waits for it")
		require.Len(t, r.Last, 6)
		require.NoError(t, con.Close())
	})
}

// TestAQuestionInABatchLooksAtItsTick: a question that takes longer than scans may in a
// frame is answered before a step behind it runs.
func TestAQuestionInABatchLooksAtItsTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dear{n: 100}
		con := new(Console)
		con.World.BindSource("dears", d, "")
		p := newProbe(t, con)
		p.frame()
		p.each = func() { d.n++ }
		get[TimeStatus](p, "time.hold", `{}`)
		con.RPC().Receive(p.peer, rpc.Parse([]byte(`[
			{"jsonrpc":"2.0","id":901,"method":"world.list","params":{"where":"cost > 0","limit":1}},
			{"jsonrpc":"2.0","id":902,"method":"time.step","params":{"ticks":1}},
			{"jsonrpc":"2.0","id":903,"method":"world.list","params":{"where":"cost > 0","limit":1}}]`), rpc.Limits{}))
		var batch batchReply
		p.batch = &batch
		for range 200 {
			p.frame()
		}
		require.Len(t, batch, 3)
		for i, total := range map[int]string{0: `"total":100`, 2: `"total":101`} {
			require.Equal(t, 901+i, batch[i].ID)
			require.Contains(t, string(batch[i].Result), total)
		}
		require.NoError(t, con.Close())
	})
}

// resuming is work whose last look has the game resume, as a function of the game may.
type resuming struct{ t *Time }

func (w resuming) ticked(uint64, int) (bool, error) { w.t.Resume(); return true, nil }
func (resuming) answer() any                        { return nil }
func (resuming) end()                               {}

func TestAGameThatResumesWhileItIsLookedAt(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		rpc.Handle(p.con.RPC(), rpc.Method{Name: "game.work", Role: rpc.Drive}, func(call *rpc.Call, _ rpc.Void) (rpc.Void, error) {
			return rpc.Void{}, p.con.Time.wait(call, resuming{&p.con.Time}, 5)
		})
		get[TimeStatus](p, "time.hold", `{}`)
		_, f := p.call("game.work", `{}`)
		require.NotNil(t, f, "the step ended with the hold")
		require.False(t, get[TimeStatus](p, "time.status", `{}`).Held)
	})
}

package console

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// held runs f with a game whose time a client controls, in a bubble: a held game
// waits a frame's length for the next request, which is no time there.
func held(t *testing.T, f func(t *testing.T, p *probe)) {
	synctest.Test(t, func(t *testing.T) {
		p := newProbe(t, new(Console))
		p.frame()
		f(t, p)
		require.NoError(t, p.con.Close())
	})
}

func TestAFrameIsATick(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		for range 9 {
			p.frame()
		}
		require.Equal(t, 10, p.ticks)
		s := get[TimeStatus](p, "time.status", `{}`)
		require.Equal(t, TimeStatus{Frame: 11, Tick: 10, Speed: 1, Controlled: true}, s)
	})
}

func TestHoldStepResume(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		s := get[TimeStatus](p, "time.hold", `{}`)
		require.True(t, s.Held)
		require.Equal(t, p.peer.Name(), s.Holder)
		at := p.ticks
		for range 5 {
			p.frame()
		}
		require.Equal(t, at, p.ticks, "no tick while held")

		s = get[TimeStatus](p, "time.step", `{"ticks":10}`)
		require.Equal(t, at+10, p.ticks)
		require.Equal(t, uint64(at+10), s.Tick)
		require.True(t, s.Held)

		s = get[TimeStatus](p, "time.resume", `{}`)
		require.False(t, s.Held)
		require.Empty(t, s.Holder)
		p.frame()
		require.Greater(t, p.ticks, at+10)
	})
}

func TestAStepHoldsBackWhatTheClientAskedAfterIt(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		seen := 0
		p.con.Cvars.Bind("seen", &seen, "")
		p.each = func() { seen++ }
		get[TimeStatus](p, "time.hold", `{}`)
		before := seen
		p.con.RPC().Receive(p.peer, rpc.Parse([]byte(`[
			{"jsonrpc":"2.0","id":901,"method":"cvar.get","params":{"name":"seen"}},
			{"jsonrpc":"2.0","id":902,"method":"time.step","params":{"ticks":3}},
			{"jsonrpc":"2.0","id":903,"method":"cvar.get","params":{"name":"seen"}},
			{"jsonrpc":"2.0","id":904,"method":"time.step","params":{"ticks":2}},
			{"jsonrpc":"2.0","id":905,"method":"cvar.get","params":{"name":"seen"}}]`), rpc.Limits{}))
		var batch batchReply
		p.batch = &batch
		p.frame()
		require.Len(t, batch, 5)
		frame := p.con.Time.Frame()
		for i, want := range map[int]int{0: before, 2: before + 3, 4: before + 5} {
			var c struct {
				Value int
				Frame uint64
			}
			require.NoError(t, json.Unmarshal(batch[i].Result, &c))
			require.Equal(t, want, c.Value, "member %d", i)
			require.Equal(t, frame, c.Frame, "a batch runs within one frame")
		}
	})
}

func TestSpeed(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":2.5}`)
		p.ticks = 0
		for range 10 {
			p.frame()
		}
		require.Equal(t, 25, p.ticks)
		get[TimeStatus](p, "time.speed", `{"factor":0.25}`)
		p.ticks = 0
		for range 12 {
			p.frame()
		}
		require.Equal(t, 3, p.ticks)
		f := p.refused(rpc.OutOfRange, "time.speed", `{"factor":0}`)
		require.Equal(t, "/factor", f.Data.Path)
		require.InDelta(t, 0.25, p.con.Time.Speed(), 0)
	})
}

func TestASpeedThatIsTooGreatDoesNotStopTheFrames(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":64}`)
		p.each = func() { time.Sleep(5 * time.Millisecond) }
		p.ticks = 0
		began := time.Now()
		p.frame()
		require.LessOrEqual(t, time.Since(began), 2*time.Second/60+5*time.Millisecond)
		require.Greater(t, p.ticks, 2)
	})
}

func TestAnotherClientMayNotTakeTheTime(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		other := newProbe(t, p.con)
		get[TimeStatus](p, "time.hold", `{}`)
		f := other.refused(rpc.Busy, "time.resume", `{}`)
		require.Equal(t, p.peer.Name()+" holds the game", f.Message)
		other.refused(rpc.Busy, "time.step", `{"ticks":1}`)
		other.refused(rpc.Busy, "time.speed", `{"factor":2}`)
		require.True(t, p.con.Time.Held())
		require.False(t, get[TimeStatus](other, "time.resume", `{"force":true}`).Held)
	})
}

func TestAGameGoesOnWhenItsHolderIsGone(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		other := newProbe(t, p.con)
		get[TimeStatus](p, "time.hold", `{}`)
		p.leave()
		require.False(t, p.con.Time.Held(), "at once, where it did not ask for more")
		other.ticks = 0
		other.frame()
		require.Equal(t, 1, other.ticks)
	})
}

func TestAPageThatIsLoadedAgainKeepsItsHold(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		other := newProbe(t, p.con)
		get[TimeStatus](p, "time.hold", `{"keep":10}`)
		get[TimeStatus](p, "time.step", `{"ticks":2}`)
		p.leave()
		time.Sleep(9 * time.Second)
		other.frame()
		require.True(t, p.con.Time.Held(), "a page that is loaded again comes back in time")
		time.Sleep(2 * time.Second)
		other.frame()
		require.False(t, p.con.Time.Held())
	})
}

func TestWhoHoldsAgainSaysHowLong(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{"keep":10}`)
		get[TimeStatus](p, "time.hold", `{}`)
		p.leave()
		require.False(t, p.con.Time.Held())
		f := newProbe(t, p.con).refused(rpc.OutOfRange, "time.hold", `{"keep":61}`)
		require.Equal(t, "/keep", f.Data.Path)
	})
}

func TestAStepEndsWithItsClient(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		other := newProbe(t, p.con)
		get[TimeStatus](p, "time.hold", `{"keep":10}`)
		p.ticks = 0
		p.each = func() {
			if p.ticks == 5 {
				p.leave()
			}
		}
		p.send("time.step", `{"ticks":100000}`)
		p.frame()
		require.Equal(t, 5, p.ticks)
		require.True(t, get[TimeStatus](other, "time.status", `{}`).Held)
		require.False(t, p.con.Time.stepping())
	})
}

func TestAStepEndsWithTheLastClient(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		p.ticks = 0
		p.each = func() {
			if p.ticks == 5 {
				p.leave()
			}
		}
		p.send("time.step", `{"ticks":100000}`)
		p.frame()
		require.Equal(t, 5, p.ticks)
		p.frame()
		require.Equal(t, 6, p.ticks, "the game goes on by itself")
		require.False(t, p.con.Time.stepping())
	})
}

func TestALoopThatIgnoresTheTicksIsServedAndNotHeld(t *testing.T) {
	gravity := 1.0
	con := new(Console)
	con.Cvars.Bind("gravity", &gravity, "")
	p := newProbe(t, con)
	for range 3 {
		con.Update()
	}
	n := p.send("cvar.set", `{"name":"gravity","value":2}`)
	hold := p.send("time.hold", `{}`)
	con.Update()
	require.InDelta(t, 2, gravity, 0)
	require.Contains(t, p.replies, n, "answered within the call")
	require.Equal(t, rpc.Unavailable, p.faults[hold].Code)
	require.False(t, get[TimeStatus](p, "time.status", `{}`).Controlled)
}

func TestABreakOutOfTheRangeEndsTheFrame(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":5}`)
		p.send("time.status", `{}`)
		n := 0
		for range p.con.Update() {
			n++
			break
		}
		require.Equal(t, 1, n)
		require.Contains(t, p.replies, p.last)
	})
}

func TestSubscribersHearOfAHold(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		p.open("time", `{}`)
		get[TimeStatus](p, "time.hold", `{}`)
		var s TimeStatus
		require.NoError(t, json.Unmarshal(p.next().Value, &s))
		require.True(t, s.Held)
	})
}

func TestCloseLetsAHeldGameGoOn(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		require.NoError(t, p.con.Close())
		p.ticks = 0
		p.frame()
		require.Equal(t, 1, p.ticks)
	})
}

func TestTheZeroTimeAnswers(t *testing.T) {
	var z Time
	require.Zero(t, z.Frame())
	require.Zero(t, z.Tick())
	require.False(t, z.Held())
	require.InDelta(t, 1, z.Speed(), 0)
	z.Hold()
	require.True(t, z.Held())
	z.Resume()
	require.False(t, z.Held())
}

func TestALoopThatBeginsToRangeGetsItsTicks(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	for range 5 {
		con.Update() // as while a level loads
	}
	for range 5 {
		p.frame()
	}
	require.Equal(t, 5, p.ticks)
	require.True(t, get[TimeStatus](p, "time.hold", `{}`).Held)
	con.Update()
	con.Update()
	require.False(t, get[TimeStatus](p, "time.status", `{}`).Controlled)
}

func TestATickThatHoldsTheGameIsTheLast(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":5}`)
		p.each = p.con.Time.Hold
		p.ticks = 0
		p.frame()
		require.Equal(t, 1, p.ticks)
	})
}

func TestASpeedThatIsTooGreatDoesNotStopACatchUp(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":64}`)
		p.each = func() { time.Sleep(5 * time.Millisecond) }
		began := time.Now()
		p.frame()
		for range 4 {
			for range p.con.CatchUp() {
				p.each()
			}
		}
		require.LessOrEqual(t, time.Since(began), 2*time.Second/60+5*5*time.Millisecond, "one tick of each at the least")
	})
}

func TestCloseGivesAGameItsSpeedBack(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":0.05}`)
		require.NoError(t, p.con.Close())
		p.ticks = 0
		for range 3 {
			p.frame()
		}
		require.Equal(t, 3, p.ticks)
	})
}

func TestAnUpdateInsideAHandlerDoesNothing(t *testing.T) {
	con := new(Console)
	rpc.Handle(con.RPC(), rpc.Method{Name: "game.update"}, func(*rpc.Call, rpc.Void) (int, error) {
		n := 0
		for range con.Update() {
			n++
		}
		return n, nil
	})
	p := newProbe(t, con)
	require.Zero(t, get[int](p, "game.update", `{}`))
	require.Equal(t, uint64(p.ticks), con.Time.Frame())
}

package console

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// seenKeys notes, tick by tick, what the game sees of a key: "." up, "d" just pressed,
// "#" down, "u" just released.
type seenKeys struct {
	in  *Input
	key input.Key
	got string
}

func watchKey(p *probe, k input.Key) *seenKeys {
	s := &seenKeys{in: &p.con.Input, key: k}
	before := p.each
	p.each = func() {
		if before != nil {
			before()
		}
		s.note()
	}
	return s
}

func (s *seenKeys) note() {
	switch {
	case s.in.IsKeyJustPressed(s.key):
		s.got += "d"
	case s.in.IsKeyPressed(s.key):
		s.got += "#"
	case s.in.IsKeyJustReleased(s.key):
		s.got += "u"
	default:
		s.got += "."
	}
}

// begin forgets what was seen.
func (s *seenKeys) begin() { s.got = "" }

func TestAPressOfOneTick(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		s := watchKey(p, input.KeySpace)
		seen := get[InputSeen](p, "input.key", `{"code":"Space"}`)
		require.Equal(t, p.con.Time.Tick(), seen.Tick, "the frame that takes it in simulates it")
		require.Equal(t, p.con.Time.Frame(), seen.Frame)
		p.frame()
		p.frame()
		require.Equal(t, "du.", s.got)
	})
}

func TestAPressOfManyTicksAndItsDuration(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		s := watchKey(p, input.KeyW)
		durations := []int{}
		before := p.each
		p.each = func() { before(); durations = append(durations, p.con.Input.KeyPressDuration(input.KeyW)) }
		p.call("input.key", `{"code":"KeyW","ticks":4}`)
		for range 5 {
			p.frame()
		}
		require.Equal(t, "d###u.", s.got)
		require.Equal(t, []int{1, 2, 3, 4, 0, 0}, durations)
	})
}

// What comes in one frame is spread over as many ticks as it takes to be seen.
func TestPressesThatComeTogetherAreAllSeen(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		a, b := watchKey(p, input.KeyA), watchKey(p, input.KeyB)
		at := p.con.Time.Tick()
		for i, call := range []string{`{"code":"KeyA","down":true}`, `{"code":"KeyA","down":false}`, `{"code":"KeyB"}`, `{"code":"KeyA"}`, `{"code":"KeyA"}`} {
			seen := get[InputSeen](p, "input.key", call)
			require.Equal(t, at+uint64([]int{1, 2, 2, 3, 5}[i]), seen.Tick, call)
		}
		require.Equal(t, "", a.got)
		get[TimeStatus](p, "time.step", `{"ticks":7}`)
		require.Equal(t, "dududu.", a.got)
		require.Equal(t, ".du....", b.got)
	})
}

func TestEachTickOfAFrameSeesAnEdgeOnce(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.speed", `{"factor":4}`)
		s := watchKey(p, input.KeyA)
		get[InputSeen](p, "input.key", `{"code":"KeyA","ticks":6}`)
		p.frame()
		require.Equal(t, "d#####u.", s.got)
	})
}

func TestTheInputIsOneClients(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		other := newProbe(t, p.con)
		s := watchKey(p, input.KeyA)
		p.call("input.key", `{"code":"KeyA","down":true}`)
		f := other.refused(rpc.Busy, "input.key", `{"code":"KeyB"}`)
		require.Equal(t, p.peer.Name(), f.Data.Got)
		require.Contains(t, f.Data.Suggest, "force")
		st := get[InputStatus](p, "input.status", `{}`)
		require.Empty(t, st.Waiting, "who just sends has not asked")
		other.refused(rpc.Busy, "input.control", `{"take":true}`)
		st = get[InputStatus](p, "input.status", `{}`)
		require.Equal(t, other.peer.Name(), st.Waiting[0].Name)
		require.Equal(t, []string{"KeyA"}, st.Keys)
		require.Equal(t, []string{"KeyA"}, st.Injected.Keys)

		s.begin()
		other.each = p.each
		st = get[InputStatus](other, "input.control", `{"take":true,"force":true}`)
		require.Equal(t, other.peer.Name(), st.Holder)
		require.Empty(t, st.Waiting)
		require.Equal(t, "u", s.got, "in the same frame")
		p.refused(rpc.Busy, "input.key", `{"code":"KeyA"}`)
		get[InputStatus](p, "input.release", `{}`)
		require.Equal(t, other.peer.Name(), p.con.Input.lease.name, "who has it not lets go of nothing")
		get[InputStatus](other, "input.control", `{"take":false}`)
		require.Empty(t, get[InputStatus](p, "input.status", `{}`).Holder)
		get[InputSeen](p, "input.key", `{"code":"KeyA"}`)
	})
}

func TestWhatAClientHoldsGoesWithIt(t *testing.T) {
	for name, end := range map[string]func(p *probe){
		"leaves":   func(p *probe) { p.leave() },
		"releases": func(p *probe) { p.send("input.release", `{}`) },
		"gives up": func(p *probe) { p.send("input.control", `{"take":false}`) },
	} {
		t.Run(name, func(t *testing.T) {
			held(t, func(t *testing.T, p *probe) {
				s := watchKey(p, input.KeyA)
				in := &p.con.Input
				p.call("input.key", `{"code":"KeyA","down":true}`)
				p.call("input.pointer", `{"x":3,"y":4,"button":2,"down":true}`)
				p.call("input.touch", `{"id":7,"x":1,"y":2,"phase":"start"}`)
				p.call("input.gamepad", `{"id":1,"standard":true,"axes":[1],"buttons":[1]}`)
				p.call("input.key", `{"code":"KeyB","ticks":100}`)
				for range 9 {
					p.send("input.key", `{"code":"KeyC"}`)
				}
				p.frame()
				require.True(t, in.IsMouseButtonPressed(input.MouseButtonRight) && in.IsKeyPressed(input.KeyB) && in.IsStandardGamepadButtonPressed(1, 0))
				require.Equal(t, []int{7}, in.AppendTouchIDs(nil))
				s.begin()
				end(p)
				p.frame()
				require.Equal(t, "u", s.got)
				require.True(t, in.IsMouseButtonJustReleased(input.MouseButtonRight))
				require.True(t, in.IsTouchJustReleased(7))
				require.True(t, in.IsGamepadJustDisconnected(1))
				p.frame()
				require.True(t, in.State().Idle())
				require.True(t, in.queue.free())
			})
		})
	}
}

func TestAKeyPressedAnewAfterAReleaseIsSeenToBeLetGo(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		s := watchKey(p, input.KeyA)
		p.call("input.key", `{"code":"KeyA","down":true}`)
		p.send("input.release", `{}`)
		p.send("input.key", `{"code":"KeyA","down":true}`)
		p.frame()
		p.frame()
		require.Equal(t, "dud", s.got)
	})
}

func TestDevicesAndClientsPressTogether(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		in := &p.con.Input
		s := watchKey(p, input.KeyA)
		real, x := false, 10.0
		in.Devices(func(st *input.State) {
			st.X, st.Y = x, 5
			if real {
				st.Press(input.KeyA)
			}
		})
		p.frame()
		real = true
		p.frame()
		p.call("input.key", `{"code":"KeyA","down":true}`)
		real = false
		p.frame()
		p.call("input.key", `{"code":"KeyA","down":false}`)
		require.Equal(t, ".d##u", s.got, "it is down as long as either holds it")

		require.Equal(t, [2]int{10, 5}, cursor(in))
		p.call("input.pointer", `{"x":100,"y":50}`)
		p.frame()
		require.Equal(t, [2]int{100, 50}, cursor(in), "the real pointer rests")
		x = 11
		p.frame()
		require.Equal(t, [2]int{11, 5}, cursor(in), "who moved it last")
	})
}

func cursor(in *Input) [2]int {
	x, y := in.CursorPosition()
	return [2]int{x, y}
}

func TestTheWheelAndTextAreOfOneTick(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		in := &p.con.Input
		got := []string{}
		p.each = func() {
			x, y := in.Wheel()
			dx, dy := in.CursorMovement()
			got = append(got, fmt.Sprintf("%v %v %v %v %s", x, y, dx, dy, string(in.AppendInputChars(nil))))
		}
		p.send("input.wheel", `{"x":1,"y":-2}`)
		p.send("input.wheel", `{"y":-1}`)
		p.send("input.text", `{"text":"hé"}`)
		p.send("input.pointer", `{"dx":3,"dy":4}`)
		p.frame()
		p.frame()
		require.Equal(t, []string{"1 -3 3 4 hé", "0 0 0 0 "}, got)
		x, y := in.CursorPosition()
		require.Equal(t, [2]int{3, 4}, [2]int{x, y})
	})
}

func TestAClickIsSeenWhereItWas(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		in := &p.con.Input
		clicks := []string{}
		p.each = func() {
			x, y := in.CursorPosition()
			if in.IsMouseButtonJustPressed(input.MouseButtonLeft) {
				clicks = append(clicks, fmt.Sprint("down ", x, " ", y))
			}
			if in.IsMouseButtonJustReleased(input.MouseButtonLeft) {
				clicks = append(clicks, fmt.Sprint("up ", x, " ", y))
			}
		}
		p.send("input.pointer", `{"x":10,"y":10,"button":0}`)
		p.send("input.pointer", `{"x":20,"y":20,"button":0,"down":true}`)
		p.send("input.pointer", `{"x":30,"y":30}`)
		p.send("input.pointer", `{"x":40,"y":40,"button":0,"down":false}`)
		p.send("input.pointer", `{"x":50,"y":50}`)
		for range 6 {
			p.frame()
		}
		require.Equal(t, []string{"down 10 10", "up 20 20", "down 20 20", "up 40 40"}, clicks)
	})
}

func TestWhatIsWrongWithInputIsSaid(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		f := p.refused(rpc.InvalidParams, "input.key", `{"code":"ArrowLef"}`)
		require.Equal(t, "ArrowLeft", f.Data.Suggest)
		require.Equal(t, "/code", f.Data.Path)
		p.refused(rpc.InvalidParams, "input.key", `{"code":"KeyA","down":true,"ticks":3}`)
		p.refused(rpc.InvalidParams, "input.pointer", `{"x":1}`)
		p.refused(rpc.InvalidParams, "input.pointer", `{"x":1,"y":1,"down":true}`)
		for _, bad := range []string{`"NaN"`, `"Infinity"`, `1e9`, `-1e300`} {
			_, f := p.call("input.pointer", `{"x":`+bad+`,"y":1}`)
			require.NotNil(t, f, bad)
			_, f = p.call("input.touch", `{"id":1,"x":`+bad+`,"y":1,"phase":"start"}`)
			require.NotNil(t, f, bad)
			_, f = p.call("input.wheel", `{"x":`+bad+`}`)
			require.NotNil(t, f, bad)
			_, f = p.call("input.gamepad", `{"id":1,"axes":[`+bad+`]}`)
			require.NotNil(t, f, bad)
			_, f = p.call("input.gamepad", `{"id":1,"buttons":[`+bad+`]}`)
			require.NotNil(t, f, bad)
		}
		p.refused(rpc.OutOfRange, "input.gamepad", `{"id":16}`)
		p.frame()
		require.True(t, p.con.Input.State().Idle(), "nothing of it came in")
		for range 10 {
			p.call("input.pointer", `{"dx":1e6,"dy":-1e6}`)
		}
		x, y := p.con.Input.CursorPosition()
		require.Equal(t, [2]int{1e6, -1e6}, [2]int{x, y}, "and a captured pointer stays near")
	})
}

func TestInputThatWaitsIsBounded(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		var f *fault
		sent := 0
		for ; f == nil && sent < 2*maxInputWaits; sent++ {
			_, f = p.call("input.wheel", `{"y":1}`)
		}
		require.Equal(t, maxInputWaits+1, sent)
		require.Equal(t, rpc.TooMany, f.Code)
		require.Equal(t, "input queue", f.Data.Limit)
		require.Equal(t, maxInputWaits, get[InputStatus](p, "input.status", `{}`).Queued)
		require.Zero(t, get[InputStatus](p, "input.release", `{}`).Queued)
		get[InputSeen](p, "input.wheel", `{"y":1}`)
	})
}

func TestTheTopicOfInput(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		var st InputStatus
		require.NoError(t, json.Unmarshal(p.open("input", `{}`), &st))
		require.Empty(t, st.Keys)
		p.call("input.key", `{"code":"KeyA","down":true}`)
		p.wait()
		require.NoError(t, json.Unmarshal(p.next().Value, &st))
		require.Equal(t, []string{"KeyA"}, st.Keys)
		require.Equal(t, p.peer.Name(), st.Holder)
	})
}

func TestAGameThatDoesNotRangeHasInputOnceAFrame(t *testing.T) {
	p := newProbe(t, new(Console))
	in := &p.con.Input
	got := ""
	frame := func() {
		p.con.Update()
		switch {
		case in.IsKeyJustPressed(input.KeyA):
			got += "d"
		case in.IsKeyPressed(input.KeyA):
			got += "#"
		case in.IsKeyJustReleased(input.KeyA):
			got += "u"
		default:
			got += "."
		}
	}
	frame()
	frame()
	p.send("input.key", `{"code":"KeyA","ticks":2}`)
	for range 4 {
		frame()
	}
	require.Equal(t, "..d#u.", got)
	require.NoError(t, p.con.Close())
}

func TestReplayIsTheOnlyInput(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		in := &p.con.Input
		in.Devices(func(s *input.State) { s.X = 7; s.Press(input.KeyB) })
		p.frame()
		var ticks []uint64
		in.Replay(func(tick uint64, s *input.State) bool {
			require.True(t, s.Idle())
			ticks = append(ticks, tick)
			s.Press(input.KeyZ)
			s.X, s.Y = 1, 2
			return len(ticks) < 3
		})
		at := p.con.Time.Tick()
		p.call("input.key", `{"code":"KeyA","down":true}`)
		require.Equal(t, []input.Key{input.KeyZ}, in.AppendPressedKeys(nil))
		p.frame()
		require.Equal(t, []input.Key{input.KeyZ}, in.AppendPressedKeys(nil))
		p.frame()
		require.Equal(t, []uint64{at + 1, at + 2, at + 3}, ticks)
		require.Equal(t, []input.Key{input.KeyA, input.KeyB}, in.AppendPressedKeys(nil))
		require.Equal(t, []input.Key{input.KeyZ}, in.AppendJustReleasedKeys(nil))
	})
}

// By POST each request comes alone: what it takes by sending goes back by itself, and what it
// asked for stays.
func TestTheInputOfWhoHasNoConnection(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		p.con.Input.owner = func(*rpc.Peer) (any, string) { return (*post)(nil), "POST /rpc" }
		holder := func() string { return get[InputStatus](p, "input.status", `{}`).Holder }
		s := watchKey(p, input.KeyA)
		p.call("input.key", `{"code":"KeyA","ticks":3}`)
		require.Equal(t, "POST /rpc", holder())
		for range 3 {
			p.frame()
		}
		require.Equal(t, "d##u.", s.got)
		require.Empty(t, holder())
		p.call("input.key", `{"code":"KeyA","down":true}`)
		p.frame()
		require.Equal(t, "POST /rpc", holder(), "while it holds something")
		p.call("input.key", `{"code":"KeyA","down":false}`)
		require.Empty(t, holder())
		get[InputStatus](p, "input.control", `{"take":true}`)
		p.call("input.key", `{"code":"KeyA"}`)
		for range 3 {
			p.frame()
		}
		require.Equal(t, "POST /rpc", holder())
	})
}

func TestAConsoleThatIsClosedLetsGo(t *testing.T) {
	p := newProbe(t, new(Console))
	p.frame()
	p.call("input.key", `{"code":"KeyA","down":true}`)
	require.True(t, p.con.Input.IsKeyPressed(input.KeyA))
	require.NoError(t, p.con.Close())
	p.frame()
	require.False(t, p.con.Input.IsKeyPressed(input.KeyA))
}

func TestTypedTextHasNoControlCharacters(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		f := p.refused(rpc.InvalidParams, "input.text", `{"text":"a\nb"}`)
		require.Equal(t, "/text", f.Data.Path)
		require.Empty(t, get[InputStatus](p, "input.status", `{}`).Holder, "who sent nothing has nothing")
	})
}

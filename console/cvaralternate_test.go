package console

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// alternatingGame is a game whose load is a cvar; it notes the load of each frame.
type alternatingGame struct {
	*probe
	load  int
	mode  string
	seen  map[uint64]int // by frame
	calls int            // of OnChange
}

func newAlternatingGame(t *testing.T) *alternatingGame {
	g := &alternatingGame{load: 3, mode: "low", seen: map[uint64]int{}}
	con := new(Console)
	g.probe = newProbe(t, con)
	con.Cvars.Bind("load", &g.load, "").Range(0, 9).OnChange(func(Change) { g.calls++ })
	con.Cvars.Bind("mode", &g.mode, "").Enum("low", "high")
	g.each = func() { g.seen[con.Time.Frame()] = g.load }
	return g
}

// run runs frames until a request is answered, which it must be within so many.
func (g *alternatingGame) run(id, frames int) (json.RawMessage, *fault) {
	g.t.Helper()
	for range frames {
		g.frame()
		if r, ok := g.replies[id]; ok {
			return r, nil
		}
		if f, ok := g.faults[id]; ok {
			return nil, &f
		}
	}
	g.t.Fatalf("not answered in %d frames", frames)
	return nil, nil
}

func (g *alternatingGame) alternate(params string, frames int) Alternation {
	g.t.Helper()
	raw, f := g.run(g.send("cvar.alternate", params), frames)
	require.Nil(g.t, f)
	var a Alternation
	require.NoError(g.t, json.Unmarshal(raw, &a))
	return a
}

// checked checks that a block's frames all had its value, without a gap, and that each
// round has each value once.
func (g *alternatingGame) checked(a Alternation) {
	g.t.Helper()
	n := len(a.Values)
	require.Len(g.t, a.Blocks, n*a.Rounds)
	for i, b := range a.Blocks {
		require.Equal(g.t, uint64(a.Every), b.Last-b.First+1)
		for frame := b.First - uint64(a.Settle); frame <= b.Last; frame++ {
			require.Equal(g.t, fmt.Sprint(a.Values[b.Value]), fmt.Sprint(g.seen[frame]), "frame %d of block %d", frame, i)
		}
		if i > 0 {
			require.GreaterOrEqual(g.t, b.First, a.Blocks[i-1].Last+1+uint64(a.Settle))
		}
		if i%n == 0 {
			once := map[int]bool{}
			for _, x := range a.Blocks[i : i+n] {
				once[x.Value] = true
			}
			require.Len(g.t, once, n, "round %d", i/n)
		}
	}
}

func TestACvarAlternatesBetweenItsValues(t *testing.T) {
	g := newAlternatingGame(t)
	g.frame()
	a := g.alternate(`{"name":"load","values":[1,5,7],"every":4,"rounds":6,"settle":1}`, 6*3*5+2)
	g.checked(a)
	require.Equal(t, "load", a.Name)
	require.Equal(t, g.peer.Name(), a.By)
	require.Equal(t, 1, a.Settle)
	require.NotZero(t, a.Seed)
	for i := range a.Blocks[1:] { // nothing disturbed it
		require.Equal(t, a.Blocks[i].Last+2, a.Blocks[i+1].First)
	}
	require.Equal(t, 3, g.load, "the value is back")
	info := get[CvarState](g.probe, "cvar.get", `{"name":"load"}`)
	require.Equal(t, "default", info.Layer)
	require.Nil(t, info.Lease)
	require.Empty(t, get[[]CvarChange](g.probe, "cvar.history", `{}`), "it is no edit of anybody's")
	require.Greater(t, g.calls, len(a.Blocks)/2, "the game is told of each change")
}

func TestTheOrderOfAnAlternationIsByItsSeed(t *testing.T) {
	order := func(seed string) (values []int) {
		g := newAlternatingGame(t)
		a := g.alternate(`{"name":"load","values":[1,2,3,4],"every":1,"rounds":12,"settle":0`+seed+`}`, 60)
		g.checked(a)
		for _, b := range a.Blocks {
			values = append(values, b.Value)
		}
		return values
	}
	require.Equal(t, order(`,"seed":7`), order(`,"seed":7`))
	require.NotEqual(t, order(`,"seed":7`), order(`,"seed":8`))
	require.NotEqual(t, order(``), order(``), "by chance")
	first := order(`,"seed":7`)[:4]
	rounds := order(`,"seed":7`)
	shuffled := false
	for i := 4; i < len(rounds); i += 4 {
		shuffled = shuffled || fmt.Sprint(rounds[i:i+4]) != fmt.Sprint(first)
	}
	require.True(t, shuffled, "each round has an order of its own")
}

func TestTwoFramesSettleUnlessAskedOtherwise(t *testing.T) {
	g := newAlternatingGame(t)
	a := g.alternate(`{"name":"load","values":[1,2],"every":1,"rounds":5}`, 5*2*3+2)
	require.Equal(t, 2, a.Settle)
	g.checked(a)
}

// A held frame is in no block: the block that it fell into begins anew.
func TestAHeldGameAlternatesNoFurther(t *testing.T) {
	g := newAlternatingGame(t)
	g.con.Budget = 1 // a held frame waits no longer than this
	id := g.send("cvar.alternate", `{"name":"load","values":[1,2],"every":5,"rounds":4,"settle":1}`)
	var held []uint64
	for range 3 {
		for range 9 {
			g.frame()
		}
		g.send("time.hold", `{}`)
		for range 4 {
			g.frame()
			held = append(held, g.con.Time.Frame())
		}
		g.send("time.resume", `{}`)
	}
	raw, f := g.run(id, 100)
	require.Nil(t, f)
	var a Alternation
	require.NoError(t, json.Unmarshal(raw, &a))
	g.checked(a)
	for _, b := range a.Blocks {
		for _, frame := range held {
			require.False(t, b.First <= frame && frame <= b.Last, "held frame %d is in the block from %d to %d", frame, b.First, b.Last)
		}
	}
	require.Len(t, held, 12)
}

// A game that is held from within a tick has not run that frame as the others.
func TestAFrameThatEndsHeldIsInNoBlock(t *testing.T) {
	g := newAlternatingGame(t)
	g.con.Budget = 1
	id := g.send("cvar.alternate", `{"name":"load","values":[1,2],"every":5,"rounds":2,"settle":0}`)
	each, at := g.each, uint64(0)
	g.each = func() {
		each()
		if at == 0 && g.con.Time.Frame() == 8 {
			at = 8
			g.con.Time.Hold()
		}
	}
	for range 9 {
		g.frame()
	}
	g.con.Time.Resume()
	raw, f := g.run(id, 40)
	require.Nil(t, f)
	var a Alternation
	require.NoError(t, json.Unmarshal(raw, &a))
	g.checked(a)
	for _, b := range a.Blocks {
		require.False(t, b.First <= at && at <= b.Last, "%+v", b)
	}
}

func TestWhatCannotBeAlternatedIsRefused(t *testing.T) {
	g := newAlternatingGame(t)
	var fixed, late, hidden, cheat int
	cv := &g.con.Cvars
	cv.Bind("fixed", &fixed, "").ReadOnly()
	cv.Bind("late", &late, "").Latched()
	cv.Bind("hidden", &hidden, "").Secret()
	cv.Bind("cheat", &cheat, "").Cheat()
	for _, x := range []struct {
		code         rpc.Code
		params, path string
	}{
		{rpc.NotFound, `{"name":"laod","values":[1],"every":1,"rounds":1}`, "/name"},
		{rpc.ReadOnly, `{"name":"fixed","values":[1],"every":1,"rounds":1}`, "/name"},
		{rpc.ReadOnly, `{"name":"late","values":[1],"every":1,"rounds":1}`, "/name"},
		{rpc.ReadOnly, `{"name":"hidden","values":[1],"every":1,"rounds":1}`, "/name"},
		{rpc.ReadOnly, `{"name":"cheat","values":[1],"every":1,"rounds":1}`, "/name"},
		{rpc.OutOfRange, `{"name":"load","values":[],"every":1,"rounds":1}`, "/values"},
		{rpc.OutOfRange, `{"name":"load","values":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"every":1,"rounds":1}`, "/values"},
		{rpc.OutOfRange, `{"name":"load","values":[1,12],"every":1,"rounds":1}`, "/values/1"},
		{rpc.InvalidParams, `{"name":"load","values":["much",1],"every":1,"rounds":1}`, "/values/0"},
		{rpc.OutOfRange, `{"name":"load","values":[1],"every":0,"rounds":1}`, "/every"},
		{rpc.OutOfRange, `{"name":"load","values":[1],"every":601,"rounds":1}`, "/every"},
		{rpc.OutOfRange, `{"name":"load","values":[1],"every":1,"rounds":0}`, "/rounds"},
		{rpc.OutOfRange, `{"name":"load","values":[1],"every":1,"rounds":1001}`, "/rounds"},
		{rpc.OutOfRange, `{"name":"load","values":[1,2,3,4,5],"every":1,"rounds":801}`, "/rounds"},
		{rpc.OutOfRange, `{"name":"load","values":[1],"every":1,"rounds":1,"settle":601}`, "/settle"},
	} {
		f := g.refused(x.code, "cvar.alternate", x.params)
		require.Equal(t, x.path, f.Data.Path, "%s: %s", x.params, f.Message)
	}
	require.Equal(t, "load", g.refused(rpc.NotFound, "cvar.alternate", `{"name":"laod","values":[1],"every":1,"rounds":1}`).Data.Suggest)
	require.Equal(t, 3, g.load)
	require.Empty(t, g.con.Cvars.alternates)
}

func TestAViewerMayNotAlternate(t *testing.T) {
	g := newAlternatingGame(t)
	g.peer = g.con.RPC().Connect(g.probe, rpc.View)
	g.refused(rpc.Forbidden, "cvar.alternate", `{"name":"load","values":[1,2],"every":1,"rounds":1}`)
}

const endless = `{"name":"load","values":[1,2],"every":5,"rounds":1000}`

func TestOneAlternationPerCvarAndFourAtOnce(t *testing.T) {
	g := newAlternatingGame(t)
	g.send("cvar.alternate", endless)
	f := g.refused(rpc.Busy, "cvar.alternate", endless)
	require.Equal(t, g.peer.Name(), f.Data.Got)
	var more [4]bool
	for i := range more {
		name := fmt.Sprintf("more%d", i)
		g.con.Cvars.Bind(name, &more[i], "")
		params := fmt.Sprintf(`{"name":%q,"values":[false,true],"every":5,"rounds":1000}`, name)
		if i < 3 {
			g.send("cvar.alternate", params)
			continue
		}
		require.Contains(t, g.refused(rpc.TooMany, "cvar.alternate", params).Message, "4 cvars")
	}
}

// Whoever changes the cvar ends it: the value that they set stays.
func TestAChangeFromElsewhereEndsAnAlternation(t *testing.T) {
	for name, x := range map[string]struct {
		do    func(g *alternatingGame, other *probe)
		holds int
		says  string
	}{
		"the game's own":     {func(g *alternatingGame, _ *probe) { g.load = 8 }, 8, "game"},
		"the game's Set":     {func(g *alternatingGame, _ *probe) { g.load = 6 }, 6, "game"},
		"another's by force": {func(_ *alternatingGame, o *probe) { o.send("cvar.set", `{"name":"load","value":9,"force":true}`) }, 9, "console"},
		"one's own set":      {func(g *alternatingGame, _ *probe) { g.send("cvar.set", `{"name":"load","value":7}`) }, 7, "console"},
		"one's own lease":    {func(g *alternatingGame, _ *probe) { g.send("cvar.set", `{"name":"load","value":4,"lease":true}`) }, 4, "lease"},
		"one's own reset":    {func(g *alternatingGame, _ *probe) { g.send("cvar.reset", `{"name":"load"}`) }, 3, "default"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newAlternatingGame(t)
			other := newProbe(t, g.con)
			id := g.send("cvar.alternate", endless)
			for range 20 {
				g.frame()
			}
			x.do(g, other)
			_, f := g.run(id, 3)
			require.NotNil(t, f)
			require.Equal(t, rpc.Conflict, f.Code)
			require.Contains(t, f.Message, "of 2000 blocks")
			require.Contains(t, f.Data.Got, x.says, f.Message)
			g.frame()
			require.Equal(t, x.holds, g.load)
			require.Empty(t, g.con.Cvars.alternates)
		})
	}
}

func TestAnotherMayNotSetWhatAlternates(t *testing.T) {
	g := newAlternatingGame(t)
	g.send("cvar.alternate", endless)
	g.frame()
	other := newProbe(t, g.con)
	f := other.refused(rpc.Conflict, "cvar.set", `{"name":"load","value":9}`)
	require.Equal(t, g.peer.Name(), f.Data.Got)
	require.Len(t, g.con.Cvars.alternates, 1)
	other.send("cvar.set", `{"name":"mode","value":"high","lease":true}`)
	other.frame()
	g.refused(rpc.Conflict, "cvar.alternate", `{"name":"mode","values":["low","high"],"every":1,"rounds":1}`)
}

func TestAnUnboundCvarAlternatesNoMore(t *testing.T) {
	g := newAlternatingGame(t)
	id := g.send("cvar.alternate", endless)
	g.frame()
	g.con.Cvars.Unbind("load")
	_, f := g.run(id, 3)
	require.Equal(t, rpc.NotFound, f.Code)
	require.Empty(t, g.con.Cvars.alternates)
}

func TestAnAlternationEndsWhenItIsTakenBack(t *testing.T) {
	g := newAlternatingGame(t)
	id := g.send("cvar.alternate", endless)
	for range 12 {
		g.frame()
	}
	g.send("$/cancelRequest", fmt.Sprintf(`{"id":%d}`, id))
	_, f := g.run(id, 3)
	require.Equal(t, rpc.Code(-32800), f.Code)
	require.Equal(t, 3, g.load)
	require.Empty(t, g.con.Cvars.alternates)
	g.checked(g.alternate(`{"name":"load","values":[1,2],"every":2,"rounds":2}`, 30))
}

func TestAnAlternationEndsWithItsClient(t *testing.T) {
	g := newAlternatingGame(t)
	other := newProbe(t, g.con)
	g.send("cvar.alternate", endless)
	for range 12 {
		g.frame()
	}
	g.leave()
	other.frame()
	require.Equal(t, 3, g.load)
	require.Nil(t, get[CvarState](other, "cvar.get", `{"name":"load"}`).Lease)
}

func TestOnesOwnLeaseIsThereAgainAfterAnAlternation(t *testing.T) {
	g := newAlternatingGame(t)
	get[CvarState](g.probe, "cvar.set", `{"name":"load","value":8,"lease":true}`)
	g.checked(g.alternate(`{"name":"load","values":[1,2],"every":2,"rounds":3}`, 40))
	require.Equal(t, 8, g.load)
	info := get[CvarState](g.probe, "cvar.get", `{"name":"load"}`)
	require.Equal(t, "lease", info.Layer)
	require.Empty(t, info.From)
	get[CvarState](g.probe, "cvar.reset", `{"name":"load"}`)
	require.Equal(t, 3, g.load)
}

func TestACheatThatIsOffAlternatesNoMore(t *testing.T) {
	g := newAlternatingGame(t)
	var speed int
	g.con.Cvars.Bind("speed", &speed, "").Cheat()
	g.con.Cvars.Cheats = true
	id := g.send("cvar.alternate", `{"name":"speed","values":[5,6],"every":5,"rounds":1000}`)
	for range 4 {
		g.frame()
	}
	require.NotZero(t, speed)
	g.con.Cvars.Cheats = false
	_, f := g.run(id, 3)
	require.Equal(t, rpc.Conflict, f.Code)
	require.Contains(t, f.Message, "default holds")
	require.Zero(t, speed)
	require.Nil(t, g.con.Cvars.leaseOf(g.con.Cvars.Lookup("speed")))
}

func TestAlternationsCanBeFollowed(t *testing.T) {
	g := newAlternatingGame(t)
	other := newProbe(t, g.con)
	id := g.send("cvar.alternate", `{"name":"mode","values":["low","high","low"],"every":3,"rounds":2,"settle":1,"seed":5}`)
	for range 10 {
		g.frame()
	}
	var running []Alternation
	require.NoError(t, json.Unmarshal(other.open("alternations", `{}`), &running))
	require.Len(t, running, 1)
	require.Equal(t, []any{"low", "high", "low"}, running[0].Values)
	require.Equal(t, uint32(5), running[0].Seed)
	require.NotEmpty(t, running[0].Blocks)
	raw, f := g.run(id, 30)
	require.Nil(t, f)
	var a Alternation
	require.NoError(t, json.Unmarshal(raw, &a))
	blocks := running[0].Blocks
	for _, e := range other.events {
		var b AlternationEvent
		require.NoError(t, json.Unmarshal(e.Value, &b))
		require.Equal(t, AlternationEvent{"mode", g.peer.Name(), len(blocks), b.AlternationBlock}, b)
		blocks = append(blocks, b.AlternationBlock)
	}
	require.Equal(t, a.Blocks, blocks, "the state and the events are the answer's blocks")
}

// A frame of a game that alternates costs no garbage.
func TestAlternatingAllocatesNothing(t *testing.T) {
	g := newAlternatingGame(t)
	g.each = nil
	var plain float64
	g.con.Cvars.Bind("plain", &plain, "")
	g.send("cvar.alternate", `{"name":"plain","values":[1,2],"every":1,"rounds":1000,"settle":0}`)
	g.send("cvar.alternate", `{"name":"mode","values":["low","high"],"every":1,"rounds":1000,"settle":0}`)
	for range 10 {
		g.frame()
	}
	frame := g.con.Time.Frame()
	require.Zero(t, testing.AllocsPerRun(500, func() {
		frame++
		g.con.Cvars.turn(frame, false)
	}))
	require.NotEmpty(t, g.con.Cvars.alternates)
}

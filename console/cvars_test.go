package console

import (
	"encoding/json"
	"flag"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

type quality int

// settings is a game's variables, one of each type.
type settings struct {
	god     bool
	lives   int
	small   int8
	seed    uint64
	gravity float64
	scale   float32
	title   string
	delay   time.Duration
	quality quality
	palette string
}

func bound(t *testing.T) (*settings, *probe) {
	g := &settings{lives: 3, gravity: 9.8, scale: 0.1, title: "arena", delay: 16 * time.Millisecond, palette: "ember"}
	con := new(Console)
	con.Cvars.Bind("player.god", &g.god, "nothing hurts")
	con.Cvars.Bind("player.lives", &g.lives, "").Range(0, 99).Step(1)
	con.Cvars.Bind("small", &g.small, "")
	con.Cvars.Bind("sim.seed", &g.seed, "")
	con.Cvars.Bind("physics.gravity", &g.gravity, "positive is down").Range(-50, 50).Unit("m/s²")
	con.Cvars.Bind("render.scale", &g.scale, "")
	con.Cvars.Bind("game.title", &g.title, "")
	con.Cvars.Bind("net.delay", &g.delay, "").Range(0, float64(time.Second))
	con.Cvars.Bind("render.quality", &g.quality, "").Enum("low", "high")
	con.Cvars.Bind("render.palette", &g.palette, "").Enum("ember", "frost")
	return g, newProbe(t, con)
}

func TestASetReachesTheGamesVariable(t *testing.T) {
	g, p := bound(t)
	for _, c := range []struct {
		name, value, shown string
		now                func() any
		want               any
	}{
		{"player.god", `true`, `true`, func() any { return g.god }, true},
		{"player.lives", `7`, `7`, func() any { return g.lives }, 7},
		{"player.lives", `"8"`, `8`, func() any { return g.lives }, 8},
		{"small", `-128`, `-128`, func() any { return g.small }, int8(-128)},
		{"sim.seed", `"18446744073709551615"`, `"18446744073709551615"`, func() any { return g.seed }, uint64(math.MaxUint64)},
		{"physics.gravity", `-12.5`, `-12.5`, func() any { return g.gravity }, -12.5},
		{"render.scale", `0.3`, `0.3`, func() any { return g.scale }, float32(0.3)},
		{"game.title", `"Zoë \u2603"`, `"Zoë ☃"`, func() any { return g.title }, "Zoë ☃"},
		{"net.delay", `"250ms"`, `"250ms"`, func() any { return g.delay }, 250 * time.Millisecond},
		{"render.quality", `"high"`, `"high"`, func() any { return g.quality }, quality(1)},
		{"render.quality", `0`, `"low"`, func() any { return g.quality }, quality(0)},
		{"render.palette", `"frost"`, `"frost"`, func() any { return g.palette }, "frost"},
	} {
		raw, f := p.call("cvar.set", `{"name":"`+c.name+`","value":`+c.value+`}`)
		require.Nil(t, f, c.name)
		require.Equal(t, c.want, c.now(), c.name)
		var s struct{ Value json.RawMessage }
		require.NoError(t, json.Unmarshal(raw, &s))
		require.JSONEq(t, c.shown, string(s.Value), c.name)
	}
}

func TestARefusedSetChangesNothingAndSaysWhy(t *testing.T) {
	g, p := bound(t)
	before := *g
	p.con.Cvars.Bind("host.name", new(string), "").ReadOnly()
	for _, c := range []struct {
		name, value string
		code        rpc.Code
		message     string
	}{
		{"physics.gravty", `1`, rpc.NotFound, `cvar "physics.gravty" is not known; nearest is "physics.gravity"`},
		{"physics.gravity", `51`, rpc.OutOfRange, `cvar "physics.gravity": 51 is out of range; allowed is -50 to 50`},
		{"physics.gravity", `"Infinity"`, rpc.OutOfRange, `cvar "physics.gravity": "Infinity" is out of range; allowed is a finite number`},
		{"small", `128`, rpc.OutOfRange, `cvar "small": 128 is out of range; allowed is -128 to 127`},
		{"net.delay", `"2s"`, rpc.OutOfRange, `cvar "net.delay": "2s" is out of range; allowed is 0s to 1s`},
		{"render.quality", `"hihg"`, rpc.OutOfRange, `cvar "render.quality": value "hihg" is not known; nearest is "high"`},
		{"render.quality", `2`, rpc.OutOfRange, `cvar "render.quality": 2 is out of range; allowed is 0 to 1`},
		{"host.name", `"x"`, rpc.ReadOnly, `cvar "host.name" is read-only`},
	} {
		f := p.refused(c.code, "cvar.set", `{"name":"`+c.name+`","value":`+c.value+`}`)
		require.Equal(t, c.message, f.Message)
	}
	for name, value := range map[string]string{"physics.gravity": `"heavy"`, "player.god": `1`, "game.title": `1`, "player.lives": `1.5`, "sim.seed": `-1`, "render.palette": `null`} {
		f := p.refused(rpc.InvalidParams, "cvar.set", `{"name":"`+name+`","value":`+value+`}`)
		require.Contains(t, f.Message, `cvar "`+name+`": `)
		require.Equal(t, "/value", f.Data.Path)
	}
	require.Equal(t, before, *g)
}

func TestACvarKnowsWhoSetIt(t *testing.T) {
	g, p := bound(t)
	c := get[CvarState](p, "cvar.get", `{"name":"physics.gravity"}`)
	require.Equal(t, "default", c.SetBy)
	require.Empty(t, c.Flags)

	c = get[CvarState](p, "cvar.set", `{"name":"physics.gravity","value":3}`)
	require.Equal(t, p.peer.Name(), c.SetBy)
	require.Equal(t, []string{"modified"}, c.Flags)
	require.Equal(t, p.con.Time.Frame(), c.Frame)
	version := c.Version

	g.gravity = 4
	c = get[CvarState](p, "cvar.get", `{"name":"physics.gravity"}`)
	require.Equal(t, "game", c.SetBy)
	require.Greater(t, c.Version, version)

	c = get[CvarState](p, "cvar.reset", `{"name":"physics.gravity"}`)
	require.Equal(t, 9.8, g.gravity)
	require.Empty(t, c.Flags)
}

func TestSubscribersHearOfEveryChangeOnce(t *testing.T) {
	g, p := bound(t)
	get[CvarState](p, "cvar.set", `{"name":"sim.seed","value":5}`)
	var all []CvarInfo
	require.NoError(t, json.Unmarshal(p.open("cvars", `{}`), &all))
	require.Len(t, all, 10)

	g.lives = 1 // the game's own doing
	p.send("cvar.set", `{"name":"physics.gravity","value":1}`)
	var told CvarChanges
	require.NoError(t, json.Unmarshal(p.next().Value, &told))
	changed := told.Changed
	require.Len(t, changed, 2)
	require.Equal(t, "physics.gravity", changed[0].Name)
	require.Equal(t, "player.lives", changed[1].Name)
	require.Equal(t, "game", changed[1].SetBy)
	for range 3 {
		p.frame()
	}
	require.Empty(t, p.events)
}

func TestOnChangeRunsForClientsAndNotForTheGame(t *testing.T) {
	g := 1.0
	calls := 0
	con := new(Console)
	con.Cvars.Bind("a", &g, "").OnChange(func(Change) { calls++ })
	p := newProbe(t, con)
	get[CvarState](p, "cvar.set", `{"name":"a","value":2}`)
	require.Equal(t, 1, calls)
	get[CvarState](p, "cvar.set", `{"name":"a","value":2}`)
	require.Equal(t, 1, calls, "nothing changed")
	g = 5
	p.frame()
	require.Equal(t, 1, calls)
}

func TestACvarIsAFlag(t *testing.T) {
	g, p := bound(t)
	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for v := range p.con.Cvars.All() {
		set.Var(v.Flag(), v.Name(), "")
	}
	require.NoError(t, set.Parse([]string{"-physics.gravity=1.5", "-net.delay=10ms", "-player.god", "-game.title=a b", "-render.quality=high"}))
	require.Equal(t, 1.5, g.gravity)
	require.Equal(t, 10*time.Millisecond, g.delay)
	require.True(t, g.god)
	require.Equal(t, "a b", g.title)
	require.Equal(t, quality(1), g.quality)
	require.Error(t, set.Parse([]string{"-physics.gravity=99"}))
	require.NoError(t, set.Parse([]string{"-physics.gravity=.5", "-player.lives=+7"}))
	require.Equal(t, 0.5, g.gravity)
	require.Equal(t, 7, g.lives)
	require.Error(t, set.Parse([]string{"-physics.gravity=NaN"}))
	require.NoError(t, set.Parse([]string{"-physics.gravity=1.5"}))
	require.Equal(t, "1.5", p.con.Cvars.Lookup("physics.gravity").String())
	require.Empty(t, new(Cvar).String(), "as package flag asks of a zero value")
}

// Whether a game has a flag for each cvar or one for all of them is no matter.
func TestBothFlagsOfACvarAreOne(t *testing.T) {
	ways := map[string]func(*Cvars, string) error{
		"its own": func(c *Cvars, text string) error { return c.Lookup("g.x").Flag().Set(text) },
		"-set":    func(c *Cvars, text string) error { return c.Flag().Set("g.x=" + text) },
	}
	for name, set := range ways {
		t.Run(name, func(t *testing.T) {
			x, p := tuned(t, func(v *Cvar) { v.Range(0, 9).Cheat() })
			c := &p.con.Cvars
			require.NoError(t, set(c, "5"), "a cheat waits for cheats")
			require.Equal(t, 1.0, *x)
			get[CvarState](p, "cvar.set", `{"name":"cheats","value":true}`)
			require.Equal(t, 5.0, *x)
			require.Error(t, set(c, "10"))
			*x = 3
			require.EqualError(t, set(c, "6"), `console: cvar "g.x": code (game), in frame 2 holds on; the value waits below it`)
			require.Equal(t, 3.0, *x)
		})
		t.Run(name+", of what only the game may set", func(t *testing.T) {
			x, p := tuned(t, func(v *Cvar) { v.ReadOnly() })
			require.EqualError(t, set(&p.con.Cvars, "5"), `cvar "g.x" is read-only`)
			require.Equal(t, 1.0, *x)
		})
	}
	x, p := tuned(t, nil)
	own := p.con.Cvars.Lookup("g.x").Flag()
	p.con.Cvars.Unbind("g.x")
	require.EqualError(t, own.Set("5"), "console: this cvar is not bound")
	require.Equal(t, 1.0, *x)
}

func TestMistakesOfTheProgramPanicAndNameTheCulprit(t *testing.T) {
	var c Cvars
	x, s, d := 5, "a", 16*time.Millisecond
	var hidden struct {
		f float64 `scry:"min=0"`
	}
	_ = hidden.f
	c.Bind("taken", &x, "")
	for want, f := range map[string]func(){
		`console: cvar "a": cannot bind int: a pointer to the variable is needed`:                          func() { c.Bind("a", x, "") },
		`console: cvar "b": cannot bind *[]int: it is no bool, number, string, duration, colour or vector`: func() { c.Bind("b", new([]int), "") },
		`console: cvar "taken" is bound already`:                                                           func() { c.Bind("taken", &x, "") },
		`console: cvar "Up": a name is letters, digits, _ and dots, and begins with a small letter`:        func() { c.Bind("Up", &x, "") },
		`console: cvar "a..b": a name is letters, digits, _ and dots, and begins with a small letter`:      func() { c.Bind("a..b", &x, "") },
		`console: cvar "r": 5 is outside its range of 6 to 7`:                                              func() { c.Bind("r", &x, "").Range(6, 7) },
		`console: cvar "d": 16ms is outside its range of 0s to 2ns`:                                        func() { c.Bind("d", &d, "").Range(0, 2) },
		`console: cvar "w": no number is from 7 to 6`:                                                      func() { c.Bind("w", &x, "").Range(7, 6) },
		`console: cvar "t": a step of -1 leads nowhere`:                                                    func() { c.Bind("t", &x, "").Step(-1) },
		`console: cvar "k": cannot bind *struct { A []int } as one value: BindStruct binds its fields`:     func() { c.Bind("k", new(struct{ A []int }), "") },
		`console: struct { F float64 "scry:\"f,min=x\"" }.F: tag "f,min=x": min: "x" is no number`: func() {
			c.BindStruct("i", new(struct {
				F float64 `scry:"f,min=x"`
			}))
		},
		`console: struct { F float64 "scry:\"archive=3\"" }.F: tag "archive=3": "archive" takes no value`: func() {
			c.BindStruct("j", new(struct {
				F float64 `scry:"archive=3"`
			}))
		},
		`console: struct { f float64 "scry:\"min=0\"" }.f: tag "min=0": the field is not exported`: func() { c.BindStruct("l", &hidden) },
		`console: cvar "s": a string has no range`:                                                 func() { c.Bind("s", &s, "").Range(6, 7) },
		`console: cvar "e": 5 is none of low, high`:                                                func() { c.Bind("e", &x, "").Enum("low", "high") },
		`console: cvar "n": cannot bind *int: a pointer to the variable is needed`:                 func() { c.Bind("n", (*int)(nil), "") },
	} {
		require.PanicsWithValue(t, want, f)
	}
	c.Unbind("taken")
	c.Bind("taken", &x, "")
	require.Nil(t, c.Lookup("nobody"))
}

func TestAFloatOf32BitsIsBoundedAsItIsRounded(t *testing.T) {
	var c Cvars
	f := float32(0.1)
	v := c.Bind("f", &f, "").Range(-0.1, 0.1)
	f = 0
	require.NoError(t, v.Set("0.1"), "the nearest in 32 bits is a little more")
	require.NoError(t, v.Set("-0.1"))
	require.Error(t, v.Set("0.1001"))
	g := float32(1)
	require.EqualError(t, c.Bind("g", &g, "").Set("1e39"), `cvar "g": 1e39 is out of range; allowed is what 32 bits hold`)
	require.InDelta(t, 1, g, 0)
}

func TestSubscribersHearOfACvarThatIsBoundLater(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	p.open("cvars", `{}`)
	x := 1
	con.Cvars.Bind("level.fog", &x, "")
	require.Contains(t, string(p.next().Value), `"level.fog"`)
	p.frame()
	require.Empty(t, p.events, "once")
}

func TestACvarThatIsNoneRefuses(t *testing.T) {
	var c Cvars
	for _, v := range []*Cvar{new(Cvar), c.Lookup("no.such")} {
		require.EqualError(t, v.Set("1"), "console: this cvar is not bound")
		require.Empty(t, v.String())
	}
}

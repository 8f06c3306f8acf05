package console

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// tweaked is a game with a cvar of each kind that verbs treat by itself.
type tweaked struct {
	*probe
	god     bool
	lives   int
	small   uint8
	seed    uint64
	gravity float64
	scale   float32
	title   string
	delay   time.Duration
	quality int
	fog     string
	wind    [3]float64
	fixed   int
	next    int
	fly     bool
}

func newTweaked(t *testing.T) *tweaked {
	g := &tweaked{lives: 3, gravity: 9.8, scale: 1, title: "arena", fog: "thin", next: 1}
	con := new(Console)
	c := &con.Cvars
	c.Bind("player.god", &g.god, "nothing hurts")
	c.Bind("player.lives", &g.lives, "how often").Range(0, 9)
	c.Bind("small", &g.small, "")
	c.Bind("seed", &g.seed, "")
	c.Bind("physics.gravity", &g.gravity, "positive is down").Range(-50, 50).Unit("m/s²").Step(.1)
	c.Bind("render.scale", &g.scale, "")
	c.Bind("title", &g.title, "what stands above")
	c.Bind("delay", &g.delay, "").Range(0, float64(time.Second))
	c.Bind("quality", &g.quality, "").Enum("low", "mid", "high")
	c.Bind("fog", &g.fog, "").Enum("thin", "thick")
	c.Bind("wind", &g.wind, "")
	c.Bind("fixed", &g.fixed, "").ReadOnly()
	c.Bind("next", &g.next, "").Latched()
	c.Bind("fly", &g.fly, "").Cheat()
	g.probe = newProbe(t, con)
	return g
}

func TestAllThatWasChangedIsListedAndReset(t *testing.T) {
	g := newTweaked(t)
	g.run("cheats on; fly on; wind 1 2 3; title x; next 5; physics.gravity 3")
	g.fixed = 9 // the game's own
	table := g.run("modified").Output
	for _, row := range []string{"name             value   default  by       layer", "wind             1 2 3   0 0 0    guest-1  console", "next             5       1        guest-1  console", "fixed            9       0        game     code"} {
		require.Contains(t, table, row)
	}
	require.Contains(t, g.run("history wind").Output, "  0 0 0  1 2 3  ", "a vector is as it is typed")
	anna := g.second()
	get[CvarState](anna, "cvar.set", `{"name":"title","value":"anna's","lease":true}`)
	require.Equal(t, `cvar "title" is on lease to guest-2 until it leaves; force ends the lease`+"\n4 cvars back at the default", g.run("reset all").Output)
	require.Equal(t, []any{false, [3]float64{}, "anna's", 9, 9.8, true}, []any{g.fly, g.wind, g.title, g.fixed, g.gravity, g.con.Cvars.Cheats})
	require.Empty(t, get[[]CvarChange](g.probe, "cvar.history", `{"name":"fixed"}`), "what nobody could take back")
	require.Contains(t, g.run("modified").Output, "anna's")

	all := 1
	g.con.Cvars.Bind("all", &all, "")
	g.run("all 2; reset all")
	require.Equal(t, 1, all, "a cvar of that name is meant before")
}

func TestTheVerbsThatChangeCvars(t *testing.T) {
	g := newTweaked(t)
	for _, c := range []struct{ line, output string }{
		{"set physics.gravity 3", "physics.gravity = 3 m/s² (was 9.8)"},
		{"physics.gravity 3", "physics.gravity = 3 m/s²"},
		{"physics.gravity +.5", "physics.gravity = 0.5 m/s² (was 3)"},
		{"title Gravity   garden", "title = Gravity garden (was arena)"},
		{`title "a  b"; title ""`, "title = a  b (was Gravity garden)\ntitle =  (was a  b)"},
		{"wind 1 2 3", "wind = 1 2 3 (was 0 0 0)"},
		{"wind 4,5,6", "wind = 4 5 6 (was 1 2 3)"},
		{"player.god on", "player.god = true (was false)"},
		{"delay 16ms", "delay = 16ms (was 0s)"},
		{"quality 2", "quality = high (was low)"},
		{"next 5", "next = 1; 5 waits until the game takes it, at its next start if not before"},
		{"next", "next = 1; 5 waits until the game takes it, at its next start if not before; default 1\n  latched, set by console (guest-1), in frame 11"},

		{"toggle player.god", "player.god = false (was true)"},
		{"toggle fog; toggle fog", "fog = thick (was thin)\nfog = thin (was thick)"},
		{"toggle player.lives; toggle player.lives", "player.lives = 0 (was 3)\nplayer.lives = 1 (was 0)"},
		{"toggle title x y; toggle title x y; toggle title x y", "title = x (was )\ntitle = y (was x)\ntitle = x (was y)"},
		{"cycle quality; cycle quality", "quality = low (was high)\nquality = mid (was low)"},
		{"cycle quality high low", "quality = high (was mid)"},
		{"cycle physics.gravity 1 2.0 3; cycle physics.gravity 1 2 3", "physics.gravity = 1 m/s² (was 0.5)\nphysics.gravity = 2 m/s² (was 1)"},
		{"cycle wind 0,0,0 1,1,1; cycle wind 0,0,0 1,1,1", "wind = 0 0 0 (was 4 5 6)\nwind = 1 1 1 (was 0 0 0)"},
		{"cycle player.god; cycle player.god", "player.god = true (was false)\nplayer.god = false (was true)"},

		{"inc physics.gravity; inc physics.gravity; inc physics.gravity", "physics.gravity = 2.1 m/s² (was 2)\nphysics.gravity = 2.2 m/s² (was 2.1)\nphysics.gravity = 2.3 m/s² (was 2.2)"},
		{"inc physics.gravity -1e3; inc physics.gravity 1e3", "physics.gravity = -50 m/s² (was 2.3)\nphysics.gravity = 50 m/s² (was -50)"},
		{"inc player.lives; inc player.lives -5; inc player.lives 100", "player.lives = 2 (was 1)\nplayer.lives = 0 (was 2)\nplayer.lives = 9 (was 0)"},
		{"inc small 300; inc small -400", "small = 255 (was 0)\nsmall = 0 (was 255)"},
		{"seed 18446744073709551614; inc seed; inc seed -9", "seed = 18446744073709551614 (was 0)\nseed = 18446744073709551615 (was 18446744073709551614)\nseed = 18446744073709551606 (was 18446744073709551615)"},
		{"seed 9007199254740993; inc seed 2", "seed = 9007199254740993 (was 18446744073709551606)\nseed = 9007199254740995 (was 9007199254740993)"},
		{"inc delay; inc delay 5ms; inc delay 2s", "delay = 17ms (was 16ms)\ndelay = 22ms (was 17ms)\ndelay = 1s (was 22ms)"},
		{"inc render.scale .1", "render.scale = 1.1 (was 1)"},

		{"reset quality", "quality = low (was high)"},
		{"reset physics.gravity all", "physics.gravity = 9.8 m/s² (was 50)"},
		{"cheats on; fly on; cheats off", "cheats = true (was false)\nfly = true (was false)\ncheats = false (was true)"},
		{"fly", "fly = false; default false\n  cheat"},
	} {
		require.Equal(t, c.output, g.run(c.line).Output, c.line)
	}
	require.Equal(t, uint64(9007199254740995), g.seed)
	require.False(t, g.fly)
}

func TestTheVerbsThatRefuse(t *testing.T) {
	g := newTweaked(t)
	for _, c := range []struct {
		line    string
		code    rpc.Code
		part    string // what is pointed at
		message string
	}{
		{"set physics.gravity 99 1", rpc.InvalidParams, "99 1", `cvar "physics.gravity": value must be a number, not "99 1"`},
		{"set physics.gravity heavy", rpc.InvalidParams, "heavy", `cvar "physics.gravity": value must be a number, not "heavy"`},
		{"set", rpc.InvalidParams, "set", "set: cvar is missing; usage: set <cvar> <value>"},
		{"set title", rpc.InvalidParams, "set title", "set: value is missing; usage: set <cvar> <value>"},
		{"fixed 3", rpc.ReadOnly, "3", `cvar "fixed" is read-only`},
		{"fly on", rpc.ReadOnly, "on", `cvar "fly" is a cheat, and cheats are off; set the cvar "cheats" to allow it`},
		{"reset fixed", rpc.ReadOnly, "fixed", `cvar "fixed" is read-only`},
		{"reset title every", rpc.OutOfRange, "every", `reset: all: value "every" is not known; there are all; usage: reset <cvar> [all]`},
		{"toggle quality", rpc.InvalidParams, "quality", `cvar "quality" is no bool: say between which values, as in toggle quality a b`},
		{"toggle title", rpc.InvalidParams, "title", `cvar "title" is no bool: say between which values, as in toggle title a b`},
		{"toggle player.lives 1 x", rpc.InvalidParams, "x", `cvar "player.lives": value must be an integer, not "x"`},
		{"cycle title", rpc.InvalidParams, "title", `cvar "title" is no enum: say through which values, as in cycle title a b c`},
		{"cycle quality low hgih", rpc.OutOfRange, "hgih", `cvar "quality": value "hgih" is not known; nearest is "high"`},
		{"inc title", rpc.InvalidParams, "title", `cvar "title" is a string, and no number`},
		{"inc quality", rpc.InvalidParams, "quality", `cvar "quality" is a enum, and no number`},
		{"inc physics.gravity much", rpc.InvalidParams, "much", `cvar "physics.gravity": value must be a number, not "much"`},
		{"inc physics.gravity NaN", rpc.OutOfRange, "NaN", `cvar "physics.gravity": "NaN" is out of range; allowed is a finite number`},
		{"lease title x 0", rpc.OutOfRange, "0", `0 is out of range; allowed is more than 0 and at most 86400 s`},
		{"lease title x 1e9", rpc.OutOfRange, "1e9", `1e9 is out of range; allowed is more than 0 and at most 86400 s`},
		{"lease player.lives x", rpc.InvalidParams, "x", `cvar "player.lives": value must be an integer, not "x"`},
		{"undo", rpc.NotFound, "undo", "there is no change of guest-1 to take back"},
		{"undo 77", rpc.NotFound, "77", "change 77 is not in the history"},
		{"redo", rpc.NotFound, "redo", "there is nothing that guest-1 took back"},
		{"help hlep", rpc.NotFound, "hlep", `"hlep" is no command, cvar or alias; nearest is "help"`},
		{"wait -1", rpc.OutOfRange, "-1", `wait: ticks: -1 is out of range; allowed is 0 to 10000000; usage: wait [ticks]`},
		{"wait soon", rpc.InvalidParams, "soon", `wait: ticks: value must be an integer, not "soon"; usage: wait [ticks]`},
		{"history titel", rpc.NotFound, "titel", `history: cvar: cvar "titel" is not known; nearest is "title"; usage: history [cvar]`},
		{"bind F77 x", rpc.InvalidParams, "F77", `key "F77" is not known; nearest is "F7"`},
		{"bind Hyper+x y", rpc.InvalidParams, "Hyper+x", `"Hyper" is no modifier; there are Mod, Meta, Alt and Shift`},
		{"bind F7", rpc.NotFound, "F7", `bind "F7" is not known`},
		{"bind F7 \"a `\"", rpc.InvalidParams, "F7", "this line could not be run: the quote that opens here is not closed in its line"},
		{"unbind F7", rpc.NotFound, "F7", `bind "F7" is not known`},
	} {
		f := g.refused(c.code, "command.run", lineParams(c.line))
		require.Equal(t, c.message, f.Message, c.line)
		require.Equal(t, c.part, cutUTF16(c.line, f.Data.From, f.Data.To), c.line)
	}
	require.Equal(t, 9.8, g.gravity)
}

func TestTheVerbsThatTell(t *testing.T) {
	g := newTweaked(t)
	require.Equal(t, "physics.gravity = 9.8 m/s²; default 9.8 m/s²; -50 to 50\n  positive is down", g.run("physics.gravity").Output)
	require.Equal(t, g.run("physics.gravity").Output, g.run("help physics.gravity").Output)
	g.run("quality mid")
	require.Equal(t, "quality = mid; default low; one of low, mid, high\n  set by console (guest-1), in frame 4", g.run("quality").Output)
	g.con.Commands.Bind("spawn", func(kind string, n int, tags ...string) {}, "makes some").Args("kind", "count", "tags").Enum(0, "ball", "box").Range(1, 1, 9).Optional(1)
	require.Equal(t, "spawn <kind> [count] [tags...]\nmakes some\n  kind: ball, box\n  count: int, 1 to 9; may be left out\n  tags: string; any number of them", g.run("help spawn").Output)
	require.Equal(t, "a b  c", g.run(`echo a "b  c"`).Output)

	o := g.run("find GRAV")
	require.JSONEq(t, `[{"name":"physics.gravity","kind":"cvar","value":"9.8 m/s²","help":"positive is down"}]`, string(o.Results[0].Data))
	g.run("alias downhill physics.gravity")
	var rows []foundRow
	require.NoError(t, json.Unmarshal(g.run("find down").Results[0].Data, &rows))
	require.Len(t, rows, 2)
	require.Equal(t, foundRow{"downhill", "alias", "", "physics.gravity"}, rows[1])
	require.NoError(t, json.Unmarshal(g.run("find makes some").Results[0].Data, &rows))
	require.Equal(t, []foundRow{{"spawn", "command", "", "spawn <kind> [count] [tags...]: makes some"}}, rows)
	require.NoError(t, json.Unmarshal(g.run("find modified").Results[0].Data, &rows))
	require.Equal(t, foundRow{"quality", "cvar", "mid", ""}, rows[0], "by a flag")
	require.Equal(t, "alias downhill: physics.gravity", g.run("help downhill").Output)

	var cvars []cvarRow
	require.NoError(t, json.Unmarshal(g.run("cvars q").Results[0].Data, &cvars))
	require.Equal(t, []cvarRow{{"quality", "mid", "low", "modified", ""}}, cvars)
	o = g.run("help")
	require.Contains(t, o.Output, "spawn <kind> [count] [tags...]")
	require.Contains(t, o.Output, "wait [ticks]")
	require.Equal(t, "usage         help\nwait [ticks]  goes on after so many ticks; one where none is said", g.run("commands wa").Output)
}

func TestEachVerbHasHelpThatFitsALine(t *testing.T) {
	g := newTweaked(t)
	n := 0
	for _, c := range get[[]CommandInfo](g.probe, "command.list", `{}`) {
		if c.Builtin {
			n++
			require.NotEmpty(t, c.Help, c.Name)
			require.Less(t, len(c.Help), 120, c.Name)
			require.Contains(t, g.run("help "+c.Name).Output, c.Usage)
		}
	}
	require.GreaterOrEqual(t, n, 19)
}

func TestHistoryUndoAndRedoOfALine(t *testing.T) {
	g := newTweaked(t)
	g.run("physics.gravity 3; title x; reset title")
	var rows []historyRow
	require.NoError(t, json.Unmarshal(g.run("history").Results[0].Data, &rows))
	require.Equal(t, "physics.gravity", rows[0].Name)
	require.NoError(t, json.Unmarshal(g.run("history title").Results[0].Data, &rows))
	for _, r := range rows {
		require.Equal(t, "title", r.Name)
	}
	require.Equal(t, "physics.gravity = 9.8 m/s²", g.run("undo 1").Output)
	require.Equal(t, 9.8, g.gravity)
	require.Equal(t, "physics.gravity = 3 m/s²", g.run("redo").Output)
	require.Equal(t, 3.0, g.gravity)
}

func TestALeaseOfALineEndsWithItsClient(t *testing.T) {
	g := newTweaked(t)
	g.run("lease physics.gravity 1; lease title x 3600")
	require.Equal(t, 1.0, g.gravity)
	other := newProbe(t, g.con)
	f := other.refused(rpc.Conflict, "command.run", lineParams("physics.gravity 2"))
	require.Contains(t, f.Message, "guest-1")
	g.leave()
	require.Equal(t, 9.8, g.gravity)
	require.Equal(t, "arena", g.title, "a time is the longest that it lasts")
	other.run("physics.gravity 2")
}

func TestKeysAreSpelledAsTheDashboardDoes(t *testing.T) {
	for text, want := range map[string]string{
		"f5": "F5", "F5": "F5", "ctrl+shift+f5": "Mod+Shift+F5", "Shift+Ctrl+g": "Mod+Shift+g", "G": "g", "cmd+alt+ARROWUP": "Mod+Alt+ArrowUp",
		"win+x": "Meta+x", "+": "+", "ctrl++": "Mod++", "?": "?", "space": "Space", "é": "é",
	} {
		got, err := keyName(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "ab", "ctrl+", "+a", "ctrl+ctrl", "F25", strings.Repeat("x", 500)} {
		_, err := keyName(text)
		require.Error(t, err, text)
	}
}

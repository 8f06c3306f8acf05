package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"image/color"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// ball is an entity of the games in these tests.
type ball struct {
	Name string
	Mass float64
}

type pair struct{ X, Y float32 }

type mode int

// typedLine is a game with commands of each kind of argument, which note what they got.
type typedLine struct {
	*probe
	got   []any
	balls []ball
	boss  struct{ HP int }
	gain  float64
	key   string
}

func newTypedLine(t *testing.T) *typedLine {
	con := new(Console)
	g := &typedLine{balls: []ball{{"Anna", 1}, {"", 2}, {"Zoë Zwei", 3}}, gain: 1}
	note := func(args ...any) { g.got = append(g.got, args...) }
	c := &con.Commands
	c.Bind("bool", func(on bool) { note(on) }, "")
	c.Bind("ints", func(a int, b int8, c uint64) { note(a, b, c) }, "")
	c.Bind("float", func(f float64, g float32) { note(f, g) }, "").Range(0, -1, 1)
	c.Bind("text", func(s string) { note(s) }, "")
	c.Bind("delay", func(d time.Duration) { note(d) }, "").Range(0, 0, float64(time.Second))
	c.Bind("paint", func(c color.NRGBA) { note(c) }, "")
	c.Bind("move", func(v [3]float64, again bool) { note(v, again) }, "").Optional(1)
	c.Bind("plane", func(p pair) { note(p) }, "").Range(0, -5, 5)
	c.Bind("level", func(l slog.Level, p *slog.Level) { note(l, *p) }, "")
	c.Bind("mode", func(m mode, s string) { note(m, s) }, "").Enum(0, "low", "high").Enum(1, "a", "b")
	c.Bind("cv", func(v *Cvar) { note(v.Name()) }, "")
	c.Bind("ball", func(b *ball) { note(b) }, "")
	c.Bind("balls", func(list ...*ball) {
		for _, b := range list {
			note(b)
		}
	}, "")
	c.Bind("boss", func(b *struct{ HP int }) { b.HP-- }, "")
	c.Bind("sum", func(inv *Invocation, a int, rest ...int) int {
		note(inv.By, inv.Frame, inv.Tick)
		for _, n := range rest {
			a += n
		}
		return a
	}, "adds").Args("first", "more")
	con.Cvars.Bind("audio.gain", &g.gain, "how loud").Range(0, 2)
	con.Cvars.Bind("api.key", &g.key, "").Secret()
	con.World.Bind("ball", &g.balls, "they bounce")
	con.World.Bind("boss", &g.boss, "")
	g.probe = newProbe(t, con)
	return g
}

// run runs a line that is expected to do.
func (p *probe) run(line string) CommandOutput {
	p.t.Helper()
	return get[CommandOutput](p, "command.run", lineParams(line))
}

func lineParams(line string) string {
	raw, _ := json.Marshal(CommandLine{line})
	return string(raw)
}

func TestWordsBecomeArguments(t *testing.T) {
	g := newTypedLine(t)
	debug, warn := slog.LevelDebug, slog.LevelWarn
	for line, want := range map[string][]any{
		"bool true":                           {true},
		"bool off":                            {false},
		"bool 1":                              {true},
		"ints -5 +7 18446744073709551615":     {-5, int8(7), uint64(1<<64 - 1)},
		"float .5 1e-3":                       {.5, float32(1e-3)},
		`text "two words"`:                    {"two words"},
		"text `C:\\x`":                        {`C:\x`},
		`text ""`:                             {""},
		"delay 250ms":                         {250 * time.Millisecond},
		"paint #ff8800":                       {color.NRGBA{255, 136, 0, 255}},
		"paint #ff880010":                     {color.NRGBA{255, 136, 0, 16}},
		"move 1 2 3":                          {[3]float64{1, 2, 3}, false},
		"move 1,2,3 true":                     {[3]float64{1, 2, 3}, true},
		`move "1 2 3" on`:                     {[3]float64{1, 2, 3}, true},
		"move 1 -2 .5 true":                   {[3]float64{1, -2, .5}, true},
		"plane 1 2":                           {pair{1, 2}},
		"level debug WARN":                    {debug, warn},
		"mode high b":                         {mode(1), "b"},
		"mode 0 a":                            {mode(0), "a"},
		"cv audio.gain":                       {"audio.gain"},
		"ball Anna":                           {&g.balls[0]},
		`ball "ball 1"`:                       {&g.balls[1]},
		"ball 1":                              {&g.balls[1]},
		"ball ball 1":                         {&g.balls[1]},
		"balls Anna ball 1 2":                 {&g.balls[0], &g.balls[1], &g.balls[2]},
		`ball "Zoë Zwei"`:                     {&g.balls[2]},
		fmt.Sprint("ball ", uint64(idSpan+2)): {&g.balls[2]},
	} {
		g.got = nil
		g.run(line)
		require.Equal(t, want, g.got, line)
	}
	g.run("boss boss")
	require.Equal(t, -1, g.boss.HP)
}

func TestAnArgumentThatDoesNotDoIsNamedInItsPlace(t *testing.T) {
	g := newTypedLine(t)
	for _, c := range []struct {
		line    string // «» is what is pointed at
		code    rpc.Code
		message string
	}{
		{"«bolo» x", rpc.NotFound, `"bolo" is no command, cvar or alias; nearest is "bool"`},
		{"bool «maybe»", rpc.InvalidParams, `bool: bool: value must be true or false, not "maybe"; usage: bool <bool>`},
		{"«bool»", rpc.InvalidParams, `bool: bool is missing; usage: bool <bool>`},
		{"bool on «off on»", rpc.InvalidParams, `bool: there is no argument for "off"; usage: bool <bool>`},
		{"ints 1 «128» 3", rpc.OutOfRange, `ints: int2: 128 is out of range; allowed is -128 to 127; usage: ints <int> <int2> <int3>`},
		{"«ints 1 2»", rpc.InvalidParams, `ints: int3 is missing; usage: ints <int> <int2> <int3>`},
		{"float «2» 0", rpc.OutOfRange, `float: float: 2 is out of range; allowed is -1 to 1; usage: float <float> <float2>`},
		{"float «NaN» 0", rpc.OutOfRange, `float: float: "NaN" is out of range; allowed is a finite number; usage: float <float> <float2>`},
		{"delay «2s»", rpc.OutOfRange, `delay: duration: "2s" is out of range; allowed is 0s to 1s; usage: delay <duration>`},
		{"paint «red»", rpc.InvalidParams, `paint: color: "red" is no colour; wanted is #rrggbb or #rrggbbaa; usage: paint <color>`},
		{"move «1,2»", rpc.InvalidParams, `move: vec3: wanted are 3 numbers, not 2; usage: move <vec3> [bool]`},
		{"move «1 2»", rpc.InvalidParams, `move: vec3: wanted are 3 numbers, not 2; usage: move <vec3> [bool]`},
		{"plane «1 6»", rpc.OutOfRange, `plane: vec2: 6 is out of range; allowed is -5 to 5; usage: plane <vec2>`},
		{"level debug «loud»", rpc.InvalidParams, `level: level2: slog: level string "loud": unknown name; usage: level <level> <level2>`},
		{"mode «hihg» a", rpc.OutOfRange, `mode: enum: value "hihg" is not known; nearest is "high"; usage: mode <enum> <enum2>`},
		{"mode low «zzz»", rpc.OutOfRange, `mode: enum2: value "zzz" is not known; there are a, b; usage: mode <enum> <enum2>`},
		{"cv «audio.gian»", rpc.NotFound, `cv: cvar: cvar "audio.gian" is not known; nearest is "audio.gain"; usage: cv <cvar>`},
		{"ball «Ana»", rpc.NotFound, `ball: ball: ball "Ana" is not known; nearest is "Anna"; usage: ball <ball>`},
		{"ball «ball 9»", rpc.NotFound, `ball: ball: ball "ball 9" is not known; nearest is "ball 1"; usage: ball <ball>`},
		{"ball «ball»", rpc.NotFound, `ball: ball: ball "ball" is not known; usage: ball <ball>`},
		{"ball «9»", rpc.NotFound, `ball: ball: ball "9" is not known; usage: ball <ball>`},
		{"sum 1 «x» 3", rpc.InvalidParams, `sum: more: value must be an integer, not "x"; usage: sum <first> [more...]`},
		{"audio.gain «3»", rpc.OutOfRange, `cvar "audio.gain": 3 is out of range; allowed is 0 to 2`},
		{"set audio.gian 3", rpc.NotFound, ""},
		{`text 𝄞☃; text "Zoë" «é»`, rpc.InvalidParams, `text: there is no argument for "é"; usage: text <string> (1 command ran before it)`},
		{"text a\ntext 𝄞\ntext 𝄞 «☃» ", rpc.InvalidParams, `line 3: text: there is no argument for "☃"; usage: text <string> (2 commands ran before it)`},
		{`text a; text «"b»`, rpc.InvalidParams, "the quote that opens here is not closed in its line"},
		{"text a\ntext 𝄞 «`b»\ntext c", rpc.InvalidParams, "line 2: the quote that opens here is not closed in its line"},
		{`text "𝄞«\q»"`, rpc.InvalidParams, "\\q begins no escape; write \\\\ for a backslash, or the word in `…`"},
	} {
		line := strings.NewReplacer("«", "", "»", "").Replace(c.line)
		f := g.refused(c.code, "command.run", lineParams(line))
		require.Equal(t, "/line", f.Data.Path, c.line)
		if c.message == "" {
			continue
		}
		require.Equal(t, c.message, f.Message, c.line)
		head, _, _ := strings.Cut(c.line, "«")
		_, part, _ := strings.Cut(c.line, "«")
		part, _, _ = strings.Cut(part, "»")
		require.Equal(t, part, cutUTF16(line, f.Data.From, f.Data.To), c.line)
		require.Equal(t, utf16Of(head, len(head)), f.Data.From, c.line)
	}
	require.Equal(t, 1.0, g.gain)
}

// cutUTF16 is what JavaScript's slice would return.
func cutUTF16(s string, from, to int) string { return s[bytesOf(s, from):bytesOf(s, to)] }

func TestALineWithAFaultRunsNothing(t *testing.T) {
	g := newTypedLine(t)
	g.refused(rpc.InvalidParams, "command.run", lineParams("text a; text \"b"))
	require.Empty(t, g.got)
	g.refused(rpc.NotFound, "command.run", lineParams("text a; bolo; text c"))
	require.Equal(t, []any{"a"}, g.got)
}

func TestWhatACommandReturnsIsShown(t *testing.T) {
	g := newTypedLine(t)
	c := &g.con.Commands
	type row struct {
		Name string `json:"name"`
		HP   int    `json:"hp"`
		Note string `json:"note,omitempty"`
	}
	c.Bind("say", func() string { return "two\nlines" }, "")
	c.Bind("number", func() (float64, error) { return 1.5, nil }, "")
	c.Bind("duration", func() time.Duration { return time.Second }, "")
	c.Bind("rows", func() []row { return []row{{"Anna", 5, ""}, {"Zoë", 10, "hi\nho"}} }, "")
	c.Bind("none", func() []row { return nil }, "")
	c.Bind("map", func() map[string]int { return map[string]int{"b": 2, "a": 1} }, "")
	c.Bind("prints", func(inv *Invocation) string { inv.Printf("%d", 1); inv.Printf("2\n"); return "3" }, "")
	c.Bind("fails", func() (string, error) { return "lost", errors.New("no more balls") }, "")
	c.Bind("finds", func() error { return rpc.Errorf(rpc.NotFound, "nothing there") }, "")

	o := g.run("text 𝄞; say; number\nduration; prints")
	require.Equal(t, "two\nlines\n1.5\n1s\n1\n2\n3", o.Output)
	require.Equal(t, []CommandResult{
		{Line: 1, Command: "say", Output: "two\nlines", From: 9, To: 12},
		{Line: 1, Command: "number", Output: "1.5", From: 14, To: 20},
		{Line: 2, Command: "duration", Output: "1s", From: 21, To: 29},
		{Line: 2, Command: "prints", Output: "1\n2\n3", From: 31, To: 37},
	}, o.Results)
	require.Equal(t, g.con.Time.Frame(), o.Frame)

	o = g.run("rows; map; none")
	require.Equal(t, "name  hp  note\nAnna  5\nZoë   10  hi ho\na  1\nb  2", o.Output)
	require.JSONEq(t, `[{"name":"Anna","hp":5},{"name":"Zoë","hp":10,"note":"hi\nho"}]`, string(o.Results[0].Data))
	require.JSONEq(t, `{"a":1,"b":2}`, string(o.Results[1].Data))
	require.JSONEq(t, `[]`, string(o.Results[2].Data))

	f := g.refused(rpc.Failed, "command.run", lineParams("say;  fails"))
	require.Equal(t, "no more balls (1 command ran before it)", f.Message)
	require.Equal(t, []int{6, 11}, []int{f.Data.From, f.Data.To})
	g.refused(rpc.NotFound, "command.run", lineParams("finds"))
}

func TestACommandThatPanicsIsAnErrorOfThatCommand(t *testing.T) {
	g := newTypedLine(t)
	g.con.Commands.Bind("boom", func() { panic("ouch") }, "")
	f := g.refused(rpc.InternalError, "command.run", lineParams("text a; boom; text b"))
	require.Equal(t, `command "boom" panicked: ouch (1 command ran before it)`, f.Message)
	require.Equal(t, []any{"a"}, g.got)
	tail := get[struct{ Lines []struct{ Msg string } }](g.probe, "log.tail", `{}`)
	require.Contains(t, fmt.Sprint(tail.Lines), "panic")
	g.run("text c")
	require.Equal(t, []any{"a", "c"}, g.got)
}

func TestACommandKnowsWhoRunsItAndWhen(t *testing.T) {
	g := newTypedLine(t)
	require.Equal(t, "6", g.run("sum 1 2 3").Output)
	require.Equal(t, []any{g.peer.Name(), g.con.Time.Frame(), g.con.Time.Tick() - 1}, g.got)
	g.got = nil
	out, err := g.con.Commands.Run("sum 5; text x")
	require.NoError(t, err)
	require.Equal(t, "5", out)
	require.Equal(t, "game", g.got[0])
}

func TestCommandsAreListedWithTheirArguments(t *testing.T) {
	g := newTypedLine(t)
	g.con.Commands.Bind("spawn", func(kind string, n int) {}, "makes some").Args("kind", "count").
		Enum(0, "ball", "box").Range(1, 1, 100).Optional(1).View()
	byName := map[string]CommandInfo{}
	for _, c := range get[[]CommandInfo](g.probe, "command.list", `{}`) {
		byName[c.Name] = c
	}
	lo, hi := 1.0, 100.0
	require.Equal(t, CommandInfo{
		Name: "spawn", Usage: "spawn <kind> [count]", Help: "makes some", View: true,
		Args: []ArgumentInfo{
			{Name: "kind", Type: "enum", Enum: []string{"ball", "box"}, Completes: true},
			{Name: "count", Type: "int", Min: &lo, Max: &hi, Optional: true},
		},
	}, byName["spawn"])
	require.Equal(t, []ArgumentInfo{{Name: "ball", Type: "entity", Entity: true, Completes: true}}, byName["ball"].Args)
	require.Equal(t, []ArgumentInfo{{Name: "cvar", Type: "cvar", Completes: true}}, byName["cv"].Args)
	require.Equal(t, []ArgumentInfo{{Name: "first", Type: "int"}, {Name: "more", Type: "int", Optional: true, Variadic: true}}, byName["sum"].Args)
	require.True(t, byName["set"].Builtin)
	require.Equal(t, "set <cvar> <value>", byName["set"].Usage)
	g.con.Commands.Unbind("spawn")
	g.refused(rpc.NotFound, "command.run", lineParams("spawn ball"))
	g.con.Commands.Unbind("spawn")
}

func TestMistakesOfTheProgramInCommandsPanicAndNameTheCulprit(t *testing.T) {
	con := new(Console)
	c := &con.Commands
	c.Bind("taken", func() {}, "")
	con.Cvars.Bind("a.cvar", new(int), "")
	con.RPC()
	two := func() *Command { c.Unbind("two"); return c.Bind("two", func(int, string) {}, "") }
	for want, f := range map[string]func(){
		`console: command "taken" is bound already`:                                                    func() { c.Bind("taken", func() {}, "") },
		`console: command "a.cvar": a cvar is bound under this name`:                                   func() { c.Bind("a.cvar", func() {}, "") },
		`console: cvar "taken": a command is bound under this name`:                                    func() { con.Cvars.Bind("taken", new(int), "") },
		`console: command "Up": a name is letters, digits, _ and dots, and begins with a small letter`: func() { c.Bind("Up", func() {}, "") },
		`console: command "x": cannot bind int: a function is needed`:                                  func() { c.Bind("x", 5, "") },
		`console: command "x": cannot bind func(): a function is needed`:                               func() { c.Bind("x", (func())(nil), "") },
		`console: command "x": a word cannot become the argument []int: it is no bool, number, string, duration, colour, vector, encoding.TextUnmarshaler, or pointer to a struct`: func() { c.Bind("x", func([]int) {}, "") },
		`console: command "x": cannot bind func() (int, int): results are none, error, a value, or a value and an error`:                                                           func() { c.Bind("x", func() (int, int) { return 1, 2 }, "") },
		`console: command "x": cannot bind func() chan int: results are none, error, a value, or a value and an error`:                                                             func() { c.Bind("x", func() chan int { return nil }, "") },
		`console: command "two": 1 names for 2 arguments`:                     func() { two().Args("a") },
		`console: command "two": an argument cannot be called "a b"`:          func() { two().Args("a b", "c") },
		`console: command "two": there is no argument 2 of 2, counted from 0`: func() { two().Enum(2, "a") },
		`console: command "two": a string has no range`:                       func() { two().Range(1, 0, 1) },
		`console: command "two": no number is from 2 to 1`:                    func() { two().Range(0, 2, 1) },
		`console: command "two": 3 of 2 arguments cannot be optional`:         func() { two().Optional(3) },
	} {
		require.PanicsWithValue(t, want, f)
	}
	both := new(Console)
	both.Cvars.Bind("same", new(int), "")
	both.Commands.Bind("same", func() {}, "")
	require.PanicsWithValue(t, `console: "same" is bound both as a command and as a cvar`, func() { both.RPC() })
}

func TestTheGamesCommandsAndCvarsComeBeforeTheConsolesVerbs(t *testing.T) {
	con := new(Console)
	wait := 5
	con.Cvars.Bind("wait", &wait, "")
	con.Commands.Bind("find", func() string { return "the game's" }, "")
	p := newProbe(t, con)
	require.Equal(t, "the game's", p.run("find").Output)
	require.Equal(t, "wait = 6 (was 5)", p.run("wait 6").Output)
	con.Commands.Bind("help", func() string { return "too" }, "")
	require.Equal(t, "too", p.run("help").Output)
}

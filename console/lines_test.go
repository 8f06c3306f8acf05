package console

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func TestSubscribersHearOfLinesAliasesAndBinds(t *testing.T) {
	g := newTypedLine(t)
	g.run("echo before; alias old x")
	var state CommandsState
	require.NoError(t, json.Unmarshal(g.open("commands", `{}`), &state))
	require.Equal(t, []Alias{{"old", "x"}}, state.Aliases)
	require.Empty(t, state.Binds)
	require.Len(t, state.Recent, 1)
	require.Equal(t, "before", state.Recent[0].Output)
	require.Equal(t, g.peer.Name(), state.Recent[0].By)

	g.send("command.run", lineParams("echo one; bind F5 echo five"))
	g.send("command.run", lineParams("bolo"))
	var e CommandsEvent
	value := g.next().Value
	require.NoError(t, json.Unmarshal(value, &e))
	require.Len(t, e.Ran, 2, "one event a frame")
	require.Equal(t, "echo one; bind F5 echo five", e.Ran[0].Line)
	require.Contains(t, e.Ran[1].Error, "bolo")
	require.Equal(t, []KeyBind{{"F5", "echo five"}}, e.Binds)
	require.NotContains(t, string(value), "aliases")

	g.send("command.run", lineParams("unbind F5; unalias old"))
	value = g.next().Value
	require.Contains(t, string(value), `"aliases":[],"binds":[]`)
	for range 3 {
		g.frame()
	}
	require.Empty(t, g.events)

	for range 150 {
		g.run("echo x")
	}
	require.Len(t, g.con.Commands.recent, recentRuns)
	require.Empty(t, g.con.Commands.ran)
	for range 100 {
		g.run("echo " + strings.Repeat("☃", 2000))
	}
	last := g.con.Commands.recent[len(g.con.Commands.recent)-1]
	require.LessOrEqual(t, len(last.Line), keptLine+3)
	require.LessOrEqual(t, len(last.Output), keptOutput+3)
	require.Less(t, len(g.con.Commands.recent), 30, "of much, less is kept")
}

func TestASecretStandsInNoLine(t *testing.T) {
	g := newTypedLine(t)
	g.open("commands", `{}`)
	for _, line := range []string{
		"set api.key geheim", "api.key geheim", "echo a; api.key geheim x; echo b", `api.key "geheim; y"`, "alias k `set api.key geheim`; k", "alias k2 api.key geheim; k2",
		"lease api.key geheim", "toggle api.key geheim geheim2", "api.key geheim geheim \"", "bind F1 api.key geheim", "find geheim", "api.key `geheim` // x",
	} {
		g.send("command.run", lineParams(line))
		g.frame()
	}
	require.Equal(t, "geheim", g.key)
	g.call("command.run", lineParams("alias"))
	all := string(g.open("cvars", `{}`))
	for _, e := range g.events {
		all += string(e.Value)
	}
	raw, _ := g.call("command.complete", `{"line":"api.key ","cursor":8}`)
	all += string(raw)
	raw, _ = g.call("command.run", lineParams("api.key; cvars; find key; help api.key; history; alias"))
	all += string(raw)
	for _, line := range []string{"find geheim", "api.key geheim geheim"} { // what names no secret is nobody's
		all = strings.ReplaceAll(all, line+` \"`, "")
		all = strings.ReplaceAll(all, `"line":"`+line+`"`, "")
	}
	require.NotContains(t, all, "geheim")
	require.Contains(t, all, hiddenText)
}

func TestOffsetsAreThoseOfJavaScript(t *testing.T) {
	for _, s := range []string{"", "abc", "é☃", "a𝄞b𝄞", "日本"} {
		units := len(utf16.Encode([]rune(s)))
		require.Equal(t, units, utf16Of(s, len(s)))
		require.Equal(t, len(s), bytesOf(s, units))
		require.Equal(t, len(s), bytesOf(s, units+5))
		for i := range s {
			require.Equal(t, i, bytesOf(s, utf16Of(s, i)))
		}
	}
	require.Equal(t, 4, bytesOf("𝄞", 1), "in the midst of a pair is behind it")
}

func TestTablesOfAllKindsAreLaidOut(t *testing.T) {
	for raw, want := range map[string]string{
		`[1,"a b",null,[1,2]]`:                    "1\na b\n\n1 2\n",
		`[{"a":1},{"b":"x"},{"a":null,"b":true}]`: "a  b\n1\n   x\n   true\n",
		`{"name":"Zoë","at":{"x":1}}`:             "name  Zoë\nat    {\"x\":1}\n",
		`[]`:                                      "",
		`{}`:                                      "",
	} {
		require.Equal(t, want, tableText(json.RawMessage(raw)), raw)
	}
}

// parts are what random lines are made of.
var lineParts = []string{
	" ", " ", " ", ";", "\n", "\"", "`", "//", "☃", "𝄞", "set", "text", "sum", "ints", "move", "mode", "ball", "Anna", "cv", "audio.gain", "api.key",
	"alias", "a", "b", "unalias", "bind", "F5", "wait", "1", "2.5", "-3", "true", "toggle", "cycle", "inc", "undo", "redo", "history", "help", "find",
	"reset", "lease", "cvars", "echo", "all",
}

// anyLine runs a line and checks what holds of all.
func (g *typedLine) anyLine(line string) {
	n := g.send("command.run", lineParams(line))
	units := len(utf16.Encode([]rune(line)))
	for i := 0; ; i++ {
		if f, ok := g.faults[n]; ok {
			require.NotEqual(g.t, rpc.InternalError, f.Code, "%q: %s", line, f.Message)
			if f.Data.Path == "/line" {
				require.True(g.t, 0 <= f.Data.From && f.Data.From < f.Data.To && f.Data.To <= units, "%q: %+v", line, f)
			}
			break
		}
		if raw, ok := g.replies[n]; ok {
			var o CommandOutput
			require.NoError(g.t, json.Unmarshal(raw, &o))
			for _, r := range o.Results {
				require.True(g.t, 0 <= r.From && r.From < r.To && r.To <= units, "%q: %+v", line, r)
			}
			break
		}
		if i == 5 { // it waits for long
			g.con.RPC().Receive(g.peer, rpc.Parse([]byte(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":`+itoa(n)+`}}`), rpc.Limits{}))
		}
		require.Less(g.t, i, 10, "%q is not answered", line)
		g.frame()
	}
	delete(g.faults, n)
	delete(g.replies, n)
	for _, cursor := range []int{0, units / 2, units, units + 3} {
		raw, _ := json.Marshal(CompletionQuery{line, cursor})
		c := get[Completion](g.probe, "command.complete", string(raw))
		require.True(g.t, 0 <= c.From && c.From <= c.To && c.To <= max(units, cursor), "%q at %d: %+v", line, cursor, c)
		require.LessOrEqual(g.t, len(c.Items), maxOffers)
	}
	require.Zero(g.t, g.con.Commands.deep)
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestRandomLines(t *testing.T) {
	g := newTypedLine(t)
	r := rand.New(rand.NewPCG(5, 6))
	for range 1500 {
		var b strings.Builder
		for range r.IntN(10) {
			b.WriteString(lineParts[r.IntN(len(lineParts))])
			if r.IntN(3) > 0 {
				b.WriteByte(' ')
			}
		}
		g.anyLine(b.String())
		g.got = nil
	}
}

func FuzzLine(f *testing.F) {
	for _, line := range []string{
		"", "set audio.gain 1.5", "sum 1 2 3; text \"x", "alias a b; alias b a; a", "wait 2; echo x", "move 1,2 3", "toggle audio.gain 0 1 2", "ball \"ball 1\"",
		"inc audio.gain -5e300", "bind ctrl+F5 `a; b`", "undo 99999999999999999999", "lease audio.gain 1 1e300", "//", "# x", "\ufeffecho", "find \x00", "help help", "cycle audio.gain 0 NaN",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if !strings.Contains(line, "\xff") {
			newTypedLine(t).anyLine(strings.ToValidUTF8(line, "?"))
		}
	})
}

func TestAllocationsOfAFrameInWhichNoCommandRuns(t *testing.T) {
	con := new(Console)
	con.Commands.Bind("spawn", func(int) {}, "")
	out := &sink{}
	peer := con.RPC().Connect(out, rpc.Drive)
	for _, text := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"commands","topic":"commands"}}`,
		`{"jsonrpc":"2.0","id":2,"method":"command.run","params":{"line":"alias a spawn; bind F5 a; wait 100000"}}`,
	} {
		con.RPC().Receive(peer, rpc.Parse([]byte(text), rpc.Limits{}))
	}
	frame := func() {
		for range con.Update() {
		}
	}
	for range 2 * timingFrames { // the ring of frames fills up once
		frame()
	}
	require.Len(t, con.Commands.runs, 1)
	sent := out.bytes
	require.Zero(t, testing.AllocsPerRun(500, frame))
	require.Equal(t, sent, out.bytes)
}

// A script does what its statements do one by one, in however many frames.
func TestAScriptIsItsStatementsOneByOne(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	statements := []string{
		"physics.gravity %d", "inc physics.gravity %d", "inc player.lives", "toggle player.god", "cycle quality", "set title t%d", "seed %d", "inc seed -%d",
		"reset title", "reset physics.gravity all", "undo", "redo", "alias a inc seed %d", "a", "wind %d 2 3", "wait", "echo %d", "toggle fog", "small 300", "x y",
	}
	for range 60 {
		var script []string
		for range 1 + r.IntN(20) {
			s := statements[r.IntN(len(statements))]
			if strings.Contains(s, "%d") {
				s = strings.ReplaceAll(s, "%d", itoa(r.IntN(10)))
			}
			script = append(script, s)
		}
		whole, single := newTweaked(t), newTweaked(t)
		whole.con.Commands.limits = &ScriptLimits{MaxFrame: 1 + r.IntN(5)}
		n := whole.send("command.run", lineParams(strings.Join(script, [...]string{";", "\n", " ; "}[r.IntN(3)])))
		for range 200 {
			whole.frame()
		}
		text, failed := "", ""
		for _, s := range script {
			raw, f := single.call("command.run", lineParams(s))
			if f != nil {
				failed, _, _ = strings.Cut(f.Message, " (")
				break
			}
			var o CommandOutput
			require.NoError(t, json.Unmarshal(raw, &o))
			if o.Output != "" {
				text += "\n" + o.Output
			}
		}
		if failed != "" {
			require.Contains(t, whole.faults[n].Message, failed, "%q", script)
		} else {
			var o CommandOutput
			require.NoError(t, json.Unmarshal(whole.replies[n], &o), "%q", script)
			require.Equal(t, strings.TrimPrefix(text, "\n"), o.Output, "%q", script)
		}
		whole.probe, single.probe = nil, nil
		require.Equal(t, single, whole, "%q", script)
	}
}

// A line that does little costs little: it is what a bound key sends.
func BenchmarkCommand(b *testing.B) {
	var c Commands
	n := 0
	c.Bind("add", func(by int, f float64) { n += by }, "")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Run("add 2 1.5"); err != nil {
			b.Fatal(err)
		}
	}
}

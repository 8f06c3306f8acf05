package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// ticking is a game whose command "did" notes the tick in which it ran.
func ticking(t *testing.T) (ticks *[]uint64, p *probe) {
	con := new(Console)
	ticks = new([]uint64)
	con.Commands.Bind("did", func(inv *Invocation) { *ticks = append(*ticks, inv.Tick) }, "")
	return ticks, newProbe(t, con)
}

func TestAScriptThatWaitsGoesOnInALaterTick(t *testing.T) {
	ticks, p := ticking(t)
	n := p.send("command.run", lineParams("did; wait 3; did\nwait; did; wait 0; did; echo end"))
	for range 3 {
		p.frame()
		require.NotContains(t, p.replies, n)
	}
	p.frame()
	var o CommandOutput
	require.NoError(t, json.Unmarshal(p.replies[n], &o))
	require.Equal(t, "end", o.Output)
	require.Equal(t, []uint64{0, 3, 4, 4}, *ticks, "a request runs before the ticks of its frame")
	require.Equal(t, uint64(4), o.Tick)
}

func TestAScriptWaitsForTicksAndNotForFrames(t *testing.T) {
	ticks, p := ticking(t)
	get[TimeStatus](p, "time.hold", `{}`)
	n := p.send("command.run", lineParams("wait 2; did"))
	for range 5 {
		p.frame()
	}
	require.Empty(t, *ticks)
	get[TimeStatus](p, "time.step", `{"ticks":5}`)
	require.Len(t, *ticks, 1)
	p.frame()
	require.Contains(t, p.replies, n)
}

func TestAGameThatDoesNotRangeWaitsForFrames(t *testing.T) {
	ticks, p := ticking(t)
	frame := func() { p.con.Update() }
	frame()
	frame()
	p.send("command.run", lineParams("wait 3; did"))
	for range 3 {
		frame()
	}
	require.Empty(t, *ticks)
	frame()
	require.Len(t, *ticks, 1)
}

func TestAnErrorAfterAWaitIsTheAnswer(t *testing.T) {
	_, p := ticking(t)
	f := p.refused(rpc.NotFound, "command.run", lineParams("did; wait 2; echo ☃; dod"))
	require.Equal(t, `"dod" is no command, cvar or alias; nearest is "did" (3 commands ran before it)`, f.Message)
	require.Equal(t, []int{21, 24}, []int{f.Data.From, f.Data.To})
}

func TestAClientThatLeavesOrCancelsEndsItsScripts(t *testing.T) {
	ticks, p := ticking(t)
	other := newProbe(t, p.con)
	kept := other.send("command.run", lineParams("wait 5; did"))
	p.send("command.run", lineParams("wait 5; did"))
	n := p.send("command.run", lineParams("wait 5; did"))
	p.frame()
	require.Len(t, p.con.Commands.runs, 3)
	p.con.RPC().Receive(p.peer, rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%d}}`, n), rpc.Limits{}))
	p.frame()
	require.Equal(t, rpc.Cancelled, p.faults[n].Code)
	require.Len(t, p.con.Commands.runs, 2)
	p.leave()
	require.Len(t, p.con.Commands.runs, 1)
	for range 10 {
		p.frame()
	}
	require.Len(t, *ticks, 1)
	require.Contains(t, other.replies, kept)
	require.Empty(t, p.con.Commands.runs)
}

func TestAliasesAreLines(t *testing.T) {
	g := newTypedLine(t)
	g.run("alias both `text a; text`")
	g.run("both b")
	require.Equal(t, []any{"a", "b"}, g.got)
	g.run(`alias later text "two words"`)
	g.run("later; alias twice both c; twice")
	require.Equal(t, []any{"a", "b", "two words", "a", "c"}, g.got)

	g.run("alias noted `text d // it says d`; noted")
	g.refused(rpc.InvalidParams, "command.run", lineParams("noted e"))
	g.run("alias empty ``; empty; empty x; unalias empty; alias nothing `// nothing`; nothing; nothing x; unalias nothing; unalias noted")

	require.Equal(t, "text a; text", g.run("alias both").Output)
	o := g.run("alias")
	require.Equal(t, "name   line\nboth   text a; text\nlater  text \"two words\"\ntwice  both c", o.Output)
	g.run("unalias both")
	f := g.refused(rpc.NotFound, "command.run", lineParams("echo ☃; twice"))
	require.Equal(t, `alias "twice": "both" is no command, cvar or alias (1 command ran before it)`, f.Message)
	require.Equal(t, []int{8, 13}, []int{f.Data.From, f.Data.To}, "the word that was typed")
	for line, code := range map[string]rpc.Code{
		"alias set x": rpc.NameTaken, "alias audio.gain x": rpc.NameTaken, "alias Up x": rpc.InvalidParams, "alias a.b..c x": rpc.InvalidParams,
		"alias nobody": rpc.NotFound, "unalias nobody": rpc.NotFound, "alias bad `a \"b`": rpc.InvalidParams, "alias long " + strings.Repeat("x", 1025): rpc.TooMany,
	} {
		g.refused(code, "command.run", lineParams(line))
	}
}

func TestAliasesThatCallThemselvesEnd(t *testing.T) {
	g := newTypedLine(t)
	g.run("alias one `text 1; one`; alias a b; alias b `c`; alias c `text x; a; text y`")
	f := g.refused(rpc.TooMany, "command.run", lineParams("one"))
	require.Equal(t, `alias "one": alias "one" calls itself (1 command ran before it)`, f.Message)
	require.Equal(t, []any{"1"}, g.got)
	g.got = nil
	f = g.refused(rpc.TooMany, "command.run", lineParams("text 0; b"))
	require.Equal(t, `alias "b": alias "c": alias "a": alias "b" calls itself: b → c → a → b (2 commands ran before it)`, f.Message)
	require.Equal(t, []int{8, 9}, []int{f.Data.From, f.Data.To})
	require.Equal(t, []any{"0", "x"}, g.got)

	g.run("alias again `wait; again`")
	g.refused(rpc.TooMany, "command.run", lineParams("again"))

	// One that makes itself anew is no loop, and may be as deep as others.
	g.got = nil
	g.run("alias self `alias self text z; self`; self")
	require.Equal(t, []any{"z"}, g.got)
	for i := range 20 {
		g.run(fmt.Sprintf("alias d%d d%d", i, i+1))
	}
	g.run("alias d20 text deep")
	g.run("d5")
	f = g.refused(rpc.TooMany, "command.run", lineParams("d4"))
	require.Contains(t, f.Message, `"d20" lies in more than 16 aliases and files`)
	require.Equal(t, "MaxDepth 16", f.Data.Limit)
}

func TestALongScriptTakesSeveralFrames(t *testing.T) {
	ticks, p := ticking(t)
	p.con.Limits.Scripts = ScriptLimits{MaxFrame: 10, MaxRun: 45}
	p.con.Commands.limits = &p.con.Limits.Scripts
	p.con.Commands.budget = 0
	n := p.send("command.run", lineParams(strings.Repeat("did;", 40)))
	for i := 1; i <= 4; i++ {
		require.NotContains(t, p.replies, n)
		p.frame()
		require.Len(t, *ticks, i*10)
	}
	p.frame()
	require.Contains(t, p.replies, n)
	f := p.refused(rpc.TooMany, "command.run", lineParams(strings.Repeat("did;", 50)))
	require.Equal(t, "a script runs 45 commands at the most (45 commands ran before it)", f.Message)
	require.Equal(t, "MaxRun 45", f.Data.Limit)
	require.Equal(t, []int{180, 183}, []int{f.Data.From, f.Data.To})
}

func TestScriptsThatTakeLongGiveTheFrameBack(t *testing.T) {
	ticks, p := ticking(t)
	p.con.Commands.budget = 1 // a nanosecond
	n := p.send("command.run", lineParams(strings.Repeat("did;", 100)))
	p.frame()
	require.Len(t, *ticks, 15)
	for range 10 {
		p.frame()
	}
	require.Len(t, *ticks, 100)
	require.Contains(t, p.replies, n)
}

func TestScriptsThatWaitAreBounded(t *testing.T) {
	_, p := ticking(t)
	p.con.Limits.Scripts.MaxWaiting = 2
	p.con.Commands.limits = &p.con.Limits.Scripts
	p.send("command.run", lineParams("wait 50"))
	p.send("command.run", lineParams("wait 50"))
	f := p.refused(rpc.TooMany, "command.run", lineParams("did; wait 50; did"))
	require.Equal(t, "2 scripts wait already (1 command ran before it)", f.Message)
	require.Equal(t, []int{5, 12}, []int{f.Data.From, f.Data.To})
	var stats rpc.Stats
	p.con.limits(&stats)
	rows := map[string]rpc.Limit{}
	for _, l := range stats.Limits {
		rows[l.Scope+" "+l.Name] = l
	}
	require.Equal(t, int64(2), rows["script MaxWaiting"].Value)
	require.Equal(t, uint64(1), rows["script MaxWaiting"].Hits)
	require.Equal(t, int64(10_000), rows["script MaxRun"].Value)
}

func TestOutputIsBounded(t *testing.T) {
	g := newTypedLine(t)
	c := &g.con.Commands
	g.con.Limits.Scripts.MaxOutput = 500
	c.limits = &g.con.Limits.Scripts
	c.Bind("much", func(inv *Invocation) {
		for range 1000 {
			inv.Printf("☃☃☃☃☃☃☃☃☃☃")
		}
	}, "")
	c.Bind("rows", func() []string { return make([]string, 1000) }, "")
	o := g.run("much; much; echo end")
	require.LessOrEqual(t, len(o.Output), 600)
	require.True(t, strings.HasSuffix(o.Output, "…"), o.Output)
	f := g.refused(rpc.TooMany, "command.run", lineParams("rows"))
	require.Equal(t, "MaxOutput 500", f.Data.Limit)
	require.NotContains(t, g.run("echo "+strings.Repeat("x ", 100)).Output, "…")
}

func TestNamesAreBounded(t *testing.T) {
	g := newTypedLine(t)
	g.con.Limits.Scripts.MaxNames = 2
	g.con.Commands.limits = &g.con.Limits.Scripts
	g.run("alias a x; alias b x; alias a y; bind F1 a; bind F2 a; bind F1 b")
	g.refused(rpc.TooMany, "command.run", lineParams("alias c x"))
	g.refused(rpc.TooMany, "command.run", lineParams("bind F3 x"))
}

func TestTheGameRunsLines(t *testing.T) {
	g := newTypedLine(t)
	c := &g.con.Commands
	out, err := c.Run("echo a; text b; echo c")
	require.NoError(t, err)
	require.Equal(t, "a\nc", out)
	_, err = c.Run("text x; bolo")
	require.EqualError(t, err, `"bolo" is no command, cvar or alias; nearest is "bool" (1 command ran before it)`)
	out, err = c.Run("echo now; wait 2; bolo")
	require.NoError(t, err)
	require.Equal(t, "now", out)
	for range 5 {
		g.frame()
	}
	tail := get[struct{ Lines []json.RawMessage }](g.probe, "log.tail", `{"match":"nobody waited"}`)
	require.Len(t, tail.Lines, 1)
	require.Contains(t, string(tail.Lines[0]), "bolo")

	// A command that runs lines, and one that runs itself.
	c.Bind("twice", func(line string) error {
		_, err := c.Run(line + ";" + line)
		return err
	}, "")
	g.got = nil
	g.run("twice `text t`")
	require.Equal(t, []any{"t", "t"}, g.got)
	c.Bind("deeper", func() error { _, err := c.Run("deeper"); return err }, "")
	g.refused(rpc.TooMany, "command.run", lineParams("deeper"))
	require.Zero(t, c.deep)
}

func TestCommandsOfNoConsoleRun(t *testing.T) {
	var c Commands
	n := 0
	c.Bind("count", func(by int) { n += by }, "")
	for range 1000 {
		_, err := c.Run("count 1; count 1")
		require.NoError(t, err)
	}
	require.Equal(t, 2000, n)
	_, err := c.Run("set a 1")
	require.EqualError(t, err, `"set" is no command, cvar or alias`)
}

func TestALookerRunsWhatOnlyLooks(t *testing.T) {
	g := newTypedLine(t)
	g.con.Commands.Bind("look", func() string { return "seen" }, "").View()
	drive := g.peer
	g.peer = g.con.RPC().Connect(g.probe, rpc.View)
	require.Equal(t, "seen", g.run("look").Output)
	require.Equal(t, "a", g.run("echo a; help; find x; cvars; commands; history; wait").Results[0].Output)
	require.Contains(t, g.run("audio.gain").Output, "audio.gain = 1")
	for _, line := range []string{"text a", "audio.gain 2", "set audio.gain 2", "toggle audio.gain", "alias a b", "bind F1 a", "undo"} {
		f := g.refused(rpc.Forbidden, "command.run", lineParams(line))
		require.Contains(t, f.Message, "needs the role edit; this client has view")
	}
	g.peer = drive
	g.run("alias a `look; text x`")
	g.peer = g.con.RPC().Connect(g.probe, rpc.View)
	g.refused(rpc.Forbidden, "command.run", lineParams("a"))
	require.Empty(t, g.got)
}

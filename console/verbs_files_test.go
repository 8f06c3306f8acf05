package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// runs runs a line that waits for the disk.
func (g *keeper) runs(line string) CommandOutput {
	g.t.Helper()
	return answer[CommandOutput](g, "command.run", lineParams(line))
}

func TestProfilesAreSavedLoadedAndForgottenByALine(t *testing.T) {
	keep(t, nil, func(g *keeper) {
		o := g.runs("physics.gravity 3; render.fog .5; save mine; physics.gravity 9; load mine; echo end")
		require.InDelta(t, 3, g.gravity, 0)
		require.True(t, strings.HasSuffix(o.Output, "\nend"), o.Output)
		require.Contains(t, o.Output, "mine.cfg has 2 values")
		require.Contains(t, o.Output, "2 values set, 0 passed over, 0 wait")
		require.Equal(t, []string{"physics.gravity", "set", "save", "physics.gravity", "load", "echo"}[2], o.Results[2].Command)
		require.Equal(t, "profile mine", g.get("physics.gravity").From)
		require.Contains(t, g.file("mine.cfg"), "set physics.gravity 3\n")

		g.runs("save one render.fog")
		require.NotContains(t, g.file("one.cfg"), "gravity")
		require.Contains(t, g.runs("profiles").Output, "mine")
		require.Subset(t, g.at("load |").texts(), []string{"calm", "mine", "one", "storm"})
		require.Equal(t, []string{"calm"}, g.at("load ca|").texts())
		g.runs("forget one")
		require.Equal(t, "(none)", g.file("one.cfg"))

		o = g.runs("game.title x; save")
		require.Contains(t, o.Output, "archive.cfg has ")
		require.Contains(t, g.file(archiveFile), "set game.title x")

		for line, part := range map[string]string{
			"echo é; load none": "none", "load Up": "Up", "save autoexec": "autoexec", "forget none": "none", "exec none": "none", "exec ../x": "../x", "forget calm": "calm",
		} {
			n := g.send("command.run", lineParams(line))
			for range 50 {
				g.frame()
				g.pass(1)
				if g.faults[n].Code != 0 {
					break
				}
			}
			f := g.faults[n]
			require.NotZero(t, f.Code, line)
			require.Equal(t, part, cutUTF16(line, f.Data.From, f.Data.To), "%s: %s", line, f.Message)
		}
	})
}

func TestAFileIsRunLineByLine(t *testing.T) {
	keep(t, map[string]string{
		"boss.cfg":   "// a fight\nset physics.gravity 7\nalias hit `player.lives 1`\nexec more\necho in boss;#x\nset\n",
		"more.cfg":   "wait 2; hit\nwhere",
		"loop.cfg":   "alias again `exec loop`\nagain",
		"self.cfg":   "exec self",
		"bad.cfg":    "set physics.gravity 3\nset physics.gravity 99\nset physics.gravity 4\n",
		autoexecFile: "alias quick `exec boss`\nbind F5 quick\nset physics.gravity 5\nphysics.gravity 6\nbolo; player.lives",
	}, func(g *keeper) {
		g.con.Commands.Bind("where", func(inv *Invocation) string { return fmt.Sprint("tick ", inv.Tick) }, "")
		require.Contains(t, g.log(), `\"bolo\" is no command, cvar or alias`)
		require.InDelta(t, 5, g.gravity, 0)
		require.Contains(t, g.log(), "in a file it is: set physics.gravity 6", "it would be stronger than the command line")
		require.Equal(t, map[string]string{"F5": "quick"}, g.con.Commands.binds)
		n := g.con.Commands.recent[0]
		require.Equal(t, "autoexec.cfg:1", n.By)

		f := g.denied(rpc.NotFound, "command.run", lineParams("echo a; quick; echo b"))
		require.Equal(t, `alias "quick": boss.cfg:5: "#x" is no command, cvar or alias (8 commands ran before it)`, f.Message)
		require.Equal(t, []int{8, 13}, []int{f.Data.From, f.Data.To})
		require.InDelta(t, 7, g.gravity, 0)
		require.Equal(t, 1, g.lives)
		require.Equal(t, "boss.cfg:2", g.get("physics.gravity").From)
		last := g.con.Commands.recent[len(g.con.Commands.recent)-1]
		require.Contains(t, last.Output, "boss.cfg:6: set needs a name and a value", "bad lines are told of and passed over")
		require.Regexp(t, `tick \d+`, last.Output)

		f = g.denied(rpc.TooMany, "command.run", lineParams("exec loop"))
		require.Contains(t, f.Message, `alias "again" calls itself`)
		require.Contains(t, g.runs("exec self").Output, "self.cfg would execute itself")
		f = g.denied(rpc.OutOfRange, "command.run", lineParams("exec bad"))
		require.Contains(t, f.Message, `bad.cfg:2: cvar "physics.gravity": 99 is out of range`)
		require.InDelta(t, 3, g.gravity, 0)
		g.runs("exec storm")
		require.Equal(t, "thunder", g.title, "also those that are shipped")
	})
}

func TestAGameWithoutAFolderHasNoFiles(t *testing.T) {
	g := newTypedLine(t)
	for _, line := range []string{"save", "save x", "load"} {
		n := g.send("command.run", lineParams("echo a; "+line))
		g.frame()
		f := g.faults[n]
		require.Equal(t, rpc.Unavailable, f.Code, line)
		require.Contains(t, f.Message, "keeps no files")
	}
	g.refused(rpc.NotFound, "command.run", lineParams("load x"))
	g.refused(rpc.NotFound, "command.run", lineParams("exec x"))
	g.refused(rpc.Unavailable, "command.run", lineParams("forget x"))
	require.Equal(t, "[]", string(g.run("profiles").Results[0].Data))
	require.Equal(t, "[]", string(get[json.RawMessage](g.probe, "cvar.profiles", `{}`)))
	require.Empty(t, g.con.Commands.runs)
	g.con.Close()
}

func TestAClientThatLeavesWhileTheDiskWorksIsForgotten(t *testing.T) {
	keep(t, map[string]string{"boss.cfg": "set physics.gravity 7"}, func(g *keeper) {
		other := newProbe(t, g.con)
		n := other.send("command.run", lineParams("exec boss; physics.gravity 8"))
		g.frame()
		require.Len(t, g.con.Commands.runs, 1)
		other.leave()
		require.Empty(t, g.con.Commands.runs)
		g.pass(saveAfter)
		require.InDelta(t, 9.8, g.gravity, 0)
		require.NotContains(t, other.replies, n)
		require.Equal(t, "its client took it back, or left", g.con.Commands.recent[0].Error)
	})
}

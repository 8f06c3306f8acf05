package console

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// reloaded is how long a change of a file takes to arrive, at the most.
const reloaded = lookEvery + 3*settleAfter

func TestAFileThatSomebodyChangesTakesEffect(t *testing.T) {
	const text = "set physics.gravity 5\nset player.lives 6 // six\nset not.bound 1\n"
	keep(t, map[string]string{archiveFile: text, autoexecFile: "set render.fog 1\n"}, func(g *keeper) {
		changes := 0
		g.con.Cvars.Lookup("physics.gravity").OnChange(func(Change) { changes++ })
		g.write(archiveFile, strings.Replace(text, "5", "4", 1))
		g.pass(reloaded)
		require.InDelta(t, 4, g.gravity, 0)
		require.Equal(t, 1, changes)
		require.Equal(t, "archive.cfg:1", g.get("physics.gravity").From)
		require.Contains(t, g.log(), `a file of settings was changed {"file":"archive.cfg"}`)

		g.write(archiveFile, "set player.lives 6\nset not.bound 2\n")
		g.pass(reloaded)
		require.InDelta(t, 9.8, g.gravity, 0, "a line that is taken out uncovers the default")
		require.Equal(t, 6, g.lives)
		g.con.Cvars.Bind("not.bound", &g.late, "")
		g.frame()
		require.Equal(t, 2, g.late)

		g.write(autoexecFile, "set render.fog 2\nset render.fgo 2\nexec more")
		g.pass(reloaded)
		require.InDelta(t, 2, g.fog, 0)
		log := g.log()
		require.Contains(t, log, `cvar \"render.fgo\" is not known; nearest is \"render.fog\"`)
		require.Contains(t, log, `"from":"autoexec.cfg:2"`)
		require.NotContains(t, log, `cvar \"not.bound\"`, "the archive may be another build's")
		g.write("more.cfg", "set render.fog 3")
		g.pass(reloaded)
		require.InDelta(t, 3, g.fog, 0, "also a file that was not there")
		require.NoError(t, os.Remove(filepath.Join(g.folder, autoexecFile)))
		g.pass(reloaded)
		require.InDelta(t, 0, g.fog, 0)

		require.NoError(t, os.Remove(filepath.Join(g.folder, archiveFile)))
		g.pass(reloaded)
		require.Equal(t, 3, g.lives, "without a file there are defaults, now as at the next start")
		g.set("player.lives", `7`)
		g.pass(2 * saveAfter)
		require.Equal(t, firstLine+"set player.lives 7\n", g.file(archiveFile))
	})
}

func TestOwnWritesAreNoChange(t *testing.T) {
	keep(t, nil, func(g *keeper) {
		changes := 0
		g.con.Cvars.Lookup("physics.gravity").OnChange(func(Change) { changes++ })
		for i := range 5 {
			g.set("physics.gravity", string('1'+rune(i)))
			g.pass(3 * saveAfter)
		}
		require.Equal(t, 5, changes)
		require.NotContains(t, g.log(), "was changed")
		now := time.Now()
		require.NoError(t, os.Chtimes(filepath.Join(g.folder, archiveFile), now, now.Add(-time.Hour)))
		g.pass(reloaded)
		require.NotContains(t, g.log(), "was changed", "what counts is what it says")
	})
}

// An editor writes in several steps: a file is taken when it stays as it is.
func TestAFileThatIsBeingWrittenIsNotTaken(t *testing.T) {
	keep(t, map[string]string{archiveFile: "set physics.gravity 5\nset player.lives 6\n"}, func(g *keeper) {
		for i := range 30 {
			g.between(archiveFile, "set physics.gravity 4\n"+strings.Repeat("//", i)+"\n")
			require.Equal(t, 6, g.lives)
		}
		g.set("game.title", `"mine"`) // its save waits for the editor
		for i := range 30 {
			g.between(archiveFile, "set physics.gravity 4\n"+strings.Repeat("##", i)+"\n")
		}
		require.NotContains(t, g.file(archiveFile), "mine")
		g.write(archiveFile, "set physics.gravity 4\nset player.lives 6 // whole\n")
		g.pass(reloaded + saveAfter)
		require.Equal(t, "set physics.gravity 4\nset player.lives 6 // whole\nset game.title mine\n", g.file(archiveFile))
		require.InDelta(t, 4, g.gravity, 0)
		require.Equal(t, 6, g.lives)
	})
}

// between writes a file in a moment in which the clerk does not look.
func (g *keeper) between(name, text string) {
	time.Sleep(settleAfter / 16)
	g.write(name, text)
	time.Sleep(settleAfter/2 - settleAfter/16)
	g.frame()
}

// Both sides changed something: both hold; of one cvar, what was set in the game.
func TestChangesOfBothSidesMeet(t *testing.T) {
	folder := keep(t, map[string]string{archiveFile: "set physics.gravity 5\nset player.lives 6\nset game.title a\n"}, func(g *keeper) {
		g.set("physics.gravity", `1`)
		get[CvarState](g.probe, "cvar.reset", `{"name":"game.title"}`)
		g.write(archiveFile, "set physics.gravity 2\nset player.lives 8\nset game.title a\n# hello\n")
		require.NoError(t, g.con.Close())
		require.Equal(t, "set physics.gravity 1\nset player.lives 8\n# hello\n", g.file(archiveFile))
		g.frame()
		require.InDelta(t, 1, g.gravity, 0)
		require.Equal(t, 8, g.lives, "the game hears of it")
		require.Equal(t, "arena", g.title)
	})
	rerun(t, folder, func(g *keeper) { require.Equal(t, 8, g.lives) })
}

func TestGarbageIsSetAsideAndNothingIsLost(t *testing.T) {
	const text = "set physics.gravity 5\nset player.lives 6 // six\n"
	for name, garbage := range map[string]string{"zeros": "\x00\x00\x00", "no UTF-8": "set a \xff\n", "nothing": "", "blanks": "\n \n"} {
		t.Run(name, func(t *testing.T) {
			folder := keep(t, map[string]string{archiveFile: text}, func(g *keeper) {
				g.write(archiveFile, garbage)
				g.pass(reloaded)
				require.InDelta(t, 5, g.gravity, 0)
				require.Equal(t, text, g.file(archiveFile), "what it was is known")
				require.Equal(t, garbage, g.file(archiveFile+".bad"))
				require.Contains(t, g.log(), "a damaged file of settings is set aside")
				g.set("physics.gravity", `4`)
				g.write(archiveFile, garbage)
				require.NoError(t, g.con.Close())
				require.Equal(t, strings.Replace(text, "5", "4", 1), g.file(archiveFile))
				require.Equal(t, text, g.file(archiveFile+".bak"))
				require.NoError(t, os.WriteFile(filepath.Join(g.folder, archiveFile), []byte(garbage), 0o600))
			})
			rerun(t, folder, func(g *keeper) {
				require.InDelta(t, 5, g.gravity, 0, "the last good one is used")
				require.Equal(t, 6, g.lives)
				require.Equal(t, text, g.file(archiveFile))
				require.Contains(t, g.log(), `"as":"archive.cfg.bad"`)
			})
		})
	}
}

func TestAnArchiveThatCannotBeReadIsLeftAlone(t *testing.T) {
	large := strings.Repeat("# words\n", 20_000)
	keep(t, map[string]string{archiveFile: large}, func(g *keeper) {
		require.Contains(t, g.log(), "more than 10000 lines")
		g.set("physics.gravity", `4`)
		f := g.denied(1000, "cvar.save", `{}`)
		require.Equal(t, "archive.cfg: it has more than 10000 lines", f.Message)
		g.pass(4 * saveAfter)
		require.Equal(t, 1, strings.Count(g.log(), "settings are not saved"), "the log is told once")
		require.Equal(t, large, g.file(archiveFile))
		g.write(archiveFile, "set player.lives 2\n")
		g.pass(reloaded)
		require.Equal(t, 2, g.lives)
		require.NoError(t, g.con.Close(), "the end tries again")
		require.Equal(t, "set player.lives 2\nset physics.gravity 4\n", g.file(archiveFile))
	})
}

// A line that is wrong has no value, whether it was always wrong or just became so.
func TestALineThatBecomesWrongIsToldAndKept(t *testing.T) {
	keep(t, map[string]string{archiveFile: "set player.lives 6\n"}, func(g *keeper) {
		g.write(archiveFile, "set player.lives 66\n")
		g.pass(reloaded + 2*saveAfter)
		require.Equal(t, 3, g.lives)
		require.Contains(t, g.log(), `"from":"archive.cfg:1"`)
		require.Equal(t, "set player.lives 66\n", g.file(archiveFile))
		g.write(archiveFile, "set player.lives 5\n")
		g.pass(reloaded)
		require.Equal(t, 5, g.lives)
	})
}

func TestCommandsOfAutoexecRunOnce(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, autoexecFile), []byte("spawn ball\nset physics.gravity 2; spawn crate\n"), 0o600))
	var ran []string
	synctest.Test(t, func(t *testing.T) {
		g := newKeeper(t, folder, func(con *Console) {
			con.Commands.Bind("spawn", func(by *Invocation, what string) { ran = append(ran, by.By+" "+what) }, "")
		})
		defer g.con.Close()
		require.Equal(t, []string{"autoexec.cfg:1 ball", "autoexec.cfg:2 crate"}, ran)
		g.write(autoexecFile, "spawn ball\nspawn ball\nset physics.gravity 3\nspawn `a star`\n")
		g.pass(reloaded)
		require.Equal(t, []string{"autoexec.cfg:2 ball", "autoexec.cfg:4 a star"}, ran[2:], "those that are new")
		require.InDelta(t, 3, g.gravity, 0)
	})
	var alone Cvars
	alone.Folder = folder
	require.NoError(t, alone.Load())
	alone.begin(0)
	require.Contains(t, fmt.Sprint(alone.clerk.unsaid), `"spawn ball" is no setting`, "nobody is there to run it")
}

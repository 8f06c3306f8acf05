package console

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// keeper is a game with files: its variables, a console whose folder is of this test
// alone, and a client. It lives in a bubble, where time passes when nobody works.
type keeper struct {
	*probe
	folder  string
	gravity float64
	title   string
	lives   int
	fog     float64
	seed    int
	token   string
	quality quality
	place   [3]float64
	late    int
}

// profiles are what the game is shipped with.
var shippedProfiles = fstest.MapFS{
	"calm.cfg":    {Data: []byte("// Nothing moves fast.\nset physics.gravity 1\nset game.title calm\n")},
	"storm.cfg":   {Data: []byte("set physics.gravity 40\nexec thunder.cfg\nset render.fog .5\n")},
	"thunder.cfg": {Data: []byte("set game.title thunder\n")},
}

// keep runs f with a game whose folder holds files.
func keep(t *testing.T, files map[string]string, f func(*keeper)) (folder string) {
	folder = filepath.Join(t.TempDir(), "settings")
	if files != nil {
		require.NoError(t, os.Mkdir(folder, 0o700))
	}
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	rerun(t, folder, f)
	return folder
}

// rerun runs f with another run of the game.
func rerun(t *testing.T, folder string, f func(*keeper)) {
	synctest.Test(t, func(t *testing.T) {
		g := newKeeper(t, folder, func(*Console) {})
		defer g.con.Close()
		f(g)
	})
}

func newKeeper(t *testing.T, folder string, with func(*Console)) *keeper {
	g := &keeper{folder: folder, gravity: 9.8, title: "arena", lives: 3, seed: 7, token: "hush"}
	con := &Console{}
	con.Cvars.Folder, con.Cvars.Profiles = folder, shippedProfiles
	con.Cvars.Bind("physics.gravity", &g.gravity, "").Range(-50, 50).Archive()
	con.Cvars.Bind("game.title", &g.title, "").Archive()
	con.Cvars.Bind("player.lives", &g.lives, "").Range(0, 9).Archive()
	con.Cvars.Bind("camera.place", &g.place, "").Archive()
	con.Cvars.Bind("render.quality", &g.quality, "").Enum("low", "high").Archive().Latched()
	con.Cvars.Bind("render.fog", &g.fog, "")
	con.Cvars.Bind("net.token", &g.token, "").Secret()
	con.Cvars.Bind("sim.seed", &g.seed, "").ReadOnly()
	with(con)
	g.probe = newProbe(t, con)
	g.frame()
	con.start()
	return g
}

// set has the client set a cvar.
func (g *keeper) set(name, value string) CvarState {
	g.t.Helper()
	return get[CvarState](g.probe, "cvar.set", fmt.Sprintf(`{"name":%q,"value":%s}`, name, value))
}

func (g *keeper) get(name string) CvarState {
	g.t.Helper()
	return get[CvarState](g.probe, "cvar.get", fmt.Sprintf(`{"name":%q}`, name))
}

// pass lets time pass, frame by frame.
func (g *keeper) pass(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		g.frame()
		time.Sleep(50 * time.Millisecond)
	}
	g.frame()
}

// answered calls, and lets the clerk work until the answer comes.
func (g *keeper) answered(method, params string) (json.RawMessage, *fault) {
	g.t.Helper()
	n := g.send(method, params)
	for range 100 {
		g.frame()
		if r, f, ok := g.answer(n); ok {
			return r, f
		}
		time.Sleep(time.Millisecond)
	}
	g.t.Fatalf("%s was not answered", method)
	return nil, nil
}

func answer[R any](g *keeper, method, params string) (r R) {
	g.t.Helper()
	raw, f := g.answered(method, params)
	require.Nil(g.t, f, "%s %s", method, params)
	require.NoError(g.t, json.Unmarshal(raw, &r))
	return r
}

func (g *keeper) denied(code rpc.Code, method, params string) fault {
	g.t.Helper()
	raw, f := g.answered(method, params)
	require.NotNil(g.t, f, "%s", raw)
	require.Equal(g.t, code, f.Code, "%s", f.Message)
	return *f
}

func (g *keeper) file(name string) string {
	text, err := os.ReadFile(filepath.Join(g.folder, name))
	if err != nil {
		return "(none)"
	}
	return string(text)
}

func (g *keeper) write(name, text string) {
	require.NoError(g.t, os.WriteFile(filepath.Join(g.folder, name), []byte(text), 0o600))
}

// log is what the log says, a line each.
func (g *keeper) log() string {
	var all strings.Builder
	for _, l := range get[struct{ Lines []Line }](g.probe, "log.tail", `{}`).Lines {
		fmt.Fprintf(&all, "%s %s\n", l.Msg, l.Attrs)
	}
	return all.String()
}

const firstLine = "// " + header + "\n"

func TestWhatIsArchivedIsSavedByItselfAndThereInTheNextRun(t *testing.T) {
	folder := keep(t, nil, func(g *keeper) {
		g.set("physics.gravity", `3.5`)
		g.set("game.title", `"Zoë ☃ // \"quoted\""`)
		g.set("render.fog", `1`) // is not archived
		g.pass(saveAfter / 2)
		require.Equal(t, "(none)", g.file(archiveFile), "a second after the last change")
		g.set("player.lives", `5`)
		g.pass(saveAfter - 200*time.Millisecond)
		require.Equal(t, "(none)", g.file(archiveFile))
		g.pass(400 * time.Millisecond)
		require.Equal(t, firstLine+"set game.title \"Zoë ☃ // \\\"quoted\\\"\"\nset physics.gravity 3.5\nset player.lives 5\n", g.file(archiveFile))

		c := g.get("physics.gravity")
		require.Equal(t, "archive", c.Layer, "what is saved is the archive's")
		require.Equal(t, archiveFile, c.From)
		get[CvarState](g.probe, "cvar.reset", `{"name":"physics.gravity"}`)
		require.InDelta(t, 9.8, g.gravity, 0)
		g.pass(2 * saveAfter)
		require.NotContains(t, g.file(archiveFile), "gravity")
		require.Contains(t, g.file(archiveFile+".bak"), "gravity", "the last good one is kept")
	})
	rerun(t, folder, func(g *keeper) {
		require.Equal(t, `Zoë ☃ // "quoted"`, g.title)
		require.Equal(t, 5, g.lives)
		require.InDelta(t, 9.8, g.gravity, 0)
		c := g.get("player.lives")
		require.Equal(t, "archive", c.Layer)
		require.Equal(t, archiveFile+":3", c.From)
	})
}

func TestFilesTakeEffectInTheirLayersWithWhatIsWrongTold(t *testing.T) {
	keep(t, map[string]string{
		archiveFile:  "set physics.gravity 5\nset player.lives 99\nset game.title \"open\nset no.such 1\nspawn ball\nset game.title mine\nset camera.place 1 2  3\nset render.quality high\n",
		autoexecFile: "set physics.gravity 6\nset sim.seed 1\nexec more\nspawn ball 3\nexec gone",
		"more.cfg":   "set render.fog .25\n",
	}, func(g *keeper) {
		c := g.get("physics.gravity")
		require.InDelta(t, 6, g.gravity, 0)
		require.Equal(t, "autoexec", c.Layer)
		require.Equal(t, "autoexec.cfg:1", c.From)
		require.Equal(t, "archive", c.Layers[1].Layer)
		require.Equal(t, "archive.cfg:1", c.Layers[1].From)
		require.Equal(t, "mine", g.title)
		require.Equal(t, [3]float64{1, 2, 3}, g.place)
		require.InDelta(t, .25, g.fog, 0)
		require.Equal(t, "more.cfg:1", g.get("render.fog").From)
		require.Equal(t, quality(1), g.quality, "what is latched is so from the start")
		require.Equal(t, 3, g.lives)
		require.Equal(t, 7, g.seed)
		log := g.log()
		for _, want := range []string{
			`"from":"archive.cfg:2"`, "99 is out of range",
			`"at":"archive.cfg:3"`, "is not closed",
			`"at":"archive.cfg:5"`, `\"spawn\" is neither set nor exec`,
			`"from":"autoexec.cfg:2"`, `\"sim.seed\" is read-only`,
			`"from":"autoexec.cfg:4"`, `\"spawn\" is no command, cvar or alias`,
			`"at":"autoexec.cfg:5"`, "there is no such file",
		} {
			require.Contains(t, log, want)
		}
		g.con.Cvars.Bind("no.such", &g.late, "")
		g.frame()
		require.Equal(t, 1, g.late, "values wait for what is bound later")
		require.Equal(t, "archive.cfg:4", g.get("no.such").From)
		g.pass(3 * lookEvery)
		require.Equal(t, log, g.log(), "once")
	})
}

func TestLoadTellsWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, archiveFile), []byte("set a 4\nset b x\nset\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, autoexecFile), []byte("\xff"), 0o600))
	var con Console
	a, b := 1, 2
	con.Cvars.Folder = folder
	con.Cvars.Bind("a", &a, "")
	con.Cvars.Bind("b", &b, "")
	err := con.Cvars.Load()
	require.Equal(t, 4, a, "before the loop")
	require.EqualError(t, err, "archive.cfg:3: set needs a name and a value\n"+
		`archive.cfg:2: cvar "b": value must be an integer, not "x"`+"\n"+`autoexec.cfg: it is not UTF-8`)
	con.Update()
	var msgs []string
	for _, l := range get[struct{ Lines []Line }](newProbe(t, &con), "log.tail", `{}`).Lines {
		msgs = append(msgs, l.Msg)
	}
	require.ElementsMatch(t, []string{"a bad line of a file of settings is passed over", "a value of a cvar was not taken", "a file of settings cannot be read"}, msgs)
	require.NoError(t, con.Close())
}

// What the console does not understand is the person's, and stays.
func TestASaveKeepsWhatIsNotTheConsoles(t *testing.T) {
	const text = "# mine\r\nset not.bound \"a b\"   // of another run\r\n\r\nset player.lives 200 // too many\r\nset physics.gravity 5.0; set game.title x // both\r\nbroken \"\r\nset render.fog 0.50"
	folder := keep(t, map[string]string{archiveFile: text}, func(g *keeper) {
		g.pass(2 * saveAfter)
		require.Equal(t, text, g.file(archiveFile), "nothing was changed")
		g.set("game.title", `"y z"`)
		s := answer[CvarSaved](g, "cvar.save", `{}`)
		require.Equal(t, archiveFile, s.File)
		require.Equal(t, []CvarValue{{"game.title", "y z"}, {"physics.gravity", 5.0}}, s.Written)
		require.Equal(t, 3, s.Kept)
		want := strings.Replace(text, "title x", `title "y z"`, 1)
		require.Equal(t, want, g.file(archiveFile))
		g.set("player.lives", `4`)
		answer[CvarSaved](g, "cvar.save", `{}`)
		want = strings.Replace(want, "lives 200", "lives 4", 1)
		require.Equal(t, want, g.file(archiveFile), "in place")
		get[CvarState](g.probe, "cvar.reset", `{"name":"physics.gravity"}`)
		g.set("camera.place", `[1,2,3]`)
		answer[CvarSaved](g, "cvar.save", `{}`)
		want = strings.Replace(want, "set physics.gravity 5.0; ", " ", 1) + "\r\nset camera.place \"1 2 3\"\r\n"
		require.Equal(t, want, g.file(archiveFile))
	})
	rerun(t, folder, func(g *keeper) {
		require.Equal(t, "y z", g.title)
		require.Equal(t, 4, g.lives)
		require.Equal(t, [3]float64{1, 2, 3}, g.place)
		require.InDelta(t, .5, g.fog, 0)
	})
}

// What a run was started with is for that run: the archive keeps what it had.
func TestTheArchiveOutlivesARunThatIsStartedOtherwise(t *testing.T) {
	folder := keep(t, map[string]string{archiveFile: "set physics.gravity 5\nset player.lives 6\n"}, func(g *keeper) {
		require.NoError(t, g.con.Cvars.Flag().Set("physics.gravity=7"))
		require.InDelta(t, 7, g.gravity, 0)
		get[CvarState](g.probe, "cvar.set", `{"name":"player.lives","value":8,"lease":true}`)
		require.Equal(t, 8, g.lives)
		g.set("game.title", `"x"`)
		answer[CvarSaved](g, "cvar.save", `{}`)
		require.Equal(t, "set physics.gravity 5\nset player.lives 6\nset game.title x\n", g.file(archiveFile))
		g.set("physics.gravity", `8`)
		answer[CvarSaved](g, "cvar.save", `{}`)
		require.InDelta(t, 8, g.gravity, 0, "a save changes no value")
		require.Contains(t, g.file(archiveFile), "set physics.gravity 8\n")
		c := g.get("physics.gravity")
		require.Equal(t, "console", c.Layer)
	})
	rerun(t, folder, func(g *keeper) {
		require.InDelta(t, 8, g.gravity, 0)
		require.Equal(t, 6, g.lives)
	})
}

func TestWhatTheGameSetsIsSavedToo(t *testing.T) {
	folder := keep(t, nil, func(g *keeper) {
		g.gravity = 2 // an options menu
		require.NoError(t, g.con.Cvars.Lookup("game.title").Set("by code"))
		g.frame()
		require.NoError(t, g.con.Close(), "the end saves what is not saved yet")
		require.Equal(t, firstLine+"set game.title \"by code\"\nset physics.gravity 2\n", g.file(archiveFile))
	})
	rerun(t, folder, func(g *keeper) {
		require.InDelta(t, 2, g.gravity, 0)
		g.set("render.quality", `"high"`)
		require.Equal(t, quality(0), g.quality)
	})
	rerun(t, folder, func(g *keeper) { require.Equal(t, quality(1), g.quality, "what is latched waits for the next start") })
}

// Changes that go on and on are saved all the same.
func TestAutosaveDoesNotWaitForEver(t *testing.T) {
	keep(t, nil, func(g *keeper) {
		for i := range 30 {
			g.gravity = float64(i)
			g.pass(saveAfter / 2)
		}
		require.NotEqual(t, "(none)", g.file(archiveFile))
	})
}

func TestAGameWithoutAFolderKeepsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newKeeper(t, "", func(*Console) {})
		g.set("physics.gravity", `1`)
		f := g.denied(rpc.Unavailable, "cvar.save", `{}`)
		require.Equal(t, "this game keeps no files: its Cvars.Folder is empty", f.Message)
		g.denied(rpc.Unavailable, "cvar.save", `{"profile":"a"}`)
		g.denied(rpc.Unavailable, "cvar.load", `{}`)
		g.denied(rpc.Unavailable, "cvar.forget", `{"profile":"a"}`)
		require.Len(t, answer[[]CvarProfile](g, "cvar.profiles", `{}`), 3)
		answer[CvarLoaded](g, "cvar.load", `{"profile":"calm"}`)
		require.Equal(t, "calm", g.title, "what the game was shipped with is there all the same")
		require.NoError(t, g.con.Close())
		g.denied(rpc.Unavailable, "cvar.profiles", `{}`)
	})
}

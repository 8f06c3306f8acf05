package console

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func TestAProfileIsSavedAndLoadedAsIfTheClientSetIt(t *testing.T) {
	keep(t, nil, func(g *keeper) {
		g.set("physics.gravity", `3`)
		g.set("render.fog", `0.5`)
		g.set("game.title", `"a b"`)
		g.set("render.quality", `"high"`)
		g.set("net.token", `"secret"`)
		s := answer[CvarSaved](g, "cvar.save", `{"profile":"mine"}`)
		require.Equal(t, CvarSaved{File: "mine.cfg", Written: []CvarValue{
			{"game.title", "a b"}, {"physics.gravity", 3.0}, {"render.fog", .5}, {"render.quality", "high"},
		}}, s)
		require.Equal(t, "set game.title \"a b\"\nset physics.gravity 3\nset render.fog 0.5\nset render.quality high\n", g.file("mine.cfg"))
		require.NotContains(t, g.file("mine.cfg"), "secret")
		for _, name := range []string{"physics.gravity", "render.fog", "game.title", "render.quality"} {
			get[CvarState](g.probe, "cvar.reset", `{"name":"`+name+`","all":true}`)
		}
		l := answer[CvarLoaded](g, "cvar.load", `{"profile":"mine"}`)
		require.Equal(t, s.Written, l.Applied)
		require.Empty(t, l.Skipped)
		require.Empty(t, l.Waiting)
		require.InDelta(t, 3, g.gravity, 0)
		c := g.get("render.fog")
		require.Equal(t, "console", c.Layer)
		require.Equal(t, g.peer.Name(), c.SetBy)
		require.Equal(t, "profile mine", c.From)
		get[CvarState](g.probe, "cvar.undo", `{}`)
		require.Equal(t, "low", g.get("render.quality").Default)
		require.Nil(t, g.get("render.quality").Pending, "a profile's values can be taken back one by one")

		s = answer[CvarSaved](g, "cvar.save", `{"profile":"one","names":["player.lives"]}`)
		require.Equal(t, "set player.lives 3\n", g.file("one.cfg"), "also a default, where it is asked for by name")
		require.Len(t, s.Written, 1)
	})
}

// A profile is the person's text: what is not understood stays, and what it says of a
// cvar is brought up to date.
func TestSavingOverAProfileKeepsItsText(t *testing.T) {
	const text = "# Mine.\nset physics.gravity 3 // the moon\nset not.bound 1\nset player.lives 9\nbroken \"\nexec more\n"
	keep(t, map[string]string{"mine.cfg": text, "more.cfg": "set render.fog 1\nset game.title more\n"}, func(g *keeper) {
		g.set("physics.gravity", `4`)
		g.set("camera.place", `[1,2,3]`)
		g.set("game.title", `"more"`)
		s := answer[CvarSaved](g, "cvar.save", `{"profile":"mine"}`)
		want := strings.Replace(strings.Replace(text, "gravity 3", "gravity 4", 1), "lives 9", "lives 3", 1) + "set camera.place \"1 2 3\"\nset render.fog 0\n"
		require.Equal(t, want, g.file("mine.cfg"), "what a file that it executes sets is overruled where it must be")
		require.Equal(t, 2, s.Kept)
		require.Len(t, s.Written, 5)
		g.set("physics.gravity", `5`)
		g.set("player.lives", `5`)
		answer[CvarSaved](g, "cvar.save", `{"profile":"mine","names":["physics.gravity"]}`)
		require.Equal(t, strings.Replace(want, "gravity 4", "gravity 5", 1), g.file("mine.cfg"), "these and no others")
	})
}

func TestLoadingAProfileTellsWhatBecameOfEachLine(t *testing.T) {
	keep(t, map[string]string{"mixed.cfg": "set physics.gravity 99\nset player.lives 1\nset sim.seed 1\nset later 5\nset player.lives 2\nspawn\nset 9x 1\nset render.fog 7\nset net.token open\n"}, func(g *keeper) {
		other := &probe{t: t, con: g.con, replies: g.replies, faults: g.faults}
		other.peer = g.con.RPC().Connect(other, rpc.Drive)
		other.last = 5000
		get[CvarState](other, "cvar.set", `{"name":"render.fog","value":1,"lease":true}`)
		l := answer[CvarLoaded](g, "cvar.load", `{"profile":"mixed"}`)
		require.Equal(t, []CvarValue{{"player.lives", 2.0}, {"net.token", nil}}, l.Applied)
		require.Equal(t, []string{"later"}, l.Waiting)
		require.Equal(t, "open", g.token)
		var reasons []string
		for _, s := range l.Skipped {
			require.Equal(t, "mixed.cfg", s.File)
			reasons = append(reasons, s.Name+" "+string('0'+rune(s.Line))+" "+s.Reason)
		}
		require.Len(t, reasons, 5)
		require.Contains(t, reasons[0], "physics.gravity 1 cvar \"physics.gravity\": 99 is out of range")
		require.Contains(t, reasons[1], "sim.seed 3 cvar \"sim.seed\" is read-only")
		require.Contains(t, reasons[2], "9x 7 \"9x\": a name is letters")
		require.Contains(t, reasons[3], "render.fog 8 cvar \"render.fog\" is on lease to "+other.peer.Name())
		require.Contains(t, reasons[4], " 6 \"spawn\" is neither set nor exec")
		require.InDelta(t, 1, g.fog, 0)
		g.con.Cvars.Bind("later", &g.late, "")
		g.frame()
		require.Equal(t, 5, g.late)
		require.Equal(t, "console", g.get("later").Layer)
	})
}

func TestTheArchiveIsReadAgainOnDemand(t *testing.T) {
	keep(t, map[string]string{archiveFile: "set physics.gravity 5\nset player.lives 99\nset later 1\nset\n"}, func(g *keeper) {
		g.set("game.title", `"kept"`)
		g.write(archiveFile, "set physics.gravity 6\nset player.lives 99\nset later 1\nset\n")
		n := g.send("cvar.load", `{}`)
		g.pass(reloaded)
		require.Contains(t, g.replies, n)
		require.InDelta(t, 6, g.gravity, 0)
		l := answer[CvarLoaded](g, "cvar.load", `{}`)
		require.Equal(t, []CvarValue{{"physics.gravity", 6.0}, {"game.title", "kept"}}, l.Applied)
		require.Equal(t, []string{"later"}, l.Waiting)
		require.Len(t, l.Skipped, 2)
		require.Equal(t, 4, l.Skipped[1].Line)
		require.Equal(t, "kept", g.title)
		require.Contains(t, g.file(archiveFile), "kept", "what is newer than the file is saved first")
	})
}

func TestProfilesAreListedAndForgotten(t *testing.T) {
	keep(t, map[string]string{
		"calm.cfg": "# My calm.\nset physics.gravity 2\n", "No Good.cfg": "", "bytes.cfg": "\x00",
		archiveFile: "set player.lives 4\n", autoexecFile: "",
	}, func(g *keeper) {
		list := answer[[]CvarProfile](g, "cvar.profiles", `{}`)
		require.Len(t, list, 4)
		_, err := time.Parse(time.RFC3339, list[1].Modified)
		require.NoError(t, err)
		list[1].Modified = ""
		require.Equal(t, CvarProfile{Name: "calm", Values: 1, Help: "My calm."}, list[1], "the person's own goes before what was shipped")
		require.Contains(t, list[0].Help, "bytes that are zero")
		require.Equal(t, CvarProfile{Name: "storm", Shipped: true, Values: 3}, list[2])
		answer[CvarLoaded](g, "cvar.load", `{"profile":"calm"}`)
		require.InDelta(t, 2, g.gravity, 0)

		answer[rpc.Void](g, "cvar.forget", `{"profile":"calm"}`)
		require.Equal(t, "# My calm.\nset physics.gravity 2\n", g.file("calm.cfg.bak"))
		answer[CvarLoaded](g, "cvar.load", `{"profile":"calm"}`)
		require.InDelta(t, 1, g.gravity, 0, "what was shipped is there again")
		f := g.denied(rpc.ReadOnly, "cvar.forget", `{"profile":"calm"}`)
		require.Equal(t, `the profile "calm" is shipped with the game`, f.Message)
		answer[CvarLoaded](g, "cvar.load", `{"profile":"storm"}`)
		require.Equal(t, "thunder", g.title, "a profile that executes another file")
		require.InDelta(t, .5, g.fog, 0)
	})
}

func TestWhatIsAskedOfAProfileIsChecked(t *testing.T) {
	keep(t, map[string]string{"mine.cfg": "set physics.gravity 2\n"}, func(g *keeper) {
		for _, name := range []string{"Up", "a b", "a/b", "../x", "ä", ".", strings.Repeat("a", 65), "archive", "autoexec", "nul", "com1"} {
			for _, method := range []string{"cvar.save", "cvar.load", "cvar.forget"} {
				f := g.denied(rpc.InvalidParams, method, `{"profile":"`+name+`"}`)
				require.Equal(t, "/profile", f.Data.Path)
				require.Contains(t, f.Message, "is no name for a profile")
			}
		}
		for _, method := range []string{"cvar.load", "cvar.forget"} {
			f := g.denied(rpc.NotFound, method, `{"profile":"mien"}`)
			require.Equal(t, `profile "mien" is not known; nearest is "mine"`, f.Message)
			require.Equal(t, "mine", f.Data.Suggest)
		}
		g.denied(rpc.InvalidParams, "cvar.forget", `{"profile":""}`)
		f := g.denied(rpc.InvalidParams, "cvar.save", `{"names":["physics.gravity"]}`)
		require.Equal(t, "/names", f.Data.Path)
		f = g.denied(rpc.NotFound, "cvar.save", `{"profile":"x","names":["player.lives","physics.gravty"]}`)
		require.Equal(t, "/names/1", f.Data.Path)
		require.Equal(t, "physics.gravity", f.Data.Suggest)
		g.denied(rpc.InvalidParams, "cvar.save", `{"profile":"x","names":["net.token"]}`)
		g.denied(rpc.InvalidParams, "cvar.save", `{"profile":"x","names":["sim.seed"]}`)
		f = g.denied(rpc.NotFound, "cvar.save", `{"profile":"x"}`)
		require.Contains(t, f.Message, "nothing for the profile to say")
		require.Equal(t, "(none)", g.file("x.cfg"))
		require.Equal(t, 0, strings.Count(g.log(), "\n"), "what a client is told is not in the log")
	})
}

func TestNothingLeadsOutOfTheFolder(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret.cfg")
	require.NoError(t, os.WriteFile(secret, []byte("set physics.gravity 1\nset game.title secret\n"), 0o600))
	folder := t.TempDir()
	for name, text := range map[string]string{
		"up.cfg": "exec ../" + filepath.Base(outside) + "/secret.cfg\n", "abs.cfg": "exec " + secret + "\n", "link.cfg": "exec way\n", "dir.cfg": "exec out/secret\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	for _, link := range [][2]string{{secret, "way.cfg"}, {outside, "out"}, {secret, "mine.cfg"}, {secret, archiveFile}} {
		if err := os.Symlink(link[0], filepath.Join(folder, link[1])); err != nil {
			t.Skip("this system has no links for everybody:", err)
		}
	}
	rerun(t, folder, func(g *keeper) {
		require.InDelta(t, 9.8, g.gravity, 0, "an archive that is a link out of the folder is not read")
		for _, name := range []string{"up", "abs", "link", "dir"} {
			l := answer[CvarLoaded](g, "cvar.load", `{"profile":"`+name+`"}`)
			require.Empty(t, l.Applied, name)
			require.Len(t, l.Skipped, 1, name)
		}
		for _, name := range []string{"mine", "way"} {
			g.denied(rpc.Failed, "cvar.load", `{"profile":"`+name+`"}`)
		}
		g.set("game.title", `"x"`)
		g.denied(rpc.Failed, "cvar.save", `{"profile":"mine"}`)
		g.denied(rpc.Failed, "cvar.save", `{}`)
		require.Equal(t, "arena", g.get("game.title").Default)
		text, err := os.ReadFile(secret)
		require.NoError(t, err)
		require.Equal(t, "set physics.gravity 1\nset game.title secret\n", string(text))
		require.Error(t, g.con.Close(), "the end says that something is not saved")
	})
}

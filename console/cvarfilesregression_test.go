package console

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/cfgfile/cfgtest"

	"github.com/scry-dev/scry/rpc"
)

// A value that the game itself computed wrongly must not take the place of a good one.
func TestWhatCouldNotBeReadAgainIsNotSaved(t *testing.T) {
	folder := keep(t, nil, func(g *keeper) {
		g.set("physics.gravity", "5")
		g.set("player.lives", "7")
		g.pass(2 * time.Second)
		g.gravity, g.lives = math.NaN(), 400
		g.pass(2 * time.Second)
		f := g.refused(rpc.OutOfRange, "cvar.save", `{"profile":"odd","names":["game.title","physics.gravity"]}`)
		require.Equal(t, "/names/1", f.Data.Path)
		g.title = "new"
		_, fault := g.answered("cvar.save", `{"profile":"odd"}`)
		require.Nil(t, fault)
	})
	text, err := os.ReadFile(filepath.Join(folder, archiveFile))
	require.NoError(t, err)
	require.Contains(t, string(text), "set physics.gravity 5\n")
	require.Contains(t, string(text), "set player.lives 7\n")
	text, err = os.ReadFile(filepath.Join(folder, "odd.cfg"))
	require.NoError(t, err)
	require.NotContains(t, string(text), "gravity")
	rerun(t, folder, func(g *keeper) {
		require.Equal(t, []any{5.0, 7}, []any{g.gravity, g.lives})
		require.Empty(t, get[Lines](g.probe, "log.tail", `{"level":"warn"}`).Lines)
	})
}

// A string of the game's own may be no UTF-8, such as a file's name.
func TestAStringIsKeptByteForByte(t *testing.T) {
	odd := "a\xff\x00b\n\"c\" \u2603"
	folder := keep(t, nil, func(g *keeper) {
		g.title = odd
		g.pass(2 * time.Second)
	})
	rerun(t, folder, func(g *keeper) { require.Equal(t, odd, g.title) })
}

// A name that autoexec.cfg sets twice went through both values whenever it was changed.
func TestAutoexecSetsANameOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "settings")
	require.NoError(t, os.Mkdir(folder, 0o700))
	file := filepath.Join(folder, autoexecFile)
	require.NoError(t, os.WriteFile(file, []byte("set render.fog 1\nset render.fog 2\n"), 0o600))
	synctest.Test(t, func(t *testing.T) {
		var seen []any
		g := newKeeper(t, folder, func(con *Console) {
			con.Cvars.Lookup("render.fog").OnChange(func(c Change) { seen = append(seen, c.New) })
		})
		defer g.con.Close()
		require.NoError(t, os.WriteFile(file, []byte("set render.fog 1\nset render.fog 2\nset game.title x\n"), 0o600))
		g.pass(10 * time.Second)
		require.Equal(t, "x", g.title)
		require.Equal(t, []any{2.0}, seen)
	})
}

// readings counts the files that are opened.
type readings struct {
	fs.FS
	n *atomic.Int32
}

func (o readings) Open(name string) (fs.File, error) {
	if name != "." {
		o.n.Add(1)
	}
	return o.FS.Open(name)
}

// What is looked at every second while the game runs is not read.
func TestProfilesAreReadWhenSomebodyAsks(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		g := newKeeper(t, folder, func(con *Console) { con.Cvars.Profiles = readings{shippedProfiles, &n} })
		defer g.con.Close()
		g.pass(10 * time.Second)
		require.Equal(t, []string{"calm", "storm", "thunder"}, g.con.Cvars.clerk.profileNames())
		require.Zero(t, n.Load())
		_, f := g.answered("cvar.profiles", `{}`)
		require.Nil(t, f)
		require.NotZero(t, n.Load())
	})
}

func TestTheLogIsToldNoSecretOfAFile(t *testing.T) {
	keep(t, map[string]string{
		autoexecFile: "net.token hunter2\nset net.token \"hunter2\nnet.token hunter2 \"\nset net.token hunter2\n",
		archiveFile:  "set net.token hunter2\nnet.token hunter2\nset net.token 'hunter2\" \"\n",
	}, func(g *keeper) {
		g.frame()
		raw, _ := g.call("log.tail", `{}`)
		require.Contains(t, string(raw), "in a file it is")
		require.NotContains(t, string(raw), "hunter2")
	})
}

// fleeting is a folder whose archive somebody removes right after it was read so many
// times.
type fleeting struct {
	*cfgtest.Disk
	readings int
}

func (f *fleeting) Stat(name string) (fs.FileInfo, error) { return f.Lstat(name) }

func (f *fleeting) Open(name string) (fs.File, error) {
	file, err := f.Disk.Open(name)
	if name == archiveFile && err == nil {
		if f.readings--; f.readings == 0 {
			return file, f.Remove(name)
		}
	}
	return file, err
}

// The system was asked about a file after it had been read: what happened in between was
// taken for what was read, for good.
func TestAFileThatGoesRightAfterItWasReadIsMissed(t *testing.T) {
	for readings := 1; readings <= 2; readings++ {
		d := &fleeting{new(cfgtest.Disk), readings}
		d.Put(archiveFile, "set player.lives 6\n")
		onDisk(t, d, func(g *keeper) {
			require.Equal(t, 6, g.lives)
			g.pass(5 * time.Second)
			require.Empty(t, d.Texts(), "it was read so often")
			require.Equal(t, 3, g.lives)
		})
	}
}

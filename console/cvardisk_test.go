package console

import (
	"bufio"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/internal/cfgfile/cfgtest"
	"github.com/scry-dev/scry/rpc"
)

// onDisk runs f with a game whose folder is a disk in memory.
func onDisk(t *testing.T, d cfgfile.Folder, f func(*keeper)) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		g := newKeeper(t, folder, func(con *Console) {
			con.Cvars.clerk.open = func(string) (cfgfile.Folder, error) { return d, nil }
		})
		defer g.con.Close()
		f(g)
	})
}

func TestAFullDiskLosesNothing(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{{syscall.ENOSPC, "no space left on device"}, {syscall.EROFS, "read-only file system"}, {syscall.EIO, "input/output error"}} {
		d := new(cfgtest.Disk)
		d.Put(archiveFile, "set player.lives 6\n")
		full := true
		d.Fail = func(_ int, op string) error {
			if full && op != "remove" {
				return &fs.PathError{Op: op, Path: "x", Err: c.err}
			}
			return nil
		}
		onDisk(t, d, func(g *keeper) {
			g.set("physics.gravity", `4`)
			g.pass(4 * saveAfter)
			require.Equal(t, 1, strings.Count(g.log(), c.want), "told once")
			f := g.denied(rpc.Failed, "cvar.save", `{}`)
			require.Contains(t, f.Message, c.want)
			require.Contains(t, f.Message, "archive.cfg.bak cannot be written: ")
			f = g.denied(rpc.Failed, "cvar.save", `{"profile":"mine"}`)
			require.Equal(t, "mine.cfg cannot be written: "+c.want, f.Message)
			require.Equal(t, map[string]string{archiveFile: "set player.lives 6\n"}, d.Texts())
			require.InDelta(t, 4, g.gravity, 0)
			require.Equal(t, "console", g.get("physics.gravity").Layer)
			before := d.Operations()
			g.pass(10 * saveAfter)
			require.Equal(t, before, d.Operations(), "it is not tried over and over")

			full = false
			g.set("game.title", `"x"`)
			g.pass(2 * saveAfter)
			require.Equal(t, "set player.lives 6\nset game.title x\nset physics.gravity 4\n", d.Texts()[archiveFile], "the next change tries again")
			full = true
			g.set("game.title", `"y"`)
			g.pass(2 * saveAfter)
			full = false
			require.NoError(t, g.con.Close(), "and so does the end")
			require.Contains(t, d.Texts()[archiveFile], "set game.title y\n")
		})
	}
}

// tape is a disk on which a sync takes seconds.
type tape struct{ *cfgtest.Disk }

func (s tape) Sync() error {
	time.Sleep(3 * time.Second)
	return s.Disk.Sync()
}

func TestASlowDiskDoesNotHoldUpTheGame(t *testing.T) {
	onDisk(t, tape{new(cfgtest.Disk)}, func(g *keeper) {
		g.set("physics.gravity", `4`)
		begin := time.Now()
		n := g.send("cvar.save", `{}`)
		for range 100 {
			g.frame()
		}
		require.Zero(t, time.Since(begin), "no frame waits")
		require.NotContains(t, g.replies, n, "it is answered when it is on the disk")
		g.pass(time.Second)
		g.set("physics.gravity", `5`) // meanwhile
		g.pass(3 * time.Second)
		require.Contains(t, g.replies, n)
		require.ErrorContains(t, g.con.Close(), "goroutines are still busy after 2s", "the end is bounded")
		time.Sleep(time.Minute)
	})
}

func TestSavesAtOnceAreAllAnswered(t *testing.T) {
	keep(t, nil, func(g *keeper) {
		var calls []int
		for i := range 10 {
			calls = append(calls, g.send("cvar.set", fmt.Sprintf(`{"name":"player.lives","value":%d}`, i)),
				g.send("cvar.save", `{}`), g.send("cvar.save", `{"profile":"mine"}`))
		}
		g.pass(saveAfter)
		require.Empty(t, g.faults)
		for _, n := range calls {
			require.Contains(t, g.replies, n)
		}
		require.Equal(t, firstLine+"set player.lives 9\n", g.file(archiveFile))
		require.Equal(t, "set player.lives 9\n", g.file("mine.cfg"))
	})
}

// Two runs of a game share a folder: each saves what it changed, and hears of the other.
func TestTwoRunsShareAFolder(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a, b := newKeeper(t, folder, func(*Console) {}), newKeeper(t, folder, func(*Console) {})
		defer a.con.Close()
		defer b.con.Close()
		both := func() {
			for range 100 {
				a.frame()
				b.frame()
				time.Sleep(50 * time.Millisecond)
			}
		}
		a.set("physics.gravity", `1`)
		both()
		b.set("player.lives", `2`)
		both()
		for _, g := range []*keeper{a, b} {
			require.InDelta(t, 1, g.gravity, 0)
			require.Equal(t, 2, g.lives)
			require.NoError(t, g.con.Close())
		}
		require.Equal(t, firstLine+"set physics.gravity 1\nset player.lives 2\n", a.file(archiveFile))
	})
}

func TestStaleScratchFilesAreRemovedAtTheStart(t *testing.T) {
	folder := t.TempDir()
	stale := filepath.Join(folder, archiveFile+".ABCDEFGH.tmp")
	require.NoError(t, os.WriteFile(stale, []byte("set phys"), 0o600))
	require.NoError(t, os.Chtimes(stale, time.Time{}, time.Unix(0, 0)))
	rerun(t, folder, func(*keeper) { require.NoFileExists(t, stale) })
}

// saving is the environment by which a test is the game that is killed, in a folder.
const saving = "SCRY_TEST_SAVES_IN"

// A game that does nothing but save is killed many times: the archive is whole each
// time, and says nothing older than what was answered to be on the disk.
func TestAKillInMidSaveLosesNothing(t *testing.T) {
	if folder := os.Getenv(saving); folder != "" {
		saveForEver(folder)
	}
	if testing.Short() {
		t.Skip("it starts many programs")
	}
	folder := t.TempDir()
	newest := 0
	for range 25 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAKillInMidSaveLosesNothing$")
		cmd.Env = append(os.Environ(), saving+"="+folder)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for range 1 + rand.IntN(4) {
			require.True(t, lines.Scan(), "the game ended by itself")
			newest, err = strconv.Atoi(lines.Text())
			require.NoError(t, err)
		}
		<-time.After(time.Duration(rand.IntN(3000)) * time.Microsecond)
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() {
			if newest, err = strconv.Atoi(lines.Text()); err != nil {
				break
			}
		}
		require.Error(t, cmd.Wait(), "it was killed")
		d, err := cfgfile.Open(folder)
		require.NoError(t, err)
		r, err := cfgfile.Read(archiveFile, func(name string) ([]byte, error) { return cfgfile.Text(d, name) }, false)
		require.NoError(t, err)
		require.NoError(t, d.Close())
		require.Empty(t, r.Faults)
		text, _ := r.Value("a")
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		require.GreaterOrEqual(t, n, newest)
		long, _ := r.Value("long")
		require.Equal(t, strings.Repeat(text+" ", 1000), long, "both of one moment")
	}
}

// saveForEver is that game; it prints what it was told to be on the disk.
func saveForEver(folder string) {
	var con Console
	a, long := 0, ""
	con.Cvars.Folder = folder
	con.Cvars.Bind("a", &a, "").Archive()
	con.Cvars.Bind("long", &long, "").Archive()
	con.Update()
	for {
		a++
		long = strings.Repeat(strconv.Itoa(a)+" ", 1000)
		done := false
		con.Update()
		con.Cvars.save(CvarSave{}, func(_ CvarSaved, err error) {
			if done = true; err != nil {
				panic(err)
			}
		})
		for !done {
			con.Update()
		}
		fmt.Println(a)
	}
}

// A frame without a change costs no allocation, and the disk none of its time.
func TestAFrameWithFilesAllocatesNothing(t *testing.T) {
	var con Console
	n, s := 1, "a"
	con.Cvars.Folder = t.TempDir()
	con.Cvars.Bind("n", &n, "").Archive()
	con.Cvars.Bind("s", &s, "").Archive()
	con.Update()
	n = 2
	con.Update()
	require.Zero(t, testing.AllocsPerRun(100, func() { con.Update() }))
	require.NoError(t, con.Close())
}

// The end waits for what is being written, and saves what came after that.
func TestTheEndWaitsForWhatIsBeingWritten(t *testing.T) {
	d := new(cfgtest.Disk)
	var once sync.Once
	entered, leave := make(chan struct{}), make(chan struct{})
	d.Fail = func(int, string) error {
		once.Do(func() {
			close(entered)
			<-leave
		})
		return nil
	}
	var con Console
	n := 1
	con.Cvars.Folder = t.TempDir()
	con.Cvars.clerk.open = func(string) (cfgfile.Folder, error) { return d, nil }
	con.Cvars.Bind("n", &n, "").Archive()
	con.Update()
	con.start()
	n = 2
	con.Update()
	con.Cvars.save(CvarSave{}, func(CvarSaved, error) {})
	<-entered
	n = 3
	con.Update()
	closed := make(chan error)
	go func() { closed <- con.Close() }()
	close(leave)
	require.NoError(t, <-closed)
	require.Contains(t, d.Texts()[archiveFile], "set n 3\n")
	require.NoError(t, con.Close(), "once more does nothing")
}

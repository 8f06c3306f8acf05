package console

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// mounted is a small disk of the system's own, where the test may mount one. Where it may
// not, TestAFullDiskLosesNothing has shown the same with one in memory.
func mounted(t *testing.T) string {
	folder := t.TempDir()
	if err := syscall.Mount("scry", folder, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("a disk cannot be mounted here:", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, 0)) })
	return folder
}

func TestADiskOfTheSystemsIsFull(t *testing.T) {
	folder := mounted(t)
	long := "set not.bound " + strings.Repeat("x", 10_000) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, archiveFile), []byte(long), 0o600))
	filler := filepath.Join(folder, "filler")
	rerun(t, folder, func(g *keeper) {
		for size := 64 << 10; size > 0; size -= 4 << 10 { // all that there is
			if os.WriteFile(filler, make([]byte, size), 0o600) == nil {
				break
			}
		}
		g.set("physics.gravity", `4`)
		g.pass(2 * saveAfter)
		require.Contains(t, g.log(), "no space left on device")
		f := g.denied(rpc.Failed, "cvar.save", `{}`)
		require.Equal(t, "archive.cfg.bak cannot be written: no space left on device", f.Message)
		require.Equal(t, long, g.file(archiveFile))
		list, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Len(t, list, 2, "nothing half-written is left")
		require.NoError(t, os.Remove(filler))
		require.NoError(t, g.con.Close())
		require.Equal(t, long+"set physics.gravity 4\n", g.file(archiveFile))
	})
}

func TestADiskOfTheSystemsIsReadOnly(t *testing.T) {
	folder := mounted(t)
	const text = "set player.lives 6\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, archiveFile), []byte(text), 0o600))
	require.NoError(t, syscall.Mount("", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	rerun(t, folder, func(g *keeper) {
		require.Equal(t, 6, g.lives)
		g.set("physics.gravity", `4`)
		f := g.denied(rpc.Failed, "cvar.save", `{}`)
		require.Equal(t, "archive.cfg.bak cannot be written: read-only file system", f.Message)
		f = g.denied(rpc.Failed, "cvar.save", `{"profile":"mine"}`)
		require.Equal(t, "mine.cfg cannot be written: read-only file system", f.Message)
		require.Equal(t, text, g.file(archiveFile))
		require.InDelta(t, 4, g.gravity, 0)
		require.NoError(t, syscall.Mount("", folder, "", syscall.MS_REMOUNT, ""))
		g.set("game.title", `"x"`)
		g.pass(2 * saveAfter)
		require.Equal(t, text+"set game.title x\nset physics.gravity 4\n", g.file(archiveFile), "the next change tries again")
	})
}

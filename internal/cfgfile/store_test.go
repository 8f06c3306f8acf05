package cfgfile_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/internal/cfgfile/cfgtest"
)

// walk runs f on disks that crash after its first operation, its second, and so on,
// and calls found with every disk that is left; at last f runs to its end.
func walk(t *testing.T, start map[string]string, f func(*cfgtest.Disk) error, found func(d *cfgtest.Disk, crash string, done bool)) {
	t.Helper()
	for n := 0; ; n++ {
		d := &cfgtest.Disk{CrashAfter: n + 1}
		for name, text := range start {
			d.Put(name, text)
		}
		err := f(d)
		if err == nil {
			require.Greater(t, n, 4, "there were operations to crash after")
			d.Aftermath(func(d *cfgtest.Disk) { found(d, "no crash", true) })
			return
		}
		require.ErrorIs(t, err, cfgtest.ErrCrashed)
		d.Aftermath(func(d *cfgtest.Disk) { found(d, fmt.Sprintf("crash after operation %d", n+1), false) })
	}
}

func TestAfterACrashAtAnyMomentAFileHoldsTheOldOrTheNew(t *testing.T) {
	const older, old, new = "set a 0\n", "set a 1\n", "set a 2\n"
	for _, start := range []map[string]string{
		{},
		{"archive.cfg": old},
		{"archive.cfg": old, "archive.cfg.bak": older},
		{"archive.cfg": old, "archive.cfg.bak": old},
	} {
		seen := make(map[string]bool)
		walk(t, start, func(d *cfgtest.Disk) error { return cfgfile.Replace(d, "archive.cfg", []byte(new)) },
			func(d *cfgtest.Disk, crash string, done bool) {
				text, ok := d.Texts()["archive.cfg"]
				seen[text] = true
				if _, was := start["archive.cfg"]; was || done {
					require.True(t, ok, "%s: %v", crash, d.Texts())
				}
				if ok {
					require.Contains(t, []string{start["archive.cfg"], new}, text, "%s: %q", crash, d.Texts())
				}
				bak, ok := d.Texts()["archive.cfg.bak"]
				if _, was := start["archive.cfg.bak"]; was {
					require.True(t, ok, crash)
				}
				if ok {
					require.Contains(t, []string{older, old}, bak, crash)
				}
				if done {
					require.Equal(t, new, text)
					require.Equal(t, start["archive.cfg"], bak, "the last good one is kept")
				}
			})
		require.True(t, seen[start["archive.cfg"]] && seen[new], "both were found")
	}
}

// A disk that only says that it has written shows that the walk would find a torn file.
func TestTheWalkFindsAFileThatWasNotSynced(t *testing.T) {
	torn := false
	walk(t, map[string]string{"archive.cfg": "set a 1\n"}, func(d *cfgtest.Disk) error {
		return cfgfile.Write(careless{d}, "archive.cfg", []byte("set a 2\n"))
	}, func(d *cfgtest.Disk, _ string, _ bool) {
		text := d.Texts()["archive.cfg"]
		torn = torn || text != "set a 1\n" && text != "set a 2\n"
	})
	require.True(t, torn)
}

type careless struct{ *cfgtest.Disk }

func (c careless) Create(name string, perm fs.FileMode) (cfgfile.File, error) {
	f, err := c.Disk.Create(name, perm)
	return unsynced{f}, err
}

type unsynced struct{ cfgfile.File }

func (unsynced) Sync() error { return nil }

// whole reads a file as a program does at its start.
func whole(f cfgfile.Folder, name string, good []byte) ([]byte, *cfgfile.Damage, error) {
	text, err := cfgfile.Text(f, name)
	if err != nil {
		return nil, nil, err
	}
	return cfgfile.Whole(f, name, text, good)
}

func TestADamagedFileIsSetAsideAndTheLastGoodOneUsed(t *testing.T) {
	const good, better = "set a 1\n", "set a 2\n"
	for _, garbage := range []string{"", " \n", "\x00\x00\x00\x00", "set a \xff"} {
		start := map[string]string{"archive.cfg": garbage, "archive.cfg.bak": good}
		walk(t, start, func(d *cfgtest.Disk) error {
			text, damage, err := whole(d, "archive.cfg", nil)
			if err != nil {
				return err
			}
			require.Error(t, damage)
			require.Equal(t, good, string(text))
			require.Equal(t, map[string]string{"archive.cfg": good, "archive.cfg.bak": good, "archive.cfg.bad": garbage}, d.Texts())
			return nil
		}, func(d *cfgtest.Disk, crash string, _ bool) {
			text, _, err := whole(d, "archive.cfg", nil)
			require.NoError(t, err, crash)
			require.Equal(t, good, string(text), "%s: %q", crash, d.Texts())
		})
	}
	d := new(cfgtest.Disk)
	d.Put("archive.cfg", "\x00")
	d.Put("archive.cfg.bak", good)
	text, damage, err := whole(d, "archive.cfg", []byte(better))
	require.NoError(t, err)
	require.EqualError(t, damage, "it holds bytes that are zero, so it is no text")
	require.Equal(t, better, string(text), "what the program knows is newer")
	require.Equal(t, better, d.Texts()["archive.cfg"])
}

func TestADamagedFileWithoutAGoodOne(t *testing.T) {
	d := new(cfgtest.Disk)
	d.Put("archive.cfg", "\x00")
	d.Put("archive.cfg.bak", "\x01\x00")
	text, damage, err := whole(d, "archive.cfg", nil)
	require.NoError(t, err)
	require.Error(t, damage)
	require.Empty(t, text)
	require.Equal(t, map[string]string{"archive.cfg.bad": "\x00", "archive.cfg.bak": "\x01\x00"}, d.Texts())
	d.Put("archive.cfg", "\n")
	text, damage, err = whole(d, "archive.cfg", nil)
	require.NoError(t, err)
	require.Nil(t, damage, "empty, and it never was otherwise")
	require.Equal(t, "\n", string(text))
	d.Put("archive.cfg", "\x00")
	d.Fail = func(int, string) error { return syscall.EROFS }
	text, damage, err = whole(d, "archive.cfg", []byte("set a 1\n"))
	require.ErrorIs(t, err, syscall.EROFS)
	require.NotNil(t, damage)
	require.Equal(t, "set a 1\n", string(text), "what it should hold is known all the same")
}

// A disk that is full, or fails in another way, at any moment: the old file is whole,
// nothing is left behind, and the error says what it was.
func TestAFailureAtAnyStepKeepsTheOldFile(t *testing.T) {
	const old, new = "set a 1\n", "set a 2\n"
	for _, fault := range []error{syscall.ENOSPC, syscall.EROFS, syscall.EIO} {
		for n := 1; ; n++ {
			failed := ""
			d := &cfgtest.Disk{Fail: func(i int, op string) error {
				if i == n && op != "remove" {
					failed = op
					return &fs.PathError{Op: op, Path: "archive.cfg.1.tmp", Err: fault}
				}
				return nil
			}}
			d.Put("archive.cfg", old)
			err := cfgfile.Replace(d, "archive.cfg", []byte(new))
			if failed == "" {
				require.NoError(t, err)
				require.Greater(t, n, 10, "steps were tried")
				break
			}
			require.ErrorIs(t, err, fault)
			require.Regexp(t, `^archive\.cfg(\.bak)? (cannot be written|is written, and may not outlast a crash): `+fault.Error()+`$`, err.Error())
			texts := d.Texts()
			if failed == "syncdir" && texts["archive.cfg"] == new {
				texts["archive.cfg"] = old
			}
			require.Equal(t, old, texts["archive.cfg"], "%d: %s", n, failed)
			for name := range texts {
				require.False(t, strings.HasSuffix(name, ".tmp"), "%s is left after %s", name, failed)
			}
			d.Fail = nil
			require.NoError(t, cfgfile.Replace(d, "archive.cfg", []byte(new)), "it is tried again")
			require.Equal(t, new, d.Texts()["archive.cfg"])
		}
	}
}

func folder(t *testing.T) (*cfgfile.Dir, string) {
	t.Helper()
	path := t.TempDir()
	d, err := cfgfile.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d, path
}

func TestAFolderOfTheSystems(t *testing.T) {
	d, path := folder(t)
	require.NoError(t, cfgfile.Replace(d, "archive.cfg", []byte("set a 1\n")))
	require.NoError(t, cfgfile.Replace(d, "archive.cfg", []byte("set a 2\n")))
	text, err := cfgfile.Text(d, "archive.cfg")
	require.NoError(t, err)
	require.Equal(t, "set a 2\n", string(text))
	bak, err := os.ReadFile(filepath.Join(path, "archive.cfg.bak"))
	require.NoError(t, err)
	require.Equal(t, "set a 1\n", string(bak))
	list, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, list, 2)
	if runtime.GOOS != "windows" {
		info, err := os.Stat(filepath.Join(path, "archive.cfg"))
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode(), "settings are their owner's")
		require.NoError(t, os.Chmod(filepath.Join(path, "archive.cfg"), 0o640))
		require.NoError(t, cfgfile.Replace(d, "archive.cfg", []byte("set a 3\n")))
		info, err = os.Stat(filepath.Join(path, "archive.cfg"))
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o640), info.Mode(), "or as their owner has them")
	}
	require.ErrorContains(t, cfgfile.Replace(d, "archive.cfg", []byte{0}), "no text")
}

func TestAFileThatItsOwnerProtectsIsNotReplaced(t *testing.T) {
	d, path := folder(t)
	name := filepath.Join(path, "archive.cfg")
	require.NoError(t, os.WriteFile(name, []byte("set a 1\n"), 0o400))
	require.EqualError(t, cfgfile.Write(d, "archive.cfg", nil), "archive.cfg is read-only, and is not written to")
	require.NoError(t, os.Chmod(name, 0o600)) // so that Windows can remove it
}

func TestNoWayLeadsOutOfTheFolder(t *testing.T) {
	d, path := folder(t)
	outside := filepath.Join(t.TempDir(), "secret.cfg")
	require.NoError(t, os.WriteFile(outside, []byte("set a 1\n"), 0o600))
	if err := os.Symlink(outside, filepath.Join(path, "archive.cfg")); err != nil {
		t.Skip("this system has no links for everybody:", err)
	}
	_, err := cfgfile.Text(d, "archive.cfg")
	require.Error(t, err)
	require.NotErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, cfgfile.Replace(d, "archive.cfg", []byte("set a 2\n")), "archive.cfg cannot be written")
	require.ErrorContains(t, cfgfile.Write(d, "archive.cfg", []byte("set a 2\n")), "is a link")
	text, err := os.ReadFile(outside)
	require.NoError(t, err)
	require.Equal(t, "set a 1\n", string(text))

	require.NoError(t, os.Mkdir(filepath.Join(path, "dir.cfg"), 0o700))
	_, err = cfgfile.Text(d, "dir.cfg")
	require.EqualError(t, err, "it is no plain file")
}

func TestStaleScratchFilesAreSweptAndNothingElse(t *testing.T) {
	d, path := folder(t)
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"archive.cfg.ABCDEFGH.tmp", "archive.cfg.bak.ABCDEFGH.tmp", "mine.tmp", "archive.cfg", "archive.cfg.bak"} {
		require.NoError(t, os.WriteFile(filepath.Join(path, name), nil, 0o600))
		require.NoError(t, os.Chtimes(filepath.Join(path, name), old, old))
	}
	require.NoError(t, os.WriteFile(filepath.Join(path, "calm.cfg.BCDEFGHI.tmp"), nil, 0o600), "another program is writing it")
	require.NoError(t, cfgfile.Sweep(d, time.Now().Add(-time.Minute)))
	list, err := os.ReadDir(path)
	require.NoError(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	require.Equal(t, []string{"archive.cfg", "archive.cfg.bak", "calm.cfg.BCDEFGHI.tmp", "mine.tmp"}, names)
}

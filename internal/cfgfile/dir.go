package cfgfile

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// A Dir is a folder of the system's, and no way out of it.
type Dir struct{ root *os.Root }

// Open opens a folder.
func Open(path string) (*Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Dir{root}, nil
}

// Open opens a file for reading.
func (d *Dir) Open(name string) (fs.File, error) { return d.root.FS().Open(name) }

// Stat tells of a file, or of what a link leads to.
func (d *Dir) Stat(name string) (fs.FileInfo, error) { return d.root.Stat(name) }

// Lstat tells of a file or a link.
func (d *Dir) Lstat(name string) (fs.FileInfo, error) { return d.root.Lstat(name) }

// ReadLink tells where a link leads.
func (d *Dir) ReadLink(name string) (string, error) { return d.root.Readlink(name) }

// Create makes a file.
func (d *Dir) Create(name string, perm fs.FileMode) (File, error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err // a nil *os.File is no nil File
	}
	return f, nil
}

// Rename gives a file another name.
func (d *Dir) Rename(from, to string) error { return d.root.Rename(from, to) }

// Remove removes a file.
func (d *Dir) Remove(name string) error { return d.root.Remove(name) }

// Sync makes names last. Windows does so by itself, and some file systems of networks
// cannot.
func (d *Dir) Sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// Close lets go of the folder.
func (d *Dir) Close() error { return d.root.Close() }

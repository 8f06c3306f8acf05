package cfgfile

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

// A Folder is where the files lie: as much of one as is needed to replace a file
// safely. [Dir] is the system's.
type Folder interface {
	fs.FS
	// Create makes a file, and fails where there is one of that name.
	Create(name string, perm fs.FileMode) (File, error)
	// Rename gives a file another name, in place of another file where there is one.
	Rename(from, to string) error
	Remove(name string) error
	// Sync returns when what was created, renamed and removed will outlast a crash.
	Sync() error
	Close() error
}

// A File is one that is being written. Sync returns when what was written will
// outlast a crash.
type File interface {
	io.WriteCloser
	Sync() error
}

// What stands behind a file's name in those of its companions.
const (
	Backup = ".bak" // what it held before
	Broken = ".bad" // what was found damaged
)

const (
	temp = ".tmp"
	// private is the mode of a new file: settings are their owner's.
	private fs.FileMode = 0o600
)

// Text reads a whole file, unless it is too large or no plain file: one that waits
// for another program to write would hold up whoever reads it.
func Text(from fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(from, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no plain file")
	}
	f, err := from.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err == nil && len(text) > MaxBytes {
		err = fmt.Errorf("it has more than %d bytes", MaxBytes)
	}
	return text, err
}

// Write puts a text in the place of a file's. Whoever reads the file finds what it
// held before or the text, whole, also after a crash; when Write has returned without
// an error, the text. After an error the file is as it was, as a rule; where only the
// folder could not be made to last, it is the new one.
func Write(f Folder, name string, text []byte) error {
	if err := judge(text); err != nil {
		return fmt.Errorf("%s cannot be written: %w", name, err)
	}
	return put(f, name, text)
}

// put writes whatever a text is.
func put(f Folder, name string, text []byte) error {
	perm := private
	if info, err := fs.Lstat(f, name); err == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is a link or no plain file, and is not written to", name)
		}
		if perm = info.Mode().Perm(); perm&0o200 == 0 {
			return fmt.Errorf("%s is read-only, and is not written to", name)
		}
	}
	scratch := name + "." + rand.Text()[:8] + temp
	if err := fill(f, scratch, perm, text); err != nil {
		f.Remove(scratch)
		return fmt.Errorf("%s cannot be written: %w", name, cause(err))
	}
	if err := f.Rename(scratch, name); err != nil {
		f.Remove(scratch)
		return fmt.Errorf("%s cannot be written: %w", name, cause(err))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%s is written, and may not outlast a crash: %w", name, cause(err))
	}
	return nil
}

// cause is an error of the system's without the name that the file has for a moment.
func cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}

// fill writes a new file, such that all of it is on the disk.
func fill(f Folder, name string, perm fs.FileMode, text []byte) error {
	w, err := f.Create(name, perm)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	if err == nil {
		err = w.Sync()
	}
	if closed := w.Close(); err == nil {
		err = closed
	}
	return err
}

// Replace writes a file as [Write] does, and keeps what it held before, where that was
// any good, under its name with .bak behind.
func Replace(f Folder, name string, text []byte) error {
	if err := judge(text); err != nil {
		return fmt.Errorf("%s cannot be written: %w", name, err)
	}
	old, err := Text(f, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return put(f, name, text)
	case err != nil:
		return fmt.Errorf("%s cannot be written: %w", name, cause(err))
	}
	kept, err := Text(f, name+Backup)
	if err == nil && bytes.Equal(kept, old) || judge(old) != nil || blank(old) {
		return put(f, name, text) // there is nothing better to keep
	}
	if err := put(f, name+Backup, old); err != nil {
		return err
	}
	return put(f, name, text)
}

// Whole judges the text of a file that must not be lost. One that is damaged, or empty
// where it was not before, is set aside under the file's name with .bad behind; in its
// place comes what is good, or where that is nil, what [Replace] kept. It returns what
// the file should hold, nil where nobody knows, and what the damage was; the error says
// why the disk does not say the same.
func Whole(f Folder, name string, text, good []byte) (whole []byte, damage *Damage, err error) {
	if good == nil {
		if good, err = Text(f, name+Backup); err != nil || judge(good) != nil {
			good = nil
		}
	}
	switch err := judge(text); {
	case errors.As(err, &damage):
	case blank(text) && !blank(good):
		damage = &Damage{"it is empty, and was not"}
	default:
		return text, nil, nil
	}
	if good == nil { // nothing can be lost that is not lost
		if err = f.Rename(name, name+Broken); err == nil {
			err = f.Sync()
		}
		return nil, damage, err
	}
	if err = put(f, name+Broken, text); err == nil {
		err = put(f, name, good)
	}
	return good, damage, err
}

func blank(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }

// Sweep removes what writers left behind that were stopped before a time.
func Sweep(f Folder, before time.Time) error {
	list, err := fs.ReadDir(f, ".")
	for _, e := range list {
		if !strings.HasSuffix(e.Name(), temp) || !strings.Contains(e.Name(), ".cfg.") {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().Before(before) {
			f.Remove(e.Name())
		}
	}
	return err
}

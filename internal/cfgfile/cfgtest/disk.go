// Package cfgtest is a disk in memory that fails and crashes as disks do, for tests.
//
// What a program sees and what would outlast a loss of power are kept apart: a text
// lasts once its file was synced, a name once the folder was.
package cfgtest

import (
	"errors"
	"io/fs"
	"maps"
	"sync"
	"testing/fstest"
	"time"

	"github.com/scry-dev/scry/internal/cfgfile"
)

// ErrCrashed is what every operation ends with after the crash.
var ErrCrashed = errors.New("cfgtest: crashed")

// A Disk holds one folder. The zero value is empty and works; its fields are for the
// time before it is used. It may be used from any goroutine.
type Disk struct {
	// CrashAfter is the number of the last operation that is carried out; a write is
	// two, one for each half. Zero is never.
	CrashAfter int
	// Fail is asked before an operation, whether that fails, by its number and its name:
	// create, write, sync, close, rename, remove or syncdir. Nil is never.
	Fail func(n int, op string) error

	mu      sync.Mutex
	ops     int
	names   map[string]*file
	lasting map[string]*file
	pending []map[string]*file // changes of names that may be lost; nil is a name's end
}

type file struct {
	seen, lasting []byte
	mode          fs.FileMode
	time          time.Time
}

var _ cfgfile.Folder = (*Disk)(nil)

// Put has a file be there, such that it lasts.
func (d *Disk) Put(name, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.init()
	f := &file{seen: []byte(text), lasting: []byte(text), mode: 0o600, time: time.Now()}
	d.names[name], d.lasting[name] = f, f
}

// Texts are what a program sees in the files, by name.
func (d *Disk) Texts() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make(map[string]string)
	for name, f := range d.names {
		all[name] = string(f.seen)
	}
	return all
}

// Operations is how many there were.
func (d *Disk) Operations() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

func (d *Disk) init() {
	if d.names == nil {
		d.names, d.lasting = make(map[string]*file), make(map[string]*file)
	}
}

// step counts an operation, and says how it ends; mu is held.
func (d *Disk) step(op string) error {
	d.init()
	if d.crashed() {
		return ErrCrashed
	}
	d.ops++
	if d.Fail != nil {
		return d.Fail(d.ops, op)
	}
	return nil
}

func (d *Disk) crashed() bool { return d.CrashAfter > 0 && d.ops >= d.CrashAfter }

// view is what a program reads from.
func (d *Disk) view() (fstest.MapFS, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.crashed() {
		return nil, ErrCrashed
	}
	m := make(fstest.MapFS)
	for name, f := range d.names {
		m[name] = &fstest.MapFile{Data: f.seen[:len(f.seen):len(f.seen)], Mode: f.mode, ModTime: f.time}
	}
	return m, nil
}

// Open opens a file for reading.
func (d *Disk) Open(name string) (fs.File, error) {
	m, err := d.view()
	if err != nil {
		return nil, err
	}
	return m.Open(name)
}

// Lstat tells of a file.
func (d *Disk) Lstat(name string) (fs.FileInfo, error) {
	m, err := d.view()
	if err != nil {
		return nil, err
	}
	return m.Lstat(name)
}

// ReadLink fails: there are no links.
func (d *Disk) ReadLink(name string) (string, error) {
	return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
}

// Create makes a file.
func (d *Disk) Create(name string, perm fs.FileMode) (cfgfile.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("create"); err != nil {
		return nil, err
	}
	if d.names[name] != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	f := &file{mode: perm, time: time.Now()}
	d.change(map[string]*file{name: f})
	return &writer{d, f}, nil
}

// change changes names; mu is held.
func (d *Disk) change(names map[string]*file) {
	assign(d.names, names)
	d.pending = append(d.pending, names)
}

func assign(to, names map[string]*file) {
	for name, f := range names {
		if f == nil {
			delete(to, name)
		} else {
			to[name] = f
		}
	}
}

// Rename gives a file another name.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("rename"); err != nil {
		return err
	}
	f := d.names[from]
	if f == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	d.change(map[string]*file{from: nil, to: f})
	return nil
}

// Remove removes a file.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("remove"); err != nil {
		return err
	}
	if d.names[name] == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	d.change(map[string]*file{name: nil})
	return nil
}

// Sync makes names last.
func (d *Disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("syncdir"); err != nil {
		return err
	}
	d.lasting, d.pending = maps.Clone(d.names), nil
	return nil
}

// Close does nothing.
func (d *Disk) Close() error { return nil }

// writer writes to a file.
type writer struct {
	disk *Disk
	file *file
}

// Write appends: half of the text, then the other.
func (w *writer) Write(text []byte) (n int, err error) {
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	for _, part := range [][]byte{text[:len(text)/2], text[len(text)/2:]} {
		if err := w.disk.step("write"); err != nil {
			return n, err
		}
		w.file.seen = append(w.file.seen, part...)
		n += len(part)
	}
	return n, nil
}

// Sync makes what was written last.
func (w *writer) Sync() error {
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	if err := w.disk.step("sync"); err != nil {
		return err
	}
	w.file.lasting = append([]byte(nil), w.file.seen...)
	return nil
}

// Close ends the writing.
func (w *writer) Close() error {
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	return w.disk.step("close")
}

// Aftermath calls f with every disk that may be found after the program was killed,
// or the power was lost: then of each change of a name that was not made to last,
// nobody knows, and of a text there may be all, half, or what lasted.
func (d *Disk) Aftermath(f func(*Disk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.init()
	f(found(d.names, func(f *file) []byte { return f.seen }))
	texts := []func(*file) []byte{
		func(f *file) []byte { return f.seen },
		func(f *file) []byte { return f.lasting },
		func(f *file) []byte {
			return append(f.lasting[:len(f.lasting):len(f.lasting)], f.seen[len(f.lasting):][:(len(f.seen)-len(f.lasting))/2]...)
		},
	}
	for subset := range 1 << len(d.pending) {
		names := maps.Clone(d.lasting)
		for i, change := range d.pending {
			if subset>>i&1 == 1 {
				assign(names, change)
			}
		}
		for _, text := range texts {
			f(found(names, text))
		}
	}
}

// found is a disk as it is found.
func found(names map[string]*file, text func(*file) []byte) *Disk {
	d := new(Disk)
	d.init()
	for name, f := range names {
		b := append([]byte(nil), text(f)...)
		copied := &file{seen: b, lasting: b, mode: f.mode, time: f.time}
		d.names[name], d.lasting[name] = copied, copied
	}
	return d
}

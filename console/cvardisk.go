package console

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/internal/cfgfile"
)

// What follows is the clerk's work at the disk; all of it with work full.

// source is where the text of a file comes from: what somebody put into the folder goes
// before what the game was shipped with. The file itself is the folder's own.
func (k *clerk) source(f fs.FS, own string) cfgfile.Source {
	return func(name string) ([]byte, error) {
		text, err := cfgfile.Text(f, name)
		if name != own && k.shipped != nil && errors.Is(err, fs.ErrNotExist) {
			text, err = cfgfile.Text(k.shipped, name)
		}
		return text, err
	}
}

// read reads a file that takes effect: where prints is not nil, what has these. A damaged
// archive is set aside, and what it was comes in its place; the log is told.
func (k *clerk) read(f cfgfile.Folder, w *watched, prints map[string]cfgfile.Print) (*cfgfile.Reading, error) {
	source := k.source(f, w.name)
	if w == &k.autoexec {
		return cfgfile.Read(w.name, source, true)
	}
	text, err := cfgfile.Text(f, w.name)
	if err != nil {
		return cfgfile.Read(w.name, source, false)
	}
	held := cfgfile.PrintOf(text)
	if prints != nil && prints[w.name] != held {
		return nil, errUnsettled
	}
	text, stuck := k.whole(f, w, text)
	r, err := cfgfile.Read(w.name, func(name string) ([]byte, error) {
		if name == w.name {
			return text, nil
		}
		return source(name)
	}, false)
	if stuck {
		r.Files[w.name] = held // which is not to be taken for a change
	}
	return r, err
}

// whole is what the archive should hold, of what it holds. Stuck says that the disk does
// not hold it.
func (k *clerk) whole(f cfgfile.Folder, w *watched, text []byte) (whole []byte, stuck bool) {
	whole, damage, err := cfgfile.Whole(f, w.name, text, w.good)
	if damage == nil {
		return whole, false
	}
	if err == nil {
		k.tell("a damaged file of settings is set aside", "file", w.name, "damage", damage.Error(), "as", w.name+cfgfile.Broken, "restored", whole != nil)
	} else {
		k.tell("a damaged file of settings cannot be set aside", "file", w.name, "damage", damage.Error(), "error", err)
	}
	return whole, err != nil
}

// load reads a file for the first time, or again.
func (k *clerk) load(w *watched) (*news, error) {
	f, err := k.open(k.path)
	if errors.Is(err, fs.ErrNotExist) { // it is made when there is something to save
		k.learn(nowhere{})
		r, _ := cfgfile.Read(w.name, func(string) ([]byte, error) { return nil, fs.ErrNotExist }, false)
		return k.accept(w, r), nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if w == &k.archive {
		if err := cfgfile.Sweep(f, time.Now().Add(-staleAfter)); err != nil {
			k.tell("the folder of settings cannot be read", "error", err)
		}
		k.learn(f)
	}
	return k.reload(f, w, nil)
}

// reload reads a file whose text is another.
func (k *clerk) reload(f cfgfile.Folder, w *watched, prints map[string]cfgfile.Print) (*news, error) {
	r, err := k.read(f, w, prints)
	switch {
	case errors.Is(err, errUnsettled):
		return nil, err
	case err != nil:
		w.prints, w.next, w.recent = r.Files, nil, true // so that it is told once
		return nil, err
	}
	return k.accept(w, r), nil
}

// accept takes a reading for what the file says from now on, and returns what is new.
func (k *clerk) accept(w *watched, r *cfgfile.Reading) *news {
	n := &news{file: w.name, level: w.level, entries: r.Entries, faults: r.Faults, values: r.Values()}
	if w.prints != nil {
		n.changed = make(map[string]bool)
		for name, value := range n.values {
			if old, ok := w.values[name]; !ok || old != value {
				n.changed[name] = true
			}
		}
		for name := range w.values {
			if _, ok := n.values[name]; !ok {
				n.changed[name] = true
			}
		}
	}
	w.prints, w.values, w.next = r.Files, n.values, nil
	if w.level == levelArchive && r.Files[w.name] != (cfgfile.Print{}) {
		w.good = r.Main.Bytes()
	}
	w.recent = true
	return n
}

// stat is what the system tells of the files, by which a change is noticed without
// reading them.
func (w *watched) stat(f fs.FS) (seen string, newest time.Time) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.prints)) {
		info, err := fs.Stat(f, name)
		if err != nil {
			fmt.Fprintf(&b, "%s: %v\n", name, err)
			continue
		}
		fmt.Fprintf(&b, "%s: %v %d %v\n", name, info.Mode(), info.Size(), info.ModTime())
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return b.String(), newest
}

// watch looks whether somebody changed a file, and takes a change that has settled.
func (k *clerk) watch(w *watched) {
	if w.prints == nil || k.path == "" {
		return // it was not read yet
	}
	f, err := k.open(k.path)
	if err != nil {
		return // a folder that is away says nothing: it may be moved, or not mounted
	}
	defer f.Close()
	if w == &k.archive {
		k.learn(f)
	}
	seen, newest := w.stat(f) // before it is read: a change in between is noticed the next time
	if seen == w.seen && !w.recent {
		w.next = nil
		return
	}
	r, _ := cfgfile.Read(w.name, k.source(f, w.name), w == &k.autoexec)
	switch {
	case maps.Equal(r.Files, w.prints):
		w.next, w.seen, w.recent = nil, seen, time.Since(newest) < ticks
	case !w.settled(r.Files):
		k.look = time.Now().Add(settleAfter)
	default:
		k.changed(f, w, r.Files)
	}
}

// settled reports whether the files have stayed as they are for a while.
func (w *watched) settled(prints map[string]cfgfile.Print) bool {
	now := time.Now()
	if !maps.Equal(prints, w.next) {
		w.next, w.found = prints, now
	}
	return now.Sub(w.found) >= settleAfter
}

// changed takes what somebody made of a file.
func (k *clerk) changed(f cfgfile.Folder, w *watched, prints map[string]cfgfile.Print) {
	old := w.values
	n, err := k.reload(f, w, prints)
	switch {
	case errors.Is(err, errUnsettled):
		return
	case err != nil:
		k.tell("a file of settings was changed, and cannot be read; what it said before holds on", "error", err)
		return
	}
	if !maps.Equal(old, n.values) {
		k.tell("a file of settings was changed", "file", w.name)
	}
	k.post(func() { k.cvars.takeNews(n) })
}

// save has the archive say what the game ordered. Where somebody is just writing the
// file, it waits for a moment, unless it must not.
func (k *clerk) save(must bool) error {
	if len(k.unsaved) == 0 {
		return nil
	}
	err := k.write(must)
	switch {
	case errors.Is(err, errUnsettled):
		k.due = time.Now().Add(settleAfter)
		return nil
	case err == nil:
		k.since, k.due, k.failing = time.Time{}, time.Time{}, ""
		return nil
	}
	k.due = time.Time{}
	if err.Error() != k.failing {
		k.failing = err.Error()
		k.tell("settings are not saved; it is tried again at the next change, and at the end", "error", err, "unsaved", len(k.unsaved))
	}
	return err
}

// header stands in a file that the console makes.
const header = "Settings that were changed. Lines are: set name value. What else stands here is kept."

func (k *clerk) write(must bool) error {
	f, err := k.make()
	if err != nil {
		return err
	}
	defer f.Close()
	w := &k.archive
	prints, ok := k.quiet(f, w, must)
	if !ok {
		return errUnsettled
	}
	r, err := k.read(f, w, prints)
	if err != nil {
		return err
	}
	if k.edit(r) {
		if err := cfgfile.Replace(f, w.name, r.Main.Bytes()); err != nil {
			return err
		}
	}
	// What is there now are our lines, and what somebody else changed.
	if r, err = k.read(f, w, nil); err != nil {
		return err
	}
	done := k.unsaved
	k.unsaved = nil
	n := k.accept(w, r)
	for name := range done {
		delete(n.changed, name)
	}
	k.post(func() { k.cvars.written(done, n) })
	return nil
}

// quietTries is how often a save that must be made waits for who is writing the file.
const quietTries = 5

// quiet reports whether nobody is writing a file, and returns what it found. Where the
// file must be written, it waits for that, for a while.
func (k *clerk) quiet(f fs.FS, w *watched, must bool) (prints map[string]cfgfile.Print, ok bool) {
	for n := 0; ; n++ {
		r, _ := cfgfile.Read(w.name, k.source(f, w.name), false)
		switch {
		case maps.Equal(r.Files, w.prints) || w.settled(r.Files) || n == quietTries:
			return r.Files, true
		case !must:
			k.look = time.Now().Add(settleAfter)
			return nil, false
		}
		time.Sleep(settleAfter)
	}
}

// make opens the folder, which is made where there is none.
func (k *clerk) make() (cfgfile.Folder, error) {
	if k.path == "" {
		return nil, errors.New("console: there is no folder for settings: Cvars.Folder is empty")
	}
	if err := os.MkdirAll(k.path, 0o700); err != nil {
		return nil, fmt.Errorf("the folder of settings cannot be made: %w", err)
	}
	f, err := k.open(k.path)
	if err != nil {
		return nil, fmt.Errorf("the folder of settings cannot be opened: %w", err)
	}
	return f, nil
}

// edit gives the text of the archive what was ordered, and reports whether that is
// another text. It is never left blank: that would be taken for damage.
func (k *clerk) edit(r *cfgfile.Reading) (changed bool) {
	head := r.Main.Blank()
	for _, name := range slices.Sorted(maps.Keys(k.unsaved)) {
		switch o := k.unsaved[name]; {
		case !o.held:
			changed = r.Remove(name, o.without) || changed
		case head:
			r.Main.Comment(header)
			head = false
			fallthrough
		default:
			changed = r.Set(name, o.text) || changed
		}
	}
	if changed && r.Main.Blank() {
		r.Main.Comment(header)
	}
	return changed
}

package console

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/rpc"
)

// What follows is the clerk's work with profiles; all of it with work full.

// kept counts what of a file in the folder is not of known names.
func (k *clerk) kept(file string, known func(string) bool) int {
	f, err := k.open(k.path)
	if err != nil {
		return 0 // there is no file
	}
	defer f.Close()
	r, err := cfgfile.Read(file, k.source(f, file), false)
	if err != nil {
		return 0
	}
	return r.Others(known)
}

// writeProfile has a profile say what it is to say.
func (k *clerk) writeProfile(file string, lines map[string]profileLine) (CvarSaved, error) {
	saved := CvarSaved{File: file, Written: []CvarValue{}}
	f, err := k.make()
	if err != nil {
		return saved, err
	}
	defer f.Close()
	r, err := cfgfile.Read(file, k.source(f, file), false)
	if err != nil {
		return saved, err
	}
	in := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		l := lines[name]
		if _, ok := r.Value(name); ok || l.must {
			r.Set(name, l.text)
			saved.Written = append(saved.Written, CvarValue{name, l.value})
			in[name] = true
		}
	}
	if len(in) == 0 {
		return saved, rpc.Errorf(rpc.NotFound, "all cvars have their defaults: there is nothing for the profile to say")
	}
	saved.Kept = r.Others(func(name string) bool { return in[name] })
	err = cfgfile.Write(f, file, r.Main.Bytes())
	k.learn(f)
	return saved, err
}

// readProfile reads a profile of the folder's, or one that the game is shipped with.
func (k *clerk) readProfile(name, file string) (*cfgfile.Reading, error) {
	f := k.folder()
	defer f.Close()
	r, err := cfgfile.Read(file, k.source(f, ""), false)
	if err != nil {
		return nil, err
	}
	if r.Files[file] == (cfgfile.Print{}) {
		k.learn(f)
		return nil, at(unknown(rpc.NotFound, "profile", name, k.profileNames()), "", "/profile")
	}
	return r, nil
}

// folder opens the folder for reading; where there is none, it is empty.
func (k *clerk) folder() cfgfile.Folder {
	if k.path != "" {
		if f, err := k.open(k.path); err == nil {
			return f
		}
	}
	return nowhere{}
}

// nowhere is the folder of a game that has none.
type nowhere struct{ cfgfile.Folder }

func (nowhere) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (nowhere) Close() error { return nil }

// maxProfiles bounds how many files of the folder are looked into.
const maxProfiles = 256

// learn remembers the names of the profiles that there are, for completion and errors. It
// does not read them: it is done every second.
func (k *clerk) learn(f fs.FS) []string {
	all := make(map[string]bool)
	for _, from := range [...]fs.FS{k.shipped, f} {
		for _, e := range profilesIn(from) {
			if len(all) < maxProfiles {
				all[profileName(e)] = true
			}
		}
	}
	names := slices.Sorted(maps.Keys(all))
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Equal(names, k.names) {
		k.names = names
	}
	return names
}

// profilesIn are the files of a folder that can be profiles; nil is no folder.
func profilesIn(f fs.FS) []fs.DirEntry {
	if f == nil {
		return nil
	}
	list, _ := fs.ReadDir(f, ".") // without a folder there are none
	return slices.DeleteFunc(list, func(e fs.DirEntry) bool {
		name, ok := strings.CutSuffix(e.Name(), ".cfg")
		_, err := profileFile(name)
		return !ok || err != nil
	})
}

func profileName(e fs.DirEntry) string { return strings.TrimSuffix(e.Name(), ".cfg") }

// list lists the profiles, and remembers their names.
func (k *clerk) list(f fs.FS) []CvarProfile {
	names := k.learn(f)
	byName := make(map[string]CvarProfile)
	k.listIn(k.shipped, true, names, byName)
	k.listIn(f, false, names, byName)
	list := make([]CvarProfile, len(names))
	for i, name := range names {
		list[i] = byName[name]
	}
	return list
}

func (k *clerk) listIn(f fs.FS, shipped bool, names []string, byName map[string]CvarProfile) {
	for _, e := range profilesIn(f) {
		p := CvarProfile{Name: profileName(e), Shipped: shipped}
		if !slices.Contains(names, p.Name) {
			continue
		}
		if r, err := cfgfile.Read(e.Name(), func(name string) ([]byte, error) { return cfgfile.Text(f, name) }, false); err == nil {
			p.Values, p.Help = len(r.Values()), r.Main.Help()
		} else {
			p.Help = err.Error()
		}
		if info, err := e.Info(); err == nil && !shipped {
			p.Modified = info.ModTime().UTC().Format(time.RFC3339)
		}
		byName[p.Name] = p
	}
}

// profileNames are the names of the profiles as they were seen last. Any goroutine.
func (k *clerk) profileNames() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.names
}

func (k *clerk) remove(name, file string) error {
	f := k.folder()
	defer f.Close()
	list := k.list(f)
	i := slices.IndexFunc(list, func(p CvarProfile) bool { return p.Name == name })
	switch {
	case i < 0:
		return at(unknown(rpc.NotFound, "profile", name, k.profileNames()), "", "/profile")
	case list[i].Shipped:
		return at(rpc.Errorf(rpc.ReadOnly, "the profile %q is shipped with the game", name), "", "/profile")
	}
	if err := f.Rename(file, file+cfgfile.Backup); err != nil {
		return fmt.Errorf("%s cannot be removed: %w", file, err)
	}
	k.learn(f)
	return f.Sync()
}

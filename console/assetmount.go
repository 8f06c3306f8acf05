package console

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/internal/media"
)

// mount is a folder whose files are assets. It is a source so that Bind can find it; it
// has no content itself.
type mount struct {
	asset  *Asset // what Bind returned, which is in no list
	fsys   fs.FS
	loads  atomic.Bool // the game loads files again that changed
	closed atomic.Bool // it is bound no more

	// Owned by the goroutine that calls Update.
	files map[string]*Asset // by path

	// Owned by the worker.
	seen    map[string]stat // nil before the first walk
	pending map[string]stat // what changed, and may not have settled
	next    time.Time       // when to walk
	still   bool            // no file tells when it changed: they do not
	said    string          // what the log was told last
}

// stat is what tells that a file is another.
type stat struct {
	size int64
	mod  time.Time
}

func (m *mount) typeOf(string) media.Type { return media.Type{Kind: media.Other} }
func (m *mount) measure(*media.Facts)     {}
func (m *mount) pixels() bool             { return false }
func (m *mount) live() bool               { return false }
func (m *mount) take() (taker, error)     { return nil, errNoAsset }
func (m *mount) stands([]byte) *[]byte    { return nil }

// told has subscribers learn what the game told of the folder.
func (m *mount) told() {
	for _, as := range m.files {
		as.changed()
	}
}

// mountedFile is a file of a folder.
type mountedFile struct {
	mount *mount
	path  string // as fs.FS takes it
	size  int64
}

func (f *mountedFile) typeOf(name string) media.Type { t, _ := typeOfFile(name); return t }
func (f *mountedFile) pixels() bool                  { return false }
func (f *mountedFile) live() bool                    { return false }
func (f *mountedFile) take() (taker, error)          { return nil, nil }
func (f *mountedFile) stands(data []byte) *[]byte    { return &data }
func (f *mountedFile) measure(facts *media.Facts)    { facts.Bytes = f.size }

// typeOfFile is the type of a file by its name alone: it is read later.
func typeOfFile(name string) (t media.Type, known bool) {
	if t, known = media.ByName(name); !known {
		t = media.Type{Kind: media.Other, MediaType: "application/octet-stream"}
	}
	return t, known
}

// mount begins to show a folder.
func (a *Assets) mount(as *Asset, m *mount) {
	if slices.ContainsFunc(a.mounts, func(other *mount) bool { return other.asset.name == as.name }) {
		panic(fmt.Sprintf("console: asset %q is bound already", as.name))
	}
	m.asset, m.files = as, make(map[string]*Asset)
	a.mounts = append(a.mounts, m)
	a.desk.folder(m)
}

// unmount hides all files of a folder.
func (a *Assets) unmount(i int) {
	m := a.mounts[i]
	a.mounts = slices.Delete(a.mounts, i, i+1)
	m.closed.Store(true)
	a.desk.unfolder(m)
	for _, as := range m.files {
		a.remove(as)
	}
	clear(m.files)
}

// addFiles shows files of a folder. It belongs to the game's goroutine.
func (a *Assets) addFiles(m *mount, found []mountedFile) {
	if m.closed.Load() {
		return
	}
	for i := range found {
		f := &found[i]
		name := m.asset.name + "/" + f.path
		if len(name) > maxAssetName || a.byName[name] != nil {
			continue
		}
		as := &Asset{assets: a, name: name, source: f, file: f}
		as.setType(f.typeOf(f.path))
		m.files[f.path] = as
		a.add(as)
	}
}

// removeFiles hides files of a folder that are gone.
func (a *Assets) removeFiles(m *mount, paths []string) {
	for _, p := range paths {
		if as := m.files[p]; as != nil {
			delete(m.files, p)
			a.remove(as)
		}
	}
}

// refresh has the game load a file again that is another. It belongs to the game's
// goroutine; data is nil where the game does not load.
func (a *Assets) refresh(m *mount, f mountedFile, data []byte, err error) {
	as := m.files[f.path]
	if m.closed.Load() || as == nil {
		return
	}
	if load := m.asset.reload; load != nil && err == nil && data != nil {
		err = a.guarded(as.name, func() error { return load(f.path, data) })
	}
	a.mu.Lock()
	as.file.size = f.size
	if err == nil {
		as.renewLocked(nil)
	} else {
		as.fault = clipTo(err.Error(), maxRefusal)
	}
	a.mu.Unlock()
	if err != nil {
		a.say("a file changed and was not loaded", "asset", as.name, "error", err)
		as.changed()
		return
	}
	as.touched()
	if m.asset.reload != nil {
		a.note("a file changed and was loaded", "asset", as.name)
	}
}

const (
	// pollEvery is how often folders are looked at, at the most; settleWithin is how long
	// a change must stay as it is to be taken: an editor may be in the midst of writing.
	pollEvery    = 500 * time.Millisecond
	settleWithin = 100 * time.Millisecond
	// pollShare is what part of the worker's time folders may take: a twentieth.
	pollShare = 20
	// maxVisits is how many entries of a folder are looked at for each file that may be
	// shown, and maxFileDepth how deep.
	maxVisits    = 4
	maxFileDepth = 32
)

// poll walks the folders that are due, and returns when the next is. It belongs to the
// worker.
func (a *Assets) poll(now time.Time) (next time.Time) {
	next = now.Add(pollEvery)
	for _, m := range a.desk.allFolders() {
		watched := m.loads.Load() || a.desk.looked(a.clock.now())
		if m.closed.Load() || !watched && (m.seen != nil || !a.desk.everLooked()) || m.still && m.seen != nil {
			continue
		}
		if now.Before(m.next) {
			next = earlier(next, m.next)
			continue
		}
		began := time.Now()
		wait := pollEvery
		if err := a.guarded(m.asset.name, func() error { return a.walk(m) }); err != nil {
			a.complain(m, err.Error())
		}
		if len(m.pending) > 0 {
			wait = settleWithin
		}
		m.next = time.Now().Add(max(wait, pollShare*time.Since(began)))
		next = earlier(next, m.next)
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// complain tells the log once of what is wrong with a folder.
func (a *Assets) complain(m *mount, why string) {
	if m.said != why {
		m.said = why
		a.say("not all of a folder is shown", "asset", m.asset.name, "error", why)
	}
}

// walk looks which files there are in a folder, and what became of those that there
// were.
func (a *Assets) walk(m *mount) error {
	found, order, err := a.files(m)
	if found == nil {
		return err
	}
	if m.seen == nil {
		m.seen, m.pending = make(map[string]stat), make(map[string]stat)
		a.show(m, found, order)
		m.still = len(order) > 0 && !slices.ContainsFunc(order, func(p string) bool { return !found[p].mod.IsZero() })
		m.seen = found
		return err
	}
	var gone []string
	for p := range m.seen {
		if _, ok := found[p]; !ok {
			gone = append(gone, p)
			delete(m.seen, p)
			delete(m.pending, p)
		}
	}
	if len(gone) > 0 {
		a.desk.post(func() { a.removeFiles(m, gone) })
	}
	for _, p := range order {
		if now := found[p]; m.seen[p] != now {
			a.settle(m, p, now)
		} else {
			delete(m.pending, p)
		}
	}
	return err
}

// show adds files in pieces that a frame has room for.
func (a *Assets) show(m *mount, found map[string]stat, order []string) {
	for some := range slices.Chunk(order, 64) {
		list := make([]mountedFile, len(some))
		for i, p := range some {
			list[i] = mountedFile{m, p, found[p].size}
		}
		a.desk.post(func() { a.addFiles(m, list) })
	}
}

// settle takes a change that is the same at a second look.
func (a *Assets) settle(m *mount, p string, now stat) {
	if was, ok := m.pending[p]; !ok || was != now {
		m.pending[p] = now
		return
	}
	delete(m.pending, p)
	_, old := m.seen[p]
	m.seen[p] = now
	f := mountedFile{m, p, now.size}
	var data []byte
	var err error
	if m.loads.Load() {
		data, err = f.read(a.maxBytes())
	}
	a.desk.post(func() {
		if !old {
			a.addFiles(m, []mountedFile{f})
		}
		a.refresh(m, f, data, err)
	})
}

var errTooManyFiles = errors.New("it has too many files")

// files lists the regular files of a folder, in lexical order. What is hidden, left over
// from an editor, or a symbolic link, which may lead out of the folder, is passed over.
func (a *Assets) files(m *mount) (found map[string]stat, order []string, err error) {
	found = make(map[string]stat)
	visits, why := 0, error(nil)
	err = fs.WalkDir(m.fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if visits++; visits > maxVisits*a.maxFiles() || a.desk.ended() {
			why = errTooManyFiles
			return fs.SkipAll
		}
		switch {
		case err != nil:
			why = err
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case p == ".":
			return nil
		case !shownFile(d.Name()) || strings.Count(p, "/") >= maxFileDepth:
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		case len(order) >= a.maxFiles():
			why = fmt.Errorf("it has more than %d files: see Assets.MaxFiles", a.maxFiles())
			return fs.SkipAll
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() {
			return nil // it has gone in the meantime
		}
		found[p] = stat{info.Size(), info.ModTime()}
		order = append(order, p)
		return nil
	})
	if _, e := fs.Stat(m.fsys, "."); e != nil && len(order) == 0 {
		return nil, nil, e
	}
	return found, order, errors.Join(err, why)
}

// shownFile reports whether a file with that name is somebody's: not hidden, not an
// editor's.
func shownFile(name string) bool {
	return name != "" && name[0] != '.' && !strings.HasSuffix(name, "~") && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
}

// open opens the file, unless a symbolic link leads to it: that may have been put there
// since the folder was walked. Any goroutine.
func (f *mountedFile) open() (fs.File, fs.FileInfo, error) {
	if !fs.ValidPath(f.path) {
		return nil, nil, errNoAsset
	}
	if linked, ok := f.mount.fsys.(fs.ReadLinkFS); ok {
		for p := f.path; p != "."; p = path.Dir(p) {
			info, err := linked.Lstat(p)
			if err != nil {
				return nil, nil, err
			}
			if mode := info.Mode(); p == f.path && !mode.IsRegular() || p != f.path && !mode.IsDir() {
				return nil, nil, fmt.Errorf("%q is no file of the folder, or a link", f.path)
			}
		}
	}
	file, err := f.mount.fsys.Open(f.path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is no file any more", f.path)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// read reads the file as a whole. Any goroutine.
func (f *mountedFile) read(most int64) ([]byte, error) {
	file, _, err := f.open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = &assetError{413, fmt.Sprintf("the file is larger than %d bytes: see Assets.MaxBytes", most)}
	}
	return data, err
}

// facts reads what the file says of itself, and what it is where its name does not say
// so. It belongs to the worker.
func (f *mountedFile) facts(t media.Type, most int64) (media.Type, media.Facts, error) {
	file, info, err := f.open()
	if err != nil {
		return t, media.Facts{}, err
	}
	defer file.Close()
	r, ok := file.(io.ReaderAt)
	size := info.Size()
	if !ok {
		data, err := io.ReadAll(io.LimitReader(file, min(most, maxHead)))
		if err != nil {
			return t, media.Facts{}, err
		}
		if int64(len(data)) < size { // the rest is not there to be read: only bytes are told
			return t, media.Facts{Bytes: size}, nil
		}
		r, size = bytes.NewReader(data), int64(len(data))
	}
	if _, known := typeOfFile(f.path); !known {
		head := make([]byte, 1024)
		n, err := r.ReadAt(head, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return t, media.Facts{}, err
		}
		t = media.Sniff(head[:n])
	}
	return t, media.Read(t.MediaType, r, size), nil
}

// maxHead is how much is read for its facts of a file in a folder that can only be read
// from its beginning on, such as a ZIP.
const maxHead = 4 << 20

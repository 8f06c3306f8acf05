package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

// Assets is what a game lets clients see, fetch and replace of what it loaded:
// pictures, sounds, texts, shaders, fonts, meshes, whole folders. The zero value is
// ready. All methods, and those of Asset, belong to the game's goroutine; the game's
// things are read and its functions called inside [Console.Update] alone.
//
//	con.Assets.Bind("sprites/ship", g.ship, "the player").UsedBy("player")
//	con.Assets.Bind("shaders/glow.kage", &g.glow, "").Replace(g.compileGlow)
//	con.Assets.Bind("levels", os.DirFS("levels"), "").Reload(g.loadLevel)
//
// Nothing is copied, decoded or made smaller before somebody looks, and then away
// from the frame: what must be copied on it takes 300 µs of a frame at the most.
// Its fields freeze at the first use of the Console.
type Assets struct {
	// MaxBytes bounds one asset: what is read of a file, and what a client may put in
	// its place. Zero means 64 MiB.
	MaxBytes int64
	// CacheBytes bounds what is kept of what was made for clients: pictures as PNG,
	// sounds as WAV. Zero means 32 MiB.
	CacheBytes int
	// MaxFiles is how many files of one [fs.FS] are shown. Zero means 4,096.
	MaxFiles int

	clock    *clock
	stream   *rpc.Stream
	say      func(msg string, args ...any)
	note     func(msg string, args ...any) // for what is as it should be
	panicked func(method string, value any, stack []byte)
	desk     desk // any goroutine

	mu   sync.Mutex // held for instants
	list []*Asset   // in the order of binding; files behind their folder, by name
	byID map[string]*Asset

	// Owned by the goroutine that calls Update.
	byName   map[string]*Asset
	number   uint64 // given to assets so far
	watched  bool   // somebody has looked: what headers tell is wanted
	changed  []*Asset
	gone     []string
	turn     int           // whose functions are asked next
	steps    []*assetOrder // that are copied, the first of them now
	results  []func()      // of the worker, to be taken over
	readBack bool          // an engine read a picture back in this frame, which is enough
	headers  []*assetOrder // the same, of what is wanted for its header
	mounts   []*mount
}

func (a *Assets) maxBytes() int64 { return cmp.Or(a.MaxBytes, 64<<20) }
func (a *Assets) cacheBytes() int { return cmp.Or(a.CacheBytes, 32<<20) }
func (a *Assets) maxFiles() int   { return cmp.Or(a.MaxFiles, 4096) }

// maxAssetName is how long a name may be, in bytes.
const maxAssetName = 512

// Bind shows a thing as an asset under a name, of which slashes make folders. What
// it is decides how it is shown:
//
//   - an [image.Image], or a func() image.Image for one that is made anew, or a
//     [PixelReader], as *ebiten.Image is one;
//   - a [Sound], or a pointer to one; a [Mesh], or a pointer to one;
//   - a string, or a pointer to one, which the game may change at will;
//   - a []byte: a file of whatever format, told by the name's end or by how it begins;
//   - an [fs.FS]: every file in it, each an asset of its own below the name.
//
// It panics when the name is taken or the thing cannot be shown. What it returns
// tells more of the asset.
func (a *Assets) Bind(name string, thing any, help string) *Asset {
	if why := badAssetName(name); why != "" {
		panic(fmt.Sprintf("console: asset %.80q: %s", name, why))
	}
	if a.byName[name] != nil {
		panic(fmt.Sprintf("console: asset %q is bound already", name))
	}
	src, err := sourceOf(name, thing)
	if err != nil {
		panic(fmt.Sprintf("console: asset %q: %v", name, err))
	}
	as := &Asset{assets: a, name: name, help: help, source: src}
	as.setType(src.typeOf(name))
	if fsys, ok := src.(*mount); ok {
		a.mount(as, fsys)
		return as
	}
	a.add(as)
	return as
}

// badAssetName says why a name is none, or "".
func badAssetName(name string) string {
	switch {
	case name == "" || len(name) > maxAssetName:
		return fmt.Sprintf("a name has 1 to %d bytes", maxAssetName)
	case !utf8.ValidString(name):
		return "a name is UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "a name has no control characters"
	}
	return ""
}

// add puts an asset into the list, at its end.
func (a *Assets) add(as *Asset) {
	a.number++
	as.number, as.id, as.frame, as.version = a.number, fmt.Sprint(a.number), a.frameNow(), 1
	as.noteText()
	if a.byName == nil {
		a.byName = make(map[string]*Asset)
	}
	a.byName[as.name] = as
	a.mu.Lock()
	if a.byID == nil {
		a.byID = make(map[string]*Asset)
	}
	a.byID[as.id] = as
	a.list = append(a.list, as)
	a.mu.Unlock()
	as.touched()
}

// frameNow is the number of the running frame, 0 before the first.
func (a *Assets) frameNow() uint64 {
	if a.clock == nil {
		return 0
	}
	return a.clock.frame.Load()
}

// Unbind hides an asset, and all files of a folder that is bound under that name. An
// unknown one is ignored. The name is free again.
func (a *Assets) Unbind(name string) {
	if i := slices.IndexFunc(a.mounts, func(m *mount) bool { return m.asset.name == name }); i >= 0 {
		a.unmount(i)
		return
	}
	if as := a.byName[name]; as != nil && as.file == nil {
		a.remove(as)
	}
}

// remove takes an asset off the list. Its id is never given again.
func (a *Assets) remove(as *Asset) {
	delete(a.byName, as.name)
	a.mu.Lock()
	delete(a.byID, as.id)
	a.list = slices.DeleteFunc(a.list, func(other *Asset) bool { return other == as })
	as.removed = true
	a.mu.Unlock()
	a.desk.forget(as)
	if a.stream != nil && a.stream.Subscribers() > 0 {
		a.gone = append(a.gone, as.id)
	}
}

// find returns the asset of an id or, for methods, of a name.
func (a *Assets) find(text string) (*Asset, error) {
	if as := a.byID[text]; as != nil {
		return as, nil
	}
	if as := a.byName[text]; as != nil {
		return as, nil
	}
	names := make([]string, 0, len(a.list))
	for _, as := range a.list {
		names = append(names, as.name)
	}
	return nil, at(unknown(rpc.NotFound, "asset", text, names), "", "/id")
}

// connect gives the assets what they need of the console. Any goroutine.
func (a *Assets) connect(c *clock, say, note func(string, ...any), panicked func(string, any, []byte)) {
	a.clock, a.say, a.note, a.panicked = c, say, note, panicked
	a.desk.begin(a.cacheBytes())
}

// shownAsset is what other goroutines need of an asset.
type shownAsset struct {
	version   uint64
	mediaType string
	live      bool
	instead   *[]byte
	file      mountedFile // of a folder
}

// shown returns the asset of an id, or nil. Any goroutine.
func (a *Assets) shown(id string) (*Asset, shownAsset) {
	a.mu.Lock()
	defer a.mu.Unlock()
	as := a.byID[id]
	if as == nil {
		return nil, shownAsset{}
	}
	s := shownAsset{version: as.version, mediaType: as.mediaType, live: as.source.live() && as.instead == nil, instead: as.instead}
	if as.file != nil {
		s.file = *as.file
	}
	return as, s
}

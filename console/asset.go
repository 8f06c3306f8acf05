package console

import (
	"encoding/json"
	"fmt"
	"image"
	"slices"

	"github.com/scry-dev/scry/internal/media"
	"github.com/scry-dev/scry/rpc"
)

// Asset is one thing that a game bound, of which its methods tell more; each returns
// the asset, so that they can be put in a row. They belong to the game's goroutine.
type Asset struct {
	assets *Assets

	// Set by Bind and by the methods, owned by the goroutine that calls Update.
	name, help, origin string
	number             uint64
	id                 string
	source             assetSource
	file               *mountedFile // of a folder; nil for what was bound itself
	kind               media.Kind
	language           string
	memory             func() int64
	refs               func() []string
	frames             *AssetFrames
	levels             []assetSource
	replace            func(mediaType string, data []byte) error
	reload             func(name string, data []byte) error
	text               string // of a pointer to one, as it was last seen
	used               int64  // what memory said last
	users              []string
	wire               json.RawMessage // its AssetInfo; nil when that has changed
	inChanged          bool
	asked              bool // for what its header tells
	ordered            bool // and that waits to be copied

	// Under the mu of assets.
	mediaType string
	version   uint64
	frame     uint64
	removed   bool
	facts     media.Facts
	fault     string
	instead   *[]byte // what a client put in its place
}

// setType sets what an asset is.
func (as *Asset) setType(t media.Type) {
	as.kind, as.mediaType, as.language = t.Kind, t.MediaType, t.Language
}

// Kind says what the asset is where its name and its bytes do not: image, sound, text,
// json, shader, font, mesh or other. It panics for a kind that there is not.
func (as *Asset) Kind(kind string) *Asset {
	if !slices.Contains(media.Kinds, media.Kind(kind)) {
		panic(fmt.Sprintf("console: asset %q: there is no kind %q; the kinds are %v", as.name, kind, media.Kinds))
	}
	as.kind = media.Kind(kind)
	return as.told()
}

// MediaType says which media type the asset's bytes are of, such as "image/png".
func (as *Asset) MediaType(mediaType string) *Asset {
	if !goodMediaType(mediaType) {
		panic(fmt.Sprintf("console: asset %q: %q is no media type", as.name, mediaType))
	}
	as.assets.mu.Lock()
	as.mediaType = mediaType
	as.assets.mu.Unlock()
	return as.told()
}

// goodMediaType reports whether a text may stand as Content-Type.
func goodMediaType(s string) bool {
	slash := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/':
			slash++
		case c < ' ' || c > '~':
			return false
		}
	}
	return slash == 1 && len(s) <= 100 && s[0] != '/' && s[len(s)-1] != '/'
}

// Language says which language a text is in, for its colours: glsl, kage, wgsl, hlsl,
// json, lua and others.
func (as *Asset) Language(name string) *Asset {
	as.language = clipTo(name, 40)
	return as.told()
}

// Memory tells how many bytes the game holds for the asset, on the graphics card or
// elsewhere. It is asked while somebody watches. Without it, what is bound is measured
// where that is possible.
func (as *Asset) Memory(bytes func() int64) *Asset {
	as.memory = bytes
	return as.told()
}

// Refs tells who uses the asset: names of entities, of other assets, of what a person
// will understand. It is asked while somebody watches.
func (as *Asset) Refs(names func() []string) *Asset {
	as.refs = names
	return as.told()
}

// UsedBy tells who uses the asset, where that does not change.
func (as *Asset) UsedBy(names ...string) *Asset {
	as.users = names
	return as.told()
}

// Frames says that a picture is a sheet of count pictures, each of that size in pixels,
// row by row from the top left. A count of 0 is as many as there is room for.
func (as *Asset) Frames(width, height, count int) *Asset {
	if width <= 0 || height <= 0 || count < 0 {
		panic(fmt.Sprintf("console: asset %q: no sheet has %d pictures of %dx%d", as.name, count, width, height))
	}
	as.frames = &AssetFrames{width, height, count}
	return as.told()
}

// Levels binds the smaller levels of a picture's mip map, the largest first; the
// picture itself is level 0.
func (as *Asset) Levels(images ...image.Image) *Asset {
	as.levels = as.levels[:0]
	for i, img := range images {
		src, err := sourceOf("", img)
		if err != nil {
			panic(fmt.Sprintf("console: asset %q: level %d: %v", as.name, i+1, err))
		}
		as.levels = append(as.levels, src)
	}
	return as.told()
}

// Replace lets clients put other bytes in the asset's place, by handing them to the
// game's loader, in [Console.Update]. What the loader returns is shown to the client as
// it stands, with "line:column:" where a compiler says so; the asset is then as it was,
// as far as the loader left it so. After a nil, what was bound is shown anew: a picture,
// or the text behind a pointer, as the game has it then; of a []byte or a string, which
// the game cannot change where the console sees it, what the client sent.
func (as *Asset) Replace(load func(mediaType string, data []byte) error) *Asset {
	as.replace = load
	return as.told()
}

// Reload has files of a folder that is bound loaded again when they change on the disk,
// or when a client puts others in their place: load gets the file's name in the folder
// and its bytes, inside [Console.Update]. An error is logged and shown with the asset,
// which is then as it was. Whether files changed is looked at away from the frame, twice
// a second, once the console serves; files of an [embed.FS] do not change. It panics for
// what is no [fs.FS].
func (as *Asset) Reload(load func(name string, data []byte) error) *Asset {
	m, ok := as.source.(*mount)
	if !ok {
		panic(fmt.Sprintf("console: asset %q: Reload is for an fs.FS; Replace is for one asset", as.name))
	}
	as.reload = load
	m.loads.Store(load != nil)
	return as.told()
}

// Origin says where the asset comes from: a file, an address, a person.
func (as *Asset) Origin(text string) *Asset {
	as.origin = text
	return as.told()
}

// Touch says that the game changed the asset: it has a new version, and what was made
// of the old one for clients is made anew. Call it after changing what was bound in
// place.
func (as *Asset) Touch() {
	as.noteText()
	as.assets.mu.Lock()
	as.renewLocked(nil)
	as.assets.mu.Unlock()
	as.touched()
}

// noteText notes the text behind a pointer, and reports whether it is another.
func (as *Asset) noteText() bool {
	p, ok := as.source.(textPointer)
	if !ok || *p.text == as.text { // one look where it is the same text at the same place
		return false
	}
	as.text = *p.text
	return true
}

// renewLocked begins a new version; mu is held.
func (as *Asset) renewLocked(instead *[]byte) {
	as.version++
	as.frame, as.facts, as.fault, as.instead = as.assets.frameNow(), media.Facts{}, "", instead
}

// told is called after the game told more of the asset.
func (as *Asset) told() *Asset {
	if m, ok := as.source.(*mount); ok {
		m.told()
		return as
	}
	as.changed()
	return as
}

// touched is called when the content is another: what its header tells is wanted anew.
func (as *Asset) touched() {
	as.asked = false
	as.changed()
	as.assets.inspect(as)
}

// changed has subscribers learn of the asset.
func (as *Asset) changed() {
	as.wire = nil
	if a := as.assets; !as.inChanged && as.number != 0 && a.stream != nil && a.stream.Subscribers() > 0 {
		as.inChanged = true
		a.changed = append(a.changed, as)
	}
}

// loader is what takes other bytes for the asset, or nil.
func (as *Asset) loader() func(mediaType string, data []byte) error {
	if as.replace != nil {
		return as.replace
	}
	if f := as.file; f != nil && f.mount.asset.reload != nil {
		return func(_ string, data []byte) error { return f.mount.asset.reload(f.path, data) }
	}
	return nil
}

// put hands other bytes to the game's loader.
func (as *Asset) put(mediaType string, data []byte, by string) error {
	a := as.assets
	load := as.loader()
	if load == nil {
		return rpc.Errorf(rpc.ReadOnly, "asset %q has no loader: the game gives it one with %s", clipTo(as.name, 80), as.loaderName())
	}
	if limit := a.maxBytes(); int64(len(data)) > limit {
		e := rpc.Errorf(rpc.TooMany, "%d bytes are more than an asset may have, %d: see Assets.MaxBytes", len(data), limit)
		e.Data.Limit = fmt.Sprintf("Assets.MaxBytes %d", limit)
		return e
	}
	if mediaType == "" {
		mediaType = as.mediaType
	}
	if err := a.guarded(as.name, func() error { return load(mediaType, data) }); err != nil {
		refusal := rpc.Errorf(rpc.InvalidParams, "%s", clipTo(err.Error(), maxRefusal))
		refusal.Data.Path = "/data"
		return refusal
	}
	as.noteText()
	a.desk.replaced.Store(int64(a.clock.now()))
	a.mu.Lock()
	as.renewLocked(as.source.stands(data))
	if t := media.Sniff(data); as.instead != nil && t.Kind == as.kind && t.Kind != media.Text {
		as.mediaType = t.MediaType // a JPEG may stand in the place of a PNG
	}
	a.mu.Unlock()
	as.touched()
	a.note("an asset was replaced", "asset", as.name, "bytes", len(data), "by", by)
	return nil
}

// maxRefusal is how much of what a loader says is passed on: a compiler may say a lot.
const maxRefusal = 16 << 10

func (as *Asset) loaderName() string {
	if as.file != nil {
		return "Reload of its folder"
	}
	return "Replace"
}

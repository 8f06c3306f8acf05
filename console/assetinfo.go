package console

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/scry-dev/scry/internal/media"
	"github.com/scry-dev/scry/rpc"
)

// Params and results of the asset methods.
type (
	// AssetFrames is how a sheet of pictures is cut.
	AssetFrames struct {
		Width  int `json:"width" unit:"px"`
		Height int `json:"height" unit:"px"`
		Count  int `json:"count" help:"row by row from the top left"`
	}
	// AssetInfo is what is told of an asset. What a header tells is read away from the
	// frame once somebody looks, and comes with an event of the topic assets.
	AssetInfo struct {
		ID        string       `json:"id" help:"in /asset/{id}; never another's"`
		Name      string       `json:"name" help:"slashes make folders"`
		Kind      string       `json:"kind" enum:"image,sound,text,json,shader,font,mesh,other"`
		MediaType string       `json:"mediaType" help:"of what GET /asset/{id} gives"`
		Bytes     int64        `json:"bytes" unit:"B" help:"of what GET /asset/{id} gives; 0 while that was not made yet"`
		Memory    int64        `json:"memory,omitempty" unit:"B" help:"that the game holds for it"`
		Width     int          `json:"width,omitempty" unit:"px"`
		Height    int          `json:"height,omitempty" unit:"px"`
		Levels    int          `json:"levels,omitempty" help:"of its mip map, with the picture itself"`
		Frames    *AssetFrames `json:"frames,omitempty" help:"of a sheet of pictures"`
		Duration  float64      `json:"duration,omitempty" unit:"s"`
		Rate      int          `json:"rate,omitempty" unit:"Hz"`
		Channels  int          `json:"channels,omitempty"`
		Vertices  int          `json:"vertices,omitempty"`
		Triangles int          `json:"triangles,omitempty"`
		Glyphs    int          `json:"glyphs,omitempty" help:"of a font"`
		Family    string       `json:"family,omitempty" help:"of a font"`
		Refs      []string     `json:"refs,omitempty" help:"who uses it"`
		Version   uint64       `json:"version" help:"rises when the content becomes another"`
		Frame     uint64       `json:"frame" help:"in which this version began"`
		Origin    string       `json:"origin,omitempty" help:"where it comes from"`
		Help      string       `json:"help,omitempty"`
		Replace   bool         `json:"replace" help:"whether clients may put other bytes in its place"`
		Preview   bool         `json:"preview" help:"whether there is /asset/{id}/preview"`
		Language  string       `json:"language,omitempty" help:"of a text"`
		Fault     string       `json:"fault,omitempty" help:"what is wrong with it: what a reader or the game's loader said"`
	}
	// AssetQuery chooses assets.
	AssetQuery struct {
		Kind  string `json:"kind,omitempty" enum:",image,sound,text,json,shader,font,mesh,other"`
		Match string `json:"match,omitempty" help:"a part of the name, in any case"`
	}
	// AssetID names an asset.
	AssetID struct {
		ID string `json:"id" help:"the asset's id, or its name"`
	}
	// AssetReplace puts other bytes in an asset's place.
	AssetReplace struct {
		ID        string `json:"id" help:"the asset's id, or its name"`
		MediaType string `json:"mediaType,omitempty" help:"of the bytes; without it, that of the asset"`
		Data      []byte `json:"data" help:"for the game's loader; what is larger than a message may be goes by PUT /asset/{id}"`
	}
	// AssetsState is the first state of the topic assets.
	AssetsState struct {
		Assets []AssetInfo `json:"assets" help:"the first of them; the others come as events"`
		Total  int         `json:"total"`
	}
	// AssetsEvent tells of assets that are new, changed or gone.
	AssetsEvent struct {
		Changed []AssetInfo `json:"changed"`
		Gone    []string    `json:"gone" help:"ids"`
	}
)

// The same, as it is written: what stands in it was made before.
type (
	wireAssets struct {
		Assets []json.RawMessage `json:"assets"`
		Total  int               `json:"total"`
	}
	wireAssetsEvent struct {
		Changed []json.RawMessage `json:"changed"`
		Gone    []string          `json:"gone"`
	}
)

// info is what is told of the asset now.
func (as *Asset) info() AssetInfo {
	a := as.assets
	a.mu.Lock()
	f, i := as.facts, AssetInfo{MediaType: as.mediaType, Version: as.version, Frame: as.frame, Fault: as.fault}
	instead := as.instead
	a.mu.Unlock()
	if err := a.guarded(as.name, func() error { as.source.measure(&f); return nil }); err != nil {
		f.Fault = err.Error() // a picture of the game's own kind
	}
	if instead != nil {
		f.Bytes = int64(len(*instead))
	}
	i.ID, i.Name, i.Kind, i.Language = as.id, as.name, string(as.kind), as.language
	i.Bytes, i.Width, i.Height, i.Levels = f.Bytes, f.Width, f.Height, f.Levels
	if as.kind == media.Image && len(as.levels) > 0 {
		i.Levels = 1 + len(as.levels)
	}
	if i.Duration = f.Duration; math.IsNaN(i.Duration) || math.IsInf(i.Duration, 0) {
		i.Duration = 0
	}
	i.Rate, i.Channels, i.Vertices, i.Triangles, i.Glyphs, i.Family = f.Rate, f.Channels, f.Vertices, f.Triangles, f.Glyphs, f.Family
	i.Frames = as.sheet(f)
	i.Memory, i.Refs = as.used, as.users
	if as.memory == nil {
		i.Memory = f.Memory
	}
	i.Origin, i.Help = as.origin, as.help
	if file := as.file; file != nil {
		i.Origin, i.Help = file.mount.asset.origin, file.mount.asset.help
	}
	i.Replace, i.Preview = as.loader() != nil, as.kind == media.Image && (as.source.pixels() && instead == nil || media.Previews(i.MediaType))
	if i.Fault == "" {
		i.Fault = f.Fault
	}
	return i
}

// sheet is how the asset is cut into pictures, where the game said so.
func (as *Asset) sheet(f media.Facts) *AssetFrames {
	s := as.frames
	if s == nil || s.Count > 0 || f.Width < s.Width || f.Height < s.Height {
		return s
	}
	return &AssetFrames{s.Width, s.Height, (f.Width / s.Width) * (f.Height / s.Height)}
}

// wireInfo is the asset's AssetInfo as JSON, made once for each change.
func (as *Asset) wireInfo() json.RawMessage {
	if as.wire == nil {
		as.wire = wireJSON(as.info())
	}
	return as.wire
}

func (a *Assets) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "asset.list", Help: "the assets of the game, in the order in which they were bound", Role: rpc.View}, a.query)
	rpc.Handle(s, rpc.Method{Name: "asset.get", Help: "what is told of one asset", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}},
		func(_ *rpc.Call, p AssetID) (AssetInfo, error) {
			as, err := a.find(p.ID)
			if err != nil {
				return AssetInfo{}, err
			}
			a.look()
			as.askGame()
			return as.info(), nil
		})
	rpc.Handle(s, rpc.Method{Name: "asset.replace", Help: "hands other bytes to the game's loader of an asset; what that refuses is an error in its own words", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.ReadOnly, rpc.TooMany, rpc.InvalidParams}},
		func(call *rpc.Call, p AssetReplace) (AssetInfo, error) { return a.change(p, call.Peer.Name()) })
	a.stream = rpc.Open[rpc.Void, AssetsEvent](s, rpc.Topic{Name: "assets", Snapshot: AssetsState{}, Policy: rpc.All, Buffer: 1024, Help: "assets that are new, changed or gone"},
		func(*rpc.Sub, rpc.Void) (any, error) { return a.state(), nil })
}

// query answers with what was written already.
func (a *Assets) query(call *rpc.Call, q AssetQuery) ([]AssetInfo, error) {
	a.look()
	list := []json.RawMessage{}
	match := strings.ToLower(q.Match)
	for _, as := range a.list {
		if (q.Kind == "" || string(as.kind) == q.Kind) && strings.Contains(strings.ToLower(as.name), match) {
			as.askGame()
			list = append(list, as.wireInfo())
		}
	}
	call.Defer().Reply(list)
	return nil, nil
}

// change hands other bytes to the loader of an asset.
func (a *Assets) change(p AssetReplace, by string) (AssetInfo, error) {
	as, err := a.find(p.ID)
	if err != nil {
		return AssetInfo{}, err
	}
	if p.MediaType != "" && !goodMediaType(p.MediaType) {
		e := rpc.Errorf(rpc.InvalidParams, "%q is no media type", clipTo(p.MediaType, maxGot))
		e.Data.Path = "/mediaType"
		return AssetInfo{}, e
	}
	if err := as.put(p.MediaType, p.Data, by); err != nil {
		return AssetInfo{}, err
	}
	return as.info(), nil
}

const (
	// firstAssets are in the answer of sub.open, the others in events, as many a frame.
	firstAssets    = 256
	assetsPerFrame = 100
	// askedPerFrame is how many assets are asked in a frame what the game says of them.
	askedPerFrame = 16
)

// state is the first state of the topic. What does not stand in it comes in the frames
// after, to all who watch.
func (a *Assets) state() wireAssets {
	a.look()
	s := wireAssets{Assets: []json.RawMessage{}, Total: len(a.list)}
	for i, as := range a.list {
		if i < firstAssets {
			as.askGame()
			s.Assets = append(s.Assets, as.wireInfo())
		} else if !as.inChanged {
			as.inChanged = true
			a.changed = append(a.changed, as)
		}
	}
	return s
}

// publish tells the subscribers what changed.
func (a *Assets) publish() {
	if a.stream.Subscribers() == 0 {
		a.forgetChanges()
		return
	}
	a.desk.look(a.clock.now())
	for range min(askedPerFrame, len(a.list)) {
		a.turn++
		if as := a.list[a.turn%len(a.list)]; as.askGame() {
			as.changed()
		}
	}
	if len(a.changed)+len(a.gone) == 0 {
		return
	}
	e := wireAssetsEvent{Changed: []json.RawMessage{}, Gone: []string{}}
	n := 0
	for ; n < len(a.changed) && len(e.Changed) < assetsPerFrame; n++ {
		as := a.changed[n]
		as.inChanged = false
		if !as.removed {
			e.Changed = append(e.Changed, as.wireInfo())
		}
	}
	a.changed = slices.Delete(a.changed, 0, n)
	e.Gone = append(e.Gone, a.gone...)
	a.gone = a.gone[:0]
	_ = a.stream.Publish(e) // it has a JSON form
}

// forgetChanges lets go of what nobody is to be told.
func (a *Assets) forgetChanges() {
	for _, as := range a.changed {
		as.inChanged = false
	}
	clear(a.changed)
	a.changed, a.gone = a.changed[:0], a.gone[:0]
}

// askGame asks the game's functions what they say of the asset, and reports whether
// that is something else than before.
func (as *Asset) askGame() bool {
	other := false
	if as.memory != nil {
		used := as.used
		if as.assets.guarded(as.name, func() error { used = as.memory(); return nil }) != nil {
			as.memory = nil // once is enough to be told of it
		}
		other = used != as.used
		as.used = used
	}
	if as.refs != nil {
		users := as.users
		if as.assets.guarded(as.name, func() error { users = slices.Clone(as.refs()); return nil }) != nil {
			as.refs = nil
		}
		other = other || !slices.Equal(users, as.users)
		as.users = users
	}
	if as.noteText() {
		as.assets.mu.Lock()
		as.renewLocked(nil)
		as.assets.mu.Unlock()
		as.touched()
		return true
	}
	if other {
		as.wire = nil
	}
	return other
}

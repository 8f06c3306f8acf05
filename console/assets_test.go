//go:build !js

package console

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// square is a picture of one colour.
func square(side int, c color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = c.R, c.G, c.B, c.A
	}
	return img
}

// settleAssets has the game's goroutine and the worker do all that waits.
func (p *probe) settleAssets() {
	p.t.Helper()
	for range 1000 {
		p.con.Assets.workOff()
		if !p.con.Assets.desk.waiting.Load() {
			return
		}
		p.frame()
	}
	p.t.Fatal("the assets do not come to rest")
}

func TestAssetsAreListed(t *testing.T) {
	con := new(Console)
	text := "a text"
	con.Assets.Bind("sprites/ship", square(32, color.NRGBA{255, 0, 0, 255}), "the player").UsedBy("player").Frames(16, 16, 0).
		Levels(square(16, color.NRGBA{}), square(8, color.NRGBA{})).Origin("art/ship.aseprite").Memory(func() int64 { return 5460 })
	con.Assets.Bind("shaders/glow.kage", &text, "").Replace(func(string, []byte) error { return nil })
	con.Assets.Bind("levels/one.json", []byte(`{"a":1}`), "").Refs(func() []string { return []string{"spawner"} })
	con.Assets.Bind("motto", "to boldly go", "").Language("motto").Kind("other").MediaType("text/x-motto")
	p := newProbe(t, con)
	p.call("asset.list", `{}`)
	p.settleAssets()
	list := get[[]AssetInfo](p, "asset.list", `{}`)
	require.Len(t, list, 4)
	require.Equal(t, AssetInfo{ID: "1", Name: "sprites/ship", Kind: "image", MediaType: "image/png", Memory: 5460, Width: 32, Height: 32, Levels: 3,
		Frames: &AssetFrames{16, 16, 4}, Refs: []string{"player"}, Version: 1, Origin: "art/ship.aseprite", Help: "the player", Preview: true}, list[0])
	require.Equal(t, AssetInfo{ID: "2", Name: "shaders/glow.kage", Kind: "shader", MediaType: "text/plain; charset=utf-8", Bytes: 6, Memory: 6, Version: 1, Replace: true, Language: "kage"}, list[1])
	require.Equal(t, AssetInfo{ID: "3", Name: "levels/one.json", Kind: "json", MediaType: "application/json", Bytes: 7, Memory: 7, Version: 1, Language: "json", Refs: []string{"spawner"}}, list[2])
	require.Equal(t, AssetInfo{ID: "4", Name: "motto", Kind: "other", MediaType: "text/x-motto", Bytes: 12, Memory: 12, Version: 1, Language: "motto"}, list[3])

	require.Equal(t, list[1:2], get[[]AssetInfo](p, "asset.list", `{"kind":"shader"}`))
	require.Equal(t, list[:1], get[[]AssetInfo](p, "asset.list", `{"match":"SHIP"}`))
	require.Equal(t, list[3], get[AssetInfo](p, "asset.get", `{"id":"motto"}`))
	require.Equal(t, list[3], get[AssetInfo](p, "asset.get", `{"id":"4"}`))
	require.Equal(t, "levels/one.json", p.refused(rpc.NotFound, "asset.get", `{"id":"levels/on.json"}`).Data.Suggest)

	con.Assets.Unbind("motto")
	con.Assets.Unbind("motto")
	p.refused(rpc.NotFound, "asset.get", `{"id":"4"}`)
	con.Assets.Bind("motto", "again", "")
	require.Equal(t, "5", get[AssetInfo](p, "asset.get", `{"id":"motto"}`).ID, "an id is never another's")
}

func TestWhatCannotBeAnAssetPanics(t *testing.T) {
	var con Console
	con.Assets.Bind("a", "text", "")
	var none *image.RGBA
	for want, f := range map[string]func(){
		`console: asset "": a name has 1 to 512 bytes`:                         func() { con.Assets.Bind("", "x", "") },
		`console: asset "a": a name has`:                                       func() { con.Assets.Bind(strings.Repeat("a", 513), "x", "") },
		`console: asset "a\nb": a name has no control characters`:              func() { con.Assets.Bind("a\nb", "x", "") },
		`console: asset "a" is bound already`:                                  func() { con.Assets.Bind("a", "x", "") },
		`console: asset "b": it is nil`:                                        func() { con.Assets.Bind("b", none, "") },
		`console: asset "c": it is nil`:                                        func() { con.Assets.Bind("c", nil, "") },
		`console: asset "d": cannot show int; see Assets.Bind for what can be`: func() { con.Assets.Bind("d", 7, "") },
		`console: asset "e": there is no kind "poem"`:                          func() { con.Assets.Bind("e", "x", "").Kind("poem") },
		`console: asset "f": "png" is no media type`:                           func() { con.Assets.Bind("f", "x", "").MediaType("png") },
		`console: asset "g": no sheet has 0 pictures of 0x4`:                   func() { con.Assets.Bind("g", "x", "").Frames(0, 4, 0) },
		`console: asset "h": Reload is for an fs.FS; Replace is for one asset`: func() { con.Assets.Bind("h", "x", "").Reload(nil) },
		`console: asset "i": level 1: it is nil`:                               func() { con.Assets.Bind("i", square(1, color.NRGBA{}), "").Levels(none) },
		"console: asset \"bad\\xff\": a name is UTF-8":                         func() { con.Assets.Bind("bad\xff", "x", "") },
	} {
		if strings.HasPrefix(want, `console: asset "a": a name`) {
			require.Panics(t, f)
			continue
		}
		func() {
			defer func() { require.Contains(t, fmt.Sprint(recover()), want) }()
			f()
		}()
	}
}

func TestAnAssetIsReplacedThroughTheGamesLoader(t *testing.T) {
	con := new(Console)
	glow, loads := "old", 0
	con.Assets.Bind("glow.kage", &glow, "").Replace(func(mediaType string, data []byte) error {
		loads++
		switch text := string(data); text {
		case "bad":
			return errors.New("3:14: undefined: colour\n4:1: also this")
		case "worse":
			panic("compiler")
		default:
			glow = text
			return nil
		}
	})
	con.Assets.Bind("read.txt", "x", "")
	con.Assets.Bind("data", []byte("old"), "").Replace(func(kind string, data []byte) error { require.Equal(t, "text/lua", kind); return nil })
	p := newProbe(t, con)
	p.open("assets", `{}`)
	p.settleAssets()
	for range 3 {
		p.frame()
	}
	p.events = nil
	replace := func(id, text string) string {
		return fmt.Sprintf(`{"id":%q,"data":%q}`, id, base64.StdEncoding.EncodeToString([]byte(text)))
	}

	info := get[AssetInfo](p, "asset.replace", replace("glow.kage", "new"))
	require.Equal(t, uint64(2), info.Version)
	require.Equal(t, "new", glow)
	var e AssetsEvent
	require.NoError(t, json.Unmarshal(p.next().Value, &e))
	require.Equal(t, []string{"glow.kage"}, []string{e.Changed[0].Name})
	require.Equal(t, uint64(2), e.Changed[0].Version)

	f := p.refused(rpc.InvalidParams, "asset.replace", replace("1", "bad"))
	require.Equal(t, "3:14: undefined: colour\n4:1: also this", f.Message, "as the compiler said it")
	require.Equal(t, "/data", f.Data.Path)
	f = p.refused(rpc.InvalidParams, "asset.replace", replace("1", "worse"))
	require.Equal(t, "it panicked: compiler", f.Message)
	require.Equal(t, 3, loads)
	require.Equal(t, "new", glow)
	require.Equal(t, uint64(2), get[AssetInfo](p, "asset.get", `{"id":"1"}`).Version, "the old asset stays")

	f = p.refused(rpc.ReadOnly, "asset.replace", replace("read.txt", "y"))
	require.Equal(t, `asset "read.txt" has no loader: the game gives it one with Replace`, f.Message)
	p.refused(rpc.NotFound, "asset.replace", replace("nothing", "y"))
	p.refused(rpc.InvalidParams, "asset.replace", `{"id":"data","mediaType":"a\nb/c","data":""}`)
	info = get[AssetInfo](p, "asset.replace", `{"id":"data","mediaType":"text/lua","data":"bmV3IGJ5dGVz"}`)
	require.Equal(t, int64(9), info.Bytes, "what the client sent stands now")

	con.Assets.MaxBytes = 2
	f = p.refused(rpc.TooMany, "asset.replace", replace("1", "long"))
	require.Equal(t, "Assets.MaxBytes 2", f.Data.Limit)

	viewer := newProbe(t, new(Console))
	viewer.con = con
	viewer.peer = con.RPC().Connect(viewer, rpc.View)
	viewer.refused(rpc.Forbidden, "asset.replace", replace("1", "x"))
	get[AssetInfo](viewer, "asset.get", `{"id":"1"}`)

	log := string(get[json.RawMessage](p, "log.tail", `{}`))
	require.Contains(t, log, "an asset was replaced")
	require.Contains(t, log, `"by":"`+p.peer.Name()+`"`)
}

func TestSubscribersLearnOfAssets(t *testing.T) {
	con := new(Console)
	text, memory := "a", int64(7)
	con.Assets.Bind("text", &text, "").Memory(func() int64 { return memory })
	for i := range firstAssets + 50 {
		con.Assets.Bind(fmt.Sprintf("n%03d", i), "x", "")
	}
	p := newProbe(t, con)
	var first AssetsState
	require.NoError(t, json.Unmarshal(p.open("assets", `{}`), &first))
	require.Len(t, first.Assets, firstAssets)
	require.Equal(t, firstAssets+51, first.Total)
	seen := make(map[string]AssetInfo)
	gone := make(map[string]bool)
	take := func() {
		p.settleAssets()
		for range 200 {
			p.frame()
		}
		for _, raw := range p.events {
			var e AssetsEvent
			require.NoError(t, json.Unmarshal(raw.Value, &e))
			require.LessOrEqual(t, len(e.Changed), assetsPerFrame)
			for _, i := range e.Changed {
				seen[i.Name] = i
			}
			for _, id := range e.Gone {
				gone[id] = true
			}
		}
		p.events = nil
	}
	take()
	for _, i := range first.Assets {
		if _, ok := seen[i.Name]; !ok {
			seen[i.Name] = i
		}
	}
	require.Len(t, seen, firstAssets+51)

	clear(seen)
	text = "another"
	memory = 9
	con.Assets.byName["n007"].Touch()
	take()
	require.Len(t, seen, 2)
	require.Equal(t, uint64(2), seen["text"].Version, "the text is another")
	require.Equal(t, int64(9), seen["text"].Memory)
	require.Equal(t, uint64(2), seen["n007"].Version)

	con.Assets.Unbind("n007")
	con.Assets.Bind("late", "x", "")
	take()
	require.True(t, gone["9"])
	require.Contains(t, seen, "late")
}

// A picture is copied in Update and made into a PNG beside it.
func TestAPictureIsServed(t *testing.T) {
	con := &Console{Token: "hush"}
	img := square(64, color.NRGBA{1, 2, 3, 4})
	con.Assets.Bind("ship", img, "").Levels(square(32, color.NRGBA{9, 9, 9, 255}))
	o := listen(t, con)
	resp, body := o.fetched("/asset/1")
	require.Equal(t, 200, resp.StatusCode, body)
	got, err := png.Decode(strings.NewReader(body))
	require.NoError(t, err)
	require.Equal(t, img.Pix, got.(*image.NRGBA).Pix, "with what is hidden by alpha")
	resp, body = o.fetched("/asset/1/preview?size=32")
	require.Equal(t, 200, resp.StatusCode, body)
	got, err = png.Decode(strings.NewReader(body))
	require.NoError(t, err)
	require.Equal(t, image.Rect(0, 0, 32, 32), got.Bounds())
	resp, body = o.fetched("/asset/1/level/1")
	require.Equal(t, 200, resp.StatusCode, body)
	got, err = png.Decode(strings.NewReader(body))
	require.NoError(t, err)
	require.Equal(t, image.Rect(0, 0, 32, 32), got.Bounds())
	resp, _ = o.fetched("/asset/1/level/2")
	require.Equal(t, 404, resp.StatusCode)
}

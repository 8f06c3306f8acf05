package console

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/rpc"
)

// Params and results of what shows the display.
type (
	// DisplayParams say how a client wants to see the display.
	DisplayParams struct {
		Scale   float64  `json:"scale,omitempty" enum:"1,0.5,0.25" help:"of the picture; absent is 1"`
		FPS     float64  `json:"fps,omitempty" min:"1" max:"60" unit:"1/s" help:"pictures at the most; absent is 30"`
		Quality int      `json:"quality,omitempty" min:"30" max:"95" help:"of JPEG; absent is 70"`
		Mode    string   `json:"mode,omitempty" enum:"auto,jpeg,lossless" help:"absent is auto: exact where that is cheap and when the picture rests"`
		Adapt   *bool    `json:"adapt,omitempty" help:"lower rate, quality and scale for a client that acknowledges late; absent is true"`
		Follow  *string  `json:"follow,omitempty" help:"condition: the entities that meet it come with each picture, with their places in it; * is all"`
		IDs     []string `json:"ids,omitempty" help:"of entities that come with each picture, instead of a condition"`
		Most    int      `json:"most,omitempty" min:"0" max:"500" help:"entities that come with it; absent is 200"`
	}
	// DisplayTune changes how a subscription sees the display.
	DisplayTune struct {
		ID string `json:"id" help:"of the subscription"`
		DisplayParams
	}
	// DisplayReport tells how long a client takes for a picture.
	DisplayReport struct {
		ID     string  `json:"id" help:"of the subscription"`
		Decode float64 `json:"decode" min:"0" max:"60000" unit:"ms" help:"what the last picture took to decode and draw"`
	}
	// DisplayGrant is what a subscription gets now.
	DisplayGrant struct {
		Scale   float64 `json:"scale"`
		FPS     float64 `json:"fps" unit:"1/s"`
		Quality int     `json:"quality"`
		Mode    string  `json:"mode" enum:"auto,jpeg,lossless"`
	}
	// DisplayInfo is what is known of the display, and of who looks at it.
	DisplayInfo struct {
		Available bool             `json:"available" help:"false where the game has shown no picture, and has not asked whether to"`
		Width     int              `json:"width" unit:"px" help:"of the whole; 0 before it is known"`
		Height    int              `json:"height" unit:"px"`
		Refused   string           `json:"refused,omitempty" help:"why the last picture was not taken"`
		Shown     uint64           `json:"shown" help:"pictures so far"`
		Viewers   int              `json:"viewers"`
		Codecs    []string         `json:"codecs"`
		Modes     []string         `json:"modes"`
		Camera    *[6]float64      `json:"camera,omitempty" help:"from the world to the display, as a canvas has it; absent where they are the same"`
		Profiles  []DisplayProfile `json:"profiles"`
	}
	// DisplayProfile is what some viewers have in common.
	DisplayProfile struct {
		DisplayGrant
		Viewers int     `json:"viewers"`
		Encode  float64 `json:"encode" unit:"ms" help:"of a picture, lately"`
		Bytes   int     `json:"bytes" unit:"B" help:"of a picture, lately"`
	}
	// ScreenshotParams ask for one picture.
	ScreenshotParams struct {
		Format  string  `json:"format,omitempty" enum:"png,jpeg" help:"absent is png, which is exact"`
		Quality int     `json:"quality,omitempty" min:"1" max:"100" help:"of JPEG; absent is 90"`
		Scale   float64 `json:"scale,omitempty" enum:"1,0.5,0.25" help:"of the picture; absent is 1"`
	}
	// Screenshot is one picture, drawn after it was asked for.
	Screenshot struct {
		Frame     uint64 `json:"frame" help:"in which it was drawn"`
		Tick      uint64 `json:"tick" help:"the last that was simulated before it was drawn"`
		Width     int    `json:"width" unit:"px"`
		Height    int    `json:"height" unit:"px"`
		MediaType string `json:"mediaType"`
		Data      string `json:"data" help:"base64"`
	}
	// DisplayPicture describes the payload of a binary event of the topic display. Numbers
	// are little-endian.
	DisplayPicture struct {
		Version    uint8         `json:"version" help:"u8: 1"`
		Flags      uint8         `json:"flags" help:"u8: 1 whole picture, 2 it rests and is exact now, 4 followed entities stand at the end"`
		Width      uint16        `json:"width" help:"u16: of this picture"`
		Height     uint16        `json:"height" help:"u16"`
		FullWidth  uint16        `json:"fullWidth" help:"u16: of the display"`
		FullHeight uint16        `json:"fullHeight" help:"u16"`
		Tile       uint16        `json:"tile" help:"u16: side of a tile, 64"`
		Tick       uint64        `json:"tick" help:"u64: the last that was simulated before it was drawn; the frame stands in the header of the message"`
		Encode     uint16        `json:"encode" help:"u16: what encoding took, in 10 us"`
		Read       uint16        `json:"read" help:"u16: what it took the game's goroutine, in 10 us"`
		Scale      uint8         `json:"scale" help:"u8: the display was shrunk by this, 1, 2 or 4"`
		Quality    uint8         `json:"quality" help:"u8: granted"`
		FPS        uint16        `json:"fps" help:"u16: granted, in tenths"`
		N          uint16        `json:"n" help:"u16: parts"`
		Parts      []DisplayPart `json:"parts"`
		Entities   []DisplayMark `json:"entities" help:"u16 and so many, with the flag 4"`
	}
	// DisplayPart is a sheet of tiles, from left to right and from top to bottom; a tile at
	// the edge is padded.
	DisplayPart struct {
		Codec   uint8    `json:"codec" help:"u8: 1 JPEG, 2 RGB bytes in a block of Snappy, 3 RGB once a tile; then a byte 0"`
		Columns uint16   `json:"columns" help:"u16: of the sheet, in tiles"`
		N       uint16   `json:"n" help:"u16: tiles; 0 is the whole picture in one, not padded"`
		Bytes   uint32   `json:"bytes" help:"u32: of data"`
		Tiles   []uint16 `json:"tiles" help:"u16[n]: row by row of the picture"`
		Data    []uint8  `json:"data" help:"u8[bytes]"`
	}
	// DisplayMark is an entity in the picture.
	DisplayMark struct {
		ID     string  `json:"id" help:"u8: its length, then so many bytes"`
		Kind   uint8   `json:"kind" help:"u8: index into world.kinds; 255 for all from there on"`
		X      float32 `json:"x" help:"f32: in pixels of the display"`
		Y      float32 `json:"y" help:"f32"`
		Radius float32 `json:"radius" help:"f32"`
	}
)

const (
	displayKind    = 2
	defaultRate    = 30
	defaultQuality = 70
	defaultFollow  = 200
	shotQuality    = 90
	// shotWait is how long a screenshot waits for a picture.
	shotWait = 5 * time.Second
)

func (d *Display) register(s *rpc.Server) {
	d.stream = rpc.Open[DisplayParams, DisplayPicture](s, rpc.Topic{
		Name: "display", Binary: displayKind, Snapshot: DisplayGrant{},
		Help: "the picture of the game: what changed of it since the last event; subscribe with credit 2, and acknowledge what was drawn",
	}, func(sub *rpc.Sub, p DisplayParams) (any, error) {
		v, err := d.newViewer(sub, p)
		if err != nil {
			return nil, err
		}
		sub.Value = v
		return v.granted(), nil
	})
	rpc.Handle(s, rpc.Method{Name: "display.info", Help: "what the display is, and who looks at it", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (DisplayInfo, error) { return d.info(), nil })
	rpc.Handle(s, rpc.Method{Name: "display.screenshot", Help: "one picture that is drawn after this call has run, also of a game that is held", Role: rpc.View,
		Errors: []rpc.Code{rpc.TooMany, rpc.Unavailable}}, d.screenshot)
	rpc.Handle(s, rpc.Method{Name: "display.tune", Help: "changes what a subscription to the display asks for; what is absent stays as it is", Role: rpc.View,
		Errors: []rpc.Code{rpc.NotFound, rpc.InvalidParams}},
		func(call *rpc.Call, p DisplayTune) (DisplayGrant, error) {
			v, err := d.viewerOf(call.Peer, p.ID)
			if err != nil {
				return DisplayGrant{}, err
			}
			if err := d.wish(v, p.DisplayParams); err != nil {
				return DisplayGrant{}, err
			}
			return v.granted(), nil
		})
	rpc.Handle(s, rpc.Method{Name: "display.report", Help: "tells what a picture took the client, so that it is sent no more than it can draw", Role: rpc.View,
		Errors: []rpc.Code{rpc.NotFound}},
		func(call *rpc.Call, p DisplayReport) (rpc.Void, error) {
			v, err := d.viewerOf(call.Peer, p.ID)
			if err == nil {
				v.care.drew(time.Duration(p.Decode * float64(time.Millisecond)))
			}
			return rpc.Void{}, err
		})
}

// viewerOf finds a subscription of a client.
func (d *Display) viewerOf(p *rpc.Peer, id string) (*viewer, error) {
	for sub := range d.stream.Subs() {
		if sub.Peer() == p && sub.ID() == id {
			return sub.Value.(*viewer), nil
		}
	}
	e := rpc.Errorf(rpc.NotFound, "this client has no subscription %q to the display", clipTo(id, 64))
	e.Data.Path = "/id"
	return nil, e
}

// wish is what params ask for.
func (p *DisplayParams) wish() displayWish {
	return displayWish{
		den: int(1 / cmp.Or(p.Scale, 1)), rate: cmp.Or(p.FPS, defaultRate), quality: cmp.Or(p.Quality, defaultQuality),
		mode: modes[cmp.Or(p.Mode, "auto")], adapt: p.Adapt == nil || *p.Adapt,
		where: p.follow(), ids: p.IDs, most: cmp.Or(p.Most, defaultFollow),
	}
}

// over is what params ask for that change others.
func (p DisplayParams) over(o DisplayParams) DisplayParams {
	p.Scale, p.FPS, p.Quality = cmp.Or(p.Scale, o.Scale), cmp.Or(p.FPS, o.FPS), cmp.Or(p.Quality, o.Quality)
	p.Mode, p.Adapt, p.Most = cmp.Or(p.Mode, o.Mode), cmp.Or(p.Adapt, o.Adapt), cmp.Or(p.Most, o.Most)
	if p.Follow == nil && p.IDs == nil {
		p.Follow, p.IDs = o.Follow, o.IDs
	}
	return p
}

func (p *DisplayParams) follow() string {
	if p.Follow == nil {
		return ""
	}
	return *p.Follow
}

var modes = map[string]picture.Mode{"auto": picture.Auto, "jpeg": picture.Lossy, "lossless": picture.Lossless}

// modeName is what a mode is called on the wire.
func modeName(mode picture.Mode) string {
	switch mode {
	case picture.Lossy:
		return "jpeg"
	case picture.Lossless:
		return "lossless"
	}
	return "auto"
}

func (w *displayWish) follows() bool { return w.where != "" || len(w.ids) > 0 }

// key is the same for wishes that follow the same.
func (w *displayWish) key() string {
	return fmt.Sprintf("%d\x00%s\x00%s", w.most, w.where, strings.Join(w.ids, "\x00"))
}

func (p profile) grant(rate float64) DisplayGrant {
	return DisplayGrant{1 / float64(p.den), rate, p.quality, modeName(p.mode)}
}

func (v *viewer) granted() DisplayGrant { return v.profile().grant(v.grant.rate) }

func (d *Display) info() DisplayInfo {
	info := DisplayInfo{
		Available: d.shown > 0 || d.told || d.asked, Width: d.full.X, Height: d.full.Y,
		Refused: d.refused, Shown: d.shown,
		Codecs: []string{picture.JPEG.String(), picture.LZ.String(), picture.Solid.String()}, Modes: []string{"auto", "jpeg", "lossless"},
		Profiles: []DisplayProfile{},
	}
	if d.camera != nil {
		m := [6]float64(d.matrix())
		info.Camera = &m
	}
	for sub := range d.stream.Subs() {
		v := sub.Value.(*viewer)
		info.Viewers++
		p := v.profile()
		i := slices.IndexFunc(info.Profiles, func(o DisplayProfile) bool { return o.DisplayGrant == v.granted() })
		if i < 0 {
			i = len(info.Profiles)
			info.Profiles = append(info.Profiles, DisplayProfile{DisplayGrant: v.granted()})
		}
		o := &info.Profiles[i]
		o.Viewers++
		if s := d.stats[p]; s != nil {
			o.Encode, o.Bytes = s.encode.Seconds()*1000, s.bytes
		}
	}
	return info
}

// shot is a screenshot that is asked for.
type shot struct {
	ScreenshotParams
	pending *rpc.Pending
	peer    *rpc.Peer
	number  uint64 // in the order in which they are asked for
	asked   time.Duration

	result Screenshot // made by the encoder
	err    error
}

// screenshot is display.screenshot.
func (d *Display) screenshot(call *rpc.Call, p ScreenshotParams) (Screenshot, error) {
	if len(d.shots) >= maxShots {
		e := rpc.Errorf(rpc.TooMany, "%d screenshots wait already", maxShots)
		e.Data.Limit = "screenshots"
		return Screenshot{}, e
	}
	if !d.awake() {
		return Screenshot{}, rpc.Errorf(rpc.Unavailable, "the console is closed")
	}
	d.numbered++
	d.shots = append(d.shots, &shot{ScreenshotParams: p, pending: call.Defer(), peer: call.Peer, number: d.numbered, asked: d.clock.now()})
	return Screenshot{}, nil
}

// takeShots gives a job the screenshots that are of its picture: those up to a number, and
// of each client one. Several at once would be more than may wait for a client, which is
// closed then; the others are of the pictures to come.
func (d *Display) takeShots(j *job, newest uint64) {
	kept := d.shots[:0]
	for _, s := range d.shots {
		served := s.peer.Behind() || slices.ContainsFunc(j.shots, func(o *shot) bool { return o.peer == s.peer })
		if s.number <= newest && s.den() >= j.den && !served {
			s.result.Frame, s.result.Tick = j.frame, j.tick
			j.shots = append(j.shots, s)
		} else {
			kept = append(kept, s)
		}
	}
	clear(d.shots[len(kept):])
	d.shots = kept
}

// expire refuses the screenshots that no picture came for.
func (d *Display) expire(now time.Duration) {
	d.shots = slices.DeleteFunc(d.shots, func(s *shot) bool {
		if now-s.asked < shotWait && !s.pending.Canceled() {
			return false
		}
		why := "the game has shown no picture since"
		if d.refused != "" {
			why = "the display does not show " + d.refused
		}
		s.pending.Fail(rpc.Errorf(rpc.Unavailable, "%s", why))
		return true
	})
}

// answerShots answers the screenshots of a job.
func (d *Display) answerShots(j *job) {
	for _, s := range j.shots {
		if s.err != nil {
			s.pending.Fail(s.err)
		} else {
			s.pending.Reply(s.result)
		}
	}
	clear(j.shots)
	j.shots = j.shots[:0]
}

func (s *shot) den() int { return int(1 / cmp.Or(s.Scale, 1)) }

// base64Of is data as text.
func base64Of(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

package console

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// decodedShot is the picture of a screenshot.
func decodedShot(t *testing.T, s Screenshot) image.Image {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(s.Data)
	require.NoError(t, err)
	decode := png.Decode
	if s.MediaType == "image/jpeg" {
		decode = jpeg.Decode
	}
	img, err := decode(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, image.Pt(s.Width, s.Height), img.Bounds().Size())
	return img
}

func TestAScreenshotOfAGameThatIsHeld(t *testing.T) {
	onStage(t, 40, 20, func(s *stage) {
		v := s.seat(`{}`)
		s.con.Time.Hold()
		s.run(3)
		tick := s.con.Time.Tick()
		n := v.send("display.screenshot", `{"scale":0.5}`)
		s.paint = func(int) { plain(s.img, s.img.Rect, color.RGBA{10, 20, 30, 255}) }
		s.run(3)
		shot := decodeInto[Screenshot](t, v.replies[n])
		require.Equal(t, tick, shot.Tick)
		require.Equal(t, image.Rect(0, 0, 20, 10), decodedShot(t, shot).Bounds())
		require.Equal(t, color.NRGBA{10, 20, 30, 255}, color.NRGBAModel.Convert(decodedShot(t, shot).At(19, 9)))
		n = v.send("display.screenshot", `{"format":"jpeg","quality":95}`)
		s.run(3)
		r, g, b, _ := decodedShot(t, decodeInto[Screenshot](t, v.replies[n])).At(5, 5).RGBA()
		require.InDeltaSlice(t, []float64{10, 20, 30}, []float64{float64(r >> 8), float64(g >> 8), float64(b >> 8)}, 3)
	})
}

// The buffer that a host had before a screenshot was asked for is not of a picture that
// was drawn after it.
func TestAScreenshotIsNeverOfAnOlderPicture(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{}`)
		s.seconds(0.5)
		for !s.con.Display.Due() {
			s.pass()
			for range s.con.Update() {
			}
		}
		old := s.con.Display.Buffer(8, 8)
		n := v.send("display.screenshot", `{}`)
		for range s.con.Update() {
		}
		s.con.Display.Present(old)
		s.pass()
		for range s.con.Update() {
		}
		require.Empty(t, v.replies[n])
		s.run(3)
		require.NotEmpty(t, v.replies[n])
	})
}

func TestScreenshotsThatWaitAreBounded(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{}`)
		img := s.img
		s.img = image.NewRGBA(image.Rect(0, 0, 0, 8)) // nothing is shown
		var asked []int
		for range maxShots + 3 {
			asked = append(asked, v.send("display.screenshot", `{}`))
		}
		s.seconds(0.5)
		for _, n := range asked[maxShots:] {
			require.Equal(t, rpc.TooMany, v.faults[n].Code)
			require.Equal(t, "screenshots", v.faults[n].Data.Limit)
		}
		require.Equal(t, "a picture without pixels", get[DisplayInfo](v.probe, "display.info", `{}`).Refused)
		s.seconds(6)
		for _, n := range asked[:maxShots] {
			require.Equal(t, rpc.Unavailable, v.faults[n].Code)
			require.Contains(t, v.faults[n].Message, "without pixels")
		}
		s.img = img
		s.seconds(1)
	})
}

func TestTuneChangesWhatItNames(t *testing.T) {
	onStage(t, 200, 100, func(s *stage) {
		s.paint = func(frame int) { s.noise(s.img.Rect, frame) }
		v := s.seat(`{"fps":20,"quality":50}`)
		s.seconds(0.5)
		require.Equal(t, DisplayGrant{1, 20, 50, "auto"}, get[DisplayInfo](v.probe, "display.info", `{}`).Profiles[0].DisplayGrant)
		require.Equal(t, DisplayGrant{0.5, 20, 50, "auto"}, get[DisplayGrant](v.probe, "display.tune", `{"id":"d","scale":0.5}`))
		s.seconds(0.5)
		require.Equal(t, []int{100, 50, 200, 100}, []int{v.last.Width, v.last.Height, v.last.FullWidth, v.last.FullHeight})
		require.Equal(t, DisplayGrant{1, 20, 50, "lossless"}, get[DisplayGrant](v.probe, "display.tune", `{"id":"d","scale":1,"mode":"lossless"}`))
		s.seconds(0.5)
		s.paint = func(int) {}
		s.seconds(0.2)
		v.requireExact()
		require.Equal(t, "/scale", v.refused(rpc.InvalidParams, "display.tune", `{"id":"d","scale":0.3}`).Data.Path)
		v.refused(rpc.NotFound, "display.tune", `{"id":"e"}`)
		v.refused(rpc.NotFound, "display.report", `{"id":"e","decode":3}`)
	})
}

func TestWhoDrawsSlowlyIsSentLess(t *testing.T) {
	onStage(t, 64, 64, func(s *stage) {
		s.paint = func(frame int) { s.noise(s.img.Rect, frame) }
		v := s.seat(`{}`)
		for range 20 {
			v.send("display.report", `{"id":"d","decode":100}`)
		}
		s.seconds(1)
		v.take()
		s.seconds(5)
		require.InDelta(t, 5*7.5, len(v.take()), 2, "a picture of 100 ms is drawn eight times a second, with some air")
	})
}

// What is followed stands where it is in the picture that it comes with.
func TestWhatIsFollowedComesWithThePicture(t *testing.T) {
	type thing struct {
		ID     int
		X, Y   float64
		Radius float64
	}
	onStage(t, 100, 100, func(s *stage) {
		things := []thing{{1, 5, 6, 2}, {2, 50, 60, 0}}
		others := []thing{{7, 20, 20, 1}}
		s.con.World.Bind("other", &others, "")
		s.con.World.Bind("thing", &things, "")
		s.con.Display.Camera(func() [6]float64 { return [6]float64{2, 0, 0, 2, 10, -4} })
		v := s.seat(`{"follow":"kind:thing","fps":60}`)
		some := s.seat(`{"ids":["7","99"],"scale":0.5}`)
		s.paint = func(frame int) {
			things[0].X = float64(frame)
			plain(s.img, s.img.Rect, color.RGBA{byte(frame), 0, 0, 255})
		}
		s.seconds(0.5)
		v.take()
		s.seconds(1)
		require.Len(t, v.last.Entities, 2)
		e := v.last.Entities[0]
		require.Equal(t, []any{"1", uint8(1), float32(8), float32(4)}, []any{e.ID, e.Kind, e.Y, e.Radius})
		red := v.canvas.RGBAAt(0, 0).R
		require.Equal(t, float32(2*int(red)+10), e.X, "of exactly that frame")
		require.Len(t, some.last.Entities, 1)
		require.Equal(t, []any{"7", uint8(0), float32(50), float32(36), float32(2)},
			[]any{some.last.Entities[0].ID, some.last.Entities[0].Kind, some.last.Entities[0].X, some.last.Entities[0].Y, some.last.Entities[0].Radius}, "in pixels of the display")

		s.paint = func(int) {} // the picture rests, and what is followed moves
		s.seconds(1)
		v.take()
		things[1].Y++
		s.seconds(0.2)
		require.Len(t, v.take(), 1)
		require.Equal(t, float32(2*61-4), v.last.Entities[1].Y)
		get[DisplayGrant](v.probe, "display.tune", `{"id":"d","follow":""}`)
		s.paint = func(frame int) { plain(s.img, s.img.Rect, color.RGBA{byte(frame), 0, 0, 255}) }
		s.seconds(0.2)
		require.False(t, v.last.Followed)
	})
}

func TestPickFindsWhatIsThere(t *testing.T) {
	type thing struct {
		ID     int
		Pos    struct{ X, Y float64 }
		Radius float64
	}
	at := func(id int, x, y, r float64) (t thing) { t.ID, t.Pos.X, t.Pos.Y, t.Radius = id, x, y, r; return t }
	con := new(Console)
	things := []thing{at(1, 10, 10, 0), at(2, 12, 10, 0), at(3, 40, 10, 25), at(4, 100, 100, 1)}
	con.World.Bind("thing", &things, "")
	m := [6]float64{4, 0, 0, 4, 100, 0}
	con.Display.Camera(func() [6]float64 { return m })
	p := newProbe(t, con)
	ids := func(params string) (ids []string) {
		for _, n := range get[[]Nearby](p, "world.pick", params) {
			ids = append(ids, n.ID)
		}
		return ids
	}
	require.Equal(t, []string{"1", "2"}, ids(`{"x":141,"y":41}`), "the nearest first")
	require.Equal(t, []string{"1"}, ids(`{"x":141,"y":41,"radius":2}`))
	require.Equal(t, []string{"3"}, ids(`{"x":260,"y":140,"radius":0}`), "anywhere in it")
	require.Empty(t, ids(`{"x":-1000,"y":0}`))
	m = [6]float64{0, 0, 0, 0, 100, 0}
	p.refused(rpc.Unavailable, "world.pick", `{"x":1,"y":1}`)
	con.Display.Camera(func() [6]float64 { panic("no camera") })
	require.Empty(t, ids(`{"x":1,"y":1,"radius":0}`))
}

func TestOverlaysAreBounded(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{}`)
		for i := range maxFollows {
			id := fmt.Sprintf(`"f%d"`, i)
			get[struct{}](v.probe, "sub.open", `{"id":`+id+`,"topic":"display","params":{"ids":[`+id+`]}}`)
		}
		f := v.refused(rpc.TooMany, "sub.open", `{"id":"more","topic":"display","params":{"ids":["more"]}}`)
		require.Equal(t, "overlays", f.Data.Limit)
		get[struct{}](v.probe, "sub.close", `{"id":"f0"}`)
		get[struct{}](v.probe, "sub.open", `{"id":"more","topic":"display","params":{"ids":["more"]}}`)
	})
}

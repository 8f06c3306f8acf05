package console

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/picture"
)

// screen is a game with a picture, and a client that looks at it.
type screen struct {
	*probe
	img *image.RGBA
}

func newScreen(t *testing.T, w, h int) *screen {
	con := &Console{Output: io.Discard}
	t.Cleanup(func() { require.NoError(t, con.Close()) })
	return &screen{newProbe(t, con), image.NewRGBA(image.Rect(0, 0, w, h))}
}

// draw runs a frame of the game and shows its picture.
func (s *screen) draw() {
	s.frame()
	if s.con.Display.Due() {
		s.con.Display.Show(s.img)
	}
}

// until draws until something holds.
func (s *screen) until(what string, f func() bool) {
	s.t.Helper()
	for range 100000 {
		if f() {
			return
		}
		s.draw()
	}
	s.t.Fatal("never: " + what)
}

func (s *screen) watch(id, params string) DisplayGrant {
	return get[struct{ Snapshot DisplayGrant }](s.probe, "sub.open", fmt.Sprintf(`{"id":%q,"topic":"display","credit":2,"params":%s}`, id, params)).Snapshot
}

func TestAPictureIsShown(t *testing.T) {
	s := newScreen(t, 200, 100)
	s.draw()
	require.False(t, s.con.Display.Due())
	require.Equal(t, DisplayGrant{Scale: 1, FPS: 30, Quality: 70, Mode: "auto"}, s.watch("d", `{"scale":1,"fps":30,"quality":70,"mode":"auto","adapt":true}`))
	s.until("a picture", func() bool { return len(s.binaries) > 0 })
	p, err := picture.Read(s.binaries[0][24:])
	require.NoError(t, err)
	require.True(t, p.Whole)
	require.Equal(t, []int{200, 100, 200, 100, 1}, []int{p.Width, p.Height, p.FullWidth, p.FullHeight, p.Scale})
}

func TestAScreenshotIsOfAPictureDrawnAfterIt(t *testing.T) {
	s := newScreen(t, 20, 10)
	s.draw()
	n := s.send("display.screenshot", `{}`)
	s.frame() // the request runs
	s.img.Set(3, 4, color.RGBA{1, 2, 3, 255})
	require.True(t, s.con.Display.Due())
	frame := s.con.Time.Frame()
	s.con.Display.Show(s.img)
	s.until("an answer", func() bool { return s.replies[n] != nil })
	shot := decodeInto[Screenshot](t, s.replies[n])
	require.Equal(t, frame, shot.Frame)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, color.RGBA{1, 2, 3, 255}, color.RGBAModel.Convert(img.At(3, 4)))
}

func decodeInto[T any](t *testing.T, raw json.RawMessage) (v T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(raw, &v), "%s", raw)
	return v
}

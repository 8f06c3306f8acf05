package soft_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/soft"
	"github.com/scry-dev/scry/examples/garden/view"
)

// picturesEnv is the environment variable that names a directory for the pictures
// of these tests, for whoever wants to look at them.
const picturesEnv = "GARDEN_PICTURES"

// art is painted once for all tests.
var art = sync.OnceValue(view.Paint)

func save(t *testing.T, name string, img image.Image) {
	t.Helper()
	dir := os.Getenv(picturesEnv)
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, png.Encode(f, img))
}

func world(t testing.TB, level string, ticks int, s *view.Scene) *sim.World {
	t.Helper()
	l, err := sim.Load(level)
	require.NoError(t, err)
	w := sim.New(l, 1, nil)
	s.Palette = l.Palette
	for range ticks {
		w.Step(sim.Input{})
		s.Tick(w)
	}
	return w
}

func TestPicturesOfAllLevels(t *testing.T) {
	art := art()
	ticks := 60
	if os.Getenv(picturesEnv) != "" {
		ticks = 900 // more to look at
	}
	for _, name := range sim.Levels() {
		s := view.Scene{Shake: 1, Grid: name == "orbit"}
		w := world(t, name, ticks, &s)
		c := soft.New(art)
		c.Draw(s.Draw(w))
		save(t, name, c.Image)
		opaque := true
		for i := 3; i < len(c.Image.Pix); i += 4 {
			opaque = opaque && c.Image.Pix[i] == 255
		}
		require.True(t, opaque)
		p := c.Image.RGBAAt(int(w.Player.Pos.X), int(w.Player.Pos.Y))
		sky := art.Picture(background(art, s.Palette)).RGBAAt(int(w.Player.Pos.X), int(w.Player.Pos.Y))
		require.NotEqual(t, sky, p, "the ship is to be seen")
	}
}

// background finds the picture of a palette's sky: the large ones, in order.
func background(art *view.Art, name string) view.Image {
	n := 0
	for i := range art.Len() {
		if w, _ := art.Size(view.Image(i)); w == sim.Width {
			if view.Palettes()[n] == name {
				return view.Image(i)
			}
			n++
		}
	}
	return 0
}

func TestPrimitivesLandWhereTheySay(t *testing.T) {
	c := soft.New(art())
	white := color.NRGBA{255, 255, 255, 255}
	c.Draw(&view.List{Cmds: []view.Cmd{
		{Op: view.Rect, X: 10, Y: 20, W: 4, H: 2, Color: color.NRGBA{255, 0, 0, 255}},
		{Op: view.Circle, X: 100, Y: 100, Size: 20, Color: white},
		{Op: view.Line, X: 200, Y: 50, W: 0, H: 40, Size: 3, Color: white, Add: true},
		{Op: view.Line, X: 300, Y: 50, Size: 3, Color: white},
		{Op: view.Rect, X: -50, Y: -50, W: 60, H: 60, Color: color.NRGBA{0, 255, 0, 128}},
		{Op: view.Circle, X: 650, Y: 370, Size: 30, Color: white},
	}})
	at := func(x, y int) color.RGBA { return c.Image.RGBAAt(x, y) }
	red := color.RGBA{255, 0, 0, 255}
	require.Equal(t, red, at(10, 20))
	require.Equal(t, red, at(13, 21))
	require.Zero(t, at(14, 21))
	require.Zero(t, at(9, 20))
	require.Equal(t, uint8(255), at(100, 81).R)
	require.Zero(t, at(100, 78).R)
	require.Zero(t, at(84, 84).R, "a circle has no corners")
	require.Greater(t, at(200, 70).R, uint8(200))
	require.Zero(t, at(204, 70).R)
	require.Zero(t, at(200, 95).R)
	require.InDelta(t, 128, at(0, 0).G, 2)
	require.Equal(t, uint8(255), at(639, 359).R)
}

func TestBandsMakeTheSamePicture(t *testing.T) {
	var s view.Scene
	w := world(t, "meadow", 300, &s)
	whole, parted := soft.New(art()), soft.New(art())
	list := s.Draw(w)
	whole.Draw(list)
	var wait sync.WaitGroup
	for _, band := range parted.Bands(3) {
		wait.Go(func() { band.Draw(list) })
	}
	wait.Wait()
	require.Equal(t, whole.Image.Pix, parted.Image.Pix)
}

func TestDrawAllocatesNothing(t *testing.T) {
	var s view.Scene
	w := world(t, "meadow", 300, &s)
	c := soft.New(art())
	c.Draw(s.Draw(w))
	require.Zero(t, testing.AllocsPerRun(5, func() { c.Draw(s.Draw(w)) }))
}

func BenchmarkDraw(b *testing.B) {
	var s view.Scene
	w := world(b, "meadow", 900, &s)
	c := soft.New(art())
	b.ReportAllocs()
	for b.Loop() {
		c.Draw(s.Draw(w))
	}
}

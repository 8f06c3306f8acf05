package picture_test

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/internal/picture/picturetest"
	"github.com/stretchr/testify/require"
)

// viewer is what one has been sent.
type viewer struct {
	packer picture.Packer
	canvas image.RGBA
	lossy  picture.Set
	last   picture.Payload
}

// send sends tiles of a picture, and draws what arrives.
func (v *viewer) send(t *testing.T, img *image.RGBA, tiles *picture.Set, mode picture.Mode, quality int) {
	t.Helper()
	w, h := img.Rect.Dx(), img.Rect.Dy()
	parts, n := v.packer.AppendParts(nil, img, tiles, mode, quality)
	v.packer.Settle(&v.lossy)
	whole := v.canvas.Rect.Size() != img.Rect.Size()
	msg := append(picture.AppendHeader(nil, picture.Header{Whole: whole, Width: w, Height: h, Parts: n}), parts...)
	var err error
	v.last, err = picturetest.Draw(&v.canvas, msg)
	require.NoError(t, err)
}

func (v *viewer) codecs() (list []picture.Codec) {
	for _, p := range v.last.Parts {
		list = append(list, p.Codec)
	}
	return list
}

func full(w, h int) *picture.Set {
	var s picture.Set
	s.Reset(w, h)
	s.Fill()
	return &s
}

// distance is the root of the mean square of what is wrong.
func distance(a, b *image.RGBA) float64 {
	var sum float64
	for i := range a.Pix {
		d := float64(a.Pix[i]) - float64(b.Pix[i])
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(a.Pix)))
}

// screen has a tile of each kind: soft noise, one colour, letters.
func screen(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			c := color.RGBA{30, 40, 50, 255}
			switch tx := x / 64 % 3; {
			case tx == 0:
				n := uint8(r.IntN(12))
				c = color.RGBA{uint8(x) + n, uint8(y) + n, 90 + n, 255}
			case tx == 1 && x%16 == y%16:
				c = color.RGBA{200, 210, 220, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func TestPackerGivesEachTileItsCodec(t *testing.T) {
	const w, h = 200, 100 // 4 x 2 tiles; the last column is 8 px of noise
	img := screen(w, h)
	var v viewer
	v.send(t, img, full(w, h), picture.Auto, 80)
	require.Equal(t, []picture.Codec{picture.Solid, picture.LZ, picture.JPEG}, v.codecs())
	require.Equal(t, []uint16{2, 6}, v.last.Parts[0].Tiles)
	require.Subset(t, v.last.Parts[1].Tiles, []uint16{1, 5})
	require.Equal(t, v.last.Parts[2].Tiles, v.lossy.AppendTo(nil))
	require.Contains(t, v.last.Parts[2].Tiles, uint16(0))
	require.Less(t, distance(img, &v.canvas), 6.0)

	// When it rests, what was lossy is sent again, and then all is exact.
	var rest picture.Set
	rest.CopyFrom(&v.lossy)
	v.send(t, img, &rest, picture.Lossless, 80)
	require.Equal(t, []picture.Codec{picture.LZ}, v.codecs())
	require.True(t, v.lossy.Empty())
	require.Equal(t, img.Pix, v.canvas.Pix)
}

func TestPackerInEachMode(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {64, 64}, {65, 64}, {200, 100}, {63, 300}} {
		img := screen(size.X, size.Y)
		for _, quality := range []int{30, 95} {
			var lossy, lossless viewer
			lossy.send(t, img, full(size.X, size.Y), picture.Lossy, quality)
			require.NotContains(t, lossy.codecs(), picture.LZ)
			require.Less(t, distance(img, &lossy.canvas), 16.0, "%v", size)
			lossless.send(t, img, full(size.X, size.Y), picture.Lossless, quality)
			require.NotContains(t, lossless.codecs(), picture.JPEG)
			require.Equal(t, img.Pix, lossless.canvas.Pix)
		}
	}
}

func TestPackerSendsAWholePictureAsOne(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 150, 90))
	for i := range img.Pix {
		img.Pix[i] = byte(i*i>>7) | byte(i&3/3*255)
	}
	var v viewer
	v.send(t, img, full(150, 90), picture.Lossy, 80)
	require.Len(t, v.last.Parts, 1)
	require.Empty(t, v.last.Parts[0].Tiles)
	require.Equal(t, 6, v.lossy.Len())
}

func TestPackerSendsOnlyWhatChanged(t *testing.T) {
	img := screen(400, 300)
	var v viewer
	v.send(t, img, full(400, 300), picture.Lossless, 80)
	next := image.NewRGBA(img.Rect)
	copy(next.Pix, img.Pix)
	next.SetRGBA(70, 5, color.RGBA{255, 0, 0, 255})
	var changed picture.Set
	changed.Reset(400, 300)
	picture.Diff(&changed, img, next)
	v.send(t, next, &changed, picture.Auto, 80)
	require.Equal(t, []picture.Codec{picture.LZ}, v.codecs())
	require.Less(t, len(v.last.Parts[0].Data), 1000)
	require.Equal(t, next.Pix, v.canvas.Pix)

	var none picture.Set
	v.send(t, next, &none, picture.Auto, 80)
	require.Empty(t, v.last.Parts, "a set of pictures of no size")
}

// LZ is tried seldom where it was in vain, and is there when it pays again.
func TestPackerDoesNotTryInVain(t *testing.T) {
	noisy, plain := image.NewRGBA(image.Rect(0, 0, 64, 64)), image.NewRGBA(image.Rect(0, 0, 64, 64))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noisy.Pix {
		noisy.Pix[i] = byte(r.Uint32()) | byte(i&3/3*255)
		plain.Pix[i] = byte(i>>8&16) | byte(i&3/3*255)
	}
	var v viewer
	for range 20 {
		v.send(t, noisy, full(64, 64), picture.Auto, 80)
		require.Equal(t, []picture.Codec{picture.JPEG}, v.codecs())
	}
	pictures := 0
	for v.codecs()[0] != picture.LZ {
		v.send(t, plain, full(64, 64), picture.Auto, 80)
		pictures++
	}
	require.Greater(t, pictures, 4)
	require.Less(t, pictures, 80)
	v.send(t, plain, full(64, 64), picture.Auto, 80)
	require.Equal(t, []picture.Codec{picture.LZ}, v.codecs(), "at once, from then on")
}

// Tiles that repeat each other are worth it only together: the first of them is as
// large as noise.
func TestPackerSeesWhatTilesHaveInCommon(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var grain [32 * 32]color.RGBA
	for i := range grain {
		grain[i] = color.RGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255}
	}
	img := image.NewRGBA(image.Rect(0, 0, 640, 384))
	for y := range 384 {
		for x := range 640 {
			img.SetRGBA(x, y, grain[y%32*32+x%32])
		}
	}
	var v viewer
	for range 4 { // it has to see first what JPEG takes
		v.send(t, img, full(640, 384), picture.Auto, 75)
	}
	require.Equal(t, []picture.Codec{picture.LZ}, v.codecs())
	require.Less(t, len(v.last.Parts[0].Data), 60*1024)
	require.Equal(t, img.Pix, v.canvas.Pix)

	for i := range img.Pix { // nothing in common any more
		img.Pix[i] = byte(r.Uint32()) | byte(i&3/3*255)
	}
	v.send(t, img, full(640, 384), picture.Auto, 75)
	require.Equal(t, []picture.Codec{picture.JPEG}, v.codecs(), "what was borrowed was given back")
}

// What LZ makes larger than JPEG does goes as JPEG, small as it may be.
func TestPackerMeasuresLZByJPEG(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 640, 384))
	for y := range 384 {
		for x := range 640 { // soft, but never twice the same
			img.SetRGBA(x, y, color.RGBA{uint8(x/8*5 + y/3), uint8(y/8*3 + x/5), uint8((x + y) / 4), 255})
		}
	}
	var lossless, auto viewer
	lossless.send(t, img, full(640, 384), picture.Lossless, 75)
	for range 10 {
		auto.send(t, img, full(640, 384), picture.Auto, 75)
		require.Contains(t, auto.codecs(), picture.JPEG)
		size := 0
		for _, p := range auto.last.Parts {
			size += len(p.Data)
		}
		require.Less(t, size, len(lossless.last.Parts[0].Data))
	}
}

func TestPackerFollowsTheSize(t *testing.T) {
	var v viewer
	for _, size := range []image.Point{{200, 100}, {100, 200}, {1, 1}, {640, 360}} {
		img := screen(size.X, size.Y)
		v.send(t, img, full(size.X, size.Y), picture.Auto, 75)
		v.send(t, img, full(size.X, size.Y), picture.Lossless, 75)
		require.True(t, v.lossy.Empty())
		require.Equal(t, img.Pix, v.canvas.Pix)
	}
	parts, n := v.packer.AppendParts(nil, image.NewRGBA(image.Rectangle{}), full(0, 0), picture.Auto, 75)
	require.Empty(t, parts)
	require.Zero(t, n)
}

func TestPackerKeepsItsMemory(t *testing.T) {
	img := screen(400, 300)
	all := full(400, 300)
	var p picture.Packer
	var out []byte
	var lossy picture.Set
	for _, mode := range []picture.Mode{picture.Auto, picture.Lossy, picture.Lossless} {
		out, _ = p.AppendParts(out[:0], img, all, mode, 75)
		require.Zero(t, testing.AllocsPerRun(10, func() {
			out, _ = p.AppendParts(out[:0], img, all, mode, 75)
			p.Settle(&lossy)
		}))
	}
}

func FuzzDraw(f *testing.F) {
	img := screen(200, 100)
	var p picture.Packer
	for _, mode := range []picture.Mode{picture.Auto, picture.Lossless} {
		parts, n := p.AppendParts(nil, img, full(200, 100), mode, 75)
		f.Add(append(picture.AppendHeader(nil, picture.Header{Whole: true, Width: 200, Height: 100, Parts: n}), parts...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := picture.Read(b); err != nil || p.Width*p.Height > 1<<20 {
			return
		}
		var canvas image.RGBA
		_, _ = picturetest.Draw(&canvas, b) // it must come back
	})
}

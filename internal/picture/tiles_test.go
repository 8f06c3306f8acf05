package picture

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// noise returns a picture that lies within a larger one, so that its stride is not
// its width, of random pixels with random alpha.
func noise(w, h int, seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	around := image.NewRGBA(image.Rect(-3, -2, w+5, h+1))
	for i := range around.Pix {
		around.Pix[i] = byte(r.Uint32())
	}
	return around.SubImage(image.Rect(0, 0, w, h)).(*image.RGBA)
}

// at returns a pixel, counted from the top left of the picture.
func at(img *image.RGBA, x, y int) color.RGBA { return img.RGBAAt(img.Rect.Min.X+x, img.Rect.Min.Y+y) }

func TestDiffFindsWhatChanged(t *testing.T) {
	const w, h = 200, 130 // the last tiles are 8 wide, and 2 high
	var prev, next image.RGBA
	Copy(&prev, noise(w, h, 1))
	for _, p := range []struct{ x, y, tile int }{{0, 0, 0}, {63, 63, 0}, {64, 63, 1}, {199, 0, 3}, {192, 64, 7}, {199, 129, 11}, {0, 128, 8}} {
		Copy(&next, &prev)
		i := next.PixOffset(p.x, p.y)
		next.Pix[i+2] ^= 1
		var s Set
		s.Reset(w, h)
		Diff(&s, &prev, &next)
		require.Equal(t, []uint16{uint16(p.tile)}, s.AppendTo(nil), "pixel %d, %d", p.x, p.y)
		s.Add(5)
		Diff(&s, &prev, &next)
		require.Equal(t, 2, s.Len(), "what was in the set stays")
	}
}

func TestDiffOfAnotherSizeIsEverything(t *testing.T) {
	var s Set
	Diff(&s, noise(10, 10, 1), noise(100, 70, 1))
	require.Equal(t, []uint16{0, 1, 2, 3}, s.AppendTo(nil))
}

func TestAlphaNeverCounts(t *testing.T) {
	a, b := noise(131, 67, 7), noise(131, 67, 7)
	for y := range 67 {
		for x := range 131 {
			b.Pix[b.PixOffset(x, y)+3] ^= 0x55
		}
	}
	var x, y image.RGBA
	Copy(&x, a)
	Copy(&y, b)
	require.Equal(t, x.Pix, y.Pix)
	require.Equal(t, uint8(255), at(&x, 130, 66).A)
	require.Equal(t, at(a, 130, 66).R, at(&x, 130, 66).R)
	Opaque(a)
	Opaque(b)
	for j := range 67 {
		require.Equal(t, row(&x, j), row(a, j))
		require.Equal(t, row(&x, j), row(b, j))
	}
}

func TestSolid(t *testing.T) {
	for _, w := range []int{64, 63, 1} {
		img := image.NewRGBA(image.Rect(0, 0, w, 64))
		for i := range img.Pix {
			img.Pix[i] = byte(i & 3 * 10)
		}
		c, ok := solid(img, image.Rect(0, 0, w, 64))
		require.True(t, ok)
		require.Equal(t, uint32(0x1e140a00), c)
		for _, p := range []image.Point{{w - 1, 0}, {w - 1, 63}, {0, 32}} {
			i := img.PixOffset(p.X, p.Y)
			img.Pix[i] = 1
			_, ok = solid(img, image.Rect(0, 0, w, 64))
			require.False(t, ok, "%v", p)
			img.Pix[i] = 0
		}
	}
}

func TestShrinkIsTheMean(t *testing.T) {
	for _, size := range []image.Point{{64, 64}, {65, 63}, {1, 1}, {3, 7}, {34, 5}, {127, 4}} {
		src := noise(size.X, size.Y, 3)
		for _, by := range []int{2, 4} {
			var dst image.RGBA
			Shrink(&dst, src, by)
			w, h := ShrunkSize(size.X, size.Y, by)
			require.Equal(t, image.Rect(0, 0, w, h), dst.Rect)
			for y := range h {
				for x := range w {
					require.Equal(t, box(src, x*by, y*by, by), at(&dst, x, y), "%v by %d at %d, %d", size, by, x, y)
				}
			}
		}
	}
}

// box is the mean of a square, as one would write it first.
func box(src *image.RGBA, x, y, by int) color.RGBA {
	var r, g, b, n int
	for v := y; v < min(y+by, src.Rect.Dy()); v++ {
		for u := x; u < min(x+by, src.Rect.Dx()); u++ {
			c := at(src, u, v)
			r, g, b, n = r+int(c.R), g+int(c.G), b+int(c.B), n+1
		}
	}
	return color.RGBA{uint8((r + n/2) / n), uint8((g + n/2) / n), uint8((b + n/2) / n), 255}
}

func TestPicturesKeepTheirMemory(t *testing.T) {
	src := noise(333, 222, 1)
	var full, half image.RGBA
	var s Set
	require.Zero(t, testing.AllocsPerRun(20, func() {
		Copy(&full, src)
		Shrink(&half, src, 2)
		s.Reset(333, 222)
		Diff(&s, &full, &full)
	}))
	require.True(t, s.Empty())
}

package media

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAThumbnailIsOfMeans(t *testing.T) {
	// Two columns of each colour become one; what is clear has no weight.
	img := image.NewNRGBA(image.Rect(10, 10, 14, 12))
	for i, c := range []color.NRGBA{{100, 0, 0, 255}, {200, 0, 0, 255}, {0, 0, 0, 0}, {0, 255, 0, 255}} {
		for y := range 2 {
			img.SetNRGBA(10+i, 10+y, c)
		}
	}
	small := Thumbnail(img, 2)
	require.Equal(t, image.Rect(0, 0, 2, 1), small.Bounds())
	require.Equal(t, color.RGBA{150, 0, 0, 255}, small.At(0, 0))
	require.Equal(t, color.RGBA{0, 128, 0, 128}, small.At(1, 0))
	require.Same(t, img, Thumbnail(img, 4), "what fits is as it is")

	for _, size := range []image.Point{{1, 1000}, {1000, 1}, {333, 777}, {257, 256}} {
		b := Thumbnail(image.NewGray(image.Rectangle{Max: size}), 64).Bounds()
		require.Equal(t, 64, max(b.Dx(), b.Dy()), size)
		require.GreaterOrEqual(t, min(b.Dx(), b.Dy()), 1)
	}
}

// kinds are pictures of every kind of package image, of one size, with an offset.
func pictureKinds() map[string]draw.Image {
	r := image.Rect(3, 5, 40, 30)
	p := image.NewPaletted(r, color.Palette{color.Black, color.White, color.NRGBA{255, 0, 0, 255}})
	all := map[string]draw.Image{
		"RGBA": image.NewRGBA(r), "NRGBA": image.NewNRGBA(r), "Gray": image.NewGray(r), "Gray16": image.NewGray16(r),
		"NRGBA64": image.NewNRGBA64(r), "RGBA64": image.NewRGBA64(r), "Alpha": image.NewAlpha(r), "Paletted": p, "CMYK": image.NewCMYK(r),
	}
	for _, img := range all {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				img.Set(x, y, color.NRGBA{uint8(7 * x), uint8(9 * y), uint8(x * y), uint8(128 + x)})
			}
		}
	}
	return all
}

func TestACopyIsAsThePicture(t *testing.T) {
	for name, img := range pictureKinds() {
		for _, band := range []int{1, 100, 1 << 20} {
			c, err := NewCopier(img)
			require.NoError(t, err)
			bands := 1
			for !c.Band(band) {
				bands++
			}
			if band == 1 {
				require.Equal(t, 25, bands, "a row at least")
			}
			got := c.Image()
			require.Equal(t, image.Rect(0, 0, 37, 25), got.Bounds())
			for y := range 25 {
				for x := range 37 {
					r, g, b, a := img.At(3+x, 5+y).RGBA()
					r2, g2, b2, a2 := got.At(x, y).RGBA()
					for i, v := range [4][2]uint32{{r, r2}, {g, g2}, {b, b2}, {a, a2}} {
						require.InDelta(t, v[0], v[1], 0x101, "%s %d,%d channel %d", name, x, y, i)
					}
				}
			}
			data, err := PNG(got)
			require.NoError(t, err)
			_, err = png.Decode(bytes.NewReader(data))
			require.NoError(t, err)
		}
	}
	sub := painted(64, 64).SubImage(image.Rect(60, 60, 64, 64)).(*image.NRGBA)
	c, err := NewCopier(sub)
	require.NoError(t, err)
	require.True(t, c.Band(1000))
	require.Equal(t, sub.At(63, 63), c.Image().At(3, 3))
	_, err = NewCopier(image.NewGray(image.Rect(0, 0, 0, 9)))
	require.EqualError(t, err, "a picture of 0x9 has no pixels")
	_, err = NewCopier(image.NewUniform(color.White))
	require.ErrorContains(t, err, "previews are made of up to")
}

// changing is a picture of the game's that becomes another while it is copied.
type changing struct {
	*image.RGBA
	size int
}

func (c *changing) Bounds() image.Rectangle { return image.Rect(0, 0, c.size, c.size) }

func TestAPictureThatBecomesAnotherEndsItsCopy(t *testing.T) {
	img := &changing{image.NewRGBA(image.Rect(0, 0, 64, 64)), 64}
	c, err := NewCopier(img)
	require.NoError(t, err)
	require.False(t, c.Band(64))
	img.size = 8
	require.True(t, c.Band(64))
	require.Equal(t, 64, c.Image().Bounds().Dx())
}

func TestDecodingEnds(t *testing.T) {
	data := encoded(t, "png", painted(300, 300))
	stop := make(chan struct{})
	_, err := Decode(stop, "image/png", data)
	require.NoError(t, err)
	close(stop)
	_, err = Decode(stop, "image/png", data)
	require.ErrorContains(t, err, "the console is closed")
	_, err = (&timed{strings.NewReader("x"), time.Now().Add(-1), nil}).Read(make([]byte, 1))
	require.EqualError(t, err, "decoding takes longer than 3s")
	_, err = Decode(nil, "image/webp", data)
	require.ErrorContains(t, err, "no preview is made of")
}

// FuzzDecode decodes anything: it ends, and what it gives is of the size that it may have.
func FuzzDecode(f *testing.F) {
	for _, format := range []string{"png", "jpeg", "gif"} {
		f.Add(encoded(f, format, painted(20, 20)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, kind := range []string{"image/png", "image/jpeg", "image/gif"} {
			img, err := Decode(nil, kind, data)
			if err != nil {
				continue
			}
			b := img.Bounds()
			require.LessOrEqual(t, b.Dx()*b.Dy(), MaxPixels)
			if b.Dx()*b.Dy() > 1<<16 { // the rest is arithmetic
				continue
			}
			if _, err := PNG(Thumbnail(img, 32)); err != nil {
				require.ErrorContains(t, err, "png")
			}
		}
	})
}

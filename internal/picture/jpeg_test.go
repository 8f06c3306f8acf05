package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// psnr says how near two pictures are, in dB of their RGB.
func psnr(a *image.RGBA, b image.Image) float64 {
	var sum float64
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			p := at(a, x, y)
			r, g, bl, _ := b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y).RGBA()
			for _, d := range [...]int{int(p.R) - int(r>>8), int(p.G) - int(g>>8), int(p.B) - int(bl>>8)} {
				sum += float64(d * d)
			}
		}
	}
	return 10 * math.Log10(255*255/(sum/float64(3*a.Rect.Dx()*a.Rect.Dy())))
}

func decode(t testing.TB, b []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	return img
}

func standard(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}))
	return out.Bytes()
}

// What is written is as near to the picture as what image/jpeg writes at the same
// quality, and not larger.
func TestJPEGIsAsGoodAsTheStandard(t *testing.T) {
	var e JPEGEncoder
	img := image.NewRGBA(image.Rect(0, 0, 160, 128))
	for _, s := range scenes() {
		s.draw(img, 5)
		for _, quality := range []int{1, 10, 30, 50, 75, 90, 100} {
			ours, theirs := e.Append(nil, img, quality, false), standard(t, img, quality)
			a, b := psnr(img, decode(t, ours)), psnr(img, decode(t, theirs))
			require.Greater(t, a, b-.1, "%s at quality %d", s.name, quality)
			require.Less(t, float64(len(ours)), 1.03*float64(len(theirs))+16, "%s at quality %d", s.name, quality)
		}
	}
}

func TestJPEGInFullColour(t *testing.T) {
	var e JPEGEncoder
	img := image.NewRGBA(image.Rect(0, 0, 200, 200))
	scenes()[1].draw(img, 5)
	half, full := psnr(img, decode(t, e.Append(nil, img, 95, false))), psnr(img, decode(t, e.Append(nil, img, 95, true)))
	require.Greater(t, full, half+3)
	require.Greater(t, psnr(img, decode(t, e.Append(nil, img, 100, true))), 45.0)
}

func TestJPEGOfAnySize(t *testing.T) {
	var e JPEGEncoder
	for _, size := range []image.Point{{1, 1}, {7, 9}, {16, 16}, {17, 15}, {31, 33}, {64, 1}, {1, 100}, {129, 65}} {
		for _, full := range []bool{false, true} {
			img := noise(size.X, size.Y, 4)
			for i := range img.Pix { // smooth: noise would say nothing about what is beyond the edge
				img.Pix[i] = byte(i / 16)
			}
			got := decode(t, e.Append(nil, img, 90, full))
			require.Equal(t, size, got.Bounds().Size())
			want := decode(t, standard(t, img, 90))
			require.Greater(t, psnr(img, got), min(psnr(img, want), 60)-.5, "%v, full %v", size, full)
		}
	}
	require.Equal(t, []byte{7}, e.Append([]byte{7}, image.NewRGBA(image.Rectangle{}), 50, false))
}

// Each colour alone takes the short cut for flat squares; with one pixel of nearly
// the same it does not, and comes out alike.
func TestJPEGOfOneColour(t *testing.T) {
	var e JPEGEncoder
	for _, c := range []color.RGBA{{}, {255, 255, 255, 255}, {255, 0, 0, 255}, {0, 255, 0, 0}, {0, 0, 255, 9}, {12, 200, 99, 1}} {
		for _, full := range []bool{false, true} {
			img := image.NewRGBA(image.Rect(0, 0, 48, 32))
			fill(img, img.Rect, c)
			got := decode(t, e.Append(nil, img, 100, full))
			for _, p := range []image.Point{{0, 0}, {20, 20}, {47, 31}} {
				r, g, b, _ := got.At(p.X, p.Y).RGBA()
				require.InDelta(t, c.R, r>>8, 2)
				require.InDelta(t, c.G, g>>8, 2)
				require.InDelta(t, c.B, b>>8, 2)
			}
			img.SetRGBA(47, 31, color.RGBA{c.R, c.G, c.B ^ 1, 255})
			require.Equal(t, got.At(40, 24), decode(t, e.Append(nil, img, 100, full)).At(40, 24), "the long way")
		}
	}
}

// Bytes of ones are stuffed, and the last byte is filled up, whatever the bits are.
func TestJPEGOfNoiseHasNoMarkersInside(t *testing.T) {
	var e JPEGEncoder
	for seed := range uint64(50) {
		img := noise(40, 24, seed)
		b := e.Append(nil, img, 100, seed%2 == 0)
		decode(t, b)
		scan := b[bytes.Index(b, []byte{0xff, 0xda})+14 : len(b)-2]
		for i, c := range scan[:len(scan)-1] {
			require.True(t, c != 0xff || scan[i+1] == 0)
		}
	}
}

func TestJPEGTablesAreTheStandardOnes(t *testing.T) {
	var e JPEGEncoder
	img := noise(16, 16, 1)
	ours, theirs := e.Append(nil, img, 63, false), standard(t, img, 63)
	for _, marker := range []byte{0xdb, 0xc4} {
		require.Equal(t, segment(theirs, marker), segment(ours, marker), "segment %#x", marker)
	}
}

func segment(file []byte, marker byte) []byte {
	i := bytes.Index(file, []byte{0xff, marker})
	return file[i : i+2+int(file[i+2])<<8+int(file[i+3])]
}

func TestJPEGOfASheet(t *testing.T) {
	var e JPEGEncoder
	img := image.NewRGBA(image.Rect(0, 0, 200, 100))
	scenes()[4].draw(img, 1)
	tiles := []uint16{1, 3, 4, 6, 7}
	for _, full := range []bool{false, true} {
		got := decode(t, e.appendSheet(nil, img, tiles, 2, 90, full))
		require.Equal(t, image.Pt(128, 192), got.Bounds().Size())
		want := image.NewRGBA(image.Rect(0, 0, 128, 192))
		for y := range 192 {
			for x := range 128 {
				if i := y/64*2 + x/64; i < len(tiles) {
					u, v := int(tiles[i])%4*64+x%64, int(tiles[i])/4*64+y%64
					want.SetRGBA(x, y, at(img, min(u, 199), min(v, 99)))
				} else {
					want.Set(x, y, got.At(x, y)) // anything
				}
			}
		}
		require.Greater(t, psnr(want, got), 34.0, "full %v", full)
	}
}

func TestJPEGEncoderKeepsItsMemory(t *testing.T) {
	var e JPEGEncoder
	img := noise(100, 100, 1)
	out := e.Append(nil, img, 75, false)
	require.Zero(t, testing.AllocsPerRun(10, func() { out = e.Append(out[:0], img, 75, false) }))
	before := append([]byte("before"), out...)
	require.Equal(t, before, e.Append([]byte("before"), img, 75, false))
}

func BenchmarkJPEG(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1280, 720))
	var e JPEGEncoder
	var out []byte
	for _, s := range scenes() {
		s.draw(img, 5)
		for _, quality := range []int{75, 90} {
			b.Run(fmt.Sprintf("%s/q%d", s.name, quality), func(b *testing.B) {
				for b.Loop() {
					out = e.Append(out[:0], img, quality, false)
				}
				b.ReportMetric(float64(len(out))/1000, "kB")
			})
			b.Run(fmt.Sprintf("%s/q%d-standard", s.name, quality), func(b *testing.B) {
				n := 0
				for b.Loop() {
					n = len(standard(b, img, quality))
				}
				b.ReportMetric(float64(n)/1000, "kB")
			})
		}
	}
}

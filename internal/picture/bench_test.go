package picture

import (
	"bytes"
	"compress/flate"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkPicture is one picture of 1280 x 720 after another, each sent to
// somebody who has the one before, against what the standard library has. Run with
// -benchtime 60x or so: a second of a game.
func BenchmarkPicture(b *testing.B) {
	for _, s := range scenes() {
		film := make([]*image.RGBA, 8)
		for i := range film {
			film[i] = image.NewRGBA(image.Rect(0, 0, 1280, 720))
			s.draw(film[i], i)
		}
		b.Run(s.name+"/auto", func(b *testing.B) { benchmarkPacker(b, film, Auto) })
		b.Run(s.name+"/lossy", func(b *testing.B) { benchmarkPacker(b, film, Lossy) })
		b.Run(s.name+"/lossless", func(b *testing.B) { benchmarkPacker(b, film, Lossless) })
		for name, encode := range map[string]func(*bytes.Buffer, *image.RGBA) error{
			"image-jpeg": func(out *bytes.Buffer, img *image.RGBA) error {
				return jpeg.Encode(out, img, &jpeg.Options{Quality: 75})
			},
			"image-png": func(out *bytes.Buffer, img *image.RGBA) error {
				return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(out, img)
			},
			"flate": func(out *bytes.Buffer, img *image.RGBA) error {
				w, err := flate.NewWriter(out, flate.BestSpeed)
				if err == nil {
					_, err = w.Write(AppendRGB(nil, img))
				}
				return err
			},
		} {
			b.Run(s.name+"/"+name, func(b *testing.B) {
				var out bytes.Buffer
				for i := 0; b.Loop(); i++ {
					out.Reset()
					require.NoError(b, encode(&out, film[i%len(film)]))
				}
				b.ReportMetric(float64(out.Len())/1000, "kB")
			})
		}
	}
}

func benchmarkPacker(b *testing.B, film []*image.RGBA, mode Mode) {
	var p Packer
	var changed Set
	var out []byte
	changed.Reset(1280, 720)
	changed.Fill()
	out, _ = p.AppendParts(out, film[0], &changed, mode, 75) // what everybody has had
	bytes := 0
	n := 1
	for b.Loop() {
		changed.Reset(1280, 720)
		Diff(&changed, film[(n-1)%len(film)], film[n%len(film)])
		out, _ = p.AppendParts(out[:0], film[n%len(film)], &changed, mode, 75)
		bytes += len(out)
		n++
	}
	b.ReportMetric(float64(bytes)/float64(n-1)/1000, "kB")
}

func BenchmarkTiles(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1280, 720))
	scenes()[0].draw(img, 0)
	var other image.RGBA
	var s Set
	b.Run("copy", func(b *testing.B) {
		for b.Loop() {
			Copy(&other, img)
		}
	})
	b.Run("diff of the same", func(b *testing.B) {
		for b.Loop() {
			s.Reset(1280, 720)
			Diff(&s, img, &other)
		}
	})
	for _, by := range []int{2, 4} {
		b.Run("shrink by "+string(rune('0'+by)), func(b *testing.B) {
			for b.Loop() {
				Shrink(&other, img, by)
			}
		})
	}
}

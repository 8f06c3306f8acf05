package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"
)

// These imports register the formats with package image, in the whole program: a game
// that embeds the console can decode PNG, JPEG and GIF. They stand here and nowhere else.

// The bounds of a picture that is decoded.
const (
	// MaxPixels is how many pixels a picture may have.
	MaxPixels = 16 << 20
	// maxSide is how long a side may be: no texture is longer.
	maxSide = 1 << 16
	// decodeTime is how long it may take: a small file can ask for a lot of work.
	decodeTime = 3 * time.Second
)

// Previews reports whether Decode reads files of a media type.
func Previews(mediaType string) bool {
	switch mediaType {
	case "image/png", "image/apng", "image/jpeg", "image/gif":
		return true
	}
	return false
}

// Decode decodes a PNG, a JPEG or the first picture of a GIF. The header is looked at
// first: a picture of more than MaxPixels is an error, and none of its pixels is read. A
// picture that takes too long is given up, as is any when stop is closed.
func Decode(stop <-chan struct{}, mediaType string, data []byte) (image.Image, error) {
	config, decode := decoders(mediaType)
	if config == nil {
		return nil, fmt.Errorf("no preview is made of %.40q, but of PNG, JPEG and GIF", mediaType)
	}
	c, err := config(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if err := Fits(c.Width, c.Height); err != nil {
		return nil, err
	}
	return decode(&timed{bytes.NewReader(data), time.Now().Add(decodeTime), stop})
}

func decoders(mediaType string) (config func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error)) {
	switch mediaType {
	case "image/png", "image/apng":
		return png.DecodeConfig, png.Decode
	case "image/jpeg":
		return jpeg.DecodeConfig, jpeg.Decode
	case "image/gif":
		return gif.DecodeConfig, gif.Decode
	}
	return nil, nil
}

// Fits says why a picture of a size is not decoded, or nil.
func Fits(width, height int) error {
	switch {
	case width <= 0 || height <= 0:
		return fmt.Errorf("a picture of %dx%d has no pixels", width, height)
	case width > maxSide || height > maxSide || int64(width)*int64(height) > MaxPixels:
		return fmt.Errorf("the picture says that it is %dx%d; previews are made of up to %d pixels", width, height, MaxPixels)
	}
	return nil
}

// timed is a file that ends with an error when its time is over.
type timed struct {
	r     io.Reader
	until time.Time
	stop  <-chan struct{}
}

// Read reads little at a time, so that the time is looked at often.
func (t *timed) Read(p []byte) (int, error) {
	select {
	case <-t.stop:
		return 0, errors.New("the console is closed")
	default:
	}
	if time.Now().After(t.until) {
		return 0, fmt.Errorf("decoding takes longer than %v", decodeTime)
	}
	return t.r.Read(p[:min(len(p), 1<<10)])
}

// Thumbnail returns a picture that fits into a square of size pixels a side, each of its
// pixels the mean of those that it stands for. One that fits as it is comes back as it
// is: a viewer makes it larger as it likes.
func Thumbnail(img image.Image, size int) image.Image {
	b := img.Bounds()
	if b.Dx() <= size && b.Dy() <= size {
		return img
	}
	scale := float64(size) / float64(max(b.Dx(), b.Dy()))
	w, h := max(1, int(float64(b.Dx())*scale+.5)), max(1, int(float64(b.Dy())*scale+.5))
	src := premultiplied(img)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	columns := edges(b.Dx(), w)
	rows := edges(b.Dy(), h)
	sums := make([][4]uint64, w)
	for y := range h {
		clear(sums)
		for sy := rows[y]; sy < rows[y+1]; sy++ {
			addRow(sums, src.Pix[sy*src.Stride:], columns)
		}
		out := dst.Pix[y*dst.Stride:]
		for x := range w {
			n := uint64((columns[x+1] - columns[x]) * (rows[y+1] - rows[y]))
			for c := range 4 {
				out[4*x+c] = uint8((sums[x][c] + n/2) / n)
			}
		}
	}
	return dst
}

// addRow adds a row of pixels to the sums of the columns that they fall into.
func addRow(sums [][4]uint64, row []byte, columns []int) {
	for x := range sums {
		var r, g, b, a uint64
		for p := row[4*columns[x] : 4*columns[x+1]]; len(p) >= 4; p = p[4:] {
			r += uint64(p[0])
			g += uint64(p[1])
			b += uint64(p[2])
			a += uint64(p[3])
		}
		s := &sums[x]
		s[0], s[1], s[2], s[3] = s[0]+r, s[1]+g, s[2]+b, s[3]+a
	}
}

// edges cuts a length into n parts as equal as can be; each has one pixel at least.
func edges(length, n int) []int {
	list := make([]int, n+1)
	for i := range list {
		list[i] = i * length / n
	}
	return list
}

// premultiplied returns a picture's pixels from its top left corner, in the form in which
// means are right.
func premultiplied(img image.Image) *image.RGBA {
	b := img.Bounds()
	if rgba, ok := img.(*image.RGBA); ok && b.Min == (image.Point{}) {
		return rgba
	}
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(dst, dst.Bounds(), img, b.Min, draw.Src)
	return dst
}

// PNG encodes a picture fast rather than small: it goes to this machine, most often.
func PNG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := e.Encode(&b, img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
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

// Copier copies a picture a band at a time. Pictures of the kinds that hold their pixels
// in rows stay of their kind, for what a channel holds where nothing is opaque is seen
// too; others become RGBA.
type Copier struct {
	src  image.Image
	dst  draw.Image
	rows func(y int) (dst, src []byte) // nil where pixels are converted
	y    int                           // rows[:y] are copied
}

// NewCopier begins a copy. It fails for pictures without pixels, and of more than
// MaxPixels.
func NewCopier(img image.Image) (*Copier, error) {
	b := img.Bounds()
	if err := Fits(b.Dx(), b.Dy()); err != nil {
		return nil, err
	}
	c := &Copier{src: img}
	rect := image.Rect(0, 0, b.Dx(), b.Dy())
	part := func(pix []byte, stride, size, y int) []byte { return pix[y*stride:][:b.Dx()*size] }
	same := func(dst draw.Image, to []byte, toStride int, from []byte, fromStride, size int) {
		c.dst = dst
		c.rows = func(y int) ([]byte, []byte) { return part(to, toStride, size, y), part(from, fromStride, size, y) }
	}
	switch p := img.(type) {
	case *image.RGBA:
		d := image.NewRGBA(rect)
		same(d, d.Pix, d.Stride, p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 4)
	case *image.NRGBA:
		d := image.NewNRGBA(rect)
		same(d, d.Pix, d.Stride, p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 4)
	case *image.Gray:
		d := image.NewGray(rect)
		same(d, d.Pix, d.Stride, p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 1)
	case *image.Gray16:
		d := image.NewGray16(rect)
		same(d, d.Pix, d.Stride, p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 2)
	case *image.NRGBA64:
		d := image.NewNRGBA64(rect)
		same(d, d.Pix, d.Stride, p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 8)
	case *image.Paletted:
		d := image.NewPaletted(rect, append(color.Palette(nil), p.Palette...))
		same(d, d.Pix, d.Stride, p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 1)
	default:
		c.dst = image.NewRGBA(rect)
	}
	return c, nil
}

// Band copies about so many pixels more, a row at least, and reports whether that was
// the last of them.
func (c *Copier) Band(pixels int) (done bool) {
	b := c.src.Bounds()
	d := c.dst.Bounds()
	if b.Dx() != d.Dx() || b.Dy() != d.Dy() { // it became another while it was copied
		return true
	}
	n := min(max(1, pixels/d.Dx()), d.Dy()-c.y)
	if c.rows == nil {
		draw.Draw(c.dst, image.Rect(0, c.y, d.Dx(), c.y+n), c.src, image.Pt(b.Min.X, b.Min.Y+c.y), draw.Src)
		c.y += n
		return c.y == d.Dy()
	}
	for range n {
		to, from := c.rows(c.y)
		copy(to, from)
		c.y++
	}
	return c.y == d.Dy()
}

// Image returns the copy.
func (c *Copier) Image() image.Image { return c.dst }

// Inert returns the media type under which a file is given to a browser: what a browser
// would run or draw as a page goes as a plain text.
func Inert(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	switch base = strings.ToLower(strings.TrimSpace(base)); {
	case strings.HasPrefix(base, "text/"), strings.HasSuffix(base, "javascript"), strings.HasSuffix(base, "ecmascript"), base == "application/xml",
		strings.HasSuffix(base, "+xml") && base != "image/svg+xml":
		return plain
	}
	return mediaType
}

// Held is how many bytes the pixels of a picture take, 0 where that is not told.
func Held(img image.Image) int64 {
	switch p := img.(type) {
	case *image.RGBA:
		return int64(len(p.Pix))
	case *image.NRGBA:
		return int64(len(p.Pix))
	case *image.Gray:
		return int64(len(p.Pix))
	case *image.Alpha:
		return int64(len(p.Pix))
	case *image.Paletted:
		return int64(len(p.Pix))
	case *image.RGBA64:
		return int64(len(p.Pix))
	case *image.NRGBA64:
		return int64(len(p.Pix))
	case *image.Gray16:
		return int64(len(p.Pix))
	case *image.YCbCr:
		return int64(len(p.Y) + len(p.Cb) + len(p.Cr))
	}
	return 0
}

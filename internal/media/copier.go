package media

import (
	"image"
	"image/color"
	"image/draw"
)

// Copier copies a picture a band at a time. Pictures of the kinds that hold their pixels
// in rows stay of their kind, for what a channel holds where nothing is opaque is seen
// too; others become RGBA.
type Copier struct {
	src   image.Image
	size  image.Point
	row   func(y int) []byte // of src; nil where pixels are converted
	whole func() (dst image.Image, pix []byte)
	bands [][]byte
	y     int // rows before it are copied
}

// NewCopier begins a copy. It fails for pictures without pixels, and of more than
// MaxPixels.
func NewCopier(img image.Image) (*Copier, error) {
	b := img.Bounds()
	if err := Fits(b.Dx(), b.Dy()); err != nil {
		return nil, err
	}
	c := &Copier{src: img, size: b.Size()}
	rect := image.Rectangle{Max: c.size}
	rows := func(pix []byte, stride, size int) {
		c.row = func(y int) []byte { return pix[y*stride:][:c.size.X*size] }
	}
	switch p := img.(type) {
	case *image.NRGBA:
		rows(p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 4)
		c.whole = func() (image.Image, []byte) { d := image.NewNRGBA(rect); return d, d.Pix }
	case *image.Gray:
		rows(p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 1)
		c.whole = func() (image.Image, []byte) { d := image.NewGray(rect); return d, d.Pix }
	case *image.Gray16:
		rows(p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 2)
		c.whole = func() (image.Image, []byte) { d := image.NewGray16(rect); return d, d.Pix }
	case *image.NRGBA64:
		rows(p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 8)
		c.whole = func() (image.Image, []byte) { d := image.NewNRGBA64(rect); return d, d.Pix }
	case *image.Paletted:
		rows(p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 1)
		colors := append(color.Palette(nil), p.Palette...)
		c.whole = func() (image.Image, []byte) { d := image.NewPaletted(rect, colors); return d, d.Pix }
	default:
		if p, ok := img.(*image.RGBA); ok {
			rows(p.Pix[p.PixOffset(b.Min.X, b.Min.Y):], p.Stride, 4)
		}
		c.whole = func() (image.Image, []byte) { d := image.NewRGBA(rect); return d, d.Pix }
	}
	return c, nil
}

// Band copies about so many pixels more, a row at least, and reports whether that was
// the last of them. Each band has room of its own: room for a large picture would take
// as long to make as to fill.
func (c *Copier) Band(pixels int) (done bool) {
	b := c.src.Bounds()
	if b.Size() != c.size { // it became another while it was copied: the rest stays empty
		return true
	}
	n := min(max(1, pixels/c.size.X), c.size.Y-c.y)
	var band []byte
	if c.row == nil {
		d := image.NewRGBA(image.Rect(0, 0, c.size.X, n))
		draw.Draw(d, d.Rect, c.src, image.Pt(b.Min.X, b.Min.Y+c.y), draw.Src)
		band = d.Pix
	} else {
		band = make([]byte, 0, n*len(c.row(c.y)))
		for y := range n {
			band = append(band, c.row(c.y+y)...)
		}
	}
	c.bands = append(c.bands, band)
	c.y += n
	return c.y == c.size.Y
}

// Image returns the copy. Any goroutine may call it, once the last band is copied.
func (c *Copier) Image() image.Image {
	img, pix := c.whole()
	for _, band := range c.bands {
		pix = pix[copy(pix, band):]
	}
	return img
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

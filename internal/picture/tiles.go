package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"
)

// opaque is the alpha of two pixels as they stand in memory.
const opaque = 0xff000000_ff000000

// Resize makes img a picture of w x h pixels, in the memory that it has where that
// is enough. What it shows afterwards is anything.
func Resize(img *image.RGBA, w, h int) {
	n := 4 * w * h
	img.Pix = slices.Grow(img.Pix[:0], n)[:n]
	img.Stride, img.Rect = 4*w, image.Rect(0, 0, w, h)
}

// row returns the pixels of row y, counted from the top of the picture.
func row(img *image.RGBA, y int) []byte {
	i := y * img.Stride
	return img.Pix[i : i+4*img.Rect.Dx()]
}

// Copy makes dst a copy of src in which every pixel is opaque.
func Copy(dst, src *image.RGBA) {
	Resize(dst, src.Rect.Dx(), src.Rect.Dy())
	le := binary.LittleEndian
	for y := range src.Rect.Dy() {
		to, from := row(dst, y), row(src, y)
		for len(from) >= 32 && len(to) >= 32 {
			le.PutUint64(to, le.Uint64(from)|opaque)
			le.PutUint64(to[8:], le.Uint64(from[8:])|opaque)
			le.PutUint64(to[16:], le.Uint64(from[16:])|opaque)
			le.PutUint64(to[24:], le.Uint64(from[24:])|opaque)
			to, from = to[32:], from[32:]
		}
		for len(from) >= 4 && len(to) >= 4 {
			le.PutUint32(to, le.Uint32(from)|opaque>>32)
			to, from = to[4:], from[4:]
		}
	}
}

// Opaque makes every pixel of img opaque.
func Opaque(img *image.RGBA) {
	for y := range img.Rect.Dy() {
		pix := row(img, y)
		for i := 3; i < len(pix); i += 4 {
			pix[i] = 0xff
		}
	}
}

// Diff adds the tiles in which two pictures of the size of the set differ. Where
// their sizes are not the same, every tile does, and the set becomes one of next.
// Alpha counts here: pictures are made opaque when they are taken.
func Diff(changed *Set, prev, next *image.RGBA) {
	w, h := next.Rect.Dx(), next.Rect.Dy()
	if prev.Rect.Size() != next.Rect.Size() || changed.width != w || changed.height != h {
		changed.Reset(w, h)
		changed.Fill()
		return
	}
	cols, rows := grid(w, h)
	for ty := range rows {
		left := cols // tiles of this row that are not known to differ
		for i := range cols {
			if changed.Has(ty*cols + i) {
				left--
			}
		}
		for y := ty * Tile; y < min(ty*Tile+Tile, h) && left > 0; y++ {
			a, b := row(prev, y), row(next, y)
			if bytes.Equal(a, b) {
				continue
			}
			for tx := range cols {
				lo, hi := tx*4*Tile, min((tx+1)*4*Tile, len(a))
				if i := ty*cols + tx; !changed.Has(i) && !bytes.Equal(a[lo:hi], b[lo:hi]) {
					changed.Add(i)
					left--
				}
			}
		}
	}
}

// solid returns the colour of a tile that has one only, as it stands in memory.
func solid(img *image.RGBA, r image.Rectangle) (colour uint32, ok bool) {
	first := row(img, r.Min.Y)[4*r.Min.X : 4*r.Max.X]
	colour = binary.LittleEndian.Uint32(first)
	two := uint64(colour)<<32 | uint64(colour)
	rest := first
	for ; len(rest) >= 8; rest = rest[8:] {
		if (binary.LittleEndian.Uint64(rest)^two)&^opaque != 0 {
			return 0, false
		}
	}
	if len(rest) >= 4 && (binary.LittleEndian.Uint32(rest)^colour)&^(opaque>>32) != 0 {
		return 0, false
	}
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		if !bytes.Equal(first, row(img, y)[4*r.Min.X:4*r.Max.X]) {
			return 0, false
		}
	}
	return colour, true
}

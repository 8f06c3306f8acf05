package picture

import (
	"encoding/binary"
	"image"
	"math"
	"math/bits"
)

// Compressor writes the block format of Snappy: https://github.com/google/snappy,
// format_description.txt. It is made for RGB bytes: it looks for repeats where
// pixels begin alone, which is a third of the work and finds what there is. The
// zero value is ready. It keeps a table of 64 kB, and belongs to one goroutine at
// a time.
type Compressor struct {
	seen [1 << seenBits]uint32 // where two pixels of this hash were last
}

const (
	seenBits = 14
	pixel    = 3         // bytes
	pair     = 1<<48 - 1 // two pixels in the lowest bytes of a word
	farthest = 1 << 16   // from here on a copy takes five bytes
)

// The kinds of elements, in the lowest bits of their first byte.
const (
	literal = iota
	copy1   // 4..11 bytes, an offset of 11 bits
	copy2   // 1..64 bytes, an offset of 16 bits
	copy4   // 1..64 bytes, an offset of 32 bits
)

// Append appends src as a block. Src is less than 4 GB.
func (c *Compressor) Append(dst, src []byte) []byte {
	c.begin()
	dst = binary.AppendUvarint(dst, uint64(len(src)))
	dst, _ = c.more(dst, src, 0, math.MaxInt)
	return dst
}

func (c *Compressor) begin() { clear(c.seen[:]) }

// more appends the elements for src[from:], which may copy from all of src before.
// It gives up as soon as they take more than most bytes; what it was to append to
// is returned then.
func (c *Compressor) more(dst, src []byte, from, most int) (out []byte, ok bool) {
	le := binary.LittleEndian
	out = dst
	done, at, misses := from, from, 32
	limit := most // of literals that wait
	for at+8 <= len(src) {
		now := le.Uint64(src[at:]) & pair
		slot := &c.seen[now*0x9e3779b97f4a7c15>>(64-seenBits)]
		was := int(*slot)
		*slot = uint32(at)
		if was >= at || le.Uint64(src[was:])&pair != now || at-was >= farthest && !same(src, was, at, 4*pixel) {
			at += misses >> 5 * pixel
			misses++
			if at-done > limit {
				return dst, false
			}
			continue
		}
		misses = 32
		end := at + repeat(src, was, at)
		for at > done && was >= pixel && same(src, was-pixel, at-pixel, pixel) {
			at, was = at-pixel, was-pixel
		}
		out = appendLiteral(out, src[done:at])
		out = appendCopy(out, at-was, end-at)
		at, done = end, end
		if limit = most - (len(out) - len(dst)); limit < 0 {
			return dst, false
		}
	}
	out = appendLiteral(out, src[done:])
	if len(out)-len(dst) > most {
		return dst, false
	}
	return out, true
}

// same reports whether n bytes are alike, and all there.
func same(src []byte, a, b, n int) bool {
	return b+n <= len(src) && string(src[a:a+n]) == string(src[b:b+n])
}

// repeat returns how many bytes from b on are those from a on, in whole pixels.
func repeat(src []byte, a, b int) int {
	le := binary.LittleEndian
	n := 0
	for ; b+n+8 <= len(src); n += 8 {
		if x := le.Uint64(src[a+n:]) ^ le.Uint64(src[b+n:]); x != 0 {
			n += bits.TrailingZeros64(x) / 8
			return n - n%pixel
		}
	}
	for b+n < len(src) && src[a+n] == src[b+n] {
		n++
	}
	return n - n%pixel
}

func appendLiteral(dst, b []byte) []byte {
	switch n := uint32(len(b)) - 1; {
	case len(b) == 0:
		return dst
	case n < 60:
		dst = append(dst, byte(n<<2))
	case n < 1<<8:
		dst = append(dst, 60<<2, byte(n))
	case n < 1<<16:
		dst = append(dst, 61<<2, byte(n), byte(n>>8))
	default:
		dst = append(dst, 63<<2, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	return append(dst, b...)
}

func appendCopy(dst []byte, offset, n int) []byte {
	for ; n > 0; n -= min(n, 64) {
		length := byte(min(n, 64))
		switch {
		case offset >= farthest:
			dst = append(dst, (length-1)<<2|copy4, byte(offset), byte(offset>>8), byte(offset>>16), byte(offset>>24))
		case offset < 1<<11 && length >= 4 && length < 12:
			dst = append(dst, byte(offset>>8<<5)|(length-4)<<2|copy1, byte(offset))
		default:
			dst = append(dst, (length-1)<<2|copy2, byte(offset), byte(offset>>8))
		}
	}
	return dst
}

// AppendRGB appends the pixels of img without their alpha, row by row.
func AppendRGB(dst []byte, img *image.RGBA) []byte {
	for y := range img.Rect.Dy() {
		dst = appendRGB(dst, row(img, y))
	}
	return dst
}

func appendRGB(dst, pix []byte) []byte {
	le := binary.LittleEndian
	for ; len(pix) >= 16; pix = pix[16:] {
		a, b := le.Uint64(pix), le.Uint64(pix[8:])
		c := b & 0xffffff
		dst = le.AppendUint64(dst, a&0xffffff|a>>32&0xffffff<<24|c<<48)
		dst = le.AppendUint32(dst, uint32(c>>16|b>>32&0xffffff<<8))
	}
	for ; len(pix) >= 4; pix = pix[4:] {
		dst = append(dst, pix[0], pix[1], pix[2])
	}
	return dst
}

// appendTile appends a tile as it stands in a sheet of one column.
func appendTile(dst []byte, img *image.RGBA, r image.Rectangle) []byte {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		dst = appendRGB(dst, row(img, y)[4*r.Min.X:4*r.Max.X])
		for range Tile - r.Dx() {
			dst = append(dst, dst[len(dst)-pixel:]...)
		}
	}
	for range Tile - r.Dy() {
		dst = append(dst, dst[len(dst)-pixel*Tile:]...)
	}
	return dst
}

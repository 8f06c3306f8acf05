package picture

import (
	"encoding/binary"
	"image"
)

// ShrunkSize returns the size of what Shrink makes of a picture of w x h pixels.
func ShrunkSize(w, h, by int) (int, int) { return (w + by - 1) / by, (h + by - 1) / by }

// Shrink makes dst a picture of src in which each pixel is the mean of a square of
// by x by, where by is 2 or 4; any other value copies. Squares that are cut off at
// the right and at the bottom count what is there. Every pixel becomes opaque.
func Shrink(dst, src *image.RGBA, by int) {
	if by != 2 && by != 4 {
		Copy(dst, src)
		return
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	Resize(dst, (w+by-1)/by, (h+by-1)/by)
	whole := w / by // squares of a row that are not cut off
	for y := range dst.Rect.Dy() {
		to := row(dst, y)
		top := y * by
		if top+by > h {
			cut(to, src, 0, top, by)
			continue
		}
		if by == 2 {
			halve(to[:4*whole], row(src, top), row(src, top+1))
		} else {
			quarter(to[:4*whole], row(src, top), row(src, top+1), row(src, top+2), row(src, top+3))
		}
		cut(to[4*whole:], src, whole*by, top, by)
	}
}

// lanes are every second byte of a word: two channels of each of two pixels, with
// room above each for sums.
const lanes = 0x00ff00ff_00ff00ff

func halve(to, a, b []byte) {
	le := binary.LittleEndian
	for len(to) >= 4 && len(a) >= 8 && len(b) >= 8 {
		u, v := le.Uint64(a), le.Uint64(b)
		rb := u&lanes + v&lanes
		ga := u>>8&lanes + v>>8&lanes
		le.PutUint32(to, mean(rb, ga, 2, 0x0002_0002))
		to, a, b = to[4:], a[8:], b[8:]
	}
}

func quarter(to, a, b, c, d []byte) {
	le := binary.LittleEndian
	for len(to) >= 4 && len(a) >= 16 && len(b) >= 16 && len(c) >= 16 && len(d) >= 16 {
		var rb, ga uint64
		for _, line := range [...][]byte{a, b, c, d} {
			u, v := le.Uint64(line), le.Uint64(line[8:])
			rb += u&lanes + v&lanes
			ga += u>>8&lanes + v>>8&lanes
		}
		le.PutUint32(to, mean(rb, ga, 4, 0x0008_0008))
		to, a, b, c, d = to[4:], a[16:], b[16:], c[16:], d[16:]
	}
}

// mean divides the sums of two pixels, which stand in the halves of each word.
func mean(rb, ga uint64, shift int, half uint32) uint32 {
	r := (uint32(rb) + uint32(rb>>32) + half) >> shift & 0x00ff_00ff
	g := (uint32(ga) + uint32(ga>>32) + half) >> shift & 0x00ff_00ff
	return r | g<<8 | opaque>>32
}

// cut shrinks squares that may be cut off, from (x, y) of src on.
func cut(to []byte, src *image.RGBA, x, y, by int) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	for ; len(to) >= 4; to, x = to[4:], x+by {
		var sum [3]int
		n := 0
		for v := y; v < min(y+by, h); v++ {
			for p := row(src, v)[4*x : 4*min(x+by, w)]; len(p) >= 4; p = p[4:] {
				sum[0] += int(p[0])
				sum[1] += int(p[1])
				sum[2] += int(p[2])
				n++
			}
		}
		for c, s := range sum {
			to[c] = byte((s + n/2) / n)
		}
		to[3] = 0xff
	}
}

package picture

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// bitWriter writes codes one behind the other, and a zero behind each byte of
// ones: ITU-T T.81, F.1.2.3.
type bitWriter struct {
	out   []byte // out[:n] is written, the rest is room
	n     int
	word  uint64 // its lowest count bits are not written yet
	count uint   // less than 32

	coefs [64]int32
}

// unitBytes is more than six blocks can take: each has 64 codes of at most 27
// bits, and every byte may get a zero.
const unitBytes = 6 * 64 * 27 / 8 * 2

func (w *bitWriter) begin(dst []byte) {
	w.out, w.n, w.word, w.count = dst[:cap(dst)], len(dst), 0, 0
}

// room makes sure that the next six blocks fit.
func (w *bitWriter) room() {
	if len(w.out)-w.n < unitBytes {
		grown := make([]byte, 2*len(w.out)+unitBytes)
		copy(grown, w.out[:w.n])
		w.out = grown
	}
}

// end fills the last byte with ones and returns what was written.
func (w *bitWriter) end() []byte {
	w.room()
	w.put(code(1<<7-1)<<5 | 7)
	for ; w.count >= 8; w.count -= 8 {
		b := byte(w.word >> (w.count - 8))
		w.out[w.n] = b
		w.n++
		if b == 0xff {
			w.out[w.n] = 0
			w.n++
		}
	}
	out := w.out[:w.n]
	w.out = nil
	return out
}

// put writes a code.
func (w *bitWriter) put(c code) {
	n := uint(c & 31)
	w.word = w.word<<n | uint64(c>>5)
	w.count += n
	if w.count >= 32 {
		w.count -= 32
		w.n = flush(w.out, w.n, uint32(w.word>>w.count))
	}
}

// flush writes four bytes to out[n:] and returns where the next belong.
func flush(out []byte, n int, word uint32) int {
	if (^word-0x01010101)&word&0x80808080 == 0 { // no byte is 0xff
		binary.BigEndian.PutUint32(out[n:], word)
		return n + 4
	}
	for shift := 24; shift >= 0; shift -= 8 {
		b := byte(word >> shift)
		out[n] = b
		n++
		if b == 0xff {
			out[n] = 0
			n++
		}
	}
	return n
}

// same writes a block that is like the last, and has nothing but its mean.
func (w *bitWriter) same(p *plane) {
	w.put(p.dc[0])
	w.put(p.ac[0])
}

// mean writes a block that has nothing but its mean, which is what dct8 would make
// of it.
func (w *bitWriter) mean(p *plane, last *int32, sum float32) {
	w.difference(p, last, whole(sum*p.scale[0]))
	w.put(p.ac[0])
}

func (w *bitWriter) difference(p *plane, last *int32, dc int32) {
	d := dc - *last
	*last = dc
	n, low := magnitude(d)
	w.put(p.dc[n&15])
	w.put(code(low)<<5 | code(n))
}

// magnitude returns in how many bits a number is written, and the bits: those of
// a negative number are of one less. ITU-T T.81, F.1.2.1.
func magnitude(v int32) (n uint, low uint32) {
	sign := v >> 31
	n = uint(bits.Len32(uint32(v ^ sign - sign)))
	return n, uint32(v+sign) & (1<<n - 1)
}

// whole rounds a number of less than 22 bits: added to this one its fraction has
// no place left, and what remains stands in the lowest bits.
func whole(f float32) int32 {
	const shift = 3 << 22
	return int32(math.Float32bits(f+shift)) - 0x4b400000
}

// block quantises and writes what dct8 made of a block.
func (w *bitWriter) block(p *plane, last *int32, b *block) {
	coefs := &w.coefs
	var set uint64 // which are not zero
	for i := range coefs {
		c := whole(b[zigzag[i]&63] * p.scale[i])
		coefs[i] = c
		set |= uint64(uint32(c|-c)>>31) << (i & 63)
	}
	w.difference(p, last, coefs[0])

	out, n, word, count := w.out, w.n, w.word, w.count
	before := 0
	for set &^= 1; set != 0; set &= set - 1 {
		i := bits.TrailingZeros64(set)
		run := i - before - 1
		before = i
		for ; run >= 16; run -= 16 {
			c := p.ac[0xf0]
			word, count = word<<(c&31)|uint64(c>>5), count+uint(c&31)
			if count >= 32 {
				count -= 32
				n = flush(out, n, uint32(word>>count))
			}
		}
		size, low := magnitude(coefs[i&63])
		c := p.ac[uint(run)<<4&0xf0|size&15]
		both := uint(c&31) + size
		word = word<<(both&63) | uint64(c>>5)<<(size&63) | uint64(low)
		count += both
		if count >= 32 {
			count -= 32
			n = flush(out, n, uint32(word>>(count&63)))
		}
	}
	w.n, w.word, w.count = n, word, count
	if before < 63 {
		w.put(p.ac[0])
	}
}

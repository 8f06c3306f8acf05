package picture

import (
	"encoding/binary"
	"errors"
	"math"
)

var errBlock = errors.New("damaged block")

// mostGrowth is how many bytes one byte of a block can stand for: three make a
// copy of 64.
const mostGrowth = 64 / 3.0

// DecompressedLen returns how many bytes a block says it holds.
func DecompressedLen(block []byte) (int, error) {
	n, size := binary.Uvarint(block)
	if size <= 0 || n > math.MaxInt32 {
		return 0, errBlock
	}
	return int(n), nil
}

// Decompress appends what a block holds. The block may come from anybody: memory
// is bounded by its size, whatever it says.
func Decompress(dst, block []byte) ([]byte, error) {
	want, err := DecompressedLen(block)
	if err != nil {
		return dst, err
	}
	_, size := binary.Uvarint(block)
	block = block[size:]
	if float64(want) > mostGrowth*float64(len(block)) {
		return dst, errBlock
	}
	begin := len(dst)
	for len(block) > 0 {
		kind, n, value, header := element(block)
		if header == 0 || n > want-(len(dst)-begin) {
			return dst[:begin], errBlock
		}
		block = block[header:]
		if kind == literal {
			if n > len(block) {
				return dst[:begin], errBlock
			}
			dst, block = append(dst, block[:n]...), block[n:]
			continue
		}
		if value == 0 || value > len(dst)-begin {
			return dst[:begin], errBlock
		}
		// A copy may reach into what it writes.
		for from := len(dst) - value; n > 0; {
			part := min(n, len(dst)-from)
			dst = append(dst, dst[from:from+part]...)
			n -= part
		}
	}
	if len(dst)-begin != want {
		return dst[:begin], errBlock
	}
	return dst, nil
}

// element reads what stands before the bytes of an element; header is 0 where it
// ends early.
func element(b []byte) (kind, n, offset, header int) {
	tag := int(b[0])
	kind, n = tag&3, tag>>2+1
	more := [4]int{0, 1, 2, 4}[kind] // bytes that follow the tag
	if kind == literal && n > 60 {
		more = n - 60
	}
	if len(b) < 1+more {
		return 0, 0, 0, 0
	}
	value := 0
	for i := more; i > 0; i-- {
		value = value<<8 | int(b[i])
	}
	switch {
	case kind == literal && more > 0:
		n = value + 1
	case kind == copy1:
		n, value = 4+tag>>2&7, tag>>5<<8|value
	}
	if value < 0 || n < 0 { // where an int has 32 bits
		return 0, 0, 0, 0
	}
	return kind, n, value, 1 + more
}

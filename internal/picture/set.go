package picture

import (
	"math/bits"
	"slices"
)

// Set is a set of tiles of a picture, numbered row by row. The zero value is of a
// picture without tiles. Tiles that the picture does not have are in no set.
type Set struct {
	width, height int // of the picture, in pixels
	tiles         int // of the picture
	words         []uint64
}

// Reset empties the set, for pictures of w x h pixels.
func (s *Set) Reset(w, h int) {
	cols, rows := grid(w, h)
	s.width, s.height, s.tiles = w, h, cols*rows
	n := (s.tiles + 63) / 64
	s.words = slices.Grow(s.words[:0], n)[:n]
	clear(s.words)
}

// Fill adds every tile of the picture.
func (s *Set) Fill() {
	for i := range s.words {
		s.words[i] = ^uint64(0)
	}
	if rest := s.tiles % 64; rest != 0 {
		s.words[len(s.words)-1] = 1<<rest - 1
	}
}

// Add adds tile i.
func (s *Set) Add(i int) {
	if uint(i) < uint(s.tiles) {
		s.words[i/64] |= 1 << (i % 64)
	}
}

// Remove takes tile i out.
func (s *Set) Remove(i int) {
	if uint(i) < uint(s.tiles) {
		s.words[i/64] &^= 1 << (i % 64)
	}
}

// Has reports whether tile i is in the set.
func (s *Set) Has(i int) bool {
	return uint(i) < uint(s.tiles) && s.words[i/64]&(1<<(i%64)) != 0
}

// Len returns how many tiles are in the set.
func (s *Set) Len() int {
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty reports whether no tile is in the set.
func (s *Set) Empty() bool {
	return !slices.ContainsFunc(s.words, func(w uint64) bool { return w != 0 })
}

// Full reports whether every tile of the picture is in the set.
func (s *Set) Full() bool { return s.Len() == s.tiles }

// Union adds the tiles of o. A set of pictures of another size adds none.
func (s *Set) Union(o *Set) {
	if s.sameSize(o) {
		for i, w := range o.words {
			s.words[i] |= w
		}
	}
}

// Subtract takes the tiles of o out. A set of pictures of another size takes none.
func (s *Set) Subtract(o *Set) {
	if s.sameSize(o) {
		for i, w := range o.words {
			s.words[i] &^= w
		}
	}
}

// CopyFrom makes the set what o is.
func (s *Set) CopyFrom(o *Set) {
	s.width, s.height, s.tiles = o.width, o.height, o.tiles
	s.words = append(s.words[:0], o.words...)
}

// Equal reports whether both are the same tiles of pictures of the same size.
func (s *Set) Equal(o *Set) bool { return s.sameSize(o) && slices.Equal(s.words, o.words) }

func (s *Set) sameSize(o *Set) bool { return s.width == o.width && s.height == o.height }

// AppendTo appends the tiles in ascending order.
func (s *Set) AppendTo(dst []uint16) []uint16 {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			dst = append(dst, uint16(i*64+bits.TrailingZeros64(w)))
		}
	}
	return dst
}

package console

import (
	"encoding/binary"
	"slices"

	"github.com/scry-dev/scry/internal/state"
)

// runDigest is the digests of the state as it is.
type runDigest struct {
	sums  []runSum
	parts [][]uint16
}

type runSum struct {
	name runName
	sum  uint32 // never 0
}

// take digests a state: by subsystem, or by field and entity.
func (d *runDigest) take(s *state.Survey, fields bool) {
	d.sums, d.parts = d.sums[:0], d.parts[:0]
	if !fields {
		for _, sum := range s.Sums() {
			d.sums = append(d.sums, runSum{runName{sum.Name, ""}, foldSum(sum.Sum)})
		}
		return
	}
	for _, c := range s.Columns() {
		n := runName{c.Subsystem, c.Path}
		if last := len(d.sums) - 1; last >= 0 && d.sums[last].name == n { // types of the same name
			d.sums[last].sum = foldSum(uint64(d.sums[last].sum)<<32 ^ c.Sum)
			continue
		}
		d.sums = append(d.sums, runSum{n, foldSum(c.Sum)})
	}
	for _, p := range s.Parts() {
		if p.Root >= maxTapeRoots || p.Index >= maxTapeParts {
			break
		}
		d.parts = fitted(d.parts, p.Root+1)
		d.parts[p.Root] = fitted(d.parts[p.Root], p.Index+1)
		d.parts[p.Root][p.Index] = max(1, uint16(p.Sum>>48))
	}
}

// foldSum makes a sum half as long, of all its bits. No sum is 0.
func foldSum(sum uint64) uint32 { return max(1, uint32(sum*0x9e3779b97f4a7c15>>32)) }

// differences calls f with each name of which the sum is not what is known.
func (s *runSums) differences(d *runDigest, f func(n runName, sum uint32)) {
	there := make([]bool, len(s.names))
	for _, sum := range d.sums {
		i, known := s.number[sum.name]
		if known {
			there[i] = true
		}
		if !known || s.sums[i] != sum.sum {
			f(sum.name, sum.sum)
		}
	}
	for i, n := range s.names {
		if !there[i] && s.sums[i] != 0 {
			f(n, 0)
		}
	}
}

// appendNews appends to a tape what is new in a digest, and knows it from then on.
func (s *runSums) appendNews(dst []byte, d *runDigest, fields bool) []byte {
	var list []runSum
	s.differences(d, func(n runName, sum uint32) { list = append(list, runSum{n, sum}) })
	list = slices.DeleteFunc(list, func(n runSum) bool { // beyond so many names: never compared
		_, known := s.number[n.name]
		return !known && len(s.names) == maxTapeNames
	})
	for _, n := range list {
		if _, fresh := s.place(n.name); fresh {
			dst = appendTapeText(appendTapeText(append(dst, opName), n.name.subsystem), n.name.path)
		}
	}
	if len(list) > 0 {
		dst = binary.AppendUvarint(append(dst, opSums), uint64(len(list)))
		for _, n := range list {
			number := s.number[n.name]
			dst = binary.LittleEndian.AppendUint32(binary.AppendUvarint(dst, uint64(number)), n.sum)
			s.sums[number] = n.sum
		}
	}
	if fields {
		dst = s.appendParts(dst, d.parts)
	}
	return append(dst, opHash)
}

// appendParts appends the sums of entities that are new.
func (s *runSums) appendParts(dst []byte, parts [][]uint16) []byte {
	dst = binary.AppendUvarint(append(dst, opParts), uint64(len(parts)))
	s.parts = fitted(s.parts, len(parts))
	for root, list := range parts {
		known := fitted(s.parts[root], len(list))
		s.parts[root] = known
		dst = binary.AppendUvarint(dst, uint64(len(list)))
		at := len(dst)
		dst = append(dst, make([]byte, (len(list)+7)/8)...)
		for i, sum := range list {
			if known[i] != sum {
				known[i] = sum
				dst[at+i/8] |= 1 << (i % 8)
				dst = binary.LittleEndian.AppendUint16(dst, sum)
			}
		}
	}
	return dst
}

// otherParts is where entities have other digests than are known, by root.
func (s *runSums) otherParts(d *runDigest) map[int]map[int]bool {
	other := make(map[int]map[int]bool)
	note := func(root, i int) {
		if other[root] == nil {
			other[root] = make(map[int]bool)
		}
		other[root][i] = true
	}
	for root, list := range d.parts {
		var known []uint16
		if root < len(s.parts) {
			known = s.parts[root]
		}
		for i, sum := range list {
			if i >= len(known) || known[i] != sum {
				note(root, i)
			}
		}
	}
	return other
}

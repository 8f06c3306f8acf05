package view

import (
	"encoding/binary"
	"slices"
	"unicode/utf16"
)

// The face as an outline font: a dot is a box of unit by unit, and the em is eight dots.
const (
	unit    = 128
	em      = 8 * unit
	ascent  = 7 * unit
	descent = 2 * unit
)

// big appends numbers as TrueType has them: two bytes each, the high one first.
func big(dst []byte, numbers ...int) []byte {
	for _, n := range numbers {
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	}
	return dst
}

// TTF returns the game's letters as a TrueType font, which other programs can show: each
// dot a box, small letters as capitals.
func TTF() []byte {
	glyphs := paintFace()
	glyf, loca := []byte(nil), big(nil, 0)
	boxes, most := 0, 0
	add := func(outline []byte, n int) {
		glyf = append(glyf, outline...)
		loca = big(loca, len(glyf)/2) // in words
		boxes, most = boxes+n, max(most, n)
	}
	add(outline([][4]int{{0, 0, 5 * unit, ascent}, {unit, unit, 4 * unit, ascent - unit}})) // for what there is no letter
	add(nil, 0)                                                                             // the blank
	for _, img := range glyphs {
		var runs [][4]int
		for y := range Leading {
			for x := 0; x < Advance; x++ {
				from := x
				for x < Advance && img.RGBAAt(x, y).A > 0 {
					x++
				}
				if x > from {
					runs = append(runs, [4]int{from * unit, ascent - (y+1)*unit, x * unit, ascent - y*unit})
				}
			}
		}
		add(outline(runs))
	}
	count := len(glyphs) + 2
	hmtx := []byte(nil)
	for range count {
		hmtx = big(hmtx, Advance*unit, 0)
	}
	return assemble(map[string][]byte{
		"OS/2": windows(), "cmap": characters(), "glyf": glyf, "head": header(), "hmtx": hmtx, "loca": loca, "name": names(),
		"hhea": big(nil, 1, 0, ascent, -descent, 0, Advance*unit, 0, 0, Advance*unit, 1, 0, 0, 0, 0, 0, 0, 0, count),
		"maxp": big(nil, 1, 0, count, 4*most, most, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
		"post": big(nil, 3, 0, 0, 0, -unit, unit/2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
	})
}

// outline is a glyph of boxes, each x0, y0, x1, y1; those inside of another box turn the
// other way and are holes. It reports how many there are.
func outline(boxes [][4]int) (glyph []byte, n int) {
	if len(boxes) == 0 {
		return nil, 0
	}
	low, high := [2]int{1 << 14, 1 << 14}, [2]int{}
	var ends, flags, xs, ys []byte
	at := [2]int{}
	for i, b := range boxes {
		low, high = [2]int{min(low[0], b[0]), min(low[1], b[1])}, [2]int{max(high[0], b[2]), max(high[1], b[3])}
		ends = big(ends, 4*i+3)
		flags = append(flags, 1, 1, 1, 1) // on the curve, with both coordinates as 16 bits
		corners := [][2]int{{b[0], b[1]}, {b[0], b[3]}, {b[2], b[3]}, {b[2], b[1]}}
		if first := boxes[0]; i > 0 && b[0] > first[0] && b[1] > first[1] && b[2] < first[2] && b[3] < first[3] {
			slices.Reverse(corners)
		}
		for _, c := range corners {
			xs, ys = big(xs, c[0]-at[0]), big(ys, c[1]-at[1])
			at = c
		}
	}
	glyph = big(nil, len(boxes), low[0], low[1], high[0], high[1])
	glyph = append(glyph, ends...)
	glyph = big(glyph, 0) // no instructions
	glyph = slices.Concat(glyph, flags, xs, ys)
	if len(glyph)%2 > 0 {
		glyph = append(glyph, 0)
	}
	return glyph, len(boxes)
}

// characters says which glyph each character has: segments of codes that follow each
// other (format 4).
func characters() []byte {
	type segment struct{ from, to, glyph int }
	letters := []segment{{' ', ' ', 1}, {lowGlyph, '`', 2}, {'a', 'w', 2 + 'A' - lowGlyph}, {'x', 'x', 2 + highGlyph - lowGlyph}, {'y', 'z', 2 + 'Y' - lowGlyph}, {0xffff, 0xffff, 0}}
	var ends, starts, deltas, offsets []byte
	for _, s := range letters {
		ends, starts = big(ends, s.to), big(starts, s.from)
		deltas, offsets = big(deltas, s.glyph-s.from), big(offsets, 0)
	}
	n := len(letters)
	body := slices.Concat(big(nil, 2*n, 8, 2, 2*n-8), ends, big(nil, 0), starts, deltas, offsets)
	format := slices.Concat(big(nil, 4, len(body)+6, 0), body)
	return slices.Concat(big(nil, 0, 1, 3, 1, 0, 12), format)
}

// header is the table head; its sum is set by assemble.
func header() []byte {
	b := big(nil, 1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 3, em)
	b = append(b, make([]byte, 16)...) // when it was made: nobody asks
	return big(b, 0, -descent, Advance*unit, ascent, 0, 8, 2, 0, 0)
}

// windows is the table OS/2 of version 4.
func windows() []byte {
	b := big(nil, 4, Advance*unit, 400, 5, 0, em/2, em/2, 0, 0, em/2, em/2, 0, em/2, unit, 3*unit, 0)
	b = append(b, 2, 0, 5, 9, 0, 0, 0, 0, 0, 0) // a face of equal widths
	b = big(b, 0, 1, 0, 0, 0, 0, 0, 0)          // it has Basic Latin
	b = append(b, "SCRY"...)
	return big(b, 0x40, ' ', 'z', ascent, -descent, 0, ascent, descent, 0, 1, 0, 0, 5*unit, ascent, 0, ' ', 1)
}

// names is the table name, in English alone.
func names() []byte {
	texts := []string{"Gravity Garden", "Regular", "Gravity Garden Regular", "Gravity Garden Regular", "Version 1.0", "GravityGarden-Regular"}
	ids := []int{1, 2, 3, 4, 5, 6}
	records, store := big(nil, 0, len(ids), 6+12*len(ids)), []byte(nil)
	for i, id := range ids {
		var text []byte
		for _, c := range utf16.Encode([]rune(texts[i])) {
			text = big(text, int(c))
		}
		records = big(records, 3, 1, 0x409, id, len(text), len(store))
		store = append(store, text...)
	}
	return append(records, store...)
}

// assemble makes a file of tables, with the sums that it has to have.
func assemble(tables map[string][]byte) []byte {
	tags := make([]string, 0, len(tables))
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	file := big(nil, 1, 0, len(tags), 128, 3, 16*len(tags)-128)
	at := len(file) + 16*len(tags)
	var body []byte
	adjust := 0
	for _, tag := range tags {
		t := tables[tag]
		if tag == "head" {
			adjust = at + len(body) + 8
		}
		file = append(file, tag...)
		file = binary.BigEndian.AppendUint32(file, sum(t))
		file = binary.BigEndian.AppendUint32(file, uint32(at+len(body)))
		file = binary.BigEndian.AppendUint32(file, uint32(len(t)))
		body = append(body, t...)
		body = append(body, make([]byte, -len(t)&3)...)
	}
	file = append(file, body...)
	binary.BigEndian.PutUint32(file[adjust:], 0xb1b0afba-sum(file))
	return file
}

// sum adds up a table's words of 32 bits; its end is filled up with zeros.
func sum(table []byte) (n uint32) {
	for i := 0; i < len(table); i += 4 {
		var word [4]byte
		copy(word[:], table[i:])
		n += binary.BigEndian.Uint32(word[:])
	}
	return n
}

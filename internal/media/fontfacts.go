package media

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxTables is how many tables a font may have.
const maxTables = 256

// readFont reads the tables "maxp" and "name" (OpenType, "The Font File").
func readFont(f *Facts, in file) error {
	off := int64(0)
	head, err := in.at(0, 12)
	if err != nil {
		return err
	}
	if string(head[:4]) == "ttcf" { // the first of a collection
		b, err := in.at(12, 4)
		if err != nil {
			return err
		}
		off = int64(be.Uint32(b))
		if head, err = in.at(off, 12); err != nil {
			return err
		}
	}
	n := int(be.Uint16(head[4:]))
	if n == 0 || n > maxTables {
		return fmt.Errorf("it says that it has %d tables", n)
	}
	records, err := in.at(off+12, 16*n)
	if err != nil {
		return err
	}
	return f.font(n, func(i int) (string, func() ([]byte, error)) {
		r := records[16*i:]
		return string(r[:4]), func() ([]byte, error) {
			return in.at(int64(be.Uint32(r[8:])), int(min(be.Uint32(r[12:]), maxPiece)))
		}
	})
}

// readWOFF reads the same tables, each of which may be compressed (WOFF 1.0, section 5).
func readWOFF(f *Facts, in file) error {
	head, err := in.at(0, 44)
	if err != nil {
		return err
	}
	n := int(be.Uint16(head[12:]))
	if n == 0 || n > maxTables {
		return fmt.Errorf("it says that it has %d tables", n)
	}
	records, err := in.at(44, 20*n)
	if err != nil {
		return err
	}
	return f.font(n, func(i int) (string, func() ([]byte, error)) {
		r := records[20*i:]
		return string(r[:4]), func() ([]byte, error) {
			packed, whole := be.Uint32(r[8:]), be.Uint32(r[12:])
			b, err := in.at(int64(be.Uint32(r[4:])), int(min(packed, maxPiece)))
			if err != nil || packed >= whole {
				return b, err
			}
			z, err := zlib.NewReader(bytes.NewReader(b))
			if err != nil {
				return nil, err
			}
			b, err = io.ReadAll(io.LimitReader(z, maxPiece))
			if len(b) > 0 { // what was cut off is not needed
				err = nil
			}
			return b, err
		}
	})
}

// font reads what is wanted of a font's tables.
func (f *Facts) font(n int, table func(i int) (tag string, read func() ([]byte, error))) error {
	for i := range n {
		tag, read := table(i)
		if tag != "maxp" && tag != "name" {
			continue
		}
		b, err := read()
		switch {
		case err != nil:
			return err
		case tag == "name":
			f.Family = family(b)
		case len(b) < 6:
			return errCut
		default:
			f.Glyphs = int(be.Uint16(b[4:]))
		}
	}
	if f.Glyphs == 0 {
		return errors.New("it has no glyphs")
	}
	return nil
}

// family finds the name of a font's family in its table of names.
func family(b []byte) (best string) {
	if len(b) < 6 {
		return ""
	}
	texts := b[min(len(b), int(be.Uint16(b[4:]))):]
	rank := 0
	for i := range int(be.Uint16(b[2:])) {
		if 6+12*(i+1) > len(b) {
			break
		}
		r := b[6+12*i:]
		platform, language, id := be.Uint16(r), be.Uint16(r[4:]), be.Uint16(r[6:])
		length, off := int(be.Uint16(r[8:])), int(be.Uint16(r[10:]))
		if id != 1 || off+length > len(texts) {
			continue
		}
		text, now := texts[off:off+length], 1
		name := strings.Map(latin, string(text))
		if platform == 0 || platform == 3 {
			name, now = utf16Text(text), 2
			if platform == 3 && language == 0x409 { // English
				now = 3
			}
		}
		if now > rank && name != "" {
			best, rank = name, now
		}
	}
	if runes := []rune(best); len(runes) > 80 {
		best = string(runes[:80])
	}
	return best
}

func latin(r rune) rune {
	if r >= ' ' && r <= '~' {
		return r
	}
	return -1
}

func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = be.Uint16(b[2*i:])
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, string(utf16.Decode(units)))
}

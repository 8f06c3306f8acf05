package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
)

// MaxPixels is how many pixels a picture may have that Read takes.
const MaxPixels = 1 << 26

// Payload is a message that was read.
type Payload struct {
	Header
	Parts    []Part
	Entities []Entity
}

var errShort = errors.New("message ends early")

// Read takes a message apart. The data of its parts are views into b, and are not
// looked at. The message may come from anybody.
func Read(b []byte) (Payload, error) {
	r := reader{rest: b}
	var p Payload
	if err := r.header(&p.Header); err != nil {
		return p, err
	}
	for i := range p.Header.Parts {
		part, err := r.part(&p.Header)
		if err != nil {
			return p, fmt.Errorf("part %d: %w", i, err)
		}
		p.Parts = append(p.Parts, part)
	}
	if p.Followed {
		p.Entities = r.entities()
	}
	if r.short {
		return p, errShort
	}
	if len(r.rest) > 0 {
		return p, fmt.Errorf("%d bytes behind the message", len(r.rest))
	}
	return p, nil
}

// reader takes numbers from the front of what is left. Once something is missing
// it returns zeros.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.short, r.rest = true, nil
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) u8() int {
	if b := r.take(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (r *reader) u16() int {
	if b := r.take(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) float() float32 { return math.Float32frombits(r.u32()) }

func (r *reader) header(h *Header) error {
	if len(r.rest) < HeaderSize {
		return errShort
	}
	if v := r.u8(); v != version {
		return fmt.Errorf("version %d, not %d", v, version)
	}
	flags := r.u8()
	h.Whole, h.Resting, h.Followed = flags&flagWhole != 0, flags&flagResting != 0, flags&flagFollowed != 0
	h.Width, h.Height, h.FullWidth, h.FullHeight = r.u16(), r.u16(), r.u16(), r.u16()
	tile := r.u16()
	h.Tick = uint64(r.u32()) | uint64(r.u32())<<32
	h.Encode, h.Read = time.Duration(r.u16())*unit, time.Duration(r.u16())*unit
	h.Scale, h.Quality = r.u8(), r.u8()
	h.Rate = float64(r.u16()) / 10
	h.Parts = r.u16()
	switch {
	case flags >= flagFollowed<<1:
		return fmt.Errorf("flags %#x", flags)
	case tile != Tile:
		return fmt.Errorf("tiles of %d px, not %d", tile, Tile)
	case h.Width == 0 || h.Height == 0 || h.Width*h.Height > MaxPixels:
		return fmt.Errorf("picture of %d x %d px", h.Width, h.Height)
	}
	return nil
}

func (r *reader) part(h *Header) (Part, error) {
	p := Part{Codec: Codec(r.u8())}
	reserved := r.u8()
	p.Columns = r.u16()
	n := r.u16()
	size := r.u32()
	tiles := r.take(2 * n)
	p.Data = r.take(int(min(size, math.MaxInt32)))
	switch {
	case r.short:
		return p, errShort
	case p.Codec < JPEG || p.Codec > Solid:
		return p, fmt.Errorf("no such codec: %d", p.Codec)
	case reserved != 0:
		return p, fmt.Errorf("byte 1 is %d, not 0", reserved)
	case n == 0 && p.Columns != 0, n > 0 && (p.Columns == 0 || p.Columns > n):
		return p, fmt.Errorf("%d columns for %d tiles", p.Columns, n)
	case size == 0, p.Codec == Solid && len(p.Data) != 3*max(n, 1):
		return p, fmt.Errorf("%d bytes of %v for %d tiles", size, p.Codec, n)
	}
	cols, rows := grid(h.Width, h.Height)
	next := 0 // the least that may come
	for ; len(tiles) > 0; tiles = tiles[2:] {
		i := int(binary.LittleEndian.Uint16(tiles))
		if i < next || i >= cols*rows {
			return p, fmt.Errorf("tile %d out of place", i)
		}
		p.Tiles = append(p.Tiles, uint16(i))
		next = i + 1
	}
	return p, nil
}

func (r *reader) entities() []Entity {
	n := r.u16()
	if n*entityHeader > len(r.rest) {
		r.short = true
		return nil
	}
	list := make([]Entity, 0, n)
	for range n {
		id := r.take(r.u8())
		e := Entity{ID: string(id), Kind: uint8(r.u8()), X: r.float(), Y: r.float(), Radius: r.float()}
		list = append(list, e)
	}
	return list
}

// grid returns how many tiles cover a picture.
func grid(w, h int) (cols, rows int) {
	return (w + Tile - 1) / Tile, (h + Tile - 1) / Tile
}

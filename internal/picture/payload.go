package picture

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Tile is the width and the height of a tile, in pixels.
const Tile = 64

// HeaderSize is how many bytes AppendHeader appends.
const HeaderSize = 30

const (
	version      = 1
	entityHeader = 14 // without the id
)

// Codec says how the pixels of a part are encoded.
type Codec uint8

// The codecs of parts.
const (
	JPEG  Codec = 1 // baseline, YCbCr
	LZ    Codec = 2 // RGB bytes in the block format of Snappy
	Solid Codec = 3 // RGB once for each tile
)

// String returns the name of the codec on the wire.
func (c Codec) String() string {
	switch c {
	case JPEG:
		return "jpeg"
	case LZ:
		return "lz"
	case Solid:
		return "solid"
	}
	return fmt.Sprintf("codec %d", uint8(c))
}

const (
	flagWhole = 1 << iota
	flagResting
	flagFollowed
)

// Header is what stands before the parts of a picture. Numbers that do not fit
// into their fields saturate.
type Header struct {
	Whole      bool // nothing that was sent before shows through
	Resting    bool // nothing moves, and with this message the picture is exact
	Followed   bool // entities follow the parts
	Width      int  // of this picture, in pixels, at most 65535
	Height     int
	FullWidth  int // of the display that it was made of
	FullHeight int
	Tick       uint64        // the last that was simulated before it was drawn
	Encode     time.Duration // what encoding took, to 10 us, at most 0.65 s
	Read       time.Duration // what reading the screen took
	Scale      int           // the display was shrunk by this: 1, 2 or 4
	Quality    int           // of JPEG, 1..100
	Rate       float64       // pictures a second that are granted, to 0.1
	Parts      int
}

// Part is a sheet of tiles in one codec. Tiles stand in the sheet from left to
// right and from top to bottom; one at the edge of the picture is padded by its
// last pixels.
type Part struct {
	Codec   Codec
	Columns int      // of the sheet, in tiles; 0 without tiles
	Tiles   []uint16 // ascending, row by row of the picture; none when Data is the whole picture, not padded
	Data    []byte
}

// Entity is one that the viewer follows.
type Entity struct {
	ID     string  // at most 255 bytes
	Kind   uint8   // index in the kinds of the world
	X, Y   float32 // in pixels of the display, y down
	Radius float32
}

// AppendHeader appends a header.
func AppendHeader(dst []byte, h Header) []byte {
	var flags byte
	if h.Whole {
		flags |= flagWhole
	}
	if h.Resting {
		flags |= flagResting
	}
	if h.Followed {
		flags |= flagFollowed
	}
	le := binary.LittleEndian
	dst = append(dst, version, flags)
	dst = le.AppendUint16(dst, short(h.Width))
	dst = le.AppendUint16(dst, short(h.Height))
	dst = le.AppendUint16(dst, short(h.FullWidth))
	dst = le.AppendUint16(dst, short(h.FullHeight))
	dst = le.AppendUint16(dst, Tile)
	dst = le.AppendUint64(dst, h.Tick)
	dst = le.AppendUint16(dst, short(int(h.Encode/unit)))
	dst = le.AppendUint16(dst, short(int(h.Read/unit)))
	dst = append(dst, byte(min(max(h.Scale, 0), 255)), byte(min(max(h.Quality, 0), 255)))
	dst = le.AppendUint16(dst, short(int(math.Round(min(h.Rate*10, math.MaxUint16)))))
	return le.AppendUint16(dst, short(h.Parts))
}

const unit = 10 * time.Microsecond // of the times in a header

func short(n int) uint16 { return uint16(min(max(n, 0), math.MaxUint16)) }

// AppendPart appends a part.
func AppendPart(dst []byte, p Part) []byte {
	dst, size := openPart(dst, p.Codec, p.Columns, p.Tiles)
	dst = append(dst, p.Data...)
	closePart(dst, size)
	return dst
}

// openPart appends what stands before the data of a part. When they have been
// appended, closePart is told where their size belongs.
func openPart(dst []byte, codec Codec, columns int, tiles []uint16) (out []byte, size int) {
	le := binary.LittleEndian
	dst = append(dst, byte(codec), 0)
	dst = le.AppendUint16(dst, uint16(columns))
	dst = le.AppendUint16(dst, uint16(len(tiles)))
	size = len(dst)
	dst = le.AppendUint32(dst, 0)
	for _, i := range tiles {
		dst = le.AppendUint16(dst, i)
	}
	return dst, size
}

// closePart writes down how large the data of the part are, at whose end dst ends.
func closePart(dst []byte, size int) {
	le := binary.LittleEndian
	data := size + 4 + 2*int(le.Uint16(dst[size-2:]))
	le.PutUint32(dst[size:], uint32(len(dst)-data))
}

// AppendEntities appends what a header with Followed announces.
func AppendEntities(dst []byte, list []Entity) []byte {
	list = list[:min(len(list), math.MaxUint16)]
	le := binary.LittleEndian
	dst = le.AppendUint16(dst, uint16(len(list)))
	for _, e := range list {
		id := e.ID[:min(len(e.ID), math.MaxUint8)]
		dst = append(dst, byte(len(id)))
		dst = append(dst, id...)
		dst = append(dst, e.Kind)
		for _, f := range [...]float32{e.X, e.Y, e.Radius} {
			dst = le.AppendUint32(dst, math.Float32bits(f))
		}
	}
	return dst
}

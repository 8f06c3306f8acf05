package picture

import (
	"encoding/binary"
	"image"
)

// Mode says which codecs may be used.
type Mode uint8

// The modes.
const (
	Auto     Mode = iota // LZ where it is small, else JPEG
	Lossy                // JPEG alone
	Lossless             // LZ alone
)

// Packer encodes tiles, each with the codec that suits it. A tile of one colour
// takes three bytes in every mode. The zero value is ready. It remembers where LZ
// was too large, so that it is not tried in vain: one Packer belongs to one series
// of pictures, and to one goroutine at a time.
type Packer struct {
	jpeg JPEGEncoder
	lz   Compressor

	width, height int
	tries         []try // by tile
	loan          try   // whether tiles may borrow from each other
	quality       int
	perTile       int // bytes that JPEG of this quality takes for a tile, of late; 0 is unknown
	sent, lossy   Set // what AppendParts sent last, and what of it went as JPEG

	tiles, solids, exact, moving []uint16
	colours, sheet, body         []byte
}

// try is what is known of something that may be in vain.
type try struct {
	failed uint8 // how often in a row
	wait   uint8 // pictures until it is tried again
}

const (
	tileBytes   = pixel * Tile * Tile
	lzShare     = 8   // LZ is taken for no tile that it does not make this much smaller
	lzLeast     = 384 // bytes that it may take in any case
	jpegHeaders = 620 // bytes that a JPEG file has before its samples
	loanShare   = 3   // of all that LZ may take, one part in so many may be borrowed
	mostFailed  = 6   // 64 pictures between two tries
	fullQuality = 90  // from here on colour has the resolution of brightness
	mostColumns = 16  // of a sheet of JPEG
)

// AppendParts appends parts that show the given tiles of img, which are in a set
// of its size; a set of another size has none. It returns how many parts they are.
// Quality is that of JPEG, 1..100; from 90 on it is in full colour.
func (p *Packer) AppendParts(dst []byte, img *image.RGBA, tiles *Set, mode Mode, quality int) (out []byte, parts int) {
	p.begin(img, tiles)
	if p.quality != quality {
		p.quality, p.perTile = quality, 0
	}
	p.choose(img, mode)
	for _, i := range p.moving {
		p.lossy.Add(int(i))
	}
	if len(p.solids) > 0 {
		dst = AppendPart(dst, Part{Codec: Solid, Columns: 1, Tiles: p.solids, Data: p.colours})
		parts++
	}
	if len(p.exact) > 0 {
		var size int
		dst, size = openPart(dst, LZ, 1, p.exact)
		dst = binary.AppendUvarint(dst, uint64(len(p.sheet)))
		dst = append(dst, p.body...)
		closePart(dst, size)
		parts++
	}
	if len(p.moving) > 0 {
		before := len(dst)
		dst = p.appendJPEG(dst, img, quality)
		each := max(len(dst)-before-jpegHeaders, 0) / len(p.moving)
		if p.perTile == 0 {
			p.perTile = each
		}
		p.perTile += (each - p.perTile) / 4
		parts++
	}
	return dst, parts
}

// Settle brings a set of tiles that a viewer has inexactly up to what AppendParts
// did last: what went as JPEG is added, what went exactly is taken out.
func (p *Packer) Settle(lossy *Set) {
	if lossy.width != p.width || lossy.height != p.height {
		lossy.Reset(p.width, p.height)
	}
	lossy.Subtract(&p.sent)
	lossy.Union(&p.lossy)
}

func (p *Packer) begin(img *image.RGBA, tiles *Set) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	p.lossy.Reset(w, h)
	if p.width != w || p.height != h {
		p.width, p.height = w, h
		p.tries = make([]try, p.lossy.tiles)
	}
	p.sent.Reset(w, h)
	p.sent.Union(tiles)
	p.tiles = p.sent.AppendTo(p.tiles[:0])
}

// choose gives each tile its codec, and compresses what LZ gets.
//
// What repeats across tiles costs the first of them as much as noise does, and only
// together are they worth it. So the first may borrow from what the others will
// save; where in the end they have not, it is done again without.
func (p *Packer) choose(img *image.RGBA, mode Mode) {
	switch mode {
	case Lossy:
		p.sort(img, 0, 0, false)
	case Lossless:
		p.sort(img, 2*tileBytes, 0, true) // more than it can take
	default:
		most := tileBytes / lzShare / 2 // until it is known what JPEG takes
		if p.perTile > 0 {              // LZ is faster on both sides and exact: that is worth a fourth
			most = min(max(p.perTile+p.perTile/4, lzLeast), tileBytes/lzShare)
		}
		most += jpegHeaders / max(len(p.tiles), 1)
		if p.loan.due() {
			p.sort(img, most, most*len(p.tiles)/loanShare, true)
			paid := len(p.body) <= most*len(p.exact) && len(p.exact)+len(p.solids) > 0
			if p.loan.note(paid); paid {
				return
			}
		}
		p.sort(img, most, 0, false)
	}
}

// sort does it, where LZ may take most bytes for a tile and loan bytes in addition
// for all of them. With again it is tried everywhere, else where it has not failed.
func (p *Packer) sort(img *image.RGBA, most, loan int, again bool) {
	p.solids, p.exact, p.moving = p.solids[:0], p.exact[:0], p.moving[:0]
	p.colours, p.sheet, p.body = p.colours[:0], p.sheet[:0], p.body[:0]
	p.lz.begin()
	for _, i := range p.tiles {
		r := tileBounds(p.width, p.height, int(i))
		if c, ok := solid(img, r); ok {
			p.solids = append(p.solids, i)
			p.colours = append(p.colours, byte(c), byte(c>>8), byte(c>>16))
			continue
		}
		if again || most > 0 && p.tries[i].due() {
			before := len(p.body)
			ok := p.compress(img, r, most+loan)
			if !again {
				p.tries[i].note(ok)
			}
			if ok {
				p.exact = append(p.exact, i)
				loan -= max(len(p.body)-before-most, 0)
				continue
			}
		}
		p.moving = append(p.moving, i)
	}
}

// due reports whether it is to be tried, and counts the pictures in which it is not.
func (t *try) due() bool {
	if t.wait == 0 {
		return true
	}
	t.wait--
	return false
}

// note has what failed not tried for twice as long as before.
func (t *try) note(ok bool) {
	if ok {
		*t = try{}
		return
	}
	t.failed = min(t.failed+1, mostFailed)
	t.wait = 1<<t.failed - 1
}

// compress adds a tile to the sheet of LZ, unless that takes more than most bytes.
func (p *Packer) compress(img *image.RGBA, r image.Rectangle, most int) bool {
	from := len(p.sheet)
	p.sheet = appendTile(p.sheet, img, r)
	var ok bool
	p.body, ok = p.lz.more(p.body, p.sheet, from, most)
	if !ok {
		p.sheet = p.sheet[:from]
	}
	return ok
}

func (p *Packer) appendJPEG(dst []byte, img *image.RGBA, quality int) []byte {
	full := quality >= fullQuality
	if len(p.moving) == p.sent.tiles {
		dst, size := openPart(dst, JPEG, 0, nil)
		dst = p.jpeg.Append(dst, img, quality, full)
		closePart(dst, size)
		return dst
	}
	rows := (len(p.moving) + mostColumns - 1) / mostColumns
	columns := (len(p.moving) + rows - 1) / rows
	dst, size := openPart(dst, JPEG, columns, p.moving)
	dst = p.jpeg.appendSheet(dst, img, p.moving, columns, quality, full)
	closePart(dst, size)
	return dst
}

// tileBounds returns what tile i of a picture covers.
func tileBounds(w, h, i int) image.Rectangle {
	cols, _ := grid(w, h)
	x, y := i%cols*Tile, i/cols*Tile
	return image.Rect(x, y, min(x+Tile, w), min(y+Tile, h))
}

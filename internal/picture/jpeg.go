package picture

import (
	"encoding/binary"
	"image"
)

// JPEGEncoder writes baseline JPEG files. The zero value is ready. It keeps its
// tables, about 8 kB, and belongs to one goroutine at a time.
type JPEGEncoder struct {
	quality int
	full    bool
	ready   bool

	planes [2]plane // luma, chroma
	bits   bitWriter
	last   [3]int32 // the DC of each component, from which the next differs

	samples block
	second  block
	edge    [4 * 16 * 16]byte // what lies across the edge of the picture, filled up
}

// Append appends a JPEG file of img. Quality is 1..100, and means what it means in
// image/jpeg and libjpeg. With full, colour has the resolution of brightness
// (4:4:4), else half of it in each direction (4:2:0). A picture is at most 65,535
// pixels wide and high; one without pixels appends nothing.
func (e *JPEGEncoder) Append(dst []byte, img *image.RGBA, quality int, full bool) []byte {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if w <= 0 || h <= 0 || w > 65535 || h > 65535 {
		return dst
	}
	e.begin(dst, w, h, quality, full)
	step := e.step()
	for y := 0; y < h; y += step {
		for x := 0; x < w; x += step {
			e.unit(img, x, y)
		}
	}
	return e.end()
}

// appendSheet appends a JPEG file of a sheet of tiles of img.
func (e *JPEGEncoder) appendSheet(dst []byte, img *image.RGBA, tiles []uint16, columns, quality int, full bool) []byte {
	rows := (len(tiles) + columns - 1) / columns
	e.begin(dst, columns*Tile, rows*Tile, quality, full)
	step := e.step()
	across, _ := grid(img.Rect.Dx(), img.Rect.Dy())
	for ; rows > 0; rows-- {
		line := tiles[:min(columns, len(tiles))]
		tiles = tiles[len(line):]
		for y := 0; y < Tile; y += step {
			for _, i := range line {
				left, top := int(i)%across*Tile, int(i)/across*Tile
				for x := 0; x < Tile; x += step {
					e.unit(img, left+x, top+y)
				}
			}
			for range (columns - len(line)) * (Tile / step) {
				e.blank()
			}
		}
	}
	return e.end()
}

// step is the width and the height of what is coded together.
func (e *JPEGEncoder) step() int {
	if e.full {
		return 8
	}
	return 16
}

// levels is the worth of one level of brightness in samples: colours are mixed in
// whole numbers of this fraction.
const levels = 1 << 16

func (e *JPEGEncoder) begin(dst []byte, w, h, quality int, full bool) {
	quality = min(max(quality, 1), 100)
	if e.quality != quality || e.full != full {
		e.quality, e.full = quality, full
		chroma := 4.0 * levels // four pixels are summed
		if full {
			chroma = levels
		}
		e.planes[0].setQuality(quantisers[0], quality, levels)
		e.planes[1].setQuality(quantisers[1], quality, chroma)
	}
	if !e.ready {
		e.ready = true
		for i := range e.planes {
			huffmans[2*i].codes(&e.planes[i].dc)
			huffmans[2*i+1].codes(&e.planes[i].ac)
		}
	}
	e.last = [3]int32{}
	e.bits.begin(e.appendHeaders(dst, w, h))
}

func (e *JPEGEncoder) end() []byte { return append(e.bits.end(), 0xff, 0xd9) }

// appendHeaders appends all segments before the coded samples. ITU-T T.81, B.2.
func (e *JPEGEncoder) appendHeaders(dst []byte, w, h int) []byte {
	be := binary.BigEndian
	dst = append(dst, 0xff, 0xd8, 0xff, 0xdb, 0, 2+2*65)
	for i := range e.planes {
		dst = append(append(dst, byte(i)), e.planes[i].quant[:]...)
	}
	sampling := byte(0x22)
	if e.full {
		sampling = 0x11
	}
	dst = append(dst, 0xff, 0xc0, 0, 17, 8)
	dst = be.AppendUint16(be.AppendUint16(dst, uint16(h)), uint16(w))
	dst = append(dst, 3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1)

	size := 2
	for i := range huffmans {
		size += 17 + len(huffmans[i].values)
	}
	dst = be.AppendUint16(append(dst, 0xff, 0xc4), uint16(size))
	for i := range huffmans {
		t := huffmans[i]
		dst = append(append(append(dst, t.class), t.lengths[:]...), t.values...)
	}
	return append(dst, 0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)
}

// unit codes the square at (x, y). What of it lies outside of the picture is as
// the nearest pixel inside.
func (e *JPEGEncoder) unit(img *image.RGBA, x, y int) {
	step := e.step()
	w, h := img.Rect.Dx(), img.Rect.Dy()
	pix, stride := e.edge[:], 4*step
	if x+step <= w && y+step <= h {
		pix, stride = img.Pix[y*img.Stride+4*x:], img.Stride
	} else {
		le := binary.LittleEndian
		for v := range step {
			from := row(img, min(y+v, h-1))
			for u := range step {
				le.PutUint32(pix[v*stride+4*u:], le.Uint32(from[4*min(x+u, w-1):]))
			}
		}
	}
	e.bits.room()
	if colour, ok := even(pix, stride, step, step); ok {
		e.flat(colour)
		return
	}
	if e.full {
		e.luma(pix, stride)
		e.chroma(pix, stride)
		return
	}
	e.luma(pix, stride)
	e.luma(pix[4*8:], stride)
	e.luma(pix[8*stride:], stride)
	e.luma(pix[8*stride+4*8:], stride)
	e.sharedChroma(pix, stride)
}

// even returns the one colour of a square of pixels whose width is even.
func even(pix []byte, stride, w, h int) (colour uint32, ok bool) {
	le := binary.LittleEndian
	colour = le.Uint32(pix)
	two := uint64(colour)<<32 | uint64(colour)
	for y := range h {
		for line := pix[y*stride:][:4*w]; len(line) >= 8; line = line[8:] {
			if (le.Uint64(line)^two)&^opaque != 0 {
				return 0, false
			}
		}
	}
	return colour, true
}

// flat codes a square of one colour, of which only the mean of each block is left.
func (e *JPEGEncoder) flat(colour uint32) {
	r, g, b := int32(colour&255), int32(colour>>8&255), int32(colour>>16&255)
	luma, blocks, share := &e.planes[0], 4, float32(4*64)
	if e.full {
		blocks, share = 1, 64
	}
	for range blocks {
		e.bits.mean(luma, &e.last[0], brightness(r, g, b)*64-middle)
	}
	cb, cr := tint(r, g, b)
	e.bits.mean(&e.planes[1], &e.last[1], cb*share)
	e.bits.mean(&e.planes[1], &e.last[2], cr*share)
}

// blank codes a square of what was before it.
func (e *JPEGEncoder) blank() {
	e.bits.room()
	blocks := 4
	if e.full {
		blocks = 1
	}
	for range blocks {
		e.bits.same(&e.planes[0])
	}
	e.bits.same(&e.planes[1])
	e.bits.same(&e.planes[1])
}

// middle is what the mean of a block is written from: it has 64 samples.
const middle = 64 * 128 * levels

// brightness and tint are the components of a colour in samples. JFIF 1.02, page 3.
func brightness(r, g, b int32) float32 { return float32(19595*r + 38470*g + 7471*b) }

func tint(r, g, b int32) (cb, cr float32) {
	return float32(32768*b - 11059*r - 21709*g), float32(32768*r - 27439*g - 5329*b)
}

// luma codes the brightness of 8 x 8 pixels.
func (e *JPEGEncoder) luma(pix []byte, stride int) {
	if colour, ok := even(pix, stride, 8, 8); ok {
		r, g, b := int32(colour&255), int32(colour>>8&255), int32(colour>>16&255)
		e.bits.mean(&e.planes[0], &e.last[0], brightness(r, g, b)*64-middle)
		return
	}
	s := &e.samples
	for y := range 8 {
		p := (*[32]byte)(pix[y*stride:])
		r := (*[8]float32)(s[8*y:])
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = dct8(
			brightness(int32(p[0]), int32(p[1]), int32(p[2])),
			brightness(int32(p[4]), int32(p[5]), int32(p[6])),
			brightness(int32(p[8]), int32(p[9]), int32(p[10])),
			brightness(int32(p[12]), int32(p[13]), int32(p[14])),
			brightness(int32(p[16]), int32(p[17]), int32(p[18])),
			brightness(int32(p[20]), int32(p[21]), int32(p[22])),
			brightness(int32(p[24]), int32(p[25]), int32(p[26])),
			brightness(int32(p[28]), int32(p[29]), int32(p[30])))
	}
	s.columns()
	s[0] -= middle
	e.bits.block(&e.planes[0], &e.last[0], s)
}

// chroma codes the tint of 8 x 8 pixels.
func (e *JPEGEncoder) chroma(pix []byte, stride int) {
	for y := range 8 {
		p := (*[32]byte)(pix[y*stride:])
		for x := range 8 {
			e.samples[8*y+x], e.second[8*y+x] = tint(int32(p[4*x]), int32(p[4*x+1]), int32(p[4*x+2]))
		}
	}
	e.tints()
}

// sharedChroma codes the tint of 16 x 16 pixels, of which four share one.
func (e *JPEGEncoder) sharedChroma(pix []byte, stride int) {
	le := binary.LittleEndian
	for y := range 8 {
		a, b := (*[64]byte)(pix[2*y*stride:]), (*[64]byte)(pix[(2*y+1)*stride:])
		cb, cr := (*[8]float32)(e.samples[8*y:]), (*[8]float32)(e.second[8*y:])
		for x := range 8 {
			u, v := le.Uint64(a[8*x:]), le.Uint64(b[8*x:])
			rb := u&lanes + v&lanes
			ga := u>>8&lanes + v>>8&lanes
			rb += rb >> 32
			ga += ga >> 32
			cb[x], cr[x] = tint(int32(rb&0xffff), int32(ga&0xffff), int32(rb>>16&0xffff))
		}
	}
	e.tints()
}

// tints codes what stands in both blocks.
func (e *JPEGEncoder) tints() {
	for i, s := range [...]*block{&e.samples, &e.second} {
		s.rows()
		s.columns()
		e.bits.block(&e.planes[1], &e.last[i+1], s)
	}
}

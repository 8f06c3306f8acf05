// Package soft draws a view.List on an image in memory, without a window and
// without a graphics card.
//
//	c := soft.New(view.Paint())
//	c.Draw(scene.Draw(world))
//	png.Encode(file, c.Image)
//
// A Canvas belongs to one goroutine. By default its picture is as large as the
// arena; there is nothing to set.
package soft

import (
	"encoding/binary"
	"image"
	"math"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/view"
)

// Canvas is a picture that lists are drawn on.
type Canvas struct {
	Image *image.RGBA // what was drawn last; opaque

	art   *view.Art
	whole image.Rectangle // of the picture that Image is all or a band of
}

// New returns a canvas of the arena's size.
func New(art *view.Art) *Canvas {
	whole := image.Rect(0, 0, sim.Width, sim.Height)
	return &Canvas{Image: image.NewRGBA(whole), art: art, whole: whole}
}

// Bands parts the canvas into n bands, one below the other, that share its pixels: a
// list drawn on each of them is drawn on the canvas. Each may be drawn on by a goroutine
// of its own.
func (c *Canvas) Bands(n int) []*Canvas {
	bands := make([]*Canvas, n)
	for i := range bands {
		r := c.Image.Rect
		r.Min.Y, r.Max.Y = r.Max.Y*i/n, r.Max.Y*(i+1)/n
		bands[i] = &Canvas{Image: c.Image.SubImage(r).(*image.RGBA), art: c.art, whole: c.whole}
	}
	return bands
}

// Draw draws a whole picture over the last one. It allocates nothing.
func (c *Canvas) Draw(l *view.List) {
	for i := range l.Cmds {
		cmd := &l.Cmds[i]
		t := tintOf(cmd)
		switch cmd.Op {
		case view.Rect:
			c.rect(cmd, t)
		case view.Text:
			c.text(l, cmd, t)
		default:
			img, m := cmd.Place(c.art.Size)
			pic := c.art.Picture(img)
			if pic.Rect == c.whole && !t.add && t.a == 256 {
				size := c.Image.Rect.Dy() * c.Image.Stride
				copy(c.Image.Pix[:size], pic.Pix[pic.PixOffset(0, c.Image.Rect.Min.Y):]) // a background
				continue
			}
			c.quad(pic, m, t)
		}
	}
}

// tint is a colour to multiply with: premultiplied, 256 is one.
type tint struct {
	r, g, b, a uint32
	add        bool
}

func tintOf(cmd *view.Cmd) tint {
	a := uint32(cmd.Color.A)
	a += a >> 7
	part := func(v uint8) uint32 { return (uint32(v) + uint32(v)>>7) * a >> 8 }
	return tint{part(cmd.Color.R), part(cmd.Color.G), part(cmd.Color.B), a, cmd.Add}
}

// over lays a premultiplied texel, tinted, over a pixel.
func (t tint) over(dst []byte, texel uint32) {
	_ = dst[3]
	r := (texel & 0xff) * t.r >> 8
	g := (texel >> 8 & 0xff) * t.g >> 8
	b := (texel >> 16 & 0xff) * t.b >> 8
	if t.add {
		dst[0] = uint8(min(255, uint32(dst[0])+r))
		dst[1] = uint8(min(255, uint32(dst[1])+g))
		dst[2] = uint8(min(255, uint32(dst[2])+b))
		return
	}
	a := (texel >> 24) * t.a >> 8
	keep := 256 - (a + a>>7)
	dst[0] = uint8(min(255, r+uint32(dst[0])*keep>>8))
	dst[1] = uint8(min(255, g+uint32(dst[1])*keep>>8))
	dst[2] = uint8(min(255, b+uint32(dst[2])*keep>>8))
	dst[3] = 255
}

// rect fills a rectangle, whole pixels only.
func (c *Canvas) rect(cmd *view.Cmd, t tint) {
	round := func(f float32) int { return int(math.Round(float64(f))) }
	c.fill(image.Rect(round(cmd.X), round(cmd.Y), round(cmd.X+cmd.W), round(cmd.Y+cmd.H)), t)
}

func (c *Canvas) fill(r image.Rectangle, t tint) {
	r = r.Intersect(c.Image.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := c.Image.Pix[c.Image.PixOffset(r.Min.X, y) : c.Image.PixOffset(r.Max.X-1, y)+4]
		for x := 0; x < len(row); x += 4 {
			t.over(row[x:x+4], 0xffffffff)
		}
	}
}

// text draws letters dot by dot.
func (c *Canvas) text(l *view.List, cmd *view.Cmd, t tint) {
	size := int(cmd.Size)
	x, y := int(cmd.X), int(cmd.Y)
	for _, ch := range l.Letters(cmd) {
		if img, ok := view.Glyph(ch); ok {
			pic := c.art.Picture(img)
			for i := 3; i < len(pic.Pix); i += 4 {
				if pic.Pix[i] != 0 {
					dx, dy := i%pic.Stride/4*size, i/pic.Stride*size
					c.fill(image.Rect(x+dx, y+dy, x+dx+size, y+dy+size), t)
				}
			}
		}
		x += view.Advance * size
	}
}

// quad draws a picture through a matrix, blending between its pixels.
func (c *Canvas) quad(pic *image.RGBA, m view.Matrix, t tint) {
	det := float64(m.A)*float64(m.D) - float64(m.B)*float64(m.C)
	if math.Abs(det) < 1e-6 || t.a == 0 {
		return
	}
	w, h := pic.Rect.Dx(), pic.Rect.Dy()
	box := bounds(m, float32(w), float32(h)).Intersect(c.Image.Rect)
	if box.Empty() {
		return
	}
	// The inverse, in 16.16 fixed point: how far u and v go with x and with y.
	const one = 1 << 16
	ux, uy := float64(m.D)/det, -float64(m.B)/det
	vx, vy := -float64(m.C)/det, float64(m.A)/det
	du, dv := int(ux*one), int(vx*one)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		x0, y0 := float64(box.Min.X)+0.5-float64(m.X), float64(y)+0.5-float64(m.Y)
		u, v := int((ux*x0+uy*y0-0.5)*one), int((vx*x0+vy*y0-0.5)*one)
		from, to := span(u, du, w, box.Dx())
		from2, to2 := span(v, dv, h, box.Dx())
		from, to = max(from, from2), min(to, to2)
		u, v = u+from*du, v+from*dv
		at := c.Image.PixOffset(box.Min.X+from, y)
		for range to - from {
			if texel := sample(pic, u, v, w, h); texel != 0 {
				t.over(c.Image.Pix[at:at+4], texel)
			}
			u, v, at = u+du, v+dv, at+4
		}
	}
}

// span returns for which steps u + i*du lies within a half pixel of 0..n.
func span(u, du, n, steps int) (from, to int) {
	low, high := -1<<16+1, n<<16-1
	if du < 0 {
		u, du = low+high-u, -du
	}
	if du == 0 {
		if u < low || u > high {
			return 0, 0
		}
		return 0, steps
	}
	if u < low {
		from = (low - u + du - 1) / du
	}
	if high < u {
		return 0, 0
	}
	return from, max(from, min(steps, (high-u)/du+1))
}

// bounds returns the pixels that a picture can touch.
func bounds(m view.Matrix, w, h float32) image.Rectangle {
	x0 := min(0, m.A*w) + min(0, m.B*h) + m.X
	x1 := max(0, m.A*w) + max(0, m.B*h) + m.X
	y0 := min(0, m.C*w) + min(0, m.D*h) + m.Y
	y1 := max(0, m.C*w) + max(0, m.D*h) + m.Y
	const far = 1 << 14 // keeps the conversion to int in range
	cut := func(f float32) float64 { return float64(max(-far, min(far, f))) }
	return image.Rect(int(math.Floor(cut(x0))), int(math.Floor(cut(y0))), int(math.Ceil(cut(x1))), int(math.Ceil(cut(y1))))
}

// sample blends the four pixels around u, v; outside of the picture is nothing.
func sample(pic *image.RGBA, u, v, w, h int) uint32 {
	x, y := u>>16, v>>16
	fu, fv := uint32(u>>8&0xff), uint32(v>>8&0xff)
	var p00, p10, p01, p11 uint32
	if uint(x) < uint(w-1) && uint(y) < uint(h-1) {
		at := y*pic.Stride + x*4
		a, b := pic.Pix[at:at+8], pic.Pix[at+pic.Stride:at+pic.Stride+8]
		p00, p10 = binary.LittleEndian.Uint32(a), binary.LittleEndian.Uint32(a[4:])
		p01, p11 = binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
		if p00|p10|p01|p11 == 0 {
			return 0
		}
	} else {
		p00, p10 = texel(pic, x, y, w, h), texel(pic, x+1, y, w, h)
		p01, p11 = texel(pic, x, y+1, w, h), texel(pic, x+1, y+1, w, h)
	}
	return lerp(lerp(p00, p10, fu), lerp(p01, p11, fu), fv)
}

func texel(pic *image.RGBA, x, y, w, h int) uint32 {
	if uint(x) >= uint(w) || uint(y) >= uint(h) {
		return 0
	}
	return binary.LittleEndian.Uint32(pic.Pix[y*pic.Stride+x*4:])
}

// lerp blends two pixels, two channels at a time; t is 0..255.
func lerp(a, b, t uint32) uint32 {
	const mask = 0xff00ff
	even := ((a&mask)*(256-t) + (b&mask)*t) >> 8 & mask
	odd := ((a>>8&mask)*(256-t) + (b>>8&mask)*t) & (mask << 8)
	return even | odd
}

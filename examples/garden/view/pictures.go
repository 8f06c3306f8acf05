package view

import (
	"image"
	"image/color"
	"slices"
)

// Names returns the names of the pictures that are no letters, in their order.
func Names() []string {
	names := []string{"pixel", "dot", "glow", "disc", "stroke", "ship", "fins", "beetle", "kernel", "flower", "daisy", "tulip", "leaf", "swirl"}
	for _, p := range Palettes() {
		names = append(names, "sky-"+p)
	}
	return names
}

// Named returns the picture of a name.
func Named(name string) (img Image, ok bool) {
	i := slices.Index(Names(), name)
	return Image(max(i, 0)), i >= 0
}

// heads are the pictures of a flower's head, in the order of their sheet.
const heads = tulip - flower + 1

// Version returns how often a picture was replaced.
func (a *Art) Version(i Image) int { return a.versions[i] }

// Replace puts another picture in the place of one, drawn as large as that one was
// painted: where the game's pictures lie does not change with it.
func (a *Art) Replace(i Image, with image.Image) {
	scaled(a.images[i], with)
	a.versions[i]++
}

// SetSky paints a palette's background anew. It takes some ten milliseconds.
func (a *Art) SetSky(p *Palette) {
	if i := slices.Index(Palettes(), p.name); i >= 0 {
		img := sky + Image(i)
		copy(a.images[img].Pix, paintSky(p, uint64(i)).Pix)
		a.versions[img]++
	}
}

// Heads returns the sheet of the flowers' heads: HeadSize pixels each, side by side.
func (a *Art) Heads() image.Image {
	sheet := image.NewRGBA(image.Rect(0, 0, int(heads)*HeadSize, HeadSize))
	for i := range int(heads) {
		paste(sheet, image.Pt(i*HeadSize, 0), a.images[int(flower)+i])
	}
	return sheet
}

// HeadSize is how wide and high a flower's head is on the sheet of Heads.
const HeadSize = 22

// SetHeads takes the heads of flowers from a sheet like that of Heads, of any size.
func (a *Art) SetHeads(sheet image.Image) {
	whole := image.NewRGBA(image.Rect(0, 0, int(heads)*HeadSize, HeadSize))
	scaled(whole, sheet)
	for i := range int(heads) {
		part := image.Rect(i*HeadSize, 0, (i+1)*HeadSize, HeadSize)
		a.Replace(flower+Image(i), whole.SubImage(part))
	}
}

// GlyphColumns is how many letters stand in a row of the sheet of Letters.
const GlyphColumns = 16

// Letters returns the sheet of the letters: Advance by Leading pixels each, from '!' on,
// GlyphColumns in a row.
func (a *Art) Letters() image.Image {
	count := int(highGlyph - lowGlyph + 1)
	rows := (count + GlyphColumns - 1) / GlyphColumns
	sheet := image.NewRGBA(image.Rect(0, 0, GlyphColumns*Advance, rows*Leading))
	for i := range count {
		paste(sheet, image.Pt(i%GlyphColumns*Advance, i/GlyphColumns*Leading), a.images[int(firstGlyph)+i])
	}
	return sheet
}

// Mips returns the smaller levels of a picture, each half as wide and high as the one
// before, down to a single pixel.
func Mips(img *image.RGBA) (levels []image.Image) {
	for w, h := img.Rect.Dx(), img.Rect.Dy(); w > 1 || h > 1; {
		w, h = max(1, w/2), max(1, h/2)
		level := image.NewRGBA(image.Rect(0, 0, w, h))
		scaled(level, img)
		levels = append(levels, level)
	}
	return levels
}

func paste(dst *image.RGBA, at image.Point, src *image.RGBA) {
	for y := range src.Rect.Dy() {
		from := src.PixOffset(src.Rect.Min.X, src.Rect.Min.Y+y)
		copy(dst.Pix[dst.PixOffset(at.X, at.Y+y):], src.Pix[from:from+4*src.Rect.Dx()])
	}
}

// scaled fills dst with src: with the mean of all pixels that fall on one where it is
// made smaller, with the nearest one where it is made larger.
func scaled(dst *image.RGBA, src image.Image) {
	b, w, h := src.Bounds(), dst.Rect.Dx(), dst.Rect.Dy()
	if b.Empty() {
		return
	}
	for y := range h {
		for x := range w {
			x0, y0 := b.Min.X+x*b.Dx()/w, b.Min.Y+y*b.Dy()/h
			x1, y1 := max(x0+1, b.Min.X+(x+1)*b.Dx()/w), max(y0+1, b.Min.Y+(y+1)*b.Dy()/h)
			dst.SetRGBA(dst.Rect.Min.X+x, dst.Rect.Min.Y+y, mean(src, image.Rect(x0, y0, x1, y1)))
		}
	}
}

// mean is the colour of all pixels of a part, premultiplied.
func mean(src image.Image, part image.Rectangle) color.RGBA {
	var sum [4]uint32
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			r, g, b, a := src.At(x, y).RGBA()
			sum[0], sum[1], sum[2], sum[3] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8, sum[3]+a>>8
		}
	}
	n := uint32(part.Dx() * part.Dy())
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), uint8(sum[3] / n)}
}

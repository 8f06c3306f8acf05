package ebitenhost

import (
	"image"

	"github.com/hajimehoshi/ebiten/v2"

	"github.com/scry-dev/scry/console"
)

// capture shows the game's screen to those who watch it. What Draw has drawn is read back
// in the next Update: by then the graphics card is through with it, and only the copy is
// left to wait for. In Draw it would be the whole picture.
type capture struct {
	display *console.Display
	screen  *ebiten.Image // that was drawn and is wanted; nil where none is
	size    image.Point   // of it
	small   *ebiten.Image // a half or a quarter of it, where nobody wants more
	scratch *ebiten.Image // a half of it, on the way to a quarter
	by      int           // by which small is shrunk; 1 where screen is meant
}

// drawn remembers a screen that was drawn, if somebody wants it.
func (c *capture) drawn(screen *ebiten.Image) {
	c.screen = nil
	if c.by = c.display.Shrink(); c.by == 0 {
		return
	}
	c.screen, c.size = screen, screen.Bounds().Size()
	if c.by == 1 {
		return
	}
	half := screen
	if c.by == 4 { // at once it would be every second pixel of every second row
		c.scratch = shrunk(c.scratch, screen, c.size, 2)
		half = c.scratch
	}
	c.small = shrunk(c.small, half, c.size, c.by)
}

// shrunk draws a picture into a smaller one, which is made where dst does not fit: of a
// whole of a size, by so much.
func shrunk(dst, src *ebiten.Image, whole image.Point, by int) *ebiten.Image {
	w, h := (whole.X+by-1)/by, (whole.Y+by-1)/by
	if dst == nil || dst.Bounds().Size() != image.Pt(w, h) {
		if dst != nil {
			dst.Deallocate()
		}
		dst = ebiten.NewImageWithOptions(image.Rect(0, 0, w, h), &ebiten.NewImageOptions{Unmanaged: true})
	}
	from := src.Bounds().Size()
	op := ebiten.DrawImageOptions{Filter: ebiten.FilterLinear, Blend: ebiten.BlendCopy}
	op.GeoM.Scale(float64(w)/float64(from.X), float64(h)/float64(from.Y))
	dst.DrawImage(src, &op)
	return dst
}

// take reads back what was drawn, and hands it over.
func (c *capture) take() {
	from := c.screen
	c.screen = nil // also where it is not due now: later it would be of a frame before that
	if from == nil || !c.display.Due() {
		return
	}
	if image.Pt(ebiten.ScreenSize()) != c.size {
		return // the screen has another size by now, and what was drawn is gone
	}
	if c.by > 1 {
		from = c.small
	}
	c.display.Size(c.size.X, c.size.Y)
	b := from.Bounds()
	if img := c.display.Buffer(b.Dx(), b.Dy()); img != nil {
		from.ReadPixels(img.Pix)
		c.display.Present(img)
	}
}

package view

import (
	"image/color"
	"math"
	"strconv"
)

// Op is what a command draws.
type Op uint8

// What can be drawn.
const (
	Sprite Op = iota // a picture: its centre at X, Y, stretched by W, H, turned by Angle
	Rect             // from X, Y, W wide and H high
	Line             // from X, Y to X+W, Y+H, Size thick
	Circle           // filled, round X, Y, with radius Size
	Text             // in the game's own letters: top left at X, Y, Size times enlarged
)

// Cmd is one command of a List. Lengths are pixels of the arena.
type Cmd struct {
	Op    Op
	Image Image // Sprite
	Add   bool  // light is added instead of laid over
	X, Y  float32
	W, H  float32
	Size  float32
	Angle float32 // radians, clockwise
	Color color.NRGBA
	from  int // Text: where its letters lie
	to    int
}

// List is a picture as commands, in the order in which they are drawn. The zero
// value is ready; Reset keeps the memory.
type List struct {
	Cmds    []Cmd
	letters []byte
	dx, dy  float32    // moves what is added
	shaken  [2]float32 // by which the garden was moved
}

// Reset empties the list.
func (l *List) Reset() {
	l.Cmds, l.letters, l.dx, l.dy = l.Cmds[:0], l.letters[:0], 0, 0
	l.shaken = [2]float32{}
}

// Shaken returns by how many pixels the garden was moved, to the right and down. What
// stands above it was not.
func (l *List) Shaken() (dx, dy float64) { return float64(l.shaken[0]), float64(l.shaken[1]) }

// Letters returns what a Text command says.
func (l *List) Letters(c *Cmd) []byte { return l.letters[c.from:c.to] }

func (l *List) add(c Cmd) {
	c.X += l.dx
	c.Y += l.dy
	l.Cmds = append(l.Cmds, c)
}

func (l *List) sprite(img Image, x, y, scale, angle float64, c color.NRGBA, light bool) {
	s := float32(scale)
	l.add(Cmd{Op: Sprite, Image: img, X: float32(x), Y: float32(y), W: s, H: s, Angle: float32(angle), Color: c, Add: light})
}

func (l *List) rect(x, y, w, h float64, c color.NRGBA) {
	l.add(Cmd{Op: Rect, X: float32(x), Y: float32(y), W: float32(w), H: float32(h), Color: c})
}

func (l *List) line(x, y, dx, dy, thick float64, c color.NRGBA, light bool) {
	l.add(Cmd{Op: Line, X: float32(x), Y: float32(y), W: float32(dx), H: float32(dy), Size: float32(thick), Color: c, Add: light})
}

func (l *List) circle(x, y, r float64, c color.NRGBA, light bool) {
	l.add(Cmd{Op: Circle, X: float32(x), Y: float32(y), Size: float32(r), Color: c, Add: light})
}

// ring adds a circle's outline from the turn a to the turn b, as lines.
func (l *List) ring(x, y, r, a, b, thick float64, c color.NRGBA) {
	n := max(4, int(math.Abs(b-a)*(12+r)))
	for i := range n {
		s0, c0 := math.Sincos(2 * math.Pi * (a + (b-a)*float64(i)/float64(n)))
		s1, c1 := math.Sincos(2 * math.Pi * (a + (b-a)*float64(i+1)/float64(n)))
		l.line(x+r*c0, y+r*s0, r*(c1-c0), r*(s1-s0), thick, c, true)
	}
}

// text adds letters; align 0 begins at x, 0.5 centres there, 1 ends there.
func (l *List) text(x, y float64, size int, align float64, c color.NRGBA, words string) {
	from := len(l.letters)
	l.letters = append(l.letters, words...)
	l.write(x, y, size, align, c, from)
}

// number adds a number between words.
func (l *List) number(x, y float64, size int, align float64, c color.NRGBA, before string, n int, after string) {
	from := len(l.letters)
	l.letters = append(l.letters, before...)
	l.letters = strconv.AppendInt(l.letters, int64(n), 10)
	l.letters = append(l.letters, after...)
	l.write(x, y, size, align, c, from)
}

// write adds the letters from an index on, with their shadow.
func (l *List) write(x, y float64, size int, align float64, c color.NRGBA, from int) {
	x -= align * float64((len(l.letters)-from)*Advance*size)
	cmd := Cmd{Op: Text, X: float32(math.Round(x)), Y: float32(math.Round(y)), Size: float32(size), Color: c, from: from, to: len(l.letters)}
	shadow := cmd
	shadow.X += float32(size)
	shadow.Y += float32(size)
	shadow.Color = color.NRGBA{A: c.A / 2}
	l.add(shadow)
	l.add(cmd)
}

// Matrix places the pixels of a picture: pixel u, v comes to A*u + B*v + X and
// C*u + D*v + Y.
type Matrix struct{ A, B, X, C, D, Y float32 }

// Place returns the picture that a Sprite, Line or Circle command shows, and
// where. The picture is w by h pixels, of which size tells.
func (c *Cmd) Place(size func(Image) (w, h int)) (Image, Matrix) {
	switch c.Op {
	case Line:
		w, h := size(stroke)
		long := float32(math.Hypot(float64(c.W), float64(c.H)))
		if long == 0 {
			return stroke, Matrix{}
		}
		cos, sin := c.W/long, c.H/long
		m := turned(cos, sin, long/float32(w), c.Size/float32(h-2))
		m.X, m.Y = c.X-m.B*float32(h)/2, c.Y-m.D*float32(h)/2
		return stroke, m
	case Circle:
		w, h := size(disc)
		s := 2 * c.Size / float32(w-2)
		return disc, Matrix{A: s, X: c.X - s*float32(w)/2, D: s, Y: c.Y - s*float32(h)/2}
	}
	w, h := size(c.Image)
	sin, cos := math.Sincos(float64(c.Angle))
	m := turned(float32(cos), float32(sin), c.W, c.H)
	m.X = c.X - (m.A*float32(w)+m.B*float32(h))/2
	m.Y = c.Y - (m.C*float32(w)+m.D*float32(h))/2
	return c.Image, m
}

func turned(cos, sin, sx, sy float32) Matrix {
	return Matrix{A: cos * sx, B: -sin * sy, C: sin * sx, D: cos * sy}
}

package sim

import "math"

// The arena is Width by Height pixels; y grows downwards. The soil begins at
// Ground and the ceiling is at y = 0.
const (
	Width  = 640
	Height = 360
	Ground = 336
)

// Rate is the number of ticks in a second of the game.
const Rate = 60

// Point is a place in the arena.
type Point struct {
	X float64 `scry:"x,min=0,max=640,step=1,unit=px,column"`
	Y float64 `scry:"y,min=0,max=360,step=1,unit=px,column"`
}

// Velocity is a change of place per second.
type Velocity struct {
	X float64 `scry:"x,min=-1000,max=1000,step=1,unit=px/s"`
	Y float64 `scry:"y,min=-1000,max=1000,step=1,unit=px/s,column,help=positive is down"`
}

// Heading is a direction of length one.
type Heading struct {
	X float64 `scry:"x,min=-1,max=1,step=0.01"`
	Y float64 `scry:"y,min=-1,max=1,step=0.01"`
}

// Vec is any other pair: a direction, a force, the way between two points.
type Vec struct{ X, Y float64 }

// mul is the only product of floats in this package. The conversion rounds it,
// and so a machine with a fused multiply-add gets the same bits as one without.
func mul(a, b float64) float64 { return float64(a * b) }

// to returns the way from p to q.
func (p Point) to(q Point) Vec { return Vec{q.X - p.X, q.Y - p.Y} }

func (p Point) plus(v Vec) Point { return Point{p.X + v.X, p.Y + v.Y} }

func (v Vec) plus(u Vec) Vec { return Vec{v.X + u.X, v.Y + u.Y} }

func (v Vec) minus(u Vec) Vec { return Vec{v.X - u.X, v.Y - u.Y} }

func (v Vec) times(f float64) Vec { return Vec{mul(v.X, f), mul(v.Y, f)} }

func (v Vec) dot(u Vec) float64 { return mul(v.X, u.X) + mul(v.Y, u.Y) }

func (v Vec) length() float64 { return math.Sqrt(v.dot(v)) }

// unit returns v with length one, and a zero v as it is.
func (v Vec) unit() Vec {
	l := v.length()
	if l == 0 {
		return v
	}
	return Vec{v.X / l, v.Y / l}
}

// atMost returns v, shortened to length l where it is longer.
func (v Vec) atMost(l float64) Vec {
	if n := v.length(); n > l {
		return v.times(l / n)
	}
	return v
}

// turn returns the direction at t turns from the x axis, 0 <= t < 1. It is a
// polynomial of its own because math.Sin differs in the last bit between machines.
func turn(t float64) Vec {
	return Vec{wave(t + 0.25), wave(t)}
}

// wave is the sine of t turns, good to about 1e-5.
func wave(t float64) float64 {
	x := mul(4, t-math.Floor(t)) // in quarters of a turn
	switch {
	case x > 3:
		x -= 4
	case x > 1:
		x = 2 - x
	}
	s := mul(x, x)
	return mul(x, 1.5707963-mul(s, 0.6459641-mul(s, 0.0796926-mul(s, 0.0046817-mul(s, 0.00015)))))
}

func clamp(x, low, high float64) float64 { return max(low, min(high, x)) }

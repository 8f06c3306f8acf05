package console

import "math"

// projection brings places of the world to places of the picture: x' = m0*x + m2*y + m4 and
// y' = m1*x + m3*y + m5, as the canvas of a browser has it.
type projection [6]float64

var identity = projection{1, 0, 0, 1, 0, 0}

func (m projection) place(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// area is by how much areas grow, below zero where they are turned over.
func (m projection) area() float64 { return m[0]*m[3] - m[1]*m[2] }

// size is by how much lengths grow, on the whole.
func (m projection) size() float64 { return math.Sqrt(math.Abs(m.area())) }

// back is the way back; ok is false where there is none.
func (m projection) back() (_ projection, ok bool) {
	area := m.area()
	if area == 0 || math.IsNaN(area) || math.IsInf(area, 0) {
		return identity, false
	}
	return projection{
		m[3] / area, -m[1] / area, -m[2] / area, m[0] / area,
		(m[2]*m[5] - m[3]*m[4]) / area, (m[1]*m[4] - m[0]*m[5]) / area,
	}, true
}

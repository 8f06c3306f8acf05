package view

import "math"

// Hull returns the ship as a mesh: the leaf of its picture, turned about its length.
// Positions and normals have three numbers for each vertex, and three indices are a
// triangle. It points along x, and is two long.
func Hull() (positions, normals []float32, indices []uint16) {
	const rings, sides = 17, 16
	for i := range rings {
		x := -1 + 2*float64(i)/(rings-1)
		r := 0.46 * max(0, 1-(x-0.05)*(x-0.05)/1.1025)
		slope := -0.92 * (x - 0.05) / 1.1025
		for k := range sides {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / sides)
			positions = append(positions, float32(x), float32(r*cos), float32(r*sin))
			long := math.Hypot(1, slope)
			normals = append(normals, float32(-slope/long), float32(cos/long), float32(sin/long))
		}
	}
	for i := range rings - 1 {
		for k := range sides {
			a, b := uint16(i*sides+k), uint16(i*sides+(k+1)%sides)
			indices = append(indices, a, b, b+sides, a, b+sides, a+sides)
		}
	}
	return positions, normals, indices
}

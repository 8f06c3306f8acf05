package picture

// block is 8 x 8 samples or coefficients, row by row.
type block [64]float32

// dct8 is the transform of eight samples by Y. Arai, T. Agui and M. Nakajima, "A
// Fast DCT-SQ Scheme for Images", Transactions of the IEICE E71(11), 1988: five
// multiplications, because what would be eight more is left to the quantisers. The
// eight values travel in registers.
func dct8(x0, x1, x2, x3, x4, x5, x6, x7 float32) (y0, y1, y2, y3, y4, y5, y6, y7 float32) {
	const (
		c2 = 0.541196100 // cos 2π/16 - cos 6π/16
		c4 = 0.707106781 // cos 4π/16
		c6 = 0.382683433 // cos 6π/16
		c8 = 1.306562965 // cos 2π/16 + cos 6π/16
	)
	a0, a7 := x0+x7, x0-x7
	a1, a6 := x1+x6, x1-x6
	a2, a5 := x2+x5, x2-x5
	a3, a4 := x3+x4, x3-x4

	b0, b3 := a0+a3, a0-a3
	b1, b2 := a1+a2, a1-a2
	z := (b2 + b3) * c4
	y0, y4 = b0+b1, b0-b1
	y2, y6 = b3+z, b3-z

	b4, b5, b6 := a4+a5, a5+a6, a6+a7
	z5 := (b4 - b6) * c6
	z2 := b4*c2 + z5
	z4 := b6*c8 + z5
	z3 := b5 * c4
	z1, z0 := a7+z3, a7-z3
	y5, y3 = z0+z2, z0-z2
	y1, y7 = z1+z4, z1-z4
	return
}

// rows transforms each row.
func (b *block) rows() {
	for i := 0; i < 64; i += 8 {
		r := (*[8]float32)(b[i:])
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = dct8(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7])
	}
}

// columns transforms each column.
func (b *block) columns() {
	for i := range 8 {
		c := (*[57]float32)(b[i:])
		c[0], c[8], c[16], c[24], c[32], c[40], c[48], c[56] = dct8(c[0], c[8], c[16], c[24], c[32], c[40], c[48], c[56])
	}
}

package sim

const (
	cell  = 32 // px; no body has a greater diameter
	cols  = Width / cell
	rows  = (Height + cell - 1) / cell
	cells = cols * rows
)

// grid sorts bodies into cells, so that only neighbours are compared. The zero
// value is ready.
type grid struct {
	start [cells + 1]int32 // where a cell's bodies begin in order
	order []int32          // indices of bodies, cell by cell
	at    []int32          // the cell of each body
}

// fill sorts n bodies by their places.
func (g *grid) fill(n int, place func(int) Point) {
	g.start = [cells + 1]int32{}
	g.at, g.order = g.at[:0], g.order[:0]
	for i := range n {
		p := place(i)
		c := int32(clampInt(int(p.Y)/cell, 0, rows-1)*cols + clampInt(int(p.X)/cell, 0, cols-1))
		g.at = append(g.at, c)
		g.order = append(g.order, 0)
		g.start[c+1]++
	}
	for c := range cells {
		g.start[c+1] += g.start[c]
	}
	next := g.start
	for i, c := range g.at {
		g.order[next[c]] = int32(i)
		next[c]++
	}
}

// pairs calls f for every two bodies in the same or in touching cells, each pair
// once and always in the same order.
func (g *grid) pairs(f func(i, j int)) {
	for c := range cells {
		own := g.order[g.start[c]:g.start[c+1]]
		for k, i := range own {
			for _, j := range own[k+1:] {
				f(int(i), int(j))
			}
		}
		col, row := c%cols, c/cols
		for _, d := range [...][2]int{{1, 0}, {-1, 1}, {0, 1}, {1, 1}} {
			x, y := col+d[0], row+d[1]
			if x < 0 || x >= cols || y >= rows {
				continue
			}
			n := y*cols + x
			for _, i := range own {
				for _, j := range g.order[g.start[n]:g.start[n+1]] {
					f(int(i), int(j))
				}
			}
		}
	}
}

func clampInt(x, low, high int) int { return max(low, min(high, x)) }

package sim

// RebuildRoutes has the next tick find out for every hunter, and for the oldest seeds,
// how far each cell of the arena is from it, around the hearts of the wells. The simulation does not need it:
// it is the kind of work that belongs into a loading screen, and that costs a frame
// when somebody makes the cells too small. Cells are squares of so many pixels, at
// least one.
func (w *World) RebuildRoutes(cell int) { w.routeCell = max(cell, 1) }

// Routes says what the last rebuild found.
type Routes struct {
	Cell     int // px
	Floods   int // one for each hunter and seed
	Cells    int // that were reached, all together
	Farthest int // steps
}

// terrain is the arena in cells.
type terrain struct {
	cell, w, h int
	wall       []bool
}

// stepRoutes does what was asked for.
func (w *World) stepRoutes() {
	s := w.rec.Begin(w.routes)
	defer s.End()
	g := w.raster(w.routeCell)
	w.Routes = Routes{Cell: g.cell}
	w.routeCell = 0
	for i := range w.Hunters {
		w.flood(&g, w.Hunters[i].Pos)
	}
	for i := range min(len(w.Seeds), routedSeeds) {
		w.flood(&g, w.Seeds[i].Pos)
	}
}

// routedSeeds is how many seeds are worth a route.
const routedSeeds = 60

// raster marks the cells that nobody passes.
func (w *World) raster(cell int) terrain {
	s := w.rec.Begin(w.rasters)
	defer s.End()
	g := terrain{cell: cell, w: (Width + cell - 1) / cell, h: (Ground + cell - 1) / cell}
	g.wall = make([]bool, g.w*g.h)
	for i := range g.wall {
		at := Point{float64(i%g.w*cell + cell/2), float64(i/g.w*cell + cell/2)}
		for j := range w.Wells {
			if d := at.to(w.Wells[j].Pos); d.dot(d) < 24*24 {
				g.wall[i] = true
			}
		}
	}
	return g
}

// flood goes from a point to all cells that can be reached, ring by ring.
func (w *World) flood(g *terrain, from Point) {
	s := w.rec.Begin(w.floods)
	defer s.End()
	x, y := int(clamp(from.X/float64(g.cell), 0, float64(g.w-1))), int(clamp(from.Y/float64(g.cell), 0, float64(g.h-1)))
	seen := make([]bool, g.w*g.h)
	ring, next := []int{y*g.w + x}, []int(nil)
	seen[ring[0]] = true
	steps := 0
	for ; len(ring) > 0; steps++ {
		s := w.rec.Begin(w.rings)
		w.Routes.Cells += len(ring)
		next = g.spread(next[:0], ring, seen)
		ring, next = next, ring
		s.End()
	}
	w.Routes.Floods++
	w.Routes.Farthest = max(w.Routes.Farthest, steps)
}

// spread returns the cells beside a ring that were not seen yet.
func (g *terrain) spread(next, ring []int, seen []bool) []int {
	for _, at := range ring {
		x := at % g.w
		for _, to := range [...]int{at - 1, at + 1, at - g.w, at + g.w} {
			if to < 0 || to >= len(seen) || seen[to] || g.wall[to] || x == 0 && to == at-1 || x == g.w-1 && to == at+1 {
				continue
			}
			seen[to] = true
			next = append(next, to)
		}
	}
	return next
}

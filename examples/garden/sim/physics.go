package sim

import "math"

// mover is a body for the length of one tick.
type mover struct {
	*Body
	weight float64 // part of gravity and wind that it feels
	pull   float64 // part of the wells that it feels
	drag   float64 // part of its speed lost in a second
	bounce float64
	yield  float64 // how far it gives way in a collision; zero does not collide
}

// stepPhysics moves everything by one tick, in Tune.Substeps steps.
func (w *World) stepPhysics() {
	w.muster()
	n := clampInt(w.Tune.Substeps, 1, 64)
	h := step / float64(n)
	for range n {
		w.drift(h)
		for i := range w.movers {
			w.move(&w.movers[i], h)
		}
		s := w.rec.Begin(w.collide)
		w.collisions()
		s.End()
	}
	for i := range w.Seeds {
		w.settle(&w.Seeds[i])
	}
}

// muster lists what moves.
func (w *World) muster() {
	t := &w.Tune
	w.movers = w.movers[:0]
	if w.Alive() {
		w.movers = append(w.movers, mover{Body: &w.Player.Body, weight: 0.8, pull: 0.5, bounce: 0.3})
	}
	for i := range w.Seeds {
		w.movers = append(w.movers, mover{&w.Seeds[i].Body, 1, 1, t.Drag, t.Bounce, 1})
	}
	for i := range w.Hunters {
		w.movers = append(w.movers, mover{&w.Hunters[i].Body, 0, 0, 0, 0.8, 0.25})
	}
	for i := range w.Shots {
		w.movers = append(w.movers, mover{Body: &w.Shots[i].Body, weight: 0.3, pull: 1.6})
	}
}

// drift moves the wells. They feel no force and turn round at the walls.
func (w *World) drift(h float64) {
	for i := range w.Wells {
		b := &w.Wells[i].Body
		b.Pos = b.Pos.plus(Vec(b.Vel).times(mul(h, w.Tune.Drift)))
		b.Vel.X = turnBack(b.Pos.X, b.Vel.X, 50, Width-50)
		b.Vel.Y = turnBack(b.Pos.Y, b.Vel.Y, 60, Ground-70)
	}
}

// turnBack returns v, pointing back where x is outside.
func turnBack(x, v, low, high float64) float64 {
	if x < low && v < 0 || x > high && v > 0 {
		return -v
	}
	return v
}

// Field returns the acceleration, in px/s², that a seed feels at p.
func (w *World) Field(p Point) Vec {
	return Vec{0, w.Tune.Gravity}.plus(w.Tune.Wind).plus(w.pullAt(p))
}

// pullAt returns what the wells alone do at p.
func (w *World) pullAt(p Point) Vec {
	var sum Vec
	for i := range w.Wells {
		k := &w.Wells[i]
		d := p.to(k.Pos)
		far := d.length()
		if far >= k.Reach || far < 1 {
			continue
		}
		near := 1 - far/k.Reach
		a := mul(mul(mul(w.Tune.Wells, k.Strength), near), 2-near) / far
		sum = sum.plus(d.times(a)).plus(Vec{-d.Y, d.X}.times(mul(mul(a, k.Spin), near)))
	}
	return sum
}

// move integrates one body and keeps it inside the walls.
func (w *World) move(m *mover, h float64) {
	a := Vec{0, w.Tune.Gravity}.plus(w.Tune.Wind).times(m.weight)
	if m.pull != 0 {
		a = a.plus(w.pullAt(m.Pos).times(m.pull))
	}
	v := Vec(m.Vel).plus(a.times(h))
	v = v.times(max(0, 1-mul(m.drag, h))).atMost(w.Tune.MaxSpeed)
	m.Vel = Velocity(v)
	m.Pos = m.Pos.plus(v.times(h))
	m.Pos.X, m.Vel.X = bounce(m.Pos.X, m.Vel.X, m.Radius, Width-m.Radius, m.bounce)
	m.Pos.Y, m.Vel.Y = bounce(m.Pos.Y, m.Vel.Y, m.Radius, Ground-m.Radius, m.bounce)
}

// bounce keeps x between low and high and turns v round where it was outside.
func bounce(x, v, low, high, keep float64) (float64, float64) {
	switch {
	case x < low:
		x = low
		v = mul(max(-v, v), keep)
	case x > high:
		x = high
		v = -mul(max(-v, v), keep)
	default:
		return x, v
	}
	if math.Abs(v) < 3 {
		v = 0 // it would only tremble
	}
	return x, v
}

// collisions pushes overlapping circles apart, with an impulse along the line
// between their centres.
func (w *World) collisions() {
	w.grid.fill(len(w.movers), func(i int) Point { return w.movers[i].Pos })
	w.grid.pairs(func(i, j int) {
		a, b := &w.movers[i], &w.movers[j]
		if a.yield == 0 || b.yield == 0 {
			return
		}
		d := a.Pos.to(b.Pos)
		reach := a.Radius + b.Radius
		q := d.dot(d)
		if q >= mul(reach, reach) || q == 0 {
			return
		}
		far := math.Sqrt(q)
		n := Vec{d.X / far, d.Y / far}
		sum := a.yield + b.yield
		overlap := n.times(mul(0.5, reach-far) / sum)
		a.Pos = a.Pos.plus(overlap.times(-a.yield))
		b.Pos = b.Pos.plus(overlap.times(b.yield))
		closing := Vec(b.Vel).minus(Vec(a.Vel)).dot(n)
		if closing >= 0 {
			return
		}
		impulse := n.times(mul(closing, 1+mul(0.9, w.Tune.Bounce)) / sum)
		a.Vel = Velocity(Vec(a.Vel).plus(impulse.times(a.yield)))
		b.Vel = Velocity(Vec(b.Vel).minus(impulse.times(b.yield)))
	})
}

// settle counts how long a seed lies on the side that gravity pulls to, and slows
// it there.
func (w *World) settle(s *Seed) {
	low := s.Pos.Y >= Ground-s.Radius-0.6
	if w.Tune.Gravity < 0 {
		low = s.Pos.Y <= s.Radius+0.6
	}
	if !low || w.Tune.Gravity == 0 {
		s.Rest = max(s.Rest-1, 0)
		return
	}
	s.Vel.X = mul(s.Vel.X, 0.96)
	if math.Abs(s.Vel.Y) < 14 && math.Abs(s.Vel.X) < 20 {
		s.Rest++
	} else {
		s.Rest = max(s.Rest-2, 0) // jostled
	}
}

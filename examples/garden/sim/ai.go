package sim

import (
	"cmp"
	"slices"
)

// stepMinds decides for every hunter what it is after and turns it there.
func (w *World) stepMinds() {
	if w.routeCell > 0 {
		w.stepRoutes()
	}
	for i := range w.Hunters {
		h := &w.Hunters[i]
		if h.Timer--; h.Timer <= 0 {
			w.think(h)
		}
		w.chase(h)
	}
	s := w.rec.Begin(w.flock)
	w.keepApart()
	s.End()
}

// think chooses a mood and a target. Hunters think about four times a second, each
// at its own beat.
func (w *World) think(h *Hunter) {
	sense := mul(max(w.Tune.SenseRadius, 0), clamp(w.Tune.Aggression, 0, 1.6))
	far := h.Pos.to(w.Player.Pos).length()
	h.Timer = ticks(w.Tune.Hunters.Think) + int(mul(8, w.mindR.Float64()))
	seen := w.Alive() && !w.Tune.Unseen
	switch {
	case seen && h.Health < w.Tune.Hunters.FleeHealth:
		h.State, h.Target, h.Timer = Flee, w.Player.ID, 40
	case seen && far < w.Tune.Hunters.LungeRange && h.State == Stalk && w.Tune.Aggression > 0:
		h.State, h.Target, h.Timer = Lunge, w.Player.ID, 26
	case seen && far < sense:
		h.State, h.Target = Stalk, w.Player.ID
	default:
		if s := w.nearestSeed(h.Pos, 90); s != nil {
			h.State, h.Target = Graze, s.ID
			return
		}
		if h.State != Wander || h.Pos.to(h.goal).length() < 30 {
			h.goal = Point{40 + mul(Width-80, w.mindR.Float64()), 40 + mul(Ground-80, w.mindR.Float64())}
		}
		h.State, h.Target = Wander, 0
	}
}

// chase turns a hunter's velocity towards what it wants.
func (w *World) chase(h *Hunter) {
	speed := mul(mul(w.Tune.Hunters.Speed, h.Rage), 0.55+mul(0.45, mul(w.Tune.Aggression, w.Tune.hardness())))
	want := h.Pos.to(h.goal)
	grip := 0.06 // part of the difference that a tick makes up
	switch h.State {
	case Stalk:
		want = h.Pos.to(w.lead(h.Pos, speed))
	case Lunge:
		want, speed, grip = h.Pos.to(w.Player.Pos), mul(speed, w.Tune.Hunters.LungeSpeed), 0.035
	case Flee:
		want = w.Player.Pos.to(h.Pos)
	case Graze:
		if s := w.seed(h.Target); s != nil {
			want = h.Pos.to(s.Pos)
		} else {
			h.Timer = 0
		}
	}
	goal := want.unit().times(speed)
	v := Vec(h.Vel)
	h.Vel = Velocity(v.plus(goal.minus(v).times(grip)))
}

// lead returns where the ship will be when a hunter of that speed could be there.
func (w *World) lead(from Point, speed float64) Point {
	t := clamp(from.to(w.Player.Pos).length()/max(speed, 1), 0, 0.7)
	return w.Player.Pos.plus(Vec(w.Player.Vel).times(t))
}

// keepApart pushes hunters away from each other and out of the hearts of wells.
func (w *World) keepApart() {
	push := mul(clamp(w.Tune.Separation, 0, 10), 4)
	for i := range w.Hunters {
		a := &w.Hunters[i]
		for j := i + 1; j < len(w.Hunters); j++ {
			b := &w.Hunters[j]
			d := b.Pos.to(a.Pos)
			far := d.length()
			if far >= 44 || far == 0 {
				continue
			}
			f := d.times(mul(push, 1-far/44) / far)
			a.Vel = Velocity(Vec(a.Vel).plus(f))
			b.Vel = Velocity(Vec(b.Vel).minus(f))
		}
		for j := range w.Wells {
			d := w.Wells[j].Pos.to(a.Pos)
			if far := d.length(); far < 40 && far > 0 {
				a.Vel = Velocity(Vec(a.Vel).plus(d.times(6 / far)))
			}
		}
	}
}

// nearestSeed returns the seed nearest to p within reach, or nil.
func (w *World) nearestSeed(p Point, reach float64) *Seed {
	var best *Seed
	least := mul(reach, reach)
	for i := range w.Seeds {
		d := p.to(w.Seeds[i].Pos)
		if q := d.dot(d); q < least {
			least, best = q, &w.Seeds[i]
		}
	}
	return best
}

// seed returns a seed by its id, or nil. Ids grow along the slice, save for a seed that
// came back because its deletion was undone: it is looked for one by one.
func (w *World) seed(id ID) *Seed {
	at, ok := slices.BinarySearchFunc(w.Seeds, id, func(s Seed, id ID) int { return cmp.Compare(s.ID, id) })
	if !ok {
		at = slices.IndexFunc(w.Seeds, func(s Seed) bool { return s.ID == id })
	}
	if at < 0 {
		return nil
	}
	return &w.Seeds[at]
}

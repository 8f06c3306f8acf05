package sim

import "slices"

const catchNear = 6 // px beyond the ship's radius

// steer flies the ship: thrust, aim, trigger.
func (w *World) steer(in Input) {
	p := &w.Player
	if !w.Alive() {
		return
	}
	p.Shield, p.Cooldown = max(p.Shield-1, 0), max(p.Cooldown-1, 0)
	move := in.Move.atMost(1)
	p.Thrust = move.length()
	v := Vec(p.Vel)
	p.Vel = Velocity(v.plus(move.times(w.speed()).minus(v).times(w.Tune.Ship.Grip)))
	w.aim(in, move)
	if in.Fire && p.Cooldown == 0 {
		w.shoot()
	}
}

// aim turns the ship: to the pointer, else to a hunter in range, else ahead.
func (w *World) aim(in Input, move Vec) {
	p := &w.Player
	want := move
	if in.Aiming {
		want = p.Pos.to(in.Target)
	} else if h := w.nearestHunter(p.Pos, 210); h != nil {
		t := p.Pos.to(h.Pos).length() / max(w.Tune.Shots.Speed, 1)
		want = p.Pos.to(h.Pos.plus(Vec(h.Vel).minus(Vec(p.Vel).times(0.4)).times(t)))
	}
	if want.length() == 0 {
		return
	}
	now := Vec(p.Aim).plus(want.unit().times(0.35)).unit()
	if now.length() > 0 {
		p.Aim = Heading(now)
	}
}

func (w *World) shoot() {
	p := &w.Player
	p.Cooldown = ticks(w.Tune.Shots.Every)
	dir := Vec(p.Aim)
	w.Shots = append(w.Shots, Shot{
		ID: w.newID(),
		Body: Body{
			Pos:    p.Pos.plus(dir.times(11)),
			Vel:    Velocity(dir.times(w.Tune.Shots.Speed).plus(Vec(p.Vel).times(0.4))),
			Radius: 2,
		},
		Damage: w.Tune.Shots.Damage, Left: ticks(w.Tune.Shots.Life),
	})
	w.happen(Event{Kind: Fired, Pos: p.Pos})
}

// stepCombat settles who hits, eats and catches whom.
func (w *World) stepCombat() {
	w.strike()
	w.bite()
	w.eat()
	w.catch()
	w.fling()
	m := &w.Match
	if m.fade = max(m.fade-1, 0); m.fade == 0 {
		m.Combo = 0
	}
	if m.Caught >= m.Quota && !m.Over {
		w.nextWave()
	}
}

// strike lets shots hit hunters, and end.
func (w *World) strike() {
	for i := range w.Shots {
		s := &w.Shots[i]
		if s.Left--; s.Pos.X <= s.Radius || s.Pos.X >= Width-s.Radius || s.Pos.Y <= s.Radius || s.Pos.Y >= Ground-s.Radius {
			s.Left = 0
		}
		for j := range w.Hunters {
			h := &w.Hunters[j]
			if s.Left > 0 && h.Health > 0 && touches(&s.Body, &h.Body, 2) {
				w.hit(s, h)
			}
		}
	}
	w.Shots = slices.DeleteFunc(w.Shots, func(s Shot) bool { return s.Left <= 0 })
	w.Hunters = slices.DeleteFunc(w.Hunters, func(h Hunter) bool { return h.Health <= 0 })
}

func (w *World) hit(s *Shot, h *Hunter) {
	s.Left = 0
	h.Health -= s.Damage
	if w.Tune.Shots.OneHit {
		h.Health = 0
	}
	h.Vel = Velocity(Vec(h.Vel).plus(Vec(s.Vel).times(0.08)))
	if h.Health > 0 {
		w.happen(Event{Kind: Struck, Pos: s.Pos})
		return
	}
	w.Match.Score += 100
	w.Match.hunt = max(w.Match.hunt, Rate/2)
	for range 4 {
		w.addSeed(h.Pos, turn(w.spawnR.Float64()).times(90))
	}
	w.happen(Event{Kind: Killed, Pos: h.Pos, Points: 100})
}

// bite lets hunters hurt the ship.
func (w *World) bite() {
	p := &w.Player
	for i := range w.Hunters {
		h := &w.Hunters[i]
		if !w.Alive() || p.Shield > 0 || !touches(&h.Body, &p.Body, 0) {
			continue
		}
		away := h.Pos.to(p.Pos).unit()
		p.Vel = Velocity(Vec(p.Vel).plus(away.times(150)))
		h.Vel = Velocity(Vec(h.Vel).minus(away.times(120)))
		h.State, h.Timer = Wander, 50
		if w.Tune.God {
			p.Shield = 20
			continue
		}
		p.Health -= mul(w.Tune.Hunters.Bite, w.Tune.hardness())
		p.Shield = 45
		w.Match.Combo = 0
		w.happen(Event{Kind: Hurt, Pos: p.Pos, N: int(max(p.Health, 0))})
	}
	if !w.Alive() && p.Respawn == 0 {
		w.lose()
	}
}

// lose takes a life, and ends the match with the last one.
func (w *World) lose() {
	p := &w.Player
	p.Health, p.Thrust, p.Respawn = 0, 0, 2*Rate
	p.Lives = max(p.Lives-1, 0)
	w.happen(Event{Kind: Lost, Pos: p.Pos, N: p.Lives})
	if p.Lives == 0 {
		w.Match.Over, p.Respawn = true, 5*Rate
		w.happen(Event{Kind: Ended, Pos: p.Pos, N: w.Match.Score})
	}
}

// eat lets grazing hunters swallow the seed they are after.
func (w *World) eat() {
	for i := range w.Hunters {
		h := &w.Hunters[i]
		if h.State != Graze {
			continue
		}
		if s := w.seed(h.Target); s != nil && touches(&h.Body, &s.Body, 2) {
			s.Worth = -1 // swallowed; catch sweeps it away
			h.Health, h.State, h.Timer, h.Target = min(h.Health+2, 80), Wander, 40, 0
			w.happen(Event{Kind: Grazed, Pos: s.Pos, Hue: s.Hue})
		}
	}
}

// catch lets the ship draw seeds in and collect them.
func (w *World) catch() {
	p, m := &w.Player, &w.Match
	w.Seeds = slices.DeleteFunc(w.Seeds, func(s Seed) bool { return s.Worth < 0 })
	if !w.Alive() {
		return
	}
	lure := w.lure()
	for i := range w.Seeds {
		s := &w.Seeds[i]
		d := s.Pos.to(p.Pos)
		far := d.length()
		if far <= lure && far > 0 {
			s.Vel = Velocity(Vec(s.Vel).plus(d.times(mul(14, 1-far/lure) / far)))
		}
		if far > p.Radius+catchNear || far == 0 {
			continue
		}
		m.Combo, m.fade = min(m.Combo+1, 99), 50
		points := s.Worth * (1 + min(m.Combo, 35)/5)
		m.Score += points
		m.Caught++
		s.Worth = -1
		w.happen(Event{Kind: Caught, Pos: s.Pos, N: m.Combo, Points: points, Hue: s.Hue})
	}
	w.Seeds = slices.DeleteFunc(w.Seeds, func(s Seed) bool { return s.Worth < 0 })
}

// fling throws seeds out of the hearts of wells, so that none piles up there.
func (w *World) fling() {
	for i := range w.Wells {
		k := &w.Wells[i]
		for j := range w.Seeds {
			s := &w.Seeds[j]
			d := k.Pos.to(s.Pos)
			if far := d.length(); far < k.Radius && far > 0 {
				out := d.times(1 / far)
				side := Vec{-out.Y, out.X}
				s.Vel = Velocity(out.times(120).plus(side.times(mul(90, k.Spin))))
				w.happen(Event{Kind: Flung, Pos: s.Pos, Hue: s.Hue})
			}
		}
	}
}

func touches(a, b *Body, slack float64) bool {
	return a.Pos.to(b.Pos).length() < a.Radius+b.Radius+slack
}

// nearestHunter returns the hunter nearest to p within reach, or nil.
func (w *World) nearestHunter(p Point, reach float64) *Hunter {
	var best *Hunter
	for i := range w.Hunters {
		if far := p.to(w.Hunters[i].Pos).length(); far < reach {
			reach, best = far, &w.Hunters[i]
		}
	}
	return best
}

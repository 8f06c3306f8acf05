package sim

import (
	"time"

	"github.com/scry-dev/scry/examples/arena/ecs"
)

const (
	biteNear  = 2.5 // m
	samples   = 24  // seeds that a hunter looks at when it looks for one
	biteEvery = 400 * time.Millisecond
	fullBelly = 100
	shyNear   = 40 // m within which the player frightens a weak hunter
)

// stepMinds lets hunters think, turn and eat, and the player fly.
func (a *Arena) stepMinds() {
	dt := a.tickTime()
	hunger := a.dt() * 10
	a.doomed = a.doomed[:0]
	for place, h := range a.Hunters.All() {
		b, t, v := a.Bodies.Get(place), a.Timers.Get(place), a.Vitals.Get(place)
		if b == nil || t == nil || v == nil {
			continue // somebody took a part of it away
		}
		if v.Health -= hunger; v.Health <= 0 {
			id, _ := a.Entities.At(place)
			a.doomed = append(a.doomed, id)
			continue
		}
		t.Cooldown = max(0, t.Cooldown-dt)
		if t.Think -= dt; t.Think <= 0 {
			a.think(place, h, b, v, t)
		}
		if food, ok := a.chase(h, b, t, v); ok {
			a.doomed = append(a.doomed, food)
		}
	}
	for _, id := range a.doomed {
		a.Kill(id)
	}
	a.pilot()
}

// think chooses what a hunter does next.
func (a *Arena) think(place int, h *Hunter, b *Body, v *Vitals, t *Timers) {
	sight, fear, every := float32(120), float32(0.15), 500*time.Millisecond
	if s := a.Senses.Get(place); s != nil {
		sight, fear, every = s.Sight, s.Fear, s.Every
	}
	t.Think = every + time.Duration(a.dice.below(200))*time.Millisecond
	if p, ok := a.where(a.Player); ok && v.Health < 100*fear && p.far(b.Pos) < shyNear {
		if h.State != Flee {
			h.State, h.Plan = Flee, Escape{a.Player, a.Tick}
		}
		h.Target = a.Player
		return
	}
	if food, ok := a.where(h.Target); ok && h.State == Chase && food.far(b.Pos) < 2*sight {
		return // it goes on
	}
	reach := sight * h.Aggression * float32(a.Tune.Appetite)
	if food, ok := a.forage(b.Pos, reach); ok {
		h.State, h.Target, h.Plan = Chase, food, nil
		return
	}
	h.State, h.Target = Roam, 0
	if w, ok := h.Plan.(Wander); !ok || w.Goal.far(b.Pos) < 10 {
		h.Plan = Wander{toward(a.dice.unit(), a.radius*a.dice.unit())}
	}
	if p := a.Paths.Get(place); p != nil && p.Next >= len(p.Points) {
		p.Points, p.Next = a.way(p.Points[:0], b.Pos), 0
	}
}

// forage returns the nearest of some seeds within reach. It does not look at all of
// them: nobody sees the difference, and a hundred thousand are many.
func (a *Arena) forage(from Vec2, reach float32) (food ecs.ID, ok bool) {
	n := a.Kernels.Len()
	if n == 0 {
		return 0, false
	}
	for range samples {
		place := a.Kernels.Owner(a.dice.below(n))
		b := a.Bodies.Get(place)
		if b == nil {
			continue
		}
		if far := b.Pos.far(from); far < reach {
			if id, alive := a.Entities.At(place); alive {
				food, ok, reach = id, true, far
			}
		}
	}
	return food, ok
}

// chase turns a hunter to where it wants to be. It reports what it has eaten.
func (a *Arena) chase(h *Hunter, b *Body, t *Timers, v *Vitals) (eaten ecs.ID, ok bool) {
	want, speed := b.Vel, float32(a.Tune.Speed)
	target, alive := a.where(h.Target)
	switch {
	case h.State == Flee && alive:
		want = b.Pos.minus(target)
	case h.State == Chase && alive && h.Target != a.Player:
		want = target.minus(b.Pos)
		if want.length() < biteNear+speed*a.dt() && h.CanFeed && t.Cooldown == 0 {
			eaten, ok = h.Target, true
			v.Health = min(v.Health+8, fullBelly)
			h.State, h.Target, h.Plan, t.Cooldown = Feed, 0, Graze{1}, biteEvery
		}
	case h.State == Feed && t.Cooldown > 0:
		want, speed = Vec2{}, 0
	default:
		if w, roams := h.Plan.(Wander); roams {
			want = w.Goal.minus(b.Pos)
		} else {
			t.Think = 0
		}
		speed *= 0.4
	}
	grip := min(1, 5*a.dt())
	b.Vel = b.Vel.plus(want.unit().times(speed).minus(b.Vel).times(grip))
	b.Heading = b.Vel.heading()
	return eaten, ok
}

// pilot flies the player along its path, and lets it gather what it reaches.
func (a *Arena) pilot() {
	place := a.Player.Place()
	if !a.Entities.Has(a.Player) {
		return
	}
	b, p := a.Bodies.Get(place), a.Paths.Get(place)
	if b == nil || p == nil {
		return
	}
	if p.Next < 0 || p.Next >= len(p.Points) {
		p.Points, p.Next = a.way(p.Points[:0], b.Pos), 0
	}
	to := p.Points[p.Next].minus(b.Pos)
	if to.length() < 12 {
		p.Next++
	}
	b.Vel = b.Vel.plus(to.unit().times(70).minus(b.Vel).times(min(1, 3*a.dt())))
	b.Heading = b.Vel.heading()
	a.gather(a.Satchels.Get(place))
}

// gather puts the seeds that the player reaches into its satchel, while there is room.
func (a *Arena) gather(s *Satchel) {
	for _, id := range a.reached {
		k := a.Kernels.Get(id.Place())
		if k == nil || s == nil || !a.Entities.Has(id) {
			continue
		}
		if s.Stock == nil {
			s.Stock = make(map[string]int)
		}
		if s.Stock["drift"]+s.Stock["ripe"] >= s.Room {
			clear(s.Stock) // it is emptied, and begins anew
		}
		s.Stock[k.State.String()]++
		a.Kill(id)
	}
}

// way appends a path of some points that leads round the arena.
func (a *Arena) way(points []Vec2, from Vec2) []Vec2 {
	angle := from.heading() / 360
	for range 8 + a.dice.below(8) {
		angle += a.dice.between(0.02, 0.08)
		points = append(points, toward(angle, a.radius*a.dice.between(0.2, 0.8)))
	}
	return points
}

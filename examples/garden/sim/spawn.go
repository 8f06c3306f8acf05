package sim

import "slices"

const (
	bloomGap    = 8.0 // px between two roots, at least
	sproutAfter = Rate
	fadeAfter   = 5 * Rate / 2
)

// plant fills the garden with what its level begins with.
func (w *World) plant() {
	for _, l := range w.Level.Wells {
		dir := turn(w.spawnR.Float64()).times(l.Drift)
		w.Wells = append(w.Wells, Well{
			ID:   w.newID(),
			Body: Body{Pos: Point{l.X, l.Y}, Vel: Velocity(dir), Radius: 12},
			Pull: Pull{Strength: l.Strength, Reach: l.Reach, Spin: l.Spin},
		})
	}
	for range w.Level.Seeds {
		pos := Point{mul(w.spawnR.Float64(), Width), mul(w.spawnR.Float64(), Ground-20)}
		w.addSeed(pos, turn(w.spawnR.Float64()).times(mul(30, w.spawnR.Float64())))
	}
	for range w.Level.Blooms {
		w.sprout(mul(w.spawnR.Float64(), Width), w.spawnR.Float64(), mul(0.9, w.spawnR.Float64()))
	}
}

// stepSpawn lets seeds fall, flowers grow, ships return and hunters come.
func (w *World) stepSpawn() {
	w.rain()
	w.root()
	w.grow()
	w.recall()
	w.summon()
}

// addSeed adds a seed, if there is room.
func (w *World) addSeed(pos Point, vel Vec) {
	if len(w.Seeds) >= w.Tune.SpawnMax {
		return
	}
	w.Seeds = append(w.Seeds, Seed{
		ID:     w.newID(),
		Body:   Body{Pos: pos, Vel: Velocity(vel), Radius: 3 + mul(1.5, w.spawnR.Float64())},
		Kernel: Kernel{Hue: w.spawnR.Float64(), Worth: w.Tune.Worth},
	})
}

// rain brings new seeds in from the side that gravity pulls away from.
func (w *World) rain() {
	w.owed += mul(clamp(w.Tune.SpawnRate, 0, 1000), step)
	for ; w.owed >= 1; w.owed-- {
		y := 4.0
		if w.Tune.Gravity < 0 {
			y = Ground - 4
		}
		pos := Point{mul(w.spawnR.Float64(), Width), y}
		w.addSeed(pos, Vec{mul(60, w.spawnR.Float64()-0.5), 0})
	}
	if n := len(w.Seeds) - max(w.Tune.SpawnMax, 0); n > 0 {
		w.Seeds = slices.Delete(w.Seeds, 0, (n+19)/20) // the oldest go, gently
	}
}

// root turns seeds that lie still into flowers, or lets them fade where there is
// no room.
func (w *World) root() {
	w.Seeds = slices.DeleteFunc(w.Seeds, func(s Seed) bool {
		if s.Rest == sproutAfter && w.sprout(s.Pos.X, s.Hue, 0) {
			w.happen(Event{Kind: Sprouted, Pos: s.Pos, Hue: s.Hue})
			return true
		}
		return s.Rest > fadeAfter
	})
}

// sprout plants a flower at x, on the side that gravity pulls to. It reports
// whether there was room.
func (w *World) sprout(x, hue, growth float64) bool {
	if len(w.Blooms) >= w.Tune.Blooms.Max || x < 6 || x > Width-6 {
		return false
	}
	hanging := w.Tune.Gravity < 0
	for i := range w.Blooms {
		b := &w.Blooms[i]
		if b.Hanging == hanging && b.Pos.X > x-bloomGap && b.Pos.X < x+bloomGap {
			return false
		}
	}
	pos := Point{x, Ground + 2}
	if hanging {
		pos.Y = 0
	}
	w.Blooms = append(w.Blooms, Bloom{
		ID: w.newID(), Pos: pos,
		Plant: Plant{Growth: growth, Height: 14 + mul(30, w.spawnR.Float64()), Hue: hue, Crops: 3, Hanging: hanging, Sown: w.Now()},
	})
	return true
}

// Head returns where the flower's head is.
func (b *Bloom) Head() Point {
	h := mul(b.Height, b.Growth)
	if b.Hanging {
		h = -h
	}
	return Point{b.Pos.X, b.Pos.Y - h}
}

// grow lets flowers grow; the ripe ones throw seeds away from their root.
func (w *World) grow() {
	for i := range w.Blooms {
		b := &w.Blooms[i]
		b.Growth += mul(mul(step, 0.06+mul(0.002, b.Height)), w.Tune.Blooms.Growth)
		if b.Growth < 1 {
			continue
		}
		head, up := b.Head(), -1.0
		if b.Hanging {
			up = 1
		}
		for range w.Tune.Blooms.Seeds {
			speed := 110 + mul(90, w.spawnR.Float64())
			w.addSeed(head, Vec{mul(130, w.spawnR.Float64()-0.5), mul(up, speed)})
		}
		b.Crops--
		b.Growth = 0.35
		w.happen(Event{Kind: Ripe, Pos: head, Hue: b.Hue})
	}
	w.Blooms = slices.DeleteFunc(w.Blooms, func(b Bloom) bool { return b.Crops <= 0 })
}

// recall brings a lost ship back, or begins a new match after the last one.
func (w *World) recall() {
	if w.Player.Respawn == 0 {
		return
	}
	if w.Player.Respawn--; w.Player.Respawn > 0 {
		return
	}
	if w.Match.Over {
		w.Restart()
		return
	}
	w.revive()
}

// summon lets the hunters of the wave come in from the sides, one at a time.
func (w *World) summon() {
	m := &w.Match
	if m.Pause > 0 {
		m.Pause--
		return
	}
	if m.hunt > 0 {
		m.hunt--
		return
	}
	hard := w.Tune.hardness()
	want := mul(float64(w.wave().Hunters+m.Round-1+w.Tune.Rules.Hunters), hard)
	if float64(len(w.Hunters)) >= want {
		return
	}
	m.hunt = ticks(w.Tune.HuntEvery)
	x := 8.0
	if w.spawnR.Float64() < 0.5 {
		x = Width - 8
	}
	w.addHunter(Point{x, 40 + mul(200, w.spawnR.Float64())})
}

// addHunter adds a hunter of the round.
func (w *World) addHunter(pos Point) ID {
	h := Hunter{
		ID:     w.newID(),
		Body:   Body{Pos: pos, Radius: 8},
		Vitals: Vitals{Health: 56 + mul(8, float64(w.Match.Round))},
		Mind:   Mind{Rage: 0.85 + mul(0.4, w.spawnR.Float64()), goal: Point{Width / 2, Height / 2}},
	}
	w.Hunters = append(w.Hunters, h)
	w.happen(Event{Kind: Appeared, Pos: h.Pos})
	return h.ID
}

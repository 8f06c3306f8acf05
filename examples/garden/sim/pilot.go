package sim

// pilot plays the game: it goes for the seeds that are worth the way, keeps off
// hunters and wells, and shoots what comes near.
func (w *World) pilot() Input {
	p := &w.Player
	var want Vec
	if s := w.bestSeed(); s != nil {
		want = p.Pos.to(s.Pos.plus(Vec(s.Vel).times(0.25))).unit()
	} else {
		want = p.Pos.to(Point{Width / 2, Height / 2}).atMost(100).times(0.01)
	}
	for i := range w.Hunters {
		want = want.plus(shy(w.Hunters[i].Pos.to(p.Pos), 46, 1.7))
	}
	for i := range w.Wells {
		want = want.plus(shy(w.Wells[i].Pos.to(p.Pos), 44, 1.6))
	}
	// Lean against what pulls, and away from walls.
	want = want.minus(w.Field(p.Pos).times(0.0022))
	want.X += wallShy(p.Pos.X, Width)
	want.Y += wallShy(p.Pos.Y, Ground)

	h := w.nearestHunter(p.Pos, 190)
	// It shoots in bursts, as a person does, and so it is bitten now and then.
	ready := w.Tick%96 < 48 && h != nil
	return Input{Move: want, Fire: ready && Vec(p.Aim).dot(p.Pos.to(h.Pos).unit()) > 0.9}
}

// shy returns a push along d that grows as d gets shorter than reach.
func shy(d Vec, reach, force float64) Vec {
	far := d.length()
	if far >= reach || far == 0 {
		return Vec{}
	}
	return d.times(mul(force, 1-far/reach) / far)
}

func wallShy(x, high float64) float64 {
	switch {
	case x < 36:
		return (36 - x) / 36
	case x > high-36:
		return (high - 36 - x) / 36
	}
	return 0
}

// bestSeed returns the seed with the best prospect: near, ahead, far from hunters.
func (w *World) bestSeed() *Seed {
	p := &w.Player
	var best *Seed
	least := 1e9
	for i := range w.Seeds {
		s := &w.Seeds[i]
		d := p.Pos.to(s.Pos)
		cost := d.length() - mul(0.25, d.unit().dot(Vec(p.Vel)))
		if s.Pos.Y > Ground-20 || s.Pos.Y < 20 {
			cost += 60
		}
		if cost >= least {
			continue
		}
		for j := range w.Hunters {
			if far := w.Hunters[j].Pos.to(s.Pos).length(); far < 80 {
				cost += mul(2, 80-far)
			}
		}
		if cost < least {
			least, best = cost, s
		}
	}
	return best
}

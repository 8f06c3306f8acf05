package sim

import "math"

// Hash returns a digest of all that the game is played with: two worlds with the
// same digest went the same way. Sparks and settings are not in it.
func (w *World) Hash() uint64 {
	h := digest(14695981039346656037)
	h.add(w.Tick, uint64(w.lastID))
	m := &w.Match
	h.add(uint64(m.Score), uint64(m.Combo), uint64(m.Wave), uint64(m.Round), uint64(m.Caught), uint64(m.Pause), uint64(m.fade), uint64(m.hunt))
	p := &w.Player
	h.body(p.ID, &p.Body)
	h.floats(p.Health, p.Aim.X, p.Aim.Y)
	h.add(uint64(p.Lives), uint64(p.Shield), uint64(p.Cooldown), uint64(p.Respawn))
	for i := range w.Seeds {
		s := &w.Seeds[i]
		h.body(s.ID, &s.Body)
		h.floats(s.Hue)
		h.add(uint64(s.Worth), uint64(s.Rest))
	}
	for i := range w.Hunters {
		k := &w.Hunters[i]
		h.body(k.ID, &k.Body)
		h.floats(k.Health, k.Rage, k.goal.X, k.goal.Y)
		h.add(uint64(k.State), uint64(k.Target), uint64(k.Timer))
	}
	for i := range w.Wells {
		k := &w.Wells[i]
		h.body(k.ID, &k.Body)
		h.floats(k.Strength, k.Reach, k.Spin)
	}
	for i := range w.Shots {
		h.body(w.Shots[i].ID, &w.Shots[i].Body)
		h.add(uint64(w.Shots[i].Left))
	}
	for i := range w.Blooms {
		b := &w.Blooms[i]
		h.add(uint64(b.ID), uint64(b.Crops))
		h.floats(b.Pos.X, b.Growth, b.Height, b.Hue)
	}
	return uint64(h)
}

// digest is FNV-1a, a word at a time.
type digest uint64

func (d *digest) add(words ...uint64) {
	for _, w := range words {
		for range 8 {
			*d = (*d ^ digest(w&0xff)) * 1099511628211
			w >>= 8
		}
	}
}

func (d *digest) floats(f ...float64) {
	for _, x := range f {
		d.add(math.Float64bits(x))
	}
}

func (d *digest) body(id ID, b *Body) {
	d.add(uint64(id))
	d.floats(b.Pos.X, b.Pos.Y, b.Vel.X, b.Vel.Y, b.Radius)
}

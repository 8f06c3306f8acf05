package sim

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Boon is what helps the ship for a while: a Magnet or a Gale.
type Boon interface {
	pass() Boon // a tick later; nil when it is over
}

// Magnet draws seeds in from farther.
type Magnet struct {
	Reach float64 // multiplies how far
	Left  int     // ticks
}

// Gale makes the ship faster.
type Gale struct {
	Speed float64 // multiplies it
	Left  int     // ticks
}

func (m Magnet) pass() Boon {
	if m.Left--; m.Left <= 0 {
		return nil
	}
	return m
}

func (g Gale) pass() Boon {
	if g.Left--; g.Left <= 0 {
		return nil
	}
	return g
}

// Boons returns the names that Bless knows.
func Boons() []string { return []string{"magnet", "gale"} }

// Bless gives the ship a boon for a time.
func (p *Player) Bless(boon string, long time.Duration) error {
	switch boon {
	case "magnet":
		p.Boon = Magnet{4, ticks(long)}
	case "gale":
		p.Boon = Gale{2, ticks(long)}
	default:
		return fmt.Errorf("no boon is called %q; there are %s", boon, strings.Join(Boons(), ", "))
	}
	return nil
}

// lure is how far the ship draws seeds in, in px.
func (w *World) lure() float64 {
	if m, ok := w.Player.Boon.(Magnet); ok {
		return mul(w.Tune.Ship.Lure, clamp(m.Reach, 0, 20))
	}
	return w.Tune.Ship.Lure
}

// speed is the top speed of the ship, in px/s.
func (w *World) speed() float64 {
	if g, ok := w.Player.Boon.(Gale); ok {
		return mul(w.Tune.PlayerSpeed, clamp(g.Speed, 0, 4))
	}
	return w.Tune.PlayerSpeed
}

// Now returns the garden's calendar, which begins on a morning in spring.
func (w *World) Now() time.Time {
	return time.Date(2031, time.March, 20, 6, 0, 0, 0, time.UTC).Add(lasting(w.Tick))
}

// lasting is how long so many ticks are.
func lasting(ticks uint64) time.Duration { return time.Duration(ticks) * time.Second / Rate }

// trailLength is how many places of the ship are kept.
const trailLength = 12

// chronicle notes what nothing else depends on: where the ship was, how old hunters are,
// how long the match lasts; and lets boons pass.
func (w *World) chronicle() {
	w.Match.Length += lasting(1)
	for i := range w.Hunters {
		w.Hunters[i].Age += lasting(1)
	}
	p := &w.Player
	if p.Boon != nil {
		p.Boon = p.Boon.pass()
	}
	if w.Tick%(Rate/4) != 0 || !w.Alive() {
		return
	}
	if len(p.Trail) >= trailLength {
		p.Trail = append(p.Trail[:0], p.Trail[len(p.Trail)-trailLength+1:]...)
	}
	p.Trail = append(p.Trail, p.Pos)
}

// Throw gives a seed another speed, in px/s.
func (s *Seed) Throw(x, y float64) {
	s.Vel, s.Rest = Velocity{x, y}, 0
}

// Stun lets a hunter hang where it is for a time.
func (h *Hunter) Stun(long time.Duration) {
	h.State, h.Target, h.Timer, h.goal, h.Vel = Wander, 0, ticks(long), h.Pos, Velocity{}
}

// Enrage multiplies a hunter's rage, within its bounds.
func (h *Hunter) Enrage(by float64) float64 {
	h.Rage = clamp(mul(h.Rage, by), 0.2, 3)
	return h.Rage
}

// Ripen lets a flower throw its seeds in the next tick.
func (b *Bloom) Ripen() { b.Growth = 1 }

// Flip lets a well push where it pulled.
func (k *Well) Flip() float64 {
	k.Strength = -k.Strength
	return k.Strength
}

// middle is where something comes that has no place yet.
func middle(p *Point) {
	if *p == (Point{}) {
		*p = Point{Width / 2, Height / 2}
	}
}

// AdoptSeed makes a seed that somebody adds ready: it has an id, and what a seed needs.
func (w *World) AdoptSeed(s *Seed) error {
	if len(w.Seeds) >= w.Tune.SpawnMax {
		return errors.New("there is no room for a seed; see spawn.max")
	}
	s.ID = w.newID()
	middle(&s.Pos)
	if s.Radius == 0 {
		s.Radius, s.Worth = 4, w.Tune.Worth
	}
	return nil
}

// AdoptHunter makes a hunter that somebody adds ready.
func (w *World) AdoptHunter(h *Hunter) error {
	h.ID = w.newID()
	middle(&h.Pos)
	if h.Radius == 0 {
		h.Radius, h.Health, h.Rage, h.goal = 8, 64, 1, Point{Width / 2, Height / 2}
	}
	return nil
}

// AdoptWell makes a well that somebody adds ready.
func (w *World) AdoptWell(k *Well) error {
	k.ID = w.newID()
	middle(&k.Pos)
	if k.Radius == 0 {
		k.Radius, k.Strength, k.Reach, k.Spin = 12, 120, 120, 1
	}
	return nil
}

// AdoptBloom makes a flower that somebody adds ready. It stands on the soil.
func (w *World) AdoptBloom(b *Bloom) error {
	b.ID = w.newID()
	middle(&b.Pos)
	if b.Height == 0 {
		b.Height, b.Hue, b.Crops, b.Growth, b.Sown = 30, 0.2, 3, 0.3, w.Now()
	}
	b.Pos.Y = Ground + 2
	return nil
}

package sim

import (
	"fmt"
	"strings"
)

// Kinds returns the names of what Spawn makes and Clear takes away.
func Kinds() []string { return []string{"seed", "hunter", "well", "bloom"} }

// Spawn makes n things of a kind at random places, as far as there is room, and returns
// how many there were.
func (w *World) Spawn(kind string, n int) (made int, err error) {
	for range n {
		at := Point{40 + mul(Width-80, w.spawnR.Float64()), 40 + mul(Ground-80, w.spawnR.Float64())}
		before := w.Entities()
		switch kind {
		case "seed":
			w.addSeed(at, turn(w.spawnR.Float64()).times(30))
		case "hunter":
			w.addHunter(at)
		case "well":
			w.Wells = append(w.Wells, Well{ID: w.newID(), Body: Body{Pos: at, Radius: 12}, Pull: Pull{Strength: 120, Reach: 120, Spin: 1}})
		case "bloom":
			w.sprout(at.X, w.spawnR.Float64(), 0.3)
		default:
			return made, fmt.Errorf("no kind is called %q; there are %s", kind, strings.Join(Kinds(), ", "))
		}
		made += w.Entities() - before
	}
	return made, nil
}

// Clear takes all things of a kind away, and returns how many there were. An unknown
// kind has none.
func (w *World) Clear(kind string) (gone int) {
	before := w.Entities()
	switch kind {
	case "seed":
		w.Seeds = w.Seeds[:0]
	case "hunter":
		w.Hunters = w.Hunters[:0]
	case "well":
		w.Wells = w.Wells[:0]
	case "bloom":
		w.Blooms = w.Blooms[:0]
	}
	return before - w.Entities()
}

// Heal gives the ship health, up to what it begins with, and brings a lost one back.
func (w *World) Heal(by float64) {
	if !w.Alive() && !w.Match.Over {
		w.revive()
		return
	}
	if w.Alive() {
		w.Player.Health = min(w.Player.Health+max(by, 0), max(w.Player.Health, fullHealth))
	}
}

// Teleport takes the ship to a place, standing still.
func (w *World) Teleport(to Point) {
	p := &w.Player
	p.Pos = Point{clamp(to.X, p.Radius, Width-p.Radius), clamp(to.Y, p.Radius, Ground-p.Radius)}
	p.Vel = Velocity{}
}

// SkipTo begins a wave of the running match, counted from 1.
func (w *World) SkipTo(wave int) {
	w.turn()
	w.Match.Round = 1 + (max(wave, 2)-2)/len(w.Level.Waves) // entering the first of a round counts it up
	w.enterWave(max(wave, 1))
}

// Restart begins a new match.
func (w *World) Restart() {
	w.Hunters = w.Hunters[:0]
	w.begin()
}

// Anew makes the world what New returns for a level and a seed, but for its tuning; no
// id is given out again.
func (w *World) Anew(l Level, seed uint64) {
	w.Seed(seed)
	w.Level, w.Tick, w.owed, w.Next = l, 0, 0, nil
	w.Events, w.past, w.Routes, w.routeCell = w.Events[:0], 0, Routes{}, 0
	w.Seeds, w.Hunters, w.Wells, w.Shots, w.Blooms, w.Sparks = w.Seeds[:0], w.Hunters[:0], w.Wells[:0], w.Shots[:0], w.Blooms[:0], w.Sparks[:0]
	w.Player = Player{ID: w.Player.ID}
	w.plant()
	w.begin()
	w.past = len(w.Events)
}

// Blast pushes everything away from a place; force is in px/s, near it.
func (w *World) Blast(at Point, force float64) {
	push := func(b *Body) {
		d := at.to(b.Pos)
		far := d.length()
		b.Vel = Velocity(Vec(b.Vel).plus(d.unit().times(force / (1 + far/60))))
	}
	for i := range w.Seeds {
		push(&w.Seeds[i].Body)
	}
	for i := range w.Hunters {
		push(&w.Hunters[i].Body)
	}
	push(&w.Player.Body)
	w.happen(Event{Kind: Blasted, Pos: at})
}

package view

import (
	"image/color"
	"math"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// banner is the large text in the middle; it leaves after two seconds.
type banner struct {
	title string
	n     int  // a number that belongs to it
	score bool // the number stands below and not in the title
	below string
	plain bool // below is all there is
	age   int  // ticks
}

// hud draws what lies over the garden: score, wave, health, banners.
func (s *Scene) hud(w *sim.World, now float64) {
	l, c := &s.list, &s.colours
	if s.flash > 0.02 {
		l.rect(0, 0, sim.Width, sim.Height, fade(c.alarm, 0.28*s.flash))
	}
	for i := range s.floats {
		f := &s.floats[i]
		l.number(f.x, f.y-26*f.age, 1, 0.5, fade(f.color, 2-2.2*f.age), "+", f.n, "")
	}
	for i := range 6 { // a dark veil that fades downwards, so that the letters stand out
		l.rect(0, 0, sim.Width, float64(8+6*i), fade(c.soil, 0.11))
	}
	l.number(10, 8, 2, 0, c.ink, "", w.Match.Score, "")
	if w.Match.Combo > 4 {
		l.number(10, 26, 1, 0, c.gold, "", w.Match.Combo, "x combo")
	}
	s.quota(w)
	s.health(w)
	s.footer(w, now)
	s.headline()
}

// quota is the wave and its bar, at the top.
func (s *Scene) quota(w *sim.World) {
	l, c, m := &s.list, &s.colours, &w.Match
	const width = 120
	x := float64(sim.Width-width) / 2
	l.number(sim.Width/2, 8, 1, 0.5, c.ink, "wave ", m.Wave, "")
	l.rect(x-1, 19, width+2, 6, fade(c.soil, 0.7))
	l.rect(x, 20, width*float64(max(0, min(m.Caught, m.Quota)))/float64(max(m.Quota, 1)), 4, c.gold)
}

// health is the bar and the lives, top right.
func (s *Scene) health(w *sim.World) {
	l, c, p := &s.list, &s.colours, &w.Player
	const width = 100
	x := float64(sim.Width - 10 - width)
	l.rect(x-1, 9, width+2, 8, fade(c.soil, 0.7))
	full := max(0, min(1, p.Health/100))
	l.rect(x, 10, width*full, 6, mix(c.alarm, c.stem, full))
	for i := range max(0, min(9, p.Lives)) {
		at := sim.Width - 17 - float64(i)*15
		l.sprite(fins, at, 27, 0.5, -math.Pi/2, c.alarm, false)
		l.sprite(ship, at, 27, 0.5, -math.Pi/2, c.ship, false)
	}
}

// footer is the line in the soil.
func (s *Scene) footer(w *sim.World, now float64) {
	l, c := &s.list, &s.colours
	const y = sim.Height - 12
	l.text(10, y, 1, 0, fade(c.ink, 0.55), w.Level.Name)
	if s.Name != "" {
		l.text(20+float64(len(w.Level.Name)*Advance), y, 1, 0, fade(c.gold, 0.7), s.Name)
	}
	l.number(sim.Width-10, y, 1, 1, fade(c.ink, 0.55), "", w.Entities(), " entities")
	switch {
	case w.Tune.Autopilot && math.Mod(now, 2) < 1.5:
		l.text(sim.Width/2, y, 1, 0.5, fade(c.ink, 0.8), "autopilot - press a key to fly")
	case !w.Tune.Autopilot && math.Mod(now, 20) < 8:
		l.text(sim.Width/2, y, 1, 0.5, fade(c.ink, 0.6), "wasd fly, mouse or space shoots, tab autopilot")
	}
}

// headline shows the banner, sliding in and fading out.
func (s *Scene) headline() {
	l, c, b := &s.list, &s.colours, &s.banner
	const stay = 130
	if b.title == "" && !b.plain || b.age >= stay {
		return
	}
	alpha := min(1, float64(stay-b.age)/30)
	ink, gold := fade(c.ink, alpha), fade(mix(c.gold, color.NRGBA{255, 255, 255, 255}, 0.2), alpha)
	y := 112.0
	if b.age >= 0 && b.age < 14 {
		y -= float64((14 - b.age) * (14 - b.age) / 4)
	}
	if b.plain {
		l.text(sim.Width/2, y, 2, 0.5, ink, b.below)
		return
	}
	if b.score {
		l.text(sim.Width/2, y, 3, 0.5, ink, b.title)
		l.number(sim.Width/2, y+34, 1, 0.5, gold, "", b.n, b.below)
		return
	}
	l.number(sim.Width/2, y, 4, 0.5, ink, b.title, b.n, "")
	l.text(sim.Width/2, y+38, 1, 0.5, gold, b.below)
}

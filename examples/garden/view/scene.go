package view

import (
	"image/color"
	"math"
	"time"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// Scene turns a world into pictures. The exported fields may be changed at any
// time between two calls.
type Scene struct {
	Palette string        // one of Palettes; anything else is the first
	Grid    bool          // show the field that a seed would feel
	Shake   float64       // multiplies the shake of the picture; zero is none
	Tint    color.NRGBA   // of the sky, white as painted; zero is that, too
	Ship    color.NRGBA   // of the ship; where it cannot be seen, the palette's
	Trail   time.Duration // of flight that shots leave behind; zero is none
	Bare    bool          // no score, no health, no banners
	Name    string        // of who plays, below; empty is nobody

	list    List
	all     []Palette
	colours Palette
	number  Image // of the palette
	course
}

// course is what goes on in the picture from tick to tick.
type course struct {
	shake  float64
	flash  float64 // 1 just after a bite
	floats []float
	banner banner
	aim    float64 // of the ship's turn, for smoothness
}

// float is a number that rises from where something was earned.
type float struct {
	x, y, age float64
	n         int
	color     color.NRGBA
}

// Tick takes in what happened in the world's last tick. Call it after each Step.
func (s *Scene) Tick(w *sim.World) {
	s.choose()
	s.shake *= 0.88
	s.flash *= 0.9
	n := 0
	for _, f := range s.floats {
		if f.age += 1.0 / sim.Rate; f.age < 0.9 {
			s.floats[n] = f
			n++
		}
	}
	s.floats = s.floats[:n]
	s.banner.age++
	if aim := w.Player.Aim; w.Alive() {
		s.aim += 0.5 * math.Remainder(math.Atan2(aim.Y, aim.X)-s.aim, 2*math.Pi)
	}
	for _, e := range w.Events {
		s.feel(w, e)
	}
}

// State is what the next pictures depend on beside the world and the exported fields:
// a game that is brought back to a point brings it back, too.
func (s *Scene) State() any { return &s.course }

// Rest ends all that goes on in the picture.
func (s *Scene) Rest() { s.course = course{floats: s.floats[:0]} }

// feel turns one event into shake, flash, numbers and banners.
func (s *Scene) feel(w *sim.World, e sim.Event) {
	switch e.Kind {
	case sim.Caught:
		if e.N%5 == 0 {
			s.rise(e.Pos, e.Points, s.colours.gold)
		}
	case sim.Killed:
		s.shake = max(s.shake, 4)
		s.rise(e.Pos, e.Points, s.colours.ink)
	case sim.Hurt:
		s.shake, s.flash = max(s.shake, 6), 0.7
	case sim.Lost:
		s.shake, s.flash = 11, 1
	case sim.Ended:
		s.banner = banner{title: "the garden rests", n: e.N, score: true, below: " points", age: -120}
	case sim.Blasted:
		s.shake = max(s.shake, 9)
	case sim.WaveBegins:
		s.banner = banner{title: "wave ", n: e.N, below: "catch the seeds, keep off the hunters"}
		if e.N == 1 {
			s.banner.below = w.Level.Help
		}
	}
}

// Pain is 1 just after a bite, and soon 0.
func (s *Scene) Pain() float64 { return s.flash }

// Say shows a text in the middle for two seconds.
func (s *Scene) Say(text string) { s.banner = banner{below: text, plain: true} }

func (s *Scene) rise(at sim.Point, n int, c color.NRGBA) {
	if len(s.floats) < 24 {
		s.floats = append(s.floats, float{x: at.X, y: at.Y - 10, n: n, color: c})
	}
}

// choose looks up the palette by its name.
func (s *Scene) choose() {
	if s.colours.name != "" && s.colours.name == s.Palette {
		return
	}
	if s.all == nil {
		s.all = palettes()
	}
	s.colours, s.number = s.all[0], 0
	for i, p := range s.all {
		if p.name == s.Palette {
			s.colours, s.number = p, Image(i)
		}
	}
}

// SetPalette takes a palette in place of the one that has its name, and reports whether
// there is one.
func (s *Scene) SetPalette(p Palette) bool {
	s.choose()
	for i := range s.all {
		if s.all[i].name == p.name {
			s.all[i] = p
			s.colours.name = "" // it is chosen anew
			return true
		}
	}
	return false
}

// Draw returns the picture of a world. The list is the scene's own and valid until
// the next call.
func (s *Scene) Draw(w *sim.World) *List {
	s.choose()
	l := &s.list
	l.Reset()
	now := float64(w.Tick) / sim.Rate
	tint := s.Tint
	if tint == (color.NRGBA{}) {
		tint = rgb(0xffffff)
	}
	tint.A = 255 // behind the sky there is nothing
	l.sprite(sky+s.number, sim.Width/2, sim.Height/2, 1, 0, tint, false)
	s.stars(now)
	if k := s.shake * max(0, s.Shake); k > 0.2 {
		l.dx = float32(math.Round(k * math.Sin(now*71)))
		l.dy = float32(math.Round(k * math.Cos(now*83)))
		l.shaken = [2]float32{l.dx, l.dy}
	}
	if s.Grid {
		s.field(w)
	}
	for i := range w.Wells {
		s.well(&w.Wells[i], w.Tune.Wells, now)
	}
	for i := range w.Blooms {
		s.bloom(&w.Blooms[i], now)
	}
	for i := range w.Seeds {
		s.seed(&w.Seeds[i], now)
	}
	for i := range w.Hunters {
		s.hunter(&w.Hunters[i], now)
	}
	s.sparks(w)
	for i := range w.Shots {
		k := &w.Shots[i]
		v := s.Trail.Seconds()
		l.line(k.Pos.X-v*k.Vel.X, k.Pos.Y-v*k.Vel.Y, v*k.Vel.X, v*k.Vel.Y, 2, s.colours.bolt, true)
		l.sprite(dot, k.Pos.X, k.Pos.Y, 0.7, 0, s.colours.bolt, true)
	}
	if w.Alive() {
		s.ship(w, now)
	}
	l.dx, l.dy = 0, 0
	if !s.Bare {
		s.hud(w, now)
	}
	return l
}

// stars twinkle over the painted ones.
func (s *Scene) stars(now float64) {
	for i := range 14 {
		k := float64(i)
		x, y := math.Mod(k*151.7+31, sim.Width), math.Mod(k*67.3+17, 150)
		s.list.sprite(dot, x, y, 0.28, 0, fade(s.colours.moon, 0.4+0.4*math.Sin(now*(0.7+0.13*k)+k)), true)
	}
}

// field shows what a seed would feel, as short lines on a lattice.
func (s *Scene) field(w *sim.World) {
	for y := 12.0; y < sim.Ground; y += 20 {
		for x := 10.0; x < sim.Width; x += 20 {
			f := w.Field(sim.Point{X: x, Y: y})
			long := math.Hypot(f.X, f.Y)
			if long < 0.5 {
				s.list.rect(x, y, 1, 1, fade(s.colours.ink, 0.3))
				continue
			}
			k := min(16, 2+long*0.12) / long
			c := fade(s.colours.pull, 0.25+min(0.5, long/200))
			s.list.line(x, y, f.X*k, f.Y*k, 1, c, true)
			s.list.rect(x-0.5, y-0.5, 1, 1, fade(s.colours.ink, 0.5))
		}
	}
}

// well draws one well: a halo, turning arms and a dark heart.
func (s *Scene) well(k *sim.Well, strength, now float64) {
	l, c := &s.list, s.colours.pull
	pull := k.Strength * strength
	if pull < 0 {
		c = s.colours.push
	}
	force := min(1, 0.25+math.Abs(pull)/180)
	x, y := k.Pos.X, k.Pos.Y
	l.sprite(glow, x, y, k.Reach/46, 0, fade(c, 0.30*force), true)
	turn := now * (0.5 + math.Abs(pull)/90)
	if k.Spin < 0 {
		turn = -turn
	}
	l.sprite(swirl, x, y, k.Reach/125, turn, fade(c, 0.55*force), true)
	l.sprite(swirl, x, y, k.Reach/230, -turn*1.7, fade(c, 0.7*force), true)
	beat := k.Radius * (1 + 0.06*math.Sin(now*4))
	if pull < 0 {
		l.sprite(glow, x, y, beat/12, 0, c, true)
		l.circle(x, y, beat*0.6, mix(c, s.colours.ink, 0.6), false)
		return
	}
	l.circle(x, y, beat, fade(mix(c, color.NRGBA{A: 255}, 0.92), 0.95), false)
	l.ring(x, y, beat, 0, 1, 1.5, c)
}

// bloom draws one flower: a bent stem, two leaves, a head.
func (s *Scene) bloom(b *sim.Bloom, now float64) {
	l, head := &s.list, b.Head()
	sway := 3 * b.Growth * math.Sin(now*1.3+b.Pos.X*0.07)
	dy := head.Y - b.Pos.Y
	l.line(b.Pos.X, b.Pos.Y, sway*0.35, dy*0.55, 1.6, s.colours.stem, false)
	l.line(b.Pos.X+sway*0.35, b.Pos.Y+dy*0.55, sway*0.65, dy*0.45, 1.6, s.colours.stem, false)
	if b.Growth > 0.2 {
		for _, side := range [...]float64{-1, 1} {
			x := b.Pos.X + sway*0.2 + side*4.5
			l.add(Cmd{Op: Sprite, Image: leaf, X: float32(x), Y: float32(b.Pos.Y + dy*0.3), W: float32(0.2 + 0.35*b.Growth), H: 0.5,
				Angle: float32(side * -0.5 * math.Copysign(1, -dy)), Color: mix(s.colours.stem, s.colours.soil, 0.2)})
		}
	}
	x, y := b.Pos.X+sway, head.Y
	c, size := s.colours.petal(b.Hue), 0.25+0.5*ease(b.Growth)
	if b.Petals.A > 0 {
		c = b.Petals
	}
	if b.Growth > 0.7 {
		l.sprite(glow, x, y, 0.42*size*(1+0.2*math.Sin(now*3+b.Pos.X)), 0, fade(c, 0.35), true)
	}
	l.sprite(headOf(b), x, y, size, sway*0.08+b.Hue*6, c, false)
	l.sprite(dot, x, y, 0.45*size, 0, mix(s.colours.gold, s.colours.hunter, 0.25), false)
}

// headOf returns the picture of a flower's head.
func headOf(b *sim.Bloom) Image {
	switch b.Picture {
	case "painted/flower":
		return flower
	case "painted/daisy":
		return daisy
	case "painted/tulip":
		return tulip
	}
	return flower + Image(int(b.Hue*97)%3)
}

// seed draws one seed; its fan trails behind its fall.
func (s *Scene) seed(k *sim.Seed, now float64) {
	l, c := &s.list, s.colours.petal(k.Hue)
	size := k.Radius / 4.6
	tilt := math.Atan2(-k.Vel.X, 90+math.Abs(k.Vel.Y)) + 0.15*math.Sin(now*2+k.Hue*40)
	if k.Vel.Y < -30 {
		tilt = math.Pi - tilt
	}
	alpha := 1.0
	if k.Rest > 0 {
		alpha = max(0.25, 1-float64(k.Rest)/(3*sim.Rate))
	}
	l.sprite(dot, k.Pos.X, k.Pos.Y, size*1.25, 0, fade(c, 0.30*alpha), true)
	l.sprite(kernel, k.Pos.X, k.Pos.Y, size*0.95, tilt, fade(c, alpha), false)
}

// hunter draws one hunter; its mood shows in its glow.
func (s *Scene) hunter(k *sim.Hunter, now float64) {
	l, c := &s.list, s.colours.hunter
	x, y, angle := k.Pos.X, k.Pos.Y, math.Atan2(k.Vel.Y, k.Vel.X)
	heat := [...]float64{0.25, 0.3, 0.6, 1, 0.15}[min(int(k.State), 4)]
	l.sprite(glow, x, y, 0.55+0.35*heat, 0, fade(c, 0.5*heat+0.15), true)
	flap := float32(0.8 + 0.25*math.Sin(now*38+k.Rage*9))
	scale := float32(k.Radius / 11)
	l.add(Cmd{Op: Sprite, Image: leaf, X: float32(x), Y: float32(y), W: 0.9 * flap, H: 0.8, Angle: float32(angle + math.Pi/2), Color: fade(s.colours.ink, 0.35)})
	l.add(Cmd{Op: Sprite, Image: beetle, X: float32(x), Y: float32(y), W: scale, H: scale, Angle: float32(angle), Color: mix(c, s.colours.ink, 0.1)})
	sin, cos := math.Sincos(angle)
	for _, side := range [...]float64{-2.6, 2.6} {
		l.sprite(dot, x+4*cos-side*sin, y+4*sin+side*cos, 0.22+0.14*heat, 0, s.colours.eye, true)
	}
	if k.Health < 40 {
		l.rect(x-8, y-14, 16, 2, fade(s.colours.soil, 0.7))
		l.rect(x-8, y-14, 16*max(0, k.Health)/40, 2, s.colours.alarm)
	}
}

// sparks draws what flies about.
func (s *Scene) sparks(w *sim.World) {
	flame := mix(s.colours.gold, s.colours.alarm, 0.35)
	for i := range w.Sparks {
		k := &w.Sparks[i]
		var c color.NRGBA
		switch k.Glow {
		case sim.Petal:
			c = s.colours.petal(k.Hue)
		case sim.Flame:
			c = flame
		case sim.Bolt:
			c = s.colours.bolt
		case sim.Blood:
			c = mix(s.colours.hunter, s.colours.eye, 0.3)
		case sim.Dust:
			c = fade(s.colours.pull, 0.5)
		}
		t := k.Left / k.Full
		s.list.sprite(dot, k.Pos.X, k.Pos.Y, k.Size*(0.10+0.10*t), 0, fade(c, ease(t*1.5)), true)
	}
}

// ship draws the player, its shield and its light.
func (s *Scene) ship(w *sim.World, now float64) {
	l, p := &s.list, &w.Player
	x, y := p.Pos.X, p.Pos.Y
	l.sprite(glow, x, y, 1.5, 0, fade(s.colours.bolt, 0.42), true)
	if p.Thrust > 0.1 && p.Vel != (sim.Velocity{}) {
		back := math.Atan2(-p.Vel.Y, -p.Vel.X)
		l.sprite(glow, x+9*math.Cos(back), y+9*math.Sin(back), 0.3+0.12*math.Sin(now*50), 0, fade(s.colours.gold, 0.8*p.Thrust), true)
	}
	if p.Shield%8 < 5 {
		l.sprite(fins, x, y, 0.98, s.aim, s.colours.alarm, false)
		hull := s.colours.ship
		if s.Ship.A > 0 {
			hull = s.Ship
		}
		l.sprite(ship, x, y, 0.98, s.aim, hull, false)
	}
	if p.Shield > 0 || w.Tune.God {
		l.ring(x, y, 14+math.Sin(now*9), 0, 1, 1.2, fade(s.colours.bolt, 0.35+0.3*math.Sin(now*14)))
	}
}

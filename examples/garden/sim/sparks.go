package sim

// Spark is a short-lived point of light.
type Spark struct {
	Pos  Point
	Vel  Velocity
	Left float64 // seconds
	Full float64 // seconds it had
	Size float64 // px
	Glow Glow
	Hue  float64 // for Petal
}

// Glow says what a spark's light comes from; the view gives it a colour.
type Glow uint8

// Where sparks come from.
const (
	Petal Glow = iota // seeds and flowers, by hue
	Flame             // the ship's engine
	Bolt              // shots
	Blood             // hunters
	Dust              // wells
)

// stepSparks makes the sparks of this tick and moves all of them. They draw from
// a generator of their own, so that the number of sparks never changes the game.
func (w *World) stepSparks() {
	for _, e := range w.Events {
		w.sparkle(e)
	}
	w.exhaust()
	w.swirl()
	n := 0
	for i := range w.Sparks {
		s := w.Sparks[i]
		if s.Left -= step; s.Left <= 0 {
			continue
		}
		a := Vec{0, w.Tune.Gravity}.plus(w.Tune.Wind).times(0.5)
		if s.Glow == Dust {
			a = w.pullAt(s.Pos)
		}
		v := Vec(s.Vel).plus(a.times(step)).times(0.975)
		s.Vel = Velocity(v)
		s.Pos = s.Pos.plus(v.times(step))
		w.Sparks[n] = s
		n++
	}
	w.Sparks = w.Sparks[:n]
}

// sparkle makes the sparks of one event.
func (w *World) sparkle(e Event) {
	switch e.Kind {
	case Caught:
		w.burst(e, 7, 70, 0.5, Petal)
	case Ripe:
		w.burst(e, 12, 60, 0.8, Petal)
	case Sprouted, Grazed:
		w.burst(e, 4, 35, 0.4, Petal)
	case Struck:
		w.burst(e, 6, 110, 0.35, Bolt)
	case Killed:
		w.burst(e, 34, 170, 0.8, Blood)
	case Hurt:
		w.burst(e, 18, 150, 0.5, Flame)
	case Lost:
		w.burst(e, 90, 240, 1.2, Flame)
	case Flung:
		w.burst(e, 2, 60, 0.4, Dust)
	case Appeared:
		w.burst(e, 16, 90, 0.6, Blood)
	case Blasted:
		w.burst(e, 120, 320, 0.7, Bolt)
	}
}

// burst throws n sparks in all directions.
func (w *World) burst(e Event, n, speed, life float64, glow Glow) {
	for range w.count(n) {
		dir := turn(w.fxR.Float64()).times(mul(speed, 0.25+mul(0.75, w.fxR.Float64())))
		w.spark(Spark{Pos: e.Pos, Vel: Velocity(dir), Glow: glow, Hue: e.Hue}, life)
	}
}

// exhaust is the flame behind the ship.
func (w *World) exhaust() {
	p := &w.Player
	if !w.Alive() || p.Thrust < 0.2 {
		return
	}
	back := Vec(p.Vel).unit()
	for range w.count(mul(1.6, p.Thrust)) {
		side := mul(40, w.fxR.Float64()-0.5)
		v := back.times(-50).plus(Vec{-back.Y, back.X}.times(side))
		w.spark(Spark{Pos: p.Pos.plus(back.times(-8)), Vel: Velocity(v), Glow: Flame}, 0.4)
	}
}

// swirl is the dust that falls into wells.
func (w *World) swirl() {
	for i := range w.Wells {
		k := &w.Wells[i]
		for range w.count(0.7) {
			out := turn(w.fxR.Float64())
			far := mul(k.Reach, 0.35+mul(0.4, w.fxR.Float64()))
			v := Vec{-out.Y, out.X}.times(mul(40, k.Spin))
			w.spark(Spark{Pos: k.Pos.plus(out.times(far)), Vel: Velocity(v), Glow: Dust}, 1.4)
		}
	}
}

// count scales a number of sparks by the rate; a broken part is a chance.
func (w *World) count(n float64) int {
	n = mul(n, clamp(w.Tune.FxRate, 0, 100))
	return int(n + w.fxR.Float64())
}

func (w *World) spark(s Spark, life float64) {
	if len(w.Sparks) >= w.Tune.Particles {
		return
	}
	s.Full = mul(mul(life, 0.5+w.fxR.Float64()), w.Tune.FxLife)
	s.Left = s.Full
	s.Size = 1 + mul(2.2, w.fxR.Float64())
	w.Sparks = append(w.Sparks, s)
}

package main

import (
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/synth"
)

// output takes mixed sound. Without one the mixing goes on and nobody hears it.
type output interface {
	room() int       // sample pairs that it would take now; -1 when it failed for good
	write([]float32) // no more than room said
}

// sounds turns what happens into sound.
type sounds struct {
	mixer  synth.Mixer
	ears   ears
	out    output // nil is none
	buffer [2 * synth.Rate / 20]float32

	heard time.Time // until when nobody has listened, without an output
}

// ears are what the device's goroutine does with the sound last, at once.
type ears struct {
	mute    atomic.Bool
	balance console.Atomic[float64] // -1 is the left ear alone, 1 the right one
}

// gains are what each side is multiplied by.
func (e *ears) gains() (left, right float32) {
	if e.mute.Load() {
		return 0, 0
	}
	b := float32(max(-1, min(1, e.balance.Load())))
	return min(1, 1-b), min(1, 1+b)
}

// newSounds returns the sounds as they are meant.
func newSounds() sounds {
	return sounds{mixer: synth.Mixer{Volume: 0.6, Effects: 1, Hum: 1}}
}

// tick plays what happened in the last tick and mixes what the output has room for.
func (s *sounds) tick(w *sim.World) {
	for _, e := range w.Events {
		s.play(e)
	}
	// The drone sinks with gravity, which can be heard when it is turned.
	s.mixer.Drone = 55 * (1 - w.Tune.Gravity/500)
	n := s.room()
	if n < 0 {
		s.out = nil
		n = s.room()
	}
	n = min(n, len(s.buffer)/2)
	if n == 0 {
		return
	}
	s.mixer.Mix(s.buffer[:2*n])
	if s.out != nil {
		s.out.write(s.buffer[:2*n])
	}
}

// room is what a device would take; the missing one takes sound in real time.
func (s *sounds) room() int {
	if s.out != nil {
		return s.out.room()
	}
	now := time.Now()
	n := int(now.Sub(s.heard).Seconds() * synth.Rate)
	s.heard = now
	return max(0, min(n, len(s.buffer)/2))
}

func (s *sounds) play(e sim.Event) {
	pan := 2*e.Pos.X/sim.Width - 1
	switch e.Kind {
	case sim.Fired:
		s.mixer.Play(synth.Shot, pan, 1)
	case sim.Caught:
		scale := [...]float64{1, 9. / 8, 5. / 4, 3. / 2, 5. / 3, 2} // pentatonic
		s.mixer.Play(synth.Catch, pan, scale[e.N%len(scale)]*(1+float64(min(e.N/12, 2))/2))
	case sim.Struck:
		s.mixer.Play(synth.Hit, pan, 1)
	case sim.Killed:
		s.mixer.Play(synth.Kill, pan, 1)
	case sim.Hurt:
		s.mixer.Play(synth.Hurt, pan, 1)
	case sim.Lost:
		s.mixer.Play(synth.Lost, pan, 1)
	case sim.Blasted:
		s.mixer.Play(synth.Kill, pan, 0.5)
	case sim.WaveBegins, sim.LevelUp:
		s.mixer.Play(synth.Wave, 0, 1)
	case sim.Sprouted:
		s.mixer.Play(synth.Sprout, pan, 0.9+0.4*e.Hue)
	case sim.Ripe:
		s.mixer.Play(synth.Ripe, pan, 0.8+0.5*e.Hue)
	}
}

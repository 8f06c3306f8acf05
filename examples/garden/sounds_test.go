package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/synth"
)

// tape is a sound device that remembers.
type tape struct {
	space   int
	samples []float32
}

func (t *tape) room() int            { return t.space }
func (t *tape) write(part []float32) { t.samples = append(t.samples, part...) }

func TestTheDeviceGetsWhatItHasRoomFor(t *testing.T) {
	level, err := sim.Load("meadow")
	require.NoError(t, err)
	w := sim.New(level, 1, nil)
	out := &tape{space: 800}
	var s sounds
	s.out, s.mixer = out, synth.Mixer{Volume: 1, Effects: 1, Hum: 1}
	for range 60 {
		w.Step(sim.Input{})
		s.tick(w)
	}
	require.Len(t, out.samples, 60*2*800)
	loud := 0
	for _, x := range out.samples {
		require.True(t, x >= -1 && x <= 1)
		if x > 0.01 || x < -0.01 {
			loud++
		}
	}
	require.Greater(t, loud, 1000)

	out.space, out.samples = 0, nil
	s.tick(w)
	require.Empty(t, out.samples, "a full device gets nothing")
	out.space = 1 << 20
	s.tick(w)
	require.Len(t, out.samples, len(s.buffer))

	out.space = -1
	s.tick(w)
	require.Nil(t, s.out, "a device that failed is given up, and the game goes on")
}

func TestWithoutADeviceTheMixingGoesOn(t *testing.T) {
	level, err := sim.Load("meadow")
	require.NoError(t, err)
	w := sim.New(level, 1, nil)
	var s sounds
	s.tick(w)
	first := s.heard
	require.False(t, first.IsZero())
	s.tick(w)
	require.False(t, s.heard.Before(first))
}

func TestTheLastWordIsTheListeners(t *testing.T) {
	var e ears
	gains := func() [2]float32 {
		left, right := e.gains()
		return [2]float32{left, right}
	}
	require.Equal(t, [2]float32{1, 1}, gains())
	e.balance.Store(0.25)
	require.Equal(t, [2]float32{0.75, 1}, gains())
	e.balance.Store(-1)
	require.Equal(t, [2]float32{1, 0}, gains())
	e.mute.Store(true)
	require.Equal(t, [2]float32{0, 0}, gains())
}

func TestSoundsAndHumAreTurnedByThemselves(t *testing.T) {
	loud := func(effects, hum float64) (sum float64) {
		m := synth.Mixer{Volume: 1, Effects: effects, Hum: hum, Drone: 55}
		m.Play(synth.Catch, 0, 1)
		buf := make([]float32, 4800)
		m.Mix(buf)
		for _, x := range buf {
			sum += math.Abs(float64(x))
		}
		return sum
	}
	require.Zero(t, loud(0, 0))
	require.Greater(t, loud(2, 0), loud(1, 0))
	require.Greater(t, loud(0, 2), loud(0, 1))
}

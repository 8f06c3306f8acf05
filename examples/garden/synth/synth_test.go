package synth_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/synth"
)

// loudest returns the greatest sample of each side.
func loudest(buf []float32) (left, right float32) {
	for i := 0; i < len(buf); i += 2 {
		left, right = max(left, buf[i], -buf[i]), max(right, buf[i+1], -buf[i+1])
	}
	return left, right
}

func TestEverySoundIsHeardAndEnds(t *testing.T) {
	buf := make([]float32, 2*synth.Rate/60)
	for s := synth.Shot; s <= synth.Ripe; s++ {
		m := synth.Mixer{Volume: 1, Effects: 1}
		m.Play(s, -1, 1)
		require.Equal(t, 1, m.Voices())
		var left, right float32
		for range 120 {
			m.Mix(buf)
			l, r := loudest(buf)
			left, right = max(left, l), max(right, r)
		}
		require.Greater(t, left, float32(0.02), "sound %d", s)
		require.LessOrEqual(t, left, float32(1))
		require.Less(t, right, left, "it stands on the left")
		require.Zero(t, m.Voices())
	}
}

func TestVolumeZeroIsSilence(t *testing.T) {
	m := synth.Mixer{Effects: 1, Hum: 1, Drone: 55}
	for range 100 {
		m.Play(synth.Kill, 0, 1)
	}
	buf := make([]float32, 800)
	m.Mix(buf)
	require.Equal(t, make([]float32, 800), buf)
	require.Equal(t, 24, m.Voices())
}

func TestMixAllocatesNothing(t *testing.T) {
	m := synth.Mixer{Volume: 1, Effects: 1, Hum: 1, Drone: 55}
	buf := make([]float32, 1600)
	m.Play(synth.Lost, 0, 1)
	require.Zero(t, testing.AllocsPerRun(20, func() { m.Mix(buf) }))
}

func BenchmarkMix(b *testing.B) {
	m := synth.Mixer{Volume: 1, Effects: 1, Hum: 1, Drone: 55}
	buf := make([]float32, 1600)
	b.ReportAllocs()
	for b.Loop() {
		if m.Voices() < 8 {
			m.Play(synth.Catch, 0, 1)
		}
		m.Mix(buf)
	}
}

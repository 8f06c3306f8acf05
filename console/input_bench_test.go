package console

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/input"
)

// sampler is an Input that somebody sends to, ticks included.
func sampler(devices bool) (*Input, func()) {
	con := new(Console)
	con.RPC()
	in := &con.Input
	if devices {
		x := 0.0
		in.Devices(func(s *input.State) {
			x++
			s.X, s.Y = x, 1
			s.Press(input.KeyW)
			s.SetTouch(1, x, 2)
			s.Connect(0).SetStandardAxis(0, 0.5)
		})
	}
	tick := uint64(0)
	return in, func() {
		tick++
		in.sample(tick)
	}
}

func TestAllocationsOfASample(t *testing.T) {
	for _, devices := range []bool{false, true} {
		in, sample := sampler(devices)
		send := func() {
			in.queue.press(int(input.KeyA), 1)
			in.queue.move(inputEvent{x: 1, y: 2, placed: true})
			in.queue.button(0, nil, 1)
			sample()
			sample()
		}
		for range 100 {
			send()
		}
		require.Zero(t, testing.AllocsPerRun(1000, sample))
		require.Zero(t, testing.AllocsPerRun(1000, send))
		var keys []input.Key
		require.Zero(t, testing.AllocsPerRun(1000, func() {
			keys = in.AppendJustReleasedKeys(in.AppendJustPressedKeys(in.AppendPressedKeys(keys[:0])))
		}))
	}
}

func BenchmarkInputSample(b *testing.B) {
	b.Run("nobody", func(b *testing.B) {
		_, sample := sampler(false)
		b.ReportAllocs()
		for b.Loop() {
			sample()
		}
	})
	b.Run("devices", func(b *testing.B) {
		_, sample := sampler(true)
		b.ReportAllocs()
		for b.Loop() {
			sample()
		}
	})
	b.Run("sent", func(b *testing.B) {
		in, sample := sampler(false)
		b.ReportAllocs()
		for b.Loop() {
			in.queue.move(inputEvent{x: 1, y: 2, placed: true})
			in.queue.press(int(input.KeyA), 1)
			sample()
			sample() // sees it let go
		}
	})
}

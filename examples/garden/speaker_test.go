//go:build !headless

package main

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheDeviceHearsMuteAndBalance reads as the device's goroutine does.
func TestTheDeviceHearsMuteAndBalance(t *testing.T) {
	var e ears
	s := &speaker{ears: &e}
	heard := func() []float32 {
		s.write([]float32{0.5, 0.25, 0.5, 0.25})
		p := make([]byte, 4*4+3)
		n, err := s.Read(p)
		require.NoError(t, err)
		require.Equal(t, 16, n)
		var out []float32
		for i := 0; i < n; i += 4 {
			out = append(out, math.Float32frombits(binary.LittleEndian.Uint32(p[i:])))
		}
		return out
	}
	require.Equal(t, []float32{0.5, 0.25, 0.5, 0.25}, heard())
	e.balance.Store(1)
	require.Equal(t, []float32{0, 0.25, 0, 0.25}, heard())
	e.mute.Store(true)
	require.Equal(t, []float32{0, 0, 0, 0}, heard())
}

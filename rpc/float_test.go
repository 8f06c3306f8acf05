package rpc_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// byStrconv is a number in the form of JavaScript, as strconv finds its digits.
func byStrconv(f float64, bits int) string {
	abs := math.Abs(f)
	small, large := 1e-6, 1e21
	if bits == 32 {
		small, large = float64(float32(1e-6)), float64(float32(1e21))
	}
	if abs == 0 || abs >= small && abs < large {
		return strconv.FormatFloat(f, 'f', -1, bits)
	}
	s := strconv.FormatFloat(f, 'e', -1, bits)
	for _, sign := range []string{"e+0", "e-0"} {
		s = strings.Replace(s, sign, sign[:2], 1)
	}
	return s
}

func sameFloat(t *testing.T, f float64) {
	t.Helper()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return
	}
	require.Equal(t, byStrconv(f, 64), string(rpc.AppendFloat(nil, f)))
	if f32 := float32(f); !math.IsInf(float64(f32), 0) {
		require.Equal(t, byStrconv(float64(f32), 32), string(rpc.AppendFloat32(nil, f32)))
	}
}

// Numbers with few decimals take a short way, which finds what strconv finds.
func TestShortFloatsAreWhatStrconvWrites(t *testing.T) {
	x := uint64(88172645463325252)
	next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
	for range 200_000 {
		n := next()
		scale := []float64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}[n%8]
		f := float64(next()%(1<<(n>>8%50+3))) / scale
		for _, f := range []float64{f, -f, math.Nextafter(f, 0), math.Nextafter(f, math.Inf(1)), math.Float64frombits(next())} {
			sameFloat(t, f)
		}
		sameFloat(t, float64(math.Float32frombits(uint32(next()))))
	}
}

func FuzzFloat(f *testing.F) {
	for _, seed := range []float64{0.1, 123.456, 1e9 - 0.5, 999999999.999999, 0.001, 0.0009999, 8388608.5, 1e21, 1e-7, 0.3, 16777216.1, 33554.43} {
		f.Add(math.Float64bits(seed))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		sameFloat(t, math.Float64frombits(bits))
		sameFloat(t, math.Round(math.Float64frombits(bits)*1e6)/1e6)
	})
}

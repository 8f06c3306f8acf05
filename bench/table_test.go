package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableKeepsTheBest(t *testing.T) {
	var tab table
	s := tab.section("Echo", []string{"floor", "gws v1.8.9", "none"})
	time, rate, allocs := s.row("µs", lower), s.row("a second", higher), s.row("allocations", count)
	for _, v := range []float64{12, 10, 14} {
		time.note("floor", v)
		rate.note("floor", v*1000)
		allocs.note("floor", v)
		time.note("gws", v*1.5)
		rate.note("gws", v*500)
		allocs.note("gws", v*2)
	}
	other := tab.section("RPC", []string{"alone", "scry"})
	other.row("ns", lower).note("scry", 0.57)
	var out bytes.Buffer
	require.NoError(t, tab.write(&out, 3))
	_, body, _ := bytes.Cut(out.Bytes(), []byte("\n"))
	require.Contains(t, out.String(), "best of 3 rounds")
	require.Equal(t, `|---|---|---|---|
| **Echo** |  |  |  |
| µs | 10 (1.00) | 15 (1.50) | – |
| a second | 14,000 (1.00) | 7,000 (0.50) | – |
| allocations | 10 | 20 | – |
| **RPC** | **alone** | **scry** |  |
| ns | – | 0.57 |  |
`, string(body))
}

func TestDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.0004: "0", 0.034: "0.03", 1: "1", 1.016: "1.02", 9.996: "10", 20.04: "20", 149.6: "150", 8506.4: "8,506", 1_234_567: "1,234,567",
	} {
		require.Equal(t, want, digits(v), v)
	}
}

func TestRatio(t *testing.T) {
	for v, want := range map[float64]string{0: "0.00", 0.00008436: "0.00008", 0.0051: "0.005", 0.01: "0.01", 1: "1.00", 24.213: "24.21"} {
		require.Equal(t, want, ratio(v), v)
	}
}

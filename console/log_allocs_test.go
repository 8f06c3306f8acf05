//go:build !race

package console

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

// The race detector empties pools at random.

func TestAllocationsOfALine(t *testing.T) {
	con := &Console{Log: Log{Flood: -1}}
	con.Update()
	log := slog.New(&con.Log).With("game", "garden")
	ctx, i := t.Context(), 0
	line := func() {
		i++
		log.LogAttrs(ctx, slog.LevelInfo, "a seed has grown", slog.Int("id", i), slog.String("kind", "rose"), slog.Float64("at", 12.5))
	}
	for range 50_000 { // until the ring is full
		line()
	}
	require.Zero(t, testing.AllocsPerRun(1000, line))
}

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAClientFliesTheShipWithoutAWindow(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	require.True(t, w.world.Tune.Autopilot)
	var seen struct{ Tick uint64 }
	x := w.world.Player.Pos.X
	w.call("input.key", `{"code":"KeyD","ticks":20}`, &seen)
	require.Equal(t, w.con.Time.Tick()+1, seen.Tick)
	w.call("time.step", `{"ticks":20}`, nil)
	require.False(t, w.world.Tune.Autopilot, "the first key takes over")
	require.Greater(t, w.world.Player.Pos.X, x+20)

	w.call("input.key", `{"code":"Tab"}`, nil)
	w.call("time.step", `{"ticks":5}`, nil)
	require.True(t, w.world.Tune.Autopilot, "once, however long")
}

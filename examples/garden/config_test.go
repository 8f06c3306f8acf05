package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// configured is a game that began with flags.
func configured(t *testing.T, args ...string) *garden {
	t.Helper()
	o, err := parse(args, io.Discard)
	require.NoError(t, err)
	level, err := sim.Load(o.level)
	require.NoError(t, err)
	g := newGarden(level, o, io.Discard)
	t.Cleanup(func() { g.con.Close() })
	require.NoError(t, g.configure(o))
	return g
}

func TestTheCommandLineIsStrongerThanTheEnvironment(t *testing.T) {
	t.Setenv("GARDEN_PHYSICS_GRAVITY", "30")
	t.Setenv("GARDEN_PHYSICS_WIND", "1 2")
	t.Setenv("GARDEN_RULES_LIVES", "5")
	g := configured(t, "-set=physics.gravity=40", "-set", "rules.pause=1s")
	tune := &g.world.Tune
	require.Equal(t, 40.0, tune.Gravity)
	require.Equal(t, sim.Vec{X: 1, Y: 2}, tune.Wind)
	require.Equal(t, 5, tune.Rules.Lives)
	require.Equal(t, "1s", tune.Rules.Pause.String())
}

func TestAWrongSetEndsTheStart(t *testing.T) {
	for arg, want := range map[string]string{
		"physics.gravity=much": "-set=physics.gravity=much: cvar \"physics.gravity\"",
		"physics.gravity":      "is not of the form name=value",
		"physics.gravity=900":  "900",
	} {
		err := run(t.Context(), []string{"-driver=headless", "-addr=127.0.0.1:0", "-set", arg}, io.Discard, io.Discard)
		require.ErrorContains(t, err, want)
	}
}

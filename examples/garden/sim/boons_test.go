package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
)

func TestAMagnetDrawsSeedsFromFarther(t *testing.T) {
	caught := func(bless bool) int {
		w := garden(t, "meadow", 4)
		w.Tune.Autopilot = false
		if bless {
			require.NoError(t, w.Player.Bless("magnet", time.Minute))
		}
		for range 5 * sim.Rate {
			w.Step(sim.Input{})
		}
		return w.Match.Tally["caught"]
	}
	require.Greater(t, caught(true), caught(false))
}

func TestAGaleIsFaster(t *testing.T) {
	far := func(bless bool) float64 {
		w := garden(t, "meadow", 4)
		w.Tune.Autopilot = false
		if bless {
			require.NoError(t, w.Player.Bless("gale", time.Minute))
		}
		from := w.Player.Pos
		for range sim.Rate / 2 {
			w.Step(sim.Input{Move: sim.Vec{X: 1}})
		}
		return w.Player.Pos.X - from.X
	}
	require.Greater(t, far(true), 1.5*far(false))
	require.EqualError(t, new(sim.Player).Bless("luck", 1), `no boon is called "luck"; there are magnet, gale`)
}

func TestWhatIsAdoptedIsReady(t *testing.T) {
	w := garden(t, "meadow", 4)
	var s sim.Seed
	require.NoError(t, w.AdoptSeed(&s))
	require.Equal(t, sim.Point{X: sim.Width / 2, Y: sim.Height / 2}, s.Pos)
	require.Positive(t, s.Radius)
	h := sim.Hunter{Body: sim.Body{Radius: 3, Pos: sim.Point{X: 5, Y: 6}}}
	require.NoError(t, w.AdoptHunter(&h))
	require.InDelta(t, 3, h.Radius, 0, "what a copy has stays")
	require.Greater(t, h.ID, s.ID)
	w.Tune.SpawnMax = 0
	require.ErrorContains(t, w.AdoptSeed(&s), "no room")
}

func TestEventsHaveNames(t *testing.T) {
	require.Equal(t, "fired", sim.Fired.String())
	require.Equal(t, "blasted", sim.Blasted.String())
	require.Equal(t, "event(99)", sim.EventKind(99).String())
}

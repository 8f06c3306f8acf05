package sim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/examples/garden/sim"
)

func garden(t testing.TB, level string, seed uint64) *sim.World {
	t.Helper()
	l, err := sim.Load(level)
	require.NoError(t, err)
	return sim.New(l, seed, nil)
}

// The digests were made on amd64. A machine that fuses products into sums, or
// takes a sine from its own library, would give others.
func TestGoldenHash(t *testing.T) {
	golden := map[string]string{
		"ceiling": "674d410a241e6dde",
		"meadow":  "205e77a841e06f15",
		"orbit":   "1c53122217bee145",
		"storm":   "46048f38b7f87803",
	}
	for _, name := range sim.Levels() {
		w := garden(t, name, 7)
		for range 900 {
			w.Step(sim.Input{})
		}
		require.Equal(t, golden[name], fmt.Sprintf("%016x", w.Hash()), name)
	}
}

// An edit is what a client of the console does between two ticks.
type edit struct {
	tick uint64
	do   func(*sim.World)
}

// replay runs a world with edits and inputs that depend on the tick alone.
func replay(w *sim.World, ticks uint64, edits []edit) []uint64 {
	var hashes []uint64
	for w.Tick < ticks {
		for _, e := range edits {
			if e.tick == w.Tick {
				e.do(w)
			}
		}
		in := sim.Input{Fire: w.Tick%40 < 20}
		if w.Tick%120 < 60 {
			in.Move = sim.Vec{X: 1, Y: -0.5}
		}
		w.Step(in)
		hashes = append(hashes, w.Hash())
	}
	return hashes
}

func TestSameSeedSameWorld(t *testing.T) {
	require.Equal(t, replay(garden(t, "storm", 3), 600, nil), replay(garden(t, "storm", 3), 600, nil))
	require.NotEqual(t, replay(garden(t, "storm", 3), 60, nil), replay(garden(t, "storm", 4), 60, nil))
}

func TestASeedBeginsWhatIsRandomAnew(t *testing.T) {
	seeded := func(before int, seed uint64) []sim.Seed {
		w := garden(t, "storm", 3)
		for range before {
			w.Step(sim.Input{})
		}
		w.Seed(seed)
		w.Clear("seed")
		_, err := w.Spawn("seed", 20)
		require.NoError(t, err)
		for i := range w.Seeds {
			w.Seeds[i].ID = 0
		}
		return w.Seeds
	}
	require.Equal(t, seeded(0, 9), seeded(77, 9))
	require.NotEqual(t, seeded(0, 9), seeded(0, 8))
}

func TestAWorldAnewIsAsANewOne(t *testing.T) {
	w, fresh := garden(t, "storm", 3), garden(t, "meadow", 8)
	for range 500 {
		w.Step(sim.Input{Fire: true})
	}
	w.Tune = fresh.Tune
	w.Anew(fresh.Level, 8)
	for range 300 {
		w.Step(sim.Input{})
		fresh.Step(sim.Input{})
	}
	require.Equal(t, fresh.Tick, w.Tick)
	require.Equal(t, fresh.Match.Tally, w.Match.Tally)
	require.Equal(t, fresh.Player.Body, w.Player.Body)
	require.Equal(t, len(fresh.Sparks), len(w.Sparks))
	require.Equal(t, len(fresh.Seeds), len(w.Seeds))
	for i := range w.Seeds {
		require.Equal(t, fresh.Seeds[i].Body, w.Seeds[i].Body)
	}
}

func TestReplayWithEdits(t *testing.T) {
	edits := []edit{
		{30, func(w *sim.World) { w.Tune.Gravity = -120 }},
		{90, func(w *sim.World) { w.Seeds[5].Pos.X = 320; w.Seeds[5].Vel.Y = -200 }},
		{150, func(w *sim.World) { w.Tune.Autopilot = false; w.Tune.Difficulty = "fierce" }},
		{220, func(w *sim.World) { w.Tune.SpawnMax = 40; w.Tune.Substeps = 5 }},
		{300, func(w *sim.World) { w.Wells[0].Strength = -300; w.Player.Health = 1 }},
	}
	edited := replay(garden(t, "meadow", 3), 600, edits)
	require.Equal(t, edited, replay(garden(t, "meadow", 3), 600, edits))
	plain := replay(garden(t, "meadow", 3), 600, nil)
	require.Equal(t, plain[:30], edited[:30])
	require.NotEqual(t, plain[30], edited[30])
}

func TestSparksAndTimingsNeverChangeTheGame(t *testing.T) {
	quiet := garden(t, "meadow", 9)
	quiet.Tune.FxRate, quiet.Tune.Particles = 0, 0
	level, err := sim.Load("meadow")
	require.NoError(t, err)
	var rec timing.Recorder
	loud := sim.New(level, 9, &rec)
	loud.Tune.FxRate, loud.Tune.Particles = 8, 4000
	for range 600 {
		quiet.Step(sim.Input{})
		loud.Step(sim.Input{})
	}
	require.Equal(t, quiet.Hash(), loud.Hash())
	require.Empty(t, quiet.Sparks)
	require.Greater(t, len(loud.Sparks), 100)
	loud.RebuildRoutes(4)
	loud.Step(sim.Input{})
	quiet.Step(sim.Input{})
	require.Equal(t, quiet.Hash(), loud.Hash(), "routes are no part of the game")
	require.Equal(t, len(loud.Hunters)+min(len(loud.Seeds), 60), loud.Routes.Floods)
	require.Greater(t, loud.Routes.Cells, 1000*len(loud.Hunters))
	require.Greater(t, loud.Routes.Farthest, 100)
	stats := rec.Frame(timing.Mark{}).Stats
	for i, scope := range rec.Scopes() {
		require.NotZero(t, stats[i].Calls, scope.Name)
	}
}

func TestGravityMovesSeeds(t *testing.T) {
	for _, g := range []float64{200, -200} {
		w := garden(t, "meadow", 1)
		w.Tune.Gravity, w.Tune.Wells = g, 0
		before := make(map[sim.ID]float64)
		for _, s := range w.Seeds {
			if s.Pos.Y > 40 && s.Pos.Y < 240 {
				before[s.ID] = s.Vel.Y
			}
		}
		for range 10 {
			w.Step(sim.Input{})
		}
		moved, sum := 0, 0.0
		for _, s := range w.Seeds {
			if was, ok := before[s.ID]; ok {
				moved++
				sum += s.Vel.Y - was
			}
		}
		require.Greater(t, moved, 20)
		require.InDelta(t, g/6, sum/float64(moved), 8, "ten ticks are a sixth of a second")
	}
}

func TestEverythingStaysInTheArenaAndHasItsOwnID(t *testing.T) {
	w := garden(t, "storm", 2)
	w.Tune.Difficulty, w.Tune.Bounce, w.Tune.Substeps = "fierce", 1, 1
	seen := make(map[sim.ID]string)
	check := func(kind string, id sim.ID, p sim.Point) {
		require.True(t, p.X >= 0 && p.X <= sim.Width && p.Y >= 0 && p.Y <= sim.Height, "%s %d is at %v", kind, id, p)
		require.NotZero(t, id)
		if was, ok := seen[id]; ok {
			require.Equal(t, was, kind, "id %d is used twice", id)
		}
		seen[id] = kind
	}
	for range 1200 {
		w.Step(sim.Input{})
		if w.Tick%20 != 0 {
			continue
		}
		check("match", w.Match.ID, sim.Point{})
		check("player", w.Player.ID, w.Player.Pos)
		for _, e := range w.Seeds {
			check("seed", e.ID, e.Pos)
		}
		for _, e := range w.Hunters {
			check("hunter", e.ID, e.Pos)
		}
		for _, e := range w.Wells {
			check("well", e.ID, e.Pos)
		}
		for _, e := range w.Shots {
			check("shot", e.ID, e.Pos)
		}
		for _, e := range w.Blooms {
			check("bloom", e.ID, e.Pos)
		}
		require.Equal(t, 2+len(w.Seeds)+len(w.Hunters)+len(w.Wells)+len(w.Shots)+len(w.Blooms), w.Entities())
	}
}

// Somebody will set every variable to every value that its range allows, and
// every field of every entity too.
func TestWildSettingsDoNotBreakIt(t *testing.T) {
	w := garden(t, "orbit", 5)
	for i := range 40 {
		tune := &w.Tune
		wild := float64(i%5) - 2
		tune.Gravity, tune.Drag, tune.Bounce = 200*wild, 5*float64(i%2), float64(i%3)/2
		tune.Substeps, tune.Wells = 1+15*(i%2), 5*wild
		tune.SpawnRate, tune.SpawnMax = 60*float64(i%4), 600*(i%2)
		tune.Aggression, tune.Separation, tune.SenseRadius = wild, 5*wild, 300*wild
		tune.PlayerSpeed, tune.Difficulty = 600*float64(i%2), "none such"
		if len(w.Seeds) > 1 {
			w.Seeds[0].Pos, w.Seeds[1].Pos = w.Wells[0].Pos, w.Wells[0].Pos
		}
		w.Player.Aim = sim.Heading{}
		w.Player.Health = float64(60 * (i % 3))
		for j := range w.Hunters {
			w.Hunters[j].Pos, w.Hunters[j].State = w.Player.Pos, sim.Mood(i%7)
		}
		for range 30 {
			w.Step(sim.Input{Fire: true})
		}
		p := w.Player.Pos
		require.True(t, p.X >= 0 && p.X <= sim.Width && p.Y >= 0 && p.Y <= sim.Height, "%v after setting %d", p, i)
	}
}

func TestAutopilotPlaysWell(t *testing.T) {
	w := garden(t, "meadow", 1)
	waves, killed, least := 0, 0, 1<<30
	for range 45 * sim.Rate {
		w.Step(sim.Input{})
		for _, e := range w.Events {
			switch e.Kind {
			case sim.WaveBegins:
				waves++
			case sim.Killed:
				killed++
			}
		}
		if w.Tick > 5*sim.Rate {
			least = min(least, w.Entities())
		}
	}
	t.Logf("waves %d, killed %d, score %d, lives %d, seeds %d, blooms %d, hunters %d, least %d", waves, killed, w.Match.Score, w.Player.Lives, len(w.Seeds), len(w.Blooms), len(w.Hunters), least)
	require.Greater(t, waves, 1)
	require.Greater(t, killed, 3)
	require.Greater(t, least, 80)
}

func TestLostShipsComeBackAndAMatchEnds(t *testing.T) {
	w := garden(t, "meadow", 1)
	var kinds []sim.EventKind
	for range 40 * sim.Rate {
		if w.Player.Shield == 0 && w.Alive() && len(w.Hunters) > 0 {
			w.Player.Health, w.Hunters[0].Pos = 1, w.Player.Pos
		}
		w.Step(sim.Input{})
		for _, e := range w.Events {
			if e.Kind == sim.Lost || e.Kind == sim.Ended {
				kinds = append(kinds, e.Kind)
			}
		}
		if len(kinds) == 4 && w.Alive() {
			break
		}
	}
	require.Equal(t, []sim.EventKind{sim.Lost, sim.Lost, sim.Lost, sim.Ended}, kinds)
	require.Equal(t, 3, w.Player.Lives)
	require.False(t, w.Match.Over)
	require.Equal(t, 1, w.Match.Wave)
}

func TestUnknownLevelNamesTheKnownOnes(t *testing.T) {
	_, err := sim.Load("medow")
	require.EqualError(t, err, `no level is called "medow"; there are ceiling, meadow, orbit, storm`)
	for _, name := range sim.Levels() {
		l, err := sim.Load(name)
		require.NoError(t, err)
		require.NotEmpty(t, l.Help)
	}
}

func BenchmarkStep(b *testing.B) {
	w := garden(b, "meadow", 1)
	b.ReportAllocs()
	for b.Loop() {
		w.Step(sim.Input{})
	}
}

package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// Each of them changes how the game goes, or how it sparkles.
func TestEverySettingDoesSomething(t *testing.T) {
	play := func(turn func(*sim.Tune)) (uint64, []sim.Spark) {
		w := garden(t, "storm", 3)
		w.Tune.Autopilot = false // it would not let itself be bitten
		turn(&w.Tune)
		w.Restart()
		_, err := w.Spawn("hunter", 4)
		require.NoError(t, err)
		hashes := replay(w, 450, nil)
		return hashes[len(hashes)-1], w.Sparks
	}
	hash, sparks := play(func(*sim.Tune) {})
	var idle []string
	for name, turn := range map[string]func(*sim.Tune){
		"gravity":     func(t *sim.Tune) { t.Gravity = 40 },
		"wind":        func(t *sim.Tune) { t.Wind.X = 20 },
		"drag":        func(t *sim.Tune) { t.Drag = 2 },
		"bounce":      func(t *sim.Tune) { t.Bounce = 0.1 },
		"max speed":   func(t *sim.Tune) { t.MaxSpeed = 60 },
		"substeps":    func(t *sim.Tune) { t.Substeps = 3 },
		"wells":       func(t *sim.Tune) { t.Wells = -1 },
		"drift":       func(t *sim.Tune) { t.Drift = 3 },
		"spawn rate":  func(t *sim.Tune) { t.SpawnRate = 30 },
		"spawn max":   func(t *sim.Tune) { t.SpawnMax = 10 },
		"worth":       func(t *sim.Tune) { t.Worth = 20 },
		"hunt every":  func(t *sim.Tune) { t.HuntEvery = 2 * time.Second },
		"aggression":  func(t *sim.Tune) { t.Aggression = 2 },
		"separation":  func(t *sim.Tune) { t.Separation = 4 },
		"sense":       func(t *sim.Tune) { t.SenseRadius = 600 },
		"speed":       func(t *sim.Tune) { t.PlayerSpeed = 300 },
		"god":         func(t *sim.Tune) { t.God = true },
		"unseen":      func(t *sim.Tune) { t.Unseen = true },
		"difficulty":  func(t *sim.Tune) { t.Difficulty = "fierce" },
		"autopilot":   func(t *sim.Tune) { t.Autopilot = true },
		"grip":        func(t *sim.Tune) { t.Ship.Grip = 0.5 },
		"lure":        func(t *sim.Tune) { t.Ship.Lure = 200 },
		"shield":      func(t *sim.Tune) { t.Ship.Shield = 20 * time.Second },
		"ai speed":    func(t *sim.Tune) { t.Hunters.Speed = 200 },
		"think":       func(t *sim.Tune) { t.Hunters.Think = time.Second },
		"lunge range": func(t *sim.Tune) { t.Hunters.LungeRange = 300 },
		"lunge speed": func(t *sim.Tune) { t.Hunters.LungeSpeed = 5 },
		"flee health": func(t *sim.Tune) { t.Hunters.FleeHealth = 100 },
		"bite":        func(t *sim.Tune) { t.Hunters.Bite = 60 },
		"damage":      func(t *sim.Tune) { t.Shots.Damage = 60 },
		"shot speed":  func(t *sim.Tune) { t.Shots.Speed = 600 },
		"shot every":  func(t *sim.Tune) { t.Shots.Every = time.Second },
		"shot life":   func(t *sim.Tune) { t.Shots.Life = 100 * time.Millisecond },
		"one hit":     func(t *sim.Tune) { t.Shots.OneHit = true },
		"bloom max":   func(t *sim.Tune) { t.Blooms.Max = 3 },
		"growth":      func(t *sim.Tune) { t.Blooms.Growth = 6 },
		"seeds":       func(t *sim.Tune) { t.Blooms.Seeds = 20; t.Blooms.Growth = 6 },
		"lives":       func(t *sim.Tune) { t.Rules.Lives = 9 },
		"quota":       func(t *sim.Tune) { t.Rules.Quota = 0.1 },
		"hunters":     func(t *sim.Tune) { t.Rules.Hunters = -20 },
		"pause":       func(t *sim.Tune) { t.Rules.Pause = 10 * time.Second },
	} {
		if other, _ := play(turn); other == hash {
			idle = append(idle, name)
		}
	}
	require.Empty(t, idle)
	for name, turn := range map[string]func(*sim.Tune){
		"particles": func(t *sim.Tune) { t.Particles = 5 },
		"fx rate":   func(t *sim.Tune) { t.FxRate = 3 },
		"fx life":   func(t *sim.Tune) { t.FxLife = 3 },
	} {
		same, others := play(turn)
		require.Equal(t, hash, same, name)
		require.NotEqual(t, sparks, others, name)
	}
}

func TestRulesAndLevelChangeBetweenWaves(t *testing.T) {
	w := garden(t, "meadow", 1)
	turns := 0
	w.Turn = func() {
		turns++
		w.Tune.Rules.Quota, w.Tune.Rules.Lives = 2, 7
		next, err := sim.Load("orbit")
		require.NoError(t, err)
		w.Next = &next
	}
	quota := w.Match.Quota
	w.Step(sim.Input{})
	require.Equal(t, quota, w.Match.Quota)
	require.Equal(t, "meadow", w.Match.Level)
	w.Match.Caught = quota
	w.Step(sim.Input{})
	require.Equal(t, 1, turns)
	require.Equal(t, "orbit", w.Match.Level)
	require.Equal(t, 2*w.Level.Waves[1].Quota, w.Match.Quota)
	require.Equal(t, len(w.Level.Wells), len(w.Wells))
	require.Equal(t, 3, w.Player.Lives, "of a new match")
	w.Restart()
	require.Equal(t, 7, w.Player.Lives)
	require.Equal(t, 1, w.Match.Wave)
}

func TestOrders(t *testing.T) {
	w := garden(t, "meadow", 1)
	for _, kind := range sim.Kinds() {
		before := w.Entities()
		n, err := w.Spawn(kind, 3)
		require.NoError(t, err)
		require.Positive(t, n, kind)
		require.Equal(t, before+n, w.Entities(), kind)
		require.GreaterOrEqual(t, w.Clear(kind), n, kind)
		require.Zero(t, w.Clear(kind), kind)
	}
	_, err := w.Spawn("huntr", 1)
	require.EqualError(t, err, `no kind is called "huntr"; there are seed, hunter, well, bloom`)
	require.Zero(t, w.Clear("huntr"))

	w.Player.Health = 10
	w.Heal(30)
	require.Equal(t, 40.0, w.Player.Health)
	w.Heal(500)
	require.Equal(t, 100.0, w.Player.Health)
	w.Player.Health = 0
	w.Heal(1)
	require.True(t, w.Alive())

	w.Teleport(sim.Point{X: -50, Y: 100})
	require.Equal(t, sim.Point{X: w.Player.Radius, Y: 100}, w.Player.Pos)
	n := len(w.Level.Waves)
	for wave, round := range map[int]int{1: 1, n: 1, n + 1: 2, n + 2: 2, 2*n + 1: 3} {
		w.SkipTo(wave)
		require.Equal(t, [2]int{wave, round}, [2]int{w.Match.Wave, w.Match.Round})
	}

	// What is ordered between two ticks is seen and heard in the next.
	w.Step(sim.Input{})
	w.Blast(sim.Point{X: 320, Y: 180}, 400)
	require.Negative(t, w.Player.Vel.X, "away from it")
	w.Step(sim.Input{})
	require.Equal(t, sim.Blasted, w.Events[0].Kind)
	w.Step(sim.Input{})
	for _, e := range w.Events {
		require.NotEqual(t, sim.Blasted, e.Kind)
	}
}

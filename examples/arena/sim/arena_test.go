package sim_test

import (
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/examples/arena/ecs"
	"github.com/scry-dev/scry/examples/arena/sim"
)

func arena(n int, seed uint64) *sim.Arena {
	return sim.New(sim.Options{Entities: n, Seed: seed}, nil)
}

// digest is of all bodies: who moved otherwise once has moved otherwise for good.
func digest(a *sim.Arena) uint64 {
	h := fnv.New64a()
	var b [8]byte
	for place, body := range a.Bodies.All() {
		for i, bits := range []uint32{uint32(place), math.Float32bits(body.Pos.X), math.Float32bits(body.Pos.Y)} {
			b[i] = byte(bits)
			b[i+1], b[i+2], b[i+3] = byte(bits>>8), byte(bits>>16), byte(bits>>24)
		}
		h.Write(b[:])
	}
	return h.Sum64()
}

func TestSameSeedSameArena(t *testing.T) {
	a, b, other := arena(3000, 5), arena(3000, 5), arena(3000, 6)
	for range 200 {
		a.Step()
		b.Step()
		other.Step()
	}
	require.Equal(t, digest(a), digest(b))
	require.NotEqual(t, digest(a), digest(other))
}

func TestTimingsDoNotChangeTheArena(t *testing.T) {
	var rec timing.Recorder
	a, b := arena(2000, 5), sim.New(sim.Options{Entities: 2000, Seed: 5}, &rec)
	for range 120 {
		a.Step()
		b.Step()
	}
	require.Equal(t, digest(a), digest(b))
	stats := rec.Frame(timing.Mark{}).Stats
	for i, scope := range rec.Scopes() {
		require.NotZero(t, stats[i].Calls, scope.Name)
	}
}

func TestManyComeAndGoAndTheNumberStays(t *testing.T) {
	a := arena(3000, 1)
	require.Equal(t, 3000, a.Entities.Alive())
	before := make(map[ecs.ID]bool)
	for place := range a.Entities.Len() {
		id, _ := a.Entities.At(place)
		before[id] = true
	}
	for range 400 {
		a.Step()
	}
	require.InDelta(t, 3000, a.Entities.Alive(), 200)
	require.InDelta(t, a.Tune.Hunters, a.Hunters.Len(), float64(a.Tune.WaveSize))
	came := 0
	for place := range a.Entities.Len() {
		if id, ok := a.Entities.At(place); ok && !before[id] {
			came++
		}
	}
	require.Greater(t, came, 300, "in seven seconds")
}

// Each component belongs to an entity that lives, is of the kinds that have it, and has
// a place in the arena.
func TestComponentsBelongToTheLiving(t *testing.T) {
	a := arena(3000, 2)
	for range 250 {
		a.Step()
	}
	for place, b := range a.Bodies.All() {
		_, ok := a.Entities.At(place)
		require.True(t, ok, place)
		require.LessOrEqual(t, math.Hypot(float64(b.Pos.X), float64(b.Pos.Y)), a.Radius()*1.001)
	}
	for place := range a.Hunters.All() {
		require.Equal(t, sim.HunterKind, a.Entities.Kind(place))
	}
	for place := range a.Kernels.All() {
		require.Equal(t, sim.SeedKind, a.Entities.Kind(place))
	}
	count := 1 + a.Hunters.Len() + a.Kernels.Len() + a.Wells.Len() + a.Waves.Len()
	require.Equal(t, a.Entities.Alive(), count)
	require.Equal(t, count, a.Births.Len())
	require.Equal(t, count-a.Waves.Len(), a.Bodies.Len())
}

func TestHuntersHunt(t *testing.T) {
	a := arena(3000, 3)
	states := make(map[sim.State]int)
	plans := 0
	for range 300 {
		a.Step()
		for _, h := range a.Hunters.All() {
			states[h.State]++
			if h.Plan != nil {
				plans++
			}
			if h.State == sim.Chase && a.Entities.Has(h.Target) {
				require.Equal(t, sim.SeedKind, a.Entities.Kind(h.Target.Place()))
			}
		}
	}
	require.Positive(t, states[sim.Roam])
	require.Positive(t, states[sim.Chase])
	require.Positive(t, states[sim.Feed])
	require.Positive(t, plans)
	stock := a.Satchels.Get(a.Player.Place()).Stock
	require.Positive(t, stock["drift"]+stock["ripe"])
}

// Somebody will write anything into any component, take parts of entities away, and
// turn everything as far as it goes.
func TestWildEditsDoNotBreakIt(t *testing.T) {
	a := arena(2000, 4)
	nan := float32(math.NaN())
	for round := range 20 {
		i := 0
		for place, b := range a.Bodies.All() {
			switch i++; i % 50 {
			case 1:
				b.Pos = sim.Vec2{X: nan, Y: nan}
			case 2:
				b.Vel = sim.Vec2{X: 1e30, Y: -1e30}
			case 3:
				b.Light = nan
			}
			if p := a.Paths.Get(place); p != nil && i%3 == 0 {
				p.Next = round*3 - 20
			}
		}
		for _, h := range a.Hunters.All() {
			h.State, h.Target = sim.State(round%6), ecs.ID(uint64(round)<<32|uint64(round))
		}
		for _, p := range a.Poses.All() {
			p.Rotation = [4]float32{nan}
		}
		if round%4 == 1 {
			for _, place := range []int{a.Hunters.Owner(0), a.Hunters.Owner(1), a.Player.Place()} {
				a.Bodies.Remove(place)
				a.Timers.Remove(place)
				a.Satchels.Remove(place)
			}
		}
		if round%5 == 4 {
			a.Kill(a.Player)
			a.Kill(a.Player)
		}
		a.Tune.SpawnRate, a.Tune.Ripening, a.Tune.Wells = float64(round*1000), float64(round-5), float64(round-10)
		a.Tune.Hunters, a.Tune.WaveSize, a.Tune.Population = round*5, round-3, 1000+100*round
		for range 20 {
			a.Step()
		}
	}
	require.Equal(t, sim.PlayerKind, a.Entities.Kind(a.AddPlayer().Place()))
}

func TestSpeedIsSetAlongTheWay(t *testing.T) {
	a := arena(200, 1)
	place := a.Player.Place()
	a.Bodies.Get(place).Vel = sim.Vec2{X: 3, Y: 4}
	require.InDelta(t, 5, a.Speed(place), 1e-6)
	a.SetSpeed(place, 10)
	require.Equal(t, sim.Vec2{X: 6, Y: 8}, a.Bodies.Get(place).Vel)
	a.Bodies.Get(place).Vel, a.Bodies.Get(place).Heading = sim.Vec2{}, 90
	a.SetSpeed(place, 2)
	require.InDelta(t, 2, a.Bodies.Get(place).Vel.Y, 1e-6)
	wave := a.Waves.Owner(0)
	a.SetSpeed(wave, 2)
	require.Zero(t, a.Speed(wave), "it has no body")
}

// BenchmarkStep is one tick of the arena, without a console.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"100k", 100_000}, {"1M", 1_000_000}} {
		b.Run(c.name, func(b *testing.B) {
			a := arena(c.n, 1)
			b.ReportAllocs()
			for b.Loop() {
				a.Step()
			}
		})
	}
}

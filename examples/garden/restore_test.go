package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/view"
)

// digest is what both sides say of the world: the simulation its own hash, and the
// console one of everything.
type digest struct {
	sim   uint64
	world string
}

func (w wired) digest() digest {
	w.t.Helper()
	var h struct{ Hash string }
	w.call("world.hash", "{}", &h)
	return digest{w.world.Hash(), h.Hash}
}

func (w wired) snapshot() (id uint64) {
	w.t.Helper()
	var s struct{ ID uint64 }
	w.call("world.snapshot", "{}", &s)
	return s.ID
}

func (w wired) restore(id uint64) {
	w.t.Helper()
	w.call("world.restore", fmt.Sprintf(`{"id":%d}`, id), nil)
}

// hands are what a player did, tick by tick, from a point on.
func hands(seed uint64, ticks int) []sim.Input {
	r := rand.New(rand.NewPCG(seed, 0))
	inputs := make([]sim.Input, ticks)
	for i := range inputs {
		in := &inputs[i]
		if i > 0 && r.IntN(20) > 0 {
			*in = inputs[i-1]
			continue
		}
		in.Move = sim.Vec{X: 2*r.Float64() - 1, Y: 2*r.Float64() - 1}
		in.Fire, in.Aiming, in.Target = r.IntN(2) == 0, r.IntN(2) == 0, sim.Point{X: r.Float64() * sim.Width, Y: r.Float64() * sim.Height}
	}
	return inputs
}

// play has the game played so, and returns the simulation's hash after each tick.
func (w wired) play(inputs []sim.Input) []uint64 {
	hashes := make([]uint64, len(inputs))
	for i, in := range inputs {
		w.tick(in)
		hashes[i] = w.world.Hash()
	}
	return hashes
}

// A game that is brought back to a point goes on from there as it did before, tick by
// tick: whatever was spawned, eaten, or killed since, through waves, deaths, new matches
// and other levels.
func TestARestoredGardenGoesTheSameWayAgain(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	r := rand.New(rand.NewPCG(7, 7))
	upset := []func(){
		func() { w.world.Player.Health, w.world.Player.Lives = 1, 1 },
		func() { w.world.SkipTo(w.world.Match.Wave + 1) },
		func() { w.world.Match.Caught = w.world.Match.Quota - 1 },
		func() { w.world.Restart() },
		func() { w.world.Tune.SpawnMax, w.world.Tune.SpawnRate = r.IntN(400), 200*r.Float64() },
		func() { w.world.Tune.Gravity = 400*r.Float64() - 200 },
		func() { w.world.Clear(sim.Kinds()[r.IntN(4)]) },
		func() {
			_, err := w.world.Spawn(sim.Kinds()[r.IntN(4)], r.IntN(20))
			require.NoError(t, err)
		},
		func() { w.world.Tune.Autopilot = !w.world.Tune.Autopilot },
		func() {
			w.level = sim.Levels()[r.IntN(len(sim.Levels()))]
			w.world.Match.Caught = w.world.Match.Quota - 1
		},
	}
	met := map[sim.EventKind]int{}
	levels := map[string]int{}
	points, ticks := 100, 90
	if race {
		points = 20
	}
	for point := range points {
		w.play(hands(r.Uint64(), r.IntN(60)))
		upset[r.IntN(len(upset))]()
		inputs := hands(r.Uint64(), ticks)
		begin := w.digest()
		id := w.snapshot()
		way := make([]uint64, 0, ticks)
		for _, in := range inputs {
			w.tick(in)
			way = append(way, w.world.Hash())
			for _, e := range w.world.Events {
				met[e.Kind]++
			}
		}
		levels[w.world.Level.Name]++
		end := w.digest()
		if r.IntN(2) == 0 { // another way in between
			upset[r.IntN(len(upset))]()
			w.play(hands(r.Uint64(), r.IntN(100)))
		}
		w.restore(id)
		require.Equal(t, begin, w.digest(), "point %d", point)
		require.Equal(t, way, w.play(inputs), "point %d", point)
		require.Equal(t, end, w.digest(), "point %d", point)
	}
	if race {
		return // too few points to meet all of it
	}
	for _, kind := range []sim.EventKind{sim.Killed, sim.Lost, sim.Ended, sim.WaveBegins, sim.Sprouted, sim.Ripe, sim.Grazed, sim.Caught} {
		require.NotZero(t, met[kind], "event %d was never met", kind)
	}
	require.Greater(t, len(levels), 2)
}

func TestARestoreUndoesWhatClientsChanged(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	w.play(hands(1, 100))
	before, id := w.digest(), w.snapshot()
	seed, x := fmt.Sprint(w.world.Seeds[3].ID), w.world.Seeds[3].Pos.X
	health, gravity := w.world.Player.Health, w.world.Tune.Gravity
	w.call("world.set", `{"id":"`+seed+`","path":"pos.x","value":1}`, nil)
	w.call("world.set", `{"id":"player","path":"health","value":3}`, nil)
	w.call("cvar.set", `{"name":"physics.gravity","value":-77}`, nil)
	require.NotEqual(t, before.sim, w.digest().sim)
	var diff struct {
		Changed []struct {
			ID     string
			Fields map[string][2]float64
		}
	}
	w.call("world.diff", fmt.Sprintf(`{"from":%d}`, id), &diff)
	require.Len(t, diff.Changed, 2)
	require.Equal(t, map[string][2]float64{"health": {health, 3}}, diff.Changed[0].Fields)
	require.Equal(t, seed, diff.Changed[1].ID)
	require.Equal(t, map[string][2]float64{"pos.x": {x, 1}}, diff.Changed[1].Fields)
	w.restore(id)
	require.Equal(t, before, w.digest())
	require.InDelta(t, gravity, w.world.Tune.Gravity, 0, "what cvars are bound to is a part of it")
}

// What is seen comes back, too: banners, shake, the numbers that rise, the turn of the ship.
func TestARestoredPictureIsTheSame(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	w.play(hands(3, 200))
	w.scene.Say("before")
	w.world.Player.Health = 1
	id := w.snapshot()
	inputs := hands(4, 120)
	film := func() (pictures [][]view.Cmd) {
		for i, in := range inputs {
			if i == 40 {
				w.world.Hunters[0].Pos = w.world.Player.Pos
			}
			if i == 80 {
				w.enter("storm")
			}
			w.tick(in)
			for range 1 + i%3 { // however often it is drawn
				w.draw()
			}
			pictures = append(pictures, slices.Clone(w.draw().Cmds))
		}
		return pictures
	}
	first := film()
	w.play(hands(5, 100))
	w.restore(id)
	for i, again := range film() { // one by one: what differs in all of them would fill pages
		require.True(t, slices.Equal(first[i], again), "picture %d is another", i)
	}
}

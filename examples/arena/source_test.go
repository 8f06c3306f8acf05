package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/examples/arena/ecs"
	"github.com/scry-dev/scry/examples/arena/sim"
)

// The optional interfaces of a source, all of them.
var (
	_ console.SourceNamer      = &source{}
	_ console.SourceParents    = &source{}
	_ console.SourceCreator    = &source{}
	_ console.SourceDeleter    = &source{}
	_ console.SourceReviver    = &source{}
	_ console.SourceReparenter = &source{}
	_ console.SourceAttacher   = &source{}
	_ console.SourceState      = &source{}
)

// still is an arena that does not move but by the console.
func still(t *testing.T) *wired {
	t.Helper()
	w := wire(t, 500)
	w.con.Time.Hold()
	return w
}

// one returns the first entity of a kind.
func (w *wired) one(kind int) ecs.ID {
	w.t.Helper()
	for place := range w.arena.Entities.Len() {
		if id, ok := w.arena.Entities.At(place); ok && w.arena.Entities.Kind(place) == kind {
			return id
		}
	}
	w.t.Fatal("there is none")
	return 0
}

// refused asks and expects an error, whose message it returns.
func (w *wired) refused(method, params string) string {
	w.t.Helper()
	id := w.send(method, params)
	w.frame()
	require.NotNil(w.t, w.came[id].Error, "%s", w.came[id].Result)
	return w.came[id].Error.Message
}

func TestComponentsHaveEveryType(t *testing.T) {
	w := still(t)
	var kinds []struct {
		Kind   string
		Can    []string
		Fields []struct{ Path, Type, As string }
	}
	w.call("world.kinds", `{}`, &kinds)
	require.Len(t, kinds, 5)
	types := make(map[string]bool)
	for _, k := range kinds {
		require.Subset(t, k.Can, []string{"create", "delete", "reparent", "attach"}, k.Kind)
		for _, f := range k.Fields {
			types[f.Type], types[f.As] = true, true
		}
	}
	for _, typ := range []string{"bool", "int", "float", "duration", "enum", "color", "time", "entity", "asset", "list", "map", "any", "vec2", "quat", "mat"} {
		require.True(t, types[typ], typ)
	}
}

func TestAComputedFieldIsSet(t *testing.T) {
	w := still(t)
	hunter := w.one(sim.HunterKind)
	w.call("world.set", fmt.Sprintf(`{"id":%q,"path":"pace.speed","value":55}`, wireID(hunter)), nil)
	require.InDelta(t, 55, w.arena.Speed(hunter.Place()), 1e-4)
	require.Contains(t, w.refused("world.set", fmt.Sprintf(`{"id":%q,"path":"pace.speed","value":5}`, wireID(w.one(sim.WaveKind)))), "no body")
}

// Who is deleted comes back under its id with all that it had, and what points to it
// points to it again.
func TestADeletedHunterComesBack(t *testing.T) {
	w := still(t)
	hunter := w.one(sim.HunterKind)
	place := hunter.Place()
	a := w.arena
	a.Hunters.Get(place).Plan = sim.Wander{Goal: sim.Vec2{X: 3, Y: 4}}
	a.Paths.Get(place).Points = []sim.Vec2{{X: 1}, {Y: 2}}
	body, mind, senses, born := *a.Bodies.Get(place), *a.Hunters.Get(place), *a.Senses.Get(place), *a.Births.Get(place)
	w.call("world.delete", fmt.Sprintf(`{"ids":[%q]}`, wireID(hunter)), nil)
	require.False(t, a.Entities.Has(hunter))
	require.Contains(t, w.refused("world.set", fmt.Sprintf(`{"id":%q,"path":"vitals.health","value":5}`, wireID(hunter))), "no entity")
	w.call("world.undo", `{}`, nil)
	require.True(t, a.Entities.Has(hunter))
	require.Equal(t, body, *a.Bodies.Get(place))
	require.Equal(t, mind, *a.Hunters.Get(place))
	require.Equal(t, senses, *a.Senses.Get(place))
	require.Equal(t, born, *a.Births.Get(place))
	require.Equal(t, []sim.Vec2{{X: 1}, {Y: 2}}, a.Paths.Get(place).Points)
	require.Equal(t, sim.WaveKind, a.Entities.Kind(a.Members.Get(place).Wave.Place()))
}

func TestEntitiesAreMadeAndMoved(t *testing.T) {
	w := still(t)
	a := w.arena
	var made struct{ IDs []string }
	for kind, store := range map[string]func() int{
		"seed": a.Kernels.Len, "hunter": a.Hunters.Len, "well": a.Wells.Len, "wave": a.Waves.Len,
	} {
		before := store()
		w.call("world.create", `{"kind":"`+kind+`"}`, &made)
		require.Equal(t, before+1, store(), kind)
	}
	require.Contains(t, w.refused("world.create", `{"kind":"player"}`), "a player already")

	w.call("world.create", `{"kind":"hunter","at":[7,-8]}`, &made)
	hunter, wave := made.IDs[0], w.one(sim.WaveKind)
	id := a.Entities
	var place int
	for p := range id.Len() {
		if now, ok := id.At(p); ok && wireID(now) == hunter {
			place = p
		}
	}
	require.Equal(t, sim.Vec2{X: 7, Y: -8}, a.Bodies.Get(place).Pos)
	w.call("world.reparent", fmt.Sprintf(`{"ids":[%q],"parent":%q}`, hunter, wireID(wave)), nil)
	require.Equal(t, wave, a.Members.Get(place).Wave)
	require.Contains(t, w.refused("world.reparent", fmt.Sprintf(`{"ids":[%q],"parent":%q}`, hunter, wireID(w.one(sim.SeedKind)))), "only to a wave")
	w.call("world.undo", `{}`, nil)
	require.Nil(t, a.Members.Get(place))

	w.call("world.attach", fmt.Sprintf(`{"id":%q,"component":"pose"}`, hunter), nil)
	require.NotNil(t, a.Poses.Get(place))
	w.call("world.detach", fmt.Sprintf(`{"id":%q,"component":"senses"}`, hunter), nil)
	require.Nil(t, a.Senses.Get(place))
	w.call("world.undo", `{}`, nil)
	require.Positive(t, a.Senses.Get(place).Sight)
}

func TestMethodsOfTheArena(t *testing.T) {
	w := still(t)
	a := w.arena
	call := func(id ecs.ID, method, args string) (result any) {
		t.Helper()
		var done struct{ Result any }
		w.call("world.call", fmt.Sprintf(`{"id":%q,"method":%q,"args":%s}`, wireID(id), method, args), &done)
		return done.Result
	}
	hunter, seed, wave := w.one(sim.HunterKind), w.one(sim.SeedKind), w.one(sim.WaveKind)
	call(hunter, "stun", `["3s"]`)
	require.Zero(t, a.Speed(hunter.Place()))
	call(hunter, "push", `[3, 4]`)
	require.InDelta(t, 5, a.Speed(hunter.Place()), 1e-6)
	call(seed, "ripen", `[]`)
	require.Equal(t, sim.Ripe, a.Kernels.Get(seed.Place()).State)
	require.InDelta(t, float64(a.Waves.Get(wave.Place()).Alive), call(wave, "rally", `[1, 2]`), 0)
	require.Equal(t, sim.Wander{Goal: sim.Vec2{X: 1, Y: 2}}, a.Hunters.Get(hunter.Place()).Plan)
	for method, args := range map[string]string{"stun": `["1s"]`, "rally": `[0, 0]`} {
		require.Contains(t, w.refused("world.call", fmt.Sprintf(`{"id":%q,"method":%q,"args":%s}`, wireID(seed), method, args)), "it is no")
	}
}

// A restored arena goes the same way again, with all who came and went since.
func TestARestoredArenaGoesTheSameWay(t *testing.T) {
	w := still(t)
	var kept struct{ ID uint64 }
	w.call("world.snapshot", `{}`, &kept)
	hash := func() string {
		var h struct{ Hash string }
		w.call("world.hash", `{}`, &h)
		return h.Hash
	}
	began := hash()
	run := func() string {
		for range 300 {
			w.tick()
		}
		return hash()
	}
	ended := run()
	require.NotEqual(t, began, ended)
	w.call("world.restore", fmt.Sprintf(`{"id":%d}`, kept.ID), nil)
	require.Equal(t, began, hash())
	require.Equal(t, ended, run())
}

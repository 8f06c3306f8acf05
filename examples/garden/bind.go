package main

import (
	"reflect"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/view"
)

// bind tells the console where the game's own variables and things are.
func (g *garden) bind() {
	t, v, w := &g.world.Tune, &g.con.Cvars, &g.con.World
	v.Bind("physics.gravity", &t.Gravity, "positive is down; below zero seeds rise").Range(-200, 200).Step(1).Unit("px/s²")
	v.Bind("physics.drag", &t.Drag, "part of its speed that a seed loses in a second").Range(0, 5).Step(0.01)
	v.Bind("physics.bounce", &t.Bounce, "part of its speed that a bounce keeps").Range(0, 1).Step(0.01)
	v.Bind("physics.substeps", &t.Substeps, "physics steps in a tick: a load to look at in the timings").Range(1, 16).Step(1)
	v.Bind("wells.strength", &t.Wells, "multiplies the pull of every well; below zero they push").Range(-3, 5).Step(0.1)
	v.Bind("spawn.rate", &t.SpawnRate, "seeds that fall from the sky").Range(0, 200).Step(1).Unit("1/s")
	v.Bind("spawn.max", &t.SpawnMax, "seeds in the air at most; more are culled").Range(0, 3000).Step(10)
	v.Bind("ai.aggression", &t.Aggression, "how fast and how keen hunters are; 0 is tame").Range(0, 3).Step(0.1)
	v.Bind("ai.separation", &t.Separation, "how strongly hunters keep apart").Range(0, 5).Step(0.1)
	v.Bind("ai.senseRadius", &t.SenseRadius, "within it a hunter notices the ship").Range(0, 640).Step(5).Unit("px")
	v.Bind("player.speed", &t.PlayerSpeed, "top speed of the ship").Range(0, 600).Step(5).Unit("px/s")
	v.Bind("player.god", &t.God, "nothing hurts the ship")
	v.Bind("fx.particles", &t.Particles, "sparks that live at once, at most").Range(0, 20000).Step(100)
	v.Bind("fx.rate", &t.FxRate, "multiplies how many sparks each thing makes").Range(0, 20).Step(0.1)
	v.Bind("game.autopilot", &t.Autopilot, "the ship flies itself; the first key takes over")
	v.Bind("game.difficulty", &t.Difficulty, "how many hunters there are and how hard they bite").Enum(sim.Difficulties()...)
	v.Bind("audio.volume", &g.sounds.mixer.Volume, "of everything").Range(0, 1).Step(0.05)
	v.Bind("render.palette", &g.scene.Palette, "the colours of the garden").Enum(view.Palettes()...)
	v.Bind("render.grid", &g.scene.Grid, "show the field that a seed feels")
	v.Bind("render.shake", &g.scene.Shake, "multiplies the shake of the picture").Range(0, 4).Step(0.1)

	w.Bind("match", &g.world.Match, "score, wave and quota")
	w.Bind("player", &g.world.Player, "the ship")
	w.Bind("seed", &g.world.Seeds, "drifts, bounces, sprouts where it lies; caught for points")
	w.Bind("hunter", &g.world.Hunters, "chases the ship, grazes on seeds")
	w.Bind("well", &g.world.Wells, "pulls what comes near and turns it")
	w.Bind("shot", &g.world.Shots, "a bolt of the ship")
	w.Bind("bloom", &g.world.Blooms, "a flower; throws seeds when it is ripe")
}

// track tells the console how much memory parts of the game hold.
func (g *garden) track() {
	m := &g.con.Memory
	g.sparks = m.Tracker("particles", "heap", "room for sparks; it grows to the most there ever were")
	g.things = m.Tracker("world", "heap", "room for seeds, hunters, shots, wells and flowers")
	g.pixels = m.Tracker("pictures", "heap", "what the game painted: sprites, letters, skies, and the canvas where there is no window")
	m.Tracker("audio", "heap", "voices and the buffer that they are mixed into").Set(size[sounds]())
}

// weigh says what changed of it in a tick.
func (g *garden) weigh() {
	w := g.world
	g.sparks.Set(room(w.Sparks))
	g.things.Set(room(w.Seeds) + room(w.Hunters) + room(w.Wells) + room(w.Shots) + room(w.Blooms))
}

// room is how many bytes a slice holds, used or spare.
func room[T any](s []T) int64 { return int64(cap(s)) * size[T]() }

func size[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

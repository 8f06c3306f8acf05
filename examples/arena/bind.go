package main

import "fmt"

// bind tells the console where everything is.
func (g *game) bind() {
	g.bindCvars()
	g.bindCommands()
	g.bindWorld()
}

func (g *game) bindCvars() {
	t, v := &g.arena.Tune, &g.con.Cvars
	v.Bind("spawn.population", &t.Population, "seeds are added until there are so many entities").Range(0, mostEntities).Step(1000).Archive()
	v.Bind("spawn.rate", &t.SpawnRate, "seeds that are added, at most").Range(0, 1e6).Step(100).Unit("1/s").Archive()
	v.Bind("spawn.hunters", &t.Hunters, "waves come while there are fewer").Range(0, 100_000).Step(10).Archive()
	v.Bind("spawn.wave", &t.WaveSize, "hunters of a wave").Range(0, 10_000).Step(10).Archive()
	v.Bind("seed.ripening", &t.Ripening, "multiplies how fast seeds ripen and go").Range(0, 20).Step(0.1)
	v.Bind("hunter.speed", &t.Speed, "of one that chases").Range(0, 400).Step(1).Unit("m/s")
	v.Bind("hunter.appetite", &t.Appetite, "multiplies how far they go for food").Range(0, 5).Step(0.1)
	v.Bind("wells.strength", &t.Wells, "multiplies what every well does; below zero they push").Range(-5, 5).Step(0.1)
	v.Bind("physics.drag", &t.Drag, "part of its speed that a light body loses in a second").Range(0, 5).Step(0.01)
}

func (g *game) bindCommands() {
	c, a := &g.con.Commands, g.arena
	c.Bind("report", g.report, "what the console took of the frames so far").View()
	c.Bind("wave", func(hunters int) string {
		return fmt.Sprintf("wave %d", a.Waves.Get(a.AddWave(hunters).Place()).Number)
	},
		"a wave of hunters comes").Args("hunters").Range(0, 1, 10_000)
	c.Bind("player", func() { a.AddPlayer() }, "the player begins anew")
}

// report says what there is, and what the console took of the frames.
func (g *game) report() string {
	a := g.arena
	return fmt.Sprintf("arena: %d entities in %d places: %d hunters, %d seeds, %d wells, %d waves; tick %d\n%s",
		a.Entities.Alive(), a.Entities.Len(), a.Hunters.Len(), a.Kernels.Len(), a.Wells.Len(), a.Waves.Len(), a.Tick, g.meter.table())
}

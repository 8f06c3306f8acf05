package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/synth"
)

// order binds what can be typed into the console, beside the console's own verbs.
func (g *garden) order() {
	c, w := &g.con.Commands, g.world
	c.Bind("spawn", g.spawn, "makes things at random places").Args("kind", "count").Enum(0, sim.Kinds()...).Range(1, 1, 1000).Optional(1)
	c.Bind("clear", func(kind string) string { return fmt.Sprintf("%d %ss are gone", w.Clear(kind), kind) }, "takes all things of a kind away").
		Args("kind").Enum(0, sim.Kinds()...)
	c.Bind("kill", kill, "destroys hunters").Args("hunter")
	c.Bind("heal", g.heal, "gives the ship health, all of it without a number; brings back a lost one").Args("health").Range(0, 0, 200).Optional(1)
	c.Bind("give", g.give, "adds to the score").Args("score").Range(0, -1e6, 1e6)
	c.Bind("teleport", w.Teleport, "takes the ship to a place: teleport 320 180").Args("place").Range(0, 0, sim.Width)
	c.Bind("blast", g.blast, "pushes everything away from a place").Args("place", "force").Range(0, 0, sim.Width).Range(1, -2000, 2000).Optional(1)
	c.Bind("wave", w.SkipTo, "begins a wave").Args("number").Range(0, 1, 999)
	c.Bind("level", g.enter, "goes to another level, at once").Args("name").Enum(0, sim.Levels()...)
	c.Bind("restart", w.Restart, "begins a new match")
	c.Bind("anew", g.anew, "makes everything as it is at the start of a level, for tests: anew 1 meadow").Args("seed", "level").Enum(1, sim.Levels()...).Optional(1)
	c.Bind("say", func(words ...string) { g.scene.Say(strings.Join(words, " ")) }, "shows a text in the picture").Args("text")
	c.Bind("tip", g.tip, "shows the next tip in the picture")
	c.Bind("play", g.playSound, "plays a sound").Args("sound", "pitch").Enum(0, synth.Sounds()...).Range(1, 0.1, 10).Optional(1)
	c.Bind("hitch", g.hitch, "makes the next tick take long; each cause in turn where none is named").Args("cause").Enum(0, hitches...).Optional(1)
	c.Bind("stats", g.stats, "what there is, by kind").View()
}

func (g *garden) spawn(kind string, count int) (string, error) {
	made, err := g.world.Spawn(kind, max(count, 1))
	return fmt.Sprintf("%d %ss", made, kind), err
}

// kill is settled by the next tick: until then what else the line names stays where it is.
func kill(hunters ...*sim.Hunter) string {
	for _, h := range hunters {
		h.Health = 0
	}
	return fmt.Sprintf("%d destroyed", len(hunters))
}

func (g *garden) heal(by float64) string {
	if by == 0 {
		by = 200
	}
	g.world.Heal(by)
	return fmt.Sprintf("health %.0f", g.world.Player.Health)
}

func (g *garden) give(score int) string {
	m := &g.world.Match
	m.Score = max(m.Score+score, 0)
	return fmt.Sprintf("score %d", m.Score)
}

func (g *garden) blast(at sim.Point, force float64) {
	if force == 0 {
		force = 400
	}
	g.world.Blast(at, force)
}

// enter goes to a level now, and not only with the next wave.
func (g *garden) enter(name string) string {
	if l, ok := g.find(name); ok {
		g.level = name
		g.world.Enter(l)
	}
	return g.world.Level.Name + ": " + g.world.Level.Help
}

// anew begins the game again, so that whoever tests it knows where it is; cvars stay.
func (g *garden) anew(seed uint64, name string) {
	if l, ok := g.find(cmp.Or(name, g.world.Level.Name)); ok {
		g.seed, g.since, g.hand.Aiming = seed, 0, 0
		g.world.Anew(l, seed)
		g.scene.Rest()
		g.witness()
	}
}

func (g *garden) playSound(name string, pitch float64) {
	for i, s := range synth.Sounds() {
		if s == name {
			g.sounds.mixer.Play(synth.Sound(i), 0, max(pitch, 0.1))
		}
	}
}

// kindStats is a row of stats.
type kindStats struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	Bytes int64  `json:"bytes"`
}

func (g *garden) stats() []kindStats {
	w := g.world
	return []kindStats{
		{"seed", len(w.Seeds), room(w.Seeds)}, {"hunter", len(w.Hunters), room(w.Hunters)}, {"well", len(w.Wells), room(w.Wells)},
		{"shot", len(w.Shots), room(w.Shots)}, {"bloom", len(w.Blooms), room(w.Blooms)}, {"spark", len(w.Sparks), room(w.Sparks)},
	}
}

package main

import (
	"errors"
	"reflect"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/synth"
	"github.com/scry-dev/scry/examples/garden/view"
)

// bind tells the console where the game's own variables and things are.
func (g *garden) bind() {
	g.bindPhysics()
	g.bindActors()
	g.bindGame()
	g.bindLook()
	g.bindWorld()
}

// bindPhysics is what moves everything.
func (g *garden) bindPhysics() {
	t, v := &g.world.Tune, &g.con.Cvars
	v.Bind("physics.gravity", &t.Gravity, "positive is down; below zero seeds rise").Range(-200, 200).Step(1).Unit("px/s²")
	v.Bind("physics.wind", &t.Wind, "on all that feels gravity, to the right and down").Range(-200, 200).Step(1).Unit("px/s²")
	v.Bind("physics.drag", &t.Drag, "part of its speed that a seed loses in a second").Range(0, 5).Step(0.01)
	v.Bind("physics.bounce", &t.Bounce, "part of its speed that a bounce keeps").Range(0, 1).Step(0.01)
	v.Bind("physics.maxSpeed", &t.MaxSpeed, "nothing is faster").Range(50, 2000).Step(10).Unit("px/s")
	v.Bind("physics.substeps", &t.Substeps, "physics steps in a tick: a load to look at in the timings").Range(1, 16).Step(1)
	v.Bind("wells.strength", &t.Wells, "multiplies the pull of every well; below zero they push").Range(-3, 5).Step(0.1)
	v.Bind("wells.drift", &t.Drift, "multiplies how fast wells wander").Range(0, 10).Step(0.1)
	v.Bind("spawn.rate", &t.SpawnRate, "seeds that fall from the sky").Range(0, 200).Step(1).Unit("1/s")
	v.Bind("spawn.max", &t.SpawnMax, "seeds in the air at most; more are culled").Range(0, 3000).Step(10)
	v.Bind("spawn.worth", &t.Worth, "points for a seed that is new").Range(0, 1000).Step(5).Unit("points")
	v.Bind("spawn.hunterPause", &t.HuntEvery, "time between two hunters that come").Range(0, 30e9).Step(1e8)
	v.BindStruct("bloom", &t.Blooms)
}

// bindActors is the ship and those that are after it.
func (g *garden) bindActors() {
	t, v := &g.world.Tune, &g.con.Cvars
	v.Bind("ai.aggression", &t.Aggression, "how fast and how keen hunters are; 0 is tame").Range(0, 3).Step(0.1)
	v.Bind("ai.separation", &t.Separation, "how strongly hunters keep apart").Range(0, 5).Step(0.1)
	v.Bind("ai.senseRadius", &t.SenseRadius, "within it a hunter notices the ship").Range(0, 640).Step(5).Unit("px")
	v.BindStruct("ai", &t.Hunters)
	v.Bind("player.speed", &t.PlayerSpeed, "top speed of the ship").Range(0, 600).Step(5).Unit("px/s")
	v.Bind("player.god", &t.God, "nothing hurts the ship").Cheat()
	v.Bind("player.unseen", &t.Unseen, "no hunter notices the ship").Cheat()
	v.BindStruct("player", &t.Ship)
	v.BindStruct("shot", &t.Shots)
}

// bindGame is what is played, by whom.
func (g *garden) bindGame() {
	t, v := &g.world.Tune, &g.con.Cvars
	v.Bind("game.autopilot", &t.Autopilot, "the ship flies itself; the first key, click, touch or button takes over")
	v.Bind("game.difficulty", &t.Difficulty, "how many hunters there are and how hard they bite").Enum(sim.Difficulties()...).Archive().
		OnChange(func(c console.Change) {
			g.log.Info("the difficulty changes", "from", c.Old, "to", c.New, "by", c.By)
			g.scene.Say(g.world.Tune.Difficulty)
		})
	v.Bind("game.level", &g.level, "where the next wave is played").Enum(sim.Levels()...).Latched()
	v.BindStruct("rules", &t.Rules)
	v.Bind("game.driver", &g.driver, "ebiten, in a window, or headless").ReadOnly()
	v.Bind("game.seed", &g.seed, "what everything random began from").ReadOnly()
	v.Bind("game.longest", &g.longest, "the longest match since the start").ReadOnly()
	v.Bind("game.best", &g.best, "the best score since the start").ReadOnly().Unit("points")
	v.Bind("online.name", &g.scene.Name, "who plays: in the picture, and beside the score").Archive().Check(checkName).
		Complete(func(string) []string { return []string{"beetle", "dandelion", "gardener"} })
	v.Bind("online.key", &g.key, "signs the score of a match in the log").Secret()
	v.Bind("log.catches", &g.chatty, "a line for each seed that is caught: a flood, when there are many").Dev()
	v.Bind("dev.delay", &g.delay, "every tick takes so much longer: a load for the frame's budget").Range(0, 100e6).Step(5e5).Dev()
	v.Bind("dev.hitch", &g.hitching.long, "how long a hitch takes: see the command hitch").Range(1e6, 1e9).Step(1e7).Dev()
}

// bindLook is what is seen and heard.
func (g *garden) bindLook() {
	t, v, s := &g.world.Tune, &g.con.Cvars, &g.scene
	v.Bind("fx.particles", &t.Particles, "sparks that live at once, at most").Range(0, 20000).Step(100).Archive()
	v.Bind("fx.rate", &t.FxRate, "multiplies how many sparks each thing makes").Range(0, 20).Step(0.1).Archive()
	v.Bind("fx.life", &t.FxLife, "multiplies how long sparks live").Range(0, 10).Step(0.1).Archive()
	v.Bind("render.palette", &s.Palette, "the colours of the garden").Enum(view.Palettes()...).Archive()
	v.Bind("render.tint", &s.Tint, "colour laid over the sky; white is as painted").Archive()
	v.Bind("render.ship", &s.Ship, "colour of the ship; one that cannot be seen is the palette's").Archive()
	v.Bind("render.trail", &s.Trail, "time of flight that a shot leaves behind").Range(0, 5e8).Step(5e6).Archive()
	v.Bind("render.shake", &s.Shake, "multiplies the shake of the picture").Range(0, 4).Step(0.1).Archive()
	v.Bind("render.lens", &g.lensed, "see the picture through the shader, in a window").Archive()
	v.Bind("render.grid", &s.Grid, "show the field that a seed feels")
	v.Bind("render.bare", &s.Bare, "no score, no health, no banners: for pictures")
	m := &g.sounds.mixer
	heard := func(console.Change) { m.Play(synth.Catch, 0, 1) } // so that whoever turns it hears it
	v.Bind("audio.volume", &m.Volume, "loudness of everything").Range(0, 1).Step(0.05).Archive().OnChange(heard)
	v.Bind("audio.effects", &m.Effects, "multiplies sounds").Range(0, 4).Step(0.1).Archive().OnChange(heard)
	v.Bind("audio.hum", &m.Hum, "multiplies the drone, which sinks with gravity").Range(0, 4).Step(0.1).Archive()
	v.Bind("audio.mute", &g.sounds.ears.mute, "silence, at once").Archive()
	v.Bind("audio.balance", &g.sounds.ears.balance, "between the ears: -1 is the left one alone, 1 the right one").Range(-1, 1).Step(0.05).Archive().OnChange(heard)
}

// maxName is how many letters of a name the picture has room for.
const maxName = 16

// checkName lets names through that the game has letters for.
func checkName(value any) error {
	name, _ := value.(string)
	if len(name) > maxName {
		return errors.New("a name has 16 letters at most")
	}
	for i := range len(name) {
		if _, ok := view.Glyph(name[i]); !ok && name[i] != ' ' {
			return errors.New("a name has plain letters, digits and spaces")
		}
	}
	return nil
}

// bindWorld is what lives in the garden.
func (g *garden) bindWorld() {
	w := &g.con.World
	w.Bind("match", &g.world.Match, "score, wave and quota")
	w.Bind("player", &g.world.Player, "the ship").
		Method("bless", (*sim.Player).Bless, "helps the ship for a while: magnet or gale").
		Method("teleport", func(_ *sim.Player, x, y float64) { g.world.Teleport(sim.Point{X: x, Y: y}) }, "takes the ship to a place")
	w.Bind("seed", &g.world.Seeds, "drifts, bounces, sprouts where it lies; caught for points").
		Create(g.world.AdoptSeed).
		Method("throw", (*sim.Seed).Throw, "gives it another speed, in px/s")
	w.Bind("hunter", &g.world.Hunters, "chases the ship, grazes on seeds").
		Create(g.world.AdoptHunter).
		Method("stun", (*sim.Hunter).Stun, "lets it hang where it is").
		Method("enrage", (*sim.Hunter).Enrage, "multiplies its rage, and says what it is then")
	w.Bind("well", &g.world.Wells, "pulls what comes near and turns it").
		Create(g.world.AdoptWell).
		Method("flip", (*sim.Well).Flip, "lets it push where it pulled")
	w.Bind("shot", &g.world.Shots, "a bolt of the ship")
	w.Bind("bloom", &g.world.Blooms, "a flower; throws seeds when it is ripe").
		Create(g.world.AdoptBloom).
		Method("ripen", (*sim.Bloom).Ripen, "lets it throw its seeds")

	// What else the game goes on from. Whatever is restored goes the same way again.
	w.State("sim", g.world)
	for _, p := range []any{&g.level, &g.in, &g.since, &g.longest, &g.best, &g.seed, &g.hand, &g.scene.Palette} {
		w.State("garden", p)
	}
	w.State("scene", g.scene.State())
}

// turn is what changes between two waves: what waited for it, and the level.
func (g *garden) turn() {
	g.con.Cvars.Unlatch()
	if g.level == g.world.Level.Name {
		return
	}
	if l, ok := g.find(g.level); ok {
		g.world.Next = &l
	}
}

// find loads a level. It cannot be unknown, since cvar and command know their names.
func (g *garden) find(name string) (sim.Level, bool) {
	if l, ok := g.levels[name]; ok {
		return l, true
	}
	l, err := sim.Load(name)
	if err != nil {
		g.log.Error("the level cannot be loaded", "level", name, "error", err)
	}
	return l, err == nil
}

// entered follows the world to another level: with its colours, unless others were
// chosen.
func (g *garden) entered() {
	l := &g.world.Level
	if g.scene.Palette == g.in.Palette {
		g.scene.Palette = l.Palette
	}
	g.in, g.level = *l, l.Name
	g.log.Info("the level begins", "level", l.Name)
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

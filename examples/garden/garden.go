package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"image/color"
	"io"
	"log/slog"
	"time"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/view"
)

// garden is the game with all that surrounds it. It belongs to the goroutine of
// its driver.
type garden struct {
	con    console.Console
	world  *sim.World
	scene  view.Scene
	sounds sounds
	log    *slog.Logger

	art    *view.Art // painted once there is something to draw on
	shelf  shelf
	lens   lens
	lensed bool                 // the picture is seen through it
	levels map[string]sim.Level // that were loaded in place of those in the program
	tips   []string
	told   int // tips

	shaken [2]float64 // by which the picture was moved that was drawn last
	hand   hand       // what plays

	ticks  uint64 // to end after; zero is never
	frames uint64 // updates that a driver has run

	driver  string // that runs it: ebiten or headless
	seed    uint64
	level   string    // that the next wave is played in
	in      sim.Level // as far as the picture knows
	key     string    // signs scores
	chatty  bool      // each caught seed is a line of the log
	delay   time.Duration
	since   uint64 // tick at which the match began
	longest time.Duration
	best    int

	hitching                                     hitching
	input, audio, render, list, band, save, load timing.Scope
	commands                                     timing.Counter
	seeds, hunters, flying                       timing.Gauge
	sparks, things, pixels                       *console.Tracker
}

// newGarden makes a game and binds it to its console.
func newGarden(level sim.Level, o options, out io.Writer) *garden {
	g := &garden{ticks: o.ticks, seed: o.seed, level: level.Name, in: level, sounds: newSounds(), levels: make(map[string]sim.Level)}
	g.scene = view.Scene{Palette: level.Palette, Shake: 1, Tint: color.NRGBA{255, 255, 255, 255}, Trail: 35 * time.Millisecond}
	g.hitching.long, g.lensed = hitchTime, true
	g.con.Name, g.con.Output = "Gravity Garden", out
	g.world = sim.New(level, o.seed, &g.con.Timings.Recorder)
	g.con.Time.Seed(func(seed uint64) {
		g.seed = seed
		g.world.Seed(seed)
	})
	t := &g.con.Timings
	g.input = t.Scope("input", "")
	g.audio = t.Scope("audio", "oscillators into a buffer")
	g.render = t.Scope("render", "the picture")
	g.list = t.Scope("list", "what is to be drawn, as commands")
	g.band = t.Scope("band", "half of the picture")
	g.save = t.Scope("save", "the garden into a slot")
	g.load = t.Scope("load", "from the disk")
	for name, ms := range map[string]float64{"ai": 2, "physics": 4, "particles": 2, "combat": 1, "audio": 1, "render": 12} {
		t.Budget(t.Scope(name, ""), time.Duration(ms*float64(time.Millisecond)))
	}
	g.commands = t.Counter("draw.commands", "commands", "what the picture is made of")
	g.seeds = t.Gauge("seeds", "", "in the air")
	g.hunters = t.Gauge("hunters", "", "alive")
	g.flying = t.Gauge("sparks", "", "that live")
	g.log = slog.New(&g.con.Log)
	g.con.Display.Camera(g.camera)
	g.bind()
	g.order()
	g.track()
	g.world.Turn = g.turn
	g.witness() // the first wave has begun
	return g
}

// tick simulates one tick. It reports false after the last one.
func (g *garden) tick(in sim.Input) bool {
	g.stumble()
	time.Sleep(g.delay)
	g.world.Step(in)
	if g.world.Level.Name != g.in.Name {
		g.entered()
	}
	g.witness()
	return g.ticks == 0 || g.world.Tick < g.ticks
}

// witness shows, sounds, weighs and reports what happened in the last tick.
func (g *garden) witness() {
	g.scene.Tick(g.world)
	g.weigh()
	g.count()
	s := g.con.Timings.Begin(g.audio)
	g.sounds.tick(g.world)
	s.End()
	for _, e := range g.world.Events {
		g.report(e)
	}
}

// count says how much there is of what costs time.
func (g *garden) count() {
	t := &g.con.Timings
	t.Set(g.seeds, float64(len(g.world.Seeds)))
	t.Set(g.hunters, float64(len(g.world.Hunters)))
	t.Set(g.flying, float64(len(g.world.Sparks)))
}

// draw returns the picture to draw.
func (g *garden) draw() *view.List {
	s := g.con.Timings.Begin(g.list)
	defer s.End()
	list := g.scene.Draw(g.world)
	g.shaken[0], g.shaken[1] = list.Shaken()
	g.con.Timings.Add(g.commands, int64(len(list.Cmds)))
	return list
}

// camera is where places of the garden are in the picture: at the same, when it is not
// shaken.
func (g *garden) camera() [6]float64 { return [6]float64{1, 0, 0, 1, g.shaken[0], g.shaken[1]} }

// report writes what a person would want to read later.
func (g *garden) report(e sim.Event) {
	w := g.world
	switch e.Kind {
	case sim.WaveBegins:
		g.log.Info("wave begins", "wave", e.N, "quota", w.Match.Quota, "score", w.Match.Score)
	case sim.LevelUp:
		g.log.Info("level up", "round", e.N, "score", w.Match.Score)
	case sim.Killed:
		g.log.Info("hunter destroyed", "x", int(e.Pos.X), "y", int(e.Pos.Y), "left", len(w.Hunters))
	case sim.Hurt:
		g.log.Info("the ship is bitten", "health", e.N)
		if e.N > 0 && e.N < 30 {
			g.log.Warn("the hull is weak", "health", e.N, "lives", w.Player.Lives)
		}
	case sim.Lost:
		g.log.Warn("the ship is lost", "lives", e.N)
	case sim.Ended:
		g.log.Warn("the match is over", "score", e.N, "wave", w.Match.Wave)
		g.longest = max(g.longest, time.Duration(w.Tick-g.since)*time.Second/sim.Rate)
		g.best, g.since = max(g.best, e.N), w.Tick
		g.sign(e.N)
	case sim.Caught:
		if g.chatty {
			g.log.Info("a seed is caught", "x", int(e.Pos.X), "y", int(e.Pos.Y), "combo", e.N, "points", e.Points)
		}
	case sim.Ripe:
		if len(w.Seeds) >= w.Tune.SpawnMax {
			g.log.Debug("a flower is ripe and there is no room for its seeds", "seeds", len(w.Seeds))
		}
	}
}

// sign writes the score down so that who knows the key can tell that nobody made it up.
func (g *garden) sign(score int) {
	if g.key == "" {
		return
	}
	mac := hmac.New(sha256.New, []byte(g.key))
	fmt.Fprintf(mac, "%s %d", g.scene.Name, score)
	g.log.Info("the score is signed", "name", g.scene.Name, "score", score, "signature", fmt.Sprintf("%x", mac.Sum(nil)[:8]))
}

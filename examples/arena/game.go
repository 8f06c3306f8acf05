package main

import (
	"context"
	"io"
	"log/slog"
	"runtime"
	"time"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/examples/arena/sim"
)

// game is the arena with its console. It belongs to the goroutine that plays it.
type game struct {
	con   console.Console
	arena *sim.Arena
	log   *slog.Logger
	o     options
	meter meter

	alive, hunters timing.Gauge
}

// newGame makes an arena and binds it to its console.
func newGame(o options, out io.Writer) *game {
	g := &game{o: o}
	g.con.Name, g.con.Output, g.con.Budget = "arena", out, time.Second/time.Duration(o.Rate)
	g.log = slog.New(&g.con.Log)
	g.arena = sim.New(o.Options, &g.con.Timings.Recorder)
	g.meter.budget = g.con.Budget
	g.alive = g.con.Timings.Gauge("entities", "", "that live")
	g.hunters = g.con.Timings.Gauge("hunters", "", "that live")
	g.bind()
	return g
}

// configure takes the settings of the folder, of the environment, as
// ARENA_SPAWN_RATE=100, and of nothing else.
func (g *game) configure() error {
	g.con.Cvars.Folder = g.o.config
	g.con.Cvars.Environment("ARENA_")
	_ = g.con.Cvars.Load() // what cannot be read is in the log, and the arena lives without
	return nil
}

// play runs frames until ctx is done or the ticks are over.
func (g *game) play(ctx context.Context) {
	runtime.LockOSThread() // for threadTime
	defer runtime.UnlockOSThread()
	pace := time.NewTicker(g.con.Budget)
	defer pace.Stop()
	for g.o.ticks == 0 || g.arena.Tick < g.o.ticks {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		g.frame()
	}
}

// frame runs one frame, and notes what of it was the console's.
func (g *game) frame() {
	g.meter.begin()
	for range g.con.Update() {
		g.meter.turn()
		g.tick()
		g.meter.turn()
	}
	g.meter.end()
}

// tick simulates one tick.
func (g *game) tick() {
	g.arena.Step()
	t := &g.con.Timings
	t.Set(g.alive, float64(g.arena.Entities.Alive()))
	t.Set(g.hunters, float64(g.arena.Hunters.Len()))
}

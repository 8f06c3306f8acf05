package main

import (
	"context"
	"time"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/soft"
	"github.com/scry-dev/scry/examples/garden/view"
)

// headless plays without a window, sixty frames a second. Every frame is really
// drawn, in memory.
func (g *garden) headless(ctx context.Context) error {
	art := view.Paint()
	canvas := soft.New(art)
	g.pixels.Set(art.Bytes() + int64(len(canvas.Image.Pix)))
	pace := time.NewTicker(time.Second / sim.Rate)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
		g.frames++
		for range g.con.Update() {
			if !g.tick(sim.Input{}) {
				return nil
			}
		}
		s := g.con.Timings.Begin(g.render)
		canvas.Draw(g.draw())
		s.End()
	}
}

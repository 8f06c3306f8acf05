package main

import (
	"context"
	"time"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/soft"
	"github.com/scry-dev/scry/examples/garden/view"
)

// headless plays without a window, sixty frames a second. Every frame is really
// drawn, in memory: the upper half by this goroutine, the lower by another.
func (g *garden) headless(ctx context.Context) error {
	g.driver = "headless"
	art := view.Paint()
	canvas := soft.New(art)
	g.exhibit(art, canvas.Image)
	g.pixels.Set(art.Bytes() + int64(len(canvas.Image.Pix)))
	bands := canvas.Bands(2)
	lists, drawn := make(chan *view.List), make(chan struct{})
	go g.drawLower(bands[1], lists, drawn)
	defer func() { close(lists); <-drawn }()
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
			if !g.tick(g.hands()) {
				return nil
			}
		}
		due := g.con.Display.Due()
		if g.con.Time.Held() && !due && g.frames%heldPictures != 0 {
			continue // nobody looks: who steps the game gets all of the time
		}
		s := g.con.Timings.Begin(g.render)
		list := g.draw()
		lists <- list
		b := g.con.Timings.Begin(g.band)
		bands[0].Draw(list)
		b.End()
		<-drawn
		s.End()
		if due {
			g.con.Display.Show(canvas.Image)
		}
	}
}

// heldPictures is every which frame of a held game is drawn although nobody looks.
const heldPictures = 16

// drawLower draws the lower half of the pictures, on a track of its own.
func (g *garden) drawLower(band *soft.Canvas, lists <-chan *view.List, drawn chan<- struct{}) {
	track := g.con.Timings.NewTrack("renderer")
	defer track.Close()
	for list := range lists {
		s := track.Begin(g.band)
		band.Draw(list)
		s.End()
		drawn <- struct{}{}
	}
	close(drawn)
}

//go:build !headless

package main

import (
	"context"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"github.com/scry-dev/scry/console/ebitenhost"
	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/view"
)

// window plays in a window of Ebitengine until it is closed.
func (g *garden) window(ctx context.Context, sound bool) error {
	g.driver = "ebiten"
	if sound {
		g.sounds.out = openSpeaker(g.log, &g.sounds.ears)
	}
	ebiten.SetWindowSize(2*sim.Width, 2*sim.Height)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetWindowTitle("Gravity Garden")
	player := &player{garden: g, canvas: ebiten.NewImage(sim.Width, sim.Height)}
	g.exhibit(view.Paint(), player.canvas)
	player.images, player.versions = make([]*ebiten.Image, g.art.Len()), make([]int, g.art.Len())
	g.pixels.Set(g.art.Bytes())
	err := ebiten.RunGame(&closing{ebitenhost.Wrap(player, &g.con), ctx, g})
	if err != nil {
		g.sounds.out = nil // what comes next, if anything, is headless
	}
	return err
}

// closing ends the game with its context, even while the console holds it.
type closing struct {
	ebiten.Game
	ctx    context.Context
	garden *garden
}

// Update ends the game when it is to end.
func (c *closing) Update() error {
	if c.ctx.Err() != nil {
		return ebiten.Termination
	}
	c.garden.frames++
	return c.Game.Update()
}

// player is the game as Ebitengine sees it: it draws the list.
type player struct {
	*garden
	canvas   *ebiten.Image // what is drawn, before the lens
	images   []*ebiten.Image
	versions []int // of the pictures that images are made of
}

// Layout keeps the arena's size whatever the window's.
func (p *player) Layout(int, int) (int, int) { return sim.Width, sim.Height }

// Update simulates one tick.
func (p *player) Update() error {
	if p.con.Input.IsKeyJustPressed(input.KeyF11) {
		ebiten.SetFullscreen(!ebiten.IsFullscreen())
	}
	// The key of the machine itself: nobody who looks on from afar is to end the game.
	if !p.tick(p.hands()) || inpututil.IsKeyJustPressed(ebiten.KeyEscape) {
		return ebiten.Termination
	}
	return nil
}

// Draw draws the list.
func (p *player) Draw(screen *ebiten.Image) {
	s := p.con.Timings.Begin(p.render)
	defer s.End()
	list := p.draw()
	p.paint(list)
	if p.lensed && p.lens.shader != nil {
		p.lens.show(screen, p.canvas, float64(p.world.Tick)/sim.Rate, p.scene.Pain())
		return
	}
	screen.DrawImage(p.canvas, nil)
}

// paint draws the list on the canvas.
func (p *player) paint(list *view.List) {
	screen := p.canvas
	for i := range list.Cmds {
		cmd := &list.Cmds[i]
		var op ebiten.DrawImageOptions
		op.ColorScale.ScaleWithColor(cmd.Color)
		if cmd.Add {
			op.Blend = ebiten.BlendLighter
		}
		switch cmd.Op {
		case view.Rect:
			w, h := p.art.Size(view.Pixel)
			op.GeoM.Scale(float64(cmd.W)/float64(w), float64(cmd.H)/float64(h))
			op.GeoM.Translate(float64(cmd.X), float64(cmd.Y))
			screen.DrawImage(p.image(view.Pixel), &op)
		case view.Text:
			p.text(screen, cmd, list.Letters(cmd), op)
		default:
			img, m := cmd.Place(p.art.Size)
			op.GeoM.SetElement(0, 0, float64(m.A))
			op.GeoM.SetElement(0, 1, float64(m.B))
			op.GeoM.SetElement(0, 2, float64(m.X))
			op.GeoM.SetElement(1, 0, float64(m.C))
			op.GeoM.SetElement(1, 1, float64(m.D))
			op.GeoM.SetElement(1, 2, float64(m.Y))
			op.Filter = ebiten.FilterLinear
			screen.DrawImage(p.image(img), &op)
		}
	}
}

// text draws letters, each a picture of its own.
func (p *player) text(screen *ebiten.Image, cmd *view.Cmd, letters []byte, op ebiten.DrawImageOptions) {
	x := float64(cmd.X)
	for _, ch := range letters {
		if img, ok := view.Glyph(ch); ok {
			op.GeoM.Reset()
			op.GeoM.Scale(float64(cmd.Size), float64(cmd.Size))
			op.GeoM.Translate(x, float64(cmd.Y))
			screen.DrawImage(p.image(img), &op)
		}
		x += view.Advance * float64(cmd.Size)
	}
}

// image returns a picture on the graphics card; it is sent there at first use
// and when another has taken its place.
func (p *player) image(i view.Image) *ebiten.Image {
	if v := p.art.Version(i); p.images[i] == nil || p.versions[i] != v {
		if p.images[i] != nil {
			p.images[i].Deallocate()
		}
		p.images[i], p.versions[i] = ebiten.NewImageFromImage(p.art.Picture(i)), v
	}
	return p.images[i]
}

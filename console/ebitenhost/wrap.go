package ebitenhost

import (
	"github.com/hajimehoshi/ebiten/v2"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/ebitenhost/input"
	"github.com/scry-dev/scry/console/timing"
)

// Wrap returns a game that runs g under a console. Hand it to ebiten.RunGame in
// g's place. It belongs to Ebitengine's game goroutine.
func Wrap(g ebiten.Game, con *console.Console) ebiten.Game {
	w := &wrapped{
		game: g, con: con, devices: input.Connect(con),
		update: con.Timings.Scope("update", "the game's Update"),
		draw:   con.Timings.Scope("draw", "the game's Draw: commands are queued, the GPU runs them later"),
	}
	w.capture.display = &con.Display
	con.Memory.TrackerFunc("ebitengine.images", "gpu", "textures of Ebitengine: pictures of their own, whole pages of its atlases, the screen", imageMemory)
	if f, ok := g.(ebiten.LayoutFer); ok {
		return &wrappedF{w, f}
	}
	return w
}

// imageMemory is what the pictures of Ebitengine take on the graphics card, as the
// engine counts it: four bytes a pixel of every texture that it has made, sizes
// rounded up as it rounds them. A small picture adds nothing until a page of an
// atlas is full, and takes nothing off when it goes. It is 0 before the game runs.
// Any goroutine may call it.
func imageMemory() int64 {
	var info ebiten.DebugInfo
	ebiten.ReadDebugInfo(&info)
	return info.TotalGPUImageMemoryUsageInBytes
}

// wrapped is a game under a console.
type wrapped struct {
	game         ebiten.Game
	con          *console.Console
	devices      *input.Devices
	update, draw timing.Scope
	capture      capture
	behind       int // calls of Update since the last Draw, or since the console's frame began
}

// mostBehind is how many updates are taken for one frame. Ebitengine catches up by
// a few at a time; a game that goes on without being drawn, in a window that
// nobody sees, must not leave its console dead.
const mostBehind = 5

// Update runs the ticks that the console lets run. Ebitengine calls it several
// times before a Draw when the display is slower than the game: that is one frame.
func (w *wrapped) Update() error {
	w.capture.take()
	w.devices.Observe()
	ticks := w.con.CatchUp
	if w.behind%mostBehind == 0 {
		ticks = w.con.Update
	}
	w.behind++
	var err error
	for range ticks() {
		s := w.con.Timings.Begin(w.update)
		err = w.game.Update()
		s.End()
		if err != nil {
			break
		}
	}
	return err
}

// Draw times the game's Draw.
func (w *wrapped) Draw(screen *ebiten.Image) {
	w.behind = 0
	s := w.con.Timings.Begin(w.draw)
	w.game.Draw(screen)
	s.End()
	w.capture.drawn(screen)
}

// Layout passes through.
func (w *wrapped) Layout(outsideWidth, outsideHeight int) (int, int) {
	return w.game.Layout(outsideWidth, outsideHeight)
}

// DrawFinalScreen passes through, to Ebitengine's own way where the game has none.
func (w *wrapped) DrawFinalScreen(screen ebiten.FinalScreen, offscreen *ebiten.Image, geoM ebiten.GeoM) {
	if d, ok := w.game.(ebiten.FinalScreenDrawer); ok {
		d.DrawFinalScreen(screen, offscreen, geoM)
		return
	}
	ebiten.DefaultDrawFinalScreen(screen, offscreen, geoM)
}

// wrappedF is a game whose layout is in fractions of pixels; Ebitengine finds
// that out by type, so it needs a type of its own.
type wrappedF struct {
	*wrapped
	layout ebiten.LayoutFer
}

// LayoutF passes through.
func (w *wrappedF) LayoutF(outsideWidth, outsideHeight float64) (float64, float64) {
	return w.layout.LayoutF(outsideWidth, outsideHeight)
}

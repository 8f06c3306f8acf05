package main

import (
	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/examples/garden/sim"
)

// hand is what the player's hand leaves behind between two ticks. It is a part of the game's state: what is
// restored aims where it did.
type hand struct {
	Mouse  sim.Point // where the pointer was seen last
	Aiming int       // ticks for which the ship still aims there
}

// stickRests is how far a stick may be from its middle that nobody touches.
const stickRests = 0.25

// hands reads keyboard, mouse, touchscreen and gamepads, and what clients of the console
// send; it is the same with a window and without one. The first that is pressed takes over
// from the autopilot; Tab gives back to it.
func (g *garden) hands() sim.Input {
	s := g.con.Timings.Begin(g.input)
	defer s.End()
	in := &g.con.Input
	play := g.pad()
	var keys [4]input.Key
	switch {
	case in.IsKeyJustPressed(input.KeyTab):
		g.world.Tune.Autopilot = !g.world.Tune.Autopilot
	case len(in.AppendJustPressedKeys(keys[:0])) > 0 || in.IsMouseButtonJustPressed(input.MouseButtonLeft) ||
		len(in.State().Touches) > 0 || play != sim.Input{}:
		g.world.Tune.Autopilot = false
	}
	if in.IsKeyJustPressed(input.KeyG) {
		g.scene.Grid = !g.scene.Grid
	}
	if in.IsKeyJustPressed(input.KeyH) {
		g.hitch("")
	}
	play.Move.X += g.axis(input.KeyA, input.KeyArrowLeft, input.KeyD, input.KeyArrowRight)
	play.Move.Y += g.axis(input.KeyW, input.KeyArrowUp, input.KeyS, input.KeyArrowDown)
	play.Fire = play.Fire || in.IsKeyPressed(input.KeySpace) || in.IsMouseButtonPressed(input.MouseButtonLeft)
	if !play.Aiming {
		g.point(&play)
	}
	return play
}

// axis is -1, 0 or 1.
func (g *garden) axis(less, less2, more, more2 input.Key) float64 {
	in := &g.con.Input
	var x float64
	if in.IsKeyPressed(less) || in.IsKeyPressed(less2) {
		x--
	}
	if in.IsKeyPressed(more) || in.IsKeyPressed(more2) {
		x++
	}
	return x
}

// point aims where a finger is, which fires too, or for a while where the pointer went.
func (g *garden) point(play *sim.Input) {
	in := &g.con.Input
	if touches := in.State().Touches; len(touches) > 0 {
		play.Target, play.Aiming, play.Fire = sim.Point{X: touches[0].X, Y: touches[0].Y}, true, true
		return
	}
	x, y := in.CursorPositionF()
	if at := (sim.Point{X: x, Y: y}); at != g.hand.Mouse || in.IsMouseButtonPressed(input.MouseButtonLeft) {
		g.hand.Mouse, g.hand.Aiming = at, 2*sim.Rate
	}
	g.hand.Aiming = max(g.hand.Aiming-1, 0)
	play.Target, play.Aiming = g.hand.Mouse, g.hand.Aiming > 0
}

// pad is what the gamepads say: the left stick moves, the right one aims, and a button or a
// trigger on the right fires.
func (g *garden) pad() (play sim.Input) {
	pads := g.con.Input.State().Gamepads
	for i := range pads {
		p := &pads[i]
		stick := func(x, y input.StandardGamepadAxis) (v sim.Vec, moved bool) {
			v = sim.Vec{X: p.StandardAxes[x], Y: p.StandardAxes[y]}
			return v, v.X*v.X+v.Y*v.Y > stickRests*stickRests
		}
		if v, moved := stick(input.StandardGamepadAxisLeftStickHorizontal, input.StandardGamepadAxisLeftStickVertical); moved {
			play.Move = v
		}
		if v, moved := stick(input.StandardGamepadAxisRightStickHorizontal, input.StandardGamepadAxisRightStickVertical); moved {
			at := g.world.Player.Pos
			play.Target, play.Aiming = sim.Point{X: at.X + 100*v.X, Y: at.Y + 100*v.Y}, true
		}
		play.Fire = play.Fire || p.StandardPressed(input.StandardGamepadButtonRightBottom) ||
			p.StandardPressed(input.StandardGamepadButtonFrontBottomRight) || p.StandardPressed(input.StandardGamepadButtonFrontTopRight)
	}
	return play
}

// Package input is what keyboard, mouse, touchscreen and gamepads say in one tick of a
// game: a [State], which an engine's adapter fills and a game reads.
//
// A game reads it through [github.com/scry-dev/scry/console.Input], which adds what
// clients send, or through console/ebitenhost/input, which has the names of
// Ebitengine's functions. This package is what both speak of, and imports nothing of
// the console, so that a game's own packages may use its keys.
//
//	con.Input.Devices(func(s *input.State) {
//		s.X, s.Y = engine.Mouse()
//		if engine.Down(engine.Space) {
//			s.Press(input.KeySpace)
//		}
//	})
//
// A State belongs to the goroutine of its owner. Its methods allocate nothing once its
// lists are as long as they get.
package input

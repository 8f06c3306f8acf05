// Package input has Ebitengine's functions of input, those of package ebiten and those of
// inpututil, over what a console says: the devices, and what its clients send. A game
// imports it in inpututil's place and asks it where it asked ebiten; types stay
// Ebitengine's:
//
//	import "github.com/scry-dev/scry/console/ebitenhost/input"
//
//	if input.IsKeyJustPressed(ebiten.KeySpace) { // was inpututil's
//		g.jump()
//	}
//	if input.IsKeyPressed(ebiten.KeyArrowLeft) { // was ebiten's
//		g.x--
//	}
//
// ebitenhost.Wrap connects it to the console; until then, and so in a build without a
// console, each function is Ebitengine's own. Ticks are those that the console has the game
// simulate: an edge is seen by one of them, however many an Update of Ebitengine's runs
// or leaves out, and durations count them. What the player pressed for less than a tick,
// typed or scrolled while none ran is there in the next; while the game is held it is
// dropped.
//
// Functions that Ebitengine itself calls deprecated are not here. What asks for something
// else than the state of the devices, such as ebiten.KeyName or ebiten.IsCapsLockOn, stays
// ebiten's. All functions belong to Ebitengine's game goroutine.
package input

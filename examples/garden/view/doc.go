// Package view says how a garden looks: it turns a world into a list of sprites,
// rectangles, lines, circles and texts, and paints the pictures that these use.
// It draws nothing itself; a driver does, and every driver shows the same picture.
//
//	scene := view.Scene{Palette: "dusk", Shake: 1}
//	art := view.Paint()
//	for range ticks {
//		world.Step(input)
//		scene.Tick(world)
//	}
//	list := scene.Draw(world)
//
// A Scene belongs to the goroutine of its world. By default there is no shake and
// the palette is the first of Palettes.
package view

// Package ebitenhost joins a console and an Ebitengine game. The game needs no
// change:
//
//	con.Cvars.Bind("physics.gravity", &g.gravity, "m/s², positive is down")
//	if err := con.Listen("127.0.0.1:6060"); err != nil {
//		return err
//	}
//	return ebiten.RunGame(ebitenhost.Wrap(g, &con))
//
// The wrapped game calls [console.Console.Update] before each of its own
// updates, on Ebitengine's game goroutine, and times Update and Draw. While a
// client holds the game, its own Update is not called and Draw still is, so the
// window stays alive.
//
// The memory that Ebitengine's pictures take on the graphics card is tracked by
// itself, as "ebitengine.images". The engine tells one figure for all of them; what
// part of the game has how much of it only the game knows, and may say with a
// [console.Tracker] of kind "gpu".
//
// While somebody watches the display, the screen that Draw has drawn is read back before
// the next Update, shrunk on the graphics card where nobody wants it whole.
//
// By default nothing else is touched: layout and the final screen are passed
// through as they are. Never pause an embedded game with ebiten.SetTPS(0), which
// would stop the console as well; [console.Time.Hold] is the way.
package ebitenhost

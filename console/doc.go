// Package console lets a browser look into a running game and change it. The
// game carries the console inside itself, tells it where its own things are, and
// calls [Console.Update] each frame:
//
//	var con console.Console
//
//	con.Cvars.Bind("physics.gravity", &gravity, "m/s², positive is down").Range(0, 50)
//	con.World.Bind("ball", &ball, "the one that bounces")
//	con.Commands.Bind("drop", func(kind string, count int) error { … }, "lets things fall")
//	if err := con.Listen("127.0.0.1:6060"); err != nil {
//		return err
//	}
//	for running {
//		for range con.Update() { // the ticks to simulate now
//			tick()
//		}
//	}
//
// The link that Listen prints opens the dashboard: frame times by subsystem,
// memory, configuration variables, the entities of the world, the log, and a line for
// commands. A held game can be stepped tick by tick. Scripts do the same over JSON-RPC 2.0, on a
// WebSocket at /ws or by POST at /rpc.
//
// The console keeps no state of the game. It touches what is bound to it only
// inside Update, on the game's goroutine, so the game's variables stay plain and
// need no locks. Everything that waits for the network happens on goroutines of
// the console's own, which begin with Listen and end with Close. A client cannot
// stall the game: requests run within a budget of time, slow readers are cut off.
//
// By default nothing listens; Listen accepts addresses of this machine alone, and
// nobody comes in without the printed link or a token. A panic in a handler is
// answered as an error and the game goes on; what Go cannot recover from
// (concurrent map writes, a full stack, no memory) still ends the program.
package console

//go:generate go test -run TestGeneratedFilesAreFresh -update .

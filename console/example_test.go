package console_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"github.com/scry-dev/scry/console"
)

// A game binds its own variables and calls Update each frame; the ticks to
// simulate come back.
func Example() {
	var con console.Console
	gravity, height := 10.0, 100.0
	con.Cvars.Bind("physics.gravity", &gravity, "m/s², positive is down").Range(0, 50)

	// A game would call con.Listen("127.0.0.1:6060") here.
	for range 3 { // three frames
		for tick := range con.Update() {
			height -= gravity
			fmt.Println("tick", tick, "height", height)
		}
	}
	// Output:
	// tick 1 height 90
	// tick 2 height 80
	// tick 3 height 70
}

// A cvar is also a flag: the same variable, with the same rules, on the command line.
func ExampleCvars_Bind() {
	var con console.Console
	speed := 3.5
	con.Cvars.Bind("player.speed", &speed, "px/s").Range(0, 10)

	flags := flag.NewFlagSet("game", flag.ContinueOnError)
	for v := range con.Cvars.All() {
		flags.Var(v.Flag(), v.Name(), "")
	}
	fmt.Println(flags.Parse([]string{"-player.speed=8"}), speed)
	fmt.Println(con.Cvars.Lookup("player.speed").Set("80"))
	fmt.Println(speed)
	// Output:
	// <nil> 8
	// cvar "player.speed": 80 is out of range; allowed is 0 to 10
	// 8
}

// A game can hold itself; a client may then step it, or let it go on.
func ExampleTime_Hold() {
	var con console.Console
	ticks := 0
	frame := func() {
		for range con.Update() {
			ticks++
		}
	}
	frame()
	con.Time.Hold()
	frame()
	fmt.Println("held:", con.Time.Held(), "ticks:", ticks)
	con.Time.Resume()
	frame()
	fmt.Println("held:", con.Time.Held(), "ticks:", ticks)
	// Output:
	// held: true ticks: 1
	// held: false ticks: 2
}

// The log of the console is a slog.Handler, and hands every line on.
func ExampleLog() {
	var con console.Console
	con.Log.Next = slog.DiscardHandler // os.Stderr's, as a rule
	log := slog.New(&con.Log)
	log.Info("wave begins", "wave", 7)
	fmt.Println(log.Enabled(context.Background(), slog.LevelDebug), log.Enabled(context.Background(), slog.LevelInfo))
	// Output: false true
}

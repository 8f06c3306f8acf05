package console_test

import (
	"errors"
	"fmt"

	"github.com/scry-dev/scry/console"
)

// A function becomes a command: the words of a line are its arguments, by their types.
func ExampleCommands_Bind() {
	var con console.Console
	balls := 0
	con.Commands.Bind("spawn", func(inv *console.Invocation, kind string, count int) error {
		if kind == "anvil" {
			return errors.New("there are no anvils left")
		}
		balls += count
		inv.Printf("%d × %s, for %s", count, kind, inv.By)
		return nil
	}, "puts things into the garden").Args("kind", "count").Enum(0, "ball", "anvil").Range(1, 1, 100)

	fmt.Println(con.Commands.Run("spawn ball 5; spawn ball 2"))
	fmt.Println(con.Commands.Run("spawn ball many"))
	fmt.Println(con.Commands.Run("spawn ball 1000"))
	fmt.Println(con.Commands.Run("spawn anvil 1"))
	fmt.Println(balls)
	// Output:
	// 5 × ball, for game
	// 2 × ball, for game <nil>
	//  spawn: count: value must be an integer, not "many"; usage: spawn <kind> <count>
	//  spawn: count: 1000 is out of range; allowed is 1 to 100; usage: spawn <kind> <count>
	//  there are no anvils left
	// 7
}

// The console's own verbs work on what the game bound.
func ExampleCommands_Run() {
	var con console.Console
	gravity := 9.8
	con.Cvars.Bind("physics.gravity", &gravity, "positive is down").Range(-50, 50)
	con.Update()

	fmt.Println(con.Commands.Run("inc physics.gravity 0.2; toggle physics.gravity 5 10"))
	fmt.Println(gravity)
	// Output:
	// physics.gravity = 10 (was 9.8)
	// physics.gravity = 5 (was 10) <nil>
	// 5
}

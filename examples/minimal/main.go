// Command minimal is the least that embeds the console: a ball that bounces, with
// a ticker for an engine. Open the link that it prints, and change the gravity.
package main

import (
	"fmt"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"github.com/scry-dev/scry/console"
)

type ball struct {
	Height   float64 `scry:"height,unit=m,min=0,column"`
	Velocity float64 `scry:"velocity,unit=m/s,column"`
	Bounces  int     `scry:"bounces,readonly,column"`
}

func main() {
	var con console.Console
	gravity, b := 9.8, ball{Height: 10}
	con.Cvars.Bind("physics.gravity", &gravity, "m/s², positive is down").Range(-50, 50)
	con.World.Bind("ball", &b, "the one that bounces")
	physics := con.Timings.Scope("physics", "falling and bouncing")
	logger := slog.New(&con.Log)

	if err := con.Listen("127.0.0.1:6060"); err != nil {
		log.Fatal(err)
	}
	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt)
	const dt = 1.0 / 60
	frame := time.NewTicker(time.Second / 60)
	for {
		select {
		case <-frame.C:
		case <-interrupt:
			con.Close()
			fmt.Println("minimal: ended after", b.Bounces, "bounces")
			return
		}
		for range con.Update() { // none while held, several while stepped
			s := con.Timings.Begin(physics)
			b.Velocity -= gravity * dt
			if b.Height += b.Velocity * dt; b.Height < 0 {
				b.Height, b.Velocity, b.Bounces = 0, -b.Velocity, b.Bounces+1
				logger.Info("bounce", "speed", b.Velocity)
			}
			s.End()
		}
	}
}

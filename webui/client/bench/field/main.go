// Command field is a thousand bodies that move, and nothing else: a game whose tick
// costs next to nothing, so that what the benchmark beside it measures is the way there
// and back.
package main

import (
	"context"
	"log"
	"math"
	"os/signal"
	"syscall"
	"time"

	"github.com/scry-dev/scry/console"
)

type body struct {
	X, Y   float64 `scry:"column"`
	VX, VY float64
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	var con console.Console
	bodies := make([]*body, 1000)
	for i := range bodies {
		sin, cos := math.Sincos(float64(i))
		bodies[i] = &body{X: 100 * cos, Y: 100 * sin, VX: sin, VY: cos}
	}
	con.World.Bind("body", &bodies, "moves about")
	if err := con.Listen("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	defer con.Close()
	const dt = 1.0 / 60
	frame := time.NewTicker(time.Second / 60)
	for ctx.Err() == nil {
		<-frame.C
		for range con.Update() {
			for _, b := range bodies {
				if b.X += b.VX * dt; math.Abs(b.X) > 100 {
					b.VX = -b.VX
				}
				if b.Y += b.VY * dt; math.Abs(b.Y) > 100 {
					b.VY = -b.VY
				}
			}
		}
	}
}

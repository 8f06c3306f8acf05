// Command arena is a world that is large: a hundred thousand entities, or a million, in a
// storage of its own, bound to the console. It has no window.
//
//	go run ./examples/arena
//	go run ./examples/arena -n 1000000 -rate 10
//	go run ./examples/arena -measure 10s
//
// It says at its end, and on the command report, what the console took of each frame.
// With -measure it is its own client: it attaches what a dashboard would, and prints a
// table.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/scry-dev/scry/examples/arena/sim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "arena:", err)
		stop()
		os.Exit(1)
	}
}

// options are the program's flags.
type options struct {
	sim.Options
	addr    string
	config  string // folder of settings; empty keeps none
	ticks   uint64 // to end after; zero goes on
	measure time.Duration
}

// The bounds of the flags.
const (
	leastEntities, mostEntities = 100, 4_000_000
	mostRate                    = 1000
)

// parse reads the flags. Its error is flag.ErrHelp when help was asked for.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("arena", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.Entities, "n", 100_000, "entities, 100 to 4,000,000")
	f.IntVar(&o.Rate, "rate", 60, "ticks in a second, 1 to 1,000: a million entities want 10 or 20")
	f.Uint64Var(&o.Seed, "seed", 0, "of everything random; 0 takes a new one")
	f.StringVar(&o.addr, "addr", "127.0.0.1:6060", "where the console listens; port 0 takes a free one")
	f.StringVar(&o.config, "config", "", "`folder` of settings; empty keeps none")
	f.Uint64Var(&o.ticks, "ticks", 0, "end after so many ticks; 0 goes on")
	f.DurationVar(&o.measure, "measure", 0, "attach a client for so long, for 100,000 and for 1,000,000 entities, and print what it costs")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("%q is no flag", f.Arg(0))
	case o.Entities < leastEntities || o.Entities > mostEntities:
		return o, fmt.Errorf("-n=%d: there may be %d to %d entities", o.Entities, leastEntities, mostEntities)
	case o.Rate < 1 || o.Rate > mostRate:
		return o, fmt.Errorf("-rate=%d: there may be 1 to %d ticks in a second", o.Rate, mostRate)
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64()
	}
	return o, nil
}

// run plays until ctx is done or the ticks are over, and reports.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.measure > 0 {
		return measure(ctx, o, stdout)
	}
	g := newGame(o, stdout)
	defer g.con.Close()
	g.con.Log.Next = slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})
	if err := g.configure(); err != nil {
		return err
	}
	if err := g.con.Listen(o.addr); err != nil {
		return err
	}
	g.log.Info("the arena opens", "entities", o.Entities, "rate", o.Rate, "seed", o.Seed)
	g.play(ctx)
	fmt.Fprint(stdout, g.report())
	return nil
}

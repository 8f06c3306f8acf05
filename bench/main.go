// Command bench measures Scry beside its peers: WebSocket servers in Go, JSON-RPC
// in Go, pages of metrics, and what times a scope. All are measured in one run, by the same client, in
// rounds of shuffled order; what comes out is one table in Markdown, with ratios to
// the floor, which is what the machine asks without a library. See README.md.
//
//	go run .                    # some twenty minutes
//	go run . -quick             # a minute: two rounds of less
//	go run . -only echo,fanout  # parts: echo, fanout, stream, memory, rpc, metrics, scopes
//
// Servers run in a process of their own, which is this program again: so each end
// has its own limit of open files, and the CPU time of the server is its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/bench/internal/peers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := child(peers.All())
	if err == errNoChild {
		err = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// part is a part of the run that can be asked for by name.
type part struct {
	name string
	run  func(context.Context, *bench) error
}

func parts() []part {
	return []part{{"echo", echo}, {"fanout", fanOut}, {"stream", stream}, {"memory", memory}, {"rpc", rpc}, {"metrics", metrics}, {"scopes", timers}}
}

// bench is a run.
type bench struct {
	libraries []peers.Library
	effort    effort
	table     table
	progress  io.Writer
}

// effort says how long everything is measured.
type effort struct {
	rounds   int
	messages int           // of an echo of 64 bytes, one at a time; other sizes follow from it
	crowds   []int         // clients of a fan-out
	deliver  int           // deliveries of a fan-out, about
	frames   int           // of a game with a stream
	idle     int           // connections whose memory is measured
	calls    time.Duration // of each library and load
}

func thorough() effort {
	return effort{6, 20_000, []int{100, 1_000, 10_000}, 200_000, 600, 10_000, 100 * time.Millisecond}
}

func quick() effort {
	return effort{2, 5_000, []int{100, 1_000}, 50_000, 120, 1_000, 20 * time.Millisecond}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	short := flags.Bool("quick", false, "measure for a minute, roughly")
	rounds := flags.Int("rounds", 0, "how many `rounds`; the best counts. Zero means 6, or 2 with -quick")
	only := flags.String("only", strings.Join(names, ","), "the `parts` to run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := &bench{libraries: peers.All(), effort: thorough(), progress: progress}
	if *short {
		b.effort = quick()
	}
	if *rounds > 0 {
		b.effort.rounds = *rounds
	}
	wanted := strings.Split(*only, ",")
	for _, name := range wanted {
		if !slices.Contains(names, name) {
			return fmt.Errorf("there is no part %q; there are %s", name, strings.Join(names, ", "))
		}
	}
	err := b.run(ctx, wanted)
	return errors.Join(err, b.table.write(out, b.effort.rounds)) // what was measured until then is good
}

func (b *bench) run(ctx context.Context, wanted []string) error {
	for _, p := range parts() {
		if !slices.Contains(wanted, p.name) {
			continue
		}
		if err := p.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

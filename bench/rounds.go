package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/scry-dev/scry/bench/internal/peers"
)

// eachRound measures every library once a round, in an order that chance makes
// anew for each, so that a slow minute of the machine hits none of them alone.
func (b *bench) eachRound(ctx context.Context, what string, mode string, measure func(peers.Library, *process) error) error {
	for round := range b.effort.rounds {
		for _, i := range rand.Perm(len(b.libraries)) {
			l := b.libraries[i]
			fmt.Fprintf(b.progress, "%s, round %d of %d: %s\n", what, round+1, b.effort.rounds, l.Name)
			if err := within(ctx, limit, func(ctx context.Context) error {
				p, err := start(ctx, mode, l.Name)
				if err != nil {
					return err
				}
				defer p.stop()
				return measure(l, p)
			}); err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
		}
	}
	return nil
}

// limit is how long one library may take in one round. On a quiet machine none
// takes a tenth of it.
const limit = 5 * time.Minute

// within calls f, which starts a process under its context: when the time is up,
// the process is killed, and whoever waits for it learns of its end.
func within(ctx context.Context, d time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	err := f(ctx)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("stopped, %w: %w", ctx.Err(), err)
	}
	return err
}

// heads are the heads of the libraries' columns.
func (b *bench) heads() []string {
	var heads []string
	for _, l := range b.libraries {
		heads = append(heads, head(l.Name, l.Module))
	}
	return heads
}

// micro is a time in microseconds.
func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

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
			p, err := start(ctx, mode, l.Name)
			if err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
			err = measure(l, p)
			p.stop()
			if err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
		}
	}
	return nil
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

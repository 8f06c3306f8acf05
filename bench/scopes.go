package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/scry-dev/scry/bench/internal/scopes"
)

// scopesAFrame is what a busy game brackets.
const scopesAFrame = 2000

// timers measures what one scope costs the goroutine that is timed: frames of two
// thousand, of which the median counts, as a game's frames are short and nobody else's
// work is in most of them.
func timers(ctx context.Context, b *bench) error {
	ways := scopes.All()
	var heads []string
	for _, w := range ways {
		heads = append(heads, head(w.Name, w.Module))
	}
	s := b.table.section("one scope, begin and end", heads)
	cost := s.row(fmt.Sprintf("ns, median of frames of %d", scopesAFrame), lower)
	allocs := s.row("its allocations", count)
	for round := range b.effort.rounds {
		fmt.Fprintf(b.progress, "scopes, round %d of %d\n", round+1, b.effort.rounds)
		for _, i := range rand.Perm(len(ways)) {
			ns, n, err := measureScope(ways[i], b.effort.frames)
			if err != nil {
				return fmt.Errorf("%s: %w", ways[i].Name, err)
			}
			cost.note(ways[i].Name, ns)
			allocs.note(ways[i].Name, n)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// measureScope runs frames of a way, with a pause between them in which its other
// goroutines catch up, as they do in a game.
func measureScope(w scopes.Way, frames int) (ns, allocs float64, err error) {
	frame, stop, err := w.New()
	if err != nil {
		return 0, 0, err
	}
	defer stop()
	for range 10 {
		frame(scopesAFrame)
	}
	times := make([]time.Duration, frames)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range times {
		begin := time.Now()
		frame(scopesAFrame)
		times[i] = time.Since(begin)
		time.Sleep(time.Millisecond)
	}
	runtime.ReadMemStats(&after)
	slices.Sort(times)
	all := float64(frames * scopesAFrame)
	return float64(times[frames/2]) / scopesAFrame, float64(after.Mallocs-before.Mallocs) / all, nil
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/scry-dev/scry/bench/internal/pages"
)

// metrics measures the page of metrics of a game, as [rpc] measures calls: in
// memory, on one processor, by the CPU time of the process.
func metrics(ctx context.Context, b *bench) error {
	libraries := pages.All()
	var heads []string
	for _, l := range libraries {
		heads = append(heads, head(l.Name, l.Module))
	}
	s := b.table.section("A page of metrics", heads)
	took := s.row("CPU µs", lower)
	allocs := s.row("its allocations", count)
	lines := s.row("lines", count)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for round := range b.effort.rounds {
		fmt.Fprintf(b.progress, "metrics, round %d of %d\n", round+1, b.effort.rounds)
		for _, i := range rand.Perm(len(libraries)) {
			l := libraries[i]
			c, n, err := measurePage(l, b.effort.calls)
			if err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
			took.note(l.Name, c.micro)
			allocs.note(l.Name, c.allocs)
			lines.note(l.Name, float64(n))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// measurePage fetches the same page again and again, for as long as it is told.
func measurePage(l pages.Library, long time.Duration) (c called, lines int, err error) {
	p := pages.Open(l)
	defer p.Close()
	if err := pages.Check(p.Fetch()); err != nil {
		return called{}, 0, err
	}
	for n := 50; ; n *= 2 { // until it has warmed up and takes long enough
		before := used()
		for range n {
			p.Fetch()
		}
		spent := used().since(before)
		if spent.CPU >= long {
			return called{micro(spent.CPU) / float64(n), float64(spent.Mallocs) / float64(n)}, bytes.Count(p.Fetch(), []byte("\n")), nil
		}
	}
}

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/scry-dev/scry/bench/internal/calls"
)

// rpcRows are the rows of a load.
type rpcRows struct{ time, allocs, rate *row }

// rpc measures calls in memory, from the bytes of a request to those of its
// answer, one at a time, in this process. It runs on one processor, on which
// libraries that change goroutines are at their best, and takes the CPU time of the
// process, garbage collection and all, which others on the machine hardly touch.
func rpc(ctx context.Context, b *bench) error {
	libraries := calls.All()
	var heads []string
	for _, l := range libraries {
		heads = append(heads, head(l.Name, l.Module))
	}
	loads := []calls.Load{calls.Void, calls.Typed, calls.Query, calls.Batch}
	rows := make(map[calls.Load]rpcRows)
	s := b.table.section("RPC in memory", heads)
	for _, load := range loads {
		rows[load] = rpcRows{
			time:   s.row(fmt.Sprintf("%s, CPU µs", load), lower),
			allocs: s.row("its allocations", count),
			rate:   s.row("1,000 calls a CPU second", higher),
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for round := range b.effort.rounds {
		fmt.Fprintf(b.progress, "RPC, round %d of %d\n", round+1, b.effort.rounds)
		for _, i := range rand.Perm(len(libraries) * len(loads)) {
			l, load := libraries[i/len(loads)], loads[i%len(loads)]
			request := l.Request(load)
			if request == nil {
				continue
			}
			c, err := measureCall(l, load, request, b.effort.calls)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", l.Name, load, err)
			}
			rows[load].time.note(l.Name, c.micro)
			rows[load].allocs.note(l.Name, c.allocs)
			rows[load].rate.note(l.Name, float64(load.Calls())*1000/c.micro)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// called is what a request costs.
type called struct{ micro, allocs float64 }

// measureCall sends the same request again and again, for as long as it is told.
func measureCall(l calls.Library, load calls.Load, request []byte, long time.Duration) (called, error) {
	s := l.New()
	defer s.Close()
	if err := calls.Check(load, s.Call(request)); err != nil {
		return called{}, err
	}
	for n := 50; ; n *= 2 { // until it has warmed up and takes long enough
		before := used()
		for range n {
			s.Call(request)
		}
		spent := used().since(before)
		if spent.CPU >= long {
			return called{micro(spent.CPU) / float64(n), float64(spent.Mallocs) / float64(n)}, nil
		}
	}
}

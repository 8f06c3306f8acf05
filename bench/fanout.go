package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/scry-dev/scry/bench/internal/load"
	"github.com/scry-dev/scry/bench/internal/peers"
)

// fanSize is how long a broadcast text is, in bytes.
const fanSize = 256

// windows are how many broadcasts are on their way at a time. With several a server
// may write more than one at once.
func windows() []int { return []int{1, 8} }

// fanRows are the rows of a crowd and a window.
type fanRows struct{ cpu, rate, allocs, call *row }

// fanOut measures a text that is sent to many.
func fanOut(ctx context.Context, b *bench) error {
	for _, n := range b.effort.crowds {
		rows := make(map[int]fanRows)
		for _, w := range windows() {
			s := b.table.section(fmt.Sprintf("256 B to %s, %d in flight", thousands(n), w), b.heads())
			rows[w] = fanRows{
				cpu:    s.row("server CPU a delivery, µs", lower),
				rate:   s.row("1,000 deliveries a second", higher),
				allocs: s.row("allocations a delivery", count),
				call:   s.row("the call, on its goroutine, µs", lower),
			}
		}
		err := b.eachRound(ctx, fmt.Sprintf("fan-out to %d", n), modeListen, func(l peers.Library, p *process) error {
			crowd, err := load.Gather(p.addr, n, load.Patience)
			if err != nil {
				return err
			}
			defer crowd.Close()
			if _, err := p.ask(order{Do: "gather", Clients: n}); err != nil {
				return err
			}
			broadcasts := max(20, b.effort.deliver/n)
			for _, w := range windows() {
				if _, err := fan(crowd, p, w, broadcasts/10+w, true); err != nil { // warms up
					return err
				}
				r, err := fan(crowd, p, w, broadcasts, false)
				if err != nil {
					return err
				}
				deliveries := float64(broadcasts * n)
				rows[w].cpu.note(l.Name, micro(r.Usage.CPU)/deliveries)
				rows[w].rate.note(l.Name, deliveries/r.Took.Seconds()/1000)
				rows[w].allocs.note(l.Name, float64(r.Usage.Mallocs)/deliveries)
				slices.Sort(r.Calls)
				rows[w].call.note(l.Name, micro(r.Calls[len(r.Calls)/2]))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fan has the server broadcast to the crowd. With compare every byte
// is looked at, and none may come behind the last.
func fan(crowd *load.Crowd, p *process, window, broadcasts int, compare bool) (report, error) {
	if err := p.order(order{Do: "broadcast", Size: fanSize, Count: broadcasts, Window: window}); err != nil {
		return report{}, err
	}
	if err := crowd.Count(load.Frame(load.Text(fanSize)), broadcasts, compare, p.acknowledge); err != nil {
		return report{}, err
	}
	r, err := p.report()
	if err == nil && compare {
		err = crowd.Idle()
	}
	return r, err
}

package main

import (
	"context"
	"fmt"

	"github.com/scry-dev/scry/bench/internal/load"
	"github.com/scry-dev/scry/bench/internal/peers"
)

// memory measures what connections cost that are open and silent: the resident
// memory of the server's process before they came and after, each time when it has
// given back what it does not need. What the kernel holds is not in it.
func memory(ctx context.Context, b *bench) error {
	n := b.effort.idle
	s := b.table.section(fmt.Sprintf("%s idle connections", thousands(n)), b.heads())
	resident := s.row("resident memory of each, KiB", lower)
	return b.eachRound(ctx, "memory", modeListen, func(l peers.Library, p *process) error {
		before, err := p.ask(order{Do: "settle"})
		if err != nil {
			return err
		}
		crowd, err := load.Gather(p.addr, n, load.Patience)
		if err != nil {
			return err
		}
		defer crowd.Close()
		if _, err := p.ask(order{Do: "gather", Clients: n}); err != nil {
			return err
		}
		after, err := p.ask(order{Do: "settle"})
		if err != nil {
			return err
		}
		resident.note(l.Name, float64(after.Usage.Resident-before.Usage.Resident)/float64(n)/1024)
		return nil
	})
}

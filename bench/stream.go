package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/scry-dev/scry/bench/internal/load"
	"github.com/scry-dev/scry/bench/internal/peers"
)

// stream measures what a stream costs the game that is its source: clients that
// subscribe by JSON-RPC get an event ten times a second, and the game runs at
// sixty frames. There is no peer that has a frame to keep.
func stream(ctx context.Context, b *bench) error {
	for _, n := range b.effort.crowds {
		s := b.table.section(fmt.Sprintf("stream at 10 Hz to %s subscribers, game at 60 Hz", thousands(n)), []string{"scry"})
		p50, p99, most := s.row("of a frame, median, µs", count), s.row("of a frame, p99, µs", count), s.row("of a frame, most, µs", count)
		cpu := s.row("server CPU, % of a core", count)
		for round := range b.effort.rounds {
			fmt.Fprintf(b.progress, "stream to %d, round %d of %d\n", n, round+1, b.effort.rounds)
			var r report
			if err := within(ctx, limit, func(ctx context.Context) (err error) {
				r, err = streamTo(ctx, n, b.effort.frames)
				return err
			}); err != nil {
				return err
			}
			slices.Sort(r.Calls)
			p50.note("scry", micro(r.Calls[len(r.Calls)/2]))
			p99.note("scry", micro(r.Calls[len(r.Calls)*99/100]))
			most.note("scry", micro(r.Calls[len(r.Calls)-1]))
			cpu.note("scry", 100*r.Usage.CPU.Seconds()/r.Took.Seconds())
		}
	}
	return nil
}

// streamTo plays one game to n clients.
func streamTo(ctx context.Context, n, frames int) (report, error) {
	p, err := start(ctx, modeStream, "scry")
	if err != nil {
		return report{}, err
	}
	defer p.stop()
	crowd, err := load.Gather(p.addr, n, load.Patience)
	if err != nil {
		return report{}, err
	}
	defer crowd.Close()
	if err := crowd.Say([]byte(peers.Subscribe)); err != nil {
		return report{}, err
	}
	if _, err := p.ask(order{Do: "gather", Clients: n}); err != nil {
		return report{}, err
	}
	if err := p.order(order{Do: "play", Count: frames}); err != nil {
		return report{}, err
	}
	over := make(chan struct{})
	var r report
	go func() {
		defer close(over)
		r, err = p.report()
	}()
	came, drainErr := crowd.Drain(over)
	switch {
	case err != nil:
		return r, err
	case drainErr != nil:
		return r, drainErr
	case came != r.Bytes:
		return r, fmt.Errorf("%d bytes were sent, and %d came", r.Bytes, came)
	}
	return r, nil
}

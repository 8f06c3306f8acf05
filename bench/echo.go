package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/scry-dev/scry/bench/internal/load"
	"github.com/scry-dev/scry/bench/internal/peers"
)

// echoSize is a size of messages, and how many of them are on their way when they
// are pipelined: less than what Scry lets wait by default before it stops to read
// (256 messages, 512 KiB), so that nobody's bound is measured.
type echoSize struct {
	name      string
	bytes     int
	inFlight  int
	messages  int // one at a time
	pipelined int
}

// echoSizes returns the sizes; most is how many messages of the smallest are sent.
func echoSizes(most int) []echoSize {
	return []echoSize{
		{"64 B", 64, 128, most, 10 * most},
		{"4 KiB", 4096, 64, most / 2, 2 * most},
	}
}

// echo measures how long one client waits for the answer to a message, and how
// many messages a second it gets answered when it does not wait.
func echo(ctx context.Context, b *bench) error {
	type rows struct{ p50, p99, allocs, rate, cpu *row }
	measured := make(map[string]rows)
	sizes := echoSizes(b.effort.messages)
	for _, size := range sizes {
		s := b.table.section(fmt.Sprintf("Echo, %s", size.name), b.heads())
		measured[size.name] = rows{
			p50:    s.row("p50, µs", lower),
			p99:    s.row("p99, µs", lower),
			allocs: s.row("allocations a message", count),
			rate:   s.row(fmt.Sprintf("%d in flight: 1,000 messages a second", size.inFlight), higher),
			cpu:    s.row(fmt.Sprintf("%d in flight: server CPU a message, µs", size.inFlight), lower),
		}
	}
	return b.eachRound(ctx, "echo", modeEcho, func(l peers.Library, p *process) error {
		client, err := load.NewEcho(p.addr, load.Patience)
		if err != nil {
			return err
		}
		defer client.Close()
		for _, size := range sizes {
			if _, err := client.Volley(size.bytes, size.messages/10+1); err != nil { // warms up
				return err
			}
			v, err := volley(client, p, size)
			if err != nil {
				return err
			}
			pl, err := pipeline(client, p, size)
			if err != nil {
				return err
			}
			r := measured[size.name]
			r.p50.note(l.Name, v.p50)
			r.p99.note(l.Name, v.p99)
			r.allocs.note(l.Name, v.allocs)
			r.rate.note(l.Name, pl.rate)
			r.cpu.note(l.Name, pl.cpu)
		}
		return nil
	})
}

// volleyed is what one message at a time has shown.
type volleyed struct{ p50, p99, allocs float64 }

func volley(client *load.Echo, p *process, size echoSize) (volleyed, error) {
	before, err := p.usage()
	if err != nil {
		return volleyed{}, err
	}
	times, err := client.Volley(size.bytes, size.messages)
	if err != nil {
		return volleyed{}, err
	}
	after, err := p.usage()
	if err != nil {
		return volleyed{}, err
	}
	slices.Sort(times)
	return volleyed{
		p50:    micro(times[len(times)/2]),
		p99:    micro(times[len(times)*99/100]),
		allocs: float64(after.since(before).Mallocs) / float64(len(times)),
	}, nil
}

// pipelined is what many messages on their way have shown.
type pipelined struct{ rate, cpu float64 }

func pipeline(client *load.Echo, p *process, size echoSize) (pipelined, error) {
	before, err := p.usage()
	if err != nil {
		return pipelined{}, err
	}
	took, err := client.Pipeline(size.bytes, size.inFlight, size.pipelined)
	if err != nil {
		return pipelined{}, err
	}
	after, err := p.usage()
	if err != nil {
		return pipelined{}, err
	}
	n := float64(size.pipelined)
	return pipelined{
		rate: n / took.Seconds() / 1000,
		cpu:  micro(after.since(before).CPU) / n,
	}, client.Idle()
}

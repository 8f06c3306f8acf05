// Package scopes times a piece of code in all the ways in which Go programs do: a scope
// a game brackets two thousand times a frame. Each way is used as its own documentation
// does, and records what it is made to record.
package scopes

import (
	"context"
	"io"
	"runtime/trace"
	"time"

	"github.com/loov/hrtime"
	"github.com/prometheus/client_golang/prometheus"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/scry-dev/scry/console/timing"
)

// Way is one way of timing.
type Way struct {
	Name, Module string
	// Off is whether nobody listens: the way is there and records nothing.
	Off bool
	// New makes a frame of n scopes, and what ends it all.
	New func() (frame func(n int), stop func(), err error)
}

// All are the ways, the floor first.
func All() []Way {
	return []Way{
		{Name: "two counter reads", Module: "github.com/loov/hrtime", New: counter},
		{Name: "scry", New: func() (func(int), func(), error) { return scry(timing.Events) }},
		{Name: "scry, a chain", New: chain},
		{Name: "time.Now, nothing kept", New: clock},
		{Name: "prometheus", Module: "github.com/prometheus/client_golang", New: histogram},
		{Name: "runtime/trace", New: region},
		{Name: "otel", Module: "go.opentelemetry.io/otel/sdk", New: span},
		{Name: "scry, off", Off: true, New: func() (func(int), func(), error) { return scry(timing.Off) }},
		{Name: "runtime/trace, off", Off: true, New: regionOff},
		{Name: "otel, off", Module: "go.opentelemetry.io/otel", Off: true, New: spanOff},
	}
}

func nothing() {}

// counter reads the processor's counter twice, and keeps nothing.
func counter() (func(int), func(), error) {
	var all hrtime.Count
	return func(n int) {
		for range n {
			begin := hrtime.TSC()
			all += hrtime.TSC() - begin
		}
	}, nothing, nil
}

// scry records every scope for a reader, which polls on a goroutine of its own, and
// sums them up by frame.
func scry(mode timing.Mode) (func(int), func(), error) {
	var rec timing.Recorder
	s := rec.Scope("physics", "")
	rec.SetMode(mode)
	stop := read(rec.Reader())
	number := uint64(0)
	return func(n int) {
		for range n {
			sp := rec.Begin(s)
			sp.End()
		}
		number++
		rec.Frame(timing.Mark{Frame: number})
	}, stop, nil
}

// chain is scry's way for work that goes on from one scope to the next.
func chain() (func(int), func(), error) {
	var rec timing.Recorder
	s := rec.Scope("physics", "")
	rec.SetMode(timing.Events)
	stop := read(rec.Reader())
	number := uint64(0)
	return func(n int) {
		p := rec.Phase(s)
		for range n - 1 {
			p.Next(s)
		}
		p.End()
		number++
		rec.Frame(timing.Mark{Frame: number})
	}, stop, nil
}

// read polls as the console does.
func read(r *timing.Reader) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(8 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				r.Poll(func(*timing.Frame) {})
			}
		}
	}()
	return func() { close(done); <-ended }
}

func clock() (func(int), func(), error) {
	var all time.Duration
	return func(n int) {
		for range n {
			begin := time.Now()
			all += time.Since(begin)
		}
	}, nothing, nil
}

// histogram observes into a histogram with the default buckets.
func histogram() (func(int), func(), error) {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "physics_seconds"})
	if err := prometheus.NewRegistry().Register(h); err != nil {
		return nil, nil, err
	}
	return func(n int) {
		for range n {
			t := prometheus.NewTimer(h)
			t.ObserveDuration()
		}
	}, nothing, nil
}

// region is a region of Go's execution tracer, which runs.
func region() (func(int), func(), error) {
	if err := trace.Start(io.Discard); err != nil {
		return nil, nil, err
	}
	frame, _, err := regionOff()
	return frame, trace.Stop, err
}

func regionOff() (func(int), func(), error) {
	ctx := context.Background()
	return func(n int) {
		for range n {
			trace.StartRegion(ctx, "physics").End()
		}
	}, nothing, nil
}

// dropping is an exporter that throws away what it gets.
type dropping struct{}

func (dropping) ExportSpans(context.Context, []sdk.ReadOnlySpan) error { return nil }
func (dropping) Shutdown(context.Context) error                        { return nil }

// span is a span of the SDK, sampled, through the batch processor.
func span() (func(int), func(), error) {
	p := sdk.NewTracerProvider(sdk.WithSampler(sdk.AlwaysSample()), sdk.WithBatcher(dropping{}))
	tracer, ctx := p.Tracer("game"), context.Background()
	stop := func() { _ = p.Shutdown(ctx) } // nothing of ours fails
	return func(n int) {
		for range n {
			_, s := tracer.Start(ctx, "physics")
			s.End()
		}
	}, stop, nil
}

func spanOff() (func(int), func(), error) {
	tracer, ctx := noop.NewTracerProvider().Tracer("game"), context.Background()
	return func(n int) {
		for range n {
			_, s := tracer.Start(ctx, "physics")
			s.End()
		}
	}, nothing, nil
}

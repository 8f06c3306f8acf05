// Package probe has what a game has in its hot loops, for a test that looks at what
// the compiler makes of it.
package probe

import "github.com/scry-dev/scry/console/timing"

//go:noinline
func Bare(*timing.Recorder, timing.Scope, timing.Counter) {}

//go:noinline
func Token(r *timing.Recorder, s timing.Scope, _ timing.Counter) {
	span := r.Begin(s)
	span.End()
}

//go:noinline
func Chain(r *timing.Recorder, s timing.Scope, _ timing.Counter) {
	p := r.Phase(s)
	p.Next(s)
	p.End()
}

//go:noinline
func Worker(t *timing.Track, s timing.Scope, _ timing.Counter) {
	span := t.Begin(s)
	span.End()
}

//go:noinline
func Count(r *timing.Recorder, _ timing.Scope, c timing.Counter) { r.Add(c, 1) }

// Package timing measures where a frame goes. It is a leaf: a physics package
// can import it without gaining a server.
//
// A game registers its scopes once and brackets the work with a value token:
//
//	physics := rec.Scope("physics", "integrate, collide, resolve")
//
//	func step() {
//		s := rec.Begin(physics)
//		defer s.End()
//		...
//	}
//
// Scopes nest: a scope's self time is its total without the scopes that began
// and ended inside it. What follows one another is a chain, which reads the clock
// once a boundary:
//
//	p := rec.Phase(input)
//	...
//	p.Next(physics)
//	...
//	p.End()
//
// A goroutine beside the game's has a [Track] of its own. [Counter] and [Gauge] say
// how much there was of something. [Recorder.Frame] closes a frame and hands out what
// every scope took in it; in the mode [Events], a [Reader] on another goroutine gets
// every single scope.
//
// A Recorder belongs to one goroutine, as a rule the game's. Begin and End allocate
// nothing and take no lock. By default nothing is measured: a nil *Recorder, a nil
// *Track, a zero [Scope] and a zero [Span] are legal and do nothing, so code can be
// instrumented before anything is wired up. Built with the tag noscry, scopes and
// counters are no instructions at all.
//
// Time is read from the processor's counter where it runs at one rate (the
// time-stamp counter of amd64, the generic timer of arm64), else from
// QueryPerformanceCounter on Windows and from Go's clock elsewhere; see
// [Recorder.Clock].
package timing

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
// and ended inside it. [Recorder.Frame] closes a frame and hands out what every
// scope took in it.
//
// A Recorder belongs to one goroutine, as a rule the game's. Begin and End
// allocate nothing and take no lock. By default nothing is measured: a nil
// *Recorder, a zero [Scope] and a zero [Span] are legal and do nothing, so code
// can be instrumented before anything is wired up.
package timing

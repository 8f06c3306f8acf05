// Package sim is the arena: a disc of drifting seeds, of wells that stir it, of hunters
// that come in waves and graze, and of one player. It is made to be large.
//
//	a := sim.New(sim.Options{Entities: 100_000, Rate: 60}, nil)
//	for {
//		a.Step()
//	}
//
// An Arena belongs to one goroutine. With the same options, and the same changes at the
// same ticks, it goes the same way.
package sim

// Package sim is the world of Gravity Garden and its rules: a ship among
// drifting seeds, hunters and gravity wells. It knows no screen, no sound and no
// clock.
//
//	level, err := sim.Load("meadow")
//	w := sim.New(level, 1, nil)
//	for range 600 {
//		w.Step(sim.Input{})
//	}
//	fmt.Printf("%016x\n", w.Hash())
//
// The same level, seed, inputs and edits at the same ticks give the same world,
// bit for bit, on every machine: each subsystem draws from a generator of its
// own, nothing walks over a map, and every product of floats goes through mul,
// which forbids the compiler to fuse it with an addition.
//
// A World belongs to one goroutine. By default nothing is timed; a
// *timing.Recorder given to New sees one scope per subsystem.
package sim

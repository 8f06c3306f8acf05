package console

import "github.com/scry-dev/scry/console/input"

// appendHeld appends for how many ticks each key and button that is down has been, in the
// order of their numbers.
func (in *Input) appendHeld(dst []uint64) []uint64 {
	s := in.State()
	for k := range s.Keys() {
		dst = append(dst, in.queue.at-in.since[k])
	}
	for b := range s.Buttons() {
		dst = append(dst, in.queue.at-in.since[input.KeyCount+int(b)])
	}
	return dst
}

// rewind makes the input what it was in a tick, as if that had been the last: what was
// down, and for how long.
func (in *Input) rewind(s *input.State, held []uint64) {
	in.State().CopyFrom(s)
	in.quiet = false
	at := func(control int) {
		in.since[control] = in.queue.at
		if len(held) > 0 {
			in.since[control] -= min(held[0], in.queue.at)
			held = held[1:]
		}
	}
	for k := range s.Keys() {
		at(int(k))
	}
	for b := range s.Buttons() {
		at(input.KeyCount + int(b))
	}
}

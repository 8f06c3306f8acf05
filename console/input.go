package console

import (
	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// Input is what keyboard, mouse, touchscreen and gamepads say, with what a client sends
// added to it: a key is down when somebody holds it, the player or the client, and an edge
// is when that changes; the pointer is where it was put last. It is sampled once before
// each tick that the game simulates, so that each tick sees an edge once however many of
// them a frame has, and none is lost while the game is held; in a game that does not range
// over what [Console.Update] returns, once a frame.
//
// The functions are named as those of Ebitengine, and durations are in ticks as there.
// One client at a time sends: it has the input until it gives it up, leaves or another
// takes it by force, and all that it holds is let go in the same frame.
//
// The zero value is ready, and costs next to nothing while nobody sends and no device is
// read. All methods belong to the game's goroutine.
type Input struct {
	clock  *clock
	stream *rpc.Stream
	owner  func(*rpc.Peer) (by any, name string)

	devices func(*input.State)
	replay  func(tick uint64, s *input.State) bool

	states  [2]input.State // of the running tick and of the one before
	newest  int
	tick    uint64      // that was sampled last
	quiet   bool        // neither of the two has anything
	real    input.State // of the devices
	placed  bool        // where the real pointer was is known
	rx, ry  float64     // that is where
	since   [inputControls]uint64
	fingers []fingerSince
	padding []padSince

	queue   inputQueue
	lease   inputLease
	changed bool // since subscribers were told
}

// Devices has read fill in what the devices say, once before each tick. Read gets a state
// in which nothing is pressed, and sets the pointer's place in each. Nil, as before the
// first call, means that there are none: what clients send is all.
func (in *Input) Devices(read func(*input.State)) {
	in.devices, in.quiet, in.placed = read, false, false
}

// Replay has play give what is said in the ticks to come: while it reports true, the state
// that it filled is the whole input of the tick, and devices and clients are not heard. It
// gets the tick's number and a state in which nothing is pressed. Nil ends it.
func (in *Input) Replay(play func(tick uint64, s *input.State) bool) {
	in.replay, in.quiet = play, false
}

// State returns all that is said in the running tick. It is valid until the next.
func (in *Input) State() *input.State { return &in.states[in.newest] }

// before is the state of the tick before.
func (in *Input) before() *input.State { return &in.states[1-in.newest] }

// sample takes in what the next tick is to see.
func (in *Input) sample(tick uint64) {
	in.tick = tick
	if in.quiet && in.devices == nil && in.replay == nil && in.queue.waits == 0 {
		return
	}
	in.newest = 1 - in.newest
	now, before := in.State(), in.before()
	now.Reset()
	now.X, now.Y = before.X, before.Y
	in.hear(now)
	x, y := now.X, now.Y
	in.queue.tick(&x, &y)
	if in.replay != nil {
		scratch := &in.real
		scratch.Reset()
		if in.replay(tick, scratch) {
			now.CopyFrom(scratch)
			in.settle(now, before)
			return
		}
	}
	now.X, now.Y = x, y
	now.Add(&in.queue.held)
	if now.DX == 0 && now.DY == 0 {
		now.DX, now.DY = now.X-before.X, now.Y-before.Y
	}
	in.settle(now, before)
}

// hear adds what the devices say.
func (in *Input) hear(now *input.State) {
	if in.devices == nil {
		return
	}
	in.real.Reset()
	in.devices(&in.real)
	now.Add(&in.real)
	if !in.placed || in.real.X != in.rx || in.real.Y != in.ry {
		now.X, now.Y = in.real.X, in.real.Y
	}
	in.placed, in.rx, in.ry = true, in.real.X, in.real.Y
}

// settle notes since when what is pressed has been, and whether anything is.
func (in *Input) settle(now, before *input.State) {
	at := in.queue.at
	for k := range now.Keys() {
		if !before.Pressed(k) {
			in.since[k] = at
		}
	}
	for b := range now.Buttons() {
		if !before.ButtonPressed(b) {
			in.since[input.KeyCount+int(b)] = at
		}
	}
	in.settleTouches(now)
	in.settlePads(now, before)
	in.quiet = now.Idle() && before.Idle()
	if !in.changed && in.stream != nil && in.stream.Subscribers() > 0 {
		in.changed = !now.Equal(before)
	}
	in.lease.rest(in)
}

// IsKeyPressed reports whether a key is held down.
func (in *Input) IsKeyPressed(k input.Key) bool { return in.State().Pressed(k) }

// IsKeyJustPressed reports whether a key is down in this tick and was not in the one before.
func (in *Input) IsKeyJustPressed(k input.Key) bool {
	return in.State().Pressed(k) && !in.before().Pressed(k)
}

// IsKeyJustReleased reports whether a key was down in the tick before and is no longer.
func (in *Input) IsKeyJustReleased(k input.Key) bool {
	return in.before().Pressed(k) && !in.State().Pressed(k)
}

// KeyPressDuration returns for how many ticks a key has been down, this one included.
func (in *Input) KeyPressDuration(k input.Key) int {
	if !in.IsKeyPressed(k) {
		return 0
	}
	return in.ticks(in.since[k])
}

// ticks returns how many ticks something has lasted.
func (in *Input) ticks(since uint64) int { return int(in.queue.at - since + 1) }

// AppendPressedKeys appends the keys that are down.
func (in *Input) AppendPressedKeys(keys []input.Key) []input.Key {
	for k := range in.State().Keys() {
		keys = append(keys, k)
	}
	return keys
}

// AppendJustPressedKeys appends the keys that are down in this tick and were not before.
func (in *Input) AppendJustPressedKeys(keys []input.Key) []input.Key {
	return appendLeft(keys, in.State(), in.before())
}

// AppendJustReleasedKeys appends the keys that were down in the tick before and are no
// longer.
func (in *Input) AppendJustReleasedKeys(keys []input.Key) []input.Key {
	return appendLeft(keys, in.before(), in.State())
}

// appendLeft appends the keys of one state that are not in the other.
func appendLeft(keys []input.Key, of, without *input.State) []input.Key {
	for k := range of.Keys() {
		if !without.Pressed(k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// IsMouseButtonPressed reports whether a button of the mouse is held down.
func (in *Input) IsMouseButtonPressed(b input.MouseButton) bool { return in.State().ButtonPressed(b) }

// IsMouseButtonJustPressed reports whether a button is down in this tick and was not in the
// one before.
func (in *Input) IsMouseButtonJustPressed(b input.MouseButton) bool {
	return in.State().ButtonPressed(b) && !in.before().ButtonPressed(b)
}

// IsMouseButtonJustReleased reports whether a button was down in the tick before and is no
// longer.
func (in *Input) IsMouseButtonJustReleased(b input.MouseButton) bool {
	return in.before().ButtonPressed(b) && !in.State().ButtonPressed(b)
}

// MouseButtonPressDuration returns for how many ticks a button has been down, this one
// included.
func (in *Input) MouseButtonPressDuration(b input.MouseButton) int {
	if !in.IsMouseButtonPressed(b) {
		return 0
	}
	return in.ticks(in.since[input.KeyCount+int(b)])
}

// CursorPosition returns where the pointer is, in pixels of the game's screen.
func (in *Input) CursorPosition() (x, y int) {
	s := in.State()
	return int(s.X), int(s.Y)
}

// CursorPositionF is [Input.CursorPosition] with fractions of pixels.
func (in *Input) CursorPositionF() (x, y float64) {
	s := in.State()
	return s.X, s.Y
}

// CursorMovement returns how the pointer moved since the tick before, in pixels. It is what
// a game reads that captures the pointer, which has no place then.
func (in *Input) CursorMovement() (dx, dy float64) {
	s := in.State()
	return s.DX, s.DY
}

// Wheel returns what the wheel turned in this tick, in notches: up is positive.
func (in *Input) Wheel() (x, y float64) {
	s := in.State()
	return s.WheelX, s.WheelY
}

// AppendInputChars appends what was typed in this tick.
func (in *Input) AppendInputChars(chars []rune) []rune { return append(chars, in.State().Chars...) }

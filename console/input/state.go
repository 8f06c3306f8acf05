package input

import (
	"iter"
	"math/bits"
	"slices"
)

// MouseButton is a button of the mouse, numbered as Ebitengine does, which is as
// browsers do.
type MouseButton uint8

// The mouse's buttons; the fourth and fifth are those that go back and forward.
const (
	MouseButtonLeft MouseButton = iota
	MouseButtonMiddle
	MouseButtonRight
	MouseButton3
	MouseButton4

	// MouseButtonCount is how many there are.
	MouseButtonCount int = iota
)

// Touch is a finger on the screen.
type Touch struct {
	ID   int
	X, Y float64 // pixels of the game's screen
}

// State is what the devices say in one tick. The zero value is a state in which nothing
// is pressed.
type State struct {
	keys    [(KeyCount + 63) / 64]uint64
	buttons uint8

	X, Y           float64   // of the pointer, in pixels of the game's screen, which Ebitengine calls logical
	DX, DY         float64   // how the pointer moved since the tick before, in pixels; also where it is captured and X and Y stand
	WheelX, WheelY float64   // what the wheel turned in this tick, in notches as Ebitengine counts them: up is positive
	Chars          []rune    // what was typed in this tick
	Touches        []Touch   // by rising ID
	Gamepads       []Gamepad // that are connected, by rising ID
}

// Press presses a key.
func (s *State) Press(k Key) {
	if int(k) < KeyCount {
		s.keys[k>>6] |= 1 << (k & 63)
	}
}

// Release lets go of a key.
func (s *State) Release(k Key) {
	if int(k) < KeyCount {
		s.keys[k>>6] &^= 1 << (k & 63)
	}
}

// Pressed reports whether a key is held down.
func (s *State) Pressed(k Key) bool { return int(k) < KeyCount && s.keys[k>>6]>>(k&63)&1 != 0 }

// Keys returns the keys that are held down, in the order of their constants.
func (s *State) Keys() iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for i, word := range s.keys {
			for ; word != 0; word &= word - 1 {
				if !yield(Key(i<<6 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// PressButton presses a button of the mouse.
func (s *State) PressButton(b MouseButton) {
	if int(b) < MouseButtonCount {
		s.buttons |= 1 << b
	}
}

// ReleaseButton lets go of a button of the mouse.
func (s *State) ReleaseButton(b MouseButton) {
	if int(b) < MouseButtonCount {
		s.buttons &^= 1 << b
	}
}

// ButtonPressed reports whether a button of the mouse is held down.
func (s *State) ButtonPressed(b MouseButton) bool { return s.buttons>>b&1 != 0 }

// Buttons returns the buttons of the mouse that are held down.
func (s *State) Buttons() iter.Seq[MouseButton] {
	return func(yield func(MouseButton) bool) {
		for word := s.buttons; word != 0; word &= word - 1 {
			if !yield(MouseButton(bits.TrailingZeros8(word))) {
				return
			}
		}
	}
}

// Touch returns the touch of an ID, or nil.
func (s *State) Touch(id int) *Touch {
	if i, ok := s.findTouch(id); ok {
		return &s.Touches[i]
	}
	return nil
}

// SetTouch puts a finger on the screen, or moves it.
func (s *State) SetTouch(id int, x, y float64) {
	i, ok := s.findTouch(id)
	if !ok {
		s.Touches = slices.Insert(s.Touches, i, Touch{})
	}
	s.Touches[i] = Touch{id, x, y}
}

// EndTouch takes a finger off the screen.
func (s *State) EndTouch(id int) {
	if i, ok := s.findTouch(id); ok {
		s.Touches = slices.Delete(s.Touches, i, i+1)
	}
}

func (s *State) findTouch(id int) (int, bool) {
	return slices.BinarySearchFunc(s.Touches, id, func(t Touch, id int) int { return t.ID - id })
}

// Gamepad returns the gamepad of an ID, or nil.
func (s *State) Gamepad(id int) *Gamepad {
	if i, ok := s.findGamepad(id); ok {
		return &s.Gamepads[i]
	}
	return nil
}

// Connect returns the gamepad of an ID, which is connected if it was not; nothing is
// pressed on a new one.
func (s *State) Connect(id int) *Gamepad {
	i, ok := s.findGamepad(id)
	if !ok {
		s.Gamepads = slices.Insert(s.Gamepads, i, Gamepad{ID: id})
	}
	return &s.Gamepads[i]
}

// Disconnect takes a gamepad away.
func (s *State) Disconnect(id int) {
	if i, ok := s.findGamepad(id); ok {
		s.Gamepads = slices.Delete(s.Gamepads, i, i+1)
	}
}

func (s *State) findGamepad(id int) (int, bool) {
	return slices.BinarySearchFunc(s.Gamepads, id, func(g Gamepad, id int) int { return g.ID - id })
}

// Reset makes s a state in which nothing is pressed and the pointer is at 0, 0. It keeps
// the memory of its lists.
func (s *State) Reset() {
	*s = State{Chars: s.Chars[:0], Touches: s.Touches[:0], Gamepads: s.Gamepads[:0]}
}

// CopyFrom makes s what o is, in s's own memory.
func (s *State) CopyFrom(o *State) {
	chars, touches, gamepads := append(s.Chars[:0], o.Chars...), append(s.Touches[:0], o.Touches...), append(s.Gamepads[:0], o.Gamepads...)
	*s = *o
	s.Chars, s.Touches, s.Gamepads = chars, touches, gamepads
}

// Add presses in s what is pressed in o, and adds what o's wheel turned, what was typed
// and how the pointer moved. The pointer of s stays where it is. A finger or a gamepad
// that both have is o's where it touches, and what either presses; of two deflections of
// an axis the greater counts.
func (s *State) Add(o *State) {
	for i := range s.keys {
		s.keys[i] |= o.keys[i]
	}
	s.buttons |= o.buttons
	s.DX, s.DY = s.DX+o.DX, s.DY+o.DY
	s.WheelX, s.WheelY = s.WheelX+o.WheelX, s.WheelY+o.WheelY
	s.Chars = append(s.Chars, o.Chars...)
	for _, t := range o.Touches {
		s.SetTouch(t.ID, t.X, t.Y)
	}
	for i := range o.Gamepads {
		s.Connect(o.Gamepads[i].ID).add(&o.Gamepads[i])
	}
}

// Equal reports whether two states say the same.
func (s *State) Equal(o *State) bool {
	return s.keys == o.keys && s.buttons == o.buttons && s.X == o.X && s.Y == o.Y && s.DX == o.DX && s.DY == o.DY &&
		s.WheelX == o.WheelX && s.WheelY == o.WheelY &&
		slices.Equal(s.Chars, o.Chars) && slices.Equal(s.Touches, o.Touches) && slices.Equal(s.Gamepads, o.Gamepads)
}

// Idle reports whether nothing is pressed, typed, touched or turned, nothing is
// connected and the pointer does not move. Where it stands does not matter.
func (s *State) Idle() bool {
	return s.keys == [len(s.keys)]uint64{} && s.buttons == 0 && s.DX == 0 && s.DY == 0 && s.WheelX == 0 && s.WheelY == 0 &&
		len(s.Chars) == 0 && len(s.Touches) == 0 && len(s.Gamepads) == 0
}

package console

import (
	"slices"

	"github.com/scry-dev/scry/console/input"
)

// fingerSince is a touch, and the tick that saw it first.
type fingerSince struct {
	id    int
	since uint64
}

// padSince is a gamepad, and the ticks that saw its buttons pressed first.
type padSince struct {
	id       int
	buttons  [input.GamepadButtonCount]uint64
	standard [input.StandardGamepadButtonCount]uint64
}

func (in *Input) settleTouches(now *input.State) {
	in.fingers = slices.DeleteFunc(in.fingers, func(f fingerSince) bool { return now.Touch(f.id) == nil })
	for i := range now.Touches {
		if id := now.Touches[i].ID; in.finger(id) == nil {
			in.fingers = append(in.fingers, fingerSince{id, in.queue.at})
		}
	}
}

func (in *Input) finger(id int) *fingerSince {
	for i := range in.fingers {
		if in.fingers[i].id == id {
			return &in.fingers[i]
		}
	}
	return nil
}

func (in *Input) settlePads(now, before *input.State) {
	in.padding = slices.DeleteFunc(in.padding, func(p padSince) bool { return now.Gamepad(p.id) == nil })
	for i := range now.Gamepads {
		g := &now.Gamepads[i]
		was := before.Gamepad(g.ID)
		p := in.pad(g.ID)
		if p == nil {
			in.padding = append(in.padding, padSince{id: g.ID})
			p = &in.padding[len(in.padding)-1]
		}
		for b := range p.buttons {
			if g.ButtonPressed(b) && (was == nil || !was.ButtonPressed(b)) {
				p.buttons[b] = in.queue.at
			}
		}
		for b := range p.standard {
			if b := input.StandardGamepadButton(b); g.StandardPressed(b) && (was == nil || !was.StandardPressed(b)) {
				p.standard[b] = in.queue.at
			}
		}
	}
}

func (in *Input) pad(id int) *padSince {
	for i := range in.padding {
		if in.padding[i].id == id {
			return &in.padding[i]
		}
	}
	return nil
}

// AppendTouchIDs appends the fingers on the screen.
func (in *Input) AppendTouchIDs(ids []int) []int {
	for _, t := range in.State().Touches {
		ids = append(ids, t.ID)
	}
	return ids
}

// AppendJustPressedTouchIDs appends the fingers that were put on the screen in this tick.
func (in *Input) AppendJustPressedTouchIDs(ids []int) []int {
	return appendFingers(ids, in.State(), in.before())
}

// AppendJustReleasedTouchIDs appends the fingers that were on the screen in the tick before
// and are no longer.
func (in *Input) AppendJustReleasedTouchIDs(ids []int) []int {
	return appendFingers(ids, in.before(), in.State())
}

func appendFingers(ids []int, of, without *input.State) []int {
	for _, t := range of.Touches {
		if without.Touch(t.ID) == nil {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// IsTouchJustReleased reports whether a finger was on the screen in the tick before and is
// no longer.
func (in *Input) IsTouchJustReleased(id int) bool {
	return in.before().Touch(id) != nil && in.State().Touch(id) == nil
}

// TouchPressDuration returns for how many ticks a finger has been on the screen, this one
// included.
func (in *Input) TouchPressDuration(id int) int {
	if f := in.finger(id); f != nil {
		return in.ticks(f.since)
	}
	return 0
}

// TouchPosition returns where a finger is, in pixels of the game's screen; 0, 0 is where it
// is not on it.
func (in *Input) TouchPosition(id int) (x, y int) {
	fx, fy := in.TouchPositionF(id)
	return int(fx), int(fy)
}

// TouchPositionF is [Input.TouchPosition] with fractions of pixels.
func (in *Input) TouchPositionF(id int) (x, y float64) { return touchAt(in.State().Touch(id)) }

// TouchPositionInPreviousTick returns where a finger was in the tick before.
func (in *Input) TouchPositionInPreviousTick(id int) (x, y int) {
	fx, fy := in.TouchPositionFInPreviousTick(id)
	return int(fx), int(fy)
}

// TouchPositionFInPreviousTick is [Input.TouchPositionInPreviousTick] with fractions of
// pixels.
func (in *Input) TouchPositionFInPreviousTick(id int) (x, y float64) {
	return touchAt(in.before().Touch(id))
}

func touchAt(t *input.Touch) (x, y float64) {
	if t == nil {
		return 0, 0
	}
	return t.X, t.Y
}

// AppendGamepadIDs appends the gamepads that are connected.
func (in *Input) AppendGamepadIDs(ids []int) []int {
	s := in.State()
	for i := range s.Gamepads {
		ids = append(ids, s.Gamepads[i].ID)
	}
	return ids
}

// AppendJustConnectedGamepadIDs appends the gamepads that were not connected in the tick
// before.
func (in *Input) AppendJustConnectedGamepadIDs(ids []int) []int {
	s := in.State()
	for i := range s.Gamepads {
		if id := s.Gamepads[i].ID; in.before().Gamepad(id) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// IsGamepadJustDisconnected reports whether a gamepad was connected in the tick before and
// is no longer.
func (in *Input) IsGamepadJustDisconnected(id int) bool {
	return in.before().Gamepad(id) != nil && in.State().Gamepad(id) == nil
}

// Gamepad returns what a gamepad says, or nil where none of that ID is connected. It is
// valid until the next tick.
func (in *Input) Gamepad(id int) *input.Gamepad { return in.State().Gamepad(id) }

// GamepadName returns the name of a gamepad.
func (in *Input) GamepadName(id int) string {
	if g := in.Gamepad(id); g != nil {
		return g.Name
	}
	return ""
}

// GamepadAxisValue returns an axis, by the gamepad's own number, from -1 to 1.
func (in *Input) GamepadAxisValue(id, axis int) float64 {
	if g := in.Gamepad(id); g != nil && axis >= 0 && axis < len(g.Axes) {
		return g.Axes[axis]
	}
	return 0
}

// StandardGamepadAxisValue returns an axis of the standard layout, from -1 to 1.
func (in *Input) StandardGamepadAxisValue(id int, axis input.StandardGamepadAxis) float64 {
	if g := in.Gamepad(id); g != nil && int(axis) < len(g.StandardAxes) {
		return g.StandardAxes[axis]
	}
	return 0
}

// StandardGamepadButtonValue returns how far a button of the standard layout is pressed,
// from 0 to 1.
func (in *Input) StandardGamepadButtonValue(id int, b input.StandardGamepadButton) float64 {
	if g := in.Gamepad(id); g != nil && int(b) < len(g.StandardValues) {
		return g.StandardValues[b]
	}
	return 0
}

// IsStandardGamepadLayoutAvailable reports whether a gamepad has the standard layout.
func (in *Input) IsStandardGamepadLayoutAvailable(id int) bool {
	g := in.Gamepad(id)
	return g != nil && g.Standard
}

// IsGamepadButtonPressed reports whether a button is pressed, by the gamepad's own number.
func (in *Input) IsGamepadButtonPressed(id, b int) bool { return pressed(in.State(), id, b) }

// IsGamepadButtonJustPressed reports whether a button is pressed in this tick and was not in
// the one before.
func (in *Input) IsGamepadButtonJustPressed(id, b int) bool {
	return pressed(in.State(), id, b) && !pressed(in.before(), id, b)
}

// IsGamepadButtonJustReleased reports whether a button was pressed in the tick before and is
// no longer.
func (in *Input) IsGamepadButtonJustReleased(id, b int) bool {
	return pressed(in.before(), id, b) && !pressed(in.State(), id, b)
}

// GamepadButtonPressDuration returns for how many ticks a button has been pressed, this one
// included.
func (in *Input) GamepadButtonPressDuration(id, b int) int {
	if !in.IsGamepadButtonPressed(id, b) {
		return 0
	}
	return in.ticks(in.pad(id).buttons[b])
}

// IsStandardGamepadButtonPressed reports whether a button of the standard layout is pressed.
func (in *Input) IsStandardGamepadButtonPressed(id int, b input.StandardGamepadButton) bool {
	return standardPressed(in.State(), id, b)
}

// IsStandardGamepadButtonJustPressed reports whether a button of the standard layout is
// pressed in this tick and was not in the one before.
func (in *Input) IsStandardGamepadButtonJustPressed(id int, b input.StandardGamepadButton) bool {
	return standardPressed(in.State(), id, b) && !standardPressed(in.before(), id, b)
}

// IsStandardGamepadButtonJustReleased reports whether a button of the standard layout was
// pressed in the tick before and is no longer.
func (in *Input) IsStandardGamepadButtonJustReleased(id int, b input.StandardGamepadButton) bool {
	return standardPressed(in.before(), id, b) && !standardPressed(in.State(), id, b)
}

// StandardGamepadButtonPressDuration returns for how many ticks a button of the standard
// layout has been pressed, this one included.
func (in *Input) StandardGamepadButtonPressDuration(id int, b input.StandardGamepadButton) int {
	if !in.IsStandardGamepadButtonPressed(id, b) {
		return 0
	}
	return in.ticks(in.pad(id).standard[b])
}

func pressed(s *input.State, id, b int) bool {
	g := s.Gamepad(id)
	return g != nil && g.ButtonPressed(b)
}

func standardPressed(s *input.State, id int, b input.StandardGamepadButton) bool {
	g := s.Gamepad(id)
	return g != nil && g.StandardPressed(b)
}

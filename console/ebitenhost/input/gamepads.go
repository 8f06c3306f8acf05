package input

import (
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"github.com/scry-dev/scry/console/input"
)

// AppendGamepadIDs appends the gamepads that are connected.
func AppendGamepadIDs(ids []ebiten.GamepadID) []ebiten.GamepadID {
	if connected == nil {
		return ebiten.AppendGamepadIDs(ids)
	}
	connected.ids = connected.in.AppendGamepadIDs(connected.ids[:0])
	for _, id := range connected.ids {
		ids = append(ids, ebiten.GamepadID(id))
	}
	return ids
}

// AppendJustConnectedGamepadIDs appends the gamepads that were not connected in the tick before.
func AppendJustConnectedGamepadIDs(ids []ebiten.GamepadID) []ebiten.GamepadID {
	if connected == nil {
		return inpututil.AppendJustConnectedGamepadIDs(ids)
	}
	connected.ids = connected.in.AppendJustConnectedGamepadIDs(connected.ids[:0])
	for _, id := range connected.ids {
		ids = append(ids, ebiten.GamepadID(id))
	}
	return ids
}

// IsGamepadJustDisconnected reports whether a gamepad was connected in the tick before and
// is no longer.
func IsGamepadJustDisconnected(id ebiten.GamepadID) bool {
	if connected == nil {
		return inpututil.IsGamepadJustDisconnected(id)
	}
	return connected.in.IsGamepadJustDisconnected(int(id))
}

// GamepadName returns the name of a gamepad.
func GamepadName(id ebiten.GamepadID) string {
	if connected == nil {
		return ebiten.GamepadName(id)
	}
	return connected.in.GamepadName(int(id))
}

// GamepadSDLID returns which model a gamepad is, as SDL names it; empty for a client's.
func GamepadSDLID(id ebiten.GamepadID) string {
	if connected == nil {
		return ebiten.GamepadSDLID(id)
	}
	return pad(id).SDLID
}

// GamepadAxisCount returns how many axes a gamepad has.
func GamepadAxisCount(id ebiten.GamepadID) int {
	if connected == nil {
		return ebiten.GamepadAxisCount(id)
	}
	return pad(id).AxisCount
}

// GamepadButtonCount returns how many buttons a gamepad has.
func GamepadButtonCount(id ebiten.GamepadID) int {
	if connected == nil {
		return ebiten.GamepadButtonCount(id)
	}
	return pad(id).ButtonCount
}

// pad is what a gamepad says; of one that is not connected, nothing.
func pad(id ebiten.GamepadID) *input.Gamepad {
	if g := connected.in.Gamepad(int(id)); g != nil {
		return g
	}
	return &input.Gamepad{}
}

// GamepadAxisValue returns an axis, by the gamepad's own number, from -1 to 1.
func GamepadAxisValue(id ebiten.GamepadID, axis ebiten.GamepadAxisType) float64 {
	if connected == nil {
		return ebiten.GamepadAxisValue(id, axis)
	}
	return connected.in.GamepadAxisValue(int(id), axis)
}

// IsGamepadButtonPressed reports whether a button is pressed.
func IsGamepadButtonPressed(id ebiten.GamepadID, button ebiten.GamepadButton) bool {
	if connected == nil {
		return ebiten.IsGamepadButtonPressed(id, button)
	}
	return connected.in.IsGamepadButtonPressed(int(id), int(button))
}

// IsGamepadButtonJustPressed reports whether a button is pressed in this tick and was
// not in the one before.
func IsGamepadButtonJustPressed(id ebiten.GamepadID, button ebiten.GamepadButton) bool {
	if connected == nil {
		return inpututil.IsGamepadButtonJustPressed(id, button)
	}
	return connected.in.IsGamepadButtonJustPressed(int(id), int(button))
}

// IsGamepadButtonJustReleased reports whether a button was pressed in the tick before
// and is no longer.
func IsGamepadButtonJustReleased(id ebiten.GamepadID, button ebiten.GamepadButton) bool {
	if connected == nil {
		return inpututil.IsGamepadButtonJustReleased(id, button)
	}
	return connected.in.IsGamepadButtonJustReleased(int(id), int(button))
}

// GamepadButtonPressDuration returns for how many ticks a button has been pressed,
// this one included.
func GamepadButtonPressDuration(id ebiten.GamepadID, button ebiten.GamepadButton) int {
	if connected == nil {
		return inpututil.GamepadButtonPressDuration(id, button)
	}
	return connected.in.GamepadButtonPressDuration(int(id), int(button))
}

// AppendPressedGamepadButtons appends the buttons that are pressed.
func AppendPressedGamepadButtons(id ebiten.GamepadID, buttons []ebiten.GamepadButton) []ebiten.GamepadButton {
	if connected == nil {
		return inpututil.AppendPressedGamepadButtons(id, buttons)
	}
	for b := ebiten.GamepadButton(0); b <= ebiten.GamepadButtonMax; b++ {
		if IsGamepadButtonPressed(id, b) {
			buttons = append(buttons, b)
		}
	}
	return buttons
}

// AppendJustPressedGamepadButtons appends the buttons that are pressed in this tick and
// were not in the one before.
func AppendJustPressedGamepadButtons(id ebiten.GamepadID, buttons []ebiten.GamepadButton) []ebiten.GamepadButton {
	if connected == nil {
		return inpututil.AppendJustPressedGamepadButtons(id, buttons)
	}
	for b := ebiten.GamepadButton(0); b <= ebiten.GamepadButtonMax; b++ {
		if IsGamepadButtonJustPressed(id, b) {
			buttons = append(buttons, b)
		}
	}
	return buttons
}

// AppendJustReleasedGamepadButtons appends the buttons that were pressed in the tick
// before and are no longer.
func AppendJustReleasedGamepadButtons(id ebiten.GamepadID, buttons []ebiten.GamepadButton) []ebiten.GamepadButton {
	if connected == nil {
		return inpututil.AppendJustReleasedGamepadButtons(id, buttons)
	}
	for b := ebiten.GamepadButton(0); b <= ebiten.GamepadButtonMax; b++ {
		if IsGamepadButtonJustReleased(id, b) {
			buttons = append(buttons, b)
		}
	}
	return buttons
}

// IsStandardGamepadButtonPressed reports whether a button of the standard layout is pressed.
func IsStandardGamepadButtonPressed(id ebiten.GamepadID, button ebiten.StandardGamepadButton) bool {
	if connected == nil {
		return ebiten.IsStandardGamepadButtonPressed(id, button)
	}
	return connected.in.IsStandardGamepadButtonPressed(int(id), input.StandardGamepadButton(button))
}

// IsStandardGamepadButtonJustPressed reports whether a button of the standard layout is pressed in this tick and was
// not in the one before.
func IsStandardGamepadButtonJustPressed(id ebiten.GamepadID, button ebiten.StandardGamepadButton) bool {
	if connected == nil {
		return inpututil.IsStandardGamepadButtonJustPressed(id, button)
	}
	return connected.in.IsStandardGamepadButtonJustPressed(int(id), input.StandardGamepadButton(button))
}

// IsStandardGamepadButtonJustReleased reports whether a button of the standard layout was pressed in the tick before
// and is no longer.
func IsStandardGamepadButtonJustReleased(id ebiten.GamepadID, button ebiten.StandardGamepadButton) bool {
	if connected == nil {
		return inpututil.IsStandardGamepadButtonJustReleased(id, button)
	}
	return connected.in.IsStandardGamepadButtonJustReleased(int(id), input.StandardGamepadButton(button))
}

// StandardGamepadButtonPressDuration returns for how many ticks a button of the standard layout has been pressed,
// this one included.
func StandardGamepadButtonPressDuration(id ebiten.GamepadID, button ebiten.StandardGamepadButton) int {
	if connected == nil {
		return inpututil.StandardGamepadButtonPressDuration(id, button)
	}
	return connected.in.StandardGamepadButtonPressDuration(int(id), input.StandardGamepadButton(button))
}

// AppendPressedStandardGamepadButtons appends the buttons of the standard layout that are pressed.
func AppendPressedStandardGamepadButtons(id ebiten.GamepadID, buttons []ebiten.StandardGamepadButton) []ebiten.StandardGamepadButton {
	if connected == nil {
		return inpututil.AppendPressedStandardGamepadButtons(id, buttons)
	}
	for b := ebiten.StandardGamepadButton(0); b <= ebiten.StandardGamepadButtonMax; b++ {
		if IsStandardGamepadButtonPressed(id, b) {
			buttons = append(buttons, b)
		}
	}
	return buttons
}

// AppendJustPressedStandardGamepadButtons appends the buttons of the standard layout that are pressed in this tick and
// were not in the one before.
func AppendJustPressedStandardGamepadButtons(id ebiten.GamepadID, buttons []ebiten.StandardGamepadButton) []ebiten.StandardGamepadButton {
	if connected == nil {
		return inpututil.AppendJustPressedStandardGamepadButtons(id, buttons)
	}
	for b := ebiten.StandardGamepadButton(0); b <= ebiten.StandardGamepadButtonMax; b++ {
		if IsStandardGamepadButtonJustPressed(id, b) {
			buttons = append(buttons, b)
		}
	}
	return buttons
}

// AppendJustReleasedStandardGamepadButtons appends the buttons of the standard layout that were pressed in the tick
// before and are no longer.
func AppendJustReleasedStandardGamepadButtons(id ebiten.GamepadID, buttons []ebiten.StandardGamepadButton) []ebiten.StandardGamepadButton {
	if connected == nil {
		return inpututil.AppendJustReleasedStandardGamepadButtons(id, buttons)
	}
	for b := ebiten.StandardGamepadButton(0); b <= ebiten.StandardGamepadButtonMax; b++ {
		if IsStandardGamepadButtonJustReleased(id, b) {
			buttons = append(buttons, b)
		}
	}
	return buttons
}

// StandardGamepadAxisValue returns an axis of the standard layout, from -1 to 1.
func StandardGamepadAxisValue(id ebiten.GamepadID, axis ebiten.StandardGamepadAxis) float64 {
	if connected == nil {
		return ebiten.StandardGamepadAxisValue(id, axis)
	}
	return connected.in.StandardGamepadAxisValue(int(id), input.StandardGamepadAxis(axis))
}

// StandardGamepadButtonValue returns how far a button of the standard layout is pressed,
// from 0 to 1.
func StandardGamepadButtonValue(id ebiten.GamepadID, button ebiten.StandardGamepadButton) float64 {
	if connected == nil {
		return ebiten.StandardGamepadButtonValue(id, button)
	}
	return connected.in.StandardGamepadButtonValue(int(id), input.StandardGamepadButton(button))
}

// IsStandardGamepadLayoutAvailable reports whether a gamepad has the standard layout.
func IsStandardGamepadLayoutAvailable(id ebiten.GamepadID) bool {
	if connected == nil {
		return ebiten.IsStandardGamepadLayoutAvailable(id)
	}
	return connected.in.IsStandardGamepadLayoutAvailable(int(id))
}

// IsStandardGamepadAxisAvailable reports whether a gamepad has an axis of the standard
// layout.
func IsStandardGamepadAxisAvailable(id ebiten.GamepadID, axis ebiten.StandardGamepadAxis) bool {
	if connected == nil {
		return ebiten.IsStandardGamepadAxisAvailable(id, axis)
	}
	return axis >= 0 && pad(id).HasAxes>>axis&1 != 0
}

// IsStandardGamepadButtonAvailable reports whether a gamepad has a button of the standard
// layout.
func IsStandardGamepadButtonAvailable(id ebiten.GamepadID, button ebiten.StandardGamepadButton) bool {
	if connected == nil {
		return ebiten.IsStandardGamepadButtonAvailable(id, button)
	}
	return button >= 0 && pad(id).HasButtons>>button&1 != 0
}

package input

import (
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"github.com/scry-dev/scry/console/input"
)

// IsMouseButtonPressed reports whether a button of the mouse is held down.
func IsMouseButtonPressed(button ebiten.MouseButton) bool {
	if connected == nil {
		return ebiten.IsMouseButtonPressed(button)
	}
	return connected.in.IsMouseButtonPressed(input.MouseButton(button))
}

// IsMouseButtonJustPressed reports whether a button is down in this tick and was not in the one before.
func IsMouseButtonJustPressed(button ebiten.MouseButton) bool {
	if connected == nil {
		return inpututil.IsMouseButtonJustPressed(button)
	}
	return connected.in.IsMouseButtonJustPressed(input.MouseButton(button))
}

// IsMouseButtonJustReleased reports whether a button was down in the tick before and is no longer.
func IsMouseButtonJustReleased(button ebiten.MouseButton) bool {
	if connected == nil {
		return inpututil.IsMouseButtonJustReleased(button)
	}
	return connected.in.IsMouseButtonJustReleased(input.MouseButton(button))
}

// MouseButtonPressDuration returns for how many ticks a button has been down, this one included.
func MouseButtonPressDuration(button ebiten.MouseButton) int {
	if connected == nil {
		return inpututil.MouseButtonPressDuration(button)
	}
	return connected.in.MouseButtonPressDuration(input.MouseButton(button))
}

// CursorPosition returns where the pointer is, in logical pixels: those of the screen that Draw gets.
func CursorPosition() (x, y int) {
	if connected == nil {
		return ebiten.CursorPosition()
	}
	return connected.in.CursorPosition()
}

// CursorPositionF is [CursorPosition] with fractions of pixels.
func CursorPositionF() (x, y float64) {
	if connected == nil {
		return ebiten.CursorPositionF()
	}
	return connected.in.CursorPositionF()
}

// Wheel returns what the wheel turned in this tick.
func Wheel() (xoff, yoff float64) {
	if connected == nil {
		return ebiten.Wheel()
	}
	return connected.in.Wheel()
}

// AppendTouchIDs appends the fingers on the screen.
func AppendTouchIDs(touches []ebiten.TouchID) []ebiten.TouchID {
	if connected == nil {
		return ebiten.AppendTouchIDs(touches)
	}
	connected.ids = connected.in.AppendTouchIDs(connected.ids[:0])
	for _, id := range connected.ids {
		touches = append(touches, ebiten.TouchID(id))
	}
	return touches
}

// AppendJustPressedTouchIDs appends the fingers that were put on the screen in this tick.
func AppendJustPressedTouchIDs(touches []ebiten.TouchID) []ebiten.TouchID {
	if connected == nil {
		return inpututil.AppendJustPressedTouchIDs(touches)
	}
	connected.ids = connected.in.AppendJustPressedTouchIDs(connected.ids[:0])
	for _, id := range connected.ids {
		touches = append(touches, ebiten.TouchID(id))
	}
	return touches
}

// AppendJustReleasedTouchIDs appends the fingers that were on the screen in the tick before and are no longer.
func AppendJustReleasedTouchIDs(touches []ebiten.TouchID) []ebiten.TouchID {
	if connected == nil {
		return inpututil.AppendJustReleasedTouchIDs(touches)
	}
	connected.ids = connected.in.AppendJustReleasedTouchIDs(connected.ids[:0])
	for _, id := range connected.ids {
		touches = append(touches, ebiten.TouchID(id))
	}
	return touches
}

// IsTouchJustReleased reports whether a finger was on the screen in the tick before and is no longer.
func IsTouchJustReleased(id ebiten.TouchID) bool {
	if connected == nil {
		return inpututil.IsTouchJustReleased(id)
	}
	return connected.in.IsTouchJustReleased(int(id))
}

// TouchPressDuration returns for how many ticks a finger has been on the screen, this one included.
func TouchPressDuration(id ebiten.TouchID) int {
	if connected == nil {
		return inpututil.TouchPressDuration(id)
	}
	return connected.in.TouchPressDuration(int(id))
}

// TouchPosition returns where a finger is, in logical pixels.
func TouchPosition(id ebiten.TouchID) (x, y int) {
	if connected == nil {
		return ebiten.TouchPosition(id)
	}
	return connected.in.TouchPosition(int(id))
}

// TouchPositionF is [TouchPosition] with fractions of pixels.
func TouchPositionF(id ebiten.TouchID) (x, y float64) {
	if connected == nil {
		return ebiten.TouchPositionF(id)
	}
	return connected.in.TouchPositionF(int(id))
}

// TouchPositionInPreviousTick returns where a finger was in the tick before.
func TouchPositionInPreviousTick(id ebiten.TouchID) (x, y int) {
	if connected == nil {
		return inpututil.TouchPositionInPreviousTick(id)
	}
	return connected.in.TouchPositionInPreviousTick(int(id))
}

// TouchPositionFInPreviousTick is [TouchPositionInPreviousTick] with fractions of
// pixels.
func TouchPositionFInPreviousTick(id ebiten.TouchID) (x, y float64) {
	if connected == nil {
		return inpututil.TouchPositionFInPreviousTick(id)
	}
	return connected.in.TouchPositionFInPreviousTick(int(id))
}

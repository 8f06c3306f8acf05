package input

import (
	"strings"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/input"
)

// A newer Ebitengine may have more keys; then this says which the console lacks.
func TestEachKeyOfEbitengineIsAKeyOfTheConsole(t *testing.T) {
	both := 0
	seen := map[input.Key]bool{}
	for k := ebiten.Key(0); k <= ebiten.KeyMax; k++ {
		if _, _, ok := sides(k); ok {
			both++
			_, known := codeOf(k)
			require.False(t, known, "%v stands for two", k)
			continue
		}
		code, ok := codeOf(k)
		require.True(t, ok, "%v", k)
		require.False(t, seen[code], "%v", k)
		seen[code] = true
		name, err := k.MarshalText()
		require.NoError(t, err)
		require.Equal(t, strings.ToLower(strings.TrimPrefix(code.String(), "Key")), strings.ToLower(string(name)))
	}
	require.Equal(t, 4, both)
	require.Len(t, seen, input.KeyCount)
	for _, k := range []ebiten.Key{-1, ebiten.KeyMax + 1} {
		_, ok := codeOf(k)
		require.False(t, ok)
	}
}

func TestButtonsAreNumberedAsThoseOfEbitengine(t *testing.T) {
	require.Equal(t, int(ebiten.MouseButtonMax)+1, input.MouseButtonCount)
	require.Equal(t, []ebiten.MouseButton{ebiten.MouseButtonLeft, ebiten.MouseButtonMiddle, ebiten.MouseButtonRight},
		[]ebiten.MouseButton{ebiten.MouseButton(input.MouseButtonLeft), ebiten.MouseButton(input.MouseButtonMiddle), ebiten.MouseButton(input.MouseButtonRight)})
	require.Equal(t, int(ebiten.GamepadButtonMax)+1, input.GamepadButtonCount)
	require.Equal(t, int(ebiten.StandardGamepadButtonMax)+1, input.StandardGamepadButtonCount)
	require.Equal(t, int(ebiten.StandardGamepadAxisMax)+1, input.StandardGamepadAxisCount)
	for mine, theirs := range map[input.StandardGamepadButton]ebiten.StandardGamepadButton{
		input.StandardGamepadButtonRightTop: ebiten.StandardGamepadButtonRightTop, input.StandardGamepadButtonFrontBottomRight: ebiten.StandardGamepadButtonFrontBottomRight,
		input.StandardGamepadButtonRightStick: ebiten.StandardGamepadButtonRightStick, input.StandardGamepadButtonLeftRight: ebiten.StandardGamepadButtonLeftRight,
		input.StandardGamepadButtonCenterCenter: ebiten.StandardGamepadButtonCenterCenter,
	} {
		require.Equal(t, int(theirs), int(mine))
	}
	require.Equal(t, int(ebiten.StandardGamepadAxisRightStickVertical), int(input.StandardGamepadAxisRightStickVertical))
}

// replayed gives a console whose input is what a test says, tick by tick.
func replayed(t *testing.T, states ...func(*input.State)) *console.Console {
	con := new(console.Console)
	d := Connect(con)
	t.Cleanup(func() { connected = nil })
	con.Input.Replay(func(tick uint64, s *input.State) bool {
		if tick <= uint64(len(states)) {
			states[tick-1](s)
		}
		return true
	})
	d.Observe()
	return con
}

func tick(con *console.Console) {
	for range con.Update() {
	}
}

func TestEachFunctionAsksTheConsole(t *testing.T) {
	con := replayed(t, func(s *input.State) {
		s.Press(input.KeyShiftRight)
		s.Press(input.KeyQ)
		s.PressButton(input.MouseButtonRight)
		s.X, s.Y, s.WheelX, s.WheelY = 3.5, 4, 1, -1
		s.Chars = append(s.Chars, 'ü')
		s.SetTouch(5, 7.5, 8)
		g := s.Connect(2)
		g.Name, g.SDLID, g.AxisCount, g.ButtonCount = "pad", "ff", 3, 4
		g.Axes[2] = -1
		g.SetButton(3, 1)
		g.SetStandardAxis(input.StandardGamepadAxisLeftStickVertical, 0.5)
		g.SetStandardButton(input.StandardGamepadButtonLeftTop, 0.75)
	})
	tick(con)
	require.True(t, IsKeyPressed(ebiten.KeyQ) && IsKeyPressed(ebiten.KeyShift) && IsKeyPressed(ebiten.KeyShiftRight))
	require.False(t, IsKeyPressed(ebiten.KeyShiftLeft) || IsKeyPressed(ebiten.KeyAlt) || IsKeyPressed(-1) || IsKeyPressed(ebiten.KeyA))
	require.True(t, IsKeyJustPressed(ebiten.KeyQ))
	require.False(t, IsKeyJustPressed(ebiten.KeyShift), "as with inpututil")
	require.Equal(t, 1, KeyPressDuration(ebiten.KeyQ))
	require.Zero(t, KeyPressDuration(ebiten.KeyShift))
	require.Equal(t, []ebiten.Key{ebiten.KeyQ, ebiten.KeyShiftRight}, AppendPressedKeys(nil))
	require.Equal(t, []ebiten.Key{ebiten.KeyQ, ebiten.KeyShiftRight}, AppendJustPressedKeys(nil))
	require.Equal(t, "ü", string(AppendInputChars(nil)))
	require.True(t, IsMouseButtonPressed(ebiten.MouseButtonRight) && IsMouseButtonJustPressed(ebiten.MouseButtonRight))
	require.False(t, IsMouseButtonPressed(-1) || IsMouseButtonPressed(ebiten.MouseButtonLeft))
	require.Equal(t, 1, MouseButtonPressDuration(ebiten.MouseButtonRight))
	x, y := CursorPosition()
	fx, fy := CursorPositionF()
	wx, wy := Wheel()
	require.Equal(t, []any{3, 4, 3.5, 4.0, 1.0, -1.0}, []any{x, y, fx, fy, wx, wy})

	require.Equal(t, []ebiten.TouchID{5}, AppendTouchIDs(nil))
	require.Equal(t, []ebiten.TouchID{5}, AppendJustPressedTouchIDs(nil))
	x, y = TouchPosition(5)
	fx, fy = TouchPositionF(5)
	require.Equal(t, []any{7, 8, 7.5, 8.0, 1}, []any{x, y, fx, fy, TouchPressDuration(5)})

	require.Equal(t, []ebiten.GamepadID{2}, AppendGamepadIDs(nil))
	require.Equal(t, []ebiten.GamepadID{2}, AppendJustConnectedGamepadIDs(nil))
	require.Equal(t, []any{"pad", "ff", 3, 4, -1.0}, []any{GamepadName(2), GamepadSDLID(2), GamepadAxisCount(2), GamepadButtonCount(2), GamepadAxisValue(2, 2)})
	require.Equal(t, []any{"", 0, 0.0, 0.0}, []any{GamepadName(1), GamepadAxisCount(1), GamepadAxisValue(2, -1), GamepadAxisValue(2, 99)})
	require.True(t, IsGamepadButtonPressed(2, 3) && IsGamepadButtonJustPressed(2, 3))
	require.Equal(t, []ebiten.GamepadButton{3}, AppendPressedGamepadButtons(2, nil))
	require.Equal(t, []ebiten.GamepadButton{3}, AppendJustPressedGamepadButtons(2, nil))
	require.Equal(t, 1, GamepadButtonPressDuration(2, 3))
	require.True(t, IsStandardGamepadLayoutAvailable(2) && IsStandardGamepadAxisAvailable(2, ebiten.StandardGamepadAxisLeftStickVertical) &&
		IsStandardGamepadButtonAvailable(2, ebiten.StandardGamepadButtonLeftTop))
	require.False(t, IsStandardGamepadAxisAvailable(2, -1) || IsStandardGamepadAxisAvailable(2, 0) || IsStandardGamepadButtonAvailable(2, 0) || IsStandardGamepadLayoutAvailable(1))
	require.Equal(t, []any{0.5, 0.75}, []any{StandardGamepadAxisValue(2, ebiten.StandardGamepadAxisLeftStickVertical), StandardGamepadButtonValue(2, ebiten.StandardGamepadButtonLeftTop)})
	require.True(t, IsStandardGamepadButtonPressed(2, ebiten.StandardGamepadButtonLeftTop) && IsStandardGamepadButtonJustPressed(2, ebiten.StandardGamepadButtonLeftTop))
	require.Equal(t, []ebiten.StandardGamepadButton{ebiten.StandardGamepadButtonLeftTop}, AppendPressedStandardGamepadButtons(2, nil))
	require.Equal(t, []ebiten.StandardGamepadButton{ebiten.StandardGamepadButtonLeftTop}, AppendJustPressedStandardGamepadButtons(2, nil))
	require.Equal(t, 1, StandardGamepadButtonPressDuration(2, ebiten.StandardGamepadButtonLeftTop))
}

func TestWhatIsLetGoIsSeenOnce(t *testing.T) {
	con := replayed(t, func(s *input.State) {
		s.Press(input.KeyQ)
		s.PressButton(input.MouseButtonLeft)
		s.SetTouch(5, 7, 8)
		s.Connect(1).SetStandardButton(0, 1)
		s.Connect(2).SetButton(4, 1)
		s.Gamepad(2).SetStandardButton(6, 1)
	}, func(s *input.State) { s.Connect(2) })
	tick(con)
	tick(con)
	require.True(t, IsKeyJustReleased(ebiten.KeyQ) && IsMouseButtonJustReleased(ebiten.MouseButtonLeft) && IsTouchJustReleased(5) && IsGamepadJustDisconnected(1))
	require.False(t, IsKeyJustReleased(ebiten.KeyShift))
	require.Equal(t, []ebiten.Key{ebiten.KeyQ}, AppendJustReleasedKeys(nil))
	require.Equal(t, []ebiten.TouchID{5}, AppendJustReleasedTouchIDs(nil))
	x, y := TouchPositionInPreviousTick(5)
	fx, fy := TouchPositionFInPreviousTick(5)
	require.Equal(t, []any{7, 8, 7.0, 8.0}, []any{x, y, fx, fy})
	require.True(t, IsGamepadButtonJustReleased(2, 4) && IsStandardGamepadButtonJustReleased(2, 6))
	require.Equal(t, []ebiten.GamepadButton{4}, AppendJustReleasedGamepadButtons(2, nil))
	require.Equal(t, []ebiten.StandardGamepadButton{6}, AppendJustReleasedStandardGamepadButtons(2, nil))
	tick(con)
	require.False(t, IsKeyJustReleased(ebiten.KeyQ) || IsGamepadJustDisconnected(1))
	require.True(t, IsGamepadJustDisconnected(2))
}

// Where no console is connected, each function is Ebitengine's own: nothing is pressed where
// no game runs.
func TestWithoutAConsoleItIsEbitengines(t *testing.T) {
	require.Nil(t, connected)
	for name, said := range map[string]any{
		"keys":    len(AppendPressedKeys(nil)) + len(AppendJustPressedKeys(nil)) + len(AppendJustReleasedKeys(nil)) + len(AppendInputChars(nil)) + KeyPressDuration(0),
		"touches": len(AppendTouchIDs(nil)) + len(AppendJustPressedTouchIDs(nil)) + len(AppendJustReleasedTouchIDs(nil)) + TouchPressDuration(0),
		"pads":    len(AppendGamepadIDs(nil)) + len(AppendJustConnectedGamepadIDs(nil)) + GamepadAxisCount(0) + GamepadButtonCount(0) + len(GamepadName(0)+GamepadSDLID(0)),
		"pad": len(AppendPressedGamepadButtons(0, nil)) + len(AppendJustPressedGamepadButtons(0, nil)) + len(AppendJustReleasedGamepadButtons(0, nil)) +
			len(AppendPressedStandardGamepadButtons(0, nil)) + len(AppendJustPressedStandardGamepadButtons(0, nil)) + len(AppendJustReleasedStandardGamepadButtons(0, nil)),
		"durations": MouseButtonPressDuration(0) + GamepadButtonPressDuration(0, 0) + StandardGamepadButtonPressDuration(0, 0),
	} {
		require.Zero(t, said, name)
	}
	require.Zero(t, GamepadAxisValue(0, 0)+StandardGamepadAxisValue(0, 0)+StandardGamepadButtonValue(0, 0))
	for i, said := range []bool{IsKeyPressed(0), IsKeyJustPressed(0), IsKeyJustReleased(0), IsMouseButtonPressed(0), IsMouseButtonJustPressed(0), IsMouseButtonJustReleased(0),
		IsTouchJustReleased(0), IsGamepadJustDisconnected(0), IsGamepadButtonPressed(0, 0), IsGamepadButtonJustPressed(0, 0), IsGamepadButtonJustReleased(0, 0),
		IsStandardGamepadButtonPressed(0, 0), IsStandardGamepadButtonJustPressed(0, 0), IsStandardGamepadButtonJustReleased(0, 0),
		IsStandardGamepadLayoutAvailable(0), IsStandardGamepadAxisAvailable(0, 0), IsStandardGamepadButtonAvailable(0, 0)} {
		require.False(t, said, i)
	}
}

package input_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/input"
)

// busy is a state in which much is pressed.
func busy() *input.State {
	s := &input.State{X: 1.5, Y: -2, DX: 3, DY: 4, WheelX: 0.5, WheelY: -1, Chars: []rune("hé\U0001F600")}
	for _, k := range []input.Key{input.KeyA, input.KeyArrowUp, input.KeySlash, input.KeyTab} {
		s.Press(k)
	}
	s.PressButton(input.MouseButtonRight)
	s.PressButton(input.MouseButton4)
	s.SetTouch(9, 1, 2)
	s.SetTouch(-3, 5, 6)
	g := s.Connect(2)
	g.Name, g.SDLID, g.AxisCount, g.ButtonCount = "a pad", "00", 6, 12
	g.Axes[5] = -0.25
	g.SetButton(11, 1)
	g.SetStandardAxis(input.StandardGamepadAxisRightStickVertical, 1)
	g.SetStandardButton(input.StandardGamepadButtonCenterCenter, 0.5)
	s.Connect(0)
	return s
}

func TestKeysAndButtonsOfAState(t *testing.T) {
	var s input.State
	require.True(t, s.Idle())
	for k := range input.Key(input.KeyCount) {
		s.Press(k)
		require.True(t, s.Pressed(k))
		require.Equal(t, []input.Key{k}, slices.Collect(s.Keys()))
		require.False(t, s.Idle())
		s.Release(k)
		require.True(t, s.Idle())
	}
	for b := range input.MouseButton(input.MouseButtonCount) {
		s.PressButton(b)
		require.True(t, s.ButtonPressed(b))
		require.Equal(t, []input.MouseButton{b}, slices.Collect(s.Buttons()))
		s.ReleaseButton(b)
		require.True(t, s.Idle())
	}
	for _, k := range []input.Key{input.Key(input.KeyCount), 127, 128, 255} {
		s.Press(k)
		s.Release(k)
		s.PressButton(input.MouseButton(k))
		s.ReleaseButton(input.MouseButton(k))
		require.False(t, s.Pressed(k) || s.ButtonPressed(input.MouseButton(k)))
	}
	require.True(t, s.Idle(), "what is no key does nothing")
}

func TestIteratingStopsWhenAsked(t *testing.T) {
	s := busy()
	for k := range s.Keys() {
		require.Equal(t, input.KeyA, k)
		break
	}
	for b := range s.Buttons() {
		require.Equal(t, input.MouseButtonRight, b)
		break
	}
}

func TestTouchesAndGamepadsAreKeptInOrder(t *testing.T) {
	s := busy()
	require.Equal(t, []input.Touch{{ID: -3, X: 5, Y: 6}, {ID: 9, X: 1, Y: 2}}, s.Touches)
	s.SetTouch(9, 7, 7)
	require.Equal(t, input.Touch{ID: 9, X: 7, Y: 7}, *s.Touch(9))
	require.Nil(t, s.Touch(0))
	s.EndTouch(0)
	s.EndTouch(-3)
	require.Len(t, s.Touches, 1)
	require.Equal(t, []int{0, 2}, []int{s.Gamepads[0].ID, s.Gamepads[1].ID})
	s.Disconnect(1)
	s.Disconnect(0)
	require.Nil(t, s.Gamepad(0))
	require.True(t, s.Gamepad(2).ButtonPressed(11))
	require.False(t, s.Gamepad(2).ButtonPressed(-1) || s.Gamepad(2).ButtonPressed(99))
}

func TestAGamepadsButtonsByDegrees(t *testing.T) {
	var g input.Gamepad
	g.SetStandardButton(input.StandardGamepadButtonFrontBottomLeft, input.PressedThreshold)
	require.False(t, g.StandardPressed(input.StandardGamepadButtonFrontBottomLeft))
	g.SetStandardButton(input.StandardGamepadButtonFrontBottomLeft, 0.2)
	require.True(t, g.StandardPressed(input.StandardGamepadButtonFrontBottomLeft))
	g.SetStandardButton(input.StandardGamepadButtonFrontBottomLeft, 0)
	require.False(t, g.StandardPressed(input.StandardGamepadButtonFrontBottomLeft))
	was := g
	g.SetButton(-1, 1)
	g.SetButton(input.GamepadButtonCount, 1)
	g.SetStandardButton(99, 1)
	g.SetStandardAxis(99, 1)
	require.Equal(t, was, g)
}

func TestAddingStates(t *testing.T) {
	var s, o input.State
	s.Press(input.KeyA)
	s.X, s.Y, s.WheelY, s.DX = 5, 6, 1, 2
	s.Connect(1).SetStandardAxis(0, -0.9)
	s.Connect(1).SetStandardButton(1, 0.3)
	o.Press(input.KeyB)
	o.PressButton(input.MouseButtonLeft)
	o.X, o.WheelY, o.DX, o.Chars = 100, 2, 3, []rune("x")
	o.SetTouch(4, 8, 9)
	o.Connect(1).SetStandardAxis(0, 0.5)
	o.Connect(1).SetStandardButton(1, 0.1)
	o.Connect(3).Name = "other"
	s.Add(&o)
	require.Equal(t, []input.Key{input.KeyA, input.KeyB}, slices.Collect(s.Keys()))
	require.True(t, s.ButtonPressed(input.MouseButtonLeft))
	require.Equal(t, [4]float64{5, 6, 3, 5}, [4]float64{s.X, s.Y, s.WheelY, s.DX}, "the pointer stays")
	require.Equal(t, "x", string(s.Chars))
	require.Equal(t, 8.0, s.Touch(4).X)
	require.Equal(t, -0.9, s.Gamepad(1).StandardAxes[0], "the greater deflection")
	require.True(t, s.Gamepad(1).StandardPressed(1), "either presses")
	require.Equal(t, 0.3, s.Gamepad(1).StandardValues[1])
	require.Equal(t, "other", s.Gamepad(3).Name)
}

func TestACopyIsItsOwn(t *testing.T) {
	a := busy()
	var b input.State
	b.CopyFrom(a)
	require.True(t, a.Equal(&b))
	b.Chars[0], b.Touches[0].X, b.Gamepads[0].ID = 'z', 99, -1
	require.True(t, a.Equal(busy()))
	require.False(t, a.Equal(&b))
	b.CopyFrom(a)
	require.Zero(t, testing.AllocsPerRun(100, func() { b.Reset(); b.CopyFrom(a); b.Add(a) }))
}

func TestTheBinaryFormOfAState(t *testing.T) {
	for _, s := range []*input.State{{}, busy(), {X: 1}, {Chars: []rune("a")}} {
		data, err := s.AppendBinary(nil)
		require.NoError(t, err)
		got := busy()
		require.NoError(t, got.UnmarshalBinary(data))
		require.True(t, s.Equal(got), "%+v %+v", s, got)
		for n := range data {
			require.Error(t, got.UnmarshalBinary(data[:n]), "cut off at %d", n)
			require.True(t, got.Idle())
		}
		require.Error(t, got.UnmarshalBinary(append(data, 0)))
	}
	data, err := new(input.State).AppendBinary([]byte("in front"))
	require.NoError(t, err)
	require.Equal(t, []byte("in front\x00"), data)
}

// Whatever is read back is a state, and says what was read.
func FuzzUnmarshalBinary(f *testing.F) {
	for _, s := range []*input.State{{}, busy(), {X: 1, Chars: []rune("a")}} {
		data, err := s.AppendBinary(nil)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte{0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s, again input.State
		if s.UnmarshalBinary(data) != nil {
			require.True(t, s.Idle())
			return
		}
		for k := range s.Keys() {
			require.NotEmpty(t, k.String())
		}
		out, err := s.AppendBinary(nil)
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalBinary(out))
		twice, err := again.AppendBinary(nil)
		require.NoError(t, err)
		require.Equal(t, out, twice)
	})
}

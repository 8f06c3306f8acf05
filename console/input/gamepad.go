package input

// StandardGamepadButton is a button of the standard layout
// (https://www.w3.org/TR/gamepad/#remapping), which browsers and Ebitengine number alike.
type StandardGamepadButton uint8

// The buttons of the standard layout.
const (
	StandardGamepadButtonRightBottom StandardGamepadButton = iota
	StandardGamepadButtonRightRight
	StandardGamepadButtonRightLeft
	StandardGamepadButtonRightTop
	StandardGamepadButtonFrontTopLeft
	StandardGamepadButtonFrontTopRight
	StandardGamepadButtonFrontBottomLeft
	StandardGamepadButtonFrontBottomRight
	StandardGamepadButtonCenterLeft
	StandardGamepadButtonCenterRight
	StandardGamepadButtonLeftStick
	StandardGamepadButtonRightStick
	StandardGamepadButtonLeftTop
	StandardGamepadButtonLeftBottom
	StandardGamepadButtonLeftLeft
	StandardGamepadButtonLeftRight
	StandardGamepadButtonCenterCenter

	// StandardGamepadButtonCount is how many there are.
	StandardGamepadButtonCount int = iota
)

// StandardGamepadAxis is an axis of the standard layout: from -1, left and up, to 1.
type StandardGamepadAxis uint8

// The axes of the standard layout.
const (
	StandardGamepadAxisLeftStickHorizontal StandardGamepadAxis = iota
	StandardGamepadAxisLeftStickVertical
	StandardGamepadAxisRightStickHorizontal
	StandardGamepadAxisRightStickVertical

	// StandardGamepadAxisCount is how many there are.
	StandardGamepadAxisCount int = iota
)

const (
	// GamepadButtonCount is how many buttons of a gamepad are told apart.
	GamepadButtonCount = 32
	// GamepadAxisCount is how many axes of a gamepad are told apart.
	GamepadAxisCount = 16
	// PressedThreshold is the value above which a button that is pressed by degrees
	// counts as pressed, as it does for Ebitengine.
	PressedThreshold = 30.0 / 255
)

// Gamepad is what a gamepad says: as it numbers its axes and buttons itself, and, where
// its layout is known, in the standard one.
type Gamepad struct {
	ID          int
	Name        string
	SDLID       string // of the model, in 32 hexadecimal digits; empty where nobody knows
	AxisCount   int    // axes that it has
	ButtonCount int
	Axes        [GamepadAxisCount]float64 // from -1 to 1
	Buttons     uint32                    // a bit for each that is pressed

	Standard        bool                                // the rest counts
	StandardAxes    [StandardGamepadAxisCount]float64   // from -1 to 1
	StandardValues  [StandardGamepadButtonCount]float64 // from 0 to 1
	StandardButtons uint32                              // a bit for each that is pressed
	HasAxes         uint32                              // a bit for each axis of the standard layout that it has
	HasButtons      uint32
}

// ButtonPressed reports whether a button is pressed, by the gamepad's own numbers.
func (g *Gamepad) ButtonPressed(b int) bool {
	return b >= 0 && b < GamepadButtonCount && g.Buttons>>b&1 != 0
}

// StandardPressed reports whether a button of the standard layout is pressed.
func (g *Gamepad) StandardPressed(b StandardGamepadButton) bool { return g.StandardButtons>>b&1 != 0 }

// SetButton sets a button by the gamepad's own number; above [PressedThreshold] it is
// pressed. Numbers that are not told apart are ignored.
func (g *Gamepad) SetButton(b int, value float64) {
	if b < 0 || b >= GamepadButtonCount {
		return
	}
	g.Buttons &^= 1 << b
	if value > PressedThreshold {
		g.Buttons |= 1 << b
	}
}

// SetStandardButton sets a button of the standard layout, and that the gamepad has it;
// above [PressedThreshold] it is pressed.
func (g *Gamepad) SetStandardButton(b StandardGamepadButton, value float64) {
	if int(b) >= StandardGamepadButtonCount {
		return
	}
	g.Standard, g.StandardValues[b] = true, value
	g.HasButtons |= 1 << b
	g.StandardButtons &^= 1 << b
	if value > PressedThreshold {
		g.StandardButtons |= 1 << b
	}
}

// SetStandardAxis sets an axis of the standard layout, and that the gamepad has it.
func (g *Gamepad) SetStandardAxis(a StandardGamepadAxis, value float64) {
	if int(a) < StandardGamepadAxisCount {
		g.Standard, g.StandardAxes[a] = true, value
		g.HasAxes |= 1 << a
	}
}

// add is what [State.Add] does to a gamepad.
func (g *Gamepad) add(o *Gamepad) {
	if o.Name != "" {
		g.Name = o.Name
	}
	if o.SDLID != "" {
		g.SDLID = o.SDLID
	}
	g.AxisCount, g.ButtonCount = max(g.AxisCount, o.AxisCount), max(g.ButtonCount, o.ButtonCount)
	g.Buttons |= o.Buttons
	g.Standard = g.Standard || o.Standard
	g.StandardButtons |= o.StandardButtons
	g.HasAxes |= o.HasAxes
	g.HasButtons |= o.HasButtons
	for i := range g.Axes {
		g.Axes[i] = further(g.Axes[i], o.Axes[i])
	}
	for i := range g.StandardAxes {
		g.StandardAxes[i] = further(g.StandardAxes[i], o.StandardAxes[i])
	}
	for i := range g.StandardValues {
		g.StandardValues[i] = max(g.StandardValues[i], o.StandardValues[i])
	}
}

// further returns what is further from the middle.
func further(a, b float64) float64 {
	if b*b > a*a {
		return b
	}
	return a
}

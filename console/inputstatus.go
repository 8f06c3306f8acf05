package console

import "github.com/scry-dev/scry/console/input"

// InputStatus is what is pressed in the running tick, by whomever, and who has the input.
type InputStatus struct {
	Holder   string         `json:"holder,omitempty" help:"the client that has the input"`
	Since    uint64         `json:"since,omitempty" help:"frame in which it took it"`
	Waiting  []InputWaiting `json:"waiting" help:"clients that asked for it"`
	Keys     []string       `json:"keys" help:"codes of those that are down"`
	Buttons  []int          `json:"buttons" help:"of the mouse, those that are down"`
	X        float64        `json:"x" unit:"px" help:"of the pointer, on the game's screen"`
	Y        float64        `json:"y" unit:"px"`
	WheelX   float64        `json:"wheelX,omitempty" help:"notches in this tick"`
	WheelY   float64        `json:"wheelY,omitempty"`
	Touches  []InputTouch   `json:"touches"`
	Gamepads []InputGamepad `json:"gamepads"`
	Injected InputInjected  `json:"injected" help:"what of it the holder presses"`
	Queued   int            `json:"queued" help:"events and characters that wait for ticks"`
}

// Parts of InputStatus.
type (
	// InputWaiting is a client that asked for the input.
	InputWaiting struct {
		Name  string `json:"name"`
		Since uint64 `json:"since" help:"frame"`
	}
	// InputTouch is a finger on the screen.
	InputTouch struct {
		ID int     `json:"id"`
		X  float64 `json:"x" unit:"px"`
		Y  float64 `json:"y" unit:"px"`
	}
	// InputGamepad is a gamepad.
	InputGamepad struct {
		ID       int       `json:"id"`
		Name     string    `json:"name,omitempty"`
		Standard bool      `json:"standard" help:"axes and buttons are those of the standard layout"`
		Axes     []float64 `json:"axes"`
		Buttons  []float64 `json:"buttons" help:"from 0 to 1"`
	}
	// InputInjected is what the client that has the input presses.
	InputInjected struct {
		Keys    []string `json:"keys"`
		Buttons []int    `json:"buttons"`
	}
)

func (in *Input) status() InputStatus {
	s, l := in.State(), &in.lease
	st := InputStatus{Holder: l.name, Since: l.since, X: s.X, Y: s.Y, WheelX: s.WheelX, WheelY: s.WheelY, Queued: in.queue.waits}
	for _, w := range l.waiting {
		st.Waiting = append(st.Waiting, InputWaiting{w.peer.Name(), w.since})
	}
	st.Keys, st.Buttons = inputHeld(s)
	st.Injected.Keys, st.Injected.Buttons = inputHeld(&in.queue.held)
	for _, t := range s.Touches {
		st.Touches = append(st.Touches, InputTouch(t))
	}
	for i := range s.Gamepads {
		st.Gamepads = append(st.Gamepads, gamepadInfo(&s.Gamepads[i]))
	}
	return st
}

// inputHeld names what is down.
func inputHeld(s *input.State) (keys []string, buttons []int) {
	for k := range s.Keys() {
		keys = append(keys, k.String())
	}
	for b := range s.Buttons() {
		buttons = append(buttons, int(b))
	}
	return keys, buttons
}

func gamepadInfo(g *input.Gamepad) InputGamepad {
	info := InputGamepad{ID: g.ID, Name: g.Name, Standard: g.Standard}
	if g.Standard {
		info.Axes, info.Buttons = append(info.Axes, g.StandardAxes[:]...), append(info.Buttons, g.StandardValues[:]...)
		return info
	}
	info.Axes = append(info.Axes, g.Axes[:min(g.AxisCount, len(g.Axes))]...)
	for b := range min(g.ButtonCount, input.GamepadButtonCount) {
		value := 0.0
		if g.ButtonPressed(b) {
			value = 1
		}
		info.Buttons = append(info.Buttons, value)
	}
	return info
}

// publish tells the subscribers once a frame what changed.
func (in *Input) publish() {
	if !in.changed {
		return
	}
	in.changed = false
	if in.stream.Subscribers() > 0 {
		in.stream.Publish(in.status())
	}
}

package console

import (
	"fmt"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// farthestPointer is how far from the corner of the screen a client may put the pointer or
// a finger, in pixels; a greater number is refused, and a captured pointer stops there.
const farthestPointer = 1e6

func clampPointer(v float64) float64 { return min(max(v, -farthestPointer), farthestPointer) }

// Params of the input methods.
type (
	// InputKeyParams presses a key or lets go of it.
	InputKeyParams struct {
		Code  string `json:"code" help:"KeyboardEvent.code: KeyA, Digit1, ArrowLeft, ShiftLeft"`
		Down  *bool  `json:"down,omitempty" help:"held until told; absent: a press that ends by itself"`
		Ticks int    `json:"ticks,omitempty" min:"1" max:"100000" help:"how long that press lasts; 1 where absent"`
	}
	// InputPointerParams moves the pointer, and presses a button there or lets go of it.
	InputPointerParams struct {
		X      *float64 `json:"x,omitempty" min:"-1e6" max:"1e6" unit:"px" help:"of the game's screen; x and y absent: it moves by dx and dy"`
		Y      *float64 `json:"y,omitempty" min:"-1e6" max:"1e6" unit:"px"`
		Dx     float64  `json:"dx,omitempty" min:"-1e6" max:"1e6" unit:"px" help:"what it moved by, for a game that captures it"`
		Dy     float64  `json:"dy,omitempty" min:"-1e6" max:"1e6" unit:"px"`
		Button *int     `json:"button,omitempty" min:"0" max:"4" help:"left, middle, right, back, forward"`
		Down   *bool    `json:"down,omitempty" help:"held until told; absent, with a button: a click"`
		Ticks  int      `json:"ticks,omitempty" min:"1" max:"100000" help:"how long that click lasts; 1 where absent"`
	}
	// InputWheelParams turns the wheel.
	InputWheelParams struct {
		X float64 `json:"x,omitempty" min:"-1000" max:"1000" help:"notches: a browser's pixels / 100, to the right"`
		Y float64 `json:"y,omitempty" min:"-1000" max:"1000" help:"notches, up"`
	}
	// InputTextParams types.
	InputTextParams struct {
		Text string `json:"text" max:"1000" help:"all of it is typed in one tick"`
	}
	// InputTouchParams puts a finger on the screen, moves it or takes it off.
	InputTouchParams struct {
		ID    int     `json:"id" min:"0" max:"2147483647"`
		X     float64 `json:"x,omitempty" min:"-1e6" max:"1e6" unit:"px"`
		Y     float64 `json:"y,omitempty" min:"-1e6" max:"1e6" unit:"px"`
		Phase string  `json:"phase" enum:"start,move,end"`
	}
	// InputGamepadParams says what a gamepad says from then on.
	InputGamepadParams struct {
		ID        int       `json:"id" min:"0" max:"15"`
		Name      string    `json:"name,omitempty" max:"128"`
		Standard  bool      `json:"standard,omitempty" help:"axes and buttons are those of the standard layout"`
		Axes      []float64 `json:"axes,omitempty" max:"16" help:"from -1 to 1; the others are 0"`
		Buttons   []float64 `json:"buttons,omitempty" max:"32" help:"from 0 to 1; the others are 0; above 0.12 one counts as pressed"`
		Connected *bool     `json:"connected,omitempty" help:"false takes it away"`
	}
	// InputControlParams takes the input or gives it up.
	InputControlParams struct {
		Take  bool `json:"take"`
		Force bool `json:"force,omitempty" help:"also when another client has it"`
	}
)

// InputSeen says when what was sent takes effect.
type InputSeen struct {
	Frame uint64 `json:"frame" help:"that took it in"`
	Tick  uint64 `json:"tick" help:"that sees it first"`
}

func (in *Input) register(s *rpc.Server, c *clock, owner func(*rpc.Peer) (by any, name string)) {
	in.clock, in.owner = c, owner
	handleInput(s, in, "key", "presses a key or lets go of it", in.key)
	handleInput(s, in, "pointer", "moves the pointer, and presses a button there or lets go of it", in.pointer)
	handleInput(s, in, "wheel", "turns the wheel", in.wheel)
	handleInput(s, in, "text", "types", in.text)
	handleInput(s, in, "touch", "puts a finger on the screen, moves it or takes it off", in.touch)
	handleInput(s, in, "gamepad", "connects a gamepad, and says what it says from then on", in.gamepad)
	rpc.Handle(s, rpc.Method{Name: "input.release", Help: "lets go of all that the client holds, and drops what waits; the input stays the client's", Role: rpc.Drive},
		func(call *rpc.Call, _ rpc.Void) (InputStatus, error) {
			if by, _ := in.owner(call.Peer); by == in.lease.holder {
				in.letGo()
			}
			return in.status(), nil
		})
	rpc.Handle(s, rpc.Method{Name: "input.control", Help: "takes the input, which the first who sends has by itself, or gives it up", Role: rpc.Drive, Errors: []rpc.Code{rpc.Busy}},
		func(call *rpc.Call, p InputControlParams) (InputStatus, error) {
			err := in.control(call.Peer, p.Take, p.Force)
			return in.status(), err
		})
	rpc.Handle(s, rpc.Method{Name: "input.status", Help: "what is pressed, and who has the input", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (InputStatus, error) { return in.status(), nil })
	in.stream = rpc.Open[rpc.Void, InputStatus](s, rpc.Topic{Name: "input", Rate: 10, Snapshot: InputStatus{}, Help: "what is pressed and who has the input, when that changed"},
		func(*rpc.Sub, rpc.Void) (any, error) { return in.status(), nil })
}

// handleInput adds a method that sends something.
func handleInput[P any](s *rpc.Server, in *Input, name, help string, send func(P) (at uint64, err error)) {
	rpc.Handle(s, rpc.Method{Name: "input." + name, Help: help, Role: rpc.Drive, Errors: []rpc.Code{rpc.Busy, rpc.OutOfRange, rpc.TooMany}},
		func(call *rpc.Call, p P) (InputSeen, error) {
			free := in.lease.holder == nil
			if err := in.hold(call.Peer); err != nil {
				return InputSeen{}, err
			}
			if err := in.queue.room(1); err != nil {
				return InputSeen{}, err
			}
			at, err := send(p)
			if err != nil {
				if free { // it sent nothing
					in.giveUp()
				}
				return InputSeen{}, err
			}
			in.changed = true
			return InputSeen{in.clock.frame.Load(), in.seen(at)}, nil
		})
}

// seen is the game's number of a tick of the queue.
func (in *Input) seen(at uint64) uint64 {
	next := in.clock.tick.Load()
	if next == in.tick { // it was sampled
		next++
	}
	return next + at - in.queue.at - 1
}

func (in *Input) key(p InputKeyParams) (uint64, error) {
	k, ok := input.ParseKey(p.Code)
	if !ok {
		return 0, at(unknown(rpc.InvalidParams, "key", p.Code, input.Codes()), "", "/code")
	}
	if err := lasts(p.Down, p.Ticks); err != nil {
		return 0, err
	}
	switch {
	case p.Down == nil:
		return in.queue.press(int(k), max(1, uint64(p.Ticks))), nil
	case *p.Down:
		return in.queue.press(int(k), 0), nil
	}
	return in.queue.release(int(k)), nil
}

// lasts refuses a length where something is held until told.
func lasts(down *bool, ticks int) error {
	if down == nil || ticks == 0 {
		return nil
	}
	return invalid("/ticks", fmt.Sprint(ticks), "down or ticks", "what is held until told has no ticks")
}

func invalid(path, got, want, text string) error {
	e := rpc.Errorf(rpc.InvalidParams, "%s", text)
	e.Data.Path, e.Data.Got, e.Data.Want = path, got, want
	return e
}

func (in *Input) pointer(p InputPointerParams) (uint64, error) {
	switch {
	case (p.X == nil) != (p.Y == nil):
		return 0, invalid("", "one of them", "x and y", "the pointer goes to x and y, or moves by dx and dy")
	case p.Button == nil && (p.Down != nil || p.Ticks != 0):
		return 0, invalid("/button", "", "a button", "down and ticks are of a button")
	}
	if err := lasts(p.Down, p.Ticks); err != nil {
		return 0, err
	}
	if err := in.queue.room(2); err != nil {
		return 0, err
	}
	e := inputEvent{dx: p.Dx, dy: p.Dy, placed: p.X != nil}
	if e.placed {
		e.x, e.y = *p.X, *p.Y
	}
	seen := in.queue.soonest()
	if e.placed || e.dx != 0 || e.dy != 0 {
		seen = in.queue.move(e)
	}
	if p.Button == nil {
		return seen, nil
	}
	ticks := uint64(0)
	if p.Down == nil {
		ticks = max(1, uint64(p.Ticks))
	}
	return in.queue.button(*p.Button, p.Down, ticks), nil
}

func (in *Input) wheel(p InputWheelParams) (uint64, error) {
	return in.queue.push(inputEvent{at: in.queue.soonest(), kind: inputWheel, x: p.X, y: p.Y}), nil
}

func (in *Input) text(p InputTextParams) (uint64, error) {
	if err := in.queue.room(1 + utf8.RuneCountInString(p.Text)); err != nil {
		return 0, err
	}
	for _, r := range p.Text {
		if unicode.IsControl(r) { // no engine reports one as typed
			return 0, invalid("/text", strconv.QuoteRune(r), "characters that are seen", "what is typed has no control characters: Enter, Tab and Backspace are keys")
		}
	}
	return in.queue.push(inputEvent{at: in.queue.soonest(), kind: inputText, text: []rune(p.Text)}), nil
}

func (in *Input) touch(p InputTouchParams) (uint64, error) {
	return in.queue.touch(inputEvent{control: p.ID, x: p.X, y: p.Y}, p.Phase)
}

func (in *Input) gamepad(p InputGamepadParams) (uint64, error) {
	if p.Connected != nil && !*p.Connected {
		return in.queue.gamepad(p.ID, nil), nil
	}
	pad, err := p.pad()
	if err != nil {
		return 0, err
	}
	return in.queue.gamepad(p.ID, pad), nil
}

// pad returns what the params say.
func (p *InputGamepadParams) pad() (*input.Gamepad, error) {
	g := &input.Gamepad{ID: p.ID, Name: p.Name, AxisCount: len(p.Axes), ButtonCount: len(p.Buttons)}
	for i, v := range p.Axes {
		if !(math.Abs(v) <= 1) {
			return nil, outOfPad("axes", i, v, "from -1 to 1")
		}
		g.Axes[i] = v
		if p.Standard {
			g.SetStandardAxis(input.StandardGamepadAxis(i), v)
		}
	}
	for i, v := range p.Buttons {
		if !(v >= 0 && v <= 1) {
			return nil, outOfPad("buttons", i, v, "from 0 to 1")
		}
		g.SetButton(i, v)
		if p.Standard {
			g.SetStandardButton(input.StandardGamepadButton(i), v)
		}
	}
	g.Standard = p.Standard
	return g, nil
}

func outOfPad(list string, i int, v float64, want string) error {
	e := rpc.Errorf(rpc.OutOfRange, "%s go %s, and %v does not", list, want, v)
	e.Data.Path, e.Data.Got, e.Data.Want = fmt.Sprintf("/%s/%d", list, i), fmt.Sprint(v), want
	return e
}

package console

import (
	"slices"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// maxInputWaits bounds what a client may have waiting: events, and characters of text.
const maxInputWaits = 4096

// mostTouches is how many fingers a client may have on the screen.
const mostTouches = 16

// inputQueue is what the client that has the input sent, and what it holds. An event is
// given its tick when it comes: that of the one before, or the next where the game would
// miss something otherwise, such as a press and its release in one tick. So a client is
// told at once which tick will see it. Ticks are counted by at here, which goes on also
// where the game's own do not.
type inputQueue struct {
	held   input.State // of the client; DX, DY, wheel and characters are of the running tick
	gone   input.State // what was let go of since the last tick, by clients that left
	at     uint64      // ticks so far
	last   uint64      // that an event waits for
	events []inputEvent
	next   int // events[:next] are over
	waits  int // events and characters that wait
	ends   []inputEnd

	controls [inputControls]inputControl
	touches  []touchPlan
	pads     [mostGamepads]padPlan
	clicked  uint64 // tick of the newest event of a mouse button
	x, y     float64
	placed   bool // the newest event of the pointer put it to x, y
}

// inputControls are the keys, and after them the mouse's buttons.
const inputControls = input.KeyCount + input.MouseButtonCount

// mostGamepads is how many gamepads a client may connect.
const mostGamepads = 16

// inputControl is a key or a button as it will be when all that waits is over.
type inputControl struct {
	down             bool   // until it is told
	pressed, changed uint64 // ticks of its last press and of its last change, which may be to come
}

// inputEnd is when a press that was told its length is over.
type inputEnd struct {
	control int
	at      uint64
}

type touchPlan struct {
	id               int
	down             bool
	started, changed uint64
}

type padPlan struct {
	connected bool
	buttons   uint64
	changed   uint64 // tick of the newest event that pressed or let go of something
}

// inputEvent is what a client sent, and the tick that sees it first.
type inputEvent struct {
	at      uint64
	kind    inputKind
	down    bool
	control int    // key or button; touch; gamepad
	ticks   uint64 // of a press: how long it lasts; 0 is until it is told
	x, y    float64
	dx, dy  float64
	placed  bool // x and y are where the pointer goes
	text    []rune
	pad     *input.Gamepad // nil takes it away
}

type inputKind uint8

const (
	inputPress inputKind = iota
	inputMove
	inputWheel
	inputText
	inputTouch
	inputPad
)

// soonest is the first tick that a new event may be of.
func (q *inputQueue) soonest() uint64 { return max(q.last, q.at+1) }

// room refuses what does not fit.
func (q *inputQueue) room(n int) error {
	if q.waits+n <= maxInputWaits {
		return nil
	}
	e := rpc.Errorf(rpc.TooMany, "%d events and characters wait for ticks, and at most %d may: is the game held? input.release drops them", q.waits, maxInputWaits)
	e.Data.Limit = "input queue"
	return e
}

// push lets an event wait, and returns its tick.
func (q *inputQueue) push(e inputEvent) uint64 {
	if q.next > 0 && len(q.events) == cap(q.events) { // what is over makes room
		n := copy(q.events, q.events[q.next:])
		clear(q.events[n:])
		q.events, q.next = q.events[:n], 0
	}
	q.events = append(q.events, e)
	q.last = e.at
	q.waits += 1 + len(e.text)
	return e.at
}

// press presses a control for so many ticks, or with 0 until it is told. Two presses of a
// known length are two, however soon they come.
func (q *inputQueue) press(control int, ticks uint64) uint64 {
	c, at := &q.controls[control], q.soonest()
	switch {
	case c.down && ticks == 0:
		return at
	case !c.down:
		at = max(at, c.changed+1)
		c.pressed = at
	}
	c.down, c.changed = ticks == 0, at+ticks
	return q.push(inputEvent{at: at, kind: inputPress, control: control, down: true, ticks: ticks})
}

// release lets go of a control, which was down for a tick at least.
func (q *inputQueue) release(control int) uint64 {
	c, at := &q.controls[control], q.soonest()
	if !c.down && c.changed <= at {
		return at // it is up by then
	}
	at = max(at, c.pressed+1)
	if !c.down && at >= c.changed { // it ends by itself then, and what comes after it waits for that
		q.last = at
		return at
	}
	c.down, c.changed = false, at
	return q.push(inputEvent{at: at, kind: inputPress, control: control})
}

// move moves the pointer. It does not move in the tick in which a button changes, before
// the game has seen where that was.
func (q *inputQueue) move(e inputEvent) uint64 {
	e.kind, e.at = inputMove, q.soonest()
	if e.placed && !(q.placed && q.x == e.x && q.y == e.y) || !e.placed && (e.dx != 0 || e.dy != 0) {
		e.at = max(e.at, q.clicked+1)
	}
	q.placed, q.x, q.y = e.placed, e.x, e.y
	return q.push(e)
}

// button presses or lets go of a button of the mouse.
func (q *inputQueue) button(b int, down *bool, ticks uint64) (at uint64) {
	waits := q.waits
	if down != nil && !*down {
		at = q.release(input.KeyCount + b)
	} else {
		at = q.press(input.KeyCount+b, ticks)
	}
	if q.waits > waits {
		q.clicked = at
	}
	return at
}

// touch plans what a finger does.
func (q *inputQueue) touch(e inputEvent, phase string) (uint64, error) {
	e.kind, e.at, e.down = inputTouch, q.soonest(), phase != "end"
	t, err := q.finger(e.control, phase)
	if t == nil {
		return e.at, err
	}
	switch {
	case phase == "move" || phase == "start" && t.down:
		e.at = max(e.at, t.started+1)
	default:
		e.at = max(e.at, t.changed+1)
	}
	if phase == "start" && !t.down {
		t.started = e.at
	}
	t.down, t.changed = e.down, e.at
	return q.push(e), nil
}

// finger returns the plan of a finger, or nil where there is nothing to do: one that is not
// on the screen neither moves nor ends.
func (q *inputQueue) finger(id int, phase string) (*touchPlan, error) {
	q.touches = slices.DeleteFunc(q.touches, func(t touchPlan) bool { return !t.down && t.changed <= q.at })
	on := 0
	for i := range q.touches {
		t := &q.touches[i]
		if t.id == id {
			if phase != "start" && !t.down {
				return nil, nil
			}
			return t, nil
		}
		on++
	}
	if phase != "start" {
		return nil, nil
	}
	if on >= mostTouches {
		e := rpc.Errorf(rpc.TooMany, "%d fingers are on the screen, and no more may be", on)
		e.Data.Limit = "touches"
		return nil, e
	}
	q.touches = append(q.touches, touchPlan{id: id})
	return &q.touches[len(q.touches)-1], nil
}

// gamepad plans what a gamepad says from then on; nil takes it away.
func (q *inputQueue) gamepad(id int, pad *input.Gamepad) uint64 {
	e := inputEvent{at: q.soonest(), kind: inputPad, control: id, pad: pad}
	p, then := &q.pads[id], padPlan{connected: pad != nil}
	if pad != nil {
		then.buttons = uint64(pad.Buttons) | uint64(pad.StandardButtons)<<32
	}
	if then.connected != p.connected || then.buttons != p.buttons {
		e.at = max(e.at, p.changed+1)
		then.changed = e.at
		*p = then
	}
	return q.push(e)
}

// tick does what the next tick is to see, to held and to the pointer. It reports whether
// the pointer was moved.
func (q *inputQueue) tick(x, y *float64) (moved bool) {
	q.at++
	q.gone.Reset()
	h := &q.held
	h.DX, h.DY, h.WheelX, h.WheelY, h.Chars = 0, 0, 0, 0, h.Chars[:0]
	for i := 0; i < len(q.ends); {
		if q.ends[i].at > q.at {
			i++
			continue
		}
		q.set(q.ends[i].control, false)
		q.ends = slices.Delete(q.ends, i, i+1)
	}
	for ; q.next < len(q.events) && q.events[q.next].at <= q.at; q.next++ {
		e := &q.events[q.next]
		q.waits -= 1 + len(e.text)
		q.apply(e)
		if e.kind == inputMove {
			if moved = true; e.placed {
				*x, *y = e.x, e.y
			} else {
				*x, *y = clampPointer(*x+e.dx), clampPointer(*y+e.dy)
			}
		}
		*e = inputEvent{} // its text and its gamepad go
	}
	return moved
}

func (q *inputQueue) apply(e *inputEvent) {
	h := &q.held
	switch e.kind {
	case inputPress:
		q.ends = slices.DeleteFunc(q.ends, func(end inputEnd) bool { return end.control == e.control })
		q.set(e.control, e.down)
		if e.down && e.ticks > 0 {
			q.ends = append(q.ends, inputEnd{e.control, q.at + e.ticks})
		}
	case inputMove:
		h.DX, h.DY = h.DX+e.dx, h.DY+e.dy
	case inputWheel:
		h.WheelX, h.WheelY = h.WheelX+e.x, h.WheelY+e.y
	case inputText:
		h.Chars = append(h.Chars, e.text...)
	case inputTouch:
		if e.down {
			h.SetTouch(e.control, e.x, e.y)
		} else {
			h.EndTouch(e.control)
		}
	case inputPad:
		if e.pad == nil {
			h.Disconnect(e.control)
		} else {
			*h.Connect(e.control) = *e.pad
		}
	}
}

// set presses a control or lets go of it.
func (q *inputQueue) set(control int, down bool) {
	key, button := input.Key(control), input.MouseButton(control-input.KeyCount)
	switch {
	case control < input.KeyCount && down:
		q.held.Press(key)
	case control < input.KeyCount:
		q.held.Release(key)
	case down:
		q.held.PressButton(button)
	default:
		q.held.ReleaseButton(button)
	}
}

// drop forgets what waits and lets go of all that is held. What is pressed anew after
// that is pressed a tick later, so that the game sees that it was let go.
func (q *inputQueue) drop() {
	over, gone := q.at+1, &q.gone
	gone.Add(&q.held)
	q.controls, q.pads, q.touches = [inputControls]inputControl{}, [mostGamepads]padPlan{}, q.touches[:0]
	for k := range gone.Keys() {
		q.controls[k].changed = over
	}
	for b := range gone.Buttons() {
		q.controls[input.KeyCount+int(b)].changed = over
	}
	for _, t := range gone.Touches {
		q.touches = append(q.touches, touchPlan{id: t.ID, changed: over})
	}
	for i := range gone.Gamepads {
		q.pads[gone.Gamepads[i].ID].changed = over
	}
	clear(q.events)
	q.events, q.next, q.ends = q.events[:0], 0, q.ends[:0]
	q.last, q.waits, q.clicked = 0, 0, 0
	q.held.Reset()
}

// free reports whether nothing is held and nothing waits.
func (q *inputQueue) free() bool { return q.waits == 0 && len(q.ends) == 0 && q.held.Idle() }

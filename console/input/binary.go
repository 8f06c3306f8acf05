package input

import (
	"encoding/binary"
	"errors"
	"math"
)

// Parts of a state that stand in its binary form; others are zero.
const (
	hasKeys = 1 << iota
	hasButtons
	hasPointer
	hasMovement
	hasWheel
	hasChars
	hasTouches
	hasGamepads
)

// Bounds of what is read back.
const (
	maxListed = 1024 // characters, and touches
	maxPads   = 64
	maxName   = 512 // bytes
)

var errState = errors.New("input: this is no state, or it is cut off")

// AppendBinary appends s in a form of some bytes, which [State.UnmarshalBinary] reads: one
// byte where nothing is pressed. Its error is always nil.
func (s *State) AppendBinary(b []byte) ([]byte, error) {
	at := len(b)
	b = append(b, 0)
	has := func(part byte, is bool) bool {
		if is {
			b[at] |= part
		}
		return is
	}
	if has(hasKeys, s.keys != [len(s.keys)]uint64{}) {
		for _, word := range s.keys {
			b = binary.LittleEndian.AppendUint64(b, word)
		}
	}
	if has(hasButtons, s.buttons != 0) {
		b = append(b, s.buttons)
	}
	if has(hasPointer, s.X != 0 || s.Y != 0) {
		b = appendFloats(b, s.X, s.Y)
	}
	if has(hasMovement, s.DX != 0 || s.DY != 0) {
		b = appendFloats(b, s.DX, s.DY)
	}
	if has(hasWheel, s.WheelX != 0 || s.WheelY != 0) {
		b = appendFloats(b, s.WheelX, s.WheelY)
	}
	if has(hasChars, len(s.Chars) > 0) {
		b = binary.AppendUvarint(b, uint64(len(s.Chars)))
		for _, r := range s.Chars {
			b = binary.AppendUvarint(b, uint64(uint32(r)))
		}
	}
	if has(hasTouches, len(s.Touches) > 0) {
		b = binary.AppendUvarint(b, uint64(len(s.Touches)))
		for _, t := range s.Touches {
			b = appendFloats(binary.AppendVarint(b, int64(t.ID)), t.X, t.Y)
		}
	}
	if has(hasGamepads, len(s.Gamepads) > 0) {
		b = binary.AppendUvarint(b, uint64(len(s.Gamepads)))
		for i := range s.Gamepads {
			b = s.Gamepads[i].append(b)
		}
	}
	return b, nil
}

func appendFloats(b []byte, values ...float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// append appends what a gamepad says; axes that rest are left out.
func (g *Gamepad) append(b []byte) []byte {
	b = binary.AppendVarint(b, int64(g.ID))
	for _, text := range [...]string{g.Name, g.SDLID} {
		text = text[:min(len(text), maxName)]
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	standard := uint64(0)
	if g.Standard {
		standard = 1
	}
	for _, v := range [...]uint64{uint64(g.AxisCount), uint64(g.ButtonCount), uint64(g.Buttons), standard, uint64(g.StandardButtons), uint64(g.HasAxes), uint64(g.HasButtons)} {
		b = binary.AppendUvarint(b, v)
	}
	for _, list := range [...][]float64{g.Axes[:], g.StandardAxes[:], g.StandardValues[:]} {
		set := uint64(0)
		for i, v := range list {
			if v != 0 {
				set |= 1 << i
			}
		}
		b = binary.AppendUvarint(b, set)
		for _, v := range list {
			if v != 0 {
				b = appendFloats(b, v)
			}
		}
	}
	return b
}

// UnmarshalBinary makes s what [State.AppendBinary] wrote, in s's own memory. It refuses
// everything else, and s is a state in which nothing is pressed then.
func (s *State) UnmarshalBinary(data []byte) error {
	s.Reset()
	r := reader{data: data}
	if s.read(&r); r.failed || len(r.data) > 0 {
		s.Reset()
		return errState
	}
	return nil
}

func (s *State) read(r *reader) {
	parts := r.byte()
	if parts&hasKeys != 0 {
		for i := range s.keys {
			s.keys[i] = r.uint64()
		}
		r.check(s.keys[len(s.keys)-1]>>(KeyCount%64) == 0)
	}
	if parts&hasButtons != 0 {
		s.buttons = r.byte()
		r.check(s.buttons>>MouseButtonCount == 0)
	}
	if parts&hasPointer != 0 {
		s.X, s.Y = r.float(), r.float()
	}
	if parts&hasMovement != 0 {
		s.DX, s.DY = r.float(), r.float()
	}
	if parts&hasWheel != 0 {
		s.WheelX, s.WheelY = r.float(), r.float()
	}
	if parts&hasChars != 0 {
		for range r.count(maxListed) {
			s.Chars = append(s.Chars, rune(r.number(math.MaxUint32)))
		}
	}
	if parts&hasTouches != 0 {
		for range r.count(maxListed) {
			t := Touch{ID: r.id(), X: r.float(), Y: r.float()}
			r.check(len(s.Touches) == 0 || s.Touches[len(s.Touches)-1].ID < t.ID)
			s.Touches = append(s.Touches, t)
		}
	}
	if parts&hasGamepads != 0 {
		for range r.count(maxPads) {
			g := Gamepad{ID: r.id()}
			g.read(r)
			r.check(len(s.Gamepads) == 0 || s.Gamepads[len(s.Gamepads)-1].ID < g.ID)
			s.Gamepads = append(s.Gamepads, g)
		}
	}
}

func (g *Gamepad) read(r *reader) {
	g.Name, g.SDLID = r.text(), r.text()
	g.AxisCount, g.ButtonCount = int(r.number(math.MaxInt32)), int(r.number(math.MaxInt32))
	g.Buttons = uint32(r.number(math.MaxUint32))
	g.Standard = r.number(1) != 0
	g.StandardButtons, g.HasAxes, g.HasButtons = uint32(r.number(math.MaxUint32)), uint32(r.number(math.MaxUint32)), uint32(r.number(math.MaxUint32))
	for _, list := range [...][]float64{g.Axes[:], g.StandardAxes[:], g.StandardValues[:]} {
		set := r.number(1<<len(list) - 1)
		for i := range list {
			if set>>i&1 != 0 {
				list[i] = r.float()
			}
		}
	}
}

// reader takes values off the front of some bytes. After the first that is not there, all
// are zero.
type reader struct {
	data   []byte
	failed bool
}

func (r *reader) check(ok bool) {
	if !ok {
		r.failed, r.data = true, nil
	}
}

// take returns the next n bytes, or nil.
func (r *reader) take(n int) []byte {
	if r.check(n <= len(r.data)); r.failed {
		return nil
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) float() float64 { return math.Float64frombits(r.uint64()) }

func (r *reader) number(most uint64) uint64 {
	v, n := binary.Uvarint(r.data)
	if r.check(n > 0 && v <= most); r.failed {
		return 0
	}
	r.data = r.data[n:]
	return v
}

// count is the length of a list.
func (r *reader) count(most uint64) int { return int(r.number(most)) }

func (r *reader) id() int {
	v, n := binary.Varint(r.data)
	if r.check(n > 0 && v >= math.MinInt32 && v <= math.MaxInt32); r.failed {
		return 0
	}
	r.data = r.data[n:]
	return int(v)
}

func (r *reader) text() string { return string(r.take(r.count(maxName))) }

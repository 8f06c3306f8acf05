package console

import (
	"cmp"
	"strconv"
)

// operand is a value that a condition compares: a number, a bool as 0 or 1, or a
// text.
type operand struct {
	n      float64
	s      string
	isText bool
}

// String is the value for a person.
func (o operand) String() string {
	if o.isText {
		return strconv.Quote(o.s)
	}
	return strconv.FormatFloat(o.n, 'g', -1, 64)
}

// holds compares two values of a kind; ok is false where their kind has no such
// comparison.
func (o operand) holds(op string, want operand) (met, ok bool) {
	c := cmp.Compare(o.n, want.n)
	if o.isText {
		c = cmp.Compare(o.s, want.s)
	}
	switch op {
	case "==":
		return c == 0, true
	case "!=":
		return c != 0, true
	}
	if o.isText {
		return false, false
	}
	switch op {
	case "<":
		return c < 0, true
	case "<=":
		return c <= 0, true
	case ">=":
		return c >= 0, true
	case ">":
		return c > 0, true
	}
	return false, false
}

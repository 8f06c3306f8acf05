package console

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// exprType is what a value of an expression is.
type exprType uint8

const (
	typeNull exprType = iota
	typeBool
	typeNumber
	typeDuration // a number of nanoseconds
	typeTime     // a number of nanoseconds since 1970
	typeEnum     // a number, which is text where it meets one
	typeText
	typeReference // an id of another entity, behind the name of its source where it has one
)

// String returns the type's name on the wire.
func (t exprType) String() string {
	return [...]string{"null", "bool", "number", "duration", "time", "enum", "string", "entity"}[t]
}

// article is the type in a sentence.
func (t exprType) article() string {
	return [...]string{"null", "a condition", "a number", "a duration", "a time", "an enum", "a text", "a reference"}[t]
}

// counts reports whether a type is a number to the arithmetic.
func (t exprType) counts() bool { return t >= typeNumber && t <= typeEnum }

// valueShape is what is known of a value before it is looked at.
type valueShape struct {
	typ   exprType
	names []string // of an enum
}

// operandNode is a part of an expression, made ready to be looked at again and again.
type operandNode interface {
	shape() valueShape
	// eval returns the value, a number as bits of a float64; ok is false where it is not
	// there.
	eval(x *exprRun) (s scalar, ok bool)
}

// numberOf is a number out of what eval returned.
func numberOf(s scalar) float64 { return math.Float64frombits(s.n) }

func numberScalar(n float64) scalar { return scalar{n: math.Float64bits(n)} }

func boolScalar(b bool) scalar {
	if b {
		return scalar{n: 1}
	}
	return scalar{}
}

// truth evaluates a condition: what is not there does not hold.
func truth(n operandNode, x *exprRun) bool {
	s, ok := n.eval(x)
	return ok && s.n != 0
}

// constant is a value that stands in the text.
type constant struct {
	of valueShape
	s  scalar
}

func (c constant) shape() valueShape            { return c.of }
func (c constant) eval(*exprRun) (scalar, bool) { return c.s, c.of.typ != typeNull }

func numberConstant(n float64) constant {
	return constant{of: valueShape{typ: typeNumber}, s: numberScalar(n)}
}

func boolConstant(b bool) constant {
	return constant{of: valueShape{typ: typeBool}, s: boolScalar(b)}
}

// unknownWord is a word that nothing is called by; beside an enum it may be one of its
// names.
type unknownWord struct{ lexeme }

func (unknownWord) shape() valueShape            { return valueShape{} }
func (unknownWord) eval(*exprRun) (scalar, bool) { return scalar{}, false }

// exprRun is what one look at an expression needs to know.
type exprRun struct {
	w    *World
	tick uint64
	look uint64 // counts the looks
}

// leaf is a part of an expression whose values are kept: a path, a cvar, a function of
// the world.
type leaf struct {
	of   operandNode
	text string // as it stands in the expression
	at   uint64 // the look in which it was evaluated last
	s    scalar
	ok   bool
}

func (l *leaf) shape() valueShape { return l.of.shape() }

// eval looks once, however often the expression names it.
func (l *leaf) eval(x *exprRun) (scalar, bool) {
	if l.at != x.look {
		l.s, l.ok = l.of.eval(x)
		l.at = x.look
	}
	return l.s, l.ok
}

// maxSamples is how many samples are kept for the answer.
const maxSamples = 30

// exprValue is the value of a leaf in one sample.
type exprValue struct {
	s       scalar
	looked  bool
	isThere bool
}

// expression is one that was read and is looked at. It is a [awaited].
type expression struct {
	root   operandNode
	scope  *exprScope
	run    exprRun
	groups []*group // for which it was made ready
	s      scalar
	ok     bool

	samples []exprValue // a ring of maxSamples times the leaves
	ticks   [maxSamples]uint64
	looks   int
	sees    func() error // look, as guard wants it; made once
}

// expression reads an expression.
func (w *World) expression(text string, cvar func(string) (*variable, error), cvars func() []string) (*expression, error) {
	scope := &exprScope{w: w, cvar: cvar, cvars: cvars}
	root, err := parseExpression(scope, text)
	if err != nil {
		return nil, err
	}
	e := &expression{root: root, scope: scope, groups: slices.Clone(w.groups)}
	e.run.w = w
	e.samples = make([]exprValue, maxSamples*len(scope.leaves))
	e.sees = e.see
	return e, nil
}

func (e *expression) condition() bool { return e.root.shape().typ == typeBool }
func (e *expression) kind() string    { return e.root.shape().typ.String() }

// scans reports whether a look goes through the world: for a function of it, or for an
// entity that is missing.
func (e *expression) scans() bool {
	return len(e.scope.scans) > 0 || slices.ContainsFunc(e.scope.entities, func(r *exprEntity) bool { return r.missing })
}

func (e *expression) look(tick uint64) (met bool, err error) {
	e.run.tick = tick
	e.run.look++
	if err := e.run.w.guard("an expression", e.sees); err != nil {
		return false, err
	}
	e.sample(tick)
	return e.ok && e.s.n != 0 && e.condition(), nil
}

// see evaluates the expression.
func (e *expression) see() error {
	if !slices.Equal(e.groups, e.run.w.groups) {
		e.groups = append(e.groups[:0], e.run.w.groups...)
		e.scope.rebind()
	}
	if e.looks == 0 { // what has changed is told from here, also where nothing asks for it yet
		for _, n := range e.scope.changes {
			n.eval(&e.run)
		}
	}
	e.s, e.ok = e.root.eval(&e.run)
	return nil
}

// sample keeps the values of the leaves.
func (e *expression) sample(tick uint64) {
	row := e.looks % maxSamples
	e.ticks[row] = tick
	e.looks++
	n := len(e.scope.leaves)
	for i, l := range e.scope.leaves {
		k := &e.samples[row*n+i]
		k.looked, k.isThere, k.s = l.at == e.run.look, l.ok, l.s
	}
}

func (e *expression) result() json.RawMessage {
	return appendOperand(nil, e.root, e.s, e.ok)
}

// appendOperand writes a value as it travels.
func appendOperand(dst []byte, n operandNode, s scalar, ok bool) []byte {
	if !ok {
		return append(dst, "null"...)
	}
	of := n.shape()
	switch of.typ {
	case typeBool:
		return strconv.AppendBool(dst, s.n != 0)
	case typeText:
		return rpc.AppendString(dst, s.s)
	case typeDuration:
		if d := numberOf(s); math.Abs(d) < 1<<63 {
			return rpc.AppendString(dst, time.Duration(d).String())
		}
	case typeTime:
		return rpc.AppendString(dst, time.Unix(0, int64(numberOf(s))).UTC().Format(time.RFC3339Nano))
	case typeEnum:
		return rpc.AppendString(dst, enumText(of.names, numberOf(s)))
	case typeReference:
		dst = append(dst, '"')
		if s.s != "" {
			dst = append(append(dst, s.s...), ':')
		}
		return append(strconv.AppendUint(dst, s.n, 10), '"')
	}
	return rpc.AppendFloat(dst, numberOf(s))
}

// enumText is the name of an enum's value, or its number.
func enumText(names []string, n float64) string {
	if n >= 0 && n < float64(len(names)) {
		return names[int(n)]
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func (e *expression) last() []ExprSample {
	n := min(e.looks, maxSamples)
	list := make([]ExprSample, n)
	leaves := e.scope.leaves
	for i := range list {
		row := (e.looks - n + i) % maxSamples
		list[i] = ExprSample{e.ticks[row], make(map[string]json.RawMessage, len(leaves))}
		for j, l := range leaves {
			if k := &e.samples[row*len(leaves)+j]; k.looked {
				list[i].Values[l.text] = appendOperand(nil, l, k.s, k.isThere)
			}
		}
	}
	return list
}

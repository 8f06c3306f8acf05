package console

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// The parts of an expression that are made of others.
type (
	orNode         struct{ a, b operandNode }
	andNode        struct{ a, b operandNode }
	notNode        struct{ of operandNode }
	arithmeticNode struct {
		a, b operandNode
		sign byte
	}
	absNode     struct{ of operandNode }
	negateNode  struct{ of operandNode }
	numbersNode struct { // compares two numbers, or two conditions
		a, b operandNode
		op   operator
	}
	textsNode struct { // compares two texts
		a, b textOperand
		op   operator
	}
	// nullNode holds where what it asks for is there, or is not.
	nullNode struct {
		of operandNode
		is bool
	}
	// namedNode holds where a reference names the entity of an id or a name.
	namedNode struct {
		of   *pathNode
		want string
		not  bool
	}
	// sameNode holds where two references name the same, or do not.
	sameNode struct {
		a, b operandNode
		not  bool
	}
	changedNode struct {
		of   operandNode
		s    scalar // when the call began
		ok   bool
		seen bool
	}
)

func (orNode) shape() valueShape          { return valueShape{typ: typeBool} }
func (andNode) shape() valueShape         { return valueShape{typ: typeBool} }
func (notNode) shape() valueShape         { return valueShape{typ: typeBool} }
func (*numbersNode) shape() valueShape    { return valueShape{typ: typeBool} }
func (*textsNode) shape() valueShape      { return valueShape{typ: typeBool} }
func (nullNode) shape() valueShape        { return valueShape{typ: typeBool} }
func (*namedNode) shape() valueShape      { return valueShape{typ: typeBool} }
func (*changedNode) shape() valueShape    { return valueShape{typ: typeBool} }
func (*arithmeticNode) shape() valueShape { return valueShape{typ: typeNumber} }
func (absNode) shape() valueShape         { return valueShape{typ: typeNumber} }
func (negateNode) shape() valueShape      { return valueShape{typ: typeNumber} }
func (sameNode) shape() valueShape        { return valueShape{typ: typeBool} }

func (n orNode) eval(x *exprRun) (scalar, bool) {
	return boolScalar(truth(n.a, x) || truth(n.b, x)), true
}

func (n andNode) eval(x *exprRun) (scalar, bool) {
	return boolScalar(truth(n.a, x) && truth(n.b, x)), true
}

func (n notNode) eval(x *exprRun) (scalar, bool) { return boolScalar(!truth(n.of, x)), true }

func (n *arithmeticNode) eval(x *exprRun) (scalar, bool) {
	a, ok := n.a.eval(x)
	if !ok {
		return scalar{}, false
	}
	b, ok := n.b.eval(x)
	if !ok {
		return scalar{}, false
	}
	switch n.sign {
	case '+':
		return numberScalar(numberOf(a) + numberOf(b)), true
	case '-':
		return numberScalar(numberOf(a) - numberOf(b)), true
	case '*':
		return numberScalar(numberOf(a) * numberOf(b)), true
	}
	return numberScalar(numberOf(a) / numberOf(b)), true
}

func (n absNode) eval(x *exprRun) (scalar, bool) {
	s, ok := n.of.eval(x)
	return numberScalar(math.Abs(numberOf(s))), ok
}

func (n negateNode) eval(x *exprRun) (scalar, bool) {
	s, ok := n.of.eval(x)
	return numberScalar(-numberOf(s)), ok
}

func (n *numbersNode) eval(x *exprRun) (scalar, bool) {
	a, ok := n.a.eval(x)
	if !ok {
		return scalar{}, true
	}
	b, ok := n.b.eval(x)
	if !ok {
		return scalar{}, true
	}
	return boolScalar(compareNumbers(n.op, numberOf(a), numberOf(b))), true
}

// compareNumbers compares as Go and JavaScript do: a NaN is not even equal to itself.
func compareNumbers(op operator, a, b float64) bool {
	if a != a || b != b {
		return op == notEqual
	}
	return ordered(op, a, b)
}

// textOperand reads a value as text.
type textOperand struct {
	of    operandNode
	names []string // of an enum
	enum  bool
}

func newTextOperand(n operandNode) textOperand {
	of := n.shape()
	return textOperand{n, of.names, of.typ == typeEnum}
}

func (t *textOperand) text(x *exprRun) (string, bool) {
	s, ok := t.of.eval(x)
	if ok && t.enum {
		return enumText(t.names, numberOf(s)), true
	}
	return s.s, ok
}

func (n *textsNode) eval(x *exprRun) (scalar, bool) {
	a, ok := n.a.text(x)
	if !ok {
		return scalar{}, true
	}
	b, ok := n.b.text(x)
	if !ok {
		return scalar{}, true
	}
	switch n.op {
	case equal:
		return boolScalar(a == b), true
	case notEqual:
		return boolScalar(a != b), true
	case contains, lacks:
		return boolScalar(containsFold([]byte(a), strings.ToLower(b)) == (n.op == contains)), true
	}
	return boolScalar(ordered(n.op, int64(cmp.Compare(a, b)), 0)), true
}

func (n nullNode) eval(x *exprRun) (scalar, bool) {
	_, ok := n.of.eval(x)
	return boolScalar(ok != n.is), true
}

func (n *namedNode) eval(x *exprRun) (scalar, bool) {
	e, v, ok := n.of.place()
	if !ok {
		return scalar{}, true
	}
	test := referenceIs{x.w, n.of.f, n.want, false, n.not}
	to, some := x.w.referred(e.group, n.of.f, v)
	return boolScalar(some && test.is(to, some) != n.not), true
}

func (n sameNode) eval(x *exprRun) (scalar, bool) {
	a, ok := n.a.eval(x)
	if !ok {
		return scalar{}, true
	}
	b, ok := n.b.eval(x)
	return boolScalar(ok && (a == b) != n.not), true
}

func (n *changedNode) eval(x *exprRun) (scalar, bool) {
	s, ok := n.of.eval(x)
	if !n.seen {
		n.s, n.ok, n.seen = s, ok, true
	}
	return boolScalar(ok != n.ok || ok && s != n.s), true
}

// compare makes a comparison, by what its sides are.
func (p *exprParser) compare(at lexeme, op operator, a, b operandNode) operandNode {
	a, b = p.named(a, b.shape()), p.named(b, a.shape())
	a, b = p.known(a), p.known(b)
	s, t := a.shape(), b.shape()
	switch {
	case p.err != nil:
		return constant{}
	case s.typ == typeNull || t.typ == typeNull:
		return p.compareNull(at, op, a, b)
	case op >= contains:
		return p.compareTexts(at, op, a, b)
	case s.typ == typeReference || t.typ == typeReference:
		return p.compareReference(at, op, a, b)
	case s.typ == typeTime && t.typ == typeText:
		return p.compare(at, op, a, p.moment(b))
	case s.typ == typeText && t.typ == typeTime:
		return p.compare(at, op, p.moment(a), b)
	case s.typ == typeEnum && t.typ == typeEnum && !slices.Equal(s.names, t.names):
		return p.compareTexts(at, op, a, b)
	case s.typ == typeText || t.typ == typeText:
		return p.compareEnum(at, op, a, b)
	case s.typ == typeBool != (t.typ == typeBool):
		p.failAt(at, "%s and %s cannot be compared", s.typ.article(), t.typ.article())
		return constant{}
	case s.typ == typeBool:
		return &numbersNode{boolNumber{a}, boolNumber{b}, op}
	}
	return &numbersNode{a, b, op}
}

// boolNumber is a condition as the number 0 or 1.
type boolNumber struct{ of operandNode }

func (boolNumber) shape() valueShape { return valueShape{typ: typeNumber} }
func (n boolNumber) eval(x *exprRun) (scalar, bool) {
	s, ok := n.of.eval(x)
	return numberScalar(float64(s.n)), ok
}

// named takes a word that nothing is called by as a name of the enum that it is compared
// with, or of what a reference names.
func (p *exprParser) named(n operandNode, beside valueShape) operandNode {
	if u, ok := n.(unknownWord); ok && (beside.typ == typeEnum || beside.typ == typeReference || len(beside.names) > 0) {
		return constant{of: valueShape{typ: typeText}, s: scalar{s: u.text}}
	}
	return n
}

func (p *exprParser) compareNull(at lexeme, op operator, a, b operandNode) operandNode {
	if op != equal && op != notEqual {
		p.failAt(at, "null is compared with == or !=")
	}
	if a.shape().typ == typeNull {
		a = b
	}
	return nullNode{a, op == equal}
}

// compareTexts compares two texts; an enum counts as its name.
func (p *exprParser) compareTexts(at lexeme, op operator, a, b operandNode) operandNode {
	for _, n := range [...]operandNode{a, b} {
		if t := n.shape().typ; t != typeText && t != typeEnum {
			p.failAt(at, "%q compares texts, and one side is %s", at.text, t.article())
		}
	}
	return &textsNode{newTextOperand(a), newTextOperand(b), op}
}

// compareEnum compares texts, or an enum with one of its names, which is a comparison of
// numbers.
func (p *exprParser) compareEnum(at lexeme, op operator, a, b operandNode) operandNode {
	if c, ok := a.(constant); ok && b.shape().names != nil {
		a = p.enumValue(at, c, b.shape())
	} else if c, ok := b.(constant); ok && a.shape().names != nil {
		b = p.enumValue(at, c, a.shape())
	}
	s, t := a.shape().typ, b.shape().typ
	switch {
	case p.err != nil:
	case s.counts() && t.counts():
		return &numbersNode{a, b, op}
	case s != typeText && s != typeEnum || t != typeText && t != typeEnum:
		p.failAt(at, "%s and %s cannot be compared", s.article(), t.article())
	}
	return &textsNode{newTextOperand(a), newTextOperand(b), op}
}

// enumValue is the number of an enum's name, whatever the case; of a choice the name.
func (p *exprParser) enumValue(at lexeme, c constant, of valueShape) operandNode {
	if c.of.typ != typeText {
		return c
	}
	i := slices.Index(of.names, c.s.s)
	if i < 0 {
		i = slices.IndexFunc(of.names, func(name string) bool { return strings.EqualFold(name, c.s.s) })
	}
	switch {
	case i < 0:
		e := noName(c.s.s, of.names).(*rpc.Error)
		p.failWith(at, e.Data.Suggest, "%s", e.Message)
		return c
	case of.typ == typeEnum:
		return numberConstant(float64(i))
	}
	return constant{of: c.of, s: scalar{s: of.names[i]}}
}

// compareReference compares what a path refers to with a name, an id, or another path.
func (p *exprParser) compareReference(at lexeme, op operator, a, b operandNode) operandNode {
	if op != equal && op != notEqual {
		p.failAt(at, "a reference is compared with == or !=")
		return constant{}
	}
	if a.shape().typ != typeReference {
		a, b = b, a
	}
	if b.shape().typ == typeReference {
		return sameNode{a, b, op == notEqual}
	}
	c, isConstant := b.(constant)
	l, isLeaf := a.(*leaf)
	if !isConstant || !isLeaf || c.of.typ != typeText {
		p.failAt(at, "a reference is compared with a name or an id in quotes, with null, or with another")
		return constant{}
	}
	return &namedNode{l.of.(*pathNode), c.s.s, op == notEqual}
}

// moment reads a text as a time.
func (p *exprParser) moment(n operandNode) operandNode {
	if c, ok := n.(constant); ok {
		if t, ok := parseMoment(c.s.s); ok {
			return constant{of: valueShape{typ: typeTime}, s: numberScalar(float64(t.UnixNano()))}
		}
	}
	p.fail("a time is written \"2006-01-02\" or \"2006-01-02T15:04:05Z\"")
	return constant{of: valueShape{typ: typeTime}}
}

package console

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

// The language of expressions, which tests wait for and compare:
//
//	expression = and { ( "or" | "||" ) and }
//	and        = not { ( "and" | "&&" ) not }
//	not        = ( "not" | "!" ) not | comparison
//	comparison = sum [ op sum ]
//	op         = "<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "~" | "!~"
//	sum        = product { ( "+" | "-" ) product }
//	product    = factor { ( "*" | "/" ) factor }
//	factor     = "-" factor | "(" expression ")" | literal | path | function
//	literal    = 3, 1.5e3, 250ms, 1.5s, "text", true, false, null
//	path       = kind.path | #id.path | "name".path | entity(name).path | cvar | cvar(name) | tick
//	function   = count(condition) | exists(condition)
//	           | min|max|sum|avg(kind.path [, condition])
//	           | changed(expression) | near(entity, entity, distance) | abs(expression)
//
//	player.health < 50            the one entity of a kind
//	#17.pos.x + 3 > physics.width an id; a cvar
//	"old hunter".mode == "chase"  a name; an enum by its name
//	gate.opens <= 1.5s            a duration, else in nanoseconds
//	hunter.target == "boss"       a reference, by the id or the name of what it names
//	hunter.target == null         to nothing; of any path: it is not there
//	count(kind:hunter and hull < 20) >= 3
//
// Conditions are those of [World], where world.list has them. Numbers are of 64 bits. A
// NaN is less, more and equal to nothing. What is not there, such as a field of an entity
// that is gone, compares with nothing but null.
type exprParser struct {
	scope *exprScope
	text  whereText
	pos   int // of what follows the token
	token lexeme
	kind  exprToken
	depth int
	err   error
}

type exprToken uint8

const (
	exprEnd exprToken = iota
	exprNumber
	exprString
	exprWord // also a path, and what begins with #
	exprSign // an operator, a bracket or a comma
)

const (
	// maxExpression bounds the text of an expression, in bytes.
	maxExpression = 2000
	// maxWatched bounds how many paths, cvars and functions one has.
	maxWatched = 64
)

// parseExpression reads an expression and finds what it names.
func parseExpression(scope *exprScope, text string) (operandNode, error) {
	p := &exprParser{scope: scope, text: whereText{text, "expr"}}
	scope.text = p.text
	if len(text) > maxExpression {
		return nil, p.text.fault(lexeme{to: len(text)}, "at most %d bytes, not %d", maxExpression, len(text))
	}
	p.next()
	n := p.or()
	if p.err == nil && p.kind != exprEnd {
		p.fail("%q is one too many", p.token.text)
	}
	if p.err != nil {
		return nil, p.err
	}
	if n = p.known(n); p.err != nil {
		return nil, p.err
	}
	return n, nil
}

func (p *exprParser) fail(format string, args ...any) { p.failAt(p.token, format, args...) }

// failAt sets the error, unless there is one already. For whoever loops the text has
// come to its end.
func (p *exprParser) failAt(at lexeme, format string, args ...any) {
	if p.err == nil {
		p.err = p.text.fault(at, format, args...)
	}
	p.kind = exprEnd
}

// failWith is failAt with what would have been right.
func (p *exprParser) failWith(at lexeme, suggest, format string, args ...any) {
	if p.err == nil {
		e := p.text.fault(at, format, args...).(*rpc.Error)
		e.Data.Suggest = suggest
		p.err = e
	}
	p.kind = exprEnd
}

// take takes an error over.
func (p *exprParser) take(err error) {
	if err != nil {
		if p.err == nil {
			p.err = err
		}
		p.kind = exprEnd
	}
}

// next reads the next token.
func (p *exprParser) next() {
	if p.err != nil {
		return
	}
	rest := strings.TrimLeftFunc(p.text.text[p.pos:], unicode.IsSpace)
	from := len(p.text.text) - len(rest)
	first, n := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "":
		n, p.kind = 0, exprEnd
	case first == '"' || first == '\'':
		p.quotation(rest, from)
		return
	case first == '#' || first == '_' || unicode.IsLetter(first):
		n, p.kind = exprWordLength(rest), exprWord
	case first >= '0' && first <= '9' || first == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		n, p.kind = numberLength(rest), exprNumber
	default:
		p.kind = exprSign
		for _, two := range [...]string{"<=", ">=", "==", "!=", "!~", "&&", "||"} {
			if strings.HasPrefix(rest, two) {
				n = len(two)
			}
		}
	}
	p.pos = from + n
	p.token = lexeme{rest[:n], false, from, p.pos}
}

// quotation reads a text, or the name of an entity with a path behind it.
func (p *exprParser) quotation(rest string, from int) {
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		p.token = lexeme{from: from, to: len(p.text.text)}
		p.fail("the quotation has no end")
		return
	}
	p.pos, p.kind = from+end+2, exprString
	p.token = lexeme{rest[1 : 1+end], true, from, p.pos}
}

// exprWordLength is where a word ends. Brackets belong to it, with what is quoted in them.
func exprWordLength(rest string) int {
	i := 0
	for i < len(rest) {
		r, n := utf8.DecodeRuneInString(rest[i:])
		switch {
		case r == '[' && i > 0:
			n = bracketLength(rest[i:])
		case r == '#' && i == 0, r == '.', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
		case r == ':' && rest[0] == '#': // the id of an entity of a source
		default:
			return i
		}
		i += n
	}
	return i
}

// bracketLength is the length of [3] or ["a key"], or of all that is left.
func bracketLength(rest string) int {
	if quoted, err := strconv.QuotedPrefix(rest[1:]); err == nil {
		return min(1+len(quoted)+1, len(rest))
	}
	if i := strings.IndexByte(rest, ']'); i >= 0 {
		return i + 1
	}
	return len(rest)
}

// numberLength is where a number ends, with the unit behind it.
func numberLength(rest string) int {
	i := 0
	for i < len(rest) {
		c := rest[i]
		letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
		sign := (c == '-' || c == '+') && rest[i-1]|0x20 == 'e' && !strings.HasPrefix(rest, "0x")
		if !letter && !sign && c != '.' && (c < '0' || c > '9') {
			break
		}
		i++
	}
	return i
}

func (p *exprParser) is(sign string) bool { return p.kind == exprSign && p.token.text == sign }

func (p *exprParser) isWord(word string) bool {
	return p.kind == exprWord && strings.EqualFold(p.token.text, word)
}

func (p *exprParser) or() operandNode {
	n := p.and()
	for p.isWord("or") || p.is("||") {
		at := p.token
		p.next()
		n = p.both(at, n, p.and(), func(a, b operandNode) operandNode { return orNode{a, b} })
	}
	return n
}

func (p *exprParser) and() operandNode {
	n := p.not()
	for p.isWord("and") || p.is("&&") {
		at := p.token
		p.next()
		n = p.both(at, n, p.not(), func(a, b operandNode) operandNode { return andNode{a, b} })
	}
	return n
}

// both joins two conditions.
func (p *exprParser) both(at lexeme, a, b operandNode, join func(a, b operandNode) operandNode) operandNode {
	a, b = p.wanted(a, typeBool, at), p.wanted(b, typeBool, at)
	return join(a, b)
}

// wanted checks that what stands beside a word or a sign is of a type.
func (p *exprParser) wanted(n operandNode, t exprType, beside lexeme) operandNode {
	n = p.known(n)
	if got := n.shape().typ; p.err == nil && got != t && !(t == typeNumber && got.counts()) {
		p.failAt(beside, "%q wants %s, and one side is %s", beside.text, t.article(), got.article())
	}
	return n
}

func (p *exprParser) not() operandNode {
	defer p.deeper()()
	if p.isWord("not") || p.is("!") {
		at := p.token
		p.next()
		return notNode{p.wanted(p.not(), typeBool, at)}
	}
	return p.comparison()
}

// deeper bounds how deep the parser goes; what it returns comes back.
func (p *exprParser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail("more than %d brackets and signs stand in each other", maxDepth)
	}
	return func() { p.depth-- }
}

func (p *exprParser) comparison() operandNode {
	a := p.sum()
	op := noOperator
	if p.kind == exprSign {
		op = operatorOf(p.token.text)
	}
	if op == noOperator {
		return a
	}
	at := p.token
	p.next()
	b := p.sum()
	if p.kind == exprSign && operatorOf(p.token.text) != noOperator {
		p.fail("a comparison has two sides; join two of them with and")
	}
	return p.compare(at, op, a, b)
}

func (p *exprParser) sum() operandNode {
	n := p.product()
	for p.is("+") || p.is("-") {
		n = p.arithmetic(n, p.product)
	}
	return n
}

func (p *exprParser) product() operandNode {
	n := p.factor()
	for p.is("*") || p.is("/") {
		n = p.arithmetic(n, p.factor)
	}
	return n
}

// arithmetic reads a sign and what follows it.
func (p *exprParser) arithmetic(a operandNode, next func() operandNode) operandNode {
	at := p.token
	p.next()
	b := next()
	return &arithmeticNode{p.wanted(a, typeNumber, at), p.wanted(b, typeNumber, at), at.text[0]}
}

func (p *exprParser) factor() operandNode {
	at := p.token
	switch {
	case p.err != nil:
	case p.kind == exprEnd:
		p.fail("a value is missing at the end")
	case p.is("-"):
		p.next()
		defer p.deeper()()
		return negateNode{p.wanted(p.factor(), typeNumber, at)}
	case p.is("("):
		p.next()
		n := p.or()
		p.closing()
		return n
	case p.kind == exprNumber:
		return p.number()
	case p.kind == exprString:
		p.next()
		if strings.HasPrefix(p.text.text[at.to:], ".") && p.token.from == at.to {
			return p.entityPath(at, at.to)
		}
		return constant{of: valueShape{typ: typeText}, s: scalar{s: at.text}}
	case p.kind == exprWord:
		return p.word()
	default:
		p.fail("%q stands where a value is wanted", at.text)
	}
	return constant{}
}

// closing takes a closing bracket.
func (p *exprParser) closing() {
	if !p.is(")") {
		p.fail("a closing bracket is missing")
		return
	}
	p.next()
}

// number is a number, or a duration.
func (p *exprParser) number() operandNode {
	t := p.token
	p.next()
	if n, err := strconv.ParseFloat(t.text, 64); err == nil || slices.Contains([]float64{math.Inf(1), math.Inf(-1)}, n) {
		return numberConstant(n)
	}
	if d, err := time.ParseDuration(t.text); err == nil {
		return constant{of: valueShape{typ: typeDuration}, s: scalar{n: math.Float64bits(float64(d))}}
	}
	p.failAt(t, "%q is no number; a duration is written 1.5s or 250ms", clipTo(t.text, maxGot))
	return constant{}
}

// word is a path, a cvar, a function, or a word that stands for itself.
func (p *exprParser) word() operandNode {
	t := p.token
	p.next()
	if p.is("(") && p.token.from == t.to {
		return p.function(t)
	}
	switch strings.ToLower(t.text) {
	case "true", "false":
		return boolConstant(len(t.text) == 4)
	case "null":
		return constant{of: valueShape{typ: typeNull}}
	case "and", "or", "not":
		p.failAt(t, "%q stands where a value is wanted", t.text)
		return constant{}
	}
	n, err := p.scope.path(t)
	p.take(err)
	return n
}

// known refuses a word that nothing is called by.
func (p *exprParser) known(n operandNode) operandNode {
	if u, ok := n.(unknownWord); ok {
		p.take(p.scope.unknownPath(u.lexeme))
		return constant{}
	}
	return n
}

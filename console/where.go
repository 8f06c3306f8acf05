package console

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

// The language of conditions, which decide whether an entity is in view:
//
//	condition  = and { ( "or" | "||" ) and }
//	and        = not { [ "and" | "&&" ] not }
//	not        = "not" not | "(" condition ")" | test
//	test       = path op ( value | path )
//	           | "has:" name | "kind:" name | "id:" id
//	           | "near(" ( name | x "," y [ "," z ] ) "," radius ")"
//	           | word
//	op         = "<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "~" | "!~"
//
//	hull < 50                  a number: so many nanoseconds for a duration, else 1.5s
//	mode = chase               an enum's name or number; < and > go by the number
//	name ~ "old b"             contains, whatever the case; !~ does not
//	shield < hull              another field of the same entity
//	born > 2026-01-31          a time: a day, or RFC 3339
//	target = boss, target = null   a reference: the id or name of what it points to
//	heat = NaN                 a NaN equals itself here, and nothing else
//	has:ai, has:pos            it has a field or a component of that name
//	kind:hunter, id:7          whatever the case; one entity
//	near(boss, 80)             no further than 80 from an entity, by id or name
//	near(3, 4, 80)             nor from a place; of three numbers, near(3, 4, 0, 80)
//	wolf, "old well"           in the name or the kind, whatever the case
//
// id, name and kind are there to compare for every entity. What has blanks or one of
// ( ) < > = ! ~ && || in it stands in " or '; in near() what has a comma does too. A word
// behind an op is a field where one is called so and what is in front has no such
// value; in quotes it is a text. A comparison with a field that an entity does not
// have, or has behind a nil pointer, is false, as is nearness to what is gone.
type term interface {
	// check reports what cannot be meant: names that nothing has.
	check(c *checker) error
	// plan makes the test of a group's entities.
	plan(p *planner) matcher
}

type (
	anyOf    []term
	allOf    []term
	negate   struct{ of term }
	kindTerm struct{ lexeme }
	hasTerm  struct{ lexeme }
	idTerm   struct{ lexeme }
	wordTerm struct{ low string } // in small letters
	nearTerm struct {
		lexeme  // name or id of what it is near to; empty where it is a place
		center  at3
		numbers int // of the center
		radius  float64
		anchor  *anchor // set by check
	}
	compareTerm struct {
		left, right lexeme
		op          operator
		field       bool // right is a path; set by check
	}
)

// lexeme is a word of a condition, and where it stands in the text.
type lexeme struct {
	text     string
	quoted   bool
	from, to int // bytes
}

// operator compares two values.
type operator uint8

const (
	less operator = iota
	lessEqual
	greater
	greaterEqual
	equal
	notEqual
	contains
	lacks
	noOperator
)

// operatorOf reads an operator.
func operatorOf(text string) operator {
	for op, t := range operatorTexts {
		if t == text {
			return operator(op)
		}
	}
	if text == "==" {
		return equal
	}
	return noOperator
}

var operatorTexts = [...]string{"<", "<=", ">", ">=", "=", "!=", "~", "!~"}

const (
	operatorRunes = "<>=!~"
	// maxCondition bounds the text of a condition, in bytes.
	maxCondition = 1000
	// maxDepth bounds how deep brackets and nots stand in each other.
	maxDepth = 64
)

// parseCondition reads a condition; an empty one holds for all.
func parseCondition(text string) (term, error) {
	p := &conditionParser{text: whereText{text: text}}
	if len(text) > maxCondition {
		return nil, p.text.fault(lexeme{to: len(text)}, "at most %d bytes, not %d", maxCondition, len(text))
	}
	p.next()
	if p.kind == endToken && p.err == nil {
		return allOf(nil), nil
	}
	t := p.or()
	if p.err == nil && p.kind != endToken {
		p.fail("%q is one too many", p.token.text)
	}
	if p.err != nil {
		return nil, p.err
	}
	return t, nil
}

// whereText is the text of a condition, for errors that point into it, or an expression
// with conditions in it.
type whereText struct {
	text  string
	param string // that it came in; "" is where
}

// fault is an error at an lexeme: its message tells the column, from 1 and in
// characters.
func (t whereText) fault(at lexeme, format string, args ...any) error {
	text, param := t.text, cmp.Or(t.param, "where")
	from := min(at.from, len(text))
	column := utf8.RuneCountInString(text[:from]) + 1
	e := rpc.Errorf(rpc.InvalidParams, "%s, column %d: %s", param, column, fmt.Sprintf(format, args...))
	e.Data.Path, e.Data.Got = "/"+param, clipTo(text, 4*maxGot)
	e.Data.From = utf16Of(text, from)
	e.Data.To = max(e.Data.From+1, utf16Of(text, max(from, min(at.to, len(text)))))
	return e
}

// unknown is the error for a name that nothing has.
func (t whereText) unknown(what string, name lexeme, known []string) error {
	near := unknown(rpc.InvalidParams, what, name.text, known).(*rpc.Error)
	e := t.fault(name, "%s", near.Message).(*rpc.Error)
	e.Data.Suggest = near.Data.Suggest
	return e
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	quotedToken
	operatorToken
	openToken
	closeToken
	commaToken // in near() alone
)

type conditionParser struct {
	text  whereText
	pos   int // of what follows the token
	token lexeme
	kind  tokenKind
	args  bool // inside near()
	depth int
	err   error
}

// fail sets the error, at the token.
func (p *conditionParser) fail(format string, args ...any) { p.failAt(p.token, format, args...) }

// failAt sets the error, unless there is one already. For whoever loops the text has
// come to its end.
func (p *conditionParser) failAt(at lexeme, format string, args ...any) {
	if p.err == nil {
		p.err = p.text.fault(at, format, args...)
	}
	p.kind = endToken
}

// next reads the next token.
func (p *conditionParser) next() {
	if p.err != nil {
		return
	}
	text := p.text.text
	rest := strings.TrimLeftFunc(text[p.pos:], unicode.IsSpace)
	from := len(text) - len(rest)
	n := 1
	switch {
	case rest == "":
		n, p.kind = 0, endToken
	case rest[0] == '"' || rest[0] == '\'':
		end := strings.IndexByte(rest[1:], rest[0])
		if end < 0 {
			p.token = lexeme{from: from, to: len(text)}
			p.fail("the quotation has no end")
			return
		}
		p.pos, p.kind = from+end+2, quotedToken
		p.token = lexeme{rest[1 : 1+end], true, from, p.pos}
		return
	case rest[0] == '(':
		p.kind = openToken
	case rest[0] == ')':
		p.kind = closeToken
	case rest[0] == ',' && p.args:
		p.kind = commaToken
	case strings.IndexByte(operatorRunes, rest[0]) >= 0:
		n = len(rest) - len(strings.TrimLeft(rest, operatorRunes))
		p.kind = operatorToken
	default:
		n, p.kind = p.wordLength(rest), wordToken
	}
	p.pos = from + n
	p.token = lexeme{rest[:n], false, from, p.pos}
}

// wordLength is where a word ends. A quotation right behind a prefix is not of it.
func (p *conditionParser) wordLength(rest string) int {
	for i, r := range rest {
		switch {
		case strings.HasPrefix(rest[i:], "&&"), strings.HasPrefix(rest[i:], "||"):
			return cmp.Or(i, 2)
		case unicode.IsSpace(r), strings.ContainsRune("()"+operatorRunes, r), r == ',' && p.args:
			return i
		case (r == '"' || r == '\'') && prefixOf(rest[:i]) != "" && len(prefixOf(rest[:i])) == i:
			return i
		}
	}
	return len(rest)
}

// prefixOf is the prefix of a word that makes it a test by itself.
func prefixOf(word string) string {
	for _, prefix := range [...]string{"kind:", "has:", "id:"} {
		if len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix) {
			return prefix
		}
	}
	return ""
}

func (p *conditionParser) is(word string) bool {
	return p.kind == wordToken && strings.EqualFold(p.token.text, word)
}

func (p *conditionParser) isOr() bool  { return p.is("or") || p.is("||") }
func (p *conditionParser) isAnd() bool { return p.is("and") || p.is("&&") }

func (p *conditionParser) or() term {
	list := anyOf{p.and()}
	for p.isOr() {
		p.next()
		list = append(list, p.and())
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (p *conditionParser) and() term {
	list := allOf{p.not()}
	for p.kind != endToken && p.kind != closeToken && !p.isOr() {
		if p.isAnd() {
			p.next()
		}
		list = append(list, p.not())
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (p *conditionParser) not() term {
	if p.depth++; p.depth > maxDepth {
		p.fail("more than %d brackets and nots stand in each other", maxDepth)
	}
	defer func() { p.depth-- }()
	switch {
	case p.err != nil:
		return allOf(nil)
	case p.kind == endToken:
		p.fail("something to test for is missing at the end")
		return allOf(nil)
	case p.is("not"):
		p.next()
		return negate{p.not()}
	case p.kind == openToken:
		p.next()
		t := p.or()
		if p.kind != closeToken {
			p.fail("a closing bracket is missing")
		}
		p.next()
		return t
	}
	return p.test()
}

func (p *conditionParser) test() term {
	if p.isAnd() || p.isOr() || p.kind != wordToken && p.kind != quotedToken {
		p.fail("%q stands where a field or a word is wanted", p.token.text)
		return allOf(nil)
	}
	left := p.token
	p.next()
	switch prefix := prefixOf(left.text); {
	case p.kind == operatorToken:
		return p.comparison(left)
	case left.quoted:
	case prefix != "":
		return p.prefixed(prefix, left)
	case p.kind == openToken && strings.EqualFold(left.text, "near"):
		return p.near(left)
	}
	return wordTerm{strings.ToLower(left.text)}
}

// prefixed is a test such as kind:hunter, or kind:"old hunter".
func (p *conditionParser) prefixed(prefix string, word lexeme) term {
	name := lexeme{word.text[len(prefix):], false, word.from + len(prefix), word.to}
	if name.text == "" && p.kind == quotedToken && p.token.from == word.to {
		name = p.token
		p.next()
	}
	if name.text == "" {
		p.failAt(lexeme{from: word.to}, "a name is missing behind %s", prefix)
	}
	switch prefix {
	case "kind:":
		return kindTerm{name}
	case "has:":
		return hasTerm{name}
	}
	return idTerm{name}
}

func (p *conditionParser) comparison(left lexeme) term {
	t := &compareTerm{left: left, op: operatorOf(p.token.text)}
	if t.op == noOperator {
		p.fail("%q is no comparison; there are %s", p.token.text, strings.Join(operatorTexts[:], " "))
		return t
	}
	p.next()
	switch p.kind {
	case endToken:
		p.fail("a value is missing at the end")
	case wordToken, quotedToken:
		t.right = p.token
		p.next()
	default:
		p.fail("%q is no value", p.token.text)
	}
	return t
}

// near is near(name, radius) or near(x, y[, z], radius), from the bracket on.
func (p *conditionParser) near(word lexeme) term {
	p.args = true
	defer func() { p.args = false }()
	var args []lexeme
	for p.next(); p.kind == wordToken || p.kind == quotedToken; p.next() {
		args = append(args, p.token)
		if p.next(); p.kind != commaToken {
			break
		}
	}
	whole := lexeme{from: word.from, to: p.pos}
	switch {
	case p.err != nil:
		return allOf(nil)
	case p.kind != closeToken:
		p.fail("near(name, radius) or near(x, y, radius) is wanted, with commas and a closing bracket")
		return allOf(nil)
	case len(args) < 2 || len(args) > 4:
		p.failAt(whole, "near takes a name and a radius, or two or three numbers and a radius")
		return allOf(nil)
	}
	p.args = false
	t := &nearTerm{radius: p.number(args[len(args)-1])}
	if !(t.radius >= 0) {
		p.failAt(args[len(args)-1], "a radius is not less than 0")
	}
	if args = args[:len(args)-1]; len(args) == 1 {
		t.lexeme = args[0]
	} else {
		t.lexeme, t.numbers = whole, len(args)
		for i, a := range args {
			t.center[i] = p.number(a)
		}
	}
	p.next()
	return t
}

func (p *conditionParser) number(o lexeme) float64 {
	n, err := strconv.ParseFloat(o.text, 64)
	if err != nil || o.quoted {
		p.failAt(o, "%q is no number", clipTo(o.text, maxGot))
	}
	return n
}

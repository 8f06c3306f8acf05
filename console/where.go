package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

// A condition decides whether a row of the world is in view. The language:
//
//	condition  = and { "or" and }
//	and        = not { ["and"] not }
//	not        = "not" not | "(" condition ")" | test
//	test       = path op value | "kind:" name | "has:" path | word
//	op         = < <= > >= = == !=
//
// A bare word matches in the name or the kind, whatever its case. A comparison
// with a field that an entity does not have is false. A duration is compared with a
// number of nanoseconds, or with a value such as 1.5s.
type condition interface{ holds(e entity) bool }

type (
	anyOf  []condition
	allOf  []condition
	negate struct{ of condition }
	ofKind string
	hasOne string
	word   string
	test   struct {
		path, op string
		number   float64
		text     string
		numeric  bool
		duration time.Duration
		timed    bool
	}
)

func (c anyOf) holds(e entity) bool {
	for _, t := range c {
		if t.holds(e) {
			return true
		}
	}
	return false
}

func (c allOf) holds(e entity) bool {
	for _, t := range c {
		if !t.holds(e) {
			return false
		}
	}
	return true
}

func (c negate) holds(e entity) bool { return !c.of.holds(e) }
func (c ofKind) holds(e entity) bool { return strings.EqualFold(e.kind(), string(c)) }

// holds reports whether the entity has a field or a component of that name.
func (c hasOne) holds(e entity) bool {
	l := e.group.layout
	if l.byPath[string(c)] != nil {
		return true
	}
	for i := range l.fields {
		if strings.EqualFold(l.fields[i].component, string(c)) || strings.HasPrefix(l.fields[i].path, string(c)+".") {
			return true
		}
	}
	return false
}

func (c word) holds(e entity) bool {
	return strings.Contains(strings.ToLower(e.name()), string(c)) || strings.Contains(strings.ToLower(e.kind()), string(c))
}

func (c test) holds(e entity) bool {
	f := e.group.layout.byPath[c.path]
	if f == nil {
		return false
	}
	n, ok := e.number(f)
	if ok && c.numeric {
		return compare(c.op, n, c.number)
	}
	if ok && c.timed && f.spec.kind == kindDuration {
		return compare(c.op, n, float64(c.duration))
	}
	if f.spec.kind == kindBool {
		return compare(c.op, fmt.Sprint(n != 0), c.text)
	}
	return compare(c.op, new(World).text(e, f), c.text)
}

func compare[T float64 | string](op string, a, b T) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	equal := a == b || (a != a && b != b) // a NaN can be looked for
	return equal != (op == "!=")
}

// maxCondition bounds the text of a condition, and so its depth.
const maxCondition = 1000

// parseCondition reads a condition; an empty one holds for all.
func parseCondition(text string) (condition, error) {
	p := &conditionParser{text: text}
	if len(text) > maxCondition {
		return nil, p.fault("at most %d characters, not %d", maxCondition, len(text))
	}
	p.next()
	if p.token == "" && p.err == nil {
		return allOf(nil), nil
	}
	c := p.or()
	if p.err == nil && p.token != "" {
		p.err = p.fault("%q is one too many", p.token)
	}
	return c, p.err
}

type conditionParser struct {
	text   string
	pos    int    // of what follows the token
	start  int    // of the token
	token  string // "" at the end
	quoted bool
	err    error
}

func (p *conditionParser) fault(format string, args ...any) error {
	column := utf8.RuneCountInString(p.text[:min(p.start, len(p.text))]) + 1
	e := rpc.Errorf(rpc.InvalidParams, "where, column %d: %s", column, fmt.Sprintf(format, args...))
	e.Data.Path, e.Data.Got = "/where", p.text
	return e
}

const operators = "<>=!"

// next reads the next token: a word, a quoted text, an operator or a bracket.
func (p *conditionParser) next() {
	rest := strings.TrimLeftFunc(p.text[p.pos:], unicode.IsSpace)
	p.start = len(p.text) - len(rest)
	p.quoted = false
	if rest == "" {
		p.token, p.pos = "", len(p.text)
		return
	}
	n := 1
	switch {
	case rest[0] == '"' || rest[0] == '\'':
		end := strings.IndexByte(rest[1:], rest[0])
		if end < 0 {
			p.err = p.fault("the quotation has no end")
			p.token = ""
			return
		}
		p.token, p.quoted, p.pos = rest[1:1+end], true, p.start+end+2
		return
	case strings.IndexByte(operators, rest[0]) >= 0:
		for n < len(rest) && strings.IndexByte(operators, rest[n]) >= 0 {
			n++
		}
	case rest[0] != '(' && rest[0] != ')':
		if n = strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()<>=!", r) }); n < 0 {
			n = len(rest)
		}
	}
	p.token, p.pos = rest[:n], p.start+n
}

func (p *conditionParser) is(word string) bool {
	return !p.quoted && strings.EqualFold(p.token, word)
}

func (p *conditionParser) or() condition {
	list := anyOf{p.and()}
	for p.err == nil && p.is("or") {
		p.next()
		list = append(list, p.and())
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (p *conditionParser) and() condition {
	list := allOf{p.not()}
	for p.err == nil && p.token != "" && !p.is("or") && !p.is(")") {
		if p.is("and") {
			p.next()
		}
		list = append(list, p.not())
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (p *conditionParser) not() condition {
	switch {
	case p.err != nil:
		return nil
	case p.token == "" && !p.quoted:
		p.err = p.fault("something to test for is missing at the end")
		return nil
	case p.is("not"):
		p.next()
		return negate{p.not()}
	case p.is("("):
		p.next()
		c := p.or()
		if p.err == nil && !p.is(")") {
			p.err = p.fault("a closing bracket is missing")
		}
		p.next()
		return c
	}
	return p.test()
}

func (p *conditionParser) test() condition {
	if p.is("and") || p.is("or") || p.is(")") || (!p.quoted && strings.Contains(operators, p.token[:1])) {
		p.err = p.fault("%q stands where a field or a word is wanted", p.token)
		return nil
	}
	left, quoted := p.token, p.quoted
	p.next()
	if p.err != nil {
		return nil
	}
	if quoted || p.token == "" || p.quoted || strings.IndexByte(operators, p.token[0]) < 0 {
		if k, ok := strings.CutPrefix(left, "kind:"); ok && !quoted {
			return ofKind(k)
		}
		if h, ok := strings.CutPrefix(left, "has:"); ok && !quoted {
			return hasOne(h)
		}
		return word(strings.ToLower(left))
	}
	return p.comparison(left)
}

func (p *conditionParser) comparison(path string) condition {
	t := test{path: path, op: p.token}
	switch t.op {
	case "<", "<=", ">", ">=", "=", "==", "!=":
	default:
		p.err = p.fault("%q is no comparison; there are < <= > >= = !=", t.op)
		return nil
	}
	p.next()
	if p.err == nil && p.token == "" && !p.quoted {
		p.err = p.fault("a value is missing at the end")
	}
	if p.err == nil && !p.quoted && strings.Contains(operators+"()", p.token[:1]) {
		p.err = p.fault("%q is no value", p.token)
	}
	if p.err != nil {
		return nil
	}
	t.text = p.token
	if n, err := strconv.ParseFloat(p.token, 64); err == nil && !p.quoted {
		t.number, t.numeric = n, true
	}
	if d, err := time.ParseDuration(p.token); err == nil {
		t.duration, t.timed = d, true
	}
	p.next()
	return t
}

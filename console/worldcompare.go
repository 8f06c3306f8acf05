package console

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// ordered compares two numbers. A NaN equals a NaN, so that one can be looked for.
func ordered[T int64 | uint64 | float64](op operator, a, b T) bool {
	switch op {
	case less:
		return a < b
	case lessEqual:
		return a <= b
	case greater:
		return a > b
	case greaterEqual:
		return a >= b
	}
	same := a == b || a != a && b != b
	return same != (op == notEqual)
}

// orderedText compares two texts; b is in small letters where op is contains or lacks.
func orderedText(op operator, a []byte, b string) bool {
	switch op {
	case contains, lacks:
		return containsFold(a, b) != (op == lacks)
	case equal, notEqual:
		return (string(a) == b) != (op == notEqual)
	}
	return ordered(op, int64(bytes.Compare(a, []byte(b))), 0)
}

func (t *compareTerm) check(c *checker) error {
	left := c.fields(t.left.text)
	if len(left) == 0 && !pseudo(t.left.text) {
		return c.unknownField(t.left)
	}
	t.field = !t.right.quoted && t.op < contains && len(c.fields(t.right.text)) > 0
	var problem error
	for _, g := range left {
		_, err := c.w.constant(g.layout.byPath[t.left.text], t.op, t.right)
		if err == nil {
			// A value of what is in front comes before a field that is called the same.
			t.field = t.field && !c.named(left, t)
			return nil
		}
		problem = err
	}
	if t.field {
		return nil
	}
	if pseudo(t.left.text) && len(left) < len(c.w.groups) {
		return c.pseudo(t)
	}
	e := problem.(*rpc.Error)
	at := c.text.fault(t.right, "%s: %s", t.left.text, e.Message).(*rpc.Error)
	at.Data.Want, at.Data.Suggest = e.Data.Want, e.Data.Suggest
	return at
}

// fields are the groups that have a field.
func (c *checker) fields(path string) (list []*group) {
	for _, g := range c.w.groups {
		if g.layout.byPath[path] != nil {
			list = append(list, g)
		}
	}
	return list
}

// named reports whether what is behind the operator is a value of a field that has
// names for its values, or a number, and so no field.
func (c *checker) named(left []*group, t *compareTerm) bool {
	return slices.ContainsFunc(left, func(g *group) bool {
		f := g.layout.byPath[t.left.text]
		switch f.spec.kind {
		case kindString, kindAsset, kindEntity, kindAny, kindJSON:
			return false
		}
		_, err := c.w.constant(f, t.op, t.right)
		return err == nil
	})
}

// pseudo reports whether a path is there for every entity, whatever its fields.
func pseudo(path string) bool { return path == "id" || path == "name" || path == "kind" }

// pseudo checks a comparison with an id or a kind.
func (c *checker) pseudo(t *compareTerm) error {
	if t.left.text == "id" && t.op < contains {
		if _, err := strconv.ParseUint(t.right.text, 10, 64); err != nil {
			return c.text.fault(t.right, "id: %q is no number; id:NAME finds one entity", clipTo(t.right.text, maxGot))
		}
	}
	if known := c.w.kindNames(); t.left.text == "kind" && (t.op == equal || t.op == notEqual) && !slices.Contains(known, t.right.text) {
		return c.text.unknown("kind", t.right, known)
	}
	return nil
}

func (t *compareTerm) plan(p *planner) matcher {
	f := p.group.layout.byPath[t.left.text]
	switch {
	case f != nil && t.field:
		g := p.group.layout.byPath[t.right.text]
		switch {
		case g == nil:
			return always(false)
		case f.numeric() && g.numeric():
			return numbersAre{f, g, t.op}
		}
		return textsAre{p.w, f, g, t.op}
	case f != nil:
		m, err := p.w.constant(f, t.op, t.right)
		switch {
		case err == nil:
			return m
		case t.op == notEqual:
			return hasField{f} // no value of it is that
		}
		return always(false)
	case !pseudo(t.left.text), t.field:
		return always(false)
	}
	want := t.right.text
	if t.op >= contains {
		want = strings.ToLower(want)
	}
	switch t.left.text {
	case "name":
		return nameIs{p.w, t.op, want}
	case "kind":
		return p.kinds(func(kind string) bool { return orderedText(t.op, []byte(kind), want) })
	}
	if t.op >= contains {
		return idHas{p.w, want, t.op == lacks}
	}
	id, err := strconv.ParseUint(want, 10, 64)
	if err != nil {
		return always(t.op == notEqual)
	}
	return idIs{t.op, id}
}

// idHas looks into the digits of an id.
type idHas struct {
	w     *World
	low   string
	lacks bool
}

func (c idHas) match(e *entity) bool {
	c.w.viewing.text = e.appendID(c.w.viewing.text[:0])
	return containsFold(c.w.viewing.text, c.low) != c.lacks
}
func (idHas) cost() int { return 40 }

// constant makes the comparison of a field with a value, which is read as the field's
// values are. Its error says what was wanted.
func (w *World) constant(f *field, op operator, o lexeme) (matcher, error) {
	if op >= contains {
		return w.textTest(f, op, strings.ToLower(o.text)), nil
	}
	switch f.spec.kind {
	case kindBool:
		return boolTest(f, op, o)
	case kindInt, kindUint:
		return integerTest(f, op, o)
	case kindFloat, kindList, kindMap:
		n, err := strconv.ParseFloat(o.text, 64)
		if err != nil {
			return nil, wantValue(o, "a number")
		}
		return numberIs{f, op, n}, nil
	case kindDuration:
		if d, err := time.ParseDuration(o.text); err == nil {
			return integerIs{f, op, int64(d)}, nil
		}
		n, err := strconv.ParseFloat(o.text, 64)
		if err != nil {
			return nil, wantValue(o, "a duration such as 1.5s")
		}
		return numberIs{f, op, n}, nil
	case kindEnum:
		return enumTest(f, op, o)
	case kindTime:
		t, ok := parseMoment(o.text)
		if !ok {
			return nil, wantValue(o, "a time such as 2006-01-02 or 2006-01-02T15:04:05Z")
		}
		return timeIs{f, op, t}, nil
	case kindEntity:
		if op != equal && op != notEqual {
			return nil, rpc.Errorf(rpc.InvalidParams, "a reference is compared with = or !=")
		}
		return w.referenceTest(f, op, o), nil
	case kindColor:
		s, err := decodeColor(rpc.AppendString(nil, o.text))
		if err != nil {
			return nil, err
		}
		return w.textTest(f, op, colorText(s.n)), nil
	case kindChoice:
		if (op == equal || op == notEqual) && !slices.Contains(f.spec.names, o.text) {
			return nil, noName(o.text, f.spec.names)
		}
	}
	return w.textTest(f, op, o.text), nil
}

func wantValue(o lexeme, want string) error {
	e := rpc.Errorf(rpc.InvalidParams, "%q is not %s", clipTo(o.text, maxGot), want)
	e.Data.Want = want
	return e
}

// boolTest compares a bool: true is more than false.
func boolTest(f *field, op operator, o lexeme) (matcher, error) {
	switch strings.ToLower(o.text) {
	case "true", "1", "yes", "on":
		return numberIs{f, op, 1}, nil
	case "false", "0", "no", "off":
		return numberIs{f, op, 0}, nil
	}
	return nil, wantValue(o, "true or false")
}

// integerTest compares an integer, to the last digit where a float would not.
func integerTest(f *field, op operator, o lexeme) (matcher, error) {
	if f.spec.kind == kindUint {
		if n, err := strconv.ParseUint(o.text, 10, 64); err == nil {
			return unsignedIs{f, op, n}, nil
		}
	} else if n, err := strconv.ParseInt(o.text, 10, 64); err == nil {
		return integerIs{f, op, n}, nil
	}
	n, err := strconv.ParseFloat(o.text, 64)
	if err != nil {
		return nil, wantValue(o, "a number")
	}
	return numberIs{f, op, n}, nil
}

// enumTest compares an enum by its name or its number.
func enumTest(f *field, op operator, o lexeme) (matcher, error) {
	i := slices.Index(f.spec.names, o.text)
	if i < 0 {
		i = slices.IndexFunc(f.spec.names, func(name string) bool { return strings.EqualFold(name, o.text) })
	}
	if i >= 0 {
		return numberIs{f, op, float64(i)}, nil
	}
	if n, err := strconv.ParseInt(o.text, 10, 64); err == nil {
		return numberIs{f, op, float64(n)}, nil
	}
	return nil, noName(o.text, f.spec.names)
}

// parseMoment reads a time as a person writes it.
func parseMoment(text string) (time.Time, bool) {
	for _, layout := range [...]string{time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// textTest compares a field as text. want is in small letters where op looks into it.
func (w *World) textTest(f *field, op operator, want string) matcher {
	switch f.spec.kind {
	case kindString, kindChoice, kindAsset:
		return stringIs{w, f, op, want}
	case kindEntity:
		return referredName{w, f, want, op == lacks}
	case kindEnum:
		set := make([]bool, len(f.spec.names))
		for i, name := range f.spec.names {
			set[i] = orderedText(op, []byte(name), want)
		}
		return enumIn{f, set, op == lacks}
	}
	return cellIs{w, f, op, want}
}

// The comparisons of a field. Each is false where the entity has it not.
type (
	numberIs struct {
		f    *field
		op   operator
		want float64
	}
	integerIs struct {
		f    *field
		op   operator
		want int64
	}
	unsignedIs struct {
		f    *field
		op   operator
		want uint64
	}
	timeIs struct {
		f    *field
		op   operator
		want time.Time
	}
	stringIs struct { // a field that is a string
		w    *World
		f    *field
		op   operator
		want string
	}
	cellIs struct { // any other, as it is shown
		w    *World
		f    *field
		op   operator
		want string
	}
	enumIn struct { // an enum with one of the names that are marked
		f       *field
		set     []bool
		outside bool // what a number without a name counts as
	}
	numbersAre struct { // two fields
		f, g *field
		op   operator
	}
	textsAre struct { // two fields
		w    *World
		f, g *field
		op   operator
	}
)

func (c numberIs) match(e *entity) bool {
	n, ok := e.number(c.f)
	return ok && ordered(c.op, n, c.want)
}

func (c integerIs) match(e *entity) bool {
	v, ok := e.place(c.f)
	return ok && ordered(c.op, v.Int(), c.want)
}

func (c unsignedIs) match(e *entity) bool {
	v, ok := e.place(c.f)
	return ok && ordered(c.op, v.Uint(), c.want)
}

func (c timeIs) match(e *entity) bool {
	v, ok := e.place(c.f)
	return ok && ordered(c.op, int64(timeOf(v).Compare(c.want)), 0)
}

func (c stringIs) match(e *entity) bool {
	v, ok := e.place(c.f)
	if !ok {
		return false
	}
	s := v.String()
	switch c.op {
	case equal:
		return s == c.want
	case notEqual:
		return s != c.want
	case contains, lacks:
		c.w.viewing.text = append(c.w.viewing.text[:0], s...)
		return orderedText(c.op, c.w.viewing.text, c.want)
	}
	return ordered(c.op, int64(cmp.Compare(s, c.want)), 0)
}

func (c cellIs) match(e *entity) bool {
	v, ok := e.place(c.f)
	if !ok {
		return false
	}
	c.w.viewing.text = c.w.appendValue(c.w.viewing.text[:0], v, e.group, c.f)
	return orderedText(c.op, bytes.Trim(c.w.viewing.text, `"`), c.want)
}

func (c enumIn) match(e *entity) bool {
	n, ok := e.number(c.f)
	if !ok || n < 0 || n >= float64(len(c.set)) {
		return ok && c.outside
	}
	return c.set[int(n)]
}

func (c numbersAre) match(e *entity) bool {
	a, ok := e.number(c.f)
	if !ok {
		return false
	}
	b, ok := e.number(c.g)
	return ok && ordered(c.op, a, b)
}

func (c textsAre) match(e *entity) bool {
	_, ok1 := e.place(c.f)
	_, ok2 := e.place(c.g)
	return ok1 && ok2 && orderedText(c.op, []byte(c.w.text(*e, c.f)), c.w.text(*e, c.g))
}

func (numberIs) cost() int   { return 15 }
func (integerIs) cost() int  { return 15 }
func (unsignedIs) cost() int { return 15 }
func (timeIs) cost() int     { return 30 }
func (enumIn) cost() int     { return 16 }
func (stringIs) cost() int   { return 20 }
func (cellIs) cost() int     { return 120 }
func (numbersAre) cost() int { return 30 }
func (textsAre) cost() int   { return 200 }

// referenceTest compares what a field refers to, by its id or its name.
func (w *World) referenceTest(f *field, op operator, o lexeme) matcher {
	none := !o.quoted && (strings.EqualFold(o.text, "null") || strings.EqualFold(o.text, "none"))
	return referenceIs{w, f, o.text, none, op == notEqual}
}

// referenceIs holds where a field refers to the entity of an id or a name.
type referenceIs struct {
	w    *World
	f    *field
	want string
	none bool // to nothing
	not  bool
}

func (c referenceIs) match(e *entity) bool {
	v, ok := e.place(c.f)
	if !ok {
		return false
	}
	to, some := c.w.referred(e.group, c.f, v)
	return c.is(to, some) != c.not
}

func (c referenceIs) is(to entity, some bool) bool {
	if !some || c.none {
		return some != c.none
	}
	if c.w.viewing.text = to.appendID(c.w.viewing.text[:0]); string(c.w.viewing.text) == c.want {
		return true
	}
	c.w.viewing.text = to.appendName(c.w.viewing.text[:0])
	return string(c.w.viewing.text) == c.want
}
func (referenceIs) cost() int { return 150 }

// referredName looks into the name of what a field refers to.
type referredName struct {
	w     *World
	f     *field
	low   string
	lacks bool
}

func (c referredName) match(e *entity) bool {
	v, ok := e.place(c.f)
	if !ok {
		return false
	}
	c.w.viewing.text = c.w.viewing.text[:0]
	if to, some := c.w.referred(e.group, c.f, v); some {
		c.w.viewing.text = to.appendName(c.w.viewing.text)
	}
	return containsFold(c.w.viewing.text, c.low) != c.lacks
}
func (referredName) cost() int { return 150 }

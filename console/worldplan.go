package console

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// A matcher is a condition made ready for the entities of one group: its fields are
// found, its values read as the fields are, and what follows from the group alone is
// worked out.
type matcher interface {
	match(e *entity) bool
	cost() int // about how many nanoseconds it takes
}

// always is a condition of which the group alone decides.
type always bool

func (c always) match(*entity) bool { return bool(c) }
func (always) cost() int            { return 0 }

type (
	both     []matcher // the cheap ones first
	either   []matcher
	opposite struct{ matcher }
)

func (c both) match(e *entity) bool {
	for _, m := range c {
		if !m.match(e) {
			return false
		}
	}
	return true
}

func (c either) match(e *entity) bool {
	for _, m := range c {
		if m.match(e) {
			return true
		}
	}
	return false
}

func (c opposite) match(e *entity) bool { return !c.matcher.match(e) }
func (c both) cost() int                { return costOf(c) }
func (c either) cost() int              { return costOf(c) }

func costOf(list []matcher) (n int) {
	for _, m := range list {
		n += m.cost()
	}
	return n
}

// join folds a list of conditions: one that is decided decides all, or does not count.
// decisive is what decides: false where all must hold, true where one does.
func join(list []matcher, decisive bool) []matcher {
	kept := list[:0]
	for _, m := range list {
		if c, ok := m.(always); ok {
			if bool(c) == decisive {
				return []matcher{c}
			}
			continue
		}
		kept = append(kept, m)
	}
	slices.SortStableFunc(kept, func(a, b matcher) int { return cmp.Compare(a.cost(), b.cost()) })
	return kept
}

// planner makes the plan of a condition for a group.
type planner struct {
	w     *World
	group *group
}

func (t allOf) plan(p *planner) matcher { return allOfThem(p.each(t)) }

// allOfThem holds where each of a list does.
func allOfThem(list []matcher) matcher {
	switch list = join(list, false); len(list) {
	case 0:
		return always(true)
	case 1:
		return list[0]
	}
	return both(list)
}

func (t anyOf) plan(p *planner) matcher {
	switch list := join(p.each(t), true); len(list) {
	case 0:
		return always(false)
	case 1:
		return list[0]
	default:
		return either(list)
	}
}

func (p *planner) each(list []term) []matcher {
	plans := make([]matcher, len(list))
	for i, t := range list {
		plans[i] = t.plan(p)
	}
	return plans
}

func (t negate) plan(p *planner) matcher {
	switch m := t.of.plan(p).(type) {
	case always:
		return !m
	case opposite:
		return m.matcher
	default:
		return opposite{m}
	}
}

// kinds makes the plan of a test of the kind: where a group has one kind it is decided.
func (p *planner) kinds(holds func(kind string) bool) matcher {
	set := make([]bool, len(p.group.kinds))
	for i, k := range p.group.kinds {
		set[i] = holds(k.Name)
	}
	switch {
	case !slices.Contains(set, true):
		return always(false)
	case !slices.Contains(set, false):
		return always(true)
	}
	return kindIn(set)
}

// kindIn holds for the kinds of a source that are marked.
type kindIn []bool

func (c kindIn) match(e *entity) bool { return c[e.kindIndex()] }
func (kindIn) cost() int              { return 5 }

func (t kindTerm) plan(p *planner) matcher {
	return p.kinds(func(kind string) bool { return strings.EqualFold(kind, t.text) })
}

func (t hasTerm) plan(p *planner) matcher {
	var list []matcher
	parts := make(map[int]bool)
	for i := range p.group.layout.fields {
		f := &p.group.layout.fields[i]
		if !f.goesBy(t.text) {
			continue
		}
		if p.group.source == nil && len(f.index) == 1 {
			return always(true)
		}
		if p.group.source != nil && parts[f.part] {
			continue // one field of a component tells whether it is there
		}
		parts[f.part] = true
		list = append(list, hasField{f})
	}
	switch len(list) {
	case 0:
		return always(false)
	case 1:
		return list[0]
	}
	return either(list)
}

// goesBy reports whether a field is what has:name asks for: it, what it is a part of, or
// its component.
func (f *field) goesBy(name string) bool {
	return f.path == name || strings.EqualFold(f.component, name) ||
		strings.HasPrefix(f.path, name) && len(f.path) > len(name) && f.path[len(name)] == '.'
}

// hasField holds where an entity has a field.
type hasField struct{ f *field }

func (c hasField) match(e *entity) bool { _, ok := e.place(c.f); return ok }
func (hasField) cost() int              { return 15 }

func (t idTerm) plan(p *planner) matcher {
	id, ok := p.group.idOf(t.text)
	if !ok {
		return always(false)
	}
	return idIs{equal, id}
}

// idOf reads an id of the group as it travels; ok is false where it is none of its.
func (g *group) idOf(text string) (id uint64, ok bool) {
	if g.source != nil {
		if text, ok = strings.CutPrefix(text, g.source.name+":"); !ok {
			return 0, false
		}
	}
	id, err := strconv.ParseUint(text, 10, 64)
	return id, err == nil && (g.source != nil || id < idSpan || g.made(id))
}

// idIs compares the id.
type idIs struct {
	op operator
	id uint64
}

func (c idIs) match(e *entity) bool { return ordered(c.op, e.id(), c.id) }
func (idIs) cost() int              { return 12 }

func (t wordTerm) plan(p *planner) matcher {
	list := []matcher{p.kinds(func(kind string) bool { return strings.Contains(strings.ToLower(kind), t.low) }), nameHas{p.w, t.low, false}}
	if list = join(list, true); len(list) == 1 {
		return list[0]
	}
	return either(list)
}

// nameHas holds where the name contains a text, or does not.
type nameHas struct {
	w     *World
	low   string
	lacks bool
}

func (c nameHas) match(e *entity) bool {
	c.w.viewing.text = e.appendName(c.w.viewing.text[:0])
	return containsFold(c.w.viewing.text, c.low) != c.lacks
}
func (nameHas) cost() int { return 60 }

// nameIs compares the name.
type nameIs struct {
	w    *World
	op   operator
	want string
}

func (c nameIs) match(e *entity) bool {
	c.w.viewing.text = e.appendName(c.w.viewing.text[:0])
	return orderedText(c.op, c.w.viewing.text, c.want)
}
func (nameIs) cost() int { return 50 }

// anchor is an entity that others are near to. It is looked up once in a frame.
type anchor struct {
	text  string
	key   key
	at    at3
	there bool
}

// find looks the anchor up, so that matchers know where it is.
func (a *anchor) find(w *World) {
	e, ok := w.glimpse(a.key)
	if !ok {
		a.there = false
		return
	}
	a.at, a.there = e.position()
}

func (t *nearTerm) plan(p *planner) matcher {
	if len(p.group.position) == 0 {
		return always(false)
	}
	if t.anchor != nil {
		return nearAnchor{t.anchor, t.radius * t.radius}
	}
	return nearPlace{t.center, t.numbers, t.radius * t.radius}
}

// nearPlace holds for what is near to a place.
type nearPlace struct {
	center  at3
	numbers int // of the center: of two, the third does not count
	square  float64
}

func (c nearPlace) match(e *entity) bool {
	at, ok := e.position()
	return ok && c.squareTo(at) <= c.square
}

func (c *nearPlace) squareTo(at at3) float64 {
	if c.numbers == 2 {
		at[2] = 0
	}
	return squareBetween(at, c.center)
}
func (nearPlace) cost() int { return 40 }

// nearAnchor holds for what is near to an entity, and so for that itself.
type nearAnchor struct {
	*anchor
	square float64
}

func (c nearAnchor) match(e *entity) bool {
	if !c.there {
		return false
	}
	at, ok := e.position()
	return ok && squareBetween(at, c.at) <= c.square
}
func (nearAnchor) cost() int { return 40 }

// squareBetween is the square of a distance.
func squareBetween(a, b at3) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return x*x + y*y + z*z
}

// checker checks a condition against what is bound.
type checker struct {
	w    *World
	text whereText
}

func (t anyOf) check(c *checker) error  { return c.each(t) }
func (t allOf) check(c *checker) error  { return c.each(t) }
func (t negate) check(c *checker) error { return t.of.check(c) }
func (wordTerm) check(*checker) error   { return nil }
func (idTerm) check(*checker) error     { return nil } // it may be gone, or come yet

func (c *checker) each(list []term) error {
	for _, t := range list {
		if err := t.check(c); err != nil {
			return err
		}
	}
	return nil
}

func (t kindTerm) check(c *checker) error {
	known := c.w.kindNames()
	if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, t.text) }) {
		return nil
	}
	return c.text.unknown("kind", t.lexeme, known)
}

// kindNames are the kinds that are bound.
func (w *World) kindNames() []string {
	var list []string
	for _, g := range w.groups {
		for _, k := range g.kinds {
			list = append(list, k.Name)
		}
	}
	return list
}

func (t hasTerm) check(c *checker) error {
	known := []string{}
	for _, g := range c.w.groups {
		for i := range g.layout.fields {
			f := &g.layout.fields[i]
			if f.goesBy(t.text) {
				return nil
			}
			known = append(known, f.path)
			if f.component != "" {
				known = append(known, f.component)
			}
			if f.of != "" {
				known = append(known, f.of)
			}
		}
	}
	return c.text.unknown("field", t.lexeme, known)
}

func (t *nearTerm) check(c *checker) error {
	if t.numbers > 0 {
		return nil
	}
	e, err := c.w.find(t.text)
	if err != nil {
		var known []string
		for e := range c.w.all() {
			if len(known) == maxNamesRead {
				break
			}
			known = append(known, e.name())
		}
		return c.text.unknown("entity", t.lexeme, known)
	}
	if len(e.group.position) == 0 {
		return c.text.fault(t.lexeme, "%s has no position", e.name())
	}
	t.anchor = &anchor{text: t.text, key: e.key()}
	return nil
}

// anchors adds what a condition is near to.
func anchors(list []*anchor, t term) []*anchor {
	switch t := t.(type) {
	case anyOf:
		for _, t := range t {
			list = anchors(list, t)
		}
	case allOf:
		for _, t := range t {
			list = anchors(list, t)
		}
	case negate:
		return anchors(list, t.of)
	case *nearTerm:
		if t.anchor != nil {
			return append(list, t.anchor)
		}
	}
	return list
}

// unknownField is the error for a path that nothing has.
func (c *checker) unknownField(name lexeme) error {
	var known []string
	for _, g := range c.w.groups {
		if parts := g.layout.compounds[name.text]; len(parts) > 0 {
			paths := make([]string, len(parts))
			for i, f := range parts {
				paths[i] = f.path
			}
			err := c.text.fault(name, "%q is several numbers: %s", name.text, strings.Join(paths, ", ")).(*rpc.Error)
			err.Data.Suggest = paths[0]
			return err
		}
		known = append(known, g.paths()...)
	}
	return c.text.unknown("field", name, append(known, "id", "name", "kind"))
}

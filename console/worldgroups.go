package console

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// maxGroups is how many values of the field that rows are grouped by are counted.
const maxGroups = 1000

// grouping counts the rows of each group.
type grouping struct {
	known  map[string]int // by the value as it travels, its place in values
	values []groupCount
	order  []int
	cell   []byte
}

type groupCount struct {
	value string
	n     int
}

// reset begins a new count. The values are kept, so that the same world allocates nothing.
func (t *grouping) reset() {
	if len(t.values) > maxGroups/2 {
		t.known, t.values = nil, nil
	}
	for i := range t.values {
		t.values[i].n = 0
	}
}

// add counts a row.
func (t *grouping) add(w *World, p *plan, e *entity) {
	switch {
	case p.by != nil:
		t.cell = w.appendCell(t.cell[:0], *e, p.by)
	case p.byKind:
		t.cell = append(t.cell[:0], p.kinds[e.kindIndex()]...)
	default:
		t.cell = append(t.cell[:0], "null"...)
	}
	i, ok := t.known[string(t.cell)]
	switch {
	case ok:
		t.values[i].n++
	case len(t.values) < maxGroups:
		if t.known == nil {
			t.known = make(map[string]int)
		}
		value := string(t.cell)
		t.known[value] = len(t.values)
		t.values = append(t.values, groupCount{value, 1})
	}
}

// append writes the groups, the largest first.
func (t *grouping) append(dst []byte) []byte {
	t.order = t.order[:0]
	for i := range t.values {
		if t.values[i].n > 0 {
			t.order = append(t.order, i)
		}
	}
	slices.SortFunc(t.order, func(a, b int) int {
		x, y := &t.values[a], &t.values[b]
		return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.value, y.value))
	})
	dst = append(dst, '[')
	for n, i := range t.order {
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, `{"value":`...), t.values[i].value...)
		dst = append(strconv.AppendInt(append(dst, `,"count":`...), int64(t.values[i].n), 10), '}')
	}
	return append(dst, ']')
}

// children counts what hangs on each row in view.
type children struct {
	walk   walk
	begun  bool
	counts []int
	rows   map[key]int
}

func (c *children) reset() { c.begun = false }

// count goes on, and reports whether the world is through.
func (c *children) count(s *scan, until time.Time) (done bool) {
	if !c.begun {
		c.begun = true
		c.walk = walk{query: s.query, plans: s.plans, whole: true}
		c.counts = append(c.counts[:0], make([]int, len(s.keys))...)
		if c.rows == nil {
			c.rows = make(map[key]int)
		}
		clear(c.rows)
		for i, k := range s.keys {
			c.rows[k] = i
		}
	}
	return c.walk.walk(until, c)
}

// skim passes over what hangs on nothing.
func (c *children) skim(p *plan) bool { return !p.group.parents() }

func (c *children) visit(_ *plan, _ int, e *entity) {
	if parent, ok := c.walk.query.w.parentKey(e); ok {
		if i, inView := c.rows[parent]; inView {
			c.counts[i]++
		}
	}
}

// parents reports whether entities of the group may hang on others.
func (g *group) parents() bool {
	return g.parent != nil || g.source != nil && g.source.parents != nil
}

// parentKey names what an entity hangs on, which may be gone.
func (w *World) parentKey(e *entity) (key, bool) {
	if s := e.group.source; s != nil && s.parents != nil {
		id, ok := s.parents.Parent(e.index)
		return key{e.group.number, id}, ok
	}
	parent, ok := w.parent(*e)
	if !ok {
		return key{}, false
	}
	return parent.key(), true
}

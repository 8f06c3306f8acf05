package console

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// scan goes through the world for a query, a part of it at a time, so that a
// world of any size costs a frame no more than its budget.
type scan struct {
	query  *query
	groups []*group
	group  int // where it goes on
	next   int
	runs   int // calls of run so far

	total, all int
	found      []found // the rows in view, or the best so far where they are sorted
	best       int     // so many at the front of found are sorted, and the best of all before them
}

// found is a row of a scan, with the key that it is sorted by.
type found struct {
	entity
	has    bool // has the field to sort by
	number float64
	text   string
	seq    int // place in the world, which decides between equal keys
}

const (
	// scanBudget is what all scans of a frame may take together.
	scanBudget = 300 * time.Microsecond
	// scanStep is how many rows are looked at between two looks at the clock.
	scanStep = 64
)

func (w *World) scan(q *query) *scan {
	for _, g := range w.groups {
		g.forget()
	}
	return &scan{query: q, groups: slices.Clone(w.groups)}
}

// run goes on until the world is through, which it reports, or the time is up. It
// looks at a step's rows at least.
func (s *scan) run(until time.Time) (done bool) {
	s.runs++
	for ; s.group < len(s.groups); s.group, s.next = s.group+1, 0 {
		g := s.groups[s.group]
		if s.skim(g) {
			continue
		}
		for s.next < g.count() {
			s.look(g, s.next)
			if s.next++; s.next%scanStep == 0 && !time.Now().Before(until) {
				return false
			}
		}
	}
	return true
}

// skim passes over a group of which it is known without looking which rows are in
// view: all of them count, and where they are not sorted, their places say it.
func (s *scan) skim(g *group) bool {
	q := s.query
	if all, ok := q.where.(allOf); !ok || len(all) > 0 || q.Sort != "" || g.sparse() {
		return false
	}
	n := g.count()
	s.all += n
	if q.Kind != "" && !g.is([]string{q.Kind}) {
		return true
	}
	from, to := max(q.Offset-s.total, 0), min(q.Offset+q.Limit-s.total, n)
	for i := from; i < to; i++ {
		if e, ok := g.at(i); ok {
			s.found = append(s.found, found{entity: e})
		}
	}
	s.total += n
	return true
}

// look takes one entity in, if it meets the condition and may be in view.
func (s *scan) look(g *group, i int) {
	q := s.query
	e, ok := g.at(i)
	if !ok {
		return
	}
	s.all++
	if (q.Kind != "" && e.kind() != q.Kind) || !q.where.holds(e) {
		return
	}
	s.total++
	if q.Sort == "" {
		if s.total > q.Offset && s.total <= q.Offset+q.Limit {
			s.found = append(s.found, found{entity: e})
		}
		return
	}
	f := q.key(e)
	f.seq = s.total
	most := q.Offset + q.Limit
	if s.best == most && q.order(f, s.found[most-1]) >= 0 {
		return // behind all that can be in view
	}
	s.found = append(s.found, f)
	if len(s.found) >= 2*most+scanStep {
		s.slim()
	}
}

// slim sorts what was found and keeps what can be in view.
func (s *scan) slim() {
	slices.SortFunc(s.found, s.query.order)
	s.best = min(len(s.found), s.query.Offset+s.query.Limit)
	s.found = s.found[:s.best]
}

// key reads what an entity is sorted by.
func (q *query) key(e entity) (f found) {
	f.entity, f.has = e, true
	switch q.Sort {
	case "id":
		f.number = float64(e.id())
	case "name":
		f.text = e.name()
	case "kind":
		f.text = e.kind()
	default:
		field := e.group.layout.byPath[q.Sort]
		if f.has = field != nil; !f.has {
			return f
		}
		if n, ok := e.number(field); ok {
			f.number = n
		} else {
			f.text = q.w.text(e, field)
		}
	}
	return f
}

// order compares two rows by their keys. Rows without the field come last,
// whichever way it is sorted; equal rows keep their places.
func (q *query) order(a, b found) int {
	if a.has != b.has {
		if a.has {
			return -1
		}
		return 1
	}
	c := cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.text, b.text))
	if q.down {
		c = -c
	}
	return cmp.Or(c, cmp.Compare(a.seq, b.seq))
}

// window returns the rows in view of a scan that is through. Those of a scan that
// took several frames are looked up anew: the game may have moved them since.
func (s *scan) window() []entity {
	if s.query.Sort != "" {
		s.slim()
		s.found = s.found[min(s.query.Offset, len(s.found)):]
	}
	window := make([]entity, 0, len(s.found))
	for _, f := range s.found {
		e := f.entity
		if s.runs > 1 {
			id := e.id()
			now, ok := e.group.at(e.index)
			if !ok || now.id() != id {
				continue // the next scan finds it
			}
			e = now
		}
		window = append(window, e)
	}
	return window
}

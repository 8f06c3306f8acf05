package console

import (
	"slices"
	"time"
)

const (
	// scanBudget is what all scans, watches and sweeps of a frame may take together, at the
	// least: see viewing.budget.
	scanBudget = 500 * time.Microsecond
	// scanStep is how many places are looked at between two looks at the clock.
	scanStep = 64
)

// walk goes through the world for a query, a part of it at a time, so that a world of
// any size costs a frame no more than its budget.
type walk struct {
	query *query
	plans []*plan // of the groups that were there when it began
	group int     // where it goes on
	next  int
	all   int  // entities so far, whether or not they meet the condition
	whole bool // they need not meet it

	began uint64 // frame
	runs  int
	spent time.Duration // of the game's goroutine

	e entity // that is looked at; here, so that pointing to it allocates nothing
}

// visitor takes in what a walk finds.
type visitor interface {
	// skim takes in a group without looking at each entity, and reports whether it could.
	skim(p *plan) bool
	// visit takes in one entity that meets the condition.
	visit(p *plan, index int, e *entity)
}

// begin starts over.
func (k *walk) begin(q *query) {
	for _, g := range q.w.groups {
		g.forget()
	}
	q.refresh()
	*k = walk{query: q, plans: q.plans, began: q.w.viewing.frame()}
}

// enter is called at the beginning of each part: what the query is near to may have
// moved.
func (k *walk) enter() {
	k.runs++
	for _, a := range k.query.anchors {
		a.find(k.query.w)
	}
}

// leave counts the time of a part.
func (k *walk) leave(since time.Time) {
	took := time.Since(since)
	k.spent += took
	k.query.w.viewing.spent += took
}

// walk goes on until the world is through, which it reports, or the time is up. It looks
// at a step's places at least.
func (k *walk) walk(until time.Time, v visitor) (done bool) {
	for ; k.group < len(k.plans); k.group, k.next = k.group+1, 0 {
		p := k.plans[k.group]
		if !slices.Contains(k.query.w.groups, p.group) {
			continue // unbound meanwhile
		}
		if k.next == 0 && v.skim(p) {
			continue
		}
		for k.next < p.group.count() {
			k.look(p, v)
			if k.next++; k.next%scanStep == 0 && !time.Now().Before(until) {
				return false
			}
		}
	}
	return true
}

// look looks at one place.
func (k *walk) look(p *plan, v visitor) {
	var ok bool
	if k.e, ok = p.group.at(k.next); !ok {
		return
	}
	k.all++
	if k.whole || p.every || !p.never && p.test.match(&k.e) {
		v.visit(p, k.group, &k.e)
	}
}

// frames is over how many frames the walk has gone so far.
func (k *walk) frames() int { return int(k.query.w.viewing.frame()-k.began) + 1 }

// scan finds the rows that a query has in view.
type scan struct {
	walk
	offset, limit int

	total    int
	plain    []found // the rows in view, where nothing is sorted
	ranking  ranking
	grouping grouping
	walked   bool
	settled  bool
	brief    bool // the rows are read once, by answer: no need to look for them before

	window   []entity
	shown    []*plan // of the rows in window
	keys     []key
	children children
}

// start begins a scan.
func (s *scan) start(q *query, offset, limit int) {
	s.begin(q)
	if d := &q.w.viewing.deep; d.to == s && offset+limit <= maxPruned {
		s.giveBack(d)
		d.to = nil
	}
	s.offset, s.limit = offset, limit
	s.total, s.plain, s.walked, s.settled, s.brief = 0, s.plain[:0], false, false, false
	s.ranking.reset(offset, limit, q.down)
	s.grouping.reset()
	s.children.reset()
}

// run goes on until the world is through, which it reports, or the time is up.
func (s *scan) run(until time.Time) (done bool) {
	defer s.leave(time.Now())
	s.enter()
	if s.query.sorts() && s.ranking.most > maxPruned && !s.lend() {
		return false
	}
	if !s.walked {
		if s.walked = s.walk.walk(until, s); !s.walked {
			return false
		}
	}
	if !s.settled {
		if s.settled = !s.query.sorts() || s.ranking.settle(until); !s.settled {
			return false
		}
		if !s.brief || s.query.tree {
			s.look()
		}
	}
	return !s.query.tree || s.children.count(s, until)
}

// deep is the memory for a window far behind the front of a sorted list: that takes a row
// of every entity that is found, and so it is there once, and lent to one scan after the
// other.
type deep struct {
	to    *scan
	last  uint64 // frame in which that went on last
	list  []found
	text  []byte
	spare []byte
}

// deepIdle is after how many frames the memory is taken from a scan that does not go on:
// its client is gone, or looks at something else.
const deepIdle = 10

// lend gives the scan the memory for a deep window; false while another scan has it. One
// from which it was taken begins again.
func (s *scan) lend() bool {
	d, now := &s.query.w.viewing.deep, s.query.w.viewing.frame()
	switch {
	case s.settled: // its window was read before it gave the memory back
		return true
	case d.to == s:
		d.last = now
		return true
	case d.to != nil && !d.to.settled && now-d.last <= deepIdle:
		return false
	}
	if d.to != nil {
		d.to.giveBack(d)
	}
	brief, runs := s.brief, s.runs
	s.ranking.list, s.ranking.text, s.ranking.spare = d.list[:0], d.text[:0], d.spare[:0]
	d.to, d.last = s, now
	s.start(s.query, s.offset, s.limit)
	s.brief, s.runs = brief, runs
	return true
}

// giveBack takes the memory from a scan, with what it grew by.
func (s *scan) giveBack(d *deep) {
	r := &s.ranking
	d.list, d.text, d.spare = r.list, r.text, r.spare
	r.list, r.text, r.spare = nil, nil, nil
	if cap(d.list) > keptDeep {
		d.list, d.text, d.spare = nil, nil, nil
	}
}

// keptDeep is how many rows of memory are kept for the next.
const keptDeep = 1 << 17

// skim passes over a group of which it is known without looking which rows are in view:
// all of them count, or none, and where they are not sorted, their places say it.
func (s *scan) skim(p *plan) bool {
	if p.every && (s.query.sorts() || s.query.Group != "") || !p.every && !p.never {
		return false
	}
	n, places, ok := s.query.w.viewing.census.living(p.group)
	if !ok {
		return false
	}
	s.all += n
	if p.never {
		return true
	}
	from := max(s.offset-s.total, 0)
	if from < n && len(s.plain) < s.limit {
		s.pass(p, places.from(from), from-places.before)
	}
	s.total += n
	return true
}

// pass takes in the rows in view of a group that is meant as a whole, behind a place and
// so many entities.
func (s *scan) pass(p *plan, place, entities int) {
	n := p.group.count()
	for ; place < n && len(s.plain) < s.limit; place++ {
		if p.group.sparse() {
			if _, ok := p.group.at(place); !ok {
				continue
			}
		}
		if entities--; entities < 0 {
			s.plain = append(s.plain, found{place: int32(place), plan: uint16(s.group), any: true})
		}
	}
}

// visit takes in one entity that meets the condition.
func (s *scan) visit(p *plan, index int, e *entity) {
	s.total++
	if s.query.Group != "" {
		s.grouping.add(s.query.w, p, e)
	}
	f := found{place: int32(e.index), plan: uint16(index)}
	if !s.query.sorts() {
		if s.total > s.offset && len(s.plain) < s.limit {
			f.id = e.id()
			s.plain = append(s.plain, f)
		}
		return
	}
	s.ranking.text = p.sort.key(s.query.w, e, &f, s.ranking.text)
	f.id = e.id()
	s.ranking.add(f)
}

// list are the rows in view, where they were found.
func (s *scan) list() []found {
	if s.query.sorts() {
		return s.ranking.view()
	}
	return s.plain
}

// at finds a row where it is now: in a scan that took several parts the game may have
// moved it since. What is there no more is found next time.
func (s *scan) at(f *found) (e entity, p *plan, ok bool) {
	p = s.plans[f.plan]
	if s.runs > 1 && !slices.Contains(s.query.w.groups, p.group) {
		return e, p, false
	}
	if e, ok = p.group.at(int(f.place)); ok && s.runs > 1 && !f.any {
		ok = e.id() == f.id
	}
	return e, p, ok
}

// look finds the rows in view.
func (s *scan) look() {
	s.window, s.shown, s.keys = s.window[:0], s.shown[:0], s.keys[:0]
	list := s.list()
	for i := range list {
		if e, p, ok := s.at(&list[i]); ok {
			s.window, s.shown, s.keys = append(s.window, e), append(s.shown, p), append(s.keys, e.key())
		}
	}
}

// glance is look in the middle of a scan: what it has found so far.
func (s *scan) glance() {
	if s.settled {
		return
	}
	if s.query.sorts() {
		if s.ranking.most > maxPruned || s.walked {
			s.window, s.shown, s.keys = s.window[:0], s.shown[:0], s.keys[:0]
			return // too many to sort at once
		}
		s.ranking.prune()
		if n := len(s.ranking.list); s.offset > 0 && s.offset < n {
			front := selection{nth: s.offset, hi: n - 1}
			front.run(&s.ranking, time.Time{})
		}
	}
	s.look()
}

// forget lets go of what belongs to the game, when the scan waits to be used again.
func (s *scan) forget() {
	s.walk = walk{}
	clear(s.window)
	clear(s.shown)
	s.window, s.shown = s.window[:0], s.shown[:0]
}

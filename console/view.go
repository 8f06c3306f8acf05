package console

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// WorldQuery selects a window of the world's rows.
type WorldQuery struct {
	Where  string   `json:"where,omitempty" help:"condition such as health < 50 and kind:hunter"`
	Kind   string   `json:"kind,omitempty" help:"only this kind"`
	Fields []string `json:"fields,omitempty" help:"paths; absent is each kind's columns"`
	Sort   string   `json:"sort,omitempty" help:"path, id, name or kind; - in front turns it round"`
	Offset int      `json:"offset,omitempty" min:"0"`
	Limit  int      `json:"limit,omitempty" min:"0" max:"1000" help:"absent is 100"`
}

// WatchQuery is the query of a subscription, with an entity to inspect.
type WatchQuery struct {
	WorldQuery
	ID string `json:"id,omitempty" help:"entity whose every field is sent"`
}

// Row is one entity in a table.
type Row struct {
	ID     string         `json:"id"`
	Name   string         `json:"name,omitempty" help:"absent in an event where it is known already"`
	Kind   string         `json:"kind,omitempty"`
	Fields map[string]any `json:"fields" help:"value by path; in an event only what changed"`
}

// WorldRows is a window of the world.
type WorldRows struct {
	Total  int   `json:"total" help:"rows that meet the condition"`
	All    int   `json:"all" help:"rows of the world"`
	Offset int   `json:"offset"`
	Rows   []Row `json:"rows"`
}

// Inspected is the entity that a subscription inspects.
type Inspected struct {
	ID     string         `json:"id"`
	Gone   bool           `json:"gone,omitempty" help:"it is not in the world any more"`
	Fields map[string]any `json:"fields,omitempty" help:"value by path; in an event only what changed"`
}

// WorldView is what a subscriber of the topic world is sent: whole at first,
// then what changed.
type WorldView struct {
	Total  int        `json:"total"`
	All    int        `json:"all"`
	Offset int        `json:"offset"`
	IDs    []string   `json:"ids,omitzero" help:"the rows in order; absent while they are the same"`
	Rows   []Row      `json:"rows"`
	Entity *Inspected `json:"entity,omitempty"`
}

const (
	defaultLimit = 100     // rows that a query shows that does not say
	maxOffset    = 1 << 30 // more than any world has; sums with it stay far from their bounds
)

// query is a WorldQuery made ready to run.
type query struct {
	w *World
	WorldQuery
	where condition
	down  bool // sorted from great to small
}

// compile checks a query against the kinds that are bound.
func (w *World) compile(q WorldQuery) (*query, error) {
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	q.Offset = min(q.Offset, maxOffset)
	where, err := parseCondition(q.Where)
	if err != nil {
		return nil, err
	}
	c := &query{w: w, WorldQuery: q, where: where}
	c.Sort, c.down = strings.CutPrefix(q.Sort, "-")
	known := []string{"id", "name", "kind"}
	for _, g := range w.groups {
		known = append(known, g.paths()...)
	}
	// Each is read once, however often a client names it.
	c.Fields = slices.Clone(q.Fields)
	slices.Sort(c.Fields)
	c.Fields = slices.Compact(c.Fields)
	for _, path := range c.Fields {
		if !slices.Contains(known, path) {
			return nil, at(unknown(rpc.NotFound, "field", path, known), "", "/fields")
		}
	}
	if c.Sort != "" && !slices.Contains(known, c.Sort) {
		return nil, at(unknown(rpc.NotFound, "field", c.Sort, known), "", "/sort")
	}
	return c, nil
}

// fields are the fields of an entity that the query shows.
func (q *query) fields(e entity) []string {
	if q.Fields != nil {
		return q.Fields
	}
	return e.group.columns()
}

// row reads what the query shows of an entity.
func (q *query) row(e entity) Row {
	r := Row{ID: e.wireID(), Name: e.name(), Kind: e.kind(), Fields: make(map[string]any)}
	for _, path := range q.fields(e) {
		if f := e.group.layout.byPath[path]; f != nil {
			r.Fields[path] = q.w.shown(e, f)
		}
	}
	return r
}

// rows is the answer of a scan that is through.
func (s *scan) rows() WorldRows {
	window := s.window()
	r := WorldRows{Total: s.total, All: s.all, Offset: s.query.Offset, Rows: make([]Row, 0, len(window))}
	for _, e := range window {
		r.Rows = append(r.Rows, s.query.row(e))
	}
	return r
}

// listing is a call of world.list that goes on over several frames.
type listing struct {
	scan  *scan
	reply *rpc.Pending
}

// maxListings bounds how many of them there are at a time.
const maxListings = 64

func (w *World) list(call *rpc.Call, q WorldQuery) (WorldRows, error) {
	c, err := w.compile(q)
	if err != nil {
		return WorldRows{}, err
	}
	s := w.scan(c)
	if s.run(time.Now().Add(scanBudget)) {
		return s.rows(), nil
	}
	if len(w.viewing.lists) >= maxListings {
		return WorldRows{}, rpc.Errorf(rpc.TooMany, "%d calls of world.list are under way already", maxListings)
	}
	w.viewing.lists = append(w.viewing.lists, listing{s, call.Defer()})
	return WorldRows{}, nil
}

// watch is what a subscriber of the topic world looks at and what it knows.
type watch struct {
	query *query
	id    string
	ids   []string
	scan  *scan          // under way; nil between two
	rows  map[string]Row // what was sent of the rows in view
	sent  map[string]any // what was sent of the inspected entity
	gone  bool           // the inspected entity is, and that was sent
	total int
	all   int
}

// viewing is what clients look at.
type viewing struct {
	stream *rpc.Stream
	lists  []listing // calls of world.list that a frame was too short for
	turn   int       // which of the watches is the first to be looked after
}

func (w *World) registerView(s *rpc.Server) {
	w.viewing.stream = rpc.Open[WatchQuery, WorldView](s, rpc.Topic{Name: "world", Snapshot: WorldView{}, Help: "a window of the world and one entity: whole at first, then what changed", Rate: 10},
		func(sub *rpc.Sub, p WatchQuery) (any, error) {
			q, err := w.compile(p.WorldQuery)
			if err != nil {
				return nil, err
			}
			watch := &watch{query: q, id: p.ID}
			sub.Value = watch
			// Of a world too large for one frame the first state holds what was found
			// by then; the events bring the rest.
			watch.scan = w.scan(q)
			through := watch.scan.run(time.Now().Add(scanBudget))
			view, _ := watch.look(w)
			if !through {
				watch.scan = w.scan(q)
			}
			if view.IDs == nil {
				view.IDs = []string{}
			}
			return view, nil
		})
}

// abandon lets go of the scans of clients that have left, when nobody is there.
func (w *World) abandon() { w.viewing.lists = nil }

// publish goes on with the scans that are under way, and sends every subscriber
// whose turn it is what changed in its view.
func (w *World) publish() {
	if len(w.viewing.lists) == 0 && w.viewing.stream.Subscribers() == 0 {
		return
	}
	until := time.Now().Add(scanBudget)
	kept := w.viewing.lists[:0]
	for _, l := range w.viewing.lists {
		switch {
		case l.reply.Canceled():
		case l.scan.run(until):
			l.reply.Reply(l.scan.rows())
		default:
			kept = append(kept, l)
		}
	}
	clear(w.viewing.lists[len(kept):])
	w.viewing.lists = kept
	// Who comes first may use the time up, so each is the first in turn.
	subs := slices.Collect(w.viewing.stream.Subs())
	w.viewing.turn++
	for i := range subs {
		sub := subs[(i+w.viewing.turn)%len(subs)]
		if !sub.Due() {
			continue
		}
		t := sub.Value.(*watch)
		if t.scan == nil {
			t.scan = w.scan(t.query)
		}
		if !t.scan.run(until) {
			continue
		}
		if view, changed := t.look(w); changed {
			sub.Send(view)
		}
	}
}

// look compares what the scan found with what the subscriber knows, and ends it.
func (t *watch) look(w *World) (view WorldView, changed bool) {
	window, total, all := t.scan.window(), t.scan.total, t.scan.all
	t.scan = nil
	view = WorldView{Total: total, All: all, Offset: t.query.Offset, Rows: []Row{}}
	ids := make([]string, len(window))
	known := make(map[string]Row, len(window))
	for i, e := range window {
		row := t.query.row(e)
		ids[i], known[row.ID] = row.ID, row
		before, ok := t.rows[row.ID]
		if !ok {
			view.Rows = append(view.Rows, row)
		} else if d := difference(before.Fields, row.Fields); d != nil {
			view.Rows = append(view.Rows, Row{ID: row.ID, Fields: d})
		}
	}
	if !slices.Equal(ids, t.ids) {
		view.IDs = ids
	}
	view.Entity = t.inspect(w)
	changed = view.IDs != nil || len(view.Rows) > 0 || view.Entity != nil || total != t.total || all != t.all
	t.ids, t.rows, t.total, t.all = ids, known, total, all
	return view, changed
}

// inspect compares the inspected entity with what the subscriber knows of it.
func (t *watch) inspect(w *World) *Inspected {
	if t.id == "" {
		return nil
	}
	if t.gone {
		return nil // it was told, and an id does not come again
	}
	e, err := w.find(t.id)
	if err != nil {
		t.gone = true
		return &Inspected{ID: t.id, Gone: true}
	}
	t.id = e.wireID() // it may have been asked for by name
	now := make(map[string]any, len(e.group.layout.fields))
	for i := range e.group.layout.fields {
		f := &e.group.layout.fields[i]
		now[f.path] = w.shown(e, f)
	}
	d := difference(t.sent, now)
	t.sent = now
	if d == nil {
		return nil
	}
	return &Inspected{ID: t.id, Fields: d}
}

// difference returns what is in now and was not the same before, or nil.
func difference(before, now map[string]any) map[string]any {
	var d map[string]any
	for path, value := range now {
		if old, ok := before[path]; ok && same(old, value) {
			continue
		}
		if d == nil {
			d = make(map[string]any)
		}
		d[path] = value
	}
	return d
}

// same compares two values as they travel; a NaN is the same as a NaN.
func same(a, b any) bool { return a == b || (a != a && b != b) }

// shown is a field as it travels, comparable.
func (w *World) shown(e entity, f *field) any {
	v, ok := e.place(f)
	if !ok {
		return nil
	}
	switch f.spec.kind {
	case kindTime, kindEntity, kindList, kindMap, kindAny, kindJSON:
		var s any
		_ = json.Unmarshal(w.appendValue(nil, v, e.group, f), &s)
		return s
	}
	return read(v).json(f.spec)
}

func (w *World) countOf(g *group, kind int) (n int) {
	if len(g.kinds) == 1 {
		return g.count()
	}
	for e := range g.all() {
		if e.kindIndex() == kind {
			n++
		}
	}
	return n
}

package console

import (
	"bytes"
	"strconv"

	"time"

	"github.com/scry-dev/scry/rpc"
)

// WatchQuery is the query of a subscription, with an entity to inspect.
type WatchQuery struct {
	WorldQuery
	ID string `json:"id,omitempty" help:"entity whose every field is sent"`
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
	Total   int        `json:"total"`
	All     int        `json:"all"`
	Offset  int        `json:"offset"`
	Began   uint64     `json:"began" help:"frame at which the search began"`
	Frames  int        `json:"frames" help:"over how many frames it went: so old the oldest row may be"`
	Took    int64      `json:"ns" unit:"ns" help:"what it took of the game's goroutine"`
	Partial bool       `json:"partial,omitempty" help:"the search goes on: this is what it found in its first frame"`
	Born    int        `json:"born,omitempty" help:"entities of the whole world that came since the event before"`
	Died    int        `json:"died,omitempty" help:"those that went"`
	IDs     []string   `json:"ids,omitzero" help:"the rows in order; absent while they are the same"`
	Rows    []Row      `json:"rows"`
	Groups  []RowGroup `json:"groups,omitempty" help:"absent while they are the same"`
	Entity  *Inspected `json:"entity,omitempty"`

	text []byte // all of it, as it travels
}

// AppendJSON writes the event.
func (v *WorldView) AppendJSON(dst []byte) []byte {
	if v.text != nil {
		return append(dst, v.text...)
	}
	type plain WorldView
	return appendPlain(dst, (*plain)(v))
}

// watch is what a subscriber of the topic world looks at and what it knows.
type watch struct {
	w      *World
	query  *query
	offset int
	limit  int
	scan   scan
	on     bool // the scan is under way

	rows   []sentRow // what was sent of the rows in view
	next   []sentRow
	free   []sentRow // whose room is used again
	known  map[key]int
	total  int
	all    int
	groups []byte
	born   uint64 // of the census, when the event before was sent
	died   uint64
	view   WorldView

	id        string // of the inspected entity, as it was asked for
	inspected sentRow
	columns   []column // of all its fields
	found     bool
	told      bool
	gone      bool // it is, and that was sent
}

func (w *World) newWatch(p WatchQuery) (*watch, error) {
	c, err := w.compile(p.WorldQuery)
	if err != nil {
		return nil, err
	}
	t := &watch{w: w, query: c, offset: min(p.Offset, maxOffset), limit: limitOf(p.WorldQuery), id: p.ID}
	t.total = -1
	t.born, t.died = w.viewing.census.born, w.viewing.census.died
	return t, nil
}

// first is the first state: of a world too large for one frame it holds what was found by
// then; the events bring the rest.
func (t *watch) first() *WorldView {
	t.begin()
	through := t.scan.run(t.w.viewing.until())
	if !through {
		t.scan.glance()
	}
	t.on = !through
	t.look(true)
	return &t.view
}

func (t *watch) running() bool { return t.on }

func (t *watch) begin() {
	t.scan.start(t.query, t.offset, t.limit)
	t.on = true
}

func (t *watch) run(until time.Time) (done bool) { return t.on && t.scan.run(until) }

// tell sends what changed. Where the client has no room now, it is looked for anew when
// it has.
func (t *watch) tell(sub *rpc.Sub) {
	t.on = false
	if sub.Due() && t.look(false) {
		_ = sub.Send(&t.view) // it always has a JSON form
	}
}

// look writes the event: what the scan found, as far as the subscriber does not know it.
// It reports whether there is anything.
func (t *watch) look(first bool) (changed bool) {
	s, c := &t.scan, &t.w.viewing.census
	dst := s.appendHead(append(t.view.text[:0], '{'))
	dst = strconv.AppendInt(append(dst, `,"ns":`...), int64(s.spent), 10)
	if t.on && first {
		dst = append(dst, `,"partial":true`...)
	}
	changed = first || s.total != t.total || s.all != t.all || c.born != t.born || c.died != t.died
	if n := c.born - t.born; n > 0 {
		dst = strconv.AppendUint(append(dst, `,"born":`...), n, 10)
	}
	if n := c.died - t.died; n > 0 {
		dst = strconv.AppendUint(append(dst, `,"died":`...), n, 10)
	}
	t.total, t.all, t.born, t.died = s.total, s.all, c.born, c.died
	if t.reordered() || first {
		dst, changed = t.appendIDs(dst), true
	}
	dst, rows := t.appendRows(dst)
	dst, groups := t.appendGroups(dst)
	dst, entity := t.appendEntity(dst)
	t.view.text = append(dst, '}')
	return changed || rows || groups || entity
}

// reordered reports whether the rows in view are others, or stand otherwise.
func (t *watch) reordered() bool {
	if len(t.rows) != len(t.scan.keys) {
		return true
	}
	for i := range t.rows {
		if t.rows[i].key != t.scan.keys[i] {
			return true
		}
	}
	return false
}

func (t *watch) appendIDs(dst []byte) []byte {
	dst = append(dst, `,"ids":[`...)
	for i := range t.scan.window {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = quoteTail(t.scan.window[i].appendID(dst), len(dst))
	}
	return append(dst, ']')
}

// appendRows writes the rows that are new or have changed, and keeps what it writes.
func (t *watch) appendRows(dst []byte) (_ []byte, changed bool) {
	s := &t.scan
	dst = append(dst, `,"rows":[`...)
	t.next = t.next[:0]
	t.index()
	now := &t.w.viewing.cells
	for i := range s.window {
		e, p := &s.window[i], s.shown[i]
		now.read(t.w, p.columns, e, p.kinds[e.kindIndex()], s.childrenOf(i))
		row, known := t.take(i)
		sent := &row.cells
		if !known || row.plan != p {
			sent = nil
		}
		from := len(dst)
		if changed {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"id":"`...)
		dst = quoteTail(e.appendID(dst), len(dst))
		var differs bool
		if dst, differs = appendChanges(dst, p.columns, now, sent, true); !differs && sent != nil {
			dst = dst[:from]
		} else {
			dst, changed = append(dst, '}'), true
			row.keep(now)
		}
		row.key, row.plan = s.keys[i], p
		t.next = append(t.next, row)
	}
	for i := range t.rows { // those that are not in view any more
		if t.rows[i].plan != nil {
			t.free = append(t.free, t.rows[i])
			t.rows[i] = sentRow{}
		}
	}
	t.rows, t.next = t.next, t.rows
	return append(dst, ']'), changed
}

// index notes where the rows were, unless they are where they were.
func (t *watch) index() {
	clear(t.known)
	if !t.reordered() {
		return
	}
	if t.known == nil {
		t.known = make(map[key]int)
	}
	for i := range t.rows {
		t.known[t.rows[i].key] = i
	}
}

// take returns what was sent of the row at a place of the window.
func (t *watch) take(i int) (row sentRow, known bool) {
	at, known := i, true
	if len(t.known) > 0 || i >= len(t.rows) {
		at, known = t.known[t.scan.keys[i]]
	}
	if known && t.rows[at].key == t.scan.keys[i] && t.rows[at].plan != nil {
		row, t.rows[at] = t.rows[at], sentRow{}
		return row, true
	}
	if n := len(t.free); n > 0 {
		row, t.free = t.free[n-1], t.free[:n-1]
	}
	return row, false
}

// appendGroups writes how many rows each group has, when that changed.
func (t *watch) appendGroups(dst []byte) (_ []byte, changed bool) {
	if t.query.Group == "" {
		return dst, false
	}
	from := len(dst)
	dst = append(dst, `,"groups":`...)
	text := len(dst)
	if dst = t.scan.grouping.append(dst); bytes.Equal(dst[text:], t.groups) {
		return dst[:from], false
	}
	t.groups = append(t.groups[:0], dst[text:]...)
	return dst, true
}

// appendEntity writes what changed of the inspected entity.
func (t *watch) appendEntity(dst []byte) (_ []byte, changed bool) {
	if t.id == "" || t.gone {
		return dst, false // it was told, and an id does not come again
	}
	e, ok := t.inspect()
	if !ok {
		t.gone = true
		dst = rpc.AppendString(append(dst, `,"entity":{"id":`...), t.id)
		return append(dst, `,"gone":true}`...), true
	}
	now := &t.w.viewing.cells
	now.read(t.w, t.columns, &e, nil, -1)
	var sent *cells
	if t.told {
		sent = &t.inspected.cells
	}
	from := len(dst)
	dst = append(dst, `,"entity":{"id":"`...)
	dst = quoteTail(e.appendID(dst), len(dst))
	if dst, changed = appendChanges(dst, t.columns, now, sent, false); !changed {
		return dst[:from], false
	}
	t.told = true
	t.inspected.keep(now)
	return append(dst, '}'), true
}

// inspect finds the inspected entity.
func (t *watch) inspect() (e entity, ok bool) {
	if t.found {
		return t.w.lookup(t.inspected.key)
	}
	e, err := t.w.find(t.id)
	if err != nil {
		return entity{}, false
	}
	t.found, t.id, t.inspected.key = true, e.wireID(), e.key()
	for i := range e.group.layout.fields {
		t.columns = append(t.columns, newColumn(&e.group.layout.fields[i]))
	}
	return e, true
}

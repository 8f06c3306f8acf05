package console

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// WorldQuery selects a window of the world's rows.
type WorldQuery struct {
	Where  string   `json:"where,omitempty" help:"condition such as health < 50 and kind:hunter"`
	Kind   string   `json:"kind,omitempty" help:"only this kind"`
	Parent string   `json:"parent,omitempty" help:"only what hangs on this entity, by id or name; - is what hangs on nothing. Rows then say how many hang on them"`
	Group  string   `json:"group,omitempty" help:"path or kind by whose values the rows are counted, and sorted where sort is absent"`
	Fields []string `json:"fields,omitempty" help:"paths; absent is each kind's columns"`
	Sort   string   `json:"sort,omitempty" help:"path, id, name or kind; - in front turns it round"`
	Offset int      `json:"offset,omitempty" min:"0"`
	Limit  int      `json:"limit,omitempty" min:"0" max:"1000" help:"absent is 100"`
}

const (
	defaultLimit = 100     // rows that a query shows that does not say
	maxOffset    = 1 << 30 // more than any world has; sums with it stay far from their bounds
	maxQueries   = 32      // that are kept ready to run
)

// query is a WorldQuery made ready to run. It may be run by several scans.
type query struct {
	w          *World
	WorldQuery      // as it was asked, without its window
	asked      bool // Fields were
	where      term
	down       bool       // sorted from great to small
	tree       bool       // rows say how many hang on them
	parent     key        // zero for what hangs on nothing
	from       *nearPlace // only what is near there, sorted by the distance
	anchors    []*anchor
	groups     []*group
	plans      []*plan // of each group
}

// plan is a query made ready for a group.
type plan struct {
	group   *group
	test    matcher
	every   bool // all of the group are meant
	never   bool // none is
	columns []column
	kinds   [][]byte // as JSON
	// numbered is how names begin that end with the id, escaped; nil where they do not.
	numbered []byte
	sort     sorting
	by       *field // whose values are counted
	byKind   bool
}

// column is a field that is shown.
type column struct {
	f   *field
	key []byte // as JSON, with the colon
}

// compile makes a query ready, or finds it among those that are.
func (w *World) compile(q WorldQuery) (*query, error) {
	q.Offset, q.Limit = 0, 0
	v := &w.viewing
	if !slices.Equal(v.bound, w.groups) { // what is known has changed
		v.queries, v.bound = nil, slices.Clone(w.groups)
	}
	for i, c := range v.queries {
		if c.same(q) && c.anchored() {
			return v.queries[i], nil
		}
	}
	c, err := w.newQuery(q)
	if err != nil {
		return nil, err
	}
	v.queries = slices.DeleteFunc(v.queries, func(old *query) bool { return old.same(q) })
	if len(v.queries) >= maxQueries {
		v.queries = slices.Delete(v.queries, 0, 1)
	}
	v.queries = append(v.queries, c)
	return c, nil
}

// same reports whether a query asks for the same.
func (c *query) same(q WorldQuery) bool {
	return c.WorldQuery.Where == q.Where && c.Kind == q.Kind && c.Parent == q.Parent && c.Group == q.Group && c.WorldQuery.Sort == q.Sort &&
		(c.Fields == nil) == (q.Fields == nil) && slices.Equal(c.Fields, q.Fields) && c.from == nil
}

// anchored reports whether all that the query names is still there.
func (c *query) anchored() bool {
	for _, a := range c.anchors {
		if a.find(c.w); !a.there {
			return false
		}
	}
	if c.Parent == "" || c.Parent == "-" {
		return true
	}
	_, ok := c.w.lookup(c.parent)
	return ok
}

// newQuery checks a query against the kinds that are bound.
func (w *World) newQuery(q WorldQuery) (*query, error) {
	where, err := parseCondition(q.Where)
	if err != nil {
		return nil, err
	}
	if err := where.check(&checker{w, whereText{text: q.Where}}); err != nil {
		return nil, err
	}
	c := &query{w: w, WorldQuery: q, where: where, asked: q.Fields != nil, anchors: anchors(nil, where)}
	if q.Parent != "" && q.Parent != "-" {
		e, err := w.find(q.Parent)
		if err != nil {
			return nil, at(err, "", "/parent")
		}
		c.parent = e.key()
	}
	if err := c.checkPaths(); err != nil {
		return nil, err
	}
	c.tree = q.Parent != ""
	c.refresh()
	return c, nil
}

// checkPaths checks the names of fields.
func (c *query) checkPaths() error {
	known := []string{"id", "name", "kind"}
	for _, g := range c.w.groups {
		known = append(known, g.paths()...)
	}
	is := make(map[string]bool, len(known))
	for _, path := range known {
		is[path] = true
	}
	wrong := func(path, where string) error {
		if path == "" || is[path] {
			return nil
		}
		e := unknown(rpc.NotFound, "field", path, known).(*rpc.Error)
		e.Data.Path = where
		return e
	}
	for _, path := range c.Fields {
		if err := wrong(path, "/fields"); err != nil {
			return err
		}
	}
	sort, down := strings.CutPrefix(c.Sort, "-")
	c.down = down
	if err := wrong(sort, "/sort"); err != nil {
		return err
	}
	return wrong(c.Group, "/group")
}

// sorts reports whether the rows are put in an order that is not the world's own.
func (c *query) sorts() bool { return c.Sort != "" || c.Group != "" || c.from != nil }

// refresh makes plans for the groups that are bound now.
func (c *query) refresh() {
	if c.plans != nil && slices.Equal(c.groups, c.w.groups) {
		return
	}
	c.groups = slices.Clone(c.w.groups)
	c.plans = make([]*plan, len(c.groups))
	for i, g := range c.groups {
		c.plans[i] = c.plan(g)
	}
}

// plan makes the query ready for a group.
func (c *query) plan(g *group) *plan {
	p := &plan{group: g, byKind: c.Group == "kind"}
	pl := &planner{c.w, g}
	conditions := []matcher{c.where.plan(pl)}
	if c.Kind != "" {
		conditions = append(conditions, pl.kinds(func(kind string) bool { return kind == c.Kind }))
	}
	if c.Parent != "" {
		conditions = append(conditions, c.hanging(g))
	}
	if c.from != nil {
		near := matcher(always(false))
		if len(g.position) > 0 {
			near = *c.from
		}
		conditions = append(conditions, near)
	}
	if p.test = allOfThem(conditions); p.test == always(true) {
		p.every = true
	}
	p.never = p.test == always(false)
	for _, k := range g.kinds {
		p.kinds = append(p.kinds, rpc.AppendString(nil, k.Name))
	}
	if g.source == nil && g.many && g.layout.id != nil {
		p.numbered = bytes.Trim(rpc.AppendString(nil, g.kinds[0].Name+" "), `"`)
	}
	paths := c.Fields
	if !c.asked {
		paths = g.columns()
	}
	// Each is read once, however often a client names it.
	seen := make(map[string]bool, len(paths))
	for _, path := range paths {
		if f := g.layout.byPath[path]; f != nil && !seen[path] {
			seen[path] = true
			p.columns = append(p.columns, newColumn(f))
		}
	}
	p.by = g.layout.byPath[c.Group]
	p.byKind = p.byKind && p.by == nil
	p.sort = c.sorting(g)
	return p
}

func newColumn(f *field) column { return column{f, append(rpc.AppendString(nil, f.path), ':')} }

// hanging makes the test of what an entity hangs on.
func (c *query) hanging(g *group) matcher {
	if !g.parents() {
		return always(c.Parent == "-")
	}
	if c.Parent == "-" {
		return hangsOnNothing{c.w}
	}
	return hangsOn{c.w, c.parent}
}

type (
	hangsOn struct {
		w *World
		k key
	}
	hangsOnNothing struct{ w *World }
)

func (c hangsOn) match(e *entity) bool {
	k, ok := c.w.parentKey(e)
	return ok && k == c.k
}
func (hangsOn) cost() int { return 60 }

// match also holds for what hangs on something that is gone: where else could it be found?
func (c hangsOnNothing) match(e *entity) bool { _, ok := c.w.parent(*e); return !ok }
func (hangsOnNothing) cost() int              { return 80 }

// sorting is what the rows of a group are sorted by.
type sorting struct {
	by   sortBy
	f    *field
	from *nearPlace
}

type sortBy uint8

const (
	byNothing sortBy = iota // the group has it not
	byID
	byName
	byKind
	byNumber
	byInteger
	byText
	byDistance
)

// sorting finds what the rows of a group are sorted by.
func (c *query) sorting(g *group) sorting {
	path, _ := strings.CutPrefix(c.Sort, "-")
	if path == "" {
		path = c.Group
	}
	f := g.layout.byPath[path]
	switch {
	case c.from != nil:
		return sorting{by: byDistance, from: c.from}
	case f != nil && (f.spec.kind == kindInt || f.spec.kind == kindDuration):
		return sorting{by: byInteger, f: f}
	case f != nil && f.numeric():
		return sorting{by: byNumber, f: f}
	case f != nil:
		return sorting{by: byText, f: f}
	case path == "id":
		return sorting{by: byID}
	case path == "name":
		return sorting{by: byName}
	case path == "kind":
		return sorting{by: byKind}
	}
	return sorting{}
}

// key reads what an entity is sorted by into its row; a text is appended to text.
func (s *sorting) key(w *World, e *entity, f *found, text []byte) []byte {
	from := len(text)
	switch s.by {
	case byID:
		f.key = e.id()
		return text
	case byInteger:
		v, ok := e.place(s.f)
		if f.missing = !ok; ok {
			f.key = integerKey(v.Int())
		}
		return text
	case byNumber:
		n, ok := e.number(s.f)
		f.key, f.missing = numberKey(n), !ok
		return text
	case byDistance:
		at, _ := e.position()
		f.key = numberKey(s.from.squareTo(at))
		return text
	case byName:
		text = e.appendName(text)
	case byKind:
		text = append(text, e.kind()...)
	case byText:
		text = append(text, w.text(*e, s.f)...)
	default:
		f.missing = true
		return text
	}
	f.key, f.from, f.to = textKey(text[from:]), uint32(from), uint32(len(text))
	return text
}

// appendRow writes what the query shows of an entity. children below 0 are none to tell.
func (c *query) appendRow(dst []byte, p *plan, e *entity, children int) []byte {
	dst = append(dst, `{"id":"`...)
	id := len(dst)
	dst = e.appendID(dst)
	digits := dst[id:]
	dst = append(quoteTail(dst, id), `,"name":"`...)
	name := len(dst)
	if p.numbered != nil && len(digits) <= 12 && e.ownName() == "" {
		dst = append(append(append(dst, p.numbered...), digits...), '"')
	} else {
		dst = quoteTail(e.appendName(dst), name)
	}
	dst = append(dst, `,"kind":`...)
	dst = append(dst, p.kinds[e.kindIndex()]...)
	if children >= 0 {
		dst = strconv.AppendInt(append(dst, `,"children":`...), int64(children), 10)
	}
	dst = append(dst, `,"fields":{`...)
	for i := range p.columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, p.columns[i].key...)
		dst = c.w.appendColumn(dst, e, p.columns[i].f)
	}
	return append(dst, "}}"...)
}

// appendColumn is appendCell, with the short way for what columns are made of most.
func (w *World) appendColumn(dst []byte, e *entity, f *field) []byte {
	v, ok := e.place(f)
	switch {
	case !ok:
		return append(dst, "null"...)
	case f.spec.kind == kindFloat && f.spec.bits == 64:
		return rpc.AppendFloat(dst, v.Float())
	}
	return w.appendValue(dst, v, e.group, f)
}

// quoteTail ends a string that begins with a quotation mark before from and was appended
// as it is: what JSON cannot have is escaped.
func quoteTail(dst []byte, from int) []byte {
	for _, c := range dst[from:] {
		if c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return rpc.AppendString(dst[:from-1], string(dst[from:]))
		}
	}
	return append(dst, '"')
}

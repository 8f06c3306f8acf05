package console

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// exprScope is what an expression may name, and what it has named so far.
type exprScope struct {
	w     *World
	cvar  func(name string) (*variable, error) // both nil where there are none
	cvars func() []string
	text  whereText

	entities []*exprEntity
	leaves   []*leaf
	scans    []*scanNode
	changes  []*changedNode
}

// rebind follows what is bound to the world.
func (s *exprScope) rebind() {
	for _, e := range s.entities {
		e.known = false
	}
	for _, n := range s.scans {
		n.plans = nil
	}
}

// leaf has the values of a part kept for the answer, once for all that name it.
func (s *exprScope) leaf(at lexeme, n operandNode) (operandNode, error) {
	text := s.text.text[at.from:at.to]
	for _, l := range s.leaves {
		if l.text == text {
			return l, nil
		}
	}
	if len(s.leaves) >= maxWatched {
		return constant{}, s.text.fault(at, "an expression has at most %d paths and functions", maxWatched)
	}
	l := &leaf{of: n, text: text}
	s.leaves = append(s.leaves, l)
	return l, nil
}

// path is the node of a word: a path, a cvar or the tick. One that names nothing stands
// for itself until it is known what it is compared with.
func (s *exprScope) path(t lexeme) (operandNode, error) {
	if strings.HasPrefix(t.text, "#") {
		id, path, _ := strings.Cut(t.text[1:], ".")
		return s.field(t, lexeme{id, false, t.from, t.from + 1 + len(id)}, designatedByID, path)
	}
	kind, path := s.kindOf(t.text)
	v, err := s.variable(t.text)
	switch {
	case err != nil && (kind == "" || path == ""):
		return constant{}, s.text.fault(t, "%s", err.(*rpc.Error).Message)
	case t.text == "tick" && v == nil && kind == "":
		return s.leaf(t, tickNode{})
	case v != nil && path != "":
		return constant{}, s.text.fault(t, "%q is a cvar and a field of an entity: write cvar(%s) or entity(%s).%s", t.text, t.text, kind, path)
	case v != nil:
		return s.leaf(t, &cvarNode{v})
	case path != "":
		return s.field(t, lexeme{kind, false, t.from, t.from + len(kind)}, designatedByKind, path)
	}
	return unknownWord{t}, nil
}

// kindOf splits a path behind the longest kind that it begins with.
func (s *exprScope) kindOf(text string) (kind, path string) {
	for i := len(text); i > 0; i = strings.LastIndexByte(text[:i], '.') {
		if g, _ := s.w.groupOf(text[:i]); g != nil {
			return text[:i], strings.TrimPrefix(text[i:], ".")
		}
	}
	return "", ""
}

// groupOf finds the group of a kind, and which of its kinds that is.
func (w *World) groupOf(kind string) (*group, int) {
	for _, g := range w.groups {
		if i := slices.IndexFunc(g.kinds, func(k SourceKind) bool { return k.Name == kind }); i >= 0 {
			return g, i
		}
	}
	return nil, 0
}

// variable is a cvar; nil where there is none of the name.
func (s *exprScope) variable(name string) (*variable, error) {
	if s.cvar == nil {
		return nil, nil
	}
	return s.cvar(name)
}

// unknownPath is the error for a word that nothing is called by.
func (s *exprScope) unknownPath(t lexeme) error {
	if kind, _ := s.kindOf(t.text); kind == t.text {
		g, _ := s.w.groupOf(kind)
		known := g.paths()
		e := s.text.fault(t, "%q is a kind of entities: name a field of one, as %s.%s, or count(kind:%s)", kind, kind, known[0], kind).(*rpc.Error)
		e.Data.Suggest = kind + "." + known[0]
		return e
	}
	known := []string{"tick", "true", "false", "null"}
	if s.cvars != nil {
		known = append(known, s.cvars()...)
	}
	for _, k := range s.w.kindNames() {
		known = append(known, k)
		g, _ := s.w.groupOf(k)
		for _, path := range g.paths() {
			known = append(known, k+"."+path)
		}
	}
	return s.text.unknown("path or cvar", t, known)
}

// tickNode is the number of the tick that was simulated last.
type tickNode struct{}

func (tickNode) shape() valueShape              { return valueShape{typ: typeNumber} }
func (tickNode) eval(x *exprRun) (scalar, bool) { return numberScalar(float64(x.tick)), true }

// cvarNode is what a cvar holds.
type cvarNode struct{ v *variable }

func (n *cvarNode) shape() valueShape { return shapeOf(n.v.spec) }
func (n *cvarNode) eval(*exprRun) (scalar, bool) {
	s, ok := n.v.read()
	if k := n.v.spec.kind; n.shape().typ.counts() {
		s = numberScalar(s.number(k))
	} else if k == kindColor {
		s = scalar{s: colorText(s.n)}
	}
	return s, ok
}

// shapeOf is what a field or a cvar is to an expression; typeNull is nothing that could
// be compared.
func shapeOf(p spec) valueShape {
	switch p.kind {
	case kindBool:
		return valueShape{typ: typeBool}
	case kindInt, kindUint, kindFloat, kindList, kindMap:
		return valueShape{typ: typeNumber}
	case kindDuration:
		return valueShape{typ: typeDuration}
	case kindTime:
		return valueShape{typ: typeTime}
	case kindEnum:
		return valueShape{typeEnum, p.names}
	case kindChoice:
		return valueShape{typeText, p.names}
	case kindString, kindAsset, kindColor:
		return valueShape{typ: typeText}
	case kindEntity:
		return valueShape{typ: typeReference}
	}
	return valueShape{}
}

// pathNode is a field of an entity.
type pathNode struct {
	entity  *exprEntity
	of      valueShape
	path    string
	g       *group // for which f is right
	f       *field // nil where a path has to be followed each time, or the group has it not
	deep    bool   // it leads into a list, a map, an interface
	moves   int    // of the entity, when v was found; -1 where it has to be found each time
	v       reflect.Value
	scratch field
}

// pseudoNode is the id, the name or the kind of an entity.
type pseudoNode struct {
	entity *exprEntity
	what   string
}

func (*pseudoNode) shape() valueShape { return valueShape{typ: typeText} }
func (n *pseudoNode) eval(*exprRun) (scalar, bool) {
	e, ok := n.entity.find()
	switch {
	case !ok:
		return scalar{}, false
	case n.what == "id":
		return scalar{s: e.wireID()}, true
	case n.what == "kind":
		return scalar{s: e.kind()}, true
	}
	return scalar{s: e.name()}, true
}

// field is the node of a field of an entity.
func (s *exprScope) field(t, name lexeme, by designation, path string) (operandNode, error) {
	e, err := s.entity(name, by)
	if err != nil {
		return constant{}, err
	}
	if path == "" {
		return constant{}, s.text.fault(t, "a field of %s is wanted, as %s.%s", clipTo(name.text, maxGot), s.text.text[t.from:t.to], e.group.paths()[0])
	}
	n := &pathNode{entity: e, path: path}
	at := lexeme{path, false, t.to - len(path), t.to}
	f := e.group.layout.byPath[path]
	switch {
	case f != nil:
		n.of = shapeOf(f.spec)
	case pseudo(path):
		return s.leaf(t, &pseudoNode{e, path})
	default:
		n.deep = true
		if f, err = s.deep(at, e, path); err != nil {
			return constant{}, err
		}
		n.of = shapeOf(f.spec)
	}
	if n.of.typ == typeNull {
		return constant{}, s.text.fault(at, "%q is a %v, which cannot be compared; what lies in it can", path, f.typ)
	}
	return s.leaf(t, n)
}

// deep finds out what lies behind a path that leads into a list, a map or an interface.
// What is not there now may come, where the path could lead to something.
func (s *exprScope) deep(at lexeme, e *exprEntity, path string) (*field, error) {
	l := e.group.layout
	if parts := l.compounds[path]; parts != nil {
		fault := s.text.fault(at, "%q is several numbers: %s, …", path, parts[0].path).(*rpc.Error)
		fault.Data.Suggest = s.text.text[:at.from] + parts[0].path + s.text.text[at.to:]
		return nil, fault
	}
	known := append(e.group.paths(), "id", "name", "kind")
	if !slices.ContainsFunc(l.fields, func(f field) bool {
		rest, ok := strings.CutPrefix(path, f.path)
		return ok && rest != "" && (rest[0] == '[' || rest[0] == '.')
	}) {
		return nil, s.text.unknown("field", at, known)
	}
	found, ok := e.find()
	if !ok {
		return nil, s.text.fault(at, "%q cannot be looked into: there is no %s now", path, e.text)
	}
	t, err := s.w.target(*found, path)
	if err != nil {
		return nil, s.text.fault(at, "%s", err.(*rpc.Error).Message)
	}
	if t.parts != nil {
		return nil, s.text.fault(at, "%q is several numbers: name one of them", path)
	}
	t.open()
	f := *t.field
	if k := kindOf(t.v.Type()); f.spec.kind == kindAny && k != kindJSON { // what an interface holds
		f.spec.kind = k
	}
	return &f, nil
}

func (n *pathNode) shape() valueShape { return n.of }

// place is where the value lies now.
func (n *pathNode) place() (e *entity, v reflect.Value, ok bool) {
	e, ok = n.entity.find()
	if !ok {
		return e, v, false
	}
	if n.deep {
		return n.follow(e)
	}
	if n.moves > 0 && n.moves == n.entity.moves {
		return e, n.v, true
	}
	if n.g != e.group {
		n.g, n.moves, n.f = e.group, 0, e.group.layout.byPath[n.path]
		if n.f != nil && shapeOf(n.f.spec).typ != n.of.typ {
			n.f = nil
		}
	}
	if n.f == nil {
		return e, v, false
	}
	v, ok = e.place(n.f)
	if n.moves >= 0 {
		n.keep(v, ok)
	}
	return e, v, ok
}

// keep notes where the value lies, as long as its entity does not move: where no pointer
// leads to it.
func (n *pathNode) keep(v reflect.Value, ok bool) {
	if n.g.source != nil || behindPointer(n.g.structType(), n.f) {
		n.moves = -1
	} else if ok {
		n.v, n.moves = v, n.entity.moves
	}
}

// behindPointer reports whether a pointer leads to a field of a struct.
func behindPointer(t reflect.Type, f *field) bool {
	for _, i := range f.index {
		if t.Kind() == reflect.Pointer {
			return true
		}
		t = t.Field(i).Type
	}
	return false
}

// follow goes along a path into a list, a map or an interface.
func (n *pathNode) follow(e *entity) (*entity, reflect.Value, bool) {
	t, err := n.entity.w.target(*e, n.path)
	if err != nil || t.parts != nil {
		return e, reflect.Value{}, false
	}
	t.open()
	n.scratch = *t.field
	if k := kindOf(t.v.Type()); n.scratch.spec.kind == kindAny && k != kindJSON {
		n.scratch.spec.kind = k
	}
	n.f = &n.scratch
	return e, t.v, shapeOf(n.scratch.spec).typ == n.of.typ
}

func (n *pathNode) eval(x *exprRun) (scalar, bool) {
	e, v, ok := n.place()
	switch {
	case !ok:
		return scalar{}, false
	case n.of.typ == typeBool:
		return boolScalar(v.Bool()), true
	case n.of.typ.counts():
		return numberScalar(numberIn(v, n.f)), true
	case n.of.typ == typeReference:
		to, ok := x.w.referred(e.group, n.f, v)
		if !ok {
			return scalar{}, false
		}
		s := scalar{n: to.id()}
		if to.group.source != nil {
			s.s = to.group.source.name
		}
		return s, true
	case v.Kind() == reflect.String:
		return scalar{s: v.String()}, true
	}
	return scalar{s: x.w.text(*e, n.f)}, true
}

// designation is how an expression names an entity.
type designation uint8

const (
	designatedByName designation = iota // by its id or its name
	designatedByID
	designatedByKind // the only one of a kind
)

// exprEntity is an entity that an expression names. Where it lies is kept, and checked
// each time.
type exprEntity struct {
	w     *World
	text  string
	by    designation
	group *group // that it was found in last
	kind  int    // by its kind
	known bool
	// missing is that it was looked for among all and not found.
	missing bool
	id      uint64
	e       entity
	// Of an element of a slice of structs that lies where it lay: nothing else need be
	// looked at.
	array uintptr       // where the slice lies; the element keeps it from being used again
	own   reflect.Value // the id; not valid where that goes by the place
	moves int           // how often it was found elsewhere
}

// entity finds what a name means, once for all that use it.
func (s *exprScope) entity(name lexeme, by designation) (*exprEntity, error) {
	for _, e := range s.entities {
		if e.text == name.text && e.by == by {
			return e, nil
		}
	}
	e := &exprEntity{w: s.w, text: name.text, by: by}
	var err error
	switch by {
	case designatedByKind:
		e.group, e.kind = s.w.groupOf(name.text)
		if n := s.w.countUpTo(e.group, e.kind, 2); n > 1 {
			err = s.ambiguous(name, e)
		}
	case designatedByID:
		found, ok := s.w.findID(name.text)
		if e.group = found.group; !ok {
			err = s.text.fault(name, "there is no entity #%s", clipTo(name.text, maxGot))
		}
	default:
		var found entity
		if found, err = s.w.find(name.text); err != nil {
			return s.orKind(name)
		}
		e.group = found.group
	}
	if err != nil {
		return nil, err
	}
	s.entities = append(s.entities, e)
	return e, nil
}

// orKind is an entity by its kind where a name could stand, too.
func (s *exprScope) orKind(name lexeme) (*exprEntity, error) {
	if g, _ := s.w.groupOf(name.text); g != nil {
		return s.entity(name, designatedByKind)
	}
	known := s.w.kindNames()
	for e := range s.w.all() {
		if len(known) >= maxNamesRead {
			break
		}
		known = append(known, e.name())
	}
	return nil, s.text.unknown("entity", name, known)
}

// ambiguous is the error for a kind with several entities.
func (s *exprScope) ambiguous(name lexeme, e *exprEntity) error {
	first := e.sole(false)
	fault := s.text.fault(name, "there are several of the kind %s: name one, as #%s or %s, or count them: count(kind:%s)",
		name.text, first.wireID(), strconv.Quote(first.name()), name.text).(*rpc.Error)
	fault.Data.Suggest = "#" + first.wireID() + s.text.text[name.to:wordEnd(s.text.text, name.to)]
	return fault
}

// wordEnd is where the word at a place ends.
func wordEnd(text string, from int) int { return from + exprWordLength(text[from:]) }

// countUpTo counts the entities of a kind, no further than some.
func (w *World) countUpTo(g *group, kind, most int) (n int) {
	if g.source == nil && !g.sparse() {
		return min(g.count(), most)
	}
	for e := range g.all() {
		if e.kindIndex() == kind {
			if n++; n >= most {
				break
			}
		}
	}
	return n
}

// find returns the entity where it lies now. One that is where it was costs next to
// nothing; one that is not is looked for.
func (r *exprEntity) find() (*entity, bool) {
	if !r.known {
		return r.seek()
	}
	switch g := r.group; {
	case g.source == nil && !g.many, r.rests():
		return &r.e, true
	default:
		if e, ok := g.at(r.e.index); ok && r.same(e) {
			r.put(e)
			return &r.e, true
		}
	}
	return r.seek()
}

// rests reports whether the entity is an element of a slice that lies where it lay.
func (r *exprEntity) rests() bool {
	v := r.group.target
	return r.array != 0 && r.array == v.Pointer() && r.e.index < v.Len() && (!r.own.IsValid() || read(r.own).n == r.id)
}

// put notes where the entity is.
func (r *exprEntity) put(e entity) {
	g := e.group
	r.e, r.group, r.known = e, g, true
	r.moves++
	if r.array = 0; g.source != nil || !g.many || g.pointers() {
		return
	}
	r.array, r.own = g.target.Pointer(), reflect.Value{}
	if g.layout.id != nil {
		r.own = e.value.FieldByIndex(g.layout.id)
	}
}

// same reports whether an entity at the place where it was is still it.
func (r *exprEntity) same(e entity) bool {
	if r.group.source != nil {
		return e.handle == r.id
	}
	if r.group.layout.id == nil && r.group.pointers() {
		return e.value.Addr().Pointer() == r.e.value.Addr().Pointer()
	}
	return e.id() == r.id
}

// seek looks for the entity: where ids lead, else through what there is.
func (r *exprEntity) seek() (*entity, bool) {
	var e entity
	ok := false
	bound := r.group != nil && slices.Contains(r.w.groups, r.group)
	switch {
	case r.by == designatedByKind:
		if !bound {
			if r.group, r.kind = r.w.groupOf(r.text); r.group == nil {
				return &r.e, false
			}
		}
		e = r.sole(true)
		ok = e.group != nil
	case r.known && bound:
		e, ok = r.group.find(r.id)
	}
	if !ok && r.by != designatedByKind && !(bound && r.known && r.by == designatedByID) {
		if e, ok = r.w.findID(r.text); !ok && r.by == designatedByName {
			e, ok, _ = r.w.findName(r.text, time.Now().Add(math.MaxInt64))
		}
	}
	r.missing = !ok && r.by != designatedByID
	if !ok {
		return &r.e, false
	}
	r.id = e.id()
	r.put(e)
	return &r.e, true
}

// sole returns the only entity of a kind, or the first; none has no group.
func (r *exprEntity) sole(only bool) (found entity) {
	if only && r.group.source == nil && !r.group.sparse() && r.group.count() > 1 {
		return found
	}
	for e := range r.group.all() {
		switch {
		case e.kindIndex() != r.kind:
		case found.group != nil:
			return entity{}
		default:
			if found = e; !only {
				return found
			}
		}
	}
	return found
}

package console

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// World is what a game lets clients see and edit of its things: structs and slices of
// structs, read by reflection where they lie, and the game's own storages. The zero value
// is ready. All methods belong to the game's goroutine; values change only inside
// [Console.Update].
//
// Exported fields are shown under their Go names with a small first letter. A
// field of a nested struct has the path "body.mass"; the fields of an embedded
// struct are promoted, and the struct's name heads them in the inspector. A tag
// refines a field:
//
//	Health int `scry:"hp,min=0,max=100,unit=hp,column,help=dies at zero"`
//
// Known words: a name in front, min, max, step, unit, enum=a|b|c, readonly,
// column (shown in the table from the start), help (last), and "-" to hide. What is
// tagged secret, as a cvar may be, is hidden too. A named integer is an enum by its tag
// alone: what its String says is not asked. A string field Name is what the entity is
// called. Some words say what a value means:
// id; ref=hunter|seed, an integer that is the id of one of these; parent, a reference to
// what the entity hangs on; asset=image, a string that names an asset; quat, four floats
// that are a quaternion x y z w.
//
// Numbers, bools, strings, enums, durations, times, colours, two to sixteen floats (an
// array or a struct of them is a vector, a quaternion or a matrix), pointers to what is
// bound and references are edited where they stand; slices, maps, interfaces and other
// pointers are gone into.
//
// An entity keeps its id as long as it lives: the integer field tagged id, or
// named ID, which must be unique in the whole world and below 2^40; else its
// pointer, in a slice of pointers; else its place in the slice. A [Source] says it
// itself.
//
// All of it, and what [World.State] adds, can be kept in memory, restored, hashed and
// compared with what it was.
type World struct {
	// SnapshotBytes bounds what all snapshots of the state take. Where there is no room for
	// another the oldest go; the world itself may be no larger. Zero means 64 MiB.
	SnapshotBytes int64

	groups  []*group
	byType  map[reflect.Type][]*group // by the type of pointers to their entities
	numbers uint64                    // given to groups so far
	viewing viewing
	states  states
	editing editing
}

// Bind shows a struct, or every struct of a slice, under the name of their kind.
// The pointer is to a struct, to a slice of structs, or to a slice of pointers to
// structs; a slice may grow, shrink and be replaced by the game at will. It
// panics when the kind is taken or the type cannot be bound.
func (w *World) Bind(kind string, thing any, help string) *Bound {
	w.checkKind(kind)
	return w.add(newGroup(kind, thing, help, w.numbers+1))
}

// BindSource shows the entities of a game's own storage: an ECS, a scene graph. It
// panics when the name or one of its kinds is taken, or its schema cannot be.
func (w *World) BindSource(name string, s Source, help string) *Bound {
	w.checkKind(name)
	if s == nil {
		panic(fmt.Sprintf("console: world %q: the source is nil", name))
	}
	if strings.ContainsRune(name, ':') {
		panic(fmt.Sprintf("console: world %q: the name of a source has no colon", name))
	}
	g := newSourceGroup(name, s, help, w.numbers+1)
	for _, k := range g.kinds {
		w.checkKind(k.Name)
	}
	return w.add(g)
}

func (w *World) checkKind(kind string) {
	if kind == "" || len(kind) > 64 {
		panic(fmt.Sprintf("console: world %q: a kind has 1 to 64 characters", kind))
	}
	for _, g := range w.groups {
		if g.is([]string{kind}) || g.source != nil && g.source.name == kind {
			panic(fmt.Sprintf("console: world %q is bound already", kind))
		}
	}
}

func (w *World) add(g *group) *Bound {
	w.numbers++
	w.groups = append(w.groups, g)
	w.relink()
	return &Bound{w, g}
}

// Unbind hides a kind, or a source by its name. An unknown one is ignored.
func (w *World) Unbind(kind string) {
	w.groups = slices.DeleteFunc(w.groups, func(g *group) bool {
		if g.source != nil {
			return g.source.name == kind
		}
		return g.kinds[0].Name == kind
	})
	w.relink()
}

// relink finds out anew which pointers are references: those to what is bound.
func (w *World) relink() {
	w.byType = make(map[reflect.Type][]*group)
	for _, g := range w.groups {
		if t := g.structType(); t != nil {
			w.byType[reflect.PointerTo(t)] = append(w.byType[reflect.PointerTo(t)], g)
		}
	}
	for _, g := range w.groups {
		for i := range g.layout.fields {
			w.relinkField(&g.layout.fields[i])
		}
	}
}

func (w *World) relinkField(f *field) {
	if f.typ.Kind() != reflect.Pointer {
		return
	}
	groups := w.byType[f.typ]
	if len(groups) == 0 {
		f.spec.kind, f.readOnly, f.ref = kindAny, true, nil
		return
	}
	f.spec.kind, f.readOnly, f.ref = kindEntity, f.locked, nil
	for _, g := range groups {
		f.ref = append(f.ref, g.kinds[0].Name)
	}
}

// Bound refines how something is shown that was bound. Its methods return it, so that
// they can be chained.
type Bound struct {
	w *World
	g *group
}

// At names the two or three numbers that are the position, as "pos.x", "pos.y", or the
// one vector that is, as "pos". Without it the first vector called pos, position or at
// is. It panics when there is no such field.
func (b *Bound) At(paths ...string) *Bound {
	b.g.position, b.g.vector = nil, unasked
	for _, p := range paths {
		if parts := b.g.layout.compounds[p]; parts != nil && len(paths) == 1 {
			b.g.position = parts
			break
		}
		f := b.g.layout.byPath[p]
		if f == nil || !f.numeric() {
			panic(fmt.Sprintf("console: world %q: there is no number %q%s", b.g.kinds[0].Name, p, b.g.layout.nearest(p)))
		}
		b.g.position = append(b.g.position, f)
	}
	if n := len(b.g.position); n < 2 || n > 3 {
		panic(fmt.Sprintf("console: world %q: a position has two or three numbers, not %d", b.g.kinds[0].Name, n))
	}
	return b
}

// Parent names the reference to what an entity hangs on, as the tag parent does. It
// panics when there is no such field.
func (b *Bound) Parent(path string) *Bound {
	f := b.g.layout.byPath[path]
	if f == nil || f.spec.kind != kindEntity && f.typ.Kind() != reflect.Pointer {
		panic(fmt.Sprintf("console: world %q: there is no reference %q", b.g.kinds[0].Name, path))
	}
	b.g.parent = f
	return b
}

// Subsystem names what the entities belong to where the state of the world is hashed
// part by part; without it that is their kind.
func (b *Bound) Subsystem(name string) *Bound {
	b.g.subsystem = name
	return b
}

// all yields every entity, kind by kind in the order of binding.
func (w *World) all() iter.Seq[entity] {
	return func(yield func(entity) bool) {
		for _, g := range w.groups {
			for e := range g.all() {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// find returns the entity of an id as it travels, which may also be its name.
func (w *World) find(text string) (entity, error) {
	if e, ok := w.findID(text); ok {
		return e, nil
	}
	e, ok, through := w.findName(text, time.Now().Add(nameBudget))
	if ok {
		return e, nil
	}
	fault := rpc.Errorf(rpc.NotFound, "there is no entity %q", clipTo(text, maxGot))
	if !through {
		fault = rpc.Errorf(rpc.NotFound, "there is no entity of the id %q, and too many to look for the name", clipTo(text, maxGot))
	}
	fault.Data.Path, fault.Data.Got = "/id", clipTo(text, maxGot)
	return entity{}, fault
}

// nameBudget bounds how long a name is looked for, which takes some 20 ns an entity.
const nameBudget = 2 * time.Millisecond

// findName returns the entity of a name; through is false when the time was up before all
// of the world was looked at.
func (w *World) findName(name string, until time.Time) (e entity, ok, through bool) {
	if e, ok = w.numbered(name); ok {
		return e, true, true
	}
	var scratch []byte
	n := 0
	for e := range w.all() {
		if scratch = e.appendName(scratch[:0]); string(scratch) == name {
			return e, true, true
		}
		if n++; n%1024 == 0 && !time.Now().Before(until) {
			return entity{}, false, false
		}
	}
	return entity{}, false, true
}

// numbered returns the entity of a name that was made of its kind and its number.
func (w *World) numbered(name string) (entity, bool) {
	i := strings.LastIndexByte(name, ' ')
	n, err := strconv.ParseUint(name[i+1:], 10, 64)
	if i < 0 || err != nil {
		return entity{}, false
	}
	for _, g := range w.groups {
		if g.source != nil || g.kinds[0].Name != name[:i] {
			continue
		}
		if g.layout.id == nil {
			n += g.number * idSpan
		}
		if e, ok := g.find(n); ok && e.name() == name {
			return e, true
		}
	}
	return entity{}, false
}

// findID returns the entity of an id as it travels.
func (w *World) findID(text string) (entity, bool) {
	if name, number, ok := strings.Cut(text, ":"); ok {
		id, err := strconv.ParseUint(number, 10, 64)
		for _, g := range w.groups {
			if err == nil && g.source != nil && g.source.name == name {
				return g.find(id)
			}
		}
		return entity{}, false
	}
	id, err := strconv.ParseUint(text, 10, 64)
	for _, g := range w.groups {
		if err != nil || g.source != nil || (id >= idSpan && !g.made(id)) {
			continue
		}
		if e, ok := g.find(id); ok {
			return e, true
		}
	}
	return entity{}, false
}

// lookup returns the entity of a key, if it is still there.
func (w *World) lookup(k key) (entity, bool) {
	for _, g := range w.groups {
		if g.number == k.group {
			return g.find(k.id)
		}
	}
	return entity{}, false
}

// glimpse is lookup for what is only looked at, again and again: what is gone may come
// back unnoticed for a moment.
func (w *World) glimpse(k key) (entity, bool) {
	if g := w.grouped(k); g != nil {
		return g.seek(k.id)
	}
	return entity{}, false
}

// Params and results of the world methods.
type (
	// Kind describes the entities of one kind.
	Kind struct {
		Kind    string      `json:"kind"`
		Help    string      `json:"help"`
		Count   int         `json:"count" help:"how many there are now"`
		Fields  []FieldInfo `json:"fields"`
		Columns []string    `json:"columns" help:"paths shown in the table from the start"`

		Position   []string     `json:"position,omitempty" help:"paths of the two or three numbers that say where one is"`
		Parents    bool         `json:"parents,omitempty" help:"they may hang on each other"`
		Can        []string     `json:"can,omitempty" help:"what clients may do beside changing fields: create, delete, duplicate, reparent, attach"`
		Methods    []MethodInfo `json:"methods,omitempty" help:"what world.call calls"`
		Components []string     `json:"components,omitempty" help:"what an entity of the source may be made of"`
		Source     string       `json:"source,omitempty" help:"the game's own storage that they lie in"`
		Subsystem  string       `json:"subsystem" help:"its heading in world.hash"`
	}
	// KindCount is how many entities there are of a kind.
	KindCount struct {
		Kind  string `json:"kind"`
		Count int    `json:"count"`
	}
	// EntityID names an entity.
	EntityID struct {
		ID string `json:"id" help:"decimal id, or the entity's name"`
	}
	// Field is one value of an entity.
	Field struct {
		FieldInfo
		Value   json.RawMessage `json:"value"`
		Version uint32          `json:"version" help:"changes with the value; give it back as ifVersion"`
	}
	// Component is a group of fields.
	Component struct {
		Name   string  `json:"name"`
		Fields []Field `json:"fields"`
	}
	// Entity is one thing of the world, whole.
	Entity struct {
		ID         string      `json:"id"`
		Name       string      `json:"name"`
		Kind       string      `json:"kind"`
		Frame      uint64      `json:"frame"`
		Tick       uint64      `json:"tick"`
		Parent     string      `json:"parent,omitempty" help:"id of what it hangs on"`
		Components []Component `json:"components"`
	}
	// WorldLook asks for what lies in a list, a map, an interface or behind a pointer.
	WorldLook struct {
		ID     string `json:"id" help:"decimal id, or the entity's name"`
		Path   string `json:"path" help:"as route, route[3].next, stock[\"seeds\"]"`
		Offset int    `json:"offset,omitempty" min:"0"`
		Limit  int    `json:"limit,omitempty" min:"0" max:"1000" help:"elements; absent is 100"`
	}
	// WorldInside is what lies in such a value.
	WorldInside struct {
		Path   string  `json:"path"`
		Total  int     `json:"total" help:"elements, entries or fields"`
		Offset int     `json:"offset"`
		Fields []Field `json:"fields"`
	}
)

func (w *World) register(s *rpc.Server, frame time.Duration) {
	w.viewing.length = frame
	rpc.Handle(s, rpc.Method{Name: "world.kinds", Help: "the kinds of entities, with their fields", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]Kind, error) { return w.kinds(), nil })
	rpc.Handle(s, rpc.Method{Name: "world.counts", Help: "how many entities there are of each kind", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]KindCount, error) { return w.counts(), nil })
	rpc.Handle(s, rpc.Method{Name: "world.get", Help: "one entity with all its fields", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}},
		func(call *rpc.Call, p EntityID) (Entity, error) {
			e, err := w.find(p.ID)
			if err != nil {
				return Entity{}, err
			}
			return w.describe(e, call.Frame(), call.Tick()), nil
		})
	rpc.Handle(s, rpc.Method{Name: "world.look", Help: "what lies in a list, a map, an interface or behind a pointer", Role: rpc.View,
		Errors: []rpc.Code{rpc.NotFound, rpc.InvalidParams, rpc.TooMany}}, w.look)
	w.registerEdits(s)
	w.registerView(s)
	w.registerStates(s)
}

func (w *World) kinds() []Kind {
	list := make([]Kind, 0, len(w.groups))
	for _, g := range w.groups {
		fields := make([]FieldInfo, 0, len(g.layout.fields))
		for i := range g.layout.fields {
			fields = append(fields, g.layout.fields[i].info())
		}
		for i, of := range g.kinds {
			list = append(list, w.kind(g, i, of, fields))
		}
	}
	return list
}

// counts is what changes of the kinds all the time: to ask for the rest of them every
// second would be milliseconds of a frame.
func (w *World) counts() []KindCount {
	list := make([]KindCount, 0, len(w.groups))
	for _, g := range w.groups {
		for i, k := range g.kinds {
			list = append(list, KindCount{k.Name, w.countOf(g, i)})
		}
	}
	return list
}

func (w *World) kind(g *group, i int, of SourceKind, fields []FieldInfo) Kind {
	k := Kind{Kind: of.Name, Help: of.Help, Count: w.countOf(g, i), Fields: fields, Columns: g.columns(), Subsystem: g.subsystem}
	for _, f := range g.position {
		k.Position = append(k.Position, f.path)
	}
	k.Parents = g.parent != nil
	k.Can, k.Methods = g.can(), g.methodInfos()
	if s := g.source; s != nil {
		k.Source, k.Parents = s.name, s.parents != nil
		for _, c := range s.components {
			k.Components = append(k.Components, c.name)
		}
	}
	return k
}

// defaultColumns is how many fields the table shows where no tag chose.
const defaultColumns = 6

// columns are the paths that the table shows from the start.
func (g *group) columns() []string {
	tagged, first := []string{}, []string{}
	for i := range g.layout.fields {
		f := &g.layout.fields[i]
		if f.column {
			tagged = append(tagged, f.path)
		}
		if !f.opens() && f.as != "mat" && f.as != "quat" && len(first) < defaultColumns {
			first = append(first, f.path)
		}
	}
	if len(tagged) > 0 {
		return tagged
	}
	return first
}

// describe shows an entity whole.
func (w *World) describe(e entity, frame, tick uint64) Entity {
	d := Entity{ID: e.wireID(), Name: e.name(), Kind: e.kind(), Frame: frame, Tick: tick, Components: w.components(e)}
	if p, ok := w.parent(e); ok {
		d.Parent = p.wireID()
	}
	return d
}

// components are an entity's fields under their headings, in the order of the struct.
// Components that the entity of a source lacks are left out.
func (w *World) components(e entity) []Component {
	list := []Component{}
	at := make(map[string]int)
	for i := range e.group.layout.fields {
		f := &e.group.layout.fields[i]
		if s := e.group.source; s != nil {
			if _, ok := s.component(e.index, f.part); !ok {
				continue
			}
		}
		n, ok := at[f.component]
		if !ok {
			n = len(list)
			at[f.component] = n
			list = append(list, Component{Name: f.component})
		}
		value := w.cell(e, f)
		list[n].Fields = append(list[n].Fields, Field{f.info(), value, versionOf(value)})
	}
	return list
}

// look shows what lies in a value.
func (w *World) look(_ *rpc.Call, p WorldLook) (WorldInside, error) {
	e, err := w.find(p.ID)
	if err != nil {
		return WorldInside{}, err
	}
	t, err := w.target(e, p.Path)
	if err != nil {
		return WorldInside{}, err
	}
	if p.Limit == 0 {
		p.Limit = defaultLimit
	}
	paths, total, err := t.members(p.Offset, p.Limit)
	if err != nil {
		return WorldInside{}, err
	}
	in := WorldInside{Path: p.Path, Total: total, Offset: p.Offset, Fields: []Field{}}
	for _, path := range paths {
		m, err := t.into(path)
		if err != nil {
			continue // entries under NaN, or under keys that are written alike, have no path
		}
		in.Fields = append(in.Fields, m.leaves(0)...)
	}
	return in, nil
}

func (g *group) paths() []string {
	paths := make([]string, len(g.layout.fields))
	for i := range g.layout.fields {
		paths[i] = g.layout.fields[i].path
	}
	return paths
}

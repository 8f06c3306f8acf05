package console

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// shape is what clients may do with the entities of a group beside changing fields.
type shape struct {
	fixed                  bool
	create, delete, edited reflect.Value // functions of the game; the zero Value is none
}

// Create lets clients create entities and duplicate them. f is a func(*T) error for the
// structs T that are bound: it makes a zero one ready, and gives it an id that is free
// where it has one of its own. A duplicate is a copy under such an id; slices and maps in
// its exported fields are copied too. Where unexported fields hold some, which two
// entities are not to share, a duplicate has those fields as f left them. It panics where
// f is another function, or the entities are known by their place in a slice only. A
// [Source] has [SourceCreator] for it.
func (b *Bound) Create(f any) *Bound {
	b.shape("Create", f, true)
	if why := b.g.nameless(); why != "" {
		panic("console: world " + why)
	}
	b.g.shape.create = reflect.ValueOf(f)
	return b
}

// Delete has the game asked before a client deletes an entity: f is a func(*T) error for
// the structs T that are bound, and its error keeps the entity. The console takes it out
// of the slice. A [Source] has [SourceDeleter] for it.
func (b *Bound) Delete(f any) *Bound {
	b.shape("Delete", f, true)
	b.g.shape.delete = reflect.ValueOf(f)
	return b
}

// Edited has the game told when a client has changed an entity, made it, or brought it
// back: f is a func(*T) for the structs T that are bound. It runs once for each entity of
// a transaction, when all of that is done.
func (b *Bound) Edited(f any) *Bound {
	b.shape("Edited", f, false)
	b.g.shape.edited = reflect.ValueOf(f)
	return b
}

// Fixed keeps clients from creating and deleting entities.
func (b *Bound) Fixed() *Bound {
	b.g.shape.fixed = true
	return b
}

// shape checks a function of the game.
func (b *Bound) shape(what string, f any, fails bool) {
	name := b.g.kinds[0].Name
	if b.g.source != nil {
		panic(fmt.Sprintf("console: world %q: a Source has methods of its own, and no %s", b.g.source.name, what))
	}
	in, out := []reflect.Type{reflect.PointerTo(b.g.structType())}, []reflect.Type(nil)
	if fails {
		out = []reflect.Type{reflect.TypeFor[error]()}
	}
	want := reflect.FuncOf(in, out, false)
	if v := reflect.ValueOf(f); v.Kind() != reflect.Func || v.IsNil() || v.Type() != want {
		panic(fmt.Sprintf("console: world %q: %s takes a %v, not a %T", name, what, want, f))
	}
}

// nameless says why the entities of a group have no identity, without which none can be
// deleted, made or brought back; "" where they have one.
func (g *group) nameless() string {
	name := g.kinds[0].Name
	switch {
	case g.source != nil || g.many && (g.layout.id != nil || g.pointers()):
		return ""
	case !g.many:
		return fmt.Sprintf("%q is a single struct", name)
	}
	return fmt.Sprintf("%q is known by its place in a slice only: give it an integer field ID, or tagged id, or bind a slice of pointers", name)
}

// can lists what clients may do with the entities of a group.
func (g *group) can() []string {
	list := []string{}
	for _, what := range [...]string{kindCreate, kindDelete, kindDuplicate, kindReparent, kindAttach} {
		if g.cannot(what) == nil {
			list = append(list, what)
		}
	}
	return list
}

// cannot says why clients may not do something with the entities of a group, and what the
// program could do about it; nil where they may.
func (g *group) cannot(what string) error {
	no := func(format string, args ...any) error {
		e := rpc.Errorf(rpc.ReadOnly, "%s: cannot %s: %s", g.kinds[0].Name, what, fmt.Sprintf(format, args...))
		e.Data.Path, e.Data.Got = "/id", what
		return e
	}
	if g.source != nil {
		if !sourceCan(g.source.own, what) {
			return no("its source has no method for it")
		}
		return nil
	}
	why := g.nameless()
	switch {
	case what == kindReparent && g.parent == nil:
		return no("none of its fields is tagged parent")
	case what == kindReparent:
		if g.parent.readOnly {
			return no("its field %q is read-only", g.parent.path)
		}
	case what == kindAttach:
		return no("a struct has the components that its type has")
	case why != "":
		return no("%s", why)
	case g.shape.fixed:
		return no("the program keeps its number fixed")
	case what == kindCreate && !g.shape.create.IsValid(), what == kindDuplicate && !g.shape.create.IsValid() && g.layout.id != nil:
		return no("the program gives no function Create for it")
	}
	return nil
}

func sourceCan(s Source, what string) (ok bool) {
	switch what {
	case kindCreate, kindDuplicate:
		_, ok = s.(SourceCreator)
	case kindDelete:
		_, ok = s.(SourceDeleter)
	case kindReparent:
		_, ok = s.(SourceReparenter)
	case kindAttach:
		_, ok = s.(SourceAttacher)
	}
	return ok
}

// remains is what was deleted: a struct or the pointer to it, or the components of what a
// source deleted.
type remains struct {
	values staged
	kind   int
	hung   parenthood
}

// remove takes entities out of their slice and keeps them, once the game has agreed.
func (w *World) remove(g *group, batch []*edit) error {
	f := w.finder()
	for i, s := range batch {
		if f.late() {
			w.primeTexts(len(batch)-i, func(j int) string { return strconv.FormatUint(batch[i+j].key.id, 10) })
		}
		e, ok := g.find(s.key.id)
		if !ok {
			return rpc.Errorf(rpc.NotFound, "%s is not in the world any more", s.name)
		}
		s.remains = &remains{values: staged{copied(g.target.Index(e.index))}}
		if f := g.shape.delete; f.IsValid() {
			if err := w.consult("Delete", e, f); err != nil {
				return err
			}
		}
	}
	indices := make([]int, 0, len(batch))
	of := make(map[int]*edit, len(batch))
	for _, s := range batch {
		if e, ok := g.find(s.key.id); ok { // else the function has taken it out itself
			indices, of[e.index] = append(indices, e.index), s
		}
	}
	slices.Sort(indices)
	y := w.yard(g)
	behind, last := neighbour{}, -1 // the living one before, and its index when those before it are gone
	next := 0
	for n, i := range indices {
		for j := i - 1; j >= next; j-- {
			if e, ok := g.at(j); ok {
				behind, last = neighbour{e.id(), true}, j-n
				break
			}
		}
		next = i + 1
		y.bury(of[i].key.id, i-n, behind, last)
	}
	cutOut(g.target, indices)
	return nil
}

// consult calls a function of the game that may refuse.
func (w *World) consult(what string, e entity, f reflect.Value) error {
	name := e.name()
	return w.guard(name+": "+what, func() error {
		if err, _ := f.Call([]reflect.Value{e.value.Addr()})[0].Interface().(error); err != nil {
			return at(refusal(err), name, "")
		}
		return nil
	})
}

// refusal is the error of a game's function, for the wire.
func refusal(err error) error {
	if _, ok := err.(*rpc.Error); ok {
		return err
	}
	return rpc.Errorf(rpc.Failed, "%s", clipTo(err.Error(), 4*maxGot))
}

// copied is a value as it is, in a place of its own.
func copied(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// revive puts entities back into their slice, each where it belongs.
func (w *World) revive(g *group, batch []*edit) error {
	ids := make([]uint64, len(batch))
	free := make(map[uint64]bool, len(batch))
	for i, s := range batch {
		ids[i] = s.key.id
		free[s.key.id] = true
	}
	if e, ok := w.standing(g, free); ok {
		return rpc.Errorf(rpc.Conflict, "what has the id %d cannot come back: %s is in the world with that id", e.id(), e.name())
	}
	list := w.yard(g).rise(ids)
	before := make([]int, len(list))
	for i := range list {
		before[i] = g.belongs(&list[i])
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return before[a] - before[b] })
	at, values := make([]int, len(list)), make([]reflect.Value, len(list))
	for i, o := range order {
		s := batch[list[o].of]
		at[i], values[i] = before[o], s.remains.values[0]
		if g.layout.id == nil {
			g.known(values[i], s.key.id)
		}
	}
	putIn(g.target, at, values)
	for _, s := range batch {
		s.remains = nil
	}
	return nil
}

// belongs is the index before which one of the dead comes back.
func (g *group) belongs(r *risen) int {
	n := g.target.Len()
	i := 0
	switch {
	case r.lost:
		return n
	case r.anchor.some:
		e, ok := g.find(r.anchor.id)
		if !ok {
			return min(r.index, n) // the game has deleted what it stood behind
		}
		i = e.index + 1
	}
	for ; r.gap > 0 && i < n; r.gap-- {
		if _, ok := g.at(i); ok {
			break
		}
		i++
	}
	return i
}

// known gives a pointer the id back that it had.
func (g *group) known(ptr reflect.Value, id uint64) {
	if g.ids == nil {
		g.ids = make(map[any]uint64)
	}
	g.ids[ptr.Interface()] = id
}

// bury lets go of what a transaction keeps that is forgotten.
func (w *World) bury(t *transaction) {
	for i := range t.edits {
		s := &t.edits[i]
		if y := w.editing.yards[s.key.group]; y != nil && s.remains != nil {
			y.forget(s.key.id)
		}
	}
}

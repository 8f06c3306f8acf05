package console

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Params and results of what changes which entities there are.
type (
	// WorldCreate asks for a new entity.
	WorldCreate struct {
		Kind   string                     `json:"kind"`
		At     []float64                  `json:"at,omitempty" help:"where: two or three numbers"`
		Fields map[string]json.RawMessage `json:"fields,omitempty" help:"values by path"`
		Label  string                     `json:"label,omitempty"`
	}
	// EntityIDs names entities.
	EntityIDs struct {
		IDs   []string `json:"ids" help:"10,000 at the most"`
		Label string   `json:"label,omitempty" help:"what the history calls it"`
	}
	// WorldReparent asks to hang entities on another.
	WorldReparent struct {
		IDs    []string `json:"ids"`
		Parent *string  `json:"parent" help:"null hangs them on nothing"`
		Label  string   `json:"label,omitempty"`
	}
	// WorldPart names a component of an entity of a source.
	WorldPart struct {
		ID        string `json:"id"`
		Component string `json:"component"`
	}
	// WorldMade says which entities a transaction was about.
	WorldMade struct {
		IDs         []string `json:"ids" help:"of what was made, or deleted, with what hung on it"`
		Transaction uint64   `json:"transaction"`
		Frame       uint64   `json:"frame"`
		Tick        uint64   `json:"tick"`
	}
)

func (w *World) registerShape(s *rpc.Server) {
	method := func(name, help string) rpc.Method {
		return rpc.Method{Name: "world." + name, Help: help, Role: rpc.Edit, Errors: editErrors}
	}
	rpc.Handle(s, method("create", "makes an entity"), w.create)
	rpc.Handle(s, method("delete", "deletes entities, and what hangs on them"), w.delete)
	rpc.Handle(s, method("duplicate", "copies entities, each under an id of its own"), w.duplicate)
	rpc.Handle(s, method("reparent", "hangs entities on another, or on nothing"), w.reparent)
	rpc.Handle(s, method("attach", "adds a component to an entity of a source"), func(call *rpc.Call, p WorldPart) (WorldMade, error) {
		return w.part(call, p, attached)
	})
	rpc.Handle(s, method("detach", "takes a component from an entity of a source"), func(call *rpc.Call, p WorldPart) (WorldMade, error) {
		return w.part(call, p, detached)
	})
}

// made commits a transaction about whole entities.
func (w *World) made(call *rpc.Call, t *transaction) WorldMade {
	m := WorldMade{IDs: make([]string, len(t.edits))}
	for i := range t.edits {
		m.IDs[i] = t.edits[i].wire
	}
	t.label = clipTo(t.label, maxLabel)
	t = w.commit(call, t)
	m.Transaction, m.Frame, m.Tick = t.id, t.frame, t.tick
	return m
}

// structural makes an edit about an entity.
func structural(a act, e entity) edit {
	return edit{act: a, key: e.key(), name: e.name(), wire: e.wireID()}
}

func (w *World) create(call *rpc.Call, p WorldCreate) (WorldMade, error) {
	g, kind, err := w.kindNamed(p.Kind)
	if err == nil {
		err = within(g.cannot(kindCreate), "/kind")
	}
	if err != nil {
		return WorldMade{}, err
	}
	e, err := w.make(g, kind)
	if err != nil {
		return WorldMade{}, err
	}
	t := &transaction{kind: kindCreate, label: p.Label, edits: []edit{structural(born, e)}}
	if err := w.furnish(e.key(), p); err != nil {
		return WorldMade{}, w.unmake(t, err)
	}
	return w.made(call, t), nil
}

// unmake takes back what a transaction has made that fails.
func (w *World) unmake(t *transaction, err error) error {
	if failed := w.run(t.edits, backward); failed != nil {
		return rpc.Errorf(rpc.Failed, "%v; and what was made before could not be taken back: %v", err, failed)
	}
	w.bury(t)
	return err
}

// kindNamed finds a kind.
func (w *World) kindNamed(name string) (g *group, kind int, err error) {
	var known []string
	for _, g := range w.groups {
		for i, k := range g.kinds {
			if k.Name == name {
				return g, i, nil
			}
			known = append(known, k.Name)
		}
	}
	return nil, 0, at(unknown(rpc.NotFound, "kind", name, known), "", "/kind")
}

// make makes an entity.
func (w *World) make(g *group, kind int) (entity, error) {
	if g.source != nil {
		return w.makeInSource(g, kind)
	}
	ptr, err := w.fresh(g)
	if err != nil {
		return entity{}, err
	}
	list, err := w.settle(g, []reflect.Value{ptr})
	if err != nil {
		return entity{}, err
	}
	return list[0], nil
}

// fresh makes a struct that is not in the world yet.
func (w *World) fresh(g *group) (ptr reflect.Value, err error) {
	ptr = reflect.New(g.structType())
	name := g.kinds[0].Name
	if g.shape.create.IsValid() {
		err = w.guard(name+": Create", func() error {
			if err, _ := g.shape.create.Call([]reflect.Value{ptr})[0].Interface().(error); err != nil {
				return at(refusal(err), name, "")
			}
			return nil
		})
	}
	return ptr, err
}

// settle puts new structs into the world, at the end of their slice, unless ids that they
// were given are taken. Then none is.
func (w *World) settle(g *group, fresh []reflect.Value) ([]entity, error) {
	if g.layout.id != nil {
		if err := w.checkFresh(g, fresh); err != nil {
			return nil, err
		}
	}
	list := make([]entity, len(fresh))
	for i, ptr := range fresh {
		list[i] = g.append(ptr)
	}
	return list, nil
}

// checkFresh refuses ids that others have.
func (w *World) checkFresh(g *group, fresh []reflect.Value) error {
	ids := make(map[uint64]bool, len(fresh))
	name := g.kinds[0].Name
	for _, ptr := range fresh {
		id := read(ptr.Elem().FieldByIndex(g.layout.id)).n
		switch {
		case id >= idSpan:
			return rpc.Errorf(rpc.Failed, "%s: Create gave it the id %d; ids are below 2^40", name, id)
		case ids[id]:
			return rpc.Errorf(rpc.Failed, "%s: Create gave two of them the id %d", name, id)
		case !g.appended(ptr):
			ids[id] = true
		}
	}
	if e, ok := taken(w.groups, ids, time.Now().Add(nameBudget)); ok {
		return rpc.Errorf(rpc.Failed, "%s: Create gave it the id %d, which %s has", name, e.id(), e.name())
	}
	return nil
}

// appended reports whether the game has put a new struct into its slice by itself.
func (g *group) appended(ptr reflect.Value) bool {
	n := g.target.Len()
	return g.pointers() && n > 0 && g.target.Index(n-1).Pointer() == ptr.Pointer()
}

// append puts a new struct at the end of its slice, unless the game has done so.
func (g *group) append(ptr reflect.Value) entity {
	v := ptr
	if !g.pointers() {
		v = ptr.Elem()
	} else if g.appended(ptr) {
		e, _ := g.at(g.target.Len() - 1)
		return e
	}
	g.target.Set(reflect.Append(g.target, v))
	e, _ := g.at(g.target.Len() - 1)
	return e
}

// furnish gives a new entity its place and its first values.
func (w *World) furnish(k key, p WorldCreate) error {
	e, _ := w.lookup(k)
	if pos := e.group.position; len(p.At) > 0 {
		if len(p.At) != len(pos) && !(len(p.At) == 2 && len(pos) == 3) {
			err := rpc.Errorf(rpc.InvalidParams, "a %s has a position of %d numbers, not %d", p.Kind, len(pos), len(p.At))
			err.Data.Path, err.Data.Got, err.Data.Want = "/at", strconv.Itoa(len(p.At)), strconv.Itoa(len(pos))
			return err
		}
		for i, n := range p.At {
			if err := w.give(k, pos[i].path, rpc.AppendFloat(nil, n)); err != nil {
				return at(err, "", "/at/"+strconv.Itoa(i))
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(p.Fields)) {
		if err := w.give(k, path, p.Fields[path]); err != nil {
			return within(err, "/fields/"+pointerToken(path))
		}
	}
	return nil
}

// give sets a field of an entity that no transaction tells of by itself.
func (w *World) give(k key, path string, raw json.RawMessage) error {
	e, ok := w.lookup(k)
	if !ok {
		return rpc.Errorf(rpc.NotFound, "the new entity is not in the world any more")
	}
	t, err := w.target(e, path)
	if err != nil {
		return err
	}
	v, err := t.decode(raw)
	if err != nil {
		return err
	}
	return w.guard("setting "+path, func() error { return t.write(v) })
}

// several finds the entities that a client names, each once, of kinds with which
// something may be done.
func (w *World) several(ids []string, what string) ([]entity, error) {
	switch n := len(ids); {
	case n == 0:
		return nil, at(rpc.Errorf(rpc.InvalidParams, "there is nothing to %s", what), "", "/ids")
	case n > maxEdits:
		return nil, tooManyEdits(n, "/ids")
	}
	list := make([]entity, 0, len(ids))
	seen := make(map[key]bool, len(ids))
	f := w.finder()
	for i, id := range ids {
		if f.late() {
			w.primeTexts(len(ids)-i, func(j int) string { return ids[i+j] })
		}
		e, err := w.find(id)
		if err == nil {
			err = e.group.cannot(what)
		}
		if err != nil {
			return nil, within(err, "/ids/"+strconv.Itoa(i))
		}
		if k := e.key(); !seen[k] {
			seen[k] = true
			list = append(list, e)
		}
	}
	return list, nil
}

// within says where in the params an error was whose own path is that of a single id.
func within(err error, path string) error {
	if e, ok := err.(*rpc.Error); ok && e != nil {
		with := *e
		with.Data.Path = path
		return &with
	}
	return err
}

// pointerToken is a name as a piece of a JSON pointer.
func pointerToken(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

func (w *World) delete(call *rpc.Call, p EntityIDs) (WorldMade, error) {
	list, err := w.several(p.IDs, kindDelete)
	if err == nil {
		list, err = w.descend(list)
	}
	if err != nil {
		return WorldMade{}, err
	}
	t := &transaction{kind: kindDelete, label: p.Label, edits: make([]edit, len(list))}
	for i, e := range list {
		t.edits[len(list)-1-i] = structural(died, e)
	}
	if err := w.run(t.edits, forward); err != nil {
		return WorldMade{}, err
	}
	return w.made(call, t), nil
}

// descend adds what hangs on some entities, and on that in turn, each behind its parent.
func (w *World) descend(list []entity) ([]entity, error) {
	w.doubt()
	in := make(map[key]bool, len(list))
	for _, e := range list {
		in[e.key()] = true
	}
	var hanging map[key][]entity
	for layer, depth := list, 0; len(layer) > 0; depth++ {
		if depth == fewLayers { // a pass for each would take too long
			hanging = w.hanging()
		}
		next, err := w.below(layer, hanging, in)
		if err != nil {
			return nil, err
		}
		if list = append(list, next...); len(list) > maxEdits {
			return nil, tooManyEdits(len(list), "/ids")
		}
		layer = next
	}
	// Those that a client named may hang on each other.
	return w.parentsFirst(list, in), nil
}

// fewLayers is how many layers of a tree are found by a pass through the world each.
const fewLayers = 4

// below finds what hangs on the entities of a layer and is not in yet, and takes it in:
// where hanging is nil by a pass, in which much of what is deeper may be found as well.
func (w *World) below(layer []entity, hanging map[key][]entity, in map[key]bool) (next []entity, err error) {
	take := func(e, parent entity) bool {
		if k := e.key(); !in[k] {
			in[k] = true
			next = append(next, e)
			if why := e.group.cannot(kindDelete); why != nil {
				err = at(why, parent.name()+": "+e.name()+" hangs on it", "")
			}
		}
		return err == nil
	}
	if hanging != nil {
		for _, p := range layer {
			for _, e := range hanging[p.key()] {
				if !take(e, p) {
					return nil, err
				}
			}
		}
		return next, nil
	}
	for _, g := range w.groups {
		if !slices.ContainsFunc(layer, func(e entity) bool { return g.hangsOn(e.group) }) {
			continue
		}
		for e := range g.all() {
			if p, ok := w.parent(e); ok && in[p.key()] && !take(e, p) {
				return nil, err
			}
		}
	}
	return next, nil
}

// hanging is what hangs on each entity of the world.
func (w *World) hanging() map[key][]entity {
	m := make(map[key][]entity)
	for _, g := range w.groups {
		if !g.parents() {
			continue
		}
		for e := range g.all() {
			if p, ok := w.parent(e); ok {
				m[p.key()] = append(m[p.key()], e)
			}
		}
	}
	return m
}

// parentsFirst orders entities so that none stands before what it hangs on.
func (w *World) parentsFirst(list []entity, in map[key]bool) []entity {
	depth := make(map[key]int, len(list))
	var deep func(e entity, left int) int
	deep = func(e entity, left int) int {
		k := e.key()
		d, known := depth[k]
		if known || left == 0 {
			return d
		}
		if p, ok := w.parent(e); ok && in[p.key()] {
			d = deep(p, left-1) + 1
		}
		depth[k] = d
		return d
	}
	for _, e := range list {
		deep(e, maxHanging)
	}
	slices.SortStableFunc(list, func(a, b entity) int { return depth[a.key()] - depth[b.key()] })
	return list
}

// maxHanging bounds how deep entities hang on each other: more is a circle.
const maxHanging = 1000

// hangsOn reports whether entities of a group may hang on those of another.
func (g *group) hangsOn(o *group) bool {
	switch {
	case g.source != nil:
		return g == o && g.source.parents != nil
	case g.parent == nil:
		return false
	case g.parent.typ.Kind() == reflect.Pointer:
		return o.source == nil && reflect.PointerTo(o.structType()) == g.parent.typ
	}
	return o.source == nil && o.is(g.parent.ref)
}

func (w *World) duplicate(call *rpc.Call, p EntityIDs) (WorldMade, error) {
	list, err := w.several(p.IDs, kindDuplicate)
	if err != nil {
		return WorldMade{}, err
	}
	t := &transaction{kind: kindDuplicate, label: p.Label}
	for len(list) > 0 && err == nil {
		n := 1
		for n < len(list) && list[n].group == list[0].group {
			n++
		}
		var twins []entity
		if twins, err = w.twins(list[0].group, list[:n]); err == nil {
			list = list[n:]
		}
		for _, e := range twins {
			t.edits = append(t.edits, structural(born, e))
		}
	}
	if err != nil {
		return WorldMade{}, w.unmake(t, err)
	}
	return w.made(call, t), nil
}

// twins makes duplicates of entities of a group. With an error it returns those that
// were made before.
func (w *World) twins(g *group, list []entity) (twins []entity, err error) {
	if g.source != nil {
		for _, e := range list {
			twin, err := w.copyInSource(e)
			if err != nil {
				return twins, err
			}
			twins = append(twins, twin)
		}
		return twins, nil
	}
	fresh := make([]reflect.Value, len(list))
	for i, e := range list {
		if fresh[i], err = w.copy(e); err != nil {
			return nil, err
		}
	}
	return w.settle(g, fresh)
}

// copy makes a duplicate of a struct, that is not in the world yet.
func (w *World) copy(e entity) (ptr reflect.Value, err error) {
	from := copied(e.value) // also where a function of the game moves it meanwhile
	ptr, err = w.fresh(e.group)
	if err != nil {
		return ptr, err
	}
	to, at := ptr.Elem(), e.group.layout.id
	var id scalar
	if at != nil {
		id = read(to.FieldByIndex(at))
	}
	share(to, from)
	deepen(to)
	if at != nil {
		id.write(to.FieldByIndex(at))
	}
	return ptr, nil
}

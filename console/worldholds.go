package console

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// hold keeps a field at a value, whatever the game writes there. Its edit says which
// field; after is the value, and before what the game wrote last.
type hold struct {
	edit
	fields      []*field // where the value lies, each part of it; nil where a path has to be followed each time
	author      string
	frame       uint64
	overwritten uint64
}

// holds are all that is held, in the order in which they began.
type holds struct {
	list   []*hold
	untold bool // which there are, or their values, are not what subscribers know
	counts bool // how often the game wrote is not
	frames int  // since subscribers were told
}

const (
	// maxHolds bounds what every frame has to write.
	maxHolds = 1000
	// holdEvery is how many frames apart subscribers hear of how often the game wrote.
	holdEvery = 30
)

// Params and results of holds.
type (
	// WorldHold asks to hold a field.
	WorldHold struct {
		ID    string          `json:"id" help:"the entity's id, or its name"`
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value,omitempty" help:"absent is what it is now"`
	}
	// WorldField names a field of an entity.
	WorldField struct {
		ID   string `json:"id" help:"the entity's id, or its name"`
		Path string `json:"path"`
	}
	// Hold is a field that is held at a value.
	Hold struct {
		ID          string          `json:"id"`
		Name        string          `json:"name"`
		Path        string          `json:"path"`
		Value       json.RawMessage `json:"value"`
		Author      string          `json:"author"`
		Frame       uint64          `json:"frame" help:"when it began"`
		Overwritten uint64          `json:"overwritten" help:"how often the game wrote something else, and it was put back"`
		Last        json.RawMessage `json:"last" help:"what the game wrote last; null for nothing yet"`
	}
)

func (w *World) registerHolds(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.hold", Help: "keeps a field at a value although the game writes it, until it is released or its entity is gone", Role: rpc.Edit, Errors: editErrors}, w.hold)
	rpc.Handle(s, rpc.Method{Name: "world.release", Help: "ends a hold", Role: rpc.Edit, Errors: []rpc.Code{rpc.NotFound}}, w.release)
	rpc.Handle(s, rpc.Method{Name: "world.holds", Help: "what is held", Role: rpc.View}, func(*rpc.Call, rpc.Void) ([]Hold, error) { return w.heldNow(), nil })
}

func (w *World) hold(call *rpc.Call, p WorldHold) (Hold, error) {
	e, err := w.find(p.ID)
	if err != nil {
		return Hold{}, err
	}
	t, err := w.target(e, p.Path)
	if err == nil && t.readOnly() {
		err = at(rpc.Errorf(rpc.ReadOnly, "%s: field %q is read-only", e.name(), p.Path), "", "/path")
	}
	if err != nil {
		return Hold{}, err
	}
	h := &hold{edit: edit{act: acted, key: e.key(), name: e.name(), wire: e.wireID(), path: p.Path}}
	h.shows(t)
	if err := w.holdable(h); err != nil {
		return Hold{}, err
	}
	if p.Value != nil {
		a := WorldAssignment{ID: h.wire, Path: p.Path, Value: p.Value}
		change := &transaction{kind: kindSet, label: "hold"}
		if _, err := w.change(call, change, []WorldAssignment{a}, func(int) string { return "" }); err != nil {
			return Hold{}, err
		}
	}
	if t, err = w.aim(&h.edit); err != nil {
		return Hold{}, err
	}
	_, h.author = w.editing.owner(call.Peer)
	h.frame, h.after, h.before, h.fields = call.Frame(), t.read(), t.read(), t.places()
	held := &w.editing.holds
	held.untold = true
	held.list = append(slices.DeleteFunc(held.list, func(o *hold) bool { return o.key == h.key && o.path == h.path }), h)
	return w.held(h), nil
}

// holdable refuses what another hold is about, but for the same field, and too many.
func (w *World) holdable(h *hold) error {
	for _, o := range w.editing.holds.list {
		if o.key == h.key && o.path != h.path && pathsMeet(o.path, h.path) {
			return at(rpc.Errorf(rpc.Conflict, "%s: field %q is held already, by %s", o.name, o.path, o.author), "", "/path")
		}
	}
	if len(w.editing.holds.list) >= maxHolds {
		e := rpc.Errorf(rpc.TooMany, "%d fields are held already", maxHolds)
		e.Data.Limit = "holds " + strconv.Itoa(maxHolds)
		return e
	}
	return nil
}

// places are the fields in which a value lies; nil where its path leads through a list, a
// map or an interface, or a function of the game writes it.
func (t target) places() []*field {
	l := t.entity.group.layout
	list := l.compounds[t.path]
	if f := l.byPath[t.path]; f != nil {
		list = []*field{f}
	}
	if s := t.entity.group.source; s != nil && len(list) > 0 && s.components[list[0].part].load != nil {
		return nil
	}
	return list
}

func (w *World) release(_ *rpc.Call, p WorldField) (Hold, error) {
	held := &w.editing.holds
	if e, ok := w.find(p.ID); ok == nil {
		p.ID = e.wireID()
	}
	for i, h := range held.list {
		if h.wire == p.ID && h.path == p.Path {
			held.list = slices.Delete(held.list, i, i+1)
			held.untold = true
			return w.held(h), nil
		}
	}
	e := rpc.Errorf(rpc.NotFound, "%s: field %q is not held", clipTo(p.ID, maxGot), clipTo(p.Path, maxGot))
	e.Data.Path, e.Data.Got = "/path", clipTo(p.Path, maxGot)
	return Hold{}, e
}

// held shows a hold.
func (w *World) held(h *hold) Hold {
	x := Hold{ID: h.wire, Name: h.name, Path: h.path, Value: w.showEdit(&h.edit, h.after), Author: h.author, Frame: h.frame, Overwritten: h.overwritten}
	if x.Last = json.RawMessage("null"); h.overwritten > 0 {
		x.Last = w.showEdit(&h.edit, h.before)
	}
	return x
}

// heldNow shows all holds.
func (w *World) heldNow() []Hold {
	list := make([]Hold, len(w.editing.holds.list))
	for i, h := range w.editing.holds.list {
		list[i] = w.held(h)
	}
	return list
}

// applyHolds puts back what the game wrote over. It is called at the beginning of a frame
// and after each tick.
func (w *World) applyHolds() {
	held := &w.editing.holds
	gone := false
	for _, h := range held.list {
		e, ok := w.lookup(h.key)
		if !ok {
			h.author, gone = "", true // who holds it is nobody
			continue
		}
		if w.apply(e, h) {
			h.overwritten++
			held.counts = true
		}
	}
	if gone {
		held.untold = true
		held.list = slices.DeleteFunc(held.list, func(h *hold) bool { _, ok := w.lookup(h.key); return !ok })
	}
}

// apply puts one field back, and reports whether the game had written to it. What has
// no place at the moment is left alone.
func (w *World) apply(e entity, h *hold) (wrote bool) {
	if h.fields == nil {
		return w.applyPath(e, h)
	}
	for i, f := range h.fields {
		v, ok := e.place(f)
		if !ok || alike(v, h.after[i]) {
			continue
		}
		wrote = true
		h.before[i].Set(v)
		v.Set(h.after[i])
	}
	return wrote
}

// applyPath is apply where a path has to be followed.
func (w *World) applyPath(e entity, h *hold) (wrote bool) {
	t, err := w.target(e, h.path)
	if err != nil || !t.fits(h.after) {
		return false
	}
	now := t.read()
	for i := range now {
		wrote = wrote || !alike(now[i], h.after[i])
	}
	if wrote {
		h.before = now
		// Where a function of the game refuses it, it tries again next time.
		_ = w.guard("holding "+h.name+" "+h.path, func() error { return t.write(h.after) })
	}
	return wrote
}

// follow has what is held be what a client has set it to.
func (w *World) follow(edits []edit) {
	held := &w.editing.holds
	if len(held.list) == 0 {
		return
	}
	of := byKey(edits)
	for _, h := range held.list {
		if !slices.ContainsFunc(of[h.key], func(i int) bool { return edits[i].meets(&h.edit) }) {
			continue
		}
		if t, err := w.aim(&h.edit); err == nil {
			if !t.fits(h.after) {
				h.shows(t)
				h.before, h.fields = t.read(), t.places()
			}
			h.after = t.read()
			held.untold = true
		}
	}
}

// alike reports whether two values of a type are the same, bit by bit: a NaN is itself.
func alike(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Float32, reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	case reflect.Bool:
		return a.Bool() == b.Bool()
	case reflect.String:
		return a.String() == b.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Int() == b.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return a.Uint() == b.Uint()
	}
	return a.Comparable() && b.Comparable() && a.Equal(b)
}

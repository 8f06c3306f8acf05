package console

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// edit is one thing that a transaction did, with what is needed to take it back and to
// do it again: values as they lay in memory, so that nothing is lost on a way through a
// text.
type edit struct {
	act           act
	key           key
	name, wire    string   // of the entity, as it was called
	path          string   // of a field, or a component; "" for the entity as a whole
	field         *field   // how a value travels; nil for compounds, and for what has none
	parts         []*field // of a compound
	before, after staged
	from, to      parenthood // of what was hung
	remains       *remains   // what was deleted, or detached
}

// act is what an edit does.
type act uint8

const (
	acted    act = iota // a field was set
	born                // an entity was made
	died                // an entity was deleted
	hung                // an entity of a source was hung on another
	attached            // a component was added
	detached            // a component was taken away
	invoked             // a method was called
)

// The directions in which edits are run.
const (
	forward  = false
	backward = true
)

// size is how many bytes a transaction keeps, about.
func (t *transaction) size() int {
	n := len(t.label) + 256
	for i := range t.edits {
		n += t.edits[i].size()
	}
	return n
}

func (s *edit) size() int {
	n := 256 + len(s.name) + len(s.wire) + sizeOf(s.before) + sizeOf(s.after)
	if s.remains != nil {
		n += sizeOf(s.remains.values)
		for _, v := range s.remains.values {
			if v.IsValid() && v.Kind() == reflect.Pointer && !v.IsNil() {
				n += weigh(v.Elem(), 0) // of the game's, which has let it go
			}
		}
	}
	return n
}

func sizeOf(x staged) (n int) {
	for _, v := range x {
		if !v.IsValid() {
			continue
		}
		n += 24 + weigh(v, 0)
	}
	return n
}

// weigh is about how many bytes a value takes with what it holds; what it points to is
// another thing's. Of many elements the first few tell.
func weigh(v reflect.Value, depth int) int {
	n := int(v.Type().Size())
	if depth > maxNesting {
		return n
	}
	const few = 8
	switch v.Kind() {
	case reflect.String:
		n += v.Len()
	case reflect.Slice:
		each := 0
		for i := range min(v.Len(), few) {
			each += weigh(v.Index(i), depth+1)
		}
		n += v.Len() * each / max(1, min(v.Len(), few))
	case reflect.Map:
		each, some := 0, 0
		for it := v.MapRange(); some < few && it.Next(); some++ {
			each += 16 + weigh(it.Key(), depth+1) + weigh(it.Value(), depth+1)
		}
		n += v.Len() * each / max(1, some)
	case reflect.Interface:
		if !v.IsNil() {
			n += weigh(v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			n += weigh(f, depth+1) - int(f.Type().Size())
		}
	}
	return n
}

// whole reports whether an edit is about the entity as a whole.
func (s *edit) whole() bool { return s.act == born || s.act == died }

// removes reports whether an edit, in a direction, deletes its entity, and revives
// whether it brings it back.
func (s *edit) removes(back bool) bool { return s.act == died && !back || s.act == born && back }
func (s *edit) revives(back bool) bool { return s.act == died && back || s.act == born && !back }

// meets reports whether two edits are about the same: then only the newer one can be
// taken back.
func (s *edit) meets(o *edit) bool {
	if s.key != o.key {
		return s.whole() && o.hangsOn(s.key) || o.whole() && s.hangsOn(o.key)
	}
	return s.whole() || o.whole() || pathsMeet(s.path, o.path)
}

// hangsOn reports whether an edit hung an entity of a source on another, or took it off.
func (s *edit) hangsOn(k key) bool {
	if s.act != hung || s.key.group != k.group {
		return false
	}
	on := parenthood{k.id, true}
	return s.from == on || s.to == on
}

// pathsMeet reports whether two paths name the same, or one a part of the other.
func pathsMeet(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasPrefix(b, a) && (len(a) == len(b) || b[len(a)] == '.' || b[len(a)] == '[')
}

// byKey are the edits of each entity, as indices.
func byKey(edits []edit) map[key][]int {
	m := make(map[key][]int, len(edits))
	for i := range edits {
		s := &edits[i]
		m[s.key] = append(m[s.key], i)
		if s.act == hung {
			for _, p := range [...]parenthood{s.from, s.to} {
				if p.some {
					k := key{s.key.group, p.id}
					m[k] = append(m[k], i)
				}
			}
		}
	}
	return m
}

// meeting returns the first edit of a transaction that meets one of others, and that
// one.
func meeting(edits []edit, of map[key][]int, t *transaction) (mine, theirs *edit) {
	for i := range t.edits {
		o := &t.edits[i]
		for _, j := range of[o.key] {
			if edits[j].meets(o) {
				return &edits[j], o
			}
		}
		if o.act != hung {
			continue
		}
		for j := range edits {
			if edits[j].whole() && edits[j].meets(o) {
				return &edits[j], o
			}
		}
	}
	return nil, nil
}

// run does edits in their order, or takes them back in the opposite one. Where one
// fails, those before are undone, so that nothing has changed.
func (w *World) run(edits []edit, back bool) error {
	_, err := w.runUntil(edits, back)
	return err
}

// runUntil is run, and says which of them failed.
func (w *World) runUntil(edits []edit, back bool) (failed int, err error) {
	f := w.finder()
	for at := 0; at < len(edits); {
		if f.late() {
			w.primeEdits(edits)
		}
		n, err := w.runSome(edits, at, back)
		if err == nil {
			at += n
			continue
		}
		failed := at
		for at > 0 {
			// What was done a moment ago can be undone, but for a source that refuses.
			n, worse := w.runSome(edits, len(edits)-at, !back)
			if worse != nil {
				return failed, fmt.Errorf("%w; and what was done before could not be undone: %v", err, worse)
			}
			at -= n
		}
		return failed, err
	}
	return 0, nil
}

// runSome runs the edit that comes as number i in a direction, and with it those that
// follow and are about the structure of the same group: a slice is moved once for all
// of them. It returns how many they were.
func (w *World) runSome(edits []edit, i int, back bool) (n int, err error) {
	turn := func(i int) *edit {
		if back {
			return &edits[len(edits)-1-i]
		}
		return &edits[i]
	}
	s := turn(i)
	g := w.grouped(s.key)
	if g == nil {
		return 0, rpc.Errorf(rpc.Conflict, "%s is not in the world any more: its kind was unbound", s.name)
	}
	if !s.whole() {
		return 1, w.runOne(g, s, back)
	}
	batch := []*edit{s}
	for i+len(batch) < len(edits) && g.source == nil {
		next := turn(i + len(batch))
		if next.key.group != s.key.group || next.removes(back) != s.removes(back) || next.revives(back) != s.revives(back) {
			break
		}
		batch = append(batch, next)
	}
	switch {
	case g.source != nil && s.removes(back):
		err = w.removeFromSource(g, s)
	case g.source != nil:
		err = w.reviveInSource(g, s)
	case s.removes(back):
		err = w.remove(g, batch)
	default:
		err = w.revive(g, batch)
	}
	return len(batch), err
}

// runOne runs an edit that is about a part of an entity.
func (w *World) runOne(g *group, s *edit, back bool) error {
	switch {
	case s.act == hung:
		return w.hang(g, s, back)
	case s.act == attached && !back, s.act == detached && back:
		return w.attach(g, s)
	case s.act != acted:
		return w.detach(g, s)
	}
	t, err := w.aim(s)
	if err != nil {
		return err
	}
	to := s.before
	if !back {
		to = s.after
	}
	if !t.fits(to) {
		return rpc.Errorf(rpc.Conflict, "%s: field %q is of another type by now", s.name, s.path)
	}
	if !back {
		// What it is now, also when it is done again: the game may have changed it since.
		s.before = t.read()
	}
	return w.write(s, t, to)
}

// write sets the field of an edit; where a function of the game does it, that may panic.
func (w *World) write(s *edit, t target, to staged) error {
	if len(t.commits) == 0 && t.parts == nil {
		return t.write(to)
	}
	return w.guard("setting "+s.name+" "+s.path, func() error { return t.write(to) })
}

// aim finds where an edit's field lies now.
func (w *World) aim(s *edit) (target, error) {
	e, ok := w.lookup(s.key)
	if !ok {
		return target{}, rpc.Errorf(rpc.NotFound, "%s is not in the world any more", s.name)
	}
	return w.target(e, s.path)
}

// showEdit is a value of an edit as it travels; where it was as a whole, that is null.
func (w *World) showEdit(s *edit, x staged) json.RawMessage {
	g := w.grouped(s.key)
	switch {
	case g == nil || x == nil:
		return json.RawMessage("null")
	case s.field != nil:
		return w.appendValue(nil, x[0], g, s.field)
	}
	dst := []byte{'['}
	for i, f := range s.parts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = w.appendValue(dst, x[i], g, f)
	}
	return append(dst, ']')
}

// shows notes how the value of a target travels.
func (s *edit) shows(t target) {
	l := t.entity.group.layout
	switch {
	case t.parts == nil:
		s.field = t.field
	case l.compounds[t.path] != nil:
		s.parts = l.compounds[t.path]
	default:
		for _, p := range t.parts {
			s.parts = append(s.parts, p.field)
		}
	}
}

// shownParent is what something hung on, as it travels.
func (s *edit) shownParent(p parenthood) json.RawMessage {
	if !p.some {
		return json.RawMessage("null")
	}
	source, _, _ := strings.Cut(s.wire, ":")
	return rpc.AppendString(nil, source+":"+strconv.FormatUint(p.id, 10))
}

// parenthood is what an entity of a source hangs on.
type parenthood struct {
	id   uint64
	some bool
}

// grouped returns the group of a key, or nil when it was unbound.
func (w *World) grouped(k key) *group {
	for _, g := range w.groups {
		if g.number == k.group {
			return g
		}
	}
	return nil
}

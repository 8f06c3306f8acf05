package console

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// appendCell writes one field as it travels, and null for one that the entity has not.
func (w *World) appendCell(dst []byte, e entity, f *field) []byte {
	v, ok := e.place(f)
	if !ok {
		return append(dst, "null"...)
	}
	return w.appendValue(dst, v, e.group, f)
}

// appendValue writes a field whose place is known. The group is the one in which
// references by id are at home.
func (w *World) appendValue(dst []byte, v reflect.Value, g *group, f *field) []byte {
	switch f.spec.kind {
	case kindTime:
		dst = append(dst, '"')
		return append(timeOf(v).AppendFormat(dst, time.RFC3339Nano), '"')
	case kindEntity:
		return w.appendReference(dst, v, g, f)
	case kindList, kindMap, kindAny, kindJSON:
		return rpc.AppendString(dst, summary(v))
	}
	return read(v).appendJSON(dst, f.spec)
}

// cell is one field as it travels.
func (w *World) cell(e entity, f *field) json.RawMessage { return w.appendCell(nil, e, f) }

// versionOf makes a value's version out of the value itself, so that nothing
// needs to be kept for it.
func versionOf(cell []byte) uint32 {
	h := fnv.New32a()
	h.Write(cell)
	return h.Sum32()
}

// timeOf reads a time.Time, which lies in an exported field.
func timeOf(v reflect.Value) time.Time {
	t, _ := v.Interface().(time.Time)
	return t
}

// summary shows a value that is looked into by world.look: its length or its type, never
// its contents, which could be large or refer to itself.
func summary(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			return "nil"
		}
		fallthrough
	case reflect.Array, reflect.Chan:
		return fmt.Sprintf("%v of %d", v.Type(), v.Len())
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return summaryOfAny(v.Elem())
	case reflect.Pointer, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			return "nil"
		}
	}
	return v.Type().String()
}

// summaryOfAny shows what an interface holds: its value, where that is short.
func summaryOfAny(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.String:
		return clipTo(fmt.Sprintf("%v %v", v.Type(), v), maxGot)
	}
	return summary(v)
}

// number reads one field for comparing and sorting; ok is false where it is text, or
// absent. A list counts by its length.
func (e entity) number(f *field) (n float64, ok bool) {
	if !f.numeric() {
		return 0, false
	}
	v, ok := e.place(f)
	if !ok {
		return 0, false
	}
	return numberIn(v, f), true
}

// numberIn reads a number whose place is known.
func numberIn(v reflect.Value, f *field) float64 {
	switch f.spec.kind {
	case kindFloat:
		return v.Float()
	case kindTime:
		return float64(timeOf(v).UnixNano())
	case kindList, kindMap:
		return float64(v.Len())
	}
	return read(v).number(f.spec.kind)
}

// text reads one field for comparing and sorting as text: what a person sees of it.
func (w *World) text(e entity, f *field) string {
	v, ok := e.place(f)
	if !ok {
		return ""
	}
	switch f.spec.kind {
	case kindString, kindChoice, kindAsset:
		return v.String()
	case kindEntity:
		if to, ok := w.referred(e.group, f, v); ok {
			return to.name()
		}
		return ""
	case kindBool, kindInt, kindUint, kindFloat:
		s, _ := read(v).json(spec{kind: f.spec.kind, bits: f.spec.bits, wide: true}).(string)
		if s == "" {
			s = string(read(v).appendJSON(nil, f.spec))
		}
		return s
	case kindTime:
		return timeOf(v).Format(time.RFC3339Nano)
	case kindList, kindMap, kindAny, kindJSON:
		return summary(v)
	}
	s, _ := read(v).json(f.spec).(string)
	return s
}

// of returns the groups whose entities a pointer type points to.
func (w *World) of(t reflect.Type) []*group { return w.byType[t] }

// referred is the entity that a reference names.
func (w *World) referred(home *group, f *field, v reflect.Value) (entity, bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return entity{}, false
		}
		for _, g := range w.of(v.Type()) {
			if e, ok := g.pointed(v); ok {
				return e, true
			}
		}
		return entity{}, false
	}
	id := read(v).n
	if home.source != nil {
		return home.find(id)
	}
	if id == 0 {
		return entity{}, false // what every game means by it
	}
	for _, g := range w.groups {
		if g.source != nil || g.layout.id == nil || !g.is(f.ref) {
			continue
		}
		if e, ok := g.seek(id); ok {
			return e, true
		}
	}
	return entity{}, false
}

// is reports whether a group holds one of some kinds; no kinds stand for all.
func (g *group) is(kinds []string) bool {
	if len(kinds) == 0 {
		return true
	}
	for _, k := range g.kinds {
		for _, name := range kinds {
			if k.Name == name {
				return true
			}
		}
	}
	return false
}

// pointed finds the entity that a pointer of its type points to.
func (g *group) pointed(ptr reflect.Value) (entity, bool) {
	switch {
	case !g.many:
		return entity{group: g, value: g.target}, g.target.Addr().Pointer() == ptr.Pointer()
	case !g.pointers():
		n := g.target.Len()
		if n == 0 {
			return entity{}, false
		}
		size := g.structType().Size()
		first := g.target.Index(0).Addr().Pointer()
		if size == 0 || ptr.Pointer() < first {
			return entity{}, false
		}
		i := (ptr.Pointer() - first) / size
		if i >= uintptr(n) || g.target.Index(int(i)).Addr().Pointer() != ptr.Pointer() {
			return entity{}, false // of a slice that was replaced, or of none
		}
		return entity{group: g, value: ptr.Elem(), index: int(i)}, true
	case g.layout.id != nil:
		id := read(ptr.Elem().FieldByIndex(g.layout.id)).n
		e, ok := g.seek(id)
		return e, ok && e.value.Addr().Pointer() == ptr.Pointer()
	}
	return g.seekPointer(ptr)
}

// appendReference writes the id of what is referred to, or null. What a reference by id
// names stays readable when it is gone.
func (w *World) appendReference(dst []byte, v reflect.Value, home *group, f *field) []byte {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return append(dst, "null"...)
		}
		gs := w.of(v.Type())
		for _, g := range gs {
			if g.layout.id != nil { // no need to look where it is
				id := read(v.Elem().FieldByIndex(g.layout.id)).n
				return append(strconv.AppendUint(append(dst, '"'), id, 10), '"')
			}
			if e, ok := g.pointed(v); ok {
				return append(e.appendID(append(dst, '"')), '"')
			}
		}
		return append(dst, "null"...)
	}
	id := read(v).n
	if s := home.source; s != nil {
		if id == 0 {
			if _, ok := s.own.Place(0); !ok {
				return append(dst, "null"...)
			}
		}
		dst = append(append(append(dst, '"'), s.name...), ':')
		return append(strconv.AppendUint(dst, id, 10), '"')
	}
	if id == 0 {
		return append(dst, "null"...)
	}
	return append(strconv.AppendUint(append(dst, '"'), id, 10), '"')
}

// decodeReference reads an id or a name into what a reference of the field's type holds.
func (w *World) decodeReference(raw []byte, home *group, f *field, t reflect.Type) (reflect.Value, error) {
	v := reflect.New(t).Elem()
	var text *string
	if err := rpc.Decode(raw, &text); err != nil {
		return v, err
	}
	if text == nil || *text == "" {
		return v, nil
	}
	e, err := w.find(*text)
	if err != nil {
		return v, err
	}
	wrong := func(want string) error {
		fault := rpc.Errorf(rpc.InvalidParams, "%s is a %s; wanted is %s", e.name(), e.kind(), want)
		fault.Data.Got, fault.Data.Want = e.kind(), want
		return fault
	}
	switch {
	case t.Kind() == reflect.Pointer:
		if e.group.structType() == nil || reflect.PointerTo(e.group.structType()) != t {
			return v, wrong(t.Elem().String())
		}
		v.Set(e.value.Addr())
	case home.source != nil && e.group != home:
		return v, wrong("an entity of " + home.source.name)
	case len(f.ref) > 0 && !e.group.is(f.ref):
		return v, wrong("one of " + fmt.Sprint(f.ref))
	case home.source == nil && (e.group.source != nil || e.group.layout.id == nil):
		return v, wrong("a kind whose entities have ids of their own")
	default:
		id := scalar{n: e.id()}
		if over := reflect.New(t).Elem(); over.CanInt() && over.OverflowInt(int64(id.n)) || over.CanUint() && over.OverflowUint(id.n) {
			return v, rpc.Errorf(rpc.OutOfRange, "the id %d does not fit into %v", id.n, t)
		}
		id.write(v)
	}
	return v, nil
}

// decodeField reads a value of a field from JSON; nothing is changed by it.
func (w *World) decodeField(raw []byte, home *group, f *field, t reflect.Type) (reflect.Value, error) {
	switch f.spec.kind {
	case kindEntity:
		return w.decodeReference(raw, home, f, t)
	case kindTime:
		return decodeTime(raw)
	}
	v := reflect.New(t).Elem()
	s, err := decodeScalar(raw, f.spec)
	if err == nil {
		s.write(v)
	}
	return v, err
}

func decodeTime(raw []byte) (reflect.Value, error) {
	var text string
	err := rpc.Decode(raw, &text)
	if err != nil {
		return reflect.Value{}, err
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		text = clipTo(text, maxGot)
		e := rpc.Errorf(rpc.InvalidParams, "%q is no time; wanted is one as 2026-01-31T12:00:00Z", text)
		e.Data.Got, e.Data.Want = text, "2026-01-31T12:00:00Z"
		return reflect.Value{}, e
	}
	return reflect.ValueOf(t), nil
}

// finite reports whether a place can be drawn.
func (p at3) finite() bool {
	return !math.IsNaN(p[0]+p[1]+p[2]) && !math.IsInf(p[0]+p[1]+p[2], 0)
}

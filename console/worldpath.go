package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// target is a value inside an entity that a path names: where it lies, how it is read
// and written, and how it gets back to the game from where it was copied to be changed.
type target struct {
	w       *World
	entity  entity
	path    string
	field   *field
	parts   []target      // of a compound; then there is no field of its own
	v       reflect.Value // addressable
	commits []func() error
}

// target finds the value of a path: of a field, of a compound such as "pos", or of
// something in a list, a map, an interface or behind a pointer.
func (w *World) target(e entity, path string) (target, error) {
	l := e.group.layout
	if f := l.byPath[path]; f != nil {
		return w.fieldTarget(e, f)
	}
	if parts := l.compounds[path]; parts != nil {
		t := target{w: w, entity: e, path: path}
		for _, f := range parts {
			p, err := w.fieldTarget(e, f)
			if err != nil {
				return target{}, err
			}
			t.parts = append(t.parts, p)
		}
		return t, nil
	}
	// The longest field that the path begins with.
	var base *field
	for i := range l.fields {
		f := &l.fields[i]
		if rest, ok := strings.CutPrefix(path, f.path); ok && rest != "" && (rest[0] == '[' || rest[0] == '.') && (base == nil || len(f.path) > len(base.path)) {
			base = f
		}
	}
	if base == nil {
		return target{}, at(unknown(rpc.NotFound, "field", clipTo(path, maxGot), append(slices.Sorted(maps.Keys(l.compounds)), e.group.paths()...)), e.name(), "/path")
	}
	t, err := w.fieldTarget(e, base)
	if err != nil {
		return target{}, err
	}
	if t, err = t.into(path[len(base.path):]); err != nil {
		return target{}, err
	}
	return t.whole(), nil
}

// whole has a vector, a quaternion or a matrix that lies in a list or a map be set as
// one, as those are that are fields.
func (t target) whole() target {
	if compound(t.v.Type(), noTag("", "")) == "" || t.field.locked {
		return t
	}
	pieces, _, err := t.members(0, maxMembers)
	parts := make([]target, 0, len(pieces))
	for _, piece := range pieces {
		p, failed := t.into(piece)
		if err != nil || failed != nil || p.field.spec.kind != kindFloat {
			return t // a matrix of rows, or with a part that is hidden
		}
		parts = append(parts, p)
	}
	t.parts = parts
	return t
}

func (w *World) fieldTarget(e entity, f *field) (target, error) {
	v, ok := e.place(f)
	t := target{w: w, entity: e, path: f.path, field: f, v: v}
	if !ok {
		return t, t.absent()
	}
	if s := e.group.source; s != nil && s.components[f.part].store != nil {
		index := e.index
		t.commits = append(t.commits, func() error { return s.components[f.part].store(index) })
	}
	return t, nil
}

// absent says why a value is not there.
func (t *target) absent() error {
	e := rpc.Errorf(rpc.NotFound, "%s: field %q lies behind a nil pointer", t.entity.name(), t.path)
	if s := t.entity.group.source; s != nil {
		if _, ok := s.component(t.entity.index, t.field.part); !ok {
			e = rpc.Errorf(rpc.NotFound, "%s has no component %q", t.entity.name(), s.components[t.field.part].name)
		}
	}
	e.Data.Path, e.Data.Got = "/path", t.path
	return e
}

// maxPath bounds a path, and so how deep it goes.
const maxPath = 500

// into goes on to what a further piece of path names: [3], ["key"] or .field.
func (t target) into(rest string) (target, error) {
	if len(t.path)+len(rest) > maxPath {
		return t, rpc.Errorf(rpc.TooMany, "a path has at most %d bytes", maxPath)
	}
	for rest != "" {
		p, tail, err := cutPiece(rest)
		if err == nil {
			err = t.enter(p)
		}
		if err != nil {
			return t, at(err, t.entity.name(), "/path")
		}
		name := rest[:len(rest)-len(tail)]
		t.path += name
		t.field.path, t.field.name = t.path, strings.TrimPrefix(name, ".")
		rest = tail
	}
	return t, nil
}

// piece is one step of a path.
type piece struct {
	name   string // of a field, or a key in quotes
	index  int
	member bool // ["key"], or a number in brackets
	quoted bool
}

func cutPiece(text string) (s piece, rest string, err error) {
	bad := func() (piece, string, error) {
		return piece{}, "", rpc.Errorf(rpc.InvalidParams, `%q is no piece of a path; there are .name, [3] and ["key"]`, clipTo(text, maxGot))
	}
	switch {
	case strings.HasPrefix(text, "."):
		n := strings.IndexAny(text[1:], ".[")
		if n < 0 {
			n = len(text) - 1
		}
		if n == 0 {
			return bad()
		}
		return piece{name: text[1 : 1+n]}, text[1+n:], nil
	case strings.HasPrefix(text, `["`):
		quoted, err := strconv.QuotedPrefix(text[1:])
		if err != nil || !strings.HasPrefix(text[1+len(quoted):], "]") {
			return bad()
		}
		name, err := strconv.Unquote(quoted)
		if err != nil {
			return bad()
		}
		return piece{name: name, member: true, quoted: true}, text[len(quoted)+2:], nil
	}
	inside, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "]")
	n, err := strconv.Atoi(inside)
	if !ok || err != nil || text[0] != '[' {
		return bad()
	}
	return piece{index: n, name: inside, member: true}, rest, nil
}

// enter goes one step deeper.
func (t *target) enter(s piece) error {
	t.parts = nil
	t.open()
	var err error
	switch {
	case s.member && t.v.Kind() == reflect.Map:
		err = t.entry(s)
	case s.member:
		err = t.element(s)
	case t.v.Kind() == reflect.Struct:
		err = t.structField(s.name)
	default:
		err = t.fieldless(s.name)
	}
	return err
}

// fieldless is the error for a field of what has none; that of a map may be one of its keys.
func (t *target) fieldless(name string) error {
	e := rpc.Errorf(rpc.NotFound, "%q is a %v and has no field %q", t.path, t.v.Type(), name)
	if t.v.Kind() == reflect.Map && t.v.Type().Key().Kind() == reflect.String {
		e.Data.Suggest = t.path + "[" + strconv.Quote(name) + "]"
		e.Message += "; its key is written " + e.Data.Suggest
	}
	return e
}

// open goes through pointers, and through an interface to a copy of what it holds, which
// goes back there when it was changed. What points to itself stays closed.
func (t *target) open() {
	for range maxPointers {
		switch {
		case t.v.Kind() == reflect.Pointer && !t.v.IsNil():
			t.v, t.commits = t.v.Elem(), nil // it lies where the game has it
		case t.v.Kind() == reflect.Interface && !t.v.IsNil():
			box, inside := t.v, t.v.Elem()
			if inside.Kind() == reflect.Pointer {
				t.v, t.commits = inside, nil
				continue
			}
			t.copied(inside, func(v reflect.Value) error { box.Set(v); return nil })
		default:
			return
		}
	}
}

// maxPointers bounds how many pointers and interfaces lie behind each other.
const maxPointers = 32

// copied goes on in a copy of a value that cannot be changed where it is; put brings the
// changed copy back.
func (t *target) copied(v reflect.Value, put func(reflect.Value) error) {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	t.v = c
	t.commits = slices.Insert(slices.Clone(t.commits), 0, func() error { return put(c) })
}

func (t *target) element(s piece) error {
	if t.v.Kind() != reflect.Slice && t.v.Kind() != reflect.Array {
		return rpc.Errorf(rpc.NotFound, "%q is a %v and has no element [%s]", t.path, t.v.Type(), s.name)
	}
	if s.quoted || s.index < 0 || s.index >= t.v.Len() {
		return rpc.Errorf(rpc.NotFound, "%q has %d elements, and none of them is [%s]", t.path, t.v.Len(), clipTo(s.name, maxGot))
	}
	if t.v.Kind() == reflect.Slice {
		t.commits = nil // its elements lie elsewhere, shared with the original
	}
	t.v = t.v.Index(s.index)
	t.field = t.inside(noTag("", ""))
	return nil
}

func (t *target) entry(s piece) error {
	m := t.v
	k, n := keyOf(m, s.name)
	switch {
	case n > 1:
		return rpc.Errorf(rpc.Conflict, "%q has several entries whose keys are written %q", t.path, clipTo(s.name, maxGot))
	case n == 0 || !m.MapIndex(k).IsValid():
		return rpc.Errorf(rpc.NotFound, "%q has no entry %q", t.path, clipTo(s.name, maxGot))
	}
	t.commits = nil // a map is shared with its original
	t.copied(m.MapIndex(k), func(v reflect.Value) error { m.SetMapIndex(k, v); return nil })
	t.field = t.inside(noTag("", ""))
	return nil
}

// maxKeys is how many keys of a map are looked through or put in order at once.
const maxKeys = 10_000

// keyOf finds the key of a map that is written so, and how many are.
func keyOf(m reflect.Value, text string) (k reflect.Value, n int) {
	if k, ok := plainKey(m.Type().Key(), text); ok && keyText(k) == text && m.MapIndex(k).IsValid() {
		return k, 1
	}
	if kind := m.Type().Key().Kind(); kind == reflect.String || m.Len() > maxKeys {
		return k, 0
	}
	for it := m.MapRange(); it.Next(); {
		if key := it.Key(); keyText(key) == text {
			k = key
			n++
		}
	}
	return k, n
}

// plainKey reads the key of a map that is a string or an integer, which need not be
// looked for.
func plainKey(t reflect.Type, text string) (k reflect.Value, ok bool) {
	k = reflect.New(t).Elem()
	switch {
	case t.Kind() == reflect.String:
		k.SetString(text)
		return k, true
	case k.CanInt():
		i, err := strconv.ParseInt(text, 10, t.Bits())
		k.SetInt(i)
		return k, err == nil
	case k.CanUint():
		i, err := strconv.ParseUint(text, 10, t.Bits())
		k.SetUint(i)
		return k, err == nil
	}
	return k, false
}

// keyText writes the key of a map.
func keyText(k reflect.Value) string {
	if k.Kind() == reflect.String {
		return k.String()
	}
	return clipTo(fmt.Sprint(k), maxGot)
}

func (t *target) structField(name string) error {
	typ := t.v.Type()
	var known []string
	for i := range typ.NumField() {
		sf := typ.Field(i)
		tag := parseTag(typ, sf)
		if !sf.IsExported() || tag.hidden || tag.flags&flagSecret != 0 {
			continue
		}
		if tag.name == name {
			t.v = t.v.Field(i)
			t.field = t.inside(tag)
			return nil
		}
		known = append(known, tag.name)
	}
	return unknown(rpc.NotFound, "field", clipTo(name, maxGot), known)
}

// inside describes the value that was come to.
func (t *target) inside(g tag) *field {
	g.readOnly = g.readOnly || t.field.readOnly && !t.field.opens()
	f := g.field(t.v.Type(), place{component: t.field.component, part: t.field.part}, g.name)
	t.w.relinkField(&f)
	return &f
}

// opens reports whether a field is read-only itself and what is in it is not.
func (f *field) opens() bool {
	switch f.spec.kind {
	case kindList, kindMap, kindAny, kindJSON:
		return !f.locked
	}
	return false
}

// readOnly reports whether a client may not write the value.
func (t target) readOnly() bool {
	if t.parts != nil {
		return slices.ContainsFunc(t.parts, target.readOnly)
	}
	return t.field.readOnly
}

// cell is the value as it travels.
func (t target) cell() json.RawMessage {
	if t.parts == nil {
		return t.w.appendValue(nil, t.v, t.entity.group, t.field)
	}
	dst := []byte{'['}
	for i, p := range t.parts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = t.w.appendValue(dst, p.v, t.entity.group, p.field)
	}
	return append(dst, ']')
}

// version changes with the value.
func (t target) version() uint32 { return versionOf(t.cell()) }

// staged is a value that was read from the wire, or taken from the game: of one place, or
// of each part of a compound.
type staged []reflect.Value

// like reports whether two values are of the same types.
func (x staged) like(y staged) bool {
	return slices.EqualFunc(x, y, func(a, b reflect.Value) bool { return a.Type() == b.Type() })
}

// decode reads a value from JSON and checks it; nothing is changed by it.
func (t target) decode(raw json.RawMessage) (staged, error) {
	if t.readOnly() {
		return nil, at(rpc.Errorf(rpc.ReadOnly, "%s: field %q is read-only", t.entity.name(), t.path), "", "/path")
	}
	if t.parts == nil {
		v, err := t.w.decodeField(raw, t.entity.group, t.field, t.v.Type())
		if err != nil {
			return nil, at(err, t.whose(), "/value")
		}
		return staged{v}, nil
	}
	var list []json.RawMessage
	if err := rpc.Decode(raw, &list); err != nil || len(list) != len(t.parts) {
		e := rpc.Errorf(rpc.InvalidParams, "%s: wanted are %d numbers", t.whose(), len(t.parts))
		e.Data.Path, e.Data.Got, e.Data.Want = "/value", clipTo(string(raw), maxGot), strconv.Itoa(len(t.parts))+" numbers"
		return nil, e
	}
	out := make(staged, len(list))
	for i, p := range t.parts {
		v, err := t.w.decodeField(list[i], t.entity.group, p.field, p.v.Type())
		if err != nil {
			return nil, at(err, t.whose(), "/value/"+strconv.Itoa(i))
		}
		out[i] = v
	}
	return out, nil
}

// whose says in an error what it is about.
func (t target) whose() string { return fmt.Sprintf("%s: field %q", t.entity.name(), t.path) }

// read takes the value as it is, exactly.
func (t target) read() staged {
	if t.parts == nil {
		v := reflect.New(t.v.Type()).Elem()
		v.Set(t.v)
		return staged{v}
	}
	out := make(staged, len(t.parts))
	for i, p := range t.parts {
		out[i] = p.read()[0]
	}
	return out
}

// fits reports whether a value is of the types that lie there: what a path leads through
// an interface to may be something else by now.
func (t target) fits(x staged) bool {
	if t.parts == nil {
		return len(x) == 1 && x[0].Type() == t.v.Type()
	}
	return slices.EqualFunc(x, t.parts, func(v reflect.Value, p target) bool { return v.Type() == p.v.Type() })
}

// write sets the value and brings it back to the game. An error is that of a function of
// the game; then the value is as it was there.
func (t target) write(x staged) error {
	if t.parts != nil {
		for i, p := range t.parts {
			p.v.Set(x[i])
		}
		return t.parts[0].commit()
	}
	t.v.Set(x[0])
	return t.commit()
}

func (t target) commit() error {
	for _, c := range t.commits {
		if err := c(); err != nil {
			e := rpc.Errorf(rpc.InvalidParams, "%s: field %q: %s", t.entity.name(), t.path, err)
			e.Data.Path = "/value"
			return e
		}
	}
	return nil
}

// members are the pieces of path that lead on from a value, of a window of them, and how
// many there are.
func (t target) members(offset, limit int) (pieces []string, total int, err error) {
	t.open()
	switch t.v.Kind() {
	case reflect.Slice, reflect.Array:
		total = t.v.Len()
		for i := min(offset, total); i < min(offset+limit, total); i++ {
			pieces = append(pieces, "["+strconv.Itoa(i)+"]")
		}
	case reflect.Map:
		if total = t.v.Len(); total > maxKeys {
			e := rpc.Errorf(rpc.TooMany, "%q has %d entries, too many to be listed: ask for one of them", t.path, total)
			e.Data.Limit = "entries " + strconv.Itoa(maxKeys)
			return nil, total, at(e, "", "/path")
		}
		keys := t.v.MapKeys()
		slices.SortFunc(keys, compareKeys)
		for _, k := range keys[min(offset, total):min(offset+limit, total)] {
			pieces = append(pieces, "["+strconv.Quote(keyText(k))+"]")
		}
	case reflect.Struct:
		if t.v.Type() == reflect.TypeFor[time.Time]() {
			break
		}
		for i := range t.v.NumField() {
			sf := t.v.Type().Field(i)
			if tag := parseTag(t.v.Type(), sf); sf.IsExported() && !tag.hidden && tag.flags&flagSecret == 0 {
				total++
				if total > offset && total <= offset+limit {
					pieces = append(pieces, "."+tag.name)
				}
			}
		}
	}
	return pieces, total, nil
}

// compareKeys orders the keys of a map: numbers by size, all else by their texts.
func compareKeys(a, b reflect.Value) int {
	switch {
	case a.CanInt() && b.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint() && b.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat() && b.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	return strings.Compare(keyText(a), keyText(b))
}

// leaves are the fields of a value: itself, or where it is a struct, of those inside.
func (t target) leaves(depth int) []Field {
	if t.v.Kind() == reflect.Struct && t.field.spec.kind == kindAny && depth < maxNesting {
		var list []Field
		pieces, _, _ := t.members(0, maxMembers)
		for _, p := range pieces {
			if m, err := t.into(p); err == nil {
				m.field.of, m.field.as = t.compound()
				list = append(list, m.leaves(depth+1)...)
			}
		}
		return list
	}
	value := t.cell()
	info := t.field.info()
	info.Path = t.path
	return []Field{{info, value, versionOf(value)}}
}

// compound says which compound the fields of a struct are parts of.
func (t target) compound() (of, as string) {
	if as = compound(t.v.Type(), noTag("", "")); as == "" || as == "mat" {
		return "", ""
	}
	return t.path, as
}

// maxMembers bounds how many fields of a struct are looked at.
const maxMembers = 200

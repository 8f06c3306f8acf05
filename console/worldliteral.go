package console

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// goPatch writes entities as Go literals with the fields that were changed.
type goPatch struct {
	w     *World
	order []*goEntity
	of    map[goPart]*goEntity
}

// goPart is an entity, or of a source a component of one.
type goPart struct {
	key  key
	part int
}

type goEntity struct {
	head    string // a comment
	home    string
	root    *literal
	remarks []string // what has no place in a literal
}

// literal is a value as Go has it: a leaf, or a composite with some of its parts.
type literal struct {
	typ   reflect.Type
	names []string
	parts map[string]*literal
	leaf  string
}

// target returns the literal of what a field is a part of.
func (p *goPatch) target(e entity, part int) *goEntity {
	k := goPart{e.key(), part}
	if x := p.of[k]; x != nil {
		return x
	}
	x := &goEntity{head: e.name(), home: p.home(e)}
	t := e.group.structType()
	if s := e.group.source; s != nil {
		t = s.components[part].typ
		x.head += ", " + s.components[part].name
	} else if id := e.kind() + " " + e.wireID(); e.group.many && id != x.head {
		x.head += ", " + id
	}
	x.root = &literal{typ: t}
	if p.of == nil {
		p.of = make(map[goPart]*goEntity)
	}
	p.of[k] = x
	p.order = append(p.order, x)
	return x
}

// set adds a field that was set.
func (p *goPatch) set(e entity, s *edit) {
	l := e.group.layout
	switch {
	case s.field != nil && l.byPath[s.path] != nil:
		p.add(e, s.field)
	case l.compounds[s.path] != nil:
		for _, f := range s.parts {
			p.add(e, f)
		}
	default: // inside of a list, a map or an interface
		x := p.target(e, 0)
		x.remarks = append(x.remarks, s.path+" = "+string(p.w.showEdit(s, s.after)))
	}
}

// entity adds all of an entity that a client could set.
func (p *goPatch) entity(e entity) {
	for i := range e.group.layout.fields {
		if f := &e.group.layout.fields[i]; !f.readOnly || e.group.source == nil && reflect.DeepEqual(f.index, e.group.layout.id) {
			p.add(e, f)
		}
	}
}

// add puts a field into the literal that it belongs to.
func (p *goPatch) add(e entity, f *field) {
	v, ok := e.place(f)
	if !ok {
		return
	}
	x := p.target(e, f.part)
	if v.Kind() == reflect.Pointer {
		x.remarks = append(x.remarks, f.path+" = "+string(p.w.cell(e, f)))
		return
	}
	at := x.root
	for _, i := range f.index {
		t := at.typ
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		at = at.part(t.Field(i).Name, t.Field(i).Type)
	}
	for _, i := range f.elements {
		at = at.part(strconv.Itoa(i), at.typ.Elem())
	}
	at.leaf = goValue(v, p.home(e))
}

func (l *literal) part(name string, t reflect.Type) *literal {
	if x := l.parts[name]; x != nil {
		return x
	}
	if l.parts == nil {
		l.parts = make(map[string]*literal)
	}
	x := &literal{typ: t}
	l.parts[name] = x
	l.names = append(l.names, name)
	return x
}

// home is how types of the entity's own package are qualified, which is left out where
// the literal is to stand.
func (p *goPatch) home(e entity) string {
	if s := e.group.source; s != nil {
		return qualifier(reflect.TypeOf(s.own))
	}
	return qualifier(e.group.structType())
}

// qualifier is the name of a type's package with a dot; a type without a name has none.
func qualifier(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == "" {
		return ""
	}
	return t.String()[:strings.IndexByte(t.String(), '.')+1]
}

// String is all of it.
func (p *goPatch) String() string {
	var b strings.Builder
	for _, x := range p.order {
		fmt.Fprintf(&b, "// %s\n", strings.ReplaceAll(x.head, "\n", " "))
		for _, r := range x.remarks {
			fmt.Fprintf(&b, "// %s\n", strings.ReplaceAll(r, "\n", " "))
		}
		if x.root.leaf != "" || x.root.parts != nil {
			b.WriteString(x.root.text(x.home, true) + "\n")
		}
	}
	return b.String()
}

// text writes a literal: the outermost with a line for each field.
func (l *literal) text(home string, lines bool) string {
	if l.parts == nil {
		return l.leaf
	}
	name := goType(l.typ, home)
	if strings.HasPrefix(name, "*") {
		name = "&" + name[1:]
	}
	sep, open, end := ", ", "", ""
	if lines {
		sep, open, end = ",\n\t", "\n\t", ",\n"
	}
	parts := make([]string, len(l.names))
	for i, n := range l.names {
		parts[i] = n + ": " + l.parts[n].text(home, false)
	}
	return name + "{" + open + strings.Join(parts, sep) + end + "}"
}

// goType writes a type. What is of the home package stands there without its name.
func goType(t reflect.Type, home string) string {
	if home == "" {
		return t.String()
	}
	return strings.ReplaceAll(t.String(), home, "")
}

// goValue writes a value as a Go expression that can be assigned to its type.
func goValue(v reflect.Value, home string) string {
	switch x := v.Interface().(type) { // only exported fields come here
	case time.Duration:
		return goDuration(x)
	case time.Time:
		return fmt.Sprintf("time.Unix(%d, %d)", x.Unix(), x.Nanosecond())
	}
	switch v.Kind() {
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Float32, reflect.Float64:
		switch f := v.Float(); {
		case math.IsNaN(f):
			return goType(v.Type(), home) + "(math.NaN())"
		case math.IsInf(f, 0):
			return fmt.Sprintf("%s(math.Inf(%d))", goType(v.Type(), home), int(math.Copysign(1, f)))
		default:
			return strconv.FormatFloat(f, 'g', -1, v.Type().Bits())
		}
	case reflect.Struct: // a colour
		parts := make([]string, v.NumField())
		for i := range parts {
			parts[i] = v.Type().Field(i).Name + ": " + goValue(v.Field(i), home)
		}
		return goType(v.Type(), home) + "{" + strings.Join(parts, ", ") + "}"
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	}
	return strconv.FormatUint(v.Uint(), 10)
}

// goDuration writes a duration in the largest unit that has no fractions.
func goDuration(d time.Duration) string {
	for _, u := range [...]struct {
		size time.Duration
		name string
	}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"}} {
		if d%u.size == 0 {
			return fmt.Sprintf("%d * time.%s", d/u.size, u.name)
		}
	}
	return strconv.FormatInt(int64(d), 10)
}

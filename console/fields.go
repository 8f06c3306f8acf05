package console

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// field is one value inside an entity that the inspector shows: where it lies
// and what its tag says of it.
type field struct {
	path      string // "pos.x"
	name      string // "x"
	component string // "Body"
	index     []int  // as reflect.Value.FieldByIndex takes it
	element   int    // of a small array of floats; -1 for none
	spec      spec
	step      float64
	unit      string
	help      string
	readOnly  bool
	column    bool // shown in the table from the start
}

// of returns the field's place inside an entity; ok is false behind a nil pointer.
func (f *field) of(entity reflect.Value) (v reflect.Value, ok bool) {
	v, err := entity.FieldByIndexErr(f.index)
	if err != nil {
		return reflect.Value{}, false
	}
	if f.element >= 0 {
		v = v.Index(f.element)
	}
	return v, true
}

// FieldInfo describes a field without its value.
type FieldInfo struct {
	Path     string   `json:"path"`
	Name     string   `json:"name"`
	Type     string   `json:"type" enum:"bool,int,float,string,duration,enum,color,json"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	Step     float64  `json:"step,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	Help     string   `json:"help,omitempty"`
	ReadOnly bool     `json:"readOnly,omitempty"`
}

func (f *field) info() FieldInfo {
	i := FieldInfo{Path: f.path, Name: f.name, Type: f.spec.kind.String(), Step: f.step, Enum: f.spec.names, Unit: f.unit, Help: f.help, ReadOnly: f.readOnly}
	if !math.IsInf(f.spec.min, 0) {
		i.Min = &f.spec.min
	}
	if !math.IsInf(f.spec.max, 0) {
		i.Max = &f.spec.max
	}
	return i
}

// layout is what was learnt of a struct type by reflection.
type layout struct {
	fields []field
	byPath map[string]*field
	id     []int // the index of the field that holds the entity's id; nil for none
	name   []int // the index of a string that names the entity; nil for none
}

// maxNesting bounds how deep nested structs are followed.
const maxNesting = 8

// layoutOf reads a struct type and the scry tags of its exported fields. It
// panics on a tag that makes no sense: a mistake of the program, found at start.
func layoutOf(t reflect.Type) *layout {
	l := &layout{byPath: make(map[string]*field)}
	l.walk(t, t.Name(), "", nil, 0)
	shallowest := make(map[string]int)
	for i := range l.fields {
		f := &l.fields[i]
		if depth, ok := shallowest[f.path]; !ok || len(f.index) < depth {
			shallowest[f.path] = len(f.index)
		}
	}
	// As in Go, the shallower of two promoted names hides the other; of two that are
	// as deep the first stands.
	l.fields = slices.DeleteFunc(l.fields, func(f field) bool {
		if shallowest[f.path] != len(f.index) {
			return true
		}
		shallowest[f.path] = -1
		return false
	})
	for i := range l.fields {
		l.byPath[l.fields[i].path] = &l.fields[i]
	}
	return l
}

func (l *layout) walk(t reflect.Type, component, prefix string, index []int, depth int) {
	if depth > maxNesting {
		return
	}
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := parseTag(t, sf)
		// As in Go itself, an embedded struct promotes its exported fields even when
		// its own name is not exported.
		promoted := sf.Anonymous && sf.Type.Kind() == reflect.Struct
		if !sf.IsExported() && !promoted || tag.hidden || tag.flags&flagSecret != 0 {
			continue
		}
		at := append(slices.Clone(index), i)
		k := kindOf(sf.Type)
		integer := k == kindInt || k == kindUint
		if tag.id || (depth == 0 && sf.Name == "ID" && integer && l.id == nil) {
			if !integer {
				panic(fmt.Sprintf("console: %v.%s: an id is an integer, not %v", t, sf.Name, sf.Type))
			}
			l.id = at
			tag.readOnly = true
		}
		if depth == 0 && sf.Name == "Name" && sf.Type.Kind() == reflect.String {
			l.name = at
		}
		l.add(sf, tag, component, prefix, at, depth)
	}
}

// add takes one struct field in: as a component, as a nested struct, as a small
// vector, or as a single value.
func (l *layout) add(sf reflect.StructField, tag tag, component, prefix string, index []int, depth int) {
	t := sf.Type
	nested := t.Kind() == reflect.Struct && kindOf(t) == kindJSON && t != reflect.TypeFor[time.Time]()
	switch {
	case nested && sf.Anonymous:
		l.walk(t, sf.Name, prefix, index, depth+1)
	case nested && vector(t):
		for i := range t.NumField() {
			part := parseTag(t, t.Field(i))
			if t.Field(i).Tag.Get("scry") == "" { // what the vector's tag says holds for its parts
				name := part.name
				part = tag
				part.name = name
			}
			l.fields = append(l.fields, part.field(t.Field(i).Type, component, prefix+tag.name+"."+part.name, append(slices.Clone(index), i)))
		}
	case nested:
		if depth == 0 {
			component = sf.Name
		}
		l.walk(t, component, prefix+tag.name+".", index, depth+1)
	case t.Kind() == reflect.Array && kindOf(t.Elem()) == kindFloat && t.Len() >= 2 && t.Len() <= 4:
		for e := range t.Len() {
			f := tag.field(t.Elem(), component, prefix+tag.name+"."+"xyzw"[e:e+1], index)
			f.element = e
			l.fields = append(l.fields, f)
		}
	default:
		l.fields = append(l.fields, tag.field(t, component, prefix+tag.name, index))
	}
}

// field makes the field that a tag describes.
func (g tag) field(t reflect.Type, component, path string, index []int) field {
	k := kindOf(t)
	switch {
	case g.names != nil && (k == kindInt || k == kindUint):
		k = kindEnum
	case g.names != nil && k == kindString:
		k = kindChoice
	}
	f := field{
		path: path, name: path[strings.LastIndexByte(path, '.')+1:], component: component, index: index, element: -1,
		spec: spec{kind: k, bits: 64, names: g.names, bounded: g.bounded, min: g.min, max: g.max},
		step: g.step, unit: g.unit, help: g.help, readOnly: g.readOnly || k == kindJSON, column: g.column,
	}
	switch t.Kind() {
	case reflect.Int64, reflect.Uint64:
		f.spec.wide = k == kindInt || k == kindUint
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Uint, reflect.Uintptr, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Float32:
		f.spec.bits = t.Bits()
	}
	return f
}

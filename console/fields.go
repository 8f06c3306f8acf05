package console

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
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
		if !sf.IsExported() && !promoted || tag.hidden {
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

// vector reports whether a struct is two to four exported floats and nothing else.
func vector(t reflect.Type) bool {
	for i := range t.NumField() {
		if !t.Field(i).IsExported() || kindOf(t.Field(i).Type) != kindFloat {
			return false
		}
	}
	return t.NumField() >= 2 && t.NumField() <= 4
}

// tag is a parsed scry tag: `scry:"name,min=0,max=100,unit=m,readonly,column"`.
type tag struct {
	name, unit, help         string
	names                    []string
	min, max                 float64
	bounded                  bool
	step                     float64
	readOnly, column, hidden bool
	id                       bool
}

// parseTag reads the tag of a struct field. The help text stands last, because it
// may hold commas.
func parseTag(t reflect.Type, sf reflect.StructField) tag {
	text := sf.Tag.Get("scry")
	g := tag{name: lowerFirst(sf.Name), hidden: text == "-", min: math.Inf(-1), max: math.Inf(1)}
	text, g.help, _ = strings.Cut(text, ",help=")
	first, rest, _ := strings.Cut(text, ",")
	if first != "" && !strings.ContainsRune(first, '=') && !g.flag(first) {
		g.name = first
	} else {
		rest = text
	}
	for part := range strings.SplitSeq(rest, ",") {
		if part == "" || g.flag(part) {
			continue
		}
		if err := g.option(part); err != nil {
			panic(fmt.Sprintf("console: %v.%s: tag %q: %v", t, sf.Name, sf.Tag.Get("scry"), err))
		}
	}
	return g
}

func (g *tag) flag(word string) bool {
	switch word {
	case "readonly":
		g.readOnly = true
	case "column":
		g.column = true
	case "id":
		g.id = true
	default:
		return false
	}
	return true
}

// tagOptions are the options that carry a value.
var tagOptions = []string{"min", "max", "step", "unit", "enum", "help", "readonly", "column", "id"}

func (g *tag) option(part string) (err error) {
	key, value, ok := strings.Cut(part, "=")
	if !ok {
		return unknown(rpc.InvalidParams, "option", part, tagOptions)
	}
	switch key {
	case "min":
		g.min, err = strconv.ParseFloat(value, 64)
		g.bounded = true
	case "max":
		g.max, err = strconv.ParseFloat(value, 64)
		g.bounded = true
	case "step":
		g.step, err = strconv.ParseFloat(value, 64)
	case "unit":
		g.unit = value
	case "enum":
		g.names = strings.Split(value, "|")
	default:
		err = unknown(rpc.InvalidParams, "option", key, tagOptions)
	}
	return err
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

// lowerFirst turns a Go name into a wire name: Pos is pos, HP is hp, MaxHP is maxHP.
func lowerFirst(s string) string {
	upper := 0
	for _, r := range s {
		if !unicode.IsUpper(r) {
			break
		}
		upper++
	}
	switch {
	case upper == utf8.RuneCountInString(s):
		return strings.ToLower(s)
	case upper > 1: // an acronym in front: HTTPPort is httpPort
		return strings.ToLower(s[:upper-1]) + s[upper-1:]
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToLower(s[:n]) + s[n:]
}

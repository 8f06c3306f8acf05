package console

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// field is one value inside an entity that the inspector shows: where it lies and
// what its tag says of it. Where it lies is worked out once, when its type is bound.
type field struct {
	path      string // "pos.x"
	name      string // "x"
	component string // "Body"
	of, as    string // the compound that it is a part of: "pos", "vec2"
	cols      int    // of a matrix
	typ       reflect.Type
	part      int   // which component of a source holds it
	index     []int // fields to go through, from the entity's struct
	elements  []int // then elements of arrays
	spec      spec
	step      float64
	unit      string
	help      string
	readOnly  bool
	locked    bool     // read-only by its tag, and so is what is in it
	column    bool     // shown in the table from the start
	ref       []string // kinds that an integer refers to
	asset     string   // kind of asset that a string names
}

// within returns the field's place inside its struct; ok is false behind a nil
// pointer.
func (f *field) within(v reflect.Value) (place reflect.Value, ok bool) {
	for _, i := range f.index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	for _, i := range f.elements {
		v = v.Index(i)
	}
	return v, true
}

// numeric reports whether a field is compared and sorted as a number.
func (f *field) numeric() bool {
	switch f.spec.kind {
	case kindBool, kindInt, kindUint, kindFloat, kindDuration, kindEnum, kindTime, kindList, kindMap:
		return true
	}
	return false
}

// FieldInfo describes a field without its value.
type FieldInfo struct {
	Path     string   `json:"path"`
	Name     string   `json:"name"`
	Type     string   `json:"type" enum:"bool,int,float,string,duration,enum,color,time,entity,asset,list,map,any,json"`
	Of       string   `json:"of,omitempty" help:"path of the vector, quaternion or matrix that it is a part of"`
	As       string   `json:"as,omitempty" help:"what that is: vec2, vec3, vec4, quat (x y z w), mat (row by row)"`
	Cols     int      `json:"cols,omitempty" help:"columns of a matrix"`
	Kinds    []string `json:"kinds,omitempty" help:"kinds of entities that a reference may name; absent is any"`
	Asset    string   `json:"asset,omitempty" help:"kind of the assets that it may name"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	Step     float64  `json:"step,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	Help     string   `json:"help,omitempty"`
	ReadOnly bool     `json:"readOnly,omitempty"`
}

func (f *field) info() FieldInfo {
	i := FieldInfo{
		Path: f.path, Name: f.name, Type: f.spec.kind.String(), Of: f.of, As: f.as, Cols: f.cols, Kinds: f.ref, Asset: f.asset,
		Step: f.step, Enum: f.spec.names, Unit: f.unit, Help: f.help, ReadOnly: f.readOnly,
	}
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
	fields    []field
	byPath    map[string]*field
	compounds map[string][]*field // the parts of "pos"
	id        []int               // the index of the field that holds the entity's id; nil for none
	name      []int               // the index of a string that names the entity; nil for none
	parent    string              // path of the reference that names the parent
}

// maxNesting bounds how deep nested structs are followed.
const maxNesting = 8

// layoutOf reads a struct type and the scry tags of its exported fields. It
// panics on a tag that makes no sense: a mistake of the program, found at start.
func layoutOf(t reflect.Type) *layout {
	l := new(layout)
	l.walk(t, place{component: t.Name()})
	l.settle()
	return l
}

// settle drops fields that others hide, and makes the tables by path.
func (l *layout) settle() {
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
	l.byPath = make(map[string]*field, len(l.fields))
	l.compounds = make(map[string][]*field)
	for i := range l.fields {
		f := &l.fields[i]
		l.byPath[f.path] = f
		if f.of != "" {
			l.compounds[f.of] = append(l.compounds[f.of], f)
		}
	}
}

// nearest says which field or compound was meant by a name that is none, where one is near.
func (l *layout) nearest(name string) string {
	known := slices.AppendSeq(slices.Collect(maps.Keys(l.byPath)), maps.Keys(l.compounds))
	slices.Sort(known)
	if near := rpc.Nearest(name, slices.Values(known)); near != "" {
		return fmt.Sprintf("; nearest is %q", near)
	}
	return ""
}

// place is where the walk through a struct type is.
type place struct {
	component string // heading
	prefix    string // of paths: "" or ends in a dot
	part      int
	index     []int
	depth     int
}

func (p place) down(i int) place {
	p.index = append(slices.Clone(p.index), i)
	p.depth++
	return p
}

func (l *layout) walk(t reflect.Type, p place) {
	if p.depth > maxNesting {
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
		l.identify(t, sf, &tag, p.down(i))
		l.add(sf, tag, p.down(i))
	}
}

// identify notes which fields say who an entity is. Those of sources say it themselves.
func (l *layout) identify(t reflect.Type, sf reflect.StructField, tag *tag, p place) {
	k := kindOf(sf.Type)
	integer := k == kindInt || k == kindUint
	top := p.depth == 1 && p.prefix == ""
	if tag.id || (top && sf.Name == "ID" && integer && l.id == nil) {
		if !integer {
			panic(fmt.Sprintf("console: %v.%s: an id is an integer, not %v", t, sf.Name, sf.Type))
		}
		l.id = p.index
		tag.readOnly = true
	}
	if top && sf.Name == "Name" && sf.Type.Kind() == reflect.String {
		l.name = p.index
	}
	if tag.parent {
		if tag.ref == nil && sf.Type.Kind() != reflect.Pointer {
			tag.ref = []string{}
		}
		l.parent = p.prefix + tag.name
	}
	if tag.ref != nil && !integer {
		panic(fmt.Sprintf("console: %v.%s: a reference by id is an integer, not %v", t, sf.Name, sf.Type))
	}
	if tag.asset != "" && sf.Type.Kind() != reflect.String {
		panic(fmt.Sprintf("console: %v.%s: an asset is named by a string, not %v", t, sf.Name, sf.Type))
	}
}

// add takes one struct field in: as a component, as a nested struct, as a compound of
// numbers, or as a single value.
func (l *layout) add(sf reflect.StructField, tag tag, p place) {
	t := sf.Type
	switch {
	case compound(t, tag) != "":
		l.compound(t, tag, p)
	case t.Kind() == reflect.Struct && kindOf(t) == kindJSON && t != reflect.TypeFor[time.Time]():
		if sf.Anonymous {
			p.component = sf.Name
			l.walk(t, p)
			return
		}
		if p.depth == 1 && p.prefix == "" {
			p.component = sf.Name
		}
		p.prefix += tag.name + "."
		l.walk(t, p)
	default:
		l.fields = append(l.fields, tag.field(t, p, p.prefix+tag.name))
	}
}

// compound says what a type is that is a handful of floats: a vector, a quaternion, a
// matrix; "" for anything else.
func compound(t reflect.Type, tag tag) string {
	switch {
	case t.Kind() == reflect.Struct && hides(t):
		return ""
	case t.Kind() == reflect.Struct && vector(t):
		if tag.quat && t.NumField() == 4 {
			return "quat"
		}
		return "vec" + strconv.Itoa(t.NumField())
	case t.Kind() == reflect.Struct && matrix(t):
		return "mat"
	case t.Kind() != reflect.Array:
		return ""
	case kindOf(t.Elem()) == kindFloat:
		switch n := t.Len(); {
		case tag.quat && n == 4:
			return "quat"
		case n >= 2 && n <= 4:
			return "vec" + strconv.Itoa(n)
		case n > 4 && n <= 16:
			return "mat"
		}
	case t.Elem().Kind() == reflect.Array && kindOf(t.Elem().Elem()) == kindFloat && t.Len()*t.Elem().Len() <= 16:
		return "mat"
	}
	return ""
}

// hides reports whether a struct has a field that is not shown: then its others are
// shown one by one.
func hides(t reflect.Type) bool {
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("scry"); tag != "" {
			if g := parseTag(t, t.Field(i)); g.hidden || g.flags&flagSecret != 0 {
				return true
			}
		}
	}
	return false
}

// matrix reports whether a struct is nothing but one array that is a matrix, or five to
// sixteen floats.
func matrix(t reflect.Type) bool {
	if t.NumField() == 1 && t.Field(0).IsExported() {
		f := t.Field(0).Type
		return f.Kind() == reflect.Array && compound(f, tag{}) == "mat"
	}
	for i := range t.NumField() {
		if f := t.Field(i); !f.IsExported() || kindOf(f.Type) != kindFloat || f.Type.Kind() != t.Field(0).Type.Kind() {
			return false
		}
	}
	return t.NumField() > 4 && t.NumField() <= 16
}

// compound adds the numbers of which a vector, a quaternion or a matrix is made.
func (l *layout) compound(t reflect.Type, g tag, p place) {
	as, of := compound(t, g), p.prefix+g.name
	if as == "mat" {
		l.matrix(t, g, p, of)
		return
	}
	part := func(name string, g tag, t reflect.Type, p place, elements ...int) {
		f := g.field(t, p, of+"."+name)
		f.of, f.as, f.elements = of, as, elements
		l.fields = append(l.fields, f)
	}
	if t.Kind() == reflect.Array {
		for i := range t.Len() {
			part("xyzw"[i:i+1], g, t.Elem(), p, i)
		}
		return
	}
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := parseTag(t, sf)
		name := tag.name
		if sf.Tag.Get("scry") == "" { // what the vector's tag says holds for its parts
			tag = g
		}
		part(name, tag, sf.Type, p.down(i))
	}
}

// matrix adds the numbers of a matrix, row by row as they lie in memory.
func (l *layout) matrix(t reflect.Type, g tag, p place, of string) {
	n := 0
	add := func(t reflect.Type, p place, cols int, elements ...int) {
		f := g.field(t, p, of+"."+strconv.Itoa(n))
		f.of, f.as, f.cols, f.elements = of, "mat", cols, elements
		l.fields = append(l.fields, f)
		n++
	}
	if t.Kind() == reflect.Struct && t.NumField() > 1 {
		for i := range t.NumField() {
			add(t.Field(i).Type, p.down(i), columnsOf(t.NumField()))
		}
		return
	}
	if t.Kind() == reflect.Struct {
		p, t = p.down(0), t.Field(0).Type
	}
	for i := range t.Len() {
		if t.Elem().Kind() != reflect.Array {
			add(t.Elem(), p, columnsOf(t.Len()), i)
			continue
		}
		for j := range t.Elem().Len() {
			add(t.Elem().Elem(), p, t.Elem().Len(), i, j)
		}
	}
}

// columnsOf says how wide a matrix of n numbers is: square, or as affine ones are, two
// rows of three, or three of four.
func columnsOf(n int) int {
	switch n {
	case 9, 6:
		return 3
	case 16, 12, 8:
		return 4
	}
	return n
}

// field makes the field that a tag describes.
func (g tag) field(t reflect.Type, p place, path string) field {
	if g.min > g.max {
		panic(fmt.Sprintf("console: field %q: the range %v to %v is empty", path, g.min, g.max))
	}
	f := field{
		path: path, name: path[strings.LastIndexByte(path, '.')+1:], component: p.component, typ: t, part: p.part, index: p.index,
		spec: g.spec(t), step: g.step, unit: g.unit, help: g.help, readOnly: g.readOnly, locked: g.readOnly, column: g.column, asset: g.asset, ref: g.ref,
	}
	switch f.spec.kind {
	case kindList, kindMap, kindAny, kindJSON:
		f.readOnly = true
	}
	return f
}

// spec says how a value of a type is read and written, as its tag refines it.
func (g tag) spec(t reflect.Type) spec {
	s := spec{kind: kindOfField(t), bits: 64, names: g.names, bounded: g.bounded, min: g.min, max: g.max, anyFloat: true}
	integer := s.kind == kindInt || s.kind == kindUint
	switch {
	case g.ref != nil:
		s.kind = kindEntity
	case g.asset != "":
		s.kind = kindAsset
	case g.names != nil && integer:
		s.kind = kindEnum
	case g.names != nil && s.kind == kindString:
		s.kind = kindChoice
	}
	switch t.Kind() {
	case reflect.Int64, reflect.Uint64:
		s.wide = integer
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Uint, reflect.Uintptr, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Float32:
		s.bits = t.Bits()
	}
	return s
}

// kindOfField says what a type is in the world, where more can be shown than a cvar
// holds. Whether a pointer is a reference depends on what else is bound.
func kindOfField(t reflect.Type) kind {
	if k := kindOf(t); k != kindJSON {
		return k
	}
	if t == reflect.TypeFor[time.Time]() {
		return kindTime
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return kindList
	case reflect.Map:
		return kindMap
	case reflect.Interface, reflect.Pointer, reflect.Struct:
		return kindAny
	}
	return kindJSON
}

package rpc

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// field is a member of a struct on the wire.
type field struct {
	name      string
	key       []byte // the name as it is written, quoted, with its colon
	index     []int  // the way through embedded structs, as reflect counts
	typ       reflect.Type
	plan      *plan
	tagged    bool // the name comes from a tag
	omitEmpty bool
	omitZero  bool
	quoted    bool // a number or bool inside a string
	zeroer    bool // the type says itself when it is zero
	tags      tags
}

// tags are what a field says of itself for the schema; min, max and enum are
// also checked when a value comes in.
type tags struct {
	min, max, enum, unit, help string
}

// optional reports whether a value may come without the field.
func (f *field) optional() bool {
	return f.omitEmpty || f.omitZero || f.typ.Kind() == reflect.Pointer
}

// in returns the field's value inside a struct. With grow it makes the embedded
// structs on the way; without, it is the zero Value when one is missing.
func (f *field) in(v reflect.Value, grow bool) reflect.Value {
	if len(f.index) == 1 {
		return v.Field(f.index[0])
	}
	for i, x := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !grow {
					return reflect.Value{}
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// fieldsOf lists the members of a struct type in declared order. Embedded structs
// lend theirs by the rules of encoding/json: of one name the shallowest wins, of
// equally deep ones the only tagged one, else none.
func fieldsOf(t reflect.Type) []field {
	var all []field
	collect(t, nil, map[reflect.Type]bool{}, &all)
	byName := map[string][]int{}
	for i := range all {
		byName[all[i].name] = append(byName[all[i].name], i)
	}
	var kept []field
	for i := range all {
		if dominant(all, byName[all[i].name]) == i {
			kept = append(kept, all[i])
		}
	}
	slices.SortFunc(kept, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return kept
}

// dominant returns which of the fields of one name is seen, and -1 for none.
func dominant(all []field, same []int) int {
	same = slices.Clone(same)
	rank := func(i int) int {
		r := 2 * len(all[i].index)
		if !all[i].tagged {
			r++
		}
		return r
	}
	slices.SortStableFunc(same, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	if len(same) > 1 && rank(same[0]) == rank(same[1]) {
		return -1
	}
	return same[0]
}

// collect appends the fields of t and of what it embeds. open holds the types on
// the way, so that a struct that embeds a pointer to itself ends.
func collect(t reflect.Type, index []int, open map[reflect.Type]bool, all *[]field) {
	if open[t] {
		return
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := sf.Tag.Get("json")
		if tag == "-" {
			continue
		}
		path := append(slices.Clone(index), i)
		name, options, _ := strings.Cut(tag, ",")
		inner := sf.Type
		if inner.Kind() == reflect.Pointer && inner.Name() == "" {
			inner = inner.Elem()
		}
		if sf.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			// A pointer to an unexported struct cannot be filled from outside.
			if sf.IsExported() || sf.Type.Kind() != reflect.Pointer {
				collect(inner, path, open, all)
			}
			continue
		}
		if sf.IsExported() {
			*all = append(*all, newField(sf, path, name, options))
		}
	}
}

func newField(sf reflect.StructField, index []int, name, options string) field {
	f := field{name: name, index: index, typ: sf.Type, tagged: name != ""}
	if name == "" {
		f.name = sf.Name
	}
	f.key = append(AppendString(nil, f.name), ':')
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.omitZero = true
			f.zeroer = has(sf.Type, zeroerType)
		case "string":
			f.quoted = quotable(sf.Type)
		}
	}
	f.tags = tags{
		min: sf.Tag.Get("min"), max: sf.Tag.Get("max"), enum: sf.Tag.Get("enum"),
		unit: sf.Tag.Get("unit"), help: sf.Tag.Get("help"),
	}
	return f
}

// quotable reports whether the option "string" applies: to numbers and bools.
func quotable(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Bool || isInt(t) || isUint(t) || isFloat(t)
}

func isInt(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64
}

func isUint(t reflect.Type) bool {
	return t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uintptr
}

func isFloat(t reflect.Type) bool {
	return t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64
}

// itoa is short for the decimal form of a small number.
func itoa(n int) string { return strconv.Itoa(n) }

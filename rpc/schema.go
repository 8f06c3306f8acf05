package rpc

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Describer is what a type with a JSON form of its own implements so that
// rpc.discover can tell its schema; without it any value is expected. JSONSchema
// is called on the zero value.
type Describer interface {
	JSONSchema() json.RawMessage
}

// schemas writes JSON schemas of Go types. Named structs stand once, under their
// Go name, in components.
type schemas struct {
	names   map[reflect.Type]string
	types   map[string]reflect.Type
	pending []reflect.Type // named, and not written yet
}

func newSchemas() *schemas {
	return &schemas{names: map[reflect.Type]string{}, types: map[string]reflect.Type{}}
}

// append writes the schema of a type. t are the tags of the field that holds it.
func (s *schemas) append(dst []byte, typ reflect.Type, t tags) []byte {
	dst = append(dst, '{')
	start := len(dst)
	dst = s.appendType(dst, typ)
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	t.bound(typ)
	dst = t.append(dst, typ)
	if len(dst) > start && dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '}')
}

// appendType writes the members that say the type, each with a comma behind it.
func (s *schemas) appendType(dst []byte, t reflect.Type) []byte {
	if t.Kind() == reflect.Pointer && has(t.Elem(), appenderType) {
		t = t.Elem() // a pointer is what it points to, also where that writes itself
	}
	p := planOf(t)
	if d, ok := reflect.New(t).Interface().(Describer); ok {
		raw := strings.TrimSpace(string(d.JSONSchema()))
		if inner := strings.TrimSuffix(strings.TrimPrefix(raw, "{"), "}"); strings.TrimSpace(inner) != "" {
			return append(append(dst, inner...), ',')
		}
		return dst
	}
	switch {
	case t == durationType:
		return append(AppendString(append(dst, `"type":"string","pattern":`...), durationPattern), ',')
	case t == timeType:
		return append(dst, `"type":"string","format":"date-time",`...)
	case t == numberType:
		return append(dst, `"type":"number",`...)
	case t == rawType || t.Kind() == reflect.Interface:
		return dst
	case t == voidType:
		return append(dst, `"type":"null",`...)
	case has(t, marshalerType) || has(t, unmarshalerType) || has(t, appenderType) && len(p.fields) == 0:
		return dst
	case has(t, textMarshalerType) || has(t, textUnmarshalerType):
		return append(dst, `"type":"string",`...)
	}
	return s.appendKind(dst, t, p)
}

// durationPattern is what [time.ParseDuration] reads, with both signs for micro. A
// format of our own would stop validators that know only those of the standard.
const durationPattern = `^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`

func (s *schemas) appendKind(dst []byte, t reflect.Type, p *plan) []byte {
	switch {
	case t.Kind() == reflect.Bool:
		return append(dst, `"type":"boolean",`...)
	case isInt(t) || isUint(t):
		return append(dst, `"type":"integer",`...)
	case isFloat(t):
		return append(dst, `"type":"number",`...)
	case t.Kind() == reflect.String:
		return append(dst, `"type":"string",`...)
	case t.Kind() == reflect.Pointer:
		return s.appendType(dst, t.Elem())
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return append(dst, `"type":"string","contentEncoding":"base64",`...)
	case t.Kind() == reflect.Slice:
		dst = append(dst, `"type":"array","items":`...)
		return append(s.append(dst, t.Elem(), tags{}), ',')
	case t.Kind() == reflect.Array:
		n := strconv.Itoa(t.Len())
		dst = append(dst, `"type":"array","minItems":`+n+`,"maxItems":`+n+`,"items":`...)
		return append(s.append(dst, t.Elem(), tags{}), ',')
	case t.Kind() == reflect.Map:
		dst = append(dst, `"type":"object","additionalProperties":`...)
		return append(s.append(dst, t.Elem(), tags{}), ',')
	case t.Name() != "":
		dst = append(dst, `"$ref":`...)
		return append(AppendString(dst, "#/components/schemas/"+s.name(t)), ',')
	}
	return s.appendStruct(dst, p)
}

// appendStruct writes the members of an object's schema.
func (s *schemas) appendStruct(dst []byte, p *plan) []byte {
	dst = append(dst, `"type":"object","properties":{`...)
	for i := range p.fields {
		f := &p.fields[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, f.key...)
		dst = s.appendField(dst, f, f.typ.Kind() == reflect.Pointer && !f.omitEmpty && !f.omitZero)
	}
	dst = append(dst, `},`...)
	open := byte('[')
	for i := range p.fields {
		if f := &p.fields[i]; !f.optional() {
			if open == '[' {
				dst = append(dst, `"required":`...)
			}
			dst = AppendString(append(dst, open), f.name)
			open = ','
		}
	}
	if open == ',' {
		dst = append(dst, `],`...)
	}
	return append(dst, `"additionalProperties":false,`...)
}

// appendField writes the schema of a field. A nullable one may also be null.
func (s *schemas) appendField(dst []byte, f *field, nullable bool) []byte {
	switch {
	case nullable:
		dst = s.appendField(append(dst, `{"anyOf":[`...), f, false)
		return append(dst, `,{"type":"null"}]}`...)
	case f.quoted:
		dst = append(dst, `{"type":"string",`...)
		dst = f.tags.append(dst, reflect.TypeFor[bool]())
		return append(dst[:len(dst)-1], '}')
	}
	return s.append(dst, f.typ, f.tags)
}

// takesNull reports whether null may come in for a field: where Go has nil.
func (f *field) takesNull() bool {
	t := f.typ
	switch {
	case t.Kind() == reflect.Pointer:
		return !f.quoted
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8, t.Kind() == reflect.Map:
		return f.tags.min == "" && !has(t, unmarshalerType) && !has(t, textUnmarshalerType)
	}
	return false
}

// bound says what an integer type can hold where the tags say nothing narrower.
func (t *tags) bound(typ reflect.Type) {
	if typ == durationType || !isInt(typ) && !isUint(typ) || has(typ, marshalerType) || has(typ, textMarshalerType) || has(typ, appenderType) {
		return
	}
	bits := typ.Bits()
	if isUint(typ) {
		t.min = orDefault(t.min, "0")
		if bits < 64 {
			t.max = orDefault(t.max, strconv.FormatUint(1<<bits-1, 10))
		}
	} else if bits < 64 {
		t.min = orDefault(t.min, strconv.FormatInt(-1<<(bits-1), 10))
		t.max = orDefault(t.max, strconv.FormatInt(1<<(bits-1)-1, 10))
	}
}

// append writes the members that a field's tags say, each with a comma behind.
func (t *tags) append(dst []byte, typ reflect.Type) []byte {
	lo, hi := "minimum", "maximum"
	switch {
	case typ == durationType:
		lo, hi = "x-minimum", "x-maximum"
	case typ.Kind() == reflect.String:
		lo, hi = "minLength", "maxLength"
	case typ.Kind() == reflect.Slice:
		lo, hi = "minItems", "maxItems"
	}
	for _, bound := range [...]struct{ key, value string }{{lo, t.min}, {hi, t.max}} {
		if bound.value == "" {
			continue
		}
		dst = append(AppendString(dst, bound.key), ':')
		if typ == durationType {
			dst = append(AppendString(dst, bound.value), ',')
		} else {
			dst = append(append(dst, bound.value...), ',')
		}
	}
	if t.enum != "" {
		dst = append(t.appendEnum(append(dst, `"enum":`...), typ), ',')
	}
	if t.unit != "" {
		dst = append(AppendString(append(dst, `"x-unit":`...), t.unit), ',')
	}
	if t.help != "" {
		dst = append(AppendString(append(dst, `"description":`...), t.help), ',')
	}
	return dst
}

func (t *tags) appendEnum(dst []byte, typ reflect.Type) []byte {
	open := byte('[')
	for word := range strings.SplitSeq(t.enum, ",") {
		dst = append(dst, open)
		open = ','
		if isInt(typ) || isUint(typ) || isFloat(typ) {
			dst = append(dst, word...)
		} else {
			dst = AppendString(dst, word)
		}
	}
	return append(dst, ']')
}

// name returns the name of a struct type in components: its Go name, with the
// package's before it when another package has the same.
func (s *schemas) name(t reflect.Type) string {
	if name, ok := s.names[t]; ok {
		return name
	}
	name := cleanName(t.Name())
	if s.types[name] != nil {
		pkg := t.PkgPath()
		name = cleanName(pkg[strings.LastIndexByte(pkg, '/')+1:]) + "_" + name
	}
	for stem, n := name, 2; s.types[name] != nil; n++ {
		name = stem + "-" + strconv.Itoa(n)
	}
	s.names[t], s.types[name] = name, t
	s.pending = append(s.pending, t)
	return name
}

// cleanName makes of a type's name, which may have type arguments, one that
// components allow: letters, digits and _-, without import paths.
func cleanName(name string) string {
	var b strings.Builder
	start := 0 // where the identifier being read begins in b
	for _, r := range name {
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-':
			b.WriteRune(r)
		case r == '/' || r == '.':
			kept := b.String()[:start]
			b.Reset()
			b.WriteString(kept)
		default:
			b.WriteByte('_')
			start = b.Len()
		}
	}
	return strings.TrimRight(b.String(), "_")
}

// appendComponents writes the schemas of all named types, sorted by name.
func (s *schemas) appendComponents(dst []byte) []byte {
	written := map[string][]byte{}
	for len(s.pending) > 0 { // writing one may name more
		t := s.pending[0]
		s.pending = s.pending[1:]
		schema := s.appendStruct([]byte{'{'}, planOf(t))
		schema[len(schema)-1] = '}'
		written[s.names[t]] = schema
	}
	dst = append(dst, '{')
	for i, name := range sortedKeys(written) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendString(dst, name), ':')
		dst = append(dst, written[name]...)
	}
	return append(dst, '}')
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

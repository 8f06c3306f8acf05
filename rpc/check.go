package rpc

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// checked lays the checks of a field's tags min, max and enum over its plan. It
// returns what is wrong with the tags, "" when nothing is.
func checked(f *field) (bad string) {
	t := f.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	lo, ok1 := tagBound(t, f.tags.min)
	hi, ok2 := tagBound(t, f.tags.max)
	if !ok1 || !ok2 {
		return "min or max does not fit " + t.String()
	}
	if measure(t) == nil && (lo != nil || hi != nil) {
		return "min and max do not apply to " + t.String()
	}
	var enum []string
	if f.tags.enum != "" {
		enum = strings.Split(f.tags.enum, ",")
	}
	p := *f.plan
	inner := p.dec
	if enum != nil {
		p.want = "one of " + strings.Join(enum, ", ")
	} else {
		p.want += boundsText(f.tags)
	}
	p.dec = func(d *decoder, v reflect.Value) *Error {
		d.peek()
		start := d.pos
		if e := inner(d, v); e != nil {
			return e
		}
		return check(v, d.data[start:d.pos], lo, hi, enum, p.want)
	}
	f.plan = &p
	return ""
}

// check holds a value that came in against its field's tags.
func check(v reflect.Value, raw []byte, lo, hi *float64, enum []string, want string) *Error {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if enum != nil && !slices.Contains(enum, enumText(v)) {
		e := wrong(want, raw)
		e.Data.Suggest = Nearest(enumText(v), slices.Values(enum))
		return e
	}
	if lo == nil && hi == nil {
		return nil
	}
	n := measure(v.Type())(v)
	// Written so that NaN is outside of every range.
	if lo != nil && !(n >= *lo) || hi != nil && !(n <= *hi) {
		e := wrong(want, raw)
		e.Code = OutOfRange
		return e
	}
	return nil
}

// measure returns what min and max bound of a type: a number's value, a string's
// characters, a list's items. It is nil for other types.
func measure(t reflect.Type) func(reflect.Value) float64 {
	switch {
	case isInt(t):
		return func(v reflect.Value) float64 { return float64(v.Int()) }
	case isUint(t):
		return func(v reflect.Value) float64 { return float64(v.Uint()) }
	case isFloat(t):
		return reflect.Value.Float
	case t.Kind() == reflect.String:
		return func(v reflect.Value) float64 { return float64(utf8.RuneCountInString(v.String())) }
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return func(v reflect.Value) float64 { return float64(v.Len()) }
	}
	return nil
}

// tagBound reads a tag min or max. A duration's bounds are durations.
func tagBound(t reflect.Type, tag string) (*float64, bool) {
	if tag == "" {
		return nil, true
	}
	if t == durationType {
		d, err := time.ParseDuration(tag)
		f := float64(d)
		return &f, err == nil
	}
	f, err := strconv.ParseFloat(tag, 64)
	return &f, err == nil
}

func enumText(v reflect.Value) string {
	switch {
	case isInt(v.Type()):
		return strconv.FormatInt(v.Int(), 10)
	case isUint(v.Type()):
		return strconv.FormatUint(v.Uint(), 10)
	case isFloat(v.Type()):
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	}
	return v.String()
}

// boundsText says the bounds of a field in words.
func boundsText(t tags) string {
	switch {
	case t.min != "" && t.max != "":
		return " from " + t.min + " to " + t.max
	case t.min != "":
		return " from " + t.min
	case t.max != "":
		return " up to " + t.max
	}
	return ""
}

package rpc

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Appender is what a type implements to write its own JSON: the fast way out for
// what is sent often. AppendJSON appends one JSON value; that it is one is not
// checked. A struct with exported fields is described and read by these, so its own
// form is to be the same.
type Appender interface {
	AppendJSON(dst []byte) []byte
}

// maxNesting bounds pointers, maps and slices inside each other on the way out:
// a value that contains itself ends as an error.
const maxNesting = 100

// Append appends the JSON form of v and returns the longer slice; on an error it
// returns dst as it was. It follows encoding/json (tags name, omitempty,
// omitzero, string; embedded structs; sorted map keys; Marshaler and
// TextMarshaler) with these differences: NaN and the infinities are the strings
// "NaN", "Infinity" and "-Infinity", a time.Duration is its String, a nil slice
// is [] and a nil map {}, and nothing is escaped that need not be. Any goroutine may call it. Of a plain struct behind
// a pointer it allocates nothing beyond dst.
func Append(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case float64:
		return appendFloat(dst, v, 64), nil
	case string:
		return AppendString(dst, v), nil
	}
	r := reflect.ValueOf(v)
	if a, ok := v.(Appender); ok && r.Kind() != reflect.Pointer {
		return a.AppendJSON(dst), nil
	}
	out, err := planOf(r.Type()).enc(dst, r, 0)
	if err != nil {
		return dst, err
	}
	return out, nil
}

func encBool(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendBool(dst, v.Bool()), nil
}

func encInt(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendInt(dst, v.Int(), 10), nil
}

func encUint(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendUint(dst, v.Uint(), 10), nil
}

func encString(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return AppendString(dst, v.String()), nil
}

func encFloat(bits int) func([]byte, reflect.Value, int) ([]byte, error) {
	return func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		return appendFloat(dst, v.Float(), bits), nil
	}
}

// AppendFloat appends the JSON form of a number, as Append does, and allocates nothing.
func AppendFloat(dst []byte, f float64) []byte { return appendFloat(dst, f, 64) }

// AppendFloat32 is AppendFloat for a number of 32 bits, which has fewer digits.
func AppendFloat32(dst []byte, f float32) []byte { return appendFloat(dst, float64(f), 32) }

// appendFloat writes the shortest decimal that reads back as f, in the form that
// JavaScript prints.
func appendFloat(dst []byte, f float64, bits int) []byte {
	abs := math.Abs(f)
	switch {
	case f != f:
		return append(dst, `"NaN"`...)
	case abs > math.MaxFloat64:
		if f < 0 {
			return append(dst, `"-Infinity"`...)
		}
		return append(dst, `"Infinity"`...)
	case abs < 1<<24 && f == math.Trunc(f) && (f != 0 || !math.Signbit(f)):
		return strconv.AppendInt(dst, int64(f), 10)
	case abs >= 1e-3 && abs < 1e9:
		if n, decimals, ok := short(abs, bits); ok {
			if f < 0 {
				dst = append(dst, '-')
			}
			return appendDecimal(dst, n, decimals)
		}
	}
	small, large := 1e-6, 1e21
	if bits == 32 {
		small, large = float64(float32(1e-6)), float64(float32(1e21))
	}
	if abs == 0 || abs >= small && abs < large {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	// strconv writes two digits of the exponent at least, JavaScript as few as it
	// needs: 1e-07 against 1e-7.
	if e := dst[start:]; len(e) >= 4 && e[len(e)-4] == 'e' && e[len(e)-2] == '0' {
		dst[len(dst)-2] = dst[len(dst)-1]
		dst = dst[:len(dst)-1]
	}
	return dst
}

// short returns a number as n of so many decimals, six at the most, when it is the
// shortest that reads back as it; most numbers in a game are. The quotient of two exact
// numbers is rounded once, so it equals abs only when the decimal reads back as it.
func short(abs float64, bits int) (n uint64, decimals int, ok bool) {
	if bits == 32 {
		return short32(abs)
	}
	if n = uint64(abs*1e6 + .5); float64(n)/1e6 != abs {
		return 0, 0, false
	}
	// Fewer than 16 digits name different numbers, so the shortest is this without its
	// zeros.
	if decimals = 6; n%1000 == 0 {
		n, decimals = n/1000, 3
	}
	for decimals > 0 && n%10 == 0 {
		n, decimals = n/10, decimals-1
	}
	return n, decimals, true
}

// short32 is short for what has 32 bits, of which several decimals may be the same
// number: the fewest are tried first.
func short32(abs float64) (n uint64, decimals int, ok bool) {
	for scale := 10.0; decimals < 6; scale *= 10 {
		decimals++
		if n = uint64(abs*scale + .5); n >= 1e7 {
			break
		}
		if float32(float64(n)/scale) == float32(abs) {
			return n, decimals, true
		}
	}
	return 0, 0, false
}

// appendDecimal writes n of so many decimals, six at the most.
func appendDecimal(dst []byte, n uint64, decimals int) []byte {
	for scale := decimals; scale < 6; scale++ {
		n *= 10
	}
	whole, rest := n/1e6, n%1e6
	if dst = strconv.AppendUint(dst, whole, 10); decimals == 0 {
		return dst
	}
	digits := [6]byte{
		'0' + byte(rest/1e5), '0' + byte(rest/1e4%10), '0' + byte(rest/1e3%10),
		'0' + byte(rest/100%10), '0' + byte(rest/10%10), '0' + byte(rest%10),
	}
	return append(append(dst, '.'), digits[:decimals]...)
}

func encDuration(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return AppendString(dst, time.Duration(v.Int()).String()), nil
}

func encBytes(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, v.Bytes())
	return append(dst, '"'), nil
}

func encRaw(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return appendRaw(dst, v.Bytes())
}

// appendRaw writes what claims to be JSON, after a look whether it is: a broken
// value would break the text around it.
func appendRaw(dst, raw []byte) ([]byte, error) {
	if raw == nil {
		return append(dst, "null"...), nil
	}
	if e := valid(raw); e != nil {
		return dst, fmt.Errorf("raw value: %w", e)
	}
	return append(dst, raw...), nil
}

func encNumber(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	text := v.String()
	if text == "" {
		return append(dst, '0'), nil
	}
	if c := text[0]; c != '-' && (c < '0' || c > '9') {
		return dst, Errorf(InternalError, "%s is not a number", quote(text))
	}
	return appendRaw(dst, []byte(text))
}

// as returns v, or a pointer to it, as the interface T that one of them has.
// Nothing is copied when v can be pointed to.
func as[T any](v reflect.Value) T {
	if v.CanAddr() {
		return v.Addr().Interface().(T)
	}
	if x, ok := v.Interface().(T); ok {
		return x
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.Interface().(T)
}

func encAppender(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return as[Appender](v).AppendJSON(dst), nil
}

func encMarshaler(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	raw, err := as[json.Marshaler](v).MarshalJSON()
	if err != nil {
		return dst, err
	}
	return appendRaw(dst, raw)
}

func encTextMarshaler(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	text, err := as[encoding.TextMarshaler](v).MarshalText()
	if err != nil {
		return dst, err
	}
	return appendText(dst, text), nil
}

func encPointer(elem *plan) func([]byte, reflect.Value, int) ([]byte, error) {
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if v.IsNil() {
			return append(dst, "null"...), nil
		}
		if depth > maxNesting {
			return dst, errNesting
		}
		return elem.enc(dst, v.Elem(), depth+1)
	}
}

func encInterface(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return append(dst, "null"...), nil
	}
	if depth > maxNesting {
		return dst, errNesting
	}
	v = v.Elem()
	return planOf(v.Type()).enc(dst, v, depth+1)
}

var errNesting = Errorf(InternalError, "value nests deeper than %d levels", maxNesting)

func encSlice(elem *plan) func([]byte, reflect.Value, int) ([]byte, error) {
	list := encArray(elem)
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if v.IsNil() {
			return append(dst, "[]"...), nil // a list with nothing in it is a list
		}
		return list(dst, v, depth)
	}
}

func encArray(elem *plan) func([]byte, reflect.Value, int) ([]byte, error) {
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > maxNesting {
			return dst, errNesting
		}
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = elem.enc(dst, v.Index(i), depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	}
}

func encStruct(p *plan) func([]byte, reflect.Value, int) ([]byte, error) {
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > maxNesting {
			return dst, errNesting
		}
		open := byte('{')
		for i := range p.fields {
			f := &p.fields[i]
			fv := f.in(v, false)
			if !fv.IsValid() || f.omitEmpty && isEmpty(fv) || f.omitZero && f.isZero(fv) {
				continue
			}
			dst = append(dst, open)
			open = ','
			dst = append(dst, f.key...)
			var err error
			if dst, err = f.plan.enc(dst, fv, depth+1); err != nil {
				return dst, err
			}
		}
		if open == '{' {
			dst = append(dst, '{')
		}
		return append(dst, '}'), nil
	}
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (f *field) isZero(v reflect.Value) bool {
	if f.zeroer && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return as[zeroer](v).IsZero()
	}
	return v.IsZero()
}

// zeroer is what the option omitzero asks first.
type zeroer interface{ IsZero() bool }

func encMap(elem *plan) func([]byte, reflect.Value, int) ([]byte, error) {
	type entry struct {
		key   string
		value reflect.Value
	}
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > maxNesting {
			return dst, errNesting
		}
		if v.IsNil() {
			return append(dst, "{}"...), nil
		}
		entries := make([]entry, 0, v.Len())
		for it := v.MapRange(); it.Next(); {
			key, err := mapKey(it.Key())
			if err != nil {
				return dst, err
			}
			entries = append(entries, entry{key, it.Value()})
		}
		slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
		open := byte('{')
		for _, e := range entries {
			dst = append(dst, open)
			open = ','
			dst = append(AppendString(dst, e.key), ':')
			var err error
			if dst, err = elem.enc(dst, e.value, depth+1); err != nil {
				return dst, err
			}
		}
		if open == '{' {
			dst = append(dst, '{')
		}
		return append(dst, '}'), nil
	}
}

func mapKey(k reflect.Value) (string, error) {
	if k.Kind() == reflect.String {
		return k.String(), nil
	}
	if m, ok := k.Interface().(encoding.TextMarshaler); ok {
		text, err := m.MarshalText()
		return string(text), err
	}
	if isInt(k.Type()) {
		return strconv.FormatInt(k.Int(), 10), nil
	}
	return strconv.FormatUint(k.Uint(), 10), nil
}

// quotedPlan is a plan for the tag option "string": the value inside a string.
func quotedPlan(p *plan) *plan {
	q := *p
	q.want = "a string that holds " + p.want
	q.enc = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return append(dst, "null"...), nil
		}
		start := len(dst)
		dst, err := p.enc(append(dst, '"'), v, depth)
		if err != nil {
			return dst, err
		}
		if dst[start+1] == '"' { // NaN is a string already
			return append(dst[:start], dst[start+1:]...), nil
		}
		return append(dst, '"'), nil
	}
	q.dec = func(d *decoder, v reflect.Value) *Error {
		if d.peek() == 'n' && v.Kind() == reflect.Pointer {
			return p.dec(d, v)
		}
		if d.peek() != '"' {
			return d.mismatch(q.want)
		}
		return d.inner(p, v, q.want)
	}
	return &q
}

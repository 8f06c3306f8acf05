package rpc

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"
)

func decBool(d *decoder, v reflect.Value) *Error {
	if c := d.peek(); c != 't' && c != 'f' {
		return d.mismatch("true or false")
	}
	v.SetBool(d.raw()[0] == 't')
	return nil
}

func decString(d *decoder, v reflect.Value) *Error {
	if d.peek() != '"' {
		return d.mismatch("a string")
	}
	v.SetString(d.names.get(d.text()))
	return nil
}

func decFloat(d *decoder, v reflect.Value) *Error {
	raw := d.raw()
	f, ok := 0.0, true
	switch string(raw) {
	case `"NaN"`:
		f = math.NaN()
	case `"Infinity"`:
		f = math.Inf(1)
	case `"-Infinity"`:
		f = math.Inf(-1)
	default:
		f, ok = parseFloat(raw, v.Type().Bits())
	}
	if !ok && (raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9') {
		return wrong("a number that "+v.Kind().String()+" can hold", raw)
	}
	if !ok {
		return wrong("a number", raw)
	}
	v.SetFloat(f)
	return nil
}

// tens are the powers of ten that a float64 holds exactly and that are of use to
// parseFloat.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseFloat reads a number literal, and reports false for what is none or is
// beyond the range. Up to 15 digits without an exponent need one division of
// exact numbers, which rounds once and so rightly.
func parseFloat(raw []byte, bits int) (float64, bool) {
	if len(raw) == 0 || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0, false
	}
	if bits == 64 && len(raw) <= 16 {
		if f, ok := parseShort(raw); ok {
			return f, true
		}
	}
	f, err := strconv.ParseFloat(string(raw), bits)
	return f, err == nil
}

func parseShort(raw []byte) (float64, bool) {
	var n int64
	digits, decimals, point := 0, 0, false
	for i, c := range raw {
		switch {
		case '0' <= c && c <= '9':
			n = n*10 + int64(c-'0')
			digits++
			if point {
				decimals++
			}
		case c == '.':
			point = true
		case c == '-' && i == 0:
		default:
			return 0, false
		}
	}
	if digits == 0 || digits > 15 {
		return 0, false
	}
	f := float64(n) / tens[decimals]
	if raw[0] == '-' {
		f = -f // also of zero
	}
	return f, true
}

// intWant says what an integer type takes.
func intWant(t reflect.Type) string {
	if t.Bits() == 64 {
		if isUint(t) {
			return "an integer from 0"
		}
		return "an integer"
	}
	if isUint(t) {
		return "an integer from 0 to " + strconv.FormatUint(1<<t.Bits()-1, 10)
	}
	top := int64(1) << (t.Bits() - 1)
	return "an integer from " + strconv.FormatInt(-top, 10) + " to " + strconv.FormatInt(top-1, 10)
}

// integer returns the digits of the next value, from a number or, for 64-bit
// types, a decimal string.
func (d *decoder) integer(t reflect.Type) (raw, digits []byte) {
	raw = d.raw()
	if raw[0] != '"' {
		return raw, raw
	}
	if digits = raw[1 : len(raw)-1]; t.Bits() != 64 || len(digits) > 20 {
		return raw, nil
	}
	for i, c := range digits {
		if (c < '0' || c > '9') && (c != '-' || i > 0) {
			return raw, nil
		}
	}
	return raw, digits
}

func decInt(d *decoder, v reflect.Value) *Error {
	raw, digits := d.integer(v.Type())
	n, ok := parseInt(digits)
	if !ok || v.OverflowInt(n) {
		return wrong(intWant(v.Type()), raw)
	}
	v.SetInt(n)
	return nil
}

func decUint(d *decoder, v reflect.Value) *Error {
	raw, digits := d.integer(v.Type())
	n, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		whole, ok := parseInt(digits) // 1e3, 5.0
		if !ok || whole < 0 {
			return wrong(intWant(v.Type()), raw)
		}
		n = uint64(whole)
	}
	if v.OverflowUint(n) {
		return wrong(intWant(v.Type()), raw)
	}
	v.SetUint(n)
	return nil
}

// parseInt reads an integer, also one written as 1e3 or 5.0, which JSON does not
// tell from 1000 and 5.
func parseInt(raw []byte) (int64, bool) {
	if len(raw) == 0 {
		return 0, false
	}
	if len(raw) <= 18 {
		if n, ok := parseDigits(raw); ok {
			return n, true
		}
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err == nil {
		return n, true
	}
	f, ok := parseFloat(raw, 64)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

func parseDigits(raw []byte) (int64, bool) {
	var n int64
	for i, c := range raw {
		switch {
		case '0' <= c && c <= '9':
			n = n*10 + int64(c-'0')
		case c == '-' && i == 0 && len(raw) > 1:
		default:
			return 0, false
		}
	}
	if raw[0] == '-' {
		n = -n
	}
	return n, true
}

func decDuration(d *decoder, v reflect.Value) *Error {
	const want = `a duration such as "16ms"`
	if d.peek() != '"' {
		return d.mismatch(want)
	}
	text := d.text()
	t, err := time.ParseDuration(string(text))
	if err != nil {
		return wrong(want, appendText(nil, text))
	}
	v.SetInt(int64(t))
	return nil
}

func decBytes(d *decoder, v reflect.Value) *Error {
	const want = "a string of base64"
	if d.peek() != '"' {
		return d.mismatch(want)
	}
	text := d.text()
	b, err := base64.StdEncoding.AppendDecode([]byte{}, text)
	if err != nil {
		return wrong(want, text)
	}
	v.SetBytes(b)
	return nil
}

func decRaw(d *decoder, v reflect.Value) *Error {
	raw := d.raw()
	v.SetBytes(append(make([]byte, 0, len(raw)), raw...))
	return nil
}

func decNumber(d *decoder, v reflect.Value) *Error {
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		return d.mismatch("a number")
	}
	v.SetString(string(d.raw()))
	return nil
}

func decPointer(elem *plan) func(*decoder, reflect.Value) *Error {
	return func(d *decoder, v reflect.Value) *Error {
		if d.null() {
			v.SetZero()
			return nil
		}
		p := reflect.New(v.Type().Elem())
		if e := elem.dec(d, p.Elem()); e != nil {
			return e
		}
		v.Set(p)
		return nil
	}
}

func decUnmarshaler(d *decoder, v reflect.Value) *Error {
	raw := d.raw()
	if err := as[json.Unmarshaler](v).UnmarshalJSON(raw); err != nil {
		return refused(err, raw)
	}
	return nil
}

func decTextUnmarshaler(d *decoder, v reflect.Value) *Error {
	if d.peek() != '"' {
		return d.mismatch("a string")
	}
	text := d.text()
	if err := as[encoding.TextUnmarshaler](v).UnmarshalText(text); err != nil {
		return refused(err, text)
	}
	return nil
}

// refused is the error of a value that its own type does not take.
func refused(err error, raw []byte) *Error {
	e := Errorf(InvalidParams, "%s", err)
	e.Data.Got = shorten(string(raw))
	return e
}

// refuse makes a decoder for a type that cannot come in.
func refuse(why string) func(*decoder, reflect.Value) *Error {
	return func(*decoder, reflect.Value) *Error { return Errorf(InternalError, "%s", why) }
}

// inner reads the value that stands inside a string.
func (d *decoder) inner(p *plan, v reflect.Value, want string) *Error {
	raw := d.raw()
	in := decoder{data: unescape(nil, raw[1:len(raw)-1])}
	if valid(in.data) != nil {
		in.data = raw // "NaN" is a string by itself
	}
	if p.dec(&in, v) != nil {
		return wrong(want, raw)
	}
	return nil
}

// decKey sets a map's key from its name.
func decKey(name []byte, v reflect.Value) *Error {
	t := v.Type()
	switch {
	case t.Kind() != reflect.String && has(t, textUnmarshalerType):
		if err := as[encoding.TextUnmarshaler](v).UnmarshalText(name); err != nil {
			return refused(err, name)
		}
	case t.Kind() == reflect.String:
		v.SetString(string(name))
	case isInt(t):
		n, err := strconv.ParseInt(string(name), 10, t.Bits())
		if err != nil {
			return wrong("a key that is "+intWant(t), name)
		}
		v.SetInt(n)
	case isUint(t):
		n, err := strconv.ParseUint(string(name), 10, t.Bits())
		if err != nil {
			return wrong("a key that is "+intWant(t), name)
		}
		v.SetUint(n)
	default:
		return Errorf(InternalError, "%s cannot be read from a key", t)
	}
	return nil
}

package console

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// value is what a cvar holds: a scalar, or the numbers of a vector. It is
// comparable with ==.
type value struct {
	scalar
	rest [3]uint64 // of a vector, behind the first number, as bits of float64
}

// kindOfVar says what a variable is: as kindOf, and vectors too.
func kindOfVar(t reflect.Type) kind {
	k := kindOf(t)
	if k != kindJSON {
		return k
	}
	n := 0
	switch {
	case t.Kind() == reflect.Array && kindOf(t.Elem()) == kindFloat:
		n = t.Len()
	case t.Kind() == reflect.Struct && vector(t):
		n = t.NumField()
	}
	if n < 2 || n > 4 {
		return kindJSON
	}
	return kindVec2 + kind(n-2)
}

// component returns one number of a vector.
func component(v reflect.Value, i int) reflect.Value {
	if v.Kind() == reflect.Array {
		return v.Index(i)
	}
	return v.Field(i)
}

// readVar takes the value of a variable. It allocates nothing.
func readVar(v reflect.Value, k kind) value {
	if k.parts() == 1 {
		return value{scalar: read(v)}
	}
	var out value
	for i := range k.parts() {
		out.put(i, math.Float64bits(component(v, i).Float()))
	}
	return out
}

// writeVar sets a variable. The value was checked against the same type before.
func (x value) writeVar(v reflect.Value, k kind) {
	if k.parts() == 1 {
		x.write(v)
		return
	}
	for i := range k.parts() {
		component(v, i).SetFloat(math.Float64frombits(x.at(i)))
	}
}

func (x value) at(i int) uint64 {
	if i == 0 {
		return x.n
	}
	return x.rest[i-1]
}

func (x *value) put(i int, bits uint64) {
	if i == 0 {
		x.n = bits
		return
	}
	x.rest[i-1] = bits
}

// json is the value as it travels: as a scalar does, a vector as its numbers.
func (x value) json(p spec) any {
	n := p.kind.parts()
	if n == 1 {
		return x.scalar.json(p)
	}
	if p.bits == 32 {
		list := make([]float32, n)
		for i := range list {
			list[i] = float32(math.Float64frombits(x.at(i)))
		}
		return list
	}
	list := make([]float64, n)
	for i := range list {
		list[i] = math.Float64frombits(x.at(i))
	}
	return list
}

// within reports whether a number, or each of a vector's, is between the bounds.
func (x value) within(p spec) bool {
	if p.kind.parts() == 1 {
		return p.within(x.number(p.kind))
	}
	parts := p.kind.parts()
	p.kind = kindFloat
	for i := range parts {
		if !p.within(math.Float64frombits(x.at(i))) {
			return false
		}
	}
	return true
}

// decodeValue reads a value from JSON; nothing is changed by it.
func decodeValue(raw []byte, p spec) (value, error) {
	n := p.kind.parts()
	if n == 1 {
		s, err := decodeScalar(raw, p)
		return value{scalar: s}, err
	}
	var x value
	var numbers []float64
	if err := rpc.Decode(raw, &numbers); err != nil {
		e := rpc.Errorf(rpc.InvalidParams, "%s is no vector; wanted are %d numbers", clipTo(string(raw), maxGot), n)
		e.Data.Got, e.Data.Want = clipTo(string(raw), maxGot), strconv.Itoa(n)+" numbers"
		return x, e
	}
	if len(numbers) != n {
		e := rpc.Errorf(rpc.InvalidParams, "wanted are %d numbers, not %d", n, len(numbers))
		e.Data.Got, e.Data.Want = strconv.Itoa(len(numbers)), strconv.Itoa(n)+" numbers"
		return x, e
	}
	one := p
	one.kind = kindFloat
	for i, f := range numbers {
		f, err := one.checkFloat(f, strconv.AppendFloat(nil, f, 'g', -1, 64))
		if err != nil {
			return x, at(err, "", "/"+strconv.Itoa(i))
		}
		x.put(i, math.Float64bits(f))
	}
	return x, nil
}

// maxGot is how much an error repeats of a value that came.
const maxGot = 64

// text is the value as a person writes it, and as parseText reads it.
func (x value) text(p spec) string {
	switch j := x.json(p).(type) {
	case string:
		return j
	case bool:
		return strconv.FormatBool(j)
	case int64:
		return strconv.FormatInt(j, 10)
	case uint64:
		return strconv.FormatUint(j, 10)
	case float64:
		return strconv.FormatFloat(j, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(j), 'g', -1, 32)
	}
	var b strings.Builder
	for i := range p.kind.parts() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatFloat(math.Float64frombits(x.at(i)), 'g', -1, p.bits))
	}
	return b.String()
}

// parseText turns a text into the JSON that a client would have sent for it. What fits
// no number or bool becomes a string, so that the error tells it.
func parseText(text string, p spec) []byte {
	raw := jsonOf(text, p)
	if !json.Valid(raw) {
		return rpc.AppendString(nil, strings.ToValidUTF8(text, "\uFFFD"))
	}
	return raw
}

// readText reads a value from a text as a person writes it; nothing is changed by it. A
// string is taken as it is: the game's own may be no UTF-8, which JSON cannot have.
func readText(text string, p spec) (value, error) {
	if p.kind == kindString {
		return value{scalar: scalar{s: text}}, nil
	}
	return decodeValue(parseText(text, p), p)
}

func jsonOf(text string, p spec) []byte {
	plain := strings.TrimSpace(text)
	switch p.kind {
	case kindBool:
		return []byte(boolWord(plain))
	case kindInt, kindUint:
		if n := strings.TrimPrefix(plain, "+"); p.wide || len(n) > 15 {
			return rpc.AppendString(nil, n) // also beyond what JSON numbers hold
		}
		return []byte(strings.TrimPrefix(plain, "+"))
	case kindFloat:
		return floatJSON(plain)
	case kindVec2, kindVec3, kindVec4:
		return vectorJSON(plain)
	case kindEnum:
		// A name comes first: of 1, 2, 4 and 8 samples, "2" is the second.
		if _, err := strconv.ParseUint(plain, 10, 32); err == nil && !slices.Contains(p.names, plain) {
			return []byte(plain)
		}
		return rpc.AppendString(nil, plain)
	case kindDuration, kindColor:
		return rpc.AppendString(nil, plain)
	}
	return rpc.AppendString(nil, text)
}

// boolWord is a bool as JSON has it, from the words that configuration files use.
func boolWord(word string) string {
	switch strings.ToLower(word) {
	case "1", "on", "yes", "true":
		return "true"
	case "0", "off", "no", "false":
		return "false"
	}
	return word
}

// floatJSON is a number as JSON has it: people write .5 and +5, which it has not.
func floatJSON(text string) []byte {
	if json.Valid([]byte(text)) {
		return []byte(text)
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
		return strconv.AppendFloat(nil, f, 'g', -1, 64)
	}
	return []byte(text)
}

// vectorJSON is a vector as JSON has it, from "1 2 3", "1,2,3" or "[1,2,3]".
func vectorJSON(text string) []byte {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	out := []byte{'['}
	for i, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, floatJSON(part)...)
	}
	return append(out, ']')
}

package console

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// kind is what a single value is, to the inspector and to the cvars alike.
type kind uint8

const (
	kindNone kind = iota
	kindBool
	kindInt
	kindUint
	kindFloat
	kindString
	kindDuration
	kindEnum   // an integer with names
	kindChoice // a string out of a list
	kindColor  // color.RGBA or color.NRGBA
	kindVec2   // two to four floats: an array, or a struct of nothing else
	kindVec3
	kindVec4
	kindTime   // time.Time
	kindEntity // a reference to something in the world
	kindAsset  // the name of an asset
	kindList   // a slice or an array: shown by its length
	kindMap
	kindAny  // an interface, or a pointer to what the world does not show
	kindJSON // anything else: shown, not edited
)

// String returns the type's name on the wire.
func (k kind) String() string {
	switch k {
	case kindBool:
		return "bool"
	case kindInt, kindUint:
		return "int"
	case kindFloat:
		return "float"
	case kindString:
		return "string"
	case kindDuration:
		return "duration"
	case kindEnum, kindChoice:
		return "enum"
	case kindColor:
		return "color"
	case kindVec2, kindVec3, kindVec4:
		return "vec" + strconv.Itoa(k.parts())
	case kindTime:
		return "time"
	case kindEntity:
		return "entity"
	case kindAsset:
		return "asset"
	case kindList:
		return "list"
	case kindMap:
		return "map"
	case kindAny:
		return "any"
	}
	return "json"
}

// parts is of how many numbers a vector is made; 1 for anything else.
func (k kind) parts() int {
	if k < kindVec2 || k > kindVec4 {
		return 1
	}
	return int(k-kindVec2) + 2
}

func (k kind) number() bool {
	return k == kindInt || k == kindUint || k == kindFloat || k == kindDuration
}

// kindOf says what a Go type is.
func kindOf(t reflect.Type) kind {
	if t == reflect.TypeFor[time.Duration]() {
		return kindDuration
	}
	switch t.Kind() {
	case reflect.Bool:
		return kindBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return kindInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return kindUint
	case reflect.Float32, reflect.Float64:
		return kindFloat
	case reflect.String:
		return kindString
	}
	if isColor(t) {
		return kindColor
	}
	return kindJSON
}

// spec is what reading a value from the wire needs to know of its target.
type spec struct {
	kind     kind
	bits     int  // 8 to 64
	wide     bool // int64 and uint64 by name: always decimal strings on the wire
	names    []string
	bounded  bool
	min, max float64
	anyFloat bool // NaN and the infinities may be set, where no bounds forbid it
}

func bitsOf(v reflect.Value) int {
	switch t := v.Type(); v.Kind() {
	case reflect.String, reflect.Bool:
		return 64
	case reflect.Array:
		return t.Elem().Bits()
	case reflect.Struct: // a colour, or a vector
		return t.Field(0).Type.Bits()
	default:
		return t.Bits()
	}
}

// scalar is one value, comparable with ==. Which member counts follows from the
// kind; floats are kept as bits, so that a NaN equals itself.
type scalar struct {
	n uint64
	s string
}

// read takes the value of a variable. It allocates nothing.
func read(v reflect.Value) scalar {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return scalar{n: 1}
		}
		return scalar{}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return scalar{n: uint64(v.Int())}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return scalar{n: v.Uint()}
	case reflect.Float32, reflect.Float64:
		return scalar{n: math.Float64bits(v.Float())}
	case reflect.String:
		return scalar{s: v.String()}
	}
	return readColor(v)
}

// write sets a variable. The value was checked against the same type before.
func (s scalar) write(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(s.n != 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(s.n))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(s.n)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(math.Float64frombits(s.n))
	case reflect.String:
		v.SetString(s.s)
	default:
		writeColor(v, s)
	}
}

// number is the value as a float64, for ranges and comparisons.
func (s scalar) number(k kind) float64 {
	switch k {
	case kindInt, kindDuration, kindEnum:
		return float64(int64(s.n))
	case kindFloat:
		return math.Float64frombits(s.n)
	}
	return float64(s.n)
}

// maxSafe is the greatest integer that every JSON client reads exactly.
const maxSafe = 1 << 53

// json is the value as it travels: a bool, a number or a string.
func (s scalar) json(p spec) any {
	switch p.kind {
	case kindBool:
		return s.n != 0
	case kindInt:
		if i := int64(s.n); p.wide || i > maxSafe || i < -maxSafe {
			return strconv.FormatInt(i, 10)
		}
		return int64(s.n)
	case kindUint:
		if p.wide || s.n > maxSafe {
			return strconv.FormatUint(s.n, 10)
		}
		return s.n
	case kindFloat:
		f := math.Float64frombits(s.n)
		if p.bits == 32 {
			return float32(f)
		}
		return f
	case kindDuration:
		return time.Duration(s.n).String()
	case kindEnum:
		if s.n < uint64(len(p.names)) {
			return p.names[s.n]
		}
		return strconv.FormatInt(int64(s.n), 10)
	case kindColor:
		return colorText(s.n)
	}
	return s.s
}

// appendJSON writes what json returns, without an allocation.
func (s scalar) appendJSON(dst []byte, p spec) []byte {
	switch p.kind {
	case kindBool:
		return strconv.AppendBool(dst, s.n != 0)
	case kindInt:
		if i := int64(s.n); p.wide || i > maxSafe || i < -maxSafe {
			return append(strconv.AppendInt(append(dst, '"'), i, 10), '"')
		}
		return strconv.AppendInt(dst, int64(s.n), 10)
	case kindUint:
		if p.wide || s.n > maxSafe {
			return append(strconv.AppendUint(append(dst, '"'), s.n, 10), '"')
		}
		return strconv.AppendUint(dst, s.n, 10)
	case kindFloat:
		if f := math.Float64frombits(s.n); p.bits != 32 {
			return rpc.AppendFloat(dst, f)
		} else {
			return rpc.AppendFloat32(dst, float32(f))
		}
	case kindDuration:
		return append(append(append(dst, '"'), time.Duration(s.n).String()...), '"')
	case kindEnum:
		if s.n < uint64(len(p.names)) {
			return rpc.AppendString(dst, p.names[s.n])
		}
		return append(strconv.AppendInt(append(dst, '"'), int64(s.n), 10), '"')
	case kindColor:
		return append(append(append(dst, '"'), colorText(s.n)...), '"')
	}
	return rpc.AppendString(dst, s.s)
}

// decodeScalar reads a value from JSON. Its errors name what came and what was
// wanted; nothing is changed by it.
func decodeScalar(raw []byte, p spec) (scalar, error) {
	switch p.kind {
	case kindBool:
		var b bool
		err := rpc.Decode(raw, &b)
		if b {
			return scalar{n: 1}, err
		}
		return scalar{}, err
	case kindInt, kindUint, kindFloat, kindDuration:
		return decodeNumber(raw, p)
	case kindString, kindAsset:
		var s string
		err := rpc.Decode(raw, &s)
		return scalar{s: s}, err
	case kindEnum, kindChoice:
		return decodeName(raw, p)
	case kindColor:
		return decodeColor(raw)
	}
	return scalar{}, rpc.Errorf(rpc.ReadOnly, "a value of this type can be shown and not edited")
}

func decodeNumber(raw []byte, p spec) (scalar, error) {
	if p.kind == kindFloat {
		f, err := decodeFloat(raw)
		if err == nil {
			f, err = p.checkFloat(f, raw)
		}
		return scalar{n: math.Float64bits(f)}, err
	}
	var s scalar
	var err error
	switch p.kind {
	case kindInt:
		var i int64
		err = rpc.Decode(raw, &i)
		s.n = uint64(i)
		if err == nil && p.bits < 64 && i != i<<(64-p.bits)>>(64-p.bits) {
			return s, outOfRange(raw, fmt.Sprintf("%d to %d", int64(-1)<<(p.bits-1), int64(1)<<(p.bits-1)-1))
		}
	case kindUint:
		var n uint64
		err = rpc.Decode(raw, &n)
		s.n = n
		if err == nil && p.bits < 64 && s.n>>p.bits != 0 {
			return s, outOfRange(raw, fmt.Sprintf("0 to %d", uint64(1)<<p.bits-1))
		}
	case kindDuration:
		var d time.Duration
		err = rpc.Decode(raw, &d)
		s.n = uint64(d)
	}
	if err != nil {
		return scalar{}, err
	}
	if n := s.number(p.kind); p.bounded && !p.within(n) {
		return scalar{}, outOfRange(raw, boundsOf(p))
	}
	return s, nil
}

// decodeFloat reads a number from JSON, which raw is known to be. What is a plain number
// takes the short way, which allocates nothing.
func decodeFloat(raw []byte) (float64, error) {
	if len(raw) > 0 && (raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9') {
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil {
			return f, nil
		}
	}
	var f float64
	err := rpc.Decode(raw, &f)
	return f, err
}

// checkFloat rounds a number to the target's bits, and refuses what is not finite or
// out of range.
func (p spec) checkFloat(f float64, raw []byte) (float64, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		if p.anyFloat && !p.bounded {
			return f, nil
		}
		return f, outOfRange(raw, "a finite number")
	}
	if p.bits == 32 {
		if f = float64(float32(f)); math.IsInf(f, 0) {
			return f, outOfRange(raw, "what 32 bits hold")
		}
	}
	if p.bounded && !p.within(f) {
		return f, outOfRange(raw, boundsOf(p))
	}
	return f, nil
}

// within reports whether a number is between the bounds. Those of 32 bits are
// rounded as the number was: what is nearest to 0.1 there is more than 0.1.
func (p spec) within(n float64) bool {
	if p.kind == kindFloat && p.bits == 32 {
		return float32(p.min) <= float32(n) && float32(n) <= float32(p.max)
	}
	return p.min <= n && n <= p.max
}

func outOfRange(raw []byte, want string) error {
	got := clipTo(string(raw), maxGot)
	e := rpc.Errorf(rpc.OutOfRange, "%s is out of range; allowed is %s", got, want)
	e.Data.Got, e.Data.Want = got, want
	return e
}

// decodeName reads an enum's value: its name, or for an integer its number.
func decodeName(raw []byte, p spec) (scalar, error) {
	if p.kind == kindEnum && len(raw) > 0 && raw[0] != '"' {
		var i int64
		if err := rpc.Decode(raw, &i); err != nil {
			return scalar{}, err
		}
		if i < 0 || i >= int64(len(p.names)) {
			return scalar{}, outOfRange(raw, "0 to "+strconv.Itoa(len(p.names)-1))
		}
		return scalar{n: uint64(i)}, nil
	}
	var name string
	if err := rpc.Decode(raw, &name); err != nil {
		return scalar{}, err
	}
	for i, known := range p.names {
		if known == name {
			if p.kind == kindChoice {
				return scalar{s: name}, nil
			}
			return scalar{n: uint64(i)}, nil
		}
	}
	return scalar{}, noName(name, p.names)
}

// boundsOf says the range of a spec in words.
func boundsOf(p spec) string {
	end := func(f float64) string {
		if p.kind == kindDuration {
			return time.Duration(f).String()
		}
		return strconv.FormatFloat(f, 'g', 15, 64)
	}
	switch {
	case math.IsInf(p.max, 1):
		return "at least " + end(p.min)
	case math.IsInf(p.min, -1):
		return "at most " + end(p.max)
	}
	return end(p.min) + " to " + end(p.max)
}

// noName is the error for a word that is none of an enum's. Where none is near, it says
// what there is.
func noName(name string, names []string) error {
	err := unknown(rpc.OutOfRange, "value", name, names)
	var e *rpc.Error
	if all := strings.Join(names, ", "); errors.As(err, &e) && len(all) <= 4*maxGot {
		if e.Data.Want = all; e.Data.Suggest == "" {
			e.Message += "; there are " + all
		}
	}
	return err
}

package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// Cvar is a configuration variable: a variable of the game's own that a client
// may see and change. Bind it with [Cvars.Bind]. Its methods belong to the game's
// goroutine. It is a flag.Value.
type Cvar struct {
	name, help string
	kind       kind
	value      reflect.Value // the game's variable

	min, max, step float64 // meaningful where bounded, and for step where not zero
	bounded        bool
	unit           string
	names          []string // of an enum
	readOnly       bool
	onChange       func()

	def     scalar // what it was when it was bound
	last    scalar // what was known of it last: a difference is the game's own doing
	setBy   string
	version uint64
	told    uint64 // the version that subscribers know
}

// Name returns the name that the variable was bound under.
func (v *Cvar) Name() string { return v.name }

// Range bounds a number, both ends included; bounds of a duration are in
// nanoseconds. A value from a client beyond them is refused. It panics when the
// variable is not a number, or lies outside already.
func (v *Cvar) Range(lo, hi float64) *Cvar {
	if !v.kind.number() {
		panic(fmt.Sprintf("console: cvar %q: a %v has no range", v.name, v.kind))
	}
	v.min, v.max, v.bounded = lo, hi, true
	if !v.spec().within(v.last.number(v.kind)) {
		panic(fmt.Sprintf("console: cvar %q: %v is outside its range of %v to %v", v.name, v.last.text(v), lo, hi))
	}
	return v
}

// Step says by how much a number changes at a time in an editor. It does not
// restrict what may be set.
func (v *Cvar) Step(by float64) *Cvar {
	v.step = by
	return v
}

// Unit says what a number counts, such as "m/s²".
func (v *Cvar) Unit(name string) *Cvar {
	v.unit = name
	return v
}

// Enum gives the values of an integer, counted from 0, their names, or lists the
// values that a string may have. It panics when the variable is neither, or has
// another value already.
func (v *Cvar) Enum(names ...string) *Cvar {
	switch {
	case v.kind == kindInt || v.kind == kindUint:
		if n := v.last.number(v.kind); n < 0 || n >= float64(len(names)) {
			panic(fmt.Sprintf("console: cvar %q: %v is none of %s", v.name, n, strings.Join(names, ", ")))
		}
		v.kind = kindEnum
	case v.kind == kindString:
		if !slices.Contains(names, v.last.s) {
			panic(fmt.Sprintf("console: cvar %q: %q is none of %s", v.name, v.last.s, strings.Join(names, ", ")))
		}
		v.kind = kindChoice
	default:
		panic(fmt.Sprintf("console: cvar %q: a %v is no enum", v.name, v.kind))
	}
	v.names = names
	return v
}

// ReadOnly lets clients see the variable and not change it.
func (v *Cvar) ReadOnly() *Cvar {
	v.readOnly = true
	return v
}

// OnChange has f called, inside [Console.Update], after a client or [Cvar.Set]
// changed the variable. Changes that the game makes itself do not call it.
func (v *Cvar) OnChange(f func()) *Cvar {
	v.onChange = f
	return v
}

// String returns the value as text.
func (v *Cvar) String() string {
	if v == nil || !v.value.IsValid() {
		return ""
	}
	return read(v.value).text(v)
}

// Set changes the variable to the value that a text spells, under the same rules
// as a client's change.
func (v *Cvar) Set(text string) error {
	if v == nil || !v.value.IsValid() {
		return errors.New("console: this cvar is not bound")
	}
	return v.set(v.parse(text), "game")
}

// IsBoolFlag lets a bool be set on a command line by its name alone.
func (v *Cvar) IsBoolFlag() bool { return v != nil && v.kind == kindBool }

// parse turns a text into the JSON that a client would have sent for it.
func (v *Cvar) parse(text string) []byte {
	plain := strings.TrimSpace(text)
	switch v.kind {
	case kindBool:
		return []byte(plain)
	case kindInt, kindUint:
		return []byte(strings.TrimPrefix(plain, "+"))
	case kindFloat: // people write .5 and +5, which JSON does not have
		if f, err := strconv.ParseFloat(plain, 64); err == nil && !json.Valid([]byte(plain)) && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return strconv.AppendFloat(nil, f, 'g', -1, 64)
		}
		return []byte(plain)
	}
	return rpc.AppendString(nil, text)
}

// set takes a value as JSON, checks it whole, and only then changes the variable.
func (v *Cvar) set(raw []byte, by string) error {
	if err := v.writable(); err != nil {
		return err
	}
	to, err := decodeScalar(raw, v.spec())
	if err != nil {
		return at(err, "cvar "+strconv.Quote(v.name), "/value")
	}
	v.change(to, by)
	return nil
}

// reset gives the variable its default back.
func (v *Cvar) reset(by string) error {
	if err := v.writable(); err != nil {
		return err
	}
	v.change(v.def, by)
	return nil
}

// writable takes notice of what the game did, and refuses a change to what is
// read-only.
func (v *Cvar) writable() error {
	v.refresh()
	if v.readOnly {
		return rpc.Errorf(rpc.ReadOnly, "cvar %q is read-only", v.name)
	}
	return nil
}

func (v *Cvar) change(to scalar, by string) {
	if to == v.last {
		return
	}
	to.write(v.value)
	v.last, v.setBy = to, by
	v.version++
	if v.onChange != nil {
		v.onChange()
	}
}

// refresh takes notice of a change that the game made itself, and reports it.
func (v *Cvar) refresh() bool {
	now := read(v.value)
	if now == v.last {
		return false
	}
	v.last, v.setBy = now, "game"
	v.version++
	return true
}

// spec is what decoding a value needs to know.
func (v *Cvar) spec() spec {
	return spec{kind: v.kind, bits: bitsOf(v.value), names: v.names, bounded: v.bounded, min: v.min, max: v.max}
}

// CvarInfo is what a client is told of a cvar.
type CvarInfo struct {
	Name    string   `json:"name"`
	Type    string   `json:"type" enum:"bool,int,float,string,duration,enum"`
	Value   any      `json:"value" help:"bool, number or string; durations as 16ms, enums by name"`
	Default any      `json:"default" help:"the value when it was bound"`
	Min     *float64 `json:"min,omitempty" help:"least value; of a duration in ns"`
	Max     *float64 `json:"max,omitempty"`
	Step    float64  `json:"step,omitempty"`
	Enum    []string `json:"enum,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Help    string   `json:"help"`
	Flags   []string `json:"flags" help:"modified, read-only"`
	SetBy   string   `json:"setBy" help:"default, game, or the client's name"`
	Version uint64   `json:"version" help:"grows with each change"`
}

func (v *Cvar) info() CvarInfo {
	c := CvarInfo{
		Name: v.name, Type: v.kind.String(), Value: v.last.json(v.spec()), Default: v.def.json(v.spec()),
		Step: v.step, Enum: v.names, Unit: v.unit, Help: v.help, Flags: []string{}, SetBy: v.setBy, Version: v.version,
	}
	if v.bounded {
		c.Min, c.Max = &v.min, &v.max
	}
	if v.last != v.def {
		c.Flags = append(c.Flags, "modified")
	}
	if v.readOnly {
		c.Flags = append(c.Flags, "read-only")
	}
	return c
}

// text is the value as a person writes it.
func (s scalar) text(v *Cvar) string {
	switch x := s.json(v.spec()).(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, bitsOf(v.value))
	default:
		return fmt.Sprint(x)
	}
}

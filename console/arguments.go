package console

import (
	"encoding"
	"math"
	"reflect"
	"strings"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// argument is what a command takes one or more words for.
type argument struct {
	name string
	typ  reflect.Type // of the function's parameter
	how  reading
	spec spec // of a value

	complete func(prefix string) []string // the game's own offers
	// offer makes those of a verb of the console, which may depend on the words before.
	offer func(o *offers, before []script.Word)
	label string // what a verb calls the kind of thing that it is
}

// reading is how a word becomes an argument.
type reading uint8

const (
	asValue reading = iota // one that a cvar could hold
	asText                 // by encoding.TextUnmarshaler
	asThing                // a pointer to something that the console knows by name
	asRest                 // all that is left of the statement
)

// What a verb has for a parameter that takes all that is left of a statement.
type (
	rest   string // as it was typed, or the text of one quoted word: a statement
	phrase string // the words with single blanks between them: a value
)

// newArgument tells how a parameter of a type is read; ok is false when it cannot be.
func newArgument(t reflect.Type) (a argument, ok bool) {
	a = argument{typ: t}
	text := reflect.TypeFor[encoding.TextUnmarshaler]()
	switch {
	case t == reflect.TypeFor[rest](), t == reflect.TypeFor[phrase]():
		a.how, a.spec.kind = asRest, kindString
	case t.Implements(text) && t.Kind() == reflect.Pointer, reflect.PointerTo(t).Implements(text):
		a.how = asText
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct:
		a.how = asThing
	default:
		k := kindOfVar(t)
		if k == kindJSON {
			return a, false
		}
		a.spec = spec{kind: k, bits: bitsOfKind(t, k)}
	}
	return a, true
}

// bitsOfKind is the size of a number, or of each of a vector's.
func bitsOfKind(t reflect.Type, k kind) int {
	if k.parts() > 1 {
		return component(reflect.Zero(t), 0).Type().Bits()
	}
	return bitsOf(reflect.Zero(t))
}

// kind is what an argument is, on the wire and in errors.
func (a *argument) kind() string {
	switch {
	case a.label != "":
		return a.label
	case a.how == asText:
		return "text"
	case a.how == asThing:
		return "entity"
	case a.how == asRest:
		return "string"
	}
	return a.spec.kind.String()
}

// word is what an argument without a name is called.
func (a *argument) word() string {
	switch a.how {
	case asText, asThing:
		t := a.typ
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if name := t.Name(); name != "" {
			return strings.ToLower(name)
		}
	}
	return a.kind()
}

// takes is how many of the words the argument takes, at least one: a vector may be one
// word, 1,2,3, or three; so may a name as hunter 17.
func (a *argument) takes(h host, words []script.Word) int {
	return min(a.wants(h, words), len(words))
}

// wants is how many words it would take if there were enough.
func (a *argument) wants(h host, words []script.Word) int {
	switch n := a.spec.kind.parts(); {
	case a.how == asRest:
		return len(words) + 1
	case n > 1 && severalWords(words):
		return n
	case a.how == asThing && h.numbered(a.typ, words[0].Text) && (len(words) == 1 || digits(words[1].Text)):
		return 2
	}
	return 1
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// severalWords reports whether a vector begins here that is written as several words.
func severalWords(words []script.Word) bool { return !strings.ContainsAny(words[0].Text, ", []\t") }

// decode makes a value of the words that the argument takes.
func (a *argument) decode(h host, r *execution, words []script.Word) (reflect.Value, error) {
	text := words[0].Text
	switch a.how {
	case asRest:
		if a.typ == reflect.TypeFor[rest]() {
			return reflect.ValueOf(rest(r.source(words))), nil
		}
		return reflect.ValueOf(phrase(joined(words))), nil
	case asText:
		return a.decodeText(text)
	case asThing:
		return h.find(a.typ, joined(words))
	}
	v := reflect.New(a.typ).Elem()
	x, err := decodeValue(parseText(joined(words), a.spec), a.spec)
	if err != nil {
		return v, err
	}
	x.writeVar(v, a.spec.kind)
	return v, nil
}

// joined are the texts of words with blanks between them.
func joined(words []script.Word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	return strings.Join(texts, " ")
}

func (a *argument) decodeText(text string) (reflect.Value, error) {
	t := a.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	v := reflect.New(t)
	if err := v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		e := rpc.Errorf(rpc.InvalidParams, "%v", err)
		e.Data.Got = clipTo(text, maxGot)
		return v, e
	}
	if a.typ.Kind() != reflect.Pointer {
		v = v.Elem()
	}
	return v, nil
}

// ArgumentInfo describes an argument of a command.
type ArgumentInfo struct {
	Name      string   `json:"name"`
	Type      string   `json:"type" help:"bool, int, float, string, duration, enum, color, vec2 to vec4, text, cvar, entity; of the console's own verbs also value, command, alias, key, line, profile"`
	Enum      []string `json:"enum,omitempty"`
	Min       *float64 `json:"min,omitempty" help:"least value; of a duration in ns"`
	Max       *float64 `json:"max,omitempty"`
	Optional  bool     `json:"optional,omitempty"`
	Variadic  bool     `json:"variadic,omitempty" help:"it may come any number of times"`
	Entity    bool     `json:"entity,omitempty" help:"an id or a name, of an entity"`
	Completes bool     `json:"completes,omitempty" help:"there are values to offer"`
}

// info describes the argument at a place of its command.
func (a *argument) info(h host, c *Command, i int) ArgumentInfo {
	info := ArgumentInfo{
		Name: c.called(i), Type: a.kind(), Enum: a.spec.names,
		Optional: i >= c.required(), Variadic: c.variadic && i == len(c.args)-1,
		Completes: a.complete != nil || a.offer != nil || a.how == asThing || len(a.spec.names) > 0 || a.spec.kind == kindBool,
	}
	if a.how == asThing && a.label == "" {
		info.Type = h.label(a.typ)
		info.Entity = info.Type == "entity"
	}
	if lo := a.spec.min; a.spec.bounded && !math.IsInf(lo, 0) {
		info.Min = &lo
	}
	if hi := a.spec.max; a.spec.bounded && !math.IsInf(hi, 0) {
		info.Max = &hi
	}
	return info
}

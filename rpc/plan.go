package rpc

import (
	"encoding"
	"encoding/json"
	"reflect"
	"sync"
	"time"
)

// plan is how values of one type are written and read, worked out once.
type plan struct {
	typ    reflect.Type
	enc    func(dst []byte, v reflect.Value, depth int) ([]byte, error)
	dec    func(d *decoder, v reflect.Value) *Error
	fields []field // of a struct without a form of its own
	want   string  // what a client should send, in words
	bad    string  // why the type cannot travel; "" when it can
	object bool    // fields stand for the type
}

// plans is a cache: what it holds follows from the types alone.
var plans sync.Map // reflect.Type -> *plan

// planOf returns the plan of a type.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	b := builder{}
	p := b.plan(t)
	for t, p := range b {
		plans.LoadOrStore(t, p)
	}
	return p
}

// builder holds the plans of one round, so that a type that contains itself
// finds the plan that is being made.
type builder map[reflect.Type]*plan

func (b builder) plan(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	if p, ok := b[t]; ok {
		return p
	}
	p := &plan{typ: t}
	b[t] = p
	b.fill(p)
	if !b.custom(p) && p.bad == "" {
		p.object = t.Kind() == reflect.Struct
	}
	return p
}

var (
	appenderType        = reflect.TypeFor[Appender]()
	marshalerType       = reflect.TypeFor[json.Marshaler]()
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	textMarshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	zeroerType          = reflect.TypeFor[zeroer]()
	voidType            = reflect.TypeFor[Void]()
	rawType             = reflect.TypeFor[json.RawMessage]()
	numberType          = reflect.TypeFor[json.Number]()
	durationType        = reflect.TypeFor[time.Duration]()
	timeType            = reflect.TypeFor[time.Time]()
)

// has reports whether a value of type t, or a pointer to one, has an interface.
func has(t, iface reflect.Type) bool {
	return t.Implements(iface) || t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(iface)
}

// custom lays over the plan what the type itself brings, and reports whether the
// type is more than its fields.
func (b builder) custom(p *plan) bool {
	t := p.typ
	switch t {
	case rawType:
		p.enc, p.dec, p.want, p.bad = encRaw, decRaw, "a value", ""
		return true
	case numberType:
		p.enc, p.dec, p.want, p.bad = encNumber, decNumber, "a number", ""
		return true
	case durationType:
		p.enc, p.dec, p.want = encDuration, decDuration, `a duration such as "16ms"`
		return true
	}
	// A pointer's own form is that of what it points to, and nil is null.
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return false
	}
	out := true
	switch {
	case has(t, appenderType):
		p.enc = encAppender
	case has(t, marshalerType):
		p.enc = encMarshaler
	case has(t, textMarshalerType):
		p.enc = encTextMarshaler
	default:
		out = false
	}
	in := true
	switch {
	case has(t, unmarshalerType):
		p.dec, p.want = decUnmarshaler, "a value of "+t.String()
	case has(t, textUnmarshalerType):
		p.dec, p.want = decTextUnmarshaler, "a string"
	default:
		in = false
	}
	if t == timeType {
		p.want = "a time such as \"2006-01-02T15:04:05Z\""
	}
	if out || in {
		p.bad = ""
	}
	return out || in
}

// fill plans a type by its kind.
func (b builder) fill(p *plan) {
	t := p.typ
	switch {
	case t.Kind() == reflect.Bool:
		p.enc, p.dec, p.want = encBool, decBool, "true or false"
	case isInt(t):
		p.enc, p.dec, p.want = encInt, decInt, intWant(t)
	case isUint(t):
		p.enc, p.dec, p.want = encUint, decUint, intWant(t)
	case isFloat(t):
		p.enc, p.dec, p.want = encFloat(t.Bits()), decFloat, "a number"
	case t.Kind() == reflect.String:
		p.enc, p.dec, p.want = encString, decString, "a string"
	case t.Kind() == reflect.Struct:
		b.fillStruct(p)
	case t.Kind() == reflect.Pointer:
		elem := b.plan(t.Elem())
		p.enc, p.dec, p.want, p.bad = encPointer(elem), decPointer(elem), elem.want, elem.bad
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 && !b.elemHasForm(t.Elem()):
		p.enc, p.dec, p.want = encBytes, decBytes, "a string of base64"
	case t.Kind() == reflect.Slice:
		elem := b.plan(t.Elem())
		p.enc, p.dec, p.want, p.bad = encSlice(elem), decSlice(elem), "an array", elem.bad
	case t.Kind() == reflect.Array:
		elem := b.plan(t.Elem())
		p.enc, p.dec, p.bad = encArray(elem), decArray(elem), elem.bad
		p.want = "an array of " + itoa(t.Len())
	case t.Kind() == reflect.Map:
		b.fillMap(p)
	case t.Kind() == reflect.Interface:
		p.enc, p.want = encInterface, "a value"
		p.dec = decAny
		if t.NumMethod() > 0 {
			p.dec = refuse("values of " + t.String() + " only go out")
		}
	default:
		p.refuseAll(t.String() + " has no JSON form")
	}
}

func (b builder) elemHasForm(t reflect.Type) bool {
	return has(t, appenderType) || has(t, marshalerType) || has(t, textMarshalerType)
}

func (b builder) fillStruct(p *plan) {
	p.fields = fieldsOf(p.typ)
	p.enc, p.dec, p.want = encStruct(p), decStruct(p), "an object"
	if len(p.fields) > maxFields {
		p.refuseAll(p.typ.String() + " has more than " + itoa(maxFields) + " fields")
		return
	}
	for i := range p.fields {
		f := &p.fields[i]
		f.plan = b.plan(f.typ)
		if f.quoted {
			f.plan = quotedPlan(f.plan)
		}
		if f.plan.bad != "" && p.bad == "" {
			p.bad = p.typ.String() + "." + f.name + ": " + f.plan.bad
			continue
		}
		if f.tags.min != "" || f.tags.max != "" || f.tags.enum != "" {
			if bad := checked(f); bad != "" && p.bad == "" {
				p.bad = p.typ.String() + "." + f.name + ": " + bad
			}
		}
	}
}

func (b builder) fillMap(p *plan) {
	t := p.typ
	key := t.Key()
	if key.Kind() != reflect.String && !isInt(key) && !isUint(key) && !has(key, textMarshalerType) {
		p.refuseAll(t.String() + ": keys are strings or integers")
		return
	}
	elem := b.plan(t.Elem())
	p.enc, p.dec, p.want, p.bad = encMap(elem), decMap(elem), "an object", elem.bad
}

// refuseAll makes a plan for a type that cannot travel.
func (p *plan) refuseAll(why string) {
	p.bad = why
	p.dec = refuse(why)
	p.enc = func(dst []byte, _ reflect.Value, _ int) ([]byte, error) {
		return dst, Errorf(InternalError, "%s", why)
	}
}

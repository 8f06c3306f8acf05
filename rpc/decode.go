package rpc

import (
	"fmt"
	"reflect"
	"strings"
)

// Decode reads one JSON value into what v points to. It is strict: valid UTF-8,
// no duplicate keys, keys in exact case, no member that the type does not know,
// none missing but those that are pointers or tagged omitempty or omitzero, no
// null where the type has none, no number that the type cannot hold. The tags
// min, max and enum of struct fields are checked. It also takes what [Append]
// writes beyond JSON: "NaN" and "Infinity" for floats, "16ms" for a
// time.Duration, and decimal strings for 64-bit integers.
//
// Decode sets v as a whole, from a zero value, and leaves it untouched on an
// error, which is an *Error that says where (a JSON pointer), what was wanted and
// what came. It keeps nothing of src. Any goroutine may call it. It panics when v
// is not a pointer.
func Decode(src []byte, v any) error {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Pointer || r.IsNil() {
		panic(fmt.Sprintf("rpc: Decode needs a pointer, not %T", v))
	}
	if e := valid(src); e != nil {
		return e
	}
	d := decoder{data: src}
	fresh := reflect.New(r.Type().Elem()).Elem()
	if e := planOf(fresh.Type()).dec(&d, fresh); e != nil {
		return e.complete("value")
	}
	r.Elem().Set(fresh)
	return nil
}

// decoder reads a text that a scanner has passed, and therefore does not look
// for what a scanner refuses.
type decoder struct {
	data  []byte
	pos   int
	names *interner
}

// peek returns the first byte of the next token, past white space, commas and
// colons, and 0 at the end.
func (d *decoder) peek() byte {
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

// raw returns the next value as it stands.
func (d *decoder) raw() []byte {
	c := d.peek()
	start := d.pos
	switch c {
	case '"':
		d.between()
	case '{', '[':
		d.skipNested()
	default:
		for d.pos < len(d.data) && !delimiter(d.data[d.pos]) {
			d.pos++
		}
	}
	return d.data[start:d.pos:d.pos]
}

func delimiter(c byte) bool {
	switch c {
	case ',', ']', '}', ' ', '\t', '\n', '\r', ':':
		return true
	}
	return false
}

func (d *decoder) skipNested() {
	for depth := 0; ; {
		switch d.data[d.pos] {
		case '"':
			d.between()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		d.pos++
		if depth == 0 {
			return
		}
	}
}

// between steps over a string and returns what stands between its quotation
// marks, and whether there are escapes in it.
func (d *decoder) between() (inside []byte, escaped bool) {
	start := d.pos + 1
	i := start
	for ; d.data[i] != '"'; i++ {
		if d.data[i] == '\\' {
			escaped = true
			i++
		}
	}
	d.pos = i + 1
	return d.data[start:i:i], escaped
}

// text reads a string as bytes, which point into the text when it can be.
func (d *decoder) text() []byte {
	raw, escaped := d.between()
	if escaped {
		return unescape(nil, raw)
	}
	return raw
}

// null steps over a null, if one is next.
func (d *decoder) null() bool {
	if d.peek() == 'n' {
		d.pos += len("null")
		return true
	}
	return false
}

// mismatch says that the next value is not what is wanted, and steps over it.
func (d *decoder) mismatch(want string) *Error {
	return wrong(want, d.raw())
}

// wrong is the error of a value that does not fit. The words are put together
// when the path is known.
func wrong(want string, raw []byte) *Error {
	return &Error{Code: InvalidParams, Data: Data{Want: want, Got: shorten(string(raw))}}
}

// under puts a member's name, or an index, before the path of an error.
func (e *Error) under(name string) *Error {
	if strings.ContainsAny(name, "~/") { // RFC 6901, section 3
		name = strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
	}
	e.Data.Path = "/" + name + e.Data.Path
	return e
}

// complete puts the words together, now that the path is known. whole names what
// the path begins in.
func (e *Error) complete(whole string) *Error {
	if e.Message != "" {
		return e
	}
	what := whole
	if e.Data.Path != "" {
		what = quote(e.Data.Path[1:])
	}
	e.Message = what + " must be " + e.Data.Want
	if e.Data.Got != "" {
		e.Message += ", not " + e.Data.Got
	}
	return e
}

// maxFields bounds the fields of a struct, so that which were seen fits on the
// stack.
const maxFields = 256

// seen remembers which fields of a struct came.
type seen [maxFields / 64]uint64

func (s *seen) set(i int)      { s[i/64] |= 1 << (i % 64) }
func (s *seen) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// find returns the place of the field with a name, trying guess first because
// members mostly come in order, and -1 when there is none.
func (p *plan) find(name []byte, guess int) int {
	if guess < len(p.fields) && p.fields[guess].name == string(name) {
		return guess
	}
	for i := range p.fields {
		if p.fields[i].name == string(name) {
			return i
		}
	}
	return -1
}

func decStruct(p *plan) func(*decoder, reflect.Value) *Error {
	return func(d *decoder, v reflect.Value) *Error {
		if d.peek() != '{' {
			return d.mismatch(p.want)
		}
		d.pos++
		var came seen
		next := 0
		for d.peek() != '}' {
			name := d.text()
			i := p.find(name, next)
			if i < 0 {
				return p.unknownMember(string(name))
			}
			if e := p.fields[i].decode(d, v); e != nil {
				return e
			}
			came.set(i)
			next = i + 1
		}
		d.pos++
		return p.missing(&came)
	}
}

func (f *field) decode(d *decoder, v reflect.Value) *Error {
	fv := f.in(v, true)
	if e := f.plan.dec(d, fv); e != nil {
		return e.under(f.name)
	}
	return nil
}

func (p *plan) unknownMember(name string) *Error {
	names := func(yield func(string) bool) {
		for i := range p.fields {
			if !yield(p.fields[i].name) {
				return
			}
		}
	}
	return unknown(InvalidParams, "member", name, Nearest(name, names)).under(shorten(name))
}

// missing finds the first field that had to come and did not.
func (p *plan) missing(came *seen) *Error {
	for i := range p.fields {
		if f := &p.fields[i]; !came.has(i) && !f.optional() {
			e := Errorf(InvalidParams, "%q is missing: it must be %s", f.name, f.plan.want)
			e.Data.Want = f.plan.want
			return e.under(f.name)
		}
	}
	return nil
}

// params reads the params of a call: by name or, for a struct, by position in
// declared order. JSON-RPC 2.0, section 4.2. The decoder is the caller's, so that
// it need not be allocated.
func (p *plan) params(d *decoder, raw []byte, v reflect.Value) *Error {
	d.data, d.pos = raw, 0
	var e *Error
	switch {
	case p.object && raw == nil:
		e = p.missing(new(seen))
	case p.object && raw[0] == '[':
		e = p.positional(d, v)
	case raw == nil && p.typ == rawType: // none are none
	case raw == nil:
		e = Errorf(InvalidParams, "params are missing: they must be %s", p.want)
	default:
		e = p.dec(d, v)
	}
	d.data = nil
	if e != nil {
		return e.complete("params")
	}
	return nil
}

func (p *plan) positional(d *decoder, v reflect.Value) *Error {
	d.pos++
	var came seen
	for i := 0; d.peek() != ']'; i++ {
		if i == len(p.fields) {
			return p.tooMany(d, i)
		}
		f := &p.fields[i]
		if e := f.plan.dec(d, f.in(v, true)); e != nil {
			path := e.Data.Path
			e.under(f.name).complete("") // the words name it
			e.Data.Path = path           // and the path counts it
			return e.under(itoa(i))
		}
		came.set(i)
	}
	return p.missing(&came)
}

func (p *plan) tooMany(d *decoder, n int) *Error {
	for ; d.peek() != ']'; n++ {
		d.raw()
	}
	e := Errorf(InvalidParams, "%d params are too many: there are at most %d", n, len(p.fields))
	if len(p.fields) == 0 {
		e.Message = "it takes no params"
	}
	return e
}

func decMap(elem *plan) func(*decoder, reflect.Value) *Error {
	return func(d *decoder, v reflect.Value) *Error {
		t := v.Type()
		if d.null() {
			v.SetZero()
			return nil
		}
		if d.peek() != '{' {
			return d.mismatch("an object")
		}
		d.pos++
		m := reflect.MakeMap(t)
		for d.peek() != '}' {
			name := d.text()
			key := reflect.New(t.Key()).Elem()
			if e := decKey(name, key); e != nil {
				return e.under(shorten(string(name)))
			}
			value := reflect.New(t.Elem()).Elem()
			if e := elem.dec(d, value); e != nil {
				return e.under(shorten(string(name)))
			}
			m.SetMapIndex(key, value)
		}
		d.pos++
		v.Set(m)
		return nil
	}
}

func decSlice(elem *plan) func(*decoder, reflect.Value) *Error {
	return func(d *decoder, v reflect.Value) *Error {
		if d.null() {
			v.SetZero()
			return nil
		}
		if d.peek() != '[' {
			return d.mismatch("an array")
		}
		d.pos++
		if d.peek() == ']' { // not nil
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		} else {
			v.SetZero()
		}
		for i := 0; d.peek() != ']'; i++ {
			if i == v.Cap() {
				v.Grow(max(1, min(4-i, 4))) // short lists are allocated once
			}
			v.SetLen(i + 1)
			v.Index(i).SetZero()
			if e := elem.dec(d, v.Index(i)); e != nil {
				return e.under(itoa(i))
			}
		}
		d.pos++
		return nil
	}
}

func decArray(elem *plan) func(*decoder, reflect.Value) *Error {
	return func(d *decoder, v reflect.Value) *Error {
		want := "an array of " + itoa(v.Len())
		if d.peek() != '[' {
			return d.mismatch(want)
		}
		start := d.pos
		d.pos++
		i := 0
		for ; d.peek() != ']' && i < v.Len(); i++ {
			if e := elem.dec(d, v.Index(i)); e != nil {
				return e.under(itoa(i))
			}
		}
		if i < v.Len() || d.peek() != ']' {
			d.pos = start
			return d.mismatch(want)
		}
		d.pos++
		return nil
	}
}

// decAny reads a value of any kind, as encoding/json does into an interface.
func decAny(d *decoder, v reflect.Value) *Error {
	x, e := d.any()
	if e != nil {
		return e
	}
	if x == nil {
		v.SetZero()
	} else {
		v.Set(reflect.ValueOf(x))
	}
	return nil
}

func (d *decoder) any() (any, *Error) {
	switch d.peek() {
	case '{':
		return d.anyObject()
	case '[':
		d.pos++
		list := []any{}
		for d.peek() != ']' {
			x, e := d.any()
			if e != nil {
				return nil, e.under(itoa(len(list)))
			}
			list = append(list, x)
		}
		d.pos++
		return list, nil
	case '"':
		return d.names.get(d.text()), nil
	case 't', 'f':
		return d.raw()[0] == 't', nil
	case 'n':
		d.raw()
		return nil, nil
	}
	raw := d.raw()
	f, ok := parseFloat(raw, 64)
	if !ok {
		return nil, wrong("a number that float64 can hold", raw)
	}
	return f, nil
}

func (d *decoder) anyObject() (any, *Error) {
	d.pos++
	m := map[string]any{}
	for d.peek() != '}' {
		name := d.names.get(d.text())
		x, e := d.any()
		if e != nil {
			return nil, e.under(shorten(name))
		}
		m[name] = x
	}
	d.pos++
	return m, nil
}

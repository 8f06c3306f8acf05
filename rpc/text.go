package rpc

import (
	"sync"
)

// orDefault returns v, or d when v is zero.
func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// Text is a text from a client, checked and taken apart by [Parse] and not yet
// run. It belongs to one goroutine at a time; [Server.Receive] takes it over.
type Text struct {
	data    []byte
	members []member
	batch   bool
	fail    *Error // the text as a whole is refused, with this
	next    int    // members[:next] have run

	scan  scanner
	spare []member // where members begins: the room of an earlier text
}

// member is one call of a text.
type member struct {
	id        []byte // raw; nil for a notification
	method    []byte // escapes resolved
	params    []byte // raw, an array or object; nil when there are none
	fail      *Error // the member is no request
	stray     bool   // it is an answer, and nobody asked
	cancelled bool   // the client took it back before it ran
}

// textPool saves the game an allocation per text. What it holds has no meaning.
var textPool = sync.Pool{New: func() any { return new(Text) }}

// Parse checks a text and takes it apart, in one pass. It never returns nil: of
// a malformed text the Text carries the answer. The bytes belong to the Text from
// then on. Any goroutine may call it, and should: reading is what does not need
// the game's.
func Parse(data []byte, limits Limits) *Text {
	t := textPool.Get().(*Text)
	t.data = data
	t.members = t.spare[:0]
	s := &t.scan
	s.reset(data, limits.depth(), limits.values())
	s.space()
	ok := false
	switch {
	case s.at('{'):
		ok = t.member() && s.end()
	case s.at('['):
		t.batch = true
		ok = t.list(limits.batch()) && s.end()
	default:
		if ok = s.value() && s.end(); ok {
			t.fail = Errorf(InvalidRequest, "a text is a request object or an array of them")
		}
	}
	if !ok {
		t.fail = s.fail
	}
	if t.fail != nil {
		clear(t.members)
		t.members = t.members[:0]
	}
	return t
}

// Size returns what the text holds in memory, in bytes, counted generously: for
// budgets.
func (t *Text) Size() int { return len(t.data) + 128*(1+len(t.members)) }

// release gives the text back to the pool.
func (t *Text) release() {
	// Nothing may point into the data any more, and a large text must not make
	// its room stay.
	clear(t.members)
	s := t.scan
	s.reset(nil, 0, 0)
	if cap(s.keys) > 256 {
		s.keys = nil
	}
	spare := t.members[:0]
	if cap(spare) > 256 {
		spare = nil
	}
	*t = Text{scan: s, spare: spare}
	textPool.Put(t)
}

// list scans a batch: JSON-RPC 2.0, section 6.
func (t *Text) list(limit int) bool {
	s := &t.scan
	if !s.enter() {
		return false
	}
	if s.space(); s.at(']') {
		t.fail = Errorf(InvalidRequest, "the batch is empty")
		return s.leave()
	}
	for {
		if len(t.members) == limit {
			s.fail = tooMany(limitBatch, limit, "batch has more than %d members", limit)
			return false
		}
		if s.at('{') {
			if !t.member() {
				return false
			}
		} else {
			if !s.value() {
				return false
			}
			t.members = append(t.members, member{fail: Errorf(InvalidRequest, "a member of a batch is a request object")})
		}
		if s.space(); s.at(']') {
			return s.leave()
		}
		if !s.comma() {
			return false
		}
	}
}

// member scans a request object: JSON-RPC 2.0, section 4. Members that the
// specification does not name are ignored.
func (t *Text) member() bool {
	s := &t.scan
	var e envelope
	if !s.enter() {
		return false
	}
	base := len(s.keys)
	if s.space(); s.at('}') {
		return t.add(&e)
	}
	for {
		key, ok := s.key(base)
		if !ok {
			return false
		}
		start := s.pos
		if !s.value() {
			return false
		}
		s.count-- // the envelope's own do not count
		e.set(key, s.data[start:s.pos:s.pos], s.escaped)
		if s.space(); s.at('}') {
			return s.closeKeys(base) && t.add(&e)
		}
		if !s.comma() {
			return false
		}
	}
}

// add appends the member whose envelope ends at the scanner's place.
func (t *Text) add(e *envelope) bool {
	t.members = append(t.members, e.member())
	return t.scan.leave()
}

// envelope collects the raw values of a request object.
type envelope struct {
	version, id, method, params []byte
	methodEscaped               bool
	answer                      bool // it has a result or an error
}

func (e *envelope) set(key, raw []byte, escaped bool) {
	switch string(key) {
	case "jsonrpc":
		e.version = raw
		if escaped && raw[0] == '"' {
			e.version = appendText(nil, unescape(nil, raw[1:len(raw)-1]))
		}
	case "id":
		e.id = raw
	case "method":
		e.method, e.methodEscaped = raw, escaped
	case "params":
		e.params = raw
	case "result", "error":
		e.answer = true
	}
}

// member judges the envelope. An id that was well formed is echoed even when the
// rest is not a request; section 5 wants null only where there was none to find.
func (e *envelope) member() member {
	if e.answer && e.method == nil {
		return member{stray: true}
	}
	m := member{id: e.id}
	m.fail = e.check()
	if len(m.id) > maxID || m.id != nil && !idForm[m.id[0]] {
		m.id = nil
	}
	if m.fail != nil {
		return m
	}
	m.method = e.method[1 : len(e.method)-1]
	if e.methodEscaped {
		m.method = unescape(nil, m.method)
	}
	if e.params != nil && !isNull(e.params) {
		m.params = e.params
	}
	return m
}

func (e *envelope) check() *Error {
	switch {
	case e.id != nil && !idForm[e.id[0]]:
		return Errorf(InvalidRequest, "id is a string, a number or null")
	case len(e.id) > maxID:
		return tooMany(limitID, maxID, "id is longer than %d bytes", maxID)
	case string(e.version) != `"2.0"`:
		return Errorf(InvalidRequest, `jsonrpc is not "2.0"`)
	case e.method == nil:
		return Errorf(InvalidRequest, "method is missing")
	case e.method[0] != '"':
		return Errorf(InvalidRequest, "method is a string")
	case e.params != nil && e.params[0] != '{' && e.params[0] != '[' && !isNull(e.params):
		return Errorf(InvalidRequest, "params are an object or an array")
	}
	return nil
}

// idForm marks what an id may begin with.
var idForm = [256]bool{
	'"': true, '-': true, 'n': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
}

package rpc

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
)

// Method describes a method to register.
type Method struct {
	Name   string // noun.verb
	Help   string // one line: what it does
	Role   Role   // the least role that may call it; zero means Edit
	Errors []Code // codes it may fail with, beside those that every method has
	Free   bool   // may be called before login
}

// Void is the type of params that are none and of a result that is null.
type Void = struct{}

// method is a registered method.
type method struct {
	Method
	handler handler
	params  *plan
	result  *plan
	notify  bool // it is only called as a notification
	tally   callTally
}

// handler runs calls of one method. Running and writing the result are apart,
// because between them the handler may have written to the same client.
type handler interface {
	// run reads the params and calls the function, keeping the result.
	run(c *Call, params []byte) error
	result // the one that run kept; writing it forgets it
}

// result is what can be written as the result of a call.
type result interface {
	append(dst []byte) ([]byte, error)
}

// Handle registers a method: a function from params to a result or an error. P
// is a struct whose fields are the params, by name and by position in declared
// order ([Void] for none); fields that are pointers or tagged omitempty or
// omitzero are optional, all others must come. Other types take the params as a
// whole, json.RawMessage whatever they are. R is what [Append] can write.
//
// The function runs inside [Server.Dispatch]. The Call is its own until it
// returns. It panics when the name is malformed or taken, or when P or R have no
// JSON form.
func Handle[P, R any](s *Server, m Method, f func(*Call, P) (R, error)) {
	s.begin()
	h := &typed[P, R]{
		f:      f,
		dec:    &s.decoder,
		params: planOf(reflect.TypeFor[P]()),
		result: planOf(reflect.TypeFor[R]()),
	}
	h.inValue = reflect.ValueOf(&h.in).Elem()
	h.outValue = reflect.ValueOf(&h.out).Elem()
	s.register(&method{Method: m, handler: h, params: h.params, result: h.result})
}

func (s *Server) register(m *method) {
	switch {
	case !goodName(m.Name):
		panic(fmt.Sprintf("rpc: method name %q is malformed: want noun.verb of letters, digits and ._/-", m.Name))
	case s.methods[m.Name] != nil:
		panic(fmt.Sprintf("rpc: method %q is registered twice", m.Name))
	case strings.HasPrefix(m.Name, "rpc.") && m.Name != discoverMethod:
		panic(fmt.Sprintf("rpc: method name %q is reserved (JSON-RPC 2.0, section 8)", m.Name))
	case m.params.bad != "":
		panic(fmt.Sprintf("rpc: method %q: params: %s", m.Name, m.params.bad))
	case m.result.bad != "":
		panic(fmt.Sprintf("rpc: method %q: result: %s", m.Name, m.result.bad))
	}
	if m.Role == None {
		m.Role = Edit
	}
	s.methods[m.Name] = m
	s.discover = nil
}

// goodName reports whether a name suits a method, a topic or a group: 1 to 128
// letters, digits and ._:/-, the first a letter, a digit or $.
func goodName(name string) bool {
	if name == "" || len(name) > maxMethod {
		return false
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
		case i == 0 && c == '$':
		case i > 0 && (c == '.' || c == '_' || c == ':' || c == '/' || c == '-'):
		default:
			return false
		}
	}
	return true
}

// typed is a handler for a function of certain types. Params and result have one
// place each, made at registration, so that a call allocates neither.
type typed[P, R any] struct {
	f              func(*Call, P) (R, error)
	dec            *decoder
	params, result *plan

	in                P
	out               R
	inValue, outValue reflect.Value // in and out, settable
}

func (h *typed[P, R]) run(c *Call, params []byte) error {
	var none P
	h.in = none // a type that panicked while it was read left something
	e := h.params.params(h.dec, params, h.inValue)
	in := h.in
	h.in = none
	if e != nil {
		return e
	}
	out, err := h.f(c, in)
	if err == nil {
		h.out = out
	}
	return err
}

func (h *typed[P, R]) append(dst []byte) ([]byte, error) {
	var none R
	if h.result.typ == voidType {
		return append(dst, "null"...), nil
	}
	dst, err := h.result.enc(dst, h.outValue, 0)
	h.out = none
	return dst, err
}

// guarded runs f for a method and turns a panic into an error. It also notices
// when f ends the goroutine (runtime.Goexit), as a test's FailNow does: then ended
// is called on the way out.
func (s *Server) guarded(method string, f func() error, ended func()) (err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		if v == nil {
			ended()
			return
		}
		err = s.panicked(method, v)
	}()
	err = f()
	returned = true
	return err
}

// panicked tells the program of a panic and returns what the client is told.
func (s *Server) panicked(method string, v any) *Error {
	if s.OnPanic != nil {
		s.OnPanic(method, v, debug.Stack())
	}
	return Errorf(InternalError, "internal error in %s", method)
}

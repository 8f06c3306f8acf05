package console

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// MethodInfo describes a method of a kind of entities.
type MethodInfo struct {
	Name     string        `json:"name"`
	Help     string        `json:"help"`
	Params   []MethodParam `json:"params"`
	Variadic bool          `json:"variadic,omitempty" help:"the last may come any number of times"`
}

// MethodParam is what a method takes.
type MethodParam struct {
	Name string   `json:"name"`
	Type string   `json:"type" help:"bool, int, float, string, duration, time, color, entity (an id), list, map, any"`
	Enum []string `json:"enum,omitempty"`
}

// method is one that the game bound.
type method struct {
	info     MethodInfo
	function reflect.Value
	types    []reflect.Type // of the params
	yields   bool           // its first result is a value
	fails    bool           // its last is an error
}

// Method lets clients call a function on an entity: a method expression such as
// (*Hunter).Stun, or any func(*T, …) for the structs T that are bound; of a [Source]
// func(id uint64, …). Its params are what [rpc.Decode] reads, and pointers to bound
// structs, which clients name by their ids. Results are none, an error, a value, or a
// value and an error. It panics on another function, and where the name is taken.
func (b *Bound) Method(name string, f any, help string) *Bound {
	kind := b.g.kinds[0].Name
	if name == "" || len(name) > 64 || slices.ContainsFunc(b.g.methods, func(m *method) bool { return m.info.Name == name }) {
		panic(fmt.Sprintf("console: world %q: method %q: a name has 1 to 64 characters and is given once", kind, name))
	}
	on := reflect.TypeFor[uint64]()
	if b.g.source == nil {
		on = reflect.PointerTo(b.g.structType())
	}
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() || v.Type().NumIn() == 0 || v.Type().In(0) != on {
		panic(fmt.Sprintf("console: world %q: method %q: a function is needed whose first parameter is %v, not %T", kind, name, on, f))
	}
	m := &method{info: MethodInfo{Name: name, Help: help, Params: []MethodParam{}, Variadic: v.Type().IsVariadic()}, function: v}
	if err := m.signature(v.Type()); err != nil {
		panic(fmt.Sprintf("console: world %q: method %q: %v", kind, name, err))
	}
	b.g.methods = append(b.g.methods, m)
	return b
}

// signature reads what a function takes and returns.
func (m *method) signature(t reflect.Type) error {
	for i := 1; i < t.NumIn(); i++ {
		in := t.In(i)
		if m.info.Variadic && i == t.NumIn()-1 {
			in = in.Elem()
		}
		switch in.Kind() {
		case reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
			return fmt.Errorf("a client cannot send a %v", in)
		case reflect.Interface:
			if in.NumMethod() > 0 {
				return fmt.Errorf("a client cannot send a %v", in)
			}
		}
		m.types = append(m.types, in)
		m.info.Params = append(m.info.Params, MethodParam{Type: paramType(in)})
	}
	for i := range m.info.Params {
		m.info.Params[i].Name = m.called(i)
	}
	n := t.NumOut()
	if n > 0 && t.Out(n-1) == reflect.TypeFor[error]() {
		m.fails = true
		n--
	}
	if m.yields = n == 1; n > 1 {
		return fmt.Errorf("results are none, error, a value, or a value and an error, not %v", t)
	}
	return nil
}

// paramType is what a param is, on the wire.
func paramType(t reflect.Type) string {
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
		return "entity"
	}
	if k := kindOfField(t); k != kindJSON {
		return k.String()
	}
	return "any"
}

// called is what a param is called: by its type, and its number among those of it.
func (m *method) called(i int) string {
	p := m.info.Params[i]
	name := p.Type
	if t := m.types[i]; p.Type == "entity" && t.Elem().Name() != "" {
		name = strings.ToLower(t.Elem().Name())
	} else if t.Name() != "" && t.PkgPath() != "" {
		name = strings.ToLower(t.Name())
	}
	same, mine := 0, 0
	for j, t := range m.types {
		if t == m.types[i] {
			if same++; j == i {
				mine = same
			}
		}
	}
	if same > 1 {
		return name + strconv.Itoa(mine)
	}
	return name
}

func (g *group) methodInfos() (list []MethodInfo) {
	for _, m := range g.methods {
		list = append(list, m.info)
	}
	return list
}

type (
	// WorldCall asks to call a method of an entity.
	WorldCall struct {
		ID     string            `json:"id" help:"the entity's id, or its name"`
		Method string            `json:"method"`
		Args   []json.RawMessage `json:"args,omitempty"`
	}
	// WorldCalled is what a method returned.
	WorldCalled struct {
		Result json.RawMessage `json:"result" help:"null where it returns nothing"`
		Frame  uint64          `json:"frame"`
		Tick   uint64          `json:"tick"`
	}
)

func (w *World) registerCalls(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.call", Help: "calls a method that the game bound to a kind of entities", Role: rpc.Edit, Errors: editErrors}, w.call)
}

func (w *World) call(call *rpc.Call, p WorldCall) (WorldCalled, error) {
	e, err := w.find(p.ID)
	if err != nil {
		return WorldCalled{}, err
	}
	var m *method
	known := make([]string, len(e.group.methods))
	for i, own := range e.group.methods {
		if known[i] = own.info.Name; known[i] == p.Method {
			m = own
		}
	}
	if m == nil {
		return WorldCalled{}, at(unknown(rpc.NotFound, "method", p.Method, known), e.name(), "/method")
	}
	s := structural(invoked, e)
	s.path = p.Method
	in, err := w.arguments(m, p.Args)
	if err != nil {
		return WorldCalled{}, at(err, s.name+": "+p.Method, "")
	}
	in[0] = reflect.ValueOf(e.handle)
	if e.group.source == nil {
		in[0] = e.value.Addr()
	}
	done := WorldCalled{Result: json.RawMessage("null"), Frame: call.Frame(), Tick: call.Tick()}
	err = w.guard(s.name+": "+p.Method, func() error { return w.invoke(m, in, &done) })
	if err != nil {
		return WorldCalled{}, at(err, "", "")
	}
	w.commit(call, &transaction{kind: kindCall, label: labelOf(p), calls: []edit{s}})
	return done, nil
}

// labelOf writes a call as a person would.
func labelOf(p WorldCall) string {
	args := make([]string, len(p.Args))
	for i, a := range p.Args {
		args[i] = string(a)
	}
	return clipTo(p.Method+"("+strings.Join(args, ", ")+")", maxLabel)
}

// invoke calls the game's function. Its panics are its caller's to contain.
func (w *World) invoke(m *method, in []reflect.Value, done *WorldCalled) error {
	out := m.function.Call(in)
	if m.fails {
		if err, _ := out[len(out)-1].Interface().(error); err != nil {
			return refusal(err)
		}
	}
	if !m.yields {
		return nil
	}
	var err error
	done.Result, err = w.resultOf(out[0])
	return err
}

// resultOf is what a method returned, as it travels: an entity by its id.
func (w *World) resultOf(v reflect.Value) (json.RawMessage, error) {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		w.doubt() // it may have made it a moment ago
		for _, g := range w.of(v.Type()) {
			if e, ok := g.pointed(v); ok {
				return rpc.AppendString(nil, e.wireID()), nil
			}
		}
	}
	raw, err := rpc.Append(nil, v.Interface())
	if err != nil {
		return nil, rpc.Errorf(rpc.Failed, "it was called, and what it returned cannot be sent: %v", err)
	}
	return raw, nil
}

// arguments reads what a method is called with; the first is left free.
func (w *World) arguments(m *method, args []json.RawMessage) ([]reflect.Value, error) {
	fixed := len(m.types)
	if m.info.Variadic {
		fixed--
	}
	if len(args) < fixed || len(args) > fixed && !m.info.Variadic {
		e := rpc.Errorf(rpc.InvalidParams, "it takes %s, not %d", m.counted(fixed), len(args))
		e.Data.Path, e.Data.Got, e.Data.Want = "/args", strconv.Itoa(len(args)), strconv.Itoa(fixed)
		return nil, e
	}
	in := make([]reflect.Value, 1, len(args)+1)
	for i, raw := range args {
		n := min(i, len(m.types)-1)
		v, err := w.argument(m.types[n], raw)
		if err != nil {
			return nil, at(err, fmt.Sprintf("argument %d (%s)", i+1, m.info.Params[n].Name), "/args/"+strconv.Itoa(i))
		}
		in = append(in, v)
	}
	return in, nil
}

// counted says how many arguments a method takes, and what they are called.
func (m *method) counted(fixed int) string {
	names := make([]string, len(m.info.Params))
	for i, p := range m.info.Params {
		names[i] = p.Name
	}
	text := strconv.Itoa(fixed) + " arguments"
	if fixed == 1 {
		text = "1 argument"
	}
	if m.info.Variadic {
		text += " or more"
	}
	if len(names) > 0 {
		text += " (" + strings.Join(names, ", ") + ")"
	}
	return text
}

func (w *World) argument(t reflect.Type, raw json.RawMessage) (reflect.Value, error) {
	v := reflect.New(t)
	if paramType(t) != "entity" || len(w.of(t)) == 0 {
		return v.Elem(), rpc.Decode(raw, v.Interface())
	}
	var id *string
	if err := rpc.Decode(raw, &id); err != nil || id == nil {
		return v.Elem(), err
	}
	ptr, err := w.pointer(t, *id)
	if err == nil {
		v.Elem().Set(ptr)
	}
	return v.Elem(), err
}

package console

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/internal/capture"
	"github.com/scry-dev/scry/rpc"
)

// Cvars are the configuration variables of a game: its own variables, bound
// under names that clients see, change and reset. The zero value is ready. All
// methods belong to the game's goroutine; values change only inside
// [Console.Update].
type Cvars struct {
	list   []*Cvar // by name
	byName map[string]*Cvar
	stream *rpc.Stream
	// changes are the newest that clients made, for recordings.
	changes []capture.Event
}

// Bind makes a variable of the game a cvar. The pointer is to a bool, an
// integer, a float, a string or a time.Duration, or to a type made of one of
// these. Names are of the form area.name. What the variable holds now is its
// default. It panics when the name is malformed or taken, or the type cannot be
// bound: these are mistakes of the program, found at its start.
func (c *Cvars) Bind(name string, variable any, help string) *Cvar {
	v := reflect.ValueOf(variable)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic(fmt.Sprintf("console: cvar %q: cannot bind %T: a pointer to the variable is needed", name, variable))
	}
	k := kindOf(v.Type().Elem())
	if k == kindJSON || k == kindColor {
		panic(fmt.Sprintf("console: cvar %q: cannot bind %T: it is no bool, number, string or duration", name, variable))
	}
	if !validName(name) {
		panic(fmt.Sprintf("console: cvar %q: a name is letters, digits, _ and dots, and begins with a small letter", name))
	}
	if c.byName[name] != nil {
		panic(fmt.Sprintf("console: cvar %q is bound already", name))
	}
	cv := &Cvar{name: name, help: help, kind: k, value: v.Elem(), last: read(v.Elem()), setBy: "default", version: 1}
	cv.def = cv.last
	if c.byName == nil {
		c.byName = make(map[string]*Cvar)
	}
	c.byName[name] = cv
	i, _ := slices.BinarySearchFunc(c.list, name, func(v *Cvar, n string) int { return strings.Compare(v.name, n) })
	c.list = slices.Insert(c.list, i, cv)
	return cv
}

// Unbind takes a cvar away. An unknown name is ignored.
func (c *Cvars) Unbind(name string) {
	delete(c.byName, name)
	c.list = slices.DeleteFunc(c.list, func(v *Cvar) bool { return v.name == name })
}

// Lookup returns the cvar of a name, or nil.
func (c *Cvars) Lookup(name string) *Cvar { return c.byName[name] }

// All returns the cvars by name.
func (c *Cvars) All() iter.Seq[*Cvar] { return slices.Values(c.list) }

// validName reports whether a name is of the form area.name.
func validName(name string) bool {
	if name == "" || len(name) > 128 || name[0] < 'a' || name[0] > 'z' || strings.HasSuffix(name, ".") || strings.Contains(name, "..") {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

// find returns the cvar of a name, or the error that names the nearest.
func (c *Cvars) find(name string) (*Cvar, error) {
	if v := c.byName[name]; v != nil {
		return v, nil
	}
	names := make([]string, len(c.list))
	for i, v := range c.list {
		names[i] = v.name
	}
	return nil, at(unknown(rpc.NotFound, "cvar", name, names), "", "/name")
}

// Params and results of the cvar methods.
type (
	// CvarQuery selects cvars.
	CvarQuery struct {
		Prefix string `json:"prefix,omitempty" help:"only names that begin so"`
	}
	// CvarName names a cvar.
	CvarName struct {
		Name string `json:"name"`
	}
	// CvarSet asks for a new value.
	CvarSet struct {
		Name  string          `json:"name"`
		Value json.RawMessage `json:"value" help:"bool, number or string, by the cvar's type"`
	}
	// CvarState is a cvar at a moment.
	CvarState struct {
		CvarInfo
		Frame uint64 `json:"frame"`
		Tick  uint64 `json:"tick"`
	}
)

func (c *Cvars) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "cvar.list", Help: "all cvars, or those whose names begin with a prefix", Role: rpc.View},
		func(_ *rpc.Call, q CvarQuery) ([]CvarInfo, error) { return c.infos(q.Prefix), nil })
	rpc.Handle(s, rpc.Method{Name: "cvar.get", Help: "one cvar", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}},
		func(call *rpc.Call, p CvarName) (CvarState, error) {
			v, err := c.find(p.Name)
			if err != nil {
				return CvarState{}, err
			}
			v.refresh()
			return state(call, v), nil
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.set", Help: "changes a cvar", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.OutOfRange, rpc.ReadOnly, rpc.InvalidParams}},
		func(call *rpc.Call, p CvarSet) (CvarState, error) {
			v, err := c.find(p.Name)
			if err == nil {
				err = v.set(p.Value, call.Peer.Name())
			}
			if err != nil {
				return CvarState{}, err
			}
			c.note(call, v)
			return state(call, v), nil
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.reset", Help: "gives a cvar the value that it had when it was bound", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.ReadOnly}},
		func(call *rpc.Call, p CvarName) (CvarState, error) {
			v, err := c.find(p.Name)
			if err == nil {
				err = v.reset(call.Peer.Name())
			}
			if err != nil {
				return CvarState{}, err
			}
			c.note(call, v)
			return state(call, v), nil
		})
	c.stream = rpc.Open[rpc.Void, []CvarInfo](s, rpc.Topic{Name: "cvars", Snapshot: []CvarInfo{}, Policy: "all", Help: "the cvars that changed in a frame, whoever changed them"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			c.publish() // whoever subscribed before gets what is new first; then all know the same
			infos := c.infos("")
			for _, v := range c.list {
				v.told = v.version
			}
			return infos, nil
		})
}

// publish tells the subscribers once a frame what changed.
func (c *Cvars) publish() {
	if c.stream.Subscribers() == 0 {
		return
	}
	var changed []CvarInfo
	for _, v := range c.list {
		v.refresh()
		if v.told != v.version {
			v.told = v.version
			changed = append(changed, v.info())
		}
	}
	if changed != nil {
		c.stream.Publish(changed)
	}
}

// part is the cvars in a recording: as they are now, and the changes of a while.
func (c *Cvars) part() topicPart {
	p := part("cvars", c.infos(""))
	p.events = append(p.events, c.changes...)
	return p
}

// note keeps the newest changes for a recording.
func (c *Cvars) note(call *rpc.Call, v *Cvar) {
	if len(c.changes) == maxChanges {
		c.changes = slices.Delete(c.changes, 0, 1)
	}
	c.changes = append(c.changes, capture.Event{
		Frame: call.Frame(), Tick: call.Tick(), Time: int64(call.Time()), Value: wireJSON([]CvarInfo{v.info()}),
	})
}

// maxChanges is how many changes of cvars a recording tells of.
const maxChanges = 100

// compare reads a cvar and, by its type, a value to compare it with.
func (c *Cvars) compare(name string, raw json.RawMessage) (now, want operand, err error) {
	v, err := c.find(name)
	if err != nil {
		return now, want, err
	}
	p := v.spec()
	p.bounded = false // what is out of range may still be a bound
	s, err := decodeScalar(raw, p)
	if err != nil {
		return now, want, at(err, "cvar "+strconv.Quote(name), "/value")
	}
	return v.operand(read(v.value)), v.operand(s), nil
}

// reading is what a cvar holds now; ok is false when there is none of that name.
func (c *Cvars) reading(name string) (o operand, ok bool) {
	v := c.byName[name]
	if v == nil {
		return o, false
	}
	return v.operand(read(v.value)), true
}

func (v *Cvar) operand(s scalar) operand {
	switch v.kind {
	case kindString, kindChoice:
		return operand{s: s.s, isText: true}
	case kindBool:
		return operand{n: float64(s.n)}
	}
	return operand{n: s.number(v.kind)}
}

func (c *Cvars) infos(prefix string) []CvarInfo {
	list := make([]CvarInfo, 0, len(c.list))
	for _, v := range c.list {
		if strings.HasPrefix(v.name, prefix) {
			v.refresh()
			list = append(list, v.info())
		}
	}
	return list
}

func state(call *rpc.Call, v *Cvar) CvarState {
	return CvarState{v.info(), call.Frame(), call.Tick()}
}

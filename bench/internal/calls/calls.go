// Package calls has a JSON-RPC server of each library that Scry's is compared
// with, in memory: the bytes of a request go in, the bytes of its answer come out.
// The floor is encoding/json alone.
package calls

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Service is a server with one client.
type Service interface {
	// Call returns the answer to a request. It is good until the next call.
	Call(request []byte) []byte
	Close()
}

// Library is one way to serve.
type Library struct {
	Name   string // heads its column
	Module string // whose version stands beside the name; "" for none
	New    func() Service
	// Request is how the library spells the request of a load; nil is where it
	// knows no such thing.
	Request func(Load) []byte
}

// All returns the libraries in the order of their columns, the floor first.
func All() []Library {
	return []Library{
		{"encoding/json", "", newAlone, spelled},
		{"scry", "", newScry, spelled},
		{"scry, handed over", "", newHandedOver, spelled},
		{"jrpc2", "github.com/creachadair/jrpc2", newJRPC2, spelled},
		{"sourcegraph", "github.com/sourcegraph/jsonrpc2", newSourcegraph, single},
		{"net/rpc", "", newNetRPC, spelledForNetRPC},
	}
}

// Load is what is called.
type Load int

// The loads. Names on the wire are those of Scry.
const (
	Void  Load = iota // a call without params and result
	Typed             // a name and a number, and an answer with both
	Query             // an answer of 100 entities, 4.9 kB
	Batch             // 100 times Typed in one text
)

const members = 100 // of a batch

// Calls returns how many calls a request of the load has.
func (l Load) Calls() int {
	if l == Batch {
		return members
	}
	return 1
}

// String returns the name of the load's row.
func (l Load) String() string {
	return [...]string{"void call", "typed call", "query of 100 entities", "batch of 100 typed calls"}[l]
}

// Set is the params of a typed call.
type Set struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Pose is the result of a typed call.
type Pose struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Frame uint64  `json:"frame"`
}

// Entity is one of the results of a query.
type Entity struct {
	ID   int     `json:"id"`
	Name string  `json:"name"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
}

// set and query are what all libraries call in the end.
func set(p Set) Pose { return Pose{p.Name, p.Value, 60} }

func world() []Entity {
	all := make([]Entity, 100)
	for i := range all {
		all[i] = Entity{i, fmt.Sprintf("wanderer-%03d", i), float64(i) * 1.25, float64(i) / 10}
	}
	return all
}

// spelled is a request of JSON-RPC 2.0.
func spelled(l Load) []byte {
	switch l {
	case Void:
		return []byte(`{"jsonrpc":"2.0","id":1,"method":"void"}`)
	case Typed:
		return []byte(`{"jsonrpc":"2.0","id":1,"method":"cvar.set","params":{"name":"physics.gravity","value":9.81}}`)
	case Query:
		return []byte(`{"jsonrpc":"2.0","id":1,"method":"world.query"}`)
	}
	batch := []byte{'['}
	for i := range members {
		if i > 0 {
			batch = append(batch, ',')
		}
		batch = fmt.Appendf(batch, `{"jsonrpc":"2.0","id":%d,"method":"cvar.set","params":{"name":"physics.gravity","value":9.81}}`, i+1)
	}
	return append(batch, ']')
}

// single is spelled for a library without batches.
func single(l Load) []byte {
	if l == Batch {
		return nil
	}
	return spelled(l)
}

// answer is what Check looks at.
type answer struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  any             `json:"error"`
}

// Check fails when a text is not the answer to a load.
func Check(l Load, text []byte) error {
	answers := make([]answer, 1)
	var err error
	if l == Batch {
		err = json.Unmarshal(text, &answers)
	} else {
		err = json.Unmarshal(text, &answers[0])
	}
	if err != nil {
		return fmt.Errorf("%w: %.200s", err, text)
	}
	if len(answers) != l.Calls() {
		return fmt.Errorf("%d answers to %d calls", len(answers), l.Calls())
	}
	seen := make(map[int]bool)
	for _, a := range answers {
		if a.Error != nil {
			return fmt.Errorf("the call failed: %v", a.Error)
		}
		if err := l.check(a.Result); err != nil {
			return err
		}
		seen[a.ID] = true
	}
	for id := range l.Calls() {
		if !seen[id+1] {
			return fmt.Errorf("call %d was not answered", id+1)
		}
	}
	return nil
}

func (l Load) check(result json.RawMessage) error {
	var got, want any
	switch l {
	case Void:
		if s := string(result); s != "null" && s != "{}" {
			return fmt.Errorf("the result is %s", s)
		}
		return nil
	case Query:
		got, want = new([]Entity), new(world())
	default:
		got, want = new(Pose), new(set(Set{"physics.gravity", 9.81}))
	}
	if err := json.Unmarshal(result, got); err != nil {
		return err
	}
	if !reflect.DeepEqual(got, want) {
		return errors.New("the result is another")
	}
	return nil
}

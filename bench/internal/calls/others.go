package calls

import (
	"context"
	"encoding/json"
	"net/rpc"
	"net/rpc/jsonrpc"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/handler"
	"github.com/sourcegraph/jsonrpc2"
)

// wired is a library at the other end of a wire.
type wired struct {
	*wire
	wait func()
}

// Close hangs up and waits for the library's goroutines.
func (w wired) Close() {
	w.hangUp()
	w.wait()
}

func newJRPC2() Service {
	w := newWire()
	entities := world()
	s := jrpc2.NewServer(handler.Map{
		"void":        handler.New(func(context.Context) error { return nil }),
		"cvar.set":    handler.New(func(_ context.Context, p Set) (Pose, error) { return set(p), nil }),
		"world.query": handler.New(func(context.Context) ([]Entity, error) { return entities, nil }),
	}, nil).Start(w)
	return wired{w, func() { s.Wait() }}
}

func newSourcegraph() Service {
	w := newWire()
	entities := world()
	h := jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
		switch r.Method {
		case "void":
			return nil, nil
		case "cvar.set":
			var p Set
			if err := json.Unmarshal(*r.Params, &p); err != nil {
				return nil, err
			}
			return set(p), nil
		case "world.query":
			return entities, nil
		}
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: r.Method}
	})
	c := jsonrpc2.NewConn(context.Background(), jsonrpc2.NewPlainObjectStream(w), h)
	return wired{w, func() { <-c.DisconnectNotify() }}
}

// game is the receiver of what net/rpc calls: JSON-RPC 1.0, exported methods.
type game struct{ entities []Entity }

// Void is the call without params.
func (g *game) Void(struct{}, *struct{}) error { return nil }

// Set is the typed call.
func (g *game) Set(p Set, result *Pose) error {
	*result = set(p)
	return nil
}

// Query returns the entities.
func (g *game) Query(_ struct{}, result *[]Entity) error {
	*result = g.entities
	return nil
}

func newNetRPC() Service {
	w := newWire()
	s := rpc.NewServer()
	if err := s.RegisterName("Game", &game{world()}); err != nil {
		panic(err) // the methods above are what it wants
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ServeCodec(jsonrpc.NewServerCodec(w))
	}()
	return wired{w, func() { <-done }}
}

// spelledForNetRPC is a request of JSON-RPC 1.0: params are a list of one.
func spelledForNetRPC(l Load) []byte {
	switch l {
	case Void:
		return []byte(`{"id":1,"method":"Game.Void","params":[{}]}`)
	case Typed:
		return []byte(`{"id":1,"method":"Game.Set","params":[{"name":"physics.gravity","value":9.81}]}`)
	case Query:
		return []byte(`{"id":1,"method":"Game.Query","params":[{}]}`)
	}
	return nil
}

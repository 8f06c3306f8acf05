package rpc_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// sink is a Conn that only counts, so that the package alone is measured.
type sink struct{ messages, bytes int }

func (s *sink) SendText(b []byte) error {
	s.messages++
	s.bytes += len(b)
	return nil
}

func (s *sink) SendBinary(b []byte) error { return s.SendText(b) }

func (s *sink) Close(int, string) {}

type entity struct {
	ID   int     `json:"id"`
	Name string  `json:"name"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
}

type pose struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Frame uint64  `json:"frame"`
}

type poseParams struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// rig is a server with one client and the methods of the rows in the budget.
type rig struct {
	server rpc.Server
	peer   *rpc.Peer
	conn   sink
}

func newRig() *rig {
	r := &rig{}
	s := &r.server
	rpc.Handle(s, rpc.Method{Name: "void"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) { return rpc.Void{}, nil })
	rpc.Handle(s, rpc.Method{Name: "cvar.set"}, func(c *rpc.Call, p poseParams) (pose, error) {
		return pose{p.Name, p.Value, c.Frame()}, nil
	})
	entities := make([]entity, 100)
	for i := range entities {
		entities[i] = entity{i, fmt.Sprintf("wanderer-%03d", i), float64(i) * 1.25, float64(i) / 10}
	}
	rpc.Handle(s, rpc.Method{Name: "world.query"}, func(*rpc.Call, rpc.Void) ([]entity, error) { return entities, nil })
	r.peer = s.Connect(&r.conn, rpc.Drive)
	return r
}

// call takes a text from its bytes to the bytes of its answer.
func (r *rig) call(text []byte) {
	r.server.Receive(r.peer, rpc.Parse(text, rpc.Limits{}))
	r.server.Dispatch(time.Time{})
	r.server.Flush()
}

const (
	textVoid  = `{"jsonrpc":"2.0","id":1,"method":"void"}`
	textTyped = `{"jsonrpc":"2.0","id":2,"method":"cvar.set","params":{"name":"physics.gravity","value":9.81}}`
	textQuery = `{"jsonrpc":"2.0","id":3,"method":"world.query"}`
)

func textBatch() []byte {
	batch := []byte{'['}
	for i := range 100 {
		if i > 0 {
			batch = append(batch, ',')
		}
		batch = fmt.Appendf(batch, `{"jsonrpc":"2.0","id":%d,"method":"cvar.set","params":{"name":"physics.gravity","value":%d.5}}`, i, i)
	}
	return append(batch, ']')
}

// BenchmarkCall has the rows of the budget, bytes in to bytes out: void, typed at
// most 0.6 us and 1 allocation, a query of 100 entities at most 13 us and 1, a
// batch of 100 at most 80 us and 100.
func BenchmarkCall(b *testing.B) {
	for _, row := range []struct {
		name string
		text []byte
	}{
		{"void", []byte(textVoid)},
		{"typed", []byte(textTyped)},
		{"query100", []byte(textQuery)},
		{"batch100", textBatch()},
	} {
		b.Run(row.name, func(b *testing.B) {
			r := newRig()
			b.ReportAllocs()
			for b.Loop() {
				r.call(row.text)
			}
			b.ReportMetric(float64(r.conn.bytes)/float64(r.conn.messages), "B/answer")
		})
	}
}

// BenchmarkParse is the reader's share of the rows above.
func BenchmarkParse(b *testing.B) {
	for _, row := range []struct {
		name string
		text []byte
	}{{"typed", []byte(textTyped)}, {"batch100", textBatch()}} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(row.text)))
			r := newRig()
			r.server.Disconnect(r.peer) // what it receives goes back to the pool
			for b.Loop() {
				r.server.Receive(r.peer, rpc.Parse(row.text, rpc.Limits{}))
			}
		})
	}
}

// BenchmarkIdle is what a frame costs while nobody calls.
func BenchmarkIdle(b *testing.B) {
	for _, clients := range []int{0, 1000} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			r := newRig()
			for range clients {
				r.server.Connect(&sink{}, rpc.View)
			}
			b.ReportAllocs()
			for b.Loop() {
				r.server.SetClock(1, 1, time.Second)
				r.server.Dispatch(time.Time{})
				r.server.Flush()
			}
		})
	}
}

// BenchmarkPublish is an event to 1 and to 100 subscriptions.
func BenchmarkPublish(b *testing.B) {
	for _, clients := range []int{1, 100} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			s := &rpc.Server{}
			stream := rpc.Open[rpc.Void, pose](s, rpc.Topic{Name: "pose"}, nil)
			subscribe(b, s, "pose", clients)
			value := &pose{Name: "physics.gravity", Value: 9.81}
			b.ReportAllocs()
			for b.Loop() {
				_ = stream.Publish(value)
				s.Flush()
			}
		})
	}
}

func subscribe(t testing.TB, s *rpc.Server, topic string, clients int) []*sink {
	var sinks []*sink
	for range clients {
		c := &sink{}
		sinks = append(sinks, c)
		p := s.Connect(c, rpc.View)
		s.Receive(p, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s","topic":"`+topic+`"}}`), rpc.Limits{}))
	}
	s.Dispatch(time.Time{})
	s.Flush()
	for _, c := range sinks {
		require.Equal(t, 1, c.messages)
	}
	return sinks
}

// BenchmarkNearest is the cost of an error message over 1,000 names.
func BenchmarkNearest(b *testing.B) {
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprintf("area%d.name%d", i%10, i)
	}
	known := func(yield func(string) bool) {
		for _, n := range names {
			if !yield(n) {
				return
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		rpc.Nearest("area5.nmae505", known)
	}
}

package calls

import (
	"time"

	"github.com/scry-dev/scry/rpc"
)

// scry runs calls as a game does, on the goroutine of its loop.
type scry struct {
	server rpc.Server
	peer   *rpc.Peer
	out    []byte
}

func newScry() Service { return serveScry() }

func serveScry() *scry {
	s := &scry{}
	rpc.Handle(&s.server, rpc.Method{Name: "void"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) { return rpc.Void{}, nil })
	rpc.Handle(&s.server, rpc.Method{Name: "cvar.set"}, func(_ *rpc.Call, p Set) (Pose, error) { return set(p), nil })
	entities := world()
	rpc.Handle(&s.server, rpc.Method{Name: "world.query"}, func(*rpc.Call, rpc.Void) ([]Entity, error) { return entities, nil })
	s.peer = s.server.Connect(client{s}, rpc.Drive)
	return s
}

// Call is the reader's part and the loop's, one after the other.
func (s *scry) Call(request []byte) []byte {
	s.frame(rpc.Parse(request, rpc.Limits{}))
	return s.out
}

// frame is a frame of the loop.
func (s *scry) frame(t *rpc.Text) {
	s.server.Receive(s.peer, t)
	s.server.Dispatch(time.Time{})
	s.server.Flush()
}

func (s *scry) Close() {}

// client is where the answers go.
type client struct{ s *scry }

func (c client) SendText(text []byte) error {
	c.s.out = append(c.s.out[:0], text...)
	return nil
}

func (c client) SendBinary([]byte) error { return nil }

func (c client) Close(int, string) {}

// handedOver is scry with the reader and the loop on goroutines of their own, for
// a comparison with libraries that cannot be called directly.
type handedOver struct {
	scry *scry
	in   chan *rpc.Text
	out  chan []byte
}

func newHandedOver() Service {
	h := &handedOver{serveScry(), make(chan *rpc.Text), make(chan []byte)}
	go func() {
		for t := range h.in {
			h.scry.frame(t)
			h.out <- h.scry.out
		}
	}()
	return h
}

// Call parses, as a reader does, and leaves the rest to the loop.
func (h *handedOver) Call(request []byte) []byte {
	h.in <- rpc.Parse(request, rpc.Limits{})
	return <-h.out
}

func (h *handedOver) Close() { close(h.in) }

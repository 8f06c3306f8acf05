package wsserver

import (
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sink is a network that swallows what is written and says nothing.
type sink struct {
	net.Conn
	written atomic.Int64
	closed  chan struct{}
}

func newSink() *sink { return &sink{closed: make(chan struct{})} }

func (k *sink) Read([]byte) (int, error) {
	<-k.closed
	return 0, net.ErrClosed
}

func (k *sink) Write(p []byte) (int, error) {
	k.written.Add(int64(len(p)))
	return len(p), nil
}

func (k *sink) Close() error {
	select {
	case <-k.closed:
	default:
		close(k.closed)
	}
	return nil
}

func (k *sink) SetDeadline(time.Time) error      { return nil }
func (k *sink) SetReadDeadline(time.Time) error  { return nil }
func (k *sink) SetWriteDeadline(time.Time) error { return nil }

// crowd opens connections to sinks, without a handshake or a reader.
func crowd(tb testing.TB, s *Server, n int) ([]ConnID, []*sink) {
	s.start()
	s.Limits.MaxConnections = max(n, 1)
	ids, sinks := make([]ConnID, n), make([]*sink, n)
	for i := range n {
		sinks[i] = newSink()
		c := newConn(s)
		c.raw = sinks[i]
		c.resting.Store(true) // it says nothing, and is not to be taken for dead
		require.NoError(tb, s.reserve())
		require.True(tb, s.add(c, new(http.Request)))
		ids[i] = c.id
	}
	s.Update()
	for range s.ProcessMessages {
	}
	s.ClearMessages()
	tb.Cleanup(func() {
		for _, c := range s.all() {
			c.cut(codeLost, "", nil)
			s.forget(c)
			s.ended()
		}
		s.Close()
	})
	return ids, sinks
}

// until lets the other goroutines run until a condition holds.
func until(done func() bool) {
	for !done() {
		runtime.Gosched()
	}
}

func TestIdleUpdateAllocatesNothing(t *testing.T) {
	for _, n := range []int{0, 1, 1000} {
		var s Server
		crowd(t, &s, n)
		frame := func() {
			s.Update()
			s.ProcessMessages(func(Message) bool { return true })
			s.ClearMessages()
		}
		require.Zero(t, testing.AllocsPerRun(1000, frame), "%d connections", n)
	}
}

// TestSteadyTrafficAllocatesNothing counts the allocations of all goroutines while
// messages come and go; those of the readers are left out by sending the same
// message again and again.
func TestSteadyTrafficAllocatesNothing(t *testing.T) {
	if raceOn {
		t.Skip("the race detector allocates")
	}
	var s Server
	ids, sinks := crowd(t, &s, 4)
	aud := s.NewAudience()
	for _, id := range ids {
		aud.Add(id)
	}
	text := make([]byte, 256)
	var sent int64
	frame := func() {
		for _, id := range ids {
			c := s.open[id]
			a := arrival{conn: c, size: len(text) + overhead}
			a.From, a.Kind, a.Data = id, Text, text
			c.claim()
			c.admit(a.size)
			s.arrive(a)
		}
		s.Update()
		for m := range s.ProcessMessages {
			if err := s.SendTextMessage(m.From, m.Data); err != nil {
				panic(err)
			}
		}
		s.ClearMessages()
		s.BroadcastTextMessage(ids, text)
		aud.SendText(text)
		s.Update()
		sent += 3 * int64(frameSize(len(text)))
		until(func() bool { return sinks[0].written.Load() == sent && sinks[3].written.Load() == sent })
	}
	require.Zero(t, testing.AllocsPerRun(1000, frame))
}

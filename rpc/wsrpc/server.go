package wsrpc

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver"
)

// Server is a transport and a protocol, connected. The zero value is ready; the
// fields freeze at the first use. ServeHTTP may be called from any goroutine;
// every other method belongs to the loop's.
type Server struct {
	WS  wsserver.Server // the transport; its Parse is set by this package
	RPC rpc.Server      // the protocol; its NewAudience is set by this package

	// Role judges a handshake that [wsserver.Server.CheckRequest] let pass: what its
	// client may do from the start, None when it has to log in first. An error
	// refuses it. Nil has everybody log in. Any goroutine may call it.
	Role func(*http.Request) (rpc.Role, error)

	// OnLeave is told of each client that has gone. Nil ignores that.
	OnLeave func(*rpc.Peer)

	Limits Limits

	once      sync.Once
	strangers atomic.Int32 // connections that are not logged in
	turned    atomic.Uint64

	// Owned by the loop's goroutine.
	clients map[wsserver.ConnID]*client
	unknown []*client // not logged in
	paused  []*client // read no more until their calls are served
	hits    [limits]uint64
	stats   func(*rpc.Stats) // of the program
}

// Limits bound what all clients together may have waiting. A zero field means its
// default.
type Limits struct {
	MaxStrangers  int // connections that are not logged in; zero means 16
	MaxQueued     int // texts of one client that wait to be run; zero means 256
	MaxQueuedSize int // the same in bytes; zero means 512 KiB
	MaxWaiting    int // texts of all clients that wait to be run; zero means 4,096
	MaxWaitSize   int // the same in bytes; zero means 4 MiB
}

func (l *Limits) strangers() int  { return cmp.Or(l.MaxStrangers, 16) }
func (l *Limits) queued() int     { return cmp.Or(l.MaxQueued, 256) }
func (l *Limits) queuedSize() int { return cmp.Or(l.MaxQueuedSize, 512<<10) }
func (l *Limits) waiting() int    { return cmp.Or(l.MaxWaiting, 4096) }
func (l *Limits) waitSize() int   { return cmp.Or(l.MaxWaitSize, 4<<20) }

// begin makes what the transport lacks, on whichever goroutine is first.
func (s *Server) begin() {
	s.once.Do(func() {
		limits := s.RPC.Limits
		s.WS.Parse = func(text []byte) any { return rpc.Parse(text, limits) }
	})
}

// connect makes what the protocol lacks, which is the loop's.
func (s *Server) connect() {
	if s.clients != nil {
		return
	}
	s.begin()
	s.clients = make(map[wsserver.ConnID]*client)
	s.RPC.NewAudience = func() rpc.Audience { return &audience{s.WS.NewAudience()} }
	s.stats = s.RPC.OnStats
	s.RPC.OnStats = s.tell
}

// roleKey is the key under which a handshake's role travels in its context.
type roleKey struct{}

// ServeHTTP accepts a connection, or refuses the request with a status and one
// short line.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.begin()
	if err := s.accept(w, r); err != nil {
		s.WS.Refuse(w, err)
	}
}

// accept makes a connection of a request. Role does not hear of who may not come
// in at all.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) error {
	if err := s.WS.CheckRequest(r); err != nil {
		return err
	}
	role := rpc.None
	if s.Role != nil {
		var err error
		if role, err = s.Role(r); err != nil {
			return err
		}
	}
	entered := false
	if role == rpc.None {
		defer func() {
			if !entered { // also by a panic, of middleware or of a net.Conn
				s.strangers.Add(-1)
			}
		}()
		if s.strangers.Add(1) > int32(s.Limits.strangers()) {
			s.turned.Add(1)
			return &wsserver.Refusal{Status: http.StatusServiceUnavailable, Reason: "too many clients are about to log in"}
		}
	}
	_, err := s.WS.AcceptConnection(w, r.WithContext(context.WithValue(r.Context(), roleKey{}, role)))
	entered = err == nil
	return err
}

// Serve takes in what has come and runs calls, until nothing is left or until has
// passed; what is left waits for the next time. It reports whether something is.
func (s *Server) Serve(until time.Time) (more bool) {
	more = s.Receive(until)
	more = s.RPC.Dispatch(until) || more
	s.Relieve()
	return more
}

// looks is how many messages are taken in between two looks at the clock.
const looks = 32

// Receive takes in what has come, until nothing is left or until has passed, which
// the zero Time never does. Nothing runs yet: see [rpc.Server.Dispatch]. It reports
// whether something is left.
func (s *Server) Receive(until time.Time) (more bool) {
	s.connect()
	s.WS.Update()
	n := 0
	for m := range s.WS.ProcessMessages {
		s.take(m)
		if n++; n%looks == 0 && !until.IsZero() && !time.Now().Before(until) {
			break
		}
	}
	s.WS.ClearMessages()
	return s.WS.PendingMessageCount() > 0
}

// Relieve reads again from clients whose calls were served. Call it after
// Dispatch.
func (s *Server) Relieve() {
	s.greet()
	if len(s.paused) == 0 {
		return
	}
	kept := s.paused[:0]
	for _, c := range s.paused {
		if c.gone || s.eased(c) {
			c.paused = false
			s.WS.PauseReading(c.id, false)
		} else {
			kept = append(kept, c)
		}
	}
	clear(s.paused[len(kept):])
	s.paused = kept
}

// Flush sends what is due: answers and events, in one write for each client.
func (s *Server) Flush() {
	s.RPC.Flush()
	s.WS.Update()
}

// Peer returns the client of a connection, nil when there is none.
func (s *Server) Peer(id wsserver.ConnID) *rpc.Peer {
	if c := s.clients[id]; c != nil {
		return c.peer
	}
	return nil
}

// Unbound has a client send as fast as it likes, or holds it to the transport's
// MessageRate and ByteRate again.
func (s *Server) Unbound(p *rpc.Peer, on bool) {
	if c, ok := p.Conn().(*client); ok {
		s.WS.Unbound(c.id, on)
	}
}

// Clients returns the number of connections whose opening was taken in, and whose
// end was not.
func (s *Server) Clients() int { return len(s.clients) }

// take takes one message of the transport in.
func (s *Server) take(m wsserver.Message) {
	if m.Kind == wsserver.Opened {
		s.enter(m)
		return
	}
	c := s.clients[m.From]
	if c == nil {
		return
	}
	switch m.Kind {
	case wsserver.Text:
		text, _ := m.Value.(*rpc.Text)
		s.RPC.Receive(c.peer, text)
		s.crowd(c)
	case wsserver.Binary:
		c.peer.Close(1003, "binary messages go to the client only")
	case wsserver.Behind:
		c.peer.SetBehind(true)
	case wsserver.Ready:
		c.peer.SetBehind(false)
	case wsserver.Closed:
		s.leave(c)
	}
}

// enter makes a connection a client.
func (s *Server) enter(m wsserver.Message) {
	role, _ := m.Request.Context().Value(roleKey{}).(rpc.Role)
	c := &client{s: s, id: m.From}
	c.peer = s.RPC.Connect(c, role)
	s.clients[m.From] = c
	if role == rpc.None {
		s.unknown = append(s.unknown, c)
	}
}

// greet notices who has logged in.
func (s *Server) greet() {
	kept := s.unknown[:0]
	for _, c := range s.unknown {
		if !c.gone && c.peer.Role() == rpc.None {
			kept = append(kept, c)
			continue
		}
		s.strangers.Add(-1)
	}
	clear(s.unknown[len(kept):])
	s.unknown = kept
}

// leave lets go of a connection that has ended.
func (s *Server) leave(c *client) {
	c.gone = true
	s.RPC.Disconnect(c.peer)
	delete(s.clients, c.id)
	if s.OnLeave != nil {
		s.OnLeave(c.peer)
	}
}

// crowd stops reading from a client when it, or all together, have too much
// waiting.
func (s *Server) crowd(c *client) {
	if c.paused {
		return
	}
	n, size := c.peer.Queued()
	all, allSize := s.RPC.Queued()
	l := &s.Limits
	switch {
	case n >= l.queued():
		s.hits[limitQueued]++
	case size >= l.queuedSize():
		s.hits[limitQueuedSize]++
	case all >= l.waiting():
		s.hits[limitWaiting]++
	case allSize >= l.waitSize():
		s.hits[limitWaitSize]++
	default:
		return
	}
	c.paused = true
	s.paused = append(s.paused, c)
	s.WS.PauseReading(c.id, true)
}

// eased reports whether a client may be read again: half of what may wait does not.
func (s *Server) eased(c *client) bool {
	n, size := c.peer.Queued()
	all, allSize := s.RPC.Queued()
	l := &s.Limits
	return n < (l.queued()+1)/2 && size < (l.queuedSize()+1)/2 && all < l.waiting() && allSize < l.waitSize()
}

package rpc

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"
)

// Conn is the way to one client. Implementations copy the bytes before they
// return, and never block. An error means that nothing more will arrive there;
// the program then calls [Server.Disconnect] when it learns of the end.
type Conn interface {
	SendText(text []byte) error
	SendBinary(data []byte) error
	Close(code int, reason string)
}

// Backlogger is a further power of a [Conn]: it tells how many bytes wait to be
// sent. While many do, streams and requests of that client wait too.
type Backlogger interface {
	Backlog() int
}

const (
	streamBacklog  = 64 << 10  // bytes that wait at a Conn while streams still send
	requestBacklog = 256 << 10 // bytes of answers that wait while requests are still served
)

// Server runs the calls of its clients on the goroutine that calls Dispatch. The
// zero value is ready; the fields freeze at the first use. Every method but Running
// belongs to that goroutine.
type Server struct {
	Name     string   // what the program calls itself; told at login and by rpc.discover
	Version  string   // of the program
	Session  string   // names this run of the program, so that a client notices another
	Features []string // told at login: what this program offers

	// Authenticate judges a login and says what it grants. An *Error goes out as
	// it is, another error with the code LoginRequired. Nil lets everybody in
	// with the role Drive.
	Authenticate func(LoginParams) (Grant, error)

	// OnPanic is told of each panic of a handler, contained by then: the method,
	// the value, and the stack. Nil ignores them, beyond the error that the
	// client gets.
	OnPanic func(method string, value any, stack []byte)

	// OnSlow is told of each call that ran longer than Limits.SlowCall. Nil ignores
	// them, beyond counting.
	OnSlow func(method string, took time.Duration)

	// OnCall is told of each call behind it: who called, the method and the least role that
	// may call it, the params as they came, which are valid until it returns, and whether
	// it is answered with an error by now. Nil ignores them.
	OnCall func(p *Peer, method string, role Role, params []byte, failed bool)

	// OnStats completes what the topic stats tells, with the transport and the
	// limits that the program keeps itself. It runs on the loop's goroutine, about
	// once a second and only while somebody looks. Nil adds nothing.
	OnStats func(*Stats)

	// Hides reports whether the params of a call, as they came, hold what the topic wire
	// is not to show. It is asked while somebody looks. Nil hides nothing but logins.
	Hides func(method string, params []byte) bool

	// NewAudience makes an empty audience, so that an event for many clients is
	// written once. Nil: each is sent to by itself.
	NewAudience func() Audience

	// Groups says how groups of clients behave: of its fields Policy ("" means
	// "all"), Rate, Buffer, Priority, Quota, Expiry and History count.
	Groups Topic

	Limits Limits // bounds for each client; the zero value is sensible

	methods  map[string]*method
	streams  map[string]*Stream // topics of the server, and groups
	everyone []*Stream          // that require no subscription
	groups   int                // how many of them are groups
	discover json.RawMessage    // the document; nil when methods or topics came since

	frame, tick uint64
	now         time.Duration

	lost atomic.Uint64 // events, by the policies of their subscriptions

	queued      int // texts of all clients that wait for Dispatch
	queuedBytes int // what they hold

	peers    []*Peer          // by id
	names    map[string]*Peer // by folded name
	lastPeer uint64
	guest    int // no guest has a lower number
	lastSub  uint32

	sessions        *Stream
	sessionsChanged bool
	sessionsAt      time.Duration // when they were published last
	stats           *Stream
	statsAt         time.Duration     // when they were published last
	hits            map[string]uint64 // of limits
	tap             tap
	epoch           time.Time // what the calls are timed against
	running         atomic.Pointer[method]

	dispatcher dispatcher
	flusher    flusher
	decoder    decoder // for the params of every call; there is one at a time
}

// begin makes the tables and the built-in methods, once.
func (s *Server) begin() {
	if s.methods != nil {
		return
	}
	if p := s.Groups.Policy; p != "" && !slices.Contains(policies, p) {
		panic(fmt.Sprintf("rpc: Groups: policy %q is not known", p))
	}
	s.methods = map[string]*method{}
	s.streams = map[string]*Stream{}
	s.names = map[string]*Peer{}
	s.guest = 1
	s.decoder.names = new(interner)
	s.handleSession()
	s.handleTopics()
	s.handleCancel()
	s.handleDiscover()
	s.openSessions()
	s.openStats()
	s.openWire()
}

// SetClock tells the time that answers and events are stamped with: the frame,
// the tick, and the time since the session began, which never goes back and also
// decides when a login is late and when an event is due. Call it when a frame
// begins and after each tick.
func (s *Server) SetClock(frame, tick uint64, t time.Duration) {
	if t-s.now > longGap {
		// The machine slept, or somebody sat in a debugger: nobody is late.
		for _, p := range s.flusher.strangers {
			p.deadline = t + loginTime
		}
	}
	s.frame, s.tick, s.now = frame, tick, t
}

// Frame returns the frame that SetClock told last.
func (s *Server) Frame() uint64 { return s.frame }

// longGap is a time between two frames that no running program takes.
const longGap = 5 * time.Second

// Connect begins a client on a Conn. With a role it is logged in at once and
// named guest-1 or higher. With the role None it must log in: the first text, of
// at most 4 KiB, within 5 s, with what Authenticate accepts; else it is told why
// and its Conn is closed with 4401, or 4408 when it was late.
func (s *Server) Connect(c Conn, role Role) *Peer { return s.connect(c, role, false) }

// ConnectCaller is Connect for a client that takes answers and nothing else, as
// one that came by HTTP: it is sent no notifications and cannot subscribe.
func (s *Server) ConnectCaller(c Conn, role Role) *Peer { return s.connect(c, role, true) }

func (s *Server) connect(c Conn, role Role, caller bool) *Peer {
	s.begin()
	s.lastPeer++
	p := &Peer{server: s, conn: c, id: s.lastPeer, role: role, caller: caller, since: s.now}
	s.peers = append(s.peers, p)
	if role == None {
		p.deadline = s.now + loginTime
		s.flusher.strangers = append(s.flusher.strangers, p)
	} else {
		s.rename(p, s.guestName())
		s.subscribeEveryone(p)
	}
	return p
}

// subscribeEveryone subscribes a client that is in to the topics that require no
// subscription.
func (s *Server) subscribeEveryone(p *Peer) {
	for _, st := range s.everyone {
		p.subscribe(st)
	}
}

// Disconnect ends a client whose Conn has ended: its calls are cancelled, its
// subscriptions closed, its name free. It may be called twice.
func (s *Server) Disconnect(p *Peer) {
	if p.gone {
		return
	}
	p.gone = true
	if i, ok := slices.BinarySearchFunc(s.peers, p.id, func(q *Peer, id uint64) int {
		return cmp.Compare(q.id, id)
	}); ok {
		s.peers = slices.Delete(s.peers, i, i+1)
	}
	s.forget(p)
	s.flusher.forget(p)
	p.endSubs()
	pending := p.pending
	p.pending = nil
	for _, call := range pending {
		call.cancel()
	}
	p.drop()
}

// Receive takes over a text from a client and queues it for [Server.Dispatch].
// Nothing runs yet. The queue is as long as the caller lets it grow: see
// [Peer.Queued]. The Text must not be used again.
func (s *Server) Receive(p *Peer, t *Text) {
	if p.closing != nil || p.mute() {
		t.release()
		return
	}
	p.received.messages++
	p.received.bytes += uint64(len(t.data))
	s.tap.in(p, t)
	if s.cancelRequest(p, t) {
		t.release()
		return
	}
	p.queue.push(t)
	p.hold(1, t.Size())
	s.dispatcher.add(p)
}

// Queued returns how many texts of all clients wait for Dispatch, and what they
// hold in bytes: see [Peer.Queued].
func (s *Server) Queued() (texts, bytes int) { return s.queued, s.queuedBytes }

// Running returns the name of the method that was called last, "" before the first
// call: for a watchdog that finds Dispatch stuck. Any goroutine may call it.
func (s *Server) Running() string {
	if m := s.running.Load(); m != nil {
		return m.Name
	}
	return ""
}

// Clients returns the number of clients, those that have not logged in included.
func (s *Server) Clients() int { return len(s.peers) }

// Peers ranges over the clients in the order in which they came, those that have
// not logged in included.
func (s *Server) Peers() iter.Seq[*Peer] {
	return func(yield func(*Peer) bool) {
		for _, p := range slices.Clone(s.peers) {
			if !p.gone && !yield(p) {
				return
			}
		}
	}
}

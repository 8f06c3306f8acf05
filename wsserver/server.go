package wsserver

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a polled WebSocket server. The zero value is ready; the exported
// fields freeze at the first use. It must not be copied.
//
// AcceptConnection, ServeHTTP, CheckRequest, Refuse, PauseAccepting, Accepting,
// Block, Unblock, Blocked, Wake, Connections, Counts, LimitCounts and Close may be
// called from any goroutine; every other method belongs to the goroutine that
// calls Update.
type Server struct {
	// Limits are the bounds of what clients may do and what may wait for them.
	Limits Limits
	// Permitted are the networks whose addresses may send requests. Empty means all.
	Permitted []netip.Prefix
	// Hosts are names or addresses, without a port, by which requests may address
	// this server beside loopback addresses and "localhost". Case does not matter.
	Hosts []string
	// Origins are origins, such as "http://localhost:5173", whose pages may connect
	// beside the server's own. They are compared byte for byte.
	Origins []string
	// Subprotocols are the subprotocols that the server speaks, the preferred one
	// first. A client need not offer any; one that offers some must include one of
	// these.
	Subprotocols []string
	// Parse, if set, makes the Value of every Text from its Data. It runs on the
	// reading goroutines, several at a time, and may keep the data. A panic in it
	// closes the connection.
	Parse func(text []byte) any

	once sync.Once

	// Shared by goroutines, without a lock.
	inbox        chain[arrival] // the incoming buffer: readers push, Update takes
	handed       chain[batch]   // what Update handed over and nobody distributed yet
	used         chain[batch]   // batches to be filled again
	links        sync.Pool      // of *link[arrival]
	queues       sync.Pool      // of *queue
	buffers      buffers
	flushed      atomic.Bool   // Wait has distributed since the distributor last looked
	parked       atomic.Bool   // the distributor sleeps until it is poked
	waiting      atomic.Bool   // the program is in Wait
	seconds      atomic.Uint32 // the clock of idle and slow connections, from 1 on
	held         atomic.Int64  // bytes, as Limits.MaxHeld counts them
	inboxed      atomic.Int64  // messages of all connections in the inbox
	inboxedBytes atomic.Int64
	untold       atomic.Int64 // connections whose Closed Update has not taken in
	ending       atomic.Bool  // Close was called
	refusing     atomic.Bool  // PauseAccepting
	evicting     atomic.Bool  // the distributor is to look for what was blocked
	blocked      atomic.Pointer[[]netip.Prefix]
	tally        tally
	hits         [allLimits]atomic.Uint64
	began        time.Time     // when the server's clock began
	poked        chan struct{} // wakes the distributor; room for one
	arrived      chan struct{} // ends Wait; room for one
	quit         chan struct{} // closed by Close
	gone         chan struct{} // closed when the last goroutine after quit has ended

	passing sync.Mutex // held while batches are distributed, to keep them in order
	noted   []*conn    // for which something was queued meanwhile
	pusher  pusher

	mu           sync.Mutex
	conns        map[ConnID]*conn
	last         ConnID
	opening      int // handshakes under way
	running      int // handshakes, readers, and the distributor
	distributing bool
	closed       bool

	// Owned by the goroutine that calls Update.
	open   map[ConnID]*conn // whose Opened was taken in and whose Closed was not
	parsed []arrival
	next   int          // parsed[:next] are processed
	out    *link[batch] // the outgoing buffer; nil while empty
	spare  *link[batch] // taken from used
	timer  *time.Timer  // of Wait
	wide   bool         // what was handed over is for many
}

// arrival is a message on its way to the program.
type arrival struct {
	Message
	conn *conn
	size int // bytes that it counts in the inbox; zero for what is not Text or Binary
}

// start makes what the zero value lacks.
func (s *Server) start() {
	s.once.Do(func() {
		s.poked, s.arrived = make(chan struct{}, 1), make(chan struct{}, 1)
		s.quit, s.gone = make(chan struct{}), make(chan struct{})
		s.began = time.Now()
		s.seconds.Store(1)
		s.conns = make(map[ConnID]*conn)
		s.open = make(map[ConnID]*conn)
	})
}

// Update hands out what was sent since the last Update, and takes in what has
// arrived. It never blocks; with nothing to do it costs one atomic load and
// allocates nothing, however many connections are open.
func (s *Server) Update() {
	if s.out != nil {
		s.handOver()
	}
	if !s.inbox.empty() {
		s.takeIn()
	}
}

// takeIn moves the incoming buffer behind the parsed one.
func (s *Server) takeIn() {
	for l := s.inbox.take(); l != nil; {
		next := l.next
		c := l.value.conn
		switch l.value.Kind {
		case Opened:
			s.open[c.id] = c
		case Closed:
			delete(s.open, c.id)
			s.desert(c)
			s.untold.Add(-1)
		}
		s.parsed = append(s.parsed, l.value)
		*l = link[arrival]{}
		s.links.Put(l)
		l = next
	}
}

// ProcessMessages hands out the parsed messages, oldest first, until f returns
// false; the rest stays for the next call. It can be ranged over:
//
//	for m := range srv.ProcessMessages { ... }
//
// F may call every method of the server. After CloseConnection nothing of that
// connection is handed out any more but its end.
func (s *Server) ProcessMessages(f func(Message) bool) {
	for s.next < len(s.parsed) {
		a := &s.parsed[s.next]
		s.next++
		if a.conn.dropped && a.Kind.inLife() {
			continue
		}
		if !f(a.Message) {
			return
		}
	}
}

// PendingMessageCount returns the number of parsed messages that wait for
// ProcessMessages.
func (s *Server) PendingMessageCount() int { return len(s.parsed) - s.next }

// maxKept is how many messages the parsed buffer keeps room for after a flood.
const maxKept = 4096

// ClearMessages forgets the messages that were processed and gives the clients
// room to send more. Messages that ProcessMessages has not reached stay, so that
// a program may stop when its time is over and go on in the next frame.
func (s *Server) ClearMessages() {
	if s.next == 0 {
		return
	}
	s.makeRoom(s.parsed[:s.next])
	rest := s.parsed[:copy(s.parsed, s.parsed[s.next:])]
	if cap(rest) > maxKept && len(rest) == 0 {
		rest = nil
	} else {
		clear(s.parsed[len(rest):])
	}
	s.parsed, s.next = rest, 0
}

// Wait blocks until there is something to process, d has passed, or another
// goroutine calls Wake or Close, and reports whether it was not the time that
// ended it. It is for a program that has nothing else to do. What Update handed
// over is sent at once, and not up to a millisecond later as is usual.
func (s *Server) Wait(d time.Duration) bool {
	s.start()
	s.flush()
	s.waiting.Store(true)
	defer s.waiting.Store(false)
	if s.PendingMessageCount() > 0 || !s.inbox.empty() {
		return true
	}
	if s.timer == nil {
		s.timer = time.NewTimer(d)
	} else {
		s.timer.Reset(d)
	}
	defer s.timer.Stop()
	select {
	case <-s.arrived:
		return true
	case <-s.quit:
		return false
	case <-s.timer.C:
		return !s.inbox.empty()
	}
}

// Wake ends the Wait that is under way, or else the next one. Any goroutine may
// call it.
func (s *Server) Wake() {
	s.start()
	signal(s.arrived)
}

// arrive puts a message into the incoming buffer.
func (s *Server) arrive(a arrival) {
	l, _ := s.links.Get().(*link[arrival])
	if l == nil {
		l = new(link[arrival])
	}
	l.value = a
	s.inbox.push(l)
	if s.waiting.Load() {
		signal(s.arrived)
	}
}

// signal leaves a note for who waits, or will wait, on a channel with room for
// one.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Connections returns the number of open connections. Any goroutine may call it.
func (s *Server) Connections() int {
	s.start()
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// How long Close waits: peers have closeGrace, and then are cut off.
const (
	closePatience = 1500 * time.Millisecond
	closeLimit    = 2 * time.Second
)

// Close closes every connection with code 1001, after what was handed over by
// Update, and returns when all goroutines of the server have ended. Clients have
// a second to take what is left and to answer. It may be called from any
// goroutine and more than once; later handshakes are refused. The Closed messages
// can still be processed afterwards. Close fails only if a goroutine is still
// busy after two seconds, for instance in Parse.
func (s *Server) Close() error {
	s.start()
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		s.ending.Store(true)
		close(s.quit)
		if s.running == 0 {
			close(s.gone)
		}
	}
	s.mu.Unlock()

	patience, limit := time.NewTimer(closePatience), time.NewTimer(closeLimit)
	defer patience.Stop()
	defer limit.Stop()
	for {
		select {
		case <-s.gone:
			return nil
		case <-patience.C:
			for _, c := range s.all() {
				c.hangUp()
			}
		case <-limit.C:
			return s.stuck()
		}
	}
}

func (s *Server) stuck() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == 0 {
		return nil
	}
	return fmt.Errorf("wsserver: %d goroutines are still busy after %v", s.running, closeLimit)
}

// ended notes that one of the goroutines that Close waits for is about to end.
func (s *Server) ended() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if s.closed && s.running == 0 {
		close(s.gone)
	}
}

// all returns the connections.
func (s *Server) all() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*conn, 0, len(s.conns))
	for _, c := range s.conns {
		all = append(all, c)
	}
	return all
}

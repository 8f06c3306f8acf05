package wsserver

// batch is what the program ordered between two calls of Update: entries in the
// order of the calls, and the bytes and ids that they refer to.
type batch struct {
	frames  []byte   // for one connection each
	ids     []ConnID // of broadcasts
	entries []entry
	to      int   // connections that it is for, at the most
	held    int64 // what it counts in the server's memory, from handOver on
}

// order is what an entry wants done.
type order uint8

const (
	orderSend      order = iota // frames of its own to conn
	orderPass                   // shared to conn
	orderBroadcast              // shared to the connections that ids names
	orderPlay                   // shared to audience
	orderJoin                   // seat is taken
	orderLeave                  // seat is given up
	orderClose                  // conn is closed
	orderDrop                   // conn is closed without what waits for it
)

// entry is an order to the distributor. Its part of the frames begins where that
// of the entry before ends; so does its part of the ids.
type entry struct {
	order    order
	conn     *conn
	shared   *buffer
	audience *Audience
	seat     *seat
	end      int // in frames
	ids      int // end in ids
	code     int // of a close
	reason   string
}

// maxArena is how much room a batch keeps that does not need it, in bytes.
const maxArena = 1 << 20

// add completes an entry whose frame and ids were appended.
func (b *batch) add(e entry) {
	e.end, e.ids = len(b.frames), len(b.ids)
	b.entries = append(b.entries, e)
	b.to++
}

// reset empties the batch for its next use.
func (b *batch) reset() {
	clear(b.entries) // lets go of what they point to
	if cap(b.frames) > maxArena && len(b.frames) < cap(b.frames)/4 {
		b.frames = nil
	}
	b.frames, b.ids, b.entries, b.to = b.frames[:0], b.ids[:0], b.entries[:0], 0
}

// outgoing is the buffer of what is to be sent.
func (s *Server) outgoing() *batch {
	if s.out == nil {
		if s.spare == nil {
			s.spare = s.used.take()
		}
		if s.out = s.spare; s.out != nil {
			s.spare, s.out.next = s.out.next, nil
		} else {
			s.out = new(link[batch])
		}
	}
	return &s.out.value
}

// handOver passes the outgoing buffer to the distributor, which is woken only
// from a long sleep: waking costs the caller more than all the rest.
func (s *Server) handOver() {
	s.out.value.held = int64(cap(s.out.value.frames))
	s.held.Add(s.out.value.held)
	s.wide = s.wide || s.out.value.to > few
	s.handed.push(s.out)
	s.out = nil
	if s.ending.Load() {
		s.wide = false
		s.flush() // the distributor may be gone
	} else if s.parked.Load() {
		signal(s.poked)
	}
}

// few is for how many connections flush takes it upon itself to write.
const few = 16

// flush distributes here and now what was handed over, unless the distributor is
// about to, or has to since it is for many.
func (s *Server) flush() {
	if s.handed.empty() {
		s.wide = false
		return
	}
	if s.wide {
		s.wide = false
		signal(s.poked)
		return
	}
	if !s.passing.TryLock() {
		signal(s.poked)
		return
	}
	defer s.passing.Unlock()
	s.flushed.Store(true)
	s.pass()
	if s.overfull() {
		signal(s.poked) // to shed is not for the program's goroutine
	}
}

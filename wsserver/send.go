package wsserver

import "fmt"

// batch is what the program sent between two calls of Update: frames, one behind
// the other, and whom they are for.
type batch struct {
	frames  []byte
	ids     []ConnID // of broadcasts
	entries []entry
}

// entry is an order to the distributor. Its part of the frames begins where that
// of the entry before ends; so does its part of the ids.
type entry struct {
	conn *conn // nil: the connections that ids names
	end  int   // in frames
	ids  int   // end in ids

	code   int    // where set: close the connection
	reason string // of the close
	slow   bool   // close it without what waits for it
}

// maxArena is how much room a batch keeps that does not need it, in bytes.
const maxArena = 1 << 20

// reset empties the batch for its next use.
func (b *batch) reset() {
	clear(b.entries) // lets go of the connections
	if cap(b.frames) > maxArena && len(b.frames) < cap(b.frames)/4 {
		b.frames = nil
	}
	b.frames, b.ids, b.entries = b.frames[:0], b.ids[:0], b.entries[:0]
}

// SendTextMessage sends a text, which must be valid UTF-8, with the next Update.
// The text is copied. It fails with [ErrClosed] for a connection that has closed
// or whose Opened was not taken in yet by Update, and with [ErrTooSlow] when more
// than MaxBacklog bytes wait for it; the connection is then closed with code 4008.
func (s *Server) SendTextMessage(id ConnID, text []byte) error {
	return s.send(id, frameText, text)
}

// SendBinaryMessage is SendTextMessage for any bytes.
func (s *Server) SendBinaryMessage(id ConnID, data []byte) error {
	return s.send(id, frameBinary, data)
}

func (s *Server) send(id ConnID, first byte, payload []byte) error {
	c := s.open[id]
	if c == nil || c.closing.Load() {
		return ErrClosed
	}
	n := int64(frameSize(len(payload)))
	if unsent := c.backlog.Load(); unsent > 0 && unsent+n > s.maxBacklog() {
		s.drop(c, entry{code: codeTooSlow, reason: tooSlow(unsent + n), slow: true})
		return ErrTooSlow
	}
	c.backlog.Add(n)
	b := s.outgoing()
	b.frames = appendFrame(b.frames, first, payload)
	b.add(entry{conn: c})
	return nil
}

func tooSlow(waiting int64) string {
	return fmt.Sprintf("too slow: %d KiB waiting", (waiting+1023)>>10)
}

// BroadcastTextMessage sends the same text to several connections. The text is
// copied once, and what it costs on this goroutine hardly depends on their number:
// connections that have closed are passed over, and those that are too slow are
// closed, when it is distributed.
func (s *Server) BroadcastTextMessage(ids []ConnID, text []byte) {
	s.broadcast(ids, frameText, text)
}

// BroadcastBinaryMessage is BroadcastTextMessage for any bytes.
func (s *Server) BroadcastBinaryMessage(ids []ConnID, data []byte) {
	s.broadcast(ids, frameBinary, data)
}

func (s *Server) broadcast(ids []ConnID, first byte, payload []byte) {
	if len(ids) == 0 {
		return
	}
	b := s.outgoing()
	b.frames = appendFrame(b.frames, first, payload)
	b.ids = append(b.ids, ids...)
	b.add(entry{})
}

// CloseConnection closes a connection, behind what was sent to it before, with
// the next Update: what is queued and a close frame are written, the client has a
// second to take them and to answer, and then is cut off. Its Closed message tells
// when it is gone; other messages of it are handed out no more, and sending to it
// fails from now on. The code is 1000 to 1014 or 3000 to 4999, but not one that
// may not travel (1004 to 1006); anything else is sent as 1000. The reason is cut
// to 123 bytes. An unknown id is ignored.
func (s *Server) CloseConnection(id ConnID, code int, reason string) {
	c := s.open[id]
	if c == nil {
		return
	}
	if !sendable(code) {
		code = codeNormal
	}
	s.drop(c, entry{code: code, reason: shorten(reason)})
}

// drop orders a connection to be closed, and forgets it.
func (s *Server) drop(c *conn, e entry) {
	c.dropped = true
	delete(s.open, c.id)
	e.conn = c
	s.outgoing().add(e)
}

// add completes an entry whose frame and ids were appended.
func (b *batch) add(e entry) {
	e.end, e.ids = len(b.frames), len(b.ids)
	b.entries = append(b.entries, e)
}

// Backlog returns how many bytes were sent to a connection and are not yet
// written to the network, or 0 for an unknown id.
func (s *Server) Backlog(id ConnID) int {
	if c := s.open[id]; c != nil {
		return int(c.backlog.Load())
	}
	return 0
}

// PauseReading stops or resumes reading from a connection; one message more may
// still arrive after it was stopped. The client notices that it cannot send. While
// it is stopped, its pings are not answered and its leaving is not noticed.
func (s *Server) PauseReading(id ConnID, on bool) {
	if c := s.open[id]; c != nil {
		c.paused.Store(on)
	}
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
	s.handed.push(s.out)
	s.out = nil
	if s.parked.Load() {
		signal(s.poked)
	}
}

// flush distributes here and now what was handed over, unless the distributor is
// about to.
func (s *Server) flush() {
	if s.handed.empty() {
		return
	}
	if !s.passing.TryLock() {
		signal(s.poked)
		return
	}
	defer s.passing.Unlock()
	s.pass()
}

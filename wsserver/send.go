package wsserver

import "fmt"

// SendTextMessage sends a text, which must be valid UTF-8, with the next Update.
// The text is copied. It fails with [ErrClosed] for a connection that has closed
// or whose Opened was not taken in yet by Update, and with [ErrTooSlow] when more
// than Limits.MaxBacklog bytes wait for it; the connection is then closed with code 4008.
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
	if unsent := c.backlog.Load(); unsent > 0 && unsent+n > s.Limits.maxBacklog() {
		s.drop(c, entry{order: orderDrop, code: codeTooSlow, reason: tooSlow(unsent + n)})
		return ErrTooSlow
	}
	c.backlog.Add(n)
	b := s.outgoing()
	if len(payload) >= largePayload {
		b.add(entry{order: orderPass, conn: c, shared: s.share(first, payload)})
		return nil
	}
	b.frames = appendFrame(b.frames, first, payload)
	b.add(entry{order: orderSend, conn: c})
	return nil
}

// largePayload is how large a payload has a buffer of its own, in bytes, that is
// passed on and written without another copy.
const largePayload = 16 << 10

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
	b.ids = append(b.ids, ids...)
	b.add(entry{order: orderBroadcast, shared: s.share(first, payload)})
	b.to += len(ids)
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
	s.drop(c, entry{order: orderClose, code: code, reason: shorten(reason)})
}

// drop orders a connection to be closed, and forgets it.
func (s *Server) drop(c *conn, e entry) {
	c.dropped = true
	delete(s.open, c.id)
	s.desert(c)
	e.conn = c
	s.outgoing().add(e)
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

package wsserver

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// handshakeTime is how long the answer to a handshake may take to be written.
const handshakeTime = time.Second

// ServeHTTP accepts the connection, or refuses the request with a status and one
// short line.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := s.AcceptConnection(w, r); err != nil {
		s.Refuse(w, err)
	}
}

// AcceptConnection checks a handshake, by [Server.CheckRequest] too, upgrades the
// connection and returns; the connection lives on, and its Opened message comes
// with one of the next Updates. When it fails nothing was written, and the error
// can be given to [Server.Refuse]. Any goroutine may call it.
func (s *Server) AcceptConnection(w http.ResponseWriter, r *http.Request) (ConnID, error) {
	s.start()
	if err := s.CheckRequest(r); err != nil {
		return 0, err
	}
	if !s.Accepting() {
		return 0, s.refusal(http.StatusServiceUnavailable, "no connections are accepted at the moment")
	}
	if err := s.checkSubprotocol(r); err != nil {
		return 0, err
	}
	below, ok := hijacker(w)
	if !ok {
		return 0, s.refusal(http.StatusNotImplemented, "this HTTP server cannot upgrade connections")
	}
	if err := s.reserve(); err != nil {
		return 0, err
	}
	entered := false
	defer func() {
		if !entered { // also by a panic, of middleware or of a net.Conn
			s.cancel()
		}
	}()
	c, err := s.upgrade(w, r, below)
	if err != nil {
		return 0, err
	}
	if !s.add(c, r) {
		c.hangUp()
		c.ws.CloseNow()
		return 0, &Refusal{Reason: "the server was closed during the handshake"}
	}
	entered = true
	go c.read() // counted by reserve
	return c.id, nil
}

// checkSubprotocol checks that a client that offers subprotocols offers one of
// ours. Offers beside it are not looked at, and not repeated in the answer.
func (s *Server) checkSubprotocol(r *http.Request) error {
	offers := r.Header.Values("Sec-WebSocket-Protocol")
	if len(offers) == 0 {
		return nil
	}
	for offer := range strings.SplitSeq(strings.Join(offers, ","), ",") {
		if slices.Contains(s.Subprotocols, strings.TrimSpace(offer)) {
			return nil
		}
	}
	if len(s.Subprotocols) == 0 {
		return s.refusal(http.StatusBadRequest, "no subprotocol is spoken here")
	}
	return s.refusal(http.StatusBadRequest, "none of the offered subprotocols is spoken here: wanted is "+strings.Join(s.Subprotocols, " or "))
}

// reserve takes a place for a connection.
func (s *Server) reserve() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return s.refusal(http.StatusServiceUnavailable, "the server is closed")
	}
	if max(len(s.conns), int(s.untold.Load()))+s.opening >= s.Limits.maxConnections() {
		s.hit(limitConnections)
		return s.refusal(http.StatusServiceUnavailable, "there are too many connections")
	}
	if limit := s.Limits.maxHeld(); limit > 0 && s.held.Load() > limit/8*7 {
		s.hit(limitHeld)
		return s.refusal(http.StatusServiceUnavailable, errFull.Error())
	}
	s.opening++
	s.running++
	return nil
}

// cancel gives a reserved place back.
func (s *Server) cancel() {
	s.mu.Lock()
	s.opening--
	s.mu.Unlock()
	s.ended()
}

// add names a connection, tells the program and puts it into the table.
func (s *Server) add(c *conn, r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.opening--
	s.last++
	c.id = s.last
	s.untold.Add(1)
	s.tally.accepted.Add(1)
	s.arrive(arrival{conn: c, Message: Message{From: c.id, Kind: Opened, Request: r}})
	s.conns[c.id] = c
	if !s.distributing {
		s.distributing = true
		s.running++
		go s.distribute()
	} else if len(s.conns) == 1 {
		signal(s.poked) // it may have gone to sleep for long
	}
	return true
}

// forget takes a connection that has ended from the table.
func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c.id)
}

// upgrade answers the handshake.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, below http.Hijacker) (*conn, error) {
	// Until the connection is ours nobody else would stop a peer that does not take
	// the answer. A server without deadlines has to see to that itself.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(handshakeTime))

	c := newConn(s)
	c.addr, _ = remote(r)
	up := &upgrader{ResponseWriter: w, below: below, c: c}
	ws, err := accept(up, r, s.Subprotocols, c)
	if err != nil {
		if c.raw != nil {
			c.hangUp()
		}
		return nil, up.refusal(s, err)
	}
	ws.SetReadLimit(s.Limits.maxMessage())
	c.br.Reset((*wire)(c)) // lets go of what the library has put around it
	c.ws = ws
	return c, nil
}

// upgrader is the response as the library has it. It notes what connection the
// upgrade is about, and keeps a refusal for the caller to write.
type upgrader struct {
	http.ResponseWriter
	below  http.Hijacker
	c      *conn
	status int
	text   []byte
}

// WriteHeader lets only the success through.
func (u *upgrader) WriteHeader(status int) {
	if u.status == http.StatusSwitchingProtocols {
		return // what failed after it can be told to nobody
	}
	u.status = status
	if status == http.StatusSwitchingProtocols {
		u.ResponseWriter.WriteHeader(status)
	}
}

// Write keeps the text of a refusal.
func (u *upgrader) Write(p []byte) (int, error) {
	u.text = append(u.text, p...)
	return len(p), nil
}

// Hijack takes the connection over and hands out a wire to it.
func (u *upgrader) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	// Hijack would keep to itself that the answer could not be written.
	if err := http.NewResponseController(u.ResponseWriter).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, nil, err
	}
	raw, buffers, err := u.below.Hijack()
	if err != nil {
		return nil, nil, err
	}
	c := u.c
	c.raw = raw
	c.heard.Store(c.s.seconds.Load())
	c.setReadDeadline(time.Time{})
	c.setWriteDeadline(time.Time{})
	if early := buffers.Reader.Buffered(); early > 0 { // net/http has read them already
		p, _ := buffers.Reader.Peek(early)
		c.ahead = c.s.buffers.get(early)
		c.ahead.p = append(c.ahead.p, p...)
	}
	if sock, ok := innermost(raw).(interface{ SetWriteBuffer(int) error }); ok && c.s.Limits.socketBuffer() > 0 {
		_ = sock.SetWriteBuffer(c.s.Limits.socketBuffer()) // a wish
	}
	c.sock.open(c)
	w := (*wire)(c)
	return w, w.pair(), nil
}

func (u *upgrader) refusal(s *Server, err error) error {
	if u.status == http.StatusSwitchingProtocols || u.status == 0 {
		return &Refusal{Reason: err.Error()} // too late for a status
	}
	if u.status == http.StatusMethodNotAllowed {
		u.Header().Set("Allow", http.MethodGet) // RFC 9110, section 15.5.6
	}
	return s.refusal(u.status, strings.TrimSpace(string(u.text)))
}

// hijacker finds who can take the connection over, below what wraps the response.
func hijacker(w http.ResponseWriter) (http.Hijacker, bool) {
	for {
		switch t := w.(type) {
		case http.Hijacker:
			return t, true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return nil, false
		}
	}
}

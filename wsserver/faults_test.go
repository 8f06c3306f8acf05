package wsserver_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// errBroken is what a broken connection returns.
var errBroken = errors.New("broken by the test")

// A fault is what happens to the n-th of the calls of a method of a connection.
type fault struct {
	call, kind string
	n          int
}

func (f fault) String() string { return fmt.Sprintf("%s %d: %s", f.call, f.n, f.kind) }

// faults are the kinds that there are, by method.
var faults = map[string][]string{
	"Read":        {"fails", "ends", "is reset", "is late", "is short", "panics"},
	"Write":       {"fails", "fails halfway", "is reset", "is late", "panics"},
	"SetDeadline": {"fails", "panics"},
	"Close":       {"fails", "panics"},
}

// faulty is a connection to which a fault happens.
type faulty struct {
	net.Conn
	fault

	mu      sync.Mutex
	calls   int  // of the method in question
	reached bool // the fault has happened
	closed  bool
}

// strike counts a call, and returns the kind of fault that happens to it, if any.
func (f *faulty) strike(call string) string {
	if call != f.call {
		return ""
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.calls < f.n || f.calls > f.n && f.kind != "ends" {
		return ""
	}
	f.reached = true
	if f.kind == "panics" {
		panic(errBroken)
	}
	return f.kind
}

// end reports whether the fault has happened, and whether the connection was
// closed.
func (f *faulty) end() (reached, closed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reached, f.closed
}

// late is longer than a handshake or a close may take, and shorter than a write
// may stall.
const late = 1200 * time.Millisecond

func (f *faulty) Read(p []byte) (int, error) {
	switch f.strike("Read") {
	case "fails":
		return 0, errBroken
	case "ends":
		return 0, io.EOF
	case "is reset":
		f.Conn.Close()
		return 0, syscall.ECONNRESET
	case "is late":
		time.Sleep(late)
	case "is short":
		p = p[:1]
	}
	return f.Conn.Read(p)
}

func (f *faulty) Write(p []byte) (int, error) {
	switch f.strike("Write") {
	case "fails":
		return 0, errBroken
	case "fails halfway":
		n, _ := f.Conn.Write(p[:len(p)/2])
		return n, io.ErrShortWrite
	case "is reset":
		n, _ := f.Conn.Write(p[:len(p)/2])
		f.Conn.Close()
		return n, syscall.ECONNRESET
	case "is late":
		time.Sleep(late)
	}
	return f.Conn.Write(p)
}

func (f *faulty) Close() error {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	defer f.Conn.Close()
	if f.strike("Close") == "fails" {
		return errBroken
	}
	return nil
}

func (f *faulty) SetDeadline(t time.Time) error {
	return f.deadline(func() error { return f.Conn.SetDeadline(t) })
}

func (f *faulty) SetReadDeadline(t time.Time) error {
	return f.deadline(func() error { return f.Conn.SetReadDeadline(t) })
}

func (f *faulty) SetWriteDeadline(t time.Time) error {
	return f.deadline(func() error { return f.Conn.SetWriteDeadline(t) })
}

func (f *faulty) deadline(set func() error) error {
	if f.strike("SetDeadline") == "fails" {
		return errBroken
	}
	return set()
}

// TestEveryCallMayFail runs the same scenario again and again, and has each of the
// calls of the network fail once: from the handshake on, but those that panic only
// after it, for net/http does not take that.
func TestEveryCallMayFail(t *testing.T) {
	for call, kinds := range faults {
		for _, kind := range kinds {
			for _, deaf := range []bool{false, true} {
				for n, reached := 1, true; reached; n++ {
					f := fault{call, kind, n}
					t.Run(fmt.Sprintf("%v, deaf %t", f, deaf), func(t *testing.T) {
						play(t, func(t *testing.T, s *wsserver.Server) { reached = endure(t, s, f, deaf) })
					})
				}
			}
		}
	}
}

// endure plays the scenario: a client with a fault comes to two others, who are
// told the news together. It says something, is answered, pings and leaves, or is
// sent away. One that is deaf takes nothing of what it is sent. Endure reports
// whether the fault was reached.
func endure(t *testing.T, s *wsserver.Server, what fault, deaf bool) (reached bool) {
	t.Helper()
	a := &company{Server: s, audience: s.NewAudience()}
	for range 2 {
		client, id := join(t, s)
		a.good = append(a.good, client)
		a.audience.Add(id)
	}

	near, far := net.Pipe()
	bad := &faulty{Conn: far, fault: what}
	if what.kind == "panics" {
		bad.n = 1 << 30 // until it is in
	}
	a.bad, a.panics, a.n = bad, what.kind == "panics", what.n
	conn := wstest.PipeVia(t, s, near, bad)
	go func() {
		if _, err := conn.Write(wstest.Dialer{}.Handshake()); err != nil {
			return
		}
		for _, words := range []string{txt("hello"), begin("hel"), ping("x"), last("lo"), closing(1000, "")} {
			if _, err := io.WriteString(conn, words); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	go func() {
		r := bufio.NewReader(conn)
		if _, err := http.ReadResponse(r, nil); err == nil && !deaf {
			io.Copy(io.Discard, r)
		}
	}()

	for range 120 {
		a.frame(t)
	}
	s.CloseConnection(a.guest, 4000, "enough")
	for began := time.Now(); s.Connections() > len(a.good); a.frame(t) {
		require.Less(t, time.Since(began), 4*time.Second, "it does not go")
	}
	a.checkNews(t)
	if what.kind != "panics" {
		require.Zero(t, s.Counts().Panics)
	}
	reached, closed := bad.end()
	require.True(t, closed)
	return reached
}

// company is two good clients and a bad one, with the game that they are in.
type company struct {
	*wsserver.Server
	audience *wsserver.Audience
	good     []*wstest.Client

	bad    *faulty
	panics bool
	n      int // the call at which it does
	guest  wsserver.ConnID

	frames, news int
}

// frame is a turn of the game's loop, 16 ms long.
func (a *company) frame(t *testing.T) {
	t.Helper()
	until := time.Now().Add(16 * time.Millisecond)
	a.Update()
	for m := range a.ProcessMessages {
		switch m.Kind {
		case wsserver.Opened:
			a.guest = m.From
			a.audience.Add(m.From)
			if a.panics {
				a.bad.mu.Lock()
				a.bad.n = a.bad.calls + a.n
				a.bad.mu.Unlock()
			}
		case wsserver.Text:
			a.SendTextMessage(m.From, m.Data) // fails when the guest has gone
		}
	}
	a.ClearMessages()
	if a.frames++; a.frames%10 == 0 {
		a.news++
		a.audience.SendText(fmt.Appendf(nil, "news %d", a.news))
	}
	a.Update()
	time.Sleep(time.Until(until))
}

// checkNews checks that the good ones were told all the news, and that they are
// still heard.
func (a *company) checkNews(t *testing.T) {
	t.Helper()
	synctest.Wait()
	for _, c := range a.good {
		for n := range a.news {
			require.Equal(t, fmt.Sprintf("news %d", n+1), text(t, c))
		}
		require.NoError(t, c.SendText([]byte("heard?")))
		a.frame(t)
		a.frame(t)
		for answer := ""; answer != "heard?"; answer = text(t, c) {
			require.True(t, answer == "" || strings.HasPrefix(answer, "news "))
		}
	}
}

// door is a listener that does as a test wants.
type door struct {
	accepts chan func() (net.Conn, error)
	closed  chan struct{} // closed once, by http.Server
}

func (d *door) Accept() (net.Conn, error) {
	select {
	case accept := <-d.accepts:
		return accept()
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

func (d *door) Close() error   { close(d.closed); return nil }
func (d *door) Addr() net.Addr { return new(net.TCPAddr) }

// TestAcceptMayFail has a listener fail for a while, as it does when a process has
// too many files open, and then for good. Who is in notices neither.
func TestAcceptMayFail(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		d := &door{make(chan func() (net.Conn, error)), make(chan struct{})}
		srv := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
		served := make(chan error)
		go func() { served <- srv.Serve(d) }()
		enter := func() net.Conn {
			near, far := net.Pipe()
			d.accepts <- func() (net.Conn, error) { return far, nil }
			_, err := near.Write(wstest.Dialer{}.Handshake())
			require.NoError(t, err)
			_, err = http.ReadResponse(bufio.NewReader(near), nil)
			require.NoError(t, err)
			require.Equal(t, wsserver.Opened, next(t, s).Kind)
			return near
		}
		heard := func(conn net.Conn) {
			_, err := io.WriteString(conn, txt("heard?"))
			require.NoError(t, err)
			require.Equal(t, "heard?", string(next(t, s).Data))
		}
		first := enter()
		d.accepts <- func() (net.Conn, error) { // one that has gone already
			near, far := net.Pipe()
			near.Close()
			return far, nil
		}
		for range 3 {
			d.accepts <- func() (net.Conn, error) { return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE} }
			heard(first)
		}
		second := enter()
		d.accepts <- func() (net.Conn, error) { return nil, errBroken }
		require.ErrorIs(t, <-served, errBroken)
		heard(first)
		heard(second)
		require.Equal(t, 2, s.Connections())
		require.NoError(t, srv.Close())
		first.Close()
		second.Close()
	})
}

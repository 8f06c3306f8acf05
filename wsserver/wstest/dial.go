package wstest

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Dialer makes connections. The zero value connects to "/" as a program does that
// is no browser.
type Dialer struct {
	// Path is the request target. Empty means "/".
	Path string
	// Host is the Host header. Empty means "127.0.0.1:6060".
	Host string
	// Header is sent beside what a handshake needs, for instance Origin.
	Header http.Header
	// Subprotocols are offered, in this order.
	Subprotocols []string
}

// Dial connects a client to a handler, such as a *wsserver.Server. It fails the
// test when the handshake does not succeed.
func Dial(t testing.TB, h http.Handler) *Client {
	t.Helper()
	return Dialer{}.Dial(t, h)
}

// Dial connects a client. It fails the test when the handshake does not succeed.
func (d Dialer) Dial(t testing.TB, h http.Handler) *Client {
	t.Helper()
	conn, r, response := d.Raw(t, h)
	if response.StatusCode != http.StatusSwitchingProtocols {
		text, _ := io.ReadAll(response.Body)
		t.Fatalf("wstest: handshake: %s: %s", response.Status, strings.TrimSpace(string(text)))
	}
	c := &Client{conn: conn, response: response, more: make(chan struct{}, 1), done: make(chan struct{})}
	go c.read(r)
	t.Cleanup(func() {
		conn.Close()
		<-c.done
	})
	return c
}

// Raw sends a handshake and reads the answer, whatever it is. The rest is up to
// the test: nobody reads the connection, r holds what was read of it.
func (d Dialer) Raw(t testing.TB, h http.Handler) (conn net.Conn, r *bufio.Reader, response *http.Response) {
	t.Helper()
	conn = Pipe(t, h)
	r = bufio.NewReader(conn)
	if _, err := conn.Write(d.Handshake()); err != nil {
		t.Fatalf("wstest: handshake: %v", err)
	}
	response, err := http.ReadResponse(r, &http.Request{Method: http.MethodGet})
	if err != nil {
		t.Fatalf("wstest: handshake: %v", err)
	}
	return conn, r, response
}

// Handshake returns the request that asks for a WebSocket.
func (d Dialer) Handshake() []byte {
	path, host := d.Path, d.Host
	if path == "" {
		path = "/"
	}
	if host == "" {
		host = "127.0.0.1:6060"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", path, host)
	b.WriteString("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
	b.WriteString("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
	if len(d.Subprotocols) > 0 {
		fmt.Fprintf(&b, "Sec-WebSocket-Protocol: %s\r\n", strings.Join(d.Subprotocols, ", "))
	}
	d.Header.Write(&b) // a nil header writes nothing
	b.WriteString("\r\n")
	return []byte(b.String())
}

// Pipe returns a connection to an HTTP server that serves one handler and nobody
// else. The server ends with the test.
func Pipe(t testing.TB, h http.Handler) net.Conn {
	near, far := net.Pipe()
	return PipeVia(t, h, near, far)
}

// PipeVia is Pipe through a pair of connections that the test made, for instance
// to count or to break what goes through them. The far end is the server's.
func PipeVia(t testing.TB, h http.Handler, near, far net.Conn) net.Conn {
	ln := &listener{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
	ln.conn <- far
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		srv.Serve(ln)
	}()
	t.Cleanup(func() {
		near.Close()
		srv.Close()
		<-ended
	})
	return near
}

// listener accepts one connection.
type listener struct {
	conn   chan net.Conn
	closed chan struct{} // closed once, by http.Server
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conn:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	close(l.closed)
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 6060} }

//go:build !js

package console

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// lobby is a network in memory: a listener to which a test connects by pipes.
type lobby struct {
	conns  chan net.Conn
	closed chan struct{} // closed once, by http.Server
}

func (l *lobby) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *lobby) Close() error { close(l.closed); return nil }

func (l *lobby) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 6060} }

// enter connects somebody to the console.
func (l *lobby) enter(t *testing.T) net.Conn {
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close() })
	l.conns <- far
	return near
}

// besiege runs a test in a bubble of fake time, with a console that listens in
// memory, a game that runs at 60 frames a second, and the token "hush".
func besiege(t *testing.T, f func(t *testing.T, con *Console, l *lobby)) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		con := &Console{Token: "hush", Output: io.Discard}
		con.once.Do(con.setup)
		l := &lobby{make(chan net.Conn), make(chan struct{})}
		require.NoError(t, con.serveOn([]net.Listener{l}))
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for frames := time.NewTicker(time.Second / 60); ; {
				for range con.Update() {
				}
				select {
				case <-frames.C:
				case <-stop:
					return
				}
			}
		}()
		defer func() {
			close(stop)
			<-stopped
			began := time.Now()
			require.NoError(t, con.Close())
			require.LessOrEqual(t, time.Since(began), 2*time.Second)
			time.Sleep(time.Minute) // until those whom the test plays have noticed
		}()
		f(t, con, l)
	})
}

// A siege is somebody who comes to the door and says what should not help.
type siege struct {
	name  string
	send  string        // at once
	again string        // and then this, until the connection is cut
	every time.Duration // so often
	want  int           // status of the answer; 0: there is none
	text  string        // a part of the answer
	after time.Duration // when the connection is cut
}

// What requests are made of.
const (
	plainGet = "GET / HTTP/1.1\r\nHost: 127.0.0.1:6060\r\n\r\n"
	bearer   = "Authorization: Bearer hush\r\n"
	jsonType = "Content-Type: application/json\r\n"
	once     = "Connection: close\r\n"
	echoCall = `{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]}`
)

// asked is a request for a path with some header lines and a body.
func asked(method, path, header, body string) string {
	if body != "" {
		header += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:6060\r\n" + header + "\r\n" + body
}

// upgrade is a handshake of the console's page, with more header lines.
func upgrade(header string) string {
	return strings.TrimSuffix(string(wstest.Dialer{Path: "/ws"}.Handshake()), "\r\n") + "Origin: http://127.0.0.1:6060\r\n" + header + "\r\n"
}

// Sieges of the whole door: its limits, its times and its page. The numbers go on
// from those of the handshakes in package wsserver.
// The times of the HTTP server, which are its defaults.
const (
	headerTime = 5 * time.Second
	readTime   = 10 * time.Second
	idleTime   = 30 * time.Second
)

var sieges = []siege{
	{name: "H31 header of 1,200,000 bytes", send: upgrade("X: " + strings.Repeat("x", 1_200_000) + "\r\n"), want: 431},
	{name: "H31 header of 13,000 bytes", send: upgrade("X: " + strings.Repeat("x", 13_000) + "\r\n"), want: 431},
	{name: "H32 target of 13,000 bytes", send: asked("GET", "/"+strings.Repeat("x", 13_000), "", ""), want: 431},
	{name: "H33 extensions of 64 KB", send: upgrade("Sec-WebSocket-Extensions: " + strings.Repeat("permessage-deflate;,", 3200) + "\r\n"), want: 431},
	{name: "H34 a line of a header each second", send: "GET / HTTP/1.1\r\n", again: "X: y\r\n", every: time.Second, after: headerTime},
	{name: "H34 a byte of a header each 100 ms", send: "GET / HTTP/1.1\r\nX: ", again: "y", every: 100 * time.Millisecond, after: headerTime},
	{name: "H35 says nothing", after: headerTime},
	{name: "H36 half a line", send: "GET / HT", want: 400, after: headerTime},
	{name: "H38 body that does not come", send: asked("POST", "/rpc", bearer+jsonType+"Content-Length: 9\r\n", ""), want: 400, text: "did not arrive whole", after: readTime},
	{name: "H38 a byte of a body each second", send: asked("POST", "/rpc", bearer+jsonType+"Content-Length: 99\r\n", ""), again: " ", every: time.Second, want: 400, text: "did not arrive whole", after: readTime},
	{name: "H38 chunks without end", send: asked("POST", "/rpc", bearer+jsonType+"Transfer-Encoding: chunked\r\n", ""), again: "400\r\n" + strings.Repeat(" ", 1<<10) + "\r\n", every: time.Millisecond, want: 413, after: 64 * time.Millisecond},
	{name: "H38 chunk that is none", send: asked("POST", "/rpc", bearer+jsonType+"Transfer-Encoding: chunked\r\n", "") + "zz\r\n", want: 400},
	{name: "H40 stays after an answer", send: plainGet, want: 200, after: idleTime},
	{name: "H40 half a request after an answer", send: plainGet + "GET / HT", want: 200, after: headerTime},
	{name: "H41 page in a frame", send: asked("GET", "/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", ""), want: 403, text: "frame-ancestors 'none'"},
	{name: "H41 script of the page in another", send: asked("GET", "/index.html", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n", ""), want: 403, text: "Cross-Origin-Resource-Policy: same-origin"},
	{name: "H42 question before a request of another origin", send: asked("OPTIONS", "/rpc", "Origin: http://evil.test\r\nAccess-Control-Request-Method: POST\r\n", ""), want: 403},
	{name: "H42 OPTIONS", send: asked("OPTIONS", "/", once, ""), want: 405, text: "Allow: GET, HEAD"},
	{name: "H42 PUT", send: asked("PUT", "/index.html", once, "x"), want: 405, text: "Allow: GET, HEAD"},
	{name: "H42 DELETE", send: asked("DELETE", "/index.html", once, ""), want: 405},
	{name: "H42 TRACE", send: asked("TRACE", "/", once, ""), want: 405},
	{name: "H42 CONNECT", send: asked("CONNECT", "127.0.0.1:80", "", ""), want: 400},
	{name: "H43 call to the page", send: asked("POST", "/", once+"Content-Type: text/plain\r\n", echoCall), want: 405},
	{name: "H43 call to the socket", send: asked("POST", "/ws", once+"Content-Type: text/plain\r\n", echoCall), want: 401},
	{name: "H43 call without a token", send: asked("POST", "/rpc", once+jsonType, echoCall), want: 401},
	{name: "H43 call as a form", send: asked("POST", "/rpc", once+bearer+"Content-Type: text/plain\r\n", echoCall), want: 415},
	{name: "H43 call by GET", send: asked("GET", "/rpc?method=echo", once+bearer, ""), want: 405, text: "Allow: POST"},
	{name: "H43 call of another origin", send: asked("POST", "/rpc", bearer+jsonType+"Origin: http://evil.test\r\n", echoCall), want: 403},
	{name: "H43 call", send: asked("POST", "/rpc", once+bearer+jsonType, echoCall), want: 200, text: `"result":[1]`},
	{name: "H44 folder above", send: asked("GET", "/../../../etc/passwd", once, ""), want: 404},
	{name: "H44 folder above, escaped", send: asked("GET", "/%2e%2e/%2e%2e/go.mod", once, ""), want: 404},
	{name: "H44 folder above, of Windows", send: asked("GET", `/..\..\go.mod`, once, ""), want: 404},
	{name: "H44 folder", send: asked("GET", "/assets/", once, ""), want: 404},
	{name: "H44 folder beside the page", send: asked("GET", "/assets/../index.html", once, ""), want: 404},
	{name: "H44 name with a zero", send: asked("GET", "/index.html%00.js", once, ""), want: 404},
	{name: "H44 host in the path", send: asked("GET", "//evil.test/", once, ""), want: 404},
	{name: "H44 name of 4,000 bytes", send: asked("GET", "/"+strings.Repeat("a", 4000), once, ""), want: 404},
	{name: "H45 takes us for TLS", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n", want: 400},
	{name: "H46 takes us for HTTP/2", send: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", want: 400},
	{name: "H46 change to HTTP/2", send: asked("GET", "/", "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", ""), want: 200, text: "Content-Type: text/html"},
	{name: "H46 socket without an origin or a token", send: strings.Replace(upgrade(once), "Origin: http://127.0.0.1:6060\r\n", "", 1), want: 401},
	{name: "H46 socket with a token that is wrong", send: upgrade(once + "Authorization: Bearer hus\r\n"), want: 401},
	{name: "H46 token in the address", send: strings.Replace(upgrade(once), "/ws HTTP/1.1\r\nHost: 127.0.0.1:6060\r\n", "/ws?token=hush HTTP/1.1\r\nHost: evil.test\r\n", 1), want: 403},
	{name: "H46 token in a cookie", send: strings.Replace(upgrade(once+"Cookie: token=hush\r\n"), "Origin: http://127.0.0.1:6060\r\n", "", 1), want: 401},

	{name: "W35 binary data", send: upgrade(bearer) + string(wstest.Frame(0x82, []byte("x"))), want: 101, text: "\x03\xEBbinary messages"},
	{name: "W45 no login", send: upgrade(""), want: 101, text: "\x11\x38login took too long", after: 5 * time.Second},
	{name: "W45 no login, but pings", send: upgrade(""), again: string(wstest.Frame(0x89, nil)), every: time.Second, want: 101, text: "\x11\x38login took too long", after: 5 * time.Second},
	{name: "W45 no login, but half a message", send: upgrade("") + "\x81\xFE\x10\x00\x00\x00\x00\x00x", want: 101, text: "\x11\x38login took too long", after: 5 * time.Second},
	{name: "W46 call before the login", send: upgrade("") + string(wstest.Frame(0x81, []byte(echoCall))), want: 101, text: "\x11\x31log in first"},
	{name: "W46 nonsense before the login", send: upgrade("") + string(wstest.Frame(0x81, []byte("{"))), want: 101, text: "\x11\x31log in first"},
	{name: "W46 login of 5,000 bytes", send: upgrade("") + string(wstest.Frame(0x81, []byte(`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"`+strings.Repeat("x", 5000)+`"}}`))), want: 101, text: "\x11\x31"},
	{name: "W46 login with a code of somebody else", send: upgrade("") + string(wstest.Frame(0x81, []byte(`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"x"}}`))), want: 101, text: "\x11\x31this link was used already"},
	{name: "W46 token in a subprotocol", send: upgrade(once + "Sec-WebSocket-Protocol: scry.1, scry.token." + base64.RawURLEncoding.EncodeToString([]byte("hus")) + "\r\n"), want: 401},
}

// TestSieges also asks for the page after each of them, as somebody else.
func TestSieges(t *testing.T) {
	for _, s := range sieges {
		t.Run(s.name, func(t *testing.T) {
			besiege(t, func(t *testing.T, _ *Console, l *lobby) { s.play(t, l) })
		})
	}
}

func (s siege) play(t *testing.T, l *lobby) {
	t.Helper()
	conn := l.enter(t)
	began := time.Now()
	go func() {
		_, err := io.WriteString(conn, s.send)
		for err == nil && s.every > 0 {
			_, err = io.WriteString(conn, s.again)
			time.Sleep(s.every)
		}
	}()
	status, text := everything(t, conn)
	took := time.Since(began)
	require.Equal(t, s.want, status, text)
	require.Contains(t, text, s.text)
	if status >= 400 {
		require.Less(t, len(text), 1200, "%s", text)
	}
	require.NotContains(t, text, "Access-Control-")
	require.GreaterOrEqual(t, took, s.after)
	require.LessOrEqual(t, took, s.after+1100*time.Millisecond)
	status, _ = visit(t, l, strings.Replace(plainGet, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))
	require.Equal(t, 200, status, "somebody else")
}

// everything reads a connection to its end: the status of the first answer, and
// all of the text.
func everything(t *testing.T, conn net.Conn) (status int, text string) {
	t.Helper()
	all, err := io.ReadAll(conn)
	require.NoError(t, err)
	fmt.Sscanf(string(all), "HTTP/1.1 %d", &status) // 0 where there is none
	return status, string(all)
}

// visit sends a request and reads the connection to its end.
func visit(t *testing.T, l *lobby, sent string) (status int, text string) {
	t.Helper()
	conn := l.enter(t)
	go io.WriteString(conn, sent)
	return everything(t, conn)
}

// TestCrowdAtTheDoor has 300 connections send their headers slowly (H37).
func TestCrowdAtTheDoor(t *testing.T) {
	besiege(t, func(t *testing.T, con *Console, l *lobby) {
		began := time.Now()
		ends := make(chan int)
		for range 300 {
			conn := l.enter(t)
			go func() {
				for _, err := io.WriteString(conn, "GET / HTTP/1.1\r\n"); err == nil; _, err = io.WriteString(conn, "X: y\r\n") {
					time.Sleep(time.Second)
				}
			}()
			go func() {
				status, _ := everything(t, conn)
				ends <- status
			}()
		}
		got := make(map[int]int)
		for range 300 {
			got[<-ends]++
		}
		require.Equal(t, map[int]int{0: 128, http.StatusServiceUnavailable: 172}, got)
		require.LessOrEqual(t, time.Since(began), 6*time.Second)
		status, _ := visit(t, l, asked("GET", "/", once, ""))
		require.Equal(t, 200, status)
		status, _ = visit(t, l, asked("GET", "/", once+"X: "+strings.Repeat("x", 32<<10)+"\r\n", ""))
		require.Equal(t, 431, status)
		hits := con.hits()
		require.EqualValues(t, 172, hits["MaxSockets"])
		require.EqualValues(t, 128, hits["HeaderTime"])
		require.EqualValues(t, 1, hits["HeaderBytes"])
	})
}

// hits returns how often each of the console's own limits was met.
func (c *Console) hits() map[string]uint64 {
	var stats rpc.Stats
	c.limits(&stats)
	hits := make(map[string]uint64)
	for _, row := range stats.Limits {
		hits[row.Name] = row.Hits
	}
	return hits
}

// TestCrowdThatDoesNotLogIn has 200 handshakes at once (H49): as many as may wait
// for a login get in, and none of them stays.
func TestCrowdThatDoesNotLogIn(t *testing.T) {
	besiege(t, func(t *testing.T, _ *Console, l *lobby) {
		began := time.Now()
		ends := make(chan int)
		for range 200 {
			conn := l.enter(t)
			go io.WriteString(conn, upgrade(""))
			go func() {
				status, _ := everything(t, conn)
				ends <- status
			}()
		}
		got := make(map[int]int)
		for range 200 {
			got[<-ends]++
		}
		require.Equal(t, map[int]int{101: 16, 503: 184}, got)
		require.LessOrEqual(t, time.Since(began), 7*time.Second)

		time.Sleep(time.Second / 60) // until the game knows
		conn := l.enter(t)
		go io.WriteString(conn, upgrade(bearer))
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
	})
}

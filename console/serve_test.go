//go:build !js

package console

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
)

// opened is a console that listens, with a game that runs until the test ends.
type opened struct {
	t   *testing.T
	con *Console
	out *printed
}

// printed is what the game printed so far.
type printed struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

func listen(t *testing.T, con *Console) *opened {
	t.Helper()
	return listenTo(t, con, func() {})
}

// listenTo is listen, to a game that does something in every tick.
func listenTo(t *testing.T, con *Console, each func()) *opened {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	o := &opened{t: t, con: con, out: &printed{}}
	con.Output = o.out
	require.NoError(t, con.Listen("127.0.0.1:0"))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		frame := time.NewTicker(time.Millisecond)
		defer frame.Stop()
		for {
			for range con.Update() {
				each()
			}
			select {
			case <-stop:
				return
			case <-frame.C:
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-done
		require.NoError(t, con.Close())
	})
	return o
}

// dial opens a WebSocket with the headers and subprotocols given.
func (o *opened) dial(h http.Header, subprotocols ...string) (*websocket.Conn, *http.Response, error) {
	c, resp, err := websocket.Dial(o.t.Context(), o.con.URL()+"/ws", &websocket.DialOptions{HTTPHeader: h, Subprotocols: subprotocols})
	if err == nil {
		o.t.Cleanup(func() { c.CloseNow() })
	}
	return c, resp, err
}

func (o *opened) page() http.Header { return http.Header{"Origin": {o.con.URL()}} }

// ask sends a text and returns the next text that comes, or the close error.
func ask(ctx context.Context, c *websocket.Conn, text string) (string, error) {
	if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		return "", err
	}
	_, data, err := c.Read(ctx)
	return string(data), err
}

var linkLine = regexp.MustCompile(`(?m)^scry: (http://127\.0\.0\.1:\d+)/#c=([A-Za-z0-9_-]{22})$`)

func TestDoorOpensToTheLinkOnceAndPrintsTheNext(t *testing.T) {
	o := listen(t, new(Console))
	m := linkLine.FindStringSubmatch(o.out.String())
	require.NotNil(t, m, o.out.String())
	require.Equal(t, o.con.URL(), m[1])

	c, _, err := o.dial(o.page())
	require.NoError(t, err)
	reply, err := ask(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"`+m[2]+`"}}`)
	require.NoError(t, err)
	var login struct {
		Result struct{ Role, Token, Name string }
	}
	require.NoError(t, json.Unmarshal([]byte(reply), &login))
	require.Equal(t, "drive", login.Result.Role)
	require.NotEmpty(t, login.Result.Token)
	require.Eventually(t, func() bool { return len(linkLine.FindAllString(o.out.String(), -1)) == 2 }, 5*time.Second, time.Millisecond)

	again, _, err := o.dial(o.page())
	require.NoError(t, err)
	require.Contains(t, closeReason(t, again, `{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"`+m[2]+`"}}`), "open the newest link")

	known, _, err := o.dial(o.page())
	require.NoError(t, err)
	reply, err = ask(t.Context(), known, `{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"token":"`+login.Result.Token+`"}}`)
	require.NoError(t, err)
	require.Contains(t, reply, `"role":"drive"`)
}

// closeReason sends a text and reads until the connection is closed with 4401.
func closeReason(t *testing.T, c *websocket.Conn, text string) string {
	t.Helper()
	require.NoError(t, c.Write(t.Context(), websocket.MessageText, []byte(text)))
	for {
		_, _, err := c.Read(t.Context())
		if err == nil {
			continue
		}
		require.Equal(t, websocket.StatusCode(4401), websocket.CloseStatus(err), "%v", err)
		var e websocket.CloseError
		require.ErrorAs(t, err, &e)
		return e.Reason
	}
}

func TestDoorStaysShutToAStranger(t *testing.T) {
	o := listen(t, new(Console))
	c, _, err := o.dial(o.page())
	require.NoError(t, err)
	require.NotEmpty(t, closeReason(t, c, `{"jsonrpc":"2.0","id":1,"method":"cvar.list"}`))
}

func TestDoorTurnsRequestsAway(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	host := strings.TrimPrefix(o.con.URL(), "http://")
	for _, c := range []struct {
		name   string
		header http.Header
		status int
	}{
		{"no origin and no token", nil, 401},
		{"no origin, wrong token", http.Header{"Authorization": {"Bearer no"}}, 401},
		{"own origin, wrong token", http.Header{"Origin": {o.con.URL()}, "Authorization": {"Bearer no"}}, 401},
		{"foreign origin", http.Header{"Origin": {"http://evil.example"}}, 403},
		{"foreign origin with the token", http.Header{"Origin": {"http://evil.example"}, "Authorization": {"Bearer hush"}}, 403},
		{"another port of this machine", http.Header{"Origin": {"http://127.0.0.1:1"}}, 403},
		{"https where we are http", http.Header{"Origin": {"https://" + host}}, 403},
		{"null", http.Header{"Origin": {"null"}}, 403},
		{"cross-site by its own word", http.Header{"Origin": {o.con.URL()}, "Sec-Fetch-Site": {"cross-site"}}, 403},
	} {
		_, resp, err := o.dial(c.header)
		require.Error(t, err, c.name)
		require.NotNil(t, resp, c.name)
		require.Equal(t, c.status, resp.StatusCode, c.name)
	}
	for _, subprotocols := range [][]string{nil, {"scry.1", "scry.token.aHVzaA"}} {
		h := http.Header{}
		if subprotocols == nil {
			h.Set("Authorization", "Bearer hush")
		}
		c, _, err := o.dial(h, subprotocols...)
		require.NoError(t, err)
		reply, err := ask(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"time.status"}`)
		require.NoError(t, err)
		require.Contains(t, reply, `"result":`)
	}
}

func TestDoorKnowsOnlyItsOwnNames(t *testing.T) {
	con := new(Console)
	t.Cleanup(func() { con.Close() })
	for host, known := range map[string]bool{
		"127.0.0.1:6060": true, "localhost:6060": true, "[::1]:6060": true, "LOCALHOST": true,
		"evil.example:6060": false, "localhost6:6060": false, "localhost.:6060": false, "0.0.0.0:6060": false,
		"127.1:6060": false, "0x7f.0.0.1": false, "2130706433": false, "192.168.0.7:6060": false,
	} {
		for _, path := range []string{"/", "/ws", "/rpc"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			con.ServeHTTP(w, r)
			if !known {
				require.Equal(t, http.StatusForbidden, w.Code, "%s of host %q: %s", path, host, w.Body)
			} else if path == "/" {
				require.Equal(t, http.StatusOK, w.Code, "host %q: %s", host, w.Body)
			}
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "require-trusted-types-for 'script'")
			require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		}
	}
}

func TestOneRequestByPost(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	post := func(token, kind, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.con.URL()+"/rpc", strings.NewReader(body))
		require.NoError(t, err)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		r.Header.Set("Content-Type", kind)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(data)
	}
	const echo = `{"jsonrpc":"2.0","id":"a","method":"echo","params":[1]}`
	status, body := post("hush", "application/json; charset=utf-8", echo)
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"jsonrpc":"2.0","id":"a","result":[1]}`, body)
	status, body = post("hush", "application/json", `[`+echo+`,{"jsonrpc":"2.0","id":2,"method":"time.step","params":{"ticks":3}}]`)
	require.Equal(t, 200, status)
	require.Contains(t, body, `"held":true`)
	_, body = post("hush", "application/json", `{"jsonrpc":"2.0","id":3,"method":"time.step","params":{"ticks":1}}`)
	require.Contains(t, body, `"held":true`, "the next POST is the same script, though another client")
	_, body = post("hush", "application/json", `{"jsonrpc":"2.0","id":4,"method":"time.resume"}`)
	require.Contains(t, body, `"held":false`)
	status, body = post("hush", "application/json", `{"jsonrpc":"2.0","method":"echo"}`)
	require.Equal(t, 200, status)
	require.Empty(t, body, "a notification has no answer")
	status, _ = post("", "application/json", echo)
	require.Equal(t, 401, status)
	status, _ = post("no", "application/json", echo)
	require.Equal(t, 401, status)
	status, _ = post("hush", "text/plain", echo)
	require.Equal(t, 415, status)
	status, _ = post("hush", "application/json", strings.Repeat(" ", 64<<10+1))
	require.Equal(t, 413, status)
	status, body = post("hush", "application/json", `{`)
	require.Equal(t, 200, status)
	require.Contains(t, body, `-32700`)
	resp, err := http.Get(o.con.URL() + "/rpc")
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, 405, resp.StatusCode)
}

func TestListenTakesOnlyThisMachine(t *testing.T) {
	for addr, want := range map[string]string{
		":6060":          `console: listen on ":6060": only this machine may reach the console: use 127.0.0.1:6060, and an SSH tunnel from elsewhere`,
		"0.0.0.0:6060":   `console: listen on "0.0.0.0:6060": only this machine may reach the console: use 127.0.0.1:6060, and an SSH tunnel from elsewhere`,
		"6060":           `console: listen on "6060": wanted is host:port, such as 127.0.0.1:6060`,
		"127.0.0.1:x":    `console: listen on "127.0.0.1:x": "x" is no port; wanted is 0 to 65535`,
		"127.0.0.1:7e4":  `console: listen on "127.0.0.1:7e4": "7e4" is no port; wanted is 0 to 65535`,
		"example.org:80": `console: listen on "example.org:80": only this machine may reach the console: use 127.0.0.1:80, and an SSH tunnel from elsewhere`,
	} {
		require.EqualError(t, new(Console).Listen(addr), want)
	}
}

func TestAPortThatIsTakenIsPassedOver(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	con := &Console{Output: io.Discard}
	require.NoError(t, con.Listen(taken.Addr().String()))
	require.NotEqual(t, "http://"+taken.Addr().String(), con.URL())
	require.ErrorContains(t, con.Listen("127.0.0.1:0"), "listening already")
	require.NoError(t, con.Close())
	require.EqualError(t, con.Listen("127.0.0.1:0"), "console: listen after Close")
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	t.Run("", func(t *testing.T) {
		o := listen(t, &Console{Token: "hush"})
		for range 3 {
			c, _, err := o.dial(http.Header{"Authorization": {"Bearer hush"}})
			require.NoError(t, err)
			_, err = ask(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"a","topic":"timings"}}`)
			require.NoError(t, err)
		}
		require.NoError(t, o.con.Close())
		require.NoError(t, o.con.Close(), "twice is harmless")
		left, err := os.ReadDir(os.Getenv("XDG_CACHE_HOME") + "/scry")
		require.NoError(t, err)
		require.Empty(t, left, "the discovery file goes with the game")
	})
	http.DefaultClient.CloseIdleConnections()
	// Ours are told from those of the test and of net/http by what they run.
	require.Eventually(t, func() bool {
		all := make([]byte, 1<<20)
		all = all[:runtime.Stack(all, true)]
		return !bytes.Contains(all, []byte("scry/wsserver.")) && !bytes.Contains(all, []byte("console.(*Memory)")) && !bytes.Contains(all, []byte("console.(*Console)"))
	}, 10*time.Second, 10*time.Millisecond)
}

func TestNoMoreConnectionsThanThereAreSlots(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	few := capped{ln, make(chan struct{}, 1), new(met)}
	accept := func() net.Conn {
		c, err := few.Accept()
		require.NoError(t, err)
		return c
	}
	dial := func() net.Conn {
		c, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		return c
	}
	dial()
	first := accept()
	require.IsType(t, &net.TCPConn{}, first.(*slotted).NetConn())

	client := dial()
	second := accept()
	require.IsType(t, refused{}, second)
	answer, err := io.ReadAll(client)
	require.NoError(t, err)
	require.Contains(t, string(answer), "503 Service Unavailable")
	_, err = second.Read(nil)
	require.ErrorIs(t, err, io.EOF, "so that the HTTP server lets it go")

	require.NoError(t, first.Close())
	first.Close() // gives the slot back once
	dial()
	third := accept()
	require.IsType(t, &slotted{}, third)
	dial()
	require.IsType(t, refused{}, accept())
}

func TestCloseBeforeAnything(t *testing.T) {
	con := new(Console)
	require.NoError(t, con.Close())
	n := 0
	for range con.Update() {
		n++
	}
	require.Equal(t, 1, n, "the game goes on")
	require.Empty(t, con.Link())
}

// The game may go on calling Update, and pays for nothing that nobody can ask for.
func TestAConsoleThatIsClosedTimesNothing(t *testing.T) {
	con := Console{Output: io.Discard}
	scope := con.Timings.Scope("x", "")
	require.NoError(t, con.Listen("127.0.0.1:0"))
	con.Update()
	con.Update()
	require.NotEqual(t, timing.Span{}, con.Timings.Begin(scope))
	require.NoError(t, con.Close())
	con.Update()
	con.Update()
	require.Equal(t, timing.Span{}, con.Timings.Begin(scope))
}

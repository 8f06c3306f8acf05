//go:build !js

package console

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// submit sends a text to a console whose token is hush.
func submit(ctx context.Context, con *Console, body string) (status int, reply string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, con.URL()+"/rpc", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Authorization", "Bearer hush")
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

// alone listens with no game that calls Update.
func alone(t *testing.T, out io.Writer) *Console {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	con := &Console{Token: "hush", Output: out}
	require.NoError(t, con.Listen("127.0.0.1:0"))
	t.Cleanup(func() { con.Close() })
	return con
}

func TestTheBodyOfAPostIsOneText(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	for _, text := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"frames":true}}`,
		`[{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"a","topic":"time"}},{"jsonrpc":"2.0","id":2,"method":"time.hold"}]`,
	} {
		status, reply, err := submit(t.Context(), o.con, text)
		require.NoError(t, err)
		require.Equal(t, 200, status)
		require.True(t, json.Valid([]byte(reply)), reply)
	}
}

func TestAScriptHoldsUnderANameThatNoClientHas(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	_, reply, err := submit(t.Context(), o.con, `{"jsonrpc":"2.0","id":1,"method":"time.hold"}`)
	require.NoError(t, err)
	require.Contains(t, reply, `"holder":"POST /rpc"`)
	c, _, err := o.dial(http.Header{"Authorization": {"Bearer hush"}})
	require.NoError(t, err)
	text, err := ask(t.Context(), c, `{"jsonrpc":"2.0","id":2,"method":"time.resume"}`)
	require.NoError(t, err)
	require.Contains(t, text, `POST /rpc holds the game`)
}

func TestARequestWhoseClientLeftDoesNotRun(t *testing.T) {
	con := alone(t, io.Discard)
	gravity := 1
	con.Cvars.Bind("gravity", &gravity, "")
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		submit(ctx, con, `{"jsonrpc":"2.0","id":1,"method":"cvar.set","params":{"name":"gravity","value":2}}`)
	}()
	require.Eventually(t, func() bool { return con.out.count.Load() == 1 }, 5*time.Second, time.Millisecond)
	waits := con.out.posts[0] // nobody else touches it: the game does not run
	cancel()
	<-left
	require.Eventually(t, waits.gone.Load, 5*time.Second, time.Millisecond)
	for range con.Update() {
	}
	require.Equal(t, 1, gravity)
	require.Empty(t, con.posts)
}

func TestCloseTurnsAwayWhoWaitsForTheGame(t *testing.T) {
	con := alone(t, io.Discard)
	for range con.Update() {
	}
	answered := make(chan string, 2)
	ask := func(text string) {
		status, reply, err := submit(context.WithoutCancel(t.Context()), con, text)
		answered <- fmt.Sprint(status, " ", reply, err)
	}
	go ask(`{"jsonrpc":"2.0","id":1,"method":"time.step","params":{"ticks":100000}}`)
	require.Eventually(t, func() bool {
		for range con.Update() {
			break
		}
		return len(con.posts) == 1
	}, 5*time.Second, time.Millisecond)
	go ask(`{"jsonrpc":"2.0","id":1,"method":"echo"}`)
	require.Eventually(t, func() bool { return con.out.count.Load() == 1 }, 5*time.Second, time.Millisecond)
	began := time.Now()
	require.NoError(t, con.Close())
	require.Less(t, time.Since(began), 900*time.Millisecond, "nobody has to be cut off")
	for range 2 {
		require.Equal(t, "503 the console is closed\n<nil>", <-answered)
	}
}

func TestABodyThatIsCutOffIsNotTooLarge(t *testing.T) {
	con := alone(t, io.Discard)
	c, err := net.Dial("tcp", strings.TrimPrefix(con.URL(), "http://"))
	require.NoError(t, err)
	defer c.Close()
	fmt.Fprintf(c, "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer hush\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, c.(*net.TCPConn).CloseWrite())
	reply, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Contains(t, string(reply), "400 Bad Request")
}

// stuck is an Output that takes one line and blocks on the next.
type stuck struct {
	lines int
	freed chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	if s.lines++; s.lines > 1 {
		<-s.freed
	}
	return len(p), nil
}

func TestCloseDoesNotWaitForAnOutputThatBlocks(t *testing.T) {
	out := &stuck{freed: make(chan struct{})}
	defer close(out.freed)
	con := alone(t, out)
	con.life.reprint()
	require.Eventually(t, func() bool { return len(con.life.again) == 0 }, 5*time.Second, time.Millisecond)
	began := time.Now()
	require.ErrorContains(t, con.Close(), "still busy")
	require.Less(t, time.Since(began), closeLimit+time.Second)
}

func TestListenAfterServeHTTPPrintsTheNextLinkToo(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	out := &printed{}
	con := &Console{Output: out}
	con.once.Do(con.setup)
	con.start() // as the first request does where the game mounted the handler
	require.NoError(t, con.Listen("127.0.0.1:0"))
	t.Cleanup(func() { con.Close() })
	con.life.reprint()
	require.Eventually(t, func() bool { return len(linkLine.FindAllString(out.String(), -1)) == 2 }, 5*time.Second, time.Millisecond)
}

func TestListenLeavesTheGamesServicesAlone(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	con := &Console{Output: io.Discard}
	listens := make(chan error)
	go func() { listens <- con.Listen("127.0.0.1:0") }()
	for i := range 500 { // the race detector is the judge
		con.Timings.Begin(con.Timings.Scope(fmt.Sprint(i), "")).End()
		con.Cvars.Bind(fmt.Sprintf("a%d", i), new(int), "")
		con.Time.Tick()
	}
	require.NoError(t, <-listens)
	require.NoError(t, con.Close())
}

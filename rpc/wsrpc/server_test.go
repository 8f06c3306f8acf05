package wsrpc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// loop is a program with a server, in a bubble of fake time.
type loop struct {
	wsrpc.Server
	t     *testing.T
	began time.Time
	frame uint64
}

func play(t *testing.T, f func(t *testing.T, l *loop)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &loop{t: t, began: time.Now()}
		l.Role = func(r *http.Request) (rpc.Role, error) {
			switch r.URL.Path {
			case "/view":
				return rpc.View, nil
			case "/drive":
				return rpc.Drive, nil
			case "/none":
				return 0, &wsserver.Refusal{Status: http.StatusUnauthorized, Reason: "not you"}
			}
			return rpc.None, nil
		}
		defer l.WS.Close()
		f(t, l)
		require.NoError(t, l.WS.Close())
		for l.Clients() > 0 {
			l.turn()
		}
		time.Sleep(time.Minute)
	})
}

// turn runs one frame, after everything that is under way has arrived.
func (l *loop) turn() {
	l.t.Helper()
	time.Sleep(20 * time.Millisecond)
	synctest.Wait()
	l.frame++
	l.RPC.SetClock(l.frame, l.frame, time.Since(l.began))
	l.Serve(time.Time{})
	l.Flush()
	time.Sleep(2 * time.Millisecond) // the distributor looks every millisecond
	synctest.Wait()
}

// dial connects a client and has the program know it.
func (l *loop) dial(path string) *wstest.Client {
	l.t.Helper()
	c := wstest.Dialer{Path: path}.Dial(l.t, l)
	l.turn()
	return c
}

// call sends a request and returns the message that follows.
func (l *loop) call(c *wstest.Client, method, params string) string {
	l.t.Helper()
	l.send(c, fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":%s}`, method, params))
	l.turn()
	return l.next(c)
}

func (l *loop) send(c *wstest.Client, text string) {
	l.t.Helper()
	require.NoError(l.t, c.SendText([]byte(text)))
}

func (l *loop) next(c *wstest.Client) string {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), 3*time.Second)
	defer cancel()
	_, data, err := c.Next(ctx)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func TestCallsAndEventsTravel(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		news := rpc.Open[rpc.Void, string](&l.RPC, rpc.Topic{Name: "news", Policy: rpc.All}, nil)
		a, b := l.dial("/view"), l.dial("/view")
		require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":[1]}`, l.call(a, "echo", `[1]`))
		for _, c := range []*wstest.Client{a, b} {
			require.Contains(t, l.call(c, "sub.open", `{"id":"n","topic":"news"}`), `"seq":0`)
		}
		require.NoError(t, news.Publish("hello"))
		require.NoError(t, news.Publish("again"))
		l.turn()
		for _, value := range []string{"hello", "again"} {
			one := l.next(a)
			require.Contains(t, one, `"value":"`+value+`"`)
			require.Equal(t, one, l.next(b))
		}
		require.Equal(t, 2, l.Clients())
		require.EqualValues(t, 4, l.WS.Counts().MessagesOut-3)
	})
}

// TestAClientThatDoesNotReadIsHeldBackAndComesBack: it leaves the audience of the
// stream, so that what waits for it is bounded and the others notice nothing.
func TestAClientThatDoesNotReadIsHeldBackAndComesBack(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		stream := rpc.Open[rpc.Void, string](&l.RPC, rpc.Topic{Name: "s"}, nil)
		quick := l.dial("/view")
		conn, r, response := wstest.Dialer{Path: "/view"}.Raw(t, l)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
		l.turn()
		go conn.Write(wstest.Frame(wstest.Fin|wstest.OpText, []byte(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s","topic":"s"}}`)))
		require.Contains(t, l.call(quick, "sub.open", `{"id":"s","topic":"s"}`), "result")
		l.turn()
		large := strings.Repeat("x", 20<<10)
		for range 50 {
			require.NoError(t, stream.Publish(large))
			l.turn()
			require.Contains(t, l.next(quick), `"lost":0`)
		}
		row := l.RPC.Sessions()[1]
		require.True(t, row.Behind)
		require.Less(t, row.Backlog, 120<<10, "and not the million that was published")
		require.NotZero(t, row.Lost)
		require.False(t, l.RPC.Sessions()[0].Behind)

		lost := uint64(0)
		read := func() (n int) { // all that comes until the next frame
			for {
				conn.SetReadDeadline(time.Now().Add(time.Second))
				first, payload, err := wstest.ReadFrame(r)
				if err != nil {
					return n
				}
				if first != wstest.Fin|wstest.OpText { // a ping
					continue
				}
				n++
				var event struct{ Params struct{ Lost uint64 } }
				require.NoError(t, json.Unmarshal(payload, &event))
				lost += event.Params.Lost
			}
		}
		require.NotZero(t, read())
		l.turn()
		require.Equal(t, 1, read(), "the newest")
		require.Equal(t, row.Lost, lost, "it was told of all that it lost")
		require.False(t, l.RPC.Sessions()[1].Behind)
		require.NoError(t, stream.Publish("small"))
		l.turn()
		require.Equal(t, 1, read())
		require.Equal(t, 2, sharedOf(l, "s"))
	})
}

func sharedOf(l *loop, topic string) int {
	for _, q := range l.RPC.Stats().Queues {
		if q.Topic == topic {
			return q.Shared
		}
	}
	return -1
}

func TestHandshakesAreJudged(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		_, _, response := wstest.Dialer{Path: "/none"}.Raw(t, l)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		require.Contains(t, l.call(l.dial("/view"), "client.send", `{"to":"x","data":1}`), `"code":1003`)
	})
}

func TestTheTransportJudgesFirst(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		l.Role = func(*http.Request) (rpc.Role, error) {
			require.Fail(t, "the name of the host is wrong")
			return rpc.View, nil
		}
		_, _, response := wstest.Dialer{Host: "elsewhere.example"}.Raw(t, l)
		require.Equal(t, http.StatusForbidden, response.StatusCode)
	})
}

func TestAHandshakeThatFailsIsNoStranger(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		l.Limits.MaxStrangers = 1
		for range 3 {
			_, _, response := wstest.Dialer{Path: "/login", Subprotocols: []string{"other"}}.Raw(t, l)
			require.Equal(t, http.StatusBadRequest, response.StatusCode)
		}
		l.dial("/login")
	})
}

func TestStrangersAreFew(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		l.Limits.MaxStrangers = 2
		a := l.dial("/login")
		b := l.dial("/login")
		refused := func() bool {
			_, _, response := wstest.Dialer{Path: "/login"}.Raw(t, l)
			return response.StatusCode == http.StatusServiceUnavailable
		}
		require.True(t, refused())
		l.dial("/view") // who shows something is none
		require.Contains(t, l.call(a, "session.login", `{"name":"ann"}`), `"name":"ann"`)
		c := l.dial("/login")
		require.True(t, refused())
		b.Conn().Close()
		l.turn()
		require.False(t, refused())
		for range 6 { // the rest is late
			time.Sleep(time.Second)
			l.turn()
		}
		require.Contains(t, l.next(c), "4408")
		l.turn()
		require.False(t, refused())
		require.EqualValues(t, 2, limitOf(l, "MaxStrangers").Hits)
	})
}

func limitOf(l *loop, name string) rpc.Limit {
	for _, row := range l.RPC.Stats().Limits {
		if row.Name == name {
			return row
		}
	}
	return rpc.Limit{}
}

// TestAFloodIsNotReadFasterThanItIsServed: what waits is bounded for one client
// and for all together, and nothing is lost.
func TestAFloodIsNotReadFasterThanItIsServed(t *testing.T) {
	for _, limits := range []wsrpc.Limits{
		{MaxQueued: 8}, {MaxQueuedSize: 4 << 10}, {MaxWaiting: 12}, {MaxWaitSize: 6 << 10},
	} {
		play(t, func(t *testing.T, l *loop) {
			l.Limits = limits
			l.WS.Limits.MaxInbox = 4
			const clients, texts = 3, 100
			for range clients {
				c := l.dial("/view")
				go func() {
					for n := range texts {
						c.SendText(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"echo"}`, n))
					}
				}()
			}
			served := func() uint64 {
				for _, m := range l.RPC.Stats().Methods {
					if m.Name == "echo" {
						return m.Calls
					}
				}
				return 0
			}
			for served() < clients*texts {
				time.Sleep(20 * time.Millisecond)
				synctest.Wait()
				for range 20 { // a game that is busy
					l.Receive(time.Time{})
					time.Sleep(time.Millisecond)
				}
				n, size := l.RPC.Queued()
				require.LessOrEqual(t, n, 60, "of three hundred")
				require.Less(t, size, 20<<10)
				l.RPC.Dispatch(time.Time{})
				l.Relieve()
				l.Flush()
			}
			hits := uint64(0)
			for _, name := range []string{"MaxQueued", "MaxQueuedSize", "MaxWaiting", "MaxWaitSize"} {
				hits += limitOf(l, name).Hits
			}
			require.NotZero(t, hits)
		})
	}
}

func TestBinaryIsRefused(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		c := l.dial("/view")
		require.NoError(t, c.SendBinary([]byte{1}))
		l.turn()
		require.Contains(t, l.next(c), "1003")
	})
}

func TestWhoHasGoneIsTold(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		var gone []string
		l.OnLeave = func(p *rpc.Peer) { gone = append(gone, p.Name()) }
		c := l.dial("/view")
		require.NotNil(t, l.Peer(1))
		c.Conn().Close()
		l.turn()
		require.Equal(t, []string{"guest-1"}, gone)
		require.Nil(t, l.Peer(1))
		require.Zero(t, l.Clients())
	})
}

func TestTheStatsTellOfTheTransport(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		asked := false
		l.RPC.OnStats = func(*rpc.Stats) { asked = true }
		c := l.dial("/view")
		l.call(c, "echo", "[1]")
		stats := l.RPC.Stats()
		require.True(t, asked, "the program's own part, too")
		require.Equal(t, 1, stats.Transport.Connections)
		require.True(t, stats.Transport.Accepting)
		require.NotZero(t, stats.Transport.BytesIn)
		require.NotZero(t, stats.Transport.Budget)
		scopes := map[string]int{}
		for _, row := range stats.Limits {
			scopes[row.Scope]++
			require.NotEmpty(t, row.Name)
			require.NotEmpty(t, row.Unit)
			require.NotEmpty(t, row.Help)
		}
		require.Equal(t, 5, scopes["queue"])
		require.Greater(t, scopes["transport"], 10)
		require.Greater(t, scopes["protocol"], 10)
	})
}

func TestAddressesAreBlockedAndAcceptingIsPaused(t *testing.T) {
	play(t, func(t *testing.T, l *loop) {
		l.HandleNetwork()
		c := l.dial("/drive")
		require.Contains(t, l.call(c, "network.accept", `{"on":false}`), `"accepting":false`)
		_, _, response := wstest.Dialer{Path: "/view"}.Raw(t, l)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		require.Contains(t, l.call(c, "network.accept", `{"on":true}`), `"accepting":true`)
		l.dial("/view")

		require.Contains(t, l.call(c, "network.block", `{"address":"10.1.2.3/16"}`), `"blocked":["10.1.0.0/16"]`)
		require.Contains(t, l.call(c, "network.block", `{"address":"nowhere"}`), `"code":-32602`)
		require.Contains(t, l.call(c, "network.unblock", `{"address":"10.2.0.0/16"}`), `"code":1004`)
		require.Contains(t, l.call(c, "network.unblock", `{"address":"10.1.0.0/16"}`), `"blocked":[]`)
		require.Contains(t, l.call(l.dial("/view"), "network.status", `{}`), `"connections":3`)
	})
}

package rpc_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// give queues a text.
func give(s *rpc.Server, p *rpc.Peer, text string) {
	s.Receive(p, rpc.Parse([]byte(text), rpc.Limits{}))
}

// pump runs what is queued and sends what is due.
func pump(s *rpc.Server) {
	s.Dispatch(time.Time{})
	s.Flush()
}

// take returns what was sent, and forgets it.
func (w *wire) take() string {
	text := strings.Join(w.lines, "\n")
	w.lines = nil
	return text
}

func call(method string, id int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q}`, id, method)
}

func TestDispatchKeepsItsBudgetAndItsTurns(t *testing.T) {
	var s rpc.Server
	var order []string
	rpc.Handle(&s, rpc.Method{Name: "mark"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		order = append(order, c.Peer.Name())
		return rpc.Void{}, nil
	})
	a, b := s.Connect(&wire{}, rpc.Drive), s.Connect(&wire{}, rpc.Drive)
	for i := range 3 {
		give(&s, a, call("mark", i))
	}
	give(&s, b, "["+call("mark", 1)+","+call("mark", 2)+"]")
	n, bytes := a.Queued()
	require.Equal(t, 3, n)
	require.Greater(t, bytes, 3*len(call("mark", 0)))

	past := time.Now().Add(-time.Second)
	require.True(t, s.Dispatch(past), "one text is run even though the time is up")
	require.Equal(t, []string{"guest-1"}, order)
	require.True(t, s.Dispatch(past), "then it is the other's turn, a batch as a whole")
	require.Equal(t, []string{"guest-1", "guest-2", "guest-2"}, order)
	require.True(t, s.Dispatch(past))
	require.False(t, s.Dispatch(time.Now().Add(time.Hour)))
	require.Len(t, order, 5)
	require.False(t, a.Idle(), "the answers are not sent")
	s.Flush()
	require.True(t, a.Idle())
	n, bytes = a.Queued()
	require.Zero(t, n+bytes)
}

// TestIdleIsForHTTP: a Conn that collects one answer, as a POST does.
func TestIdleIsForHTTP(t *testing.T) {
	g := newGame()
	w := &wire{}
	p := g.server.Connect(w, rpc.Edit)
	give(g.server, p, `[`+call("count", 1)+`,{"jsonrpc":"2.0","id":2,"method":"later","params":[2]}]`)
	require.False(t, p.Idle())
	pump(g.server)
	require.False(t, p.Idle(), "a call waits to be answered")
	g.endFrame()
	g.endFrame()
	require.False(t, p.Idle(), "the answer waits to be sent")
	g.server.Flush()
	require.True(t, p.Idle())
	require.Equal(t, `[{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":2,"result":"waited"}]`, w.take())

	give(g.server, p, `{"jsonrpc":"2.0","method":"count"}`)
	pump(g.server)
	require.True(t, p.Idle(), "a notification has no answer")
	require.Empty(t, w.lines)
}

func TestPanicsAreContained(t *testing.T) {
	var s rpc.Server
	type panicked struct {
		method string
		value  any
		stack  string
	}
	var seen []panicked
	s.OnPanic = func(method string, value any, stack []byte) {
		seen = append(seen, panicked{method, value, string(stack)})
	}
	var nilMap map[string]int
	for name, f := range map[string]func(){
		"text":  func() { panic("text") },
		"error": func() { panic(fmt.Errorf("an error")) },
		"nil":   func() { panic(nil) }, //nolint:govet // it is what is tested
		"map":   func() { nilMap["x"] = 1 },
	} {
		rpc.Handle(&s, rpc.Method{Name: "panic." + name}, func(*rpc.Call, rpc.Void) (rpc.Void, error) { f(); return rpc.Void{}, nil })
	}
	rpc.Handle(&s, rpc.Method{Name: "panic.append"}, func(*rpc.Call, rpc.Void) (*appended, error) { return &appended{7}, nil })
	rpc.Handle(&s, rpc.Method{Name: "panic.later"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		c.Defer()
		panic("after Defer")
	})
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	for i, name := range []string{"text", "error", "nil", "map", "append", "later"} {
		give(&s, p, call("panic."+name, i))
		pump(&s)
		require.Equal(t, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"error":{"code":-32603,"message":"internal error in panic.%s","data":{"kind":"internal","frame":0}}}`, i, name), w.take())
		require.Len(t, seen, i+1)
		require.Equal(t, "panic."+name, seen[i].method)
		require.Contains(t, seen[i].stack, "server_test.go")
		require.True(t, p.Idle())
	}
}

// TestGoexitIsNoticed: a handler that ends its goroutine (as require does when it
// fails) is answered, and another goroutine can go on.
func TestGoexitIsNoticed(t *testing.T) {
	var s rpc.Server
	rpc.Handle(&s, rpc.Method{Name: "exit"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) {
		runtime.Goexit()
		return rpc.Void{}, nil
	})
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	give(&s, p, "["+call("exit", 1)+","+call("echo", 2)+"]")
	give(&s, p, call("echo", 3))
	done := make(chan bool)
	go func() {
		defer close(done)
		s.Dispatch(time.Time{})
	}()
	<-done
	pump(&s)
	require.Equal(t, `[{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"exit ended the goroutine","data":{"kind":"internal","frame":0}}},{"jsonrpc":"2.0","id":2,"result":null}]
{"jsonrpc":"2.0","id":3,"result":null}`, w.take())
	require.True(t, p.Idle())
}

func TestHandlersMayDoAnything(t *testing.T) {
	var s rpc.Server
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	rpc.Handle(&s, rpc.Method{Name: "notify"}, func(c *rpc.Call, _ rpc.Void) (int, error) {
		require.NoError(t, c.Peer.Notify("hello", []int{1}))
		require.False(t, s.Dispatch(time.Time{}), "inside a handler nothing is run")
		rpc.Handle(&s, rpc.Method{Name: "made"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) { return rpc.Void{}, nil })
		return 5, nil
	})
	rpc.Handle(&s, rpc.Method{Name: "leave"}, func(c *rpc.Call, _ rpc.Void) (int, error) {
		s.Disconnect(c.Peer)
		s.Disconnect(c.Peer)
		return 5, nil
	})
	give(&s, p, "["+call("notify", 1)+","+call("made", 2)+"]")
	pump(&s)
	require.Equal(t, `{"jsonrpc":"2.0","method":"hello","params":[1]}
[{"jsonrpc":"2.0","id":1,"result":5},{"jsonrpc":"2.0","id":2,"result":null}]`, w.take())

	give(&s, p, "["+call("leave", 3)+","+call("made", 4)+"]")
	give(&s, p, call("made", 5))
	pump(&s)
	require.Empty(t, w.lines)
	require.NoError(t, p.Notify("late", nil))
	give(&s, p, call("made", 6))
	pump(&s)
	require.Empty(t, w.lines)
	for range s.Peers() {
		require.Fail(t, "it has gone")
	}
}

func TestPendingEndsOnce(t *testing.T) {
	var s rpc.Server
	var calls []*rpc.Pending
	rpc.Handle(&s, rpc.Method{Name: "later"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		calls = append(calls, c.Defer())
		require.Same(t, calls[len(calls)-1], c.Defer())
		return rpc.Void{}, nil
	})
	rpc.Handle(&s, rpc.Method{Name: "now"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		c.Block().Reply("now")
		return rpc.Void{}, nil
	})
	rpc.Handle(&s, rpc.Method{Name: "wrong"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		c.Block()
		return rpc.Void{}, rpc.Errorf(rpc.Busy, "another client holds the game")
	})
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	for i, m := range []string{"now", "wrong", "later", "later", "later"} {
		give(&s, p, call(m, i))
	}
	pump(&s)
	require.Equal(t, `{"jsonrpc":"2.0","id":0,"result":"now"}
{"jsonrpc":"2.0","id":1,"error":{"code":1012,"message":"another client holds the game","data":{"kind":"busy","frame":0}}}`, w.take())
	calls[0].Reply(func() {})
	calls[1].Fail(fmt.Errorf("it is raining"))
	calls[1].Reply(1)
	calls[1].Fail(nil)
	s.Flush()
	require.Equal(t, `{"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"func() has no JSON form","data":{"kind":"internal","frame":0}}}
{"jsonrpc":"2.0","id":3,"error":{"code":1000,"message":"it is raining","data":{"kind":"failed","frame":0}}}`, w.take())

	canceled := 0
	calls[2].OnCancel(func() { canceled++; panic("contained") })
	require.False(t, calls[2].Canceled())
	s.Disconnect(p)
	require.True(t, calls[2].Canceled())
	calls[2].OnCancel(func() { canceled++ })
	calls[2].Reply(1)
	require.Equal(t, 2, canceled)
}

func TestLimits(t *testing.T) {
	s := &rpc.Server{Limits: rpc.Limits{MaxPending: 1, MaxSubscriptions: 1, MaxGroups: 1, MaxReply: 40}}
	rpc.Handle(s, rpc.Method{Name: "later"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		c.Defer()
		return rpc.Void{}, nil
	})
	rpc.Handle(s, rpc.Method{Name: "large"}, func(*rpc.Call, rpc.Void) (string, error) { return strings.Repeat("x", 60), nil })
	a, b := &wire{}, &wire{}
	p, q := s.Connect(a, rpc.Drive), s.Connect(b, rpc.Drive)
	ask := func(p *rpc.Peer, w *wire, text string, limits rpc.Limits) string {
		s.Receive(p, rpc.Parse([]byte(text), limits))
		pump(s)
		var answer struct {
			Error struct {
				Code rpc.Code
				Data struct{ Limit string }
			}
		}
		if len(w.lines) == 0 {
			return ""
		}
		require.NoError(t, json.Unmarshal([]byte(w.take()), &answer))
		if answer.Error.Code != 0 {
			require.Equal(t, rpc.TooMany, answer.Error.Code)
		}
		return answer.Error.Data.Limit
	}
	sub := func(id, topic string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":9,"method":"sub.open","params":{"id":%q,"topic":%q}}`, id, topic)
	}
	require.Empty(t, ask(p, a, call("later", 1), rpc.Limits{}))
	require.Equal(t, "pending 1", ask(p, a, call("later", 2), rpc.Limits{}))
	require.Empty(t, ask(p, a, sub("a", "one"), rpc.Limits{}))
	require.Equal(t, "subscriptions 1", ask(p, a, sub("b", "one"), rpc.Limits{}))
	require.Equal(t, "groups 1", ask(q, b, sub("b", "two"), rpc.Limits{}))
	require.Equal(t, "reply 40", ask(p, a, call("large", 3), rpc.Limits{}))
	require.Equal(t, "batch 2", ask(p, a, "[1,2,3]", rpc.Limits{MaxBatch: 2}))
	require.Equal(t, "depth 3", ask(p, a, "[[[[]]]]", rpc.Limits{MaxDepth: 3}))
	require.Equal(t, "values 4", ask(p, a, `{"jsonrpc":"2.0","id":4,"method":"echo","params":[1,2,3,4]}`, rpc.Limits{MaxValues: 4}))
	require.Empty(t, ask(p, a, `{"jsonrpc":"2.0","id":4,"method":"echo","params":[1,2,3]}`, rpc.Limits{MaxValues: 4}))
	s.Disconnect(p)
	require.Empty(t, ask(q, b, sub("b", "two"), rpc.Limits{}), "groups end with their last subscription")
}

// TestSlowReader: a client that does not read is not served until it does, and
// its texts wait where the program sees them.
func TestSlowReader(t *testing.T) {
	g := newGame()
	w := &wire{backlog: 1 << 20}
	p := g.server.Connect(w, rpc.Drive)
	give(g.server, p, call("count", 1))
	require.False(t, g.server.Dispatch(time.Time{}), "nothing is left to run now")
	n, _ := p.Queued()
	require.Equal(t, 1, n)
	w.backlog = 0
	pump(g.server)
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":1}`, w.take())
}

// TestAPauseIsNoDelay: after a long gap between frames nobody is late.
func TestAPauseIsNoDelay(t *testing.T) {
	g := newGame()
	w := &wire{}
	g.server.Connect(w, rpc.None)
	g.server.SetClock(1, 1, time.Hour)
	g.server.Flush()
	require.Empty(t, w.lines)
	g.server.SetClock(2, 2, time.Hour+4*time.Second)
	g.server.Flush()
	require.Empty(t, w.lines)
	g.server.SetClock(3, 3, time.Hour+5*time.Second)
	g.server.Flush()
	require.Equal(t, "close 4408 login took too long", w.take())
}

func TestLoginTextIsSmall(t *testing.T) {
	g := newGame()
	w := &wire{}
	p := g.server.Connect(w, rpc.None)
	give(g.server, p, `{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"`+strings.Repeat("x", 5000)+`"}}`)
	pump(g.server)
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"error":{"code":1008,"message":"a text before login is larger than 4096 bytes","data":{"kind":"too-many","limit":"login 4096","frame":0}}}
close 4401 a text before login is larger than 4096 bytes`, w.take())
}

func TestRegistrationPanicsWithTheCulprit(t *testing.T) {
	type none = rpc.Void
	var s rpc.Server
	method := func(name string) func() {
		return func() {
			rpc.Handle(&s, rpc.Method{Name: name}, func(*rpc.Call, none) (none, error) { return none{}, nil })
		}
	}
	require.PanicsWithValue(t, `rpc: method "echo" is registered twice`, method("echo"))
	require.PanicsWithValue(t, `rpc: method name "a b" is malformed: want noun.verb of letters, digits and ._/-`, method("a b"))
	require.PanicsWithValue(t, `rpc: method name "rpc.mine" is reserved (JSON-RPC 2.0, section 8)`, method("rpc.mine"))
	require.PanicsWithValue(t, `rpc: method "f": params: struct { F func() }.F: func() has no JSON form`, func() {
		rpc.Handle(&s, rpc.Method{Name: "f"}, func(*rpc.Call, struct{ F func() }) (none, error) { return none{}, nil })
	})
	require.PanicsWithValue(t, `rpc: method "f": result: chan int has no JSON form`, func() {
		rpc.Handle(&s, rpc.Method{Name: "f"}, func(*rpc.Call, none) (chan int, error) { return nil, nil })
	})
	require.PanicsWithValue(t, `rpc: method "f": params: struct { N int "json:\"n\" min:\"low\"" }.n: min or max does not fit int`, func() {
		rpc.Handle(&s, rpc.Method{Name: "f"}, func(*rpc.Call, struct {
			N int `json:"n" min:"low"`
		}) (none, error) {
			return none{}, nil
		})
	})
	require.PanicsWithValue(t, `rpc: topic "t": policy "newest" is not known`, func() {
		rpc.Open[none, none](&s, rpc.Topic{Name: "t", Policy: "newest"}, nil)
	})
	stream := rpc.Open[none, none](&s, rpc.Topic{Name: "t"}, nil)
	require.PanicsWithValue(t, `rpc: topic "t" is opened twice`, func() { rpc.Open[none, none](&s, rpc.Topic{Name: "t"}, nil) })
	require.PanicsWithValue(t, `rpc: topic "t" has no binary kind`, func() { stream.PublishBinary(0, nil) })
}

// An error about a text of the params says where in it the fault stands.
func TestAnErrorTellsThePlaceInAText(t *testing.T) {
	var s rpc.Server
	from := 0
	rpc.Handle(&s, rpc.Method{Name: "line"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) {
		e := rpc.Errorf(rpc.NotFound, "nobody knows it")
		e.Data.Path, e.Data.From, e.Data.To = "/line", from, from+4
		from -= 4
		return rpc.Void{}, e
	})
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	give(&s, p, call("line", 1))
	give(&s, p, call("line", 2))
	pump(&s)
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"error":{"code":1004,"message":"nobody knows it","data":{"kind":"not-found","path":"/line","from":0,"to":4,"frame":0}}}
{"jsonrpc":"2.0","id":2,"error":{"code":1004,"message":"nobody knows it","data":{"kind":"not-found","path":"/line","frame":0}}}`, w.take())
}

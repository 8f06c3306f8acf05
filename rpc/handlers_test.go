package rpc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// TestEveryWayToPanic are the rows J101: the client is told that it was an
// internal error and no more, the program is told all, and both go on.
func TestEveryWayToPanic(t *testing.T) {
	var none *struct{ n int }
	var list []int
	var m map[string]int
	var v any = "text"
	zero := 0
	for name, f := range map[string]func(){
		"text":      func() { panic("secret") },
		"error":     func() { panic(errors.New("secret")) },
		"rpc.Error": func() { panic(rpc.Errorf(rpc.NotFound, "secret")) },
		"number":    func() { panic(7) },
		"nil":       func() { panic(nil) }, //nolint:govet // it is what is tested
		"map":       func() { m["x"] = 1 },
		"index":     func() { list[len(list)] = 1 },
		"pointer":   func() { none.n++ },
		"division":  func() { zero = 1 / zero },
		"assertion": func() { _ = v.(int) },
		"channel":   func() { var c chan int; close(c) },
		"deferred":  func() { defer func() { panic("second secret") }(); panic("secret") },
		"deep":      func() { func() { defer func() {}(); panic("secret") }() },
		"goexit":    runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			var s rpc.Server
			told := 0
			s.OnPanic = func(method string, _ any, stack []byte) {
				told++
				require.Equal(t, "fail", method)
				require.Contains(t, string(stack), "handlers_test.go")
			}
			rpc.Handle(&s, rpc.Method{Name: "fail"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) { f(); return rpc.Void{}, nil })
			w, other := &wire{}, &wire{}
			p, q := s.Connect(w, rpc.Drive), s.Connect(other, rpc.Drive)
			give(&s, p, "["+call("echo", 1)+","+call("fail", 2)+`,{"jsonrpc":"2.0","method":"fail"},`+call("echo", 3)+"]")
			give(&s, p, `{"jsonrpc":"2.0","method":"fail"}`)
			give(&s, p, call("echo", 4))
			give(&s, q, call("echo", 5))
			for range 4 { // Goexit ends the goroutine that dispatches
				done := make(chan bool)
				go func() {
					defer close(done)
					s.Dispatch(time.Time{})
				}()
				<-done
			}
			s.Flush()
			require.Len(t, w.lines, 2)
			require.NotContains(t, w.lines[0], "secret")
			require.Equal(t, "[ok 1, -32603 2, ok 3]", outcome(t, w.lines[0]))
			require.Equal(t, "ok 4", outcome(t, w.lines[1]))
			require.Equal(t, "ok 5", outcome(t, other.take()))
			require.True(t, p.Idle())
			if name != "goexit" {
				require.Equal(t, 3, told)
			}
		})
	}
}

// trap panics when it is read or written.
type trap struct{ set bool }

func (t *trap) UnmarshalJSON(b []byte) error {
	if string(b) == `"read"` {
		panic("while reading")
	}
	t.set = true
	return nil
}

func (t trap) MarshalJSON() ([]byte, error) {
	if t.set {
		panic("while writing")
	}
	return []byte("null"), nil
}

type trapParams struct {
	Secret string `json:"secret,omitempty"`
	Trap   trap   `json:"trap,omitzero"`
}

// TestPanicsOutsideOfHandlers: of types that read or write themselves, and of
// what opens a subscription. Nothing of the call that failed is seen by the next.
func TestPanicsOutsideOfHandlers(t *testing.T) {
	var s rpc.Server
	panics := 0
	s.OnPanic = func(string, any, []byte) { panics++ }
	rpc.Handle(&s, rpc.Method{Name: "reflect"}, func(_ *rpc.Call, p trapParams) (trapParams, error) { return p, nil })
	rpc.Open[trapParams, int](&s, rpc.Topic{Name: "opening"}, func(*rpc.Sub, trapParams) (any, error) { panic("while opening") })
	rpc.Open[rpc.Void, int](&s, rpc.Topic{Name: "first"}, func(*rpc.Sub, rpc.Void) (any, error) { return trap{set: true}, nil })
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	ask := func(method, params string) string {
		give(&s, p, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+`}`)
		pump(&s)
		return w.take()
	}
	require.Equal(t, "-32603 1", outcome(t, ask("reflect", `{"secret":"mine","trap":"read"}`)))
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":{}}`, ask("reflect", `{}`), "nothing is left of the call that failed")
	require.Equal(t, "-32603 1", outcome(t, ask("reflect", `["mine","read"]`)))
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":{}}`, ask("reflect", `[]`))
	require.Equal(t, "-32603 1", outcome(t, ask("reflect", `{"secret":"mine","trap":"write"}`)))
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":{}}`, ask("reflect", `{}`))
	require.Equal(t, 3, panics)

	require.Equal(t, "-32603 1", outcome(t, ask("sub.open", `{"id":"a","topic":"opening"}`)))
	require.Equal(t, "-32603 1", outcome(t, ask("sub.open", `{"id":"a","topic":"opening","params":{"secret":"x","trap":"read"}}`)))
	require.Equal(t, "1004 1", outcome(t, ask("sub.close", `{"id":"a"}`)), "no subscription was left half open")
	require.Equal(t, "-32603 1", outcome(t, ask("sub.open", `{"id":"b","topic":"first"}`)))
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":[1]}`, ask("echo", `[1]`))
}

// TestClientsThatCutTheirCalls are the rows J33: a call runs once or, when its
// client goes before its turn, not at all, and nothing is kept of it.
func TestClientsThatCutTheirCalls(t *testing.T) {
	var s rpc.Server
	ran, canceled := 0, 0
	var pending *rpc.Pending
	for _, block := range []bool{false, true} {
		name := map[bool]string{false: "later", true: "block"}[block]
		rpc.Handle(&s, rpc.Method{Name: name}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
			ran++
			if pending = c.Defer(); block {
				pending = c.Block()
			}
			pending.OnCancel(func() { canceled++ })
			return rpc.Void{}, nil
		})
	}
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	give(&s, p, call("later", 1))
	s.Disconnect(p)
	pump(&s)
	require.Zero(t, ran, "gone before its turn")

	p = s.Connect(w, rpc.Drive)
	give(&s, p, call("later", 1))
	pump(&s)
	s.Disconnect(p)
	require.Equal(t, []int{1, 1}, []int{ran, canceled}, "gone before the answer")
	require.True(t, pending.Canceled())
	pending.Reply("late")
	pump(&s)

	p = s.Connect(w, rpc.Drive)
	give(&s, p, "["+call("block", 1)+","+call("later", 2)+"]")
	give(&s, p, call("later", 3))
	pump(&s)
	s.Disconnect(p)
	pending.Reply("late")
	pump(&s)
	require.Equal(t, []int{2, 2}, []int{ran, canceled}, "what stood behind the barrier never runs")
	require.Empty(t, w.lines)
	texts, bytes := p.Queued()
	require.Zero(t, texts+bytes)
	require.Empty(t, s.Sessions())
}

// TestHandlersThatTouchTheServer are the rows J105 and J107: from inside a handler
// clients come, go and are closed, texts come in, and what is due is sent.
func TestHandlersThatTouchTheServer(t *testing.T) {
	var s rpc.Server
	var w, other, third wire
	p, q := s.Connect(&w, rpc.Drive), s.Connect(&other, rpc.Drive)
	do := func(name string, f func(c *rpc.Call)) {
		rpc.Handle(&s, rpc.Method{Name: name}, func(c *rpc.Call, _ rpc.Void) (string, error) { f(c); return name, nil })
	}
	do("flush", func(*rpc.Call) { s.Flush() })
	do("receive", func(c *rpc.Call) {
		give(&s, c.Peer, call("echo", 91))
		give(&s, q, call("echo", 92))
	})
	do("connect", func(*rpc.Call) { give(&s, s.Connect(&third, rpc.View), call("echo", 93)) })
	do("others", func(c *rpc.Call) {
		for peer := range s.Peers() {
			if peer != c.Peer {
				s.Disconnect(peer)
			}
		}
	})
	do("close", func(c *rpc.Call) {
		c.Peer.Close(4000, "enough")
		c.Peer.Close(4001, "twice")
		s.Flush()
	})

	give(&s, p, "["+call("flush", 1)+","+call("receive", 2)+","+call("connect", 3)+"]")
	pump(&s)
	require.Equal(t, `[{"jsonrpc":"2.0","id":1,"result":"flush"},{"jsonrpc":"2.0","id":2,"result":"receive"},{"jsonrpc":"2.0","id":3,"result":"connect"}]
{"jsonrpc":"2.0","id":91,"result":null}`, w.take())
	require.Equal(t, `{"jsonrpc":"2.0","id":92,"result":null}`, other.take())
	require.Equal(t, `{"jsonrpc":"2.0","id":93,"result":null}`, third.take())

	give(&s, p, call("others", 4))
	give(&s, q, call("flush", 5))
	pump(&s)
	require.Equal(t, `{"jsonrpc":"2.0","id":4,"result":"others"}`, w.take())
	require.Empty(t, other.lines, "it went before its turn")

	give(&s, p, "["+call("flush", 6)+","+call("close", 7)+","+call("flush", 8)+"]")
	give(&s, p, call("flush", 9))
	pump(&s)
	require.NotEmpty(t, w.lines)
	require.Equal(t, "close 4000 enough", w.lines[len(w.lines)-1])
	require.Equal(t, 1, strings.Count(w.take(), "close "))
	give(&s, p, call("flush", 10))
	pump(&s)
	require.Empty(t, w.lines)
	s.Disconnect(p)
	require.Empty(t, s.Sessions())
}

// TestParsingAnywhere is row J109 for this package: texts are parsed on many
// goroutines while the loop runs those that are ready.
func TestParsingAnywhere(t *testing.T) {
	const clients, each = 8, 200
	texts := make(chan *rpc.Text, 16)
	var readers sync.WaitGroup
	for i := range clients {
		readers.Go(func() {
			for n := range each {
				text := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"echo","params":{"\u0061":[%d,"%d"]}}`, i*each+n, n, i)
				if n%10 == 0 {
					text = strings.Repeat("[", n)
				}
				texts <- rpc.Parse([]byte(text), rpc.Limits{})
			}
		})
	}
	go func() {
		readers.Wait()
		close(texts)
	}()
	var s rpc.Server
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	seen := map[string]bool{}
	refused := 0
	for text := range texts {
		s.Receive(p, text)
		pump(&s)
		var answer struct {
			ID     json.RawMessage
			Result struct{ A []any }
		}
		require.NoError(t, json.Unmarshal([]byte(w.take()), &answer))
		if string(answer.ID) == "null" {
			refused++
			continue
		}
		require.Len(t, answer.Result.A, 2)
		id := fmt.Sprint(answer.Result.A[1], "*", each, "+", answer.Result.A[0])
		require.False(t, seen[id], "an answer twice")
		seen[id] = true
	}
	require.Equal(t, clients*each/10, refused)
	require.Len(t, seen, clients*each*9/10)
}

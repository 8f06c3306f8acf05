package main

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// running runs a test beside the program's loop, in a bubble: a minute of it is over
// at once.
func running(t *testing.T, o options, f func(t *testing.T, c *chat)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if o.seed == 0 {
			o.seed = 1
		}
		c := newChat(o)
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			defer close(over)
			c.play(ctx)
		}()
		defer func() {
			cancel()
			<-over
			require.NoError(t, c.srv.WS.Close())
		}()
		f(t, c)
	})
}

// client is a window of somebody's.
type client struct {
	*wstest.Client
	t    *testing.T
	id   int
	came []message // and nobody asked for yet
}

type message struct {
	ID     *int
	Method string
	Params event
	Result json.RawMessage
	Error  *refusal
}

type refusal struct {
	Code    int
	Message string
	Data    struct{ Path, Suggest string }
}

// event has the members of both sub.event and client.message.
type event struct {
	ID         string
	Seq, Lost  uint64
	Value      json.RawMessage
	From, Data string
}

// arrive opens a socket, as the page does.
func arrive(t *testing.T, c *chat) *client {
	t.Helper()
	dialer := wstest.Dialer{Path: "/ws", Subprotocols: []string{"scry.1"}, Header: map[string][]string{"Origin": {"http://127.0.0.1:6060"}}}
	return &client{Client: dialer.Dial(t, c), t: t}
}

// enter opens a socket and logs in.
func enter(t *testing.T, c *chat, name string) *client {
	t.Helper()
	cl := arrive(t, c)
	var me struct{ Name string }
	cl.call("session.login", map[string]any{"name": name}, &me)
	require.Equal(t, name, me.Name)
	return cl
}

func (c *client) next() message {
	c.t.Helper()
	_, text, err := c.Next(c.t.Context())
	require.NoError(c.t, err)
	var m message
	require.NoError(c.t, json.Unmarshal(text, &m), string(text))
	return m
}

// ask calls a method and returns the whole answer.
func (c *client) ask(method string, params any) message {
	c.t.Helper()
	c.id++
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": c.id, "method": method, "params": params})
	require.NoError(c.t, err)
	require.NoError(c.t, c.SendText(text))
	for {
		m := c.next()
		if m.ID != nil && *m.ID == c.id {
			return m
		}
		c.came = append(c.came, m)
	}
}

// call calls a method that succeeds.
func (c *client) call(method string, params, result any) {
	c.t.Helper()
	m := c.ask(method, params)
	require.Nil(c.t, m.Error, method)
	if result != nil {
		require.NoError(c.t, json.Unmarshal(m.Result, result), string(m.Result))
	}
}

// told returns the next notification.
func (c *client) told(method string) event {
	c.t.Helper()
	var m message
	if len(c.came) > 0 {
		m, c.came = c.came[0], c.came[1:]
	} else {
		m = c.next()
	}
	require.Equal(c.t, method, m.Method)
	return m.Params
}

// read reads events of a subscription, and returns the last.
func (c *client) read(id string, n int) (last event) {
	c.t.Helper()
	for range n {
		last = c.told("sub.event")
		require.Equal(c.t, id, last.ID)
		require.Positive(c.t, last.price(c.t).Price)
	}
	return last
}

func (e event) price(t *testing.T) (p price) {
	t.Helper()
	require.NoError(t, json.Unmarshal(e.Value, &p), string(e.Value))
	return p
}

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// client is what a dashboard is to the console: a socket, calls, and events that it
// counts. Its methods may be called from any goroutine.
type client struct {
	conn *websocket.Conn

	mu     sync.Mutex
	last   int
	calls  map[int]chan reply
	heard  map[string]func(event) // by subscription
	bytes  int
	binary int // events
	failed error
}

// reply is the answer to a call.
type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// event is one of a subscription.
type event struct {
	ID    string
	Frame uint64
	Value json.RawMessage
}

// dial connects to a console. The client ends with ctx.
func dial(ctx context.Context, url, token string) (*client, error) {
	conn, _, err := websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/ws",
		&websocket.DialOptions{Subprotocols: []string{"scry.1", "scry.token." + base64.RawURLEncoding.EncodeToString([]byte(token))}})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(16 << 20)
	c := &client{conn: conn, calls: make(map[int]chan reply), heard: make(map[string]func(event))}
	go c.read(ctx)
	return c, nil
}

// read takes what comes until the connection ends.
func (c *client) read(ctx context.Context) {
	for {
		kind, text, err := c.conn.Read(ctx)
		c.mu.Lock()
		if err != nil {
			c.failed = err
			for _, answer := range c.calls {
				close(answer)
			}
			clear(c.calls)
			c.mu.Unlock()
			return
		}
		c.bytes += len(text)
		if kind == websocket.MessageBinary {
			c.binary++
		}
		c.mu.Unlock()
		if kind == websocket.MessageText {
			c.take(text)
		}
	}
}

// take hands a text over to who waits for it.
func (c *client) take(text []byte) {
	var m struct {
		ID     int
		Method string
		Params event
		reply
	}
	if json.Unmarshal(text, &m) != nil {
		return
	}
	c.mu.Lock()
	answer, heard := c.calls[m.ID], c.heard[m.Params.ID]
	delete(c.calls, m.ID)
	c.mu.Unlock()
	if m.Method == "sub.event" {
		if heard != nil {
			heard(m.Params)
		}
		return
	}
	if answer != nil {
		answer <- m.reply
	}
}

// call asks, waits, and reads the result into what result points to.
func (c *client) call(ctx context.Context, method string, params, result any) error {
	answer := make(chan reply, 1)
	c.mu.Lock()
	if c.failed != nil {
		c.mu.Unlock()
		return c.failed
	}
	c.last++
	id := c.last
	c.calls[id] = answer
	c.mu.Unlock()
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := c.conn.Write(ctx, websocket.MessageText, text); err != nil {
		return err
	}
	select {
	case r, ok := <-answer:
		switch {
		case !ok:
			return errors.New("the connection ended")
		case r.Error != nil:
			return fmt.Errorf("%s: %s", method, r.Error.Message)
		case result == nil:
			return nil
		}
		return json.Unmarshal(r.Result, result)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// subscribe opens a topic under its own name, and reads the answer into what result
// points to. Heard is called with each of its events
// that is text, on the client's goroutine.
func (c *client) subscribe(ctx context.Context, topic string, params, result any, heard func(event)) error {
	c.mu.Lock()
	c.heard[topic] = heard
	c.mu.Unlock()
	return c.call(ctx, "sub.open", map[string]any{"id": topic, "topic": topic, "params": params}, result)
}

// traffic returns how much came, and how many binary events.
func (c *client) traffic() (bytes, events int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes, c.binary
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
)

// rate is how often the loop turns, per second.
const rate = 60

// budget is how long requests may take of one turn; what is left waits for the next.
const budget = time.Millisecond

// history is how many messages of a room somebody sees who joins late.
const history = 50

// chat is the program: transport and protocol, connected, and its services.
// ServeHTTP may be called from any goroutine, all else belongs to the loop's.
type chat struct {
	srv    wsrpc.Server
	door   door
	prices prices

	start time.Time
	turn  uint64 // of the loop
}

func newChat(o options) *chat {
	c := &chat{start: time.Now(), door: newDoor(o.password)}
	c.srv.WS.Hosts = o.hosts
	c.srv.WS.Subprotocols = []string{rpc.Protocol}
	c.srv.RPC.Name, c.srv.RPC.Session = "chat", session()
	c.srv.RPC.Authenticate = c.door.authenticate
	c.srv.RPC.Groups = rpc.Topic{History: history}
	c.register(o.seed)
	c.prices.open(&c.srv.RPC, o.seed)
	return c
}

// session names this run of the program.
func session() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// play turns the loop until ctx is done.
func (c *chat) play(ctx context.Context) {
	frame := time.NewTicker(time.Second / rate)
	defer frame.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-frame.C:
			c.update()
		}
	}
}

// update is one turn: what came in, the world's own course, the answers. A game
// has the same three steps, with more in the middle.
func (c *chat) update() {
	c.turn++
	c.srv.RPC.SetClock(c.turn, c.turn, time.Since(c.start))
	c.srv.Serve(time.Now().Add(budget))
	c.prices.move()
	c.srv.Flush()
}

// serve answers HTTP on a listener, and returns what ends that: the sockets are
// told that the server goes away, then the rest is shut down.
func (c *chat) serve(ln net.Listener) (end func() error) {
	srv := &http.Server{
		Handler: c, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: 30 * time.Second,
		MaxHeaderBytes: 8 << 10, ErrorLog: log.New(io.Discard, "", 0),
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	return func() error {
		err := c.srv.WS.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			srv.Close()
		}
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}
}

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
	"github.com/scry-dev/scry/wsserver"
)

// rate is how often the loop turns, per second.
const rate = 60

// budget is how long requests may take of one turn; what is left waits for the next.
const budget = time.Millisecond

// history is how many messages of a room somebody sees who joins late.
const history = 50

// chat is the program: the two layers, what stands between them, and its services.
// ServeHTTP may be called from any goroutine, all else belongs to the loop's.
type chat struct {
	ws     wsserver.Server
	rpc    rpc.Server
	bridge bridge
	door   door
	prices prices

	start time.Time
	turn  uint64 // of the loop
}

func newChat(o options) *chat {
	c := &chat{start: time.Now(), door: newDoor(o.password)}
	c.ws.Hosts = o.hosts
	c.ws.Subprotocols = []string{rpc.Protocol}
	c.ws.Parse = func(text []byte) any { return rpc.Parse(text, rpc.Limits{}) }
	c.rpc.Name, c.rpc.Session = "chat", session()
	c.rpc.Authenticate = c.door.authenticate
	c.rpc.Groups = rpc.Topic{History: history}
	c.bridge = newBridge(&c.ws, &c.rpc)
	c.register(o.seed)
	c.prices.open(&c.rpc, o.seed)
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
	c.rpc.SetClock(c.turn, c.turn, time.Since(c.start))
	c.ws.Update()
	c.ws.ProcessMessages(c.bridge.receive)
	c.ws.ClearMessages()
	c.rpc.Dispatch(time.Now().Add(budget))
	c.bridge.relieve()

	c.prices.move()

	c.rpc.Flush()
	c.ws.Update()
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
		err := c.ws.Close()
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

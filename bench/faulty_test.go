package main

import (
	"bufio"
	"net"
	"net/http"
	"slices"

	"github.com/scry-dev/scry/bench/internal/peers"
)

// faulty are servers that the clients must see through: floors, whose writes are
// spoiled once the handshake is over.
func faulty() []peers.Library {
	return []peers.Library{
		spoiled("swallowing", func(n int, p []byte) []byte {
			if n%3 == 0 {
				return nil
			}
			return p
		}),
		spoiled("garbling", func(n int, p []byte) []byte {
			p = slices.Clone(p)
			p[len(p)-1-n%8] ^= 1
			return p
		}),
		spoiled("stuttering", func(_ int, p []byte) []byte { return append(slices.Clone(p), p...) }),
	}
}

// spoiled is a floor that writes, for its n-th write, what spoil makes of it.
func spoiled(name string, spoil func(n int, p []byte) []byte) peers.Library {
	floor, _ := peers.Find(peers.All(), "floor")
	return peers.Library{Name: name, New: func(echo bool) peers.Server { return fault{floor.New(echo), spoil} }}
}

type fault struct {
	peers.Server
	spoil func(n int, p []byte) []byte
}

func (f fault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Server.ServeHTTP(hijacked{w, f.spoil}, r)
}

type hijacked struct {
	http.ResponseWriter
	spoil func(n int, p []byte) []byte
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	return &spoiledConn{Conn: conn, spoil: h.spoil}, rw, err
}

type spoiledConn struct {
	net.Conn
	writes int
	spoil  func(n int, p []byte) []byte
}

func (c *spoiledConn) Write(p []byte) (int, error) {
	c.writes++
	if c.writes == 1 { // the handshake
		return c.Conn.Write(p)
	}
	if spoiled := c.spoil(c.writes, p); len(spoiled) > 0 {
		if _, err := c.Conn.Write(spoiled); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

package wsrpc

import (
	"time"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver"
)

// client is one WebSocket connection as the protocol has it. It is an [rpc.Conn],
// an [rpc.Backlogger] and an [rpc.Remote].
type client struct {
	s      *Server
	id     wsserver.ConnID
	peer   *rpc.Peer
	paused bool // its calls wait, so nothing more is read from it
	gone   bool
}

func (c *client) SendText(text []byte) error    { return c.s.WS.SendTextMessage(c.id, text) }
func (c *client) SendBinary(data []byte) error  { return c.s.WS.SendBinaryMessage(c.id, data) }
func (c *client) Close(code int, reason string) { c.s.WS.CloseConnection(c.id, code, reason) }
func (c *client) Backlog() int                  { return c.s.WS.Backlog(c.id) }
func (c *client) RoundTrip() time.Duration      { return c.s.WS.RoundTrip(c.id) }

func (c *client) Address() string {
	if a := c.s.WS.Address(c.id); a.IsValid() {
		return a.String()
	}
	return ""
}

// audience is the transport's audience as the protocol has it.
type audience struct{ *wsserver.Audience }

func (a *audience) Add(conn rpc.Conn) bool {
	c, ok := conn.(*client)
	if ok {
		a.Audience.Add(c.id)
	}
	return ok
}

func (a *audience) Remove(conn rpc.Conn) {
	if c, ok := conn.(*client); ok {
		a.Audience.Remove(c.id)
	}
}

package console

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver"
)

// socket is one WebSocket connection as the protocol layer sees it.
type socket struct {
	ws *wsserver.Server
	id wsserver.ConnID
}

func (s socket) SendText(text []byte) error    { return s.ws.SendTextMessage(s.id, text) }
func (s socket) SendBinary(data []byte) error  { return s.ws.SendBinaryMessage(s.id, data) }
func (s socket) Close(code int, reason string) { s.ws.CloseConnection(s.id, code, reason) }
func (s socket) Backlog() int                  { return s.ws.Backlog(s.id) }

// A client whose requests wait is read no more until half of them are served.
const (
	maxQueued      = 256
	maxQueuedBytes = 512 << 10
)

// client is what the console keeps of a connection.
type client struct {
	id     wsserver.ConnID
	paused bool // its requests wait, so nothing more is read from it
}

// roleKey is the key under which a handshake's role travels in its context.
type roleKey struct{}

func withRole(r *http.Request, role rpc.Role) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), roleKey{}, role))
}

// receive takes one message of the transport in.
func (c *Console) receive(m wsserver.Message) bool {
	peer := c.peers[m.From]
	switch m.Kind {
	case wsserver.Opened:
		role, _ := m.Request.Context().Value(roleKey{}).(rpc.Role)
		peer = c.rpc.Connect(socket{&c.ws, m.From}, role)
		peer.SetValue(&client{id: m.From})
		c.peers[m.From] = peer
	case wsserver.Text:
		if peer == nil {
			break
		}
		text, _ := m.Value.(*rpc.Text)
		c.rpc.Receive(peer, text)
		if n, bytes := peer.Queued(); n >= maxQueued || bytes >= maxQueuedBytes {
			c.pause(peer.Value().(*client), true)
		}
	case wsserver.Binary:
		c.ws.CloseConnection(m.From, 1003, "binary messages go from the game to the client only")
	case wsserver.Closed:
		c.leave(m.From)
	}
	return true
}

// owner is whom a client holds the time for. A script that comes by POST is a new
// client each time, so all of them hold it together, until one lets it go, under a
// name that no client can have.
func owner(p *rpc.Peer) (by any, name string) {
	if _, ok := p.Conn().(*post); ok {
		return (*post)(nil), "POST /rpc"
	}
	return p, p.Name()
}

// leave lets go of a connection that has ended.
func (c *Console) leave(id wsserver.ConnID) {
	peer := c.peers[id]
	if peer == nil {
		return
	}
	if peer.Value().(*client).paused {
		c.paused--
	}
	c.rpc.Disconnect(peer)
	c.Time.leave(peer, c.clock.now())
	delete(c.peers, id)
}

// pause stops reading from a client, or goes on with it.
func (c *Console) pause(cl *client, on bool) {
	if cl.paused == on {
		return
	}
	cl.paused = on
	c.ws.PauseReading(cl.id, on)
	if on {
		c.paused++
	} else {
		c.paused--
	}
}

// relieve reads again from clients whose requests were served.
func (c *Console) relieve() {
	if c.paused == 0 {
		return
	}
	for _, peer := range c.peers {
		if n, bytes := peer.Queued(); n < maxQueued/2 && bytes < maxQueuedBytes/2 {
			c.pause(peer.Value().(*client), false)
		}
	}
}

// authenticate lets a client in, by the code of a link or by a token. Only this
// machine reaches the console, so all wrong attempts count as one address's.
func (c *Console) authenticate(l rpc.LoginParams) (rpc.Grant, error) {
	token, used, err := c.door.Enter(l.Code, l.Token, "loopback")
	if used {
		c.life.reprint()
	}
	if err != nil {
		return rpc.Grant{}, rpc.Errorf(rpc.LoginRequired, "%v", err)
	}
	return rpc.Grant{Role: rpc.Drive, Token: token}, nil
}

func (c *Console) name() string {
	if c.Name != "" {
		return c.Name
	}
	return strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
}

func (c *Console) version() string {
	if c.Version != "" {
		return c.Version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "(devel)" {
		return b.Main.Version
	}
	return ""
}

func (c *Console) token() string {
	if c.Token != "" {
		return c.Token
	}
	return os.Getenv("SCRY_TOKEN")
}

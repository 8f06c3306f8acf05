package console

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/scry-dev/scry/internal/door"
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver"
)

// role is what the client of a handshake may do: one that shows a token all, one of
// our own page nothing until it has logged in by its first message.
func (c *Console) role(r *http.Request) (rpc.Role, error) {
	token := door.Bearer(r)
	switch {
	case token != "" && c.door.Known(token):
		c.start()
		return rpc.Drive, nil
	case token != "":
		return rpc.None, &wsserver.Refusal{Status: http.StatusUnauthorized, Reason: whyNot(token)}
	case r.Header.Get("Origin") == "":
		return rpc.None, &wsserver.Refusal{Status: http.StatusUnauthorized, Reason: whyNot(token)}
	}
	c.start()
	return rpc.None, nil
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

// exempt frees the client that holds the time from its pace: what it asks for is
// bounded by the time budget of requests.
func (c *Console) exempt() {
	holder, _ := c.Time.holder.(*rpc.Peer)
	if holder == c.exempted {
		return
	}
	if c.exempted != nil {
		c.srv.Unbound(c.exempted, false)
	}
	if c.exempted = holder; holder != nil {
		c.srv.Unbound(holder, true)
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

package peers

import (
	"net"
	"net/http"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// gobwas frames a broadcast once and writes the bytes to the connections in a
// loop. It reads by the helpers of wsutil, as its documentation does.
type gobwas struct {
	echo bool
	members[net.Conn]
}

func newGobwas(echo bool) Server { return &gobwas{echo: echo} }

func (g *gobwas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, _, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		return
	}
	go g.read(conn)
	g.add(conn)
}

func (g *gobwas) read(conn net.Conn) {
	defer conn.Close()
	for {
		p, op, err := wsutil.ReadClientData(conn)
		if err != nil {
			return
		}
		if !g.echo {
			continue
		}
		if err := wsutil.WriteServerMessage(conn, op, p); err != nil {
			return
		}
	}
}

func (g *gobwas) Broadcast(text []byte) {
	frame := ws.MustCompileFrame(ws.NewTextFrame(text))
	g.each(func(c net.Conn) { c.Write(frame) })
}

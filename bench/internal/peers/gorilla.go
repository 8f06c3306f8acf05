package peers

import (
	"net/http"

	"github.com/gorilla/websocket"
)

// gorilla broadcasts by a PreparedMessage, framed once and written in a loop.
type gorilla struct {
	upgrader websocket.Upgrader
	echo     bool
	members[*websocket.Conn]
}

func newGorilla(echo bool) Server { return &gorilla{echo: echo} }

func (g *gorilla) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := g.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	go g.read(conn)
	g.add(conn)
}

func (g *gorilla) read(conn *websocket.Conn) {
	defer conn.Close()
	for {
		kind, p, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if !g.echo {
			continue
		}
		if err := conn.WriteMessage(kind, p); err != nil {
			return
		}
	}
}

func (g *gorilla) Broadcast(text []byte) {
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		panic(err) // only for a kind of message that does not exist
	}
	g.each(func(c *websocket.Conn) { c.WritePreparedMessage(m) })
}

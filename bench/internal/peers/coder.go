package peers

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// coder reads in the HTTP handler and writes whole messages, as in the library's
// README, but without contexts that can be cancelled, which would cost it more.
type coder struct {
	echo bool
	members[*websocket.Conn]
}

func newCoder(echo bool) Server { return &coder{echo: echo} }

func (s *coder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	s.add(conn)
	for {
		kind, p, err := conn.Read(context.Background())
		if err != nil {
			return
		}
		if !s.echo {
			continue
		}
		if err := conn.Write(context.Background(), kind, p); err != nil {
			return
		}
	}
}

func (s *coder) Broadcast(text []byte) {
	s.each(func(c *websocket.Conn) { c.Write(context.Background(), websocket.MessageText, text) })
}

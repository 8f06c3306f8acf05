package peers

import (
	"net/http"

	"github.com/lxzan/gws"
)

// gwsServer broadcasts by the library's Broadcaster, which queues the write for
// each connection.
type gwsServer struct {
	gws.BuiltinEventHandler
	upgrader *gws.Upgrader
	echo     bool
	members[*gws.Conn]
}

func newGWS(echo bool) Server {
	s := &gwsServer{echo: echo}
	s.upgrader = gws.NewUpgrader(s, nil)
	return s
}

func (s *gwsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := s.upgrader.Upgrade(w, r)
	if err != nil {
		return
	}
	go conn.ReadLoop()
	s.add(conn)
}

// OnMessage is called by the library, on the reading goroutine.
func (s *gwsServer) OnMessage(conn *gws.Conn, m *gws.Message) {
	defer m.Close()
	if s.echo {
		conn.WriteMessage(m.Opcode, m.Bytes())
	}
}

func (s *gwsServer) Broadcast(text []byte) {
	b := gws.NewBroadcaster(gws.OpcodeText, text)
	defer b.Close()
	s.each(func(c *gws.Conn) { b.Broadcast(c) })
}

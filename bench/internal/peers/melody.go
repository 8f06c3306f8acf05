package peers

import (
	"net/http"

	"github.com/olahol/melody"
)

// melodyServer broadcasts by the library's own hub, a goroutine that puts the text
// into the channel of each session.
type melodyServer struct {
	*melody.Melody
}

func newMelody(echo bool) Server {
	m := melody.New()
	m.Config.MaxMessageSize = 64 << 10 // 512 bytes by default, less than we send
	if echo {
		m.HandleMessage(func(s *melody.Session, text []byte) { s.Write(text) })
	}
	return melodyServer{m}
}

func (m melodyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.HandleRequest(w, r) }

func (m melodyServer) Connected() int { return m.Len() }

func (m melodyServer) Broadcast(text []byte) { m.Melody.Broadcast(text) }

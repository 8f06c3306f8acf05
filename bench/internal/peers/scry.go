package peers

import (
	"math"
	"time"

	"github.com/scry-dev/scry/wsserver"
)

// scry is our own server, polled by a loop that has nothing else to do.
type scry struct {
	wsserver.Server
	all *wsserver.Audience
}

func newScry(echo bool) Server {
	s := &scry{}
	s.Limits.MaxConnections = math.MaxInt32
	s.Limits.PingAfter = time.Hour // listeners say nothing, and count every byte as the text's
	s.all = s.NewAudience()
	if echo {
		go s.loop()
	}
	return s
}

// loop is a program that waits for messages and answers them.
func (s *scry) loop() {
	for s.Wait(time.Minute) {
		s.Update()
		for m := range s.ProcessMessages {
			if m.Kind == wsserver.Text {
				s.SendTextMessage(m.From, m.Data)
			}
		}
		s.ClearMessages()
		s.Update()
	}
}

// Connected takes in who came; who goes leaves the audience by himself.
func (s *scry) Connected() int {
	s.Update()
	for m := range s.ProcessMessages {
		if m.Kind == wsserver.Opened {
			s.all.Add(m.From)
		}
	}
	s.ClearMessages()
	s.Update()
	return s.all.Len()
}

// Broadcast is a frame of a game's loop that sends once.
func (s *scry) Broadcast(text []byte) {
	s.all.SendText(text)
	s.Update()
}

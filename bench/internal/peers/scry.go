package peers

import (
	"math"
	"slices"
	"time"

	"github.com/scry-dev/scry/wsserver"
)

// scry is our own server, polled by a loop that has nothing else to do.
type scry struct {
	wsserver.Server
	ids []wsserver.ConnID
}

func newScry(echo bool) Server {
	s := &scry{}
	s.Limits.MaxConnections = math.MaxInt32
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

// Connected takes in who came and who went.
func (s *scry) Connected() int {
	s.Update()
	for m := range s.ProcessMessages {
		switch m.Kind {
		case wsserver.Opened:
			s.ids = append(s.ids, m.From)
		case wsserver.Closed:
			s.ids = slices.DeleteFunc(s.ids, func(id wsserver.ConnID) bool { return id == m.From })
		}
	}
	s.ClearMessages()
	return len(s.ids)
}

// Broadcast is a frame of a game's loop that sends once.
func (s *scry) Broadcast(text []byte) {
	s.BroadcastTextMessage(s.ids, text)
	s.Update()
}

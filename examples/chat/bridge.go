package main

import (
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver"
)

// bridge carries messages from the transport to the protocol. It is all that knows
// both. It belongs to the loop's goroutine.
type bridge struct {
	ws     *wsserver.Server
	rpc    *rpc.Server
	peers  map[wsserver.ConnID]*rpc.Peer
	paused map[wsserver.ConnID]*rpc.Peer // are not read until their requests are served
}

func newBridge(ws *wsserver.Server, s *rpc.Server) bridge {
	return bridge{ws, s, make(map[wsserver.ConnID]*rpc.Peer), make(map[wsserver.ConnID]*rpc.Peer)}
}

// socket is one connection as the protocol sees it.
type socket struct {
	ws *wsserver.Server
	id wsserver.ConnID
}

func (s socket) SendText(text []byte) error    { return s.ws.SendTextMessage(s.id, text) }
func (s socket) SendBinary(data []byte) error  { return s.ws.SendBinaryMessage(s.id, data) }
func (s socket) Close(code int, reason string) { s.ws.CloseConnection(s.id, code, reason) }
func (s socket) Backlog() int                  { return s.ws.Backlog(s.id) }

// maxQueued is how many requests of one client may wait. At the bound its socket is
// not read, so that it has to wait, until half of them are served.
const maxQueued = 64

// receive takes one message of the transport in.
func (b *bridge) receive(m wsserver.Message) bool {
	peer := b.peers[m.From]
	switch m.Kind {
	case wsserver.Opened:
		b.peers[m.From] = b.rpc.Connect(socket{b.ws, m.From}, rpc.None)
	case wsserver.Text:
		text, _ := m.Value.(*rpc.Text)
		b.rpc.Receive(peer, text)
		if n, _ := peer.Queued(); n >= maxQueued && b.paused[m.From] == nil {
			b.paused[m.From] = peer
			b.ws.PauseReading(m.From, true)
		}
	case wsserver.Binary:
		b.ws.CloseConnection(m.From, 1003, "texts alone are understood here")
	case wsserver.Closed:
		b.rpc.Disconnect(peer)
		delete(b.peers, m.From)
		delete(b.paused, m.From)
	}
	return true
}

// relieve reads again from clients whose requests were served.
func (b *bridge) relieve() {
	for id, peer := range b.paused {
		if n, _ := peer.Queued(); n < maxQueued/2 {
			delete(b.paused, id)
			b.ws.PauseReading(id, false)
		}
	}
}

package rpc

import (
	"slices"
)

// flusher knows which clients have something to send.
type flusher struct {
	dirty     []*Peer
	framers   []*Peer  // want $/frame
	strangers []*Peer  // have not logged in
	buffers   [][]byte // spare ones for Peer.out
	scratch   []byte   // the message that is being put together
	payloads  []*payload
}

// keptBuffer is the largest buffer that is kept for the next use, in bytes.
const keptBuffer = 64 << 10

// Flush hands what is due to the Conns: for each client its events, its answers,
// and, when it asked for that at login, one $/frame per frame and tick. It also
// turns away who is late to log in, and closes what [Peer.Close] named. Call it at
// the end of a frame, and after each Dispatch of a frame that lasts.
func (s *Server) Flush() {
	f := &s.flusher
	if len(f.strangers) > 0 {
		s.closeLate()
	}
	if s.sessions != nil && len(s.sessions.subs) > 0 {
		s.publishSessions()
	}
	if len(f.dirty) > 0 {
		s.flushDirty()
	}
	for i := len(f.framers) - 1; i >= 0; i-- {
		if i < len(f.framers) { // the Conn may have ended others meanwhile
			f.framers[i].tellFrame()
		}
	}
}

func (s *Server) flushDirty() {
	f := &s.flusher
	kept := 0
	for i := 0; i < len(f.dirty); i++ { // sending may add some
		p := f.dirty[i]
		p.dirty = false
		if p.gone {
			continue
		}
		if p.flush(); !p.dirty && !p.mute() && p.waiting() {
			p.dirty = true
			f.dirty[kept] = p
			kept++
		}
	}
	clear(f.dirty[kept:])
	f.dirty = f.dirty[:kept]
}

func (f *flusher) add(p *Peer) {
	if !p.dirty && !p.mute() {
		p.dirty = true
		f.dirty = append(f.dirty, p)
	}
}

// forget lets go of a client that is gone. Its place in dirty is skipped.
func (f *flusher) forget(p *Peer) {
	is := func(q *Peer) bool { return q == p }
	if p.frames {
		f.framers = slices.DeleteFunc(f.framers, is)
	}
	f.strangers = slices.DeleteFunc(f.strangers, is)
}

// flush sends what is due to one client. Events come before answers, so that an
// answer tells of a state that the events have shown; but a subscription's first
// events come behind the answer that opened it.
func (p *Peer) flush() {
	room := p.backlog() < streamBacklog
	if room {
		p.sendEvents(false)
	}
	p.sendAnswers()
	if room {
		p.sendEvents(true)
	}
	if p.closing != nil && !p.mute() {
		p.closed = true
		p.conn.Close(p.closing.code, p.closing.reason)
	}
}

// sendEvents sends the events that are due, of the subscriptions whose opening
// was answered in an earlier Flush, or in this one.
func (p *Peer) sendEvents(fresh bool) {
	for i := 0; i < len(p.subs) && !p.mute(); i++ {
		sub := p.subs[i]
		if sub.fresh != fresh || sub.unanswered {
			continue
		}
		if sub.waits() && sub.ready() {
			sub.send()
		}
		if fresh {
			sub.fresh = false
		}
	}
}

func (p *Peer) sendAnswers() {
	start := 0
	for _, end := range p.ends {
		if p.mute() {
			return
		}
		p.sendText(p.out[start:end])
		start = end
	}
	p.ends = p.ends[:0]
	p.server.flusher.giveBack(p)
}

// giveBack keeps the buffer of a client that has sent all, for the next one.
func (f *flusher) giveBack(p *Peer) {
	if cap(p.out) > 0 && cap(p.out) <= keptBuffer && len(f.buffers) < 64 {
		f.buffers = append(f.buffers, p.out[:0])
	}
	p.out = nil
}

// buffer returns where the client's next message is appended.
func (p *Peer) buffer() *[]byte {
	if f := &p.server.flusher; p.out == nil && len(f.buffers) > 0 {
		n := len(f.buffers) - 1
		p.out, f.buffers = f.buffers[n], f.buffers[:n]
	}
	return &p.out
}

func (p *Peer) sendText(text []byte) {
	p.sent += uint64(len(text))
	_ = p.conn.SendText(text) // its end is told by Disconnect
}

// waiting reports whether an event waits for its time.
func (p *Peer) waiting() bool {
	for _, sub := range p.subs {
		if sub.waits() {
			return true
		}
	}
	return false
}

func (p *Peer) tellFrame() {
	now := p.server.clock()
	if p.mute() || p.told.Frame == now.Frame && p.told.Tick == now.Tick && p.toldOnce {
		return
	}
	p.told, p.toldOnce = now, true
	f := &p.server.flusher
	f.scratch = append(f.scratch[:0], `{"jsonrpc":"2.0","method":"$/frame","params":{`...)
	f.scratch = append(now.appendTo(f.scratch), "}}"...)
	p.sendText(f.scratch)
}

// closeLate turns away the clients that took too long to log in.
func (s *Server) closeLate() {
	for _, p := range slices.Clone(s.flusher.strangers) {
		if s.now >= p.deadline {
			p.Close(closeLate, "login took too long")
		}
	}
}

package rpc

// flusher knows which clients have something to send.
type flusher struct {
	dirty     []*Peer
	cohorts   []*cohort  // have events that wait
	framers   []*Peer    // want $/frame
	strangers []*Peer    // have not logged in
	buffers   [][]byte   // spare ones for Peer.out
	scratch   []byte     // the message that is being put together
	payloads  []*payload // spare ones
	spare     int        // bytes of room in those
	held      int        // bytes of those that are in use
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
	s.publishOwn()
	if len(f.cohorts) > 0 {
		f.flushCohorts()
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

// publishOwn publishes to the topics of the server itself.
func (s *Server) publishOwn() {
	if s.methods == nil {
		return
	}
	if s.sessions.Subscribers() > 0 {
		s.publishSessions()
	}
	if s.stats.Subscribers() > 0 {
		s.publishStats()
	}
	s.tap.publish()
}

// flushCohorts sends the events of those who keep up. They go before all else,
// so that an answer tells of a state that the events have shown.
func (f *flusher) flushCohorts() {
	kept := 0
	for i := 0; i < len(f.cohorts); i++ { // sending may add some
		c := f.cohorts[i]
		c.dirty = false
		if c.flush(); !c.dirty && c.waits() {
			c.dirty = true
			f.cohorts[kept] = c
			kept++
		}
	}
	clear(f.cohorts[kept:])
	f.cohorts = f.cohorts[:kept]
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

func (f *flusher) addCohort(c *cohort) {
	if !c.dirty {
		c.dirty = true
		f.cohorts = append(f.cohorts, c)
	}
}

// trim lets go of a scratch that one large message made.
func (f *flusher) trim() {
	if cap(f.scratch) > 16*keptBuffer {
		f.scratch = nil
	}
}

// without takes a client out of a list, whose order does not matter.
func without(list []*Peer, p *Peer) []*Peer {
	for i, q := range list {
		if q == p {
			last := len(list) - 1
			list[i], list[last] = list[last], nil
			return list[:last]
		}
	}
	return list
}

// forget lets go of a client that is gone. Its place in dirty is skipped.
func (f *flusher) forget(p *Peer) {
	if p.frames {
		f.framers = without(f.framers, p)
	}
	if p.role == None {
		f.strangers = without(f.strangers, p)
	}
}

// flush sends what is due to one client. Events come before answers, so that an
// answer tells of a state that the events have shown; but a subscription's first
// events come behind the answer that opened it.
func (p *Peer) flush() {
	for _, sub := range p.subs {
		p.sent.lost += sub.expire()
	}
	room := p.sendEvents(false, p.room())
	p.sendAnswers()
	p.sendEvents(true, room)
	for _, sub := range p.subs {
		if sub.judge(); sub.cohort != nil {
			sub.cohort.seek(sub)
		}
	}
	if p.closing != nil && !p.mute() {
		p.closed = true
		p.endSubs()
		p.conn.Close(p.closing.code, p.closing.reason)
	}
}

// endSubs ends all subscriptions of a client.
func (p *Peer) endSubs() {
	for len(p.subs) > 0 {
		p.subs[len(p.subs)-1].end()
	}
}

// room returns the bytes of events that may be added to what waits at the Conn.
func (p *Peer) room() int { return streamBacklog - p.backlog() }

// sendEvents sends the events that are due, of the subscriptions whose opening
// was answered in an earlier Flush, or in this one, those of the greatest priority
// first. It returns the room that is left.
func (p *Peer) sendEvents(fresh bool, room int) int {
	for i := 0; i < len(p.subs) && !p.mute(); i++ {
		sub := p.subs[i]
		if sub.fresh != fresh || sub.unanswered {
			continue
		}
		if room > 0 && sub.waits() && sub.ready() {
			room = sub.send(room)
		}
		sub.fresh = false
	}
	return room
}

func (p *Peer) sendAnswers() {
	start := 0
	for i := 0; i < len(p.ends); i++ { // sending may add some
		end := p.ends[i]
		p.sendText(p.out[start:end])
		if start = end; p.mute() {
			return
		}
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

// sendText sends a text that is no event.
func (p *Peer) sendText(text []byte) {
	p.server.tap.out(p, text)
	p.noteSent(len(text))
	_ = p.conn.SendText(text) // its end is told by Disconnect
}

// sendEvent sends an event of a topic as text.
func (p *Peer) sendEvent(st *Stream, text []byte) {
	if st != p.server.tap.stream { // what shows messages is not shown
		p.server.tap.out(p, text)
	}
	p.noteSent(len(text))
	_ = p.conn.SendText(text)
}

func (p *Peer) sendBinary(st *Stream, data []byte) {
	p.server.tap.binary(p, st, data)
	p.noteSent(len(data))
	_ = p.conn.SendBinary(data)
}

func (p *Peer) noteSent(n int) {
	p.sent.messages++
	p.sent.bytes += uint64(n)
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
	if p.mute() || p.behind || p.told.Frame == now.Frame && p.told.Tick == now.Tick && p.toldOnce {
		return
	}
	p.told, p.toldOnce = now, true
	f := &p.server.flusher
	f.scratch = append(f.scratch[:0], `{"jsonrpc":"2.0","method":"$/frame","params":{`...)
	f.scratch = append(now.appendTo(f.scratch), "}}"...)
	p.noteSent(len(f.scratch)) // not for the tap, in which it would bury all else
	_ = p.conn.SendText(f.scratch)
}

// closeLate turns away the clients that took too long to log in.
func (s *Server) closeLate() {
	for _, p := range s.flusher.strangers {
		if s.now >= p.deadline && p.closing == nil {
			s.hit(limitLoginTime)
			p.Close(closeLate, "login took too long")
		}
	}
}

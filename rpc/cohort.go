package rpc

import "time"

// Audience is a set of Conns that are sent the same, at the cost of one message.
// What an audience is sent is in order with what each of its Conns is.
type Audience interface {
	// Add takes a Conn in, and reports whether it can.
	Add(Conn) bool
	// Remove lets a Conn go. It is called for each that was added, also when the
	// Conn has ended by itself.
	Remove(Conn)
	SendText(text []byte)
	SendBinary(data []byte)
}

// cohort is the subscriptions to a topic that are alike: the same id, policy and
// rate, and a client that keeps up. They are sent the same bytes, so that an event
// is written once, waits once, and costs the loop the same for one and for ten
// thousand. A subscription that is new, or whose client is slow, is sent to by
// itself until it has caught up.
type cohort struct {
	queue    // its readers are the members
	alike    alike
	wireID   []byte
	number   uint32
	audience Audience
	newest   *Sub // the member that joined last; nil when it has left again
	refs     int  // members and those that would be
	at       int  // place in the stream's cohorts
	sent     traffic
	dirty    bool // stands in the flusher's cohorts
}

// alike is what the subscriptions of a cohort have in common.
type alike struct {
	id, policy string
	gap        time.Duration
	buffer     int
}

// traffic is what a client was sent.
type traffic struct{ messages, bytes, lost uint64 }

func (t *traffic) add(u traffic) {
	t.messages += u.messages
	t.bytes += u.bytes
	t.lost += u.lost
}

// minus is the traffic since an earlier look.
func (t traffic) minus(u traffic) traffic {
	return traffic{t.messages - u.messages, t.bytes - u.bytes, t.lost - u.lost}
}

// cohortFor returns the cohort for a new subscription, nil when it is to be sent
// to by itself: because the program has no audiences, or because its client says
// how much it is sent.
func (st *Stream) cohortFor(sub *Sub) *cohort {
	s := st.server
	if s.NewAudience == nil || sub.credit != 0 {
		return nil
	}
	key := alike{sub.id, sub.policy, sub.gap, sub.buffer}
	if c := st.byAlike[key]; c != nil {
		return c
	}
	s.lastSub++
	c := &cohort{
		queue: sub.queue, alike: key, wireID: sub.wireID, number: s.lastSub, audience: s.NewAudience(), at: len(st.cohorts),
	}
	c.readers = 0
	st.cohorts = append(st.cohorts, c)
	if st.byAlike == nil {
		st.byAlike = map[alike]*cohort{}
	}
	st.byAlike[key] = c
	return c
}

// seek has a subscription join its cohort when both are at the same event:
// nothing waits for either, and they would be told of the same number of lost
// ones. Until then it takes its turns when the cohort does, so that both come to
// their end at once.
func (c *cohort) seek(sub *Sub) {
	p := sub.peer
	if sub.shared || sub.fresh || sub.unanswered || p.behind || p.closing != nil || p.mute() {
		return
	}
	if c.readers > 0 && (c.waits() || sub.waits() || c.lost != sub.lost) {
		sub.next = max(sub.next, c.next)
	} else if !sub.waits() {
		c.join(sub)
	}
}

// join makes a subscription one of the cohort. The next turn is due when it is for
// both, which keeps the rate of both.
func (c *cohort) join(sub *Sub) {
	if !c.audience.Add(sub.peer.conn) {
		sub.alone()
		return
	}
	c.stream.loose.remove(sub)
	c.seq, c.next, c.lost = max(c.seq, sub.seq), max(c.next, sub.next), sub.lost
	c.readers++
	c.newest = sub
	sub.shared, sub.mark = true, c.sent
}

// leave has a subscription of the cohort be sent to by itself again, with all that
// waits.
func (c *cohort) leave(sub *Sub) {
	c.readers--
	if c.newest == sub {
		c.newest = nil
	}
	c.audience.Remove(sub.peer.conn)
	c.stream.loose.add(sub)
	sub.shared = false
	sub.peer.sent.add(c.sent.minus(sub.mark))
	sub.seq, sub.next, sub.lost = c.seq, c.next, c.lost
	for _, e := range c.events.waiting() {
		sub.push(e)
	}
	if c.readers == 0 {
		c.empty()
	}
}

// release ends a subscription's claim to the cohort.
func (c *cohort) release() {
	if c.refs--; c.refs > 0 {
		return
	}
	c.empty()
	st := c.stream
	last := len(st.cohorts) - 1
	moved := st.cohorts[last]
	st.cohorts[c.at], moved.at, st.cohorts[last] = moved, c.at, nil
	st.cohorts = st.cohorts[:last]
	delete(st.byAlike, c.alike)
}

// push queues an event for the members.
func (c *cohort) push(e *payload) {
	if c.readers == 0 {
		return
	}
	c.sent.lost += c.queue.push(e)
	c.stream.server.flusher.addCohort(c)
}

// flush sends what is due to the members.
func (c *cohort) flush() {
	c.sent.lost += c.expire()
	if c.waits() && c.due() {
		c.begin()
		room := streamBacklog
		for n := 0; c.waits() && !c.served(n) && (room > 0 || c.policy == Reliable); n++ {
			e := c.take()
			room -= c.send(e)
			c.stream.server.flusher.unuse(e)
		}
	}
	c.judge()
}

// send sends an event to the members and returns its size in bytes.
func (c *cohort) send(e *payload) int {
	f := &c.stream.server.flusher
	f.scratch = e.appendTo(f.scratch[:0], c.wireID, c.number, c.lost)
	n := len(f.scratch)
	// All is noted before it is sent, which may end members.
	c.seq, c.lost = e.number, 0
	c.sent.messages++
	c.sent.bytes += uint64(n)
	c.stream.tally.sent += uint64(c.readers)
	c.stream.server.tap.cast(c, f.scratch, e.binary)
	if e.binary {
		c.audience.SendBinary(f.scratch)
	} else {
		c.audience.SendText(f.scratch)
	}
	f.trim()
	return n
}

// judge closes the members when more of a reliable topic waits than may.
func (c *cohort) judge() {
	if !c.over() {
		return
	}
	for _, sub := range c.stream.subs.subs {
		if sub.cohort == c && sub.shared {
			sub.giveUp(c.events.len())
		}
	}
}

package rpc

import (
	"slices"
	"time"
)

// Audience is a set of Conns that are sent the same, at the cost of one message.
// What an audience is sent is in order with what each of its Conns is.
type Audience interface {
	// Add takes a Conn in, and reports whether it can.
	Add(Conn) bool
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
	queue
	alike    alike
	wireID   []byte
	number   uint32
	audience Audience
	members  int
	newest   *Sub   // the member that joined last; nil when it has left again
	refs     int    // members and those that would be
	joining  []*Sub // wait until the cohort's queue is empty, as theirs then is
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
	for _, c := range st.cohorts {
		if c.alike == key {
			return c
		}
	}
	s.lastSub++
	c := &cohort{queue: sub.queue, alike: key, wireID: sub.wireID, number: s.lastSub, audience: s.NewAudience()}
	c.seq = st.number
	st.cohorts = append(st.cohorts, c)
	return c
}

// seek has a subscription join its cohort as soon as both are at the same event.
func (c *cohort) seek(sub *Sub) {
	if sub.shared || sub.fresh || sub.unanswered || sub.ended || sub.peer.behind || sub.peer.mute() {
		return
	}
	if !c.waits() && !sub.waits() {
		c.join(sub)
	} else if !sub.seeking {
		sub.seeking = true
		c.joining = append(c.joining, sub)
	}
}

// join makes a subscription one of the cohort.
func (c *cohort) join(sub *Sub) {
	if !c.audience.Add(sub.peer.conn) {
		sub.alone()
		return
	}
	c.stream.loose.remove(sub)
	if c.members == 0 { // it was not pushed to
		c.seq, c.next, c.lost = sub.seq, sub.next, sub.lost
	}
	c.members++
	c.newest = sub
	sub.shared, sub.mark = true, c.sent
}

// leave has a subscription of the cohort be sent to by itself again.
func (c *cohort) leave(sub *Sub) {
	c.members--
	if c.newest == sub {
		c.newest = nil
	}
	sub.shared = false
	sub.peer.sent.add(c.sent.minus(sub.mark))
	sub.seq, sub.next, sub.lost = c.seq, c.next, c.lost
	if !sub.peer.mute() {
		c.audience.Remove(sub.peer.conn)
		for _, e := range c.events.waiting() {
			sub.queue.push(e)
		}
		c.stream.server.flusher.add(sub.peer)
	}
	c.stream.loose.add(sub)
	if c.members == 0 {
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
	st.cohorts = slices.DeleteFunc(st.cohorts, func(other *cohort) bool { return other == c })
}

// push queues an event for the members.
func (c *cohort) push(e *payload) {
	if c.members == 0 {
		return
	}
	c.sent.lost += c.queue.push(e)
	c.stream.server.flusher.addCohort(c)
}

// flush sends what is due to the members, and takes in those that wait to join.
func (c *cohort) flush() {
	before := c.lost
	c.expire()
	c.sent.lost += c.lost - before
	if !c.waits() || !c.due() {
		return
	}
	c.begin()
	room := streamBacklog
	for n := 0; c.waits() && !c.served(n) && (room > 0 || c.policy == Reliable); n++ {
		e := c.take()
		room -= c.send(e)
		c.stream.server.flusher.unuse(e)
	}
	if !c.waits() {
		c.admit()
	}
}

// send sends an event to the members and returns its size in bytes.
func (c *cohort) send(e *payload) int {
	f := &c.stream.server.flusher
	c.seq = e.number
	f.scratch = e.appendTo(f.scratch[:0], c.wireID, c.number, c.lost)
	if e.binary {
		c.audience.SendBinary(f.scratch)
	} else {
		c.audience.SendText(f.scratch)
	}
	c.stream.server.tap.cast(c, f.scratch, e.binary)
	n := len(f.scratch)
	c.sent.messages++
	c.sent.bytes += uint64(n)
	c.lost = 0
	c.stream.tally.sent += uint64(c.members)
	f.trim()
	return n
}

// admit takes in those that wait to join: the members were just sent all there
// is, so they are too.
func (c *cohort) admit() {
	waiting := c.joining
	c.joining = nil
	for _, sub := range waiting {
		sub.seeking = false
		if sub.ended || sub.shared || sub.cohort != c || sub.peer.behind || sub.peer.mute() {
			continue
		}
		sub.send(sub.peer.room())
		c.seek(sub)
	}
}

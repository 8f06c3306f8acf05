package rpc

import "time"

// The policies say what becomes of events that a client has no room for.
const (
	Latest   = "latest"   // only the newest waits, with keys the newest of each; lost counts the others
	All      = "all"      // up to buffer wait; lost counts the oldest that had to go
	Sample   = "sample"   // latest, at each moment of the rate; nothing counts as lost
	Reliable = "reliable" // all wait; a client for which more than buffer do is closed
)

var policies = []string{Latest, All, Sample, Reliable}

const (
	defaultBuffer = 256
	maxHeld       = 1 << 20 // bytes of events that wait in one queue
)

// queue holds the events that wait for a subscription, or for a cohort of them,
// by the rules of the topic and of who subscribed.
type queue struct {
	stream  *Stream
	policy  string
	gap     time.Duration // between two turns
	buffer  int
	readers int // clients that it is for

	events fifo[*payload]
	held   int           // bytes in events
	next   time.Duration // when the next turn is due
	seq    uint32        // of the event sent last
	lost   uint64        // since the event sent last
}

// waits reports whether an event waits.
func (q *queue) waits() bool { return q.events.len() > 0 }

// push queues an event, and returns how many others count as lost because of it.
func (q *queue) push(e *payload) (lost uint64) {
	before := q.lost
	if e.key != "" && q.policy == All || q.policy == Latest || q.policy == Sample {
		q.replace(e.key)
	}
	for q.crowded(e) {
		q.lose()
	}
	e.uses++
	q.events.push(e)
	q.held += len(e.value)
	return q.lost - before
}

// replace drops the event that waits under a key: the newer value is better. The
// empty key is that of all events without one.
func (q *queue) replace(key string) {
	for i, e := range q.events.waiting() {
		if e.key == key {
			q.letGo(q.events.remove(i))
			q.count()
			q.stream.tally.replaced += uint64(q.readers)
			return
		}
	}
}

// crowded reports whether an event must go before another may wait.
func (q *queue) crowded(e *payload) bool {
	if q.policy == Reliable || !q.waits() {
		return false
	}
	return q.events.len() >= q.buffer || q.held+len(e.value) > maxHeld || q.stream.server.laden()
}

// laden reports whether all events together hold more than they may.
func (s *Server) laden() bool {
	if s.flusher.held <= s.Limits.events() {
		return false
	}
	s.hit(limitEvents)
	return true
}

// over reports whether more waits than a reliable subscription may leave waiting.
func (q *queue) over() bool {
	return q.policy == Reliable && (q.events.len() > q.buffer || q.held > maxHeld || q.waits() && q.stream.server.laden())
}

// expire drops the events that are too old to be of use, and returns how many count
// as lost because of it.
func (q *queue) expire() (lost uint64) {
	before := q.lost
	for q.waits() && q.stream.stale(q.events.waiting()[0]) {
		q.lose()
		q.stream.tally.expired += uint64(q.readers)
	}
	return q.lost - before
}

// stale reports whether an event is too old to be of use.
func (st *Stream) stale(e *payload) bool {
	age := st.topic.Expiry
	return age > 0 && st.server.now-time.Duration(e.at.Time) > age
}

// lose drops the event that waits longest.
func (q *queue) lose() {
	q.pop()
	q.count()
}

// count counts an event as lost.
func (q *queue) count() {
	if q.policy != Sample {
		q.lost++
		q.stream.tally.lost += uint64(q.readers)
		q.stream.server.lost.Add(uint64(q.readers))
	}
}

// pop lets go of the event that waits longest.
func (q *queue) pop() { q.letGo(q.events.pop()) }

// take takes the event that waits longest. Its use is the caller's.
func (q *queue) take() *payload {
	e := q.events.pop()
	q.held -= len(e.value)
	return e
}

func (q *queue) letGo(e *payload) {
	q.held -= len(e.value)
	q.stream.server.flusher.unuse(e)
}

// empty lets go of all that waits.
func (q *queue) empty() {
	for q.waits() {
		q.pop()
	}
}

// due reports whether the queue's turn has come. A frame that comes a little early
// does not miss a turn: over time they keep the rate.
func (q *queue) due() bool { return q.stream.server.now >= q.next-q.gap/8 }

// begin begins a turn.
func (q *queue) begin() {
	now := q.stream.server.now
	if q.next += q.gap; q.next < now {
		q.next = now + q.gap
	}
}

// served reports whether a turn in which n events were sent is over, because of
// the topic's quota.
func (q *queue) served(n int) bool {
	quota := q.stream.topic.Quota
	return quota > 0 && n >= quota
}

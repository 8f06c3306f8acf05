package console

import (
	"time"

	"github.com/scry-dev/scry/rpc"
)

// viewing is what clients look at in the world.
type viewing struct {
	server *rpc.Server
	stream *rpc.Stream // the topic world
	places *rpc.Stream // the topic places
	census census
	camera func() projection // from the world to the picture; nil is the same

	queries []*query // that are ready to run
	bound   []*group // for which they are
	scans   []*scan  // that wait to be used again
	deep    deep
	length  time.Duration        // of a frame, as the game wants it
	drives  func(*rpc.Peer) bool // whether a client holds the game; nil is that none does

	rests   uint64        // frame from which on it is looked again, after a panic of the game
	pending []pending     // calls that a frame was too short for
	spent   time.Duration // on scans in this frame
	turn    int           // which task is the first
	tasks   []task
	done    []bool // by task
	subs    []*rpc.Sub
	streams int // subs[:streams] are of the topic world

	text  []byte // scratch of matchers
	cells cells  // scratch of rows
	rows  WorldRows
}

// frame is the frame that runs.
func (v *viewing) frame() uint64 {
	if v.server == nil {
		return 0
	}
	return v.server.Frame()
}

// until is when a scan that begins now is to stop.
func (v *viewing) until() time.Time { return time.Now().Add(v.budget() - v.spent) }

// budget is what scans may take of a frame: a fiftieth of a long one.
func (v *viewing) budget() time.Duration { return max(scanBudget, v.length/50) }

// task is work that may take several frames.
type task interface {
	// run goes on until it is through, which it reports, or the time is up.
	run(until time.Time) (done bool)
}

// question is a task that a call waits for.
type question interface {
	task
	answer() any
	end() // it was answered, or nobody waits any more
}

// pending is a call that is answered when its task is through.
type pending struct {
	task  question
	reply *rpc.Pending
}

// maxPending bounds how many of them there are at a time.
const maxPending = 64

// ask runs a task as far as the frame allows. Where it is not through then, the call is
// answered later and nil is returned. A client that holds the game may take a whole frame,
// and what it asks for behind waits: a step must not change what a question in front of it
// looks at.
func (w *World) ask(call *rpc.Call, t question) (answer any, err error) {
	v := &w.viewing
	until, later := v.until(), call.Defer
	if v.drives != nil && v.drives(call.Peer) {
		until, later = time.Now().Add(v.length), call.Block
	}
	if t.run(until) {
		answer = t.answer()
		t.end()
		return answer, nil
	}
	if len(v.pending) >= maxPending {
		t.end()
		return nil, rpc.Errorf(rpc.TooMany, "%d calls that look through the world are under way already", maxPending)
	}
	v.pending = append(v.pending, pending{t, later()})
	return nil, nil
}

func (w *World) registerView(s *rpc.Server) {
	v := &w.viewing
	v.server = s
	rpc.Handle(s, rpc.Method{Name: "world.list", Help: "the entities that meet a condition, sorted, a window of them", Role: rpc.View,
		Errors: []rpc.Code{rpc.InvalidParams, rpc.NotFound, rpc.TooMany}}, w.list)
	rpc.Handle(s, rpc.Method{Name: "world.complete", Help: "what may stand in a condition at a place", Role: rpc.View,
		Errors: []rpc.Code{rpc.InvalidParams, rpc.OutOfRange}}, w.complete)
	w.registerPlaces(s)
	w.registerPick(s)
	v.stream = rpc.Open[WatchQuery, WorldView](s, rpc.Topic{Name: "world", Snapshot: WorldView{}, Help: "a window of the world and one entity: whole at first, then what changed", Rate: 10},
		func(sub *rpc.Sub, p WatchQuery) (any, error) {
			t, err := w.newWatch(p)
			if err != nil {
				return nil, err
			}
			sub.Value = t
			return t.first(), nil
		})
}

// list is world.list.
func (w *World) list(call *rpc.Call, q WorldQuery) (WorldRows, error) {
	c, err := w.compile(q)
	if err != nil {
		return WorldRows{}, err
	}
	s := w.takeScan()
	s.start(c, min(q.Offset, maxOffset), limitOf(q))
	s.brief = true
	if answer, err := w.ask(call, s); answer == nil {
		return WorldRows{}, err
	}
	return w.viewing.rows, nil
}

func limitOf(q WorldQuery) int {
	if q.Limit == 0 {
		return defaultLimit
	}
	return q.Limit
}

// takeScan returns a scan to use, with the room of an earlier one.
func (w *World) takeScan() *scan {
	v := &w.viewing
	if n := len(v.scans); n > 0 {
		s := v.scans[n-1]
		v.scans = v.scans[:n-1]
		return s
	}
	return new(scan)
}

// end gives a scan of a call back.
func (s *scan) end() {
	v := &s.query.w.viewing
	s.forget()
	if len(v.scans) < 4 {
		v.scans = append(v.scans, s)
	}
}

// abandon lets go of the tasks of clients that have left, when nobody is there.
func (w *World) abandon() {
	v := &w.viewing
	if len(v.pending) > 0 || len(v.subs) > 0 || v.census.counting() {
		v.pending, v.scans, v.subs, v.tasks = nil, nil, nil, nil
		v.census.stop()
	}
}

// publish goes on with what is under way, and sends every subscriber whose turn it is
// what changed in its view.
func (w *World) publish() {
	v := &w.viewing
	if len(v.pending) == 0 && v.stream.Subscribers() == 0 && v.places.Subscribers() == 0 {
		v.spent = 0
		v.census.stop()
		return
	}
	if now := v.frame(); now >= v.rests {
		if err := w.guard("looking at the world", func() error { v.gather(w); v.work(); v.deliver(); return nil }); err != nil {
			v.rests = now + restFrames
			v.giveUp(err)
		}
	}
	v.spent = 0
}

// restFrames is how long nothing is looked at for clients when a function of the game
// has panicked: it will again, and is to be told of once in a while.
const restFrames = 60

// giveUp lets go of what was under way, for a function of the game has panicked.
func (v *viewing) giveUp(err error) {
	for _, p := range v.pending {
		p.reply.Fail(err)
	}
	clear(v.pending)
	v.pending, v.scans, v.deep = v.pending[:0], nil, deep{}
	v.census.stop()
	clear(v.subs)
	clear(v.tasks)
}

// gather collects the tasks of the frame.
func (v *viewing) gather(w *World) {
	v.subs = v.stream.AppendSubs(v.subs[:0])
	v.streams = len(v.subs)
	v.subs = v.places.AppendSubs(v.subs)
	v.tasks = v.tasks[:0]
	for _, sub := range v.subs {
		v.tasks = append(v.tasks, sub.Value.(task))
		if t := sub.Value.(subscribed); !t.running() && sub.Due() {
			t.begin()
		}
	}
	kept := v.pending[:0]
	for _, p := range v.pending {
		if p.reply.Canceled() {
			p.task.end()
			continue
		}
		kept = append(kept, p)
		v.tasks = append(v.tasks, p.task)
	}
	clear(v.pending[len(kept):])
	v.pending = kept
	if v.streams > 0 {
		v.census.w = w
		v.tasks = append(v.tasks, &v.census)
	} else {
		v.census.stop()
	}
}

// subscribed is the task of a subscription, which begins anew whenever it is due.
type subscribed interface {
	task
	running() bool
	begin()
	// tell sends what is new, when the task is through.
	tell(sub *rpc.Sub)
}

// work shares the time of the frame among the tasks. Who comes first may use it up, so
// each is the first in turn.
func (v *viewing) work() {
	until := v.until()
	n := len(v.tasks)
	v.done = append(v.done[:0], make([]bool, n)...)
	if n == 0 {
		return
	}
	first, served := v.turn%n, 0
	for ; served < n; served++ {
		now := time.Now()
		left := until.Sub(now)
		if served > 0 && left <= 0 {
			break
		}
		i := (first + served) % n
		v.done[i] = v.tasks[i].run(now.Add(max(0, left) / time.Duration(n-served)))
	}
	v.turn = first + served
	for k := range served { // what some left over
		if i := (first + k) % n; !v.done[i] && time.Now().Before(until) {
			v.done[i] = v.tasks[i].run(until)
		}
	}
}

// deliver sends and answers what is through.
func (v *viewing) deliver() {
	for i, sub := range v.subs {
		if t := v.tasks[i].(subscribed); v.done[i] && t.running() {
			t.tell(sub)
		}
	}
	kept := v.pending[:0]
	for i, p := range v.pending {
		if !v.done[len(v.subs)+i] {
			kept = append(kept, p)
			continue
		}
		p.reply.Reply(p.task.answer())
		p.task.end()
	}
	clear(v.pending[len(kept):])
	v.pending = kept
	clear(v.subs)
	clear(v.tasks)
}

package timing

import (
	"fmt"
	"time"
)

// Scope names a registered scope of one [Recorder]. The zero Scope names none.
type Scope uint16

// Index returns the scope's place in the slices that [Recorder.Frame] and
// [Recorder.Scopes] return, counted from 0 in the order of registration, and -1
// for the zero Scope.
func (s Scope) Index() int { return int(s) - 1 }

// maxScopes bounds what one Recorder registers, so that a name made at run time
// by mistake cannot grow a game without end.
const maxScopes = 4096

// Info is what is known of a scope beside its measurements.
type Info struct {
	Name   string
	Help   string
	Parent Scope         // the scope inside which it began first; zero for an outermost one
	Budget time.Duration // what it may take in a frame; zero is no budget
}

// Stat is what one scope took in one frame.
type Stat struct {
	Calls uint32
	Total time.Duration // begin to end, summed over the calls
	Self  time.Duration // Total without the scopes inside
	Min   time.Duration // the shortest call; zero when there was none
	Max   time.Duration // the longest call
}

// Recorder collects the scopes of one goroutine. The zero value is ready; nil
// measures nothing. All methods belong to that goroutine.
type Recorder struct {
	base   time.Time // what the clock counts from; set with the first scope
	byName map[string]Scope
	infos  []Info

	stats, spare []Stat        // the running frame, and the one handed out last
	open         Scope         // the innermost scope that has begun and not ended
	child        time.Duration // what the ended scopes inside the open one took
	work         time.Duration // what the outermost scopes took in the running frame
}

// Scope registers a scope under a name and returns its handle; the same name
// gives the same handle. Register once, at start-up: the look-up by name is not
// for hot code. It panics when more than 4,096 scopes are registered, which only
// names made up at run time can do. A nil Recorder returns the zero Scope.
func (r *Recorder) Scope(name, help string) Scope {
	if r == nil {
		return 0
	}
	if s, ok := r.byName[name]; ok {
		return s
	}
	if len(r.infos) == maxScopes {
		panic(fmt.Sprintf("timing: scope %q is one more than %d; are names made at run time?", name, maxScopes))
	}
	if r.byName == nil {
		r.byName = make(map[string]Scope)
		r.base = time.Now()
	}
	r.infos = append(r.infos, Info{Name: name, Help: help})
	r.stats = append(r.stats, Stat{})
	r.spare = append(r.spare, Stat{})
	s := Scope(len(r.infos))
	r.byName[name] = s
	return s
}

// Budget sets what a scope may take in a frame; zero takes the budget away. A
// nil Recorder and the zero Scope ignore it.
func (r *Recorder) Budget(s Scope, d time.Duration) {
	if r != nil && s != 0 {
		r.infos[s-1].Budget = d
	}
}

// Scopes returns what is known of every scope, by [Scope.Index]. The slice is
// the Recorder's own and changes with it.
func (r *Recorder) Scopes() []Info {
	if r == nil {
		return nil
	}
	return r.infos
}

// Begin opens a scope and returns the token that ends it. It allocates nothing.
func (r *Recorder) Begin(s Scope) Span {
	if r == nil || s == 0 {
		return Span{}
	}
	span := Span{rec: r, scope: s, parent: r.open, child: r.child, start: time.Since(r.base)}
	r.open, r.child = s, 0
	return span
}

// Frame closes the running frame and begins the next. It returns what every
// scope took in the closed frame, by [Scope.Index], and the sum of the outermost
// scopes. The slice is valid until the next call. A scope still open counts in
// the frame in which it ends.
func (r *Recorder) Frame() (stats []Stat, work time.Duration) {
	if r == nil {
		return nil, 0
	}
	r.stats, r.spare = r.spare, r.stats
	clear(r.stats)
	work, r.work = r.work, 0
	return r.spare, work
}

// Span is a scope that has begun. It is a value: keep it on the stack and call
// End once, on every path; defer is the short form.
type Span struct {
	rec    *Recorder
	scope  Scope
	parent Scope         // the scope that was open when this one began
	child  time.Duration // what the parent had spent in ended scopes by then
	start  time.Duration
}

// End closes the scope. Ending a zero Span does nothing. A span that was
// forgotten heals when the scope around it ends, because each token carries the
// state that it restores.
func (s Span) End() {
	r := s.rec
	if r == nil {
		return
	}
	// A clock that steps back (some virtual machines) must not make time negative.
	total := max(time.Since(r.base)-s.start, 0)
	self := max(total-r.child, 0)
	r.open, r.child = s.parent, s.child+total
	if s.parent == 0 {
		r.child = 0
		r.work += total
	} else if in := &r.infos[s.scope-1]; in.Parent == 0 && s.parent != s.scope && r.stats[s.scope-1].Calls == 0 {
		in.Parent = s.parent
	}
	r.stats[s.scope-1].add(total, self)
}

// add counts one call.
func (t *Stat) add(total, self time.Duration) {
	if t.Calls == 0 || total < t.Min {
		t.Min = total
	}
	t.Max = max(t.Max, total)
	t.Calls++
	t.Total += total
	t.Self += self
}

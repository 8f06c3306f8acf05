package timing

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Scope names a registered scope of one [Recorder]. The zero Scope names none.
type Scope uint16

// Index returns the scope's place in what [Recorder.Frame] and [Recorder.Scopes]
// return, counted from 0 in the order of registration, and -1 for the zero Scope.
func (s Scope) Index() int { return int(s) - 1 }

// Bounds of what one Recorder registers, so that a name made at run time by mistake
// cannot grow a game without end.
const (
	maxScopes = 4096
	maxMeters = 1024
	maxTracks = 256
)

// Info is what is known of a scope beside its measurements.
type Info struct {
	Name   string
	Help   string
	Parent Scope         // the scope inside which it began first; zero for an outermost one
	Budget time.Duration // what it may take in a frame; zero is no budget
}

// MeterInfo is what is known of a counter or a gauge.
type MeterInfo struct {
	Name  string
	Unit  string
	Help  string
	Gauge bool
}

// registry is what a Recorder knows by name. Any goroutine.
type registry struct {
	mu     sync.Mutex
	scopes []Info
	byName map[string]Scope
	meters []meter
	tracks []*Track // workers, by ID - 1
	spare  []*Track // those that were closed
	// changed counts registrations, for a look without the lock.
	changed atomic.Uint64
}

// Scope registers a scope under a name and returns its handle; the same name gives
// the same handle. Register once, at start-up: the look-up by name is not for hot
// code. It panics when more than 4,096 scopes are registered, which only names made
// up at run time can do. A nil Recorder returns the zero Scope. Any goroutine.
func (r *Recorder) Scope(name, help string) Scope {
	if r == nil {
		return 0
	}
	r.once.Do(r.setup)
	g := &r.reg
	g.mu.Lock()
	defer g.mu.Unlock()
	if s, ok := g.byName[name]; ok {
		return s
	}
	if len(g.scopes) == maxScopes {
		panic(fmt.Sprintf("timing: scope %q is one more than %d; are names made at run time?", name, maxScopes))
	}
	if g.byName == nil {
		g.byName = make(map[string]Scope)
	}
	g.scopes = append(g.scopes, Info{Name: name, Help: help})
	s := Scope(len(g.scopes))
	g.byName[name] = s
	g.changed.Add(1)
	return s
}

// Budget sets what a scope may take in a frame; zero takes the budget away. A nil
// Recorder and the zero Scope ignore it. Any goroutine.
func (r *Recorder) Budget(s Scope, d time.Duration) {
	if r == nil || s == 0 {
		return
	}
	r.reg.mu.Lock()
	defer r.reg.mu.Unlock()
	if int(s) > len(r.reg.scopes) {
		return // another Recorder's
	}
	r.reg.scopes[s-1].Budget = d
	r.reg.changed.Add(1)
}

// Scopes returns what is known of every scope, by [Scope.Index]. Any goroutine.
func (r *Recorder) Scopes() []Info {
	if r == nil {
		return nil
	}
	r.reg.mu.Lock()
	defer r.reg.mu.Unlock()
	return slices.Clone(r.reg.scopes)
}

// NewTrack makes a track for a goroutine of its own. The name of a track that was
// closed continues that track. It panics when more than 256 are open. A nil
// Recorder returns nil. Any goroutine.
func (r *Recorder) NewTrack(name string) *Track {
	if r == nil {
		return nil
	}
	r.once.Do(r.setup)
	g := &r.reg
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.reuse(name)
	if t == nil {
		if len(g.tracks) == maxTracks {
			panic(fmt.Sprintf("timing: track %q is one more than %d that are open; call Close when a goroutine ends", name, maxTracks))
		}
		t = &Track{rec: r, raw: r.source.raw, worker: true, id: len(g.tracks) + 1}
		g.tracks = append(g.tracks, t)
	}
	t.name = name
	t.mode.Store(r.main.mode.Load())
	g.changed.Add(1)
	return t
}

// reuse takes a closed track of that name, or of any when there is no room for more.
func (g *registry) reuse(name string) *Track {
	i := slices.IndexFunc(g.spare, func(t *Track) bool { return t.name == name })
	if i < 0 && len(g.tracks) == maxTracks {
		i = len(g.spare) - 1
	}
	if i < 0 {
		return nil
	}
	t := g.spare[i]
	g.spare = slices.Delete(g.spare, i, i+1)
	return t
}

// retire keeps a closed track for the next of its name.
func (r *Recorder) retire(t *Track) {
	r.reg.mu.Lock()
	defer r.reg.mu.Unlock()
	if !slices.Contains(r.reg.spare, t) { // it was closed before
		r.reg.spare = append(r.reg.spare, t)
	}
}

// TrackNames returns the names of all tracks by [Track.ID]; the first is the
// Recorder's own. Any goroutine.
func (r *Recorder) TrackNames() []string {
	if r == nil {
		return nil
	}
	r.reg.mu.Lock()
	defer r.reg.mu.Unlock()
	names := []string{r.main.name}
	for _, t := range r.reg.tracks {
		names = append(names, t.name)
	}
	return names
}

// Changes counts what was registered or changed its description, so that whoever
// keeps a copy of [Recorder.Scopes], [Recorder.Meters] or [Recorder.TrackNames] knows
// when to take a new one. Any goroutine.
func (r *Recorder) Changes() uint64 {
	if r == nil {
		return 0
	}
	return r.reg.changed.Load()
}

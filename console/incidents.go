package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// when is a condition of the game's.
type when struct {
	name string
	met  func() bool
	was  bool
}

// When freezes the recorder at the moment when a condition becomes true, which is
// looked at once a frame on the game's goroutine. It belongs to that goroutine.
func (b *Blackbox) When(name string, condition func() bool) {
	if condition == nil {
		return
	}
	b.whens = append(b.whens, when{name: name, met: condition})
}

// armed is a condition on a cvar that a client has set.
type armed struct {
	Predicate
	want operand
	was  bool
	last time.Duration // when it froze the recorder last
}

// Predicate is a condition on a cvar that freezes the recorder when it becomes true.
type Predicate struct {
	ID    string          `json:"id"`
	Cvar  string          `json:"cvar"`
	Op    string          `json:"op" enum:"<,<=,==,!=,>=,>"`
	Value json.RawMessage `json:"value" help:"bool, number or string, by the cvar's type"`
	By    string          `json:"by"`
}

// Params and results of the methods of incidents.
type (
	// FreezeParams asks to keep what happened up to now.
	FreezeParams struct {
		Reason string `json:"reason,omitempty"`
	}
	// IncidentName names an incident.
	IncidentName struct {
		ID string `json:"id"`
	}
	// ArmParams asks to freeze the recorder when a condition on a cvar becomes true.
	ArmParams struct {
		Cvar  string          `json:"cvar"`
		Op    string          `json:"op" enum:"<,<=,==,!=,>=,>"`
		Value json.RawMessage `json:"value" help:"bool, number or string, by the cvar's type"`
	}
	// CaptureParams asks for the newest frames.
	CaptureParams struct {
		Frames int    `json:"frames,omitempty" min:"1" max:"100000" help:"the newest so many; absent is all that the flight recorder keeps"`
		Format string `json:"format,omitempty" enum:"scry,chrome,perfetto" help:"of the file, where the address names none; absent is scry"`
	}
	// CaptureResult says where a capture is.
	CaptureResult struct {
		ID     string `json:"id" help:"for GET /capture/{id}"`
		Bytes  int    `json:"bytes" unit:"B" help:"held in the game; a file is smaller"`
		Frames int    `json:"frames"`
	}
)

const maxArmed = 16

func (b *Blackbox) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "incident.list", Help: "what the black box has kept, newest first", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]Incident, error) { return b.incidents(), nil })
	rpc.Handle(s, rpc.Method{Name: "incident.freeze", Help: "keeps what happened up to now, and shortly after", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.TooMany, rpc.Unavailable}},
		func(call *rpc.Call, p FreezeParams) (Incident, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			i, err := b.ask(call, clientIncident, cmp.Or(p.Reason, "asked for by "+call.Peer.Name()), b.after())
			if err != nil {
				return Incident{}, err
			}
			return i.Incident, nil
		})
	rpc.Handle(s, rpc.Method{Name: "incident.delete", Help: "lets an incident go", Role: rpc.Edit, Errors: []rpc.Code{rpc.NotFound}},
		func(_ *rpc.Call, p IncidentName) (rpc.Void, error) { return rpc.Void{}, b.delete(p.ID) })
	rpc.Handle(s, rpc.Method{Name: "incident.armed", Help: "the conditions on cvars that freeze the recorder", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]Predicate, error) { return b.predicates(), nil })
	rpc.Handle(s, rpc.Method{Name: "incident.arm", Help: "freezes the recorder when a condition on a cvar becomes true", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.InvalidParams, rpc.TooMany}}, b.arm)
	rpc.Handle(s, rpc.Method{Name: "incident.disarm", Help: "takes a condition away", Role: rpc.Edit, Errors: []rpc.Code{rpc.NotFound}},
		func(_ *rpc.Call, p IncidentName) (rpc.Void, error) {
			n := slices.IndexFunc(b.armed, func(a armed) bool { return a.ID == p.ID })
			if n < 0 {
				return rpc.Void{}, rpc.Errorf(rpc.NotFound, "there is no condition %q", p.ID)
			}
			b.armed = slices.Delete(b.armed, n, n+1)
			return rpc.Void{}, nil
		})
	rpc.Handle(s, rpc.Method{Name: "timing.capture", Help: "keeps the newest frames with all their scopes, to be fetched from GET /capture/{id}", Role: rpc.View,
		Errors: []rpc.Code{rpc.OutOfRange, rpc.TooMany, rpc.Unavailable}}, b.capture)
	b.stream = rpc.Open[rpc.Void, []Incident](s, rpc.Topic{Name: "incidents", Snapshot: []Incident{}, Help: "what the black box has kept, newest first, when that changes"},
		func(*rpc.Sub, rpc.Void) (any, error) { return b.incidents(), nil })
}

func (b *Blackbox) delete(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := slices.IndexFunc(b.list, func(i *incident) bool { return i.ID == id })
	if n < 0 {
		return rpc.Errorf(rpc.NotFound, "there is no incident %q; it may have made room for newer ones", id)
	}
	b.remove(n)
	return nil
}

// capture keeps the newest frames. The answer comes when they are copied.
func (b *Blackbox) capture(call *rpc.Call, p CaptureParams) (CaptureResult, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, err := b.ask(call, captureIncident, "captured by "+call.Peer.Name(), 0)
	if err != nil {
		return CaptureResult{}, err
	}
	i.newest, i.format = p.Frames, p.Format
	i.answer = call.Defer()
	return CaptureResult{}, nil
}

func (b *Blackbox) predicates() []Predicate {
	list := []Predicate{}
	for _, a := range b.armed {
		list = append(list, a.Predicate)
	}
	return list
}

func (b *Blackbox) arm(call *rpc.Call, p ArmParams) (Predicate, error) {
	if len(b.armed) >= maxArmed {
		return Predicate{}, rpc.Errorf(rpc.TooMany, "%d conditions are armed already, which is the limit", maxArmed)
	}
	now, want, err := b.compare(p.Cvar, p.Value)
	if err != nil {
		return Predicate{}, err
	}
	met, ok := now.holds(p.Op, want)
	if !ok {
		e := rpc.Errorf(rpc.InvalidParams, "%s is a text, which is compared by == or != alone", p.Cvar)
		e.Data.Path, e.Data.Got = "/op", p.Op
		return Predicate{}, e
	}
	b.arms++
	a := armed{Predicate{strconv.FormatUint(b.arms, 10), p.Cvar, p.Op, p.Value, call.Peer.Name()}, want, met, 0}
	b.armed = append(b.armed, a)
	return a.Predicate, nil
}

// test looks at the conditions.
func (b *Blackbox) test() {
	for n := range b.whens {
		w := &b.whens[n]
		met := w.met()
		if met && !w.was {
			b.trip(predicateIncident, 0, func() string { return w.name })
		}
		w.was = met
	}
	for n := range b.armed {
		a := &b.armed[n]
		now, ok := b.reading(a.Cvar)
		if !ok {
			continue // unbound; it may come back
		}
		met, _ := now.holds(a.Op, a.want)
		if met && !a.was {
			b.tripArmed(a, fmt.Sprintf("%s %s %s: it is %v", a.Cvar, a.Op, a.Value, now))
		}
		a.was = met
	}
}

// tripArmed notes that a condition of a client's became true. It rests by itself alone: in
// a game whose frames often take long nothing that somebody waits for would be kept.
func (b *Blackbox) tripArmed(a *armed, reason string) {
	if !b.ready.Load() {
		return
	}
	now := b.clock.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.last != 0 && now-a.last < b.quiet() {
		b.oneMore(a.last)
		return
	}
	a.last = now
	b.add(predicateIncident, reason, now, b.after())
}

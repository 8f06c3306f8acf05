package console

import (
	"math"
	"slices"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// follow is what stands over a picture: entities that meet a condition, or that were
// named, where they are at the moment of the picture. Who meets the condition is found
// out a part at a time; where they are is read with each picture.
type follow struct {
	w     *World
	walk  walk
	on    bool
	all   bool // none were named
	most  int
	known []tracked // whose places are told
	found []tracked // by the walk that is under way
	rests uint64    // frame from which on it is looked again, after a panic of the game
}

// tracked is an entity that is followed.
type tracked struct {
	key key
	id  string
}

// newFollow makes a follow of a condition, or of entities that are named.
func (w *World) newFollow(where string, ids []string, most int) (follower, error) {
	f := &follow{w: w, most: most}
	if len(ids) > 0 {
		for _, id := range ids[:min(len(ids), most)] {
			if e, ok := w.findID(id); ok { // what is gone is nowhere in the picture
				f.known = append(f.known, tracked{e.key(), e.wireID()})
			}
		}
		return f, nil
	}
	if where == "*" {
		where = ""
	}
	q, err := w.newQuery(WorldQuery{Where: where})
	if err != nil {
		return nil, at(err, "/where", "/follow")
	}
	f.all, f.walk.query = true, q
	return f, nil
}

// gather appends where the entities are now.
func (f *follow) gather(until time.Time, dst []followed) []followed {
	now := f.w.viewing.frame()
	if now < f.rests {
		return dst
	}
	before := len(dst)
	if err := f.w.guard("looking at the world", func() error { dst = f.look(until, dst); return nil }); err != nil {
		f.rests, f.on = now+restFrames, false
		return dst[:before]
	}
	return dst
}

func (f *follow) look(until time.Time, dst []followed) []followed {
	if f.all {
		f.search(until)
	}
	for i := range f.known {
		e, ok := f.w.glimpse(f.known[i].key)
		if !ok {
			continue
		}
		p, ok := e.position()
		if !ok || !p.finite() {
			continue
		}
		dst = append(dst, followed{f.known[i].id, f.w.kindNumber(e), p[0], p[1], e.radius()})
	}
	return dst
}

// search goes on with looking for who meets the condition.
func (f *follow) search(until time.Time) {
	if !f.on {
		f.walk.begin(f.walk.query)
		f.on, f.found = true, f.found[:0]
	}
	f.walk.enter()
	done := f.walk.walk(until, f)
	switch {
	case done:
		f.known, f.found = f.found, f.known
	case len(f.known) == 0: // the first are shown while the others are looked for
		f.known = append(f.known, f.found...)
	}
	f.on = !done
}

func (f *follow) skim(p *plan) bool {
	return p.never || len(p.group.position) == 0 || len(f.found) >= f.most
}

func (f *follow) visit(_ *plan, _ int, e *entity) {
	if len(f.found) >= f.most {
		return
	}
	k, n := e.key(), len(f.found)
	if n < cap(f.found) && f.found[:n+1][n].key == k { // the same as last time: its id is spelled already
		f.found = f.found[:n+1]
		return
	}
	f.found = append(f.found, tracked{k, e.wireID()})
}

// kindNumber is an entity's kind as an index in world.kinds; 255 is for all from there on.
func (w *World) kindNumber(e entity) uint8 {
	n := 0
	for _, g := range w.groups {
		if g == e.group {
			return uint8(min(n+e.kindIndex(), math.MaxUint8))
		}
		n += len(g.kinds)
	}
	return math.MaxUint8
}

// radius is how large the entity is; 0 where it does not say, or says nonsense.
func (e entity) radius() float64 {
	if e.group.radius == nil {
		return 0
	}
	r, ok := e.number(e.group.radius)
	if !ok || !(r > 0) || math.IsInf(r, 0) {
		return 0
	}
	return r
}

// PickParams name a place in the picture.
type PickParams struct {
	X      float64  `json:"x" unit:"px" help:"in pixels of the display"`
	Y      float64  `json:"y" unit:"px"`
	Radius *float64 `json:"radius,omitempty" min:"0" max:"10000" unit:"px" help:"how far beside it an entity may be; absent is 8"`
}

const (
	pickRadius = 8
	maxPicked  = 100
)

func (w *World) registerPick(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.pick", Help: "the entities at a place of the picture, the nearest first; one that has a radius is met anywhere in it", Role: rpc.View,
		Errors: []rpc.Code{rpc.Unavailable, rpc.TooMany}}, w.pick)
}

// pick is world.pick.
func (w *World) pick(call *rpc.Call, p PickParams) ([]Nearby, error) {
	m := identity
	if w.viewing.camera != nil {
		m = w.viewing.camera()
	}
	back, ok := m.back()
	if !ok {
		return nil, rpc.Errorf(rpc.Unavailable, "the game's camera shows nothing: there is no way back from the picture to the world")
	}
	t := &picked{camera: m, x: p.X, y: p.Y, reach: pickRadius}
	if p.Radius != nil {
		t.reach = *p.Radius
	}
	t.at[0], t.at[1] = back.place(p.X, p.Y)
	q, err := w.newQuery(WorldQuery{})
	if err != nil {
		return nil, err
	}
	t.walk.begin(q)
	answer, err := w.ask(call, t)
	if answer == nil {
		return nil, err
	}
	return answer.([]Nearby), nil
}

// picked is a call of world.pick.
type picked struct {
	walk   walk
	camera projection
	x, y   float64 // in the picture
	at     at3     // in the world
	reach  float64 // in the picture
	list   []Nearby
}

func (t *picked) run(until time.Time) (done bool) {
	defer t.walk.leave(time.Now())
	t.walk.enter()
	return t.walk.walk(until, t)
}

func (t *picked) skim(p *plan) bool { return p.never || len(p.group.position) == 0 }

func (t *picked) visit(_ *plan, _ int, e *entity) {
	p, ok := e.position()
	if !ok || !p.finite() {
		return
	}
	x, y := t.camera.place(p[0], p[1])
	r := e.radius() * t.camera.size()
	if d := math.Hypot(x-t.x, y-t.y); !(d <= t.reach+r) {
		return
	}
	near := Nearby{ID: e.wireID(), Name: e.name(), Kind: e.kind(), X: p[0], Y: p[1], Distance: math.Hypot(p[0]-t.at[0], p[1]-t.at[1])}
	if len(e.group.position) > 2 {
		near.Z = &p[2]
	}
	i, _ := slices.BinarySearchFunc(t.list, near.Distance, func(n Nearby, d float64) int {
		if n.Distance <= d {
			return -1
		}
		return 1
	})
	if i < maxPicked {
		t.list = slices.Insert(t.list, i, near)
		t.list = t.list[:min(len(t.list), maxPicked)]
	}
}

func (t *picked) answer() any { return append([]Nearby{}, t.list...) }
func (t *picked) end()        {}

package console

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/scry-dev/scry/internal/state"
	"github.com/scry-dev/scry/rpc"
)

type (
	// WorldDiffOf asks what changed.
	WorldDiffOf struct {
		From  uint64 `json:"from" help:"a snapshot"`
		To    uint64 `json:"to,omitempty" help:"another; without it, the world as it is"`
		Limit int    `json:"limit,omitempty" min:"0" max:"1000" help:"entities of each list at most; 0 means 100"`
	}
	// WorldDiff is what differs between two times, in the order of the world.
	WorldDiff struct {
		From    uint64          `json:"from"`
		To      uint64          `json:"to,omitempty"`
		Added   []EntityRef     `json:"added"`
		Removed []EntityRef     `json:"removed"`
		Changed []EntityChange  `json:"changed"`
		Counts  WorldDiffCounts `json:"counts"`
	}
	// WorldDiffCounts says how many there are, listed or not.
	WorldDiffCounts struct {
		Added   int `json:"added"`
		Removed int `json:"removed"`
		Changed int `json:"changed"`
	}
	// EntityRef says which entity is meant.
	EntityRef struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	// EntityChange is an entity that was there at both times.
	EntityChange struct {
		EntityRef
		Fields map[string][2]json.RawMessage `json:"fields" help:"before and after, by path; empty where only what is hidden changed"`
	}
)

// defaultDiff is how many entities a list of a diff has where nothing is said.
const defaultDiff = 100

// diff compares two times by looking at them where the world lies: each in turn is
// restored for that, and at last what is now. The game does not run meanwhile.
func (w *World) diff(_ *rpc.Call, p WorldDiffOf) (WorldDiff, error) {
	from, err := w.states.find(p.From, "/from")
	if err != nil {
		return WorldDiff{}, err
	}
	now, _, err := w.moment(visitLimit)
	if err != nil {
		return WorldDiff{}, err
	}
	to := &now
	if p.To != 0 {
		s, err := w.states.find(p.To, "/to")
		if err != nil {
			return WorldDiff{}, err
		}
		to = &s.moment
	}
	if p.Limit == 0 {
		p.Limit = defaultDiff
	}
	defer now.restore()
	if to != &now {
		to.restore()
	}
	c := comparison{w: w, limit: p.Limit}
	after := c.look()
	from.restore()
	c.compare(c.look(), after)
	d := WorldDiff{From: p.From, To: p.To, Added: []EntityRef{}, Removed: []EntityRef{}, Changed: []EntityChange{}, Counts: c.counts}
	d.Removed = c.refs(c.removed)
	before := c.cells(c.was)
	to.restore()
	d.Added = c.refs(c.added)
	for i, after := range c.cells(c.is) {
		e, _ := c.is[i].entity()
		change := EntityChange{EntityRef: refOf(e), Fields: make(map[string][2]json.RawMessage)}
		for k := range after {
			if b, a := before[i][k], after[k]; b.sum != a.sum || !bytes.Equal(b.text, a.text) {
				change.Fields[e.group.layout.fields[k].path] = [2]json.RawMessage{b.text, a.text}
			}
		}
		d.Changed = append(d.Changed, change)
	}
	return d, nil
}

// sight is what was seen of an entity at one time.
type sight struct {
	group *group
	place int
	id    uint64
	sum   uint64
}

func (s *sight) entity() (entity, bool) { return s.group.at(s.place) }

func (s *sight) key() key { return key{s.group.number, s.id} }

// comparison is of two times.
type comparison struct {
	w     *World
	limit int

	added, removed []sight // of the one time and of the other
	was, is        []sight // of both, as long as each other
	counts         WorldDiffCounts
}

// look sums up each entity as it is: all that it has, shown or not. Of what it points to,
// entities are told apart and others looked at.
func (c *comparison) look() []sight {
	n := 0
	for _, g := range c.w.groups {
		n += g.count()
	}
	list := make([]sight, 0, n)
	for _, g := range c.w.groups {
		if g.source != nil {
			list = c.lookAtSource(list, g)
			continue
		}
		d := c.digest(g.structType())
		for e := range g.all() {
			list = append(list, sight{g, e.index, e.id(), d.Sum(e.value)})
		}
	}
	return list
}

func (c *comparison) lookAtSource(list []sight, g *group) []sight {
	digests := make([]*state.Digest, len(g.source.components))
	for part := range digests {
		digests[part] = c.digest(g.source.components[part].typ)
	}
	for e := range g.all() {
		var sum uint64
		for part, d := range digests {
			sum *= 0x9e3779b97f4a7c15
			if v, ok := g.source.component(e.index, part); ok {
				sum ^= d.Sum(v)
			}
		}
		list = append(list, sight{g, e.index, e.id(), sum})
	}
	return list
}

// sumDepth is how many pointers, slices or maps deep a value is looked at.
const sumDepth = 2

func (c *comparison) digest(t reflect.Type) *state.Digest {
	return c.w.states.memory.Digest(t, sumDepth, func(t reflect.Type) bool { return len(c.w.byType[t]) > 0 })
}

// compare finds out who is in both. Those are mostly in the same order.
func (c *comparison) compare(before, after []sight) {
	n := 0
	for n < min(len(before), len(after)) && before[n].key() == after[n].key() {
		c.meet(before[n], after[n])
		n++
	}
	rest := make(map[key]int, len(before)-n)
	for i, s := range before[n:] {
		rest[s.key()] = n + i
	}
	for _, s := range after[n:] {
		i, ok := rest[s.key()]
		if !ok {
			c.counts.Added++
			c.added = c.note(c.added, s)
			continue
		}
		delete(rest, s.key())
		c.meet(before[i], s)
	}
	for _, s := range before[n:] {
		if _, gone := rest[s.key()]; gone {
			c.counts.Removed++
			c.removed = c.note(c.removed, s)
		}
	}
}

func (c *comparison) meet(was, is sight) {
	if was.sum != is.sum {
		c.counts.Changed++
		c.was, c.is = c.note(c.was, was), c.note(c.is, is)
	}
}

func (c *comparison) note(list []sight, s sight) []sight {
	if len(list) < c.limit {
		list = append(list, s)
	}
	return list
}

func (c *comparison) refs(list []sight) []EntityRef {
	refs := make([]EntityRef, 0, len(list))
	for i := range list {
		if e, ok := list[i].entity(); ok {
			refs = append(refs, refOf(e))
		}
	}
	return refs
}

func refOf(e entity) EntityRef { return EntityRef{e.wireID(), e.name(), e.kind()} }

// seenCell is a field as it travels, and a digest of all that it stands for.
type seenCell struct {
	text json.RawMessage
	sum  uint64
}

// cells are all fields of each entity, as they are.
func (c *comparison) cells(list []sight) [][]seenCell {
	all := make([][]seenCell, len(list))
	for i := range list {
		e, ok := list[i].entity()
		if !ok {
			continue
		}
		fields := e.group.layout.fields
		all[i] = make([]seenCell, len(fields))
		for k := range fields {
			f := &fields[k]
			all[i][k].text = c.w.cell(e, f)
			if v, ok := e.place(f); ok {
				all[i][k].sum = c.digest(v.Type()).Sum(v)
			}
		}
	}
	return all
}

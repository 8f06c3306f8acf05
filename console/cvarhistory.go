package console

import (
	"slices"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// change is an entry of the history.
type change struct {
	id       uint64
	cvar     *Cvar
	stamp    stamp
	level    level
	old, new value // of the variable; of a latched one that waits, what it is to be
	before   *layer
	lent     *loan  // that it ended
	version  uint64 // of the cvar, after it
	steps    int
	undone   bool
	undo     uint64 // the entry that it took back
}

const (
	// maxChanges is how many changes of cvars are kept.
	maxChanges = 1000
	// maxChangeBytes bounds the texts in them.
	maxChangeBytes = 1 << 20
	// together is how close the steps of one gesture follow each other.
	together = time.Second
)

// record notes in the history that a layer of a cvar was changed from what it was
// before. Steps that one client makes in quick succession are one.
func (c *Cvars) record(v *Cvar, l level, old value, before prior, lent *loan) {
	to := v.wanted()
	if to != old {
		c.noticed++
	}
	if to == old || v.is(flagReadOnly) {
		return // only who set it is another; or nobody could take it back
	}
	by := c.acting
	if i, ok := v.layerAt(l); ok && c.taking == 0 {
		by = v.layers[i].stamp
	}
	if e := c.entry(v.last); e != nil && e.goesOn(l, by) && c.taking == 0 && v.has(l) {
		c.held += len(to.s) - len(e.new.s)
		e.new, e.stamp, e.version = to, by, v.version
		e.steps++
		c.forget()
		return
	}
	if c.leaseOf(v) != nil {
		lent = nil // it goes on
	}
	c.lastChange++
	v.last = c.lastChange
	c.history = append(c.history, change{
		id: c.lastChange, cvar: v, stamp: by, level: l, old: old, new: to, before: before.kept(), lent: lent, version: v.version, steps: 1, undo: c.taking,
	})
	c.held += c.history[len(c.history)-1].bytes()
	c.forget()
}

// bytes is how much text a change keeps.
func (e *change) bytes() int {
	n := len(e.old.s) + len(e.new.s)
	if e.before != nil && e.before.value != e.old { // else it is the same text
		n += len(e.before.value.s)
	}
	return n
}

// forget gives the oldest changes up where there are too many: a tenth of them more than
// needed, so that the rest is not moved with every new one. The newest one stays.
func (c *Cvars) forget() {
	if len(c.history) <= maxChanges && c.held <= maxChangeBytes {
		return
	}
	n, last := 0, len(c.history)-1
	for n < last && (n < len(c.history)/10 || c.held > maxChangeBytes) {
		c.held -= c.history[n].bytes()
		n++
	}
	c.history = slices.Delete(c.history, 0, n)
}

// goesOn reports whether a change of a layer is one more step of this one. All that the
// game does between two changes of others is one: a variable that it moves all the time
// is not to push what people did out of the history.
func (e *change) goesOn(l level, by stamp) bool {
	if e.undone || e.undo != 0 || by.from == fromRedo || e.level != l || e.stamp.by != by.by || e.stamp.from != by.from {
		return false
	}
	return by.by == byGame || time.Duration(by.time-e.stamp.time) < together
}

// What a change comes from that took another back, or made it again.
const (
	fromUndo = "undo"
	fromRedo = "redo"
)

// entry returns a change of the history, or nil when it is kept no more.
func (c *Cvars) entry(id uint64) *change {
	// Their ids have no gaps: only the oldest are given up.
	if n := uint64(len(c.history)); id > c.lastChange || id+n <= c.lastChange {
		return nil
	}
	return &c.history[len(c.history)-1-int(c.lastChange-id)]
}

// undo takes a change back: the one of an id, or the newest of the client's own.
func (c *Cvars) undo(id uint64, who client) (*Cvar, error) {
	e := c.entry(id)
	for i := len(c.history) - 1; i >= 0 && id == 0 && e == nil; i-- {
		if h := &c.history[i]; h.stamp.by == who.name && h.open() {
			e = h
		}
	}
	switch {
	case e == nil && id != 0:
		return nil, at(rpc.Errorf(rpc.NotFound, "change %d is not in the history", id), "", "/id")
	case e == nil:
		return nil, rpc.Errorf(rpc.NotFound, "there is no change of %s to take back", who.name)
	case e.undone:
		return nil, at(rpc.Errorf(rpc.Conflict, "change %d of cvar %q is taken back already", e.id, e.cvar.name), "", "/id")
	}
	v := e.cvar // e moves when the history grows
	return v, c.takeBack(e, who)
}

// open reports whether a change is one that a client could mean by "my last one".
func (e *change) open() bool {
	if e.undone || e.undo != 0 || e.stamp.from == leaseOver {
		return false
	}
	return e.level != levelLease || e.cvar.has(levelLease)
}

// takeBack gives a cvar back what it was before a change.
func (c *Cvars) takeBack(e *change, who client) error {
	v := e.cvar
	if err := v.unchanged(e.new, who); err != nil {
		return err
	}
	e.undone = true
	id, old, before, lent, l := e.id, e.old, e.before, e.lent, e.level
	defer c.act(who.name, fromUndo, id)()
	v.alter(l, func() {
		switch {
		case before == nil:
			v.take(l)
		case l != levelLease || v.has(levelLease): // a lease that is over does not begin again
			v.put(*before)
		}
		c.lendAgain(v, lent, who)
		if v.top().value != old {
			v.take(levelLease) // one's own, with the same value: it would hide what is below
		}
		if v.top().value != old { // what lay below is another by now
			v.put(layer{levelConsole, old, c.stamp(who.name, fromUndo)})
		}
	})
	if c.undone == nil {
		c.undone = make(map[any][]uint64)
	}
	list := append(c.undone[who.key], id)
	c.undone[who.key] = list[max(0, len(list)-maxChanges):]
	return nil
}

// unchanged refuses where a cvar holds another value than was left in it.
func (v *Cvar) unchanged(want value, who client) error {
	if !v.bound() {
		return rpc.Errorf(rpc.NotFound, "cvar %q is bound no more", v.name)
	}
	if err := v.writable(); err != nil {
		return err
	}
	if err := v.leasable(who, wish{}); err != nil {
		return err
	}
	if v.wanted() == want {
		return nil
	}
	e := rpc.Errorf(rpc.Conflict, "cvar %q was changed since: %s holds", v.name, v.owner())
	e.Data.Path = "/id"
	return e
}

// redo makes the change again that a client took back last.
func (c *Cvars) redo(who client) (*Cvar, error) {
	list := c.undone[who.key]
	if len(list) == 0 {
		return nil, rpc.Errorf(rpc.NotFound, "there is nothing that %s took back", who.name)
	}
	e := c.entry(list[len(list)-1])
	if e == nil {
		return nil, rpc.Errorf(rpc.NotFound, "change %d is kept no more", list[len(list)-1])
	}
	if err := e.cvar.unchanged(e.old, who); err != nil {
		return nil, err
	}
	c.undone[who.key] = list[:len(list)-1]
	v, to, l, lent := e.cvar, e.new, levelConsole, e.lent
	if e.level == levelLease && lent == nil && who.stays { // what was for a while is not for good now
		l = levelLease
	}
	defer c.act(who.name, fromRedo, 0)()
	v.alter(l, func() {
		if lent != nil {
			if v.take(levelLease); v.top().value == to {
				return
			}
		}
		v.put(layer{l, to, c.stamp(who.name, fromRedo)})
		if l == levelLease && c.leaseOf(v) == nil {
			c.beginLease(v, who, leaseTerm{wanted: true})
		}
	})
	return v, nil
}

// act says who does what follows, where no layer tells because one is taken away. It
// returns what ends that.
func (c *Cvars) act(by, from string, taking uint64) func() {
	acting, was := c.acting, c.taking
	c.acting, c.taking = c.stamp(by, from), taking
	return func() { c.acting, c.taking = acting, was }
}

// HistoryQuery selects changes.
type HistoryQuery struct {
	Name  string `json:"name,omitempty" help:"of this cvar only"`
	Limit int    `json:"limit,omitempty" min:"0" max:"1000" help:"the newest so many; absent is 100"`
}

// CvarChange is a change of the past.
type CvarChange struct {
	ID     uint64 `json:"id"`
	Name   string `json:"name"`
	Frame  uint64 `json:"frame"`
	Tick   uint64 `json:"tick"`
	Time   int64  `json:"time" unit:"ns" help:"since the session began"`
	By     string `json:"by"`
	Layer  string `json:"layer" help:"the layer that was changed"`
	From   string `json:"from,omitempty"`
	Old    any    `json:"old" help:"null of a secret"`
	New    any    `json:"new"`
	Steps  int    `json:"steps" help:"changes of one client in quick succession"`
	Undone bool   `json:"undone,omitempty" help:"it was taken back"`
	Undo   uint64 `json:"undo,omitempty" help:"the change that this one took back"`
}

func (c *Cvars) changesOf(q HistoryQuery) ([]CvarChange, error) {
	if q.Limit == 0 {
		q.Limit = 100
	}
	if q.Name != "" {
		v, err := c.find(q.Name)
		if err != nil {
			return nil, err
		}
		v.refresh()
	}
	list := []CvarChange{}
	for i := len(c.history) - 1; i >= 0 && len(list) < q.Limit; i-- {
		if e := &c.history[i]; q.Name == "" || e.cvar.name == q.Name {
			list = append(list, e.info())
		}
	}
	return list, nil
}

func (e *change) info() CvarChange {
	s := e.stamp
	x := CvarChange{
		ID: e.id, Name: e.cvar.name, Frame: s.frame, Tick: s.tick, Time: s.time, By: s.by, Layer: e.level.String(), From: s.from,
		Steps: e.steps, Undone: e.undone, Undo: e.undo,
	}
	if !e.cvar.is(flagSecret) {
		p := e.cvar.spec()
		x.Old, x.New = e.old.json(p), e.new.json(p)
	}
	return x
}

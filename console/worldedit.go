package console

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// editing is what clients did to the world: what of it can be taken back, what they
// hold, and what they watch.
type editing struct {
	owner    func(*rpc.Peer) (by any, name string)
	panicked func(what string, value any, stack []byte)

	past      []*transaction // the oldest first
	last      uint64         // number of the newest
	bytes     int            // that past keeps, about
	forgotten uint64         // transactions that are kept no more
	moves     uint64         // counts what was done, taken back and made again
	yards     map[uint64]*graveyard

	stream  *rpc.Stream
	changed []*transaction // that subscribers are to be told of

	holds  holds
	charts charts
}

// transaction is what one client changed at once, or in one gesture: all of it stands
// or none of it.
type transaction struct {
	id          uint64
	frame, tick uint64
	time        time.Duration
	author      string
	label       string
	kind        string // as it travels: set, create, …
	gesture     string
	edits       []edit
	calls       []edit // of methods, which nothing takes back
	bytes       int
	undone      bool
	undoneBy    string
	redone      bool   // it was taken back and done again
	moved       uint64 // editing.moves when it was done, taken back or made again last
	listed      bool   // it stands in editing.changed
}

// maxEdits is how many fields one transaction may change: more than a person selects,
// and some milliseconds of the game's frame.
const maxEdits = 10_000

// Params and results of edits.
type (
	// WorldSet asks for a new value of a field.
	WorldSet struct {
		ID        string          `json:"id" help:"the entity's id, or its name"`
		Path      string          `json:"path" help:"of a field, of a vector as a whole, or of what lies in a list or map: waypoints[3].x"`
		Value     json.RawMessage `json:"value"`
		IfVersion *uint32         `json:"ifVersion,omitempty" help:"refuse when the value has changed since"`
		Gesture   string          `json:"gesture,omitempty" help:"a word for one drag: sets of one client with the same word are one transaction"`
	}
	// WorldAssignment is a new value of a field, of one entity or of several.
	WorldAssignment struct {
		ID        string          `json:"id,omitempty" help:"the entity's id, or its name"`
		IDs       []string        `json:"ids,omitempty" help:"in the place of id: the same for each of these"`
		Path      string          `json:"path" help:"as that of world.set"`
		Value     json.RawMessage `json:"value"`
		IfVersion *uint32         `json:"ifVersion,omitempty" help:"refuse when the value has changed since"`
	}
	// WorldChange asks for new values of several fields: all of them or none.
	WorldChange struct {
		Edits   []WorldAssignment `json:"edits" help:"in this order; 10,000 fields at the most"`
		Label   string            `json:"label,omitempty" help:"what the history calls it"`
		Gesture string            `json:"gesture,omitempty" help:"a word for one drag: edits of one client with the same word are one transaction"`
	}
	// WorldEdit is what a change did to a field.
	WorldEdit struct {
		ID          string          `json:"id"`
		Path        string          `json:"path"`
		Value       json.RawMessage `json:"value"`
		Before      json.RawMessage `json:"before"`
		Version     uint32          `json:"version"`
		Frame       uint64          `json:"frame"`
		Tick        uint64          `json:"tick"`
		Transaction uint64          `json:"transaction" help:"for world.undo"`
	}
	// WorldChanged is what a transaction did.
	WorldChanged struct {
		Transaction uint64      `json:"transaction"`
		Frame       uint64      `json:"frame"`
		Tick        uint64      `json:"tick"`
		Edits       []WorldEdit `json:"edits"`
	}
)

// editErrors are what an edit may be refused with.
var editErrors = []rpc.Code{rpc.NotFound, rpc.OutOfRange, rpc.ReadOnly, rpc.Conflict, rpc.TooMany, rpc.InvalidParams, rpc.Failed}

// registerEdits adds the methods that change the world, and what tells of them.
func (w *World) registerEdits(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.set", Help: "changes one field of an entity, or a vector as a whole", Role: rpc.Edit, Errors: editErrors}, w.set)
	rpc.Handle(s, rpc.Method{Name: "world.edit", Help: "changes several fields in one transaction: all of them or none", Role: rpc.Edit, Errors: editErrors}, w.edit)
	w.registerHistory(s)
	w.registerShape(s)
	w.registerHolds(s)
	w.registerCalls(s)
	w.registerCharts(s)
}

func (w *World) set(call *rpc.Call, p WorldSet) (WorldEdit, error) {
	if err := checkGesture(p.Gesture); err != nil {
		return WorldEdit{}, err
	}
	done, err := w.change(call, &transaction{kind: kindSet, gesture: p.Gesture}, []WorldAssignment{{ID: p.ID, Path: p.Path, Value: p.Value, IfVersion: p.IfVersion}}, func(int) string { return "" })
	if err != nil {
		return WorldEdit{}, err
	}
	return done.Edits[0], nil
}

func (w *World) edit(call *rpc.Call, p WorldChange) (WorldChanged, error) {
	if err := checkGesture(p.Gesture); err != nil {
		return WorldChanged{}, err
	}
	list := make([]WorldAssignment, 0, len(p.Edits))
	from := make([]string, 0, len(p.Edits)) // where each stood in the params
	for i, a := range p.Edits {
		here := "/edits/" + strconv.Itoa(i)
		if a.ID == "" && a.IDs == nil || a.ID != "" && a.IDs != nil {
			return WorldChanged{}, at(rpc.Errorf(rpc.InvalidParams, "an edit has either id or ids"), "", here)
		}
		if a.IDs == nil {
			list, from = append(list, a), append(from, here)
		}
		for _, id := range a.IDs {
			a.ID = id
			list, from = append(list, a), append(from, here)
		}
	}
	switch n := len(list); {
	case n == 0:
		return WorldChanged{}, at(rpc.Errorf(rpc.InvalidParams, "there is nothing to change"), "", "/edits")
	case n > maxEdits:
		return WorldChanged{}, tooManyEdits(n, "/edits")
	}
	t := &transaction{kind: kindSet, label: clipTo(p.Label, maxLabel), gesture: p.Gesture}
	return w.change(call, t, list, func(i int) string { return from[i] })
}

// maxLabel is how long the label of a transaction may be, in bytes.
const maxLabel = 200

// checkGesture refuses a word for a gesture that is none: it is kept as long as the
// transaction, and clipped it would be another's.
func checkGesture(word string) error {
	if len(word) <= maxLabel {
		return nil
	}
	e := rpc.Errorf(rpc.TooMany, "the word for a gesture has at most %d bytes, not %d", maxLabel, len(word))
	e.Data.Path, e.Data.Limit = "/gesture", "bytes "+strconv.Itoa(maxLabel)
	return e
}

func tooManyEdits(n int, path string) error {
	e := rpc.Errorf(rpc.TooMany, "%d is more than one transaction may change", n)
	e.Data.Path, e.Data.Limit = path, "edits "+strconv.Itoa(maxEdits)
	return e
}

// change checks all of what a client wants, then does it. where says where in the
// params an assignment stood.
func (w *World) change(call *rpc.Call, t *transaction, list []WorldAssignment, where func(int) string) (WorldChanged, error) {
	t.edits = make([]edit, len(list))
	f := w.finder()
	for i, a := range list {
		if f.late() {
			w.primeTexts(len(list)-i, func(j int) string { return list[i+j].ID })
		}
		if err := w.check(&t.edits[i], a); err != nil {
			return WorldChanged{}, at(err, "", where(i))
		}
	}
	if i, err := w.runUntil(t.edits, forward); err != nil {
		return WorldChanged{}, at(err, "", where(i))
	}
	edits := t.edits
	t = w.commit(call, t)
	done := WorldChanged{Transaction: t.id, Frame: t.frame, Tick: t.tick, Edits: make([]WorldEdit, len(edits))}
	for i := range edits {
		s, out := &edits[i], &done.Edits[i]
		*out = WorldEdit{ID: s.wire, Path: s.path, Before: w.showEdit(s, s.before), Frame: t.frame, Tick: t.tick, Transaction: t.id}
		if target, err := w.aim(s); err == nil {
			out.Value = target.cell()
		} else { // a function of the game has deleted it
			out.Value = w.showEdit(s, s.after)
		}
		out.Version = versionOf(out.Value)
	}
	return done, nil
}

// check makes an edit of an assignment. Nothing is changed by it.
func (w *World) check(s *edit, a WorldAssignment) error {
	e, err := w.find(a.ID)
	if err != nil {
		return err
	}
	t, err := w.target(e, a.Path)
	if err != nil {
		return err
	}
	if a.IfVersion != nil && *a.IfVersion != t.version() {
		now := string(t.cell())
		err := rpc.Errorf(rpc.Conflict, "%s: field %q has changed since; it is %s now", e.name(), a.Path, clipTo(now, maxGot))
		err.Data.Path, err.Data.Got = "/ifVersion", clipTo(now, maxGot)
		return err
	}
	v, err := t.decode(a.Value)
	if err != nil {
		return err
	}
	*s = edit{act: acted, key: e.key(), name: e.name(), wire: e.wireID(), path: a.Path, after: v}
	s.shows(t)
	return nil
}

// commit puts what was done into the history, or into the transaction of the same
// gesture, which it returns.
func (w *World) commit(call *rpc.Call, t *transaction) *transaction {
	ed := &w.editing
	_, t.author = ed.owner(call.Peer)
	t.frame, t.tick, t.time = call.Frame(), call.Tick(), call.Time()
	w.done(t.edits)
	ed.moves++
	if old := ed.goesOn(t); old != nil {
		old.frame, old.tick, old.time, old.moved = t.frame, t.tick, t.time, ed.moves
		ed.tell(old)
		return old
	}
	ed.last++
	t.id, t.moved = ed.last, ed.moves
	t.bytes = t.size()
	ed.bytes += t.bytes
	ed.past = append(ed.past, t)
	ed.tell(t)
	w.forgetOld()
	return t
}

// note puts something into the history that cannot be taken back.
func (w *World) note(call *rpc.Call, kind, label string) *transaction {
	return w.commit(call, &transaction{kind: kind, label: label})
}

// done tells the game of what was changed in its entities, and has what is held follow.
func (w *World) done(edits []edit) {
	w.follow(edits)
	var told map[key]bool
	for i := range edits {
		s := &edits[i]
		g := w.grouped(s.key)
		if g == nil || !g.shape.edited.IsValid() || told[s.key] {
			continue
		}
		if told == nil {
			told = make(map[key]bool)
		}
		told[s.key] = true
		if e, ok := g.find(s.key.id); ok {
			// Its panic is reported; what was changed stands.
			_ = w.guard(g.kinds[0].Name+": Edited", func() error {
				g.shape.edited.Call([]reflect.Value{e.value.Addr()})
				return nil
			})
		}
	}
}

// guard runs a function of the game, and makes an error of its panic.
func (w *World) guard(what string, f func() error) (err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		if v == nil {
			return // runtime.Goexit: the goroutine ends, whatever is returned
		}
		if w.editing.panicked != nil {
			w.editing.panicked(what, v, debug.Stack())
		}
		err = rpc.Errorf(rpc.Failed, "%s panicked: %s", what, clipTo(fmt.Sprint(v), 4*maxGot))
	}()
	err = f()
	returned = true
	return err
}

// goesOn returns the transaction that a newer one is one more part of: of the same
// author and gesture, and not below what somebody else did. Where there is one, it has
// taken the newer one in.
func (ed *editing) goesOn(t *transaction) *transaction {
	if t.gesture == "" || t.kind != kindSet {
		return nil
	}
	at := len(ed.past) - 1
	for at >= 0 && ed.past[at].author != t.author {
		at--
	}
	if at < 0 {
		return nil
	}
	old := ed.past[at]
	if old.gesture != t.gesture || old.kind != kindSet || old.undone {
		return nil
	}
	var mine map[key][]int
	for _, later := range ed.past[at+1:] {
		if mine == nil {
			mine = byKey(t.edits)
		}
		if _, s := meeting(t.edits, mine, later); s != nil {
			return nil
		}
	}
	if !old.takes(t) {
		return nil
	}
	ed.bytes -= old.bytes
	old.bytes = old.size()
	ed.bytes += old.bytes
	return old
}

// takes adds a newer part of a gesture: what it changed again has its new value, what
// it did not have is added. It reports false, and changes nothing, where parts of a
// compound meet the whole: their order would count.
func (t *transaction) takes(newer *transaction) bool {
	if t.same(newer) {
		for i := range t.edits {
			t.edits[i].after = newer.edits[i].after
		}
		return true
	}
	mine := byKey(t.edits)
	to := make([]int, len(newer.edits))
	for i := range newer.edits {
		s := &newer.edits[i]
		to[i] = -1
		for _, j := range mine[s.key] {
			switch {
			case t.edits[j].path == s.path && to[i] < 0 && t.edits[j].after.like(s.after):
				to[i] = j
			case pathsMeet(t.edits[j].path, s.path):
				return false
			}
		}
	}
	if len(t.edits)+len(newer.edits) > 2*maxEdits {
		return false
	}
	for i, j := range to {
		if j >= 0 {
			t.edits[j].after = newer.edits[i].after
			continue
		}
		t.edits = append(t.edits, newer.edits[i])
	}
	return true
}

// same reports whether two transactions change the same fields in the same order.
func (t *transaction) same(u *transaction) bool {
	if len(t.edits) != len(u.edits) {
		return false
	}
	for i := range t.edits {
		if a, b := &t.edits[i], &u.edits[i]; a.key != b.key || a.path != b.path || !a.after.like(b.after) {
			return false
		}
	}
	return true
}

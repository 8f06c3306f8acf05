package console

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

const (
	// maxTransactions is how many transactions are kept: a long evening of work.
	maxTransactions = 1000
	// maxPastBytes bounds what they keep, which the game's memory pays for.
	maxPastBytes = 16 << 20
	// maxShownEdits is how many edits of a transaction are shown: a person reads fewer,
	// and a drag of a thousand entities is told of in every frame.
	maxShownEdits = 100
	// maxPageEdits is how many edits a page shows: some milliseconds of the game's frame.
	maxPageEdits = 2000
	// defaultShown is how many transactions a client is shown that does not say.
	defaultShown = 50
)

// The kinds of transactions, as they travel.
const (
	kindSet       = "set"
	kindCreate    = "create"
	kindDelete    = "delete"
	kindDuplicate = "duplicate"
	kindReparent  = "reparent"
	kindAttach    = "attach"
	kindDetach    = "detach"
	kindCall      = "call"
	kindRestore   = "restore"
)

// Params and results of the history.
type (
	// WorldTake says which transaction to take back, or to do again.
	WorldTake struct {
		Transaction uint64 `json:"transaction,omitempty" help:"absent is the newest of one's own"`
		Force       bool   `json:"force,omitempty" help:"also where another transaction changed the same since"`
	}
	// PastQuery selects transactions, the newest first.
	PastQuery struct {
		ID     string `json:"id,omitempty" help:"only those that changed this entity"`
		Author string `json:"author,omitempty" help:"only this client's"`
		Before uint64 `json:"before,omitempty" help:"only those with a lower number: the next page"`
		Limit  int    `json:"limit,omitempty" min:"0" max:"1000" help:"absent is 50"`
	}
	// Past is a page of the history.
	Past struct {
		Transactions []Transaction `json:"transactions" help:"the newest first"`
		More         bool          `json:"more" help:"there are older ones; a page of large transactions is shorter than its limit"`
		Forgotten    uint64        `json:"forgotten" help:"how many of the oldest are kept no more"`
	}
	// Transaction is something that a client did to the world.
	Transaction struct {
		ID     uint64           `json:"id"`
		Frame  uint64           `json:"frame"`
		Tick   uint64           `json:"tick"`
		Time   int64            `json:"time" unit:"ns" help:"since the session began"`
		Author string           `json:"author"`
		Label  string           `json:"label,omitempty"`
		Kind   string           `json:"kind" enum:"set,create,delete,duplicate,reparent,attach,detach,call,restore"`
		Undone bool             `json:"undone" help:"it was taken back"`
		By     string           `json:"by,omitempty" help:"who took it back"`
		Count  int              `json:"count" help:"how many edits it has"`
		Edits  []TransactedEdit `json:"edits" help:"the first 100"`
	}
	// TransactedEdit is one edit of a transaction.
	TransactedEdit struct {
		ID     string          `json:"id"`
		Name   string          `json:"name" help:"what the entity was called then"`
		Path   string          `json:"path" help:"of a field, or the name of a component; empty of the entity as a whole"`
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	// WorldNews is what the topic edits tells.
	WorldNews struct {
		Changed []Transaction `json:"changed,omitempty" help:"transactions that are new, went on, or were taken back"`
		Holds   []Hold        `json:"holds,omitzero" help:"all that is held, when that changed"`
	}
)

func (w *World) registerHistory(s *rpc.Server) {
	refusals := []rpc.Code{rpc.NotFound, rpc.Conflict, rpc.OutOfRange, rpc.ReadOnly, rpc.Failed}
	rpc.Handle(s, rpc.Method{Name: "world.undo", Help: "takes a transaction back: the newest of one's own, or any by its number", Role: rpc.Edit, Errors: refusals}, w.undo)
	rpc.Handle(s, rpc.Method{Name: "world.redo", Help: "does again what one took back last, or any by its number", Role: rpc.Edit, Errors: refusals}, w.redo)
	rpc.Handle(s, rpc.Method{Name: "world.history", Help: "what clients did to the world", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}}, w.history)
	rpc.Handle(s, rpc.Method{Name: "world.patch", Help: "what clients changed and what still holds, to keep it: as a JSON patch and as Go", Role: rpc.View}, w.patch)
	w.editing.stream = rpc.Open[rpc.Void, WorldNews](s, rpc.Topic{Name: "edits", Policy: rpc.All, Snapshot: WorldNews{},
		Help: "what clients do to the world: the newest of the history and all holds at first, then what changes"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			past, err := w.history(nil, PastQuery{})
			return WorldNews{Changed: past.Transactions, Holds: w.heldNow()}, err
		})
}

// tell notes that subscribers are to hear of a transaction.
func (ed *editing) tell(t *transaction) {
	if !t.listed && ed.stream != nil && ed.stream.Subscribers() > 0 {
		t.listed = true
		ed.changed = append(ed.changed, t)
	}
}

// publishEdits sends what changed to those who watch.
func (w *World) publishEdits(frame, tick uint64) {
	ed, held := &w.editing, &w.editing.holds
	if c := &ed.charts; frame >= c.rests {
		if w.guard("reading a chart", func() error { w.publishCharts(frame, tick); return nil }) != nil {
			c.rests = frame + restFrames
		}
	}
	if ed.stream.Subscribers() == 0 {
		return
	}
	held.frames++
	tellHolds := held.untold || held.counts && held.frames >= holdEvery
	if len(ed.changed) == 0 && !tellHolds {
		return
	}
	news := WorldNews{Changed: make([]Transaction, 0, len(ed.changed))}
	for _, t := range ed.changed {
		t.listed = false
		news.Changed = append(news.Changed, w.transacted(t))
	}
	clear(ed.changed)
	ed.changed = ed.changed[:0]
	if tellHolds {
		held.untold, held.counts, held.frames = false, false, 0
		news.Holds = w.heldNow()
	}
	_ = ed.stream.Publish(news) // its type has a JSON form
}

func (w *World) undo(call *rpc.Call, p WorldTake) (Transaction, error) {
	_, who := w.editing.owner(call.Peer)
	t, err := w.editing.pick(p.Transaction, func(t *transaction) bool {
		return t.author == who && !t.undone && t.edits != nil
	}, "there is nothing of "+who+" to take back")
	if err != nil {
		return Transaction{}, err
	}
	switch {
	case t.edits == nil:
		return Transaction{}, at(rpc.Errorf(rpc.Conflict, "transaction %d cannot be taken back: what a %s did is the game's own", t.id, t.kind), "", "/transaction")
	case t.undone:
		return Transaction{}, at(rpc.Errorf(rpc.Conflict, "transaction %d is taken back already, by %s", t.id, t.undoneBy), "", "/transaction")
	}
	return w.take(t, who, backward, p.Force)
}

func (w *World) redo(call *rpc.Call, p WorldTake) (Transaction, error) {
	_, who := w.editing.owner(call.Peer)
	// As editors do it: what was taken back is done again until something new is done.
	var last uint64
	var best *transaction
	for _, t := range w.editing.past {
		switch {
		case t.undone && t.undoneBy == who && (best == nil || t.moved > best.moved):
			best = t
		case !t.undone && t.author == who && t.edits != nil && !t.redone:
			last = max(last, t.moved)
		}
	}
	t, err := w.editing.pick(p.Transaction, func(t *transaction) bool { return t == best && t.moved > last }, "there is nothing that "+who+" took back last")
	if err != nil {
		return Transaction{}, err
	}
	if !t.undone {
		return Transaction{}, at(rpc.Errorf(rpc.Conflict, "transaction %d is not taken back", t.id), "", "/transaction")
	}
	return w.take(t, who, forward, p.Force)
}

// pick returns the transaction of a number, or the newest that will do.
func (ed *editing) pick(id uint64, own func(*transaction) bool, none string) (*transaction, error) {
	if id == 0 {
		for _, t := range slices.Backward(ed.past) {
			if own(t) {
				return t, nil
			}
		}
		return nil, rpc.Errorf(rpc.NotFound, "%s", none)
	}
	i, ok := slices.BinarySearchFunc(ed.past, id, func(t *transaction, id uint64) int { return cmp.Compare(t.id, id) })
	if !ok {
		return nil, at(rpc.Errorf(rpc.NotFound, "transaction %d is not in the history", id), "", "/transaction")
	}
	return ed.past[i], nil
}

// take takes a transaction back, or does it again. What somebody did to the same since
// stands above it and has to go first; what the game did to it does not: a field that
// the game moves could never be undone.
func (w *World) take(t *transaction, who string, back, force bool) (Transaction, error) {
	ed := &w.editing
	if !force {
		if err := w.clear(t); err != nil {
			return Transaction{}, err
		}
	}
	if err := w.run(t.edits, back); err != nil {
		return Transaction{}, asConflict(err)
	}
	ed.moves++
	t.moved, t.undone, t.redone = ed.moves, back, !back
	if t.undoneBy = ""; back {
		t.undoneBy = who
	}
	ed.bytes -= t.bytes
	t.bytes = t.size()
	ed.bytes += t.bytes
	w.done(t.edits)
	ed.tell(t)
	return w.transacted(t), nil
}

// clear refuses where a newer transaction changed the same.
func (w *World) clear(t *transaction) error {
	past := w.editing.past
	var mine map[key][]int
	for i := len(past) - 1; i >= 0 && past[i] != t; i-- {
		if past[i].undone || len(past[i].edits) == 0 {
			continue
		}
		if mine == nil {
			mine = byKey(t.edits)
		}
		if s, over := meeting(t.edits, mine, past[i]); s != nil {
			return w.overridden(s, over, past[i])
		}
	}
	return nil
}

// overridden says what stands above an edit.
func (w *World) overridden(s, over *edit, by *transaction) error {
	e := rpc.Errorf(rpc.Conflict, "%s was changed by %s since, in transaction %d", s.name, by.author, by.id)
	switch {
	case over.act == died:
		e.Message = fmt.Sprintf("%s was deleted by %s since, in transaction %d", over.name, by.author, by.id)
	case s.act == acted:
		e.Message = fmt.Sprintf("%s: field %q was changed by %s since, in transaction %d", s.name, s.path, by.author, by.id)
		if target, err := w.aim(s); err == nil {
			now := clipTo(string(target.cell()), maxGot)
			e.Message += "; it is " + now + " now"
			e.Data.Got = now
		}
	}
	e.Message += "; take that back first, or force"
	e.Data.Path, e.Data.Want, e.Data.Suggest = "/transaction", "force", strconv.FormatUint(by.id, 10)
	return e
}

// asConflict is for what was there when it was done and is gone now.
func asConflict(err error) error {
	var e *rpc.Error
	if ok := errors.As(err, &e); ok && e.Code == rpc.NotFound {
		with := *e
		with.Code = rpc.Conflict
		with.Data.Path = "/transaction"
		return &with
	}
	return err
}

// forgetOld gives the oldest transactions up where there are too many: a tenth of them
// more than needed, so that the rest is not moved with every new one. The newest stays.
func (w *World) forgetOld() {
	ed := &w.editing
	if len(ed.past) <= maxTransactions && ed.bytes <= maxPastBytes {
		return
	}
	n, last := 0, len(ed.past)-1
	for n < last && (n < len(ed.past)/10 || ed.bytes > maxPastBytes) {
		ed.bytes -= ed.past[n].bytes
		n++
	}
	for _, t := range ed.past[:n] {
		w.bury(t)
	}
	ed.forgotten += uint64(n)
	ed.past = slices.Delete(ed.past, 0, n)
}

func (w *World) history(_ *rpc.Call, q PastQuery) (Past, error) {
	if q.Limit == 0 {
		q.Limit = defaultShown
	}
	if q.ID != "" {
		if e, err := w.find(q.ID); err == nil {
			q.ID = e.wireID() // it may have been asked for by name; one that is gone is known by its id
		}
	}
	p := Past{Transactions: []Transaction{}, Forgotten: w.editing.forgotten}
	n := 0
	for _, t := range slices.Backward(w.editing.past) {
		if q.Before > 0 && t.id >= q.Before || q.Author != "" && t.author != q.Author || q.ID != "" && !t.concerns(q.ID) {
			continue
		}
		n += min(maxShownEdits, max(len(t.edits), len(t.calls)))
		if len(p.Transactions) == q.Limit || n > maxPageEdits && len(p.Transactions) > 0 {
			p.More = true
			break
		}
		p.Transactions = append(p.Transactions, w.transacted(t))
	}
	return p, nil
}

// concerns reports whether a transaction changed an entity.
func (t *transaction) concerns(wire string) bool {
	is := func(s edit) bool { return s.wire == wire }
	return slices.ContainsFunc(t.edits, is) || slices.ContainsFunc(t.calls, is)
}

func (w *World) transacted(t *transaction) Transaction {
	all := t.edits
	if all == nil {
		all = t.calls
	}
	shown := all[:min(len(all), maxShownEdits)]
	x := Transaction{
		ID: t.id, Frame: t.frame, Tick: t.tick, Time: int64(t.time), Author: t.author, Label: t.label, Kind: t.kind,
		Undone: t.undone, By: t.undoneBy, Count: len(all), Edits: make([]TransactedEdit, 0, len(shown)),
	}
	for i := range shown {
		s := &shown[i]
		e := TransactedEdit{ID: s.wire, Name: s.name, Path: s.path, Before: w.showEdit(s, s.before), After: w.showEdit(s, s.after)}
		if s.act == hung {
			e.Before, e.After = s.shownParent(s.from), s.shownParent(s.to)
		}
		x.Edits = append(x.Edits, e)
	}
	return x
}

package console

import (
	"github.com/scry-dev/scry/internal/state"
	"github.com/scry-dev/scry/rpc"
)

// surveyed walks the state as it is.
func (w *World) surveyed() (*state.Survey, error) {
	s, _, err := w.survey(visitLimit)
	if err != nil {
		return nil, w.tooLarge(err, visitLimit)
	}
	return s, nil
}

// beforeReplay keeps the state as it is, so that a replay can be undone.
func (w *World) beforeReplay(call *rpc.Call, label string) (id uint64, undo func(), err error) {
	s, err := w.snapshot(call, label, true)
	if err != nil {
		return 0, nil, err
	}
	w.states.keep(s, w.snapshotBytes())
	return s.ID, s.restore, nil
}

// restoredBy notes that the state was made another.
func (w *World) restoredBy(call *rpc.Call, label string) {
	w.states.restored = true
	w.note(call, kindRestore, label)
}

// rewind is restore, with ids given to new entities as they were then.
func (m *moment) rewind() {
	m.restore()
	for _, ids := range m.ids {
		g := ids.group
		g.next = ids.next
		for at, id := range g.ids {
			if id-g.number*idSpan > g.next {
				delete(g.ids, at)
			}
		}
	}
}

// entityAt names the entity at a place of a root of the state.
func (w *World) entityAt(root, index int) (id, name string, ok bool) {
	for _, g := range w.groups {
		if g.source != nil && !g.source.state().IsValid() {
			continue
		}
		if root > 0 {
			root--
			continue
		}
		if e, ok := g.at(index); ok && g.source == nil {
			return e.wireID(), e.name(), true
		}
		return "", "", false
	}
	return "", "", false
}

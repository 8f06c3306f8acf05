package console

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/internal/state"
	"github.com/scry-dev/scry/rpc"
)

// maxSnapshots bounds how many small snapshots are kept.
const maxSnapshots = 256

// maxSnapshotLabel bounds a label, in bytes.
const maxSnapshotLabel = 200

// Params and results of the methods that look at the state as a whole.
type (
	// WorldSnapshot tells of the whole state of the world, as it was.
	WorldSnapshot struct {
		ID       uint64   `json:"id"`
		Frame    uint64   `json:"frame"`
		Tick     uint64   `json:"tick"`
		Bytes    int64    `json:"bytes" unit:"B" help:"that it takes; strings are shared with the game and do not count"`
		Label    string   `json:"label"`
		Entities int      `json:"entities"`
		Auto     bool     `json:"auto,omitempty" help:"taken by a restore, so that it can be undone; these are the first to go"`
		Shared   []string `json:"shared,omitempty" help:"types of what the state points to and a snapshot does not contain, since their package bound nothing"`
		Without  []string `json:"without,omitempty" help:"sources that do not give their state to snapshots"`
	}
	// SnapshotLabel asks for a snapshot.
	SnapshotLabel struct {
		Label string `json:"label,omitempty" help:"what a person calls it; at most 200 bytes"`
	}
	// SnapshotID names a snapshot.
	SnapshotID struct {
		ID uint64 `json:"id"`
	}
	// WorldRestored is what a restore did.
	WorldRestored struct {
		Tick   uint64 `json:"tick" help:"the console's count, which goes on; ticks that the game counts are a part of its state"`
		Frame  uint64 `json:"frame"`
		Before uint64 `json:"before" help:"id of the snapshot that was taken just before: restoring it undoes this"`
	}
)

type snapshot struct {
	WorldSnapshot
	moment
	hash *WorldHash // once somebody asked
}

func (w *World) registerStates(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.snapshot", Help: "keeps the whole state of the world in memory; the oldest snapshots go where there is no room", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.TooMany}},
		func(call *rpc.Call, p SnapshotLabel) (WorldSnapshot, error) {
			s, err := w.snapshot(call, clipTo(p.Label, maxSnapshotLabel), false)
			if err != nil {
				return WorldSnapshot{}, err
			}
			w.states.keep(s, w.snapshotBytes())
			return s.WorldSnapshot, nil
		})
	rpc.Handle(s, rpc.Method{Name: "world.snapshots", Help: "the snapshots that are kept, oldest first", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]WorldSnapshot, error) {
			list := make([]WorldSnapshot, len(w.states.list))
			for i, s := range w.states.list {
				list[i] = s.WorldSnapshot
			}
			return list, nil
		})
	rpc.Handle(s, rpc.Method{Name: "world.drop", Help: "forgets a snapshot", Role: rpc.Edit, Errors: []rpc.Code{rpc.NotFound}},
		func(_ *rpc.Call, p SnapshotID) (rpc.Void, error) {
			s, err := w.states.find(p.ID, "/id")
			if err == nil {
				w.states.drop(s)
			}
			return rpc.Void{}, err
		})
	rpc.Handle(s, rpc.Method{Name: "world.restore", Help: "makes the whole state of the world what it was", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.TooMany}}, w.restore)
	rpc.Handle(s, rpc.Method{Name: "world.hash", Help: "digests of the whole state of the world, now or in a snapshot; the same state has the same in any process; a long frame of a large world", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.TooMany}}, w.hash)
	rpc.Handle(s, rpc.Method{Name: "world.diff", Help: "which entities differ between two snapshots, or between one and now; a long frame of a large world", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.TooMany, rpc.InvalidParams}}, w.diff)
}

// snapshot copies the state as it is now.
func (w *World) snapshot(call *rpc.Call, label string, auto bool) (*snapshot, error) {
	m, without, err := w.moment(w.snapshotBytes())
	if err != nil {
		return nil, err
	}
	s := &snapshot{moment: m}
	s.WorldSnapshot = WorldSnapshot{
		Frame: call.Frame(), Tick: call.Tick(), Bytes: m.bytes(), Label: label, Auto: auto,
		Shared: w.states.memory.Shared(), Without: without,
	}
	for _, g := range w.groups {
		for i := range g.count() {
			if _, ok := g.at(i); ok {
				s.Entities++
			}
		}
	}
	return s, nil
}

// tooLarge tells a client why there is no copy of the state, or no hash.
func (w *World) tooLarge(err error, limit int64) error {
	var e *state.TooLargeError
	if !errors.As(err, &e) {
		return err
	}
	fault := rpc.Errorf(rpc.TooMany, "the state of the world is larger than %d bytes; most of it belongs to %q", limit, e.Root)
	fault.Data.Limit = "SnapshotBytes " + strconv.FormatInt(limit, 10)
	return fault
}

// find returns a snapshot. The path is where its id stood in the params.
func (s *states) find(id uint64, path string) (*snapshot, error) {
	i := slices.IndexFunc(s.list, func(s *snapshot) bool { return s.ID == id })
	if i < 0 {
		e := rpc.Errorf(rpc.NotFound, "there is no snapshot %d", id)
		e.Data.Path, e.Data.Got = path, strconv.FormatUint(id, 10)
		return nil, e
	}
	return s.list[i], nil
}

func (s *states) drop(gone *snapshot) {
	s.list = slices.DeleteFunc(s.list, func(s *snapshot) bool { return s == gone })
	s.bytes -= gone.Bytes
}

// keep gives a snapshot its id and makes room for it: those that restores took go
// first, then the oldest.
func (s *states) keep(kept *snapshot, limit int64) {
	s.last++
	kept.ID = s.last
	for len(s.list) > 0 && (s.bytes+kept.Bytes > limit || len(s.list) >= maxSnapshots) {
		i := max(slices.IndexFunc(s.list, func(s *snapshot) bool { return s.Auto }), 0)
		s.drop(s.list[i])
		s.evicted++
	}
	s.list = append(s.list, kept)
	s.bytes += kept.Bytes
}

func (w *World) restore(call *rpc.Call, p SnapshotID) (WorldRestored, error) {
	to, err := w.states.find(p.ID, "/id")
	if err != nil {
		return WorldRestored{}, err
	}
	before, err := w.snapshot(call, fmt.Sprintf("before restoring %d", to.ID), true)
	if err != nil {
		return WorldRestored{}, err
	}
	to.restore()
	w.states.restored = true
	w.states.keep(before, w.snapshotBytes())
	w.note(call, kindRestore, strings.TrimSpace(fmt.Sprintf("snapshot %d %s", to.ID, to.Label)))
	return WorldRestored{Tick: call.Tick(), Frame: call.Frame(), Before: before.ID}, nil
}

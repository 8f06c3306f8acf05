package console

import (
	"fmt"

	"github.com/scry-dev/scry/internal/state"
	"github.com/scry-dev/scry/rpc"
)

type (
	// WorldHashOf asks for digests of the state.
	WorldHashOf struct {
		Snapshot uint64 `json:"snapshot,omitempty" help:"of which; without it, of the world as it is"`
	}
	// WorldHash is digests of the state, 16 hexadecimal digits each.
	WorldHash struct {
		Frame      uint64            `json:"frame"`
		Tick       uint64            `json:"tick"`
		Hash       string            `json:"hash" help:"of all"`
		Subsystems map[string]string `json:"subsystems" help:"by the names given to Bound.Subsystem and World.State, or the kinds"`
	}
)

func (w *World) hash(call *rpc.Call, p WorldHashOf) (WorldHash, error) {
	if p.Snapshot == 0 {
		return w.sums(call.Frame(), call.Tick())
	}
	s, err := w.states.find(p.Snapshot, "/snapshot")
	if err != nil {
		return WorldHash{}, err
	}
	if s.hash != nil {
		return *s.hash, nil
	}
	now, _, err := w.moment(visitLimit)
	if err != nil {
		return WorldHash{}, err
	}
	defer now.restore()
	s.restore()
	h, err := w.sums(s.Frame, s.Tick)
	if err == nil {
		s.hash = &h
	}
	return h, err
}

// sums digests the state as it is.
func (w *World) sums(frame, tick uint64) (WorldHash, error) {
	s, _, err := w.survey(visitLimit)
	if err != nil {
		return WorldHash{}, w.tooLarge(err, visitLimit)
	}
	sums := s.Sums()
	h := WorldHash{Frame: frame, Tick: tick, Hash: hexSum(state.Total(sums)), Subsystems: make(map[string]string, len(sums))}
	for _, sum := range sums {
		h.Subsystems[sum.Name] = hexSum(sum.Sum)
	}
	return h, nil
}

func hexSum(n uint64) string { return fmt.Sprintf("%016x", n) }

package console

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// schedule is what runs just before certain ticks, by tick and then in the order in which
// it was asked for.
type schedule struct {
	list  []*appointment
	calls int
	bytes int
}

// appointment is what one time.at asked for.
type appointment struct {
	tick    uint64
	calls   []rpc.Request
	bytes   int
	peer    *rpc.Peer
	pending *rpc.Pending
}

// Bounds of what waits for its tick, over all clients.
const (
	maxScheduled      = 10_000  // calls
	maxScheduledBytes = 1 << 20 // of their params and names
)

// Params and results of time.at.
type (
	// AtParams asks for calls at a tick.
	AtParams struct {
		Tick  uint64   `json:"tick" help:"just before which they run"`
		Calls []AtCall `json:"calls" help:"at most 1000"`
	}
	// AtCall is one of them.
	AtCall struct {
		Method string          `json:"method"`
		Params json.RawMessage `json:"params,omitempty"`
	}
	// AtResult is what they gave.
	AtResult struct {
		Frame   uint64            `json:"frame"`
		Tick    uint64            `json:"tick" help:"the tick that was simulated behind them"`
		Results []json.RawMessage `json:"results" help:"of each call in order, an object with a member result or a member error"`
	}
)

func (t *Time) registerSchedule(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "time.at", Help: "runs calls just before a tick is simulated, in order and on the client's own rights, and answers when they have run. They are dropped when the client leaves",
		Role: rpc.Drive, Errors: []rpc.Code{rpc.Past, rpc.InvalidParams, rpc.Unavailable, rpc.TooMany}}, t.at)
}

// maxAppointed bounds the calls of one time.at.
const maxAppointed = 1000

func (t *Time) at(call *rpc.Call, p AtParams) (AtResult, error) {
	s := &t.schedule
	a := &appointment{tick: p.Tick, peer: call.Peer}
	switch {
	case !t.controlled:
		return AtResult{}, rpc.Errorf(rpc.Unavailable, "this game does not let ticks be waited for: its loop does not range over Update")
	case p.Tick <= t.Tick():
		e := rpc.Errorf(rpc.Past, "tick %d is over: the last was %d", p.Tick, t.Tick())
		e.Data.Path = "/tick"
		return AtResult{}, e
	case len(p.Calls) == 0 || len(p.Calls) > maxAppointed:
		e := rpc.Errorf(rpc.InvalidParams, "1 to %d calls, not %d", maxAppointed, len(p.Calls))
		e.Data.Path = "/calls"
		return AtResult{}, e
	}
	for _, c := range p.Calls {
		if raw := bytes.TrimSpace(c.Params); len(raw) > 0 && raw[0] != '{' && raw[0] != '[' && string(raw) != "null" {
			e := rpc.Errorf(rpc.InvalidParams, "params are an object or an array")
			e.Data.Path = "/calls"
			return AtResult{}, e
		} else if string(raw) == "null" {
			c.Params = nil
		}
		a.calls = append(a.calls, rpc.Request{Method: c.Method, Params: slices.Clone(c.Params)})
		a.bytes += len(c.Method) + len(c.Params)
	}
	if s.calls+len(a.calls) > maxScheduled || s.bytes+a.bytes > maxScheduledBytes {
		return AtResult{}, rpc.Errorf(rpc.TooMany, "%d calls of %d bytes wait for their ticks already", s.calls, s.bytes)
	}
	if a.pending = call.Defer(); !a.pending.Canceled() {
		s.add(a)
		a.pending.OnCancel(func() { s.drop(a) })
	}
	return AtResult{}, nil
}

// add puts an appointment behind all of its tick.
func (s *schedule) add(a *appointment) {
	i := len(s.list)
	for i > 0 && s.list[i-1].tick > a.tick {
		i--
	}
	s.list = slices.Insert(s.list, i, a)
	s.calls += len(a.calls)
	s.bytes += a.bytes
}

// drop forgets an appointment.
func (s *schedule) drop(a *appointment) {
	if i := slices.Index(s.list, a); i >= 0 {
		s.list = slices.Delete(s.list, i, i+1)
		s.calls -= len(a.calls)
		s.bytes -= a.bytes
	}
}

// due reports whether calls wait for the tick that comes next.
func (t *Time) due() bool {
	return len(t.schedule.list) > 0 && t.schedule.list[0].tick <= t.Tick()+1
}

// runDue runs what waits for the tick that comes next, and reports whether that is still
// to be simulated: it is not where the game is held by now and nobody steps it.
func (t *Time) runDue() bool {
	s := &t.schedule
	for t.due() {
		a := s.list[0]
		s.drop(a)
		a.pending.OnCancel(nil)
		frame := t.Frame()
		a.peer.Run(a.calls, func(answers []json.RawMessage) {
			a.pending.Reply(AtResult{frame, a.tick, answers})
		})
	}
	return !t.held || t.stepping()
}

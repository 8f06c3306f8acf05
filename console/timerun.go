package console

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// tickRun is a call that waits for ticks: a step, a condition, a measurement.
type tickRun struct {
	of      tickWork
	left    int // ticks, at the most
	pending *rpc.Pending
}

// step is the work of time.step: none.
type step struct{ t *Time }

func (step) ticked(uint64, int) (bool, error) { return false, nil }
func (s step) answer() any                    { return s.t.status() }
func (step) end()                             {}

// maxWatches bounds what waits for ticks as they come, over all clients.
const maxWatches = 256

func (t *Time) registerRuns(s *rpc.Server) {
	busy := []rpc.Code{rpc.Busy, rpc.Unavailable, rpc.OutOfRange}
	rpc.Handle(s, rpc.Method{Name: "time.step", Help: "holds the game, runs so many ticks and answers after the last; later requests of the same client wait for it",
		Role: rpc.Drive, Errors: busy}, t.step)
	rpc.Handle(s, rpc.Method{Name: "time.until", Help: "waits for a condition, tick by tick, and answers behind the first at which it is met; later requests of the same client wait for it. A client that holds the game has the ticks run for it",
		Role: rpc.Drive, Errors: append(busy, rpc.InvalidParams, rpc.TooMany)}, t.until)
	rpc.Handle(s, rpc.Method{Name: "time.check", Help: "what an expression is now", Role: rpc.View, Errors: []rpc.Code{rpc.InvalidParams}}, t.check)
}

func (t *Time) step(call *rpc.Call, p StepParams) (TimeStatus, error) {
	if err := t.take(call.Peer); err != nil {
		return TimeStatus{}, err
	}
	t.runs = append(t.runs, &tickRun{step{t}, p.Ticks, call.Block()})
	return TimeStatus{}, nil
}

// wait has work done with the ticks to come: with those that are run for it, where the
// client holds the game, else with those that come by themselves.
func (t *Time) wait(call *rpc.Call, of tickWork, ticks int) error {
	if !t.controlled {
		return t.free(call.Peer)
	}
	if t.drives(call.Peer) {
		if err := t.take(call.Peer); err != nil {
			return err
		}
		t.runs = append(t.runs, &tickRun{of, ticks, call.Block()})
		return nil
	}
	t.watches = slices.DeleteFunc(t.watches, (*tickRun).idle)
	if len(t.watches) >= maxWatches {
		return rpc.Errorf(rpc.TooMany, "%d calls wait for ticks already", maxWatches)
	}
	t.watches = append(t.watches, &tickRun{of, ticks, call.Block()})
	return nil
}

// drive has ticks run for a call and no other, and tells how it is known whether the call
// still waits for them.
func (t *Time) drive(call *rpc.Call, of tickWork, ticks int) (alive func() bool, err error) {
	if err := t.take(call.Peer); err != nil {
		return nil, err
	}
	if t.stepping() {
		return nil, rpc.Errorf(rpc.Busy, "ticks are run for another call: it has %d to go", t.runs[0].left)
	}
	r := &tickRun{of, ticks, call.Block()}
	t.runs = append(t.runs, r)
	return func() bool { return slices.Contains(t.runs, r) && !r.pending.Canceled() }, nil
}

// drives reports whether a client holds the game, or may take it over from the game itself.
func (t *Time) drives(p *rpc.Peer) bool { return t.held && t.free(p) == nil }

// stepping reports whether a call waits for ticks that are run for it.
func (t *Time) stepping() bool {
	for len(t.runs) > 0 && t.runs[0].idle() {
		t.runs = slices.Delete(t.runs, 0, 1)
	}
	return len(t.runs) > 0
}

// waits reports whether anything is to be told of a tick.
func (t *Time) waits() bool { return len(t.runs) > 0 || len(t.watches) > 0 }

// ticked counts a tick, and answers the calls that it completes.
func (t *Time) ticked() {
	if len(t.runs) > 0 {
		// To look is to call the game, which may resume and so end them all.
		if r := t.runs[0]; t.advance(r) {
			t.runs = slices.DeleteFunc(t.runs, func(other *tickRun) bool { return other == r })
			t.changed = true
		}
	}
	if len(t.watches) > 0 {
		t.watches = slices.DeleteFunc(t.watches, t.advance)
	}
}

// idle ends a call that nobody waits for any more, and reports whether it is one.
func (r *tickRun) idle() bool {
	if !r.pending.Canceled() {
		return false
	}
	r.of.end()
	return true
}

// advance tells a call of a tick, and reports whether it is over.
func (t *Time) advance(r *tickRun) (over bool) {
	if r.idle() {
		return true
	}
	r.left--
	done, err := r.of.ticked(t.Tick(), r.left)
	switch {
	case err != nil:
		r.pending.Fail(err)
	case done || r.left <= 0:
		r.pending.Reply(r.of.answer())
	default:
		return false
	}
	r.of.end()
	return true
}

// interrupt ends what waits for ticks that are run for it: the game runs by itself.
func (t *Time) interrupt() {
	for _, r := range t.runs {
		r.pending.Fail(rpc.Errorf(rpc.Unavailable, "the game was resumed %d ticks before the end", r.left))
		r.of.end()
	}
	t.runs = nil
}

// Params and results of waiting.
type (
	// UntilParams asks to wait for a condition.
	UntilParams struct {
		Expr   string `json:"expr" help:"as player.health < 50, or count(kind:hunter) >= 3"`
		Within int    `json:"within" min:"1" max:"1000000" help:"ticks, at the most"`
		Every  int    `json:"every,omitempty" min:"1" max:"1000000" help:"ticks from one look to the next; absent is each"`
	}
	// UntilResult says how waiting ended.
	UntilResult struct {
		Met   bool            `json:"met"`
		Frame uint64          `json:"frame"`
		Tick  uint64          `json:"tick" help:"at which it was met, or given up"`
		Ticks int             `json:"ticks" help:"that went by since the call; 0 where it was met from the start"`
		Value json.RawMessage `json:"value" help:"of the expression; null where something is not there"`
		Every int             `json:"every,omitempty" help:"ticks from one look to the next, where it had to be more than was asked: the game runs freely, and a look at this world takes too much of a frame"`
		Last  []ExprSample    `json:"last" help:"the newest looks, oldest first, at most 30"`
	}
	// CheckParams names an expression.
	CheckParams struct {
		Expr string `json:"expr"`
	}
	// CheckResult is what an expression is.
	CheckResult struct {
		Value  json.RawMessage            `json:"value"`
		Type   string                     `json:"type" enum:"null,bool,number,duration,time,enum,string,entity"`
		Values map[string]json.RawMessage `json:"values" help:"by path, cvar or sum as it stands in the expression"`
		Frame  uint64                     `json:"frame"`
		Tick   uint64                     `json:"tick"`
	}
)

func (t *Time) check(_ *rpc.Call, p CheckParams) (CheckResult, error) {
	e, err := t.expression(p.Expr)
	if err != nil {
		return CheckResult{}, err
	}
	if _, err := e.look(t.Tick()); err != nil {
		return CheckResult{}, err
	}
	return CheckResult{e.result(), e.kind(), e.last()[0].Values, t.Frame(), t.Tick()}, nil
}

// condition is the work of time.until.
type condition struct {
	t      *Time
	of     awaited
	free   bool // the game runs by itself
	within int
	asked  int // ticks from look to look
	every  int
	due    int // ticks until the next look
	ran    int
	met    bool
	took   time.Duration // by the last look, where it is measured
}

func (t *Time) until(call *rpc.Call, p UntilParams) (UntilResult, error) {
	e, err := t.expression(p.Expr)
	if err != nil {
		return UntilResult{}, err
	}
	if !e.condition() {
		err := rpc.Errorf(rpc.InvalidParams, "expr: a condition is wanted, as %s > 0, and this is a %s", clipTo(p.Expr, maxGot), e.kind())
		err.Data.Path = "/expr"
		return UntilResult{}, err
	}
	every := max(p.Every, 1)
	w := &condition{t: t, of: e, free: !t.drives(call.Peer), within: p.Within, asked: every, every: every}
	w.met, err = w.look(t.Tick())
	switch {
	case err != nil:
		return UntilResult{}, err
	case w.met:
		return w.result(), nil
	}
	if frame := t.frame(); w.took > frame/dearShare {
		e := rpc.Errorf(rpc.TooMany, "one look at this takes %v of the %v of a frame: hold the game, whose ticks then wait for it", w.took.Round(time.Microsecond), frame.Round(time.Microsecond))
		e.Data.Limit, e.Data.Suggest = "look "+(frame/dearShare).String(), "time.hold"
		return UntilResult{}, e
	}
	return UntilResult{}, t.wait(call, w, p.Within)
}

// dearShare is the part of a frame that one look at a condition may take at the most in a
// game that runs freely.
const dearShare = 4

// look evaluates the condition. While the game runs freely, one that looks through the
// world is looked at so seldom that it takes no more of the frames than other scans do.
func (w *condition) look(tick uint64) (met bool, err error) {
	w.due = w.every
	if !w.free || !w.of.scans() {
		w.every, w.due = w.asked, w.asked
		return w.of.look(tick)
	}
	began := time.Now()
	met, err = w.of.look(tick)
	spare := w.t.spare()
	w.took = time.Since(began)
	w.every = max(w.asked, int((w.took+spare-1)/spare))
	w.due = w.every
	return met, err
}

func (w *condition) ticked(tick uint64, left int) (done bool, err error) {
	w.ran++
	if w.due--; w.due > 0 && left > 0 {
		return false, nil
	}
	w.met, err = w.look(tick)
	return w.met, err
}

func (w *condition) answer() any { return w.result() }
func (w *condition) end()        {}

func (w *condition) result() UntilResult {
	r := UntilResult{Met: w.met, Frame: w.t.Frame(), Tick: w.t.Tick(), Ticks: w.ran, Value: w.of.result(), Last: w.of.last()}
	if w.every > w.asked {
		r.Every = w.every
	}
	return r
}

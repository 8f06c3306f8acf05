package console

import (
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// inputLease says whose the input is: one client sends at a time.
type inputLease struct {
	holder  any    // as owner says; nil is nobody
	name    string // of the holder
	since   uint64 // frame
	asked   bool   // it was asked for, not just taken by what was sent
	stays   bool   // the holder has a connection, whose end the console hears of
	waiting []inputWaiter
}

// inputWaiter is a client that asked for the input while another had it.
type inputWaiter struct {
	peer  *rpc.Peer
	since uint64 // frame
}

// hold gives the input to a client that sends, where it is free, and refuses others.
func (in *Input) hold(p *rpc.Peer) error {
	by, _ := in.owner(p)
	l := &in.lease
	switch l.holder {
	case by:
		return nil
	case nil:
		in.grant(p)
		return nil
	}
	e := rpc.Errorf(rpc.Busy, "%s has the input", l.name)
	e.Data.Got, e.Data.Suggest = l.name, "input.control {take: true, force: true}"
	return e
}

func (in *Input) grant(p *rpc.Peer) {
	by, name := in.owner(p)
	in.letGo()
	l := &in.lease
	l.forget(p)
	l.holder, l.name, l.since, l.asked, l.stays = by, name, in.clock.frame.Load(), false, by == any(p)
	in.changed = true
}

// letGo lets go of all that the holder presses, in the next tick, and drops what waits.
func (in *Input) letGo() {
	in.queue.placed = false
	if !in.queue.free() {
		in.queue.drop()
		in.quiet, in.changed = false, true
	}
}

// giveUp ends the lease.
func (in *Input) giveUp() {
	in.letGo()
	l := &in.lease
	l.holder, l.name, l.since, l.asked, l.stays = nil, "", 0, false, false
	in.changed = true
}

// control takes the input, or gives it up.
func (in *Input) control(p *rpc.Peer, take, force bool) error {
	by, _ := in.owner(p)
	l := &in.lease
	switch {
	case !take && l.holder == by:
		in.giveUp()
		return nil
	case !take:
		in.changed = in.changed || l.forget(p)
		return nil
	}
	if err := in.hold(p); err != nil {
		if !force {
			l.wait(p, by == any(p), in.clock.frame.Load())
			in.changed = true
			return err
		}
		in.grant(p)
	}
	l.asked = true
	return nil
}

// wait notes who asked.
func (l *inputLease) wait(p *rpc.Peer, stays bool, frame uint64) {
	if stays && !slices.ContainsFunc(l.waiting, func(w inputWaiter) bool { return w.peer == p }) {
		l.waiting = append(l.waiting, inputWaiter{p, frame})
	}
}

// forget takes a client off those who wait, and reports whether it was one.
func (l *inputLease) forget(p *rpc.Peer) bool {
	n := len(l.waiting)
	l.waiting = slices.DeleteFunc(l.waiting, func(w inputWaiter) bool { return w.peer == p })
	return len(l.waiting) < n
}

// rest ends the lease of who has no connection to lose and did not ask for it, once nothing
// that it pressed is held any more.
func (l *inputLease) rest(in *Input) {
	if l.holder != nil && !l.stays && !l.asked && in.queue.free() {
		in.giveUp()
	}
}

// let ends the lease when no client is left that could.
func (in *Input) let() {
	if in.lease.holder != nil {
		in.giveUp()
	}
}

// leave is told of each client that disconnects.
func (in *Input) leave(p *rpc.Peer) {
	if in.lease.holder == any(p) {
		in.giveUp()
	}
	if in.lease.forget(p) {
		in.changed = true
	}
}

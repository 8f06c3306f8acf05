package console

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// client is who asks: its key is the connection, or what all that come by POST have in
// common.
type client struct {
	key   any
	name  string
	stays bool // it has a connection, whose end the console hears of
}

// leaseTerm is how long a lease lasts.
type leaseTerm struct {
	wanted bool
	long   time.Duration // 0: until its client leaves
}

// lease is a value that goes when its client does, or when its time is over.
type lease struct {
	cvar  *Cvar
	owner client
	until time.Duration // since the session began; 0: until its client leaves
}

// leaseOver is what a change comes from that the end of a lease made.
const leaseOver = "lease ended"

// longestLease bounds a lease by time. Who needs more sets the value for good.
const longestLease = 24 * time.Hour

// LeaseInfo is a lease on the wire.
type LeaseInfo struct {
	By    string `json:"by"`
	Until int64  `json:"until,omitempty" unit:"ns" help:"since the session began; absent: until its client leaves"`
}

// leaseOf returns the lease of a cvar, or nil.
func (c *Cvars) leaseOf(v *Cvar) *lease {
	for i := range c.leases {
		if c.leases[i].cvar == v {
			return &c.leases[i]
		}
	}
	return nil
}

func (c *Cvars) beginLease(v *Cvar, who client, term leaseTerm) {
	l := lease{cvar: v, owner: who}
	if term.long > 0 {
		l.until = c.now() + term.long
	}
	v.version++ // also when only the term is another
	if old := c.leaseOf(v); old != nil {
		*old = l
		return
	}
	c.leases = append(c.leases, l)
}

// loan is a lease with its value.
type loan struct {
	layer layer
	lease lease
}

// lent is what a client has lent a cvar, to be given again, or nil.
func (v *Cvar) lent() *loan {
	l := v.cvars.leaseOf(v)
	if i, ok := v.layerAt(levelLease); ok && l != nil && v.layers[i].stamp.from != alternating {
		return &loan{v.layers[i], *l}
	}
	return nil
}

// lendAgain begins a lease of a client's own anew that a change ended which it takes back:
// as a value for good, it would stay when the client leaves, and be archived.
func (c *Cvars) lendAgain(v *Cvar, l *loan, who client) {
	if l == nil || l.lease.owner.key != who.key || v.has(levelLease) || l.lease.until > 0 && l.lease.until <= c.now() {
		return
	}
	v.put(l.layer)
	c.leases = append(c.leases, l.lease)
}

// endLease forgets the lease of a cvar whose layer is gone.
func (c *Cvars) endLease(v *Cvar) {
	c.leases = slices.DeleteFunc(c.leases, func(l lease) bool { return l.cvar == v })
}

// leasable refuses a change of what another client leases, unless that is to end.
func (v *Cvar) leasable(who client, w wish) error {
	if w.lease.wanted && w.lease.long == 0 && !who.stays {
		e := rpc.Errorf(rpc.InvalidParams, "who has no connection has none to lose, so that the lease needs seconds")
		e.Data.Path, e.Data.Want = "/lease", "seconds"
		return e
	}
	l := v.cvars.leaseOf(v)
	if l == nil || l.owner.key == who.key || w.force {
		return nil
	}
	how := "until it leaves"
	if l.until > 0 {
		how = "for " + max(0, l.until-v.cvars.now()).Round(time.Millisecond).String()
	}
	e := rpc.Errorf(rpc.Conflict, "cvar %q is on lease to %s %s; force ends the lease", v.name, l.owner.name, how)
	e.Data.Got, e.Data.Want = l.owner.name, "force"
	return e
}

// leave ends the leases of a client that disconnected.
func (c *Cvars) leave(p *rpc.Peer) {
	c.endLeases(func(l lease) bool { return l.owner.key == any(p) })
	delete(c.undone, any(p))
}

// expire ends the leases whose time is over.
func (c *Cvars) expire(now time.Duration) {
	c.endLeases(func(l lease) bool { return l.until > 0 && now >= l.until })
}

func (c *Cvars) endLeases(over func(lease) bool) {
	for _, l := range slices.Clone(c.leases) {
		if over(l) && l.cvar.bound() { // an OnChange of one may have unbound the next
			c.giveBack(l)
		}
	}
}

// giveBack ends a lease, which the game itself may have ended already.
func (c *Cvars) giveBack(l lease) {
	v := l.cvar
	v.refresh()
	defer c.act(l.owner.name, leaseOver, 0)()
	v.alter(levelLease, func() { v.take(levelLease) })
}

// readTerm reads how long a lease is to last: true, false, or seconds.
func readTerm(raw json.RawMessage) (t leaseTerm, err error) {
	switch string(raw) {
	case "", "false", "null":
		return t, nil
	case "true":
		return leaseTerm{wanted: true}, nil
	}
	var seconds float64
	if err := rpc.Decode(raw, &seconds); err != nil || !(seconds > 0 && seconds <= longestLease.Seconds()) {
		want := fmt.Sprintf("true, or more than 0 and at most %v seconds", longestLease.Seconds())
		e := rpc.Errorf(rpc.InvalidParams, "a lease lasts %s", want)
		e.Data.Path, e.Data.Got, e.Data.Want = "/lease", clipTo(string(raw), maxGot), want
		return t, e
	}
	return leaseTerm{wanted: true, long: max(1, time.Duration(seconds*float64(time.Second)))}, nil
}

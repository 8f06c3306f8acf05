package console

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// AlternateParams ask for a cvar to be alternated between values, for what each costs.
type AlternateParams struct {
	Name   string            `json:"name"`
	Values []json.RawMessage `json:"values" help:"1 to 16 of them, as cvar.set takes them"`
	Every  int               `json:"every" min:"1" max:"600" help:"frames that count of each block"`
	Rounds int               `json:"rounds" min:"1" max:"1000" help:"blocks of each value; at most 4,000 blocks in all"`
	Settle *int              `json:"settle,omitempty" min:"0" max:"600" help:"frames after each change that do not count; absent is 2"`
	Seed   uint32            `json:"seed,omitempty" help:"of the order; absent or 0 is by chance"`
}

// Alternation is a cvar that changes between values every few frames: each round holds
// every value once, in an order that is shuffled for that round, so that a comparison of
// the values is fooled neither by a drift nor by work that comes in a rhythm.
type Alternation struct {
	Name   string             `json:"name"`
	By     string             `json:"by"`
	Values []any              `json:"values"`
	Every  int                `json:"every" help:"frames that count of each block"`
	Settle int                `json:"settle" help:"frames before them that do not"`
	Rounds int                `json:"rounds"`
	Seed   uint32             `json:"seed" help:"with the same one the order is the same"`
	Blocks []AlternationBlock `json:"blocks" help:"those that are over, in their order"`
}

// AlternationBlock is a run of frames, none of them held, in all of which a cvar had one value.
type AlternationBlock struct {
	Value int    `json:"value" help:"index of the value"`
	First uint64 `json:"first" help:"its first frame that counts"`
	Last  uint64 `json:"last"`
}

// AlternationEvent tells of a block that is over.
type AlternationEvent struct {
	Name   string `json:"name"`
	By     string `json:"by"`
	Number int    `json:"number" help:"of the block, from 0"`
	AlternationBlock
}

const (
	maxAlternations    = 4
	maxAlternateValues = 16
	maxAlternateBlocks = 4000
	usualSettle        = 2
)

// alternation is a running [Alternation]. The cvar is on lease to its client meanwhile.
type alternation struct {
	Alternation
	cvar    *Cvar
	who     client
	pending *rpc.Pending
	values  []value
	dice    *rand.Rand
	order   []int  // of the values in the round
	frames  int    // that the block has begun, with those that do not count
	given   value  // what the cvar has of it
	before  *layer // the lease that the client had before
	set     bool   // that is the block's
}

func (c *Cvars) registerAlternate(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "cvar.alternate", Help: "changes a cvar between values every few frames, on lease, and answers at the end with the frames of each value; when the call is taken back, or the cvar changed otherwise, it ends",
		Role: rpc.Edit, Errors: []rpc.Code{rpc.NotFound, rpc.OutOfRange, rpc.ReadOnly, rpc.InvalidParams, rpc.Conflict, rpc.TooMany, rpc.Busy}}, c.alternate)
	c.blocks = rpc.Open[rpc.Void, AlternationEvent](s, rpc.Topic{Name: "alternations", Snapshot: []Alternation{}, Policy: "all", Help: "each block of a cvar that alternates, when it is over"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			list := make([]Alternation, len(c.alternates))
			for i, a := range c.alternates {
				list[i] = a.Alternation
			}
			return list, nil
		})
}

// alternate begins to alternate a cvar; the call is answered at the end.
func (c *Cvars) alternate(call *rpc.Call, p AlternateParams) (Alternation, error) {
	who := c.client(call)
	v, err := c.alternable(p, who)
	if err != nil {
		return Alternation{}, err
	}
	a := &alternation{cvar: v, who: who, before: v.before(levelLease).kept()}
	a.Name, a.By, a.Every, a.Rounds, a.Settle, a.Seed = v.name, who.name, p.Every, p.Rounds, usualSettle, p.Seed
	if p.Settle != nil {
		a.Settle = *p.Settle
	}
	for a.Seed == 0 {
		a.Seed = rand.Uint32()
	}
	for i, raw := range p.Values {
		to, err := v.decode(raw)
		if err != nil {
			return Alternation{}, under(err, i)
		}
		a.values = append(a.values, to)
		a.Values = append(a.Values, to.json(v.spec()))
		a.order = append(a.order, i)
	}
	a.dice = rand.New(rand.NewPCG(uint64(a.Seed), 0))
	a.Blocks = make([]AlternationBlock, 0, p.Rounds*len(a.values)) // a frame allocates nothing
	a.give(v.now)                                                  // until the first block begins
	a.pending = call.Defer()
	c.alternates = append(c.alternates, a)
	a.pending.OnCancel(func() { c.endAlternation(a) })
	return Alternation{}, nil
}

// alternable returns the cvar that is asked for, or why it cannot be alternated.
func (c *Cvars) alternable(p AlternateParams, who client) (*Cvar, error) {
	v, err := c.find(p.Name)
	if err != nil {
		return nil, err
	}
	if err := v.writable(); err != nil {
		return nil, at(err, "", "/name")
	}
	switch n := len(p.Values); {
	case v.is(flagLatched):
		return nil, at(rpc.Errorf(rpc.ReadOnly, "cvar %q is latched: a value waits until the game can take it, and cannot alternate", v.name), "", "/name")
	case v.is(flagSecret):
		return nil, at(rpc.Errorf(rpc.ReadOnly, "cvar %q is a secret: its values are told to nobody, and cannot be compared", v.name), "", "/name")
	case n < 1 || n > maxAlternateValues:
		e := rpc.Errorf(rpc.OutOfRange, "%d values; wanted are 1 to %d", n, maxAlternateValues)
		e.Data.Got, e.Data.Want = strconv.Itoa(n), fmt.Sprintf("1 to %d", maxAlternateValues)
		return nil, at(e, "", "/values")
	case n*p.Rounds > maxAlternateBlocks:
		e := rpc.Errorf(rpc.OutOfRange, "%d rounds of %d values are %d blocks; at most %d may be", p.Rounds, n, n*p.Rounds, maxAlternateBlocks)
		e.Data.Got, e.Data.Want = strconv.Itoa(p.Rounds), fmt.Sprintf("at most %d", maxAlternateBlocks/n)
		return nil, at(e, "", "/rounds")
	}
	for _, a := range c.alternates {
		if a.cvar == v {
			e := rpc.Errorf(rpc.Busy, "cvar %q is alternated by %s already", v.name, a.By)
			e.Data.Got = a.By
			return nil, at(e, "", "/name")
		}
	}
	if len(c.alternates) == maxAlternations {
		e := rpc.Errorf(rpc.TooMany, "%d cvars are alternated; more at once would tell nothing of any", maxAlternations)
		e.Data.Limit = "alternations " + strconv.Itoa(maxAlternations)
		return nil, e
	}
	return v, at(v.leasable(who, wish{}), "", "/name")
}

// under puts an error about one of several values where that stands.
func under(err error, i int) error {
	if e, ok := err.(*rpc.Error); ok {
		e.Data.Path = "/values/" + strconv.Itoa(i) + strings.TrimPrefix(e.Data.Path, "/value")
	}
	return err
}

// turn begins a frame for what alternates. held is whether the game is held, or was when
// the frame before ended: such frames are no part of any block, which begins anew when the
// game goes on. It allocates nothing but what tells the subscribers.
func (c *Cvars) turn(frame uint64, held bool) {
	for i := 0; i < len(c.alternates); {
		a := c.alternates[i]
		if c.step(a, frame, held) {
			i++
		} else {
			c.endAlternation(a)
		}
	}
}

// step begins a frame of one alternation and reports whether it goes on. It has answered
// the call where it does not.
func (c *Cvars) step(a *alternation, frame uint64, held bool) bool {
	if err := a.disturbed(); err != nil {
		a.pending.Fail(err)
		return false
	}
	if held {
		a.frames = 0
		return true
	}
	if a.frames == a.Settle+a.Every {
		a.Blocks = append(a.Blocks, AlternationBlock{a.current(), frame - uint64(a.Every), frame - 1})
		a.frames, a.set = 0, false
		if c.blocks.Subscribers() > 0 {
			n := len(a.Blocks) - 1
			c.blocks.Publish(AlternationEvent{a.Name, a.By, n, a.Blocks[n]})
		}
		if len(a.Blocks) == cap(a.Blocks) {
			a.pending.Reply(a.Alternation)
			return false
		}
	}
	if !a.set {
		a.begin()
	}
	a.frames++
	return true
}

// current is the index of the value that the block has.
func (a *alternation) current() int { return a.order[len(a.Blocks)%len(a.order)] }

// begin gives the cvar the next value, and each round an order of its own.
func (a *alternation) begin() {
	if len(a.Blocks)%len(a.order) == 0 {
		for i := len(a.order) - 1; i > 0; i-- {
			j := a.dice.IntN(i + 1)
			a.order[i], a.order[j] = a.order[j], a.order[i]
		}
	}
	a.give(a.values[a.current()])
	a.set = true
}

// give has the cvar hold a value, on lease to the client.
func (a *alternation) give(to value) {
	v := a.cvar
	if !v.has(levelLease) {
		v.cvars.beginLease(v, a.who, leaseTerm{wanted: true})
	}
	a.given = to
	v.swap(func() { a.lay(layer{levelLease, to, v.cvars.stamp(a.By, alternating)}) })
}

// lay sets the layer of leases, also where only its origin is another.
func (a *alternation) lay(l layer) {
	v := a.cvar
	if i, ok := v.layerAt(levelLease); ok {
		v.layers[i] = l
		v.touched(levelLease)
		return
	}
	v.put(l)
}

// alternating is where a value comes from that alternates with others.
const alternating = "alternation"

// disturbed is the error that ends an alternation because somebody else, be it the game
// itself, has changed the cvar; nil is nobody.
func (a *alternation) disturbed() error {
	v := a.cvar
	if !v.bound() {
		return rpc.Errorf(rpc.NotFound, "cvar %q was unbound after %d of %d blocks", v.name, len(a.Blocks), cap(a.Blocks))
	}
	v.refresh()
	if v.now == a.given && a.owns() {
		return nil
	}
	e := rpc.Errorf(rpc.Conflict, "cvar %q was changed while it alternated: %s holds; it ended after %d of %d blocks", v.name, v.owner(), len(a.Blocks), cap(a.Blocks))
	e.Data.Got = v.owner()
	return e
}

// owns reports whether the lease that a cvar has is that of the alternation.
func (a *alternation) owns() bool {
	i, ok := a.cvar.layerAt(levelLease)
	return ok && a.cvar.layers[i].stamp.by == a.By && a.cvar.layers[i].stamp.from == alternating
}

// endAlternation forgets an alternation, and uncovers what lay below.
func (c *Cvars) endAlternation(a *alternation) {
	i := slices.Index(c.alternates, a)
	if i < 0 {
		return
	}
	c.alternates = slices.Delete(c.alternates, i, i+1)
	if !a.cvar.bound() {
		return // the variable is the game's alone
	}
	a.cvar.refresh()
	if !a.owns() {
		return
	}
	a.cvar.swap(func() {
		if a.before != nil {
			a.lay(*a.before)
		} else {
			a.cvar.take(levelLease)
		}
	})
}

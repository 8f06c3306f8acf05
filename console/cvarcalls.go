package console

import (
	"encoding/json"

	"github.com/scry-dev/scry/rpc"
)

// Params and results of the cvar methods.
type (
	// CvarQuery selects cvars.
	CvarQuery struct {
		Prefix string `json:"prefix,omitempty" help:"only names that begin so"`
	}
	// CvarName names a cvar.
	CvarName struct {
		Name string `json:"name"`
	}
	// CvarSet asks for a new value.
	CvarSet struct {
		Name  string          `json:"name"`
		Value json.RawMessage `json:"value,omitempty" help:"bool, number, string or numbers, by the cvar's type; absent: the one that holds, to give it to a lease or keep that of one"`
		Lease json.RawMessage `json:"lease,omitempty" help:"true: the value goes when this client leaves; a number: after so many seconds, too"`
		Force bool            `json:"force,omitempty" help:"also where another client has it on lease, which ends that"`
	}
	// CvarReset asks for the value below.
	CvarReset struct {
		Name  string `json:"name"`
		All   bool   `json:"all,omitempty" help:"the default, whatever layers there are"`
		Force bool   `json:"force,omitempty" help:"also where another client has it on lease"`
	}
	// CvarUndo names a change.
	CvarUndo struct {
		ID uint64 `json:"id,omitempty" help:"of the history; absent is the newest that this client made"`
	}
	// CvarState is a cvar at a moment.
	CvarState struct {
		CvarInfo
		Frame uint64 `json:"frame"`
		Tick  uint64 `json:"tick"`
	}
	// CvarChanges are the cvars that changed in a frame.
	CvarChanges struct {
		Changed []CvarInfo `json:"changed"`
		Gone    []string   `json:"gone,omitempty" help:"names that are bound no more"`
	}
)

func (c *Cvars) register(s *rpc.Server) {
	change := []rpc.Code{rpc.NotFound, rpc.OutOfRange, rpc.ReadOnly, rpc.InvalidParams, rpc.Conflict}
	rpc.Handle(s, rpc.Method{Name: "cvar.list", Help: "all cvars, or those whose names begin with a prefix", Role: rpc.View},
		func(_ *rpc.Call, q CvarQuery) ([]CvarInfo, error) { return c.infos(q.Prefix), nil })
	rpc.Handle(s, rpc.Method{Name: "cvar.get", Help: "one cvar", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}},
		func(call *rpc.Call, p CvarName) (*CvarState, error) {
			v, err := c.find(p.Name)
			if err == nil {
				v.refresh()
			}
			return c.state(call, v, err)
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.set", Help: "changes a cvar, for good or on lease", Role: rpc.Edit, Errors: change}, c.handleSet)
	rpc.Handle(s, rpc.Method{Name: "cvar.reset", Help: "takes a cvar's strongest layer away, and uncovers the one below", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.ReadOnly, rpc.Conflict}},
		func(call *rpc.Call, p CvarReset) (*CvarState, error) {
			v, err := c.find(p.Name)
			if err == nil {
				err = v.reset(p.All, p.Force, c.client(call))
			}
			return c.state(call, v, err)
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.history", Help: "what was changed, newest first", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}},
		func(_ *rpc.Call, q HistoryQuery) ([]CvarChange, error) { return c.changesOf(q) })
	rpc.Handle(s, rpc.Method{Name: "cvar.undo", Help: "takes back a change, or the newest of one's own", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.ReadOnly, rpc.Conflict}},
		func(call *rpc.Call, p CvarUndo) (*CvarState, error) {
			v, err := c.undo(p.ID, c.client(call))
			return c.state(call, v, err)
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.redo", Help: "makes the change again that one took back last", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.ReadOnly, rpc.Conflict}},
		func(call *rpc.Call, _ rpc.Void) (*CvarState, error) {
			v, err := c.redo(c.client(call))
			return c.state(call, v, err)
		})
	c.registerAlternate(s)
	c.registerFiles(s)
	c.stream = rpc.Open[rpc.Void, CvarChanges](s, rpc.Topic{Name: "cvars", Snapshot: []CvarInfo{}, Policy: "all", Help: "the cvars that changed in a frame, whoever changed them"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			for range len(c.list)/maxTold + 1 {
				c.publish() // whoever subscribed before gets what is new first; then all know the same
			}
			infos := c.infos("")
			for _, v := range c.list {
				v.told = v.version
			}
			return infos, nil
		})
}

func (c *Cvars) handleSet(call *rpc.Call, p CvarSet) (*CvarState, error) {
	v, err := c.find(p.Name)
	if err != nil {
		return nil, err
	}
	term, err := readTerm(p.Lease)
	if err == nil {
		err = v.set(wish{raw: p.Value, lease: term, force: p.Force}, c.client(call))
	}
	return c.state(call, v, err)
}

// client is who calls.
func (c *Cvars) client(call *rpc.Call) client {
	key, name := c.owner(call.Peer)
	return client{key: key, name: name, stays: key == any(call.Peer)}
}

// state is the answer of a call: in a place of its own, which is written before the next.
func (c *Cvars) state(call *rpc.Call, v *Cvar, err error) (*CvarState, error) {
	if err != nil {
		return nil, err
	}
	v.describe(&c.answer.CvarInfo)
	c.answer.Frame, c.answer.Tick = call.Frame(), call.Tick()
	return &c.answer, nil
}

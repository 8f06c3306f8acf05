package main

import (
	"runtime"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// hitches are the reasons why a frame may take long, for a person who wants to find one
// out: see the method garden.hitch.
var hitches = []string{"routes", "garbage", "wait"}

// hitchParams ask for one long frame.
type hitchParams struct {
	Cause string `json:"cause,omitempty" enum:"routes,garbage,wait" help:"absent is one that nobody told you"`
}

// hitching is a long frame that is due.
type hitching struct {
	cause string
	n     int // asked for so far
	kept  [][]byte
}

// handle adds the game's own methods to the console's, whose fields freeze by that.
func (g *garden) handle() {
	rpc.Handle(g.con.RPC(), rpc.Method{Name: "garden.hitch", Help: "makes one frame take long, as games do; the dashboard shows why", Role: rpc.Edit},
		func(_ *rpc.Call, p hitchParams) (rpc.Void, error) {
			g.hitch(p.Cause)
			return rpc.Void{}, nil
		})
}

// hitch makes the next tick take long, for a cause or, where there is none, for each in
// turn.
func (g *garden) hitch(cause string) {
	if cause == "" {
		cause = hitches[g.hitching.n%len(hitches)]
		g.hitching.n++
	}
	g.hitching.cause = cause
}

// stumble is what a tick does of it. The cause is not in the log: finding it is the
// point.
func (g *garden) stumble() {
	h := &g.hitching
	cause := h.cause
	h.cause = ""
	switch cause {
	case "routes":
		g.world.RebuildRoutes(1)
	case "garbage":
		s := g.con.Timings.Begin(g.save)
		for range 96 {
			h.kept = append(h.kept, make([]byte, 1<<20))
		}
		runtime.GC()
		h.kept = nil
		s.End()
	case "wait": // outside of all scopes, as a driver or a disk would
		time.Sleep(80 * time.Millisecond)
	}
}

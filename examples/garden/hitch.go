package main

import (
	"encoding/json"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// hitches are the reasons why a frame may take long, for a person who wants to find one
// out: see the method garden.hitch.
var hitches = []string{"routes", "garbage", "wait"}

// hitchParams ask for one long frame.
type hitchParams struct {
	Cause string `json:"cause,omitempty" enum:"routes,garbage,wait" help:"routes: work in the wrong frame; garbage: too much is allocated; wait: for a slow disk; absent is each in turn"`
}

// hitching is a long frame that is due.
type hitching struct {
	cause string
	long  time.Duration // that it takes, where it is not bound by work
	n     int           // asked for so far
	saved []byte        // what was saved last
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
		g.saveAll(h.long)
	case "wait":
		s := g.con.Timings.Begin(g.load)
		time.Sleep(h.long)
		s.End()
	}
}

// hitchTime is how long a hitch takes, where nobody wants it otherwise: more than three
// frames of sixty a second.
const hitchTime = 80 * time.Millisecond

// saveAll writes the garden down as a text, again and again: what a game does that saves
// every slot, and every time from the start.
func (g *garden) saveAll(long time.Duration) {
	s := g.con.Timings.Begin(g.save)
	defer s.End()
	for began := time.Now(); time.Since(began) < long; {
		w := g.world
		text, err := json.Marshal([]any{w.Match, w.Player, w.Seeds, w.Hunters, w.Wells, w.Blooms})
		if err != nil {
			g.log.Error("the garden cannot be saved", "error", err)
			return
		}
		g.hitching.saved = append(g.hitching.saved[:0], text...)
	}
}

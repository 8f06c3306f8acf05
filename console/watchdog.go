package console

import (
	"bytes"
	"runtime"
	"time"
)

const (
	// watchEvery is how often the watchdog looks.
	watchEvery = 100 * time.Millisecond
	// stuckAfter is how long requests may run until it says which one holds up the
	// game.
	stuckAfter = 100 * time.Millisecond
)

// watch is the watchdog's goroutine: Go cannot end a handler that does not return,
// but it can be named, with the stack that it is stuck in.
func (c *Console) watch(stop <-chan struct{}) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var told int64 // when those that were told of began
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		began := c.serving.Load()
		took := c.clock.now() - time.Duration(began)
		if began == 0 || began == told || took < stuckAfter {
			continue
		}
		told = began
		c.met.stuck.Add(1)
		c.Log.say("a request holds up the game", "method", c.srv.RPC.Running(), "for", took.Round(time.Millisecond), "stack", stuckStack())
	}
}

// stuckStack is the stack of the goroutine that serves requests.
func stuckStack() string {
	all := make([]byte, 1<<20)
	all = all[:runtime.Stack(all, true)]
	for stack := range bytes.SplitSeq(all, []byte("\n\n")) {
		if bytes.Contains(stack, []byte("(*Console).serve(")) {
			return string(stack[:min(len(stack), maxStack)])
		}
	}
	return ""
}

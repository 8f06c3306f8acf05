package console

import (
	"cmp"
	"slices"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// ScriptLimits bound what lines and scripts may do. A zero field means its default.
type ScriptLimits struct {
	MaxDepth   int // aliases inside each other; zero means 16
	MaxRun     int // commands of one line or script; zero means 10,000
	MaxFrame   int // commands of all scripts in a frame; what is left waits for the next; zero means 1,000
	MaxWaiting int // scripts that wait, a quarter of them of clients that may only look; zero means 64
	MaxNames   int // aliases, and as many binds; zero means 256
	MaxLine    int // bytes of an alias or bind; zero means 1 KiB
	MaxOutput  int // bytes that one line or script prints and returns; zero means 256 KiB
}

// They work on nil, for commands that no console has connected yet.
func (l *ScriptLimits) or() ScriptLimits {
	if l == nil {
		return ScriptLimits{}
	}
	return *l
}

func (l *ScriptLimits) depth() int   { return cmp.Or(l.or().MaxDepth, 16) }
func (l *ScriptLimits) run() int     { return cmp.Or(l.or().MaxRun, 10_000) }
func (l *ScriptLimits) frame() int   { return cmp.Or(l.or().MaxFrame, 1000) }
func (l *ScriptLimits) waiting() int { return cmp.Or(l.or().MaxWaiting, 64) }
func (l *ScriptLimits) names() int   { return cmp.Or(l.or().MaxNames, 256) }
func (l *ScriptLimits) line() int    { return cmp.Or(l.or().MaxLine, 1<<10) }
func (l *ScriptLimits) output() int  { return cmp.Or(l.or().MaxOutput, 256<<10) }

// scriptTally counts how often the limits were met.
type scriptTally struct{ depth, run, frame, waiting, names, output uint64 }

// rows are the limits for the topic stats.
func (c *Commands) rows() []rpc.Limit {
	l, m := c.limits, &c.met
	return []rpc.Limit{
		{Scope: "script", Name: "MaxDepth", Value: int64(l.depth()), Unit: "aliases", Hits: m.depth, Help: "the script ends with an error"},
		{Scope: "script", Name: "MaxRun", Value: int64(l.run()), Unit: "commands", Hits: m.run, Help: "the script ends with an error"},
		{Scope: "script", Name: "MaxFrame", Value: int64(l.frame()), Unit: "commands", Hits: m.frame, Help: "what is left waits for the next frame"},
		{Scope: "script", Name: "MaxWaiting", Value: int64(l.waiting()), Unit: "scripts", Hits: m.waiting, Help: "the script ends with an error"},
		{Scope: "script", Name: "MaxNames", Value: int64(l.names()), Unit: "aliases", Hits: m.names, Help: "the next is refused"},
		{Scope: "script", Name: "MaxOutput", Value: int64(l.output()), Unit: "B", Hits: m.output, Help: "the rest is left out"},
	}
}

// sleep has the script of a call go on after some ticks.
func (c *Commands) sleep(inv *Invocation, ticks int) error {
	if err := c.roomToWait(inv.run); err != nil {
		return err
	}
	inv.run.state, inv.run.wake = asleep, c.passed+uint64(ticks)
	return nil
}

// park has the script of a call wait until resume is called, with what the call has to
// say or an error.
func (c *Commands) park(inv *Invocation) (resume func(v any, err error), err error) {
	r := inv.run
	if err := c.roomToWait(r); err != nil {
		return nil, err
	}
	r.state = parked
	s := r.top().statements[r.top().next-1]
	return func(v any, err error) {
		switch {
		case r.dead || r.state != parked:
		case inv.inside:
			r.state = running
			inv.settled, inv.result, inv.failure = true, v, err
		default:
			r.state = running
			if err := c.conclude(r, s, inv, v, err); err != nil {
				c.answer(r, c.end(r, err))
				return
			}
			c.resume(r)
		}
	}, nil
}

// roomToWait refuses one script more that waits. Clients that may only look have a quarter
// of the places together: they must not keep the others from running what waits.
func (c *Commands) roomToWait(r *execution) error {
	limit, n := c.limits.waiting(), len(c.runs)
	if n < limit && r.role < rpc.Edit {
		limit, n = max(1, limit/4), 0
		for _, other := range c.runs {
			if other.role < rpc.Edit {
				n++
			}
		}
	}
	if n >= limit && !slices.Contains(c.runs, r) {
		c.met.waiting++
		return limited("MaxWaiting", limit, "%d scripts wait already", limit)
	}
	return nil
}

// keep lets a run wait.
func (c *Commands) keep(r *execution) error {
	if err := c.roomToWait(r); err != nil {
		return c.fault(r, script.Statement{Line: 1}, r.at, err)
	}
	c.runs = append(c.runs, r)
	return nil
}

// waits reports whether a script waits for anything.
func (c *Commands) waits() bool { return len(c.runs) > 0 }

// frame gives scripts their share of a new frame.
func (c *Commands) frame() {
	c.left = c.limits.frame()
	c.wake(hungry)
}

// ticked counts a tick, and lets those go on that waited for it.
func (c *Commands) ticked() {
	c.passed++
	c.wake(asleep)
}

// wake lets runs go on, in the order in which they began.
func (c *Commands) wake(state runState) {
	due := func(r *execution) bool {
		return !r.dead && r.state == state && (state != asleep || r.wake <= c.passed)
	}
	if !slices.ContainsFunc(c.runs, due) {
		return
	}
	for _, r := range slices.Clone(c.runs) { // what runs may begin and end others
		if due(r) {
			c.resume(r)
		}
	}
}

// resume goes on with a run that waited, and answers it at its end.
func (c *Commands) resume(r *execution) {
	if done, err := c.advance(r); done {
		c.answer(r, err)
	}
}

// answer tells whoever waits for a run how it ended.
func (c *Commands) answer(r *execution, err error) {
	switch {
	case r.dead:
	case r.pending == nil:
		if err != nil {
			line, _ := c.redact(r.line)
			c.hosted().failed(r.by, clipTo(line, keptLine), err)
		}
	case err != nil:
		r.pending.Fail(err)
	default:
		r.pending.Reply(r.output(c))
	}
	c.drop(r)
}

// end notes a run that is over.
func (c *Commands) end(r *execution, err error) error {
	c.note(r, err)
	return err
}

// drop forgets a run: it is answered, or its client took it back or has gone.
func (c *Commands) drop(r *execution) {
	r.dead = true
	if i := slices.Index(c.runs, r); i >= 0 {
		c.runs = slices.Delete(c.runs, i, i+1)
	}
}

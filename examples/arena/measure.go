package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// What the client of a measurement looks at: a filtered and sorted table, as a person
// leaves it open, and all of the arena from above.
const (
	hungry = `hunter.state = chase and vitals.health < 90`
	fast   = "-pace.speed"
	rows   = 50
	edits  = 100 * time.Millisecond // between two edits
	// patience is how long an answer is waited for.
	patience = 20 * time.Second
)

// figures are the rows of a table, with a value for each arena that was measured.
type figures struct {
	names  []string
	values map[string][]string
}

func (f *figures) add(name string, format string, args ...any) {
	if f.values == nil {
		f.values = make(map[string][]string)
	}
	if !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
	f.values[name] = append(f.values[name], fmt.Sprintf(format, args...))
}

func (f *figures) write(out io.Writer, heads []string) {
	line := func(name string, values []string) {
		fmt.Fprintf(out, "| %-52s |", name)
		for _, v := range values {
			fmt.Fprintf(out, " %24s |", v)
		}
		fmt.Fprintln(out)
	}
	line("", heads)
	line(strings.Repeat("-", 52), slices.Repeat([]string{strings.Repeat("-", 23) + ":"}, len(heads)))
	for _, name := range f.names {
		line(name, f.values[name])
	}
}

// measure plays two arenas, one after the other, with a client attached to each, and
// prints what the console cost.
func measure(ctx context.Context, o options, out io.Writer) error {
	var f figures
	var heads []string
	for _, size := range []struct{ entities, rate int }{{100_000, 60}, {1_000_000, 10}} {
		o.Entities, o.Rate, o.addr, o.ticks = size.entities, size.rate, "127.0.0.1:0", 0
		heads = append(heads, fmt.Sprintf("%d at %d Hz", size.entities, size.rate))
		if err := measureOne(ctx, o, &f); err != nil {
			return fmt.Errorf("%d entities: %w", size.entities, err)
		}
		runtime.GC() // what the one before held is no cost of the next
	}
	f.write(out, heads)
	return nil
}

// played is a game that another goroutine plays.
type played struct {
	*game
	do chan func() // between two frames
}

// begin plays on a thread of its own until ctx is done.
func (p *played) begin(ctx context.Context, done *sync.WaitGroup) {
	done.Go(func() {
		runtime.LockOSThread() // for threadTime
		pace := time.NewTicker(p.con.Budget)
		defer pace.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case f := <-p.do:
				f()
			case <-pace.C:
				p.frame()
			}
		}
	})
}

// between runs f on the game's goroutine and waits for it.
func (p *played) between(f func()) {
	done := make(chan struct{})
	p.do <- func() { f(); close(done) }
	<-done
}

// metered returns what the meter saw in a time.
func (p *played) metered(ctx context.Context, long time.Duration) (m meter) {
	p.between(p.meter.reset)
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
	p.between(func() { m = p.meter; p.meter.reset() })
	return m
}

func measureOne(ctx context.Context, o options, f *figures) error {
	p := &played{game: newGame(o, io.Discard), do: make(chan func())}
	defer p.con.Close()
	p.con.Token = rand.Text()
	p.con.World.SnapshotBytes = 1 << 30
	if err := p.con.Listen(o.addr); err != nil {
		return err
	}
	var done sync.WaitGroup
	ctx, stop := context.WithCancel(ctx)
	defer done.Wait()
	defer stop()
	p.begin(ctx, &done)

	m := p.metered(ctx, o.measure/4)
	f.frames("nobody connected", &m)
	c, err := dial(ctx, p.con.URL(), p.con.Token)
	if err != nil {
		return err
	}
	if err := firstRows(ctx, c, f); err != nil {
		return err
	}
	if err := attached(ctx, p, c, f); err != nil {
		return err
	}
	return snapshots(ctx, c, f)
}

// frames adds what a meter saw.
func (f *figures) frames(when string, m *meter) {
	row := func(name string, w *window) {
		p50, p99, most := w.quantiles()
		f.add(when+": "+name, "%s / %s / %s", brief(p50), brief(p99), brief(most))
	}
	row("console a frame", &m.consoles)
	if threadTime() > 0 {
		row("console a frame, of the processor", &m.cpu)
	}
	row("arena a frame", &m.arenas)
	f.add(when+": frames / over / because of the console", "%d / %d / %d", m.frames, m.over, m.because)
	if threadTime() > 0 {
		f.add(when+": the same by the processor's time", "%d", m.blamed)
	}
}

// firstRows asks for tables that nobody has looked at yet.
func firstRows(ctx context.Context, c *client, f *figures) error {
	for _, q := range []struct {
		name   string
		params map[string]any
	}{
		{"all, as they lie", map[string]any{"limit": rows}},
		{"filtered and sorted", map[string]any{"where": hungry, "sort": fast, "limit": rows}},
		{"all, sorted by speed", map[string]any{"sort": fast, "limit": rows}},
	} {
		early, err := subscribed(ctx, c, q.params)
		if err != nil {
			return err
		}
		f.add("first rows of a subscription: "+q.name, "%s", early)
		began := time.Now()
		var list struct {
			Total  int
			Frames int
			Rows   []json.RawMessage
		}
		within, stop := context.WithTimeout(ctx, patience)
		err = c.call(within, "world.list", q.params, &list)
		stop()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			f.add("whole answer: "+q.name, "more than %v", patience)
		case err != nil:
			return err
		default:
			f.add("whole answer: "+q.name, "%s, %d frames", brief(time.Since(began)), list.Frames)
		}
	}
	return nil
}

// subscribed says how long a subscription takes to its first rows, which need not be the
// last word.
func subscribed(ctx context.Context, c *client, params map[string]any) (string, error) {
	type view struct{ Rows []json.RawMessage }
	seen := make(chan struct{}, 1)
	began := time.Now()
	var open struct{ Snapshot view }
	err := c.subscribe(ctx, "world", params, &open, func(e event) {
		var v view
		if json.Unmarshal(e.Value, &v) == nil && len(v.Rows) > 0 {
			select {
			case seen <- struct{}{}:
			default:
			}
		}
	})
	if err != nil {
		return "", err
	}
	took := fmt.Sprintf("more than %v", patience)
	if len(open.Snapshot.Rows) > 0 {
		took = brief(time.Since(began))
	} else {
		select {
		case <-seen:
			took = brief(time.Since(began))
		case <-time.After(patience):
		case <-ctx.Done():
		}
	}
	return took, c.call(ctx, "sub.close", map[string]any{"id": "world"}, nil)
}

// attached looks at the arena as a dashboard does, and edits meanwhile.
func attached(ctx context.Context, p *played, c *client, f *figures) error {
	var refresh window
	var last uint64
	var mu sync.Mutex
	err := c.subscribe(ctx, "world", map[string]any{"where": hungry, "sort": fast, "limit": rows}, nil, func(e event) {
		mu.Lock()
		defer mu.Unlock()
		if last > 0 {
			refresh.add(time.Duration(e.Frame-last) * p.con.Budget)
		}
		last = e.Frame
	})
	if err != nil {
		return err
	}
	r := p.arena.Radius()
	if err := c.subscribe(ctx, "places", map[string]any{"x0": -r, "y0": -r, "x1": r, "y1": r}, nil, nil); err != nil {
		return err
	}
	if err := c.subscribe(ctx, "timings", map[string]any{}, nil, nil); err != nil {
		return err
	}
	bytes, pictures := c.traffic()
	editing, stop := context.WithTimeout(ctx, p.o.measure)
	defer stop()
	late := make(chan []int, 1)
	go func() { late <- edit(editing, p, c) }()
	m := p.metered(ctx, p.o.measure)
	frames := <-late
	nowBytes, nowPictures := c.traffic()
	f.frames("attached", &m)
	mu.Lock()
	p50, p99, _ := refresh.quantiles()
	mu.Unlock()
	f.add("a new table of it every: p50 / p99", "%s / %s", brief(p50), brief(p99))
	seconds := p.o.measure.Seconds()
	f.add("sent", "%.0f kB/s", float64(nowBytes-bytes)/1000/seconds)
	f.add("pictures from above and timings", "%.1f/s", float64(nowPictures-pictures)/seconds)
	slices.Sort(frames)
	if n := len(frames); n > 0 {
		f.add("an edit holds after: p50 / max", "%d / %d frames, of %d", frames[n/2], frames[n-1], n)
	}
	return nil
}

// edit changes a well's spin again and again, and returns after how many frames each
// change held.
func edit(ctx context.Context, p *played, c *client) (frames []int) {
	var well string
	p.between(func() {
		id, _ := p.arena.Entities.At(p.arena.Wells.Owner(0))
		well = fmt.Sprintf("arena:%d", uint64(id))
	})
	for n := 0; ; n++ {
		var before uint64
		p.between(func() { before = p.con.Time.Frame() })
		var done struct{ Frame uint64 }
		err := c.call(ctx, "world.set", map[string]any{"id": well, "path": "well.spin", "value": float64(n%20)/10 - 1}, &done)
		if err != nil {
			return frames
		}
		frames = append(frames, int(done.Frame-before))
		select {
		case <-ctx.Done():
			return frames
		case <-time.After(edits):
		}
	}
}

// snapshots says what the state of all costs.
func snapshots(ctx context.Context, c *client, f *figures) error {
	for _, q := range []struct {
		name, method string
		params       map[string]any
	}{
		{"snapshot", "world.snapshot", map[string]any{"label": "measured"}},
		{"hash", "world.hash", map[string]any{}},
	} {
		began := time.Now()
		var done struct {
			ID    json.RawMessage
			Bytes int
		}
		if err := c.call(ctx, q.method, q.params, &done); err != nil {
			return err
		}
		took := brief(time.Since(began))
		if done.Bytes > 0 {
			took += fmt.Sprintf(", %.1f MB", float64(done.Bytes)/1e6)
		}
		f.add(q.name, "%s", took)
	}
	return nil
}

package console

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"runtime/debug"
	"time"

	"github.com/scry-dev/scry/internal/media"
)

// copyBudget is what copies of the game's pictures may take of a frame.
const copyBudget = 300 * time.Microsecond

// attend does what waits for the game's goroutine, until a moment at the most.
func (a *Assets) attend(until time.Time) {
	results, orders, facts := a.desk.collect()
	a.readBack = false
	a.results, a.steps, a.headers = append(a.results, results...), append(a.steps, orders...), append(a.headers, facts...)
	for len(a.results) > 0 && time.Now().Before(until) {
		f := a.results[0]
		a.results[0] = nil
		a.results = a.results[1:]
		f()
	}
	a.copy(&a.steps, until)
	a.copy(&a.headers, until)
	if len(a.results)+len(a.steps)+len(a.headers) > 0 {
		a.desk.waiting.Store(true)
	}
}

// maxBacklog is how many jobs the worker may have before nothing is copied for it any
// more: what was copied is held in memory.
const maxBacklog = 4

// copy goes on with orders, as long as there is time and the worker keeps up.
func (a *Assets) copy(orders *[]*assetOrder, until time.Time) {
	for len(*orders) > 0 && !a.readBack && time.Now().Before(until) && a.desk.backlog() < maxBacklog {
		if !a.advance((*orders)[0], until) {
			return
		}
		(*orders)[0] = nil
		*orders = (*orders)[1:]
	}
}

// advance goes on with an order, and reports whether the game's goroutine has done its
// part of it.
func (a *Assets) advance(o *assetOrder, until time.Time) (through bool) {
	if o.call != nil {
		o.call()
		close(o.done)
		return true
	}
	if o.taker == nil {
		switch err := a.take(o); {
		case err != nil:
			a.desk.finish(o, nil, err)
			return true
		case o.taker == nil: // a file: the worker reads it
			a.desk.job(func() { a.work(o, nil) })
			return true
		}
	}
	through = true
	if err := a.guarded(o.as.name, func() error { through = o.taker.step(until); return nil }); err != nil {
		a.desk.finish(o, nil, err)
		return true
	}
	if through {
		_, a.readBack = o.taker.(*pixelTaker)
		a.desk.job(func() { a.work(o, o.taker) })
	}
	return through
}

// take begins the copy that an order needs.
func (a *Assets) take(o *assetOrder) (err error) {
	as := o.as
	if o.want.what == wantFacts {
		as.ordered = false
	}
	if as.removed {
		return errNoAsset
	}
	as.askGame() // a text behind a pointer may be another by now
	a.mu.Lock()
	o.version, o.mediaType, o.at = as.version, as.mediaType, a.clock.now()
	instead := as.instead
	a.mu.Unlock()
	src := as.source
	switch {
	case o.want.what == wantLevel && o.want.size > 0:
		if o.want.size > len(as.levels) {
			return &assetError{404, fmt.Sprintf("this asset has no level %d: there are %d", o.want.size, 1+len(as.levels))}
		}
		src = as.levels[o.want.size-1]
	case instead != nil:
		o.taker = whole{*instead}
		return nil
	}
	return a.guarded(as.name, func() error { o.taker, err = src.take(); return err })
}

var errNoAsset = &assetError{404, "there is no such asset; the game may have let it go"}

// guarded calls code of the game and turns its panic into an error; the game goes on.
func (a *Assets) guarded(name string, f func() error) (err error) {
	returned := false
	defer func() {
		p := recover()
		switch {
		case p != nil:
			a.panicked("asset "+name, p, debug.Stack())
			err = fmt.Errorf("it panicked: %v", p)
		case !returned: // runtime.Goexit: the goroutine ends
			err = errors.New("it ended the game's goroutine")
		}
	}()
	err = f()
	returned = true
	return err
}

// run does what is wanted of the worker until stop is closed. It is the body of a
// goroutine of the console, the only one that decodes, encodes and walks folders.
func (a *Assets) run(stop <-chan struct{}) {
	a.desk.stop.Store(&stop)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-stop:
			return
		case <-a.desk.wake:
		case <-timer.C:
		}
		a.workOff()
		timer.Reset(max(0, time.Until(a.poll(time.Now()))))
	}
}

// workOff does the jobs that wait.
func (a *Assets) workOff() {
	for job := a.desk.next(); job != nil && !a.desk.ended(); job = a.desk.next() {
		job()
	}
}

// work makes what is wanted out of a copy, or out of a file. It belongs to the worker.
func (a *Assets) work(o *assetOrder, t taker) {
	m := &made{version: o.version, at: o.at}
	err := a.guarded(o.as.name, func() (err error) {
		var copied any
		if t != nil {
			copied = t.taken()
		}
		if text, ok := copied.(string); ok {
			copied = []byte(text)
		}
		if o.want.what == wantFacts {
			return a.read(o, copied)
		}
		if f := o.as.file; copied == nil && f != nil {
			if copied, err = f.read(a.maxBytes()); err != nil {
				return err
			}
		}
		m.data, m.mediaType, err = o.make(a.desk.stopped(), copied)
		return err
	})
	if err != nil {
		a.desk.finish(o, nil, err)
		return
	}
	m.etag = fmt.Sprintf(`"%016x"`, maphash.Bytes(a.desk.seed, m.data))
	a.desk.finish(o, m, nil)
}

// read reads what the header of an asset tells. It belongs to the worker.
func (a *Assets) read(o *assetOrder, copied any) error {
	t := media.Type{MediaType: o.mediaType}
	var facts media.Facts
	switch copied := copied.(type) {
	case image.Image:
		b := copied.Bounds()
		facts.Width, facts.Height, facts.Memory = b.Dx(), b.Dy(), media.Held(copied)
	case []byte:
		facts = media.Read(o.mediaType, bytes.NewReader(copied), int64(len(copied)))
	case nil:
		var err error
		if t, facts, err = o.as.file.facts(t, a.maxBytes()); err != nil {
			facts.Fault = clipTo(err.Error(), maxRefusal)
		}
	default: // measured where it lies
		return nil
	}
	a.desk.post(func() { a.learn(o, t, facts) })
	return nil
}

// learn takes over what was read.
func (a *Assets) learn(o *assetOrder, t media.Type, facts media.Facts) {
	as := o.as
	a.mu.Lock()
	stale := as.removed || as.version != o.version
	if !stale {
		as.facts = facts
		if t.Kind != "" { // of a file whose name does not say it
			as.setType(t)
		}
	}
	a.mu.Unlock()
	if !stale {
		as.changed()
	}
}

// look notes that somebody looks at the assets: what their headers tell is wanted.
func (a *Assets) look() {
	a.desk.look(a.clock.now())
	if a.watched {
		return
	}
	a.watched = true
	for _, as := range a.list {
		a.inspect(as)
	}
	a.desk.nudge()
}

// inspect has the header of an asset read, once somebody has looked.
func (a *Assets) inspect(as *Asset) {
	switch s := as.source.(type) {
	case pixelSource, soundSource, meshSource:
		return // measured where it lies
	case imageSource:
		if s.still != nil {
			return
		}
	}
	if a.watched && as.number != 0 && !as.asked {
		as.asked = true
		if !as.ordered { // else what waits will read it as it is then
			as.ordered = true
			a.desk.inspect(as)
		}
	}
}

package console

import (
	"container/list"
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/internal/media"
)

// want is what somebody wants of an asset.
type want struct {
	what wanted
	size int // of a preview, or the number of a level
}

type wanted uint8

const (
	wantContent wanted = iota
	wantPreview
	wantLevel
	wantFacts
)

// assetOrder is something that somebody wants: the game's goroutine copies what it is made
// of, the worker makes it. Those who want the same wait for one order.
type assetOrder struct {
	as    *Asset
	want  want
	taker taker
	call  func() // instead: what the game's goroutine is to do
	done  chan struct{}

	// The asset's when the copy began, and when that was.
	version   uint64
	mediaType string
	at        time.Duration // on the session's clock

	// Complete when done is closed.
	made *made
	err  error
}

// made is what was made for clients.
type made struct {
	data      []byte
	mediaType string
	etag      string
	version   uint64
	at        time.Duration // on the session's clock
}

// assetError is why there is no answer, as a status of HTTP.
type assetError struct {
	status int
	text   string
}

func (e *assetError) Error() string { return e.text }

// desk is where what is wanted of assets lies, and what was made. Any goroutine.
type desk struct {
	// waiting says that the game's goroutine has something to do, for a look without the lock.
	waiting atomic.Bool
	wake    chan struct{} // of the worker; room for one

	mu      sync.Mutex    // held for instants
	orders  []*assetOrder // that the game's goroutine has not taken
	facts   []*assetOrder // the same, of less haste
	results []func()      // for the game's goroutine
	jobs    []func()      // for the worker
	open    map[orderKey]*assetOrder
	cache   pantry
	seed    maphash.Seed
	folders []*mount
	last    atomic.Int64 // when somebody looked, on the session's clock; 0 is never
	// replaced is when an asset was replaced last, on the session's clock.
	replaced atomic.Int64
	stop     atomic.Pointer[<-chan struct{}]
}

type orderKey struct {
	as   *Asset
	want want
}

// maxOrders is how many different things may be wanted at a time.
const maxOrders = 64

func (d *desk) begin(cache int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wake, d.open, d.seed = make(chan struct{}, 1), make(map[orderKey]*assetOrder), maphash.MakeSeed()
	d.cache.most = cache
}

// look notes that somebody looks.
func (d *desk) look(now time.Duration) { d.last.Store(max(1, int64(now))) }

// lookAlive is how long after the last look folders are walked for it.
const lookAlive = 5 * time.Second

func (d *desk) everLooked() bool { return d.last.Load() != 0 }
func (d *desk) looked(now time.Duration) bool {
	return d.everLooked() && now-time.Duration(d.last.Load()) < lookAlive
}

func (d *desk) folder(m *mount) {
	d.mu.Lock()
	d.folders = append(d.folders, m)
	d.mu.Unlock()
	d.nudge()
}

func (d *desk) unfolder(m *mount) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.folders = slices.DeleteFunc(d.folders, func(other *mount) bool { return other == m })
}

func (d *desk) allFolders() []*mount {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.folders)
}

// nudge wakes the worker.
func (d *desk) nudge() {
	select {
	case d.wake <- struct{}{}:
	default: // it will look anyhow, or there is none yet
	}
}

// done is closed when the console is; nil before the worker runs.
func (d *desk) stopped() <-chan struct{} {
	if stop := d.stop.Load(); stop != nil {
		return *stop
	}
	return nil
}

// ended reports whether the console is closed.
func (d *desk) ended() bool {
	select {
	case <-d.stopped():
		return true
	default:
		return false
	}
}

// order wants something, with whoever wants the same. It returns nil when too much is
// wanted already.
func (d *desk) order(as *Asset, w want) *assetOrder {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := orderKey{as, w}
	if o := d.open[key]; o != nil {
		return o
	}
	if len(d.open) >= maxOrders {
		return nil
	}
	o := &assetOrder{as: as, want: w, done: make(chan struct{})}
	d.open[key] = o
	d.orders = append(d.orders, o)
	d.waiting.Store(true)
	return o
}

// inspect wants what the header of an asset tells. It belongs to the game's goroutine.
func (d *desk) inspect(as *Asset) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.facts = append(d.facts, &assetOrder{as: as, want: want{what: wantFacts}})
	d.waiting.Store(true)
}

// do has the game's goroutine do something, before all that is to be copied. It returns
// false when too much waits.
func (d *desk) do(f func()) (done chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.orders) >= maxOrders {
		return nil
	}
	o := &assetOrder{call: f, done: make(chan struct{})}
	d.orders = append(d.orders, o)
	d.waiting.Store(true)
	return o.done
}

// post has the game's goroutine call f in its next Update.
func (d *desk) post(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.results = append(d.results, f)
	d.waiting.Store(true)
}

// collect takes what waits for the game's goroutine. What is wanted by somebody who
// waits goes before headers.
func (d *desk) collect() (results []func(), orders, facts []*assetOrder) {
	d.mu.Lock()
	defer d.mu.Unlock()
	results, orders, facts = d.results, d.orders, d.facts
	d.results, d.orders, d.facts = nil, nil, nil
	d.waiting.Store(false)
	return results, orders, facts
}

// job has the worker do something.
func (d *desk) job(f func()) {
	d.mu.Lock()
	d.jobs = append(d.jobs, f)
	d.mu.Unlock()
	d.nudge()
}

// backlog is how many jobs wait for the worker.
func (d *desk) backlog() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.jobs)
}

// next takes the oldest job.
func (d *desk) next() func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.jobs) == 0 {
		return nil
	}
	f := d.jobs[0]
	d.jobs[0] = nil
	d.jobs = d.jobs[1:]
	return f
}

// tag tells versions of a file apart, of which only the time and the size are known.
func (d *desk) tag(path string, now stat) string {
	return fmt.Sprintf(`"%016x"`, maphash.Comparable(d.seed, struct {
		path string
		size int64
		mod  int64
	}{path, now.size, now.mod.UnixNano()}))
}

// finish ends an order.
func (d *desk) finish(o *assetOrder, m *made, err error) {
	if o.done == nil {
		return
	}
	d.mu.Lock()
	o.made, o.err = m, err
	delete(d.open, orderKey{o.as, o.want})
	if m != nil {
		d.cache.put(orderKey{o.as, o.want}, m)
	}
	d.mu.Unlock()
	close(o.done)
}

// kept is what was made before of a version, or nil.
func (d *desk) kept(as *Asset, w want, version uint64) *made {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.cache.get(orderKey{as, w})
	if m == nil || m.version != version {
		return nil
	}
	return m
}

// freshFor is how long a copy of what the game changes at will is as good as new.
const freshFor = time.Second

// fresh reports whether what was made of such a thing still does. After a replacement
// nothing does: pictures may be parts of each other.
func (d *desk) fresh(m *made, now time.Duration) bool {
	return now-m.at < freshFor && int64(m.at) > d.replaced.Load()
}

// forget lets go of what was made of an asset.
func (d *desk) forget(as *Asset) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cache.forget(as)
}

// pantry keeps what was made, up to a number of bytes; what was not asked for the
// longest goes first.
type pantry struct {
	most  int
	held  int
	order list.List // of *jar, the latest asked for in front
	jars  map[orderKey]*list.Element
}

type jar struct {
	key  orderKey
	made *made
}

// overhead is what an entry takes beside its data.
const overhead = 256

func (p *pantry) get(key orderKey) *made {
	e := p.jars[key]
	if e == nil {
		return nil
	}
	p.order.MoveToFront(e)
	return e.Value.(*jar).made
}

func (p *pantry) put(key orderKey, m *made) {
	if e := p.jars[key]; e != nil {
		p.drop(e)
	}
	if len(m.data)+overhead > p.most {
		return
	}
	if p.jars == nil {
		p.jars = make(map[orderKey]*list.Element)
	}
	p.jars[key] = p.order.PushFront(&jar{key, m})
	p.held += len(m.data) + overhead
	for p.held > p.most {
		p.drop(p.order.Back())
	}
}

func (p *pantry) drop(e *list.Element) {
	j := p.order.Remove(e).(*jar)
	delete(p.jars, j.key)
	p.held -= len(j.made.data) + overhead
}

func (p *pantry) forget(as *Asset) {
	for key, e := range p.jars {
		if key.as == as {
			p.drop(e)
		}
	}
}

// make makes what is wanted out of a copy. It belongs to the worker.
func (o *assetOrder) make(stop <-chan struct{}, copied any) (data []byte, mediaType string, err error) {
	if o.want.what == wantContent {
		switch copied := copied.(type) {
		case []byte:
			return copied, "", nil
		case media.Audio:
			data, err = copied.WAV()
			return data, "", err
		case media.Triangles:
			data, err = copied.GLB()
			return data, "", err
		}
	}
	img, err := o.picture(stop, copied)
	if err != nil {
		return nil, "", err
	}
	if o.want.what == wantPreview {
		img = media.Thumbnail(img, o.want.size)
	}
	data, err = media.PNG(img)
	return data, "image/png", err
}

// picture is a copy as a picture.
func (o *assetOrder) picture(stop <-chan struct{}, copied any) (image.Image, error) {
	switch copied := copied.(type) {
	case image.Image:
		return copied, nil
	case []byte:
		return media.Decode(stop, o.mediaType, copied)
	}
	return nil, errors.New("this asset is no picture")
}

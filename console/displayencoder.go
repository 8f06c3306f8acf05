package console

import (
	"image"
	"runtime/debug"
	"time"

	"github.com/scry-dev/scry/internal/picture"
)

// encoder makes messages out of pictures. It belongs to whoever has the job.
type encoder struct {
	source *image.RGBA // the newest picture
	taken  uint64      // the job that it came with
	den    int         // by which that was shrunk
	full   image.Point
	views  [3]view // shrunk by 1, 2 and 4
	packs  map[profile]*pack

	tiles, calm picture.Set // scratch
	numbers     []uint16    // scratch
}

// view is the picture at a scale, and when each tile of it has changed last.
type view struct {
	img   image.RGBA
	next  image.RGBA // scratch
	of    uint64     // the job that its source came with
	since uint64     // the job with which it began at this size: who knows an earlier one knows nothing
	tiles []tileAge
	quiet time.Duration // when a tile changed last
}

// tileAge says when a tile changed last.
type tileAge struct {
	number uint64
	at     time.Duration
}

// pack is what is kept of a profile.
type pack struct {
	packer  picture.Packer
	used    uint64 // the job that it was used for last
	refined int    // bytes of an exact tile, lately
}

const (
	// restAfter is how long a tile has to be at rest before it is sent exactly.
	restAfter = 300 * time.Millisecond
	// refineBytes is how much of a message goes into exact tiles where nothing moves, and
	// refineMoving where something does.
	refineBytes  = 48 << 10
	refineMoving = 8 << 10
	// packFor is for how many jobs a profile is kept that nobody uses.
	packFor = 600
)

// awake reports whether the encoder's goroutine runs; it begins with the first who needs
// it.
func (d *Display) awake() bool {
	if d.begun {
		return d.links.start(nil)
	}
	d.jobs = make(chan *job, 1)
	d.begun = d.links.start(d.run)
	return d.begun
}

// run encodes what is handed over, until stop is closed. It is the body of the display's
// goroutine.
func (d *Display) run(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case j := <-d.jobs:
			d.enc.attempt(j)
			d.done.Store(true)
			d.links.wake() // a game that is held waits for something to send
		}
	}
}

// attempt does a job. One that panics must not take the game with it: the encoder begins
// anew, and the game's goroutine tells.
func (e *encoder) attempt(j *job) {
	defer func() {
		if p := recover(); p != nil {
			*e = encoder{}
			j.failure, j.stack = p, debug.Stack()
		}
	}()
	e.do(j)
}

// do makes the messages of a job.
func (e *encoder) do(j *job) {
	if j.source != nil {
		picture.Opaque(j.source)
		j.used, e.source, e.den, e.full, e.taken = e.source, j.source, j.den, j.full, j.number
	}
	if e.source == nil {
		return
	}
	for i := range j.shares {
		s := &j.shares[i]
		began := time.Now()
		v := e.view(s.den, j)
		e.share(v, s, j)
		s.took = time.Since(began)
	}
	for i := range j.casts {
		e.message(j, &j.casts[i])
	}
	for _, shot := range j.shots {
		shot.make(e.source, e.den)
	}
	for p, k := range e.packs {
		if j.number-k.used > packFor {
			delete(e.packs, p)
		}
	}
}

// view brings the picture at a scale up to date.
func (e *encoder) view(den int, j *job) *view {
	v := &e.views[den/2]
	if v.of == e.taken {
		return v
	}
	next := e.source
	if by := den / e.den; by > 1 {
		picture.Shrink(&v.next, e.source, by)
		next = &v.next
	}
	size := next.Rect.Size()
	e.tiles.Reset(size.X, size.Y)
	if v.img.Rect.Size() != size {
		v.since, v.tiles = j.number, nil
	}
	picture.Diff(&e.tiles, &v.img, next)
	e.numbers = e.tiles.AppendTo(e.numbers[:0])
	if n := tilesOf(size); len(v.tiles) != n {
		v.tiles = make([]tileAge, n)
	}
	for _, i := range e.numbers {
		v.tiles[i] = tileAge{j.number, j.now}
	}
	if len(e.numbers) > 0 {
		v.quiet = j.now
	}
	if next == &v.next {
		v.img, v.next = v.next, v.img
	} else {
		picture.Copy(&v.img, next)
	}
	v.of = e.taken
	return v
}

// tilesOf is how many tiles a picture has.
func tilesOf(size image.Point) int {
	return ((size.X + picture.Tile - 1) / picture.Tile) * ((size.Y + picture.Tile - 1) / picture.Tile)
}

// share makes the pixels of a message for those who know the picture up to a base.
func (e *encoder) share(v *view, s *portion, j *job) {
	size := v.img.Rect.Size()
	s.parts, s.n, s.resting = s.parts[:0], 0, false
	s.whole = s.base == 0 || s.base < v.since
	e.tiles.Reset(size.X, size.Y)
	if s.whole {
		s.lossy.Reset(size.X, size.Y)
		e.tiles.Fill()
	} else {
		for i := range v.tiles {
			if v.tiles[i].number > s.base {
				e.tiles.Add(i)
			}
		}
	}
	if s.mode == picture.Lossless { // what a viewer has that wanted less before
		e.tiles.Union(&s.lossy)
	}
	k := e.pack(s.profile)
	k.used = j.number
	if !e.tiles.Empty() {
		s.parts, s.n = k.packer.AppendParts(s.parts, &v.img, &e.tiles, s.mode, s.quality)
		k.packer.Settle(&s.lossy)
	}
	if s.mode != picture.Lossy {
		e.refine(v, s, k, j.now)
		s.resting = s.lossy.Empty() && j.now-v.quiet >= restAfter
	}
}

// refine adds tiles that are at rest and are not exact, as many as do not make the
// message a large one.
func (e *encoder) refine(v *view, s *portion, k *pack, now time.Duration) {
	if s.lossy.Empty() {
		return
	}
	most := refineBytes
	if now-v.quiet < restAfter {
		most = refineMoving
	}
	most = max(1, most/max(k.refined, 512))
	e.numbers = s.lossy.AppendTo(e.numbers[:0])
	size := v.img.Rect.Size()
	e.calm.Reset(size.X, size.Y)
	n := 0
	for _, i := range e.numbers {
		if !e.tiles.Has(int(i)) && now-v.tiles[i].at >= restAfter && n < most {
			e.calm.Add(int(i))
			n++
		}
	}
	if n == 0 {
		return
	}
	before := len(s.parts)
	parts, more := k.packer.AppendParts(s.parts, &v.img, &e.calm, picture.Lossless, s.quality)
	k.packer.Settle(&s.lossy)
	s.parts, s.n = parts, s.n+more
	k.refined = (len(s.parts) - before) / n
}

// pack returns what is kept of a profile.
func (e *encoder) pack(p profile) *pack {
	k := e.packs[p]
	if k == nil {
		if e.packs == nil {
			e.packs = make(map[profile]*pack)
		}
		k = &pack{refined: 3 * picture.Tile * picture.Tile} // the most that there may be
		e.packs[p] = k
	}
	return k
}

// message puts a message together, if there is something to tell.
func (e *encoder) message(j *job, c *cast) {
	s := &j.shares[c.share]
	c.message = c.message[:0]
	if s.n == 0 && !c.renewed && !(s.resting && s.rest) {
		return
	}
	size := e.views[s.den/2].img.Rect.Size()
	h := picture.Header{
		Whole: s.whole, Resting: s.resting, Followed: c.follow != nil,
		Width: size.X, Height: size.Y, FullWidth: e.full.X, FullHeight: e.full.Y,
		Tick: j.tick, Encode: s.took, Read: j.read, Scale: s.den, Quality: s.quality, Rate: c.rate, Parts: s.n,
	}
	c.message = append(picture.AppendHeader(c.message, h), s.parts...)
	if c.follow != nil {
		c.message = append(c.message, c.follow.message...)
	}
}

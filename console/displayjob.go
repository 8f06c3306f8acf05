package console

import (
	"image"
	"runtime/debug"
	"slices"
	"time"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/rpc"
)

// job is what the encoder's goroutine has to do for one picture: the game's goroutine
// hands it over, and gets it back with the messages in it.
type job struct {
	source *image.RGBA // nil where the picture before is meant
	den    int         // by which it was shrunk
	full   image.Point

	number      uint64
	frame, tick uint64
	at          time.Duration // when it was drawn, on the session's clock
	now         time.Duration // when the job began
	read        time.Duration // what it took the game's goroutine

	shares []portion
	casts  []cast
	shots  []*shot

	used   *image.RGBA // that the encoder has no more use for
	landed bool        // the game's goroutine has taken it over

	failure any // what the encoder panicked with; nil as a rule
	stack   []byte
}

// portion is what viewers have in common who know the same of the picture: the parts of a
// message that are pixels.
type portion struct {
	profile
	base  uint64
	lossy picture.Set // not exact at one of the viewers; then: after this picture
	rest  bool        // some do not know that the picture rests

	whole, resting bool
	parts          []byte
	n              int // parts
	took           time.Duration
}

// cast is a message, and who gets it.
type cast struct {
	share   int
	rate    float64
	follow  *following
	told    uint64 // hash of what is followed
	renewed bool   // which is elsewhere than one of them knows

	viewers []*viewer
	message []byte // nothing where there is nothing to tell
}

// encode hands a picture over, or the one before again. It is the end of the turn of all
// whose turn it is.
func (d *Display) encode(f *filling, den int) {
	if !d.awake() {
		return
	}
	now := d.clock.now()
	if d.job == nil {
		d.job = new(job)
	}
	d.number++
	j := d.job
	j.shares, j.casts, j.shots = j.shares[:0], j.casts[:0], j.shots[:0]
	j.source, j.used, j.full, j.number, j.now = nil, nil, d.full, d.number, now
	if f != nil {
		j.source, j.den, j.frame, j.tick, j.at, j.read = f.img, den, f.frame, f.tick, f.at, now-f.at
		d.takeShots(j, f.shots)
	} else {
		j.den = d.enc.den
	}
	d.goOn(now)
	slices.SortStableFunc(d.viewers, (*viewer).by)
	for _, v := range d.viewers {
		if v.grant.den < j.den || !d.turn(v) {
			continue
		}
		if v.ready(now) {
			v.care.turns++
			d.enlist(j, v)
		}
	}
	for i := range d.paces {
		if p := &d.paces[i]; p.due() {
			p.saved--
		}
	}
	d.gather(j)
	j.landed, d.busy = false, true
	d.done.Store(false)
	d.jobs <- j // has room: there is one job
}

// enlist adds a viewer to those that a job is for.
func (d *Display) enlist(j *job, v *viewer) {
	p := v.profile()
	i := len(j.shares) - 1 // the viewers are sorted
	if i < 0 || j.shares[i].profile != p || j.shares[i].base != v.base {
		i++
		j.shares = again(j.shares)
		s := &j.shares[i]
		*s = portion{profile: p, base: v.base, lossy: s.lossy, parts: s.parts[:0]}
		s.lossy.CopyFrom(&v.lossy)
	}
	s := &j.shares[i]
	s.lossy.Union(&v.lossy)
	s.rest = s.rest || !v.resting
	for k := len(j.casts) - 1; k >= 0 && j.casts[k].share == i; k-- {
		if c := &j.casts[k]; c.rate == v.grant.rate && c.follow == v.follow {
			c.viewers = append(c.viewers, v)
			return
		}
	}
	j.casts = again(j.casts)
	c := &j.casts[len(j.casts)-1]
	*c = cast{share: i, rate: v.grant.rate, follow: v.follow, viewers: append(c.viewers[:0], v), message: c.message[:0]}
}

// again makes a list longer by one, whose room is that of an earlier one.
func again[T any](list []T) []T {
	if len(list) < cap(list) {
		return list[:len(list)+1]
	}
	var none T
	return append(list, none)
}

// settle takes the finished job over and sends what is in it, to each viewer that has
// room for it; who has none yet gets it in the next call. Where that is the last, because
// the encoder is wanted for another picture, it goes without.
func (d *Display) settle(last bool) (sent bool) {
	if !d.busy || !d.done.Load() {
		return false
	}
	j := d.job
	if !j.landed {
		d.land(j)
	}
	open := false
	for i := range j.casts {
		if c := &j.casts[i]; len(c.viewers) > 0 {
			sent = d.send(j, c, last) || sent
			open = open || len(c.viewers) > 0
		}
	}
	d.busy = open
	return sent
}

// land takes over what a finished job has for others than viewers.
func (d *Display) land(j *job) {
	j.landed = true
	if j.used != nil {
		d.spare, j.used = j.used, nil
	}
	j.source = nil
	if j.failure != nil {
		d.miscarry(j)
	}
	d.account(j)
	d.answerShots(j)
}

// miscarry ends a job whose encoder panicked: nobody gets anything of it, and all begin
// anew. It is told once, for a picture that cannot be encoded may come each frame.
func (d *Display) miscarry(j *job) {
	if !d.failed {
		d.failed = true
		d.links.panicked("display encoder", j.failure, j.stack)
	}
	for _, v := range d.viewers {
		v.anew()
	}
	for _, s := range j.shots {
		s.err = rpc.Errorf(rpc.Unavailable, "the picture could not be encoded: the game's log says why")
	}
	j.shares, j.casts, j.failure, j.stack = j.shares[:0], j.casts[:0], nil, nil
}

// account notes what the shares cost. Those of a profile stand side by side.
func (d *Display) account(j *job) {
	var took time.Duration
	for i := range j.shares {
		s := &j.shares[i]
		took += s.took
		if i+1 < len(j.shares) && j.shares[i+1].profile == s.profile {
			continue
		}
		d.statsOf(s.profile).note(took, len(s.parts))
		took = 0
	}
}

// send sends a message to those who can take it, and keeps the others unless it is for
// the last time.
func (d *Display) send(j *job, c *cast, last bool) bool {
	s := &j.shares[c.share]
	d.subs = d.subs[:0]
	now := d.clock.now()
	kept := c.viewers[:0]
	for _, v := range c.viewers {
		switch {
		case !v.sub.Live() || v.grant.den != s.den || v.base != s.base: // not any more what it was
		case len(c.message) == 0: // nothing has changed: it knows this picture, too
			v.base = j.number
		case v.sub.Waiting() > 0 || !v.sub.Due(): // it may get what it misses with the next one
			if !last {
				kept = append(kept, v)
			}
		default:
			v.base, v.resting = j.number, s.resting
			v.lossy.CopyFrom(&s.lossy)
			if c.follow != nil {
				v.overlay = c.told
			}
			v.flights = append(v.flights, now)
			d.subs = append(d.subs, v.sub)
		}
	}
	clear(c.viewers[len(kept):])
	c.viewers = kept
	d.stream.SendBinary(d.subs, j.frame, j.at, 0, c.message)
	sent := len(d.subs) > 0
	clear(d.subs)
	return sent
}

// following is what somebody has drawn over the picture: entities, and where they are in
// it.
type following struct {
	follower follower
	list     []followed
	entities []picture.Entity
	message  []byte // as they travel
	hash     uint64 // of that
}

// following returns what a wish follows, which is there once for all who wish it.
func (d *Display) following(w displayWish) (*following, error) {
	key := w.key()
	if f := d.follows[key]; f != nil {
		return f, nil
	}
	if len(d.follows) >= maxFollows {
		if d.muster(); len(d.follows) >= maxFollows {
			e := rpc.Errorf(rpc.TooMany, "%d different overlays are followed already", maxFollows)
			e.Data.Limit = "overlays"
			return nil, e
		}
	}
	by, err := d.links.follow(w.where, w.ids, w.most)
	if err != nil {
		return nil, err
	}
	if d.follows == nil {
		d.follows = make(map[string]*following)
	}
	f := &following{follower: by}
	d.follows[key] = f
	return f, nil
}

// gather finds what is followed, at the moment of the picture.
func (d *Display) gather(j *job) {
	m, asked := identity, false
	until := time.Now().Add(followBudget)
	for i := range j.casts {
		c := &j.casts[i]
		if c.follow == nil {
			continue
		}
		if !asked {
			m, asked = d.matrix(), true
		}
		if !slices.ContainsFunc(j.casts[:i], func(o cast) bool { return o.follow == c.follow }) {
			c.follow.gather(m, until)
		}
		c.told = c.follow.hash
		c.renewed = slices.ContainsFunc(c.viewers, func(v *viewer) bool { return v.overlay != c.follow.hash })
	}
}

func (f *following) gather(m projection, until time.Time) {
	f.list = f.follower.gather(until, f.list[:0])
	f.entities = f.entities[:0]
	size := m.size()
	for _, e := range f.list {
		x, y := m.place(e.x, e.y)
		f.entities = append(f.entities, picture.Entity{ID: e.id, Kind: e.kind, X: float32(x), Y: float32(y), Radius: float32(e.radius * size)})
	}
	f.message = picture.AppendEntities(f.message[:0], f.entities)
	f.hash = fingerprint(f.message)
}

// matrix asks the game for its camera.
func (d *Display) matrix() (m projection) {
	m = identity
	if d.camera == nil {
		return m
	}
	defer func() {
		if p := recover(); p != nil {
			d.links.panicked("display camera", p, debug.Stack())
			m = identity
		}
	}()
	return d.camera()
}

// fingerprint tells overlays apart; it is never 0.
func fingerprint(text []byte) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, b := range text {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h | 1
}

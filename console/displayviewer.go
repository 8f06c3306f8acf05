package console

import (
	"cmp"
	"slices"
	"time"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/rpc"
)

// viewer is a subscription of the topic display: what it wants, and what it has.
type viewer struct {
	sub    *rpc.Sub
	params DisplayParams
	wish   displayWish
	grant  grant
	care   care

	// What was sent to it in order makes up its picture: base is the number of the job
	// that it was complete with, 0 for none, and lossy are the tiles of it that are not
	// exact.
	base    uint64
	lossy   picture.Set
	resting bool   // it was told that the picture rests
	overlay uint64 // hash of the entities that it was told of
	follow  *following

	flights []time.Duration // when the pictures were handed over that are not acknowledged
}

// displayWish is what a viewer asked for.
type displayWish struct {
	den     int     // 1, 2 or 4
	rate    float64 // pictures a second
	quality int
	mode    picture.Mode
	adapt   bool
	where   string // of the overlay
	ids     []string
	most    int
}

// grant is what a viewer gets of it now.
type grant struct {
	den     int
	quality int
	rate    float64
}

// profile is what pictures are encoded for: viewers who have it in common share them.
type profile struct {
	den, quality int
	mode         picture.Mode
}

func (v *viewer) profile() profile { return profile{v.grant.den, v.grant.quality, v.wish.mode} }

// anew has everything be sent to the viewer, since what it has is of no use.
func (v *viewer) anew() {
	v.base, v.resting, v.overlay = 0, false, 0
	v.lossy.Reset(0, 0)
}

// pace is a rhythm of pictures that viewers have in common. What it has saved up is in
// turns: an accumulator keeps the rate whatever the frames of the game do, where a look
// at the time since the last picture would lose a part of each turn.
type pace struct {
	rate  float64
	saved float64
}

const (
	// early is how much of a turn may be missing when a frame comes a little early.
	early = 0.125
	// mostSaved bounds the turns that are made up for, after the encoder was busy.
	mostSaved = 1.75
)

// goOn lets the paces go on.
func (d *Display) goOn(now time.Duration) {
	passed := (now - d.paced).Seconds()
	d.paced = now
	for i := range d.paces {
		p := &d.paces[i]
		p.saved = min(p.saved+passed*p.rate, mostSaved)
	}
}

func (p *pace) due() bool { return p.saved >= 1-early }

// pace returns the pace of a rate.
func (d *Display) pace(rate float64) *pace {
	for i := range d.paces {
		if d.paces[i].rate == rate {
			return &d.paces[i]
		}
	}
	d.paces = append(d.paces, pace{rate: rate, saved: 1})
	return &d.paces[len(d.paces)-1]
}

// repace lets go of the paces that nobody keeps.
func (d *Display) repace() {
	d.paces = slices.DeleteFunc(d.paces, func(p pace) bool {
		return !slices.ContainsFunc(d.viewers, func(v *viewer) bool { return v.grant.rate == p.rate })
	})
}

// wanted reports whether somebody wants a picture that is drawn now.
func (d *Display) wanted(now time.Duration) bool {
	if len(d.shots) > 0 {
		return true
	}
	d.goOn(now)
	for _, v := range d.viewers {
		if d.turn(v) && v.ready(now) {
			return true
		}
	}
	return false
}

// turn reports whether it is a viewer's turn. Who has nothing yet does not wait for one.
func (d *Display) turn(v *viewer) bool { return v.base == 0 || d.pace(v.grant.rate).due() }

// ready reports whether a picture that is taken now can be sent to the viewer when it is
// encoded: it has acknowledged enough. Of a viewer that acknowledges within a frame or
// two it is believed that it is about to: a host that reads its picture back before
// [Console.Update] asks before the acknowledgements of this frame are read, and would show
// it every second frame. If it does not, it goes without that picture.
func (v *viewer) ready(now time.Duration) bool {
	flying, credit := v.sub.Unacknowledged()
	if flying > 0 && !v.care.seen { // it may be a slow one: what the first takes tells
		return false
	}
	prompt := v.care.prompt() && (len(v.flights) == 0 || now-v.flights[0] < promptly)
	if !v.sub.Due() && !(prompt && credit > 0 && flying >= credit) {
		return false
	}
	ahead := 0
	if prompt {
		ahead = 1
	}
	if credit == 0 {
		return v.sub.Waiting() <= ahead
	}
	return flying+v.sub.Waiting() < credit+ahead
}

// acknowledged takes in what the viewer has acknowledged.
func (v *viewer) acknowledged(now time.Duration) {
	flying, credit := v.sub.Unacknowledged()
	open := flying + v.sub.Waiting()
	if credit == 0 {
		open = v.sub.Waiting()
	}
	for len(v.flights) > open {
		v.care.ack(now - v.flights[0])
		v.flights = append(v.flights[:0], v.flights[1:]...)
	}
}

// attend looks after the viewers, once a frame and after their requests.
func (d *Display) attend() {
	if len(d.viewers) == 0 && d.stream.Subscribers() == 0 && len(d.shots) == 0 && !d.busy {
		d.rest()
		return
	}
	now := d.clock.now()
	d.muster()
	d.goOn(now)
	for _, v := range d.viewers {
		v.acknowledged(now)
		v.care.watch(now, d.turn(v) && !v.ready(now))
		d.adapt(v, now)
	}
	d.review(now)
	d.expire(now)
	d.settle(d.job != nil && now-d.job.now > restAfter) // a game that shows no more asks for no other
	d.state.Store(displayWanted)
}

// muster finds out who is there.
func (d *Display) muster() {
	d.subs = d.stream.AppendSubs(d.subs[:0])
	d.viewers = d.viewers[:0]
	for _, sub := range d.subs {
		d.viewers = append(d.viewers, sub.Value.(*viewer))
	}
	clear(d.subs)
	clear(d.viewers[len(d.viewers):cap(d.viewers)])
	for name, f := range d.follows {
		if !slices.ContainsFunc(d.viewers, func(v *viewer) bool { return v.follow == f }) {
			delete(d.follows, name)
		}
	}
}

// rest lets go of what is only there for viewers.
func (d *Display) rest() {
	if d.state.Load() != displayWanted {
		return
	}
	d.filling, d.spare, d.spaceFor, d.job, d.enc = nil, nil, nil, nil, encoder{}
	d.paces, d.follows, d.stats, d.viewers, d.subs = nil, nil, nil, nil, nil
	d.state.Store(displayIdle)
}

// depart ends a frame whose events were sent: what there was no room for before is
// tried again. It reports whether something is to be sent.
func (d *Display) depart() (sent bool) {
	if d.state.Load() != displayWanted {
		return false
	}
	sent = d.settle(false)
	d.renew(d.clock.now())
	return sent
}

// renew sends what needs no new picture, when the game has shown none for a while: the
// first one of a viewer, and exact tiles for those that are not.
func (d *Display) renew(now time.Duration) {
	if d.busy || d.enc.source == nil || now-d.newest < restAfter {
		return
	}
	for _, v := range d.viewers {
		if (v.base == 0 || !v.resting && v.wish.mode != picture.Lossy) && v.grant.den >= d.enc.den && d.turn(v) && v.ready(now) {
			d.encode(nil, 0)
			return
		}
	}
}

// newViewer makes a viewer of a subscription that opens.
func (d *Display) newViewer(sub *rpc.Sub, p DisplayParams) (*viewer, error) {
	if n := d.stream.Subscribers(); n >= maxViewers {
		e := rpc.Errorf(rpc.TooMany, "%d subscriptions look at the display already", n)
		e.Data.Limit = "display viewers"
		return nil, e
	}
	v := &viewer{sub: sub}
	if err := d.wish(v, p); err != nil {
		return nil, err
	}
	if !d.awake() {
		return nil, rpc.Errorf(rpc.Unavailable, "the console is closed")
	}
	return v, nil
}

// wish takes over what a viewer wants. What it does not name stays as it was.
func (d *Display) wish(v *viewer, p DisplayParams) error {
	p = p.over(v.params)
	w := p.wish()
	var f *following
	if w.follows() {
		var err error
		if f, err = d.following(w); err != nil {
			return err
		}
	}
	if !w.like(&v.wish) {
		v.care = care{decode: v.care.decode, draws: v.care.draws}
	}
	if v.wish.mode != w.mode {
		v.resting = false
	}
	if f != v.follow {
		v.overlay = 0
	}
	v.params, v.wish, v.follow = p, w, f
	d.grant(v)
	return nil
}

// like reports whether two wishes are the same but for what is followed.
func (w *displayWish) like(o *displayWish) bool {
	return w.den == o.den && w.rate == o.rate && w.quality == o.quality && w.mode == o.mode && w.adapt == o.adapt
}

// grant gives a viewer what it wants, as far as its link, its decoder and our encoder
// carry it.
func (d *Display) grant(v *viewer) {
	g := v.care.rung(&v.wish)
	g.rate = min(g.rate, d.carries(profile{g.den, g.quality, v.wish.mode}))
	if v.wish.adapt {
		g.rate = min(g.rate, v.care.draws.rate())
	}
	if g == v.grant {
		return
	}
	if g.den != v.grant.den {
		v.anew()
	}
	v.grant = g
	d.repace()
}

// by orders viewers so that those who share stand side by side.
func (v *viewer) by(o *viewer) int {
	a, b := v.profile(), o.profile()
	return cmp.Or(cmp.Compare(a.den, b.den), cmp.Compare(a.quality, b.quality), cmp.Compare(a.mode, b.mode), cmp.Compare(v.base, o.base))
}

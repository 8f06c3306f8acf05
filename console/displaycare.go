package console

import (
	"time"

	"github.com/scry-dev/scry/internal/picture"
)

// care is how the stream of one viewer is fitted to its link: how well it keeps up with
// what it is sent, and what follows from that. It is a function of the times of turns and
// acknowledgements alone.
type care struct {
	level   int // rungs below what was asked for
	began   time.Duration
	looked  time.Duration // when it was watched last
	turns   int           // pictures since began
	blocked time.Duration // that it had a turn, and had not acknowledged enough for a picture
	acks    int
	flight  time.Duration // of all acknowledged together
	last    time.Duration // of the last one
	seen    bool          // one was acknowledged
	good    time.Duration // how long there has been slack
	raised  time.Duration // when it went up last; 0 is never
	wary    int           // how often that was in vain, lately
	started bool
	decode  time.Duration // what the client says that a picture takes it, lately
	draws   rateCap       // what it can draw, by that
}

const (
	watchFor  = 500 * time.Millisecond // the least after which it is judged
	watchMost = 2 * time.Second        // the most, where turns are few
	slackFor  = 2 * time.Second        // of slack, before it goes up
	lateAfter = 300 * time.Millisecond // an acknowledgement is late
	inVain    = 3 * time.Second        // to be late so soon after going up
	mostWary  = 5
)

func (c *care) ack(flight time.Duration) {
	c.acks++
	c.flight += flight
	c.last, c.seen = flight, true
}

// drew takes in what a picture took the client to decode and draw.
func (c *care) drew(took time.Duration) {
	if c.decode == 0 {
		c.decode = took
	}
	c.decode += (took - c.decode) / 4
	if c.decode > 0 {
		c.draws.set(0.8 / c.decode.Seconds())
	}
}

// promptly is within a frame or two.
const promptly = 50 * time.Millisecond

// prompt reports whether the viewer acknowledged the last picture promptly.
func (c *care) prompt() bool { return c.seen && c.last < promptly }

// watch notes whether the viewer waits for what it has to acknowledge itself.
func (c *care) watch(now time.Duration, blocked bool) {
	if !c.started {
		c.started, c.began, c.looked = true, now, now
	}
	if blocked {
		c.blocked += now - c.looked
	}
	c.looked = now
}

// judge looks back at what was watched, and returns by how many rungs to go down, or up
// where that is negative.
func (c *care) judge(now time.Duration) int {
	watched := now - c.began
	if watched < watchFor || c.turns < 4 && c.blocked < watchFor && watched < watchMost {
		return 0
	}
	late := c.blocked >= watched/4 || c.acks > 0 && c.flight/time.Duration(c.acks) > lateAfter
	// Each picture is on its way for a part of the time between two: above a half there
	// is no room for twice as many.
	slack := c.blocked < watched/16 && c.flight <= watched/2
	step := 0
	switch {
	case late:
		c.good, step = 0, 1
		if c.raised > 0 && now-c.raised < inVain {
			c.wary = min(c.wary+1, mostWary)
		}
	case c.blocked >= watched/16:
		c.good = 0
	default:
		c.good += watched
		need := slackFor << c.wary
		if !slack {
			need *= 4 // it may be far away, and not slow: try it once in a while
		}
		if c.level > 0 && c.good >= need {
			c.good, c.raised, step = 0, now, -1
		}
		if c.raised > 0 && now-c.raised > 5*slackFor<<c.wary {
			c.wary, c.raised = 0, 0
		}
	}
	c.began, c.turns, c.blocked, c.acks, c.flight = now, 0, 0, 0, 0
	return step
}

// The least that a viewer is brought down to, of its own accord: what comes first is
// given up first.
const (
	lowRate    = 10 // pictures a second, before the quality suffers
	lowQuality = 40
	lowDen     = 4
	lastRate   = 1
)

// rung is what a viewer gets that wants something, so many steps down.
func (c *care) rung(w *displayWish) grant {
	g := grant{w.den, w.quality, w.rate}
	for range c.level {
		if !g.lower(w.mode) {
			break
		}
	}
	return g
}

// lower goes a step down, and reports false where there is none.
func (g *grant) lower(mode picture.Mode) bool {
	switch {
	case g.rate > lowRate:
		g.rate = max(g.rate/2, lowRate)
	case g.quality > lowQuality && mode != picture.Lossless:
		g.quality = max(g.quality-15, lowQuality)
	case g.den < lowDen:
		g.den *= 2
	case g.rate > lastRate:
		g.rate = max(g.rate/2, lastRate)
	default:
		return false
	}
	return true
}

// adapt fits what a viewer gets to what it keeps up with.
func (d *Display) adapt(v *viewer, now time.Duration) {
	step := v.care.judge(now)
	if !v.wish.adapt {
		v.care.level, step = 0, 0
	}
	if step > 0 {
		if g := v.care.rung(&v.wish); !g.lower(v.wish.mode) {
			step = 0 // at the end of the ladder
		}
	}
	v.care.level += step
	d.grant(v)
}

// profileStats is what pictures of a profile cost.
type profileStats struct {
	encode  time.Duration // of a picture, lately
	bytes   int           // of a message, lately
	made    int           // pictures
	viewers int
	most    rateCap // that the encoder carries
}

// note takes in what a picture cost.
func (s *profileStats) note(took time.Duration, bytes int) {
	if s.made++; s.made == 1 {
		s.encode, s.bytes = took, bytes
		return
	}
	s.encode += (took - s.encode) / 8
	s.bytes += (bytes - s.bytes) / 8
}

// encoderShare is how much of a processor the encoder may take.
const encoderShare = 0.5

// review finds out, once a second, how many pictures of each profile the encoder may
// make: the profiles that are watched have equal parts of it.
func (d *Display) review(now time.Duration) {
	if now-d.reviewed < time.Second {
		return
	}
	d.reviewed = now
	for _, s := range d.stats {
		s.viewers = 0
	}
	for _, v := range d.viewers {
		d.statsOf(v.profile()).viewers++
	}
	for p, s := range d.stats {
		if s.viewers == 0 {
			delete(d.stats, p)
		}
	}
	for _, s := range d.stats {
		if s.encode > 0 {
			s.most.set(encoderShare / float64(len(d.stats)) / s.encode.Seconds())
		}
	}
}

// statsOf returns the costs of a profile.
func (d *Display) statsOf(p profile) *profileStats {
	s := d.stats[p]
	if s == nil {
		if d.stats == nil {
			d.stats = make(map[profile]*profileStats)
		}
		s = new(profileStats)
		d.stats[p] = s
	}
	return s
}

// carries returns how many pictures a second of a profile the encoder may make.
func (d *Display) carries(p profile) float64 {
	if s := d.stats[p]; s != nil {
		return s.most.rate()
	}
	return mostRate
}

// rateCap is a bound of a rate that does not follow each small change of what it is set
// to: it moves in steps, and up only when there is some room above the next.
type rateCap struct{ below int }

const mostRate = 60

func (c *rateCap) rate() float64 { return rateStep(c.below) }

func (c *rateCap) set(rate float64) {
	for c.below > 0 && rate >= 1.2*rateStep(c.below-1) {
		c.below--
	}
	for rateStep(c.below) > lastRate && rate < rateStep(c.below) {
		c.below++
	}
}

// rateStep is 60, 45, 30, 22.5, 15 and so on, 1 at the least.
func rateStep(below int) float64 {
	rate := float64(mostRate)
	for range below / 2 {
		rate /= 2
	}
	if below%2 == 1 {
		rate *= 0.75
	}
	return max(rate, lastRate)
}

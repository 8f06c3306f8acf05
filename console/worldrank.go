package console

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"time"
)

// found is an entity that a scan found: where it was, and the key that it is sorted by.
type found struct {
	key      uint64 // in the order of the numbers, or of the first bytes of the texts
	id       uint64
	from, to uint32 // of its text in the ranking's
	place    int32
	plan     uint16
	missing  bool // it has not what is sorted by
	any      bool // whoever is at the place is meant
}

// ranking keeps what a sorted window can show of what a scan finds. It keeps no more
// than twice as much while that is little; else all, which is sorted apart a part at a
// time.
type ranking struct {
	list   []found
	text   []byte // of the keys that are texts
	spare  []byte
	down   bool
	offset int
	most   int   // rows in view and before it
	bar    found // nothing behind it is in view
	barred bool
	step   selection
	stage  int
}

// maxPruned is the greatest window, with what is before it, of which only what is needed
// is kept.
const maxPruned = 4096

func (r *ranking) reset(offset, limit int, down bool) {
	r.list, r.text, r.barred, r.stage, r.step = r.list[:0], r.text[:0], false, 0, selection{}
	r.offset, r.most, r.down = offset, offset+limit, down
}

// numberKey puts numbers in order as integers are; a NaN comes first.
func numberKey(n float64) uint64 {
	if n != n {
		return 0
	}
	b := math.Float64bits(n + 0) // minus zero is zero
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// integerKey is numberKey for what a float would not hold to the last digit.
func integerKey(n int64) uint64 { return uint64(n) ^ 1<<63 }

// textKey is the first bytes of a text, in order as the texts are.
func textKey(s []byte) (key uint64) {
	for i := range min(len(s), 8) {
		key |= uint64(s[i]) << (56 - 8*i)
	}
	return key
}

// compare puts two rows in order. Those without a key come last, whichever way it is
// sorted; equal ones keep their order in the world.
func (r *ranking) compare(a, b *found) int {
	if a.missing != b.missing {
		if b.missing {
			return -1
		}
		return 1
	}
	c := cmp.Compare(a.key, b.key)
	if c == 0 && (a.from != a.to || b.from != b.to) {
		c = bytes.Compare(r.text[a.from:a.to], r.text[b.from:b.to])
	}
	if r.down {
		c = -c
	}
	if c == 0 {
		c = cmp.Or(cmp.Compare(a.plan, b.plan), cmp.Compare(a.place, b.place))
	}
	return c
}

// add takes a row in. Its text, where the key is one, was appended to the ranking's.
func (r *ranking) add(f found) {
	if r.most == 0 || r.barred && r.compare(&f, &r.bar) >= 0 {
		r.text = r.text[:len(r.text)-int(f.to-f.from)]
		return // behind all that can be in view
	}
	r.list = append(r.list, f)
	if r.most <= maxPruned && len(r.list) >= 2*r.most+scanStep {
		r.prune()
	}
}

// prune keeps what can be in view.
func (r *ranking) prune() {
	if len(r.list) <= r.most {
		return
	}
	s := selection{nth: r.most - 1, hi: len(r.list) - 1}
	s.run(r, time.Time{})
	r.list = r.list[:r.most]
	if len(r.text) > 0 {
		r.spare = r.spare[:0]
		for i := range r.list {
			f := &r.list[i]
			from := uint32(len(r.spare))
			r.spare = append(r.spare, r.text[f.from:f.to]...)
			f.from, f.to = from, uint32(len(r.spare))
		}
		r.text, r.spare = r.spare, r.text
	}
	r.bar, r.barred = r.list[r.most-1], true
}

// settle finds the rows in view, in order, a part at a time; it reports whether it is
// done. Zero is as long as it takes.
func (r *ranking) settle(until time.Time) (done bool) {
	switch r.stage {
	case 0: // what is not behind the window
		if len(r.list) > r.most {
			if r.step = (selection{nth: r.most - 1, hi: len(r.list) - 1}); r.most == 0 {
				r.list = r.list[:0]
			}
		}
		r.stage++
		fallthrough
	case 1:
		if len(r.list) > r.most {
			if !r.step.run(r, until) {
				return false
			}
			r.list = r.list[:r.most]
		}
		r.step = selection{nth: r.offset, hi: len(r.list) - 1}
		r.stage++
		fallthrough
	case 2: // nor before it
		if r.offset < len(r.list) && r.offset > 0 && !r.step.run(r, until) {
			return false
		}
		r.stage++
	}
	return true
}

// view returns the rows in view, when settle is done or everything is small.
func (r *ranking) view() []found {
	window := r.list[min(r.offset, len(r.list)):]
	slices.SortFunc(window, func(a, b found) int { return r.compare(&a, &b) })
	return window
}

// selection moves the rows in front of the nth that belong there, and may stop between:
// Hoare's Find.
type selection struct {
	nth, lo, hi int
	i, j        int
	pivot       found
	split       bool // between i and j lies what was not looked at
}

// selectStep is how many rows are looked at between two looks at the clock.
const selectStep = 512

// run goes on, and reports whether it is done.
func (s *selection) run(r *ranking, until time.Time) (done bool) {
	looked := 0
	for s.lo < s.hi {
		if !s.split {
			s.i, s.j, s.split = s.lo, s.hi, true
			s.pivot = s.median(r)
		}
		for s.i <= s.j {
			for r.compare(&r.list[s.i], &s.pivot) < 0 {
				s.i++
				looked++
			}
			for r.compare(&r.list[s.j], &s.pivot) > 0 {
				s.j--
				looked++
			}
			if s.i <= s.j {
				r.list[s.i], r.list[s.j] = r.list[s.j], r.list[s.i]
				s.i++
				s.j--
				looked++
			}
			if looked >= selectStep {
				if looked = 0; !until.IsZero() && !time.Now().Before(until) {
					return false
				}
			}
		}
		s.split = false
		switch {
		case s.nth <= s.j:
			s.hi = s.j
		case s.nth >= s.i:
			s.lo = s.i
		default:
			return true
		}
	}
	return true
}

// median is the middle one of three.
func (s *selection) median(r *ranking) found {
	a, b, c := r.list[s.lo], r.list[s.lo+(s.hi-s.lo)/2], r.list[s.hi]
	if r.compare(&a, &b) > 0 {
		a, b = b, a
	}
	if r.compare(&b, &c) > 0 {
		if b = c; r.compare(&a, &b) > 0 {
			b = a
		}
	}
	return b
}

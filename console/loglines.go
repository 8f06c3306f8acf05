package console

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Line is one line of the log.
type Line struct {
	Seq       uint64          `json:"seq" help:"counts from 1 without gaps"`
	Time      int64           `json:"time" unit:"ns" help:"since the session began"`
	Frame     uint64          `json:"frame"`
	Tick      uint64          `json:"tick"`
	Level     string          `json:"level" enum:"debug,info,warn,error"`
	Msg       string          `json:"msg"`
	Attrs     json.RawMessage `json:"attrs" help:"object"`
	Source    string          `json:"source" help:"file:line"`
	Count     uint64          `json:"count,omitempty" help:"how often it came, one after the other; absent is once"`
	LastFrame uint64          `json:"lastFrame,omitempty" help:"of the last of them"`
	LastTime  int64           `json:"lastTime,omitempty" unit:"ns" help:"of the last of them, since the session began"`
}

// TailQuery selects lines of the log.
type TailQuery struct {
	After uint64 `json:"after,omitempty" help:"only lines with a greater seq"`
	Level string `json:"level,omitempty" enum:"debug,info,warn,error" help:"least level"`
	Match string `json:"match,omitempty" help:"text in the message, whatever its case"`
	Limit int    `json:"limit,omitempty" min:"0" max:"2000" help:"the newest so many; absent is 500"`
}

// Lines are lines of the log, oldest first.
type Lines struct {
	Lines []Line `json:"lines" help:"in an event first the newest of those before, where it was repeated since"`
	Lost  uint64 `json:"lost" help:"lines asked for that are kept no more"`
}

const (
	snapshotSize = 500 // lines in the first state of a subscription
	maxTail      = 2000
	maxEvent     = 500       // lines in an event; more wait for the next frame
	maxEventSize = 128 << 10 // bytes of them, roughly
	maxScanned   = 2000      // lines that searches look at in a frame
	searchStep   = 128       // lines copied while the lock is held
)

// logReader is what the game's goroutine knows of its log.
type logReader struct {
	known    bookmark // the newest line that subscribers know
	count    uint64   // how often it had come when they were told
	raw      []byte   // records, copied under the lock
	lines    []Line
	searches []*waitingSearch
	left     int // lines that may be looked at in this frame
}

// waitingSearch is a call of log.tail that takes more than a frame.
type waitingSearch struct {
	search
	call *rpc.Pending
}

func (l *Log) register(s *rpc.Server) {
	l.reader.left = maxScanned
	rpc.Handle(s, rpc.Method{Name: "log.tail", Help: "the newest lines of the log; a search of many is answered some frames later", Role: rpc.View}, l.tail)
	l.stream = rpc.Open[rpc.Void, Lines](s, rpc.Topic{Name: "log", Snapshot: Lines{}, Help: "new lines of the log, and new counts of the newest, once a frame", Policy: "all"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			// Whoever subscribed before gets what is new first; then all know the same.
			l.publish()
			known := search{until: l.reader.known.seq}
			if known.until > 0 {
				known.limit = snapshotSize
			}
			return known.run(l), nil
		})
}

// publish sends what is new in this frame, and goes on with the searches.
func (l *Log) publish() {
	r := &l.reader
	for len(r.searches) > 0 && r.left > 0 {
		w := r.searches[0]
		if !w.call.Canceled() && !w.advance(l, &r.left) {
			break
		}
		r.searches = slices.Delete(r.searches, 0, 1)
		w.call.Reply(w.result())
	}
	r.left = maxScanned // for the next frame
	sites, lost := l.fresh(l.stream.Subscribers() == 0)
	if len(r.raw) == 0 {
		return
	}
	r.lines = appendLines(r.lines[:0], r.raw, sites)
	l.stream.Publish(Lines{r.lines, lost})
}

// fresh copies the records that subscribers do not know. It returns the sites that they
// name, and how many went before they were told.
func (l *Log) fresh(skip bool) (sites []*site, lost uint64) {
	r := &l.reader
	r.raw = r.raw[:0]
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ring.empty() {
		return nil, 0
	}
	if skip {
		r.known = bookmark{l.ring.seq, l.ring.last}
	} else {
		if r.known.seq > l.ring.lost {
			if rec := l.ring.at(r.known.place); rec.wide(atCount) != r.count {
				r.raw = append(r.raw, rec...)
			}
		}
		r.raw, lost = l.ring.read(&r.known, r.raw, maxEvent, maxEventSize)
	}
	if r.known.seq > l.ring.lost {
		r.count = l.ring.at(r.known.place).wide(atCount)
	}
	return l.sites, lost
}

// appendLines makes lines of records that stand one behind the other. Their attributes
// stay where they are.
func appendLines(lines []Line, raw []byte, sites []*site) []Line {
	text := string(raw) // once for all
	for from := 0; from < len(raw); {
		rec := record(raw[from:])
		msg := from + recordHead
		end := msg + int(rec.small(atMsg))
		line := Line{
			Seq: rec.wide(atSeq), Time: int64(rec.wide(atTime)), Frame: rec.wide(atFrame), Tick: rec.wide(atTick),
			Level: levelNames[rec.small(atRank)], Msg: text[msg:end], Attrs: json.RawMessage(rec.attrs()),
			Source: sites[rec.small(atSite)].source,
		}
		if n := rec.wide(atCount); n > 1 {
			line.Count, line.LastFrame, line.LastTime = n, rec.wide(atLastFrame), int64(rec.wide(atLastTime))
		}
		lines = append(lines, line)
		from += int(rec.small(atSize))
	}
	return lines
}

func (l *Log) tail(c *rpc.Call, q TailQuery) (Lines, error) {
	if q.Limit == 0 {
		q.Limit = snapshotSize
	}
	w := &waitingSearch{search: search{after: q.After, limit: q.Limit, rank: uint32(max(0, slices.Index(levelNames[:], q.Level))), match: strings.ToLower(q.Match)}}
	if len(l.reader.searches) == 0 && w.advance(l, &l.reader.left) {
		return w.result(), nil
	}
	w.call = c.Defer()
	l.reader.searches = append(l.reader.searches, w)
	return Lines{}, nil
}

// part is the log in a recording: the lines of a span of time. It is called on other
// goroutines than the game's.
func (l *Log) part(from, to time.Duration) topicPart {
	span := search{limit: maxTail, from: uint64(max(0, from)), to: uint64(to)}
	return part("log", span.run(l))
}

// search looks through the log from the newest line to the oldest, a step at a time,
// so that nobody waits for it.
type search struct {
	after, until uint64 // seq; 0 is no bound
	from, to     uint64 // session time; to 0 is no bound
	rank         uint32 // least level
	match        string // lower case
	limit        int

	begun bool
	place uint64 // the record looked at last
	seq   uint64 // its number
	lost  uint64
	raw   []byte
	found []Line // newest first
}

// run searches all at once.
func (s *search) run(l *Log) Lines {
	for left := maxScanned; !s.advance(l, &left); left = maxScanned {
	}
	return s.result()
}

func (s *search) result() Lines {
	slices.Reverse(s.found)
	if s.found == nil {
		s.found = []Line{}
	}
	return Lines{s.found, s.lost}
}

// advance looks at so many lines as are left, and reports whether the search is over.
func (s *search) advance(l *Log, left *int) bool {
	for *left > 0 && len(s.found) < s.limit {
		sites, more := s.step(l, left)
		for from := 0; from < len(s.raw) && len(s.found) < s.limit; {
			rec := record(s.raw[from:])
			rec = rec[:rec.small(atSize)]
			from += len(rec)
			if containsFold(rec.msg(), s.match) {
				s.found = appendLines(s.found, slices.Clone(rec), sites)
			}
		}
		if !more {
			return true
		}
	}
	return len(s.found) >= s.limit
}

// step copies the records that may pass out of the next few, and reports whether
// there are more.
func (s *search) step(l *Log, left *int) (sites []*site, more bool) {
	s.raw = s.raw[:0]
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := 0; n < searchStep && *left > 0; n++ {
		if !s.back(&l.ring) {
			return l.sites, false
		}
		*left--
		if rec := l.ring.at(s.place); s.may(rec) {
			s.raw = append(s.raw, rec...)
		}
	}
	return l.sites, true
}

// back goes to the record before; false when there is none that is asked for.
func (s *search) back(r *ring) bool {
	switch {
	case !s.begun:
		s.begun, s.lost = true, r.lost-min(r.lost, s.after)
		if r.empty() {
			return false
		}
		s.place = r.last
	case s.place < r.head: // overtaken
		s.lost = s.seq - 1 - min(s.seq-1, s.after)
		return false
	default:
		var ok bool
		if s.place, ok = r.before(s.place); !ok {
			return false
		}
	}
	s.seq = r.at(s.place).wide(atSeq)
	return s.seq > s.after
}

func (s *search) may(rec record) bool {
	return rec.small(atRank) >= s.rank && (s.until == 0 || s.seq <= s.until) &&
		(s.to == 0 || rec.wide(atTime) <= s.to && rec.wide(atLastTime) >= s.from)
}

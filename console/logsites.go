package console

import (
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
)

// site is a place in the program that logs. Any goroutine.
type site struct {
	id     uint32
	source string // "folder/file.go:31"; empty where it is unknown
	relay  string // the package, where it only hands on what others print
	// due is when the last line let through would have come, had they come evenly.
	due     atomic.Int64
	dropped [len(levelNames)]atomic.Uint64 // by level

	told [len(levelNames)]uint64 // of dropped, in the log itself; guarded by Log.mu
}

// flood is how lines of one site are let through: one in each interval, and as many
// at once as their intervals fill the depth.
type flood struct{ interval, depth int64 } // ns

// floodBurst is how many seconds' lines may come at once.
const floodBurst = 5

// pass reports whether another line of the site is let through. Errors may go into
// debt as far again as others: none is dropped while anything else would pass.
func (f flood) pass(s *site, rank int, now int64) bool {
	if f.interval == 0 {
		return true
	}
	depth := f.depth
	if rank == errorRank {
		depth *= 2
	}
	for {
		due := s.due.Load()
		next := due + f.interval
		if due < now || due > now+2*f.depth { // no debt is so high: the clock was another
			next = now + f.interval
		}
		if next-now > depth {
			return false
		}
		if s.due.CompareAndSwap(due, next) {
			return true
		}
	}
}

// rate is how many lines a second a site may log; less than zero is any number.
func (l *Log) rate() int64 {
	if l.Flood == 0 {
		return defaultFlood
	}
	return int64(l.Flood)
}

// flood is the flood control of every site.
func (l *Log) flood() flood {
	rate := min(l.rate(), 1e9)
	if rate < 0 {
		return flood{}
	}
	return flood{1e9 / rate, 1e9 / rate * rate * floodBurst}
}

// site finds the place that a program counter belongs to. After the first time it
// takes no lock.
func (l *Log) site(pc uintptr) *site {
	if s, ok := l.known.Load(pc); ok {
		return s.(*site)
	}
	source, relay := source(pc), relayOf(pc)
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.bySource[source]
	if s == nil { // inlined code has several program counters for one line
		s = &site{id: uint32(len(l.sites)), source: source, relay: relay}
		if l.bySource == nil {
			l.bySource = make(map[string]*site)
		}
		l.bySource[source] = s
		l.sites = append(l.sites, s)
	}
	l.known.Store(pc, s)
	return s
}

// relayOf is the package that a program counter lies in, when that may stand between a
// [Log.Writer] and who prints to it; empty for others.
func relayOf(pc uintptr) string {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	switch name, _, _ := strings.Cut(frame.Function, "."); name {
	case "log", "fmt", "bufio", "io":
		return name
	}
	return ""
}

// drops counts the lines of each level that flood control left out; mu is held.
func (l *Log) drops() (n [len(levelNames)]uint64) {
	for _, s := range l.sites {
		for rank := range n {
			n[rank] += s.dropped[rank].Load()
		}
	}
	return n
}

// drop counts a line that flood control leaves out.
func (l *Log) drop(s *site, rank int, now int64) {
	s.dropped[rank].Add(1)
	// In this order: whoever takes due back has yet to count.
	if l.due.Load() == 0 {
		l.due.CompareAndSwap(0, now+tellEvery)
	}
}

// tellDrops puts a line into the log for each site that had lines dropped, once a
// second. It takes no lock while there is nothing to tell.
func (l *Log) tellDrops() {
	due := l.due.Load()
	if due == 0 {
		return
	}
	now, frame, tick := l.stamp()
	if now < due && due-now <= tellEvery {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.due.Store(0)
	for _, s := range l.sites {
		if all, errors := s.untold(); all > 0 {
			l.add(&entry{
				site: s, rank: warnRank, msg: "dropped " + grouped(all) + " lines of " + s.name(),
				attrs: dropAttrs(all, errors), time: now, frame: frame, tick: tick,
			})
		}
	}
}

// untold is how many lines were dropped since the log told of it; Log.mu is held.
func (s *site) untold() (all, errors uint64) {
	for rank := range s.told {
		n := s.dropped[rank].Load()
		if rank == errorRank {
			errors = n - s.told[rank]
		}
		all, s.told[rank] = all+n-s.told[rank], n
	}
	return all, errors
}

// name is the file and line of a site, without the folder.
func (s *site) name() string {
	if s.source == "" {
		return "an unknown place"
	}
	return s.source[strings.LastIndexByte(s.source, '/')+1:]
}

func dropAttrs(all, errors uint64) []byte {
	attrs := strconv.AppendUint([]byte(`{"dropped":`), all, 10)
	if errors > 0 {
		attrs = strconv.AppendUint(append(attrs, `,"errors":`...), errors, 10)
	}
	return append(attrs, '}')
}

// grouped writes a number with commas.
func grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

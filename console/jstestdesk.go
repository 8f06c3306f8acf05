package console

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// testsEvery is how often the folder is looked at while somebody watches, at the most,
	// and testsSettle how long a change must stay as it is to be told: an editor may be in
	// the midst of writing.
	testsEvery  = 500 * time.Millisecond
	testsSettle = 100 * time.Millisecond
	// testsShare is what part of its time looking may take: a tenth.
	testsShare = 10
	// maxTestJobs is how many calls may wait for the disk.
	maxTestJobs = 256
)

// testDesk is where what is to be done with files of tests lies, and what came of it.
type testDesk struct {
	say     func(msg string, args ...any)
	wake    chan struct{} // room for one
	watched atomic.Bool   // somebody wants to know what changes

	mu      sync.Mutex // held for instants
	jobs    []func()
	results []func() // for the game's goroutine
	closed  bool

	// Owned by the goroutine that runs.
	told    *testListing // what was seen last and handed over
	pending *testListing // what was seen last, and may not have settled
	next    time.Time    // when to look
	said    string       // what the log was told last
}

func (d *testDesk) begin(say func(string, ...any)) {
	d.say, d.wake = say, make(chan struct{}, 1)
}

func (d *testDesk) nudge() {
	select {
	case d.wake <- struct{}{}:
	default: // it will look anyhow
	}
}

// watch says whether somebody wants to know what changes.
func (s *testShelf) watch(on bool) {
	if s.desk.watched.Load() != on {
		s.desk.watched.Store(on)
		s.desk.nudge()
	}
}

// do has a job done, and reports whether there is room for it.
func (s *testShelf) do(job func()) bool {
	d := &s.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || len(d.jobs) >= maxTestJobs {
		return false
	}
	d.jobs = append(d.jobs, job)
	d.nudge()
	return true
}

// post has the game's goroutine call f in its next Update.
func (s *testShelf) post(f func()) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.desk.results = append(s.desk.results, f)
	s.ready.Store(true)
}

// collect takes what was posted. It belongs to the game's goroutine.
func (s *testShelf) collect() []func() {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	all := s.desk.results
	s.desk.results = nil
	s.ready.Store(false)
	return all
}

// run works until stop is closed. It is the body of a goroutine of the console.
func (s *testShelf) run(stop <-chan struct{}) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-stop:
			s.end()
			return
		case <-s.desk.wake:
		case <-timer.C:
		}
		s.workOff()
		if wait := s.poll(time.Now()); wait >= 0 {
			timer.Reset(wait)
		} else {
			timer.Stop()
		}
	}
}

// end takes no more jobs.
func (s *testShelf) end() {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.desk.closed, s.desk.jobs = true, nil
}

// workOff does the jobs that wait, in their order.
func (s *testShelf) workOff() {
	for {
		s.desk.mu.Lock()
		jobs := s.desk.jobs
		s.desk.jobs = nil
		s.desk.mu.Unlock()
		if len(jobs) == 0 {
			return
		}
		for _, job := range jobs {
			job()
		}
		s.desk.next = time.Time{} // what was written is told at once
	}
}

// poll looks whether anything changed, where that is due and somebody watches. It returns
// when to look again; less than zero is when somebody says so.
func (s *testShelf) poll(now time.Time) time.Duration {
	d := &s.desk
	if !d.watched.Load() {
		d.told, d.pending, d.next = nil, nil, time.Time{}
		return -1
	}
	if wait := d.next.Sub(now); wait > 0 {
		return wait
	}
	l := s.look()
	wait := max(testsEvery, testsShare*time.Since(now))
	switch {
	case l.same(d.told):
		d.pending = nil
	case d.told == nil, l.same(d.pending), s.ours(l):
		d.told, d.pending = l, nil
		s.seen.Store(l)
		s.ready.Store(true)
	default:
		d.pending, wait = l, testsSettle
	}
	if l.fault != "" && l.fault != d.said {
		d.say("not all tests are listed", "error", l.fault)
	}
	d.said = l.fault
	d.next = time.Now().Add(wait)
	return wait
}

// ours reports whether all that differs from what was told was written by clients, whole.
func (s *testShelf) ours(l *testListing) bool {
	told := make(map[string]TestFile, len(s.desk.told.files))
	for _, f := range s.desk.told.files {
		told[f.Name] = f
	}
	for _, f := range l.files {
		if told[f.Name] != f && f.By == "" {
			return false
		}
	}
	return l.fault == s.desk.told.fault
}

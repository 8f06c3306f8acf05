package console

import (
	"errors"
	"io/fs"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/internal/cfgfile"
)

const (
	archiveFile  = "archive.cfg"
	autoexecFile = "autoexec.cfg"

	// saveAfter is how long after a change the archive is saved, and saveWithin how long
	// after the first where changes go on and on.
	saveAfter  = time.Second
	saveWithin = 10 * time.Second
	// lookEvery is how often the clerk looks whether somebody changed a file, and
	// settleAfter how long a change must stay as it is until it is taken: an editor may
	// be in the midst of writing.
	lookEvery   = time.Second
	settleAfter = 200 * time.Millisecond
	// ticks is how far apart two changes of a file must be, at the most, for its time to
	// tell them apart.
	ticks = 3 * time.Second
	// staleAfter is the age at which a half-written file is nobody's: another run of the
	// game may be writing.
	staleAfter = time.Minute
)

// errUnsettled is why a file is not written in this moment.
var errUnsettled = errors.New("console: somebody is writing the file")

// clerk does what the files of cvars need, on a goroutine of its own: the game never
// waits for a disk. What it has to tell the game are functions, which Update calls.
type clerk struct {
	// Given before the first use.
	cvars   *Cvars // for what is posted, and nothing else
	path    string
	shipped fs.FS
	open    func(path string) (cfgfile.Folder, error)
	once    sync.Once
	wake    chan struct{} // room for one

	ready atomic.Bool // results wait: for a look without the lock

	mu      sync.Mutex // held for instants
	orders  map[string]order
	jobs    []func()
	closed  bool
	results []func()
	say     func(msg string, args ...any)
	unsaid  [][]any  // before there was a log
	names   []string // of profiles, as they were seen last

	// work is full while somebody works: the clerk, before it Load, and after it Close. It
	// guards what follows.
	work              chan struct{}
	archive, autoexec watched
	unsaved           map[string]order
	since             time.Time // of the oldest change that is not saved
	due               time.Time // when to save; zero is not by itself
	look              time.Time // when to look
	failing           string    // what the log was told last of saving
}

// order is what the archive is to say of a cvar from now on.
type order struct {
	name    string
	text    string
	held    bool   // else nothing
	without string // the text of the default, where nothing is held
	number  uint64
}

// watched is a file that takes effect, with those that it executes.
type watched struct {
	name   string
	level  level
	prints map[string]cfgfile.Print // nil before it was read
	values map[string]string
	good   []byte                   // of the archive
	seen   string                   // what the system told of the files
	recent bool                     // they are to be read at the next look: so young then that it may not tell of the next change, or not noted yet
	next   map[string]cfgfile.Print // what was found, and may not have settled
	found  time.Time                // when that was
}

// news is what a file says now.
type news struct {
	file    string
	level   level
	entries []cfgfile.Entry
	faults  []cfgfile.Fault
	values  map[string]string
	changed map[string]bool // names whose values are others than before, or gone; nil is all
}

// prepare makes what there is from the first use on. Any goroutine.
func (k *clerk) prepare(c *Cvars) {
	k.once.Do(func() {
		k.cvars, k.path, k.shipped = c, c.Folder, c.Profiles
		k.wake, k.work = make(chan struct{}, 1), make(chan struct{}, 1)
		k.archive = watched{name: archiveFile, level: levelArchive}
		k.autoexec = watched{name: autoexecFile, level: levelAutoexec}
		if k.open == nil {
			k.open = openFolder
		}
	})
}

func openFolder(path string) (cfgfile.Folder, error) {
	d, err := cfgfile.Open(path)
	if err != nil {
		return nil, err // a nil *Dir is no nil Folder
	}
	return d, nil
}

// connect gives the clerk a log. Any goroutine.
func (k *clerk) connect(say func(msg string, args ...any)) {
	k.mu.Lock()
	k.say = say
	unsaid := k.unsaid
	k.unsaid = nil
	k.mu.Unlock()
	for _, args := range unsaid {
		say(args[0].(string), args[1:]...)
	}
}

// tell puts a line into the log. Any goroutine.
func (k *clerk) tell(msg string, args ...any) {
	k.mu.Lock()
	say := k.say
	if say == nil {
		k.unsaid = append(k.unsaid, append([]any{msg}, args...))
	}
	k.mu.Unlock()
	if say != nil {
		say(msg, args...)
	}
}

// order hands over what the archive is to say. It belongs to the game's goroutine.
func (k *clerk) order(list []order) {
	k.mu.Lock()
	if k.orders == nil {
		k.orders = make(map[string]order, len(list))
	}
	for _, o := range list {
		k.orders[o.name] = o
	}
	k.mu.Unlock()
	k.nudge()
}

// do has a job done, and reports whether there is somebody to do it.
func (k *clerk) do(job func()) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return false
	}
	k.jobs = append(k.jobs, job)
	k.nudge()
	return true
}

func (k *clerk) nudge() {
	select {
	case k.wake <- struct{}{}:
	default: // it will look anyhow
	}
}

// post has the game's goroutine call f in its next Update.
func (k *clerk) post(f func()) {
	k.mu.Lock()
	k.results = append(k.results, f)
	k.ready.Store(true)
	k.mu.Unlock()
}

// collect takes what was posted. It belongs to the game's goroutine.
func (k *clerk) collect() []func() {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := k.results
	k.results = nil
	k.ready.Store(false)
	return all
}

// run works until stop is closed; what is left to do then is Close's to have done. It is
// the body of a goroutine of the console.
func (k *clerk) run(stop <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-stop:
			return
		case <-k.wake:
		case <-timer.C:
		}
		timer.Reset(max(0, time.Until(k.turn())))
	}
}

// turn does what there is to do, and returns when there is more.
func (k *clerk) turn() (next time.Time) {
	k.work <- struct{}{}
	defer func() { <-k.work }()
	k.take()
	now := time.Now()
	if !k.due.IsZero() && !now.Before(k.due) {
		k.save(false)
	}
	if !now.Before(k.look) {
		k.look = now.Add(lookEvery)
		k.watch(&k.archive)
		k.watch(&k.autoexec)
	}
	if !k.due.IsZero() && k.due.Before(k.look) {
		return k.due
	}
	return k.look
}

// take takes in what the game ordered, and does its jobs; work is full.
func (k *clerk) take() {
	k.mu.Lock()
	orders, jobs := k.orders, k.jobs
	k.orders, k.jobs = nil, nil
	k.mu.Unlock()
	if len(orders) > 0 {
		if k.unsaved == nil {
			k.unsaved = make(map[string]order)
		}
		maps.Copy(k.unsaved, orders)
		now := time.Now()
		if k.since.IsZero() {
			k.since = now
		}
		k.due = now.Add(saveAfter)
		if last := k.since.Add(saveWithin); k.due.After(last) {
			k.due = last
		}
	}
	for _, job := range jobs {
		job()
	}
}

// finish does what is left to do, once nobody orders any more, and returns what cannot
// be saved. It is called once, by Close.
func (k *clerk) finish() error {
	k.work <- struct{}{}
	defer func() { <-k.work }()
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.take()
	return k.save(true)
}

package console

import (
	"context"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Log keeps the newest lines of the game's log for the dashboard. It is a
// slog.Handler:
//
//	logger := slog.New(&con.Log)
//
// A line that is the same as the one before is counted with it. A place in the
// program that logs without end is held back, and the log says what it dropped. The
// zero value is ready; its fields freeze at the first line. Lines may come from any
// goroutine: keeping one takes a lock for an instant and never waits for a client,
// dropping one takes none.
type Log struct {
	// Level is the least level that is kept. The zero value is slog.LevelInfo.
	Level slog.Level
	// Next also gets every line, such as a handler that writes to standard error.
	// Nil is none. The handler of [slog.Default] is not for it where package log prints
	// into this log, by slog.SetDefault or [Log.Writer]: it prints by package log itself.
	Next slog.Handler
	// Flood is how many lines a second one place in the program may log, five times as
	// many at once; repeats do not count. Zero means 200, less than zero any number.
	Flood int
	// Bytes is how many bytes the kept lines may take. Zero means 4 MiB; it is 128 KiB at
	// least.
	Bytes int

	clock  atomic.Pointer[clock]        // nil before the first use of the Console
	alarm  atomic.Pointer[func(string)] // told of errors; nil at first
	stream *rpc.Stream

	known  sync.Map      // *site by program counter
	newest atomic.Uint64 // fingerprint of the newest line; 0 matches none
	due    atomic.Int64  // when the log has to tell what was dropped; 0 for nothing
	rung   atomic.Int64  // when the alarm was told last of an error that was not kept
	spare  sync.Pool     // of *[]byte, for attributes

	mu       sync.Mutex // held for instants
	ring     ring
	sites    []*site // by id
	bySource map[string]*site
	folded   uint64
	count    [len(levelNames)]uint64 // lines that were kept or folded, by level

	reader logReader // owned by the goroutine that calls Update
}

const (
	defaultBytes = 4 << 20
	defaultFlood = 200
	maxLineBytes = 8 << 10 // of a message, and of the attributes
	maxStack     = 6 << 10 // of a handler's panic, so that it fits
	tellEvery    = 1e9     // ns between two lines on what one place had dropped
	ringEvery    = 1e7     // ns between two alarms of errors that are not kept
)

func (l *Log) bytes() int {
	if l.Bytes == 0 {
		return defaultBytes
	}
	return l.Bytes
}

// Enabled reports whether a line of a level is kept or handed on.
func (l *Log) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= l.Level || (l.Next != nil && l.Next.Enabled(ctx, level))
}

// Handle keeps one line and hands it on.
func (l *Log) Handle(ctx context.Context, r slog.Record) error { return l.handle(ctx, r, scoped{}) }

// WithAttrs returns a handler whose lines carry the attributes.
func (l *Log) WithAttrs(attrs []slog.Attr) slog.Handler { return scoped{log: l}.WithAttrs(attrs) }

// WithGroup returns a handler whose attributes stand in a group.
func (l *Log) WithGroup(name string) slog.Handler { return scoped{log: l}.WithGroup(name) }

func (l *Log) handle(ctx context.Context, r slog.Record, s scoped) error {
	if r.Level >= l.Level {
		l.keep(r, s)
	}
	next := l.Next
	if s.next != nil {
		next = s.next
	}
	if next != nil && next.Enabled(ctx, r.Level) {
		return next.Handle(ctx, r)
	}
	return nil
}

// seed makes fingerprints of lines; the same line has the same one in all logs.
var seed = maphash.MakeSeed()

// fingerprint is the same for lines that are the same, and never 0.
func (e *entry) fingerprint() uint64 {
	return maphash.String(seed, e.msg) ^ maphash.Bytes(seed, e.attrs)*31 + uint64(e.site.id)<<8 + uint64(e.rank)<<1 | 1
}

// stamp is the moment, as lines carry it.
func (l *Log) stamp() (now int64, frame, tick uint64) {
	if c := l.clock.Load(); c != nil {
		return int64(c.now()), c.frame.Load(), c.tick.Load()
	}
	return 0, 0, 0
}

// keep adds a line to the ring, counts it with the newest, or drops it. Everything
// costly happens before the lock, and what is to be dropped does not come to it.
func (l *Log) keep(r slog.Record, s scoped) {
	l.tellDrops()
	buf, _ := l.spare.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	*buf = s.encode((*buf)[:0], &r)
	e := entry{site: l.site(r.PC), rank: levelRank(r.Level), msg: clip(r.Message), attrs: *buf}
	e.time, e.frame, e.tick = l.stamp()
	l.warn(&e, l.take(&e))
	l.spare.Put(buf)
}

// take reports whether an entry became a line of its own.
func (l *Log) take(e *entry) bool {
	mark, limit, now := e.fingerprint(), l.flood(), e.time
	if l.clock.Load() == nil { // the session has not begun, and its time stands still
		now = time.Now().UnixNano()
	}
	repeat := l.newest.Load() == mark
	if !repeat && !limit.pass(e.site, e.rank, now) {
		l.drop(e.site, e.rank, e.time)
		return false
	}
	l.mu.Lock()
	defer l.unlock()
	if l.ring.repeat(e) {
		l.folded++
		l.count[e.rank]++
		return false
	}
	if repeat && !limit.pass(e.site, e.rank, now) { // another line came between
		l.drop(e.site, e.rank, e.time)
		return false
	}
	l.add(e)
	l.newest.Store(mark)
	return true
}

// add makes an entry a line; mu is held.
func (l *Log) add(e *entry) {
	l.ring.open(l.bytes())
	l.ring.push(e)
	l.count[e.rank]++
	l.newest.Store(0)
}

// unlock lets mu go. What memory the ring needs next it gets then, for taking some may
// mean helping the garbage collector.
func (l *Log) unlock() {
	short := l.ring.short()
	l.mu.Unlock()
	if short {
		piece := make([]byte, pieceSize)
		l.mu.Lock()
		l.ring.give(piece)
		l.mu.Unlock()
	}
}

// warn tells the alarm of an error. Of errors that became no line of their own, which
// may come without end, some are enough.
func (l *Log) warn(e *entry, kept bool) {
	alarm := l.alarm.Load()
	if alarm == nil || e.rank < errorRank {
		return
	}
	if last := l.rung.Load(); kept || e.time-last > ringEvery && l.rung.CompareAndSwap(last, e.time) {
		(*alarm)(e.msg)
	}
}

// lostLines returns how many lines made room for newer ones, how many were counted
// with the one before, and how many flood control dropped.
func (l *Log) lostLines() (evicted, folded, dropped uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.drops() {
		dropped += n
	}
	return l.ring.lost, l.folded, dropped
}

// counts returns how many lines of each level there were, kept or not.
func (l *Log) counts() [len(levelNames)]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.drops()
	for rank := range n {
		n[rank] += l.count[rank]
	}
	return n
}

// levelNames are the names of the levels, from the least on.
var levelNames = [...]string{"debug", "info", "warn", "error"}

const (
	infoRank = iota + 1
	warnRank
	errorRank
)

// levelRank is the place of a level among levelNames.
func levelRank(l slog.Level) int {
	switch {
	case l < slog.LevelInfo:
		return 0
	case l < slog.LevelWarn:
		return infoRank
	case l < slog.LevelError:
		return warnRank
	}
	return errorRank
}

// clip shortens a text that no person would read to its end.
func clip(s string) string { return clipTo(s, maxLineBytes) }

// say logs in the console's own name what should not be, from the place that calls it.
func (l *Log) say(msg string, args ...any) { l.own(slog.LevelWarn, msg, args) }

// tell logs in the console's own name what is as it should be.
func (l *Log) tell(msg string, args ...any) { l.own(slog.LevelInfo, msg, args) }

func (l *Log) own(level slog.Level, msg string, args []any) {
	r := slog.NewRecord(time.Now(), level, msg, caller(2))
	r.Add(args...)
	if l.Enabled(context.Background(), r.Level) {
		_ = l.Handle(context.Background(), r) // none but Next's
	}
}

// panicked logs what a handler panicked with, and the stack that led to it.
func (l *Log) panicked(method string, value any, stack []byte) {
	stack = stack[:min(len(stack), maxStack)]
	slog.New(l).Error("a handler panicked; the game goes on", "method", method, "panic", value, "stack", string(stack))
}

package console

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
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
// The zero value is ready. Lines may come from any goroutine; keeping one takes a
// lock for an instant and never waits for a client.
type Log struct {
	// Level is the least level that is kept. The zero value is slog.LevelInfo.
	Level slog.Level
	// Next also gets every line, such as a handler that writes to standard error.
	// Nil is none.
	Next slog.Handler

	clock  atomic.Pointer[clock]        // nil before the first use of the Console
	alarm  atomic.Pointer[func(string)] // told of every error; nil at first
	stream *rpc.Stream

	mu    sync.Mutex
	lines []Line // a ring: the oldest is at first
	first int
	bytes int
	seq   uint64                  // of the newest line
	lost  uint64                  // lines that fell out of the ring
	count [len(levelNames)]uint64 // lines ever, by level

	// Owned by the goroutine that calls Update.
	told uint64 // the newest line that subscribers know
}

const (
	maxLines     = 10_000
	maxLogBytes  = 4 << 20
	maxLineBytes = 8 << 10
	maxStack     = 6 << 10 // of a handler's panic, so that it fits
	lineOverhead = 160     // what a line holds beside its texts
	snapshotSize = 500     // lines in the first state of a subscription
	maxTail      = 2000
)

// Line is one line of the log.
type Line struct {
	Seq    uint64          `json:"seq" help:"counts from 1 without gaps"`
	Time   int64           `json:"time" unit:"ns" help:"since the session began"`
	Frame  uint64          `json:"frame"`
	Tick   uint64          `json:"tick"`
	Level  string          `json:"level" enum:"debug,info,warn,error"`
	Msg    string          `json:"msg"`
	Attrs  json.RawMessage `json:"attrs" help:"object"`
	Source string          `json:"source" help:"file:line"`
}

func (l *Line) size() int { return lineOverhead + len(l.Msg) + len(l.Attrs) + len(l.Source) }

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

// dropped returns how many lines have fallen out of the ring.
func (l *Log) dropped() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// counts returns how many lines of each level there were.
func (l *Log) counts() [len(levelNames)]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// keep adds a line to the ring. Everything costly happens before the lock.
func (l *Log) keep(r slog.Record, s scoped) {
	line := Line{Level: levelNames[levelRank(r.Level)], Msg: clip(r.Message), Attrs: s.encode(r), Source: source(r.PC)}
	if c := l.clock.Load(); c != nil {
		line.Time, line.Frame, line.Tick = int64(c.now()), c.frame.Load(), c.tick.Load()
	}
	if alarm := l.alarm.Load(); alarm != nil && r.Level >= slog.LevelError {
		(*alarm)(line.Msg)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	l.count[levelRank(r.Level)]++
	line.Seq = l.seq
	l.bytes += line.size()
	if len(l.lines) < maxLines && l.first == 0 {
		l.lines = append(l.lines, line)
	} else {
		l.bytes -= l.lines[l.first].size()
		l.lines[l.first] = line
		l.first = (l.first + 1) % len(l.lines)
		l.lost++
	}
	for l.bytes > maxLogBytes {
		l.halve()
	}
}

// halve gives the older half of the ring up, when long lines fill it before
// their number does.
func (l *Log) halve() {
	kept := append(append([]Line(nil), l.lines[l.first:]...), l.lines[:l.first]...)
	drop := (len(kept) + 1) / 2
	l.lost += uint64(drop)
	l.lines, l.first, l.bytes = append([]Line(nil), kept[drop:]...), 0, 0
	for i := range l.lines {
		l.bytes += l.lines[i].size()
	}
}

// after returns up to limit of the newest lines behind a sequence number that
// pass, oldest first, and how many behind it are kept no more.
func (l *Log) after(seq uint64, limit int, pass func(*Line) bool) (lines []Line, lost uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines = []Line{}
	oldest := l.seq - uint64(len(l.lines)) // the newest line that is kept no more
	if oldest > seq {
		lost = oldest - seq
	}
	for i := len(l.lines) - 1; i >= 0 && len(lines) < limit; i-- {
		line := &l.lines[(l.first+i)%len(l.lines)]
		if line.Seq <= seq {
			break
		}
		if pass == nil || pass(line) {
			lines = append(lines, *line)
		}
	}
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	return lines, lost
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
	Lines []Line `json:"lines"`
	Lost  uint64 `json:"lost" help:"lines asked for that are kept no more"`
}

func (l *Log) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "log.tail", Help: "the newest lines of the log", Role: rpc.View}, l.tail)
	l.stream = rpc.Open[rpc.Void, Lines](s, rpc.Topic{Name: "log", Snapshot: Lines{}, Help: "new lines of the log, once a frame", Policy: "all"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			// Whoever subscribed before gets what is new first; then all know the same.
			l.publish()
			lines, _ := l.after(0, snapshotSize, func(line *Line) bool { return line.Seq <= l.told })
			return Lines{Lines: lines}, nil
		})
}

func (l *Log) tail(_ *rpc.Call, q TailQuery) (Lines, error) {
	if q.Limit == 0 {
		q.Limit = snapshotSize
	}
	least := levels[q.Level]
	match := strings.ToLower(q.Match)
	lines, lost := l.after(q.After, q.Limit, func(line *Line) bool {
		return levels[line.Level] >= least && strings.Contains(strings.ToLower(line.Msg), match)
	})
	return Lines{lines, lost}, nil
}

// part is the log in a recording: the lines of a span of time.
func (l *Log) part(from, to time.Duration) topicPart {
	lines, _ := l.after(0, maxTail, func(line *Line) bool { return line.Time >= int64(from) && line.Time <= int64(to) })
	return part("log", Lines{Lines: lines})
}

// publish sends the lines of this frame.
func (l *Log) publish() {
	if l.stream.Subscribers() == 0 {
		l.mu.Lock()
		l.told = l.seq
		l.mu.Unlock()
		return
	}
	lines, _ := l.after(l.told, maxTail, nil)
	if len(lines) == 0 {
		return
	}
	lost := lines[0].Seq - l.told - 1 // a frame of more lines than the ring or one event takes
	l.told = lines[len(lines)-1].Seq
	l.stream.Publish(Lines{lines, lost})
}

var levels = map[string]slog.Level{"": slog.LevelDebug, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// levelNames are the names of the levels, from the least on.
var levelNames = [...]string{"debug", "info", "warn", "error"}

// levelRank is the place of a level among levelNames.
func levelRank(l slog.Level) int {
	switch {
	case l < slog.LevelInfo:
		return 0
	case l < slog.LevelWarn:
		return 1
	case l < slog.LevelError:
		return 2
	}
	return 3
}

// clip shortens a text that no person would read to its end.
func clip(s string) string {
	if len(s) <= maxLineBytes {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:maxLineBytes], "") + "…"
}

// say logs in the console's own name.
func (l *Log) say(msg string, args ...any) { slog.New(l).Warn(msg, args...) }

// panicked logs what a handler panicked with, and the stack that led to it.
func (l *Log) panicked(method string, value any, stack []byte) {
	stack = stack[:min(len(stack), maxStack)]
	slog.New(l).Error("a handler panicked; the game goes on", "method", method, "panic", value, "stack", string(stack))
}

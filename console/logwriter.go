package console

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"time"
)

// Writer returns a writer that makes lines of the log of what is printed to it, for
// engines and packages that print, and for the standard logger:
//
//	log.SetOutput(con.Log.Writer(slog.LevelInfo))
//
// Each call of the standard logger is one line, whatever is in it, without the date
// that the logger puts in front. Other output is split at its newlines; what stands
// behind the last one waits for the next. A line's source is the code that called log
// or fmt. Any goroutine may write.
func (l *Log) Writer(level slog.Level) io.Writer { return &logWriter{log: l, level: level} }

type logWriter struct {
	log   *Log
	level slog.Level

	mu   sync.Mutex
	rest []byte // behind the last newline
}

// Write never fails.
func (w *logWriter) Write(p []byte) (int, error) {
	if !w.log.Enabled(context.Background(), w.level) {
		return len(p), nil
	}
	pc, whole := w.log.caller()
	if whole {
		w.line(pc, undated(p))
		return len(p), nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte{'\n'})
		room := max(0, maxLineBytes+1-len(w.rest)) // what a line has no room for is not kept
		w.rest, rest = append(w.rest, line[:min(len(line), room)]...), after
		if ended || len(w.rest) > maxLineBytes {
			w.line(pc, w.rest)
			w.rest = w.rest[:0]
		}
	}
	return len(p), nil
}

// line logs one line; an empty one says nothing.
func (w *logWriter) line(pc uintptr, text []byte) {
	if text = bytes.TrimRight(text, "\r\n"); len(text) == 0 {
		return
	}
	text = text[:min(len(text), maxLineBytes+1)] // that it is longer shows
	_ = w.log.Handle(context.Background(), slog.NewRecord(time.Now(), w.level, string(text), pc))
}

// caller finds who called Write, beyond the packages that hand on what others print. It
// also reports whether the standard logger did.
func (l *Log) caller() (pc uintptr, logger bool) {
	var pcs [16]uintptr
	n := runtime.Callers(3, pcs[:]) // without Callers, this function, Write
	for _, pc := range pcs[:n] {
		s := l.site(pc)
		if s.relay == "" {
			return pc, logger
		}
		logger = logger || s.relay == "log"
	}
	return 0, logger
}

// undated takes the date and the time off that the standard logger writes in front,
// for each line has a time of its own, and with them none is the same as another.
func undated(p []byte) []byte {
	const stamp = "0000/00/00 00:00:00"
	if len(p) <= len(stamp) {
		return p
	}
	for i := range len(stamp) {
		if want := stamp[i]; want != '0' && p[i] != want || want == '0' && (p[i] < '0' || p[i] > '9') {
			return p
		}
	}
	rest := p[len(stamp):]
	if rest[0] == '.' { // log.Lmicroseconds
		rest = bytes.TrimLeft(rest[1:], "0123456789")
	}
	return bytes.TrimPrefix(rest, []byte{' '})
}

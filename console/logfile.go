package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// logFormats are the formats of the log as a file, by the ends of their names.
var logFormats = map[string]string{"text": ".txt", "json": ".jsonl"}

// How much of a file is copied while the lock is held.
const fileLines, fileBytes = 256, 64 << 10

// writeFile writes the log as a file, a line for each: as text, or as JSON Lines. Lines
// that come meanwhile are not in it. Any goroutine.
func (l *Log) writeFile(w io.Writer, format string, begun time.Time) error {
	l.mu.Lock()
	last := l.ring.seq
	l.mu.Unlock()
	var at bookmark
	var raw, out []byte
	var lines []Line
	for at.seq < last {
		l.mu.Lock()
		var lost uint64
		raw, lost = l.ring.read(&at, raw[:0], fileLines, fileBytes)
		sites := l.sites
		l.mu.Unlock()
		lines, out = appendLines(lines[:0], raw, sites), out[:0]
		if lost > 0 && format == "text" {
			out = fmt.Appendf(out, "… %s lines are kept no more\n", grouped(lost))
		}
		for i := range lines {
			if lines[i].Seq > last {
				break
			}
			wall := begun.Add(time.Duration(lines[i].Time))
			if format == "json" {
				out = lines[i].appendJSON(out, wall)
			} else {
				out = lines[i].appendText(out, wall)
			}
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// appendJSON appends a line as the wire has it, and the time of day.
func (n *Line) appendJSON(dst []byte, wall time.Time) []byte {
	line, err := rpc.Append(nil, n)
	if err != nil { // no line of ours
		return dst
	}
	dst = wall.AppendFormat(append(dst, `{"wall":"`...), time.RFC3339Nano)
	return append(append(append(dst, `",`...), line[len("{"):]...), '\n')
}

// wallFormat is the time of day, with the date for who finds the file a year later.
const wallFormat = "2006-01-02 15:04:05.000"

// appendText appends a line for people. What continues a line is indented.
func (n *Line) appendText(dst []byte, wall time.Time) []byte {
	dst = wall.AppendFormat(dst, wallFormat)
	dst = fmt.Appendf(dst, "  #%d  %-5s  %s  %s", n.Frame, strings.ToUpper(n.Level), n.Source, strings.ReplaceAll(n.Msg, "\n", "\n\t"))
	if len(n.Attrs) > len("{}") {
		dst = appendPairs(append(dst, "  "...), n.Attrs)
	}
	if n.Count > 1 {
		dst = fmt.Appendf(dst, "  (×%s until #%d)", grouped(n.Count), n.LastFrame)
	}
	return append(dst, '\n')
}

// appendPairs appends attributes as key=value.
func appendPairs(dst []byte, attrs json.RawMessage) []byte {
	d := json.NewDecoder(bytes.NewReader(attrs))
	d.UseNumber()
	d.Token() // the brace; what follows are keys and values that are no objects, in turn
	for i := 0; d.More(); i++ {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch {
		case i%2 == 1:
			dst = append(dst, '=')
		case i > 0:
			dst = append(dst, ' ')
		}
		text, ok := token.(string)
		switch {
		case !ok && token == nil:
			dst = append(dst, "null"...)
		case !ok:
			dst = fmt.Append(dst, token)
		case text == "" || strings.ContainsAny(text, " \t\n\"="):
			dst = strconv.AppendQuote(dst, text)
		default:
			dst = append(dst, text...)
		}
	}
	return dst
}

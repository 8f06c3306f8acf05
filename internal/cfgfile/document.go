package cfgfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/scry-dev/scry/internal/script"
)

const (
	// MaxBytes is how long a file may be, with all that it executes.
	MaxBytes = 1 << 20
	// MaxLines is how many lines it may have, with all that it executes.
	MaxLines = 10_000
)

// A Damage is why a text is none of settings: the file is damaged, or is something
// else.
type Damage struct{ Reason string }

// Error returns the reason.
func (d *Damage) Error() string { return d.Reason }

// A Document is the text of one file, by lines. What it is not asked to change stays
// as it is, byte for byte.
type Document struct {
	lines []line
	end   string // how its lines end
}

// line is a line without and with what ends it. Statements never run over its end.
type line struct {
	text, end string
	list      []script.Statement // places count from the beginning of the line
	faults    []*script.Fault
}

// Parse reads a text. It fails where that is too large or no text at all, and never
// because of what stands in a line.
func Parse(text []byte) (*Document, error) {
	if err := judge(text); err != nil {
		return nil, err
	}
	d := &Document{end: "\n"}
	for l := range strings.Lines(string(text)) {
		d.lines = append(d.lines, parseLine(l))
	}
	if len(d.lines) > 0 && d.lines[0].end == "\r\n" {
		d.end = "\r\n"
	}
	return d, nil
}

// judge reports why a text cannot be read.
func judge(text []byte) error {
	switch {
	case len(text) > MaxBytes:
		return fmt.Errorf("it has more than %d bytes", MaxBytes)
	case countLines(text) > MaxLines:
		return fmt.Errorf("it has more than %d lines", MaxLines)
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return &Damage{"it is UTF-16; save it as UTF-8"}
	case bytes.IndexByte(text, 0) >= 0:
		return &Damage{"it holds bytes that are zero, so it is no text"}
	case !utf8.Valid(text):
		return &Damage{"it is not UTF-8"}
	}
	return nil
}

func countLines(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

func parseLine(whole string) line {
	l := line{text: strings.TrimSuffix(whole, "\n")}
	if len(l.text) < len(whole) {
		l.text = strings.TrimSuffix(l.text, "\r")
		l.end = whole[len(l.text):]
	}
	l.parse()
	return l
}

// parse reads the statements of a line whose text is new.
func (l *line) parse() { l.list, l.faults = script.Parse(l.text) }

// Bytes returns the text.
func (d *Document) Bytes() []byte {
	var b bytes.Buffer
	for _, l := range d.lines {
		b.WriteString(l.text)
		b.WriteString(l.end)
	}
	return b.Bytes()
}

// Blank reports whether there is nothing in the text but blanks.
func (d *Document) Blank() bool {
	return !slices.ContainsFunc(d.lines, func(l line) bool { return strings.TrimSpace(l.text) != "" })
}

// setting returns the name and the value of a statement that sets one. Of a value
// of several words, such as that of a vector, blanks between them are one each.
func setting(s script.Statement) (name, value string, ok bool) {
	if s.Words[0].Text != "set" || len(s.Words) < 3 {
		return "", "", false
	}
	words := make([]string, 0, len(s.Words)-2)
	for _, w := range s.Words[2:] {
		words = append(words, w.Text)
	}
	return s.Words[1].Text, strings.Join(words, " "), true
}

// Lookup returns the value that the last setting of a name in this text has.
func (d *Document) Lookup(name string) (value string, ok bool) {
	i, j := d.last(name)
	if i < 0 {
		return "", false
	}
	_, value, _ = setting(d.lines[i].list[j])
	return value, true
}

// last finds the last setting of a name, as line and statement; -1 is none.
func (d *Document) last(name string) (i, j int) {
	for i, l := range slices.Backward(d.lines) {
		for j, s := range slices.Backward(l.list) {
			if n, _, ok := setting(s); ok && n == name {
				return i, j
			}
		}
	}
	return -1, -1
}

// Set gives a name a value: where it is set last, in place, else in a line of its own
// at the end.
func (d *Document) Set(name, value string) {
	i, j := d.last(name)
	if i < 0 {
		d.Append(name, value)
		return
	}
	l := &d.lines[i]
	words := l.list[j].Words
	l.text = l.text[:words[2].From] + script.Quote(value) + l.text[words[len(words)-1].To:]
	l.parse()
}

// Append gives a name a value in a line of its own at the end, which holds whatever
// stands before it.
func (d *Document) Append(name, value string) { d.add("set " + name + " " + script.Quote(value)) }

// Comment appends a line of words for people.
func (d *Document) Comment(text string) { d.add("// " + text) }

func (d *Document) add(text string) {
	if n := len(d.lines); n > 0 && d.lines[n-1].end == "" {
		d.lines[n-1].end = d.end
	}
	d.lines = append(d.lines, parseLine(text+d.end))
}

// Remove takes all settings of a name out, with the lines that hold nothing else, and
// reports whether there were any.
func (d *Document) Remove(name string) (found bool) {
	kept := d.lines[:0]
	for _, l := range d.lines {
		if l.remove(name) {
			found = true
			if strings.TrimSpace(l.text) == "" {
				continue
			}
		}
		kept = append(kept, l)
	}
	clear(d.lines[len(kept):])
	d.lines = kept
	return found
}

func (l *line) remove(name string) (found bool) {
	for j := len(l.list) - 1; j >= 0; j-- {
		if n, _, ok := setting(l.list[j]); ok && n == name {
			l.cut(l.list[j])
			found = true
		}
	}
	if found {
		l.parse()
	}
	return found
}

// cut takes a statement out of a line, with the semicolon that parts it from a
// neighbour, unless that keeps a # from beginning a comment.
func (l *line) cut(s script.Statement) {
	before, after := l.text[:s.From], l.text[s.To:]
	if rest, ok := strings.CutPrefix(strings.TrimLeft(after, " \t"), ";"); ok {
		if !strings.HasPrefix(strings.TrimSpace(rest), "#") {
			after = rest
		}
	} else if head, ok := strings.CutSuffix(strings.TrimRight(before, " \t"), ";"); ok {
		before = strings.TrimRight(head, " \t")
	}
	l.text = before + after
}

// Help returns the first comment, which says what the file is for, or "".
func (d *Document) Help() string {
	for _, l := range d.lines {
		text := strings.TrimSpace(strings.TrimPrefix(l.text, "\ufeff"))
		rest := strings.TrimLeft(text, "/#")
		switch {
		case strings.HasPrefix(text, "//") || strings.HasPrefix(text, "#"):
			if rest = strings.TrimSpace(rest); rest != "" {
				return rest
			}
		case text != "":
			return ""
		}
	}
	return ""
}

package script

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Word is one word of a statement.
type Word struct {
	Text     string // without quotes
	From, To int    // where it stands, in bytes of the source, quotes included
	Quoted   bool
}

// A Statement is a command or a setting. It has at least one word.
type Statement struct {
	Line     int // of its first word, from 1
	From, To int // from the first word to the end of the last, in bytes of the source
	Words    []Word
}

// A Fault is what is wrong with a statement.
type Fault struct {
	Line     int // from 1
	From, To int // what is wrong, in bytes of the source
	Message  string
}

// Error returns the message without the place.
func (f *Fault) Error() string { return f.Message }

// Parse reads a source. A statement with a fault is left out, the others stand; at
// most one fault is told of each.
func Parse(src string) ([]Statement, []*Fault) {
	l := begin(src)
	var list []Statement
	var faults []*Fault
	for l.pos < len(l.src) {
		s, f := l.statement()
		switch {
		case f != nil:
			faults = append(faults, f)
		case len(s.Words) > 0:
			list = append(list, s)
		}
	}
	return list, faults
}

// Under returns what is being typed at a cursor, for completion: the words of the
// statement before the one that the cursor is in or behind, and that one. Its
// text is what stands before the cursor, its end is that of the whole word; where
// a new word would begin, it is empty. Quotes need not be closed. Ok is false in
// a comment. A cursor outside of the source is taken to be at its nearer end.
func Under(src string, cursor int) (before []Word, word Word, ok bool) {
	cursor = max(0, min(cursor, len(src)))
	l := begin(src[:cursor])
	for {
		s, _ := l.words()
		if l.pos < cursor { // at what ends a statement
			l.end()
			continue
		}
		switch n := len(s.Words); {
		case l.comment:
			return nil, Word{}, false
		case n > 0 && s.Words[n-1].To == cursor:
			before, word = s.Words[:n-1], s.Words[n-1]
			whole := begin(src)
			whole.pos = word.From
			whole.word()
			word.To = max(cursor, whole.pos)
			return before, word, true
		default:
			return s.Words, Word{From: cursor, To: cursor}, true
		}
	}
}

// lexer walks over a source.
type lexer struct {
	src     string
	pos     int
	line    int
	fresh   bool // nothing but blanks in this line so far
	comment bool // the last thing passed was a comment
}

// begin passes the mark of byte order that editors put in front.
func begin(src string) lexer {
	l := lexer{src: src, line: 1, fresh: true}
	if strings.HasPrefix(src, "\ufeff") {
		l.pos = len("\ufeff")
	}
	return l
}

func (l *lexer) statement() (Statement, *Fault) {
	s, f := l.words()
	l.end()
	return s, f
}

// words reads up to what ends the statement.
func (l *lexer) words() (s Statement, fault *Fault) {
	for {
		l.blanks()
		if l.atEnd() {
			break
		}
		w, f := l.word()
		if f != nil && fault == nil {
			fault = f
		}
		s.Words = append(s.Words, w)
	}
	if n := len(s.Words); n > 0 {
		s.Line, s.From, s.To = l.line, s.Words[0].From, s.Words[n-1].To
	}
	return s, fault
}

// end passes what ends a statement.
func (l *lexer) end() {
	if l.pos < len(l.src) {
		if l.fresh = l.src[l.pos] == '\n'; l.fresh {
			l.line++
		}
		l.pos++
	}
}

// blanks passes blanks and a comment.
func (l *lexer) blanks() {
	l.comment = false
	for l.pos < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.pos:])
		switch {
		case blank(r):
			l.pos += n
		case strings.HasPrefix(l.src[l.pos:], "//"), r == '#' && l.fresh:
			l.restOfLine()
			l.comment = true
			return
		default:
			return
		}
	}
}

func (l *lexer) restOfLine() {
	if n := strings.IndexByte(l.src[l.pos:], '\n'); n >= 0 {
		l.pos += n
	} else {
		l.pos = len(l.src)
	}
}

// atEnd reports whether the statement ends here.
func (l *lexer) atEnd() bool {
	return l.pos == len(l.src) || l.src[l.pos] == '\n' || l.src[l.pos] == ';'
}

func (l *lexer) word() (Word, *Fault) {
	l.fresh = false
	switch l.src[l.pos] {
	case '"', '`':
		return l.quoted()
	}
	w := Word{From: l.pos}
	l.bare()
	w.To = l.pos
	w.Text = l.src[w.From:w.To]
	return w, nil
}

func (l *lexer) bare() {
	for !l.atEnd() {
		r, n := utf8.DecodeRuneInString(l.src[l.pos:])
		if blank(r) {
			return
		}
		l.pos += n
	}
}

// quoted reads a word in quotes. After a fault it goes on where a reader would:
// behind the word, or at the line's end.
func (l *lexer) quoted() (Word, *Fault) {
	w := Word{From: l.pos, Quoted: true}
	quote := l.src[l.pos]
	l.pos++
	closed := false
	for l.pos < len(l.src) && l.src[l.pos] != '\n' && !closed {
		switch c := l.src[l.pos]; {
		case c == quote:
			closed = true
		case c == '\\' && quote == '"' && l.pos+1 < len(l.src) && l.src[l.pos+1] != '\n':
			l.pos++
		}
		l.pos++
	}
	w.To = l.pos
	inner := l.src[w.From+1 : w.To]
	if closed {
		inner = inner[:len(inner)-1]
	}
	var fault *Fault
	w.Text = inner
	if quote == '"' {
		w.Text, fault = l.unescape(inner, w.From+1)
	}
	switch {
	case !closed:
		return w, l.fault(w.From, w.To, "the quote that opens here is not closed in its line")
	case fault != nil:
		return w, fault
	}
	if from := l.pos; !l.atEnd() {
		if l.bare(); l.pos > from {
			return w, l.fault(from, l.pos, "a blank must follow the closing quote; inside of \"…\" a quote is \\\"")
		}
	}
	return w, nil
}

func (l *lexer) fault(from, to int, message string) *Fault {
	return &Fault{Line: l.line, From: from, To: to, Message: message}
}

// blank reports whether a character parts words. Text that was copied from a page
// has more kinds of blanks than a keyboard.
func blank(r rune) bool { return r != '\n' && unicode.IsSpace(r) }

package rpc

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"
)

// scanner checks a text in one pass: RFC 8259 with valid UTF-8, and stricter
// where a lenient reader would have to guess: no duplicate keys, no lone
// surrogates, bounded nesting, bounded number literals. What passes it can be
// read without checking again.
type scanner struct {
	data  []byte
	pos   int
	depth int
	count int // values so far, without the envelope's own
	fail  *Error

	maxDepth, maxValues int

	keys    [][]byte // keys of the objects that are open, innermost last
	escaped bool     // the last string held an escape
}

// maxLiteral is the longest number literal, in bytes. Longer ones have no use
// and are slow to convert.
const maxLiteral = 64

func (s *scanner) reset(data []byte, maxDepth, maxValues int) {
	clear(s.keys[:cap(s.keys)]) // keys point into the last text
	*s = scanner{data: data, maxDepth: maxDepth, maxValues: maxValues, keys: s.keys[:0]}
}

// document scans a whole text that is one value.
func (s *scanner) document() bool {
	s.space()
	if !s.value() {
		return false
	}
	return s.end()
}

// end demands that nothing but white space is left.
func (s *scanner) end() bool {
	s.space()
	if s.pos < len(s.data) {
		return s.unexpected("after the value")
	}
	return true
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// value scans the value that begins at pos and leaves pos behind it.
func (s *scanner) value() bool {
	if s.pos >= len(s.data) {
		return s.unexpected("where a value should begin")
	}
	if s.count++; s.count > s.maxValues {
		return s.over("values", s.maxValues)
	}
	switch c := s.data[s.pos]; c {
	case '"':
		_, ok := s.text()
		return ok
	case '{':
		return s.object()
	case '[':
		return s.array()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return s.number()
		}
	}
	return s.unexpected("where a value should begin")
}

func (s *scanner) word(w string) bool {
	if rest := s.data[s.pos:]; len(rest) >= len(w) && string(rest[:len(w)]) == w {
		s.pos += len(w)
		return true
	}
	return s.unexpected("where a value should begin")
}

func (s *scanner) array() bool {
	if !s.enter() {
		return false
	}
	if s.space(); s.at(']') {
		return s.leave()
	}
	for {
		if !s.value() {
			return false
		}
		if s.space(); s.at(']') {
			return s.leave()
		}
		if !s.comma() {
			return false
		}
	}
}

func (s *scanner) object() bool {
	if !s.enter() {
		return false
	}
	base := len(s.keys)
	if s.space(); s.at('}') {
		return s.leave()
	}
	for {
		if _, ok := s.key(base); !ok || !s.value() {
			return false
		}
		if s.space(); s.at('}') {
			return s.closeKeys(base) && s.leave()
		}
		if !s.comma() {
			return false
		}
	}
}

func (s *scanner) at(c byte) bool { return s.pos < len(s.data) && s.data[s.pos] == c }

// enter steps into the array or object that begins at pos.
func (s *scanner) enter() bool {
	if s.depth++; s.depth > s.maxDepth {
		return s.over("depth", s.maxDepth)
	}
	s.pos++
	return true
}

// leave steps over the bracket at pos that ends an array or object.
func (s *scanner) leave() bool {
	s.depth--
	s.pos++
	return true
}

// comma steps over a comma and the space behind it.
func (s *scanner) comma() bool {
	if !s.at(',') {
		return s.unexpected("where a comma or the end should be")
	}
	s.pos++
	s.space()
	return true
}

// pairwise is the number of keys up to which each is compared with every one
// before it; of larger objects the rest is sorted when the object ends.
const pairwise = 16

// key scans a key and its colon, and returns the key with its escapes resolved.
// base is where the keys of its object begin.
func (s *scanner) key(base int) ([]byte, bool) {
	if !s.at('"') {
		return nil, s.unexpected("where a key should begin")
	}
	start := s.pos
	key, ok := s.text()
	if !ok {
		return nil, false
	}
	if s.escaped {
		key = unescape(nil, key)
	}
	if known := s.keys[base:]; len(known) < pairwise {
		for _, k := range known {
			if bytes.Equal(k, key) {
				s.pos = start
				return nil, s.bad("key %s stands twice in one object", quote(string(key)))
			}
		}
	}
	s.keys = append(s.keys, key)
	if s.space(); !s.at(':') {
		return nil, s.unexpected("where a colon should be")
	}
	s.pos++
	s.space()
	return key, true
}

// closeKeys forgets the keys of an object that ends, after a last look for
// duplicates when there were too many to compare one by one.
func (s *scanner) closeKeys(base int) bool {
	keys := s.keys[base:]
	s.keys = s.keys[:base]
	if len(keys) <= pairwise {
		return true
	}
	slices.SortFunc(keys, bytes.Compare)
	for i := 1; i < len(keys); i++ {
		if bytes.Equal(keys[i], keys[i-1]) {
			return s.bad("key %s stands twice in one object", quote(string(keys[i])))
		}
	}
	return true
}

// text scans a string and returns what stands between its quotation marks.
func (s *scanner) text() ([]byte, bool) {
	s.escaped = false
	start := s.pos + 1
	for i := start; i < len(s.data); {
		c := s.data[i]
		if plain[c] {
			i++
			continue
		}
		switch {
		case c == '"':
			s.pos = i + 1
			return s.data[start:i], true
		case c == '\\':
			s.escaped = true
			n := escapeLen(s.data[i:])
			if n == 0 {
				s.pos = i
				return nil, s.bad("broken escape in a string")
			}
			i += n
		case c < ' ':
			s.pos = i
			return nil, s.bad("control character in a string")
		default:
			r, n := utf8.DecodeRune(s.data[i:])
			if r == utf8.RuneError && n == 1 {
				s.pos = i
				return nil, s.bad("bytes that are not UTF-8")
			}
			i += n
		}
	}
	s.pos = len(s.data)
	return nil, s.unexpected("inside a string")
}

// number scans a number literal.
func (s *scanner) number() bool {
	start := s.pos
	if s.data[s.pos] == '-' {
		s.pos++
	}
	if s.at('0') {
		s.pos++
	} else if !s.digits() {
		return false
	}
	if s.at('.') {
		s.pos++
		if !s.digits() {
			return false
		}
	}
	if s.at('e') || s.at('E') {
		s.pos++
		if s.at('+') || s.at('-') {
			s.pos++
		}
		if !s.digits() {
			return false
		}
	}
	if s.pos-start > maxLiteral {
		s.pos = start
		return s.over("literal", maxLiteral)
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start || s.unexpected("where a digit should be")
}

// bad notes why the text is not JSON. It returns false.
func (s *scanner) bad(format string, args ...any) bool {
	s.fail = Errorf(ParseError, "text is not JSON: "+format, args...)
	s.fail.Message += " at byte " + strconv.Itoa(s.pos)
	return false
}

// unexpected notes what stands at pos and should not. It returns false.
func (s *scanner) unexpected(where string) bool {
	if s.pos >= len(s.data) {
		return s.bad("it ends %s,", where)
	}
	r, _ := utf8.DecodeRune(s.data[s.pos:])
	return s.bad("unexpected %s %s,", strconv.QuoteRune(r), where)
}

// over notes that a limit was passed. It returns false.
func (s *scanner) over(limit string, value int) bool {
	what := map[string]string{
		limitDepth:   "text nests deeper than %d levels",
		limitValues:  "text holds more than %d values",
		limitLiteral: "number literal is longer than %d characters",
	}[limit]
	s.fail = tooMany(limit, value, what, value)
	s.fail.Message += " at byte " + strconv.Itoa(s.pos)
	return false
}

// plain marks the bytes that a string holds without further thought.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// valid reports whether raw is one JSON value by our rules.
func valid(raw []byte) *Error {
	var s scanner
	s.reset(raw, defaultDepth, len(raw)+1)
	if s.document() {
		return nil
	}
	return s.fail
}

// isNull reports whether a scanned value is null.
func isNull(raw []byte) bool { return bytes.Equal(raw, []byte("null")) }

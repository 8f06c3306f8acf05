package script

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape reads the inside of "…", which begins at an offset of the source. What
// is no escape stands as it is, and is a fault.
func (l *lexer) unescape(inner string, offset int) (string, *Fault) {
	if strings.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	var fault *Fault
	b := make([]byte, 0, len(inner))
	for rest := inner; rest != ""; {
		if rest[0] != '\\' {
			n := strings.IndexByte(rest, '\\')
			if n < 0 {
				n = len(rest)
			}
			b, rest = append(b, rest[:n]...), rest[n:]
			continue
		}
		r, wide, tail, err := strconv.UnquoteChar(rest, '"')
		switch {
		case err != nil:
			_, n := utf8.DecodeRuneInString(rest[1:])
			if from := offset + len(inner) - len(rest); fault == nil {
				fault = l.fault(from, from+1+n, rest[:1+n]+" begins no escape; write \\\\ for a backslash, or the word in `…`")
			}
			b, rest = append(b, rest[:1+n]...), rest[1+n:]
			continue
		case wide:
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, byte(r))
		}
		rest = tail
	}
	return string(b), fault
}

// Quote returns a text as a word that reads back as the text: as it is where that
// can be, else in quotes. It is for words behind the first of a line, where a "#"
// begins no comment.
func Quote(text string) string {
	if plain(text) {
		return text
	}
	return strconv.Quote(text)
}

// plain reports whether a text needs no quotes. More are put than must be: a quote
// in the midst of a word would read back, and mislead whoever sees it.
func plain(text string) bool {
	if text == "" || strings.HasPrefix(text, "//") {
		return false
	}
	for i, r := range text {
		if blank(r) || !strconv.IsPrint(r) || strings.ContainsRune("\"`;", r) {
			return false
		}
		if _, n := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && n == 1 {
			return false
		}
	}
	return true
}

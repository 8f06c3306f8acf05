package console

import (
	"bytes"
	"strings"
)

// containsFold reports whether a text contains another, which is in lower case.
func containsFold(text []byte, lower string) bool {
	if lower == "" {
		return true
	}
	for i := range text {
		if text[i] >= 0x80 {
			return bytes.Contains(bytes.ToLower(text), []byte(lower))
		}
	}
	for ; len(text) >= len(lower); text = text[1:] {
		if beginsFold(text, lower) {
			return true
		}
	}
	return false
}

func beginsFold(text []byte, lower string) bool {
	for i := range len(lower) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// likeness ranks how a text matches what was typed: 0 where it begins so, 1 where a part
// of its name does, 2 where it holds it, 3 where it has its letters in order, and -1
// where it does not. Want is in small letters.
func likeness(text, want string) int {
	lower := strings.ToLower(text)
	if strings.HasPrefix(lower, want) {
		return 0
	}
	best := -1
	for at := 0; best != 1; {
		i := strings.Index(lower[at:], want)
		if i < 0 {
			break
		}
		best, at = 2, at+i+1
		if begins(text, lower, at-1) {
			best = 1
		}
	}
	if best > 0 {
		return best
	}
	rest := lower
	for _, r := range want {
		i := strings.IndexRune(rest, r)
		if i < 0 {
			return -1
		}
		rest = rest[i+1:]
	}
	return 3
}

// begins reports whether a part of a name begins at an offset: maxSpeed has two, and
// max.speed. Lower is the text in small letters, which may be longer or shorter.
func begins(text, lower string, at int) bool {
	if strings.IndexByte("._ -", lower[at-1]) >= 0 {
		return true
	}
	return len(text) == len(lower) && text[at] != lower[at] && text[at-1] == lower[at-1]
}

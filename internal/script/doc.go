// Package script is the language of the console: of the line that somebody types,
// of scripts, and of the files in which cvars are kept.
//
//	set title "Gravity garden"; spawn ball 3  // to the line's end
//	# a line of words for people
//	bind F5 `save "quick"`
//
// A statement ends at a newline or at a semicolon, and is words with blanks
// between them. A word in "…" is a string as Go writes it, one in `…` is taken as
// it stands; neither runs over the line's end. Quotes open at the beginning of a
// word and nowhere else, so it's and 5"6 are words. A comment begins with // where
// a word could begin, or with # where a line does: #ff8800 is a colour elsewhere.
//
// What the words mean is the reader's business. The functions keep nothing and may
// be called from any goroutine.
package script

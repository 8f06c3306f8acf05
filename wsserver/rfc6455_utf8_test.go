package wsserver_test

import (
	"fmt"
	"strings"
)

// Section 8.1: what is not UTF-8 fails the connection. RFC 3629 says what UTF-8 is;
// the sections named below are its.

// valid are texts.
var valid = map[string]string{
	"ASCII":                       "Hello, world! ~",
	"control characters":          "\x00\x01\x1F\x7F",
	"U+0080, the first of 2":      "\xC2\x80",
	"U+07FF, the last of 2":       "\xDF\xBF",
	"U+0800, the first of 3":      "\xE0\xA0\x80",
	"U+0FFF":                      "\xE0\xBF\xBF",
	"U+1000":                      "\xE1\x80\x80",
	"U+CFFF":                      "\xEC\xBF\xBF",
	"U+D7FF, before surrogates":   "\xED\x9F\xBF",
	"U+E000, after surrogates":    "\xEE\x80\x80",
	"U+FEFF, a byte order mark":   "\xEF\xBB\xBFx",
	"U+FFFD":                      "\xEF\xBF\xBD",
	"U+FFFE, no character":        "\xEF\xBF\xBE",
	"U+FFFF, the last of 3":       "\xEF\xBF\xBF",
	"U+10000, the first of 4":     "\xF0\x90\x80\x80",
	"U+1FFFE, no character":       "\xF0\x9F\xBF\xBE",
	"U+3FFFF":                     "\xF0\xBF\xBF\xBF",
	"U+40000":                     "\xF1\x80\x80\x80",
	"U+FFFFF":                     "\xF3\xBF\xBF\xBF",
	"U+100000":                    "\xF4\x80\x80\x80",
	"U+10FFFF, the last":          "\xF4\x8F\xBF\xBF",
	"all lengths":                 "aé€😀😀€éa",
	"Greek":                       "κόσμε",
	"marks of their own":          "a\u0301\u0327 e\u0308",
	"emoji of several":            "👩\u200D🚀 🏳\uFE0F\u200D🌈",
	"right to left":               "\u202Eשלום\u202C",
	"what was replaced elsewhere": "a\uFFFDb",
}

// invalid are none.
var invalid = map[string]string{
	// Section 3: bytes that never occur.
	"FF": "\xFF", "FE": "\xFE", "FE FF": "\xFE\xFF", "FF FE, little-endian UTF-16": "\xFF\xFEh\x00", "C0": "\xC0", "C1": "\xC1", "F5": "\xF5",
	// Section 3: continuation bytes without a beginning.
	"80": "\x80", "BF": "\xBF", "80 to 83": "\x80\x81\x82\x83", "80 within ASCII": "a\x80b", "one continuation byte more": "é\xA9", "three of them after a rune": "😀\x80\x80\x80",
	// Section 3: beginnings without their end.
	"C2": "\xC2", "DF": "\xDF", "E0": "\xE0", "E0 A0": "\xE0\xA0", "EF BF": "\xEF\xBF", "F0": "\xF0", "F0 90": "\xF0\x90", "F0 90 80": "\xF0\x90\x80", "F4 8F BF": "\xF4\x8F\xBF",
	"C2, then ASCII": "\xC2a", "E1 80, then ASCII": "\xE1\x80a", "F1 80 80, then ASCII": "\xF1\x80\x80a", "C2 C2": "\xC2\xC2", "E2 82 E2 82 AC": "\xE2\x82€", "Latin-1": "caf\xE9", "Latin-1 within": "na\xEFve",
	"all beginnings": "\xC2\xE1\xF1", "text cut at the end": "Hello, κόσμ\xCE",
	// Section 3: more bytes than needed.
	"overlong / of 2": "\xC0\xAF", "overlong / of 3": "\xE0\x80\xAF", "overlong / of 4": "\xF0\x80\x80\xAF", "overlong / of 5": "\xF8\x80\x80\x80\xAF", "overlong / of 6": "\xFC\x80\x80\x80\x80\xAF",
	"overlong zero of 2": "\xC0\x80", "overlong zero of 3": "\xE0\x80\x80", "overlong zero of 4": "\xF0\x80\x80\x80",
	"overlong U+007F": "\xC1\xBF", "overlong U+07FF": "\xE0\x9F\xBF", "overlong U+FFFF": "\xF0\x8F\xBF\xBF",
	// Section 3: surrogates.
	"U+D800": "\xED\xA0\x80", "U+DBFF": "\xED\xAF\xBF", "U+DC00": "\xED\xB0\x80", "U+DFFF": "\xED\xBF\xBF", "pair of surrogates, CESU-8": "\xED\xA0\xBD\xED\xB8\x80", "pair the wrong way round": "\xED\xB8\x80\xED\xA0\xBD",
	// Section 3: beyond U+10FFFF.
	"U+110000": "\xF4\x90\x80\x80", "U+13FFFF": "\xF4\xBF\xBF\xBF", "U+140000": "\xF5\x80\x80\x80", "U+1FFFFF": "\xF7\xBF\xBF\xBF", "U+200000 of 5": "\xF8\x88\x80\x80\x80", "U+7FFFFFFF of 6": "\xFD\xBF\xBF\xBF\xBF\xBF",
	// Somewhere in a text.
	"behind a text": "Hello-µ@ßöäüàá-UTF-8!!\xED\xA0\x80", "before a text": "\xC0\xAFHello", "between": "a\xF4\x90\x80\x80b", "only the last byte": strings.Repeat("é", 100) + "\xC3",
}

// codePoints puts each text into one message, into fragments of a byte and into
// the reason of a close (section 5.5.1).
func codePoints() []rule {
	const failed, failedReason = "failed 1007 text is not valid UTF-8", "failed 1007 reason of close is not valid UTF-8"
	var all []rule
	add := func(name, text, whole, reason string) {
		all = append(all, rule{"8.1", name, seq{txt(text)}, seq{whole}, ""})
		if len(text) > 1 {
			all = append(all, rule{"8.1", name + ", in fragments", seq{inFragments(text, 1)}, seq{whole}, ""})
		}
		if len(text) <= 123 {
			all = append(all, rule{"5.5.1", "reason: " + name, seq{closing(1000, text)}, seq{reason}, ""})
		}
	}
	for name, text := range valid {
		add(name, text, "text "+text, "close 1000 "+text)
	}
	for name, text := range invalid {
		add(name, text, failed, failedReason)
	}
	for c := 0x80; c <= 0xBF; c += 7 {
		all = append(all, rule{"8.1", fmt.Sprintf("E0, %X, 80: one more than 9F is valid", c), seq{txt("\xE0" + string([]byte{byte(c)}) + "\x80")}, seq{failed}, ""})
		if c > 0x9F {
			all[len(all)-1].want = seq{"text \xE0" + string([]byte{byte(c)}) + "\x80"}
		}
	}
	return append(all, []rule{
		{"8.1", "rune in two fragments", seq{begin("\xC3") + last("\xA9")}, seq{"text é"}, ""},
		{"8.1", "rune in two fragments with a ping between", seq{begin("\xF0\x9F") + ping("x"), last("\x98\x80")}, seq{"pong x", "text 😀"}, ""},
		{"8.1", "rune in fragments with empty ones between", seq{begin("\xE2") + more("") + more("\x82") + more("") + last("\xAC")}, seq{"text €"}, ""},
		{"8.1", "rune cut at the end of the last fragment", seq{begin("a\xE2") + last("\x82")}, seq{failed}, ""},
		{"8.1", "rune begins in one text and ends in the next", seq{txt("\xC3") + txt("\xA9")}, seq{failed}, ""},
		{"8.1", "rune begins in a text, ends in a ping", seq{begin("\xC3") + ping("\xA9"), last("")}, seq{"pong \xA9", failed}, ""},
		// The RFC does not say when. We look at a text once it is whole: until then it
		// costs no more than another, and nobody is told of it.
		{"8.1", "the first of two fragments", seq{begin("\xFF") + ping("x"), last("")}, seq{"pong x", failed}, ""},
		{"8.1", "after a text", seq{txt("a"), txt("\xFF")}, seq{"text a", failed}, ""},
		{"8.1", "nothing behind it is read", seq{txt("\xFF") + txt("a") + ping("x")}, seq{failed}, ""},
		{"8.1", "binary data need not be UTF-8", seq{bin("\xFF"), frame(2, "\xC3") + last("")}, seq{"binary \xFF", "binary \xC3"}, ""},
		{"8.1", "60,000 bytes with one that is wrong", seq{txt(strings.Repeat("é", 15_000) + "\xFF" + strings.Repeat("é", 15_000))}, seq{failed}, ""},
		{"8.1", "60,000 bytes", seq{txt(strings.Repeat("€", 20_000))}, seq{"text " + strings.Repeat("€", 20_000)}, ""},
	}...)
}

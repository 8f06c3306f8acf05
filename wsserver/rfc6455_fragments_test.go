package wsserver_test

import (
	"fmt"
	"strings"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// Section 5.5.2: pings. 5.5.3: pongs. 5.5: both are control frames.
func pings() []rule {
	full := strings.Repeat("p", 125)
	all := []rule{
		{"5.5.2", "ping within a text", seq{begin("Hel"), ping("x"), last("lo")}, seq{"pong x", "text Hello"}, ""},
		{"5.5.2", "ten pings", seq{ping("0") + ping("1") + ping("2") + ping("3") + ping("4") + ping("5") + ping("6") + ping("7") + ping("8") + ping("9")},
			seq{"pong 0", "pong 1", "pong 2", "pong 3", "pong 4", "pong 5", "pong 6", "pong 7", "pong 8", "pong 9"}, ""},
		{"5.5.2", "two pings with the same payload", seq{ping("x") + ping("x")}, seq{"pong x", "pong x"}, ""},
		{"5.5.2", "payload is not text", seq{ping("\x00\xFF\xFE\xFD\xFC\xFB\x00\xFF")}, seq{"pong \x00\xFF\xFE\xFD\xFC\xFB\x00\xFF"}, ""},
		{"5.5.2", "ping between two texts", seq{txt("a"), ping("x"), txt("b")}, seq{"text a", "pong x", "text b"}, ""},
		{"5.5.2", "ping before the close", seq{ping("x"), closing(1000, "")}, seq{"pong x", "close 1000 "}, ""},
		{"5.5.2", "ping after the close", seq{closing(1000, "") + ping("x")}, seq{"close 1000 "}, ""},
		{"5.5.2", "not final", seq{frame(wstest.OpPing, "x")}, seq{"failed 1002 received fragmented control frame"}, ""},
		{"5.5.2", "continued", seq{frame(wstest.OpPing, "x") + last("y")}, seq{"failed 1002"}, ""},
		{"5.5.2", "126 bytes", seq{ping(full + "p")}, seq{"failed 1002 received control frame payload with invalid length: 126"}, ""},
		{"5.5.2", "126 bytes within a text", seq{begin("x") + ping(full+"p")}, seq{"failed 1002"}, ""},
		{"5.5.2", "65,536 bytes are claimed", seq{claim(0x89, 64, 1<<16) + key}, seq{"failed 1002 received control frame payload with invalid length: 65536"}, ""},
		{"5.5.2", "five bytes, length in 16 bits", seq{sized(0x89, 16, "hello")}, seq{"pong hello"}, "as for messages"},
		{"5.5.2", "five bytes, length in 64 bits", seq{sized(0x89, 64, "hello")}, seq{"pong hello"}, "as for messages"},
		{"5.5.3", "nobody asked", seq{pong("")}, nil, ""},
		{"5.5.3", "nobody asked, with a payload", seq{pong("unsolicited")}, nil, ""},
		{"5.5.3", "ten that nobody asked for", seq{strings.Repeat(pong("x"), 10)}, nil, ""},
		{"5.5.3", "nobody asked, then a ping", seq{pong("a") + ping("b")}, seq{"pong b"}, ""},
		{"5.5.3", "nobody asked, within a text", seq{begin("Hel") + pong("x") + last("lo")}, seq{"text Hello"}, ""},
		{"5.5.3", "125 bytes", seq{pong(full)}, nil, ""},
		{"5.5.3", "126 bytes", seq{pong(full + "p")}, seq{"failed 1002 received control frame payload with invalid length: 126"}, ""},
		{"5.5.3", "not final", seq{frame(wstest.OpPong, "")}, seq{"failed 1002 received fragmented control frame"}, ""},
	}
	for _, n := range []int{0, 1, 2, 8, 124, 125} {
		all = append(all, rule{"5.5.2", fmt.Sprintf("ping of %d bytes", n), seq{ping(full[:n])}, seq{"pong " + full[:n]}, ""})
	}
	return all
}

// Section 5.4: fragments.
func fragments() []rule {
	const (
		nothing = "failed 1002 received continuation frame without text or binary frame"
		within  = "failed 1002 received new data message without finishing the previous message"
	)
	beginBin := frame(wstest.OpBinary, "a")
	all := []rule{
		{"5.4", "two fragments", seq{begin("Hel") + last("lo")}, seq{"text Hello"}, ""},
		{"5.4", "two fragments in two pieces", seq{begin("Hel"), last("lo")}, seq{"text Hello"}, ""},
		{"5.4", "three fragments", seq{begin("a") + more("b") + last("c")}, seq{"text abc"}, ""},
		{"5.4", "three fragments of binary data", seq{beginBin + more("\xFF") + last("c")}, seq{"binary a\xFFc"}, ""},
		{"5.4", "first is empty", seq{begin("") + last("x")}, seq{"text x"}, ""},
		{"5.4", "middle is empty", seq{begin("a") + more("") + last("b")}, seq{"text ab"}, ""},
		{"5.4", "last is empty", seq{begin("x") + last("")}, seq{"text x"}, ""},
		{"5.4", "all are empty", seq{begin("") + more("") + more("") + last("")}, seq{"text "}, ""},
		{"5.4", "all are empty, of binary data", seq{frame(wstest.OpBinary, "") + last("")}, seq{"binary "}, ""},
		{"5.4", "a hundred of one byte", seq{begin("x") + strings.Repeat(more("x"), 98) + last("x")}, seq{"text " + strings.Repeat("x", 100)}, ""},
		{"5.4", "of different sizes", seq{begin(strings.Repeat("a", 126)) + more("") + more(strings.Repeat("b", 40_000)) + last("c")},
			seq{"text " + strings.Repeat("a", 126) + strings.Repeat("b", 40_000) + "c"}, ""},
		{"5.4", "two messages", seq{begin("a") + last("b") + begin("c") + last("d")}, seq{"text ab", "text cd"}, ""},
		{"5.4", "texts and binary data", seq{begin("a") + last("b") + beginBin + last("b") + txt("c")}, seq{"text ab", "binary ab", "text c"}, ""},
		{"5.4", "a whole one between", seq{txt("a") + begin("b") + last("c") + txt("d")}, seq{"text a", "text bc", "text d"}, ""},

		{"5.4", "pings between all", seq{begin("a"), ping("1"), more("b"), ping("2"), last("c"), ping("3")}, seq{"pong 1", "pong 2", "text abc", "pong 3"}, ""},
		{"5.4", "two pings between", seq{begin("a") + ping("1") + ping("2"), last("b")}, seq{"pong 1", "pong 2", "text ab"}, ""},
		{"5.4", "pings and pongs between", seq{begin("a") + pong("0") + ping("1") + pong("2") + more("b"), last("c")}, seq{"pong 1", "text abc"}, ""},
		{"5.4", "ping of 125 bytes between", seq{begin("a") + ping(strings.Repeat("p", 125)), last("b")}, seq{"pong " + strings.Repeat("p", 125), "text ab"}, ""},
		{"5.4", "ping between empty ones", seq{begin("") + ping("1"), more("") + ping("2"), last("")}, seq{"pong 1", "pong 2", "text "}, ""},
		{"5.4", "close between", seq{begin("a") + closing(1000, "enough") + last("b")}, seq{"close 1000 enough"}, ""},
		{"5.4", "close between, of binary data", seq{beginBin + closing(4000, "")}, seq{"close 4000 "}, ""},

		{"5.4", "continuation of nothing", seq{last("x")}, seq{nothing}, ""},
		{"5.4", "continuation of nothing, not final", seq{more("x")}, seq{nothing}, ""},
		{"5.4", "empty continuation of nothing", seq{last("")}, seq{nothing}, ""},
		{"5.4", "continuation of nothing, then a text", seq{last("x") + txt("y")}, seq{nothing}, ""},
		{"5.4", "continuation after a text", seq{txt("a"), last("b")}, seq{"text a", nothing}, ""},
		{"5.4", "continuation after the last fragment", seq{begin("a") + last("b"), last("c")}, seq{"text ab", nothing}, ""},
		{"5.4", "continuation after a ping", seq{ping("a"), last("b")}, seq{"pong a", nothing}, ""},
		{"5.4", "text within a text", seq{begin("a") + txt("b")}, seq{within}, ""},
		{"5.4", "text within a text, not final", seq{begin("a") + begin("b")}, seq{within}, ""},
		{"5.4", "binary data within a text", seq{begin("a") + bin("b")}, seq{within}, ""},
		{"5.4", "text within binary data", seq{beginBin + txt("b")}, seq{within}, ""},
		{"5.4", "binary data within binary data", seq{beginBin + more("b") + bin("c")}, seq{within}, ""},
		{"5.4", "text within a text, after a ping", seq{begin("a") + ping("x"), txt("b")}, seq{"pong x", within}, ""},
		{"5.4", "empty text within an empty text", seq{begin("") + txt("")}, seq{within}, ""},
		{"5.4", "control frame in fragments, between", seq{begin("a") + frame(wstest.OpPing, "x") + last("y")}, seq{"failed 1002 received fragmented control frame"}, ""},
	}
	long := strings.Repeat("0123456789", 100)
	for _, n := range []int{1, 3, 7, 125, 126, 500} {
		all = append(all, rule{"5.4", fmt.Sprintf("1,000 bytes in fragments of %d", n), seq{inFragments(long, n)}, seq{"text " + long}, ""})
	}
	return all
}

// inFragments is a text in fragments of so many bytes.
func inFragments(text string, n int) string {
	var b strings.Builder
	for first := wstest.OpText; ; first = wstest.OpContinuation {
		if len(text) <= n {
			b.WriteString(frame(first|wstest.Fin, text))
			return b.String()
		}
		b.WriteString(frame(first, text[:n]))
		text = text[n:]
	}
}

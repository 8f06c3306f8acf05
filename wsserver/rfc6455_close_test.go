package wsserver_test

import (
	"fmt"
	"strings"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// Close frames: section 5.5.1 says what is in them, 7.1 and 7.4 what they mean.
func closings() []rule {
	long := strings.Repeat("r", 121) + "é"
	all := []rule{
		{"5.5.1", "no code", seq{frame(0x88, "")}, seq{"close 1005 "}, ""},
		{"5.5.1", "one byte", seq{frame(0x88, "x")}, seq{`failed 1002 close payload "x" too small, cannot even contain the 2 byte status code`}, ""},
		{"5.5.1", "reason that ends within a rune", seq{frame(0x88, "\x03\xE8"+long[:122])}, seq{"failed 1007"}, ""},
		{"5.5.1", "reason of 124 bytes", seq{frame(0x88, "\x03\xE8"+long+"r")}, seq{"failed 1002 received control frame payload with invalid length: 126"}, ""},
		{"5.5.1", "not final", seq{frame(wstest.OpClose, "\x03\xE8")}, seq{"failed 1002 received fragmented control frame"}, ""},
		{"5.5.1", "no code, not final", seq{frame(wstest.OpClose, "")}, seq{"failed 1002 received fragmented control frame"}, ""},
		{"5.5.1", "65,536 bytes are claimed", seq{claim(0x88, 64, 1<<16) + key}, seq{"failed 1002 received control frame payload with invalid length: 65536"}, ""},
		{"5.5.1", "length in 16 bits", seq{sized(0x88, 16, "\x03\xE8")}, seq{"close 1000 "}, "as for messages"},
		{"5.5.1", "invalid code, and a reason that is not UTF-8", seq{closing(999, "\xFF")}, seq{"failed 1002"}, ""},

		{"5.5.1", "text after the close", seq{closing(1000, "") + txt("late")}, seq{"close 1000 "}, ""},
		{"5.5.1", "text after the answer", seq{closing(1000, ""), txt("late")}, seq{"close 1000 "}, ""},
		{"5.5.1", "binary data after the close", seq{closing(1000, "") + bin(strings.Repeat("x", 60_000))}, seq{"close 1000 "}, ""},
		{"5.5.1", "fragment after the close", seq{closing(1000, "") + last("late")}, seq{"close 1000 "}, ""},
		{"5.5.1", "nonsense after the close", seq{closing(1000, "") + "\xFF\xFF\xFF\xFF"}, seq{"close 1000 "}, ""},
		{"5.5.1", "another close", seq{closing(1000, "one") + closing(1001, "two")}, seq{"close 1000 one"}, ""},
		{"5.5.1", "close after a text", seq{txt("a"), closing(1000, "")}, seq{"text a", "close 1000 "}, ""},
		{"5.5.1", "within a text", seq{begin("a") + closing(1000, "")}, seq{"close 1000 "}, ""},
		{"5.5.1", "within binary data of several fragments", seq{frame(2, "a") + more("b") + closing(1001, "x") + last("c")}, seq{"close 1001 x"}, ""},
		{"5.5.1", "within a text that is none", seq{begin("\xFF") + closing(1000, "")}, seq{"close 1000 "}, ""},
		{"5.5.1", "within a frame it is payload", seq{sized(0x82, 7, closing(1000, ""))}, seq{"binary " + closing(1000, "")}, ""},
		{"7.1.7", "text after what failed", seq{frame(0x83, "") + txt("late")}, seq{"failed 1002"}, ""},
		{"7.1.7", "close after what failed", seq{frame(0x83, "") + closing(1000, "")}, seq{"failed 1002"}, ""},
	}
	for _, n := range []int{0, 1, 2, 60, 121, 123} {
		all = append(all, rule{"5.5.1", fmt.Sprintf("reason of %d bytes", n), seq{closing(1000, long[:n])}, seq{"close 1000 " + long[:n]}, ""})
	}
	return append(all, closeCodes()...)
}

// closeCodes has the codes that may travel answered with the same, and the others
// refused.
func closeCodes() []rule {
	var all []rule
	for _, c := range []struct {
		section string // that speaks of them
		codes   []int
	}{
		{"7.4.1", []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011}},
		{"11.7", []int{1012, 1013, 1014}}, // registered since
		{"7.4.2", []int{3000, 3999, 4000, 4401, 4999}},
	} {
		for _, code := range c.codes {
			want := seq{fmt.Sprintf("close %d why", code)}
			all = append(all,
				rule{c.section, fmt.Sprintf("code %d", code), seq{closing(code, "why")}, want, ""},
				rule{c.section, fmt.Sprintf("code %d within a text", code), seq{begin("a") + closing(code, "why")}, want, ""})
		}
	}
	for _, c := range []struct {
		section string
		codes   []int
	}{
		{"7.4.1", []int{1004, 1005, 1006, 1015}},                                  // are not to be sent
		{"7.4.2", []int{0, 1, 999, 1016, 1100, 2000, 2999, 5000, 0x8000, 0xFFFF}}, // mean nothing
	} {
		for _, code := range c.codes {
			all = append(all,
				rule{c.section, fmt.Sprintf("code %d", code), seq{closing(code, "")}, seq{"failed 1002"}, ""},
				rule{c.section, fmt.Sprintf("code %d with a reason", code), seq{closing(code, "why")}, seq{"failed 1002"}, ""})
		}
	}
	return all
}

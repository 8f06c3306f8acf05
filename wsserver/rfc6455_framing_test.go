package wsserver_test

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// sized is a masked frame whose length stands in so many bits: 7, 16 or 64.
func sized(first byte, bits int, payload string) string {
	head := claim(first, bits, uint64(len(payload)))
	return head + key + payload
}

// claim is the beginning of a masked frame, up to its length.
func claim(first byte, bits int, n uint64) string {
	switch bits {
	case 7:
		return string([]byte{first, 0x80 | byte(n)})
	case 16:
		return string(binary.BigEndian.AppendUint16([]byte{first, 0x80 | 126}, uint16(n)))
	}
	return string(binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, n))
}

// fit is the number of bits in which a length must stand.
func fit(n int) int {
	switch {
	case n <= 125:
		return 7
	case n < 1<<16:
		return 16
	}
	return 64
}

// Section 5.2: the length of a payload. 5.6: texts and binary data.
func lengths() []rule {
	const minimal = "the length is the same in more bytes, and a message costs what it holds: nothing is to be gained"
	var all []rule
	for _, n := range []int{0, 1, 125, 126, 127, 128, 65535, 65536} {
		text, data := strings.Repeat("é", n/2)+strings.Repeat("e", n%2), strings.Repeat("\xFF", n)
		for _, bits := range []int{7, 16, 64} {
			if bits < fit(n) {
				continue
			}
			lenient := ""
			if bits > fit(n) {
				lenient = minimal
			}
			all = append(all,
				rule{"5.2", fmt.Sprintf("text of %d bytes, length in %d bits", n, bits), seq{sized(0x81, bits, text)}, seq{"text " + text}, lenient},
				rule{"5.2", fmt.Sprintf("binary of %d bytes, length in %d bits", n, bits), seq{sized(0x82, bits, data)}, seq{"binary " + data}, lenient})
		}
	}
	const large = "failed 1009 a message has more than 65536 bytes"
	return append(all, []rule{
		{"5.2", "most significant bit of a length is set", seq{claim(0x82, 64, 1<<63) + key}, seq{"failed 1002 received negative payload length: -9223372036854775808"}, ""},
		{"5.2", "all bits of a length are set", seq{claim(0x82, 64, 1<<64-1) + key}, seq{"failed 1002 received negative payload length: -1"}, ""},
		{"5.2", "two texts in one piece", seq{txt("a") + txt("b")}, seq{"text a", "text b"}, ""},
		{"5.2", "ten texts in one piece", seq{strings.Repeat(txt("x"), 10)}, slicesOf("text x", 10), ""},
		{"5.2", "texts and binary data in turn", seq{txt("a") + bin("b") + txt("") + bin("")}, seq{"text a", "binary b", "text ", "binary "}, ""},
		{"5.6", "text with zero bytes", seq{txt("a\x00b\x00")}, seq{"text a\x00b\x00"}, ""},
		{"5.6", "binary data may be anything", seq{bin("\xFF\xFE\x00\xC0\xAF\xED\xA0\x80")}, seq{"binary \xFF\xFE\x00\xC0\xAF\xED\xA0\x80"}, ""},
		{"10.4", "message of one byte too many", seq{bin(strings.Repeat("x", 1<<16+1))}, seq{large}, ""},
		{"10.4", "fragments of one byte too many", seq{begin(strings.Repeat("x", 1<<16)) + last("x")}, seq{large}, ""},
		{"10.4", "many fragments of too many bytes", seq{begin("") + strings.Repeat(more(strings.Repeat("x", 1<<10)), 65)}, seq{large}, ""},
		{"10.4", "2^62 bytes are claimed and one comes", seq{claim(0x82, 64, 1<<62) + key + "x"}, seq{"failed 1008 a message took longer than 10 s to arrive"}, ""},
	}...)
}

// slicesOf is the same words again and again.
func slicesOf(words string, n int) seq {
	return strings.Split(strings.TrimSuffix(strings.Repeat(words+"\n", n), "\n"), "\n")
}

// maskedWith is a frame with a key of the client's choice.
func maskedWith(first byte, mask, payload string) string {
	masked := []byte(payload)
	for i := range masked {
		masked[i] ^= mask[i%4]
	}
	return claim(first, fit(len(payload)), uint64(len(payload))) + mask + string(masked)
}

// Section 5.1: a client masks every frame. 5.3: how.
func masks() []rule {
	const text = "The quick brown fox jumps over the lazy d"
	var all []rule
	for _, mask := range []string{key, "\xFF\xFF\xFF\xFF", "\x01\x02\x03\x04", "\x80\x00\x00\x00", "\x00\x00\x00\x80", "The "} {
		all = append(all, rule{"5.3", fmt.Sprintf("key % X", mask), seq{maskedWith(0x81, mask, text)}, seq{"text " + text}, ""})
	}
	for n := range 10 {
		all = append(all, rule{"5.3", fmt.Sprintf("key over %d bytes", n), seq{maskedWith(0x82, "\xA1\xB2\xC3\xD4", text[:n])}, seq{"binary " + text[:n]}, ""})
	}
	all = append(all,
		rule{"5.3", "each frame has a key", seq{maskedWith(0x01, "\x01\x02\x03\x04", "Hel") + maskedWith(0x89, "\x09\x08\x07\x06", "p") + maskedWith(0x80, "\xF0\xF1\xF2\xF3", "lo")}, seq{"pong p", "text Hello"}, ""},
		rule{"5.3", "key of a close", seq{maskedWith(0x88, "\x12\x34\x56\x78", "\x03\xE8bye")}, seq{"close 1000 bye"}, ""},
	)
	const unmasked = "failed 1002 received unmasked frame from client"
	for name, frame := range map[string]string{
		"text": "\x81\x02hi", "empty text": "\x81\x00", "binary": "\x82\x01x", "fragment": "\x01\x01x",
		"ping": "\x89\x01x", "pong": "\x8A\x00", "close": "\x88\x02\x03\xE8", "empty close": "\x88\x00",
	} {
		all = append(all, rule{"5.1", "unmasked " + name, seq{frame}, seq{unmasked}, ""})
	}
	return append(all,
		rule{"5.1", "unmasked text after a masked one", seq{txt("a"), "\x81\x01b"}, seq{"text a", unmasked}, ""},
		rule{"5.1", "unmasked rest of a masked text", seq{begin("a") + "\x80\x01b"}, seq{unmasked}, ""})
}

// firstBytes are the first bytes of whole frames, by kind.
var firstBytes = []struct {
	kind  string
	first byte
}{
	{"text", wstest.Fin | wstest.OpText}, {"binary", wstest.Fin | wstest.OpBinary}, {"close", wstest.Fin | wstest.OpClose},
	{"ping", wstest.Fin | wstest.OpPing}, {"pong", wstest.Fin | wstest.OpPong},
}

// Section 5.2: reserved bits are zero unless an extension was agreed upon.
func reservedBits() []rule {
	var all []rule
	for bit, mask := range []byte{0x40, 0x20, 0x10} {
		want := []string{"false", "false", "false"}
		want[bit] = "true"
		failed := seq{"failed 1002 received header with unexpected rsv bits set: " + strings.Join(want, ":")}
		for _, f := range firstBytes {
			payload := ""
			if f.kind == "close" {
				payload = "\x03\xE8"
			}
			all = append(all, rule{"5.2", fmt.Sprintf("reserved bit %d of a %s", bit+1, f.kind), seq{frame(f.first|mask, payload)}, failed, ""})
		}
		all = append(all,
			rule{"5.2", fmt.Sprintf("reserved bit %d of a first fragment", bit+1), seq{frame(wstest.OpText|mask, "x")}, failed, ""},
			rule{"5.2", fmt.Sprintf("reserved bit %d of a last fragment", bit+1), seq{begin("x") + frame(wstest.Fin|mask, "y")}, failed, ""},
			rule{"5.2", fmt.Sprintf("reserved bit %d after a text", bit+1), seq{txt("a"), frame(0x81|mask, "b")}, seq{"text a", failed[0]}, ""})
	}
	return append(all,
		rule{"5.2", "all reserved bits", seq{frame(0xF1, "x")}, seq{"failed 1002 received header with unexpected rsv bits set: true:true:true"}, ""},
		rule{"5.2", "compressed text, which nobody agreed upon", seq{frame(0xC1, "\xF2\x48\xCD\xC9\xC9\x07\x00")}, seq{"failed 1002"}, ""},
		rule{"5.2", "reserved bit between fragments", seq{begin("x") + frame(0xA9, "") + last("y")}, seq{"failed 1002"}, ""})
}

// Section 5.2: operation codes that mean nothing yet.
func operationCodes() []rule {
	var all []rule
	for _, op := range []byte{3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF} {
		failed := fmt.Sprintf("failed 1002 received unknown opcode opcode(%d)", op)
		all = append(all,
			rule{"5.2", fmt.Sprintf("operation code %d", op), seq{frame(wstest.Fin|op, "")}, seq{failed}, ""},
			rule{"5.2", fmt.Sprintf("operation code %d with a payload", op), seq{frame(wstest.Fin|op, "reserved")}, seq{failed}, ""},
			rule{"5.2", fmt.Sprintf("operation code %d after a text", op), seq{txt("a"), frame(wstest.Fin|op, "") + ping("")}, seq{"text a", failed}, ""},
			rule{"5.2", fmt.Sprintf("operation code %d between fragments", op), seq{begin("a") + frame(wstest.Fin|op, "") + last("b")}, seq{failed}, ""},
			rule{"5.2", fmt.Sprintf("operation code %d, not final", op), seq{frame(op, "x")}, seq{failed}, ""})
	}
	return all
}

package wsserver_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// FuzzConversation sends anything to a connection, in parts of any size, and
// hangs up. The game is told exactly what a reading of RFC 6455 by another hand
// makes of the bytes: no more, no less, and with the same end. Every ping is
// answered, and nothing comes back that was not sent.
func FuzzConversation(f *testing.F) {
	for _, r := range slices.Concat(lengths(), pings(), fragments(), closings()) {
		if sent := strings.Join(r.send, ""); len(sent) < 4<<10 {
			f.Add([]byte(sent), uint16(1000))
		}
	}
	f.Add([]byte(bin(strings.Repeat("x", 1<<16+1))), uint16(0))
	f.Add([]byte(strings.Repeat(ping("x"), 40)), uint16(50))
	f.Add([]byte(strings.Repeat(txt("x"), 300)), uint16(60))
	f.Add([]byte(begin("x")+strings.Repeat(more(""), 300)), uint16(1))
	f.Fuzz(func(t *testing.T, sent []byte, size uint16) {
		play(t, func(t *testing.T, s *wsserver.Server) { converse(t, s, sent, int(size)+1) })
	})
}

// TestConversationsAtRandom is the same with frames that make sense, most of them:
// a fuzzer hardly finds them.
func TestConversationsAtRandom(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		var seed uint64
		defer func() {
			if t.Failed() {
				t.Logf("seed %d", seed)
			}
		}()
		for ; seed < 300; seed++ {
			r := rand.New(rand.NewPCG(seed, 6455))
			var sent []byte
			for range 1 + r.IntN(12) {
				sent = append(sent, anyFrame(r)...)
			}
			if r.IntN(4) == 0 {
				sent = sent[:r.IntN(len(sent))]
			}
			converse(t, s, sent, 1+r.IntN(200)*r.IntN(200))
		}
	})
}

// anyFrame makes up a frame, as a rule one that may be sent.
func anyFrame(r *rand.Rand) string {
	first := []byte{0x01, 0x00, 0x80, 0x81, 0x82, 0x02, 0x89, 0x8A, 0x81, 0x80, 0x88, 0x09, 0xC1, 0x83}[r.IntN(10+r.IntN(5))]
	n := []int{0, 1, 2, 3, 5, 125, 126, 300, 30_000, 65535, 65536}[r.IntN(6+r.IntN(6))]
	payload := make([]byte, n)
	for i := 0; i < n; {
		i += copy(payload[i:], []string{"a", "é", "€", "😀", "\xC3", "\xFF"}[r.IntN(4+r.IntN(2)*r.IntN(3))])
	}
	if first == 0x88 && n >= 2 {
		binary.BigEndian.PutUint16(payload, uint16(998+r.IntN(20)))
	}
	return maskedWith(first, "\x12\x34\x56\x78", string(payload))
}

// converse has a client send all that in parts of a size, and then hang up.
func converse(t *testing.T, s *wsserver.Server, sent []byte, size int) {
	t.Helper()
	var m model
	m.read(sent)
	conn, br, _ := intrude(t, s)
	e := &echo{s: s, conn: conn, ended: make(chan struct{})}
	go e.read(br)
	var parts []string
	for part := range slices.Chunk(sent, size) {
		parts = append(parts, string(part))
	}
	e.send(parts)
	conn.Close()
	e.finish(t)
	require.Equal(t, brief(m.told), brief(e.told))
	require.Zero(t, s.Counts().Panics)
	e.isEchoOf(t, &m)
}

// isEchoOf checks what came back. Echoes of what came right before the end may be
// missing: the game was told of both at once.
func (e *echo) isEchoOf(t *testing.T, m *model) {
	t.Helper()
	pongs, echoes, rest := seq{}, seq{}, seq{}
	for _, w := range e.got {
		switch {
		case strings.HasPrefix(w, "pong "):
			pongs = append(pongs, w)
		case strings.HasPrefix(w, "text "), strings.HasPrefix(w, "binary "):
			echoes = append(echoes, w)
		default:
			rest = append(rest, w)
		}
	}
	require.Equal(t, append(seq{}, m.pongs...), pongs)
	require.LessOrEqual(t, len(echoes), len(m.told))
	require.Equal(t, m.told[:len(echoes)], echoes)
	require.Len(t, rest, 1)
	if end := m.told[len(m.told)-1]; end == "closed "+unseen {
		require.Contains(t, rest[0], "cut off: ")
	} else {
		require.Equal(t, strings.Replace(end, "closed ", "close ", 1), rest[0])
	}
}

// model reads the frames of a client by the book.
type model struct {
	told, pongs seq

	pings   int
	kind    string // of the message under way: "text", "binary" or none
	message []byte
	over    bool
}

// maxPings is how many pings and pongs are accepted at once.
const maxPings = 30

// read reads all that was sent by a client, who then hangs up.
func (m *model) read(sent []byte) {
	for !m.over {
		rest, ok := m.frame(sent)
		if !ok && !m.over {
			m.fail(1006, "")
		}
		sent = rest
	}
}

// end notes a connection that ends in order.
func (m *model) end(code int, reason string) {
	m.told = append(m.told, fmt.Sprintf("closed %d %s", code, reason))
	m.over = true
}

func (m *model) fail(code int, reason string) {
	m.told = append(m.told, "failed")
	m.end(code, reason)
}

// frame reads a frame, and reports whether it was there as a whole.
func (m *model) frame(p []byte) (rest []byte, ok bool) {
	if len(p) < 2 {
		return nil, false
	}
	first, masked, n := p[0], p[1]&0x80 != 0, uint64(p[1]&0x7F)
	p = p[2:]
	switch {
	case n == 126 && len(p) >= 2:
		n, p = uint64(binary.BigEndian.Uint16(p)), p[2:]
	case n == 127 && len(p) >= 8:
		n, p = binary.BigEndian.Uint64(p), p[8:]
	case n > 125:
		return nil, false
	}
	if n >= 1<<63 {
		m.fail(1002, fmt.Sprintf("received negative payload length: %d", int64(n)))
		return nil, false
	}
	var mask []byte
	if masked {
		if len(p) < 4 {
			return nil, false
		}
		mask, p = p[:4], p[4:]
	}
	if reason := breach(first, masked, n); reason != "" {
		m.fail(1002, reason)
		return nil, false
	}
	payload := slices.Clone(p[:min(n, uint64(len(p)))])
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	whole := uint64(len(payload)) == n
	if first&8 != 0 {
		if whole {
			m.control(first, payload)
		}
	} else {
		m.data(first, payload, whole)
	}
	return p[len(payload):], whole
}

// breach says what is wrong with the header of a frame.
func breach(first byte, masked bool, n uint64) string {
	switch op := first & 0x0F; {
	case first&0x70 != 0:
		return fmt.Sprintf("received header with unexpected rsv bits set: %t:%t:%t", first&0x40 != 0, first&0x20 != 0, first&0x10 != 0)
	case !masked:
		return "received unmasked frame from client"
	case op > 2 && op < 8, op > 10:
		return fmt.Sprintf("received unknown opcode opcode(%d)", op)
	case op >= 8 && n > 125:
		return fmt.Sprintf("received control frame payload with invalid length: %d", n)
	case op >= 8 && first&0x80 == 0:
		return "received fragmented control frame"
	}
	return ""
}

func (m *model) control(first byte, payload []byte) {
	if first == wstest.Fin|wstest.OpClose {
		m.close(payload)
		return
	}
	if m.pings++; m.pings > maxPings {
		m.fail(1008, "too many pings and pongs")
		return
	}
	if first == wstest.Fin|wstest.OpPing {
		m.pongs = append(m.pongs, "pong "+string(payload))
	}
}

func (m *model) close(payload []byte) {
	if len(payload) == 0 {
		m.end(1005, "")
		return
	}
	if len(payload) == 1 {
		m.fail(1002, fmt.Sprintf("close payload %q too small, cannot even contain the 2 byte status code", payload))
		return
	}
	code, reason := int(binary.BigEndian.Uint16(payload)), string(payload[2:])
	switch travels := code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999; {
	case !travels:
		m.fail(1002, invalidCode(code))
	case !utf8.ValidString(reason):
		m.fail(1007, "reason of close is not valid UTF-8")
	default:
		m.end(code, reason)
	}
}

// invalidCode is how the library speaks of a code that may not travel.
func invalidCode(code int) string {
	name := fmt.Sprintf("StatusCode(%d)", code)
	switch code {
	case 1004:
		name = "statusReserved"
	case 1005:
		name = "StatusNoStatusRcvd"
	case 1006:
		name = "StatusAbnormalClosure"
	case 1015:
		name = "StatusTLSHandshake"
	}
	return "invalid status code " + name
}

// data takes the payload of a data frame, or the part of it that came.
func (m *model) data(first byte, payload []byte, whole bool) {
	switch op := first & 0x0F; {
	case op == wstest.OpContinuation && m.kind == "":
		m.fail(1002, "received continuation frame without text or binary frame")
		return
	case op != wstest.OpContinuation && m.kind != "":
		m.fail(1002, "received new data message without finishing the previous message")
		return
	case op == wstest.OpText:
		m.kind = "text"
	case op == wstest.OpBinary:
		m.kind = "binary"
	}
	m.message = append(m.message, payload...)
	switch {
	case len(m.message) > 1<<16:
		m.fail(1009, "a message has more than 65536 bytes")
	case !whole || first&wstest.Fin == 0:
	case m.kind == "text" && !utf8.Valid(m.message):
		m.fail(1007, "text is not valid UTF-8")
	default:
		m.told = append(m.told, m.kind+" "+string(m.message))
		m.kind, m.message = "", nil
	}
}

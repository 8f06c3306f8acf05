package wsserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// A rule is a sentence of RFC 6455 put to a server that echoes every message. It
// holds when exactly want comes back, the connection ends within a second of its
// close frame, and the game is told the same as the client.
type rule struct {
	section string // of RFC 6455
	name    string
	send    seq    // bytes: what each leads to is over before the next is sent
	want    seq    // every frame that comes back, in words; see words
	lenient string // where we accept what the sentence forbids: why that is harmless
}

type seq []string

// rules is the whole table. The files beside this one hold its parts.
func rules() []rule {
	return slices.Concat(lengths(), masks(), reservedBits(), operationCodes(),
		pings(), fragments(), codePoints(), closings())
}

// TestRFC6455 plays every rule several times: its bytes arrive whole, one by one,
// and those of short ones in two parts, cut at every byte.
func TestRFC6455(t *testing.T) {
	const short = 24
	names := make(map[string]bool)
	for _, r := range rules() {
		name := r.section + "/" + r.name
		require.False(t, names[name], "%s is there twice", name)
		names[name] = true
		t.Run(name, func(t *testing.T) {
			if r.lenient != "" {
				t.Log("accepted, which is harmless: ", r.lenient)
			}
			play(t, func(t *testing.T, s *wsserver.Server) {
				r.play(t, s, true, func(piece string) []string { return []string{piece} })
				size := len(strings.Join(r.send, ""))
				if size <= 1<<10 {
					r.play(t, s, false, singly)
				}
				for at := 1; at < size && size <= short; at++ {
					r.play(t, s, false, cutAt(at))
				}
			})
		})
	}
}

// singly cuts between all bytes.
func singly(piece string) []string {
	parts := make([]string, len(piece))
	for i := range len(piece) {
		parts[i] = piece[i : i+1]
	}
	return parts
}

// cutAt cuts the bytes that are sent in all at one place.
func cutAt(at int) func(piece string) []string {
	return func(piece string) []string {
		here := at
		at -= len(piece)
		if here <= 0 || here >= len(piece) {
			return []string{piece}
		}
		return []string{piece[:here], piece[here:]}
	}
}

// settled is how long nothing must happen for all to be over. Only time that is
// waited for passes in a bubble.
const settled = 3 * time.Millisecond

// play plays the rule once; cut decides in what parts its bytes arrive. A client
// that is not patient hangs up when it has got a close frame.
func (r rule) play(t *testing.T, s *wsserver.Server, patient bool, cut func(piece string) []string) {
	t.Helper()
	conn, br, _ := intrude(t, s)
	before := s.Counts().Failed
	e := &echo{s: s, conn: conn, patient: patient, ended: make(chan struct{})}
	go e.read(br)
	for _, piece := range r.send {
		e.send(cut(piece))
	}
	want := slices.Clone(r.want)
	if len(want) == 0 || !isEnd(want[len(want)-1]) {
		e.send([]string{closing(1000, "")})
		want = append(want, "close 1000 ")
	}
	e.finish(t)
	e.failed = s.Counts().Failed - before
	e.judge(t, want)
}

// isEnd reports whether words are about the end of a connection: "close", which the
// client asked for, or "failed", which the server had to do.
func isEnd(words string) bool {
	return strings.HasPrefix(words, "close ") || strings.HasPrefix(words, "failed ")
}

// judge compares what came back, and what the game was told, with what should be.
// Where want gives no reason for a failure, any will do.
func (e *echo) judge(t *testing.T, want seq) {
	t.Helper()
	n := len(e.got) - 1
	frames, end := e.got[:n], e.got[n]
	require.Equal(t, brief(want[:len(want)-1]), brief(frames))

	told := slices.DeleteFunc(slices.Clone(frames), func(w string) bool { return strings.HasPrefix(w, "pong") })
	wanted, failed := strings.CutPrefix(want[len(want)-1], "failed ")
	if failed {
		told = append(told, "failed")
		wanted = "close " + wanted
		if !strings.Contains(wanted[len("close "):], " ") {
			end = strings.Join(strings.Fields(end)[:2], " ")
		}
	}
	require.Equal(t, wanted, end)
	require.Equal(t, brief(append(told, "closed"+e.got[n][len("close"):])), brief(e.told))
	require.Equal(t, failed, e.failed == 1)
	require.LessOrEqual(t, e.cut, 1010*time.Millisecond, "from the close frame to the end")
}

// brief makes long payloads fit for a report of a failure.
func brief(words seq) seq {
	short := make(seq, len(words))
	for i, w := range words {
		if short[i] = w; len(w) > 200 {
			short[i] = fmt.Sprintf("%q … of %d bytes, which differ in %x", w[:20], len(w), checksum(w))
		}
	}
	return short
}

func checksum(s string) (sum uint64) {
	for i := range len(s) {
		sum = sum*1099511628211 + uint64(s[i])
	}
	return sum
}

// echo is the game that a rule is put to, and a client that only notes.
type echo struct {
	s       *wsserver.Server
	conn    net.Conn
	patient bool          // the client leaves it to the server to hang up
	ended   chan struct{} // closed when the connection is cut

	told   seq    // what the game was told
	failed uint64 // how many more connections the server has counted as failed

	// Until ended is closed, owned by the client's goroutine.
	got  seq           // what came back
	last time.Time     // when the newest of it came
	cut  time.Duration // from then to the end
}

// read notes the frames that come back, in words.
func (e *echo) read(r *bufio.Reader) {
	defer close(e.ended)
	for {
		first, payload, err := wstest.ReadFrame(r)
		if err == nil {
			e.got, e.last = append(e.got, words(first, payload)), time.Now()
		} else if e.cut = time.Since(e.last); err != io.EOF || len(e.got) == 0 || !isEnd(e.got[len(e.got)-1]) {
			e.got = append(e.got, "cut off: "+err.Error())
		}
		if err != nil || !e.patient && first == wstest.Fin|wstest.OpClose {
			e.conn.Close()
			return
		}
	}
}

// send writes parts of bytes, and runs the game until nothing happens any more.
func (e *echo) send(parts []string) {
	go func() {
		for _, part := range parts {
			if _, err := io.WriteString(e.conn, part); err != nil {
				return // by then the server has cut the connection
			}
		}
	}()
	for {
		e.frame()
		if !e.s.Wait(settled) {
			return
		}
	}
}

// frame is one turn of the game's loop.
func (e *echo) frame() {
	e.s.Update()
	for m := range e.s.ProcessMessages {
		switch m.Kind {
		case wsserver.Text:
			e.told = append(e.told, "text "+string(m.Data))
			e.s.SendTextMessage(m.From, m.Data) // fails when the client has closed meanwhile
		case wsserver.Binary:
			e.told = append(e.told, "binary "+string(m.Data))
			e.s.SendBinaryMessage(m.From, m.Data)
		case wsserver.Closed:
			e.told = append(e.told, fmt.Sprintf("closed %d %s", m.Code, m.Reason))
		case wsserver.Failed:
			e.told = append(e.told, "failed")
		}
	}
	e.s.ClearMessages()
	e.s.Update()
}

// finish runs the game until the connection is cut and the game knows.
func (e *echo) finish(t *testing.T) {
	t.Helper()
	for began := time.Now(); !e.over(); e.s.Wait(settled) {
		require.Less(t, time.Since(began), time.Minute, "the connection does not end")
		e.frame()
	}
	<-e.ended
}

// over reports whether the game knows of the end.
func (e *echo) over() bool {
	return len(e.told) > 0 && strings.HasPrefix(e.told[len(e.told)-1], "closed ")
}

// words puts a frame into words. One that no server may send stays a number.
func words(first byte, payload []byte) string {
	switch first {
	case wstest.Fin | wstest.OpText:
		return "text " + string(payload)
	case wstest.Fin | wstest.OpBinary:
		return "binary " + string(payload)
	case wstest.Fin | wstest.OpPong:
		return "pong " + string(payload)
	case wstest.Fin | wstest.OpClose:
		if len(payload) < 2 {
			return fmt.Sprintf("close 1005 %s", payload)
		}
		return fmt.Sprintf("close %d %s", int(payload[0])<<8|int(payload[1]), payload[2:])
	}
	return fmt.Sprintf("%#x %s", first, payload)
}

// The vocabulary of what is sent: masked frames, as of [wstest.Frame].

func frame(first byte, payload string) string { return string(wstest.Frame(first, []byte(payload))) }

func txt(payload string) string   { return frame(wstest.Fin|wstest.OpText, payload) }
func bin(payload string) string   { return frame(wstest.Fin|wstest.OpBinary, payload) }
func begin(payload string) string { return frame(wstest.OpText, payload) }
func more(payload string) string  { return frame(wstest.OpContinuation, payload) }
func last(payload string) string  { return frame(wstest.Fin|wstest.OpContinuation, payload) }
func ping(payload string) string  { return frame(wstest.Fin|wstest.OpPing, payload) }
func pong(payload string) string  { return frame(wstest.Fin|wstest.OpPong, payload) }

func closing(code int, reason string) string { return string(wstest.CloseFrame(code, reason)) }

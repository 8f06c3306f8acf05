package wsserver_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// An attack is a client that wants to hold a connection, or to be held. What it
// says in a single frame stands among the rules of RFC 6455.
type attack struct {
	name  string
	send  string        // at once
	again string        // and then this, until the connection is cut
	every time.Duration // so often
	deaf  bool          // it reads nothing

	failed bool   // the end is a failure
	want   string // the code and the reason with which it ends
	after  time.Duration
	within time.Duration // of that moment
}

const (
	assembly = "1008 a message took longer than 10 s to arrive"
	control  = "1008 too many pings and pongs"
	unseen   = "1006 " // there is no close frame
)

// The numbers are for speaking of a case; the others stand among the rules. A
// second more passes where the server waits for the client to hang up.
var attacks = []attack{
	{name: "W13 claims 2^62 bytes, sends one", send: claim(0x82, 64, 1<<62) + key + "x", failed: true, want: assembly, after: 11 * time.Second, within: time.Second},
	{name: "W14 a byte of 60,000 each 100 ms", send: claim(0x81, 16, 60_000) + key, again: "x", every: 100 * time.Millisecond, failed: true, want: assembly, after: 11 * time.Second, within: time.Second},
	{name: "W14 a byte of 60,000 each 9 s", send: claim(0x81, 16, 60_000) + key, again: "x", every: 9 * time.Second, failed: true, want: assembly, after: 11 * time.Second, within: time.Second},
	{name: "W24 half a header, then nothing", send: "\x82", failed: true, want: unseen, after: 55 * time.Second, within: time.Second},
	{name: "W24 a length, then nothing", send: "\x82\xFF\x00\x00", failed: true, want: unseen, after: 55 * time.Second, within: time.Second},
	{name: "W27 fragments without end", send: begin("x"), again: strings.Repeat(more(""), 100), every: 10 * time.Millisecond, failed: true, want: assembly, after: 11 * time.Second, within: time.Second},
	{name: "W27 a fragment each 500 ms", send: begin("x"), again: more("x"), every: 500 * time.Millisecond, failed: true, want: assembly, after: 11 * time.Second, within: time.Second},
	{name: "W28 pings between fragments without end", send: begin(""), again: ping("x"), every: time.Second, failed: true, want: assembly, after: 11 * time.Second, within: time.Second},
	{name: "W28 fragments that become too many bytes", send: begin(""), again: strings.Repeat(more("x"), 1000), every: time.Millisecond, failed: true, want: "1009 a message has more than 65536 bytes", after: 66 * time.Millisecond, within: time.Second},
	{name: "W29 pings", again: strings.Repeat(ping("x"), 100), every: time.Millisecond, failed: true, want: control},
	{name: "W29 large pings, and reads nothing", again: ping(strings.Repeat("x", 125)), every: time.Microsecond, deaf: true, failed: true, want: control, within: time.Millisecond},
	{name: "W30 eleven pings a second", again: ping(""), every: time.Second / 11, failed: true, want: control, after: 20 * time.Second, within: 10 * time.Second},
	{name: "W31 pongs", again: strings.Repeat(pong(""), 100), every: time.Millisecond, failed: true, want: control},
	{name: "W31 pings and pongs within a text", send: begin("x"), again: ping("") + pong(""), every: time.Millisecond, failed: true, want: control, within: 100 * time.Millisecond},
	{name: "W32 ping that never ends", send: "\x89\x85" + key + "x", failed: true, want: unseen, after: 5 * time.Second},
	{name: "W32 close that never ends", send: "\x88\x85" + key + "\x03\xE8", failed: true, want: unseen, after: 5 * time.Second},
	{name: "W32 ping of a byte a second", send: "\x89\xFD" + key, again: "x", every: time.Second, failed: true, want: unseen, after: 5 * time.Second},
	{name: "W37 breaks the rules, then 3 MiB", send: frame(0x83, ""), again: strings.Repeat("x", 64<<10), every: time.Microsecond, failed: true, want: "1002 received unknown opcode opcode(3)", within: time.Millisecond},
	{name: "W37 breaks the rules, then a byte each 10 ms", send: frame(0x83, ""), again: "x", every: 10 * time.Millisecond, failed: true, want: "1002 received unknown opcode opcode(3)", within: time.Second},
	{name: "W38 takes us for TLS", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", failed: true, want: "1002 received header with unexpected rsv bits set: false:false:true"},
	{name: "W38 takes us for HTTP", send: string(wstest.Dialer{}.Handshake()), failed: true, want: "1002 received header with unexpected rsv bits set: true:false:false"},
	{name: "W38 sends JSON without a frame", send: `{"jsonrpc":"2.0"}`, failed: true, want: "1002 received header with unexpected rsv bits set: true:true:true"},
	{name: "W38 sends zeros", again: strings.Repeat("\x00", 1<<10), every: time.Millisecond, failed: true, want: "1002 received unmasked frame from client"},
}

// lateAttacks begin when the game has closed the connection.
var lateAttacks = []attack{
	{name: "W25 nothing", after: time.Second},
	{name: "W25 half a message", send: claim(0x82, 16, 60_000) + key + "x", after: time.Second},
	{name: "W25 a byte each 10 ms", send: claim(0x82, 16, 60_000) + key, again: "x", every: 10 * time.Millisecond, after: time.Second},
	{name: "W25 texts without end", again: strings.Repeat(txt("x"), 1000), every: time.Millisecond, within: 10 * time.Millisecond},
	{name: "W25 a text each 100 ms", again: txt("x"), every: 100 * time.Millisecond, after: time.Second},
	{name: "W25 fragments without end", send: begin(""), again: more(""), every: time.Millisecond, after: time.Second},
	{name: "W25 pings without end", again: ping("x"), every: time.Millisecond, after: time.Second},
	{name: "W25 nothing, and reads nothing", deaf: true, after: time.Second},
	{name: "W25 answers", send: closing(4000, "")},
	{name: "W25 answers in its own words", send: closing(1001, "I wanted to go anyway")},
	{name: "W25 answers without a code", send: frame(0x88, "")},
	{name: "W25 answers with a code that is none", send: closing(5000, "")},
	{name: "W25 answers behind half a message", send: begin("x") + closing(1000, "")},
	{name: "W25 breaks the rules", send: "\xFF\xFF"},
}

func TestAttacks(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) { a.play(t, s, false) })
		})
	}
	for _, a := range lateAttacks {
		t.Run(a.name, func(t *testing.T) {
			a.want = "4000 that is all"
			play(t, func(t *testing.T, s *wsserver.Server) { a.play(t, s, true) })
		})
	}
}

func (a attack) play(t *testing.T, s *wsserver.Server, late bool) {
	t.Helper()
	conn, r, id := intrude(t, s)
	if late {
		s.CloseConnection(id, 4000, "that is all")
		s.Update()
	}
	began, got := time.Now(), make(chan string, 1)
	if !a.deaf {
		go func() { got <- verdict(r) }()
	}
	go func() {
		_, err := io.WriteString(conn, a.send)
		for err == nil && a.every > 0 {
			_, err = io.WriteString(conn, a.again)
			time.Sleep(a.every)
		}
	}()
	words := told(t, s)
	require.Equal(t, "closed "+a.want, words[len(words)-1])
	require.Equal(t, a.failed, len(words) == 2 && strings.HasPrefix(words[0], "failed: "))
	require.Equal(t, a.failed, s.Counts().Failed == 1)
	for s.Connections() > 0 { // what it may still hold
		time.Sleep(time.Millisecond)
	}
	took := time.Since(began)
	require.GreaterOrEqual(t, took, a.after)
	require.LessOrEqual(t, took, a.after+a.within+1010*time.Millisecond)
	switch {
	case a.deaf:
	case a.want == unseen:
		require.Equal(t, "EOF", <-got)
	default:
		require.Equal(t, a.want, <-got)
	}
}

func TestAClaimedLengthAllocatesNothing(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn, _, _ := intrude(t, s)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := io.WriteString(conn, claim(0x82, 64, 1<<40)+key+strings.Repeat("x", 1000))
		require.NoError(t, err)
		synctest.Wait() // all of it was read
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<10))
	})
}

// TestTinyFragmentsHoldNoMore has a message in 60,000 fragments: what is held is
// its bytes, and nothing for each fragment.
func TestTinyFragmentsHoldNoMore(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn, _, _ := intrude(t, s)
		_, err := io.WriteString(conn, begin("x")+strings.Repeat(more("x"), 60_000))
		require.NoError(t, err)
		synctest.Wait()
		require.LessOrEqual(t, s.Counts().Held, int64(128<<10))
		_, err = io.WriteString(conn, last(""))
		require.NoError(t, err)
		require.Len(t, next(t, s).Data, 60_001)
	})
}

// TestHalfClose has a client that ends its half of a TCP connection, which takes a
// real one.
func TestHalfClose(t *testing.T) {
	s := new(wsserver.Server)
	defer s.Close()
	srv := httptest.NewServer(s)
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write(wstest.Dialer{}.Handshake())
	require.NoError(t, err)
	require.Equal(t, wsserver.Opened, next(t, s).Kind)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	require.Equal(t, []string{"failed: connection lost: EOF", "closed 1006 "}, told(t, s))
	rest, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(rest), "HTTP/1.1 101 "+http.StatusText(http.StatusSwitchingProtocols)))
	require.NoError(t, s.Close())
	require.Zero(t, s.Connections())
}

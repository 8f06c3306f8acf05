package wsserver_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestAnHour has a handful of clients come, talk, idle, stall, break the rules and
// vanish for an hour, each as its seed says. Every minute all must add up.
func TestAnHour(t *testing.T) {
	const clients = 6
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				h := &hour{Server: s, audience: s.NewAudience(), began: time.Now(), lives: make(map[wsserver.ConnID]wsserver.Kind)}
				h.invite(t, clients, seed)
				for minute := 1; minute <= 60; minute++ {
					h.run(t, time.Duration(minute)*time.Minute)
					h.addsUp(t, clients)
				}
				h.run(t, 63*time.Minute) // longer than any of them stays
				h.guests.Wait()
				h.addsUp(t, 0)
				require.Greater(t, len(h.lives), 10*clients)
				require.Greater(t, h.ends[1000], clients)
				for _, code := range []int{1002, 1006, 1008, 4008} {
					require.Positive(t, h.ends[code], "none ended with code %d", code)
				}
			})
		})
	}
}

// TestClosingTime closes the server at any moment of such an hour: within its two
// seconds, whatever its clients are about.
func TestClosingTime(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				h := &hour{Server: s, audience: s.NewAudience(), began: time.Now(), lives: make(map[wsserver.ConnID]wsserver.Kind)}
				h.invite(t, 6, 100+seed)
				h.run(t, time.Duration(rand.New(rand.NewPCG(seed, 0)).Int64N(int64(3*time.Minute))))
				h.over.Store(true)
				began := time.Now()
				require.NoError(t, s.Close())
				require.LessOrEqual(t, time.Since(began), 2*time.Second)
				h.guests.Wait()
				h.addsUp(t, 0)
			})
		})
	}
}

// hour is the game: it echoes what it is told, and has news every ten seconds.
type hour struct {
	*wsserver.Server
	audience *wsserver.Audience
	began    time.Time
	news     int
	guests   sync.WaitGroup
	over     atomic.Bool // nobody comes any more

	lives  map[wsserver.ConnID]wsserver.Kind // the newest message of each
	open   int
	failed int
	ends   [5000]int // by code
}

// invite has clients come and go for an hour.
func (h *hour) invite(t *testing.T, clients int, seed uint64) {
	t.Helper()
	for i := range uint64(clients) {
		g := &guest{t: t, s: h.Server, r: rand.New(rand.NewPCG(seed, i))}
		h.guests.Go(func() {
			for time.Since(h.began) < time.Hour && !h.over.Load() && !t.Failed() {
				g.come()
				g.pause(20 * time.Second)
			}
		})
	}
}

// run plays until so much of the hour has passed.
func (h *hour) run(t *testing.T, until time.Duration) {
	t.Helper()
	for time.Since(h.began) < until {
		h.Wait(time.Second)
		h.frame(t)
		if n := int(time.Since(h.began) / (10 * time.Second)); n > h.news {
			h.news = n
			h.audience.SendText(append(fmt.Appendf(nil, "news %d ", n), make([]byte, 1000)...))
		}
		h.Update()
	}
}

// frame takes in what has arrived.
func (h *hour) frame(t *testing.T) {
	t.Helper()
	h.Update()
	for m := range h.ProcessMessages {
		h.take(t, m)
	}
	h.ClearMessages()
}

// take takes a message, and checks that it may come.
func (h *hour) take(t *testing.T, m wsserver.Message) {
	t.Helper()
	before := h.lives[m.From]
	require.NotEqual(t, wsserver.Closed, before, "nothing follows a Closed")
	require.Equal(t, m.Kind == wsserver.Opened, before == 0)
	require.True(t, before != wsserver.Failed || m.Kind == wsserver.Closed)
	h.lives[m.From] = m.Kind
	switch m.Kind {
	case wsserver.Opened:
		h.open++
		h.audience.Add(m.From)
	case wsserver.Text:
		h.SendTextMessage(m.From, m.Data) // fails when it is going
	case wsserver.Failed:
		h.failed++
	case wsserver.Closed:
		h.open--
		h.ends[m.Code]++
	}
}

// addsUp compares what the game was told with what the server says of itself.
func (h *hour) addsUp(t *testing.T, clients int) {
	t.Helper()
	synctest.Wait() // everybody sleeps, so nothing happens meanwhile
	h.frame(t)
	counts := h.Counts()
	require.EqualValues(t, len(h.lives), counts.Accepted)
	require.EqualValues(t, h.failed, counts.Failed)
	require.Zero(t, counts.Panics)
	require.LessOrEqual(t, counts.Held, int64(clients)*32<<10, "what some did not read yet")
	require.Equal(t, h.open, h.audience.Len())
	require.LessOrEqual(t, h.open, clients)
	require.LessOrEqual(t, h.open, h.Connections())
	require.LessOrEqual(t, h.Connections(), h.open+clients, "those that are going take a second")
	busy := strings.Count(goroutines("wsserver.(*conn)"), "created by ")
	require.LessOrEqual(t, busy, 2*h.Connections())
}

// guest is a client with a mind of its own. Its goroutine sleeps most of the time.
type guest struct {
	t *testing.T
	s *wsserver.Server
	r *rand.Rand
	*visit
}

// visit is one connection of a guest. Its channels with room for one are locks: a
// mutex would stop the time of the bubble.
type visit struct {
	t       *testing.T
	conn    net.Conn
	reading chan struct{} // held while it must not read
	writing chan struct{}
	ended   chan struct{} // closed when there is nothing more to read

	mu    sync.Mutex
	said  int // texts sent
	heard int // and answered
}

func (g *guest) pause(most time.Duration) { time.Sleep(time.Duration(g.r.Int64N(int64(most)))) }

// come opens a connection, and does this and that until it ends.
func (g *guest) come() {
	conn, r, response := wstest.Dialer{}.Raw(g.t, g.s)
	defer conn.Close()
	if response.StatusCode != http.StatusSwitchingProtocols {
		g.t.Errorf("refused: %s", response.Status)
		return
	}
	g.visit = &visit{t: g.t, conn: conn, reading: make(chan struct{}, 1), writing: make(chan struct{}, 1), ended: make(chan struct{})}
	go g.listen(r)
	for g.act() {
		g.pause(40 * time.Second)
	}
	conn.Close()
	<-g.ended
}

// act does one thing, and reports whether the connection goes on.
func (g *guest) act() bool {
	switch g.r.IntN(12) {
	default: // talks
		for range 1 + g.r.IntN(5) {
			if !g.say(inFragments(g.next(), 1+g.r.IntN(8))) {
				return false
			}
		}
		return true
	case 5: // pings
		return g.say(ping("?") + pong("unasked"))
	case 6: // stalls: the news may be late, or never come
		g.reading <- struct{}{}
		g.pause(25 * time.Second)
		<-g.reading
		return true
	case 7: // leaves
		g.say(closing(1000, ""))
		<-g.ended
		return false
	case 8: // hangs up
		return false
	case 9: // breaks the rules
		g.say([]string{"\xFF\xFF", frame(0x83, ""), txt("\xC0"), last("x")}[g.r.IntN(4)])
		<-g.ended
		return false
	case 10: // says half of something
		if g.say(begin("ha")) {
			g.mustEnd(15 * time.Second)
		}
		return false
	case 11: // vanishes, with its end still open
		g.reading <- struct{}{}
		defer func() { <-g.reading }()
		g.mustEnd(60 * time.Second)
		return false
	}
}

// mustEnd checks that the server has cut the connection when so much time is over.
func (v *visit) mustEnd(within time.Duration) {
	time.Sleep(within)
	if v.say(pong("")) {
		v.t.Errorf("still open after %v", within)
	}
}

// next is a text of its own, which counts.
func (v *visit) next() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.said++
	return strconv.Itoa(v.said)
}

// say sends bytes, and reports whether they could be sent.
func (v *visit) say(frames string) bool {
	v.writing <- struct{}{}
	defer func() { <-v.writing }()
	_, err := io.WriteString(v.conn, frames)
	return err == nil
}

// listen reads, answers pings, and checks that answers come in order.
func (v *visit) listen(r *bufio.Reader) {
	defer close(v.ended)
	for {
		first, payload, err := wstest.ReadFrame(r)
		if err != nil {
			return
		}
		v.reading <- struct{}{}
		<-v.reading
		switch {
		case first == wstest.Fin|wstest.OpPing:
			go v.say(pong(string(payload)))
		case first == wstest.Fin|wstest.OpText && !strings.HasPrefix(string(payload), "news "):
			v.mu.Lock()
			v.heard++
			if string(payload) != strconv.Itoa(v.heard) || v.heard > v.said {
				v.t.Errorf("%q is answer %d to %d texts", payload, v.heard, v.said)
			}
			v.mu.Unlock()
		}
	}
}

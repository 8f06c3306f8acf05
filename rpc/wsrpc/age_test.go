package wsrpc_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// link is a connection that carries so many bytes a second.
type link struct {
	io.Reader
	rate int
}

func (l link) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p[:min(len(p), 4<<10)])
	time.Sleep(time.Duration(n) * time.Second / time.Duration(l.rate))
	return n, err
}

// system is what the systems of both ends hold of a connection: up to 4 MiB, as on
// loopback, which no policy of ours can take back.
func system(r io.Reader) io.Reader {
	out, in := io.Pipe()
	chunks := make(chan []byte, 1024)
	go func() {
		defer close(chunks)
		for {
			p := make([]byte, 4<<10)
			n, err := r.Read(p)
			if err != nil {
				return
			}
			chunks <- p[:n]
		}
	}()
	go func() {
		defer in.Close()
		for p := range chunks {
			if _, err := in.Write(p); err != nil {
				return
			}
		}
	}()
	return out
}

// TestASlowViewerSeesWhatIsNew: of a stream of 64 KiB sixty times a second a viewer
// with a link of 1 MiB a second sees a quarter, and with one event on the way at a
// time none of it is older than a tenth of a second. Without credit it would be
// seconds, however short our own queue is.
func TestASlowViewerSeesWhatIsNew(t *testing.T) {
	const frame = time.Second / 60
	play(t, func(t *testing.T, l *loop) {
		stream := rpc.Open[rpc.Void, string](&l.RPC, rpc.Topic{Name: "picture"}, nil)
		conn, r, response := wstest.Dialer{Path: "/view"}.Raw(t, l)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
		slow := bufio.NewReader(link{system(r), 1 << 20})
		say := func(text string) { conn.Write(wstest.Frame(wstest.Fin|wstest.OpText, []byte(text))) }
		ages, over := make(chan time.Duration, 1000), make(chan struct{})
		go func() {
			defer close(over)
			say(`{"jsonrpc":"2.0","method":"sub.open","params":{"id":"p","topic":"picture","credit":1}}`)
			for {
				first, payload, err := wstest.ReadFrame(slow)
				if err != nil {
					return
				}
				var event struct {
					Params struct {
						Seq  uint32
						Time time.Duration
					}
				}
				if first == wstest.Fin|wstest.OpText && json.Unmarshal(payload, &event) == nil {
					ages <- time.Since(l.began) - event.Params.Time
					say(fmt.Sprintf(`{"jsonrpc":"2.0","method":"sub.ack","params":{"id":"p","seq":%d}}`, event.Params.Seq))
				}
			}
		}()
		picture := strings.Repeat("x", 64<<10)
		for range 600 {
			time.Sleep(frame)
			synctest.Wait() // all that is under way has arrived
			l.frame++
			l.RPC.SetClock(l.frame, l.frame, time.Since(l.began))
			l.Serve(time.Time{})
			require.NoError(t, stream.Publish(picture))
			l.Flush()
		}
		conn.Close()
		<-over
		close(ages)
		var all []time.Duration
		for age := range ages {
			all = append(all, age)
		}
		slices.Sort(all)
		require.Greater(t, len(all), 100, "it sees a good part of them")
		require.LessOrEqual(t, all[len(all)-1], time.Second/10)
		t.Logf("%d pictures, age p50 %v, at most %v", len(all), all[len(all)/2], all[len(all)-1])
	})
}

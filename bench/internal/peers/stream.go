package peers

import (
	"math"
	"time"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
)

// Frames and events of a stream.
const (
	FrameTime   = time.Second / 60
	EventFrames = 6 // every so many frames there is an event: ten a second
)

// Stream is a game of sixty frames a second with a topic that clients subscribe
// to: the whole of Scry's protocol, not its transport alone. All methods but
// ServeHTTP belong to one goroutine.
type Stream struct {
	wsrpc.Server
	topic *rpc.Stream
	frame uint64
	began time.Time
}

// state is an event of the stream: some 256 bytes of JSON.
type state struct {
	Tick    uint64      `json:"tick"`
	Players [8]position `json:"players"`
}

type position struct {
	X, Y  float64
	Score int `json:"score"`
}

// NewStream makes a game.
func NewStream() *Stream {
	s := &Stream{began: time.Now()}
	s.WS.Limits.MaxConnections = math.MaxInt32
	s.Limits.MaxStrangers = math.MaxInt32
	s.topic = rpc.Open[rpc.Void, state](&s.RPC, rpc.Topic{Name: "state"}, nil)
	return s
}

// Subscribe is the text with which a client subscribes.
const Subscribe = `[{"jsonrpc":"2.0","method":"session.login"},{"jsonrpc":"2.0","method":"sub.open","params":{"id":"s","topic":"state"}}]`

// Connected returns how many clients subscribe, after a frame in which they may.
func (s *Stream) Connected() int {
	s.update(false)
	return s.topic.Subscribers()
}

// Broadcast is not what a stream does by the way.
func (s *Stream) Broadcast([]byte) {}

// update is a frame, as far as it is Scry's.
func (s *Stream) update(event bool) {
	s.frame++
	s.RPC.SetClock(s.frame, s.frame, time.Since(s.began))
	s.Serve(time.Now().Add(time.Millisecond))
	if event {
		e := state{Tick: s.frame}
		for i := range e.Players {
			e.Players[i] = position{float64(i), float64(s.frame), i}
		}
		_ = s.topic.Publish(e) // it has a JSON form
	}
	s.Flush()
}

// Play plays so many frames and returns how long Scry took of each.
func (s *Stream) Play(frames int) []time.Duration {
	took := make([]time.Duration, 0, frames)
	tick := time.NewTicker(FrameTime)
	defer tick.Stop()
	for n := range frames {
		<-tick.C
		began := time.Now()
		s.update(n%EventFrames == 0)
		took = append(took, time.Since(began))
	}
	return took
}

// Sent returns the bytes that went out to all clients.
func (s *Stream) Sent() uint64 { return s.WS.Counts().BytesOut }

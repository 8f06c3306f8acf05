package console

import (
	"cmp"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/internal/door"
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
	"github.com/scry-dev/scry/wsserver"
)

// Limits bound what clients may send and hold. A zero field means its default,
// which suits a game on a developer's machine; a program with thousands of viewers
// raises Transport.MaxConnections.
type Limits struct {
	// Transport bounds connections, messages, bytes, and their pace. A client may send
	// 500 messages and 1 MiB a second and twice as much at once, unless that is set
	// otherwise; less than zero is no pace. None holds for the client that holds the
	// game.
	Transport wsserver.Limits
	Protocol  rpc.Limits   // batches, answers, subscriptions
	Queue     wsrpc.Limits // requests that wait, and clients that are about to log in
	HTTP      HTTPLimits   // what Listen opens, and requests by POST
	Scripts   ScriptLimits // lines that are run as commands
}

// The pace of a client, where nothing else is set: far more than a dashboard needs,
// and far less than would keep the game busy.
const (
	messageRate, messageBurst = 500, 1000
	byteRate, byteBurst       = 1 << 20, 2 << 20
)

// transport is the transport's part. Less than zero stands for no pace.
func (l *Limits) transport() wsserver.Limits {
	t := l.Transport
	t.MessageRate, t.MessageBurst = cmp.Or(t.MessageRate, messageRate), cmp.Or(t.MessageBurst, messageBurst)
	t.ByteRate, t.ByteBurst = cmp.Or(t.ByteRate, byteRate), cmp.Or(t.ByteBurst, byteBurst)
	return t
}

// HTTPLimits bound the HTTP side of the console. A zero field means its default.
type HTTPLimits struct {
	// MaxSockets is how many TCP connections may be open at a time, WebSockets and
	// others; the next is answered with status 503. Zero means 128, or twice
	// Transport.MaxConnections where that is more.
	MaxSockets  int
	HeaderTime  time.Duration // for the header of a request to arrive; zero means 5 s
	HeaderBytes int           // size of the header of a request; zero means 8 KiB
	ReadTime    time.Duration // for a request to arrive whole; zero means 10 s
	IdleTime    time.Duration // between two requests of a connection; zero means 30 s
	SendTime    time.Duration // for a client to take more of a file that it asked for; zero means 10 s
	MaxPost     int64         // bytes in the body of a POST; zero means 64 KiB
	MaxPosts    int           // POSTs that wait for the game; zero means 64
}

func (l *Limits) sockets() int {
	return cmp.Or(l.HTTP.MaxSockets, max(128, 2*l.Transport.MaxConnections))
}

func (l *HTTPLimits) headerTime() time.Duration { return cmp.Or(l.HeaderTime, 5*time.Second) }
func (l *HTTPLimits) headerBytes() int          { return cmp.Or(l.HeaderBytes, 8<<10) }
func (l *HTTPLimits) readTime() time.Duration   { return cmp.Or(l.ReadTime, 10*time.Second) }
func (l *HTTPLimits) idleTime() time.Duration   { return cmp.Or(l.IdleTime, 30*time.Second) }
func (l *HTTPLimits) sendTime() time.Duration   { return cmp.Or(l.SendTime, 10*time.Second) }
func (l *HTTPLimits) post() int64               { return cmp.Or(l.MaxPost, 64<<10) }
func (l *HTTPLimits) posts() int                { return cmp.Or(l.MaxPosts, 64) }

// met counts how often limits of the console itself were met. Any goroutine.
type met struct {
	sockets, headerTime, headerBytes, idleTime, sendTime, post, posts, upload, budget, stuck atomic.Uint64
}

// limits adds the rows of the console's own limits to the topic stats.
func (c *Console) limits(stats *rpc.Stats) {
	h, m := &c.Limits.HTTP, &c.met
	wrong := c.door.Wrong()
	evicted, _, dropped := c.Log.lostLines()
	stats.Limits = append(stats.Limits, []rpc.Limit{
		{Scope: "http", Name: "MaxSockets", Value: int64(c.Limits.sockets()), Unit: "connections", Hits: m.sockets.Load(), Help: "the next is refused"},
		{Scope: "http", Name: "HeaderTime", Value: int64(h.headerTime()), Unit: "ns", Hits: m.headerTime.Load(), Help: "the connection is closed"},
		{Scope: "http", Name: "HeaderBytes", Value: int64(h.headerBytes()), Unit: "B", Hits: m.headerBytes.Load(), Help: "the request is refused"},
		{Scope: "http", Name: "IdleTime", Value: int64(h.idleTime()), Unit: "ns", Hits: m.idleTime.Load(), Help: "the connection is closed"},
		{Scope: "http", Name: "SendTime", Value: int64(h.sendTime()), Unit: "ns", Hits: m.sendTime.Load(), Help: "the connection is closed"},
		{Scope: "http", Name: "MaxPost", Value: h.post(), Unit: "B", Hits: m.post.Load(), Help: "the request is refused"},
		{Scope: "http", Name: "MaxPosts", Value: int64(h.posts()), Unit: "requests", Hits: m.posts.Load(), Help: "the request is refused"},
		{Scope: "assets", Name: "MaxBytes", Value: c.Assets.maxBytes(), Unit: "B", Hits: m.upload.Load(), Help: "the upload is refused"},
		{Scope: "door", Name: "wrong logins", Value: door.MaxWrong, Unit: "a minute", Hits: wrong, Help: "who goes on guessing is told to wait for 30 s"},
		{Scope: "frame", Name: "RequestBudget", Value: int64(c.requestBudget()), Unit: "ns", Hits: m.budget.Load(), Help: "what is left waits for the next frame"},
		{Scope: "frame", Name: "watchdog", Value: int64(stuckAfter), Unit: "ns", Hits: m.stuck.Load(), Help: "the log names the request, with its stack"},
		{Scope: "log", Name: "Bytes", Value: int64(c.Log.bytes()), Unit: "B", Hits: evicted, Help: "the oldest lines go"},
		{Scope: "log", Name: "Flood", Value: c.Log.rate(), Unit: "lines a second", Hits: dropped, Help: "of one place in the program; more are left out, and the log says how many"},
		{Scope: "world", Name: "SnapshotBytes", Value: c.World.snapshotBytes(), Unit: "B", Hits: c.World.states.evicted, Help: "the oldest snapshots go"},
	}...)
	stats.Limits = append(stats.Limits, c.Commands.rows()...)
}

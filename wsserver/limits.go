package wsserver

import (
	"cmp"
	"time"
)

// Limits are the bounds of a [Server]. A field that is zero has the default which
// its comment names. What happened at each of them is counted: see
// [Server.LimitCounts].
type Limits struct {
	// MaxMessage is the greatest number of bytes in a message from a client; a
	// longer one closes its connection with code 1009. Zero means 64 KiB.
	MaxMessage int64
	// MaxBacklog is how many unsent bytes may wait for a connection; when more do,
	// it is closed with code 4008. A message that finds nothing waiting may be of
	// any size. Zero means 1 MiB.
	MaxBacklog int
	// BehindAt is how many bytes may wait for a connection before the program is
	// told by a Behind; at half of it a Ready follows. Zero means 64 KiB.
	BehindAt int
	// MaxConnections is how many connections may be open at a time; the next
	// handshake is answered with status 503. A connection counts until Update has
	// taken its Closed in. Zero means 64.
	MaxConnections int
	// MaxInbox is how many messages of one connection may wait to be processed.
	// At the bound the connection is not read, so that its client has to wait, until
	// ClearMessages makes room. Zero means 256.
	MaxInbox int
	// MaxInboxBytes is the same bound in bytes, of which every message counts 128
	// beside its own. The message that reaches it is still read. Zero means 512 KiB.
	MaxInboxBytes int
	// MaxTotalInbox is how many messages of all connections may wait to be
	// processed. Those that say much share the first half of it, and the second is
	// for messages of connections for which nothing waits. Zero means 4,096.
	MaxTotalInbox int
	// MaxTotalInboxBytes is the same bound in bytes, counted as for MaxInboxBytes.
	// Zero means 4 MiB.
	MaxTotalInboxBytes int
	// MaxHeld is how many bytes the server may hold for all connections: what arrives
	// and what waits in either direction, by the room that it takes, with 128 for each
	// message and each queue; what many are sent counts once. Beyond it the
	// connections for which most waits are closed with code 4008 until the rest fits,
	// and nothing is read; from 7/8 of it on handshakes are answered with status 503.
	// Zero means 64 MiB; less than zero means no bound.
	MaxHeld int64
	// MessageRate is how many messages a second a client may send in the long run,
	// and MessageBurst how many at once. One that sends more has to wait: it is not
	// read for as long. Zero or less means that there is no such bound.
	MessageRate, MessageBurst int
	// ByteRate and ByteBurst are the same bound in bytes on the wire, where ByteBurst
	// may be exceeded by a message. Zero or less means that there is no such bound.
	ByteRate, ByteBurst int
	// PingRate is how many pings and pongs a second a client may send, and PingBurst
	// how many more at once. One that sends more is closed with code 1008. Zero means
	// 10 and 20.
	PingRate, PingBurst int
	// AssemblyTime is how long a message may take to arrive, from its first frame, in
	// whole seconds; the connection is then closed with code 1008. Zero means 10 s.
	AssemblyTime time.Duration
	// WriteStall is how long a client may take nothing at all of what is written to
	// it; the connection is then closed with code 4008. Progress, however slow, is no
	// stall. Zero means 10 s.
	WriteStall time.Duration
	// PingAfter is how long a client may be silent before it is pinged, in whole
	// seconds. Zero means 15 s.
	PingAfter time.Duration
	// PingTimeout is how long it then may stay silent, for each of MaxMisses pings, in
	// whole seconds, until the connection is taken for lost. Zero means 20 s.
	PingTimeout time.Duration
	// MaxMisses is how many pings in a row may stay without an answer. Zero means 2.
	MaxMisses int
	// CloseTime is how long a connection may take to end, from the moment that it is
	// to be closed: for writing what is queued, and for the client's answer. Zero
	// means 1 s; Close of the server waits 1.5 s at the most.
	CloseTime time.Duration
	// SocketBuffer is what the system may hold for a client, in bytes. Its own
	// default is several MiB, and what the client sees is seconds old. Zero means
	// 256 KiB; less than zero leaves it to the system.
	SocketBuffer int
}

func (l *Limits) maxMessage() int64          { return cmp.Or(l.MaxMessage, 64<<10) }
func (l *Limits) maxBacklog() int64          { return cmp.Or(int64(l.MaxBacklog), 1<<20) }
func (l *Limits) behindAt() int64            { return cmp.Or(int64(l.BehindAt), 64<<10) }
func (l *Limits) maxConnections() int        { return cmp.Or(l.MaxConnections, 64) }
func (l *Limits) maxInbox() int64            { return cmp.Or(int64(l.MaxInbox), 256) }
func (l *Limits) maxInboxBytes() int64       { return cmp.Or(int64(l.MaxInboxBytes), 512<<10) }
func (l *Limits) maxTotalInbox() int64       { return cmp.Or(int64(l.MaxTotalInbox), 4096) }
func (l *Limits) maxTotalInboxBytes() int64  { return cmp.Or(int64(l.MaxTotalInboxBytes), 4<<20) }
func (l *Limits) maxHeld() int64             { return cmp.Or(l.MaxHeld, 64<<20) }
func (l *Limits) pingRate() int              { return cmp.Or(l.PingRate, 10) }
func (l *Limits) pingBurst() int             { return cmp.Or(l.PingBurst, 20) }
func (l *Limits) assembly() time.Duration    { return cmp.Or(l.AssemblyTime, 10*time.Second) }
func (l *Limits) writeStall() time.Duration  { return cmp.Or(l.WriteStall, 10*time.Second) }
func (l *Limits) pingAfter() time.Duration   { return cmp.Or(l.PingAfter, 15*time.Second) }
func (l *Limits) pingTimeout() time.Duration { return cmp.Or(l.PingTimeout, 20*time.Second) }
func (l *Limits) maxMisses() int             { return cmp.Or(l.MaxMisses, 2) }
func (l *Limits) closeTime() time.Duration   { return cmp.Or(l.CloseTime, time.Second) }
func (l *Limits) socketBuffer() int          { return cmp.Or(l.SocketBuffer, 256<<10) }

// dead is how long a client may be silent in all.
func (l *Limits) dead() time.Duration {
	return l.pingAfter() + time.Duration(l.maxMisses())*l.pingTimeout()
}

// limit names a field of Limits, in their order.
type limit int

const (
	limitMessage limit = iota
	limitBacklog
	limitBehind
	limitConnections
	limitInbox
	limitInboxBytes
	limitTotalInbox
	limitTotalInboxBytes
	limitHeld
	limitMessageRate
	limitMessageBurst
	limitByteRate
	limitByteBurst
	limitPings
	limitPingBurst
	limitAssembly
	limitStall
	limitPingAfter
	limitPingTimeout
	limitMisses
	limitClose
	limitSocket
	allLimits
)

// hit counts that a limit was met.
func (s *Server) hit(l limit) { s.hits[l].Add(1) }

// LimitCount is a limit, and how often it was met.
type LimitCount struct {
	Name  string // of the field of Limits
	Value int64  // in force
	Unit  string // of the value: "B", "ns", or what is counted
	Hits  uint64 // since the server's start
	Help  string // one line: what happens then
}

// LimitCounts returns a row for each field of Limits, in their order. Any
// goroutine may call it.
func (s *Server) LimitCounts() []LimitCount {
	l := &s.Limits
	rows := [allLimits]LimitCount{
		limitMessage:         {Name: "MaxMessage", Value: l.maxMessage(), Unit: "B", Help: "the connection is closed with 1009"},
		limitBacklog:         {Name: "MaxBacklog", Value: l.maxBacklog(), Unit: "B", Help: "the connection is closed with 4008"},
		limitBehind:          {Name: "BehindAt", Value: l.behindAt(), Unit: "B", Help: "streams of the client are held back"},
		limitConnections:     {Name: "MaxConnections", Value: int64(l.maxConnections()), Unit: "connections", Help: "the handshake is refused"},
		limitInbox:           {Name: "MaxInbox", Value: l.maxInbox(), Unit: "messages", Help: "the client is not read until there is room"},
		limitInboxBytes:      {Name: "MaxInboxBytes", Value: l.maxInboxBytes(), Unit: "B", Help: "the client is not read until there is room"},
		limitTotalInbox:      {Name: "MaxTotalInbox", Value: l.maxTotalInbox(), Unit: "messages", Help: "clients are not read until there is room"},
		limitTotalInboxBytes: {Name: "MaxTotalInboxBytes", Value: l.maxTotalInboxBytes(), Unit: "B", Help: "clients are not read until there is room"},
		limitHeld:            {Name: "MaxHeld", Value: l.maxHeld(), Unit: "B", Help: "who has most waiting is closed with 4008, and handshakes are refused"},
		limitMessageRate:     {Name: "MessageRate", Value: int64(l.MessageRate), Unit: "messages/s", Help: "the client is not read for as long"},
		limitMessageBurst:    {Name: "MessageBurst", Value: int64(l.MessageBurst), Unit: "messages", Help: "as the rate, which it goes beyond"},
		limitByteRate:        {Name: "ByteRate", Value: int64(l.ByteRate), Unit: "B/s", Help: "the client is not read for as long"},
		limitByteBurst:       {Name: "ByteBurst", Value: int64(l.ByteBurst), Unit: "B", Help: "as the rate, which it goes beyond"},
		limitPings:           {Name: "PingRate", Value: int64(l.pingRate()), Unit: "pings/s", Help: "the connection is closed with 1008"},
		limitPingBurst:       {Name: "PingBurst", Value: int64(l.pingBurst()), Unit: "pings", Help: "as the rate, which it goes beyond"},
		limitAssembly:        {Name: "AssemblyTime", Value: int64(l.assembly()), Unit: "ns", Help: "the connection is closed with 1008"},
		limitStall:           {Name: "WriteStall", Value: int64(l.writeStall()), Unit: "ns", Help: "the connection is closed with 4008"},
		limitPingAfter:       {Name: "PingAfter", Value: int64(l.pingAfter()), Unit: "ns", Help: "a client that is silent is pinged"},
		limitPingTimeout:     {Name: "PingTimeout", Value: int64(l.pingTimeout()), Unit: "ns", Help: "the ping counts as missed"},
		limitMisses:          {Name: "MaxMisses", Value: int64(l.maxMisses()), Unit: "pings", Help: "the connection is taken for lost"},
		limitClose:           {Name: "CloseTime", Value: int64(l.closeTime()), Unit: "ns", Help: "the connection is cut"},
		limitSocket:          {Name: "SocketBuffer", Value: int64(l.socketBuffer()), Unit: "B", Help: "what the system holds for a client"},
	}
	for i := range rows {
		rows[i].Hits = s.hits[i].Load()
	}
	return rows[:]
}

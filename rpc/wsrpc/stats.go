package wsrpc

import "github.com/scry-dev/scry/rpc"

// The limits that the connection of the two keeps, in the order of their rows.
const (
	limitStrangers = iota
	limitQueued
	limitQueuedSize
	limitWaiting
	limitWaitSize
	limits
)

// tell completes the topic stats.
func (s *Server) tell(stats *rpc.Stats) {
	counts := s.WS.Counts()
	t := &rpc.Transport{
		Connections: s.WS.Connections(), Accepted: counts.Accepted, Refused: counts.Refused, Failed: counts.Failed,
		Slow: counts.Slow, Panics: counts.Panics, BytesIn: counts.BytesIn, BytesOut: counts.BytesOut,
		MessagesIn: counts.MessagesIn, MessagesOut: counts.MessagesOut, Held: counts.Held,
		Accepting: s.WS.Accepting(), Blocked: s.blocked(),
	}
	stats.Transport = t
	for _, l := range s.WS.LimitCounts() {
		if l.Name == "MaxHeld" {
			t.Budget = l.Value
		}
		stats.Limits = append(stats.Limits, rpc.Limit{Scope: "transport", Name: l.Name, Value: l.Value, Unit: l.Unit, Hits: l.Hits, Help: l.Help})
	}
	stats.Limits = append(stats.Limits, s.limits()...)
	if s.stats != nil {
		s.stats(stats)
	}
}

// blocked returns the addresses that are not let in, in words; never nil.
func (s *Server) blocked() []string {
	blocked := []string{}
	for _, network := range s.WS.Blocked() {
		blocked = append(blocked, network.String())
	}
	return blocked
}

func (s *Server) limits() []rpc.Limit {
	l := &s.Limits
	s.hits[limitStrangers] = s.turned.Load()
	rows := []rpc.Limit{
		limitStrangers:  {Name: "MaxStrangers", Value: int64(l.strangers()), Unit: "clients", Help: "who is not logged in; another handshake is refused"},
		limitQueued:     {Name: "MaxQueued", Value: int64(l.queued()), Unit: "texts", Help: "of one client; it is not read until they are served"},
		limitQueuedSize: {Name: "MaxQueuedSize", Value: int64(l.queuedSize()), Unit: "B", Help: "of one client; it is not read until they are served"},
		limitWaiting:    {Name: "MaxWaiting", Value: int64(l.waiting()), Unit: "texts", Help: "of all clients; they are not read until some are served"},
		limitWaitSize:   {Name: "MaxWaitSize", Value: int64(l.waitSize()), Unit: "B", Help: "of all clients; they are not read until some are served"},
	}
	for i := range rows {
		rows[i].Scope, rows[i].Hits = "queue", s.hits[i]
	}
	return rows
}

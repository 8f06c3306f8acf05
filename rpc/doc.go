// Package rpc is JSON-RPC 2.0 for a program with a main loop: calls of all
// clients run inside [Server.Dispatch], on the loop's goroutine, in order, within
// a time budget. Beside calls it has sessions with unique names, messages between
// clients, and subscriptions to streams of events. It knows no transport: a client
// is anything that can send a text.
//
//	var s rpc.Server // the zero value is ready
//
//	type set struct {
//		Name  string  `json:"name" help:"of the variable"`
//		Value float64 `json:"value" min:"0" max:"50" unit:"m/s²"`
//	}
//	rpc.Handle(&s, rpc.Method{Name: "cvar.set"}, func(c *rpc.Call, p set) (rpc.Void, error) {
//		if p.Name != "gravity" {
//			return rpc.Void{}, rpc.Errorf(rpc.NotFound, "cvar %q is not known", p.Name)
//		}
//		gravity = p.Value // a plain variable: this is the loop's goroutine
//		return rpc.Void{}, nil
//	})
//
//	peer := s.Connect(conn, rpc.Edit) // a client comes
//
//	// on the goroutine that reads from the client:
//	text := rpc.Parse(data, rpc.Limits{})
//
//	// in the loop:
//	s.SetClock(frame, tick, sinceStart)
//	s.Receive(peer, text)
//	s.Dispatch(time.Now().Add(time.Millisecond))
//	s.Flush()
//
// # Goroutines
//
// [Parse], [Append], [Decode], [AppendString] and [Nearest] may be called from any
// goroutine. All else belongs to the one that calls Dispatch; there is no lock, no
// goroutine and no channel in the package. Handlers run inside Dispatch and
// nowhere else. One that panics is answered with an error, and the loop goes on.
//
// # By default
//
// Limits are those of [Limits]; methods need the role [Edit], topics the role
// [View]; a login is granted [Drive] unless [Server.Authenticate] says otherwise;
// a stream keeps the newest event for a client that is slow. What a client may
// queue is bounded by who reads from it: see [Peer.Queued].
//
// # Choices where the specification leaves one
//
// Ids are echoed as the bytes that came, and may be any string, number or null of
// at most 128 bytes; a request with the id null is a request and is answered. An
// id is echoed even when the rest of the object is no request. Params that are
// null are none. Members of the envelope that the specification does not name are
// ignored, and so is an answer, because the server asks nothing. A batch runs in
// order, as a whole; its answers stand in that order, but those of calls that are
// answered later ([Call.Defer]) come behind. A batch of notifications is not
// answered; a member that is no request is answered in its place. A text with
// duplicate keys, lone surrogates or bytes that are not UTF-8 is not JSON.
package rpc

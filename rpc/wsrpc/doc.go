// Package wsrpc carries package rpc over package wsserver: JSON-RPC 2.0 over
// WebSocket for a program with a loop. Each of the two can be used without the
// other; this is the little that both together need.
//
//	var srv wsrpc.Server // the zero value is ready
//
//	rpc.Handle(&srv.RPC, rpc.Method{Name: "dice.roll"}, roll)
//	go http.ListenAndServe("127.0.0.1:6070", &srv)
//
//	for frame := range frames {
//		srv.RPC.SetClock(frame, frame, time.Since(began))
//		srv.Serve(time.Now().Add(time.Millisecond)) // takes in and runs what has come
//		…
//		srv.Flush() // answers and events leave
//	}
//
// A connection becomes a client of the protocol when it opens, and is none any
// more when it closes. A client whose calls wait is not read until they are
// served, so that it has to wait too; one that reads slowly is taken from the
// audiences of streams until it has caught up.
//
// [Server.ServeHTTP] may be called from any goroutine; all else belongs to the
// loop's. By default who comes has to log in, which is let in by
// [rpc.Server.Authenticate]; sixteen may be about to.
package wsrpc

// Package wstest has WebSocket clients in memory, for tests of programs that use
// package wsserver: no port, no network, and no sleeping.
//
//	var srv wsserver.Server
//	c := wstest.Dial(t, &srv)
//	c.SendText([]byte("hello"))
//	for srv.Wait(time.Minute) {
//		srv.Update()
//		...
//	}
//	kind, data, err := c.Next(t.Context())
//
// A client speaks to an http.Server of its own, through a pipe that has no buffer:
// what the other side does not read, blocks. All of it works inside a bubble of
// testing/synctest, where time is fake. It goes away with the test.
//
// A [Client] reads by itself, and answers pings and closes as a browser does. For
// a peer that does not behave, [Dialer.Raw] gives the pipe after the handshake,
// [Pipe] the one before it, and [Frame] the bytes to put into them.
//
// The methods of a Client may be called from any goroutine. The package frames
// messages by itself, so that it can tell when the server does it wrong.
package wstest

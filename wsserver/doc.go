// Package wsserver is a WebSocket server for programs that have a loop: a game
// polls it once a frame and is never called back, never blocked and never woken.
//
//	var srv wsserver.Server // the zero value is ready
//
//	go http.ListenAndServe("127.0.0.1:6060", &srv)
//
//	for { // the game's loop
//		srv.Update()
//		for m := range srv.ProcessMessages {
//			switch m.Kind {
//			case wsserver.Text:
//				srv.SendTextMessage(m.From, m.Data)
//			case wsserver.Closed:
//				log.Print(m.From, " left: ", m.Reason)
//			}
//		}
//		srv.ClearMessages()
//	}
//
// There are three buffers. Readers, one goroutine for each connection, fill the
// incoming one; the program fills the outgoing one; [Server.Update] moves what
// came in behind the parsed messages, and hands what is to go out to a goroutine
// that distributes it to the connections. Connections that open, fail and close
// are messages too, in order with what the connection said.
//
// [Server.AcceptConnection], [Server.ServeHTTP], [Server.CheckRequest],
// [Server.Refuse], [Server.Wake], [Server.Connections], [Server.Counts] and
// [Server.Close] may be called from any goroutine. Every other method belongs to
// the goroutine that calls Update: the game's.
//
// By default a request gets in when it was addressed to this machine by a
// loopback address or as "localhost", and when a page that sent it came from the
// server itself: see [Server.CheckRequest]. A client may send messages of 64 KiB
// and let 1 MiB wait for it; one that breaks a bound or the protocol is closed
// with a code and a reason, and nothing that it does or fails to do can hold up
// Update or Close. Messages are not compressed.
package wsserver

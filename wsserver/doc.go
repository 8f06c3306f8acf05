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
// What many are to be told goes to an [Audience], which costs the game the same
// whatever their number: the message is framed once and held once. A client that
// takes less than it is sent is announced by a [Behind], long before it is closed
// for it, and by a [Ready] when it has caught up.
//
// Who may come in, what was counted and the end of it all may be asked and changed
// from any goroutine: see [Server]. Every other method belongs to the goroutine
// that calls Update: the game's.
//
// By default a request gets in when it was addressed to this machine by a
// loopback address or as "localhost", and when a page that sent it came from the
// server itself: see [Server.CheckRequest]. A client may send messages of 64 KiB
// and let 1 MiB wait for it, as [Limits] tells with all other bounds; one that
// breaks a bound or the protocol is closed with a code and a reason, and nothing
// that it does or fails to do can hold up Update or Close. What the server holds
// for all of them is bounded too, also when the program stops calling Update: an
// idle connection takes some 7 KiB, and no goroutine but its reader. Messages are
// not compressed.
package wsserver

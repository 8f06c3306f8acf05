// Package capture is the file in which a game keeps what it measured: the format
// .scry, and its way into other people's viewers.
//
//	w, err := capture.NewWriter(file, capture.Meta{Name: "garden"})
//	w.Snapshot("timings", state)
//	w.Binary("scopes", message)
//	err = w.Close()
//
//	c, err := capture.Read(file, 0)
//	err = capture.Perfetto(out, c)
//
// A file is gzip over the bytes "SCRY1\n" and records. The first record tells of
// the whole; each of the others is what the topic of its name sent to a dashboard:
// its first state, an event in JSON, or a binary message. So the dashboard reads a
// file with the code that reads a running game. Readers skip the records that they
// do not know.
//
// Each value belongs to one goroutine. A Capture may be read by many. What comes
// in is hostile until it is read: sizes are bounded and nothing is believed.
package capture

package calls

import "io"

// wire is a connection in memory to a library that reads and writes on goroutines
// of its own. One call is under way at a time.
type wire struct {
	in   chan []byte
	out  chan []byte
	quit chan struct{}
	rest []byte // of a request that was read in part
	sent []byte // the answer, which is the library's until Write returns
}

func newWire() *wire {
	return &wire{in: make(chan []byte), out: make(chan []byte), quit: make(chan struct{})}
}

// Call hands a request over and waits for the answer.
func (w *wire) Call(request []byte) []byte {
	w.in <- request
	return <-w.out
}

// Read reads of a request.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.rest) == 0 {
		text, err := w.Recv()
		if err != nil {
			return 0, err
		}
		w.rest = text
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// Write takes an answer, which every library here writes in one piece.
func (w *wire) Write(p []byte) (int, error) { return len(p), w.Send(p) }

// Recv returns a request whole, as jrpc2 wants it.
func (w *wire) Recv() ([]byte, error) {
	select {
	case text := <-w.in:
		return text, nil
	case <-w.quit:
		return nil, io.EOF
	}
}

// Send takes an answer whole.
func (w *wire) Send(p []byte) error {
	w.sent = append(w.sent[:0], p...)
	w.out <- w.sent
	return nil
}

// hangUp ends the reading.
func (w *wire) hangUp() { close(w.quit) }

// Close is the library's, when it has seen the end.
func (w *wire) Close() error { return nil }

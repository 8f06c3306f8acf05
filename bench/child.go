package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/scry-dev/scry/bench/internal/peers"
)

// childEnv tells a process that it is the server of another: "echo gws".
const childEnv = "SCRY_BENCH_SERVER"

// The modes of a server.
const (
	modeEcho   = "echo"   // it sends back what comes
	modeListen = "listen" // it reads and forgets, and broadcasts when it is told to
	modeStream = "stream" // it is a game with a stream
)

var errNoChild = errors.New("this process serves nobody")

// order is what a server is told, a line of JSON on its standard input.
type order struct {
	Do string // "usage", "settle", "gather", "broadcast" or "play"

	Clients int // gather: wait until so many are connected

	Size, Count, Window int // broadcast; play has Count frames
}

// report is the server's answer to an order, a line on its standard output.
type report struct {
	Error string
	Addr  string // in the first one, which nobody ordered
	Usage usage  // what was used; by broadcast and play, for it alone

	Took  time.Duration   // broadcast: until the last was acknowledged; play: until the last frame
	Calls []time.Duration // how long each call, or frame, took
	Bytes uint64          // play: that went out since the process began
}

// usage is what the process has used since it began.
type usage struct {
	CPU      time.Duration // in user and kernel mode
	Mallocs  uint64
	Resident int64 // bytes that are resident now; by settle alone
}

// child is the server's side of a process: it serves the library that the
// environment names until its standard input ends, and then returns nil.
// It returns errNoChild where the environment names none.
func child(libraries []peers.Library) error {
	mode, name, ok := strings.Cut(os.Getenv(childEnv), " ")
	if !ok {
		return errNoChild
	}
	l, ok := peers.Find(libraries, name)
	if !ok {
		return fmt.Errorf("there is no library %q", name)
	}
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &served{acks: os.NewFile(3, "acknowledgements")}
	if mode == modeStream {
		s.game = peers.NewStream()
		s.Server = s.game
	} else {
		s.Server = l.New(mode == modeEcho)
	}
	go http.Serve(ln, s.Server)
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(report{Addr: ln.Addr().String()}); err != nil {
		return err
	}
	for in := json.NewDecoder(os.Stdin); ; {
		var o order
		if err := in.Decode(&o); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		r, err := s.obey(o)
		if err != nil {
			r.Error = err.Error()
		}
		if err := out.Encode(r); err != nil {
			return err
		}
	}
}

// served is a server and the pipe on which the clients' process acknowledges each
// broadcast that has come to everybody, with one byte.
type served struct {
	peers.Server
	game *peers.Stream // the Server, in the mode stream
	acks *os.File
}

func (s *served) obey(o order) (report, error) {
	switch o.Do {
	case "usage":
		return report{Usage: used()}, nil
	case "settle":
		return settle()
	case "gather":
		return report{}, s.gather(o.Clients)
	case "broadcast":
		return s.broadcast(o)
	case "play":
		return s.play(o)
	}
	return report{}, fmt.Errorf("there is no order %q", o.Do)
}

// gather waits for so many connections.
func (s *served) gather(n int) error {
	for until := time.Now().Add(20 * time.Second); s.Connected() != n; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			return fmt.Errorf("%d are connected, not %d", s.Connected(), n)
		}
	}
	return nil
}

// broadcast sends texts to all, with no more than a window of them
// unacknowledged.
func (s *served) broadcast(o order) (report, error) {
	text := make([]byte, o.Size)
	for i := range text {
		text[i] = 'a' + byte(i%26)
	}
	r := report{Calls: make([]time.Duration, 0, o.Count)}
	acks := make([]byte, o.Count)
	before, began := used(), time.Now()
	for sent, acked := 0, 0; acked < o.Count; {
		for sent < o.Count && sent-acked < o.Window {
			call := time.Now()
			s.Broadcast(text)
			r.Calls = append(r.Calls, time.Since(call))
			sent++
		}
		n, err := s.acks.Read(acks)
		if err != nil {
			return r, err
		}
		acked += n
	}
	r.Took = time.Since(began)
	r.Usage = used().since(before)
	return r, nil
}

// play plays frames, and then waits until nothing goes out any more.
func (s *served) play(o order) (report, error) {
	before, began := used(), time.Now()
	r := report{Calls: s.game.Play(o.Count)}
	r.Took = time.Since(began)
	r.Usage = used().since(before)
	for {
		r.Bytes = s.game.Sent()
		time.Sleep(300 * time.Millisecond)
		if s.game.Sent() == r.Bytes {
			return r, nil
		}
	}
}

// used reads what the process has used.
func used() usage {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r) // fails for a bad argument alone
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), Mallocs: m.Mallocs}
}

// since is what was used after another moment.
func (u usage) since(before usage) usage {
	return usage{CPU: u.CPU - before.CPU, Mallocs: u.Mallocs - before.Mallocs}
}

// settle gives back all memory that is not in use, and tells how much is.
func settle() (report, error) {
	runtime.GC() // pools let go of what they hold in two collections
	runtime.GC()
	debug.FreeOSMemory()
	r := report{Usage: used()}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return r, err
	}
	for line := range strings.Lines(string(status)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kib); n == 1 {
			r.Usage.Resident = kib << 10
			return r, nil
		}
	}
	return r, errors.New("the kernel does not tell the resident memory")
}

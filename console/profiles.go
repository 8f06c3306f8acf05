package console

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"strings"
	"sync"
	"time"
)

// profiler is what of the Go runtime only one can have at a time. Any goroutine.
type profiler struct {
	mu      sync.Mutex
	running string // what runs and for whom; "" while nothing does
	until   time.Time

	flight sync.Mutex // held while the recorder begins, ends and is read
	rec    *trace.FlightRecorder
	keeps  time.Duration
	since  time.Time   // when the recorder began
	idle   *time.Timer // ends it when nobody asks any more
	wanted time.Time   // until when, at the least
	always bool        // it runs until the end
	over   bool        // the console is closed
}

// octets is the content type of what is for programs alone.
const octets = "application/octet-stream"

// take reserves the profiler, or says what it is busy with.
func (p *profiler) take(what string, long time.Duration, r *http.Request) (busy string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != "" {
		left := max(0, time.Until(p.until)).Round(time.Second)
		return fmt.Sprintf("%s is being made, and ends in %v", p.running, left)
	}
	p.running, p.until = fmt.Sprintf("%s of %v for %s", what, long, r.RemoteAddr), time.Now().Add(long)
	return ""
}

func (p *profiler) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = ""
}

// seconds reads how long something is to take.
func seconds(r *http.Request, otherwise int) (time.Duration, error) {
	text := r.FormValue("seconds")
	if text == "" {
		return time.Duration(otherwise) * time.Second, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 60 {
		return 0, fmt.Errorf("seconds is %.20q; wanted is a whole number from 1 to 60", text)
	}
	return time.Duration(n) * time.Second, nil
}

// serveProfile answers with a profile of the program.
func (c *Console) serveProfile(w http.ResponseWriter, r *http.Request) {
	switch name := strings.TrimPrefix(r.URL.Path, "/debug/pprof/"); name {
	case "":
		listProfiles(w)
	case "profile":
		c.exclusively(w, r, "a CPU profile", 30, c.profileCPU)
	case "trace":
		c.exclusively(w, r, "an execution trace", 1, c.traceExecution)
	default:
		c.lookUp(w, r, name)
	}
}

func listProfiles(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "profile  the processor, ?seconds=30")
	fmt.Fprintln(w, "trace  the execution, ?seconds=1")
	for _, p := range pprof.Profiles() {
		fmt.Fprintf(w, "%s  %d\n", p.Name(), p.Count())
	}
}

// lookUp answers with one of the profiles that the runtime always has.
func (c *Console) lookUp(w http.ResponseWriter, r *http.Request, name string) {
	p := pprof.Lookup(name)
	if p == nil {
		refuse(w, http.StatusNotFound, fmt.Sprintf("there is no profile %.40q; /debug/pprof/ lists them", name))
		return
	}
	if r.FormValue("seconds") != "" {
		refuse(w, http.StatusBadRequest, "this profile is of a moment; profile and trace take seconds")
		return
	}
	debug, err := strconv.Atoi(r.FormValue("debug"))
	if r.FormValue("debug") != "" && (err != nil || debug < 0 || debug > 2) {
		refuse(w, http.StatusBadRequest, "debug is 0, 1 or 2")
		return
	}
	if name == "heap" && r.FormValue("gc") == "1" && r.Method == http.MethodGet {
		runtime.GC()
	}
	file, kind := c.name()+"-"+name+".pb.gz", octets
	if debug > 0 {
		file, kind = c.name()+"-"+name+".txt", "text/plain; charset=utf-8"
	}
	c.attach(w, r, file, kind, 0, func(w io.Writer) error { return p.WriteTo(w, debug) })
}

// exclusively makes what only one can have at a time.
func (c *Console) exclusively(w http.ResponseWriter, r *http.Request, what string, otherwise int, run func(http.ResponseWriter, *http.Request, time.Duration)) {
	long, err := seconds(r, otherwise)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	if busy := c.profiler.take(what, long, r); busy != "" {
		refuse(w, http.StatusConflict, busy)
		return
	}
	defer c.profiler.release()
	run(w, r, long)
}

func (c *Console) profileCPU(w http.ResponseWriter, r *http.Request, long time.Duration) {
	var out bytes.Buffer // the runtime writes it at the end
	if err := pprof.StartCPUProfile(&out); err != nil {
		refuse(w, http.StatusConflict, "another part of the program makes a CPU profile: "+err.Error())
		return
	}
	err := c.await(r, long)
	pprof.StopCPUProfile()
	switch {
	case errors.Is(err, errShut):
		refuse(w, http.StatusServiceUnavailable, err.Error())
	case err == nil:
		c.attachBytes(w, r, c.name()+"-cpu.pb.gz", octets, out.Bytes())
	}
}

// traceExecution sends the trace while it is made: it may be large. One that ends
// early is whole as far as it goes.
func (c *Console) traceExecution(w http.ResponseWriter, r *http.Request, long time.Duration) {
	announce(w.Header(), c.name()+".trace", octets)
	out := c.steady(w)
	if err := trace.Start(out); err != nil {
		w.Header().Del("Content-Disposition")
		refuse(w, http.StatusConflict, "another part of the program traces the execution: "+err.Error())
		return
	}
	_ = c.await(r, long)
	trace.Stop()
	out.end()
}

const (
	// flightIdle is how long the recorder runs on after somebody asked.
	flightIdle = 10 * time.Minute
	// flightBytes bounds what it holds, whatever its window.
	flightBytes = 32 << 20
)

// serveFlight answers with the last seconds of the execution, out of Go's flight
// recorder. The first to ask has it begin, and waits until that much was recorded.
func (c *Console) serveFlight(w http.ResponseWriter, r *http.Request) {
	long, err := seconds(r, 5)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	var out bytes.Buffer
	ready, err := c.profiler.fly(long, flightIdle)
	if err == nil {
		err = c.await(r, ready)
	}
	if err == nil {
		if !c.copy(r) { // many of them would be much memory
			return
		}
		defer c.copied()
		err = c.profiler.snapshot(&out)
	}
	switch {
	case errors.Is(err, errShut):
		refuse(w, http.StatusServiceUnavailable, err.Error())
	case errors.Is(err, errTaken):
		refuse(w, http.StatusConflict, err.Error())
	case err == nil:
		c.attachBytes(w, r, c.name()+"-flight.trace", octets, out.Bytes())
	}
}

// errTaken says that the one flight recorder that a program can have is not ours.
var errTaken = errors.New("the flight recorder is already active in another part of the program, and a program has one")

// fly has the recorder keep so much, and returns after how long it does. Without an
// idle time it runs until the console is closed.
func (p *profiler) fly(keep, idle time.Duration) (ready time.Duration, err error) {
	p.flight.Lock()
	defer p.flight.Unlock()
	if p.over {
		return 0, errShut
	}
	if p.rec != nil && p.keeps < keep {
		p.land()
	}
	if p.rec == nil {
		rec := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: keep, MaxBytes: flightBytes})
		if err := rec.Start(); err != nil {
			return 0, errTaken
		}
		p.rec, p.keeps, p.since = rec, keep, time.Now()
	}
	p.wanted = time.Now().Add(idle)
	switch {
	case idle == 0:
		p.always = true
	case p.always:
	case p.idle == nil:
		p.idle = time.AfterFunc(idle, p.rest)
	default:
		p.idle.Reset(idle)
	}
	return max(0, keep-time.Since(p.since)), nil
}

// snapshot writes what the recorder holds.
func (p *profiler) snapshot(w io.Writer) error {
	p.flight.Lock()
	defer p.flight.Unlock()
	if p.rec == nil {
		return errShut
	}
	_, err := p.rec.WriteTo(w)
	return err
}

// rest ends a recorder that nobody asked for any more. Somebody may have asked again
// while the timer, which had run out, waited for the lock.
func (p *profiler) rest() {
	p.flight.Lock()
	defer p.flight.Unlock()
	if !p.always && !time.Now().Before(p.wanted) {
		p.land()
	}
}

// close ends the recorder for good.
func (p *profiler) close() {
	p.flight.Lock()
	defer p.flight.Unlock()
	p.over = true
	if p.idle != nil {
		p.idle.Stop()
	}
	p.land()
}

func (p *profiler) land() {
	if p.rec != nil {
		p.rec.Stop()
		p.rec = nil
	}
}

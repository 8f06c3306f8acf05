package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/scry-dev/scry/internal/door"
)

// life is what of the console lives on other goroutines: servers, the sampler of
// memory, and what goes with them at Close.
type life struct {
	mu      sync.Mutex
	closed  bool
	servers []*http.Server
	url     string // http://127.0.0.1:6060, once listening
	note    string // path of the discovery file
	stop    chan struct{}
	ended   chan struct{} // closed when Close is over
	again   chan struct{} // asks for the next link to be printed; room for one
	running sync.WaitGroup
	// printing says that there is an address, and somebody to print the next link.
	printing bool
}

// portsTried is how many ports are tried, from the one that was asked for on.
const portsTried = 10

// Listen opens the console on an address of this machine, such as
// "127.0.0.1:6060"; port 0 takes a free one, and a port that is taken is passed
// over for the next, ten at the most. It prints a line with the link to the
// dashboard, which works once; whenever it was used, the next is printed. It
// returns once the console listens, which it does until [Console.Close].
func (c *Console) Listen(addr string) error {
	c.once.Do(c.setup)
	host, port, err := loopback(addr)
	if err != nil {
		return err
	}
	ln, err := listenNear(host, port)
	if err != nil {
		return err
	}
	lns := []net.Listener{ln}
	// The name localhost may mean [::1]: take it too, lest another program there
	// answers in our place. Not every machine has it.
	if taken := ln.Addr().(*net.TCPAddr); taken.IP.Equal(net.IPv4(127, 0, 0, 1)) {
		if ln6, err := net.Listen("tcp", net.JoinHostPort("::1", strconv.Itoa(taken.Port))); err == nil {
			lns = append(lns, ln6)
		}
	}
	if err := c.serveOn(lns); err != nil {
		return err
	}
	c.printLink()
	return nil
}

// loopback checks that an address names this machine and no other.
func loopback(addr string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, fmt.Errorf("console: listen on %q: wanted is host:port, such as 127.0.0.1:6060", addr)
	}
	if port, err = strconv.Atoi(text); err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("console: listen on %q: %q is no port; wanted is 0 to 65535", addr, text)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", 0, fmt.Errorf("console: listen on %q: only this machine may reach the console: use 127.0.0.1:%d, and an SSH tunnel from elsewhere", addr, port)
	}
	return host, port, nil
}

// listenNear takes the port, or one of the next where it is taken.
func listenNear(host string, port int) (net.Listener, error) {
	var first error
	for n := range portsTried {
		ln, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port+n)))
		if err == nil {
			return ln, nil
		}
		if first == nil {
			first = err
		}
		if !inUse(err) || port == 0 || port+n == 65535 {
			break
		}
	}
	if inUse(first) {
		return nil, fmt.Errorf("console: port %d and the next %d are taken by other programs; port 0 takes a free one: %w", port, portsTried-1, first)
	}
	return nil, fmt.Errorf("console: %w", first)
}

// inUse reports whether a port is another program's. Windows has a number of its
// own for that, WSAEADDRINUSE, which package syscall does not take for the same.
func inUse(err error) bool {
	const windows = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windows)
}

// serveOn serves on the listeners until Close.
func (c *Console) serveOn(lns []net.Listener) error {
	c.life.mu.Lock()
	defer c.life.mu.Unlock()
	if c.life.closed || len(c.life.servers) > 0 {
		for _, ln := range lns {
			ln.Close()
		}
		if c.life.closed {
			return errors.New("console: listen after Close")
		}
		return errors.New("console: listening already at " + c.life.url)
	}
	slots, l := make(chan struct{}, c.Limits.sockets()), &c.Limits.HTTP
	for _, ln := range lns {
		srv := &http.Server{
			Handler: c, ReadHeaderTimeout: l.headerTime(), ReadTimeout: l.readTime(), IdleTimeout: l.idleTime(),
			MaxHeaderBytes: l.headerBytes(), ErrorLog: log.New(io.Discard, "", 0), Protocols: http1(), ConnState: c.noteState, ConnContext: withSocket,
		}
		c.life.servers = append(c.life.servers, srv)
		c.life.running.Go(func() { srv.Serve(capped{ln, slots, &c.met}) })
	}
	c.life.url = "http://" + lns[0].Addr().String()
	c.startLocked()
	return nil
}

func http1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// start begins what goes on beside the game: it is called by all that serves.
func (c *Console) start() {
	c.life.mu.Lock()
	defer c.life.mu.Unlock()
	c.startLocked()
}

func (c *Console) startLocked() {
	l := &c.life
	if l.closed {
		return
	}
	if l.stop == nil {
		l.stop, l.again = make(chan struct{}), make(chan struct{}, 1)
		l.running.Go(func() { c.Memory.run(l.stop) })
		l.running.Go(func() { c.watch(l.stop) })
		l.running.Go(func() { c.flight.run(l.stop, c.Blackbox.finish) })
		l.running.Go(func() { c.Assets.run(l.stop) })
		if c.Cvars.keepsFiles() {
			l.running.Go(func() { c.Cvars.clerk.run(l.stop) })
		}
		if c.Tests.kept() {
			l.running.Go(func() { c.Tests.shelf.run(l.stop) })
		}
		c.collecting.Store(true)
		if c.FlightTrace > 0 {
			if _, err := c.profiler.fly(c.FlightTrace, 0); err != nil {
				c.Log.say("the execution is not traced", "error", err)
			}
		}
	}
	if l.url == "" || l.printing {
		return
	}
	l.printing = true
	note := door.Note{App: c.name(), PID: os.Getpid(), URL: l.url, Token: c.door.Launch()}
	if path, err := door.WriteNote("", note); err == nil {
		l.note = path
	} else {
		c.Log.say("the discovery file for scripts could not be written", "error", err)
	}
	l.running.Go(func() { c.reprint(l.stop, l.again) })
}

// reprint prints the next link whenever one was used. Printing may block, which
// is why it has a goroutine of its own.
func (c *Console) reprint(stop, again <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-again:
			c.printLink()
		}
	}
}

// reprint asks for the next link.
func (l *life) reprint() {
	select {
	case l.again <- struct{}{}:
	default: // asked for already, or not listening
	}
}

func (c *Console) printLink() {
	fmt.Fprintf(c.output(), "scry: %s\n", c.Link())
}

// URL returns the address of the dashboard, such as "http://127.0.0.1:6060", or
// "" before Listen.
func (c *Console) URL() string {
	c.life.mu.Lock()
	defer c.life.mu.Unlock()
	return c.life.url
}

// Code returns a fresh code that opens the dashboard once, for a game that mounts
// the console in an HTTP server of its own: the link is the dashboard's address,
// then "#c=" and the code. The newest eight work.
func (c *Console) Code() string {
	c.once.Do(c.setup)
	return c.door.Code()
}

// Link returns a fresh link to the dashboard, with a code that works once, or ""
// before Listen. The newest eight work.
func (c *Console) Link() string {
	url := c.URL()
	if url == "" {
		return ""
	}
	return url + "/#c=" + c.door.Code()
}

// closeLimit is how long Close waits for what the sockets' own end does not end.
const closeLimit = 2 * time.Second

// Close ends every connection, stops listening and returns after the console's
// goroutines have ended, two seconds at the most; it fails if one is still busy
// then, for instance with an Output that blocks. What the last Update knew of cvars that
// are archived is saved; where that fails, so does Close. A held game goes on. It may be
// called more than once, and before Listen; the game may go on calling Update.
func (c *Console) Close() error {
	c.once.Do(c.setup)
	c.life.mu.Lock()
	first := !c.life.closed
	if first {
		c.life.closed, c.life.ended = true, make(chan struct{})
	}
	servers, stop, note, ended := c.life.servers, c.life.stop, c.life.note, c.life.ended
	c.life.mu.Unlock()
	if !first {
		<-ended
		return nil
	}
	defer close(ended)
	limit := time.After(closeLimit)
	c.closed.Store(true)
	c.out.close()
	c.profiler.close()
	c.srv.WS.Wake()
	if stop != nil {
		close(stop)
		c.collecting.Store(false) // what the game records is for nobody
	}
	for _, srv := range servers {
		c.life.running.Go(func() { shutDown(srv) })
	}
	var unsaved error
	c.life.running.Go(func() { unsaved = c.Cvars.clerk.finish() })
	err := c.srv.WS.Close()
	if note != "" {
		os.Remove(note)
	}
	all := make(chan struct{})
	go func() {
		c.life.running.Wait()
		close(all)
	}()
	select {
	case <-all:
		return errors.Join(err, unsaved)
	case <-limit:
		return errors.Join(err, fmt.Errorf("console: goroutines are still busy after %v; does Output block, or the disk?", closeLimit))
	}
}

// shutDown ends a server and its connections, those that were upgraded excepted.
func shutDown(srv *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if srv.Shutdown(ctx) != nil {
		srv.Close()
	}
}

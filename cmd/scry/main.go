// Command scry shows what a game has recorded, without the game:
//
//	go run github.com/scry-dev/scry/cmd/scry open garden-1380-frame.scry
//
// It prints a link to the dashboard, which opens the file at once, and ends with
// Ctrl+C. The page is served on this machine alone, below a path that nobody can
// guess; nothing is written, and nothing leaves the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const usage = `usage: scry open [-addr host:port] FILE.scry

Shows a capture in the browser: open the link that is printed. The address is
127.0.0.1 with a free port, unless another of this machine is given.
`

// errUsage is what the caller got wrong about the command line; the words are said already.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "scry:", err)
		os.Exit(1)
	}
}

// run does what the arguments say, until the context ends.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	if len(args) == 0 || args[0] != "open" {
		fmt.Fprint(errOut, usage)
		return errUsage
	}
	flags := flag.NewFlagSet("scry open", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { fmt.Fprint(errOut, usage) }
	addr := flags.String("addr", "127.0.0.1:0", "where to serve; an address of this machine's own")
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() != 1 {
		if err == nil {
			flags.Usage()
		}
		return errUsage
	}
	return open(ctx, flags.Arg(0), *addr, out)
}

// open serves a file until the context ends.
func open(ctx context.Context, name, addr string, out io.Writer) error {
	info, err := look(name)
	if err != nil {
		return err
	}
	ln, err := listen(addr)
	if err != nil {
		return err
	}
	v := newViewer(name, ln.Addr().(*net.TCPAddr))
	server := &http.Server{Handler: v, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ln) }()
	fmt.Fprintf(out, "scry: %s, frames %d to %d of %s; Ctrl+C ends\n", filepath.Base(name), info.FirstFrame, info.LastFrame, info.Name)
	fmt.Fprintf(out, "scry: %s\n", v.link())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		server.Close() // whoever still looks has all of the file
		<-ended
		return nil
	}
}

// listen opens an address of this machine that no other reaches.
func listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%q is not an address of this machine alone: use 127.0.0.1 or ::1", host)
	}
	return net.Listen("tcp", addr)
}

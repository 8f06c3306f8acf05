package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		stop()
		os.Exit(1)
	}
}

// options are the program's flags.
type options struct {
	addr, password string
	seed           uint64
	hosts          []string // by which browsers address it, beside this machine's own names
}

// parse reads the flags. Its error is flag.ErrHelp when help was asked for.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("chat", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.addr, "addr", "127.0.0.1:6070", "where to listen; port 0 takes a free one; other machines need -password, which they send unencrypted")
	f.StringVar(&o.password, "password", "", "what people must know to come in; empty lets everybody in")
	f.Uint64Var(&o.seed, "seed", 0, "of everything random; 0 takes a new one")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is no flag", f.Arg(0))
	}
	if o.seed == 0 {
		o.seed = rand.Uint64()
	}
	return o, o.place()
}

// place checks the address. One that other machines reach must be named, because
// that is how their browsers prove where the page came from.
func (o *options) place() error {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return fmt.Errorf("-addr=%s: wanted is host:port, such as 127.0.0.1:6070", o.addr)
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "localhost" || err == nil && ip.IsLoopback():
		return nil
	case host == "" || err == nil && ip.IsUnspecified():
		return fmt.Errorf("-addr=%s: name the one address by which browsers reach it", o.addr)
	case o.password == "":
		return fmt.Errorf("-addr=%s: other machines reach it, so set -password", o.addr)
	}
	o.hosts = []string{host}
	return nil
}

// run serves the chat until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", o.addr)
	if err != nil {
		return err
	}
	c := newChat(o)
	end := c.serve(ln)
	fmt.Fprintf(stdout, "chat: http://%s\n", ln.Addr())
	c.play(ctx)
	return end()
}

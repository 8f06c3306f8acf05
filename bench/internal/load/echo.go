//go:build linux

package load

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Echo is one client of a server that sends back what comes.
type Echo struct {
	fd  int
	buf []byte
}

// NewEcho connects a client.
func NewEcho(addr netip.AddrPort, patience time.Duration) (*Echo, error) {
	fd, err := dial(addr, patience)
	if err != nil {
		return nil, err
	}
	return &Echo{fd, make([]byte, 256<<10)}, nil
}

// Close resets the connection.
func (e *Echo) Close() error { return syscall.Close(e.fd) }

// errOther is what a server earns that does not send what it was sent.
var errOther = errors.New("what came back is not what was sent")

// Volley sends texts of a size one after the other, each when the answer to the
// one before is there, and returns how long each took. Every answer is compared
// with what was sent.
func (e *Echo) Volley(size, count int) ([]time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	payload := Text(size)
	out, want := masked(payload), Frame(payload)
	times := make([]time.Duration, 0, count)
	for range count {
		began := time.Now()
		if err := writeAll(e.fd, out); err != nil {
			return nil, err
		}
		for have := 0; have < len(want); {
			n, err := read(e.fd, e.buf[have:])
			if err != nil {
				return nil, err
			}
			have += n
			if have > len(want) {
				return nil, errOther
			}
		}
		times = append(times, time.Since(began))
		if !bytes.Equal(e.buf[:len(want)], want) {
			return nil, errOther
		}
	}
	return times, nil
}

// Pipeline sends texts of a size and keeps so many of them on their way, until
// count have come back; it returns how long that took.
func (e *Echo) Pipeline(size, inFlight, count int) (time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	payload := Text(size)
	one, frame := masked(payload), len(Frame(payload))
	train := bytes.Repeat(one, inFlight)
	sent, have := 0, 0
	began := time.Now()
	for have < count*frame {
		if n := min(count, have/frame+inFlight) - sent; n > 0 {
			if err := writeAll(e.fd, train[:n*len(one)]); err != nil {
				return 0, err
			}
			sent += n
		}
		n, err := read(e.fd, e.buf)
		if err != nil {
			return 0, err
		}
		have += n
	}
	if have > count*frame {
		return 0, errOther
	}
	return time.Since(began), nil
}

// Idle fails when anything came beyond what was waited for.
func (e *Echo) Idle() error {
	n, _, err := syscall.Recvfrom(e.fd, e.buf, syscall.MSG_DONTWAIT)
	if err == syscall.EAGAIN {
		return nil
	}
	if err != nil {
		return os.NewSyscallError("recvfrom", err)
	}
	return fmt.Errorf("%d bytes came too many", n)
}

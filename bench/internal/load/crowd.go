//go:build linux

package load

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Crowd is many clients that only listen. One thread serves them all.
type Crowd struct {
	epoll    int
	patience time.Duration
	clients  []client
	byFD     []int32 // places in clients
	buf      []byte
}

// client is one of a crowd.
type client struct {
	fd    int
	bytes int // since Count began
	whole int // broadcasts that have come whole
}

var errMore = errors.New("more came than was broadcast")

// Gather connects so many clients.
func Gather(addr netip.AddrPort, n int, patience time.Duration) (*Crowd, error) {
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	c := &Crowd{epoll: epoll, patience: patience, buf: make([]byte, 64<<10)}
	for i := range n {
		if err := c.join(addr); err != nil {
			c.Close()
			return nil, fmt.Errorf("client %d: %w", i, err)
		}
	}
	return c, nil
}

func (c *Crowd) join(addr netip.AddrPort) error {
	fd, err := dial(addr, c.patience)
	if err != nil {
		return err
	}
	for len(c.byFD) <= fd {
		c.byFD = append(c.byFD, 0)
	}
	c.byFD[fd] = int32(len(c.clients))
	c.clients = append(c.clients, client{fd: fd})
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(c.epoll, syscall.EPOLL_CTL_ADD, fd, &event))
}

// Close resets all connections.
func (c *Crowd) Close() error {
	for _, cl := range c.clients {
		syscall.Close(cl.fd)
	}
	return syscall.Close(c.epoll)
}

// Count waits until count broadcasts of a frame have come to everybody, and calls
// whole for each when its last byte is there. With compare it looks at every byte,
// which is for warming up: it is at the cost of the machine that the server runs
// on too.
func (c *Crowd) Count(frame []byte, count int, compare bool, whole func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i := range c.clients {
		c.clients[i].bytes, c.clients[i].whole = 0, 0
	}
	missing := make([]int, count) // for each broadcast, who has not got it
	for i := range missing {
		missing[i] = len(c.clients)
	}
	events := make([]syscall.EpollEvent, 1024)
	for next := 0; next < count; {
		n, err := syscall.EpollWait(c.epoll, events, int(c.patience/time.Millisecond))
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return os.NewSyscallError("epoll_wait", err)
		}
		if n == 0 {
			return fmt.Errorf("broadcast %d of %d has not come to %d of %d clients", next+1, count, missing[next], len(c.clients))
		}
		for _, e := range events[:n] {
			if err := c.take(&c.clients[c.byFD[e.Fd]], frame, compare, missing); err != nil {
				return err
			}
		}
		for ; next < count && missing[next] == 0; next++ {
			if err := whole(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Say has every client send a text.
func (c *Crowd) Say(text []byte) error {
	frame := masked(text)
	for _, cl := range c.clients {
		if err := writeAll(cl.fd, frame); err != nil {
			return err
		}
	}
	return nil
}

// Drain reads what comes, until over is closed and nothing more does, and returns
// how many bytes it was.
func (c *Crowd) Drain(over <-chan struct{}) (bytes uint64, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	events := make([]syscall.EpollEvent, 1024)
	for last := false; ; {
		n, err := syscall.EpollWait(c.epoll, events, 100) // ms
		if err != nil && err != syscall.EINTR {
			return bytes, os.NewSyscallError("epoll_wait", err)
		}
		for _, e := range events[:max(n, 0)] {
			got, err := read(int(e.Fd), c.buf)
			if err != nil {
				return bytes, err
			}
			bytes += uint64(got)
		}
		if last && n <= 0 {
			return bytes, nil
		}
		select {
		case <-over:
			last = true
		default:
		}
	}
}

// Idle fails when anything came beyond what was counted.
func (c *Crowd) Idle() error {
	var events [1]syscall.EpollEvent
	n, err := syscall.EpollWait(c.epoll, events[:], 0)
	if err != nil && err != syscall.EINTR {
		return os.NewSyscallError("epoll_wait", err)
	}
	if n > 0 {
		return errMore
	}
	return nil
}

// take reads once from a client.
func (c *Crowd) take(cl *client, frame []byte, compare bool, missing []int) error {
	n, err := read(cl.fd, c.buf)
	if err != nil {
		return err
	}
	if compare {
		if at := differs(c.buf[:n], frame, cl.bytes%len(frame)); at >= 0 {
			return fmt.Errorf("what came is not what was broadcast: % x at byte %d", c.buf[at:min(n, at+8)], cl.bytes+at)
		}
	}
	cl.bytes += n
	for ; cl.whole < cl.bytes/len(frame); cl.whole++ {
		if cl.whole == len(missing) {
			return errMore
		}
		missing[cl.whole]--
	}
	return nil
}

// differs returns where p is not frame again and again, from a place in it on, or
// -1.
func differs(p, frame []byte, from int) int {
	for i, b := range p {
		if b != frame[(from+i)%len(frame)] {
			return i
		}
	}
	return -1
}

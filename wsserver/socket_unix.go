//go:build unix

package wsserver

import (
	"io"
	"net"
	"os"
	"syscall"
)

// readAhead is how much is read at once from a socket, in bytes. The buffer is held
// only as long as there are bytes in it.
const readAhead = 8 << 10

// socket is a socket of the system, from which can be read without a buffer that
// waits along.
type socket struct {
	raw  syscall.RawConn
	look func(fd uintptr) bool // peek, kept so that reading allocates nothing
	err  error                 // of the look
}

// open takes a connection that is a socket itself; of one that wraps another the
// bytes are not ours to read.
func (k *socket) open(c *conn) {
	switch sock := c.raw.(type) {
	case *net.TCPConn:
		k.raw, _ = sock.SyscallConn()
	case *net.UnixConn:
		k.raw, _ = sock.SyscallConn()
	}
	k.look = c.peek
}

// fetch waits until something has arrived, and reads what is there.
func (c *conn) fetch() error {
	if c.sock.raw == nil {
		return c.fetchByBuffer()
	}
	c.sock.err = nil
	if err := c.sock.raw.Read(c.sock.look); err != nil {
		return err
	}
	return c.sock.err
}

// peek reads what is there, and reports whether that was anything.
func (c *conn) peek(fd uintptr) bool {
	b := c.s.buffers.get(readAhead)
	for {
		n, err := syscall.Read(int(fd), b.p[:cap(b.p)])
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			c.s.buffers.put(b)
			return false
		case err != nil:
			c.sock.err = os.NewSyscallError("read", err)
		case n == 0:
			c.sock.err = io.EOF
		default:
			b.p = b.p[:n]
			c.ahead = b
			return true
		}
		c.s.buffers.put(b)
		return true
	}
}

// pusher writes to sockets without waiting.
type pusher struct {
	p    []byte
	n    int
	push func(fd uintptr) bool // write, kept so that writing allocates nothing
}

// write writes what the system takes at once. Errors are for a writer to find.
func (w *pusher) write(fd uintptr) bool {
	for {
		n, err := syscall.Write(int(fd), w.p)
		if err != syscall.EINTR {
			w.n = max(n, 0)
			return true
		}
	}
}

// pushable reports whether to a connection can be written without waiting.
func (c *conn) pushable() bool { return c.sock.raw != nil }

// to writes to a connection, and returns how much the system took.
func (w *pusher) to(c *conn, p []byte) int {
	if w.push == nil {
		w.push = w.write
	}
	w.p, w.n = p, 0
	_ = c.sock.raw.Write(w.push) // fails for what is closed or past its deadline
	w.p = nil
	return w.n
}

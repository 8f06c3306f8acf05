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

//go:build linux

// Package load is the other end: clients that cost as little as can be, so that
// what is measured is the server. They write frames that were made before, and
// count the bytes that come back instead of parsing them. It is for Linux alone,
// because of epoll.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// Patience is how long a server may stay silent when something is due, unless a
// test is less patient.
const Patience = 20 * time.Second

// dial connects a blocking socket and shakes hands. Sockets are not Go's own,
// since those would wake Go's poller beside ours.
func dial(addr netip.AddrPort, patience time.Duration) (fd int, err error) {
	fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	defer func() {
		if err != nil {
			syscall.Close(fd)
		}
	}()
	silence := syscall.NsecToTimeval(patience.Nanoseconds())
	for _, err := range []error{
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1),
		syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &silence),
		// A reset at the end leaves no port behind that waits for a minute.
		syscall.SetsockoptLinger(fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1}),
		syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(addr.Port()), Addr: addr.Addr().As4()}),
	} {
		if err != nil {
			return 0, os.NewSyscallError("connect", err)
		}
	}
	return fd, shake(fd, addr)
}

// shake is the handshake of RFC 6455, section 4.1.
func shake(fd int, addr netip.AddrPort) error {
	request := fmt.Appendf(nil, "GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", addr)
	if err := writeAll(fd, request); err != nil {
		return err
	}
	var answer []byte
	for !bytes.HasSuffix(answer, []byte("\r\n\r\n")) {
		var p [1024]byte
		n, err := read(fd, p[:])
		if err != nil {
			return err
		}
		answer = append(answer, p[:n]...)
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 101 ")) {
		return fmt.Errorf("the handshake was answered with %q", answer)
	}
	return nil
}

// read reads once. The end of the connection is an error.
func read(fd int, p []byte) (int, error) {
	for {
		n, err := syscall.Read(fd, p)
		switch {
		case err == syscall.EINTR:
		case err == syscall.EAGAIN && n <= 0:
			return 0, errors.New("the server is silent")
		case err != nil:
			return 0, os.NewSyscallError("read", err)
		case n == 0:
			return 0, errors.New("the server closed the connection")
		default:
			return n, nil
		}
	}
}

func writeAll(fd int, p []byte) error {
	for len(p) > 0 {
		n, err := syscall.Write(fd, p)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return os.NewSyscallError("write", err)
		}
		p = p[n:]
	}
	return nil
}

// Text is a payload of so many bytes that JSON and UTF-8 would let pass.
func Text(size int) []byte {
	p := make([]byte, size)
	for i := range p {
		p[i] = 'a' + byte(i%26)
	}
	return p
}

// masked returns the frame in which a client sends a text of less than 64 KiB.
func masked(payload []byte) []byte {
	p := []byte{0x81, 0x80 | byte(len(payload))}
	if len(payload) >= 126 {
		p = []byte{0x81, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	key := [4]byte{0x3a, 0xc5, 0x17, 0x9e}
	p = append(p, key[:]...)
	for i, b := range payload {
		p = append(p, b^key[i&3])
	}
	return p
}

// Frame returns the frame in which a server sends a text of less than 64 KiB.
func Frame(payload []byte) []byte {
	p := []byte{0x81, byte(len(payload))}
	if len(payload) >= 126 {
		p = []byte{0x81, 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	return append(p, payload...)
}

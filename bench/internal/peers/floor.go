package peers

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
)

// floor does what no server can go without: a read, the least look at a frame, a
// write. It checks nothing, and understands only what our own client sends.
type floor struct {
	echo  bool
	frame []byte // of the text that was broadcast last
	members[net.Conn]
}

func newFloor(echo bool) Server { return &floor{echo: echo} }

// ServeHTTP answers the handshake. Nothing reads from the connection unless it is
// for an echo.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if _, err := fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:])); err != nil {
		conn.Close()
		return
	}
	if f.echo {
		go echoRaw(conn)
	}
	f.add(conn)
}

// Broadcast writes a frame that is made once to one connection after the other.
func (f *floor) Broadcast(text []byte) {
	f.frame = append(appendHeader(f.frame[:0], len(text)), text...)
	f.each(func(c net.Conn) { c.Write(f.frame) })
}

// echoRaw answers all that a read brings with one write.
func echoRaw(conn net.Conn) {
	defer conn.Close()
	in, out := make([]byte, 64<<10), make([]byte, 0, 64<<10)
	have := 0
	for {
		n, err := conn.Read(in[have:])
		if err != nil {
			return
		}
		have += n
		rest := in[:have]
		for out = out[:0]; ; {
			payload, size := unmask(rest)
			if size == 0 {
				break
			}
			out = append(appendHeader(out, len(payload)), payload...)
			rest = rest[size:]
		}
		have = copy(in, rest)
		if len(out) == 0 {
			continue
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// unmask returns the payload of the first frame in p, unmasked where it stands, and
// the size of the whole; 0 while it has not all come. The frame is a masked text of
// less than 64 KiB.
func unmask(p []byte) (payload []byte, size int) {
	const header, mask = 2, 4
	if len(p) < header {
		return nil, 0
	}
	n, at := int(p[1]&0x7f), header
	if n == 126 {
		if at += 2; len(p) < at {
			return nil, 0
		}
		n = int(binary.BigEndian.Uint16(p[header:]))
	}
	if size = at + mask + n; len(p) < size {
		return nil, 0
	}
	key := binary.LittleEndian.Uint32(p[at:])
	wide := uint64(key)<<32 | uint64(key)
	payload = p[at+mask : size]
	rest := payload
	for ; len(rest) >= 8; rest = rest[8:] {
		binary.LittleEndian.PutUint64(rest, binary.LittleEndian.Uint64(rest)^wide)
	}
	for i := range rest {
		rest[i] ^= byte(key >> (8 * (i & 3)))
	}
	return payload, size
}

// appendHeader appends the header of a text frame of a server, for a payload of
// less than 64 KiB.
func appendHeader(dst []byte, n int) []byte {
	if n < 126 {
		return append(dst, 0x81, byte(n))
	}
	return append(dst, 0x81, 126, byte(n>>8), byte(n))
}

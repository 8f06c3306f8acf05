package wsserver

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// buffer holds bytes that are on their way in or out. Buffers are shared by all
// connections of a server, so that an idle one holds none. Where several
// connections are sent the same bytes, they hold one buffer and not copies of it.
type buffer struct {
	p    []byte
	refs atomic.Int32 // who holds it, where it is shared
}

// Buffers have the sizes of powers of two, so that none holds much more than it
// needs to. Larger ones are not used again.
const (
	smallestBuffer = 256
	bufferClasses  = 14 // up to 2 MiB
)

// buffers is a store of buffers, one pool for each size.
type buffers [bufferClasses]sync.Pool

// bufferClass is the class of the smallest buffers with room for n bytes.
func bufferClass(n int) int { return bits.Len(uint(max(n-1, 0)) / smallestBuffer) }

// get returns an empty buffer with room for n bytes.
func (bs *buffers) get(n int) *buffer {
	class := bufferClass(n)
	if class >= bufferClasses {
		return &buffer{p: make([]byte, 0, n)}
	}
	if b, ok := bs[class].Get().(*buffer); ok {
		return b
	}
	return &buffer{p: make([]byte, 0, smallestBuffer<<class)}
}

// put takes a buffer back that nobody holds any more.
func (bs *buffers) put(b *buffer) {
	class := bufferClass(cap(b.p))
	if class < bufferClasses && cap(b.p) == smallestBuffer<<class {
		b.p = b.p[:0]
		bs[class].Put(b)
	}
}

// grow makes room for n bytes more.
func (bs *buffers) grow(b *buffer, n int) *buffer {
	if cap(b.p)-len(b.p) >= n {
		return b
	}
	larger := bs.get(len(b.p) + n)
	larger.p = append(larger.p, b.p...)
	bs.put(b)
	return larger
}

// share makes a buffer with a frame that several may hold. Its maker is the first.
func (s *Server) share(first byte, payload []byte) *buffer {
	b := s.buffers.get(frameSize(len(payload)))
	b.p = appendFrame(b.p, first, payload)
	b.refs.Store(1)
	s.held.Add(int64(cap(b.p)) + overhead)
	return b
}

// release lets go of a shared buffer, for n who held it.
func (s *Server) release(b *buffer, n int) {
	if b.refs.Add(int32(-n)) == 0 {
		s.held.Add(-int64(cap(b.p)) - overhead)
		s.buffers.put(b)
	}
}

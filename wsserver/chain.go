package wsserver

import "sync/atomic"

// link is an element of a chain.
type link[T any] struct {
	next  *link[T]
	value T
}

// chain carries values from many goroutines to one without a lock, so that the
// taker never waits for a goroutine that the system has put aside. It is a stack
// that is taken whole: links may be used again, since nothing is ever popped
// alone.
type chain[T any] struct {
	head atomic.Pointer[link[T]] // newest first
}

// empty is one atomic load.
func (c *chain[T]) empty() bool { return c.head.Load() == nil }

func (c *chain[T]) push(l *link[T]) {
	for {
		head := c.head.Load()
		l.next = head
		if c.head.CompareAndSwap(head, l) {
			return
		}
	}
}

// take takes everything, oldest first.
func (c *chain[T]) take() *link[T] {
	var oldest *link[T]
	for l := c.head.Swap(nil); l != nil; {
		next := l.next
		l.next = oldest
		oldest, l = l, next
	}
	return oldest
}

package rpc

// fifo is a queue that uses its room again: it allocates only while it grows
// longer than it ever was.
type fifo[T any] struct {
	items []T
	head  int // items[head:] are in the queue
}

// keptItems is how many items an empty queue keeps room for after a crowd.
const keptItems = 64

func (q *fifo[T]) len() int { return len(q.items) - q.head }

// waiting returns what is in the queue, the oldest first. It is the queue's own.
func (q *fifo[T]) waiting() []T { return q.items[q.head:] }

func (q *fifo[T]) push(v T) {
	if q.head > 0 && len(q.items) == cap(q.items) {
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	q.items = append(q.items, v)
}

// pop takes the oldest. The queue must not be empty.
func (q *fifo[T]) pop() T {
	var none T
	v := q.items[q.head]
	q.items[q.head] = none
	if q.head++; q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
		if cap(q.items) > keptItems {
			q.items = nil
		}
	}
	return v
}

// remove takes the item at a place in waiting.
func (q *fifo[T]) remove(i int) T {
	if i == 0 {
		return q.pop()
	}
	var none T
	rest := q.items[q.head+i:]
	v := rest[0]
	copy(rest, rest[1:])
	rest[len(rest)-1] = none
	q.items = q.items[:len(q.items)-1]
	return v
}

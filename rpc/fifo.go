package rpc

// fifo is a queue that uses its room again: it allocates only while it grows
// longer than it ever was.
type fifo[T any] struct {
	items []T
	head  int // items[head:] are in the queue
}

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
	}
	return v
}

package timing

import (
	"math/bits"
	"reflect"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// qpc reads QueryPerformanceCounter. Windows promises a microsecond or finer.
type qpc struct {
	query     uintptr // the procedure
	frequency uint64  // counts a second
	start     int64

	mu  sync.Mutex
	out *int64  // on the heap, which does not move
	at  uintptr // its address, as the system wants it
}

// newQPC returns nil where the system refuses, which none since Windows XP does.
func newQPC() *qpc {
	kernel := syscall.NewLazyDLL("kernel32.dll")
	query, frequency := kernel.NewProc("QueryPerformanceCounter"), kernel.NewProc("QueryPerformanceFrequency")
	if query.Find() != nil || frequency.Find() != nil {
		return nil
	}
	q := &qpc{query: query.Addr(), out: new(int64)}
	q.at = reflect.ValueOf(q.out).Pointer()
	if ok, _, _ := frequency.Call(q.at); ok == 0 || *q.out <= 0 {
		return nil
	}
	q.frequency = uint64(*q.out)
	q.start = q.read()
	return q
}

func (q *qpc) read() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	syscall.SyscallN(q.query, q.at)
	n := *q.out
	runtime.KeepAlive(q.out)
	return n
}

// now is the time since the start.
func (q *qpc) now() time.Duration {
	high, low := bits.Mul64(uint64(max(q.read()-q.start, 0)), uint64(time.Second))
	ns, _ := bits.Div64(high%q.frequency, low, q.frequency)
	return time.Duration(ns)
}

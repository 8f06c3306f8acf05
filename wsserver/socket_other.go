//go:build !unix

package wsserver

// socket stands for what other systems have.
type socket struct{}

func (*socket) open(*conn) {}

// fetch waits until something has arrived, and reads what is there.
func (c *conn) fetch() error { return c.fetchByBuffer() }

// pusher stands for what other systems have: their sockets make whoever writes
// wait.
type pusher struct{}

func (*conn) pushable() bool { return false }

func (*pusher) to(*conn, []byte) int { return 0 }

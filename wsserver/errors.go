package wsserver

import (
	"errors"
	"fmt"
)

// ErrClosed is returned by what is sent to a connection that has gone, was closed
// or never was.
var ErrClosed = errors.New("wsserver: connection closed")

// ErrTooSlow is returned by the send that finds more bytes waiting than
// [Limits.MaxBacklog] and so closes the connection. It is an [ErrClosed].
var ErrTooSlow = fmt.Errorf("wsserver: too many bytes wait: %w", ErrClosed)

// Panic is the error of the Failed message of a connection whose goroutine
// panicked, as a rule in [Server.Parse].
type Panic struct {
	Value any    // what was given to panic
	Stack []byte // of the goroutine, as by debug.Stack
}

// Error returns the value in words, without the stack.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Ways in which connections break the rules.
var (
	errNotUTF8       = errors.New("text is not valid UTF-8")
	errReasonNotUTF8 = errors.New("reason of close is not valid UTF-8")
	errPings         = errors.New("too many pings and pongs")
	errFull          = errors.New("the server's memory is full")
	errLate          = errors.New("messages instead of an answer to the close frame")
	errPanicked      = errors.New("writing panicked")
	errExit          = errors.New("the goroutine was ended by runtime.Goexit")
)

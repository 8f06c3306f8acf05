package console

import (
	"encoding/json"

	"github.com/scry-dev/scry/rpc"
)

// tickWork is what is done with ticks for a call that waits for them. It belongs to the
// game's goroutine.
type tickWork interface {
	// ticked looks at a tick that was simulated, and reports whether it was the last that
	// is needed. left is how many may follow.
	ticked(tick uint64, left int) (done bool, err error)
	// answer is what the call is answered with, when the last tick is simulated.
	answer() any
	// end is called once, when the call is over, however it ended.
	end()
}

// waiter has work done with so many ticks to come, and the call answered behind them.
type waiter func(call *rpc.Call, of tickWork, ticks int) error

// awaited is an expression that is looked at tick after tick. It belongs to the game's
// goroutine.
type awaited interface {
	// look evaluates it, keeps the values of its paths for last, and reports whether it
	// holds. An error is that of a function of the game that panicked.
	look(tick uint64) (met bool, err error)
	// condition reports whether it is true or false, and not a number or a text.
	condition() bool
	// scans reports whether looking takes the longer, the larger the world is.
	scans() bool
	// result is what it was when it was looked at last, as it travels.
	result() json.RawMessage
	// kind names what that is.
	kind() string
	// last are the newest samples, oldest first.
	last() []ExprSample
}

// ExprSample is what the paths of an expression were after a tick.
type ExprSample struct {
	Tick   uint64                     `json:"tick"`
	Values map[string]json.RawMessage `json:"values" help:"by path, cvar or sum as it stands in the expression; null is what was not there, and what was not looked at is absent"`
}

// variable is a cvar that an expression reads.
type variable struct {
	spec spec
	// read returns what it holds now; ok is false when it is none any more.
	read func() (s scalar, ok bool)
}

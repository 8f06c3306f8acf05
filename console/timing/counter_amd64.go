package timing

const counterKind = "tsc"

// counter reads the processor's time-stamp counter. It does not fence: a scope of a
// few instructions may seem to overlap its neighbour by as much.
func counter() uint64

// steady reports whether the counter runs at one rate, whatever the processor does.
func steady() bool

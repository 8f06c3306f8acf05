package timing

const counterKind = "cntvct"

// counter reads the virtual counter of the generic timer.
func counter() uint64

// steady is true: the architecture promises a counter of constant rate.
func steady() bool { return true }

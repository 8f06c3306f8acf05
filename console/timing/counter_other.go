//go:build !amd64 && !arm64

package timing

const counterKind = "go"

// counter is never called: this processor has no counter that Go reaches.
func counter() uint64 { return 0 }

func steady() bool { return false }

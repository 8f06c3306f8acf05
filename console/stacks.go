package console

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// StackFrame is a place in the program's source.
type StackFrame struct {
	Func string `json:"func" help:"with its package's path"`
	File string `json:"file" help:"as the compiler named it: a path of the machine that built the program, or of the module with -trimpath"`
	Line int    `json:"line"`
}

// siteTable numbers call stacks, so that marks need not hold them. The runtime
// never forgets one that allocated a sampled object, so neither does this.
type siteTable struct {
	numbers map[[32]uintptr]int
	stacks  [][]uintptr
}

// maxSites bounds the table: 3 MB.
const maxSites = 8192

// site returns the number of a stack. All that come when the table is full share
// number 0, which no other has.
func (t *siteTable) site(pcs []uintptr) int {
	if t.numbers == nil {
		t.numbers, t.stacks = make(map[[32]uintptr]int), [][]uintptr{nil}
	}
	var key [32]uintptr
	copy(key[:], pcs)
	n, ok := t.numbers[key]
	if ok || len(t.stacks) == maxSites {
		return n
	}
	n = len(t.stacks)
	t.numbers[key] = n
	t.stacks = append(t.stacks, append([]uintptr(nil), pcs...))
	return n
}

// number gives the stacks of records their numbers, and returns how many there are.
func (t *siteTable) number(records []runtime.MemProfileRecord) int {
	for i := range records {
		t.site(records[i].Stack())
	}
	return len(t.stacks)
}

// stackNames names the frames of many stacks, each frame once.
type stackNames struct {
	frames []StackFrame
	at     map[StackFrame]int
	main   string // first element of the main module's path
}

func newStackNames() *stackNames {
	n := &stackNames{frames: []StackFrame{}, at: make(map[StackFrame]int)}
	if b, ok := debug.ReadBuildInfo(); ok {
		n.main, _, _ = strings.Cut(b.Main.Path, "/")
	}
	return n
}

// named is a stack by the numbers of its frames, the innermost first.
type named struct {
	stack  []int
	site   int    // place in stack of the frame that names it
	inside string // the frame of the runtime that stands before all others
}

// name names a stack by its first frame outside of the standard library, and one
// that has none by its outermost. The runtime's own frames at both ends are left
// out, unless there are no others.
func (n *stackNames) name(pcs []uintptr) named {
	var s named
	if len(pcs) == 0 {
		return s
	}
	found, within := false, []StackFrame(nil)
	for frames := runtime.CallersFrames(pcs); ; {
		f, more := frames.Next()
		frame := StackFrame{f.Function, f.File, f.Line}
		switch {
		case f.Function == "" || f.Function == "runtime.goexit":
		case len(s.stack) == 0 && ofRuntime(f.Function):
			s.inside = f.Function
			within = append(within, frame)
		default:
			own := !n.standard(f.Function)
			if !found && (own || !ofRuntime(f.Function)) {
				found, s.site = own, len(s.stack)
			}
			s.stack = append(s.stack, n.number(frame))
		}
		if !more {
			break
		}
	}
	if len(s.stack) == 0 {
		for _, f := range within {
			s.stack = append(s.stack, n.number(f))
		}
	}
	return s
}

func (n *stackNames) number(f StackFrame) int {
	i, ok := n.at[f]
	if !ok {
		i = len(n.frames)
		n.at[f] = i
		n.frames = append(n.frames, f)
	}
	return i
}

// of returns the frames of some stacks, which it numbers anew.
func (n *stackNames) of(stacks [][]int) []StackFrame {
	some := stackNames{frames: []StackFrame{}, at: make(map[StackFrame]int)}
	for _, stack := range stacks {
		for i, f := range stack {
			stack[i] = some.number(n.frames[f])
		}
	}
	return some.frames
}

// ofRuntime reports whether a function is of the runtime.
func ofRuntime(f string) bool {
	return strings.HasPrefix(f, "runtime.") || strings.HasPrefix(f, "internal/runtime/")
}

// standard reports whether a function is of the standard library: no other package
// has a path whose first element has no dot, but those of the main module.
func (n *stackNames) standard(f string) bool {
	first, _, many := strings.Cut(f, "/")
	if !many {
		first, _, _ = strings.Cut(first, ".")
	}
	return first != "main" && first != n.main && !strings.Contains(first, ".")
}

package console

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// Command is a function of the game that clients call by name, with words for its
// arguments. Bind it with [Commands.Bind]. Its methods describe it further, and panic
// on what makes no sense. They belong to the game's goroutine.
type Command struct {
	name, help string
	function   reflect.Value
	invoked    bool // its first parameter is the *Invocation
	args       []argument
	optional   int  // so many of the last arguments may be left out
	variadic   bool // the last may come any number of times
	fails      bool // its last result is an error
	yields     bool // its first is a value
	view       bool
	builtin    bool
}

// Name returns the name that the command was bound under.
func (c *Command) Name() string { return c.name }

// Args names the arguments, for usage and errors. Without it they are called by their
// types.
func (c *Command) Args(names ...string) *Command {
	if len(names) != len(c.args) {
		panic(fmt.Sprintf("console: command %q: %d names for %d arguments", c.name, len(names), len(c.args)))
	}
	for i, name := range names {
		if name == "" || strings.ContainsAny(name, " <>[]\"`;") {
			panic(fmt.Sprintf("console: command %q: an argument cannot be called %q", c.name, name))
		}
		c.args[i].name = name
	}
	return c
}

// Enum gives the values of an integer argument, counted from 0, their names, or lists
// those that a string may have. Arguments are counted from 0, without the Invocation.
func (c *Command) Enum(i int, names ...string) *Command {
	a := c.arg(i)
	switch {
	case a.spec.kind == kindInt || a.spec.kind == kindUint:
		a.spec.kind = kindEnum
	case a.spec.kind == kindString:
		a.spec.kind = kindChoice
	default:
		panic(fmt.Sprintf("console: command %q: a %s is no enum", c.name, a.kind()))
	}
	a.spec.names = slices.Clone(names)
	return c
}

// Range bounds a number, or each of a vector's, both ends included; bounds of a
// duration are in nanoseconds.
func (c *Command) Range(i int, lo, hi float64) *Command {
	a := c.arg(i)
	if !a.spec.kind.number() && a.spec.kind.parts() == 1 {
		panic(fmt.Sprintf("console: command %q: a %s has no range", c.name, a.kind()))
	}
	if !(lo <= hi) {
		panic(fmt.Sprintf("console: command %q: no number is from %v to %v", c.name, lo, hi))
	}
	a.spec.min, a.spec.max, a.spec.bounded = lo, hi, true
	return c
}

// Complete has f offer values for an argument that begin so, or are like it, while
// somebody types. It runs inside [Console.Update], and is not to take long.
func (c *Command) Complete(i int, f func(prefix string) []string) *Command {
	c.arg(i).complete = f
	return c
}

// Optional says that so many of the last arguments may be left out, without the one
// that may come any number of times, which always may. The function gets zero values for
// them.
func (c *Command) Optional(n int) *Command {
	if n < 0 || n > c.fixed() {
		panic(fmt.Sprintf("console: command %q: %d of %d arguments cannot be optional", c.name, n, c.fixed()))
	}
	c.optional = n
	return c
}

// View says that the command only looks, so that clients may run it that may not
// change anything.
func (c *Command) View() *Command {
	c.view = true
	return c
}

func (c *Command) arg(i int) *argument {
	if i < 0 || i >= len(c.args) {
		panic(fmt.Sprintf("console: command %q: there is no argument %d of %d, counted from 0", c.name, i, len(c.args)))
	}
	return &c.args[i]
}

// Invocation is one call of a command. It belongs to the command's function until that
// returns.
type Invocation struct {
	// By is who runs it: a client's name, a file and line, or "game".
	By string
	// Frame and Tick are when.
	Frame, Tick uint64

	run     *execution
	words   []script.Word // of the arguments
	text    []byte        // what Printf wrote
	blame   int           // the argument that the error is about; -1 is none of them
	through bool          // the blame is on all that stands behind, too

	inside  bool // the function has not returned
	settled bool // it parked the script, and what it asked for was done before it returned
	result  any
	failure error
}

// Printf writes a line of the command's output; the newline may be left out.
func (i *Invocation) Printf(format string, args ...any) {
	if i.run == nil || len(i.text) > i.run.room() {
		return // what is cut in the end need not be kept
	}
	i.text = fmt.Appendf(i.text, format, args...)
	if n := len(i.text); n > 0 && i.text[n-1] != '\n' {
		i.text = append(i.text, '\n')
	}
}

// newCommand checks what is bound.
func newCommand(name string, function any, help string) *Command {
	f := reflect.ValueOf(function)
	if f.Kind() != reflect.Func || f.IsNil() {
		panic(fmt.Sprintf("console: command %q: cannot bind %T: a function is needed", name, function))
	}
	t := f.Type()
	c := &Command{name: name, help: help, function: f, variadic: t.IsVariadic()}
	c.invoked = t.NumIn() > 0 && t.In(0) == reflect.TypeFor[*Invocation]()
	for i := range t.NumIn() {
		if i == 0 && c.invoked {
			continue
		}
		in := t.In(i)
		if c.variadic && i == t.NumIn()-1 {
			in = in.Elem()
		}
		a, ok := newArgument(in)
		if !ok {
			panic(fmt.Sprintf("console: command %q: a word cannot become the argument %v: it is no bool, number, string, duration, colour, vector, encoding.TextUnmarshaler, or pointer to a struct", name, in))
		}
		c.args = append(c.args, a)
	}
	c.takeResults(t)
	return c
}

// called is how an argument is called, by its type where it was given no name.
func (c *Command) called(i int) string {
	if name := c.args[i].name; name != "" {
		return name
	}
	kind, same := c.args[i].word(), 0
	for j := range c.args {
		if c.args[j].word() == kind && j <= i {
			same++
		}
	}
	if same > 1 {
		return fmt.Sprintf("%s%d", kind, same)
	}
	return kind
}

func (c *Command) takeResults(t reflect.Type) {
	n := t.NumOut()
	if n > 0 && t.Out(n-1) == reflect.TypeFor[error]() {
		c.fails = true
		n--
	}
	if n == 1 {
		switch t.Out(0).Kind() {
		case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		default:
			c.yields = true
			n--
		}
	}
	if n != 0 {
		panic(fmt.Sprintf("console: command %q: cannot bind %v: results are none, error, a value, or a value and an error", c.name, t))
	}
}

// usage is the command with its arguments, as manuals have it.
func (c *Command) usage() string {
	var b strings.Builder
	b.WriteString(c.name)
	for i := range c.args {
		name := c.called(i)
		switch {
		case c.variadic && i == len(c.args)-1:
			fmt.Fprintf(&b, " [%s...]", name)
		case i >= c.required():
			fmt.Fprintf(&b, " [%s]", name)
		default:
			fmt.Fprintf(&b, " <%s>", name)
		}
	}
	return b.String()
}

// required is how many arguments must come.
func (c *Command) required() int { return c.fixed() - c.optional }

// fixed is how many arguments come once.
func (c *Command) fixed() int {
	if c.variadic {
		return len(c.args) - 1
	}
	return len(c.args)
}

// at returns the argument of a number, where the last may come any number of times;
// ok is false behind the last.
func (c *Command) at(i int) (a *argument, ok bool) {
	if c.variadic {
		i = min(i, len(c.args)-1)
	}
	if i >= len(c.args) {
		return nil, false
	}
	return &c.args[i], true
}

// allowed refuses a client whose role does not suffice.
func (c *Command) allowed(role rpc.Role) error {
	if role >= rpc.Edit || c.view && role >= rpc.View {
		return nil
	}
	e := rpc.Errorf(rpc.Forbidden, "command %q needs the role %s; this client has %s", c.name, rpc.Edit, role)
	e.Data.Want, e.Data.Got = rpc.Edit.String(), role.String()
	return e
}

// decode makes values of words.
func (c *Command) decode(h host, inv *Invocation) ([]reflect.Value, error) {
	var in []reflect.Value
	if c.invoked {
		in = append(in, reflect.ValueOf(inv))
	}
	word := 0
	for i := 0; ; i++ {
		a, ok := c.at(i)
		if !ok || word == len(inv.words) {
			break
		}
		n := a.takes(h, inv.words[word:])
		v, err := a.decode(h, inv.run, inv.words[word:word+n])
		if err != nil {
			inv.blame, inv.through = word, n > 1
			return nil, at(err, c.name+": "+c.called(min(i, len(c.args)-1)), "")
		}
		in = append(in, v)
		word += n
	}
	given := len(in)
	if c.invoked {
		given--
	}
	switch {
	case word < len(inv.words):
		inv.blame, inv.through = word, true
		return nil, rpc.Errorf(rpc.InvalidParams, "%s: there is no argument for %q", c.name, clipTo(inv.words[word].Text, maxGot))
	case given < c.required():
		e := rpc.Errorf(rpc.InvalidParams, "%s: %s is missing", c.name, c.called(given))
		e.Data.Want = c.called(given)
		return nil, e
	}
	for ; given < c.fixed(); given++ {
		in = append(in, reflect.Zero(c.args[given].typ))
	}
	return in, nil
}

// call runs the function. Its panics are its caller's to contain.
func (c *Command) call(h host, inv *Invocation) (any, error) {
	in, err := c.decode(h, inv)
	if err != nil {
		var e *rpc.Error
		if len(c.args) > 0 || len(inv.words) > 0 {
			e, _ = err.(*rpc.Error)
		}
		if e != nil {
			with := *e
			with.Message += "; usage: " + c.usage()
			err = &with
		}
		return nil, err
	}
	out := c.function.Call(in)
	if c.fails {
		if err, _ := out[len(out)-1].Interface().(error); err != nil {
			return nil, err
		}
	}
	if !c.yields {
		return nil, nil
	}
	return out[0].Interface(), nil
}

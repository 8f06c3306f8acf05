package console

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Commands are what can be typed into the console: functions of the game, bound under
// names, and the console's own verbs. The zero value is ready. All methods belong to
// the game's goroutine; commands run only inside [Console.Update], or where the game
// calls [Commands.Run].
//
// A line is one statement or several, with newlines or semicolons between them; words
// have blanks between them and may stand in quotes. The first word is a command, a
// cvar or an alias: a cvar alone tells its value, with words behind it takes a new one.
// The verb help lists what there is.
type Commands struct {
	list   []*Command // by name
	byName map[string]*Command
	host   host
	limits *ScriptLimits
	budget time.Duration // that scripts may take of a frame at a time

	aliases map[string]string
	binds   map[string]string

	runs   []*execution // that wait, in the order in which they began
	passed uint64       // ticks, to count waits by
	left   int          // commands that may run in this frame
	deep   int          // runs inside each other
	met    scriptTally

	stream  *rpc.Stream
	recent  []CommandRun
	ran     []CommandRun // since subscribers were told
	renamed bool         // aliases changed since then
	rebound bool         // binds did
}

// host is what commands need of the rest of the console, which connects them: they do
// not know the other services.
type host interface {
	// by is what a client is called that runs commands.
	by(p *rpc.Peer) string
	// moment is where the game is.
	moment() (frame, tick uint64, at time.Duration)
	// verb is what runs a line that begins with a cvar's name: it is given the name as
	// its first argument. It is nil for any other name.
	verb(name string, alone bool) *Command
	// names are those of the cvars.
	names() iter.Seq[string]
	// offerNames offers them where a line begins.
	offerNames(o *offers)
	// find returns what a pointer argument of a type names.
	find(t reflect.Type, text string) (reflect.Value, error)
	// numbered reports whether things of a type are named by a word and a number.
	numbered(t reflect.Type, word string) bool
	// label is what the things of a type are: "cvar" or "entity".
	label(t reflect.Type) string
	// offerThings offers them.
	offerThings(o *offers, t reflect.Type)
	// secret reports whether what follows a cvar's name must not be shown.
	secret(name string) bool
	// panicked is told of a command that panicked.
	panicked(method string, value any, stack []byte)
	// failed is told of a script that nobody waits for.
	failed(by, line string, err error)
}

// nobody is the host of commands that no console has connected yet.
type nobody struct{}

func (nobody) by(p *rpc.Peer) string                            { return p.Name() }
func (nobody) moment() (frame, tick uint64, at time.Duration)   { return 0, 0, 0 }
func (nobody) verb(string, bool) *Command                       { return nil }
func (nobody) names() iter.Seq[string]                          { return func(func(string) bool) {} }
func (nobody) offerNames(*offers)                               {}
func (nobody) find(reflect.Type, string) (reflect.Value, error) { return reflect.Value{}, errAlone }
func (nobody) numbered(reflect.Type, string) bool               { return false }
func (nobody) label(reflect.Type) string                        { return "entity" }
func (nobody) offerThings(*offers, reflect.Type)                {}
func (nobody) secret(string) bool                               { return false }
func (nobody) panicked(string, any, []byte)                     {}
func (nobody) failed(string, string, error)                     {}

var errAlone = rpc.Errorf(rpc.NotFound, "the console does not run yet")

func (c *Commands) hosted() host {
	if c.host == nil {
		return nobody{}
	}
	return c.host
}

// Bind makes a function a command. Its parameters are what the words of a line become:
// bool, integers, floats, string, time.Duration, color.RGBA or NRGBA, vectors (arrays
// or structs of two to four floats), whatever has UnmarshalText, *Cvar by name, and
// pointers to structs that World shows, by id or name; the last may be variadic. The
// first may be an *Invocation, to know who calls and to print. The results are none, an
// error, a value, or both: a string is shown as text, a slice of structs or a map as a
// table.
//
// Names are of the same form as those of cvars, and no cvar may have the same. A name of
// one of the console's own verbs is the game's from then on. Bind panics when the name
// is malformed or taken, or the function cannot be bound: these are mistakes of the
// program, found at its start.
func (c *Commands) Bind(name string, function any, help string) *Command {
	if !validName(name) {
		panic("console: command " + badName(name))
	}
	if old := c.byName[name]; old != nil && !old.builtin {
		panic(fmt.Sprintf("console: command %q is bound already", name))
	}
	if c.hosted().verb(name, true) != nil {
		panic(fmt.Sprintf("console: command %q: a cvar is bound under this name", name))
	}
	cmd := newCommand(name, function, help)
	c.add(cmd)
	return cmd
}

// verb binds one of the console's own, unless the game has one of that name.
func (c *Commands) verb(name string, function any, help string) *Command {
	cmd := newCommand(name, function, help)
	cmd.builtin = true
	if c.byName[name] == nil {
		c.add(cmd)
	}
	return cmd
}

func (c *Commands) add(cmd *Command) {
	c.Unbind(cmd.name)
	if c.byName == nil {
		c.byName = make(map[string]*Command)
	}
	c.byName[cmd.name] = cmd
	i, _ := slices.BinarySearchFunc(c.list, cmd.name, func(c *Command, n string) int { return strings.Compare(c.name, n) })
	c.list = slices.Insert(c.list, i, cmd)
}

// Unbind takes a command away. An unknown name is ignored.
func (c *Commands) Unbind(name string) {
	delete(c.byName, name)
	c.list = slices.DeleteFunc(c.list, func(c *Command) bool { return c.name == name })
}

// bound reports whether the game has a command of that name, which a cvar must not
// take.
func (c *Commands) bound(name string) bool {
	cmd := c.byName[name]
	return cmd != nil && !cmd.builtin
}

// lookup returns the command that a line means by its first word, or nil: a verb of the
// console steps back behind a cvar of its name.
func (c *Commands) lookup(name string) *Command {
	cmd := c.byName[name]
	if cmd != nil && cmd.builtin && c.hosted().verb(name, true) != nil {
		return nil
	}
	return cmd
}

// known are all names that a line may begin with.
func (c *Commands) known(yield func(string) bool) {
	for _, cmd := range c.list {
		if !yield(cmd.name) {
			return
		}
	}
	for name := range c.aliases {
		if !yield(name) {
			return
		}
	}
	for name := range c.hosted().names() {
		if !yield(name) {
			return
		}
	}
}

// Results of the command methods, and what the topic tells.
type (
	// CommandInfo describes a command.
	CommandInfo struct {
		Name    string         `json:"name"`
		Usage   string         `json:"usage" help:"such as spawn <kind> [count]"`
		Help    string         `json:"help"`
		Args    []ArgumentInfo `json:"args"`
		Builtin bool           `json:"builtin,omitempty" help:"a verb of the console's own"`
		View    bool           `json:"view,omitempty" help:"it only looks: the role view suffices"`
	}
	// CommandLine asks for a line to be run.
	CommandLine struct {
		Line string `json:"line" help:"one statement, or a script of several"`
	}
	// CommandOutput is what a line did.
	CommandOutput struct {
		Output  string          `json:"output" help:"all text, tables included"`
		Results []CommandResult `json:"results" help:"of the commands that had something to say"`
		Frame   uint64          `json:"frame"`
		Tick    uint64          `json:"tick"`
	}
	// Alias is a name for a line.
	Alias struct {
		Name string `json:"name"`
		Line string `json:"line"`
	}
	// KeyBind is a line that a key runs, in the dashboard.
	KeyBind struct {
		Key  string `json:"key" help:"as Mod+Alt+Shift+F5; Mod is Ctrl, on a Mac Cmd"`
		Line string `json:"line"`
	}
	// CommandRun is a line that was run.
	CommandRun struct {
		By     string `json:"by"`
		Line   string `json:"line" help:"values of secret cvars are left out, and what is longer than 1 KiB"`
		Output string `json:"output" help:"the first 4 KiB"`
		Error  string `json:"error,omitempty"`
		Frame  uint64 `json:"frame" help:"when it ended"`
		Tick   uint64 `json:"tick"`
		Time   int64  `json:"time" unit:"ns" help:"since the session began"`
	}
	// CommandsState is what a console line has beside the commands.
	CommandsState struct {
		Aliases []Alias      `json:"aliases"`
		Binds   []KeyBind    `json:"binds"`
		Recent  []CommandRun `json:"recent" help:"the last 100, or 128 KiB, oldest first"`
	}
	// CommandsEvent is what changed in a frame.
	CommandsEvent struct {
		Ran     []CommandRun `json:"ran,omitempty"`
		Aliases []Alias      `json:"aliases,omitzero" help:"all that there are now"`
		Binds   []KeyBind    `json:"binds,omitzero" help:"all that there are now"`
	}
)

func (c *Commands) register(s *rpc.Server, h host, limits *ScriptLimits, budget time.Duration) {
	c.host, c.limits, c.budget = h, limits, budget
	c.left = limits.frame()
	for _, cmd := range c.list {
		if !cmd.builtin && h.verb(cmd.name, true) != nil {
			panic(fmt.Sprintf("console: %q is bound both as a command and as a cvar", cmd.name))
		}
	}
	rpc.Handle(s, rpc.Method{Name: "command.list", Help: "all commands, with their arguments", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]CommandInfo, error) { return c.infos(), nil })
	rpc.Handle(s, rpc.Method{Name: "command.run", Help: "runs a line or a script; one that waits is answered at its end", Role: rpc.View,
		Errors: []rpc.Code{rpc.InvalidParams, rpc.NotFound, rpc.OutOfRange, rpc.ReadOnly, rpc.Conflict, rpc.Forbidden, rpc.TooMany, rpc.Failed}}, c.serve)
	rpc.Handle(s, rpc.Method{Name: "command.complete", Help: "what could stand at the cursor of a line", Role: rpc.View}, c.complete)
	c.stream = rpc.Open[rpc.Void, CommandsEvent](s, rpc.Topic{Name: "commands", Snapshot: CommandsState{}, Policy: rpc.All, Help: "lines that were run, whoever ran them, and aliases and binds when they changed"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			c.publish() // whoever subscribed before gets what is new first
			return CommandsState{c.aliasList(), c.bindList(), slices.Clone(c.recent)}, nil
		})
}

func (c *Commands) infos() []CommandInfo {
	list := make([]CommandInfo, 0, len(c.list))
	for _, cmd := range c.list {
		if c.lookup(cmd.name) == cmd {
			list = append(list, cmd.info(c.hosted()))
		}
	}
	return list
}

func (c *Command) info(h host) CommandInfo {
	info := CommandInfo{Name: c.name, Usage: c.usage(), Help: c.help, Args: []ArgumentInfo{}, Builtin: c.builtin, View: c.view}
	for i := range c.args {
		info.Args = append(info.Args, c.args[i].info(h, c, i))
	}
	return info
}

// publish tells the subscribers once a frame what happened.
func (c *Commands) publish() {
	if !c.renamed && !c.rebound && len(c.ran) == 0 {
		return
	}
	if c.stream.Subscribers() > 0 {
		e := CommandsEvent{Ran: c.ran}
		if c.renamed {
			e.Aliases = c.aliasList()
		}
		if c.rebound {
			e.Binds = c.bindList()
		}
		c.stream.Publish(e)
	}
	c.renamed, c.rebound, c.ran = false, false, c.ran[:0]
}

// recentRuns is how many lines that were run are kept.
const recentRuns = 100

// What is kept of a line that was run, and of all of them together, in bytes.
const (
	keptLine   = 1 << 10
	keptOutput = 4 << 10
	keptRuns   = 128 << 10
)

// note keeps a line that was run.
func (c *Commands) note(r *execution, err error) {
	frame, tick, at := c.hosted().moment()
	line, hidden := c.redact(r.line)
	e := CommandRun{By: r.by, Line: clipTo(line, keptLine), Output: clipTo(strings.TrimSuffix(string(r.out), "\n"), keptOutput), Frame: frame, Tick: tick, Time: int64(at)}
	if err != nil {
		if e.Error = clipTo(err.Error(), keptLine); hidden {
			e.Error = "refused; what is said of a secret is told to its owner"
		}
	}
	if hidden {
		e.Output = ""
	}
	c.recent = keepNewest(c.recent, e)
	if c.stream != nil && c.stream.Subscribers() > 0 {
		c.ran = keepNewest(c.ran, e)
	}
}

// keepNewest adds to a list that is sent as a whole, and so is bounded.
func keepNewest(list []CommandRun, e CommandRun) []CommandRun {
	list = append(list, e)
	bytes, first := 0, len(list)
	for first > max(0, len(list)-recentRuns) && bytes < keptRuns {
		first--
		bytes += len(list[first].Line) + len(list[first].Output) + len(list[first].Error)
	}
	return slices.Delete(list, 0, first)
}

func (c *Commands) aliasList() []Alias {
	list := []Alias{}
	for _, name := range slices.Sorted(maps.Keys(c.aliases)) {
		line, _ := c.redact(c.aliases[name])
		list = append(list, Alias{name, line})
	}
	return list
}

func (c *Commands) bindList() []KeyBind {
	list := []KeyBind{}
	for _, key := range slices.Sorted(maps.Keys(c.binds)) {
		line, _ := c.redact(c.binds[key])
		list = append(list, KeyBind{key, line})
	}
	return list
}

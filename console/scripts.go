package console

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// execution is a line that is being run, by a client or by the game.
type execution struct {
	by   string
	peer *rpc.Peer // nil for the game's own
	role rpc.Role
	line string // as it came

	stack   []passage   // the line, and the aliases in it, innermost last
	at      script.Word // of the line: what the running command is told by
	count   int         // commands so far
	done    int         // of them without an error
	out     []byte      // all text
	cut     bool        // there was more than fits
	size    int         // of out and of results
	limit   int         // of size
	results []CommandResult
	counted struct{ bytes, units int } // a place in the line, in both

	pending *rpc.Pending // who waits for the end; nil is nobody
	state   runState
	wake    uint64 // of Commands.passed, while it sleeps
	dead    bool   // nobody wants it any more
}

// runState is what a run waits for.
type runState uint8

const (
	running runState = iota
	hungry           // for its share of the next frame
	asleep           // until a tick
	parked           // until what its command asked for is done
)

// passage is a text of statements that is being run.
type passage struct {
	alias      string   // that it stands for; "" is the line itself, or a file
	line       string   // the text of the alias, without words from its call
	places     []string // of the statements of a file, such as calm.cfg:3
	src        string
	statements []script.Statement
	next       int
}

// place is where in a file the statement stands that runs; "" is in none.
func (p *passage) place() string {
	if p.places == nil {
		return ""
	}
	return p.places[p.next-1]
}

// top is the passage that runs.
func (r *execution) top() *passage { return &r.stack[len(r.stack)-1] }

// CommandResult is what one command had to say.
type CommandResult struct {
	Line    int             `json:"line" help:"of the script, from 1"`
	Command string          `json:"command" help:"the first word"`
	Output  string          `json:"output,omitempty"`
	Data    json.RawMessage `json:"data,omitempty" help:"what the command returned, where that is no text: rows of a table, as a rule"`
	From    int             `json:"from" help:"where it stands in the line, in UTF-16 code units"`
	To      int             `json:"to"`
}

// Run runs a line in the game's own name, with all rights, and returns what it printed.
// It ends at the first error. A script that waits goes on by itself in later ticks: Run
// returns when it first waits, and what goes wrong after that stands in the log. The
// console's own verbs are there from the first [Console.Update] on.
func (c *Commands) Run(line string) (output string, err error) { return c.runAs("game", line) }

// runAs runs a line in a name that is no client's.
func (c *Commands) runAs(by, line string) (output string, err error) {
	r, err := c.begin(by, nil, rpc.Drive, line)
	if err != nil {
		return "", err
	}
	done, err := c.advance(r)
	if !done {
		if e := c.keep(r); e != nil {
			err = c.end(r, e)
		}
	}
	return strings.TrimSuffix(string(r.out), "\n"), err
}

// serve is command.run.
func (c *Commands) serve(call *rpc.Call, p CommandLine) (CommandOutput, error) {
	r, err := c.begin(c.hosted().by(call.Peer), call.Peer, call.Peer.Role(), p.Line)
	if err != nil {
		return CommandOutput{}, err
	}
	done, err := c.advance(r)
	if !done {
		if err = c.keep(r); err != nil {
			return CommandOutput{}, c.end(r, err)
		}
		r.pending = call.Defer()
		r.pending.OnCancel(func() {
			c.end(r, rpc.Errorf(rpc.Cancelled, "its client took it back, or left"))
			c.drop(r)
		})
		return CommandOutput{}, nil
	}
	return r.output(c), err
}

// begin reads a line. Nothing of one that cannot be read as a whole is run.
func (c *Commands) begin(by string, peer *rpc.Peer, role rpc.Role, line string) (*execution, error) {
	statements, faults := script.Parse(line)
	if len(faults) > 0 {
		f := faults[0]
		e := rpc.Errorf(rpc.InvalidParams, "%s", f.Message)
		if strings.Contains(line, "\n") {
			e.Message = fmt.Sprintf("line %d: %s", f.Line, f.Message)
		}
		return nil, point(e, line, f.From, f.To)
	}
	if c.deep >= maxRunDepth {
		return nil, rpc.Errorf(rpc.TooMany, "commands run lines inside each other, %d deep", c.deep)
	}
	r := &execution{by: by, peer: peer, role: role, line: line, limit: c.limits.output()}
	r.stack = append(r.stack, passage{src: line, statements: statements})
	return r, nil
}

// maxRunDepth is how deep a command's own calls of Run may lie in each other.
const maxRunDepth = 16

// point says where in the line a fault stands.
func point(e *rpc.Error, line string, from, to int) *rpc.Error {
	with := *e
	with.Data.Path = "/line"
	with.Data.From, with.Data.To = utf16Of(line, from), utf16Of(line, to)
	return &with
}

// advance runs commands until the line is done, or waits. When it is done, it is noted,
// and the error is where it ended.
func (c *Commands) advance(r *execution) (done bool, err error) {
	c.deep++
	defer func() { c.deep-- }()
	r.state = running
	began := time.Now()
	for n := 0; len(r.stack) > 0; n++ {
		l := r.top()
		if l.next == len(l.statements) {
			r.stack = r.stack[:len(r.stack)-1]
			continue
		}
		if c.host != nil && c.left <= 0 || n&15 == 15 && c.budget > 0 && time.Since(began) > c.budget {
			c.met.frame++
			r.state = hungry
			return false, nil
		}
		s := l.statements[l.next]
		l.next++
		if err = c.statement(r, s); err != nil {
			return true, c.end(r, err)
		}
		if r.dead {
			return true, nil
		}
		if r.state != running {
			return false, nil
		}
	}
	return true, c.end(r, nil)
}

// statement runs one command, or begins an alias.
func (c *Commands) statement(r *execution, s script.Statement) error {
	if len(r.stack) == 1 {
		r.at = script.Word{From: s.From, To: s.To}
	}
	if r.count == c.limits.run() {
		c.met.run++
		return c.fault(r, s, s.Words[0], limited("MaxRun", r.count, "a script runs %d commands at the most", r.count))
	}
	r.count++
	c.left--
	head := s.Words[0]
	h := c.hosted()
	if cmd := c.lookup(head.Text); cmd != nil {
		return c.invoke(r, s, cmd, s.Words[1:])
	}
	if cmd := h.verb(head.Text, len(s.Words) == 1); cmd != nil {
		return c.invoke(r, s, cmd, s.Words)
	}
	if line, ok := c.aliases[head.Text]; ok {
		if err := c.enter(r, s, line); err != nil {
			return c.fault(r, s, head, err)
		}
		return nil
	}
	return c.fault(r, s, head, c.stranger(head.Text))
}

// stranger is the error for a word that a line cannot begin with.
func (c *Commands) stranger(name string) error {
	e := rpc.Errorf(rpc.NotFound, "%q is no command, cvar or alias", clipTo(name, maxGot))
	e.Data.Got = clipTo(name, maxGot)
	if near := rpc.Nearest(name, c.known); near != "" {
		e.Message += fmt.Sprintf("; nearest is %q", near)
		e.Data.Suggest = near
	}
	return e
}

// enter begins an alias. Words behind it are put at the end of its line.
func (c *Commands) enter(r *execution, s script.Statement, line string) error {
	name := s.Words[0].Text
	for _, l := range r.stack {
		if l.alias == name && l.line == line {
			return rpc.Errorf(rpc.TooMany, "alias %q calls itself%s", name, r.way(name))
		}
	}
	src := line
	statements, _ := script.Parse(src) // it was read when it was given its name
	if n := len(statements); n > 0 && len(s.Words) > 1 {
		src = src[:statements[n-1].To] + " " + r.top().src[s.Words[1].From:s.To]
		statements, _ = script.Parse(src)
	}
	return c.push(r, strconv.Quote(name), passage{alias: name, line: line, src: src, statements: statements})
}

// push has a passage run next.
func (c *Commands) push(r *execution, what string, p passage) error {
	if limit := c.limits.depth(); len(r.stack) > limit {
		c.met.depth++
		return limited("MaxDepth", limit, "%s lies in more than %d aliases and files", what, limit)
	}
	r.stack = append(r.stack, p)
	return nil
}

// way is by which others an alias calls itself.
func (r *execution) way(name string) string {
	var b strings.Builder
	for _, l := range r.stack {
		if l.alias != "" && (l.alias == name || b.Len() > 0) {
			b.WriteString(l.alias + " → ")
		}
	}
	if strings.Count(b.String(), "→") < 2 {
		return ""
	}
	return ": " + b.String() + name
}

// invoke runs one command with its arguments.
func (c *Commands) invoke(r *execution, s script.Statement, cmd *Command, args []script.Word) error {
	if err := cmd.allowed(r.role); err != nil {
		return c.fault(r, s, s.Words[0], err)
	}
	inv := &Invocation{By: r.by, run: r, words: args, blame: -1}
	inv.Frame, inv.Tick, _ = c.hosted().moment()
	inv.inside = true
	v, err := c.guarded(cmd, inv)
	inv.inside = false
	switch {
	case err != nil:
		r.state = running
	case inv.settled:
		v, err = inv.result, inv.failure
	case r.state == parked:
		return nil
	}
	return c.conclude(r, s, inv, v, err)
}

// conclude is the end of a command: it said something, or failed.
func (c *Commands) conclude(r *execution, s script.Statement, inv *Invocation, v any, err error) error {
	text, data, err := c.written(s.Words[0].Text, v, err)
	if err == nil {
		err = c.take(r, s, inv, text, data)
	} else {
		r.print(string(inv.text))
	}
	inv.run = nil
	if err == nil {
		r.done++
		return nil
	}
	where := script.Word{From: s.From, To: s.To}
	if b := inv.blame; b >= 0 && b < len(inv.words) {
		where = inv.words[b]
		if inv.through {
			where.To = s.To
		}
	}
	return c.fault(r, s, where, err)
}

// guarded calls a command and turns its panic into an error of that command.
func (c *Commands) guarded(cmd *Command, inv *Invocation) (v any, err error) {
	defer c.contain(cmd.name, &err)
	return cmd.call(c.hosted(), inv)
}

// contain makes an error of a panic of the game's own code.
func (c *Commands) contain(name string, err *error) {
	if p := recover(); p != nil {
		c.hosted().panicked("command "+name, p, debug.Stack())
		*err = rpc.Errorf(rpc.InternalError, "command %q panicked: %s", name, clipTo(fmt.Sprint(p), maxGot))
	}
}

// written is what a command returned as it is shown. What writes a result or an error may
// be the game's own code, as the command is.
func (c *Commands) written(name string, v any, failure error) (text string, data json.RawMessage, err error) {
	defer c.contain(name, &err)
	if failure != nil {
		return "", nil, told(failure)
	}
	if text, data, err = shown(v); err != nil {
		err = rpc.Errorf(rpc.InternalError, "%s: its result cannot be shown: %v", name, err)
	}
	return text, data, err
}

// told is an error of a command as a client is told.
func told(err error) error {
	var e *rpc.Error
	if !errors.As(err, &e) {
		e = rpc.Errorf(rpc.Failed, "")
	}
	with := *e
	with.Message = clipTo(cmp.Or(err.Error(), "it failed"), maxErrorText)
	return &with
}

// maxErrorText bounds what an error of the game says, in bytes.
const maxErrorText = 4 << 10

// take keeps what a command printed and returned.
func (c *Commands) take(r *execution, s script.Statement, inv *Invocation, text string, data json.RawMessage) error {
	if len(data) > r.limit {
		c.met.output++
		return limited("MaxOutput", r.limit, "%s: its result has %d bytes, at most %d are shown", s.Words[0].Text, len(data), r.limit)
	}
	said := string(inv.text)
	if data == nil {
		said += text
	}
	if said == "" && data == nil {
		return nil
	}
	result := CommandResult{Line: s.Line, Command: s.Words[0].Text, Output: strings.TrimSuffix(said, "\n"), Data: data}
	result.From = r.units(r.at.From)
	result.To = r.units(r.at.To)
	if len(r.stack) > 1 {
		result.Line = r.stack[0].statements[r.stack[0].next-1].Line
	}
	r.print(said)
	if data != nil {
		r.print(text)
	}
	if r.size += len(data) + resultSize; r.size > r.limit {
		c.met.output++
		r.cut = true
		return nil
	}
	r.results = append(r.results, result)
	return nil
}

// units is an offset of the line as JavaScript counts it. Those that are asked for one
// behind the other are counted from each other.
func (r *execution) units(offset int) int {
	if offset < r.counted.bytes {
		r.counted.bytes, r.counted.units = 0, 0
	}
	r.counted.units += utf16Of(r.line[r.counted.bytes:], offset-r.counted.bytes)
	r.counted.bytes = offset
	return r.counted.units
}

// resultSize is what a result costs beside its text.
const resultSize = 64

// room is how many bytes of output fit still.
func (r *execution) room() int {
	if r.cut {
		return 0
	}
	return r.limit - r.size
}

// print adds lines to the output.
func (r *execution) print(text string) {
	if text == "" || r.cut {
		return
	}
	if text[len(text)-1] != '\n' {
		text += "\n"
	}
	if r.size += len(text); r.size > r.limit {
		n := max(0, len(text)-(r.size-r.limit))
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n] + "…\n"
		r.cut = true
	}
	r.out = append(r.out, text...)
}

// fault completes an error: where it is, by which alias, and what ran before.
func (c *Commands) fault(r *execution, s script.Statement, w script.Word, err error) error {
	var e *rpc.Error
	if !errors.As(err, &e) {
		e = rpc.Errorf(rpc.Failed, "")
	}
	with := *e
	with.Message = cmp.Or(err.Error(), "it failed")
	line := s.Line
	if len(r.stack) > 1 {
		w = r.at
		line = r.stack[0].statements[r.stack[0].next-1].Line
		for _, l := range slices.Backward(r.stack[1:]) {
			if l.alias == "" {
				with.Message = l.place() + ": " + with.Message
			} else {
				with.Message = fmt.Sprintf("alias %q: %s", l.alias, with.Message)
			}
		}
	}
	if strings.Contains(r.line, "\n") {
		with.Message = fmt.Sprintf("line %d: %s", line, with.Message)
	}
	switch {
	case r.done == 1:
		with.Message += " (1 command ran before it)"
	case r.done > 1:
		with.Message += fmt.Sprintf(" (%d commands ran before it)", r.done)
	}
	return point(&with, r.line, w.From, w.To)
}

// source is the text of a statement that words stand for: what is in the quotes of one
// quoted word, else all as it was typed.
func (r *execution) source(words []script.Word) string {
	if len(words) == 1 && words[0].Quoted {
		return words[0].Text
	}
	return r.top().src[words[0].From:words[len(words)-1].To]
}

func (r *execution) output(c *Commands) CommandOutput {
	o := CommandOutput{Output: strings.TrimSuffix(string(r.out), "\n"), Results: r.results}
	o.Frame, o.Tick, _ = c.hosted().moment()
	return o
}

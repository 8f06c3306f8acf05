package console

import (
	"runtime/debug"
	"slices"
	"strings"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// Params and result of command.complete.
type (
	// CompletionQuery asks what could stand at the cursor.
	CompletionQuery struct {
		Line   string `json:"line"`
		Cursor int    `json:"cursor" min:"0" help:"in UTF-16 code units, as JavaScript counts"`
	}
	// Completion is what could stand at the cursor.
	Completion struct {
		From  int              `json:"from" help:"of the word that an item replaces, in UTF-16 code units"`
		To    int              `json:"to"`
		Items []CompletionItem `json:"items" help:"at most 200: those that begin so before those that hold it, before those that have its letters in order"`
		Usage string           `json:"usage,omitempty" help:"of the command that the cursor is in"`
		Arg   *int             `json:"arg,omitempty" help:"which of its arguments, from 0"`
	}
	// CompletionItem is one offer.
	CompletionItem struct {
		Text     string `json:"text" help:"what is put in the word's place, quoted where it must be"`
		Kind     string `json:"kind" enum:"command,cvar,alias,value,entity,profile,file,key"`
		Value    string `json:"value,omitempty" help:"of a cvar, as a person writes it"`
		Default  string `json:"default,omitempty"`
		Help     string `json:"help,omitempty"`
		Modified bool   `json:"modified,omitempty" help:"the value is not the default"`
	}
)

// maxOffers is how many items a completion has.
const maxOffers = 200

// offers collects what could stand in the place of a word.
type offers struct {
	typed string // what stands there
	want  string // the same in small letters
	from  int    // where it begins, in bytes of the line
	list  []offered
	kept  bool // the order in which they came is kept, among those that match alike
}

type offered struct {
	item   CompletionItem
	rank   int
	detail func(*CompletionItem) // completes it, if it comes to be shown
}

// add offers a text, if it is like what stands there. Its details are asked for where it
// comes to be shown.
func (o *offers) add(kind, text string, detail func(*CompletionItem)) {
	if rank := likeness(text, o.want); rank >= 0 {
		o.list = append(o.list, offered{CompletionItem{Text: text, Kind: kind}, rank, detail})
	}
}

// value offers a value with words about it, once.
func (o *offers) value(text, help string) {
	for i := range o.list {
		if it := &o.list[i].item; it.Text == text {
			if it.Help == "" {
				it.Help = help
			}
			return
		}
	}
	o.kept = true
	o.add("value", text, func(it *CompletionItem) { it.Help = help })
}

// items are the best of them.
func (o *offers) items() []CompletionItem {
	slices.SortStableFunc(o.list, func(a, b offered) int {
		if d := a.rank - b.rank; d != 0 || o.kept {
			return d
		}
		return strings.Compare(strings.ToLower(a.item.Text), strings.ToLower(b.item.Text))
	})
	list := make([]CompletionItem, 0, min(len(o.list), maxOffers))
	for _, f := range o.list[:min(len(o.list), maxOffers)] {
		if f.detail != nil {
			f.detail(&f.item)
		}
		f.item.Text = script.Quote(f.item.Text)
		list = append(list, f.item)
	}
	return list
}

// complete is command.complete.
func (c *Commands) complete(_ *rpc.Call, q CompletionQuery) (Completion, error) {
	before, word, ok := script.Under(q.Line, bytesOf(q.Line, q.Cursor))
	if !ok {
		return Completion{From: q.Cursor, To: q.Cursor}, nil
	}
	found := Completion{To: utf16Of(q.Line, word.To)}
	o := &offers{typed: word.Text, want: strings.ToLower(word.Text), from: word.From}
	c.offer(o, &found, before, word, 0)
	found.From, found.Items = utf16Of(q.Line, o.from), o.items()
	return found, nil
}

// offer finds what could stand behind some words of a statement.
func (c *Commands) offer(o *offers, found *Completion, before []script.Word, word script.Word, depth int) {
	if len(before) == 0 {
		c.offerHeads(o)
		return
	}
	head, args := before[0].Text, before[1:]
	cmd := c.lookup(head)
	if cmd == nil {
		cmd, args = c.hosted().verb(head, false), before
	}
	if cmd == nil {
		if words := c.tail(head); words != nil && depth < c.limits.depth() {
			c.offer(o, found, append(words, before[1:]...), word, depth+1)
		}
		return
	}
	found.Usage = cmd.usage()
	i, rest := cmd.place(c.hosted(), args)
	a, ok := cmd.at(i)
	if !ok {
		return
	}
	found.Arg = &i
	if a.how == asThing && len(rest) > 0 && depth == 0 { // "hunter 1" is one name
		o.want = strings.ToLower(joined(rest) + " " + word.Text)
		o.from = rest[0].From
	}
	if a.how == asRest && (a.label == lineLabel || len(rest) > 0) {
		if a.label == lineLabel && depth < c.limits.depth() && !word.Quoted && !(len(rest) > 0 && rest[0].Quoted) {
			c.offer(o, found, rest, word, depth+1)
		}
		return
	}
	c.offerFor(o, cmd, a, args)
}

// lineLabel is what an argument is called that is itself a line.
const lineLabel = "line"

// offerHeads offers what a line may begin with.
func (c *Commands) offerHeads(o *offers) {
	for _, cmd := range c.list {
		if c.lookup(cmd.name) == cmd {
			o.add("command", cmd.name, func(it *CompletionItem) {
				if it.Help = cmd.help; len(cmd.args) > 0 {
					it.Help = cmd.usage() + ": " + cmd.help
				}
			})
		}
	}
	c.offerAliases(o)
	c.hosted().offerNames(o)
}

func (c *Commands) offerAliases(o *offers) {
	for name, line := range c.aliases {
		o.add("alias", name, func(it *CompletionItem) { it.Help, _ = c.redact(line) })
	}
}

// tail is the last statement of an alias, which words behind its name are added to; nil
// for what is no alias.
func (c *Commands) tail(name string) []script.Word {
	statements, faults := script.Parse(c.aliases[name])
	if len(faults) > 0 || len(statements) == 0 {
		return nil
	}
	return statements[len(statements)-1].Words
}

// place is the argument that comes next behind some words, and those of the words that
// belong to it already.
func (c *Command) place(h host, words []script.Word) (arg int, begun []script.Word) {
	for len(words) > 0 {
		a, ok := c.at(arg)
		if !ok {
			return arg, nil
		}
		n := a.wants(h, words)
		if n > len(words) {
			return arg, words
		}
		words = words[n:]
		arg++
	}
	if c.variadic {
		arg = min(arg, len(c.args)-1)
	}
	return arg, nil
}

// offerFor offers values of an argument.
func (c *Commands) offerFor(o *offers, cmd *Command, a *argument, before []script.Word) {
	switch {
	case a.offer != nil:
		a.offer(o, before)
	case a.complete != nil:
		for _, text := range c.completed("command "+cmd.name, a.complete, o.typed) {
			o.value(text, "")
		}
	case a.how == asThing:
		c.hosted().offerThings(o, a.typ)
	default:
		for _, name := range a.spec.names {
			o.value(name, "")
		}
		if a.spec.kind == kindBool {
			o.value("true", "")
			o.value("false", "")
		}
	}
}

// completed asks a function of the game, whose panic costs its offers alone.
func (c *Commands) completed(whose string, f func(string) []string, prefix string) (list []string) {
	defer func() {
		if p := recover(); p != nil {
			c.hosted().panicked(whose+": completion", p, debug.Stack())
		}
	}()
	return f(prefix)
}

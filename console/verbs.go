package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// verbs are the console's own commands.
type verbs struct {
	c    *Console
	host *commandHost
}

// connectCommands gives Commands what they need of the rest, and binds the verbs.
func (c *Console) connectCommands(s *rpc.Server) {
	h := &commandHost{c: c}
	v := verbs{c, h}
	h.tell = newCommand("tell", v.tell, "").Args("cvar").View()
	h.set = v.describe(newCommand("set", v.set, ""), "cvar", "value")
	c.Cvars.taken = c.Commands.bound
	c.Commands.register(s, h, &c.Limits.Scripts, c.requestBudget())
	v.bindCvarVerbs()
	v.bindWords()
	v.bindNames()
	v.bindScripts()
	v.bindFiles()
}

// describe names the arguments of a verb, and says what can be offered for them: by
// the kind behind "=", which is the name where none is.
func (v verbs) describe(cmd *Command, names ...string) *Command {
	for i, name := range names {
		a := &cmd.args[i]
		name, kind, ok := strings.Cut(name, "=")
		if a.name = name; !ok {
			kind = name
		}
		switch kind {
		case "value", "values":
			a.label = "value"
			a.offer = v.offerValues
		case "name":
			a.label = kind
			a.offer = func(o *offers, _ []script.Word) { v.c.Commands.offerHeads(o) }
		case "cvar":
			a.label = kind
			a.offer = func(o *offers, _ []script.Word) {
				v.host.offerCvars(o, func(cv *Cvar) bool { return !cv.is(flagReadOnly) })
			}
		case "profile", "file":
			a.label = kind
			a.offer = func(o *offers, _ []script.Word) { v.offerProfiles(o) }
		case "alias":
			a.label = kind
			a.offer = func(o *offers, _ []script.Word) { v.c.Commands.offerAliases(o) }
		case "key":
			a.label = kind
			a.offer = func(o *offers, _ []script.Word) { v.c.Commands.offerKeys(o) }
		case "line":
			a.label = lineLabel
		}
	}
	return cmd
}

// offerValues offers values of the cvar that stands in front.
func (v verbs) offerValues(o *offers, before []script.Word) {
	if len(before) == 0 {
		return
	}
	if cv := v.c.Cvars.Lookup(before[0].Text); cv != nil {
		v.host.offerValues(o, cv)
	}
}

// bindWords binds the verbs that tell something.
func (v verbs) bindWords() {
	c := &v.c.Commands
	v.describe(c.verb("help", v.help, "tells of a command, cvar or alias; alone, of all commands"), "name").Optional(1).View()
	c.verb("find", v.find, "lists cvars, commands and aliases that have a text in their name or help, and cvars by a flag, such as latched").Args("text").View()
	c.verb("echo", v.echo, "prints its words").Args("words").View()
	c.verb("commands", v.commands, "lists the commands, or those that begin so").Args("prefix").Optional(1).View()
	c.verb("cvars", v.cvars, "lists the cvars with their values, or those that begin so").Args("prefix").Optional(1).View()
	c.verb("modified", v.modified, "lists the cvars that differ from their defaults, and who set them").Args("prefix").Optional(1).View()
}

func (v verbs) echo(words ...string) string { return strings.Join(words, " ") }

// commandRow is a line of a list of commands.
type commandRow struct {
	Usage string `json:"usage"`
	Help  string `json:"help"`
}

func (v verbs) commands(prefix string) []commandRow {
	c := &v.c.Commands
	rows := []commandRow{}
	for _, cmd := range c.list {
		if strings.HasPrefix(cmd.name, prefix) && c.lookup(cmd.name) == cmd {
			rows = append(rows, commandRow{cmd.usage(), cmd.help})
		}
	}
	return rows
}

// cvarRow is a line of a list of cvars.
type cvarRow struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
	Flags   string `json:"flags"`
	Help    string `json:"help"`
}

func (v verbs) cvars(prefix string) []cvarRow {
	rows := []cvarRow{}
	for cv := range v.c.Cvars.All() {
		if strings.HasPrefix(cv.name, prefix) {
			cv.refresh()
			rows = append(rows, cvarRow{cv.name, cv.withUnit(cv.String()), cv.defaultText(), strings.Join(cv.flagList(), " "), cv.help})
		}
	}
	return rows
}

// modifiedRow is a line of the list of what was changed.
type modifiedRow struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
	By      string `json:"by"`
	Layer   string `json:"layer"`
	From    string `json:"from,omitempty"`
}

func (v verbs) modified(prefix string) []modifiedRow {
	rows := []modifiedRow{}
	for cv := range v.c.Cvars.All() {
		if !strings.HasPrefix(cv.name, prefix) {
			continue
		}
		cv.refresh()
		if top := cv.top(); cv.wanted() != cv.def && !cv.is(flagSecret) {
			rows = append(rows, modifiedRow{cv.name, cv.withUnit(cv.wanted().text(cv.spec())), cv.defaultText(), top.stamp.by, top.level.String(), top.stamp.from})
		}
	}
	return rows
}

// foundRow is a line of what find found.
type foundRow struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Help  string `json:"help"`
}

func (v verbs) find(text phrase) []foundRow {
	want := strings.Fields(strings.ToLower(string(text)))
	rows := []foundRow{}
	add := func(r foundRow, flags ...string) {
		in := strings.ToLower(r.Name + " " + r.Help)
		for _, w := range want {
			if !strings.Contains(in, w) && !slices.Contains(flags, w) {
				return
			}
		}
		rows = append(rows, r)
	}
	for cv := range v.c.Cvars.All() {
		cv.refresh()
		add(foundRow{cv.name, "cvar", cv.withUnit(cv.String()), cv.help}, cv.flagList()...)
	}
	c := &v.c.Commands
	for _, cmd := range c.list {
		if c.lookup(cmd.name) == cmd {
			add(foundRow{cmd.name, "command", "", cmd.usage() + ": " + cmd.help})
		}
	}
	for _, a := range c.aliasList() {
		add(foundRow{a.Name, "alias", "", a.Line})
	}
	return rows
}

func (v verbs) help(inv *Invocation, name string) (any, error) {
	c := &v.c.Commands
	if name == "" {
		inv.Printf("A cvar's name tells its value; with a value behind it, sets it. find TEXT searches.")
		return v.commands(""), nil
	}
	if cmd := c.lookup(name); cmd != nil {
		return strings.TrimSuffix(cmd.manual(v.host), "\n"), nil
	}
	if cv := v.c.Cvars.Lookup(name); cv != nil {
		return v.tell(cv), nil
	}
	if line, ok := c.aliases[name]; ok {
		line, _ = c.redact(line)
		return "alias " + name + ": " + line, nil
	}
	inv.blame = 0
	return nil, c.stranger(name)
}

// manual is what help tells of a command.
func (c *Command) manual(h host) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", c.usage(), c.help)
	for i := range c.args {
		a := c.args[i].info(h, c, i)
		what := a.Type
		switch {
		case len(a.Enum) > 0:
			what = strings.Join(a.Enum, ", ")
		case c.args[i].spec.bounded:
			what += ", " + boundsOf(c.args[i].spec)
		}
		switch {
		case a.Variadic:
			what += "; any number of them"
		case a.Optional:
			what += "; may be left out"
		}
		fmt.Fprintf(&b, "  %s: %s\n", a.Name, what)
	}
	return b.String()
}

// bindNames binds the verbs for aliases and keys.
func (v verbs) bindNames() {
	c := &v.c.Commands
	v.describe(c.verb("alias", v.alias, "gives a line a name; words behind the name are put at the line's end"), "name=alias", "line").Optional(2)
	v.describe(c.verb("unalias", c.dropAliasOf, "takes an alias away"), "name=alias")
	v.describe(c.verb("bind", v.bind, "has a key of the dashboard run a line"), "key", "line").Optional(2)
	v.describe(c.verb("unbind", c.dropBindOf, "frees a key"), "key")
}

func (c *Commands) dropAliasOf(inv *Invocation, name string) error {
	inv.blame = 0
	return c.dropAlias(name)
}

func (c *Commands) dropBindOf(inv *Invocation, text string) error {
	inv.blame = 0
	key, err := keyName(text)
	if err != nil {
		return err
	}
	return c.dropBind(key)
}

func (v verbs) alias(inv *Invocation, name string, line rest) (any, error) {
	c := &v.c.Commands
	inv.blame = 0
	switch {
	case name == "":
		return c.aliasList(), nil
	case len(inv.words) > 1:
		return nil, c.setAlias(name, string(line))
	}
	text, ok := c.aliases[name]
	if !ok {
		return nil, unset("alias", name, c.aliases)
	}
	text, _ = c.redact(text)
	return text, nil
}

func (v verbs) bind(inv *Invocation, text string, line rest) (any, error) {
	c := &v.c.Commands
	inv.blame = 0
	if text == "" {
		return c.bindList(), nil
	}
	key, err := keyName(text)
	if err != nil {
		return nil, err
	}
	if len(inv.words) > 1 {
		return nil, c.setBind(key, string(line))
	}
	if text, ok := c.binds[key]; ok {
		return text, nil
	}
	return nil, unset("bind", key, c.binds)
}

// bindScripts binds the verbs that are about scripts.
func (v verbs) bindScripts() {
	c := &v.c.Commands
	c.verb("wait", v.wait, "goes on after so many ticks; one where none is said").Args("ticks").Range(0, 0, maxWait).Optional(1).View()
}

// maxWait is how many ticks a script can wait at once: more than a day.
const maxWait = 10_000_000

func (v verbs) wait(inv *Invocation, ticks int) error {
	if len(inv.words) == 0 {
		ticks = 1
	}
	if ticks == 0 {
		return nil
	}
	return v.c.Commands.sleep(inv, ticks)
}

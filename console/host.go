package console

import (
	"bytes"
	"encoding/json"
	"iter"
	"math"
	"reflect"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// commandHost connects Commands with the other services.
type commandHost struct {
	c         *Console
	tell, set *Command // for lines that begin with a cvar
}

func (h *commandHost) by(p *rpc.Peer) string {
	_, name := owner(p)
	return name
}

func (h *commandHost) moment() (frame, tick uint64, at time.Duration) {
	return h.c.clock.frame.Load(), h.c.clock.tick.Load(), h.c.clock.now()
}

func (h *commandHost) verb(name string, alone bool) *Command {
	switch {
	case h.c.Cvars.Lookup(name) == nil:
		return nil
	case alone:
		return h.tell
	}
	return h.set
}

func (h *commandHost) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for v := range h.c.Cvars.All() {
			if !yield(v.name) {
				return
			}
		}
	}
}

func (h *commandHost) offerNames(o *offers) { h.offerCvars(o, func(*Cvar) bool { return true }) }

// offerCvars offers cvars, with what they hold.
func (h *commandHost) offerCvars(o *offers, which func(*Cvar) bool) {
	for v := range h.c.Cvars.All() {
		if !which(v) {
			continue
		}
		o.add("cvar", v.name, func(it *CompletionItem) {
			v.refresh()
			if it.Help = v.help; !v.is(flagSecret) {
				it.Value, it.Default, it.Modified = v.String(), v.defaultText(), v.now != v.def
			}
		})
	}
}

// defaultText is the default as text, and of a secret dots.
func (v *Cvar) defaultText() string {
	if v.is(flagSecret) {
		return secretText
	}
	return v.def.text(v.spec())
}

// find returns what the argument of a command names.
func (h *commandHost) find(t reflect.Type, text string) (reflect.Value, error) {
	if !namesCvar(t) {
		return h.c.World.pointer(t, text)
	}
	v, err := h.c.Cvars.find(text)
	if err != nil && text == allCvars && t == reflect.TypeFor[*cvarOrAll]() {
		return reflect.Zero(t), nil
	}
	return reflect.ValueOf(v).Convert(t), err
}

// namesCvar reports whether an argument of a type is a cvar's name.
func namesCvar(t reflect.Type) bool {
	return t == reflect.TypeFor[*Cvar]() || t == reflect.TypeFor[*cvarOrAll]()
}

func (h *commandHost) numbered(t reflect.Type, word string) bool {
	return !namesCvar(t) && h.c.World.takesNumber(t, word)
}

func (h *commandHost) label(t reflect.Type) string {
	if namesCvar(t) {
		return "cvar"
	}
	return "entity"
}

func (h *commandHost) offerThings(o *offers, t reflect.Type) {
	if namesCvar(t) {
		h.offerNames(o)
		if t == reflect.TypeFor[*cvarOrAll]() {
			o.value(allCvars, "every cvar")
		}
		return
	}
	o.kept = true
	h.c.World.names(t, func(name, id, help string) {
		o.add("entity", name, func(it *CompletionItem) { it.Value, it.Help = id, help })
	})
}

// offerValues offers what a cvar could be set to.
func (h *commandHost) offerValues(o *offers, v *Cvar) {
	if v.is(flagSecret) {
		return
	}
	v.refresh()
	now, def := v.String(), v.defaultText()
	words := func(text string) string {
		switch {
		case text == now && text == def:
			return "now, and the default"
		case text == now:
			return "now"
		case text == def:
			return "default"
		}
		return ""
	}
	values := v.names
	if v.kind == kindBool {
		values = []string{"true", "false"}
	}
	if v.complete != nil {
		values = h.c.Commands.completed("cvar "+v.name, v.complete, o.typed)
	}
	for _, text := range values {
		o.value(text, words(text))
	}
	o.value(now, words(now))
	o.value(def, words(def))
	if v.bounded && v.kind.number() {
		for _, end := range [...]struct {
			at   float64
			word string
		}{{v.min, "least"}, {v.max, "greatest"}} {
			if !math.IsInf(end.at, 0) {
				o.value(v.numberText(end.at), end.word)
			}
		}
	}
}

func (h *commandHost) secret(name string) bool {
	v := h.c.Cvars.Lookup(name)
	return v != nil && v.is(flagSecret)
}

func (h *commandHost) panicked(method string, value any, stack []byte) {
	h.c.panicked(method, value, stack)
}

func (h *commandHost) failed(by, line string, err error) {
	h.c.Log.say("a script that nobody waited for failed", "by", by, "line", line, "error", err)
}

// hides reports whether a call may hold the value of a secret cvar.
func (c *Console) hides(method string, params []byte) bool {
	switch method {
	case "cvar.set", "cvar.alternate", "command.run", "command.complete", "time.at":
	default:
		return false
	}
	d := json.NewDecoder(bytes.NewReader(params))
	for {
		t, err := d.Token()
		if err != nil {
			return false
		}
		if text, ok := t.(string); ok && c.Commands.namesSecret(text, 0) {
			return true
		}
	}
}

// asker is who runs a command, to the cvars.
func (inv *Invocation) asker() client {
	p := inv.run.peer
	if p == nil {
		return client{key: inv.By, name: inv.By}
	}
	key, name := owner(p)
	return client{key: key, name: name, stays: key == any(p)}
}

// connectDisplay lends the display what it needs of the console, and the world the
// display's camera.
func (c *Console) connectDisplay(r *rpc.Server) {
	d := &c.Display
	d.clock = &c.clock
	d.links = displayLinks{
		start: c.startDisplay, wake: c.srv.WS.Wake, panicked: c.panicked, follow: c.World.newFollow,
	}
	c.World.viewing.camera = d.matrix
	d.register(r)
}

// startDisplay begins the goroutine that encodes pictures, and reports whether the
// console is open; without a body that is all that it does.
func (c *Console) startDisplay(run func(stop <-chan struct{})) bool {
	if run == nil {
		return !c.closed.Load()
	}
	c.life.mu.Lock()
	defer c.life.mu.Unlock()
	c.startLocked()
	if c.life.closed {
		return false
	}
	stop := c.life.stop
	c.life.running.Go(func() { run(stop) })
	return true
}

// expression reads an expression of the world and the cvars.
func (c *Console) expression(text string) (awaited, error) {
	e, err := c.World.expression(text, c.Cvars.variable, c.Cvars.names)
	if err != nil {
		return nil, err
	}
	return e, nil
}

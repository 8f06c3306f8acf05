package console

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// outcome is what became of a value that a file or a flag has for a cvar.
type outcome uint8

const (
	outcomeApplied outcome = iota
	outcomeUnchanged
	outcomeCovered // a stronger layer holds on
	outcomeLatched // it waits for the game
	outcomeWaiting // no cvar of that name is bound yet
)

// waiting is a value for a cvar that is not bound yet.
type waiting struct {
	level level
	text  string
	stamp stamp
}

// maxWaiting bounds the names that values wait for: files name them.
const maxWaiting = 10_000

// assign gives a layer of a cvar the value that a text spells. One that is not bound yet
// gets it when it is.
func (c *Cvars) assign(l level, name, text, by, from string) (outcome, error) {
	v := c.byName[name]
	if v == nil {
		return outcomeWaiting, c.wait(name, waiting{l, text, c.stamp(by, from)})
	}
	return v.assign(l, text, c.stamp(by, from))
}

func (v *Cvar) assign(l level, text string, by stamp) (outcome, error) {
	err := v.assignable(l)
	if err != nil {
		return outcomeUnchanged, err
	}
	to, err := v.parse(text)
	if err != nil {
		return outcomeUnchanged, err
	}
	version := v.version
	v.alter(l, func() { v.put(layer{l, to, by}) })
	switch _, waits := v.pending(); {
	case v.version == version:
		return outcomeUnchanged, nil
	case v.top().level != l:
		return outcomeCovered, nil
	case waits:
		return outcomeLatched, nil
	}
	return outcomeApplied, nil
}

// assignable refuses what a layer may not change. Below the game's own, a cheat takes a
// value that counts once cheats are on.
func (v *Cvar) assignable(l level) error {
	v.refresh()
	if l < levelCode && !v.is(flagReadOnly) {
		return nil
	}
	return v.writable()
}

func (c *Cvars) wait(name string, w waiting) error {
	if !validName(name) {
		return rpc.Errorf(rpc.InvalidParams, "%s", badName(name))
	}
	if c.waiting == nil {
		c.waiting = make(map[string][]waiting)
	}
	list := c.waiting[name]
	if list == nil && len(c.waiting) >= maxWaiting {
		return rpc.Errorf(rpc.TooMany, "values wait for %d cvars that are not bound; there is no room for %q", maxWaiting, name)
	}
	i, ok := slices.BinarySearchFunc(list, w.level, func(w waiting, l level) int { return int(w.level) - int(l) })
	if ok {
		list[i] = w
	} else {
		list = slices.Insert(list, i, w)
	}
	c.waiting[name] = list
	return nil
}

// settle gives cvars that were bound since the last call the values that waited for
// them. It is not done while they are bound, for their range and flags are told after.
func (c *Cvars) settle(live bool) {
	n := len(c.fresh) // OnChange may bind more, which have not been told their range yet
	for i := range n {
		if v := c.fresh[i]; v.bound() {
			c.settleOne(v)
			v.live = v.live || live
		}
	}
	if live {
		c.fresh = slices.Delete(c.fresh, 0, n)
		c.tellUnused()
	}
}

// settleOne gives a cvar what waited for it.
func (c *Cvars) settleOne(v *Cvar) {
	list := c.waiting[v.name]
	delete(c.waiting, v.name) // before OnChange may unbind it, and what is set waits again
	for _, w := range list {
		if !v.bound() {
			return
		}
		if _, err := v.assign(w.level, w.text, w.stamp); err != nil {
			c.complain(err, w.stamp)
		}
	}
	if e, ok := c.environ[environName(v.name)]; ok && v.bound() {
		if _, err := v.assign(levelEnvironment, e.text, c.stamp(levelEnvironment.String(), e.name)); err != nil {
			c.complain(err, stamp{from: e.name})
		}
		e.used = true
	}
}

// complain logs what is wrong with a value that came from no client.
func (c *Cvars) complain(err error, by stamp) {
	if c.say != nil {
		c.say("a value of a cvar was not taken", "error", err.Error(), "from", by.from)
	}
}

// tellUnused names, once, what the environment, the command line and autoexec.cfg have
// for no cvar. The archive is no person's: it may have what another build wrote.
func (c *Cvars) tellUnused() {
	for _, key := range slices.Sorted(maps.Keys(c.environ)) {
		if e := c.environ[key]; !e.used {
			e.used = true
			known := make([]string, len(c.list))
			for i, v := range c.list {
				known[i] = c.prefix + environName(v.name)
			}
			c.complain(unknown(rpc.NotFound, "variable of the environment", e.name, known), stamp{from: e.name})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.waiting)) {
		for _, w := range c.waiting[name] {
			if (w.level == levelCommandLine || w.level == levelAutoexec) && !c.told[name] && c.byName[name] == nil { // one that was bound just now gets it next
				if c.told == nil {
					c.told = make(map[string]bool)
				}
				c.told[name] = true
				_, err := c.find(name)
				c.complain(err, w.stamp)
			}
		}
	}
}

// environValue is a variable of the environment that may be meant for a cvar.
type environValue struct {
	name, text string
	used       bool
}

// environName is a cvar's name as the environment has it, behind the prefix:
// PHYSICS_GRAVITY for physics.gravity.
func environName(name string) string { return strings.ToUpper(strings.ReplaceAll(name, ".", "_")) }

// Environment takes values out of the process's environment: with the prefix "GARDEN_",
// GARDEN_PHYSICS_GRAVITY=12 sets physics.gravity. Call it once, before the first
// [Console.Update]; cvars may be bound before or after.
func (c *Cvars) Environment(prefix string) {
	c.prefix, c.environ = prefix, make(map[string]*environValue)
	for _, pair := range os.Environ() {
		name, text, _ := strings.Cut(pair, "=")
		if key, ok := strings.CutPrefix(name, prefix); ok {
			c.environ[key] = &environValue{name: name, text: text}
		}
	}
	c.fresh = slices.Clone(c.list)
	c.settle(false)
}

// Flag takes values from a program's command line:
//
//	flag.Var(con.Cvars.Flag(), "set", "a cvar's `name=value`; may be repeated")
//
// It is as the flags of the single cvars, see [Cvar.Flag], and a cvar of the name may be
// bound later.
func (c *Cvars) Flag() flag.Value { return setFlag{c} }

type setFlag struct{ c *Cvars }

func (f setFlag) String() string { return "" }

func (f setFlag) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("%q is not of the form name=value", text)
	}
	name = strings.TrimSpace(name)
	f.c.settle(false) // what was bound before is judged at once, and told by the error
	by, from := levelCommandLine.String(), "-set "+name
	if v := f.c.byName[name]; v != nil {
		return v.setText(levelCommandLine, value, by, from)
	}
	return f.c.wait(name, waiting{levelCommandLine, value, f.c.stamp(by, from)})
}

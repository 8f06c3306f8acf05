package console

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/rpc"
)

// filed is what the archive says of a cvar, or was ordered to say.
type filed struct {
	text    string
	held    bool
	order   uint64 // what is on its way to the disk; 0 is nothing
	version uint64 // of the cvar when this was looked at last
}

// Load reads the files in Folder now: the archive and autoexec.cfg. Call it before the
// loop, where values are needed at the start; else the first [Console.Update] does it.
// Values for cvars that are bound later wait for them. A bad line does not keep the
// others from being read; the error tells of all, and so does the log. It may read
// from a disk for a while: it does not belong into a frame.
func (c *Cvars) Load() error {
	c.loaded = true
	k := &c.clerk
	k.prepare(c)
	if c.Folder == "" {
		return nil
	}
	var errs []error
	for _, w := range [...]*watched{&k.archive, &k.autoexec} {
		k.work <- struct{}{}
		n, err := k.load(w)
		<-k.work
		if err != nil {
			k.tell("a file of settings cannot be read", "error", err)
			errs = append(errs, err)
			continue
		}
		errs = append(errs, c.takeNews(n)...)
	}
	return errors.Join(errs...)
}

// exchange takes over what the clerk has to tell: one look where that is nothing.
func (c *Cvars) exchange() {
	if !c.loaded {
		c.Load() // the log tells what is wrong
	}
	if c.clerk.ready.Load() {
		for _, f := range c.clerk.collect() {
			f()
		}
	}
}

// commence runs what autoexec.cfg has beside settings, once the frame has begun.
func (c *Cvars) commence() {
	if len(c.commands) == 0 {
		return
	}
	list := c.commands
	c.commands = nil
	for _, e := range list {
		err := error(rpc.Errorf(rpc.NotFound, "%q is no setting", e.Command))
		if c.command != nil {
			err = c.command(e.Command, e.Place())
		}
		if err != nil {
			c.clerk.tell("a command of a file of settings failed", "error", err.Error(), "from", e.Place())
		}
	}
}

// offer orders what the archive is to say from now on, where that is not what it says.
func (c *Cvars) offer() {
	if c.Folder == "" {
		return
	}
	now := c.saving()
	if now == c.offered {
		return
	}
	c.offered = now
	var orders []order
	for _, v := range c.list {
		if !v.is(flagArchive) || v.version == v.file.version {
			continue
		}
		v.file.version = v.version
		text, held := v.spelled()
		if held == v.file.held && text == v.file.text || held && !v.keepable(text) {
			continue
		}
		c.orders++
		v.file.text, v.file.held, v.file.order = text, held, c.orders
		o := order{name: v.name, text: text, held: held, number: c.orders}
		if !held {
			o.without = v.def.text(v.spec())
		}
		orders = append(orders, o)
	}
	if orders != nil {
		c.clerk.order(orders)
	}
}

// spelled is the text of what the archive keeps of a cvar; where the file spells that
// in its own way, that.
func (v *Cvar) spelled() (text string, held bool) {
	x, held := v.kept()
	if !held {
		return "", false
	}
	if own, ok := v.cvars.spelling[v.name]; ok {
		if y, err := readText(own, v.spec()); err == nil && y == x {
			return own, true
		}
	}
	return x.text(v.spec()), true
}

// readsBack reports whether a text is one that a file may hold of a cvar. The game itself
// may assign what is out of range, or no number: what the archive had before is better.
func (v *Cvar) readsBack(text string) bool {
	_, err := readText(text, v.spec())
	return err == nil
}

// keepable reports whether what the archive keeps of a cvar reads back. It does not read
// where a look at the value says so: a thousand may change in a frame.
func (v *Cvar) keepable(text string) bool {
	switch x, _ := v.kept(); v.kind {
	case kindBool:
		return true
	case kindInt, kindUint, kindFloat, kindDuration:
		n := x.number(v.kind)
		return !math.IsNaN(n) && !math.IsInf(n, 0) && (!v.bounded || x.within(v.spec()))
	}
	return v.readsBack(text)
}

// takeNews gives the layer of a file the values that the file has, and returns what is
// wrong with it. Those that are as they were are left alone: somebody may have reset
// one since.
func (c *Cvars) takeNews(n *news) (errs []error) {
	for _, f := range n.faults {
		errs = append(errs, f)
	}
	c.tellFaults(n)
	if n.level == levelAutoexec {
		return append(errs, c.takeAutoexec(n)...)
	}
	c.spelling = n.values
	last := lastEntries(n.entries)
	valid := make(map[string]bool, len(last))
	for _, e := range n.entries {
		v := c.byName[e.Name]
		switch {
		case last[e.Name] != e.Place():
			continue // a later line says something else
		case v != nil && v.file.order != 0: // what was set here meanwhile is newer
		case n.changed != nil && !n.changed[e.Name]:
			if c.refused[e.Name] != "" {
				continue
			}
		default:
			delete(c.refused, e.Name)
			if err := c.takeEntry(levelArchive, e, n.changed != nil); err != nil {
				c.refuse(e.Name, err)
				errs = append(errs, err)
				continue
			}
		}
		valid[e.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(n.changed)) {
		if v := c.byName[name]; v != nil && v.file.order == 0 && !valid[name] {
			v.renounce(n.file)
		}
	}
	c.retain(levelArchive, valid)
	for _, v := range c.list {
		if v.is(flagArchive) && v.file.order == 0 {
			v.file = v.filedAs(n.values[v.name], valid[v.name])
		}
	}
	c.offered-- // look again at all
	return errs
}

// overrule gives the archive's layer a value that somebody just wrote into the file. What
// the console and the code have is older: it was saved there.
func (v *Cvar) overrule(text string, by stamp) error {
	if err := v.assignable(levelArchive); err != nil {
		return err
	}
	to, err := v.parse(text)
	if err != nil {
		return err
	}
	v.alter(levelArchive, func() {
		if v.is(flagArchive) {
			v.take(levelConsole)
			v.take(levelCode)
		}
		v.put(layer{levelArchive, to, by})
	})
	return nil
}

// renounce takes away what somebody just took out of the file, wherever it came there
// from.
func (v *Cvar) renounce(file string) {
	defer v.cvars.act(file, "", 0)()
	v.refresh()
	v.alter(levelArchive, func() {
		if v.is(flagArchive) {
			v.take(levelConsole)
			v.take(levelCode)
		}
		v.take(levelArchive)
	})
}

// filedAs is what to remember of a file that has a text for the cvar, or has none.
func (v *Cvar) filedAs(text string, held bool) filed {
	switch {
	case !held:
		return filed{}
	case !v.has(levelCode) && !v.has(levelConsole):
		text, held = v.spelled() // as the file has it, unless it is the default: that needs no line
	}
	return filed{text: text, held: held}
}

// refuse remembers why a line of the archive is not taken.
func (c *Cvars) refuse(name string, err error) {
	if c.refused == nil {
		c.refused = make(map[string]string)
	}
	c.refused[name] = err.Error()
}

// takeEntry gives a layer the value of a line; the log and the error tell why it does
// not. What was changed in the file just now is newer than what it had before from the
// console and the code.
func (c *Cvars) takeEntry(l level, e cfgfile.Entry, newest bool) error {
	var err error
	if v := c.byName[e.Name]; newest && v != nil {
		err = v.overrule(e.Value, c.stamp(e.File, e.Place()))
	} else {
		_, err = c.assign(l, e.Name, e.Value, e.File, e.Place())
	}
	if err == nil {
		return nil
	}
	c.clerk.tell("a value of a cvar was not taken", "error", err.Error(), "from", e.Place())
	return fmt.Errorf("%s: %w", e.Place(), err)
}

// takeAutoexec does what the file says, in its order. When it was changed, commands
// that it had before are not run again.
func (c *Cvars) takeAutoexec(n *news) (errs []error) {
	valid, ran, last := make(map[string]bool), make(map[string]int), lastEntries(n.entries)
	for _, e := range n.entries {
		if e.Name == "" {
			if ran[e.Command]++; ran[e.Command] > c.ran[e.Command] {
				c.commands = append(c.commands, e)
			}
			continue
		}
		if last[e.Name] != e.Place() {
			continue // a later line says something else
		}
		if err := c.takeEntry(levelAutoexec, e, false); err != nil {
			errs = append(errs, err)
			continue
		}
		valid[e.Name] = true
	}
	c.ran = ran
	c.retain(levelAutoexec, valid)
	if c.clock != nil && c.clock.frame.Load() > 0 { // else when all is bound
		c.tellUnused()
	}
	return errs
}

// lastEntries are the places where names are set last.
func lastEntries(list []cfgfile.Entry) map[string]string {
	last := make(map[string]string, len(list))
	for _, e := range list {
		last[e.Name] = e.Place()
	}
	return last
}

// maxToldFaults is how many bad lines of a file the log is told of.
const maxToldFaults = 20

func (c *Cvars) tellFaults(n *news) {
	for i, f := range n.faults {
		if i == maxToldFaults {
			c.clerk.tell("more lines of a file of settings are bad", "file", n.file, "lines", len(n.faults)-i)
			return
		}
		c.clerk.tell("a bad line of a file of settings is passed over", "at", fmt.Sprintf("%s:%d", f.File, f.Line), "error", f.Message)
	}
}

// written is told that the archive says what was ordered, and what else it says now.
func (c *Cvars) written(done map[string]order, n *news) {
	for _, name := range slices.Sorted(maps.Keys(done)) {
		o := done[name]
		v := c.byName[name]
		if v == nil || !v.is(flagArchive) || v.file.order != o.number {
			continue // gone, or changed again
		}
		v.file.order = 0
		delete(c.refused, name)
		v.refresh()
		v.settleArchive(o.text, o.held, archiveFile)
	}
	c.takeNews(n)
}

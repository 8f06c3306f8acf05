package console

import (
	"fmt"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// level is how strong a layer is.
type level uint8

// The layers of a cvar, weak to strong.
const (
	levelDefault     level = iota // what the variable held when it was bound
	levelArchive                  // the file of what was changed in runs before
	levelAutoexec                 // the file that a person writes
	levelEnvironment              // of the process
	levelCommandLine
	levelCode    // the game itself
	levelConsole // a client
	levelLease   // a client, for a while
)

var layerNames = [...]string{"default", "archive", "autoexec", "environment", "command line", "code", "console", "lease"}

// String returns the layer's name on the wire.
func (l level) String() string { return layerNames[l] }

// droppable reports whether a person may take a layer away for good: the others are
// set outside of the game, and come back with its next start.
func (l level) droppable() bool {
	return l == levelArchive || l == levelCode || l == levelConsole || l == levelLease
}

// byGame is who set a value that the game's own code did.
const byGame = "game"

// stamp is who set a value, and when.
type stamp struct {
	by    string // a client's name, "game", or what the value came from
	from  string // a file and line, a variable of the environment, a profile; or ""
	frame uint64
	tick  uint64
	time  int64 // ns since the session began
}

// layer is the value that one layer has for a cvar.
type layer struct {
	level level
	value value
	stamp stamp
}

// at returns the place of a layer among those that are set, and whether it is.
func (v *Cvar) layerAt(l level) (int, bool) {
	return slices.BinarySearchFunc(v.layers, l, func(x layer, l level) int { return int(x.level) - int(l) })
}

// has reports whether a layer is set.
func (v *Cvar) has(l level) bool {
	_, ok := v.layerAt(l)
	return ok
}

// top returns the layer whose value holds.
func (v *Cvar) top() layer {
	base := layer{value: v.def, stamp: stamp{by: "default"}}
	for i := len(v.layers) - 1; i >= 0; i-- {
		// A cheat that is off has no value but its default and the game's own.
		if !v.is(flagCheat) || v.cvars.Cheats || v.layers[i].level == levelCode {
			return v.layers[i]
		}
	}
	return base
}

// pending is the value that a latched cvar will have; ok is false where it has it.
func (v *Cvar) pending() (x value, ok bool) {
	x = v.wanted()
	return x, x != v.now
}

// put gives a layer its value, without applying it. The same value of the same origin
// is no change.
func (v *Cvar) put(l layer) {
	i, ok := v.layerAt(l.level)
	switch {
	case ok && v.layers[i].value == l.value && v.layers[i].stamp.by == l.stamp.by:
		return
	case ok:
		v.layers[i] = l
	default:
		v.layers = slices.Insert(v.layers, i, l)
	}
	v.touched(l.level)
}

// take removes a layer, without applying what is below. It reports whether it was set.
func (v *Cvar) take(l level) bool {
	i, ok := v.layerAt(l)
	if !ok {
		return false
	}
	v.layers = slices.Delete(v.layers, i, i+1)
	if l == levelLease {
		v.cvars.endLease(v)
	}
	v.touched(l)
	return true
}

// touched notes that a layer is another than it was.
func (v *Cvar) touched(l level) {
	v.version++
	if v.is(flagArchive) && (l == levelArchive || l == levelCode || l == levelConsole) {
		v.cvars.unsaved++
	}
}

// apply gives the variable the value of its strongest layer and reports whether it
// had another. A latched one keeps its value while it waits.
func (v *Cvar) apply() bool {
	if v.is(flagLatched) && v.live && !v.cvars.unlatching {
		return false
	}
	top := v.top()
	if v.setter != top.stamp {
		v.setter = top.stamp
		v.version++
	}
	if top.value == v.now {
		return false
	}
	v.slot.write(top.value, v.kind)
	v.now = top.value
	v.version++
	return true
}

// wanted is the value that the variable is to have: of a latched one that waits, what
// it waits for.
func (v *Cvar) wanted() value {
	if v.is(flagLatched) {
		return v.top().value
	}
	return v.now
}

// alter changes a layer by f, applies what holds then, notes it, and tells the game.
func (v *Cvar) alter(l level, f func()) {
	version, had, old, before, lent := v.version, v.now, v.wanted(), v.before(l), v.lent()
	f()
	if v.version == version {
		return
	}
	changed := v.apply()
	v.cvars.record(v, l, old, before, lent)
	if changed {
		v.tell(had)
	}
}

// swap changes a layer by f and applies what holds then: as alter, for what is nobody's
// edit and no part of the history. It allocates nothing where the game does not ask to
// be told.
func (v *Cvar) swap(f func()) {
	had := v.now
	f()
	if v.apply() {
		v.tell(had)
	}
}

// maxTelling is how deep OnChange may set what calls OnChange: two cvars that correct each
// other for ever would end the program, for no recover catches a stack that is full.
const maxTelling = 32

// tell tells the game of a change.
func (v *Cvar) tell(had value) {
	if v.onChange == nil {
		return
	}
	c := v.cvars
	if c.telling == maxTelling {
		if c.say != nil {
			c.say("cvars change each other in OnChange without an end", "cvar", v.name)
		}
		return
	}
	c.telling++
	defer func() { c.telling-- }()
	c.guard(v, func() {
		v.onChange(Change{Cvar: v, Old: v.slot.boxed(had, v.kind), New: v.slot.boxed(v.now, v.kind), Layer: v.top().level.String(), By: v.setter.by})
	})
}

// refresh takes notice of a change that the game made itself: that is the truth, and
// whatever lay above it is over. It reports whether there was one.
func (v *Cvar) refresh() bool {
	now := v.slot.read(v.kind)
	if now == v.now {
		return false
	}
	old, before, lent := v.wanted(), v.before(levelCode), v.lent()
	v.now = now
	v.take(levelConsole)
	v.take(levelLease)
	l := layer{level: levelCode, value: now, stamp: v.cvars.stamp(byGame, "")}
	v.put(l)
	v.setter = l.stamp
	v.cvars.record(v, levelCode, old, before, lent)
	return true
}

// prior is a layer as it is, to be given back later; it may be one that is not set.
type prior struct {
	layer layer
	set   bool
}

func (v *Cvar) before(l level) (p prior) {
	if i, ok := v.layerAt(l); ok {
		p = prior{v.layers[i], true}
	}
	return p
}

// kept is the layer where it was set, or nil.
func (p prior) kept() *layer {
	if !p.set {
		return nil
	}
	l := p.layer
	return &l
}

// writable takes notice of what the game did, and refuses a change to what is
// read-only, or a cheat that is off.
func (v *Cvar) writable() error {
	v.refresh()
	switch {
	case v.is(flagReadOnly):
		return rpc.Errorf(rpc.ReadOnly, "cvar %q is read-only", v.name)
	case v.is(flagCheat) && !v.cvars.Cheats:
		e := rpc.Errorf(rpc.ReadOnly, "cvar %q is a cheat, and cheats are off; set the cvar \"cheats\" to allow it", v.name)
		e.Data.Want, e.Data.Suggest = "cheats on", cheatsName
		return e
	}
	return nil
}

// owner says for a person who set the value that holds.
func (v *Cvar) owner() string {
	top := v.top()
	s := top.level.String()
	if top.stamp.by != "" && top.stamp.by != s {
		s = fmt.Sprintf("%s (%s)", s, top.stamp.by)
	}
	if top.stamp.from != "" && top.stamp.from != top.stamp.by {
		s += ", " + top.stamp.from
	}
	if top.stamp.frame > 0 {
		s += fmt.Sprintf(", in frame %d", top.stamp.frame)
	}
	return s
}

package console

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/internal/capture"
	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/rpc"
)

// Cvars are the configuration variables of a game: its own variables, bound
// under names that clients see, change and reset. The zero value is ready. All
// methods belong to the game's goroutine; values change only inside
// [Console.Update], and where the game itself asks for it.
//
// A cvar has layers, of which the strongest holds: its default, the archive file, the
// autoexec file, the environment, the command line, the game's code, a client at the
// console, and a client's lease. A reset takes the strongest away, and uncovers the one
// below. What the game assigns to the variable itself is its code's, and takes the
// clients' away: the variable is the truth.
type Cvars struct {
	// Cheats lets clients change what is flagged with [Cvar.Cheat]. Where anything is, it
	// is itself a cvar, named cheats. The game may set it at any time.
	Cheats bool
	// Folder is where settings are kept: archive.cfg, which the console writes;
	// autoexec.cfg, which a person does; and profiles, each in a file NAME.cfg. It is made
	// at the first save. Empty is nowhere. It freezes at the first Load or Update.
	Folder string
	// Profiles has the profiles that the game is shipped with, as files NAME.cfg at its
	// root. Nil is none. It freezes with Folder, and is read on another goroutine.
	Profiles fs.FS

	list   []*Cvar // by name
	byName map[string]*Cvar
	stream *rpc.Stream
	blocks *rpc.Stream // of alternations

	// What the console gives it.
	clock    *clock
	owner    func(*rpc.Peer) (by any, name string)
	say      func(msg string, args ...any)
	panicked func(what string, value any, stack []byte)
	taken    func(name string) bool // a command has the name

	waiting    map[string][]waiting // for cvars that are not bound yet
	fresh      []*Cvar              // bound, and not given what waited for them
	prefix     string               // of the environment's names
	environ    map[string]*environValue
	told       map[string]bool // names of the command line that the log was told of
	answer     CvarState       // of the call that runs
	gone       []string        // unbound since subscribers were told
	tellFrom   int             // where in the list the next telling begins
	cheating   bool            // Cheats as it was known last
	unlatching bool
	unsaved    uint64 // changes of what the archive keeps
	leases     []lease
	alternates []*alternation
	history    []change
	held       int // bytes of text in the history
	lastChange uint64
	noticed    uint64           // grows with each change
	undone     map[any][]uint64 // by client, what it took back, newest last
	acting     stamp            // who takes a layer away
	taking     uint64           // the change that is taken back
	telling    int              // calls of OnChange within each other

	clerk    clerk
	start    func()                        // has the clerk begin, where it has not
	command  func(line, from string) error // runs what autoexec.cfg has beside settings; nil is nobody
	loaded   bool
	offered  uint64            // what saving said when orders were made last
	orders   uint64            // numbers them
	spelling map[string]string // the archive's own texts of values
	refused  map[string]string // why lines of the archive are not taken, by name
	ran      map[string]int    // commands of autoexec.cfg
	commands []cfgfile.Entry   // that wait for the frame to begin
}

// cheatsName is the cvar that allows cheats.
const cheatsName = "cheats"

// wantedTypes says what can be bound.
const wantedTypes = "it is no bool, number, string, duration, colour or vector"

// Bind makes a variable of the game a cvar. The pointer is to a bool, an integer, a
// float, a string, a time.Duration, a color.RGBA or color.NRGBA, a vector (an array of
// two to four floats, or a struct of nothing else), or to a type made of one of these.
// For a variable that other goroutines read it is to an [Atomic] of such a type, or to
// one of sync/atomic's Bool, Int32, Int64, Uint32 and Uint64. Names are of the form
// area.name. What the variable holds now is its default. It panics when the name is
// malformed or taken, or the type cannot be bound: these are mistakes of the program,
// found at its start.
func (c *Cvars) Bind(name string, variable any, help string) *Cvar {
	at, ok := slotOf(variable)
	if !ok {
		panic(fmt.Sprintf("console: cvar %q: cannot bind %T: a pointer to the variable is needed", name, variable))
	}
	if t := at.v.Type(); kindOfVar(t) == kindJSON {
		if t.Kind() == reflect.Struct {
			panic(fmt.Sprintf("console: cvar %q: cannot bind %T as one value: BindStruct binds its fields", name, variable))
		}
		panic(fmt.Sprintf("console: cvar %q: cannot bind %T: %s", name, variable, wantedTypes))
	}
	return c.bind(name, at, help, source(caller(1)))
}

func (c *Cvars) bind(name string, at slot, help, where string) *Cvar {
	if !validName(name) {
		panic("console: cvar " + badName(name))
	}
	if c.byName[name] != nil {
		panic(fmt.Sprintf("console: cvar %q is bound already", name))
	}
	if c.taken != nil && c.taken(name) {
		panic(fmt.Sprintf("console: cvar %q: a command is bound under this name", name))
	}
	k := kindOfVar(at.v.Type())
	now := at.read(k)
	cv := &Cvar{cvars: c, name: name, help: help, where: where, kind: k, slot: at, def: now, now: now, setter: stamp{by: "default"}, version: 1}
	if c.byName == nil {
		c.byName = make(map[string]*Cvar)
	}
	c.byName[name] = cv
	i, _ := slices.BinarySearchFunc(c.list, name, func(v *Cvar, n string) int { return strings.Compare(v.name, n) })
	c.list = slices.Insert(c.list, i, cv)
	c.fresh = append(c.fresh, cv)
	return cv
}

// Unbind takes a cvar away. An unknown name is ignored. What files, clients and the
// like set of it waits for the next cvar of that name.
func (c *Cvars) Unbind(name string) {
	v := c.byName[name]
	if v == nil {
		return
	}
	v.refresh()
	for _, l := range v.layers {
		if l.level != levelCode && l.level != levelLease {
			c.wait(name, waiting{l.level, l.value.text(v.spec()), l.stamp}) // the name is valid, and room is bounded by what was bound
		}
	}
	c.drop(v)
	if c.stream != nil && c.stream.Subscribers() > 0 {
		c.gone = append(c.gone, name)
	}
}

// drop takes a cvar off the list.
func (c *Cvars) drop(v *Cvar) {
	c.endLease(v)
	delete(c.byName, v.name)
	c.list = slices.DeleteFunc(c.list, func(other *Cvar) bool { return other == v })
}

// Lookup returns the cvar of a name, or nil.
func (c *Cvars) Lookup(name string) *Cvar { return c.byName[name] }

// All returns the cvars by name. Whoever ranges over them may bind and unbind cvars
// meanwhile: those that are unbound do not come any more.
func (c *Cvars) All() iter.Seq[*Cvar] { return c.each() }

// Unlatch gives latched cvars the values that wait for them: call it where the game can
// take them, such as between two levels.
func (c *Cvars) Unlatch() {
	was := c.unlatching // OnChange may call it too
	c.unlatching = true
	defer func() { c.unlatching = was }()
	for v := range c.each() {
		v.refresh()
		if _, ok := v.pending(); ok {
			v.alter(v.top().level, func() { v.version++ })
		}
	}
}

// each ranges over the cvars that are bound, for a loop that calls code of the game: that
// may bind and unbind what it likes.
func (c *Cvars) each() iter.Seq[*Cvar] {
	return func(yield func(*Cvar) bool) {
		for _, v := range slices.Clone(c.list) {
			if v.bound() && !yield(v) {
				return
			}
		}
	}
}

// bound reports whether the variable is still a cvar. One that was unbound is the game's
// alone, and is neither read nor written any more.
func (v *Cvar) bound() bool { return v.cvars.byName[v.name] == v }

// find returns the cvar of a name, or the error that names the nearest.
func (c *Cvars) find(name string) (*Cvar, error) {
	if v := c.byName[name]; v != nil {
		return v, nil
	}
	return nil, at(unknown(rpc.NotFound, "cvar", name, c.names()), "", "/name")
}

// now is the time since the session began.
func (c *Cvars) now() time.Duration {
	if c.clock == nil {
		return 0
	}
	return c.clock.now()
}

// stamp is who sets something now.
func (c *Cvars) stamp(by, from string) stamp {
	if c.clock == nil || c.clock.frame.Load() == 0 {
		return stamp{by: by, from: from}
	}
	return stamp{by, from, c.clock.frame.Load(), c.clock.tick.Load(), int64(c.clock.now())}
}

// begin is what is due at the begin of a frame.
func (c *Cvars) begin(now time.Duration) {
	c.exchange()
	if len(c.fresh) > 0 {
		c.settle(true)
	}
	if c.Cheats != c.cheating {
		c.turnCheats()
	}
	if len(c.leases) > 0 {
		c.expire(now)
	}
	c.commence()
}

// turnCheats takes notice that cheats are allowed now, or no more.
func (c *Cvars) turnCheats() {
	c.cheating = c.Cheats
	defer c.act(cheatsName, "", 0)()
	for v := range c.each() {
		if !v.is(flagCheat) {
			continue
		}
		v.refresh()
		v.alter(levelConsole, func() {
			v.version++
			if !c.Cheats {
				v.take(levelCode)
				v.take(levelConsole)
				v.take(levelLease)
			}
		})
	}
}

// bindCheats makes Cheats a cvar, once there is a cheat.
func (c *Cvars) bindCheats() {
	switch v := c.byName[cheatsName]; {
	case v != nil && v.slot.v.Addr().Interface() != any(&c.Cheats):
		panic(fmt.Sprintf("console: cvar %q: there are cheats, which the console's own cvar of this name allows", cheatsName))
	case v == nil:
		c.Bind(cheatsName, &c.Cheats, "lets cheats be set").OnChange(func(Change) { c.turnCheats() })
	}
}

// guard calls code of the game in somebody else's name: a panic there is reported, and
// the game goes on. What it sets is not the doing of whoever made it run.
func (c *Cvars) guard(v *Cvar, f func()) {
	acting, taking := c.acting, c.taking
	c.acting, c.taking = stamp{}, 0
	defer func() { c.acting, c.taking = acting, taking }()
	if c.panicked != nil {
		defer func() {
			if r := recover(); r != nil {
				c.panicked("cvar "+v.name, r, debug.Stack())
			}
		}()
	}
	f()
}

// maxTold is how many cvars a frame tells the subscribers of: more are told of in the
// frames after it, so that a script that changes thousands does not cost one of them.
const maxTold = 100

// publish tells the subscribers once a frame what changed.
func (c *Cvars) publish() {
	if c.stream.Subscribers() == 0 {
		c.gone = c.gone[:0]
		return
	}
	c.tellFrom %= max(1, len(c.list))
	var changed []CvarInfo
	for i := range c.list {
		v := c.list[(c.tellFrom+i)%len(c.list)]
		v.refresh()
		if v.told == v.version {
			continue
		}
		if len(changed) == maxTold {
			c.tellFrom += i // the rest comes with the next frames
			break
		}
		v.told = v.version
		changed = append(changed, v.info())
	}
	slices.SortFunc(changed, func(a, b CvarInfo) int { return strings.Compare(a.Name, b.Name) })
	if changed != nil || len(c.gone) > 0 {
		c.stream.Publish(CvarChanges{changed, c.gone})
		c.gone = c.gone[:0]
	}
}

// part is the cvars in a recording: as they are now, and the changes of a while.
func (c *Cvars) part() topicPart {
	p := part("cvars", c.infos(""))
	for _, e := range c.history[max(0, len(c.history)-maxRecorded):] {
		i := e.cvar.info()
		i.Value, i.Layer, i.Version = e.cvar.shown(e.new, e.cvar.spec()), e.level.String(), e.version
		i.SetBy, i.From, i.SetFrame, i.SetTick, i.SetTime = e.stamp.by, e.stamp.from, e.stamp.frame, e.stamp.tick, e.stamp.time
		p.events = append(p.events, capture.Event{
			Frame: e.stamp.frame, Tick: e.stamp.tick, Time: e.stamp.time, Value: wireJSON(CvarChanges{Changed: []CvarInfo{i}}),
		})
	}
	return p
}

// maxRecorded is how many changes of cvars a recording tells of.
const maxRecorded = 100

// compare reads a cvar and, by its type, a value to compare it with.
func (c *Cvars) compare(name string, raw json.RawMessage) (now, want operand, err error) {
	v, err := c.find(name)
	if err != nil {
		return now, want, err
	}
	if v.is(flagSecret) || v.kind.parts() > 1 {
		return now, want, at(rpc.Errorf(rpc.InvalidParams, "cvar %q is a %s, which cannot be compared", name, v.what()), "", "/cvar")
	}
	p := v.spec()
	p.bounded = false // what is out of range may still be a bound
	s, err := decodeValue(raw, p)
	if err != nil {
		return now, want, at(err, "cvar "+strconv.Quote(name), "/value")
	}
	return v.operand(v.slot.read(v.kind)), v.operand(s), nil
}

func (v *Cvar) what() string {
	if v.is(flagSecret) {
		return "secret"
	}
	return v.kind.String()
}

// reading is what a cvar holds now; ok is false when there is none of that name.
func (c *Cvars) reading(name string) (o operand, ok bool) {
	v := c.byName[name]
	if v == nil {
		return o, false
	}
	return v.operand(v.slot.read(v.kind)), true
}

// variable is a cvar for an expression; nil where there is none of the name.
func (c *Cvars) variable(name string) (*variable, error) {
	v := c.byName[name]
	switch {
	case v == nil:
		return nil, nil
	case v.is(flagSecret) || v.kind.parts() > 1 || v.kind == kindJSON:
		return nil, rpc.Errorf(rpc.InvalidParams, "cvar %q is a %s, which cannot be compared", name, v.what())
	}
	return &variable{v.spec(), func() (scalar, bool) { return v.slot.read(v.kind).scalar, v.bound() }}, nil
}

// names lists all cvars.
func (c *Cvars) names() []string {
	names := make([]string, len(c.list))
	for i, v := range c.list {
		names[i] = v.name
	}
	return names
}

func (v *Cvar) operand(x value) operand {
	switch v.kind {
	case kindString, kindChoice:
		return operand{s: x.s, isText: true}
	case kindColor:
		return operand{s: colorText(x.n), isText: true}
	case kindBool:
		return operand{n: float64(x.n)}
	}
	return operand{n: x.number(v.kind)}
}

func (c *Cvars) infos(prefix string) []CvarInfo {
	list := make([]CvarInfo, 0, len(c.list))
	for _, v := range c.list {
		if strings.HasPrefix(v.name, prefix) {
			v.refresh()
			list = append(list, v.info())
		}
	}
	return list
}

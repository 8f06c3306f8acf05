package console

import (
	"math"
	"math/bits"
)

// CvarInfo is what a client is told of a cvar.
type CvarInfo struct {
	Name      string      `json:"name"`
	Type      string      `json:"type" enum:"bool,int,float,string,duration,enum,color,vec2,vec3,vec4"`
	Value     any         `json:"value" help:"bool, number, string, or a vector's numbers; durations as 16ms, enums by name, colours as #rrggbbaa; null of a secret"`
	Default   any         `json:"default" help:"the value when it was bound"`
	Min       *float64    `json:"min,omitempty" help:"least value, of a vector for each number; of a duration in ns"`
	Max       *float64    `json:"max,omitempty"`
	Step      float64     `json:"step,omitempty"`
	Enum      []string    `json:"enum,omitempty"`
	Unit      string      `json:"unit,omitempty"`
	Help      string      `json:"help"`
	Flags     []string    `json:"flags" help:"modified, archive, read-only, latched, cheat, secret, dev"`
	SetBy     string      `json:"setBy" help:"default, game, a file, or the client's name"`
	Layer     string      `json:"layer" enum:"default,archive,autoexec,environment,command line,code,console,lease" help:"whose value holds, or of a latched one that waits, will hold"`
	SetFrame  uint64      `json:"setFrame,omitempty"`
	SetTick   uint64      `json:"setTick,omitempty"`
	SetTime   int64       `json:"setTime,omitempty" unit:"ns" help:"since the session began"`
	From      string      `json:"from,omitempty" help:"file and line, profile, or variable of the environment that it came from"`
	Layers    []CvarLayer `json:"layers,omitempty" help:"the values above the default, strongest first"`
	Pending   any         `json:"pending,omitempty" help:"the value that a latched one will have"`
	Lease     *LeaseInfo  `json:"lease,omitempty"`
	Where     string      `json:"where,omitempty" help:"file:line that bound it"`
	Completes bool        `json:"completes,omitempty" help:"the game offers values: see command.complete"`
	Version   uint64      `json:"version" help:"grows with each change"`

	about *about // nil where the fields alone tell
}

// about is what never changes of a cvar, as it travels.
type about struct {
	head string // from name up to value
	def  any
	tail string // from default up to help
}

// CvarLayer is the value that one layer has.
type CvarLayer struct {
	Layer string `json:"layer"`
	Value any    `json:"value"`
	By    string `json:"by"`
	Frame uint64 `json:"frame,omitempty"`
	From  string `json:"from,omitempty"`
}

// info is what a client is told of the cvar.
func (v *Cvar) info() (c CvarInfo) {
	v.describe(&c)
	return c
}

// describe fills in what a client is told of the cvar. The room of c's layers is used
// again.
func (v *Cvar) describe(c *CvarInfo) {
	p, top := v.spec(), v.top()
	s := v.setter
	a := v.about
	if a == nil {
		a = &about{def: v.shown(v.def, p)}
	}
	layers := c.Layers[:0]
	*c = CvarInfo{
		Name: v.name, Type: v.kind.String(), Value: v.shown(v.now, p), Default: a.def,
		Step: v.step, Enum: v.names, Unit: v.unit, Help: v.help, Flags: v.flagList(),
		SetBy: s.by, Layer: top.level.String(), SetFrame: s.frame, SetTick: s.tick, SetTime: s.time, From: s.from,
		Where: v.where, Completes: v.complete != nil, Version: v.version,
	}
	if v.bounded {
		c.Min, c.Max = finite(&v.min), finite(&v.max)
	}
	if v.about == nil && v.live { // all is told of it
		a.head, a.tail = string(c.appendHead(nil)), string(c.appendTail(nil))
		v.about = a
	}
	c.about = v.about
	for i := len(v.layers) - 1; i >= 0; i-- {
		l := &v.layers[i]
		shown := c.Value
		if l.value != v.now {
			shown = v.shown(l.value, p)
		}
		layers = append(layers, CvarLayer{l.level.String(), shown, l.stamp.by, l.stamp.frame, l.stamp.from})
	}
	c.Layers = layers
	if x, ok := v.pending(); ok {
		c.Pending = v.shown(x, p)
	}
	if l := v.cvars.leaseOf(v); l != nil {
		c.Lease = &LeaseInfo{l.owner.name, int64(l.until)}
	}
}

// finite is an end of a range on the wire: one that is not finite is absent.
func finite(f *float64) *float64 {
	if math.IsInf(*f, 0) {
		return nil
	}
	return f
}

// shown is a value as it travels; that of a secret does not.
func (v *Cvar) shown(x value, p spec) any {
	if v.is(flagSecret) {
		return nil
	}
	return x.json(p)
}

// The lists of most cvars, which are many and have no flags.
var (
	noFlags      = []string{}
	justModified = []string{"modified"}
)

func (v *Cvar) flagList() []string {
	switch {
	case v.flags == 0 && v.now == v.def:
		return noFlags
	case v.flags == 0:
		return justModified
	}
	list := make([]string, 0, 1+bits.OnesCount8(uint8(v.flags)))
	if v.now != v.def && !v.is(flagSecret) {
		list = append(list, "modified")
	}
	for i, name := range flagNames {
		if v.is(1 << i) {
			list = append(list, name)
		}
	}
	return list
}

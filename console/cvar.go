package console

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Cvar is a configuration variable: a variable of the game's own that a client
// may see and change. Bind it with [Cvars.Bind]. Its methods belong to the game's
// goroutine; those that describe it are for the start, and panic on what makes no
// sense.
type Cvar struct {
	cvars      *Cvars
	name, help string
	where      string // in the program, that bound it
	kind       kind
	slot       slot

	min, max, step float64 // meaningful where bounded, and for step where not zero
	bounded        bool
	unit           string
	names          []string // of an enum
	flags          flags
	check          func(any) error
	complete       func(string) []string
	onChange       func(Change)

	def     value
	now     value   // what was known of the variable last: a difference is the game's own doing
	setter  stamp   // of the value that holds
	layers  []layer // above the default, weakest first
	live    bool    // an Update has begun since it was bound: from here on a latched one waits
	last    uint64  // the newest entry of the history that tells of it
	version uint64
	told    uint64 // the version that subscribers know
	about   *about // nil until it is told of for the first time
	file    filed
}

// is reports whether a flag is set.
func (v *Cvar) is(f flags) bool { return v.flags&f != 0 }

// Change is what [Cvar.OnChange] is told.
type Change struct {
	Cvar *Cvar
	// Old and New are the values, of the variable's own type.
	Old, New any
	// Layer is which layer holds now, such as "console"; see [Cvars].
	Layer string
	// By is who set it: a client's name, a file's, or "game".
	By string
}

// Name returns the name that the variable was bound under.
func (v *Cvar) Name() string { return v.name }

// Range bounds a number, both ends included; bounds of a duration are in
// nanoseconds, those of a vector hold for each of its numbers. What is beyond them is
// refused. It panics when the variable is not a number, or lies outside already.
func (v *Cvar) Range(lo, hi float64) *Cvar {
	if !v.kind.number() && v.kind.parts() == 1 {
		panic(fmt.Sprintf("console: cvar %q: a %v has no range", v.name, v.kind))
	}
	if !(lo <= hi) {
		panic(fmt.Sprintf("console: cvar %q: no number is from %v to %v", v.name, lo, hi))
	}
	v.min, v.max, v.bounded, v.about = lo, hi, true, nil
	if !v.def.within(v.spec()) {
		panic(fmt.Sprintf("console: cvar %q: %v is outside its range of %v", v.name, v.def.text(v.spec()), boundsOf(v.spec())))
	}
	return v
}

// Step says by how much a number changes at a time in an editor, a duration in
// nanoseconds. It does not restrict what may be set. It panics when it is no number
// above zero.
func (v *Cvar) Step(by float64) *Cvar {
	if !(by > 0) || math.IsInf(by, 1) {
		panic(fmt.Sprintf("console: cvar %q: a step of %v leads nowhere", v.name, by))
	}
	v.step, v.about = by, nil
	return v
}

// Unit says what a number counts, such as "m/s²".
func (v *Cvar) Unit(name string) *Cvar {
	v.unit, v.about = name, nil
	return v
}

// Enum gives the values of an integer, counted from 0, their names, or lists the
// values that a string may have. It panics when the variable is neither, or has
// another value already.
func (v *Cvar) Enum(names ...string) *Cvar {
	switch {
	case v.kind == kindInt || v.kind == kindUint:
		if n := v.def.number(v.kind); n < 0 || n >= float64(len(names)) {
			panic(fmt.Sprintf("console: cvar %q: %v is none of %s", v.name, n, strings.Join(names, ", ")))
		}
		v.kind = kindEnum
	case v.kind == kindString:
		if !slices.Contains(names, v.def.s) {
			panic(fmt.Sprintf("console: cvar %q: %q is none of %s", v.name, v.def.s, strings.Join(names, ", ")))
		}
		v.kind = kindChoice
	default:
		panic(fmt.Sprintf("console: cvar %q: a %v is no enum", v.name, v.kind))
	}
	v.names, v.about = names, nil
	return v
}

// Archive has the variable's value kept over runs, in the file that [Cvars.Folder]
// is about, where a person or the game itself changed it. [Console.Update] sees that: what
// the game assigns after its last one is not kept.
func (v *Cvar) Archive() *Cvar { return v.flag(flagArchive) }

// ReadOnly lets clients see the variable and not change it. Files cannot either.
func (v *Cvar) ReadOnly() *Cvar { return v.flag(flagReadOnly) }

// Latched has a change wait until the game can take it: until its next start, or
// until it calls [Cvars.Unlatch]. What waits is shown beside the value.
func (v *Cvar) Latched() *Cvar { return v.flag(flagLatched) }

// Cheat has changes refused while [Cvars.Cheats] is off. When that is turned off, the
// variable gets its default back.
func (v *Cvar) Cheat() *Cvar {
	v.cvars.bindCheats()
	return v.flag(flagCheat)
}

// Secret keeps the value from leaving the game: it can be set, and is not shown,
// logged, recorded or written to a file. It panics where the variable is archived.
func (v *Cvar) Secret() *Cvar { return v.flag(flagSecret) }

// Dev leaves the variable out of programs that are built with the tag release: it
// keeps its default there, and nobody sees it.
func (v *Cvar) Dev() *Cvar {
	v.flag(flagDev)
	if released {
		v.cvars.drop(v)
	}
	return v
}

func (v *Cvar) flag(f flags) *Cvar {
	v.flags |= f
	v.about = nil
	if v.is(flagSecret) && v.is(flagArchive) {
		panic(fmt.Sprintf("console: cvar %q: a secret is written to no file, so it cannot be archived", v.name))
	}
	return v
}

// Check has f judge every value before it is taken, from wherever it comes, save from
// the game's own assignments. f gets the value in the variable's own type; its error is
// what the client is told. It runs on the game's goroutine and should be quick.
func (v *Cvar) Check(f func(value any) error) *Cvar {
	v.check = f
	return v
}

// Complete has f offer values, for a string whose values are not known beforehand,
// such as a level's name. f gets what was typed so far, and runs on the game's
// goroutine.
func (v *Cvar) Complete(f func(prefix string) []string) *Cvar {
	v.complete = f
	return v
}

// OnChange has f called on the game's goroutine after the variable was changed by a
// client, a file, the command line or [Cvar.Set], at once: what is served next in the
// same frame finds f's work done. Assignments of the game's own do not call it.
func (v *Cvar) OnChange(f func(Change)) *Cvar {
	v.onChange = f
	return v
}

// String returns the value as text, and of a secret dots.
func (v *Cvar) String() string {
	switch {
	case v == nil || v.cvars == nil:
		return ""
	case v.is(flagSecret):
		return secretText
	}
	return v.slot.read(v.kind).text(v.spec())
}

// secretText stands where the value of a secret would.
const secretText = "•••"

// spec is what decoding a value needs to know.
func (v *Cvar) spec() spec {
	return spec{kind: v.kind, bits: bitsOf(v.slot.v), names: v.names, bounded: v.bounded, min: v.min, max: v.max}
}

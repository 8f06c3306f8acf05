package console

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// bindCvarVerbs binds the verbs that change cvars.
func (v verbs) bindCvarVerbs() {
	c := &v.c.Commands
	v.describe(c.verb("set", v.set, "gives a cvar a value"), "cvar", "value")
	v.describe(c.verb("reset", v.reset, "takes away what was set, and uncovers the value below; with all the default; reset all: every cvar's"), "cvar", "all").Enum(1, "all").Optional(1)
	v.describe(c.verb("toggle", v.toggle, "turns a cvar on or off, or goes through values"), "cvar", "values")
	v.describe(c.verb("cycle", v.cycle, "goes to the next of some values, or of an enum's names"), "cvar", "values")
	v.describe(c.verb("inc", v.inc, "adds to a number: its step, or what is said; it stops at the ends of its range"), "cvar", "by").Optional(1)
	v.describe(c.verb("lease", v.lease, "sets a cvar until this client leaves, and for so many seconds at most"), "cvar", "value", "seconds").Optional(1)
	c.verb("history", v.history, "lists the newest changes of all cvars, or of one").Args("cvar").Optional(1).View()
	c.verb("undo", v.undo, "takes back the newest change of one's own, or the one of a number in the history").Args("id").Optional(1)
	c.verb("redo", v.redo, "makes the change again that was taken back last")
}

// tell is what is told of a cvar whose name is typed alone.
func (v verbs) tell(cv *Cvar) string {
	cv.refresh()
	if cv.is(flagSecret) {
		return strings.TrimSuffix(cv.name+" is a secret\n  "+cv.help, "\n  ")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s = %s", cv.name, cv.withUnit(cv.String()))
	if x, ok := cv.pending(); ok {
		fmt.Fprintf(&b, "; %s waits until the game takes it, at its next start if not before", cv.withUnit(x.text(cv.spec())))
	}
	fmt.Fprintf(&b, "; default %s", cv.withUnit(cv.defaultText()))
	switch {
	case len(cv.names) > 0:
		b.WriteString("; one of " + strings.Join(cv.names, ", "))
	case cv.bounded:
		b.WriteString("; " + boundsOf(cv.spec()))
	}
	if cv.help != "" {
		b.WriteString("\n  " + cv.help)
	}
	var more []string
	for i, name := range flagNames {
		if cv.is(1 << i) {
			more = append(more, name)
		}
	}
	if cv.top().level != levelDefault {
		more = append(more, "set by "+cv.owner())
	}
	if more != nil {
		b.WriteString("\n  " + strings.Join(more, ", "))
	}
	return b.String()
}

// withUnit is a value with what it counts.
func (v *Cvar) withUnit(text string) string {
	if v.unit == "" {
		return text
	}
	return text + " " + v.unit
}

// put sets a cvar to the value that a text spells, and says what came of it.
func (v verbs) put(inv *Invocation, cv *Cvar, text string, term leaseTerm) error {
	cv.refresh()
	was := cv.String()
	if err := cv.set(wish{raw: parseText(text, cv.spec()), lease: term, from: inv.run.top().place()}, inv.asker()); err != nil {
		return err
	}
	v.report(inv, cv, was)
	return nil
}

// report prints what a cvar holds and what it held.
func (v verbs) report(inv *Invocation, cv *Cvar, was string) {
	now := cv.String()
	switch x, waits := cv.pending(); {
	case cv.is(flagSecret):
		inv.Printf("%s is set", cv.name)
	case waits:
		inv.Printf("%s = %s; %s waits until the game takes it, at its next start if not before", cv.name, cv.withUnit(now), x.text(cv.spec()))
	case now == was:
		inv.Printf("%s = %s", cv.name, cv.withUnit(now))
	default:
		inv.Printf("%s = %s (was %s)", cv.name, cv.withUnit(now), was)
	}
}

func (v verbs) set(inv *Invocation, cv *Cvar, value phrase) error {
	inv.blame, inv.through = 1, true
	return v.put(inv, cv, string(value), leaseTerm{})
}

func (v verbs) lease(inv *Invocation, cv *Cvar, value string, seconds float64) error {
	term := leaseTerm{wanted: true}
	if inv.blame = 1; len(inv.words) > 2 {
		term.long = time.Duration(seconds * float64(time.Second))
		if !(seconds > 0) || seconds > longestLease.Seconds() {
			inv.blame = 2
			return outOfRange([]byte(inv.words[2].Text), fmt.Sprintf("more than 0 and at most %v s", longestLease.Seconds()))
		}
	}
	return v.put(inv, cv, value, term)
}

// cvarOrAll is a cvar as an argument, or nil for the word all.
type cvarOrAll Cvar

// allCvars is that word. A cvar of this name is meant before it.
const allCvars = "all"

func (v verbs) reset(inv *Invocation, which *cvarOrAll, all string) error {
	inv.blame = 0
	if which == nil {
		v.resetAll(inv)
		return nil
	}
	cv := (*Cvar)(which)
	cv.refresh()
	was := cv.String()
	if err := cv.reset(all != "", false, inv.asker()); err != nil {
		return err
	}
	v.report(inv, cv, was)
	return nil
}

// resetAll gives every cvar its default that has another value, and says of which it was
// refused.
func (v verbs) resetAll(inv *Invocation) {
	n := 0
	for cv := range v.c.Cvars.each() {
		cv.refresh()
		if cv.wanted() == cv.def || cv.is(flagReadOnly) || cv.name == cheatsName {
			continue
		}
		if err := cv.reset(true, false, inv.asker()); err != nil {
			inv.Printf("%v", err)
			continue
		}
		n++
	}
	inv.Printf("%s back at the default", counted(n, "cvar"))
}

func (v verbs) toggle(inv *Invocation, cv *Cvar, values ...string) error {
	if len(values) > 0 {
		return v.next(inv, cv, values)
	}
	inv.blame = 0
	cv.refresh()
	switch {
	case cv.kind == kindBool:
		return v.put(inv, cv, strconv.FormatBool(cv.wanted().n == 0), leaseTerm{})
	case len(cv.names) == 2:
		return v.next(inv, cv, cv.names)
	case cv.kind.number() && cv.kind != kindDuration:
		text := "1"
		if cv.wanted().number(cv.kind) != 0 {
			text = "0"
		}
		return v.put(inv, cv, text, leaseTerm{})
	}
	return rpc.Errorf(rpc.InvalidParams, "cvar %q is no bool: say between which values, as in toggle %s a b", cv.name, cv.name)
}

func (v verbs) cycle(inv *Invocation, cv *Cvar, values ...string) error {
	inv.blame = 0
	switch {
	case len(values) > 0:
	case len(cv.names) > 0:
		values = cv.names
	case cv.kind == kindBool:
		values = []string{"false", "true"}
	default:
		return rpc.Errorf(rpc.InvalidParams, "cvar %q is no enum: say through which values, as in cycle %s a b c", cv.name, cv.name)
	}
	return v.next(inv, cv, values)
}

// next sets a cvar to the value behind the one that it holds; to the first, where it
// holds none of them.
func (v verbs) next(inv *Invocation, cv *Cvar, values []string) error {
	cv.refresh()
	at := -1
	for i, text := range values {
		x, err := cv.decode(parseText(text, cv.spec()))
		if err != nil {
			inv.blame = i + 1
			return err
		}
		if x == cv.wanted() && at < 0 {
			at = i
		}
	}
	inv.blame = 0
	return v.put(inv, cv, values[(at+1)%len(values)], leaseTerm{})
}

func (v verbs) inc(inv *Invocation, cv *Cvar, by string) error {
	inv.blame = 0
	if !cv.kind.number() {
		return rpc.Errorf(rpc.InvalidParams, "cvar %q is a %v, and no number", cv.name, cv.kind)
	}
	if cv.is(flagSecret) {
		return rpc.Errorf(rpc.InvalidParams, "cvar %q is a secret: its value is not told", cv.name)
	}
	cv.refresh()
	if len(inv.words) > 1 {
		inv.blame = 1
	}
	text, err := cv.plus(by)
	if err != nil {
		return err
	}
	return v.put(inv, cv, text, leaseTerm{})
}

// plus is the value that holds and what a text spells added, as text; an empty text is
// the step. It ends where the range or the type does.
func (v *Cvar) plus(by string) (string, error) {
	p := v.spec()
	p.bounded, p.bits = false, 64
	if p.kind == kindUint {
		p.kind = kindInt // what is added may be less than nothing
	}
	step := v.step
	if step == 0 {
		step = 1
		if v.kind == kindDuration {
			step = float64(time.Millisecond)
		}
	}
	d := value{scalar: scalar{n: uint64(int64(step))}}
	if p.kind == kindFloat {
		d.n = math.Float64bits(step)
	}
	if by != "" {
		var err error
		if d, err = decodeValue(parseText(by, p), p); err != nil {
			return "", at(err, "cvar "+strconv.Quote(v.name), "")
		}
	}
	now := v.wanted()
	if v.kind == kindFloat {
		lo, hi := v.ends()
		switch sum := now.number(v.kind) + d.number(p.kind); {
		case sum >= hi:
			return v.numberText(hi), nil
		case sum <= lo:
			return v.numberText(lo), nil
		default:
			return strconv.FormatFloat(sum, 'g', 15, 64), nil // without the dust of .1 + .2
		}
	}
	return v.plusInteger(now, int64(d.n)), nil
}

// plusInteger adds integers exactly.
func (v *Cvar) plusInteger(now value, add int64) string {
	lo, hi := v.ends()
	sum := value{scalar: scalar{n: now.n + uint64(add)}}
	// A sum that went the wrong way round passed the end of 64 bits.
	up := int64(sum.n) > int64(now.n)
	if v.kind == kindUint {
		up = sum.n > now.n
	}
	switch f := sum.number(v.kind); {
	case add > 0 && (!up || f > hi):
		return v.numberText(hi)
	case add < 0 && (up || f < lo):
		return v.numberText(lo)
	}
	return sum.text(v.spec())
}

// ends are the least and the greatest number that a cvar can have.
func (v *Cvar) ends() (lo, hi float64) {
	bits := v.spec().bits
	switch {
	case v.bounded:
		return v.min, v.max
	case v.kind == kindFloat && bits == 32:
		return -math.MaxFloat32, math.MaxFloat32
	case v.kind == kindFloat:
		return -math.MaxFloat64, math.MaxFloat64
	case v.kind == kindUint:
		return 0, math.Ldexp(1, bits) - 1
	}
	return -math.Ldexp(1, bits-1), math.Ldexp(1, bits-1) - 1
}

// numberText is an end of the range as text.
func (v *Cvar) numberText(f float64) string {
	switch v.kind {
	case kindDuration:
		if f >= math.MaxInt64 { // a float64 beyond them is none
			return time.Duration(math.MaxInt64).String()
		}
		return time.Duration(f).String()
	case kindFloat:
		return strconv.FormatFloat(f, 'g', -1, 64)
	case kindUint:
		if f >= math.MaxUint64 {
			return strconv.FormatUint(math.MaxUint64, 10)
		}
		return strconv.FormatUint(uint64(f), 10)
	}
	if f >= math.MaxInt64 {
		return strconv.FormatInt(math.MaxInt64, 10)
	}
	return strconv.FormatInt(int64(f), 10)
}

// historyRow is a change in the list of history.
type historyRow struct {
	ID    uint64 `json:"id"`
	Frame uint64 `json:"frame"`
	Name  string `json:"name"`
	Old   any    `json:"old"`
	New   any    `json:"new"`
	By    string `json:"by"`
	Layer string `json:"layer"`
	From  string `json:"from,omitempty"`
	Taken bool   `json:"undone,omitempty"`
}

// historyRows is how many changes the verb history tells of.
const historyRows = 50

func (v verbs) history(inv *Invocation, cv *Cvar) ([]historyRow, error) {
	q := HistoryQuery{Limit: historyRows}
	if cv != nil {
		q.Name = cv.name
	}
	list, err := v.c.Cvars.changesOf(q)
	rows := make([]historyRow, 0, len(list))
	for _, c := range slices.Backward(list) { // the newest is next to the line that is typed
		rows = append(rows, historyRow{c.ID, c.Frame, c.Name, c.Old, c.New, c.By, c.Layer, c.From, c.Undone})
	}
	return rows, err
}

func (v verbs) undo(inv *Invocation, id uint64) error {
	if len(inv.words) > 0 {
		inv.blame = 0
	}
	cv, err := v.c.Cvars.undo(id, inv.asker())
	if err == nil {
		inv.Printf("%s = %s", cv.name, cv.withUnit(cv.String()))
	}
	return err
}

func (v verbs) redo(inv *Invocation) error {
	cv, err := v.c.Cvars.redo(inv.asker())
	if err == nil {
		inv.Printf("%s = %s", cv.name, cv.withUnit(cv.String()))
	}
	return err
}

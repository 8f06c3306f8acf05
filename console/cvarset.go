package console

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// Set changes the variable to the value that a text spells, under the same rules as a
// client's change, and as the game's own: where a client's value holds, that goes on to
// hold, the error says whose it is, and the game's comes when that is reset. An
// assignment to the variable itself is not stopped by anybody.
func (v *Cvar) Set(text string) error {
	return v.setText(levelCode, text, byGame, "")
}

// Flag makes the cvar a flag of a program's command line. A value that is set there is
// of the layer "command line"; that of a cheat counts once cheats are on.
func (v *Cvar) Flag() flag.Value { return cvarFlag{v} }

type cvarFlag struct{ v *Cvar }

func (f cvarFlag) String() string { return f.v.String() }

func (f cvarFlag) Set(text string) error {
	return f.v.setText(levelCommandLine, text, levelCommandLine.String(), "")
}

// IsBoolFlag lets a bool be set by its name alone.
func (f cvarFlag) IsBoolFlag() bool { return f.v != nil && f.v.kind == kindBool }

// setText gives a layer the value that a text spells, for the program itself. A stronger
// layer that holds on is an error that names its owner.
func (v *Cvar) setText(l level, text, by, from string) error {
	if v == nil || v.cvars == nil || !v.bound() {
		return errors.New("console: this cvar is not bound")
	}
	if _, err := v.assign(l, text, v.cvars.stamp(by, from)); err != nil {
		return err
	}
	if top := v.top(); top.level > l {
		return fmt.Errorf("console: cvar %q: %s holds on; the value waits below it", v.name, v.owner())
	}
	return nil
}

// parse reads a text as a value and judges it.
func (v *Cvar) parse(text string) (value, error) {
	to, err := readText(text, v.spec())
	return v.judged(to, err, []byte(text))
}

// decode reads JSON as a value and judges it, by type and range, then by the game's own
// function. Nothing is changed by it.
func (v *Cvar) decode(raw []byte) (value, error) {
	to, err := decodeValue(raw, v.spec())
	return v.judged(to, err, raw)
}

func (v *Cvar) judged(to value, err error, raw []byte) (value, error) {
	if err == nil && v.check != nil {
		err = v.judge(to, raw)
	}
	if err != nil {
		if v.is(flagSecret) {
			err = unsaid(err)
		}
		return value{}, at(err, "cvar "+strconv.Quote(v.name), "/value")
	}
	return to, nil
}

// judge asks the game's own function. One that panics refuses.
func (v *Cvar) judge(x value, raw []byte) error {
	err := error(rpc.Errorf(rpc.InternalError, "the game's own check of it panicked"))
	v.cvars.guard(v, func() { err = v.check(v.slot.boxed(x, v.kind)) })
	var e *rpc.Error
	switch {
	case !v.bound(): // it is the game's alone, since its check took it away
		return rpc.Errorf(rpc.NotFound, "it is bound no more")
	case err == nil || errors.As(err, &e):
		return err
	}
	e = rpc.Errorf(rpc.OutOfRange, "%v", err)
	e.Data.Got = clipTo(string(raw), maxGot)
	return e
}

// unsaid is an error about a secret's value without that value.
func unsaid(err error) error {
	var e *rpc.Error
	if !errors.As(err, &e) {
		return rpc.Errorf(rpc.InvalidParams, "the value does not fit")
	}
	with := rpc.Errorf(e.Code, "the value does not fit")
	with.Data = rpc.Data{Kind: e.Data.Kind, Want: e.Data.Want}
	if e.Data.Want != "" {
		with.Message += "; wanted is " + e.Data.Want
	}
	return with
}

// wish is how a client wants a cvar set.
type wish struct {
	raw   json.RawMessage // of no bytes: to the value that holds
	lease leaseTerm
	force bool
	from  string
}

// admit says what a client's value would be, or why it cannot be set. Nothing is
// changed by it.
func (v *Cvar) admit(w wish, who client) (value, error) {
	if err := v.writable(); err != nil {
		return value{}, err
	}
	to, err := v.wished(w)
	if err != nil {
		return value{}, err
	}
	return to, v.leasable(who, w)
}

// wished is the value that a client names, or the one that holds where only how long is
// to change: who sees the game a moment late would set an old one.
func (v *Cvar) wished(w wish) (value, error) {
	if len(w.raw) > 0 {
		return v.decode(w.raw)
	}
	if !w.lease.wanted && v.cvars.leaseOf(v) == nil {
		e := rpc.Errorf(rpc.InvalidParams, "cvar %q: it is on no lease whose value could be kept; name a value", v.name)
		e.Data.Path, e.Data.Want = "/value", "a value"
		return value{}, e
	}
	return v.parse(v.wanted().text(v.spec())) // the game may have assigned what it may not be set to
}

// set takes a client's value, checks it whole, and only then changes the variable.
func (v *Cvar) set(w wish, who client) error {
	to, err := v.admit(w, who)
	if err != nil {
		return err
	}
	delete(v.cvars.undone, who.key) // what was taken back before is not made again after it
	by := v.cvars.stamp(who.name, w.from)
	if w.lease.wanted {
		v.alter(levelLease, func() {
			v.put(layer{levelLease, to, by})
			v.cvars.beginLease(v, who, w.lease)
		})
		return nil
	}
	v.alter(levelConsole, func() {
		v.take(levelLease) // one's own, or one that force ends
		v.put(layer{levelConsole, to, by})
	})
	return nil
}

// reset uncovers the layer below, or with all the default.
func (v *Cvar) reset(all, force bool, who client) error {
	if err := v.writable(); err != nil {
		return err
	}
	if err := v.leasable(who, wish{force: force}); err != nil {
		return err
	}
	defer v.cvars.act(who.name, "reset", 0)()
	if all {
		v.alter(levelConsole, func() {
			for len(v.layers) > 0 {
				v.take(v.layers[len(v.layers)-1].level)
			}
		})
		return nil
	}
	top := v.top()
	switch {
	case top.level == levelDefault:
		return nil
	case !top.level.droppable():
		e := rpc.Errorf(rpc.Conflict, "cvar %q: %s holds, which is set outside of the game; reset it with all to have the default in this run", v.name, v.owner())
		e.Data.Got, e.Data.Want = top.level.String(), "all"
		return e
	}
	v.alter(top.level, func() { v.take(top.level) })
	return nil
}

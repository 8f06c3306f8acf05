package console

import (
	"errors"
	"fmt"
)

// spoken calls yield with each cvar and the value of its variable, but those that are
// secrets.
func (c *Cvars) spoken(yield func(name, text string) bool) {
	for v := range c.each() {
		if !v.is(flagSecret) && !yield(v.name, v.String()) {
			return
		}
	}
}

// makeAgain gives a cvar a value that it had, as somebody at the console.
func (c *Cvars) makeAgain(name, text, by string) error {
	v := c.byName[name]
	if v == nil {
		return errors.New("there is no cvar of this name")
	}
	if _, err := v.assign(levelConsole, text, c.stamp(by, "run.replay")); err != nil {
		return err
	}
	if now := v.String(); now != text {
		return fmt.Errorf("it holds %s and not %s", clipTo(now, maxGot), clipTo(text, maxGot))
	}
	return nil
}

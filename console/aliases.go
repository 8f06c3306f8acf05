package console

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// setAlias gives a line a name.
func (c *Commands) setAlias(name, line string) error {
	switch {
	case !validName(name):
		return rpc.Errorf(rpc.InvalidParams, "%q cannot be an alias: %s", clipTo(name, maxGot), nameForm)
	case c.lookup(name) != nil:
		return rpc.Errorf(rpc.NameTaken, "%q is a command", name)
	case c.hosted().verb(name, true) != nil:
		return rpc.Errorf(rpc.NameTaken, "%q is a cvar", name)
	}
	if err := c.keepable(line, name, c.aliases); err != nil {
		return err
	}
	if c.aliases == nil {
		c.aliases = make(map[string]string)
	}
	c.aliases[name], c.renamed = line, true
	return nil
}

// setBind gives a key of the dashboard a line to run. It is sent to every dashboard, so
// that it cannot hold a secret.
func (c *Commands) setBind(key, line string) error {
	if _, hidden := c.redact(line); hidden {
		return rpc.Errorf(rpc.Forbidden, "a bind cannot set a secret: every dashboard would know it")
	}
	if err := c.keepable(line, key, c.binds); err != nil {
		return err
	}
	if c.binds == nil {
		c.binds = make(map[string]string)
	}
	c.binds[key], c.rebound = line, true
	return nil
}

// keepable refuses a line that could not be run later, or is too much.
func (c *Commands) keepable(line, name string, among map[string]string) error {
	if limit := c.limits.line(); len(line) > limit {
		c.met.names++
		return limited("MaxLine", limit, "the line has %d bytes, at most %d are kept", len(line), limit)
	}
	if _, faults := script.Parse(line); len(faults) > 0 {
		return rpc.Errorf(rpc.InvalidParams, "this line could not be run: %s", faults[0].Message)
	}
	if _, ok := among[name]; !ok && len(among) >= c.limits.names() {
		limit := c.limits.names()
		c.met.names++
		return limited("MaxNames", limit, "there are %d already", limit)
	}
	return nil
}

// limited is the error for a limit that was passed.
func limited(limit string, value int, format string, args ...any) *rpc.Error {
	e := rpc.Errorf(rpc.TooMany, format, args...)
	e.Data.Limit = fmt.Sprintf("%s %d", limit, value)
	return e
}

// dropAlias takes an alias away.
func (c *Commands) dropAlias(name string) error {
	c.renamed = true
	return unset("alias", name, c.aliases)
}

// dropBind frees a key.
func (c *Commands) dropBind(key string) error {
	c.rebound = true
	return unset("bind", key, c.binds)
}

func unset(what, name string, among map[string]string) error {
	if _, ok := among[name]; !ok {
		known := make([]string, 0, len(among))
		for k := range among {
			known = append(known, k)
		}
		return unknown(rpc.NotFound, what, name, known)
	}
	delete(among, name)
	return nil
}

// hiddenText stands for what is not shown.
const hiddenText = "•••"

// redact is a line without what stands behind the names of secret cvars, also in the
// lines that it has in quotes.
func (c *Commands) redact(line string) (text string, hidden bool) {
	statements, faults := script.Parse(line)
	if len(faults) > 0 { // nobody knows what it means
		if c.namesSecret(line, 0) {
			return hiddenText, true
		}
		return line, false
	}
	var b strings.Builder
	at := 0
	put := func(from, to int, with string) {
		b.WriteString(line[at:from])
		b.WriteString(with)
		at, hidden = to, true
	}
	for _, s := range statements {
		for i, w := range s.Words {
			if inner, ok := "", false; w.Quoted && strings.ContainsAny(w.Text, " \t") {
				if inner, ok = c.redact(w.Text); ok {
					put(w.From, w.To, script.Quote(inner))
					continue
				}
			}
			if i+1 < len(s.Words) && (c.hosted().secret(w.Text) || i == 0 && c.namesSecret(c.aliases[w.Text], 0)) {
				put(s.Words[i+1].From, s.To, hiddenText)
				break
			}
		}
	}
	if !hidden {
		return line, false
	}
	b.WriteString(line[at:])
	return b.String(), true
}

// namesSecret reports whether the name of a secret cvar is in a line, or in an alias that
// is: what stands behind that alias may be its value.
func (c *Commands) namesSecret(line string, depth int) bool {
	inName := func(r rune) bool {
		return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '_' || r == '.'
	}
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return !inName(r) }) {
		if c.hosted().secret(word) || depth < c.limits.depth() && c.aliases[word] != "" && c.namesSecret(c.aliases[word], depth+1) {
			return true
		}
	}
	return false
}

// bindKeys are the keys with names that can be bound beside letters, digits and signs, as browsers call them.
var bindKeys = []string{
	"Space", "Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown",
	"ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight",
	"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12",
}

// offerKeys offers the keys that are bound, and those with names.
func (c *Commands) offerKeys(o *offers) {
	for key, line := range c.binds {
		o.add("key", key, func(it *CompletionItem) { it.Help = line })
	}
	for _, key := range bindKeys {
		if _, ok := c.binds[key]; !ok {
			o.add("key", key, nil)
		}
	}
}

// modifiers are what may stand in front of a key, in the order in which it is kept.
var modifiers = []struct{ name, also string }{
	{"Mod", "ctrl cmd command control"}, {"Meta", "win super"}, {"Alt", "option"}, {"Shift", ""},
}

// keyName is a key as the dashboard spells it: Mod+Alt+Shift+F5, or g.
func keyName(text string) (string, error) {
	parts := strings.Split(text, "+")
	if text == "+" || strings.HasSuffix(text, "++") { // the sign itself
		parts = append(parts[:len(parts)-2], "+")
	}
	held := make([]bool, len(modifiers))
	for _, p := range parts[:len(parts)-1] {
		i := slices.IndexFunc(modifiers, func(m struct{ name, also string }) bool {
			return strings.EqualFold(m.name, p) || p != "" && slices.Contains(strings.Fields(m.also), strings.ToLower(p))
		})
		if i < 0 {
			return "", rpc.Errorf(rpc.InvalidParams, "%q is no modifier; there are Mod, Meta, Alt and Shift", clipTo(p, maxGot))
		}
		held[i] = true
	}
	key := parts[len(parts)-1]
	if len([]rune(key)) == 1 {
		key = strings.ToLower(key)
	} else {
		i := slices.IndexFunc(bindKeys, func(k string) bool { return strings.EqualFold(k, key) })
		if i < 0 {
			return "", unknown(rpc.InvalidParams, "key", clipTo(key, maxGot), bindKeys)
		}
		key = bindKeys[i]
	}
	for i := len(modifiers) - 1; i >= 0; i-- {
		if held[i] {
			key = modifiers[i].name + "+" + key
		}
	}
	return key, nil
}

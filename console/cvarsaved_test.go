package console

// What the files do by way of the clerk, at once.

// setting is a cvar's value as a file has it.
type setting struct{ name, text string }

// saved is what the archive is to hold: the archived cvars that a person or the game
// changed, by name.
func (c *Cvars) saved() []setting {
	var list []setting
	for _, v := range c.list {
		if x, ok := v.kept(); ok {
			list = append(list, setting{v.name, x.text(v.spec())})
		}
	}
	return list
}

// modified is what a profile is to hold: the cvars that differ from their defaults and
// can be set, by name.
func (c *Cvars) modified() []setting {
	var list []setting
	for _, v := range c.list {
		v.refresh()
		if x := v.wanted(); x != v.def && !v.is(flagReadOnly) && !v.is(flagSecret) {
			list = append(list, setting{v.name, x.text(v.spec())})
		}
	}
	return list
}

// archived tells all cvars what the archive holds.
func (c *Cvars) archived(list []setting, file string) {
	in := make(map[string]string, len(list))
	for _, s := range list {
		in[s.name] = s.text
	}
	for _, v := range c.list {
		if v.is(flagArchive) {
			text, ok := in[v.name]
			v.settleArchive(text, ok, file)
		}
	}
}

package console

import "slices"

// saving grows when what the archive is to hold may be another.
func (c *Cvars) saving() uint64 {
	for _, v := range c.list {
		if v.is(flagArchive) {
			v.refresh()
		}
	}
	return c.unsaved
}

// kept is the value that the archive keeps of a cvar: that of the strongest layer which
// is a person's for good, or the game's. What the environment, the command line or a
// lease lay above it is for this run only.
func (v *Cvar) kept() (value, bool) {
	if !v.is(flagArchive) {
		return value{}, false
	}
	v.refresh()
	for _, l := range [...]level{levelConsole, levelCode, levelArchive} {
		if i, ok := v.layerAt(l); ok {
			return v.layers[i].value, v.layers[i].value != v.def
		}
	}
	return value{}, false
}

// settleArchive is told what the archive holds of a cvar now: what a person or the game
// changed becomes the archive's, so that the next reset uncovers what is below that. Where
// a layer in between would come to hold, it stays.
func (v *Cvar) settleArchive(text string, held bool, file string) {
	if !held {
		v.take(levelArchive)
		v.apply()
		return
	}
	x, err := readText(text, v.spec()) // what was saved was judged before
	if err != nil {
		return
	}
	by := stamp{by: file}
	if i, ok := v.layerAt(levelArchive); ok && v.layers[i].value == x {
		by = v.layers[i].stamp // whose it was, it is still
	}
	for _, l := range [...]level{levelConsole, levelCode} {
		i, ok := v.layerAt(l)
		if !ok || v.layers[i].value != x {
			continue
		}
		by = v.layers[i].stamp
		if i == 0 || v.layers[i-1].level <= levelArchive {
			v.layers = slices.Delete(v.layers, i, i+1)
			v.version++
		}
	}
	by.from = file
	v.put(layer{levelArchive, x, by})
	v.apply()
}

// retain takes the values of a layer away whose names a file has no more.
func (c *Cvars) retain(l level, names map[string]bool) {
	for v := range c.each() {
		v.refresh()
		if i, ok := v.layerAt(l); ok && !names[v.name] {
			c.withdraw(v, l, v.layers[i].stamp.from)
		}
	}
	for name, list := range c.waiting {
		if names[name] {
			continue
		}
		for i := range list {
			if list[i].level == l {
				c.waiting[name] = append(list[:i], list[i+1:]...)
				break
			}
		}
		if len(c.waiting[name]) == 0 {
			delete(c.waiting, name)
		}
	}
}

// withdraw takes a layer away that the file which it came from has no more.
func (c *Cvars) withdraw(v *Cvar, l level, from string) {
	defer c.act(l.String(), from, 0)()
	v.alter(l, func() { v.take(l) })
}

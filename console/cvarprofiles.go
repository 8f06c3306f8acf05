package console

import (
	"errors"
	"fmt"
	"slices"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/rpc"
)

// Params and results of the methods about files.
type (
	// CvarSave asks for values to be written to the disk.
	CvarSave struct {
		Profile string   `json:"profile,omitempty" help:"small letters, digits, - and _; absent is the archive"`
		Names   []string `json:"names,omitempty" help:"of a profile, only these; absent are those that differ from their defaults, and those that it has"`
	}
	// CvarSaved is what stands in a file now.
	CvarSaved struct {
		File    string      `json:"file"`
		Written []CvarValue `json:"written"`
		Kept    int         `json:"kept" help:"settings of other names, and lines that are not understood, which were kept"`
	}
	// CvarValue is a cvar's value.
	CvarValue struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	}
	// CvarLoad asks for the values of a file.
	CvarLoad struct {
		Profile string `json:"profile,omitempty" help:"absent is the archive, which is read again"`
		Preview bool   `json:"preview,omitempty" help:"of a profile: only tells what would be applied now"`
	}
	// CvarLoaded is what became of the values of a file.
	CvarLoaded struct {
		Applied []CvarValue   `json:"applied"`
		Skipped []CvarSkipped `json:"skipped"`
		Waiting []string      `json:"waiting" help:"names that are not bound yet: their values wait"`
	}
	// CvarSkipped is a line that has no effect.
	CvarSkipped struct {
		Name   string `json:"name,omitempty" help:"absent where the line says nothing that can be understood"`
		File   string `json:"file"`
		Line   int    `json:"line"`
		Reason string `json:"reason"`
	}
	// CvarProfile is a profile that can be loaded.
	CvarProfile struct {
		Name     string `json:"name"`
		Shipped  bool   `json:"shipped" help:"with the game; one in the folder of the same name goes before it"`
		Values   int    `json:"values"`
		Help     string `json:"help,omitempty" help:"its first comment"`
		Modified string `json:"modified,omitempty" help:"RFC 3339; of one in the folder"`
	}
	// CvarForget names a profile to be removed.
	CvarForget struct {
		Profile string `json:"profile"`
	}
)

func (c *Cvars) registerFiles(s *rpc.Server) {
	codes := []rpc.Code{rpc.NotFound, rpc.InvalidParams, rpc.ReadOnly, rpc.Unavailable}
	rpc.Handle(s, rpc.Method{Name: "cvar.save", Help: "writes the archive or a profile, and answers when it is on the disk", Role: rpc.Edit, Errors: codes},
		func(call *rpc.Call, p CvarSave) (CvarSaved, error) {
			return later(call, func(done func(CvarSaved, error)) { c.save(p, done) })
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.load", Help: "sets what a profile sets, as if the client did, or reads the archive again", Role: rpc.Edit, Errors: codes},
		func(call *rpc.Call, p CvarLoad) (CvarLoaded, error) {
			who := c.client(call)
			return later(call, func(done func(CvarLoaded, error)) { c.load(p, who, done) })
		})
	rpc.Handle(s, rpc.Method{Name: "cvar.profiles", Help: "the profiles that can be loaded, by name", Role: rpc.View},
		func(call *rpc.Call, _ rpc.Void) ([]CvarProfile, error) { return later(call, c.profiles) })
	rpc.Handle(s, rpc.Method{Name: "cvar.forget", Help: "removes a profile from the folder; it is kept with .bak behind its name", Role: rpc.Edit, Errors: codes},
		func(call *rpc.Call, p CvarForget) (rpc.Void, error) {
			return later(call, func(done func(rpc.Void, error)) { c.forgetProfile(p.Profile, done) })
		})
}

// later answers a call when what it asks for is done.
func later[R any](call *rpc.Call, begin func(done func(R, error))) (none R, err error) {
	pending := call.Defer()
	begin(func(r R, err error) {
		if err != nil {
			pending.Fail(err)
			return
		}
		pending.Reply(r)
	})
	return none, nil
}

// delegate has the clerk do a job, and calls done in an Update after it.
func delegate[R any](c *Cvars, job func() (R, error), done func(R, error)) {
	k := &c.clerk
	if !c.keepsFiles() { // there is no clerk, and no disk to wait for
		done(job())
		return
	}
	if c.start != nil {
		c.start()
	}
	ok := k.do(func() {
		r, err := job()
		k.post(func() { done(r, err) })
	})
	if !ok {
		var none R
		done(none, rpc.Errorf(rpc.Unavailable, "the console is closed"))
	}
}

// keepsFiles reports whether there are files at all, and so a clerk. Like it, that is
// settled by the first use. Any goroutine.
func (c *Cvars) keepsFiles() bool {
	c.clerk.prepare(c)
	return c.clerk.path != "" || c.clerk.shipped != nil
}

// errNoFolder is why nothing is written.
func errNoFolder() error {
	return rpc.Errorf(rpc.Unavailable, "this game keeps no files: its Cvars.Folder is empty")
}

// profileFile is the file of a profile; the error is for a name that none can have.
func profileFile(name string) (string, error) {
	ok := name != "" && len(name) <= 64
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}
	why := "a name is small letters, digits, _ and -, at most 64"
	switch {
	case name+".cfg" == archiveFile || name+".cfg" == autoexecFile:
		ok, why = false, "that name is a file of the console's own"
	case slices.Contains([]string{"con", "prn", "aux", "nul"}, name), len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] <= '9':
		ok, why = false, "that name is a device on Windows"
	}
	if !ok {
		e := rpc.Errorf(rpc.InvalidParams, "%q is no name for a profile: %s", clipTo(name, maxGot), why)
		e.Data.Path, e.Data.Got = "/profile", clipTo(name, maxGot)
		return "", e
	}
	return name + ".cfg", nil
}

// save writes the archive or a profile; done is called in an Update.
func (c *Cvars) save(p CvarSave, done func(CvarSaved, error)) {
	switch {
	case c.Folder == "":
		done(CvarSaved{}, errNoFolder())
	case p.Profile == "" && p.Names != nil:
		done(CvarSaved{}, at(rpc.Errorf(rpc.InvalidParams, "names are for a profile: the archive has all that is archived"), "", "/names"))
	case p.Profile == "":
		c.saveArchive(done)
	default:
		c.saveProfile(p, done)
	}
}

func (c *Cvars) saveArchive(done func(CvarSaved, error)) {
	c.offer()
	saved := CvarSaved{File: archiveFile, Written: []CvarValue{}}
	known := make(map[string]bool)
	for _, v := range c.list {
		if x, ok := v.kept(); ok {
			saved.Written = append(saved.Written, CvarValue{v.name, v.shown(x, v.spec())})
		}
		known[v.name] = v.is(flagArchive)
	}
	k := &c.clerk
	delegate(c, func() (CvarSaved, error) {
		if err := k.save(true); err != nil {
			return saved, err
		}
		saved.Kept = k.kept(archiveFile, func(name string) bool { return known[name] })
		return saved, nil
	}, done)
}

// profileLine is what a profile is to say of a cvar.
type profileLine struct {
	text  string
	value any
	must  bool // also where the profile does not have it
}

func (c *Cvars) saveProfile(p CvarSave, done func(CvarSaved, error)) {
	file, err := profileFile(p.Profile)
	var lines map[string]profileLine
	if err == nil {
		lines, err = c.profileLines(p.Names)
	}
	if err != nil {
		done(CvarSaved{}, err)
		return
	}
	k := &c.clerk
	delegate(c, func() (CvarSaved, error) { return k.writeProfile(file, lines) }, done)
}

// profileLines are what a profile may say, or what was asked for by name.
func (c *Cvars) profileLines(names []string) (map[string]profileLine, error) {
	lines := make(map[string]profileLine)
	if names == nil {
		for _, v := range c.list {
			if v.refresh(); v.written() == "" && v.readsBack(v.wanted().text(v.spec())) {
				lines[v.name] = v.profileLine(v.wanted() != v.def)
			}
		}
		return lines, nil
	}
	for i, name := range names {
		v, err := c.find(name)
		if err == nil {
			if why := v.written(); why != "" {
				err = rpc.Errorf(rpc.InvalidParams, "cvar %q is %s, which no profile has", name, why)
			}
		}
		if err != nil {
			var e *rpc.Error
			errors.As(err, &e)
			e.Data.Path = fmt.Sprintf("/names/%d", i)
			return nil, e
		}
		v.refresh()
		if lines[name] = v.profileLine(true); !v.readsBack(lines[name].text) {
			return nil, at(rpc.Errorf(rpc.OutOfRange, "cvar %q is %s now, which cannot be set", name, lines[name].text), "", fmt.Sprintf("/names/%d", i))
		}
	}
	return lines, nil
}

// written says why a cvar is not written to a profile, or nothing.
func (v *Cvar) written() string {
	switch {
	case v.is(flagSecret):
		return "secret"
	case v.is(flagReadOnly):
		return "read-only"
	}
	return ""
}

func (v *Cvar) profileLine(must bool) profileLine {
	x := v.wanted()
	return profileLine{x.text(v.spec()), v.shown(x, v.spec()), must}
}

// load sets what a profile sets, or reads the archive again; done is called in an Update.
func (c *Cvars) load(p CvarLoad, who client, done func(CvarLoaded, error)) {
	if p.Profile == "" {
		if p.Preview {
			done(CvarLoaded{}, at(rpc.Errorf(rpc.InvalidParams, "a preview is of a profile, and none is named: the archive is read as it is"), "", "/profile"))
			return
		}
		c.loadArchive(done)
		return
	}
	file, err := profileFile(p.Profile)
	if err == nil && !c.keepsFiles() {
		err = rpc.Errorf(rpc.NotFound, "this game has no profiles")
	}
	if err != nil {
		done(CvarLoaded{}, err)
		return
	}
	k := &c.clerk
	delegate(c, func() (*cfgfile.Reading, error) { return k.readProfile(p.Profile, file) }, func(r *cfgfile.Reading, err error) {
		if err != nil {
			done(CvarLoaded{}, err)
			return
		}
		done(c.applyProfile(r, p, who), nil)
	})
}

func newLoaded() CvarLoaded {
	return CvarLoaded{Applied: []CvarValue{}, Skipped: []CvarSkipped{}, Waiting: []string{}}
}

// skip notes a line that has no effect.
func (l *CvarLoaded) skip(e cfgfile.Entry, reason string) {
	l.Skipped = append(l.Skipped, CvarSkipped{e.Name, e.File, e.Line, reason})
}

func (l *CvarLoaded) faults(list []cfgfile.Fault) {
	for _, f := range list {
		l.skip(cfgfile.Entry{File: f.File, Line: f.Line}, f.Message)
	}
}

// applyProfile sets what a profile sets, in a client's name, or only tells of it.
func (c *Cvars) applyProfile(r *cfgfile.Reading, p CvarLoad, who client) CvarLoaded {
	from := "profile " + p.Profile
	l, last := newLoaded(), lastEntries(r.Entries)
	for _, e := range r.Entries {
		if last[e.Name] != e.Place() {
			continue // a later line says something else
		}
		v := c.byName[e.Name]
		var to value
		var err error
		switch {
		case v != nil && p.Preview:
			to, err = v.admit(wish{raw: parseText(e.Value, v.spec())}, who)
		case v != nil:
			err = v.set(wish{raw: parseText(e.Value, v.spec()), from: from}, who)
			to = v.wanted()
		case !p.Preview:
			_, err = c.assign(levelConsole, e.Name, e.Value, who.name, from)
		}
		switch {
		case err != nil:
			l.skip(e, err.Error())
		case v == nil:
			l.Waiting = append(l.Waiting, e.Name)
		default:
			l.Applied = append(l.Applied, CvarValue{v.name, v.shown(to, v.spec())})
		}
	}
	l.faults(r.Faults)
	return l
}

// loadArchive reads the archive again.
func (c *Cvars) loadArchive(done func(CvarLoaded, error)) {
	if c.Folder == "" {
		done(CvarLoaded{}, errNoFolder())
		return
	}
	c.offer()
	k := &c.clerk
	delegate(c, func() (*news, error) {
		if err := k.save(true); err != nil { // what is newer than the file must not be lost for it
			return nil, err
		}
		return k.load(&k.archive)
	}, func(n *news, err error) {
		if err != nil {
			done(CvarLoaded{}, err)
			return
		}
		c.takeNews(n)
		done(c.archiveState(n), nil)
	})
}

// archiveState is what became of the values of the archive.
func (c *Cvars) archiveState(n *news) CvarLoaded {
	l, last := newLoaded(), lastEntries(n.entries)
	for _, e := range n.entries {
		v := c.byName[e.Name]
		switch why := c.refused[e.Name]; {
		case last[e.Name] != e.Place():
		case why != "":
			l.skip(e, why)
		case v == nil:
			l.Waiting = append(l.Waiting, e.Name)
		default:
			l.Applied = append(l.Applied, CvarValue{v.name, v.shown(v.wanted(), v.spec())})
		}
	}
	l.faults(n.faults)
	return l
}

// profiles lists what can be loaded; done is called in an Update.
func (c *Cvars) profiles(done func([]CvarProfile, error)) {
	if !c.keepsFiles() {
		done([]CvarProfile{}, nil)
		return
	}
	k := &c.clerk
	delegate(c, func() ([]CvarProfile, error) {
		f := k.folder()
		defer f.Close()
		return k.list(f), nil
	}, done)
}

// forgetProfile removes a profile of the folder's; done is called in an Update.
func (c *Cvars) forgetProfile(name string, done func(rpc.Void, error)) {
	file, err := profileFile(name)
	if err == nil && c.Folder == "" {
		err = errNoFolder()
	}
	if err != nil {
		done(rpc.Void{}, err)
		return
	}
	k := &c.clerk
	delegate(c, func() (rpc.Void, error) { return rpc.Void{}, k.remove(name, file) }, done)
}

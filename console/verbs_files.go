package console

import (
	"fmt"
	"strings"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// bindFiles binds the verbs about profiles and other files.
func (v verbs) bindFiles() {
	c := &v.c.Commands
	v.describe(c.verb("save", v.save, "writes a profile: what differs from its default, or some cvars; alone, the archive"), "profile", "cvars").Optional(1)
	v.describe(c.verb("load", v.load, "sets what a profile sets; alone, reads the archive again"), "profile").Optional(1)
	c.verb("profiles", v.profiles, "lists the profiles that can be loaded").View()
	v.describe(c.verb("forget", v.forget, "removes a profile from the folder"), "profile")
	v.describe(c.verb("exec", v.exec, "runs a file of the game's folder, or a profile, line by line"), "file")
}

func (v verbs) offerProfiles(o *offers) {
	for _, name := range v.c.Cvars.clerk.profileNames() {
		o.add("profile", name, nil)
	}
}

// valueRow is a cvar and what a file has for it.
type valueRow struct {
	Name   string `json:"name"`
	Value  any    `json:"value,omitempty"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func (v verbs) save(inv *Invocation, profile string, cvars ...*Cvar) error {
	p := CvarSave{Profile: profile}
	for _, cv := range cvars {
		p.Names = append(p.Names, cv.name)
	}
	resume, err := v.c.Commands.park(inv)
	if err != nil {
		return err
	}
	v.blame(inv)
	v.c.Cvars.save(p, func(s CvarSaved, err error) {
		rows := []valueRow{}
		for _, w := range s.Written {
			rows = append(rows, valueRow{Name: w.Name, Value: w.Value})
		}
		if err == nil {
			inv.Printf("%s has %s%s", s.File, counted(len(rows), "value"), others(s.Kept))
		}
		resume(rows, err)
	})
	return nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func others(n int) string {
	if n == 0 {
		return ""
	}
	return ", and " + counted(n, "line") + " of others, which were kept"
}

// blame has an error point at the first argument, where there is one.
func (v verbs) blame(inv *Invocation) {
	if len(inv.words) > 0 {
		inv.blame = 0
	}
}

func (v verbs) load(inv *Invocation, profile string) error {
	resume, err := v.c.Commands.park(inv)
	if err != nil {
		return err
	}
	v.blame(inv)
	v.c.Cvars.load(CvarLoad{Profile: profile}, inv.asker(), func(l CvarLoaded, err error) {
		rows := []valueRow{}
		for _, a := range l.Applied {
			rows = append(rows, valueRow{Name: a.Name, Value: a.Value})
		}
		for _, s := range l.Skipped {
			rows = append(rows, valueRow{Name: s.Name, Line: s.Line, Reason: s.Reason})
		}
		for _, name := range l.Waiting {
			rows = append(rows, valueRow{Name: name, Reason: "waits: it is not bound yet"})
		}
		if err == nil {
			inv.Printf("%s set, %d passed over, %d wait", counted(len(l.Applied), "value"), len(l.Skipped), len(l.Waiting))
		}
		resume(rows, err)
	})
	return nil
}

func (v verbs) profiles(inv *Invocation) error {
	resume, err := v.c.Commands.park(inv)
	if err == nil {
		v.c.Cvars.profiles(func(list []CvarProfile, err error) { resume(list, err) })
	}
	return err
}

func (v verbs) forget(inv *Invocation, profile string) error {
	resume, err := v.c.Commands.park(inv)
	if err == nil {
		inv.blame = 0
		v.c.Cvars.forgetProfile(profile, func(_ rpc.Void, err error) { resume(nil, err) })
	}
	return err
}

// exec runs a file as if its lines stood in the place of the call. Lines that are bad are
// told of and passed over, the first command that fails ends the script.
func (v verbs) exec(inv *Invocation, file string) error {
	resume, err := v.c.Commands.park(inv)
	if err != nil {
		return err
	}
	inv.blame = 0
	r := inv.run
	v.c.Cvars.readScript(file, func(read *cfgfile.Reading, err error) {
		if err == nil && !r.dead {
			for _, f := range read.Faults {
				inv.Printf("%v", f)
			}
			err = v.c.Commands.push(r, file, passageOf(read.Entries))
		}
		resume(nil, err)
	})
	return nil
}

// autoexec runs what autoexec.cfg has beside settings. A value that a line gives without
// set would be a client's, stronger than the environment and the command line, and a
// change of the file would not change it: the file is to say what is meant.
func (c *Console) autoexec(line, from string) error {
	statements, _ := script.Parse(line)
	for _, s := range statements {
		if name := s.Words[0].Text; len(s.Words) > 1 && c.Commands.lookup(name) == nil && c.Cvars.Lookup(name) != nil {
			meant, _ := c.Commands.redact(line[s.From:s.To]) // the log is told
			return rpc.Errorf(rpc.InvalidParams, "in a file it is: set %s", meant)
		}
	}
	_, err := c.Commands.runAs(from, line)
	return err
}

// passageOf is a file as statements.
func passageOf(entries []cfgfile.Entry) passage {
	var p passage
	var b strings.Builder
	for _, e := range entries {
		if e.Name != "" {
			b.WriteString("set " + script.Quote(e.Name) + " " + script.Quote(e.Value))
		} else {
			b.WriteString(";" + e.Command) // behind it, # begins no comment
		}
		b.WriteByte('\n')
		p.places = append(p.places, e.Place())
	}
	p.src = b.String()
	p.statements, _ = script.Parse(p.src) // each was read before
	return p
}

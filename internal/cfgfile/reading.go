package cfgfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/internal/script"
)

// MaxDepth is how deep files may execute each other.
const MaxDepth = 16

// A Source gives the text of a file; its error is fs.ErrNotExist where there is none.
type Source func(name string) ([]byte, error)

// An Entry is one statement, where it takes effect.
type Entry struct {
	File    string
	Line    int
	Name    string // of what is set; empty of a command
	Value   string
	Command string // the text of what is neither set nor exec
}

// Place is where the entry stands, such as "autoexec.cfg:12".
func (e Entry) Place() string { return e.File + ":" + strconv.Itoa(e.Line) }

// A Fault is a statement that is passed over.
type Fault struct {
	File    string
	Line    int
	Message string
}

// Error names the place, then says what is wrong.
func (f Fault) Error() string { return f.File + ":" + strconv.Itoa(f.Line) + ": " + f.Message }

// A Print tells texts apart, and errors where there is one instead. The zero value is
// that of a file that is not there.
type Print [sha256.Size]byte

// PrintOf returns the print of a text.
func PrintOf(text []byte) Print { return sha256.Sum256(text) }

// A Reading is a file as it takes effect, with what it executes.
type Reading struct {
	Name    string
	Main    *Document // of the file itself; an empty one where it is not there
	Entries []Entry
	Faults  []Fault
	// Files are all files that were looked for, with the prints of what they held.
	Files map[string]Print

	values   map[string]held
	executed map[string]bool // names that are set by files that Main executes
}

// held is the value that a name has in the end.
type held struct {
	value string
	main  bool // it stands in the file itself
}

// Read reads a file and those that it executes. What is wrong in a line is a fault;
// the error is for a file that cannot be read at all, and comes with a reading that
// knows no more than what was looked for. Commands says whether statements may be
// commands of the game's.
func Read(name string, source Source, commands bool) (*Reading, error) {
	r := &reader{source: source, commands: commands, docs: make(map[string]*Document), Reading: &Reading{
		Name: name, Files: make(map[string]Print), values: make(map[string]held), executed: make(map[string]bool),
	}}
	d, err := r.open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d = &Document{end: "\n"}
	case err != nil:
		return r.Reading, fmt.Errorf("%s: %w", name, cause(err))
	}
	r.Main = d
	r.run(name, d, []string{name})
	return r.Reading, nil
}

// reader is a reading on its way.
type reader struct {
	*Reading
	source   Source
	commands bool
	docs     map[string]*Document // that were read already
	bytes    int
	lines    int
}

// open reads one file, and notes what it found.
func (r *reader) open(name string) (*Document, error) {
	if d := r.docs[name]; d != nil {
		return d, nil
	}
	r.Files[name] = Print{}
	text, err := r.source(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			r.Files[name] = PrintOf([]byte(err.Error()))
		}
		return nil, err
	}
	r.Files[name] = PrintOf(text)
	d, err := Parse(text)
	if err != nil {
		return nil, err
	}
	r.docs[name] = d
	r.bytes += len(text)
	return d, nil
}

// run takes the statements of a file as they come. Chain are the files that are being
// executed, this one last.
func (r *reader) run(name string, d *Document, chain []string) {
	r.lines += len(d.lines)
	for i, l := range d.lines {
		for _, s := range l.list {
			r.statement(Entry{File: name, Line: i + 1}, l.text, s, chain)
		}
		for _, f := range l.faults {
			r.fault(name, i+1, f.Message)
		}
	}
}

func (r *reader) fault(file string, line int, message string) {
	r.Faults = append(r.Faults, Fault{file, line, message})
}

func (r *reader) statement(e Entry, text string, s script.Statement, chain []string) {
	name, value, ok := setting(s)
	switch verb := s.Words[0].Text; {
	case ok:
		e.Name, e.Value = name, value
		r.Entries = append(r.Entries, e)
		r.values[name] = held{value, len(chain) == 1}
		if len(chain) > 1 {
			r.executed[name] = true
		}
	case verb == "set":
		r.fault(e.File, e.Line, "set needs a name and a value")
	case verb == "exec" && len(s.Words) == 2:
		if err := r.exec(s.Words[1].Text, chain); err != nil {
			r.fault(e.File, e.Line, fmt.Sprintf("exec %s: %v", script.Quote(s.Words[1].Text), err))
		}
	case verb == "exec":
		r.fault(e.File, e.Line, "exec needs the name of a file")
	case r.commands:
		e.Command = text[s.From:s.To]
		r.Entries = append(r.Entries, e)
	default:
		hint := "only autoexec.cfg may have commands"
		if len(s.Words) > 1 && strings.Contains(verb, ".") { // as cvars are called
			hint = "a value is given by: set " + verb + " VALUE"
		}
		r.fault(e.File, e.Line, strconv.Quote(verb)+" is neither set nor exec; "+hint)
	}
}

// exec takes another file's statements in the place of its own.
func (r *reader) exec(as string, chain []string) error {
	name, err := Clean(as)
	if err != nil {
		return err
	}
	for _, c := range chain {
		if c == name {
			return fmt.Errorf("%s would execute itself", name)
		}
	}
	if len(chain) > MaxDepth {
		return fmt.Errorf("files execute each other more than %d deep", MaxDepth)
	}
	d, err := r.open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file in the folder")
	case err != nil:
		return err
	case r.lines+len(d.lines) > MaxLines || r.bytes > MaxBytes:
		return fmt.Errorf("the files have more than %d lines or %d bytes together", MaxLines, MaxBytes)
	}
	r.run(name, d, append(chain[:len(chain):len(chain)], name))
	return nil
}

// Clean is the name of a file in the folder, as a person wrote it: slashes part
// folders, and .cfg may be left out. What leads out of the folder is refused here,
// and once more where the file is opened: a link may lead out, too.
func Clean(as string) (string, error) {
	name := path.Clean(as)
	if path.Ext(name) == "" {
		name += ".cfg"
	}
	switch {
	case strings.ContainsAny(as, `\:`):
		return "", errors.New("slashes part folders, and a name has no colon")
	case as == "" || !fs.ValidPath(name):
		return "", errors.New("only files in the folder of the settings are executed")
	case path.Ext(name) != ".cfg":
		return "", errors.New("only files that end in .cfg are executed")
	}
	return name, nil
}

// Value returns what a name is set to in the end.
func (r *Reading) Value(name string) (value string, ok bool) {
	h, ok := r.values[name]
	return h.value, ok
}

// Values returns what each name is set to in the end.
func (r *Reading) Values() map[string]string {
	all := make(map[string]string, len(r.values))
	for name, h := range r.values {
		all[name] = h.value
	}
	return all
}

// Set changes Main such that a name has a value in the end, and reports whether it
// had another.
func (r *Reading) Set(name, value string) bool {
	h, ok := r.values[name]
	switch {
	case ok && h.value == value:
		return false
	case ok && !h.main: // a line of Main's own, if there is one, is overruled
		r.Main.Append(name, value)
	default:
		r.Main.Set(name, value)
	}
	r.values[name] = held{value, true}
	return true
}

// Remove changes Main such that a name is not set any more, and reports whether it
// was. Where a file that Main executes sets it, it is set to what it is without any.
func (r *Reading) Remove(name, without string) bool {
	if r.executed[name] {
		return r.Set(name, without)
	}
	delete(r.values, name)
	return r.Main.Remove(name)
}

// Others counts what of Main is not among the names of known: other settings, and
// what is not understood. It is kept as it is.
func (r *Reading) Others(known func(name string) bool) (n int) {
	for _, l := range r.Main.lines {
		n += len(l.faults)
		for _, s := range l.list {
			if name, _, ok := setting(s); !ok && s.Words[0].Text != "exec" || ok && !known(name) {
				n++
			}
		}
	}
	return n
}

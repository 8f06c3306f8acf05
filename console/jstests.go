package console

import (
	"io/fs"
	"maps"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// Tests are the JavaScript tests of a game: files that clients list, read and write,
// and run with the game's own calls. The dashboard runs them in a worker inside a
// sandboxed frame, the driver of /client/test.js runs them in Node. The zero value has
// none.
//
//	con.Tests.Folder = "tests"
//
// Files are read and written on a goroutine of the console's own, never on the game's, and
// looked at for changes only while somebody watches them. Fields freeze at the
// first use of the Console.
type Tests struct {
	// Folder is a folder of test files, *.test.js, of modules that they import, *.js, and
	// of the pictures that they expect, expected/*.png; folders may lie in it. Clients
	// read and write there, and nowhere else. It is made when the first file is written.
	// Empty is none.
	Folder string
	// Files are tests that come with the game, such as an embed.FS: they are read only.
	// They are not looked at where there is a Folder.
	Files fs.FS

	clock *clock
	shelf testShelf // any goroutine
	start func()    // what goes on beside the game; any goroutine

	// Owned by the goroutine that calls Update.
	stream *rpc.Stream
	files  map[string]TestFile // as clients were told last
	ready  bool                // they are known at all
	fault  string
}

// TestFile is a file of the tests.
type TestFile struct {
	Name     string `json:"name" help:"below the folder, with slashes"`
	Bytes    int64  `json:"bytes"`
	Version  string `json:"version" help:"changes with the content; give it back as ifVersion"`
	Writable bool   `json:"writable"`
	Modified string `json:"modified,omitempty" help:"RFC 3339; absent where it is not known"`
	By       string `json:"by,omitempty" help:"the client that wrote this version; absent where none did"`
}

// Params and results of the methods about tests.
type (
	// TestName names a file.
	TestName struct {
		Name string `json:"name" help:"relative, of letters, digits and ._- between slashes"`
	}
	// TestContent is a file with what is in it.
	TestContent struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Text    string `json:"text,omitempty" help:"of a file of JavaScript; absent where it is empty"`
		Data    []byte `json:"data,omitempty" help:"of a picture"`
	}
	// TestWrite gives a file other content.
	TestWrite struct {
		Name      string  `json:"name"`
		Text      *string `json:"text,omitempty" help:"of a file of JavaScript"`
		Data      []byte  `json:"data,omitempty" help:"of a picture; what is larger than a message may be goes by PUT /test/{name}"`
		IfVersion *string `json:"ifVersion,omitempty" help:"refuse when the file is another by now; the empty one is that of no file"`
	}
	// TestDelete names a file to remove.
	TestDelete struct {
		Name      string  `json:"name"`
		IfVersion *string `json:"ifVersion,omitempty" help:"refuse when the file is another by now"`
	}
	// TestsState is the first state of the topic tests.
	TestsState struct {
		Available bool       `json:"available" help:"this game has a folder of tests, or brings some along"`
		Folder    string     `json:"folder,omitempty" help:"as the game names it; absent for those that it brings along"`
		Writable  bool       `json:"writable"`
		Ready     bool       `json:"ready" help:"false until they were looked at for the first time: an event tells"`
		Fault     string     `json:"fault,omitempty" help:"why not all of them are there"`
		Files     []TestFile `json:"files" help:"by name"`
	}
	// TestsEvent tells of files that are new, changed or gone.
	TestsEvent struct {
		Changed []TestFile `json:"changed"`
		Gone    []string   `json:"gone" help:"names"`
		Fault   string     `json:"fault,omitempty" help:"why not all of them are there"`
	}
)

// kept reports whether there are tests at all, and so somebody who looks after them. Any
// goroutine.
func (t *Tests) kept() bool { return t.Folder != "" || t.Files != nil }

// connect makes the tests known to the console; it runs once, at the first use.
func (t *Tests) connect(c *clock, start func(), say func(msg string, args ...any)) {
	t.clock, t.start = c, start
	t.shelf.begin(t.Folder, t.Files, say)
}

func (t *Tests) register(s *rpc.Server) {
	codes := []rpc.Code{rpc.NotFound, rpc.InvalidParams, rpc.Unavailable, rpc.TooMany}
	change := append(slices.Clone(codes), rpc.ReadOnly, rpc.Conflict)
	rpc.Handle(s, rpc.Method{Name: "test.list", Help: "the files of the game's tests, by name", Role: rpc.View, Errors: codes},
		func(call *rpc.Call, _ rpc.Void) ([]TestFile, error) {
			return aside(t, call, func() ([]TestFile, error) { return t.shelf.list() })
		})
	rpc.Handle(s, rpc.Method{Name: "test.read", Help: "what is in a file of the tests, as it is on the disk now", Role: rpc.View, Errors: codes},
		func(call *rpc.Call, p TestName) (TestContent, error) {
			return aside(t, call, func() (TestContent, error) { return t.shelf.content(p.Name) })
		})
	rpc.Handle(s, rpc.Method{Name: "test.write", Help: "gives a file of the tests other content, or makes it; answers when it is on the disk", Role: rpc.Edit, Errors: change},
		func(call *rpc.Call, p TestWrite) (TestFile, error) {
			by := call.Peer.Name()
			return aside(t, call, func() (TestFile, error) { return t.shelf.put(p, by) })
		})
	rpc.Handle(s, rpc.Method{Name: "test.delete", Help: "removes a file of the tests", Role: rpc.Edit, Errors: change},
		func(call *rpc.Call, p TestDelete) (rpc.Void, error) {
			return aside(t, call, func() (rpc.Void, error) { return rpc.Void{}, t.shelf.remove(p.Name, p.IfVersion) })
		})
	t.stream = rpc.Open[rpc.Void, TestsEvent](s, rpc.Topic{Name: "tests", Snapshot: TestsState{}, Policy: rpc.All, Help: "files of the tests that are new, changed or gone"},
		func(*rpc.Sub, rpc.Void) (any, error) { return t.state(), nil })
}

// aside has a job done beside the game, and answers the call with what came of it.
func aside[R any](t *Tests, call *rpc.Call, job func() (R, error)) (none R, err error) {
	if !t.kept() {
		return none, errNoTests()
	}
	t.start()
	pending := call.Defer()
	if pending.Canceled() {
		return none, nil
	}
	ok := t.shelf.do(func() {
		r, err := job()
		t.shelf.post(func() {
			if err != nil {
				pending.Fail(err)
				return
			}
			pending.Reply(r)
		})
	})
	if !ok {
		return none, rpc.Errorf(rpc.TooMany, "too many calls wait for the files of the tests")
	}
	return none, nil
}

// errNoTests is why there are no files.
func errNoTests() error {
	return rpc.Errorf(rpc.Unavailable, "this game has no tests: its Tests.Folder is empty, and so are its Tests.Files")
}

// state is the first state of the topic: what is known, while somebody looks again.
func (t *Tests) state() TestsState {
	s := TestsState{Available: t.kept(), Folder: t.Folder, Writable: t.Folder != "", Ready: t.ready || !t.kept(), Fault: t.fault, Files: []TestFile{}}
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		s.Files = append(s.Files, t.files[name])
	}
	if t.kept() {
		t.start()
		t.shelf.watch(true)
	}
	return s
}

// begin takes over what was done beside the game: one look where that is nothing.
func (t *Tests) begin() {
	if !t.shelf.ready.Load() {
		return
	}
	for _, f := range t.shelf.collect() {
		f()
	}
	if seen := t.shelf.seen.Swap(nil); seen != nil {
		t.take(seen)
	}
}

// take compares what was seen on the disk with what clients know, and tells them.
func (t *Tests) take(seen *testListing) {
	e := TestsEvent{Changed: []TestFile{}, Gone: []string{}, Fault: seen.fault}
	now := make(map[string]TestFile, len(seen.files))
	for _, f := range seen.files {
		now[f.Name] = f
		if t.files[f.Name] != f {
			e.Changed = append(e.Changed, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		if _, ok := now[name]; !ok {
			e.Gone = append(e.Gone, name)
		}
	}
	first := !t.ready
	changed := first || len(e.Changed)+len(e.Gone) > 0 || e.Fault != t.fault
	t.files, t.fault, t.ready = now, seen.fault, true
	if changed {
		_ = t.stream.Publish(e) // it has a JSON form
	}
}

// publish lets the disk be, once nobody watches any more.
func (t *Tests) publish() {
	if t.kept() {
		t.shelf.watch(t.stream.Subscribers() > 0)
	}
}

// conflict is the error for a file that is another than the client thinks.
func conflict(name string, is TestFile) error {
	what := "has changed since"
	switch {
	case is.Version == "":
		what = "is gone"
	case is.By != "":
		what = "was changed by " + clipTo(is.By, maxGot)
	}
	e := rpc.Errorf(rpc.Conflict, "%s %s; read it again", name, what)
	e.Data.Path, e.Data.Want = "/ifVersion", is.Version
	return e
}

package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

const (
	// maxTestText and maxTestImage bound one file, in bytes.
	maxTestText  = 1 << 20
	maxTestImage = 16 << 20
	// maxTestFiles is how many are listed, maxTestVisits how many entries of folders are
	// looked at for that, and maxTestBytes how much all of them together may be.
	maxTestFiles  = 1024
	maxTestVisits = 8192
	maxTestBytes  = 256 << 20
	// maxTestAnswer is how much of a file goes into an answer: what is more, would crowd
	// out the client's other answers, and is fetched by HTTP.
	maxTestAnswer = 128 << 10
	// testYoung is how far apart two changes of a file must be, at the most, for its time
	// to tell them apart.
	testYoung = 3 * time.Second
)

// testShelf is where the files of the tests lie. Any goroutine may read and write; the
// game's does not, since a disk may take its time.
type testShelf struct {
	desk testDesk

	ready atomic.Bool                 // something waits for the game's goroutine
	seen  atomic.Pointer[testListing] // what was found last, and not taken over

	// Given before the first use.
	folder  string
	shipped fs.FS

	mu      sync.Mutex // held while the disk works: never by the game's goroutine
	known   map[string]testPrint
	authors map[string]testAuthor
}

// testPrint is what tells that a file is another without reading it, and its version.
type testPrint struct {
	testStat
	version string
	young   bool // it was read so soon after it was written that its time may not tell of the next change
}

// testStat is what the system tells of a file.
type testStat struct {
	size int64
	mod  time.Time
}

// testAuthor is which client wrote which version.
type testAuthor struct{ version, name string }

// testListing is what was found on the disk.
type testListing struct {
	files []TestFile
	fault string
}

// same reports whether nothing is different.
func (l *testListing) same(o *testListing) bool {
	return o != nil && l.fault == o.fault && slices.Equal(l.files, o.files)
}

// begin tells where the files are; it runs once, at the first use.
func (s *testShelf) begin(folder string, shipped fs.FS, say func(string, ...any)) {
	s.folder, s.shipped = folder, shipped
	s.known, s.authors = make(map[string]testPrint), make(map[string]testAuthor)
	s.desk.begin(say)
}

// open opens the folder, or what the game brings along. Where there is no folder yet, it
// is empty. close lets go of it.
func (s *testShelf) open() (from fs.FS, root *os.Root, err error) {
	if s.folder == "" {
		return s.shipped, nil, nil
	}
	root, err = os.OpenRoot(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nowhereAtAll{}, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the folder of tests cannot be opened: %w", err)
	}
	return root.FS(), root, nil
}

// nowhereAtAll is a folder that is not there.
type nowhereAtAll struct{}

func (nowhereAtAll) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func closeRoot(root *os.Root) {
	if root != nil {
		root.Close()
	}
}

// list looks which files there are.
func (s *testShelf) list() ([]TestFile, error) {
	l := s.look()
	if l.fault != "" && len(l.files) == 0 {
		return nil, rpc.Errorf(rpc.Unavailable, "%s", l.fault)
	}
	return l.files, nil
}

// look looks which files there are, and reads those whose version is not known.
func (s *testShelf) look() *testListing {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &testListing{files: []TestFile{}}
	from, root, err := s.open()
	if err != nil {
		l.fault = err.Error()
		return l
	}
	defer closeRoot(root)
	found, fault := walkTests(from)
	l.fault = fault
	for _, name := range slices.Sorted(maps.Keys(found)) {
		now := found[name]
		p, ok := s.known[name]
		if !ok || p.young || p.testStat != now {
			if p, err = s.print(from, name); err != nil {
				continue // gone meanwhile, or not to be read: test.read says why
			}
		}
		l.files = append(l.files, s.file(name, p))
	}
	maps.DeleteFunc(s.known, func(name string, _ testPrint) bool { _, ok := found[name]; return !ok })
	maps.DeleteFunc(s.authors, func(name string, _ testAuthor) bool { _, ok := found[name]; return !ok })
	return l
}

// file is what clients are told of a file.
func (s *testShelf) file(name string, p testPrint) TestFile {
	f := TestFile{Name: name, Bytes: p.size, Version: p.version, Writable: s.folder != ""}
	if !p.mod.IsZero() {
		f.Modified = p.mod.UTC().Format(time.RFC3339)
	}
	if a := s.authors[name]; a.version == p.version {
		f.By = a.name
	}
	return f
}

// print reads a file for its version. Close to its time of change, that time may not tell
// of the next: such a file is read again until it is older.
func (s *testShelf) print(from fs.FS, name string) (testPrint, error) {
	data, info, err := readTest(from, name)
	if err != nil {
		return testPrint{}, err
	}
	p := testPrint{testStat{info.Size(), info.ModTime()}, testVersion(data), false}
	p.young = !p.mod.IsZero() && time.Since(p.mod).Abs() < testYoung
	s.known[name] = p
	return p, nil
}

// testVersion tells contents apart.
func testVersion(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// walkTests lists the files of the tests by name. What is hidden, a link or no file of
// theirs is passed over.
func walkTests(from fs.FS) (found map[string]testStat, fault string) {
	found = make(map[string]testStat)
	visits, total := 0, int64(0)
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		visits++
		switch {
		case visits > maxTestVisits || len(found) >= maxTestFiles || total > maxTestBytes:
			fault = fmt.Sprintf("not all tests are listed: there may be %d files of %d MiB together", maxTestFiles, maxTestBytes>>20)
			return fs.SkipAll
		case err != nil:
			if name != "." {
				fault = "not all tests are listed: " + err.Error()
			}
			if name == "." && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return nil
		case d.IsDir() && name != "." && (badTestPart(path.Base(name)) != "" || d.Name() == "node_modules"):
			return fs.SkipDir
		case !d.Type().IsRegular() || badTestName(name) != "":
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			found[name] = testStat{info.Size(), info.ModTime()}
			total += info.Size()
		}
		return nil
	})
	if err != nil {
		fault = "the folder of tests cannot be read: " + err.Error()
	}
	return found, fault
}

// maxTestSize is how large a file may be.
func maxTestSize(name string) int64 {
	if isTestImage(name) {
		return maxTestImage
	}
	return maxTestText
}

// readTest reads a file. A link is none: it may lead anywhere in the folder, and a pipe
// would be waited for.
func readTest(from fs.FS, name string) ([]byte, fs.FileInfo, error) {
	if linked, ok := from.(fs.ReadLinkFS); ok {
		for p := name; p != "."; p = path.Dir(p) {
			info, err := linked.Lstat(p)
			if err != nil {
				return nil, nil, testFault(name, err)
			}
			if mode := info.Mode(); p == name && !mode.IsRegular() || p != name && !mode.IsDir() {
				return nil, nil, rpc.Errorf(rpc.NotFound, "%s is no file of the folder, or a link", name)
			}
		}
	}
	file, err := from.Open(name)
	if err != nil {
		return nil, nil, testFault(name, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, testFault(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, rpc.Errorf(rpc.NotFound, "%s is no file", name)
	}
	most := maxTestSize(name)
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, nil, testFault(name, err)
	}
	if int64(len(data)) > most {
		return nil, nil, rpc.Errorf(rpc.TooMany, "%s has more than %d bytes", name, most)
	}
	return data, info, nil
}

// testFault is what the disk says, for a client.
func testFault(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return rpc.Errorf(rpc.NotFound, "there is no file %s", name)
	}
	return rpc.Errorf(rpc.Unavailable, "%s: %v", name, err)
}

// read reads a file, with its version.
func (s *testShelf) read(name string) (data []byte, version string, err error) {
	if err := checkTestName(name); err != nil {
		return nil, "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from, root, err := s.open()
	if err != nil {
		return nil, "", err
	}
	defer closeRoot(root)
	data, _, err = readTest(from, name)
	return data, testVersion(data), err
}

// content is a file for an answer.
func (s *testShelf) content(name string) (TestContent, error) {
	data, version, err := s.read(name)
	c := TestContent{Name: name, Version: version}
	switch {
	case err != nil:
		return TestContent{}, err
	case len(data) > maxTestAnswer:
		e := rpc.Errorf(rpc.TooMany, "%s has %d bytes, more than an answer takes", name, len(data))
		e.Data.Suggest = "GET /test/" + name
		return TestContent{}, e
	case isTestImage(name):
		c.Data = data
	case !utf8.Valid(data):
		return TestContent{}, rpc.Errorf(rpc.Unavailable, "%s is no UTF-8", name)
	default:
		c.Text = string(bytes.TrimPrefix(data, []byte("\ufeff")))
	}
	return c, nil
}

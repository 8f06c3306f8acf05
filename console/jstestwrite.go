package console

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/scry-dev/scry/rpc"
)

// put gives a file other content, or makes it.
func (s *testShelf) put(p TestWrite, by string) (TestFile, error) {
	if err := checkTestName(p.Name); err != nil {
		return TestFile{}, err
	}
	data := p.Data
	switch image := isTestImage(p.Name); {
	case image && p.Text != nil, !image && p.Text == nil, !image && p.Data != nil:
		e := rpc.Errorf(rpc.InvalidParams, "a picture is written by data, everything else by text")
		e.Data.Path = "/text"
		return TestFile{}, e
	case !image:
		data = []byte(*p.Text)
	}
	return s.write(p.Name, data, p.IfVersion, by)
}

// write gives a file other content, or makes it. Whoever reads it meanwhile finds the one
// or the other, whole.
func (s *testShelf) write(name string, data []byte, ifVersion *string, by string) (TestFile, error) {
	switch most := maxTestSize(name); {
	case s.folder == "":
		return TestFile{}, rpc.Errorf(rpc.ReadOnly, "the tests come with the game, and have no folder: its Tests.Folder is empty")
	case int64(len(data)) > most:
		return TestFile{}, rpc.Errorf(rpc.TooMany, "%s would have %d bytes, %d may be", name, len(data), most)
	case isTestImage(name) && !isPNG(data):
		e := rpc.Errorf(rpc.InvalidParams, "%s would be no PNG", name)
		e.Data.Path = "/data"
		return TestFile{}, e
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	root, err := s.make()
	if err != nil {
		return TestFile{}, err
	}
	defer root.Close()
	if err := s.unchanged(root, name, ifVersion); err != nil {
		return TestFile{}, err
	}
	if err := replaceTest(root, name, data); err != nil {
		return TestFile{}, testFault(name, err)
	}
	p, err := s.print(root.FS(), name)
	if err != nil {
		return TestFile{}, err
	}
	s.authors[name] = testAuthor{testVersion(data), by}
	s.desk.nudge()
	return s.file(name, p), nil
}

// isPNG reports whether content begins as a PNG does (ISO/IEC 15948, section 5.2).
func isPNG(data []byte) bool {
	return len(data) > 8 && string(data[:8]) == "\x89PNG\r\n\x1a\n"
}

// remove removes a file.
func (s *testShelf) remove(name string, ifVersion *string) error {
	if err := checkTestName(name); err != nil {
		return err
	}
	if s.folder == "" {
		return rpc.Errorf(rpc.ReadOnly, "the tests come with the game, and have no folder: its Tests.Folder is empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	root, err := os.OpenRoot(s.folder)
	if err != nil {
		return testFault(name, err)
	}
	defer root.Close()
	if err := s.unchanged(root, name, ifVersion); err != nil {
		return err
	}
	if _, _, err := readTest(root.FS(), name); err != nil {
		return err // a folder, a link
	}
	if err := root.Remove(name); err != nil {
		return testFault(name, err)
	}
	s.desk.nudge()
	return nil
}

// make opens the folder, which is made where there is none. mu is held.
func (s *testShelf) make() (*os.Root, error) {
	if err := os.MkdirAll(s.folder, 0o755); err != nil {
		return nil, rpc.Errorf(rpc.Unavailable, "the folder of tests cannot be made: %v", err)
	}
	root, err := os.OpenRoot(s.folder)
	if err != nil {
		return nil, rpc.Errorf(rpc.Unavailable, "the folder of tests cannot be opened: %v", err)
	}
	return root, nil
}

// unchanged refuses, where a client names a version, what is of another by now. mu is
// held.
func (s *testShelf) unchanged(root *os.Root, name string, ifVersion *string) error {
	if ifVersion == nil {
		return nil
	}
	now := ""
	data, _, err := readTest(root.FS(), name)
	var fault *rpc.Error
	switch {
	case err == nil:
		now = testVersion(data)
	case !errors.As(err, &fault) || fault.Code != rpc.NotFound:
		return err
	}
	if now == *ifVersion {
		return nil
	}
	is := TestFile{Version: now}
	if a := s.authors[name]; a.version == now {
		is.By = a.name
	}
	return conflict(name, is)
}

// replaceTest puts a file in the place of another, by way of a name that nobody lists.
func replaceTest(root *os.Root, name string, data []byte) (err error) {
	folder := path.Dir(name)
	for p := folder; p != "."; p = path.Dir(p) { // as readTest
		if info, err := root.Lstat(p); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is no folder, or a link", p)
		}
	}
	if err := root.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	perm := fs.FileMode(0o644)
	switch info, err := root.Lstat(name); {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("it is no file, or a link")
	case err == nil:
		perm = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	random := make([]byte, 8)
	rand.Read(random) // never fails (crypto/rand)
	draft := path.Join(folder, ".scry-"+hex.EncodeToString(random)+".tmp")
	file, err := root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			root.Remove(draft)
		}
	}()
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = root.Rename(draft, name)
	}
	return err
}

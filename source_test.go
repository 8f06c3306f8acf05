package scry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path that all of our import paths begin with.
const module = "github.com/scry-dev/scry"

// A pkg is one package as the go command lists it.
type pkg struct {
	ImportPath, Dir, Name, Export string
	Standard                      bool
	Module                        *struct{ Path string }
	GoFiles, CgoFiles             []string
	Imports, Deps                 []string
}

// short is a package's path below the module's.
func (p *pkg) short() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// ours reports whether a package belongs to this module.
func (p *pkg) ours() bool {
	return p.ImportPath == module || strings.HasPrefix(p.ImportPath, module+"/")
}

// library reports whether users import a package: it is ours and no example.
func (p *pkg) library() bool {
	return p.ours() && p.Name != "main" && len(p.GoFiles) > 0 && !strings.HasPrefix(p.short(), "examples/")
}

// packages lists every package of the module and all that they import, tests left
// out, by import path. The list is made once.
var packages = sync.OnceValues(func() (map[string]*pkg, error) {
	cmd := exec.Command("go", "list", "-deps", "-export",
		"-json=ImportPath,Dir,Name,Export,Standard,Module,GoFiles,CgoFiles,Imports,Deps", "./...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New("go list: " + stderr.String())
	}
	all := make(map[string]*pkg)
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
})

func list(t *testing.T) map[string]*pkg {
	t.Helper()
	all, err := packages()
	require.NoError(t, err)
	return all
}

// named returns one of our packages by its path below the module's.
func named(t *testing.T, short string) *pkg {
	t.Helper()
	p := list(t)[module+"/"+short]
	require.NotNil(t, p, "there is no package %s", short)
	return p
}

// A checked package has its syntax with comments, and its types.
type checked struct {
	*pkg
	fset  *token.FileSet
	files map[string]*ast.File // by name, without the folder
	types *types.Package
	info  types.Info
}

// check parses a package and finds its types, out of the export data of what it imports.
func check(t *testing.T, p *pkg) checked {
	t.Helper()
	c := checked{pkg: p, fset: token.NewFileSet(), files: make(map[string]*ast.File)}
	c.info = types.Info{
		Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Selections: make(map[*ast.SelectorExpr]*types.Selection),
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(c.fset, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		c.files[name] = f
		files = append(files, f)
	}
	all := list(t)
	conf := types.Config{Importer: importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) {
		if all[path] == nil {
			return nil, errors.New("no export data of " + path)
		}
		return os.Open(all[path].Export)
	})}
	var err error
	c.types, err = conf.Check(p.ImportPath, c.fset, files, &c.info)
	require.NoError(t, err)
	return c
}

// file is the name of the file that a place is in, without the folder.
func (c checked) file(pos token.Pos) string { return filepath.Base(c.fset.Position(pos).Filename) }

// at is a place as a person looks it up: folder/file.go:12.
func (c checked) at(pos token.Pos) string {
	p := c.fset.Position(pos)
	p.Filename, p.Column = path.Join(c.short(), filepath.Base(p.Filename)), 0
	return p.String()
}

// eachText calls f for every text file of the project that people write, by its
// slashed path from the root.
func eachText(t *testing.T, f func(name string, text []byte)) {
	t.Helper()
	kinds := map[string]bool{".go": true, ".md": true, ".mod": true, ".ts": true, ".tsx": true, ".mjs": true, ".js": true, ".css": true,
		".html": true, ".json": true, ".txt": true, ".svg": true, ".sh": true, "": true}
	require.NoError(t, fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base == ".git" || base == "node_modules" || name == "bin" || name == "webui/dist" {
				return fs.SkipDir
			}
			return nil
		}
		if d.Name() == ".git" || !kinds[path.Ext(d.Name())] && !strings.HasPrefix(d.Name(), ".") {
			return nil // in a worktree .git is a file
		}
		text, err := os.ReadFile(filepath.FromSlash(name))
		f(name, text)
		return err
	}))
}

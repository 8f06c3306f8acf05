package sim_test

import (
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// floats imports only the packages whose types are in products; reading all of them takes
// seconds.
type floats struct{ types.Importer }

func (f floats) Import(path string) (*types.Package, error) {
	if path == "math" || path == "math/rand/v2" || path == "time" {
		return f.Importer.Import(path)
	}
	return nil, errors.New("left out")
}

// A compiler may fuse x*y + z into one operation where the machine has it, and then
// the worlds of two machines drift apart. Only mul multiplies floats, and rounds.
func TestOnlyMulMultipliesFloats(t *testing.T) {
	fset := token.NewFileSet()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, path := range paths {
		if !strings.HasSuffix(path, "_test.go") {
			f, err := parser.ParseFile(fset, path, nil, 0)
			require.NoError(t, err)
			files = append(files, f)
		}
	}
	info := types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	config := types.Config{Importer: floats{importer.ForCompiler(fset, "source", nil)}, Error: func(error) {}}
	config.Check("sim", fset, files, &info) // its errors are the imports left out
	float := func(e ast.Expr) bool {
		tv := info.Types[e]
		b, ok := tv.Type.Underlying().(*types.Basic)
		return ok && tv.Value == nil && b.Info()&types.IsFloat != 0
	}
	products := 0
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				return n.Name.Name != "mul"
			case *ast.BinaryExpr:
				if n.Op == token.MUL {
					products++
					require.False(t, float(n), "%v multiplies floats without mul", fset.Position(n.Pos()))
				}
			case *ast.AssignStmt:
				require.False(t, n.Tok == token.MUL_ASSIGN && float(n.Lhs[0]), "%v multiplies floats without mul", fset.Position(n.Pos()))
			}
			return true
		})
	}
	require.NotZero(t, products, "nothing was looked at")
}

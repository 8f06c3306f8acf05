package scry_test

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:generate go test -run TestHouseAPI . -update

var update = flag.Bool("update", false, "write api.txt anew")

// public are the packages that users import, in the order of api.txt.
var public = []string{"console", "console/input", "console/timing", "console/ebitenhost", "console/ebitenhost/input", "rpc", "rpc/wsrpc", "wsserver", "wsserver/wstest", "webui"}

// What users can name stands in api.txt, one line a name, so that a change of it
// is seen in review.
func TestHouseAPI(t *testing.T) {
	var b strings.Builder
	for _, short := range public {
		for _, line := range api(check(t, named(t, short)).types) {
			fmt.Fprintf(&b, "%s: %s\n", short, line)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile("api.txt", []byte(b.String()), 0o644))
	}
	was, err := os.ReadFile("api.txt")
	require.NoError(t, err)
	require.Equal(t, strings.Split(string(was), "\n"), strings.Split(b.String(), "\n"), "the public names are not those of api.txt: if that is meant, run go test -run API . -update")
}

func TestHouseEveryPublicPackageIsListed(t *testing.T) {
	for _, p := range list(t) {
		if p.library() && !strings.Contains(p.ImportPath, "/internal/") {
			require.Contains(t, public, p.short())
		}
	}
}

// api returns the exported names of a package with their types, sorted.
func api(p *types.Package) []string {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	in := func(t types.Type) string {
		return types.TypeString(t, func(q *types.Package) string {
			if q == p {
				return ""
			}
			return q.Name()
		})
	}
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Const:
			say("const %s %s = %s", name, in(obj.Type()), obj.Val())
		case *types.Var:
			say("var %s %s", name, in(obj.Type()))
		case *types.Func:
			say("func %s%s", name, strings.TrimPrefix(in(obj.Type()), "func"))
		case *types.TypeName:
			lines = append(lines, apiOfType(obj, in)...)
		}
	}
	slices.Sort(lines)
	return lines
}

// apiOfType returns the lines of a type, its exported fields and its methods.
func apiOfType(obj *types.TypeName, in func(types.Type) string) []string {
	if obj.IsAlias() {
		return []string{fmt.Sprintf("type %s = %s", obj.Name(), in(types.Unalias(obj.Type())))}
	}
	var lines []string
	named := obj.Type().(*types.Named)
	name := obj.Name()
	if list := named.TypeParams(); list.Len() > 0 {
		var params []string
		for p := range list.TypeParams() {
			params = append(params, p.Obj().Name()+" "+in(p.Constraint()))
		}
		name += "[" + strings.Join(params, ", ") + "]"
	}
	switch u := named.Underlying().(type) {
	case *types.Struct:
		lines = append(lines, "type "+name+" struct")
		for f := range u.Fields() {
			switch {
			case f.Exported() && f.Embedded():
				lines = append(lines, fmt.Sprintf("type %s embeds %s", obj.Name(), in(f.Type())))
			case f.Exported():
				lines = append(lines, fmt.Sprintf("type %s field %s %s", obj.Name(), f.Name(), in(f.Type())))
			}
		}
	case *types.Interface:
		lines = append(lines, "type "+name+" interface")
		for m := range u.Methods() {
			lines = append(lines, fmt.Sprintf("type %s method %s%s", obj.Name(), m.Name(), strings.TrimPrefix(in(m.Type()), "func")))
		}
	default:
		lines = append(lines, "type "+name+" "+in(u))
	}
	for m := range named.Methods() {
		if m.Exported() {
			lines = append(lines, fmt.Sprintf("func (%s) %s%s", in(m.Signature().Recv().Type()), m.Name(), strings.TrimPrefix(in(m.Type()), "func")))
		}
	}
	return lines
}

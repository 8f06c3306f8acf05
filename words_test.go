package scry_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every exported name says what it is, in a comment that begins with the name.
func TestHouseExportedNamesAreDocumented(t *testing.T) {
	for _, p := range list(t) {
		if !p.ours() {
			continue
		}
		c := check(t, p)
		for _, f := range c.files {
			for _, d := range f.Decls {
				for _, e := range exported(d) {
					words := strings.Fields(e.doc)
					if len(words) > 1 && slices.Contains([]string{"A", "An", "The"}, words[0]) {
						words = words[1:]
					}
					switch {
					case len(words) == 0:
						t.Errorf("%s: %s has no comment", c.at(e.pos), e.name)
					case !e.grouped && strings.TrimRight(words[0], ".,:;") != e.name:
						t.Errorf("%s: the comment of %s begins with %q", c.at(e.pos), e.name, words[0])
					}
				}
			}
		}
	}
}

// An export is an exported name with its comment. A grouped one is a constant or
// a variable that may share its comment with its neighbours.
type export struct {
	name, doc string
	grouped   bool
	pos       token.Pos
}

func exported(d ast.Decl) []export {
	var list []export
	add := func(id *ast.Ident, grouped bool, docs ...*ast.CommentGroup) {
		if !id.IsExported() {
			return
		}
		e := export{name: id.Name, grouped: grouped, pos: id.Pos()}
		for _, doc := range docs {
			if e.doc == "" {
				e.doc = doc.Text()
			}
		}
		list = append(list, e)
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ast.IsExported(receiver(d)) {
			add(d.Name, false, d.Doc)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if d.Lparen.IsValid() {
					add(s.Name, false, s.Doc, s.Comment)
				} else {
					add(s.Name, false, d.Doc)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					add(id, d.Lparen.IsValid(), s.Doc, s.Comment, d.Doc)
				}
			}
		}
	}
	return list
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func TestHousePackagesSayWhatTheyAre(t *testing.T) {
	for _, p := range list(t) {
		if !p.ours() || len(p.GoFiles) == 0 {
			continue
		}
		begins := "Package " + p.Name + " "
		if p.Name == "main" {
			begins = "Command " + path.Base(p.ImportPath) + " "
		}
		var docs []string
		for name, f := range check(t, p).files {
			if f.Doc == nil {
				continue
			}
			docs = append(docs, name)
			if !strings.HasPrefix(f.Doc.Text(), begins) {
				t.Errorf("%s/%s: the comment of the package begins with %q, not with %q", p.short(), name, firstWords(f.Doc.Text()), begins)
			}
		}
		if len(docs) != 1 {
			t.Errorf("%s: one file has the comment of the package, not %d %v", p.short(), len(docs), docs)
		}
	}
}

func firstWords(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(3, len(words))], " ")
}

// console.ConsoleServer would stutter; console.Console is what it is.
func TestHouseNamesDoNotStutter(t *testing.T) {
	office := regexp.MustCompile(`.(Manager|Handler|Helper|Util|Utils|Impl|Interface)$`)
	for _, p := range list(t) {
		if !p.library() {
			continue
		}
		scope := check(t, p).types.Scope()
		for _, name := range scope.Names() {
			if _, ok := scope.Lookup(name).(*types.TypeName); !ok || !ast.IsExported(name) {
				continue
			}
			if lower := strings.ToLower(name); strings.HasPrefix(lower, p.Name) && lower != p.Name {
				t.Errorf("%s.%s stutters", p.Name, name)
			}
			if office.MatchString(name) {
				t.Errorf("%s.%s is named for an office; name it for what it is", p.Name, name)
			}
		}
		if slices.Contains([]string{"util", "utils", "helpers", "common", "types", "misc", "base"}, p.Name) {
			t.Errorf("%s is named for nothing", p.short())
		}
	}
}

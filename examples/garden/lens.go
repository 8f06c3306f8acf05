package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
)

// The uniforms that the game sets for its shader, all of them floats.
const (
	uniformTime = "Time" // seconds
	uniformPain = "Pain" // 1 just after a bite
)

// checkKage says what is wrong with a shader as far as can be told without its compiler:
// Kage is written like Go. It begins with line:column: where that is known. Uniforms of
// another type than the game gives would end it when the picture is drawn.
func checkKage(text []byte) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return fmt.Errorf("%d:%d: %s", list[0].Pos.Line, list[0].Pos.Column, list[0].Msg)
	}
	if err != nil {
		return err
	}
	entry := false
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			entry = entry || d.Name.Name == "Fragment"
		case *ast.GenDecl:
			if err := checkUniforms(fset, d); err != nil {
				return err
			}
		}
	}
	if !entry {
		return errors.New("1:1: the shader has no function Fragment")
	}
	return nil
}

func checkUniforms(fset *token.FileSet, d *ast.GenDecl) error {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, name := range v.Names {
			if kind, ok := v.Type.(*ast.Ident); (name.Name == uniformTime || name.Name == uniformPain) && (!ok || kind.Name != "float") {
				at := fset.Position(name.Pos())
				return fmt.Errorf("%d:%d: the game gives %s as a float", at.Line, at.Column, name.Name)
			}
		}
	}
	return nil
}

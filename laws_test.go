package scry_test

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An embedded guest does not end its host's program, print into its terminal, or
// do anything before it is asked.
func TestHouseLibrariesBehave(t *testing.T) {
	forbidden := regexp.MustCompile(`^(os\.Exit|log\.(Fatal|Panic|Print)\w*|fmt\.Print\w*|signal\.\w+|runtime\.SetFinalizer|rand\.Seed)$`)
	for _, p := range list(t) {
		if !p.library() {
			continue
		}
		c := check(t, p)
		for id, obj := range c.info.Uses {
			if f, ok := obj.(*types.Func); ok && f.Pkg() != nil && f.Signature().Recv() == nil {
				if name := f.Pkg().Name() + "." + f.Name(); forbidden.MatchString(name) {
					t.Errorf("%s calls %s, which is the program's to decide", c.at(id.Pos()), name)
				}
			}
		}
		for _, f := range c.files {
			for _, d := range f.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
					t.Errorf("%s: a library has no init: it does nothing before it is asked", c.at(d.Pos()))
				}
			}
		}
	}
}

// shared are the package-level variables that do change, each with the reason why
// two consoles in one program still do not see each other.
var shared = map[string]string{
	"input.connected": "Ebitengine's functions of input have no receiver, and its own devices are one for the process",
	"rpc.textPool":    "a pool of scratch memory; what it hands out is reset",
	"rpc.plans":       "a cache of what reflection found out about a type: the same for everyone",
}

// A package-level variable of a library is a table, a sentinel or an embedded
// file: nothing writes to it after its declaration.
func TestHouseNoLibraryKeepsStateInGlobals(t *testing.T) {
	changed := make(map[string]bool)
	for _, p := range list(t) {
		if !p.library() {
			continue
		}
		c := check(t, p)
		for _, f := range c.files {
			ast.Inspect(f, func(n ast.Node) bool {
				for _, e := range c.written(n) {
					v := c.global(e)
					if v == nil {
						continue
					}
					if name := p.Name + "." + v.Name(); shared[name] != "" {
						changed[name] = true
						continue
					}
					t.Errorf("%s changes the package-level variable %s: an embedded guest keeps its state in values that the program owns", c.at(e.Pos()), v.Name())
				}
				return true
			})
		}
	}
	for name := range shared {
		if !changed[name] {
			t.Errorf("%s is excused from the law and does not break it: take it off the list", name)
		}
	}
}

// written returns the operands that a node changes, or lets others change through
// a pointer.
func (c checked) written(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return slices.DeleteFunc([]ast.Expr{n.Key, n.Value}, func(e ast.Expr) bool { return e == nil })
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.SelectorExpr: // a method with a pointer receiver takes the address
		sel := c.info.Selections[n]
		if sel == nil || sel.Kind() != types.MethodVal {
			break
		}
		_, onPointer := sel.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer)
		_, isPointer := sel.Recv().Underlying().(*types.Pointer)
		if onPointer && !isPointer {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 {
			if b, ok := c.info.Uses[id].(*types.Builtin); ok && (b.Name() == "delete" || b.Name() == "clear" || b.Name() == "copy") {
				return n.Args[:1]
			}
		}
	}
	return nil
}

// global returns the package-level variable that an operand is a part of, or nil.
func (c checked) global(e ast.Expr) *types.Var {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			if v, ok := c.info.Uses[x].(*types.Var); ok && v.Parent() == c.types.Scope() {
				return v
			}
			return nil
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// services are the files of each service of the console. What is in no service's
// files is either the console itself or common ground.
var services = map[string][]string{
	"cvars":    {"cvars.go", "cvar.go", "atomic.go", "cvaralternate.go", "cvarcalls.go", "cvarexec.go", "cvarclerk.go", "cvardisk.go", "cvarfiles.go", "cvarfolder.go", "cvarhistory.go", "cvarinfo.go", "cvarjson.go", "cvarlayers.go", "cvarlease.go", "cvarprofiles.go", "cvarreplay.go", "cvarsaved.go", "cvarset.go", "cvarstruct.go", "cvarwait.go"},
	"commands": {"commands.go", "command.go", "arguments.go", "scripts.go", "waits.go", "complete.go", "aliases.go"},
	"timings":  {"timings.go", "timingmeasure.go"},
	"memory":   {"memory.go", "sampler.go", "trackers.go", "marks.go", "growth.go", "stacks.go", "goroutines.go"},
	"world":    {"world.go", "entities.go", "fields.go", "scan.go", "view.go", "where.go", "worldnames.go", "worldcell.go", "worldpath.go", "worldsource.go", "worldshape.go", "worldcalls.go", "worldstate.go", "worldsnapshot.go", "worldhash.go", "worlddiff.go", "worldplan.go", "worldcompare.go", "worldquery.go", "worldrows.go", "worldwatch.go", "worldrank.go", "worldgroups.go", "worldcensus.go", "worldcomplete.go", "places.go", "worldcharts.go", "worldfollow.go", "worldcopy.go", "worldedit.go", "worldfind.go", "worldgraves.go", "worldhistory.go", "worldholds.go", "worldliteral.go", "worldmake.go", "worldpatch.go", "worldrun.go", "worldreplay.go", "worldsourceedit.go", "expr.go", "exprcompare.go", "exprfunction.go", "exprparse.go", "exprpath.go"},
	"display":  {"display.go", "displaycalls.go", "displaycare.go", "displayencoder.go", "displayjob.go", "displayshot.go", "displayviewer.go"},
	"time":     {"time.go", "timerun.go", "timeat.go"},
	"input":    {"input.go", "inputcalls.go", "inputlease.go", "inputpads.go", "inputqueue.go", "inputrewind.go", "inputstatus.go"},
	"log":      {"log.go", "logring.go", "logsites.go", "loglines.go", "logwriter.go", "logfile.go", "attrs.go"},
	"console":  {"console.go", "listen.go", "serve.go", "connect.go", "sockets.go", "limits.go", "watchdog.go", "flight.go", "records.go", "exports.go", "profiles.go", "metrics.go", "metrics_runtime.go", "host.go", "verbs.go", "verbs_cvars.go", "verbs_files.go", "assethttp.go", "jstesthttp.go", "runhttp.go"},
	"blackbox": {"blackbox.go", "incidents.go"},
	"assets":   {"assets.go", "asset.go", "assetinfo.go", "assetsource.go", "assetdesk.go", "assetwork.go", "assetmount.go", "assetmedia.go"},
	"runs":     {"run.go", "runfile.go", "runrecord.go", "runreplay.go", "runsums.go", "runtape.go"},
	"tests":    {"jstests.go", "jstestnames.go", "jstestshelf.go", "jstestwrite.go", "jstestdesk.go"},
}

// One service must not know another: only the console knows them all, and so no
// service grows into an object that does everything.
func TestHouseServicesDoNotKnowEachOther(t *testing.T) {
	owner := make(map[string]string)
	for name, files := range services {
		for _, f := range files {
			owner[f] = name
		}
	}
	c := check(t, named(t, "console"))
	known := make(map[string]string) // by "file, service": a place
	for id, obj := range c.info.Uses {
		if obj.Pkg() != c.types || !obj.Pos().IsValid() {
			continue
		}
		file := c.file(id.Pos())
		user, used := owner[file], owner[c.file(obj.Pos())]
		if used != "" && user != used && user != "console" {
			known[file+" knows the service "+used] = c.at(id.Pos()) + " names " + obj.Name()
		}
	}
	for what, where := range known {
		t.Errorf("%s: %s. A part of that service is listed with it; what several need stands in a file of its own", what, where)
	}
}

// maxLines is how long a file that somebody wrote may be.
const maxLines = 600

func TestHouseFilesAreShort(t *testing.T) {
	eachText(t, func(name string, text []byte) {
		if path.Base(name) == "package-lock.json" || name == "api.txt" || strings.Contains(name, "/testdata/") || strings.HasSuffix(name, ".md") {
			return
		}
		if bytes.HasPrefix(text, []byte("// Generated ")) { // nobody wrote it
			return
		}
		if n := bytes.Count(text, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines, at most %d may be: which two ideas are in it?", name, n, maxLines)
		}
	})
}

// What stands in the tree is finished, and names no machine that it was made on.
func TestHouseTextsAreFinished(t *testing.T) {
	// Spelled in pieces, so that this file passes its own law.
	unfinished := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b|(?i)\bfor ` + `now\b|not ` + `implemented`)
	machine := regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])/(wo` + `rk|ro` + `ot|ho` + `me|t` + `mp|Us` + `ers)/`)
	eachText(t, func(name string, text []byte) {
		for i, line := range strings.Split(string(text), "\n") {
			if word := unfinished.FindString(line); word != "" {
				t.Errorf("%s:%d says %q: finish it, or say what is so", name, i+1, word)
			}
			if machine.MatchString(line) {
				t.Errorf("%s:%d names a path of one machine: %s", name, i+1, strings.TrimSpace(line))
			}
		}
		if path.Base(name) == "package-lock.json" && bytes.Contains(text, []byte(`"resolved"`)) {
			t.Errorf("%s records where packages were downloaded from: that is each machine's own business", name)
		}
	})
}

// Tests wait for conditions, or live in a bubble where time is not real.
func TestHouseTestsDoNotSleep(t *testing.T) {
	eachText(t, func(name string, text []byte) {
		switch {
		case strings.HasSuffix(name, "_test.go"):
			if bytes.Contains(text, []byte("time."+"Sleep(")) && !bytes.Contains(text, []byte("testing/synctest")) {
				t.Errorf("%s sleeps outside of a bubble", name)
			}
		case strings.HasPrefix(name, "webui/app/test/"):
			if bytes.Contains(text, []byte("waitFor"+"Timeout(")) {
				t.Errorf("%s sleeps", name)
			}
		}
	})
}

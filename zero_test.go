package scry_test

import (
	"go/types"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
	"github.com/scry-dev/scry/wsserver"
)

// zeroes are the types with methods whose zero value a user can get hold of, as
// pointers. What is made by a function alone is in madeByUs.
var zeroes = map[string]any{
	"console.Assets":       new(console.Assets),
	"console.Display":      new(console.Display),
	"console.Atomic":       new(console.Atomic[float64]),
	"console.Console":      new(console.Console),
	"console.Blackbox":     new(console.Blackbox),
	"console.CvarInfo":     new(console.CvarInfo),
	"console.CvarState":    new(console.CvarState),
	"console.Cvars":        new(console.Cvars),
	"console.Commands":     new(console.Commands),
	"console.Invocation":   new(console.Invocation),
	"console.Timings":      new(console.Timings),
	"console.Memory":       new(console.Memory),
	"console.Input":        new(console.Input),
	"console.World":        new(console.World),
	"console.WorldRows":    new(console.WorldRows),
	"console.WorldView":    new(console.WorldView),
	"console.Time":         new(console.Time),
	"console.Tracker":      new(console.Tracker),
	"console.Log":          new(console.Log),
	"input.Gamepad":        new(input.Gamepad),
	"input.State":          new(input.State),
	"timing.Clock":         new(timing.Clock),
	"timing.Phase":         new(timing.Phase),
	"timing.Reader":        new(timing.Reader),
	"timing.Recorder":      new(timing.Recorder),
	"timing.SharedCounter": new(timing.SharedCounter),
	"timing.SharedGauge":   new(timing.SharedGauge),
	"timing.Track":         new(timing.Track),
	"timing.Scope":         new(timing.Scope),
	"timing.Span":          new(timing.Span),
	"rpc.Server":           new(rpc.Server),
	"rpc.Error":            new(rpc.Error),
	"rpc.Text":             new(rpc.Text),
	"wsrpc.Server":         new(wsrpc.Server),
	"wsserver.Audience":    new(wsserver.Audience),
	"wsserver.Server":      new(wsserver.Server),
	"wsserver.Message":     new(wsserver.Message),
	"wsserver.Panic":       new(wsserver.Panic),
	"wsserver.Refusal":     new(wsserver.Refusal),
}

// madeByUs are the types whose values only the package itself makes, and why
// their zero value is nobody's.
var madeByUs = map[string]string{
	"console.Asset":   "Bind returns it",
	"console.Cvar":    "Bind returns it",
	"console.Command": "Bind returns it",
	"console.Bound":   "Bind returns it",
	"rpc.Peer":        "Connect returns it",
	"rpc.Call":        "handlers get it",
	"rpc.Pending":     "Defer and Block return it",
	"rpc.Stream":      "Open returns it",
	"rpc.Sub":         "a topic's open function gets it",
}

// A zero value that a comment calls ready is ready: none of its methods panics,
// whatever order they are called in.
func TestHouseZeroValuesAreReady(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(zeroes)) {
		v := reflect.ValueOf(zeroes[name])
		for i := range v.NumMethod() {
			method := v.Type().Method(i)
			args, ok := harmless(method.Type)
			if !ok {
				continue
			}
			require.NotPanics(t, func() { v.Method(i).Call(args) }, "(*%s).%s on the zero value", name, method.Name)
		}
	}
}

// harmless makes arguments for a method that takes plain values alone.
func harmless(method reflect.Type) (args []reflect.Value, ok bool) {
	for i := 1; i < method.NumIn(); i++ {
		in := method.In(i)
		if in.Kind() == reflect.Slice && method.IsVariadic() && i == method.NumIn()-1 {
			break
		}
		switch in.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.Map:
			return nil, false
		}
		args = append(args, reflect.Zero(in))
	}
	return args, true
}

// Every exported type with methods is in one of the two tables above.
func TestHouseEveryZeroValueIsTried(t *testing.T) {
	for _, short := range []string{"console", "console/input", "console/timing", "rpc", "rpc/wsrpc", "wsserver"} {
		scope := check(t, named(t, short)).types.Scope()
		for _, name := range scope.Names() {
			obj, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || !obj.Exported() || obj.IsAlias() {
				continue
			}
			if _, isStruct := obj.Type().Underlying().(*types.Struct); !isStruct || !exportsMethods(obj.Type()) {
				continue
			}
			full := obj.Pkg().Name() + "." + name
			require.True(t, zeroes[full] != nil || madeByUs[full] != "", "is the zero value of %s ready?", full)
		}
	}
}

func exportsMethods(t types.Type) bool {
	set := types.NewMethodSet(types.NewPointer(t))
	for m := range set.Methods() {
		if m.Obj().Exported() {
			return true
		}
	}
	return false
}

package console

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// pointer returns the pointer to an entity of a type, by its id or its name; where ids
// are made up, the number in its name does.
func (w *World) pointer(t reflect.Type, text string) (reflect.Value, error) {
	groups := w.of(t)
	if len(groups) == 0 {
		return reflect.Value{}, rpc.Errorf(rpc.NotFound, "the world shows nothing of type %v now", t.Elem())
	}
	id, err := strconv.ParseUint(text, 10, 64)
	for _, g := range groups {
		if err != nil {
			break
		}
		for _, id := range [...]uint64{id, g.number*idSpan + id} {
			if e, ok := g.find(id); ok && (id < idSpan || g.made(id)) {
				return e.value.Addr(), nil
			}
		}
	}
	var names []string
	for _, g := range groups {
		for e := range g.all() {
			name := e.name()
			if name == text {
				return e.value.Addr(), nil
			}
			if len(names) < maxNamesRead {
				names = append(names, name)
			}
		}
	}
	return reflect.Value{}, unknown(rpc.NotFound, groups[0].kinds[0].Name, text, names)
}

// takesNumber reports whether a word and a number name an entity of a type.
func (w *World) takesNumber(t reflect.Type, word string) bool {
	return slices.ContainsFunc(w.of(t), func(g *group) bool { return g.many && g.kinds[0].Name == word })
}

// maxNamesRead bounds how many entities are looked at for a suggestion or an offer.
const maxNamesRead = 5000

// names yields the entities of a type, with what they are called.
func (w *World) names(t reflect.Type, yield func(name, id, help string)) {
	n := 0
	for _, g := range w.of(t) {
		for e := range g.all() {
			if n++; n > maxNamesRead {
				return
			}
			yield(e.name(), e.wireID(), g.kinds[0].Help)
		}
	}
}

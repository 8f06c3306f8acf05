package console

import (
	"encoding/json"

	"github.com/scry-dev/scry/rpc"
)

// Params and results of world.patch.
type (
	// WorldKeep asks for what clients changed, to keep it.
	WorldKeep struct {
		Author string `json:"author,omitempty" help:"only this client's edits"`
	}
	// WorldPatch is what clients changed and what still holds.
	WorldPatch struct {
		JSON []PatchOp `json:"json" help:"RFC 6902, on a document /kind/id/path, where a path such as pos.x is one name"`
		Go   string    `json:"go" help:"composite literals, of structs, with the fields that were changed"`
		Left int       `json:"left" help:"edits left out: the game has written since, or they have no such form"`
	}
	// PatchOp is an operation of a JSON patch.
	PatchOp struct {
		Op    string          `json:"op" enum:"add,remove,replace"`
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value,omitempty"`
	}
)

// netEdit is what is left of all edits of a field, or of an entity as a whole.
type netEdit struct {
	first, last *edit
}

// netKey names what a net edit is of.
type netKey struct {
	key  key
	path string
}

func (w *World) patch(_ *rpc.Call, p WorldKeep) (WorldPatch, error) {
	w.doubt()
	out := WorldPatch{JSON: []PatchOp{}}
	var order []netKey
	nets := make(map[netKey]*netEdit)
	whole := make(map[key]act) // what was made, or deleted, in the end
	for _, t := range w.editing.past {
		if t.undone || p.Author != "" && t.author != p.Author {
			continue
		}
		for i := range t.edits {
			s := &t.edits[i]
			k := netKey{s.key, s.path}
			if s.whole() {
				whole[s.key] = wholly(whole[s.key], s.act)
			}
			if n := nets[k]; n != nil {
				n.last = s
				continue
			}
			nets[k] = &netEdit{s, s}
			order = append(order, k)
		}
	}
	text := goPatch{w: w}
	for _, k := range order {
		w.keep(&out, &text, nets[k], whole[k.key])
	}
	out.Go = text.String()
	return out, nil
}

// wholly is what came of an entity that was made or deleted before.
func wholly(before, now act) act {
	if before == born && now == died {
		return invoked // nothing is left of it
	}
	return now
}

// keep adds one net edit to a patch.
func (w *World) keep(out *WorldPatch, text *goPatch, n *netEdit, whole act) {
	s := n.last
	g := w.grouped(s.key)
	if g == nil {
		out.Left++
		return
	}
	e, lives := g.seek(s.key.id) // much may be dead of what was changed
	switch {
	case s.whole() && whole == died:
		kind := g.kinds[0].Name
		if s.remains != nil {
			kind = g.kinds[s.remains.kind].Name
		}
		out.JSON = append(out.JSON, PatchOp{Op: "remove", Path: "/" + pointerToken(kind) + "/" + pointerToken(s.wire)})
	case s.whole() && whole == born && lives:
		out.JSON = append(out.JSON, PatchOp{Op: "add", Path: pointerOf(e, ""), Value: w.wholeCell(e)})
		text.entity(e)
	case s.whole() || whole == born && lives || whole != acted:
		return // it stands with the entity, or is gone with it
	case s.act != acted || !lives:
		out.Left++
	default:
		w.keepField(out, text, n, e)
	}
}

func (w *World) keepField(out *WorldPatch, text *goPatch, n *netEdit, e entity) {
	s := n.last
	t, err := w.aim(s)
	if err != nil || !sameValues(t.read(), s.after) {
		out.Left++
		return
	}
	if sameValues(n.first.before, s.after) {
		return // it was set back
	}
	out.JSON = append(out.JSON, PatchOp{Op: "replace", Path: pointerOf(e, s.path), Value: t.cell()})
	text.set(e, s)
}

func sameValues(a, b staged) bool {
	for i := range a {
		if i >= len(b) || !alike(a[i], b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// pointerOf is where an entity, or a field of it, stands in the document of a patch.
func pointerOf(e entity, path string) string {
	at := "/" + pointerToken(e.kind()) + "/" + pointerToken(e.wireID())
	if path != "" {
		at += "/" + pointerToken(path)
	}
	return at
}

// wholeCell is every field of an entity that a client may set, by its path.
func (w *World) wholeCell(e entity) json.RawMessage {
	dst := []byte{'{'}
	for i := range e.group.layout.fields {
		f := &e.group.layout.fields[i]
		if _, ok := e.place(f); !ok || f.readOnly {
			continue
		}
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		dst = append(rpc.AppendString(dst, f.path), ':')
		dst = w.appendCell(dst, e, f)
	}
	return append(dst, '}')
}

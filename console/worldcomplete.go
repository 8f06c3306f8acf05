package console

import (
	"cmp"
	"slices"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// Params and result of world.complete.
type (
	// WhereQuery asks what could stand at the cursor of a condition.
	WhereQuery struct {
		Where  string `json:"where"`
		Cursor int    `json:"cursor" min:"0" help:"in UTF-16 code units, as JavaScript counts"`
	}
	// WhereCompletion is what could stand at the cursor.
	WhereCompletion struct {
		From  int         `json:"from" help:"of the word that an item replaces, in UTF-16 code units"`
		To    int         `json:"to"`
		Items []WhereItem `json:"items" help:"at most 200: those that begin so before those that hold it"`
	}
	// WhereItem is one offer.
	WhereItem struct {
		Text string `json:"text" help:"what is put in the word's place, quoted where it must be"`
		Kind string `json:"kind" enum:"field,kind,component,operator,value,entity,word"`
		Help string `json:"help,omitempty"`
	}
)

// complete is world.complete.
func (w *World) complete(_ *rpc.Call, q WhereQuery) (WhereCompletion, error) {
	if len(q.Where) > maxCondition {
		return WhereCompletion{}, whereText{text: q.Where}.fault(lexeme{to: len(q.Where)}, "at most %d bytes, not %d", maxCondition, len(q.Where))
	}
	p := &conditionParser{text: whereText{text: q.Where}}
	o := whereOffers{w: w, seen: make(map[string]bool)}
	o.read(p, bytesOf(q.Where, q.Cursor))
	slices.SortStableFunc(o.list, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	found := WhereCompletion{From: utf16Of(q.Where, o.word.from), To: utf16Of(q.Where, o.word.to), Items: []WhereItem{}}
	for _, r := range o.list[:min(len(o.list), maxWhereItems)] {
		found.Items = append(found.Items, r.WhereItem)
	}
	return found, nil
}

// maxWhereItems is how many items a completion has.
const maxWhereItems = 200

// whereOffers collects what could stand in the place of a word.
type whereOffers struct {
	w     *World
	word  lexeme // what stands at the cursor, up to it and behind it
	low   string // up to the cursor, in small letters
	quote bool   // it begins with a quotation mark
	list  []ranked
	seen  map[string]bool
}

type ranked struct {
	WhereItem
	rank int
}

// read finds the word at the cursor and what may stand there: that depends on the two
// words before it.
func (o *whereOffers) read(p *conditionParser, cursor int) {
	var before, last lexeme // in front of the word at the cursor
	var kind tokenKind
	o.word = lexeme{from: cursor, to: cursor}
	p.args = true // a comma ends a word, in near() or not
	for {
		p.next()
		t := p.token
		if p.kind == endToken && p.err == nil || t.from >= cursor && p.kind != wordToken && p.kind != quotedToken || t.from > cursor {
			break
		}
		if t.to >= cursor && (p.kind == wordToken || p.kind == quotedToken || p.err != nil) {
			o.word = t
			o.quote = p.kind == quotedToken || p.err != nil
			break
		}
		if t.to == cursor && p.kind == operatorToken && cursor == len(p.text.text) {
			o.word, o.low = t, t.text
			o.operators(before, last)
			return
		}
		before, last, kind = last, t, p.kind
		if p.err != nil {
			break
		}
	}
	typed := p.text.text[o.word.from:cursor]
	if o.quote {
		typed = strings.TrimLeft(typed, `"'`)
	}
	o.low = strings.ToLower(typed)
	o.offer(kind, before, last, typed)
}

// offer offers what may stand behind a token.
func (o *whereOffers) offer(kind tokenKind, before, last lexeme, typed string) {
	prefix := prefixOf(typed)
	switch {
	case kind == operatorToken:
		o.values(before)
	case kind == openToken && strings.EqualFold(before.text, "near"):
		o.entities("")
	case prefix == "" && (last.text == "kind:" || last.text == "has:" || last.text == "id:") && o.quote:
		o.prefixed(last.text, "")
	case prefix != "" && !o.quote:
		o.low = o.low[len(prefix):]
		o.prefixed(prefix, prefix)
	case kind == wordToken && o.isPath(last.text) && o.low == "":
		o.operators(before, last)
		o.words()
	default:
		o.fields()
		o.words()
		o.kinds("kind:")
		if o.low != "" {
			o.entities("")
		}
	}
}

// add offers a text, once, if it is like what stands there. What has to be is quoted.
func (o *whereOffers) add(kind, prefix, text, help string) {
	rank := likeness(text, o.low)
	if rank < 0 || o.seen[prefix+text] {
		return
	}
	o.seen[prefix+text] = true
	if kind != "operator" && kind != "word" && (o.quote || text == "" || strings.ContainsAny(text, " \t()"+operatorRunes+`,"'`)) {
		quote := `"`
		if strings.Contains(text, quote) {
			quote = `'`
		}
		text = quote + text + quote
	}
	o.list = append(o.list, ranked{WhereItem{Text: prefix + text, Kind: kind, Help: help}, rank})
}

func (o *whereOffers) isPath(path string) bool {
	return pseudo(path) || len((&checker{w: o.w}).fields(path)) > 0
}

func (o *whereOffers) fields() {
	if o.quote {
		return
	}
	for _, g := range o.w.groups {
		for i := range g.layout.fields {
			f := &g.layout.fields[i]
			o.add("field", "", f.path, f.help)
		}
	}
	o.add("field", "", "id", "the number of an entity")
	o.add("field", "", "name", "what it is called")
	o.add("field", "", "kind", "what it is")
}

// words offers what joins conditions, and the tests that are no comparisons.
func (o *whereOffers) words() {
	if o.quote {
		return
	}
	for _, word := range [...][2]string{
		{"and", "both hold, which needs no word"}, {"or", "one of both holds"}, {"not", "what follows does not hold"},
		{"near(", "near(name, radius) or near(x, y, radius)"}, {"has:", "it has a field or component"}, {"kind:", "it is of a kind"}, {"id:", "it is this one"},
	} {
		o.add("word", "", word[0], word[1])
	}
}

func (o *whereOffers) operators(before, path lexeme) {
	if path.text == "" {
		path = before
	}
	for i, help := range [...]string{"less", "at most", "more", "at least", "equal", "not equal", "contains", "does not contain"} {
		o.add("operator", "", operatorTexts[i], help)
	}
}

func (o *whereOffers) kinds(prefix string) {
	for _, g := range o.w.groups {
		for _, k := range g.kinds {
			o.add("kind", prefix, k.Name, k.Help)
		}
	}
}

// prefixed offers what may stand behind kind:, has: and id:.
func (o *whereOffers) prefixed(prefix, written string) {
	switch strings.ToLower(prefix) {
	case "kind:":
		o.kinds(written)
	case "has:":
		for _, g := range o.w.groups {
			for i := range g.layout.fields {
				f := &g.layout.fields[i]
				if f.component != "" {
					o.add("component", written, f.component, "")
				}
				o.add("field", written, f.path, f.help)
				if f.of != "" {
					o.add("field", written, f.of, "")
				}
			}
		}
	default:
		o.ids(written)
	}
}

// values offers what a field may hold, and the fields that it may be compared with.
func (o *whereOffers) values(path lexeme) {
	for _, g := range (&checker{w: o.w}).fields(path.text) {
		f := g.layout.byPath[path.text]
		for _, name := range f.spec.names {
			o.add("value", "", name, "")
		}
		switch f.spec.kind {
		case kindBool:
			o.add("value", "", "true", "")
			o.add("value", "", "false", "")
		case kindEntity:
			o.add("value", "", "null", "nothing")
			o.entities("")
		}
	}
	switch path.text {
	case "kind":
		o.kinds("")
	case "name":
		o.entities("")
	}
	if o.low != "" {
		o.fields()
	}
}

// entities offers names of entities.
func (o *whereOffers) entities(prefix string) {
	n := 0
	for e := range o.w.all() {
		if n++; n > maxNamesRead || len(o.list) > 2*maxWhereItems {
			return
		}
		o.w.viewing.text = e.appendName(o.w.viewing.text[:0])
		if containsFold(o.w.viewing.text, o.low) {
			o.add("entity", prefix, string(o.w.viewing.text), e.kind())
		}
	}
}

func (o *whereOffers) ids(prefix string) {
	n := 0
	for e := range o.w.all() {
		if n++; n > maxNamesRead || len(o.list) > 2*maxWhereItems {
			return
		}
		o.add("entity", prefix, e.wireID(), e.name())
	}
}

package console

import (
	"cmp"
	"slices"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// scanNode looks through the world: count, exists, and the sums of a field.
type scanNode struct {
	w     *World
	does  string
	where term
	kind  string // of the sums
	path  string
	near  []*anchor
	plans []*scanPlan // of the groups in which some may be meant; nil until they are made

	group *group // where exists found one last
	index int
	e     entity // that is looked at; here, so that pointing to it allocates nothing
}

// scanPlan is a scan made ready for a group.
type scanPlan struct {
	group *group
	test  matcher
	f     *field // of the sums
}

func (n *scanNode) shape() valueShape {
	if n.does == "exists" {
		return valueShape{typ: typeBool}
	}
	return valueShape{typ: typeNumber}
}

// prepare makes the plans for what is bound now.
func (n *scanNode) prepare() {
	n.plans, n.group = []*scanPlan{}, nil
	for _, g := range n.w.groups {
		pl := &planner{n.w, g}
		conditions := []matcher{n.where.plan(pl)}
		p := &scanPlan{group: g}
		if n.kind != "" {
			conditions = append(conditions, pl.kinds(func(kind string) bool { return kind == n.kind }))
			if p.f = g.layout.byPath[n.path]; p.f == nil {
				continue
			}
		}
		if p.test = allOfThem(conditions); p.test != always(false) {
			n.plans = append(n.plans, p)
		}
	}
}

func (n *scanNode) eval(*exprRun) (scalar, bool) {
	if n.plans == nil {
		n.prepare()
	}
	for _, a := range n.near {
		a.find(n.w)
	}
	switch n.does {
	case "count":
		return numberScalar(float64(n.count())), true
	case "exists":
		return boolScalar(n.exists()), true
	}
	return n.sum()
}

func (n *scanNode) count() (total int) {
	for _, p := range n.plans {
		if p.test == always(true) && !p.group.sparse() {
			total += p.group.count()
			continue
		}
		for i := range p.group.count() {
			if n.meets(p, i) {
				total++
			}
		}
	}
	return total
}

// meets reports whether there is an entity at a place that is meant.
func (n *scanNode) meets(p *scanPlan, i int) (ok bool) {
	n.e, ok = p.group.at(i)
	return ok && p.test.match(&n.e)
}

// exists looks first where it found one last.
func (n *scanNode) exists() bool {
	for _, p := range n.plans {
		if p.group == n.group && n.meets(p, n.index) {
			return true
		}
	}
	for _, p := range n.plans {
		for i := range p.group.count() {
			if n.meets(p, i) {
				n.group, n.index = p.group, i
				return true
			}
		}
	}
	return false
}

// sum is the sum, the mean, the least or the greatest of a field. Of nothing the sum is 0,
// and the others are not there. A NaN makes each of them one.
func (n *scanNode) sum() (scalar, bool) {
	total, least, most, count := 0.0, 0.0, 0.0, 0
	for _, p := range n.plans {
		for i := range p.group.count() {
			if !n.meets(p, i) {
				continue
			}
			v, ok := n.e.number(p.f)
			if !ok {
				continue
			}
			if count == 0 {
				least, most = v, v
			}
			total, least, most = total+v, min(least, v), max(most, v)
			count++
		}
	}
	switch n.does {
	case "sum":
		return numberScalar(total), true
	case "min":
		return numberScalar(least), count > 0
	case "max":
		return numberScalar(most), count > 0
	}
	return numberScalar(total / float64(max(count, 1))), count > 0
}

// nearEntities holds where two entities are no further apart than a distance.
type nearEntities struct {
	a, b     *exprEntity
	distance operandNode
}

func (nearEntities) shape() valueShape { return valueShape{typ: typeBool} }
func (n nearEntities) eval(x *exprRun) (scalar, bool) {
	a, ok := n.a.find()
	if !ok {
		return scalar{}, true
	}
	from, ok := a.position()
	if !ok {
		return scalar{}, true
	}
	b, ok := n.b.find()
	if !ok {
		return scalar{}, true
	}
	to, ok := b.position()
	if !ok {
		return scalar{}, true
	}
	s, ok := n.distance.eval(x)
	d := numberOf(s)
	return boolScalar(ok && d >= 0 && squareBetween(from, to) <= d*d), true
}

// functions are what an expression may call.
var functions = []string{"count", "exists", "min", "max", "sum", "avg", "changed", "near", "abs", "cvar", "entity"}

// function reads a function, from the bracket on.
func (p *exprParser) function(name lexeme) operandNode {
	var n operandNode
	switch word := strings.ToLower(name.text); word {
	case "count", "exists":
		p.pos = p.token.to
		n = p.scan(&scanNode{w: p.scope.w, does: word})
	case "min", "max", "sum", "avg":
		n = p.summed(word)
	case "changed":
		p.next()
		c := &changedNode{of: p.known(p.or())}
		p.scope.changes = append(p.scope.changes, c)
		n = c
	case "abs":
		at := p.token
		p.next()
		n = absNode{p.wanted(p.or(), typeNumber, lexeme{name.text, false, name.from, at.to})}
	case "near":
		n = p.nearby(name)
	case "cvar":
		return p.cvarFunction(name)
	case "entity":
		return p.entityFunction(name)
	default:
		near := unknown(rpc.InvalidParams, "function", name.text, functions).(*rpc.Error)
		p.failWith(name, near.Data.Suggest, "%s", near.Message)
		return constant{}
	}
	end := p.token.to
	p.closing()
	return p.keep(lexeme{from: name.from, to: end}, n)
}

// keep has the values of a part kept for the answer.
func (p *exprParser) keep(at lexeme, n operandNode) operandNode {
	if p.err != nil {
		return constant{}
	}
	l, err := p.scope.leaf(at, n)
	p.take(err)
	return l
}

// scan reads a condition, up to the closing bracket, which is then the token.
func (p *exprParser) scan(n *scanNode) operandNode {
	c := &conditionParser{text: p.text, pos: p.pos}
	c.next()
	n.where = allOf(nil)
	if c.kind != closeToken && c.err == nil {
		n.where = c.or()
	}
	if c.err == nil && c.kind != closeToken {
		c.fail("a closing bracket is missing")
	}
	if c.err == nil {
		c.err = n.where.check(&checker{p.scope.w, p.text})
	}
	if p.take(c.err); p.err != nil {
		return constant{}
	}
	p.token, p.kind, p.pos = c.token, exprSign, c.pos
	n.near = anchors(nil, n.where)
	p.scope.scans = append(p.scope.scans, n)
	return n
}

// summed reads min(kind.path [, condition]).
func (p *exprParser) summed(does string) operandNode {
	p.next()
	t := p.token
	kind, path := p.scope.kindOf(t.text)
	n := &scanNode{w: p.scope.w, does: does, kind: kind, path: path}
	g, _ := p.scope.w.groupOf(kind)
	switch {
	case p.err != nil:
		return constant{}
	case p.kind != exprWord || g == nil:
		known := p.scope.w.kindNames()
		p.take(p.text.unknown("kind", lexeme{firstPiece(t.text), false, t.from, t.to}, known))
		return constant{}
	case path == "" || g.layout.byPath[path] == nil:
		p.take(p.text.unknown("field", lexeme{cmp.Or(path, t.text), false, t.to - len(path), t.to}, g.paths()))
		return constant{}
	case !g.layout.byPath[path].numeric():
		p.failAt(t, "%q is no number", t.text)
		return constant{}
	}
	comma := p.pos
	if p.next(); p.is(",") {
		p.pos = p.token.to
		return p.scan(n)
	}
	if p.pos = comma; !p.is(")") {
		p.fail("%s(kind.path) or %s(kind.path, condition) is wanted", does, does)
		return constant{}
	}
	return p.scan(n)
}

// firstPiece is the first piece of a path.
func firstPiece(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}

// nearby reads near(entity, entity, distance).
func (p *exprParser) nearby(name lexeme) operandNode {
	n := nearEntities{a: p.designated(), b: p.designated()}
	p.next()
	n.distance = p.wanted(p.or(), typeNumber, name)
	return n
}

// designated reads the name of an entity that has a position, and the comma behind it.
func (p *exprParser) designated() *exprEntity {
	p.next()
	t := p.token
	e := p.designator(t)
	if p.next(); p.err == nil && !p.is(",") {
		p.fail("near(entity, entity, distance) is wanted")
	}
	if e != nil && p.err == nil && len(e.group.position) == 0 {
		p.failAt(t, "%s has no position", t.text)
	}
	return e
}

// designator finds the entity of a token.
func (p *exprParser) designator(t lexeme) *exprEntity {
	if p.err != nil {
		return nil
	}
	by := designatedByName
	switch {
	case p.kind != exprWord && p.kind != exprString && p.kind != exprNumber:
		p.fail("%q stands where an entity is wanted: a kind, #id or \"name\"", t.text)
		return nil
	case strings.HasPrefix(t.text, "#") && !t.quoted:
		t.text, by = t.text[1:], designatedByID
	case !t.quoted:
		if g, _ := p.scope.w.groupOf(t.text); g != nil {
			by = designatedByKind
		}
	}
	e, err := p.scope.entity(t, by)
	p.take(err)
	return e
}

// entityFunction reads entity(name).path.
func (p *exprParser) entityFunction(name lexeme) operandNode {
	p.next()
	t := p.token
	e := p.designator(t)
	if p.next(); p.err == nil && !p.is(")") {
		p.fail("a closing bracket is missing")
	}
	if p.err != nil {
		return constant{}
	}
	t.text = e.text
	return p.pathOf(name.from, t, e.by)
}

// entityPath is the path behind the name of an entity in quotes.
func (p *exprParser) entityPath(name lexeme, from int) operandNode {
	p.pos = from
	return p.pathOf(name.from, name, designatedByName)
}

// pathOf reads the path behind an entity, which begins where the parser is.
func (p *exprParser) pathOf(from int, name lexeme, by designation) operandNode {
	rest := p.text.text[p.pos:]
	n := exprWordLength(rest)
	if n < 2 || rest[0] != '.' {
		p.failAt(lexeme{from: p.pos, to: p.pos + 1}, "a field of the entity is wanted, as .name")
		return constant{}
	}
	whole := lexeme{p.text.text[from : p.pos+n], false, from, p.pos + n}
	p.pos += n
	p.next()
	node, err := p.scope.field(whole, name, by, rest[1:n])
	p.take(err)
	return node
}

// cvarFunction reads cvar(name).
func (p *exprParser) cvarFunction(name lexeme) operandNode {
	p.next()
	t := p.token
	if p.kind != exprWord && p.kind != exprString {
		p.fail("the name of a cvar is wanted")
	}
	if p.next(); p.err == nil && !p.is(")") {
		p.fail("a closing bracket is missing")
	}
	end := p.token.to
	p.next()
	if p.err != nil {
		return constant{}
	}
	v, err := p.scope.variable(t.text)
	switch {
	case err != nil:
		p.failAt(t, "%s", err.(*rpc.Error).Message)
		return constant{}
	case v == nil:
		var known []string
		if p.scope.cvars != nil {
			known = slices.Clone(p.scope.cvars())
		}
		p.take(p.text.unknown("cvar", t, known))
		return constant{}
	}
	return p.keep(lexeme{from: name.from, to: end}, &cvarNode{v})
}

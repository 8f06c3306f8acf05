package console

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// Row is one entity in a table.
type Row struct {
	ID       string         `json:"id"`
	Name     string         `json:"name,omitempty" help:"absent in an event where it is known already"`
	Kind     string         `json:"kind,omitempty"`
	Children *int           `json:"children,omitempty" help:"how many entities hang on it, where the query says of what its rows hang on"`
	Fields   map[string]any `json:"fields" help:"value by path; in an event only what changed"`
}

// RowGroup is how many rows have a value.
type RowGroup struct {
	Value json.RawMessage `json:"value" help:"null also for what has no such field"`
	Count int             `json:"count"`
}

// WorldRows is a window of the world.
type WorldRows struct {
	Total  int        `json:"total" help:"rows that meet the condition"`
	All    int        `json:"all" help:"entities of the world"`
	Offset int        `json:"offset"`
	Began  uint64     `json:"began" help:"frame at which the search began"`
	Frames int        `json:"frames" help:"over how many frames it went: so old the oldest row may be"`
	Rows   []Row      `json:"rows"`
	Groups []RowGroup `json:"groups,omitempty" help:"the rows counted by what they are grouped by, the largest group first, 1,000 at the most"`

	text []byte // all of it, as it travels
}

// AppendJSON writes the rows.
func (r *WorldRows) AppendJSON(dst []byte) []byte {
	if r.text != nil {
		return append(dst, r.text...)
	}
	type plain WorldRows
	return appendPlain(dst, (*plain)(r))
}

// appendPlain writes a struct by its fields.
func appendPlain(dst []byte, v any) []byte {
	out, err := rpc.Append(dst, v)
	if err != nil {
		return append(dst, "null"...)
	}
	return out
}

// answer writes the rows of a scan that is through. They are read here and now, into
// room that the next answer uses again.
func (s *scan) answer() any {
	r := &s.query.w.viewing.rows
	dst := s.appendHead(append(r.text[:0], '{'))
	dst = append(dst, `,"rows":[`...)
	rows := len(dst)
	if s.query.tree {
		for i := range s.window {
			dst = s.query.appendRow(append(dst, ','), s.shown[i], &s.window[i], s.childrenOf(i))
		}
	} else {
		list := s.list()
		for i := range list {
			if e, p, ok := s.at(&list[i]); ok {
				s.e = e
				dst = s.query.appendRow(append(dst, ','), p, &s.e, -1)
			}
		}
	}
	if dst = append(dst, ']'); dst[rows] == ',' {
		dst = slices.Delete(dst, rows, rows+1)
	}
	if s.query.Group != "" {
		dst = s.grouping.append(append(dst, `,"groups":`...))
	}
	r.text = append(dst, '}')
	return r
}

// appendHead writes how many rows there are and how fresh they are.
func (s *scan) appendHead(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `"total":`...), int64(s.total), 10)
	dst = strconv.AppendInt(append(dst, `,"all":`...), int64(s.all), 10)
	dst = strconv.AppendInt(append(dst, `,"offset":`...), int64(s.offset), 10)
	dst = strconv.AppendUint(append(dst, `,"began":`...), s.began, 10)
	return strconv.AppendInt(append(dst, `,"frames":`...), int64(s.frames()), 10)
}

// childrenOf is how many entities hang on a row, and -1 where that is not told.
func (s *scan) childrenOf(row int) int {
	switch {
	case !s.query.tree:
		return -1
	case row < len(s.children.counts) && s.children.begun:
		return s.children.counts[row]
	}
	return 0
}

// cells are the values of a row as they travel, one behind the other: its name, its
// kind, how many hang on it, and its columns.
type cells struct {
	text []byte
	ends []uint32
}

const headCells = 3 // name, kind, children

func (c *cells) end() { c.ends = append(c.ends, uint32(len(c.text))) }

func (c *cells) at(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = c.ends[i-1]
	}
	return c.text[from:c.ends[i]]
}

// read takes the cells of an entity.
func (c *cells) read(w *World, columns []column, e *entity, kind []byte, children int) {
	c.text, c.ends = append(c.text[:0], '"'), c.ends[:0]
	c.text = quoteTail(e.appendName(c.text), 1)
	c.end()
	c.text = append(c.text, kind...)
	c.end()
	if children >= 0 {
		c.text = strconv.AppendInt(c.text, int64(children), 10)
	}
	c.end()
	for i := range columns {
		c.text = w.appendColumn(c.text, e, columns[i].f)
		c.end()
	}
}

// sentRow is what a subscriber was sent of an entity.
type sentRow struct {
	key   key
	plan  *plan
	cells cells
}

// keep takes cells over.
func (r *sentRow) keep(c *cells) {
	r.cells.text = append(r.cells.text[:0], c.text...)
	r.cells.ends = append(r.cells.ends[:0], c.ends...)
}

var headKeys = [headCells]string{`,"name":`, `,"kind":`, `,"children":`}

// appendChanges writes what of an entity's cells is not what was sent, or all where
// nothing was: as members that come behind the id. It reports whether there is any.
func appendChanges(dst []byte, columns []column, now, sent *cells, head bool) (_ []byte, changed bool) {
	differs := func(i int) bool { return sent == nil || !bytes.Equal(now.at(i), sent.at(i)) }
	for i := range headCells {
		if head && differs(i) && len(now.at(i)) > 0 {
			dst = append(append(dst, headKeys[i]...), now.at(i)...)
			changed = true
		}
	}
	dst = append(dst, `,"fields":{`...)
	first := true
	for i := range columns {
		if !differs(headCells + i) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(dst, columns[i].key...), now.at(headCells+i)...)
	}
	return append(dst, '}'), changed || !first
}

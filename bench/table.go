package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// table is what is printed. Of each cell it keeps the best that any round brought.
type table struct{ sections []*section }

// section is a group of rows with the same columns, the floor's first.
type section struct {
	title   string
	columns []string
	rows    []*row
}

// kind says which of two values of a row is the better one, and whether it is set
// in relation to the floor.
type kind int

const (
	lower  kind = iota // the lower is the better
	higher             // the higher is the better
	count              // the lower is the better; the floor has none, so there is no ratio
)

// row is one quantity, by the first words of its columns.
type row struct {
	name  string
	kind  kind
	cells map[string]float64
}

func (t *table) section(title string, columns []string) *section {
	s := &section{title: title, columns: columns}
	t.sections = append(t.sections, s)
	return s
}

func (s *section) row(name string, k kind) *row {
	r := &row{name, k, make(map[string]float64)}
	s.rows = append(s.rows, r)
	return r
}

// note takes the value of a round.
func (r *row) note(column string, v float64) {
	old, ok := r.cells[column]
	if !ok || r.kind == higher && v > old || r.kind != higher && v < old {
		r.cells[column] = v
	}
}

// cell is a cell as it is printed: the value, and its ratio to the floor.
func (r *row) cell(column, floor string) string {
	v, ok := r.cells[column]
	if !ok {
		return "–"
	}
	base, ok := r.cells[floor]
	if r.kind == count || !ok || base == 0 {
		return digits(v)
	}
	return fmt.Sprintf("%s (%s)", digits(v), ratio(v/base))
}

// write prints the table.
func (t *table) write(w io.Writer, rounds int) error {
	width := 0
	for _, s := range t.sections {
		width = max(width, len(s.columns))
	}
	var b bytes.Buffer
	line := func(cells ...string) {
		b.WriteString("| " + strings.Join(cells, " | ") + strings.Repeat(" | ", width+1-len(cells)) + " |\n")
	}
	var columns []string
	for i, s := range t.sections {
		if i == 0 {
			line(append([]string{fmt.Sprintf("best of %d rounds (ratio to the floor); %s, %d CPUs", rounds, runtime.Version(), runtime.NumCPU())}, s.columns...)...)
			b.WriteString("|" + strings.Repeat("---|", width+1) + "\n")
			columns = s.columns
		}
		heads := []string{"**" + s.title + "**"}
		if !slices.Equal(columns, s.columns) {
			columns = s.columns
			for _, c := range columns {
				heads = append(heads, "**"+c+"**")
			}
		}
		line(heads...)
		for _, r := range s.rows {
			cells := []string{r.name}
			for _, c := range s.columns {
				cells = append(cells, r.cell(key(c), key(s.columns[0])))
			}
			line(cells...)
		}
	}
	_, err := b.WriteTo(w)
	return err
}

// head is the head of a column: a name, and the version of its module.
func head(name, module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok || module == "" {
		return name
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return name + " " + m.Version
		}
	}
	return name
}

// key is the name that a column's values are noted by.
func key(head string) string {
	name, _, _ := strings.Cut(head, " v")
	return name
}

// ratio writes a ratio with two decimals, or as many as the first digit takes.
func ratio(v float64) string {
	places := 2
	if v > 0 && v < 0.01 {
		places = -int(math.Floor(math.Log10(v)))
	}
	return strconv.FormatFloat(v, 'f', places, 64)
}

// digits writes a number with three digits, or whole.
func digits(v float64) string {
	if v == 0 {
		return "0"
	}
	places := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	places = min(max(places, 0), 2)
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', places, 64), ".")
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		return whole + "." + fraction
	}
	n, err := strconv.Atoi(whole)
	if err != nil {
		return whole
	}
	return thousands(n)
}

// thousands writes a number with a comma between its thousands.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

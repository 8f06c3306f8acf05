package openmetrics

import (
	"strconv"
	"strings"
)

// Kind is what a family's numbers are.
type Kind uint8

const (
	// Gauge is a value of now.
	Gauge Kind = iota
	// Counter only rises; the name of its line ends in _total.
	Counter
	// Histogram counts by size, in lines made by [Family.Buckets].
	Histogram
	// Info says something in labels; the name of its line ends in _info, the value is 1.
	Info
	// NamedCounter is a Counter that is named in full, where another family has the name
	// without _total: of the unknown type in OpenMetrics, which would take the two for one.
	NamedCounter
)

// Family is a metric with all its labels.
type Family struct {
	name  string // without what the kind appends
	kind  Kind
	heads [formats]string
}

// Line is a line up to its number.
type Line string

// NewFamily describes a family. The name of a Counter is without _total, that of an
// Info without _info; where there is a unit the name ends in it, or it is appended.
func NewFamily(name string, kind Kind, unit, help string) *Family {
	total, _ := strings.CutSuffix(name, "_total")
	if unit != "" && !strings.HasSuffix(total, "_"+unit) {
		name += "_" + unit
	}
	f := &Family{name: name, kind: kind}
	text, open := name, name
	textType, openType := "gauge", "gauge"
	switch kind {
	case Counter:
		text, textType, openType = name+"_total", "counter", "counter"
	case Histogram:
		textType, openType = "histogram", "histogram"
	case Info:
		text, openType = name+"_info", "info"
	case NamedCounter:
		textType, openType = "counter", "unknown"
		unit = "" // the name ends in _total
	}
	f.heads[Text] = "# HELP " + text + " " + escape(help, false) + "\n# TYPE " + text + " " + textType + "\n"
	f.heads[Open] = "# TYPE " + open + " " + openType + "\n"
	if unit != "" {
		f.heads[Open] += "# UNIT " + open + " " + unit + "\n"
	}
	f.heads[Open] += "# HELP " + open + " " + escape(help, true) + "\n"
	return f
}

// escape escapes a help, or the value of a label where quotes matter too.
func escape(s string, quotes bool) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if quotes {
		s = strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`)
	} else {
		s = strings.ReplaceAll(s, `\`, `\\`)
	}
	return strings.ReplaceAll(s, "\n", `\n`)
}

// Line makes a line with labels, given as names and values in turn. The names are
// legal already; values may be anything.
func (f *Family) Line(labels ...string) Line {
	switch f.kind {
	case Counter:
		return f.line("_total", labels)
	case Info:
		return f.line("_info", labels)
	}
	return f.line("", labels)
}

func (f *Family) line(suffix string, labels []string) Line {
	var b strings.Builder
	b.WriteString(f.name + suffix)
	for i := 0; i+1 < len(labels); i += 2 {
		if i == 0 {
			b.WriteByte('{')
		} else {
			b.WriteByte(',')
		}
		b.WriteString(labels[i] + `="` + escape(labels[i+1], true) + `"`)
	}
	if len(labels) > 1 {
		b.WriteByte('}')
	}
	b.WriteByte(' ')
	return Line(b.String())
}

// Buckets are the lines of a Histogram: one for each bound, in rising order, and
// one more without; then the sum, then the number.
type Buckets struct {
	Upto       []Line
	Sum, Count Line
}

// Buckets makes the lines of a Histogram.
func (f *Family) Buckets(bounds []float64, labels ...string) Buckets {
	b := Buckets{Sum: f.line("_sum", labels), Count: f.line("_count", labels)}
	for _, bound := range bounds {
		le := strconv.FormatFloat(bound, 'g', -1, 64)
		if !strings.ContainsAny(le, ".e") {
			le += ".0" // OpenMetrics wants a float; both formats have the same label
		}
		b.Upto = append(b.Upto, f.line("_bucket", append(labels[:len(labels):len(labels)], "le", le)))
	}
	b.Upto = append(b.Upto, f.line("_bucket", append(labels[:len(labels):len(labels)], "le", "+Inf")))
	return b
}

// Names gives out names that no other family has. The zero value is ready.
type Names struct{ taken map[string]bool }

// suffixes are what the lines of a family may have behind its name.
var suffixes = [...]string{"", "_total", "_created", "_bucket", "_count", "_sum", "_info"}

// Take returns a legal name that was not taken before, and neither was one that
// lines of the two could share: letters, digits and underscores, the unit at the
// end where there is one, with a number before it where that is needed.
func (n *Names) Take(name, unit string) string {
	if n.taken == nil {
		n.taken = make(map[string]bool)
	}
	name, end := legal(name), ""
	if unit != "" {
		name, end = strings.TrimSuffix(name, "_"+unit), "_"+unit
	}
	free := name + end
	for i := 2; n.clash(free); i++ {
		free = name + "_" + strconv.Itoa(i) + end
	}
	for _, s := range suffixes {
		n.taken[free+s] = true
	}
	return free
}

func (n *Names) clash(name string) bool {
	for _, s := range suffixes {
		if n.taken[name+s] {
			return true
		}
	}
	return false
}

// legal makes a name of letters, digits and single underscores, which begins with a
// letter and ends in none of the suffixes.
func legal(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r < 0x80 && ('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') {
			b.WriteRune(r)
		} else if s := b.String(); s != "" && s[len(s)-1] != '_' {
			b.WriteByte('_')
		}
	}
	name = strings.TrimRight(b.String(), "_")
	for before := ""; name != before; {
		before = name
		for _, s := range suffixes[1:] {
			name = strings.TrimSuffix(name, s)
		}
	}
	if name == "" || '0' <= name[0] && name[0] <= '9' {
		name = "x" + name
	}
	return name
}

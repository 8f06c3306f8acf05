package openmetrics

import (
	"math"
	"mime"
	"strconv"
	"strings"
	"time"
)

// Format is one of the two text formats.
type Format uint8

const (
	// Text is Prometheus' text format 0.0.4, which everybody reads.
	Text Format = iota
	// Open is OpenMetrics 1.0.
	Open

	formats = 2
)

// ContentType is what an answer in the format says of itself.
func (f Format) ContentType() string {
	if f == Open {
		return "application/openmetrics-text; version=1.0.0; charset=utf-8"
	}
	return "text/plain; version=0.0.4; charset=utf-8"
}

// Negotiate picks the format that an Accept header prefers: OpenMetrics where it is
// named with at least the weight of plain text, plain text otherwise.
func Negotiate(accept string) Format {
	open, text := 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			weight = q
		}
		version := params["version"]
		switch {
		case kind == "application/openmetrics-text" && (version == "" || version == "1.0.0"):
			open = max(open, weight)
		case kind == "text/plain" && (version == "" || version == "0.0.4"):
			text = max(text, weight)
		}
	}
	if open > 0 && open >= text {
		return Open
	}
	return Text
}

// Page is a text that is being written.
type Page struct {
	Format Format
	Buf    []byte // what is written so far
}

// Head begins a family.
func (p *Page) Head(f *Family) { p.Buf = append(p.Buf, f.heads[p.Format]...) }

// Uint writes a whole number.
func (p *Page) Uint(l Line, v uint64) {
	p.Buf = append(strconv.AppendUint(append(p.Buf, l...), v, 10), '\n')
}

// Float writes any number.
func (p *Page) Float(l Line, v float64) {
	p.Buf = append(p.Buf, l...)
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1<<53:
		p.Buf = strconv.AppendInt(p.Buf, int64(v), 10)
	case math.IsInf(v, 1):
		p.Buf = append(p.Buf, "+Inf"...)
	case math.IsInf(v, -1):
		p.Buf = append(p.Buf, "-Inf"...)
	default: // NaN too
		p.Buf = strconv.AppendFloat(p.Buf, v, 'g', -1, 64)
	}
	p.Buf = append(p.Buf, '\n')
}

// Seconds writes a time of at least zero in seconds, to the nanosecond.
func (p *Page) Seconds(l Line, d time.Duration) {
	d = max(d, 0)
	p.Buf = strconv.AppendInt(append(p.Buf, l...), int64(d/time.Second), 10)
	if rest := uint32(d % time.Second); rest > 0 {
		p.Buf = append(p.Buf, ".000000000"...)
		for i := len(p.Buf) - 1; rest > 0; i-- {
			p.Buf[i] = '0' + byte(rest%10)
			rest /= 10
		}
		for p.Buf[len(p.Buf)-1] == '0' {
			p.Buf = p.Buf[:len(p.Buf)-1]
		}
	}
	p.Buf = append(p.Buf, '\n')
}

// Histogram writes a Histogram, whose counts are of each bucket by itself.
func (p *Page) Histogram(b Buckets, counts []uint64, sum time.Duration) {
	var all uint64
	for i, line := range b.Upto {
		if i < len(counts) {
			all += counts[i]
		}
		p.Uint(line, all)
	}
	p.Seconds(b.Sum, sum)
	p.Uint(b.Count, all)
}

// End ends the page and returns it.
func (p *Page) End() []byte {
	if p.Format == Open {
		p.Buf = append(p.Buf, "# EOF\n"...)
	}
	return p.Buf
}

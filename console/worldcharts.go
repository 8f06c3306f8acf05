package console

import (
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// charts are the fields that clients watch frame by frame.
type charts struct {
	stream *rpc.Stream
	subs   []*rpc.Sub // scratch; each with its *chart
	rests  uint64     // frame from which on values are read again, after a panic of the game
}

// chart is what one subscription watches.
type chart struct {
	curves []curve
	frame  uint64 // of the newest values
	next   int    // where in the rings those of the next frame go
	n      int    // frames whose values wait to be sent
}

// curve is a field, and its values of the last frames.
type curve struct {
	edit   // which field
	values [chartFrames]float64
	has    [chartFrames]bool
}

const (
	// chartFrames is how many frames wait for a client that takes its events seldom: ten
	// seconds.
	chartFrames = 600
	// maxCurves bounds what a subscription watches: more than a person tells apart.
	maxCurves = 32
	chartRate = 20
)

type (
	// ChartQuery says which fields to watch.
	ChartQuery struct {
		Fields []WorldField `json:"fields,omitempty" help:"numbers; 32 at the most"`
	}
	// ChartValues are the values of fields in the frames since the last event.
	ChartValues struct {
		Frame  uint64       `json:"frame" help:"of the last of the values"`
		Tick   uint64       `json:"tick"`
		N      int          `json:"n" help:"frames; when there were more than 600, the newest"`
		Values [][]*float64 `json:"values" help:"of each field, the oldest first; null where it is not there"`
	}
)

func (w *World) registerCharts(s *rpc.Server) {
	c := &w.editing.charts
	c.stream = rpc.Open[ChartQuery, ChartValues](s, rpc.Topic{Name: "fields", Rate: chartRate, Snapshot: ChartValues{},
		Help: "the value of each frame, of fields that are numbers: what they are now at first, then those of the frames since"},
		func(sub *rpc.Sub, q ChartQuery) (any, error) {
			if len(q.Fields) > maxCurves {
				e := rpc.Errorf(rpc.TooMany, "%d fields are more than one chart has", len(q.Fields))
				e.Data.Path, e.Data.Limit = "/fields", "fields "+strconv.Itoa(maxCurves)
				return nil, e
			}
			chart := &chart{curves: make([]curve, len(q.Fields))}
			for i, f := range q.Fields {
				if err := w.plot(&chart.curves[i], f); err != nil {
					return nil, at(err, "", "/fields/"+strconv.Itoa(i))
				}
			}
			sub.Value = chart
			w.sample(chart, 0)
			now := chart.values(0)
			chart.n = 0
			return now, nil
		})
}

// plot finds the field of a curve, which has to be a number.
func (w *World) plot(c *curve, f WorldField) error {
	e, err := w.find(f.ID)
	if err != nil {
		return err
	}
	t, err := w.target(e, f.Path)
	if err != nil {
		return err
	}
	if t.field == nil || !t.field.numeric() {
		e := rpc.Errorf(rpc.InvalidParams, "%s: field %q is no number, and has no chart", e.name(), f.Path)
		e.Data.Path, e.Data.Want = "/path", "a number"
		return e
	}
	c.edit = edit{key: e.key(), name: e.name(), wire: e.wireID(), path: f.Path}
	if e.group.layout.byPath[f.Path] != nil {
		c.field = t.field
	}
	return nil
}

// number is the value of a curve's field now.
func (w *World) number(s *edit) (n float64, ok bool) {
	e, ok := w.glimpse(s.key)
	if !ok {
		return 0, false
	}
	if s.field != nil {
		return e.number(s.field)
	}
	t, err := w.target(e, s.path)
	if err != nil || !t.field.numeric() {
		return 0, false
	}
	return numberIn(t.v, t.field), true
}

// publishCharts takes the values of a frame, and sends them to those whose turn it is.
func (w *World) publishCharts(frame, tick uint64) {
	c := &w.editing.charts
	if c.stream.Subscribers() == 0 {
		c.subs = nil
		return
	}
	c.subs = c.stream.AppendSubs(c.subs[:0])
	for _, sub := range c.subs {
		chart := sub.Value.(*chart)
		w.sample(chart, frame)
		if !sub.Due() {
			continue
		}
		_ = sub.Send(chart.values(tick)) // its type has a JSON form
		chart.n = 0
	}
}

// sample takes the values of a frame. A frame that is held has several, of which the
// last counts.
func (w *World) sample(c *chart, frame uint64) {
	at := c.next
	if c.n > 0 && frame == c.frame {
		at = (at + chartFrames - 1) % chartFrames
	} else {
		c.next = (at + 1) % chartFrames
		c.n = min(c.n+1, chartFrames)
	}
	c.frame = frame
	for i := range c.curves {
		x := &c.curves[i]
		x.values[at], x.has[at] = w.number(&x.edit)
	}
}

// values are those that wait, in the order of their frames.
func (c *chart) values(tick uint64) ChartValues {
	v := ChartValues{Frame: c.frame, Tick: tick, N: c.n, Values: make([][]*float64, len(c.curves))}
	for i := range c.curves {
		x := &c.curves[i]
		numbers, list := make([]float64, c.n), make([]*float64, c.n)
		for j := range list {
			from := (c.next - c.n + j + chartFrames) % chartFrames
			if numbers[j] = x.values[from]; x.has[from] {
				list[j] = &numbers[j]
			}
		}
		v.Values[i] = list
	}
	return v
}

package capture

import "encoding/json"

// Capture is a file that was read.
type Capture struct {
	Meta Meta

	// Timings is the first state of the topic timings, with the tracks of scopes.
	Timings  Timings
	Frames   []Frame   // of the topic timings, in the file's order
	Segments []Segment // of the topic scopes, in the file's order

	Log    []Line         // the topic log
	Memory []MemorySample // the topic memory

	// Snapshots and Events are those of the topics in JSON, as they are in the file.
	Snapshots map[string]json.RawMessage
	Events    map[string][]Event
}

// Timings says what the numbers in frames and segments mean.
type Timings struct {
	Scopes   []Scope   `json:"scopes"`   // by id
	Counters []Counter `json:"counters"` // by id
	Tracks   []Track   `json:"tracks"`
	Budget   int64     `json:"budget"` // of a frame, ns
	Clock    Clock     `json:"clock"`
}

// Scope is a registered scope.
type Scope struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	Parent int    `json:"parent"` // -1 for none
	Help   string `json:"help"`
	Budget int64  `json:"budget"` // ns; 0 for none
	Own    bool   `json:"own"`    // the console's own cost
}

// Counter is a registered counter, which counts within each frame, or a gauge,
// which keeps its value.
type Counter struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Unit string `json:"unit"`
	Kind string `json:"kind"` // "counter" or "gauge"
	Help string `json:"help"`
}

// Track is a goroutine that is measured; 0 is the game's.
type Track struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// Clock is what times were read from.
type Clock struct {
	Kind       string  `json:"kind"`
	Resolution float64 `json:"resolution"` // ns
}

// Line is a line of the log.
type Line struct {
	Seq    uint64          `json:"seq"`
	Time   int64           `json:"time"` // ns since the session began
	Frame  uint64          `json:"frame"`
	Tick   uint64          `json:"tick"`
	Level  string          `json:"level"`
	Msg    string          `json:"msg"`
	Attrs  json.RawMessage `json:"attrs"`
	Source string          `json:"source"`
	Count  uint64          `json:"count"` // how often it came, one after the other; 0 is once
}

// MemorySample is what exports take from a sample of the heap.
type MemorySample struct {
	Time      int64  `json:"time"` // ns since the session began
	Frame     uint64 `json:"frame"`
	HeapInUse uint64 `json:"heapInUse"` // bytes
	GCs       []GC   `json:"gcs"`       // that ended since the sample before
}

// GC is a collection.
type GC struct {
	Cycle uint64 `json:"cycle"`
	Time  int64  `json:"time"`  // ns since the session began
	Pause int64  `json:"pause"` // ns
}

// take decodes a JSON value of a topic and adds it to what is known.
func (c *Capture) take(topic string, value json.RawMessage, first bool) error {
	switch topic {
	case "timings":
		if !first {
			return nil // its events are binary
		}
		tracks := c.Timings.Tracks
		if err := json.Unmarshal(value, &c.Timings); err != nil {
			return err
		}
		if len(c.Timings.Tracks) == 0 {
			c.Timings.Tracks = tracks
		}
		return nil
	case "scopes":
		var state struct {
			Tracks []Track `json:"tracks"`
		}
		if !first {
			return nil
		}
		if err := json.Unmarshal(value, &state); err != nil {
			return err
		}
		if len(state.Tracks) > len(c.Timings.Tracks) {
			c.Timings.Tracks = state.Tracks
		}
		return nil
	case "log":
		var lines struct {
			Lines []Line `json:"lines"`
		}
		err := json.Unmarshal(value, &lines)
		c.Log = append(c.Log, lines.Lines...)
		return err
	case "memory":
		if first {
			return json.Unmarshal(value, &c.Memory)
		}
		var s MemorySample
		err := json.Unmarshal(value, &s)
		c.Memory = append(c.Memory, s)
		return err
	}
	return nil
}

package capture

import (
	"encoding/json"
	"errors"
	"time"
)

// magic are the first bytes inside the gzip; the digit is the version.
const magic = "SCRY1\n"

// version is the one of [Meta.Version] that this package writes and reads.
const version = 1

// The kinds of records. Each begins with a head of 8 bytes: kind, length of the
// name, two zero bytes, and the length of the body in 32 bits, little-endian; the
// name and the body follow.
const (
	kindMeta     = 0 // JSON, a Meta
	kindSnapshot = 1 // JSON, the first state of the topic
	kindEvent    = 2 // JSON, an Event of the topic
	kindBinary   = 3 // a binary message of the topic, header and payload

	recordHead = 8
)

// The ways in which a file is no good, to be told apart with errors.Is.
var (
	// ErrFormat means that the bytes are no capture, or that one is damaged.
	ErrFormat = errors.New("capture: not a well-formed capture")
	// ErrCut means that the file ends in its middle: what was read up to there is good.
	ErrCut = errors.New("capture: the file is cut off")
	// ErrLimit means that there is more in the file than the reader was allowed to take.
	ErrLimit = errors.New("capture: the file holds more than may be read")
)

// Meta is the first record: what the capture is of.
type Meta struct {
	Version     int       `json:"version"`
	Name        string    `json:"name"`
	GameVersion string    `json:"gameVersion"`
	Session     string    `json:"session"`
	Machine     Machine   `json:"machine"`
	From        int64     `json:"from"` // ns since the session began
	To          int64     `json:"to"`
	FirstFrame  uint64    `json:"firstFrame"`
	LastFrame   uint64    `json:"lastFrame"`
	Reason      *Reason   `json:"reason"` // nil where nothing but a call asked for it
	Made        time.Time `json:"made"`
}

// Machine is where the game ran.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
	Go   string `json:"go"` // version of the toolchain
}

// Reason is what had the capture made.
type Reason struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Frame uint64 `json:"frame"`
	Tick  uint64 `json:"tick"`
	Time  int64  `json:"time"` // ns since the session began
}

// Event is what happened on a topic whose events are JSON: a sub.event without
// the subscription's id.
type Event struct {
	Seq   uint64          `json:"seq"`
	Frame uint64          `json:"frame"`
	Tick  uint64          `json:"tick"`
	Time  int64           `json:"time"` // ns since the session began
	Lost  uint64          `json:"lost"`
	Value json.RawMessage `json:"value"`
}

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// magic are the first bytes of a capture, inside of gzip.
const magic = "SCRY1\n"

// largestMeta is the most that the first record of a capture may take.
const largestMeta = 1 << 20

// meta is what the first record says, as far as it is printed.
type meta struct {
	Version    int    `json:"version"`
	Name       string `json:"name"`
	FirstFrame uint64 `json:"firstFrame"`
	LastFrame  uint64 `json:"lastFrame"`
}

// look reads the begin of a file, so that a wrong one is refused here and not in
// the browser. A file that is cut later on is shown as far as it goes.
func look(name string) (meta, error) {
	f, err := os.Open(name)
	if err != nil {
		return meta{}, err
	}
	defer f.Close()
	m, err := readMeta(f)
	if err != nil {
		return meta{}, fmt.Errorf("%s is no capture that can be shown: %w", name, err)
	}
	return m, nil
}

func readMeta(r io.Reader) (meta, error) {
	var m meta
	gz, err := gzip.NewReader(r)
	if err != nil {
		return m, fmt.Errorf("it does not begin as a capture does (%w)", err)
	}
	head := make([]byte, len(magic)+8)
	if _, err := io.ReadFull(gz, head); err != nil {
		return m, fmt.Errorf("it ends before anything is said (%w)", err)
	}
	kind, name, size := head[len(magic)], int64(head[len(magic)+1]), int64(binary.LittleEndian.Uint32(head[len(magic)+4:]))
	if string(head[:len(magic)]) != magic || kind != 0 || size > largestMeta {
		return m, fmt.Errorf("it does not begin with %q and what it is of", magic)
	}
	body := new(bytes.Buffer)
	if _, err := io.CopyN(body, gz, name+size); err != nil {
		return m, fmt.Errorf("it ends before it says what it is of (%w)", err)
	}
	if err := json.Unmarshal(body.Bytes()[name:], &m); err != nil {
		return m, fmt.Errorf("what it says of itself cannot be read (%w)", err)
	}
	if m.Version != 1 {
		return m, fmt.Errorf("it has version %d, and this program knows version 1", m.Version)
	}
	return m, nil
}

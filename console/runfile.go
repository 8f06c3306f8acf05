package console

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/scry-dev/scry/console/input"
)

// A file of a recording is gzip (RFC 1952) of: the line of tapeMagic, a varint with the
// length of the head, the head as JSON, and the tape. The state at the beginning is not in
// it: it is an image of one process's memory.
const (
	tapeMagic   = "scry run\n"
	tapeVersion = 1
	maxTapeHead = 4 << 20
)

// writeRun writes a recording as a file.
func writeRun(w io.Writer, head json.RawMessage, tape runTape) error {
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	zip.Write(appendTapeText([]byte(tapeMagic), head))
	for _, chunk := range tape.chunks {
		if _, err := zip.Write(chunk); err != nil {
			return err
		}
	}
	return zip.Close()
}

// readRun reads a file, which may be anybody's: of so many bytes, when it is unpacked, and
// ticks at the most.
func readRun(data []byte, most int64, ticks int) (*gameRun, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("this is no file of a recording")
	}
	in := &io.LimitedReader{R: zip, N: most + 1}
	buf := bufio.NewReader(in)
	magic := make([]byte, len(tapeMagic))
	if _, err := io.ReadFull(buf, magic); err != nil || string(magic) != tapeMagic {
		return nil, errors.New("this is no file of a recording")
	}
	size, err := binary.ReadUvarint(buf)
	if err != nil || size > maxTapeHead {
		return nil, errTape
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(buf, text); err != nil {
		return nil, errTape
	}
	n := new(gameRun)
	if err := json.Unmarshal(text, &n.head); err != nil {
		return nil, errTape
	}
	if err := n.head.check(ticks); err != nil {
		return nil, err
	}
	tape, err := io.ReadAll(buf)
	switch {
	case in.N <= 0:
		return nil, fmt.Errorf("the recording is larger than %d bytes: see Runs.Bytes", most)
	case err != nil:
		return nil, errTape
	case len(tape) > 0:
		n.tape = runTape{[][]byte{tape}, int64(len(tape))}
	}
	return n, n.check()
}

// check says what is wrong with a head.
func (h *runHead) check(ticks int) error {
	switch {
	case h.Version != tapeVersion:
		return fmt.Errorf("the recording is of version %d, and %d is known", h.Version, tapeVersion)
	case h.Ticks < 0 || h.Ticks > ticks:
		return fmt.Errorf("the recording has %d ticks, and %d are allowed: see Runs.Ticks", h.Ticks, ticks)
	case !slices.Contains([]string{hashNone, hashTotal, hashFields}, h.Hash), h.Every < 1, h.Calls < 0, h.Secrets < 0,
		len(h.Held) > inputLength, new(input.State).UnmarshalBinary(h.Input) != nil:
		return errTape
	}
	h.Label, h.By = clipTo(h.Label, maxRunLabel), clipTo(h.By, 64)
	if h.Ended == "" || !slices.Contains([]string{"stopped", "bytes", "ticks", "state"}, h.Ended) {
		h.Ended = "stopped" // while it was recorded, the file was taken
	}
	return nil
}

// inputLength is how many keys and buttons there are.
const inputLength = input.KeyCount + input.MouseButtonCount

// check reads the tape once.
func (n *gameRun) check() error {
	r := tapeReader{tape: n.tape}
	var t runTick
	ticks := 0
	for ; r.more(); ticks++ {
		if ticks == n.head.Ticks {
			return errTape
		}
		if err := r.next(&t); err != nil {
			return err
		}
	}
	if ticks != n.head.Ticks {
		return errTape
	}
	return nil
}

// runDesk is where other goroutines ask for what belongs to the game's.
type runDesk struct {
	waiting atomic.Bool
	mu      sync.Mutex
	jobs    []func()
}

// maxRunJobs bounds what waits.
const maxRunJobs = 16

// do has the game's goroutine run f; done is closed behind it, and nil where too much waits.
func (d *runDesk) do(f func()) (done chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.jobs) >= maxRunJobs {
		return nil
	}
	done = make(chan struct{})
	d.jobs = append(d.jobs, func() { f(); close(done) })
	d.waiting.Store(true)
	return done
}

// attend runs what waits. It belongs to the game's goroutine.
func (d *runDesk) attend() {
	d.mu.Lock()
	jobs := d.jobs
	d.jobs = nil
	d.waiting.Store(false)
	d.mu.Unlock()
	for _, job := range jobs {
		job()
	}
}

// taken is a recording for another goroutine.
func (r *Runs) taken(id uint64) (json.RawMessage, runTape, error) {
	n, err := r.find(id)
	if err != nil {
		return nil, runTape{}, err
	}
	head, err := n.head.text()
	return head, n.tape.copied(), err
}

// bring takes a recording in that came as a file.
func (r *Runs) bring(n *gameRun) (RunInfo, error) {
	if err := r.room(n.bytes()); err != nil {
		return RunInfo{}, err
	}
	r.keep(n)
	return n.info(), nil
}

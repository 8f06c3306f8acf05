package console

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"github.com/scry-dev/scry/console/input"
)

// A tape is what was recorded tick by tick, as it also stands in a file: operations of
// one byte and what belongs to them, where opTick ends each tick. Only what changes is
// told. Numbers are varints as of encoding/binary, texts have their length in front, and
// sums are little-endian.
const (
	opTick  byte = iota // the tick is simulated
	opInput             // text: a state of package input, as its AppendBinary writes it
	opCall              // byte: 1 where it failed; text: method; text: params
	opCvar              // text: name; text: value
	opName              // text: subsystem; text: path of a column, "" for the sum of all: the next number
	opSums              // n, then n times: number, 4 bytes; 0 is of what is there no more
	opParts             // n roots, then each: count, a bit for each that changed, 2 bytes for each of these
	opHash              // the state after the tick was digested: opSums and opParts tell what is new
	opCount
)

// Bounds of a tape that somebody else may have written.
const (
	maxTapeText  = 1 << 20
	maxTapeNames = 1 << 16
	maxTapeRoots = 1 << 12
	maxTapeParts = 1 << 22
)

// tapeChunk is how large the parts of a tape are: a tape grows without being copied.
const tapeChunk = 256 << 10

// runTape is the bytes of a tape. What was written is never changed, so that its chunks
// can be read while it grows.
type runTape struct {
	chunks [][]byte // a tick is never in two of them
	bytes  int64
}

// add appends the operations of one tick.
func (t *runTape) add(tick []byte) {
	n := len(t.chunks)
	if n == 0 || cap(t.chunks[n-1])-len(t.chunks[n-1]) < len(tick) {
		t.chunks = append(t.chunks, make([]byte, 0, max(tapeChunk, len(tick))))
		n++
	}
	t.chunks[n-1] = append(t.chunks[n-1], tick...)
	t.bytes += int64(len(tick))
}

// copied is the tape as it is now, for another goroutine.
func (t *runTape) copied() runTape { return runTape{slices.Clone(t.chunks), t.bytes} }

func appendTapeText[T ~string | ~[]byte](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// runName names a sum: of one field, or of a subsystem where the path is empty.
type runName struct{ subsystem, path string }

// runSums is what is known of the state after a tick.
type runSums struct {
	names  []runName
	number map[runName]int
	sums   []uint32   // by number; 0 is of what is not there
	parts  [][]uint16 // of the roots that are lists, by root and place; 0 is of what is not there
}

// place is the number of a name; fresh is whether it is new.
func (s *runSums) place(n runName) (number int, fresh bool) {
	number, ok := s.number[n]
	if ok {
		return number, false
	}
	if s.number == nil {
		s.number = make(map[runName]int)
	}
	number = len(s.names)
	s.names, s.sums = append(s.names, n), append(s.sums, 0)
	s.number[n] = number
	return number, true
}

// runCall is what a client called between two ticks.
type runCall struct {
	method string
	params []byte
	failed bool
}

// runCvar is what a cvar became.
type runCvar struct{ name, text string }

// runTick is one tick of a tape: what was changed before it, and what was the case in it.
type runTick struct {
	calls  []runCall
	cvars  []runCvar
	hashed bool
}

// tapeReader reads a tape tick by tick. Its errors say that the tape is none.
type tapeReader struct {
	tape  runTape
	at    int // chunk
	b     []byte
	input input.State
	runSums
}

var errTape = errors.New("the recording is damaged")

// more reports whether there is another tick.
func (r *tapeReader) more() bool {
	for len(r.b) == 0 {
		if r.at == len(r.tape.chunks) {
			return false
		}
		r.b = r.tape.chunks[r.at]
		r.at++
	}
	return true
}

// next reads a tick. What it gives is valid until the next.
func (r *tapeReader) next(t *runTick) error {
	t.calls, t.cvars, t.hashed = t.calls[:0], t.cvars[:0], false
	// These are true of one tick.
	for len(r.b) > 0 {
		op := r.b[0]
		r.b = r.b[1:]
		var err error
		switch op {
		case opTick:
			return nil
		case opInput:
			err = r.readInput()
		case opCall:
			err = r.readCall(t)
		case opCvar:
			var name, text []byte
			if name, text, err = r.pair(); err == nil {
				t.cvars = append(t.cvars, runCvar{string(name), string(text)})
			}
		case opName:
			err = r.readName()
		case opSums:
			err = r.readSums()
		case opParts:
			err = r.readParts()
		case opHash:
			t.hashed = true
		default:
			err = errTape
		}
		if err != nil {
			return err
		}
	}
	return errTape // the tick does not end
}

func (r *tapeReader) number(most uint64) (int, error) {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > most {
		return 0, errTape
	}
	r.b = r.b[size:]
	return int(n), nil
}

func (r *tapeReader) take(n int) ([]byte, error) {
	if n > len(r.b) {
		return nil, errTape
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b, nil
}

func (r *tapeReader) text() ([]byte, error) {
	n, err := r.number(maxTapeText)
	if err != nil {
		return nil, err
	}
	return r.take(n)
}

func (r *tapeReader) pair() (a, b []byte, err error) {
	if a, err = r.text(); err == nil {
		b, err = r.text()
	}
	return a, b, err
}

func (r *tapeReader) readInput() error {
	b, err := r.text()
	if err != nil {
		return err
	}
	if r.input.UnmarshalBinary(b) != nil {
		return errTape
	}
	return nil
}

func (r *tapeReader) readCall(t *runTick) error {
	failed, err := r.number(1)
	if err != nil {
		return err
	}
	method, params, err := r.pair()
	if err == nil {
		t.calls = append(t.calls, runCall{string(method), params, failed == 1})
	}
	return err
}

func (r *tapeReader) readName() error {
	subsystem, path, err := r.pair()
	if err != nil {
		return err
	}
	if len(r.names) == maxTapeNames {
		return errTape
	}
	if _, fresh := r.place(runName{string(subsystem), string(path)}); !fresh {
		return errTape
	}
	return nil
}

func (r *tapeReader) readSums() error {
	n, err := r.number(uint64(len(r.names)))
	for range n {
		var i int
		if i, err = r.number(uint64(len(r.names) - 1)); err != nil {
			return err
		}
		sum, err := r.take(4)
		if err != nil {
			return err
		}
		r.sums[i] = binary.LittleEndian.Uint32(sum)
	}
	return err
}

func (r *tapeReader) readParts() error {
	n, err := r.number(maxTapeRoots)
	if err != nil {
		return err
	}
	total := 0
	r.parts = fitted(r.parts, n)
	for root := range r.parts {
		count, err := r.number(maxTapeParts)
		if err != nil {
			return err
		}
		if total += count; total > maxTapeParts {
			return errTape
		}
		changed, err := r.take((count + 7) / 8)
		if err != nil {
			return err
		}
		list := fitted(r.parts[root], count)
		r.parts[root] = list
		for k, set := range changed {
			for ; set != 0; set &= set - 1 {
				i := 8*k + bits.TrailingZeros8(set)
				sum, err := r.take(2)
				if err != nil || i >= count {
					return errTape
				}
				list[i] = binary.LittleEndian.Uint16(sum)
			}
		}
	}
	return nil
}

// fitted makes a list as long as is wanted; what is new in it is zero.
func fitted[T any](list []T, n int) []T {
	if n < len(list) {
		clear(list[n:])
		return list[:n]
	}
	return append(list, make([]T, n-len(list))...)
}

package wstest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The operation codes of frames (RFC 6455, section 5.2).
const (
	OpContinuation byte = 0
	OpText         byte = 1
	OpBinary       byte = 2
	OpClose        byte = 8
	OpPing         byte = 9
	OpPong         byte = 10
)

// Fin is the bit that marks the last frame of a message; combine it with an
// operation code for the first byte of a frame.
const Fin byte = 0x80

// mask is the key with which frames are masked: the same for all, so that tests
// repeat.
var mask = [4]byte{0x5C, 0x0F, 0xFE, 0xED}

// Frame returns a masked frame, as a client sends it. First is its first byte:
// an operation code, as a rule with [Fin].
func Frame(first byte, payload []byte) []byte {
	frame := []byte{first}
	switch n := len(payload); {
	case n <= 125:
		frame = append(frame, 0x80|byte(n))
	case n <= math.MaxUint16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	frame = append(frame, mask[:]...)
	for i, b := range payload {
		frame = append(frame, b^mask[i%4])
	}
	return frame
}

// CloseFrame returns a masked close frame.
func CloseFrame(code int, reason string) []byte {
	payload := binary.BigEndian.AppendUint16(nil, uint16(code))
	return Frame(Fin|OpClose, append(payload, reason...))
}

// ReadFrame reads a frame that a server sent. It fails when the frame is masked,
// is cut off or breaks section 5.2 of RFC 6455 otherwise.
func ReadFrame(r *bufio.Reader) (first byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	if head[0]&0x70 != 0 {
		return 0, nil, fmt.Errorf("reserved bits in the first byte %#x", head[0])
	}
	if head[1]&0x80 != 0 {
		return 0, nil, errors.New("a frame of a server is masked")
	}
	n, err := readLength(r, head[1])
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return head[0], payload, err
}

// readLength reads the rest of a payload's length, which must be in its shortest
// form.
func readLength(r *bufio.Reader, short byte) (n uint64, err error) {
	var ext [8]byte
	switch short {
	case 126:
		_, err = io.ReadFull(r, ext[6:])
		if n = binary.BigEndian.Uint64(ext[:]); err == nil && n < 126 {
			err = fmt.Errorf("length %d takes two bytes more than it should", n)
		}
	case 127:
		_, err = io.ReadFull(r, ext[:])
		if n = binary.BigEndian.Uint64(ext[:]); err == nil && (n <= math.MaxUint16 || n > math.MaxInt32) {
			err = fmt.Errorf("length %d does not belong into eight bytes", n)
		}
	default:
		n = uint64(short)
	}
	return n, err
}

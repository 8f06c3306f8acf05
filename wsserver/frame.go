package wsserver

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"
)

// The first byte of the frames that the server sends: each is final, and none is
// masked (RFC 6455, section 5.2).
const (
	frameText   byte = 0x81
	frameBinary byte = 0x82
	frameClose  byte = 0x88
	framePing   byte = 0x89
	framePong   byte = 0x8A
)

// frameSize is the length of a frame with a payload of n bytes.
func frameSize(n int) int {
	switch {
	case n <= 125:
		return 2 + n
	case n <= math.MaxUint16:
		return 4 + n
	}
	return 10 + n
}

// appendFrame appends a frame with the payload.
func appendFrame(dst []byte, first byte, payload []byte) []byte {
	switch n := len(payload); {
	case n <= 125:
		dst = append(dst, first, byte(n))
	case n <= math.MaxUint16:
		dst = append(dst, first, 126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	default:
		dst = append(dst, first, 127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(n))
	}
	return append(dst, payload...)
}

// appendClose appends a close frame; 1005 stands for one without a code.
func appendClose(dst []byte, code int, reason string) []byte {
	if code == codeNone {
		return append(dst, frameClose, 0)
	}
	if !sendable(code) {
		code = codeNormal
	}
	reason = shorten(reason)
	dst = append(dst, frameClose, byte(2+len(reason)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(code))
	return append(dst, reason...)
}

// shorten makes a text fit into a close frame.
func shorten(reason string) string {
	reason = strings.ToValidUTF8(reason, "\uFFFD")
	if len(reason) <= maxCloseReason {
		return reason
	}
	end := maxCloseReason
	for !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}

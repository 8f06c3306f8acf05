package rpc

import (
	"encoding/binary"
	"math"
	"strconv"
)

// payload is the value of an event, written once and held once for all
// subscriptions in whose queue it stands.
type payload struct {
	value  []byte
	binary bool
	kind   uint8 // of a binary message
	flags  uint8
	number uint32 // among the topic's events
	key    string // what it is the value of; "" for none
	at     clock  // when it was made
	uses   int    // queues that hold it, and who works with it
}

func (s *Server) newPayload() *payload {
	f := &s.flusher
	n := len(f.payloads)
	if n == 0 {
		return &payload{at: s.clock(), uses: 1}
	}
	e := f.payloads[n-1]
	f.payloads = f.payloads[:n-1]
	*e = payload{value: e.value[:0], at: s.clock(), uses: 1}
	return e
}

func (s *Server) textPayload(v any) (*payload, error) {
	e := s.newPayload()
	value, err := Append(e.value, v)
	if err != nil {
		s.flusher.unuse(e)
		return nil, err
	}
	e.value = value
	s.flusher.held += len(value)
	return e, nil
}

func (st *Stream) binaryPayload(flags uint8, data []byte) *payload {
	e := st.server.newPayload()
	e.value = append(e.value, data...)
	st.server.flusher.held += len(data)
	e.binary, e.kind, e.flags = true, st.topic.Binary, flags
	return e
}

// unuse ends one use of a payload; after the last its room is used again.
func (f *flusher) unuse(e *payload) {
	if e.uses--; e.uses > 0 {
		return
	}
	f.held -= len(e.value)
	e.value = e.value[:0]
	if len(f.payloads) < 64 && cap(e.value) <= keptBuffer {
		f.payloads = append(f.payloads, e)
	}
}

// appendTo writes the event as the next of the subscriptions that have an id and a
// number in common.
func (e *payload) appendTo(dst, wireID []byte, number uint32, lost uint64) []byte {
	if e.binary {
		return append(e.appendHeader(dst, number, lost), e.value...)
	}
	dst = append(dst, `{"jsonrpc":"2.0","method":"sub.event","params":{"id":`...)
	dst = append(dst, wireID...)
	dst = append(dst, `,"seq":`...)
	dst = strconv.AppendUint(dst, uint64(e.number), 10)
	dst = append(e.at.appendTo(append(dst, ',')), `,"lost":`...)
	dst = strconv.AppendUint(dst, lost, 10)
	dst = append(dst, `,"value":`...)
	dst = append(dst, e.value...)
	return append(dst, "}}"...)
}

const headerSize = 24

// header is what the topic wire tells of a binary message.
type header struct {
	Flags  uint8  `json:"flags"`
	Lost   uint16 `json:"lost"`
	Number uint32 `json:"number"`
	Seq    uint32 `json:"seq"`
	Frame  uint32 `json:"frame"`
}

func readHeader(p []byte) header {
	le := binary.LittleEndian
	return header{Flags: p[1], Lost: le.Uint16(p[2:]), Number: le.Uint32(p[4:]), Seq: le.Uint32(p[8:]), Frame: le.Uint32(p[12:])}
}

// appendHeader writes the header that PROTOCOL.md lays out.
func (e *payload) appendHeader(dst []byte, number uint32, lost uint64) []byte {
	dst = append(dst, e.kind, e.flags)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(min(lost, math.MaxUint16)))
	dst = binary.LittleEndian.AppendUint32(dst, number)
	dst = binary.LittleEndian.AppendUint32(dst, e.number)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(e.at.Frame))
	return binary.LittleEndian.AppendUint64(dst, uint64(e.at.Time))
}

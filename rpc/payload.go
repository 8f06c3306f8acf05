package rpc

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"
)

// payload is the value of an event, written once and held once for all
// subscriptions in whose queue it stands.
type payload struct {
	stream *Stream
	value  []byte
	binary bool
	kind   uint8 // of a binary message
	flags  uint8
	number uint32 // among the topic's events
	key    string // what it is the value of; "" for none
	at     clock  // when it was made
	frame  uint64 // of a binary message: what it is of
	moment time.Duration
	uses   int // queues that hold it, and who works with it
}

func (st *Stream) newPayload() *payload {
	f := &st.server.flusher
	var e *payload
	if n := len(f.payloads); n > 0 {
		e, f.payloads = f.payloads[n-1], f.payloads[:n-1]
		f.spare -= cap(e.value)
	} else {
		e = new(payload)
	}
	*e = payload{stream: st, value: e.value[:0], at: st.server.clock(), uses: 1}
	return e
}

func (st *Stream) textPayload(v any) (*payload, error) {
	e := st.newPayload()
	value, err := Append(e.value, v)
	if err != nil {
		st.server.flusher.unuse(e)
		return nil, err
	}
	e.value = value
	st.hold(len(value))
	return e, nil
}

// hold counts bytes that events of the topic hold.
func (st *Stream) hold(n int) {
	st.held += n
	st.server.flusher.held += n
}

func (st *Stream) binaryPayload(flags uint8, data []byte) *payload {
	e := st.newPayload()
	e.value = append(e.value, data...)
	st.hold(len(data))
	e.binary, e.kind, e.flags = true, st.topic.Binary, flags
	e.frame, e.moment = e.at.Frame, time.Duration(e.at.Time)
	return e
}

// keptPayloads is how much room is kept in large payloads for the next ones, in bytes:
// pictures are so large, and there are many.
const keptPayloads = 2 << 20

// unuse ends one use of a payload; after the last its room is used again.
func (f *flusher) unuse(e *payload) {
	if e.uses--; e.uses > 0 {
		return
	}
	e.stream.hold(-len(e.value))
	e.stream, e.value = nil, e.value[:0]
	if room := cap(e.value); len(f.payloads) < 64 && (room <= keptBuffer || f.spare+room <= keptPayloads) {
		f.spare += room
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
	dst = binary.LittleEndian.AppendUint32(dst, uint32(e.frame))
	return binary.LittleEndian.AppendUint64(dst, uint64(e.moment))
}

package console

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"github.com/scry-dev/scry/console/timing"
)

// frameHead is the size of a frame's payload before its columns: see [TimingsFrame].
const frameHead = 24

const heldFlag = 1 // of a frame and of a segment

// frameInfo is what a frame's payload says of it as a whole.
type frameInfo struct {
	tick         uint64
	period, work time.Duration
	held         bool
	names        uint16 // version of what the columns stand for
	lost         uint64
}

// frameSize is the size of a frame's payload.
func frameSize(t *timing.Totals) int {
	n := len(t.Stats)
	return frameHead + 20*n + 4*(n&1) + 8*len(t.Meters)
}

// appendFrame writes the payload of a frame: see [TimingsFrame].
func appendFrame(b []byte, in frameInfo, t *timing.Totals) []byte {
	le := binary.LittleEndian
	var flags uint16
	if in.held {
		flags = heldFlag
	}
	b = le.AppendUint16(b, uint16(len(t.Stats)))
	b = le.AppendUint16(b, uint16(len(t.Meters)))
	b = le.AppendUint32(b, uint32(in.tick))
	b = le.AppendUint32(b, saturate(in.period))
	b = le.AppendUint32(b, saturate(in.work))
	b = le.AppendUint16(b, flags)
	b = le.AppendUint16(b, in.names)
	b = le.AppendUint32(b, uint32(min(in.lost, math.MaxUint32)))

	// Columns: one pass over the scopes, a column's length apart.
	n := len(t.Stats)
	at := len(b)
	b = grow(b, 20*n+4*(n&1))
	calls, total, self, least, most := b[at:], b[at+4*n:], b[at+8*n:], b[at+12*n:], b[at+16*n:]
	for i := range t.Stats {
		s := &t.Stats[i]
		if s.Calls == 0 {
			continue // grow has cleared it
		}
		le.PutUint32(calls[4*i:], s.Calls)
		le.PutUint32(total[4*i:], saturate(s.Total))
		le.PutUint32(self[4*i:], saturate(s.Self))
		le.PutUint32(least[4*i:], saturate(s.Min))
		le.PutUint32(most[4*i:], saturate(s.Max))
	}
	for _, v := range t.Meters {
		b = le.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// grow adds n bytes that are zero.
func grow(b []byte, n int) []byte {
	at := len(b)
	if cap(b)-at < n {
		b = append(b, make([]byte, n)...)
	}
	b = b[:at+n]
	clear(b[at:])
	return b
}

// saturate is a time in ns as the wire has it: at most 4.29 s.
func saturate(d time.Duration) uint32 { return uint32(min(max(d, 0), math.MaxUint32)) }

// frameView reads a frame's payload where it lies.
type frameView []byte

func (f frameView) u32(at int) uint32 { return binary.LittleEndian.Uint32(f[at:]) }

func (f frameView) scopes() int { return int(binary.LittleEndian.Uint16(f)) }
func (f frameView) meters() int { return int(binary.LittleEndian.Uint16(f[2:])) }

func (f frameView) period() int64 { return int64(f.u32(8)) }
func (f frameView) work() int64   { return int64(f.u32(12)) }
func (f frameView) held() bool    { return f[16]&heldFlag != 0 }
func (f frameView) lost() uint32  { return f.u32(20) }

// column is one of the columns of times, or of calls.
func (f frameView) column(column, scope int) uint32 {
	return f.u32(frameHead + 4*(column*f.scopes()+scope))
}

// Columns of a frame's payload.
const (
	callsColumn = iota
	totalColumn
	selfColumn
	minColumn
	maxColumn
)

// meter is a counter or a gauge.
func (f frameView) meter(i int) float64 {
	n := f.scopes()
	return math.Float64frombits(binary.LittleEndian.Uint64(f[frameHead+20*n+4*(n&1)+8*i:]))
}

// keptFrame is a frame as it is kept. Its payloads are those of the topics.
type keptFrame struct {
	frame   uint64
	tick    uint64
	begin   time.Duration
	timings []byte // of the topic timings; empty when it was missed
	segment []byte // of the topic scopes; empty when scopes were not recorded
}

func (k *keptFrame) size() int { return keptOverhead + len(k.timings) + len(k.segment) }

// keptOverhead is how many bytes a frame that is kept holds beside its payloads.
const keptOverhead = 128

// milliseconds is a duration for a person.
func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + " ms"
}

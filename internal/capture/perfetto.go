package capture

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"
)

// Numbers of Perfetto's fields, by message, from its protos/perfetto/trace.
const (
	tracePacket = 1 // of Trace

	packetClocks     = 6 // of TracePacket
	packetTime       = 8
	packetSequence   = 10
	packetEvent      = 11
	packetInterned   = 12
	packetFlags      = 13
	packetDescriptor = 60

	clockList  = 1 // of ClockSnapshot
	clockID    = 1 // of ClockSnapshot.Clock
	clockTime  = 2
	clockWall  = 1 // BuiltinClock
	clockTrace = 6 // BuiltinClock BOOTTIME, which timestamps are of when they do not say

	descriptorUUID    = 1 // of TrackDescriptor
	descriptorName    = 2
	descriptorProcess = 3
	descriptorThread  = 4
	descriptorParent  = 5
	descriptorCounter = 8

	processPID  = 1 // of ProcessDescriptor
	processName = 6

	threadPID  = 1 // of ThreadDescriptor
	threadTID  = 2
	threadName = 5

	counterUnit     = 3 // of CounterDescriptor
	counterUnitName = 6

	internedNames = 2 // of InternedData
	nameIID       = 1 // of EventName
	nameText      = 2

	eventAnnotation = 4 // of TrackEvent
	eventType       = 9
	eventNameIID    = 10
	eventTrack      = 11
	eventName       = 23
	eventDouble     = 44

	annotationInt  = 4 // of DebugAnnotation
	annotationText = 6
	annotationName = 10

	sliceBegin = 1 // TrackEvent.Type
	sliceEnd   = 2
	instant    = 3
	counter    = 4
)

// Perfetto writes a capture as a Perfetto trace, for ui.perfetto.dev and
// trace_processor. Tracks are threads of one process, scopes slices with interned
// names, frames a track of the process, counters counter tracks with their units,
// the log, collections and the capture's reason instants. Timestamps are the
// session's ns, as the trace's clock; a clock snapshot says what time of day that
// was.
func Perfetto(w io.Writer, c *Capture) error {
	p := perfetto{output: output{w: w}, next: processUUID + 1}
	spans, frames := c.tracks(), c.frames()
	p.start(c)
	p.describeProcess(c.processName())
	track := p.child(framesTrack)
	for _, f := range frames {
		p.event(f.start, sliceBegin, track, func() {
			p.text(eventName, "frame "+strconv.FormatUint(uint64(f.number), 10))
			p.annotate(frameArgs(f))
		})
		p.event(f.end, sliceEnd, track, nil)
	}
	for _, id := range c.trackIDs(spans) {
		p.track(p.thread(int(id), c.trackName(id)), spans[id])
	}
	for _, s := range c.counters(frames) {
		track := p.counter(s)
		for _, point := range s.points {
			p.event(point.time, counter, track, func() { p.double(eventDouble, point.value) })
		}
	}
	tracks := make(map[string]uint64) // of marks
	for _, m := range c.marks() {
		if tracks[m.track] == 0 {
			tracks[m.track] = p.child(m.track)
		}
		p.event(m.time, instant, tracks[m.track], func() {
			p.text(eventName, m.name)
			p.annotate(m.args)
		})
	}
	return p.flush()
}

const processUUID = 1

// SequenceFlags of TracePacket, about the names that a sequence has interned.
const (
	beginsState = 1
	needsState  = 2
)

// perfetto writes packets.
type perfetto struct {
	output
	next uint64 // the next track's UUID
}

// start says what time it was and gives the scopes' names; all packets are of one
// sequence, whose state begins here.
func (p *perfetto) start(c *Capture) {
	if !c.Meta.Made.IsZero() && c.Meta.To >= 0 {
		p.packet(func() {
			p.message(packetClocks, func() {
				p.clock(clockTrace, uint64(c.Meta.To))
				p.clock(clockWall, uint64(c.Meta.Made.UnixNano()))
			})
		})
	}
	used := make(map[uint16]bool)
	for _, s := range c.Segments {
		for _, span := range s.Spans {
			used[span.Scope] = true
		}
	}
	p.packet(func() {
		p.number(packetFlags, beginsState)
		p.message(packetInterned, func() {
			for id := range uint32(math.MaxUint16 + 1) {
				if used[uint16(id)] {
					p.message(internedNames, func() {
						p.number(nameIID, uint64(id)+1)
						p.text(nameText, c.scopeName(uint16(id)))
					})
				}
			}
		})
	})
}

func (p *perfetto) clock(id, time uint64) {
	p.message(clockList, func() {
		p.number(clockID, id)
		p.number(clockTime, time)
	})
}

func (p *perfetto) describeProcess(name string) {
	p.packet(func() {
		p.message(packetDescriptor, func() {
			p.number(descriptorUUID, processUUID)
			p.message(descriptorProcess, func() {
				p.number(processPID, 1)
				p.text(processName, name)
			})
		})
	})
}

// describe describes the next track and returns its UUID.
func (p *perfetto) describe(rest func()) uint64 {
	uuid := p.next
	p.next++
	p.packet(func() {
		p.message(packetDescriptor, func() {
			p.number(descriptorUUID, uuid)
			rest()
		})
	})
	return uuid
}

// child describes a track of the process.
func (p *perfetto) child(name string) uint64 {
	return p.describe(func() {
		p.number(descriptorParent, processUUID)
		p.text(descriptorName, name)
	})
}

// thread describes the thread of a track. Its number is not the process's, which
// is the main thread's.
func (p *perfetto) thread(id int, name string) uint64 {
	return p.describe(func() {
		p.message(descriptorThread, func() {
			p.number(threadPID, 1)
			p.number(threadTID, uint64(id)+firstTrack)
			p.text(threadName, name)
		})
	})
}

// counter describes a counter's track.
func (p *perfetto) counter(s series) uint64 {
	return p.describe(func() {
		p.number(descriptorParent, processUUID)
		p.text(descriptorName, s.name)
		p.message(descriptorCounter, func() {
			switch s.unit {
			case "ns":
				p.number(counterUnit, 1)
			case "", "1":
				p.number(counterUnit, 2)
			case "B":
				p.number(counterUnit, 3)
			default:
				p.text(counterUnitName, s.unit)
			}
		})
	})
}

// track writes the spans of a track, which are nested.
func (p *perfetto) track(uuid uint64, spans []Span) {
	var open []int64 // ends
	for _, s := range spans {
		for len(open) > int(s.Depth) {
			p.slice(open[len(open)-1], sliceEnd, uuid, 0)
			open = open[:len(open)-1]
		}
		p.slice(s.Start, sliceBegin, uuid, uint64(s.Scope)+1)
		open = append(open, s.End())
	}
	for len(open) > 0 {
		p.slice(open[len(open)-1], sliceEnd, uuid, 0)
		open = open[:len(open)-1]
	}
}

// slice is event for what there are millions of: the lengths of such a packet and
// of what is in it fit into a byte each, whatever the numbers.
func (p *perfetto) slice(time int64, kind, track, name uint64) {
	p.buf = append(p.buf, tracePacket<<3|wireBytes, 0, packetSequence<<3, 1, packetFlags<<3, needsState, packetTime<<3)
	packet := len(p.buf) - 5
	p.buf = binary.AppendUvarint(p.buf, uint64(time))
	p.buf = append(p.buf, packetEvent<<3|wireBytes, 0, eventType<<3, byte(kind), eventTrack<<3)
	event := len(p.buf) - 3
	p.buf = binary.AppendUvarint(p.buf, track)
	if name != 0 {
		p.buf = append(p.buf, eventNameIID<<3)
		p.buf = binary.AppendUvarint(p.buf, name)
	}
	p.buf[event-1] = byte(len(p.buf) - event)
	p.buf[packet-1] = byte(len(p.buf) - packet)
	p.full()
}

// event writes an event of a track.
func (p *perfetto) event(time int64, kind, track uint64, rest func()) {
	p.packet(func() {
		p.number(packetTime, uint64(max(time, 0)))
		p.number(packetFlags, needsState)
		p.message(packetEvent, func() {
			p.number(eventType, kind)
			p.number(eventTrack, track)
			if rest != nil {
				rest()
			}
		})
	})
}

func (p *perfetto) annotate(args []arg) {
	for _, a := range args {
		p.message(eventAnnotation, func() {
			p.text(annotationName, a.name)
			if a.text != "" {
				p.text(annotationText, a.text)
			} else {
				p.number(annotationInt, uint64(a.number))
			}
		})
	}
}

// packet writes a packet of the one sequence.
func (p *perfetto) packet(rest func()) {
	p.message(tracePacket, func() {
		p.number(packetSequence, 1)
		rest()
	})
	p.full()
}

// The wire types of protocol buffers.
const (
	wireVarint = 0
	wireFixed8 = 1
	wireBytes  = 2
)

func (p *perfetto) key(field, wire uint64) { p.buf = binary.AppendUvarint(p.buf, field<<3|wire) }

func (p *perfetto) number(field, value uint64) {
	p.key(field, wireVarint)
	p.buf = binary.AppendUvarint(p.buf, value)
}

func (p *perfetto) double(field uint64, value float64) {
	p.key(field, wireFixed8)
	p.buf = binary.LittleEndian.AppendUint64(p.buf, math.Float64bits(value))
}

func (p *perfetto) text(field uint64, s string) {
	p.key(field, wireBytes)
	p.buf = binary.AppendUvarint(p.buf, uint64(len(s)))
	p.buf = append(p.buf, s...)
}

// message writes a message inside the one that is being written. Its length stands
// before it and is known after it: most are short, and longer ones are moved.
func (p *perfetto) message(field uint64, rest func()) {
	p.key(field, wireBytes)
	p.buf = append(p.buf, 0)
	start := len(p.buf)
	rest()
	size := len(p.buf) - start
	if size < 0x80 {
		p.buf[start-1] = byte(size)
		return
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	p.buf = append(p.buf, length[1:n]...)
	copy(p.buf[start-1+n:], p.buf[start:start+size])
	copy(p.buf[start-1:], length[:n])
}

package console

import "encoding/binary"

// record is a line of the log as the ring holds it: a head of numbers, the message
// and the attributes. It holds no pointers, so that a full log is nothing that the
// garbage collector looks into.
type record []byte

// Where the numbers of a record stand.
const (
	atSize      = 0  // of the record, a multiple of eight
	atBack      = 4  // how far before it the one before begins
	atSite      = 8  // place among the log's sites
	atRank      = 12 // of its level
	atMsg       = 16 // bytes of the message
	atAttrs     = 20 // bytes of the attributes
	atSeq       = 24
	atTime      = 32
	atFrame     = 40
	atTick      = 48
	atCount     = 56 // how often it came
	atLastFrame = 64
	atLastTime  = 72
	recordHead  = 80
)

func (r record) small(at int) uint32       { return binary.LittleEndian.Uint32(r[at:]) }
func (r record) wide(at int) uint64        { return binary.LittleEndian.Uint64(r[at:]) }
func (r record) setSmall(at int, n uint32) { binary.LittleEndian.PutUint32(r[at:], n) }
func (r record) setWide(at int, n uint64)  { binary.LittleEndian.PutUint64(r[at:], n) }
func (r record) msg() []byte               { return r[recordHead:][:r.small(atMsg)] }
func (r record) attrs() []byte             { return r[recordHead+r.small(atMsg):][:r.small(atAttrs)] }
func (r record) is(e *entry) bool {
	return r.small(atSite) == e.site.id && r.small(atRank) == uint32(e.rank) &&
		string(r.msg()) == e.msg && string(r.attrs()) == string(e.attrs)
}

// entry is a line on its way into the ring.
type entry struct {
	site  *site
	rank  int // of its level
	msg   string
	attrs []byte // a JSON object
	time  int64
	frame uint64
	tick  uint64
}

// pieceSize is how much memory the ring takes at a time: some times the largest
// record, since none lies in two pieces.
const pieceSize = 64 << 10

// ring keeps the newest records in a fixed number of bytes. The oldest go as their
// place is needed, and no others. Places are counted from the first byte that was
// ever written, so that they order records, and a place that was given up is known.
type ring struct {
	pieces [][]byte // nil where nothing was written yet
	head   uint64   // the oldest record
	tail   uint64   // where the next one goes, if it fits its piece
	last   uint64   // the newest record
	seq    uint64   // of the newest
	lost   uint64   // records that made room
}

// open gives the ring its size in bytes, at the first line. Less than two pieces
// would hold no line beside a long one.
func (r *ring) open(size int) {
	if r.pieces == nil {
		r.pieces = make([][]byte, max(2, size/pieceSize))
	}
}

func (r *ring) empty() bool { return r.head == r.tail }

// len is how many records there are.
func (r *ring) len() uint64 { return r.seq - r.lost }

func (r *ring) piece(at uint64) *[]byte {
	return &r.pieces[at/pieceSize%uint64(len(r.pieces))]
}

// at is the record at a place between head and tail.
func (r *ring) at(place uint64) record {
	rest := record((*r.piece(place))[place%pieceSize:])
	return rest[:rest.small(atSize)]
}

// next is the place behind the record at a place; the tail when that is the newest.
func (r *ring) next(place uint64) uint64 {
	place += uint64(r.at(place).small(atSize))
	if place == r.tail || place%pieceSize == 0 {
		return place
	}
	if record((*r.piece(place))[place%pieceSize:]).small(atSize) == 0 { // the next did not fit
		place += pieceSize - place%pieceSize
	}
	return place
}

// before is the place of the record before; false when that of place is the oldest.
func (r *ring) before(place uint64) (uint64, bool) {
	if place <= r.head {
		return place, false
	}
	return place - uint64(r.at(place).small(atBack)), true
}

// push adds a record, whose size is that of a piece at most.
func (r *ring) push(e *entry) {
	size := uint64(recordHead+len(e.msg)+len(e.attrs)+7) &^ 7
	place := r.tail
	room := pieceSize - place%pieceSize
	if room < size {
		place += room
	}
	for limit := uint64(len(r.pieces)) * pieceSize; place+size-r.head > limit && !r.empty(); r.lost++ {
		r.head = r.next(r.head)
	}
	if place != r.tail && room < pieceSize { // only now is that place free
		record((*r.piece(r.tail))[r.tail%pieceSize:]).setSmall(atSize, 0)
	}
	if r.empty() {
		r.head, r.last = place, place
	}
	if p := r.piece(place); *p == nil {
		*p = make([]byte, pieceSize)
	}
	rec := record((*r.piece(place))[place%pieceSize:][:size])
	r.seq++
	rec.setSmall(atSize, uint32(size))
	rec.setSmall(atBack, uint32(place-r.last))
	rec.setSmall(atSite, e.site.id)
	rec.setSmall(atRank, uint32(e.rank))
	rec.setSmall(atMsg, uint32(len(e.msg)))
	rec.setSmall(atAttrs, uint32(len(e.attrs)))
	rec.setWide(atSeq, r.seq)
	rec.setWide(atTime, uint64(e.time))
	rec.setWide(atFrame, e.frame)
	rec.setWide(atTick, e.tick)
	rec.setWide(atCount, 1)
	rec.setWide(atLastFrame, e.frame)
	rec.setWide(atLastTime, uint64(e.time))
	copy(rec[recordHead+copy(rec[recordHead:], e.msg):], e.attrs)
	r.last, r.tail = place, place+size
}

// repeat counts an entry with the newest record when it is the same, and reports
// whether it is.
func (r *ring) repeat(e *entry) bool {
	if r.empty() {
		return false
	}
	rec := r.at(r.last)
	if !rec.is(e) {
		return false
	}
	rec.setWide(atCount, rec.wide(atCount)+1)
	rec.setWide(atLastFrame, max(rec.wide(atLastFrame), e.frame))
	rec.setWide(atLastTime, max(rec.wide(atLastTime), uint64(e.time)))
	return true
}

// bookmark is how far somebody has read in a ring; the zero value is before all.
type bookmark struct{ seq, place uint64 }

// read copies the records behind a bookmark, so many and of so many bytes as a reader
// takes at once, and moves the bookmark. It says how many went before they were read.
func (r *ring) read(b *bookmark, raw []byte, most, size int) (_ []byte, lost uint64) {
	if r.seq == b.seq {
		return raw, 0
	}
	place := r.head
	if b.seq > r.lost {
		place = r.next(b.place)
	} else {
		lost = r.lost - b.seq
	}
	for n := 0; place != r.tail && n < most && len(raw) < size; n++ {
		rec := r.at(place)
		raw = append(raw, rec...)
		b.seq, b.place = rec.wide(atSeq), place
		place = r.next(place)
	}
	return raw, lost
}

// short reports whether the next piece has no memory and is needed soon.
func (r *ring) short() bool {
	return r.tail%pieceSize > pieceSize/2 && *r.piece(r.tail + pieceSize) == nil
}

// give gives the ring its next piece, unless it has it.
func (r *ring) give(memory []byte) {
	if p := r.piece(r.tail + pieceSize); *p == nil {
		*p = memory
	}
}

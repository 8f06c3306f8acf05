package wsserver

import "slices"

// Audience is connections that are sent the same. To send to them costs the
// program the same for one and for thousands. A connection that closes leaves by
// itself. [Server.NewAudience] makes one; it needs no closing. All its methods
// belong to the goroutine that calls Update, and what they do takes effect in
// order with everything else that is sent.
type Audience struct {
	s *Server

	// Owned by the goroutine that calls Update.
	n int // members

	// Guarded by the server's passing.
	seats []chair
}

// seat is a connection's place in an audience.
type seat struct {
	audience *Audience
	conn     *conn
	at       int // in audience.seats; guarded by the server's passing
}

// chair is a seat as the distributor has it: with the connection at hand.
type chair struct {
	conn *conn
	seat *seat
}

// NewAudience returns an audience without members.
func (s *Server) NewAudience() *Audience { return &Audience{s: s} }

// Add makes a connection a member. One that is a member already, has closed, or
// whose Opened was not taken in yet by Update, is left as it is.
func (a *Audience) Add(id ConnID) {
	c := a.conn(id)
	if c == nil || slices.ContainsFunc(c.seats, a.holds) {
		return
	}
	st := &seat{audience: a, conn: c}
	c.seats = append(c.seats, st)
	a.n++
	a.s.outgoing().add(entry{order: orderJoin, seat: st})
}

// Remove ends a connection's membership. What was sent before still comes.
func (a *Audience) Remove(id ConnID) {
	c := a.conn(id)
	if c == nil {
		return
	}
	if i := slices.IndexFunc(c.seats, a.holds); i >= 0 {
		a.s.vacate(c.seats[i])
		c.seats = slices.Delete(c.seats, i, i+1)
	}
}

// Len returns the number of members.
func (a *Audience) Len() int { return a.n }

// SendText sends a text, which must be valid UTF-8, to every member with the next
// Update. The text is copied once. Members for whom too many bytes wait are closed
// with code 4008 when it is distributed.
func (a *Audience) SendText(text []byte) { a.send(frameText, text) }

// SendBinary is SendText for any bytes.
func (a *Audience) SendBinary(data []byte) { a.send(frameBinary, data) }

func (a *Audience) send(first byte, payload []byte) {
	if a.n == 0 {
		return
	}
	b := a.s.outgoing()
	b.add(entry{order: orderPlay, audience: a, shared: a.s.share(first, payload)})
	b.to += a.n
}

// conn is an open connection, or nil.
func (a *Audience) conn(id ConnID) *conn {
	if a.s == nil {
		return nil
	}
	return a.s.open[id]
}

func (a *Audience) holds(st *seat) bool { return st.audience == a }

// vacate orders a seat to be given up.
func (s *Server) vacate(st *seat) {
	st.audience.n--
	s.outgoing().add(entry{order: orderLeave, seat: st})
}

// desert ends all memberships of a connection that the program is to forget.
func (s *Server) desert(c *conn) {
	for _, st := range c.seats {
		s.vacate(st)
	}
	c.seats = nil
}

// sit and rise carry the orders out. Their caller holds passing.
func (st *seat) sit() {
	a := st.audience
	st.at = len(a.seats)
	a.seats = append(a.seats, chair{st.conn, st})
}

func (st *seat) rise() {
	a := st.audience
	last := len(a.seats) - 1
	a.seats[st.at] = a.seats[last]
	a.seats[st.at].seat.at = st.at
	a.seats[last] = chair{}
	a.seats = a.seats[:last]
}

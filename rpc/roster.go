package rpc

// roster is a set of subscriptions in which each knows its place, so that one of
// ten thousand is taken out as fast as one of ten.
type roster struct {
	subs  []*Sub
	place func(*Sub) *int
}

func (r *roster) add(sub *Sub) {
	*r.place(sub) = len(r.subs)
	r.subs = append(r.subs, sub)
}

// remove takes a subscription out, if it is in.
func (r *roster) remove(sub *Sub) {
	i := *r.place(sub)
	if i >= len(r.subs) || r.subs[i] != sub {
		return
	}
	last := len(r.subs) - 1
	moved := r.subs[last]
	r.subs[i], r.subs[last] = moved, nil
	*r.place(moved) = i
	r.subs = r.subs[:last]
}

package state

import "math/bits"

// index finds regions again by where they lie and what is there: a hash table of places
// in the list of finds, which are the keys as well. It is a third as large as a map.
type index struct {
	slots []int32 // 1 and the place; 0 is free
	shift uint
	used  int
}

// grow makes room for n regions and takes in those that there are.
func (x *index) grow(finds []find, n int) {
	size := bits.Len(uint(max(n, 32))) + 1
	x.slots, x.shift = make([]int32, 1<<size), uint(64-size)
	for i := range finds {
		f := &finds[i]
		x.slots[x.slot(finds, f.lo, f.plan, f.shape)] = int32(i) + 1 // the last of those that are alike
	}
}

// slot returns where a region is, or where it would be put.
func (x *index) slot(finds []find, addr uintptr, p *plan, shape shape) int {
	at := int(uint64(addr) * 0x9e3779b97f4a7c15 >> x.shift)
	for {
		i := x.slots[at]
		if i == 0 {
			return at
		}
		if f := &finds[i-1]; f.lo == addr && f.plan == p && f.shape == shape {
			return at
		}
		at = (at + 1) & (len(x.slots) - 1)
	}
}

// find returns the place of a region, or -1.
func (x *index) find(finds []find, addr uintptr, p *plan, shape shape) int32 {
	return x.slots[x.slot(finds, addr, p, shape)] - 1
}

// set puts the newest region into a slot.
func (x *index) set(finds []find, slot int) {
	if x.slots[slot] == 0 {
		x.used++
	}
	x.slots[slot] = int32(len(finds))
	if 2*x.used > len(x.slots) {
		x.grow(finds, len(finds))
	}
}

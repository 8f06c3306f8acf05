package rpc

import (
	"iter"
	"math/bits"
	"strings"
)

// Nearest returns the known name that a person who wrote name most likely meant,
// and "" when none is near. Near is: a few slips of the keyboard away, in other
// case, or the same last part ("gravity" for "physics.gravity"). It looks at
// every known name, so it is for error messages.
func Nearest(name string, known iter.Seq[string]) string {
	if name == "" || len(name) > maxNearest {
		return ""
	}
	want := strings.ToLower(name)
	letters := letterSet(want)
	best, least := "", max(1, len(want)/3)+1
	for k := range known {
		if len(k) > maxNearest {
			continue
		}
		have := strings.ToLower(k)
		d := least + 1
		// A slip changes two letters of the set at most, so most names need no
		// closer look. distance stops at its limit, which must not look like a tie.
		if bits.OnesCount64(letters^letterSet(have)) <= 2*least {
			d = distance(want, have, least+1)
		}
		if lastPart(have) == want || have == lastPart(want) {
			d = min(d, 1)
		}
		// Of equally near names the first in the alphabet wins, so that the
		// answer does not depend on the order of a map.
		if d < least || d == least && best != "" && k < best {
			best, least = k, d
		}
	}
	return best
}

// maxNearest is the longest name that is compared, in bytes.
const maxNearest = 128

// letterSet returns which characters a name has, in 64 bits.
func letterSet(name string) (set uint64) {
	for i := range len(name) {
		set |= 1 << (name[i] % 64)
	}
	return set
}

// lastPart returns what follows the last dot of a name.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b. It may stop early with any number from limit on.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	// Bytes are enough for counts up to maxNearest, and quick to clear.
	var rows [3][maxNearest + 1]uint8
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		least := row[0]
		for j := 1; j <= len(b); j++ {
			d := last[j-1]
			if a[i-1] != b[j-1] {
				d = min(last[j], row[j-1], d) + 1
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			row[j] = d
			least = min(least, d)
		}
		if int(least) >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return int(last[len(b)])
}

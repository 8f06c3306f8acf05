package rpc

import (
	"iter"
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
	best, least := "", max(1, len(want)/3)+1
	for k := range known {
		if len(k) > maxNearest {
			continue
		}
		have := strings.ToLower(k)
		d := distance(want, have, least+1) // it stops at its limit, which must not look like a tie
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

// lastPart returns what follows the last dot of a name.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b. It may stop early with any number from limit on.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	var rows [3][maxNearest + 1]int
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

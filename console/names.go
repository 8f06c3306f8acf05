package console

import (
	"fmt"
	"strings"
)

// validName reports whether a name is of the form area.name.
func validName(name string) bool {
	if name == "" || len(name) > 128 || name[0] < 'a' || name[0] > 'z' || strings.HasSuffix(name, ".") || strings.Contains(name, "..") {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

// nameForm is that form in words.
const nameForm = "a name is letters, digits, _ and dots, and begins with a small letter"

// badName says why a name is none.
func badName(name string) string { return fmt.Sprintf("%q: %s", clipTo(name, maxGot), nameForm) }

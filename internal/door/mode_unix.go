//go:build !windows

package door

import "io/fs"

// tooOpen reports whether others than the owner can read a file.
func tooOpen(m fs.FileMode) bool { return m.Perm()&0o077 != 0 }

package console

// utf16Of is an offset in bytes as JavaScript counts it.
func utf16Of(s string, offset int) int {
	n := 0
	for _, r := range s[:offset] {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// bytesOf is an offset that JavaScript counted in bytes, at most the text's length.
func bytesOf(s string, units int) int {
	for i, r := range s {
		if units <= 0 {
			return i
		}
		if units--; r > 0xffff {
			units--
		}
	}
	return len(s)
}

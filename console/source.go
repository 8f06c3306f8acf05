package console

import (
	"path/filepath"
	"runtime"
	"strconv"
)

// source names the place in the program that a counter is of: of a line of the log, of a binding.
func source(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	if frame.File == "" {
		return ""
	}
	folder, file := filepath.Split(frame.File)
	return filepath.Base(folder) + "/" + file + ":" + strconv.Itoa(frame.Line)
}

// caller is the place in the program that called the function that asks, where skip is 1.
func caller(skip int) uintptr {
	var pcs [1]uintptr
	runtime.Callers(skip+2, pcs[:])
	return pcs[0]
}

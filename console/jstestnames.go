package console

import (
	"path"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

const (
	// maxTestName is how long the name of a file may be, in bytes, and maxTestDepth in how
	// many folders it may lie.
	maxTestName  = 200
	maxTestDepth = 8
)

// What a file of the tests is, by its name.
const (
	testSuffix   = ".js"
	imageSuffix  = ".png"
	imagesFolder = "expected" // directly in it
)

// badTestName says why a name is none of a file of the tests, or "". What it lets through
// is below the folder on every system: no way up, no name of a device, nothing hidden.
func badTestName(name string) string {
	parts := strings.Split(name, "/")
	switch {
	case name == "" || len(name) > maxTestName:
		return "a name has 1 to 200 bytes"
	case len(parts) > maxTestDepth:
		return "it lies in more than 7 folders"
	}
	for _, part := range parts {
		if why := badTestPart(part); why != "" {
			return why
		}
	}
	if !isTestFile(name) {
		return "a test is a file .js, a picture one expected/*.png"
	}
	return ""
}

func badTestPart(part string) string {
	for i := range len(part) {
		c := part[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return "a name is letters, digits and ._- between slashes"
		}
	}
	stem, _, _ := strings.Cut(strings.ToLower(part), ".")
	switch {
	case part == "":
		return "a name does not begin or end with a slash, and has none beside another"
	case part[0] == '.' || part[len(part)-1] == '.':
		return "no part of a name begins or ends with a dot"
	case stem == "con", stem == "prn", stem == "aux", stem == "nul",
		len(stem) == 4 && (stem[:3] == "com" || stem[:3] == "lpt") && stem[3] >= '0' && stem[3] <= '9':
		return "that name is a device on Windows"
	}
	return ""
}

// isTestFile reports whether a file with that name is one of the tests.
func isTestFile(name string) bool {
	return strings.HasSuffix(name, testSuffix) || isTestImage(name)
}

// isTestImage reports whether a file with that name is a picture that a test expects.
func isTestImage(name string) bool {
	return strings.HasSuffix(name, imageSuffix) && path.Base(path.Dir(name)) == imagesFolder
}

// checkTestName is badTestName as an error.
func checkTestName(name string) error {
	why := badTestName(name)
	if why == "" {
		return nil
	}
	e := rpc.Errorf(rpc.InvalidParams, "%q is no name of a test: %s", clipTo(name, maxGot), why)
	e.Data.Path, e.Data.Got = "/name", clipTo(name, maxGot)
	return e
}

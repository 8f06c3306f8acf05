package webui

import (
	"embed"
	"io/fs"
)

// client holds what a page imports of the client for JavaScript, and of the test driver.
// What only Node needs stands beside it and is not served.
//
//go:embed client/client.js client/test.js client/driver/*.js
var client embed.FS

// addClient puts the client at /client.js, and the files that import it below
// /client/, where the client is again: both names are the same module, because the
// second hands on the first.
func (s server) addClient() {
	err := fs.WalkDir(client, "client", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := client.ReadFile(name)
		if err == nil {
			s["/"+name] = newFile(name, data)
		}
		return err
	})
	if err != nil {
		panic("webui: " + err.Error()) // embedded files can be read
	}
	s["/client.js"] = s["/client/client.js"]
	s["/client/client.js"] = newFile("client/client.js", []byte("export * from '../client.js';\n"))
}

package webui

import "embed"

// client holds what a page imports of the client for JavaScript. What only Node needs
// stands beside it and is not served.
//
//go:embed client/client.js
var client embed.FS

// addClient puts the client at /client.js, and the files that import it below
// /client/, where the client is again: both names are the same module, because the
// second hands on the first.
func (s server) addClient() {
	names, err := client.ReadDir("client")
	if err != nil {
		panic("webui: " + err.Error()) // the folder's name is a constant
	}
	for _, entry := range names {
		name := "client/" + entry.Name()
		data, err := client.ReadFile(name)
		if err != nil {
			panic("webui: " + err.Error()) // embedded files can be read
		}
		s["/"+name] = newFile(name, data)
	}
	s["/client.js"] = s["/client/client.js"]
	s["/client/client.js"] = newFile("client/client.js", []byte("export * from '../client.js';\n"))
}

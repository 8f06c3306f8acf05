// Package webui holds the dashboard: the page that a browser shows of a game. It
// is built from the sources in app/ into dist/, which is embedded, so that who
// imports the module needs neither Node nor a network.
//
//	http.Handle("/", webui.Handler())
//
// The page finds the console by itself: it opens a WebSocket at ws beside the
// address that it came from. Files are served from memory, on the goroutine of
// each request, and nothing is written. The headers that protect the page
// (content security policy and its like) are set by the console that serves it.
//
// By default index.html is asked for anew each time, and every other file, whose
// name carries a hash of its content, is kept by browsers for good.
package webui

// Command chat is a page on which people meet under unique names, and the four ways
// in which clients of one server talk: echoed, routed to one of them, in groups, and
// streamed from the server. Open the address that it prints in two windows.
//
// It is made of package wsserver, which carries bytes, package rpc, which gives them
// meaning, and package wsrpc, which connects the two. It has nothing of the console:
// they are whole without it. The page is plain JavaScript; page/rpc.js is a client
// that may be copied.
package main

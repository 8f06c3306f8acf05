package console_test

import (
	"log"
	"log/slog"
	"os"

	"github.com/scry-dev/scry/console"
)

// What an engine prints by the standard logger comes to the dashboard, and here to the
// terminal, too.
func ExampleLog_Writer() {
	var con console.Console
	con.Log.Next = slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	engine := log.New(con.Log.Writer(slog.LevelInfo), "", log.LstdFlags)
	engine.Print("12 sounds loaded")
	// Output: level=INFO msg="12 sounds loaded"
}

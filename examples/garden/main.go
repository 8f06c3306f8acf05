package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/rpc"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "garden:", err)
		stop()
		os.Exit(1)
	}
}

// options are the program's flags.
type options struct {
	driver, addr, level, sound string
	seed                       uint64
	ticks                      uint64
	assets                     string   // folder of the game's files; "none" is those in the program
	tests                      string   // folder of tests; "none" is those in the program
	config                     string   // folder of settings; "none" is none, empty the user's
	set                        []string // name=value
}

// parse reads the flags. Its error is flag.ErrHelp when help was asked for.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("garden", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.driver, "driver", "auto", "auto, ebiten or headless; auto opens a window where there is a display")
	f.StringVar(&o.addr, "addr", "127.0.0.1:6060", "where the console listens; port 0 takes a free one")
	f.StringVar(&o.level, "level", "meadow", "one of "+strings.Join(sim.Levels(), ", "))
	f.StringVar(&o.sound, "sound", "auto", "auto or off; auto plays where there is a window and a sound device")
	f.Uint64Var(&o.seed, "seed", 0, "of everything random; 0 takes a new one")
	f.Uint64Var(&o.ticks, "ticks", 0, "end after so many ticks; 0 goes on")
	f.StringVar(&o.assets, "assets", "", "`folder` of the game's files, which is watched; none is those in the program, and so is empty where "+checkout+" is not")
	f.StringVar(&o.tests, "tests", "", "`folder` of tests in JavaScript, which the dashboard reads and writes; none is those in the program, and so is empty where "+checkedTests+" is not")
	f.StringVar(&o.config, "config", "", "`folder` of settings and profiles; none keeps nothing, empty is gravity-garden in the user's own")
	f.Func("set", "a cvar's `name=value`; may be repeated", func(text string) error {
		o.set = append(o.set, text)
		return nil
	})
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is no flag", f.Arg(0))
	}
	for _, c := range []struct {
		name, value string
		known       []string
	}{
		{"driver", o.driver, []string{"auto", "ebiten", "headless"}},
		{"level", o.level, sim.Levels()},
		{"sound", o.sound, []string{"auto", "off"}},
	} {
		if err := check(c.name, c.value, c.known); err != nil {
			return o, err
		}
	}
	if o.seed == 0 {
		o.seed = rand.Uint64()
	}
	return o, nil
}

// check refuses a value that is not known and names the nearest that is.
func check(name, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	hint := "it is one of " + strings.Join(known, ", ")
	if near := rpc.Nearest(value, slices.Values(known)); near != "" {
		hint = fmt.Sprintf("nearest is %q; ", near) + hint
	}
	return fmt.Errorf("-%s=%s is not known; %s", name, value, hint)
}

// run plays the game until ctx is done, the window is closed or the ticks are over.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	level, err := sim.Load(o.level)
	if err != nil {
		return err
	}
	files, err := openShelf(o.assets)
	if err != nil {
		return err
	}
	defer files.close()
	g := newGarden(level, o, stdout)
	defer g.con.Close()
	g.shelf = files
	if err := g.bringTests(o.tests); err != nil {
		return err
	}
	g.con.Log.Next = slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})
	if err := g.configure(o); err != nil {
		return err
	}
	g.handle()
	if err := g.con.Listen(o.addr); err != nil {
		return err
	}
	g.log.Info("the garden opens", "level", level.Name, "seed", o.seed, "driver", o.driver)
	return g.play(ctx, o, stderr)
}

// play hands the game to a driver. A window that cannot be opened is no reason to
// end: the game goes on without.
func (g *garden) play(ctx context.Context, o options, stderr io.Writer) error {
	if o.driver == "auto" && !display() {
		fmt.Fprintln(stderr, "garden: no display here (DISPLAY and WAYLAND_DISPLAY are empty), so it runs headless")
		return g.headless(ctx)
	}
	if o.driver == "headless" {
		return g.headless(ctx)
	}
	err := g.window(ctx, o.sound == "auto")
	if err == nil || o.driver == "ebiten" || g.frames > 0 {
		return err
	}
	fmt.Fprintf(stderr, "garden: no window (%s), so it runs headless\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	return g.headless(ctx)
}

// display reports whether a window could be opened, as far as can be told.
func display() bool {
	switch runtime.GOOS {
	case "linux", "freebsd", "netbsd", "openbsd":
		return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
	}
	return true
}

package console

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"iter"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/internal/door"
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
)

// Console is what a game carries inside itself. The zero value is ready; its
// plain fields freeze at the first call of Listen, ServeHTTP, Update or RPC. It must
// not be copied.
//
// Update and the services belong to the game's goroutine, save where they say
// otherwise. Listen, ServeHTTP, URL and Close may be called from any goroutine.
type Console struct {
	// Name is the game's name, shown in the dashboard. Empty is the program's.
	Name string
	// Version is the game's version, shown in the dashboard. Empty is the one in
	// the program's build information.
	Version string
	// Token admits scripts that show it as "Authorization: Bearer". Empty is the
	// environment variable SCRY_TOKEN; when that is empty too, none is admitted
	// that way.
	Token string
	// Budget is what a frame may take. Zero means a sixtieth of a second.
	Budget time.Duration
	// RequestBudget is how long Update may serve requests in one frame; what is
	// left waits for the next. Zero means a millisecond.
	RequestBudget time.Duration
	// Limits bound what clients may send and hold. The zero value is sensible; what
	// was met is shown in the dashboard.
	Limits Limits
	// FlightTrace has Go's flight recorder keep so much of the program's execution from
	// the start, for /debug/flight, which costs some processor time all the while.
	// Zero means that it runs when somebody asks, and for ten minutes after.
	FlightTrace time.Duration
	// Output is where the link is printed. Nil means standard output.
	Output io.Writer

	// The services.
	Cvars    Cvars
	Commands Commands
	Timings  Timings
	Memory   Memory
	World    World
	Time     Time
	Input    Input
	Log      Log
	Blackbox Blackbox
	Assets   Assets
	Display  Display
	Tests    Tests
	Runs     Runs

	once     sync.Once
	clock    clock
	flight   flight
	srv      wsrpc.Server
	door     door.Door
	out      outside  // any goroutine
	life     life     // any goroutine
	met      met      // any goroutine
	profiler profiler // any goroutine
	scrape   scrape   // any goroutine
	// copying is full while a capture is copied or made into another format, either of
	// which takes memory: one at a time.
	copying chan struct{}
	uploads chan struct{} // has an entry for each file that is sent to the game now
	closed  atomic.Bool
	// collecting is set while the flight recorder's goroutine runs.
	collecting atomic.Bool
	// serving is when the requests that run began to, on the session's clock; 0
	// while none do.
	serving atomic.Int64

	// Owned by the goroutine that calls Update.
	wired    bool // the services are
	session  string
	posts    []*post
	began    time.Duration // when the running frame began
	exempted *rpc.Peer     // from the pace: who holds the time
	open     bool          // a frame has begun and is not finished
	sent     bool          // the running frame was sent at its beginning, for a game that does not range
	ranged   bool          // the game ranged over the frame before
	sampled  bool          // the input was, at the running frame's beginning
	busy     bool          // requests are being served
	// publishScopes is the method of Timings as a value, made once.
	publishScopes func(*keptFrame)
	mostly        func() string // the same, of Timings
	// slowNext is when the log may tell again of a call that took long.
	slowNext time.Duration
}

func (c *Console) budget() time.Duration {
	if c.Budget == 0 {
		return time.Second / 60
	}
	return c.Budget
}

func (c *Console) requestBudget() time.Duration {
	if c.RequestBudget == 0 {
		return time.Millisecond
	}
	return c.RequestBudget
}

func (c *Console) output() io.Writer {
	if c.Output == nil {
		return os.Stdout
	}
	return c.Output
}

// setup makes what any goroutine may use; it runs once, at the first use.
func (c *Console) setup() {
	c.clock.start()
	c.out.closing, c.copying = make(chan struct{}), make(chan struct{}, 1)
	c.uploads = make(chan struct{}, maxUploads)
	c.Memory.begin(&c.clock)
	c.flight.begin(&c.Timings.Recorder, &c.clock, c.Timings.flight(), c.Timings.flightBytes())
	c.Log.clock.Store(&c.clock)
	c.connectBlackbox()
	c.Assets.connect(&c.clock, c.Log.say, c.Log.tell, c.panicked)
	c.Cvars.clock, c.Cvars.owner, c.Cvars.say, c.Cvars.panicked = &c.clock, owner, c.Log.say, c.panicked
	c.World.editing.owner, c.World.editing.panicked = owner, c.panicked
	c.Tests.connect(&c.clock, c.start, c.Log.say)
	c.Cvars.clerk.prepare(&c.Cvars)
	c.Cvars.clerk.connect(c.Log.say)
	c.Cvars.start = c.start
	c.Cvars.command = c.autoexec
	c.door.App, c.door.Secret = c.name(), c.token()
	c.srv.WS.Subprotocols = []string{door.Subprotocol}
	c.srv.WS.Limits, c.srv.RPC.Limits, c.srv.Limits = c.Limits.transport(), c.Limits.Protocol, c.Limits.Queue
	c.srv.Role = c.role
}

// ready wires the services up, at the first call. It belongs to the game's
// goroutine, as they do: Listen and ServeHTTP, which any goroutine may call, leave
// them alone.
func (c *Console) ready() {
	c.once.Do(c.setup)
	if c.wired {
		return
	}
	c.wired = true
	session := make([]byte, 8)
	rand.Read(session) // never fails (crypto/rand)
	r := &c.srv.RPC
	r.Name, r.Version = c.name(), c.version()
	c.session = hex.EncodeToString(session)
	r.Session = c.session
	r.Features = []string{"cvars", "timings", "memory", "world", "time", "input", "log", "network", "commands", "assets", "display", "tests", "runs"}
	if c.Blackbox.past > 0 {
		r.Features = append(r.Features, "incidents")
	}
	r.Authenticate = c.authenticate
	r.Hides = c.hides
	r.OnPanic, r.OnSlow, r.OnStats = c.panicked, c.slow, c.limits
	c.srv.OnLeave = c.leave

	c.Cvars.register(r)
	c.connectCommands(r)
	c.Timings.register(r, c.budget(), c.Time.wait)
	c.publishScopes, c.mostly = c.Timings.publishScopes, c.Timings.mostly
	c.Memory.register(r)
	c.World.states.own = []reflect.Type{reflect.TypeFor[Console](), reflect.TypeFor[timing.Recorder]()}
	c.World.register(r, c.budget())
	c.World.viewing.drives = c.Time.drives
	c.Time.register(r, &c.clock, timeHost{owner, c.expression, c.World.viewing.budget, c.budget})
	c.Input.register(r, &c.clock, owner)
	c.Log.register(r)
	c.Blackbox.register(r)
	c.Assets.register(r)
	c.connectDisplay(r)
	c.Tests.register(r)
	c.connectRuns(r)
	c.srv.HandleNetwork()
	c.Blackbox.ready.Store(c.Blackbox.past > 0) // all that a recording tells of is there
}

// RPC returns the console's JSON-RPC server, for methods and topics of the
// game's own. It belongs to the game's goroutine.
func (c *Console) RPC() *rpc.Server {
	c.ready()
	return &c.srv.RPC
}

// Update serves the console once a frame: it takes requests in, runs them within
// their time budget, and sends what is to be seen. It never waits for a client.
//
// It returns the ticks to simulate now, by number: one as a rule, none while the
// game is held, several while it is stepped or runs fast. A loop that ranges over
// them can be held, stepped and driven; a loop that ignores them is monitored and
// tweaked all the same. While a client holds the game, the range waits for the
// next request, a frame's length at the most, so that requests are served at
// once. Update allocates nothing when nobody is connected. Inside a handler it does
// nothing.
func (c *Console) Update() iter.Seq[uint64] {
	c.begin()
	return func(yield func(uint64) bool) { c.run(yield) }
}

// CatchUp returns the ticks of a further step in the running frame, for a loop
// with a fixed step that falls behind its display and simulates several steps
// before it draws: call Update for the first and CatchUp for each of the others.
// Their times add up to one frame. It serves nobody, and yields nothing while the
// game is held.
func (c *Console) CatchUp() iter.Seq[uint64] {
	return func(yield func(uint64) bool) { c.catchUp(yield) }
}

func (c *Console) catchUp(yield func(uint64) bool) {
	c.ready()
	c.earned(yield)
}

// earned yields the ticks that the speed gives, and reports whether the game took
// them.
func (c *Console) earned(yield func(uint64) bool) bool {
	for n := range c.Time.earn() {
		// A speed that the machine cannot keep up with must not stop the window: what
		// does not fit into two frames is not run later either. Nor is what is left
		// when a tick holds the game.
		if n > 0 && (c.Time.held || c.clock.now()-c.began > 2*c.budget()) {
			break
		}
		if !c.tick(yield) {
			return false
		}
	}
	return true
}

// begin closes the frame before, and serves what arrived since.
func (c *Console) begin() {
	if c.busy {
		return
	}
	c.ready()
	if c.open {
		c.ranged = false // nobody ranged over the frame before
		if !c.sent {
			c.send()
		}
	}
	c.began = c.close()
	c.clock.frame.Add(1)
	c.Time.controlled = c.ranged || c.clock.frame.Load() == 1
	c.open = true

	held := c.Time.held // when the frame before ended
	if c.closed.Load() {
		c.Input.let()
	}
	c.Time.expire(c.began)
	c.applyHolds()
	c.beginCvars()
	c.beginScripts()
	c.beginAssets()
	c.Tests.begin()
	c.serve()
	c.Runs.begin()
	c.alternate(held)
	c.Cvars.offer()
	if c.sampled = !c.Time.controlled; c.sampled {
		c.Input.sample(c.clock.tick.Load())
	}
	// A game that did not range before gets its replies out now. It may still range
	// over this frame, as one does whose loading is over.
	if c.sent = !c.ranged && c.clock.frame.Load() > 1; c.sent {
		c.send()
	}
}

// beginCvars gives cvars what waited for them, and ends what is over. The game is told of
// changes meanwhile, and may call Update.
func (c *Console) beginCvars() {
	c.busy = true
	defer func() { c.busy = false }() // also when the game ends the goroutine
	c.Cvars.begin(c.began)
}

// beginAssets goes on with what clients want of assets. The game's loaders may call
// Update.
func (c *Console) beginAssets() {
	if !c.Assets.desk.waiting.Load() {
		return
	}
	c.busy = true
	defer func() { c.busy = false }()
	own := c.Timings.Begin(c.Timings.own)
	c.tell()
	c.Assets.attend(time.Now().Add(copyBudget))
	own.End()
}

// close ends the times of the frame before, and decides how those of the next are
// taken. It returns the moment at which one ends and the next begins.
func (c *Console) close() (now time.Duration) {
	number, tick := c.clock.frame.Load(), c.clock.tick.Load()
	serving := c.collecting.Load()
	switch {
	case number == 0:
		return c.clock.now()
	case !serving && c.alone():
		c.Timings.rest()
		return c.clock.now()
	}
	payload, now := c.Timings.frame(number, frameInfo{tick: tick, held: c.Time.held}, c.began, &c.clock.since)
	if serving {
		c.flight.hand(number, tick, c.began, payload)
		c.Blackbox.frame(now-c.began, c.Time.held, c.mostly)
	}
	c.Timings.latch(serving)
	if watched := c.Timings.scopes.Subscribers() > 0; watched != c.flight.watched.Load() {
		c.flight.watched.Store(watched)
	}
	return now
}

// serve takes in what arrived and runs requests within the budget.
func (c *Console) serve() {
	c.srv.WS.Update()
	c.takePosts()
	if c.alone() && c.srv.WS.PendingMessageCount() == 0 {
		return
	}
	c.busy = true
	c.serving.Store(max(1, int64(c.clock.now())))
	defer func() { // also when a handler ends the goroutine
		c.busy = false
		c.serving.Store(0)
	}()
	own := c.Timings.Begin(c.Timings.own)
	c.tell()
	if c.srv.Serve(time.Now().Add(c.requestBudget())) {
		c.met.budget.Add(1)
	}
	c.Display.settle(false)
	c.exempt()
	own.End()
}

// alternate gives the cvars that alternate what they hold in this frame. held is whether
// the frame before ended with the game held.
func (c *Console) alternate(held bool) {
	if len(c.Cvars.alternates) == 0 {
		return
	}
	c.busy = true // the game is told of changes, and may call Update
	defer func() { c.busy = false }()
	own := c.Timings.Begin(c.Timings.own)
	c.tell()
	c.Cvars.turn(c.clock.frame.Load(), held || c.Time.held)
	own.End()
}

// alone reports whether nobody is connected, so that there is nobody to serve.
func (c *Console) alone() bool { return c.srv.RPC.Clients() == 0 }

// tell tells the protocol the time.
func (c *Console) tell() {
	c.srv.RPC.SetClock(c.clock.frame.Load(), c.clock.tick.Load(), c.clock.now())
}

// run yields the ticks of the frame, and between them serves what waited for one.
func (c *Console) run(yield func(uint64) bool) {
	if !c.open || c.busy {
		return // the iterator was kept beyond its frame, or ranged over twice
	}
	c.ranged = true
	if c.closed.Load() {
		c.Time.let() // nobody is left who could
	}
	if !c.earned(yield) {
		c.finish()
		return
	}
	end := c.began + c.budget()
	for c.Time.held && !c.closed.Load() {
		if !c.step(yield, end) {
			break
		}
		c.send()
		left := end - c.clock.now()
		if left <= 0 || !c.srv.WS.Wait(left) {
			break
		}
		c.serve()
	}
	c.finish()
}

// step runs the ticks that were asked for, in order, until there are none left or
// the frame is over; after each request it serves what waited for its end.
func (c *Console) step(yield func(uint64) bool, end time.Duration) bool {
	for c.Time.stepping() && !c.closed.Load() {
		if !c.tick(yield) {
			return false
		}
		if !c.Time.stepping() {
			c.serve()
		}
		if c.clock.now() > end {
			return false
		}
	}
	return true
}

// tick has the game simulate one tick.
func (c *Console) tick(yield func(uint64) bool) bool {
	if c.Time.due() && !c.runDue() {
		return true // what was to run before it holds the game
	}
	runs := c.Runs.active()
	if runs {
		c.runBefore()
	}
	n := c.clock.tick.Add(1)
	c.sampleTick(n)
	if runs && c.Runs.rec != nil {
		c.Runs.rec.sampled(c.Input.State())
	}
	ok := c.simulate(yield, n)
	if !c.alone() { // reading the clock is half of what a tick costs
		c.tell()
	}
	c.applyHolds()
	if runs && c.Runs.rec != nil {
		c.Runs.rec.ticked(&c.Runs)
	}
	c.tickTime()
	c.tickScripts()
	return ok
}

// simulate has the game simulate a tick, and takes its time where somebody measures.
func (c *Console) simulate(yield func(uint64) bool, n uint64) bool {
	if !c.Timings.measured() {
		return yield(n)
	}
	began := c.clock.now()
	ok := yield(n)
	c.Timings.took = c.clock.now() - began
	return ok
}

// sampleTick takes in the input of a tick. In a game that did not range over the frame before,
// the frame's beginning did, for the first.
func (c *Console) sampleTick(n uint64) {
	if c.sampled {
		c.sampled = false
		return
	}
	c.Input.sample(n)
}

// runDue runs what clients have asked for just before the next tick, and reports whether
// that is still to be simulated.
func (c *Console) runDue() bool {
	busy := c.busy
	c.busy = true
	c.serving.Store(max(1, int64(c.clock.now())))
	defer func() {
		c.busy = busy
		c.serving.Store(0)
	}()
	c.tell()
	return c.Time.runDue()
}

// tickTime tells what waits for a tick. Functions of the game may be called for it, which
// may call Update.
func (c *Console) tickTime() {
	if !c.Time.waits() {
		return
	}
	busy := c.busy
	c.busy = true
	defer func() { c.busy = busy }()
	c.Time.ticked()
}

// applyHolds puts back what the game wrote over fields that clients hold. Functions of
// the game may be called for it, which may call Update.
func (c *Console) applyHolds() {
	if len(c.World.editing.holds.list) == 0 {
		return
	}
	busy := c.busy
	c.busy = true
	defer func() { c.busy = busy }()
	c.World.applyHolds()
}

// beginScripts lets scripts go on that have more to do than a frame is for. In a game
// that does not range over Update they count frames in the place of ticks.
func (c *Console) beginScripts() {
	if !c.Commands.waits() {
		c.Commands.frame()
		return
	}
	c.busy = true
	defer func() { c.busy = false }()
	c.tell()
	c.Commands.frame()
	if !c.Time.controlled {
		c.Commands.ticked()
	}
}

// tickScripts lets scripts go on that waited for a tick.
func (c *Console) tickScripts() {
	if !c.Commands.waits() {
		return
	}
	busy := c.busy
	c.busy = true
	defer func() { c.busy = busy }()
	c.Commands.ticked()
}

// finish ends a frame: what the services have to tell, then the replies.
func (c *Console) finish() {
	c.open = false
	c.send()
}

// send has the services publish, flushes what is queued for the clients, and
// hands it over to the goroutines that write.
func (c *Console) send() {
	c.Log.tellDrops()
	if c.alone() {
		c.World.abandon()
		c.Display.attend()
		return
	}
	own := c.Timings.Begin(c.Timings.own)
	c.tell()
	c.Cvars.publish()
	c.Commands.publish()
	c.Memory.publish()
	c.World.publish()
	c.World.publishEdits(c.clock.frame.Load(), c.clock.tick.Load())
	c.Time.publish()
	c.Input.publish()
	c.Log.publish()
	c.Blackbox.publish()
	c.Assets.publish()
	c.Tests.publish()
	c.Runs.publish()
	c.flight.take(c.publishScopes)
	c.Display.attend()
	c.srv.RPC.Flush()
	if c.Display.depart() {
		c.srv.RPC.Flush()
	}
	c.answerPosts()
	c.srv.WS.Update()
	own.End()
}

// leave is told of each client that disconnects.
func (c *Console) leave(p *rpc.Peer) {
	c.Time.leave(p, c.clock.now())
	c.Input.leave(p)
	c.Cvars.leave(p)
}

// slowEvery is how often the log tells of calls that took long: a script may make
// hundreds a second.
const slowEvery = time.Second

// slow puts a call that took long into the log.
func (c *Console) slow(method string, took time.Duration) {
	if now := c.clock.now(); now >= c.slowNext {
		c.slowNext = now + slowEvery
		c.Log.say("a request took long, and the frame with it", "method", method, "took", took)
	}
}

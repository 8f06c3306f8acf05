package console

import (
	"runtime"
	"time"

	"github.com/scry-dev/scry/internal/openmetrics"
)

// runtimeFamilies are those of the Go runtime, under the names that Prometheus' own
// client for Go has given them, where they are the same thing: so dashboards that
// exist show a game as well.
type runtimeFamilies struct {
	info, goroutines, threads                       single
	alloc, allocTotal, heapAlloc, inUse, idle       single
	released, heapSys, objects, stacks, sys, nextGC single
	allocs, cycles, forced, gcShare, pauseMax       single
}

func (f *runtimeFamilies) name() {
	const gauge, counter = openmetrics.Gauge, openmetrics.Counter
	f.info = newSingle("go_info", gauge, "", "the version of Go", "version", runtime.Version())
	f.goroutines = newSingle("go_goroutines", gauge, "", "goroutines that there are")
	f.threads = newSingle("go_threads", gauge, "", "threads of the Go runtime")
	f.alloc = newSingle("go_memstats_alloc", gauge, "bytes", "objects on the heap, live ones and dead ones not swept yet")
	f.allocTotal = newSingle("go_memstats_alloc_bytes_total", openmetrics.NamedCounter, "", "allocated on the heap, freed since or not")
	f.heapAlloc = newSingle("go_memstats_heap_alloc", gauge, "bytes", "the same as go_memstats_alloc_bytes")
	f.inUse = newSingle("go_memstats_heap_inuse", gauge, "bytes", "spans of the heap with objects in them")
	f.idle = newSingle("go_memstats_heap_idle", gauge, "bytes", "spans of the heap without objects, given back to the system or not")
	f.released = newSingle("go_memstats_heap_released", gauge, "bytes", "of go_memstats_heap_idle_bytes: given back to the system")
	f.heapSys = newSingle("go_memstats_heap_sys", gauge, "bytes", "address space of the heap")
	f.objects = newSingle("go_memstats_heap_objects", gauge, "", "objects on the heap")
	f.stacks = newSingle("go_memstats_stack_inuse", gauge, "bytes", "stacks of goroutines")
	f.sys = newSingle("go_memstats_sys", gauge, "bytes", "mapped by the Go runtime")
	f.nextGC = newSingle("go_memstats_next_gc", gauge, "bytes", "size of the heap at which the next collection ends")
	f.allocs = newSingle("go_gc_heap_allocs_objects", counter, "", "objects allocated on the heap, without tiny ones")
	f.cycles = newSingle("go_gc_cycles_total_gc_cycles", counter, "", "collections that have ended")
	f.forced = newSingle("go_gc_cycles_forced_gc_cycles", counter, "", "of them, those that the program asked for")
	f.gcShare = newSingle("scry_gc_cpu", gauge, "ratio", "share of the processor time that the collector took since the start")
	f.pauseMax = newSingle("scry_gc_pause_max", gauge, "seconds", "the longest stop of the world since the start")
}

func (f *runtimeFamilies) write(p *openmetrics.Page, s *MemorySample) {
	f.info.uint(p, 1)
	f.goroutines.uint(p, s.Goroutines)
	if s.Threads > 0 { // Go 1.26
		f.threads.uint(p, s.Threads)
	}
	f.alloc.uint(p, s.HeapInUse-s.HeapUnused)
	f.allocTotal.uint(p, s.allocBytes)
	f.heapAlloc.uint(p, s.HeapInUse-s.HeapUnused)
	f.inUse.uint(p, s.HeapInUse)
	f.idle.uint(p, s.HeapIdle+s.HeapReleased)
	f.released.uint(p, s.HeapReleased)
	f.heapSys.uint(p, s.HeapInUse+s.HeapIdle+s.HeapReleased)
	f.objects.uint(p, s.LiveObjects)
	f.stacks.uint(p, s.Stacks)
	f.sys.uint(p, s.Total)
	f.nextGC.uint(p, s.HeapGoal)
	f.allocs.uint(p, s.allocObjects)
	f.cycles.uint(p, s.GCCycles)
	f.forced.uint(p, s.GCForced)
	f.gcShare.float(p, s.GCCPU)
	f.pauseMax.seconds(p, time.Duration(s.GCPauseMax))
}

//go:build !headless

package main

import (
	"encoding/binary"
	"log/slog"
	"math"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/ebitengine/oto/v3"

	"github.com/scry-dev/scry/examples/garden/synth"
)

// speaker is a sound device. The game fills it; the device empties it from a
// goroutine of its own. It stands on oto and not on Ebitengine's audio package,
// which is made of oto too but ends the game with its device.
type speaker struct {
	device *oto.Context
	player *oto.Player
	log    *slog.Logger
	ears   *ears

	mu    sync.Mutex
	ring  [2 * ahead]float32
	first int
	held  int // values in ring
}

// ahead is how many sample pairs are kept ready: 80 ms.
const ahead = synth.Rate * 8 / 100

// openSpeaker returns a sound device, or nil where there is none.
func openSpeaker(log *slog.Logger, e *ears) output {
	if !soundServer() {
		log.Info("there is no sound device; the game is silent")
		return nil
	}
	device, _, err := oto.NewContext(&oto.NewContextOptions{
		SampleRate: synth.Rate, ChannelCount: 2, Format: oto.FormatFloat32LE, BufferSize: 40 * time.Millisecond,
	})
	if err != nil {
		log.Warn("the sound device does not open; the game is silent", "error", err)
		return nil
	}
	s := &speaker{device: device, log: log, ears: e}
	s.player = device.NewPlayer(s)
	s.player.SetBufferSize(2 * 4 * ahead / 2)
	s.player.Play()
	return s
}

// soundServer reports whether a device is likely: asking a library that finds none
// would print its troubles on the terminal.
func soundServer() bool {
	if runtime.GOOS != "linux" {
		return true
	}
	for _, path := range []string{
		strings.TrimPrefix(os.Getenv("PULSE_SERVER"), "unix:"),
		filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "pulse", "native"),
	} {
		if conn, err := net.DialTimeout("unix", path, time.Second); err == nil {
			conn.Close()
			return true
		}
	}
	devices, err := filepath.Glob("/dev/snd/pcmC*p")
	return err == nil && len(devices) > 0
}

// room returns how many sample pairs fit, and -1 when the device has failed.
func (s *speaker) room() int {
	if err := s.device.Err(); err != nil {
		s.log.Warn("the sound device failed; the game is silent", "error", err)
		s.player.Pause()
		return -1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return (len(s.ring) - s.held) / 2
}

func (s *speaker) write(samples []float32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range samples {
		s.ring[(s.first+s.held)%len(s.ring)] = x
		s.held++
	}
}

// Read gives the device what is ready, and silence where nothing is.
func (s *speaker) Read(p []byte) (int, error) {
	gain, other := s.ears.gains()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(p) / 8 * 8
	for i := 0; i < n; i += 4 { // left and right in turn
		var x float32
		if s.held > 0 {
			x = s.ring[s.first]
			s.first = (s.first + 1) % len(s.ring)
			s.held--
		}
		binary.LittleEndian.PutUint32(p[i:], math.Float32bits(x*gain))
		gain, other = other, gain
	}
	return n, nil
}

// Package synth makes the sounds of the garden out of oscillators and noise. It
// knows no sound device: it fills buffers.
//
//	m := synth.Mixer{Volume: 0.6, Effects: 1}
//	m.Play(synth.Catch, 0.3, 1.5)
//	m.Mix(buffer)
//
// A Mixer belongs to one goroutine. The zero value is silent.
package synth

import "math"

// Rate is the number of sample pairs in a second.
const Rate = 48000

// Sound names a sound.
type Sound uint8

// The sounds of the game.
const (
	Shot Sound = iota
	Catch
	Hit
	Kill
	Hurt
	Lost
	Wave
	Sprout
	Ripe
)

// wave is the form of an oscillation.
type wave uint8

const (
	sine wave = iota
	triangle
	square
	noise
)

// recipe is how a sound is made.
type recipe struct {
	wave     wave
	from, to float64 // Hz at the beginning and at the end
	length   float64 // seconds
	gain     float64
	attack   float64 // seconds
}

func recipeOf(s Sound) recipe {
	switch s {
	case Shot:
		return recipe{square, 900, 240, 0.10, 0.05, 0.002}
	case Catch:
		return recipe{triangle, 660, 670, 0.28, 0.16, 0.004}
	case Hit:
		return recipe{noise, 2400, 700, 0.08, 0.13, 0.001}
	case Kill:
		return recipe{noise, 1500, 90, 0.55, 0.30, 0.002}
	case Hurt:
		return recipe{square, 190, 60, 0.30, 0.16, 0.003}
	case Lost:
		return recipe{noise, 900, 40, 1.40, 0.45, 0.004}
	case Wave:
		return recipe{triangle, 294, 588, 0.90, 0.22, 0.05}
	case Sprout:
		return recipe{sine, 300, 520, 0.22, 0.07, 0.02}
	}
	return recipe{sine, 980, 1300, 0.35, 0.06, 0.01}
}

// Sounds returns the names of the sounds, in their order.
func Sounds() []string {
	return []string{"shot", "catch", "hit", "kill", "hurt", "lost", "wave", "sprout", "ripe"}
}

// Render returns a sound as it is played in the middle: one channel, each sample -1..1.
func Render(s Sound) []float32 {
	v := newVoice(recipeOf(s), 1)
	v.left = 1
	pairs := make([]float32, 2*v.total)
	v.add(pairs, 1)
	for i := range v.total {
		pairs[i] = pairs[2*i]
	}
	return pairs[:v.total]
}

// maxVoices bounds what sounds at once; a new sound takes the place of the oldest.
const maxVoices = 24

// voice is one sound while it lasts.
type voice struct {
	recipe
	at          int // samples played
	total       int
	phase       float64 // 0..1
	pitch       float64
	left, right float64
	held        float64 // of noise: the value until the next step
	seed        uint32
	samples     []float32 // that are played instead; nil is the recipe
}

func newVoice(r recipe, seed uint32) voice {
	return voice{recipe: r, total: int(r.length * Rate), pitch: 1, seed: seed | 1}
}

// Mixer mixes voices and a quiet drone.
type Mixer struct {
	Volume  float64 // 0 is silence, 1 is loud
	Effects float64 // multiplies sounds
	Hum     float64 // multiplies the drone
	Drone   float64 // Hz of the drone; zero is none

	// Samples are recordings that are played instead of what a sound's recipe makes: one
	// channel of Rate samples a second. A nil one is the recipe.
	Samples [Ripe + 1][]float32

	voices []voice
	next   uint32     // seeds noise
	phases [3]float64 // of the drone
	drone  float64    // follows Drone slowly
}

// Play begins a sound. Pan is -1 for left and 1 for right; pitch multiplies the
// frequencies.
func (m *Mixer) Play(s Sound, pan, pitch float64) {
	r := recipeOf(s)
	m.next += 0x9e3779b9
	v := newVoice(r, m.next)
	v.pitch = pitch
	if int(s) < len(m.Samples) && m.Samples[s] != nil {
		v.samples = m.Samples[s]
		v.total = int(float64(len(v.samples)) / max(pitch, 0.01))
	}
	angle := (max(-1, min(1, pan*0.8)) + 1) * math.Pi / 4
	v.right, v.left = math.Sincos(angle)
	if len(m.voices) == maxVoices {
		copy(m.voices, m.voices[1:])
		m.voices = m.voices[:maxVoices-1]
	}
	m.voices = append(m.voices, v)
}

// Voices returns how many sounds last.
func (m *Mixer) Voices() int { return len(m.voices) }

// Mix fills dst with the next samples, left and right in turn, each -1..1.
func (m *Mixer) Mix(dst []float32) {
	clear(dst)
	n := 0
	for i := range m.voices {
		v := m.voices[i]
		v.add(dst, m.Effects)
		if v.at < v.total {
			m.voices[n] = v
			n++
		}
	}
	m.voices = m.voices[:n]
	m.hum(dst)
	volume := float32(max(0, min(1, m.Volume)))
	for i, x := range dst {
		x *= volume
		dst[i] = x / (1 + max(x, -x)) // soft at the edges
	}
}

// add mixes a voice's next samples in.
func (v *voice) add(dst []float32, gain float64) {
	for i := 0; i+1 < len(dst) && v.at < v.total; i += 2 {
		if v.samples != nil {
			x := gain * float64(v.samples[min(int(float64(v.at)*v.pitch), len(v.samples)-1)])
			dst[i] += float32(x * v.left)
			dst[i+1] += float32(x * v.right)
			v.at++
			continue
		}
		t := float64(v.at) / float64(v.total)
		v.phase += (v.from + (v.to-v.from)*t) * v.pitch / Rate
		level := gain * v.gain * (1 - t) * (1 - t) * min(1, float64(v.at)/(v.attack*Rate))
		x := level * v.sample()
		dst[i] += float32(x * v.left)
		dst[i+1] += float32(x * v.right)
		v.at++
	}
}

func (v *voice) sample() float64 {
	turned := v.phase >= 1
	v.phase -= math.Floor(v.phase)
	switch v.wave {
	case triangle:
		return 4*math.Abs(v.phase-0.5) - 1
	case square:
		return math.Copysign(1, 0.5-v.phase)
	case noise: // a new value once a turn
		if turned {
			v.seed ^= v.seed << 13
			v.seed ^= v.seed >> 17
			v.seed ^= v.seed << 5
			v.held = float64(v.seed)/(1<<31) - 1
		}
		return v.held
	}
	return math.Sin(2 * math.Pi * v.phase)
}

// hum adds the drone: three slow sines, a little out of tune.
func (m *Mixer) hum(dst []float32) {
	if m.Drone <= 0 {
		return
	}
	if m.drone == 0 {
		m.drone = m.Drone
	}
	m.drone += (m.Drone - m.drone) * 0.02
	for k, ratio := range [...]float64{1, 1.503, 2.006} {
		step, p := m.drone*ratio/Rate, m.phases[k]
		gain := m.Hum * 0.030 / float64(k+1)
		for i := 0; i+1 < len(dst); i += 2 {
			p += step
			x := float32(gain * math.Sin(2*math.Pi*p))
			dst[i] += x
			dst[i+1] += x
		}
		m.phases[k] = p - math.Floor(p)
	}
}

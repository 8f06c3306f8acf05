package media

import (
	"errors"
	"fmt"
	"math"
)

// Audio is a sound as samples, interleaved: Ints, Floats or Bytes.
type Audio struct {
	Rate, Channels int
	Ints           []int16
	Floats         []float32 // from -1 to 1
	Bytes          []byte    // 16 bits each, little endian
}

// samples is how many there are, of all channels.
func (a Audio) samples() int { return len(a.Ints) + len(a.Floats) + len(a.Bytes)/2 }

// Measure adds what is known of the sound.
func (a Audio) Measure(f *Facts) {
	f.Memory = int64(2*len(a.Ints) + 4*len(a.Floats) + len(a.Bytes))
	f.Bytes = wavHead + f.Memory
	if len(a.Floats) > 0 {
		f.Bytes += floatHead - wavHead
	}
	if f.played(a.Rate, a.Channels) == nil {
		_ = f.lasts(float64(a.samples()/a.Channels) / float64(a.Rate))
	}
}

// The lengths of what stands before the samples. What is not PCM has a longer format
// and says the number of samples (Microsoft, "Multiple Channel Audio Data and WAVE
// Files").
const (
	wavHead   = 44
	floatHead = 58
)

// WAV returns the sound as a file: 16 bits PCM or 32 bits IEEE float.
func (a Audio) WAV() ([]byte, error) {
	var f Facts
	switch err := f.played(a.Rate, a.Channels); {
	case err != nil:
		return nil, err
	case a.samples()%a.Channels != 0 || len(a.Bytes)%2 != 0:
		return nil, fmt.Errorf("%d samples are no whole number for %d channels", a.samples(), a.Channels)
	case a.samples() > math.MaxUint32/8:
		return nil, errors.New("it is too long for a WAV")
	}
	format, size, head := uint16(1), 2, wavHead
	if len(a.Floats) > 0 {
		format, size, head = 3, 4, floatHead
	}
	length := size * a.samples()
	b := make([]byte, 0, head+length)
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, uint32(head-8+length))
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, map[bool]uint32{true: 18, false: 16}[format == 3])
	b = le.AppendUint16(b, format)
	b = le.AppendUint16(b, uint16(a.Channels))
	b = le.AppendUint32(b, uint32(a.Rate))
	b = le.AppendUint32(b, uint32(a.Rate*a.Channels*size))
	b = le.AppendUint16(b, uint16(a.Channels*size))
	b = le.AppendUint16(b, uint16(8*size))
	if format == 3 {
		b = append(b, 0, 0)
		b = append(b, "fact\x04\x00\x00\x00"...)
		b = le.AppendUint32(b, uint32(len(a.Floats)/a.Channels))
	}
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(length))
	for _, v := range a.Ints {
		b = le.AppendUint16(b, uint16(v))
	}
	b = append(b, a.Bytes...)
	for _, v := range a.Floats {
		b = le.AppendUint32(b, math.Float32bits(v))
	}
	return b, nil
}

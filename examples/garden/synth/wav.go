package synth

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxSeconds bounds a recording that is read: what is longer is music, and not a sound.
const maxSeconds = 10

// DecodeWAV reads a WAV file of 16 bits a sample, of one channel or two, at any rate, and
// returns it as [Mixer] plays it: one channel of [Rate] samples a second.
func DecodeWAV(file []byte) ([]float32, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return nil, errors.New("it is no WAV file")
	}
	var rate, channels int
	for at := 12; at+8 <= len(file); {
		name, size := string(file[at:at+4]), int64(binary.LittleEndian.Uint32(file[at+4:]))
		body := file[at+8:]
		body = body[:min(size, int64(len(body)))] // some writers leave the size of a stream open
		switch {
		case name == "fmt " && len(body) >= 16:
			format, bits := binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[14:])
			channels, rate = int(binary.LittleEndian.Uint16(body[2:])), int(binary.LittleEndian.Uint32(body[4:]))
			if format != 1 || bits != 16 || channels < 1 || channels > 2 || rate < 1000 || rate > 192_000 {
				return nil, fmt.Errorf("format %d of %d channels, %d bits, %d Hz is not played; 16 bits of one channel or two are", format, channels, bits, rate)
			}
		case name == "data" && rate > 0:
			return resampled(body, rate, channels)
		}
		at += 8 + len(body) + len(body)&1
	}
	return nil, errors.New("the WAV file has no samples")
}

// resampled reads samples and gives them the mixer's rate, in straight lines between two.
func resampled(body []byte, rate, channels int) ([]float32, error) {
	n := len(body) / (2 * channels)
	switch {
	case n == 0:
		return nil, errors.New("the WAV file has no samples")
	case n > maxSeconds*rate:
		return nil, fmt.Errorf("it lasts %d s; a sound lasts %d s at most", n/rate, maxSeconds)
	}
	at := func(i int) (x float32) {
		i = min(i, n-1)
		for c := range channels {
			x += float32(int16(binary.LittleEndian.Uint16(body[2*(i*channels+c):]))) / (1 << 15)
		}
		return x / float32(channels)
	}
	samples := make([]float32, max(1, n*Rate/rate))
	for i := range samples {
		place := float64(i) * float64(rate) / Rate
		t := float32(place - float64(int(place)))
		samples[i] = at(int(place))*(1-t) + at(int(place)+1)*t
	}
	return samples, nil
}

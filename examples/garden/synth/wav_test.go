package synth_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/synth"
)

// wav is a file of a sine.
func wav(rate, channels, bits, frames int) []byte {
	data := make([]byte, 0, 2*channels*frames)
	for i := range frames {
		x := int16(20000 * math.Sin(2*math.Pi*440*float64(i)/float64(rate)))
		for range channels {
			data = binary.LittleEndian.AppendUint16(data, uint16(x))
		}
	}
	f := append([]byte("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00\x01\x00"), byte(channels), 0)
	f = binary.LittleEndian.AppendUint32(f, uint32(rate))
	f = append(f, 0, 0, 0, 0, 0, 0, byte(bits), 0)
	f = append(f, "data"...)
	f = binary.LittleEndian.AppendUint32(f, uint32(len(data)))
	return append(f, data...)
}

func TestAWAVHasTheMixersRate(t *testing.T) {
	for _, c := range []struct{ rate, channels int }{{8000, 1}, {22050, 2}, {48000, 1}, {96000, 2}} {
		samples, err := synth.DecodeWAV(wav(c.rate, c.channels, 16, c.rate/2))
		require.NoError(t, err)
		require.Len(t, samples, synth.Rate/2)
		crossings, most := 0, float32(0)
		for i := 1; i < len(samples); i++ {
			if samples[i-1] < 0 && samples[i] >= 0 {
				crossings++
			}
			most = max(most, samples[i])
		}
		require.InDelta(t, 220, crossings, 2, "half a second of 440 Hz")
		require.InDelta(t, 20000.0/32768, most, 0.05)
	}
}

func TestWhatIsNoWAVIsRefused(t *testing.T) {
	for want, file := range map[string][]byte{
		"it is no WAV file":           []byte("OggS"),
		"the WAV file has no samples": []byte("RIFF\x00\x00\x00\x00WAVE"),
		"24 bits":                     wav(48000, 1, 24, 10),
		"of 3 channels":               wav(48000, 3, 16, 10),
		"it lasts 11 s":               wav(8000, 1, 16, 88_000),
		"1 Hz is not played":          wav(1, 1, 16, 1),
	} {
		_, err := synth.DecodeWAV(file)
		require.ErrorContains(t, err, want)
	}
}

// A size that is larger than what is there, as of a stream, is what is there.
func FuzzDecodeWAV(f *testing.F) {
	f.Add(wav(8000, 2, 16, 4))
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		samples, err := synth.DecodeWAV(file)
		require.Equal(t, err == nil, len(samples) > 0)
	})
}

func TestARecordingIsPlayedInPlaceOfASound(t *testing.T) {
	m := synth.Mixer{Volume: 1, Effects: 1}
	m.Samples[synth.Catch] = []float32{0.5, 0.5, 0.5, 0.5}
	m.Play(synth.Catch, 0, 2)
	out := make([]float32, 8)
	m.Mix(out)
	require.Positive(t, out[0])
	require.Zero(t, out[4], "at twice the speed it is over after two")
	require.Zero(t, m.Voices())
	require.NotEmpty(t, synth.Render(synth.Kill))
}

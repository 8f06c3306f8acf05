package media

import (
	"bytes"
	"errors"
	"fmt"
)

// maxDuration is what a sound may last, in seconds: a week.
const maxDuration = 7 * 24 * 3600

// lasts notes how long a sound is.
func (f *Facts) lasts(seconds float64) error {
	if !(seconds >= 0 && seconds <= maxDuration) {
		return fmt.Errorf("it says that it lasts %.3g seconds", seconds)
	}
	f.Duration = seconds
	return nil
}

// played notes rate and channels.
func (f *Facts) played(rate, channels int) error {
	if rate <= 0 || rate > 1_000_000 || channels <= 0 || channels > 64 {
		return fmt.Errorf("it says that it has %d channels at %d Hz", channels, rate)
	}
	f.Rate, f.Channels = rate, channels
	return nil
}

// maxChunks is how many chunks of a RIFF are looked at.
const maxChunks = 256

// readWAV looks for the chunks "fmt " and "data".
func readWAV(f *Facts, in file) error {
	off, block := int64(12), 0
	for range maxChunks {
		head, err := in.at(off, 8)
		if err != nil {
			return err
		}
		length := int64(le.Uint32(head[4:]))
		switch string(head[:4]) {
		case "fmt ":
			b, err := in.at(off+8, 16)
			if err != nil {
				return err
			}
			if err := f.played(int(le.Uint32(b[4:])), int(le.Uint16(b[2:]))); err != nil {
				return err
			}
			block = int(le.Uint16(b[12:]))
			if format := le.Uint16(b); format != 1 && format != 3 && format != 0xfffe { // packed: by its bytes a second
				rate := le.Uint32(b[8:])
				if rate == 0 {
					return errors.New("it has no bytes a second")
				}
				block = -int(rate)
			}
		case "data":
			length = min(length, in.size-off-8) // a stream says that it has no end
			switch {
			case block > 0:
				return f.lasts(float64(length) / float64(block) / float64(f.Rate))
			case block < 0:
				return f.lasts(float64(length) / float64(-block))
			}
			return errors.New("its format is missing")
		}
		off += 8 + length + length&1
	}
	return errors.New("its sound is too far behind")
}

// readOgg reads the first page, which says what is inside, and the last, which says how
// long it is (RFC 3533, section 6).
func readOgg(f *Facts, in file) error {
	head, err := in.upTo(0, 512)
	if err != nil {
		return err
	}
	if len(head) < 28 || string(head[:4]) != "OggS" || len(head) < 27+int(head[26])+19 {
		return errCut
	}
	packet := head[27+int(head[26]):]
	skip := uint64(0)
	switch {
	case bytes.HasPrefix(packet, []byte("\x01vorbis")): // Vorbis I, section 4.2.2
		err = f.played(int(le.Uint32(packet[12:])), int(packet[11]))
	case bytes.HasPrefix(packet, []byte("OpusHead")): // RFC 7845, section 5.1
		skip = uint64(le.Uint16(packet[10:]))
		err = f.played(48_000, int(packet[9]))
	default:
		return nil // something else that Ogg carries
	}
	if err != nil {
		return err
	}
	tail, err := in.upTo(max(0, in.size-maxPiece), maxPiece)
	if err != nil {
		return err
	}
	for i := bytes.LastIndex(tail, []byte("OggS")); i >= 0; i = bytes.LastIndex(tail[:i], []byte("OggS")) {
		if len(tail)-i < 14 {
			continue
		}
		if samples := le.Uint64(tail[i+6:]); samples != 1<<64-1 { // no packet ends on that page
			return f.lasts(float64(samples-min(samples, skip)) / float64(f.Rate))
		}
	}
	return nil
}

// The tables of MPEG audio, layer III: kilobits a second of version 1 and 2, and rates.
var (
	mp3Bits  = [2][16]int{{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}, {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}}
	mp3Rates = [4][4]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
)

// readMP3 reads the first frame, and the number of frames where an encoder left it.
func readMP3(f *Facts, in file) error {
	off := int64(0)
	if tag, err := in.at(0, 10); err == nil && string(tag[:3]) == "ID3" {
		off = 10 + (int64(tag[6]&0x7f)<<21 | int64(tag[7]&0x7f)<<14 | int64(tag[8]&0x7f)<<7 | int64(tag[9]&0x7f))
	}
	b, err := in.upTo(off, 4096)
	if err != nil {
		return err
	}
	for i := 0; i+4 <= len(b); i++ {
		if b[i] != 0xff || b[i+1]&0xe6 != 0xe2 {
			continue
		}
		version := int(b[i+1] >> 3 & 3)
		short, samples := 1, 576.0
		if version == 3 {
			short, samples = 0, 1152
		}
		bits, rate := mp3Bits[short][b[i+2]>>4], mp3Rates[version][b[i+2]>>2&3]
		if bits == 0 || rate == 0 {
			continue
		}
		channels := 2
		if b[i+3]>>6 == 3 {
			channels = 1
		}
		if err := f.played(rate, channels); err != nil {
			return err
		}
		if frames := xing(b[i:]); frames > 0 {
			return f.lasts(float64(frames) * samples / float64(rate))
		}
		return f.lasts(float64(in.size-off-int64(i)) * 8 / float64(bits*1000))
	}
	return errors.New("it has no frame of MPEG audio at its beginning")
}

// xing is how many frames a header of a variable bit rate tells of, or 0.
func xing(frame []byte) uint32 {
	for _, word := range []string{"Xing", "Info"} {
		if i := bytes.Index(frame[:min(len(frame), 64)], []byte(word)); i > 0 && len(frame) >= i+12 && frame[i+7]&1 != 0 {
			return be.Uint32(frame[i+8:])
		}
	}
	return 0
}

// readFLAC reads STREAMINFO (RFC 9639, section 8.2).
func readFLAC(f *Facts, in file) error {
	b, err := in.at(0, 42)
	if err != nil {
		return err
	}
	if string(b[:4]) != "fLaC" || b[4]&0x7f != 0 {
		return errors.New("it is no FLAC")
	}
	bits := be.Uint64(b[18:])
	if err := f.played(int(bits>>44), int(bits>>41&7)+1); err != nil {
		return err
	}
	return f.lasts(float64(bits&(1<<36-1)) / float64(f.Rate))
}

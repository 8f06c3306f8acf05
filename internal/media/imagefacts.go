package media

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The numbers of picture formats.
var (
	be = binary.BigEndian
	le = binary.LittleEndian
)

// sized notes a picture's size, unless the file is smaller than any of that size could
// be: least is how many bytes those pixels take at the least, as the format packs them.
func (f *Facts) sized(width, height uint32, least func(w, h int64) int64) error {
	if width == 0 || height == 0 || width > maxSide || height > maxSide {
		return fmt.Errorf("it says that it is %dx%d", width, height)
	}
	if least != nil && least(int64(width), int64(height)) > f.Bytes {
		return fmt.Errorf("it says that it is %dx%d, for which %d bytes are too few", width, height, f.Bytes)
	}
	f.Width, f.Height = int(width), int(height)
	return nil
}

// readPNG reads IHDR (PNG, section 11.2.1).
func readPNG(f *Facts, in file) error {
	b, err := in.at(0, 33)
	if err != nil {
		return err
	}
	if string(b[:8]) != magics[0].begins || string(b[12:16]) != "IHDR" {
		return errors.New("it is no PNG")
	}
	depth, channels := int64(b[24]), map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[b[25]]
	if channels == 0 || depth == 0 || depth > 16 {
		return fmt.Errorf("its header has depth %d and colour type %d", depth, b[25])
	}
	return f.sized(be.Uint32(b[16:]), be.Uint32(b[20:]), func(w, h int64) int64 {
		return h * (1 + (w*channels*depth+7)/8) / 1032 // what deflate packs at the most
	})
}

// maxMarkers is how many segments of a JPEG are looked at for its size.
const maxMarkers = 4096

// readJPEG looks for the start of the frame (ITU T.81, B.2.2).
func readJPEG(f *Facts, in file) error {
	off := int64(2)
	for range maxMarkers {
		b, err := in.at(off, 4)
		if err != nil {
			return err
		}
		switch marker := b[1]; {
		case b[0] != 0xff:
			return errors.New("it is no JPEG, or a broken one")
		case marker == 0xff: // fill
			off++
			continue
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd8: // without a length
			off += 2
			continue
		case marker == 0xd9 || marker == 0xda:
			return errors.New("it has no frame header")
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			h, err := in.at(off+5, 4)
			if err != nil {
				return err
			}
			return f.sized(uint32(be.Uint16(h[2:])), uint32(be.Uint16(h)), func(w, h int64) int64 {
				return w * h / (16 * 16 * 8) // a bit for a block
			})
		}
		n := int64(be.Uint16(b[2:]))
		if n < 2 {
			return errors.New("it has a segment of no length")
		}
		off += 2 + n
	}
	return errors.New("its frame header is too far behind")
}

// readGIF reads the logical screen (GIF89a, section 18).
func readGIF(f *Facts, in file) error {
	b, err := in.at(0, 13)
	if err != nil {
		return err
	}
	return f.sized(uint32(le.Uint16(b[6:])), uint32(le.Uint16(b[8:])), func(w, h int64) int64 { return w * h / 4096 })
}

// readWebP reads the first chunk (RFC 9649, section 2).
func readWebP(f *Facts, in file) error {
	b, err := in.at(0, 30)
	if err != nil {
		return err
	}
	switch string(b[12:16]) {
	case "VP8 ":
		return f.sized(uint32(le.Uint16(b[26:])&0x3fff), uint32(le.Uint16(b[28:])&0x3fff), nil)
	case "VP8L":
		bits := le.Uint32(b[21:])
		return f.sized(bits&0x3fff+1, bits>>14&0x3fff+1, nil)
	case "VP8X":
		return f.sized((uint32(b[24])|uint32(b[25])<<8|uint32(b[26])<<16)+1, (uint32(b[27])|uint32(b[28])<<8|uint32(b[29])<<16)+1, nil)
	}
	return errors.New("it begins with an unknown chunk")
}

func readBMP(f *Facts, in file) error {
	b, err := in.at(0, 34)
	if err != nil {
		return err
	}
	width, height := int32(le.Uint32(b[18:])), int32(le.Uint32(b[22:]))
	if height < 0 && height != -1<<31 { // from the top down
		height = -height
	}
	bits, compression := int64(le.Uint16(b[28:])), le.Uint32(b[30:])
	return f.sized(uint32(max(0, width)), uint32(max(0, height)), func(w, h int64) int64 {
		if compression == 1 || compression == 2 { // runs
			return w * h / 255
		}
		return w * h * bits / 8
	})
}

func readQOI(f *Facts, in file) error {
	b, err := in.at(0, 14)
	if err != nil {
		return err
	}
	return f.sized(be.Uint32(b[4:]), be.Uint32(b[8:]), func(w, h int64) int64 { return w * h / 62 })
}

// levels notes how many mip levels there are: no more than halving gives.
func (f *Facts) levels(n uint32) {
	for side := max(f.Width, f.Height); side > 0 && f.Levels < int(min(n, 32)); side /= 2 {
		f.Levels++
	}
}

func readDDS(f *Facts, in file) error {
	b, err := in.at(0, 128)
	if err != nil {
		return err
	}
	err = f.sized(le.Uint32(b[16:]), le.Uint32(b[12:]), func(w, h int64) int64 { return w * h / 2 }) // BC1 is the densest
	if err == nil {
		f.levels(le.Uint32(b[28:]))
	}
	return err
}

func readKTX2(f *Facts, in file) error {
	b, err := in.at(0, 80)
	if err != nil {
		return err
	}
	err = f.sized(le.Uint32(b[20:]), max(1, le.Uint32(b[24:])), nil)
	if err == nil {
		f.levels(max(1, le.Uint32(b[40:])))
	}
	return err
}

func readTGA(f *Facts, in file) error {
	b, err := in.at(0, 18)
	if err != nil {
		return err
	}
	return f.sized(uint32(le.Uint16(b[12:])), uint32(le.Uint16(b[14:])), func(w, h int64) int64 { return w * h / 128 })
}

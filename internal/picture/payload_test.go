package picture

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// message is one with everything in it.
func message() (Payload, []byte) {
	p := Payload{
		Header: Header{
			Resting: true, Followed: true, Width: 320, Height: 180, FullWidth: 1280, FullHeight: 720,
			Tick: 1<<33 + 7, Encode: 1230 * time.Microsecond, Read: 450 * time.Microsecond,
			Scale: 4, Quality: 70, Rate: 29.5, Parts: 3,
		},
		Parts: []Part{
			{Codec: JPEG, Columns: 2, Tiles: []uint16{0, 3, 14}, Data: []byte("not looked at")},
			{Codec: LZ, Data: []byte{1, 2}},
			{Codec: Solid, Columns: 1, Tiles: []uint16{4, 5}, Data: []byte{1, 2, 3, 4, 5, 6}},
		},
		Entities: []Entity{{ID: "12", Kind: 3, X: 100.5, Y: -20, Radius: 8}, {ID: "ghost", X: 1, Y: 2}},
	}
	b := AppendHeader(nil, p.Header)
	for _, part := range p.Parts {
		b = AppendPart(b, part)
	}
	return p, AppendEntities(b, p.Entities)
}

func TestMessageComesBack(t *testing.T) {
	want, b := message()
	got, err := Read(b)
	require.NoError(t, err)
	require.Equal(t, want, got)
	for n := range b {
		_, err := Read(b[:n])
		require.Error(t, err, "the first %d bytes", n)
	}
	_, err = Read(append(b, 0))
	require.EqualError(t, err, "1 bytes behind the message")
}

func TestHeaderIsWhatTheContractSays(t *testing.T) {
	b := AppendHeader(nil, Header{Whole: true, Width: 0x0102, Height: 0x0304, FullWidth: 0x0506, FullHeight: 0x0708,
		Tick: 0x1112131415161718, Encode: 0x21220 * time.Microsecond, Scale: 2, Quality: 75, Rate: 60, Parts: 9})
	require.Len(t, b, HeaderSize)
	require.Equal(t, []byte{1, 1, 2, 1, 4, 3, 6, 5, 8, 7, 64, 0, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11}, b[:20])
	require.Equal(t, uint16(0x21220/10), binary.LittleEndian.Uint16(b[20:]))
	require.Equal(t, []byte{0, 0, 2, 75, 600 & 255, 600 >> 8, 9, 0}, b[22:])
}

func TestNumbersThatDoNotFitSaturate(t *testing.T) {
	b := AppendHeader(nil, Header{Width: 1, Height: 1, FullWidth: 70000, Encode: time.Hour, Read: -time.Second, Scale: 300, Quality: -1, Rate: math.Inf(1)})
	p, err := Read(AppendEntities(b, nil)[:HeaderSize])
	require.NoError(t, err)
	require.Equal(t, 65535, p.FullWidth)
	require.Equal(t, 655350*time.Microsecond, p.Encode)
	require.Zero(t, p.Header.Read)
	require.Equal(t, 255, p.Scale)
	require.Zero(t, p.Quality)

	b = AppendEntities(AppendHeader(nil, Header{Width: 1, Height: 1, Followed: true}), []Entity{{ID: strings.Repeat("é", 200)}})
	p, err = Read(b)
	require.NoError(t, err)
	require.Len(t, p.Entities[0].ID, 255)
}

func TestMessagesThatLie(t *testing.T) {
	good := AppendPart(AppendHeader(nil, Header{Width: 128, Height: 64, Parts: 1}),
		Part{Codec: LZ, Columns: 2, Tiles: []uint16{0, 1}, Data: []byte{0}})
	const part = HeaderSize
	for _, c := range []struct {
		at   int
		b    byte
		want string
	}{
		{0, 2, "version 2, not 1"},
		{1, 8, "flags 0x8"},
		{2, 0, "picture of 0 x 64 px"},
		{10, 32, "tiles of 32 px, not 64"},
		{28, 2, "part 1: message ends early"},
		{29, 255, "part 1: message ends early"},
		{part, 0, "part 0: no such codec: 0"},
		{part, 4, "part 0: no such codec: 4"},
		{part + 1, 1, "part 0: byte 1 is 1, not 0"},
		{part + 2, 0, "part 0: 0 columns for 2 tiles"},
		{part + 2, 3, "part 0: 3 columns for 2 tiles"},
		{part + 4, 0, "part 0: 2 columns for 0 tiles"},
		{part + 6, 0, "part 0: 0 bytes of lz for 2 tiles"},
		{part + 9, 255, "part 0: message ends early"},
		{part, 3, "part 0: 1 bytes of solid for 2 tiles"},
		{part + 10, 1, "part 0: tile 1 out of place"},
		{part + 12, 2, "part 0: tile 2 out of place"},
	} {
		b := slices.Clone(good)
		b[c.at] = c.b
		_, err := Read(b)
		require.EqualError(t, err, c.want)
	}
	_, err := Read(AppendHeader(nil, Header{Width: 65535, Height: 65535}))
	require.EqualError(t, err, "picture of 65535 x 65535 px")
}

func FuzzRead(f *testing.F) {
	_, b := message()
	f.Add(b)
	f.Add(AppendHeader(nil, Header{Whole: true, Width: 1, Height: 1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Read(b)
		if err != nil {
			return
		}
		again := AppendHeader(nil, p.Header)
		for _, part := range p.Parts {
			again = AppendPart(again, part)
		}
		if p.Followed {
			again = AppendEntities(again, p.Entities)
		}
		require.Equal(t, b, again, "what was read is written as it was")
	})
}

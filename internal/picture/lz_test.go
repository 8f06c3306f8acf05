package picture

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// plains are what is worth compressing in a test.
func plains() map[string][]byte {
	grain := noise(20, 20, 1)
	far := AppendRGB(nil, grain)
	far = append(far, make([]byte, 69_999)...)
	for i := range 69_999 {
		far[1200+i] = byte(i % 3 * 50)
	}
	img := image.NewRGBA(image.Rect(0, 0, 128, 96))
	scenes()[2].draw(img, 0)
	return map[string][]byte{
		"nothing":   {},
		"one byte":  {7},
		"few":       []byte("abcdefgh"),
		"a pixel":   bytes.Repeat([]byte{1, 2, 3}, 1),
		"flat":      bytes.Repeat([]byte{10, 20, 30}, 4096),
		"ends odd":  append(bytes.Repeat([]byte{10, 20, 30}, 50), 10, 20),
		"noise":     AppendRGB(nil, grain),
		"twice":     append(AppendRGB(nil, grain), AppendRGB(nil, grain)...),
		"far apart": append(far, AppendRGB(nil, grain)...),
		"panels":    AppendRGB(nil, img),
	}
}

func TestLZComesBack(t *testing.T) {
	var c Compressor
	for name, plain := range plains() {
		block := c.Append([]byte("x"), plain)[1:]
		got, err := Decompress([]byte("y"), block)
		require.NoError(t, err, name)
		require.Equal(t, append([]byte("y"), plain...), got, name)
		for n := range min(len(block), 2000) {
			_, err := Decompress(nil, block[:n])
			require.Error(t, err, "%s: the first %d bytes", name, n)
		}
		_, err = Decompress(nil, append(block, 0, 0))
		require.Error(t, err, name)
	}
}

func TestLZFindsWhatRepeats(t *testing.T) {
	var c Compressor
	p := plains()
	size := func(name string) int { return len(c.Append(nil, p[name])) }
	require.Less(t, size("flat"), 4096*3/20)
	require.Less(t, size("twice"), size("noise")+80)
	require.Less(t, size("far apart"), size("noise")+70_000/20+150, "further than 64 kB away")
	require.LessOrEqual(t, size("noise"), len(p["noise"])+8, "what does not repeat hardly grows")
	require.Less(t, size("panels"), len(p["panels"])/6)
}

// Elements that Append does not write are read as the format says.
func TestLZOfOthers(t *testing.T) {
	for _, c := range foreign() {
		got, err := Decompress(nil, c.block)
		require.NoError(t, err)
		require.Equal(t, c.plain, string(got))
	}
}

type foreignBlock struct {
	block []byte
	plain string
}

func foreign() []foreignBlock {
	return []foreignBlock{
		{[]byte{5, 62 << 2, 4, 0, 0, 'h', 'e', 'l', 'l', 'o'}, "hello"},
		{[]byte{5, 63 << 2, 4, 0, 0, 0, 'h', 'e', 'l', 'l', 'o'}, "hello"},
		{[]byte{0x85, 0, 4 << 2, 'h', 'e', 'l', 'l', 'o'}, "hello"}, // a size with a byte too many
		{[]byte{8, 0 << 2, 'a', 6<<2 | copy2, 1, 0}, "aaaaaaaa"},
		{[]byte{6, 1 << 2, 'a', 'b', 0<<2 | copy1, 2}, "ababab"},
		{[]byte{4, 1 << 2, 'a', 'b', 1<<2 | copy4, 2, 0, 0, 0}, "abab"},
	}
}

func TestLZThatLies(t *testing.T) {
	for _, block := range [][]byte{
		{}, {0x80}, {1}, {1, 0}, {2, 0, 'a'}, {1, 1 << 2, 'a', 'b'},
		{4, 0, 'a', 2<<2 | copy2, 0, 0},              // an offset of nothing
		{4, 0, 'a', 2<<2 | copy2, 2, 0},              // before the beginning
		{4, 0, 'a', 3<<2 | copy2, 1, 0},              // more than was said
		{4, 0, 'a', 2<<2 | copy4, 1, 0, 0, 0x80},     // an offset of 2 GB
		{4, 63 << 2, 0xff, 0xff, 0xff, 0xff, 'a'},    // a literal of 4 GB
		{0xff, 0xff, 0xff, 0xff, 0x07, 0, 'a'},       // 2 GB of few bytes
		{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 'a'}, // no size at all
	} {
		got, err := Decompress([]byte("kept"), block)
		require.Error(t, err, "%v", block)
		require.Equal(t, "kept", string(got))
	}
}

func TestAppendRGB(t *testing.T) {
	for _, w := range []int{1, 3, 4, 5, 64, 67} {
		img := noise(w, 5, 2)
		var want []byte
		for y := range 5 {
			for x := range w {
				c := at(img, x, y)
				want = append(want, c.R, c.G, c.B)
			}
		}
		require.Equal(t, want, AppendRGB(nil, img))
	}
}

func TestCompressorKeepsItsMemory(t *testing.T) {
	var c Compressor
	plain := plains()["panels"]
	out := c.Append(nil, plain)
	require.Zero(t, testing.AllocsPerRun(10, func() { out = c.Append(out[:0], plain) }))
}

func FuzzDecompress(f *testing.F) {
	var c Compressor
	for name, p := range plains() {
		if name != "far apart" {
			f.Add(c.Append(nil, p))
		}
	}
	for _, b := range foreign() {
		f.Add(b.block)
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		plain, err := Decompress(nil, block)
		require.LessOrEqual(t, float64(len(plain)), mostGrowth*float64(len(block)))
		if err != nil {
			return
		}
		again, err := Decompress(nil, c.Append(nil, plain))
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, again))
	})
}

func FuzzCompress(f *testing.F) {
	f.Add([]byte("abcabcabcabcabcxabcabc"), uint64(1))
	f.Fuzz(func(t *testing.T, plain []byte, seed uint64) {
		// Make it long, of pieces that come again.
		r := rand.New(rand.NewPCG(seed, 0))
		for i := 0; i < 20 && len(plain) > 0 && len(plain) < 1<<18; i++ {
			from := r.IntN(len(plain))
			plain = append(plain, plain[from:from+r.IntN(len(plain)-from+1)]...)
		}
		var c Compressor
		got, err := Decompress(nil, c.Append(nil, plain))
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, got))
	})
}

// vectors are blocks for the decoder in TypeScript: for each the size of the block,
// the size and the FNV-1a hash of what it holds, and the block.
func vectors() []byte {
	var c Compressor
	var out []byte
	add := func(block, plain []byte) {
		h := fnv.New32a()
		h.Write(plain)
		for _, n := range []uint32{uint32(len(block)), uint32(len(plain)), h.Sum32()} {
			out = binary.LittleEndian.AppendUint32(out, n)
		}
		out = append(out, block...)
	}
	p := plains()
	for _, name := range []string{"nothing", "one byte", "few", "flat", "ends odd", "twice", "far apart"} {
		add(c.Append(nil, p[name]), p[name])
	}
	for _, b := range foreign() {
		add(b.block, []byte(b.plain))
	}
	return out
}

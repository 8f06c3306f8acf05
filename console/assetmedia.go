package console

import (
	"fmt"
	"time"

	"github.com/scry-dev/scry/internal/media"
)

// Sound is a sound as samples, which clients get as a WAV.
type Sound struct {
	Rate     int // samples a second, of one channel
	Channels int // 1 or more
	// Samples are a []int16, a []float32 from -1 to 1, or a []byte of 16 bits each, little
	// endian; the channels' take turns.
	Samples any
}

// Mesh is a mesh of triangles, which clients get as a binary glTF. Slices that are not
// there are nil.
type Mesh struct {
	Positions []float32 // x, y, z of each vertex
	Normals   []float32 // x, y, z of each vertex
	UVs       []float32 // two of each vertex, from the top left corner of the texture
	Colors    []float32 // red, green, blue, alpha of each vertex, from 0 to 1
	// Indices are a []uint16 or a []uint32, three for each triangle. Without, three
	// vertices are a triangle.
	Indices any
}

// soundSource is a sound that lies as samples.
type soundSource struct{ sound *Sound }

func (s soundSource) check() error {
	switch s.sound.Samples.(type) {
	case nil, []int16, []float32, []byte:
		return nil
	}
	return fmt.Errorf("samples are a []int16, a []float32 or a []byte, not a %T", s.sound.Samples)
}

func (s soundSource) typeOf(string) media.Type {
	return media.Type{Kind: media.Sound, MediaType: "audio/wav"}
}
func (s soundSource) pixels() bool          { return false }
func (s soundSource) live() bool            { return false }
func (s soundSource) stands([]byte) *[]byte { return nil }

func (s soundSource) measure(f *media.Facts) {
	a := media.Audio{Rate: s.sound.Rate, Channels: s.sound.Channels}
	switch samples := s.sound.Samples.(type) {
	case []int16:
		a.Ints = samples
	case []float32:
		a.Floats = samples
	case []byte:
		a.Bytes = samples
	}
	a.Measure(f)
}

func (s soundSource) take() (taker, error) {
	t := &soundTaker{Audio: media.Audio{Rate: s.sound.Rate, Channels: s.sound.Channels}}
	switch samples := s.sound.Samples.(type) {
	case []int16:
		t.parts = copies{copyOf(&t.Ints, samples)}
	case []float32:
		t.parts = copies{copyOf(&t.Floats, samples)}
	case []byte:
		t.parts = copies{copyOf(&t.Bytes, samples)}
	}
	return t, nil
}

type soundTaker struct {
	media.Audio
	parts copies
}

func (t *soundTaker) step(until time.Time) bool { return t.parts.step(until) }
func (t *soundTaker) taken() any                { return t.Audio }

// meshSource is a mesh that lies as slices.
type meshSource struct{ mesh *Mesh }

func (s meshSource) check() error {
	switch s.mesh.Indices.(type) {
	case nil, []uint16, []uint32:
		return nil
	}
	return fmt.Errorf("indices are a []uint16 or a []uint32, not a %T", s.mesh.Indices)
}

func (s meshSource) typeOf(string) media.Type {
	return media.Type{Kind: media.Mesh, MediaType: "model/gltf-binary"}
}
func (s meshSource) pixels() bool          { return false }
func (s meshSource) live() bool            { return false }
func (s meshSource) stands([]byte) *[]byte { return nil }

func (s meshSource) measure(f *media.Facts) {
	m := s.mesh
	t := media.Triangles{Positions: m.Positions, Normals: m.Normals, UVs: m.UVs, Colors: m.Colors}
	switch indices := m.Indices.(type) {
	case []uint16:
		t.Short = indices
	case []uint32:
		t.Indices = indices
	}
	t.Measure(f)
}

func (s meshSource) take() (taker, error) {
	m, t := s.mesh, new(meshTaker)
	t.parts = copies{copyOf(&t.Positions, m.Positions), copyOf(&t.Normals, m.Normals), copyOf(&t.UVs, m.UVs), copyOf(&t.Colors, m.Colors)}
	switch indices := m.Indices.(type) {
	case []uint16:
		t.parts = append(t.parts, copyOf(&t.Short, indices))
	case []uint32:
		t.parts = append(t.parts, copyOf(&t.Indices, indices))
	}
	return t, nil
}

type meshTaker struct {
	media.Triangles
	parts copies
}

func (t *meshTaker) step(until time.Time) bool { return t.parts.step(until) }
func (t *meshTaker) taken() any                { return t.Triangles }

// copies are slices that are copied one after the other, a piece at a time.
type copies []func() (done bool)

// pieceLength is how many numbers are copied between two looks at the clock.
const pieceLength = 32 << 10

// copyOf copies a slice, a piece with each call.
func copyOf[T any](dst *[]T, src []T) func() bool {
	return func() bool {
		if *dst == nil {
			*dst = make([]T, 0, len(src))
		}
		n := len(*dst)
		*dst = append(*dst, src[n:min(len(src), n+pieceLength)]...)
		return len(*dst) == len(src)
	}
}

func (c *copies) step(until time.Time) bool {
	for len(*c) > 0 {
		if (*c)[0]() {
			*c = (*c)[1:]
		}
		if len(*c) > 0 && time.Now().After(until) {
			return false
		}
	}
	return true
}

package console

import (
	"fmt"
	"slices"
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
	t := &soundTaker{rate: s.sound.Rate, channels: s.sound.Channels}
	switch samples := s.sound.Samples.(type) {
	case []int16:
		t.ints.src = samples
	case []float32:
		t.floats.src = samples
	case []byte:
		t.bytes.src = samples
	}
	t.copies = copies{&t.ints, &t.floats, &t.bytes}
	return t, nil
}

type soundTaker struct {
	copies
	rate, channels int
	ints           pieces[int16]
	floats         pieces[float32]
	bytes          pieces[byte]
}

func (t *soundTaker) taken() any {
	return media.Audio{Rate: t.rate, Channels: t.channels, Ints: t.ints.joined(), Floats: t.floats.joined(), Bytes: t.bytes.joined()}
}

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
	t.positions.src, t.normals.src, t.uvs.src, t.colors.src = m.Positions, m.Normals, m.UVs, m.Colors
	switch indices := m.Indices.(type) {
	case []uint16:
		t.short.src = indices
	case []uint32:
		t.indices.src = indices
	}
	t.copies = copies{&t.positions, &t.normals, &t.uvs, &t.colors, &t.indices, &t.short}
	return t, nil
}

type meshTaker struct {
	copies
	positions, normals, uvs, colors pieces[float32]
	indices                         pieces[uint32]
	short                           pieces[uint16]
}

func (t *meshTaker) taken() any {
	return media.Triangles{Positions: t.positions.joined(), Normals: t.normals.joined(), UVs: t.uvs.joined(), Colors: t.colors.joined(),
		Indices: t.indices.joined(), Short: t.short.joined()}
}

// copies are slices that are copied one after the other, a piece at a time.
type copies []interface{ piece() (done bool) }

func (c *copies) step(until time.Time) bool {
	for len(*c) > 0 {
		if (*c)[0].piece() {
			*c = (*c)[1:]
		} else if time.Now().After(until) {
			return false
		}
	}
	return true
}

// pieces is a slice and the part of it that was copied. It is copied into many slices,
// because making room for one large one takes as long as filling it does.
type pieces[T any] struct {
	src  []T
	done [][]T
}

// pieceLength is how many numbers are copied between two looks at the clock.
const pieceLength = 16 << 10

func (p *pieces[T]) piece() (done bool) {
	n := min(len(p.src), pieceLength)
	if n > 0 {
		p.done = append(p.done, append([]T(nil), p.src[:n]...))
		p.src = p.src[n:]
	}
	return len(p.src) == 0
}

// joined is the copy as one.
func (p *pieces[T]) joined() []T { return slices.Concat(p.done...) }

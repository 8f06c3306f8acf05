package media

import (
	"encoding/json"
	"fmt"
	"math"
)

// Triangles is a mesh: of each vertex three numbers of its position and, where they are
// there, three of its normal, two of its place in a texture and four of its colour. Three
// indices are a triangle; without indices, three vertices are.
type Triangles struct {
	Positions, Normals, UVs, Colors []float32
	Indices                         []uint32
	Short                           []uint16 // the same, where Indices is nil
}

// Measure adds what is known of the mesh.
func (m Triangles) Measure(f *Facts) {
	f.Memory = 4*int64(len(m.Positions)+len(m.Normals)+len(m.UVs)+len(m.Colors)+len(m.Indices)) + 2*int64(len(m.Short))
	n := len(m.Indices) + len(m.Short)
	if n == 0 {
		n = len(m.Positions) / 3
	}
	_ = f.counted(int64(len(m.Positions)/3), int64(n/3))
}

// check says what is wrong with the mesh: what a viewer could not draw.
func (m Triangles) check() error {
	n := len(m.Positions) / 3
	for _, part := range []struct {
		name   string
		values []float32
		size   int
		must   bool
	}{{"position", m.Positions, 3, true}, {"normal", m.Normals, 3, false}, {"UV", m.UVs, 2, false}, {"colour", m.Colors, 4, false}} {
		switch {
		case len(part.values)%part.size != 0, part.must && n == 0, len(part.values) > 0 && len(part.values)/part.size != n:
			return fmt.Errorf("%d numbers are no %s for each of %d vertices", len(part.values), part.name, n)
		}
		for i, v := range part.values {
			if v-v != 0 { // NaN, infinity
				if part.must {
					return fmt.Errorf("vertex %d is at NaN or infinity", i/3)
				}
				return fmt.Errorf("the %s of vertex %d is NaN or infinity", part.name, i/part.size)
			}
		}
	}
	if corners := len(m.Indices); corners%3 != 0 || corners == 0 && n%3 != 0 {
		return fmt.Errorf("%d corners are no whole number of triangles", max(corners, n))
	}
	for i, at := range m.Indices {
		if int64(at) >= int64(n) {
			return fmt.Errorf("corner %d of triangle %d is vertex %d; there are %d", i%3, i/3, at, n)
		}
	}
	return nil
}

// The members of a glTF that are written.
type (
	gltfDocument struct {
		Asset       map[string]string `json:"asset"`
		Scene       int               `json:"scene"`
		Scenes      []gltfScene       `json:"scenes"`
		Nodes       []gltfNode        `json:"nodes"`
		Meshes      []gltfMesh        `json:"meshes"`
		Buffers     []gltfBuffer      `json:"buffers"`
		BufferViews []gltfView        `json:"bufferViews"`
		Accessors   []gltfAccessor    `json:"accessors"`
	}
	gltfScene struct {
		Nodes []int `json:"nodes"`
	}
	gltfNode struct {
		Mesh int `json:"mesh"`
	}
	gltfMesh struct {
		Primitives []gltfPrimitive `json:"primitives"`
	}
	gltfPrimitive struct {
		Attributes map[string]int `json:"attributes"`
		Indices    *int           `json:"indices,omitempty"`
	}
	gltfBuffer struct {
		ByteLength int `json:"byteLength"`
	}
	gltfView struct {
		Buffer     int `json:"buffer"`
		ByteOffset int `json:"byteOffset"`
		ByteLength int `json:"byteLength"`
		Target     int `json:"target"`
	}
	gltfAccessor struct {
		BufferView    int       `json:"bufferView"`
		ComponentType int       `json:"componentType"`
		Count         int       `json:"count"`
		Type          string    `json:"type"`
		Min           []float32 `json:"min,omitempty"`
		Max           []float32 `json:"max,omitempty"`
	}
)

// The constants of glTF 2.0.
const (
	gltfFloat, gltfUint      = 5126, 5125
	gltfVertices, gltfCorner = 34962, 34963
)

// GLB returns the mesh as a binary glTF 2.0.
func (m Triangles) GLB() ([]byte, error) {
	if m.Indices == nil {
		for _, v := range m.Short {
			m.Indices = append(m.Indices, uint32(v))
		}
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	primitive := gltfPrimitive{Attributes: make(map[string]int)}
	d := gltfDocument{
		Asset: map[string]string{"version": "2.0", "generator": "scry"}, Scenes: []gltfScene{{[]int{0}}}, Nodes: []gltfNode{{0}},
	}
	var bin []byte
	add := func(target int, a gltfAccessor, write func()) int {
		from := len(bin)
		write()
		d.BufferViews = append(d.BufferViews, gltfView{ByteOffset: from, ByteLength: len(bin) - from, Target: target})
		a.BufferView = len(d.BufferViews) - 1
		d.Accessors = append(d.Accessors, a)
		return len(d.Accessors) - 1
	}
	for _, part := range []struct {
		name, kind string
		values     []float32
		size       int
	}{{"POSITION", "VEC3", m.Positions, 3}, {"NORMAL", "VEC3", m.Normals, 3}, {"TEXCOORD_0", "VEC2", m.UVs, 2}, {"COLOR_0", "VEC4", m.Colors, 4}} {
		if len(part.values) == 0 {
			continue
		}
		a := gltfAccessor{ComponentType: gltfFloat, Count: len(part.values) / part.size, Type: part.kind}
		if part.name == "POSITION" {
			a.Min, a.Max = bounds(part.values)
		}
		primitive.Attributes[part.name] = add(gltfVertices, a, func() {
			for _, v := range part.values {
				bin = le.AppendUint32(bin, math.Float32bits(v))
			}
		})
	}
	if len(m.Indices) > 0 {
		at := add(gltfCorner, gltfAccessor{ComponentType: gltfUint, Count: len(m.Indices), Type: "SCALAR"}, func() {
			for _, v := range m.Indices {
				bin = le.AppendUint32(bin, v)
			}
		})
		primitive.Indices = &at
	}
	d.Meshes = []gltfMesh{{[]gltfPrimitive{primitive}}}
	d.Buffers = []gltfBuffer{{len(bin)}}
	return glb(d, bin)
}

// glb puts the two chunks together (glTF 2.0, section 4.4).
func glb(d gltfDocument, bin []byte) ([]byte, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	for len(text)%4 != 0 {
		text = append(text, ' ')
	}
	length := 28 + len(text) + len(bin)
	b := make([]byte, 0, length)
	b = append(b, "glTF"...)
	b = le.AppendUint32(b, 2)
	b = le.AppendUint32(b, uint32(length))
	b = le.AppendUint32(b, uint32(len(text)))
	b = append(append(b, "JSON"...), text...)
	b = le.AppendUint32(b, uint32(len(bin)))
	return append(append(b, "BIN\x00"...), bin...), nil
}

// bounds are the least and the greatest of each of three numbers.
func bounds(values []float32) (least, most []float32) {
	least, most = append([]float32(nil), values[:3]...), append([]float32(nil), values[:3]...)
	for i, v := range values {
		least[i%3], most[i%3] = min(least[i%3], v), max(most[i%3], v)
	}
	return least, most
}

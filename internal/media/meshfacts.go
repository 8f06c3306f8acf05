package media

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxCount bounds numbers of vertices and triangles: what says more lies.
const maxCount = 1<<31 - 1

// counted notes how many vertices and triangles there are.
func (f *Facts) counted(vertices, triangles int64) error {
	if vertices < 0 || triangles < 0 || vertices > maxCount || triangles > maxCount {
		return fmt.Errorf("it says that it has %d vertices and %d triangles", vertices, triangles)
	}
	f.Vertices, f.Triangles = int(vertices), int(triangles)
	return nil
}

// readGLB reads the first chunk of a binary glTF, which is its JSON (glTF 2.0, section 4).
func readGLB(f *Facts, in file) error {
	head, err := in.at(0, 20)
	if err != nil {
		return err
	}
	n := int64(le.Uint32(head[12:]))
	if string(head[:4]) != "glTF" || string(head[16:]) != "JSON" {
		return errors.New("it is no binary glTF 2.0")
	}
	if n > in.size-20 {
		return errCut
	}
	text, err := file{io.NewSectionReader(in.r, 20, n), n}.all(maxParsed)
	if err != nil {
		return err
	}
	return f.gltf(text)
}

func readGLTF(f *Facts, in file) error {
	text, err := in.all(maxParsed)
	if err != nil {
		return err
	}
	return f.gltf(text)
}

// document is what of a glTF is needed to count.
type document struct {
	Accessors []struct{ Count int64 }
	Meshes    []struct {
		Primitives []struct {
			Attributes struct{ POSITION *int }
			Indices    *int
			Mode       *int
		}
	}
}

// gltf counts the vertices and triangles of all primitives, each vertex once.
func (f *Facts) gltf(text []byte) error {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("its JSON is wrong: %w", err)
	}
	count := func(accessor *int) int64 {
		if accessor == nil || *accessor < 0 || *accessor >= len(d.Accessors) {
			return 0
		}
		return min(max(d.Accessors[*accessor].Count, 0), maxCount)
	}
	vertices, triangles, seen := int64(0), int64(0), make(map[int]bool)
	for _, m := range d.Meshes {
		for _, p := range m.Primitives {
			n := count(p.Attributes.POSITION)
			if at := p.Attributes.POSITION; at != nil && !seen[*at] {
				seen[*at] = true
				vertices += n
			}
			if p.Indices != nil {
				n = count(p.Indices)
			}
			switch mode := p.Mode; {
			case mode == nil || *mode == 4:
				triangles += n / 3
			case *mode == 5 || *mode == 6: // strip, fan
				triangles += max(0, n-2)
			}
		}
	}
	return f.counted(vertices, triangles)
}

// readOBJ counts lines: v is a vertex, f a face, of one triangle less than it has
// corners but one.
func readOBJ(f *Facts, in file) error {
	vertices, triangles := int64(0), int64(0)
	err := eachLine(in, func(line []byte) {
		switch {
		case bytes.HasPrefix(line, []byte("v ")), bytes.HasPrefix(line, []byte("v\t")):
			vertices++
		case bytes.HasPrefix(line, []byte("f ")), bytes.HasPrefix(line, []byte("f\t")):
			triangles += max(0, int64(len(bytes.Fields(line)))-3)
		}
	})
	if err != nil {
		return err
	}
	return f.counted(vertices, triangles)
}

// eachLine calls f for the lines of a text, up to a number of bytes. A line that is too
// long is seen in pieces.
func eachLine(in file, f func(line []byte)) error {
	r := bufio.NewReaderSize(io.NewSectionReader(in.r, 0, min(in.size, maxParsed)), 4096)
	for begins := true; ; {
		line, err := r.ReadSlice('\n')
		if len(line) > 0 && begins {
			f(bytes.TrimLeft(line, " \t"))
		}
		begins = !errors.Is(err, bufio.ErrBufferFull)
		switch {
		case errors.Is(err, io.EOF) && in.size > maxParsed:
			return fmt.Errorf("it is larger than %d bytes, and not counted", maxParsed)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && begins:
			return err
		}
	}
}

// readSTL counts triangles, of a binary or a text.
func readSTL(f *Facts, in file) error {
	if b, err := in.at(80, 4); err == nil {
		if n := int64(le.Uint32(b)); 84+50*n == in.size {
			return f.counted(3*n, n)
		}
	}
	n := int64(0)
	err := eachLine(in, func(line []byte) {
		if bytes.HasPrefix(line, []byte("facet ")) {
			n++
		}
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("it has no triangles, or is cut off")
	}
	return f.counted(3*n, n)
}

// readPLY reads the header, which is a text.
func readPLY(f *Facts, in file) error {
	head, err := in.upTo(0, 16<<10)
	if err != nil {
		return err
	}
	text, _, ended := strings.Cut(string(head), "end_header")
	if !ended || !strings.HasPrefix(text, "ply") {
		return errors.New("it has no header of PLY")
	}
	var vertices, faces int64
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] != "element" {
			continue
		}
		n, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil || n < 0 || n > in.size { // each takes a byte at the least
			return fmt.Errorf("it says that it has %.20s of %.20q", words[2], words[1])
		}
		switch words[1] {
		case "vertex":
			vertices = n
		case "face":
			faces = n
		}
	}
	return f.counted(vertices, faces)
}

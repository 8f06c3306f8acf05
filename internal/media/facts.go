package media

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Facts are what a file says of itself. What it does not say is 0.
type Facts struct {
	Bytes               int64
	Memory              int64 // that a game holds, where that can be told
	Width, Height       int
	Levels              int     // of a mip map, with the picture itself
	Duration            float64 // in seconds
	Rate, Channels      int
	Vertices, Triangles int
	Glyphs              int
	Family              string
	Fault               string // what is wrong with the file
}

// errCut is what a file is that ends too soon.
var errCut = errors.New("the file is cut off")

// Read reads what a file of a media type says of itself. Of a large file it reads a
// part. It never fails: what is wrong with the file is in Fault.
func Read(mediaType string, r io.ReaderAt, size int64) Facts {
	f := Facts{Bytes: size}
	read := readers[mediaType]
	if read == nil {
		return f
	}
	said := f
	if err := read(&said, file{r, size}); err != nil {
		f.Fault = err.Error()
		return f
	}
	return said
}

// readers read the headers of what is told more of, by media type.
var readers = map[string]func(*Facts, file) error{
	"image/png": readPNG, "image/apng": readPNG, "image/jpeg": readJPEG, "image/gif": readGIF, "image/webp": readWebP, "image/bmp": readBMP,
	"image/qoi": readQOI, "image/vnd-ms.dds": readDDS, "image/ktx2": readKTX2, "image/x-tga": readTGA,
	"audio/wav": readWAV, "audio/ogg": readOgg, "audio/mpeg": readMP3, "audio/flac": readFLAC,
	"font/ttf": readFont, "font/otf": readFont, "font/collection": readFont, "font/woff": readWOFF,
	"model/gltf-binary": readGLB, "model/gltf+json": readGLTF, "model/obj": readOBJ, "model/stl": readSTL, "model/ply": readPLY,
	"application/json": readJSON,
}

// file is a file whose size is known. It is read in pieces, each of which must be there.
type file struct {
	r    io.ReaderAt
	size int64
}

// maxPiece is how much is read at a time.
const maxPiece = 64 << 10

// at reads n bytes at an offset.
func (f file) at(off int64, n int) ([]byte, error) {
	if off < 0 || n < 0 || n > maxPiece || off > f.size-int64(n) {
		return nil, errCut
	}
	p := make([]byte, n)
	if got, err := f.r.ReadAt(p, off); got < n {
		if err == nil || errors.Is(err, io.EOF) {
			err = errCut
		}
		return nil, err
	}
	return p, nil
}

// upTo reads up to n bytes at an offset, as many as there are.
func (f file) upTo(off int64, n int) ([]byte, error) {
	if off < 0 || off > f.size {
		return nil, errCut
	}
	return f.at(off, int(min(int64(n), f.size-off)))
}

// all reads the file as a whole, if it is not larger than so many bytes.
func (f file) all(most int64) ([]byte, error) {
	if f.size > most {
		return nil, fmt.Errorf("it is larger than %d bytes, and not looked into", most)
	}
	p := make([]byte, f.size)
	if n, err := f.r.ReadAt(p, 0); int64(n) < f.size {
		if err == nil || errors.Is(err, io.EOF) {
			err = errCut
		}
		return nil, err
	}
	return p, nil
}

// maxParsed is the size of a file that is read as a whole for its facts.
const maxParsed = 16 << 20

// readJSON tells where a JSON text is none.
func readJSON(f *Facts, in file) error {
	text, err := in.all(maxParsed)
	if err != nil {
		return nil // it is too large to say anything of
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var skip json.RawMessage
	var wrong *json.SyntaxError
	if err := json.Unmarshal(text, &skip); errors.As(err, &wrong) {
		return fmt.Errorf("%s: %s", place(text, wrong.Offset), wrong)
	}
	return nil
}

// place is an offset as line:column, both from 1; columns count bytes.
func place(text []byte, offset int64) string {
	before := text[:min(max(offset-1, 0), int64(len(text)))]
	line := bytes.Count(before, []byte("\n"))
	return fmt.Sprintf("%d:%d", line+1, len(before)-bytes.LastIndexByte(before, '\n'))
}

package media

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"
)

// Kind is what an asset is for a person who looks at it.
type Kind string

// The kinds.
const (
	Image  Kind = "image"
	Sound  Kind = "sound"
	Text   Kind = "text"
	JSON   Kind = "json"
	Shader Kind = "shader"
	Font   Kind = "font"
	Mesh   Kind = "mesh"
	Other  Kind = "other"
)

// Kinds are all of them.
var Kinds = []Kind{Image, Sound, Text, JSON, Shader, Font, Mesh, Other}

// Type is what is known of a file before it is read as what it is.
type Type struct {
	Kind      Kind
	MediaType string
	Language  string // of a text, for its colours: "glsl", "kage", "json"; "" for none
}

const (
	plain  = "text/plain; charset=utf-8"
	opaque = "application/octet-stream"
)

// byExtension are the types of files by the end of their names.
var byExtension = map[string]Type{
	".png": {Image, "image/png", ""}, ".apng": {Image, "image/apng", ""}, ".jpg": {Image, "image/jpeg", ""}, ".jpeg": {Image, "image/jpeg", ""},
	".gif": {Image, "image/gif", ""}, ".webp": {Image, "image/webp", ""}, ".bmp": {Image, "image/bmp", ""}, ".svg": {Image, "image/svg+xml", "xml"},
	".ico": {Image, "image/x-icon", ""}, ".avif": {Image, "image/avif", ""}, ".tga": {Image, "image/x-tga", ""}, ".qoi": {Image, "image/qoi", ""},
	".dds": {Image, "image/vnd-ms.dds", ""}, ".ktx": {Image, "image/ktx", ""}, ".ktx2": {Image, "image/ktx2", ""},
	".wav": {Sound, "audio/wav", ""}, ".ogg": {Sound, "audio/ogg", ""}, ".oga": {Sound, "audio/ogg", ""}, ".opus": {Sound, "audio/ogg", ""},
	".mp3": {Sound, "audio/mpeg", ""}, ".flac": {Sound, "audio/flac", ""}, ".m4a": {Sound, "audio/mp4", ""}, ".aac": {Sound, "audio/aac", ""},
	".txt": {Text, plain, ""}, ".md": {Text, plain, "markdown"}, ".csv": {Text, "text/csv; charset=utf-8", ""}, ".tsv": {Text, plain, ""},
	".xml": {Text, "text/xml; charset=utf-8", "xml"}, ".tmx": {Text, "text/xml; charset=utf-8", "xml"}, ".tsx": {Text, "text/xml; charset=utf-8", "xml"},
	".html": {Text, "text/html; charset=utf-8", "html"}, ".htm": {Text, "text/html; charset=utf-8", "html"}, ".css": {Text, "text/css; charset=utf-8", "css"},
	".yaml": {Text, plain, "yaml"}, ".yml": {Text, plain, "yaml"}, ".toml": {Text, plain, "toml"}, ".ini": {Text, plain, "ini"}, ".cfg": {Text, plain, "cfg"},
	".lua": {Text, plain, "lua"}, ".js": {Text, "text/javascript; charset=utf-8", "javascript"}, ".ts": {Text, plain, "typescript"},
	".go": {Text, plain, "go"}, ".py": {Text, plain, "python"}, ".fnt": {Text, plain, ""}, ".atlas": {Text, plain, ""}, ".ink": {Text, plain, ""},
	".json": {JSON, "application/json", "json"}, ".tmj": {JSON, "application/json", "json"}, ".tsj": {JSON, "application/json", "json"}, ".ldtk": {JSON, "application/json", "json"},
	".glsl": {Shader, plain, "glsl"}, ".vert": {Shader, plain, "glsl"}, ".frag": {Shader, plain, "glsl"}, ".geom": {Shader, plain, "glsl"},
	".comp": {Shader, plain, "glsl"}, ".vs": {Shader, plain, "glsl"}, ".fs": {Shader, plain, "glsl"}, ".kage": {Shader, plain, "kage"},
	".wgsl": {Shader, plain, "wgsl"}, ".hlsl": {Shader, plain, "hlsl"}, ".fx": {Shader, plain, "hlsl"}, ".metal": {Shader, plain, "metal"},
	".ttf": {Font, "font/ttf", ""}, ".otf": {Font, "font/otf", ""}, ".ttc": {Font, "font/collection", ""}, ".woff": {Font, "font/woff", ""}, ".woff2": {Font, "font/woff2", ""},
	".glb": {Mesh, "model/gltf-binary", ""}, ".gltf": {Mesh, "model/gltf+json", "json"}, ".obj": {Mesh, "model/obj", "obj"},
	".stl": {Mesh, "model/stl", ""}, ".ply": {Mesh, "model/ply", ""}, ".fbx": {Mesh, opaque, ""},
}

// ByName returns the type that the end of a name stands for; ok is false where it
// stands for none.
func ByName(name string) (t Type, ok bool) {
	t, ok = byExtension[strings.ToLower(path.Ext(name))]
	return t, ok
}

// magics are how files begin. A mask is not needed: RIFF is told apart by its form.
var magics = []struct {
	begins string
	Type
}{
	{"\x89PNG\r\n\x1a\n", Type{Image, "image/png", ""}},
	{"\xff\xd8\xff", Type{Image, "image/jpeg", ""}},
	{"GIF8", Type{Image, "image/gif", ""}},
	{"BM", Type{Image, "image/bmp", ""}},
	{"qoif", Type{Image, "image/qoi", ""}},
	{"DDS ", Type{Image, "image/vnd-ms.dds", ""}},
	{"\xabKTX 20\xbb\r\n\x1a\n", Type{Image, "image/ktx2", ""}},
	{"OggS", Type{Sound, "audio/ogg", ""}},
	{"fLaC", Type{Sound, "audio/flac", ""}},
	{"ID3", Type{Sound, "audio/mpeg", ""}},
	{"glTF", Type{Mesh, "model/gltf-binary", ""}},
	{"\x00\x01\x00\x00", Type{Font, "font/ttf", ""}},
	{"true", Type{Font, "font/ttf", ""}},
	{"OTTO", Type{Font, "font/otf", ""}},
	{"ttcf", Type{Font, "font/collection", ""}},
	{"wOFF", Type{Font, "font/woff", ""}},
	{"wOF2", Type{Font, "font/woff2", ""}},
}

// sniffed is how much of a file is looked at.
const sniffed = 512

// Sniff tells the type of a file by how it begins. What is none that it knows is a
// text where it is UTF-8 without control characters, and else some bytes.
func Sniff(head []byte) Type {
	for _, m := range magics {
		if len(head) > len(m.begins) && string(head[:len(m.begins)]) == m.begins && !(m.begins == "BM" || m.begins == "true" || m.begins == "ID3") {
			return m.Type
		}
	}
	if len(head) >= 12 && string(head[:4]) == "RIFF" {
		switch string(head[8:12]) {
		case "WAVE":
			return byExtension[".wav"]
		case "WEBP":
			return byExtension[".webp"]
		}
	}
	if cut := head[:min(len(head), sniffed)]; readable(cut, len(head) > sniffed) {
		return sniffText(cut)
	}
	for _, m := range magics { // short ones, that a text could begin with
		if len(head) > len(m.begins) && string(head[:len(m.begins)]) == m.begins {
			return m.Type
		}
	}
	return Type{Other, opaque, ""}
}

func sniffText(head []byte) Type {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte(`["`)), bytes.HasPrefix(text, []byte("[{")):
		return byExtension[".json"]
	case bytes.HasPrefix(text, []byte("//kage:unit")):
		return byExtension[".kage"]
	case bytes.HasPrefix(text, []byte("#version ")):
		return byExtension[".glsl"]
	case bytes.HasPrefix(text, []byte("<svg")):
		return byExtension[".svg"]
	case bytes.HasPrefix(text, []byte("<?xml")):
		return byExtension[".xml"]
	case bytes.HasPrefix(text, []byte("<!")), bytes.HasPrefix(text, []byte("<html")):
		return byExtension[".html"]
	}
	return byExtension[".txt"]
}

// readable reports whether bytes are a text, of which more may follow.
func readable(b []byte, more bool) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			return more && len(b) < utf8.UTFMax && !utf8.FullRune(b)
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			return false
		}
		b = b[n:]
	}
	return true
}

// Of tells the type of a file by its name and, where that says nothing, by how it
// begins.
func Of(name string, head []byte) Type {
	t, ok := ByName(name)
	switch {
	case !ok:
		return Sniff(head)
	case t.Language == "go" && bytes.Contains(head[:min(len(head), sniffed)], []byte("//kage:unit")):
		return byExtension[".kage"] // editors know Kage best as Go
	}
	return t
}

// extensions are the ends of names that go with a media type.
var extensions = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp", "image/svg+xml": ".svg",
	"audio/wav": ".wav", "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/flac": ".flac", "application/json": ".json",
	"font/ttf": ".ttf", "font/otf": ".otf", "font/woff": ".woff", "font/woff2": ".woff2", "model/gltf-binary": ".glb", "model/gltf+json": ".gltf",
}

// FileName puts an end that goes with its media type behind a name that has none.
func FileName(name, mediaType string) string {
	if _, ok := ByName(name); ok {
		return name
	}
	end, ok := extensions[mediaType]
	if !ok && strings.HasPrefix(mediaType, "text/") {
		end = ".txt"
	}
	return name + end
}

// Inert returns the media type under which a file is given to a browser: what a browser
// would run or draw as a page goes as a plain text.
func Inert(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	switch base = strings.ToLower(strings.TrimSpace(base)); {
	case strings.HasPrefix(base, "text/"), strings.HasSuffix(base, "javascript"), strings.HasSuffix(base, "ecmascript"), base == "application/xml",
		strings.HasSuffix(base, "+xml") && base != "image/svg+xml":
		return plain
	}
	return mediaType
}

package console

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"reflect"
	"time"

	"github.com/scry-dev/scry/internal/media"
)

// PixelReader is a picture that lies where Go cannot read it pixel by pixel, such as on
// a graphics card. *ebiten.Image is one.
type PixelReader interface {
	// Bounds is where the picture lies; its size is what counts.
	Bounds() image.Rectangle
	// ReadPixels writes all pixels to pix: red, green, blue, alpha, premultiplied, row
	// by row without gaps. It is called inside [Console.Update], one picture a frame at
	// the most, and only when a client asked for this one.
	ReadPixels(pix []byte)
}

// assetSource is where the content of an asset lies. It belongs to the game's goroutine.
type assetSource interface {
	// typeOf is what the asset is, as far as its source tells.
	typeOf(name string) media.Type
	// measure adds what can be told without reading.
	measure(f *media.Facts)
	// pixels reports whether the content is a picture that is not encoded.
	pixels() bool
	// live reports whether the content may be another without the game saying so.
	live() bool
	// take begins a copy of the content.
	take() (taker, error)
	// stands is what the asset's content is after the game has taken other bytes in its
	// place: those, or nil where the source shows what the game has now.
	stands(data []byte) *[]byte
}

// taker copies something of the game's, on the game's goroutine, a piece at a time.
type taker interface {
	// step copies until a moment, one piece at least, and reports whether that was all.
	step(until time.Time) (done bool)
	// taken is the copy: an image.Image, a []byte, a string, a media.Audio or a
	// media.Triangles. The worker calls it.
	taken() any
}

// sourceOf finds out what was bound.
func sourceOf(name string, thing any) (assetSource, error) {
	if v := reflect.ValueOf(thing); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() || v.Kind() == reflect.Func && v.IsNil() {
		return nil, errors.New("it is nil")
	}
	switch thing := thing.(type) {
	case PixelReader:
		return pixelSource{thing}, nil
	case image.Image:
		return imageSource{still: thing, image: func() image.Image { return thing }}, nil
	case func() image.Image:
		return imageSource{image: thing}, nil
	case []byte:
		return bytesSource{thing}, nil
	case string:
		return textSource(thing), nil
	case *string:
		return textPointer{thing}, nil
	case Sound:
		return soundSource{&thing}, soundSource{&thing}.check()
	case *Sound:
		return soundSource{thing}, soundSource{thing}.check()
	case Mesh:
		return meshSource{&thing}, meshSource{&thing}.check()
	case *Mesh:
		return meshSource{thing}, meshSource{thing}.check()
	case fs.FS:
		return &mount{fsys: thing}, nil
	}
	return nil, fmt.Errorf("cannot show %T; see Assets.Bind for what can be", thing)
}

// imageSource is a picture whose pixels Go reads.
type imageSource struct {
	image func() image.Image
	still image.Image // nil where it is made anew each time
}

func (s imageSource) typeOf(string) media.Type {
	return media.Type{Kind: media.Image, MediaType: "image/png"}
}
func (s imageSource) pixels() bool               { return true }
func (s imageSource) live() bool                 { return true }
func (s imageSource) stands(data []byte) *[]byte { return nil }

// measure asks for the picture's size, unless it would be made for that.
func (s imageSource) measure(f *media.Facts) {
	if s.still != nil {
		b := s.still.Bounds()
		f.Width, f.Height, f.Memory = b.Dx(), b.Dy(), media.Held(s.still)
	}
}

func (s imageSource) take() (taker, error) {
	img := s.image()
	if img == nil {
		return nil, errors.New("the game has no such picture now")
	}
	c, err := media.NewCopier(img)
	if err != nil {
		return nil, err
	}
	return imageTaker{c}, nil
}

type imageTaker struct{ *media.Copier }

// bandPixels is how much is copied between two looks at the clock.
const bandPixels = 8 << 10

func (t imageTaker) step(until time.Time) bool {
	for !t.Band(bandPixels) {
		if time.Now().After(until) {
			return false
		}
	}
	return true
}

func (t imageTaker) taken() any { return t.Image() }

// pixelSource is a picture that an engine reads back.
type pixelSource struct{ PixelReader }

func (s pixelSource) typeOf(string) media.Type {
	return media.Type{Kind: media.Image, MediaType: "image/png"}
}
func (s pixelSource) pixels() bool               { return true }
func (s pixelSource) live() bool                 { return true }
func (s pixelSource) stands(data []byte) *[]byte { return nil }

func (s pixelSource) measure(f *media.Facts) {
	b := s.Bounds()
	f.Width, f.Height, f.Memory = b.Dx(), b.Dy(), 4*int64(b.Dx())*int64(b.Dy())
}

func (s pixelSource) take() (taker, error) {
	b := s.Bounds()
	if err := media.Fits(b.Dx(), b.Dy()); err != nil {
		return nil, err
	}
	return &pixelTaker{src: s.PixelReader, dst: image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))}, nil
}

type pixelTaker struct {
	src PixelReader
	dst *image.RGBA
}

// step reads the picture as a whole: an engine does no less.
func (t *pixelTaker) step(time.Time) bool {
	if t.src.Bounds().Size() == t.dst.Rect.Size() {
		t.src.ReadPixels(t.dst.Pix)
	}
	return true
}

func (t *pixelTaker) taken() any { return t.dst }

// bytesSource is a file in memory.
type bytesSource struct{ data []byte }

func (s bytesSource) typeOf(name string) media.Type { return media.Of(name, s.data) }
func (s bytesSource) pixels() bool                  { return false }
func (s bytesSource) live() bool                    { return false }
func (s bytesSource) stands(data []byte) *[]byte    { return &data }
func (s bytesSource) take() (taker, error)          { return newBytesTaker(s.data), nil }
func (s bytesSource) measure(f *media.Facts) {
	f.Bytes, f.Memory = int64(len(s.data)), int64(len(s.data))
}

// bytesTaker copies, for what the game holds it may change.
type bytesTaker struct {
	copies
	bytes pieces[byte]
}

func newBytesTaker(src []byte) *bytesTaker {
	t := &bytesTaker{bytes: pieces[byte]{src: src}}
	t.copies = copies{&t.bytes}
	return t
}

func (t *bytesTaker) taken() any { return t.bytes.joined() }

// textSource is a text that stays as it is.
type textSource string

func (s textSource) typeOf(name string) media.Type { return typeOfText(name, string(s)) }
func (s textSource) pixels() bool                  { return false }
func (s textSource) live() bool                    { return false }
func (s textSource) stands(data []byte) *[]byte    { return &data }
func (s textSource) take() (taker, error)          { return whole{string(s)}, nil }
func (s textSource) measure(f *media.Facts)        { f.Bytes, f.Memory = int64(len(s)), int64(len(s)) }

// textPointer is a text that the game changes at will.
type textPointer struct{ text *string }

func (s textPointer) typeOf(name string) media.Type { return typeOfText(name, *s.text) }
func (s textPointer) pixels() bool                  { return false }
func (s textPointer) live() bool                    { return true }
func (s textPointer) stands([]byte) *[]byte         { return nil }
func (s textPointer) take() (taker, error)          { return whole{*s.text}, nil }
func (s textPointer) measure(f *media.Facts)        { textSource(*s.text).measure(f) }

// typeOfText is the type of what is a text whatever it looks like: a string that is not
// told apart by its name is none of the kinds of bytes.
func typeOfText(name, text string) media.Type {
	t := media.Of(name, []byte(text[:min(len(text), 512)]))
	if t.Kind == media.Other {
		t, _ = media.ByName(".txt")
	}
	return t
}

// whole is what need not be copied, since nobody changes it: a string, or a []byte of the
// console's own.
type whole struct{ content any }

func (t whole) step(time.Time) bool { return true }
func (t whole) taken() any          { return t.content }

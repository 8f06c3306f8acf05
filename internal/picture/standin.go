package picture

import "image"

// Mode says which codecs may be used.
type Mode uint8

// The modes.
const (
	Auto Mode = iota
	Lossy
	Lossless
)

// Packer packs pictures into parts.
type Packer struct{}

// AppendParts appends the whole picture as one part, without compressing it.
func (p *Packer) AppendParts(dst []byte, img *image.RGBA, _ *Set, _ Mode, _ int) (out []byte, parts int) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	rgb := make([]byte, 0, 3*w*h)
	for y := range h {
		for x := range w {
			i := img.PixOffset(img.Rect.Min.X+x, img.Rect.Min.Y+y)
			rgb = append(rgb, img.Pix[i:i+3]...)
		}
	}
	block := []byte{byte(len(rgb)) | 0x80, byte(len(rgb)>>7) | 0x80, byte(len(rgb)>>14) | 0x80, byte(len(rgb) >> 21)}
	for len(rgb) > 0 {
		n := min(len(rgb), 1<<16)
		block = append(append(block, 61<<2, byte(n-1), byte((n-1)>>8)), rgb[:n]...)
		rgb = rgb[n:]
	}
	return AppendPart(dst, Part{Codec: LZ, Data: block}), 1
}

// Settle takes all tiles out, for they are exact.
func (p *Packer) Settle(lossy *Set) { lossy.Reset(lossy.width, lossy.height) }

package console

import (
	"cmp"
	"image"

	"github.com/scry-dev/scry/internal/media"
	"github.com/scry-dev/scry/internal/picture"
)

// make makes the screenshot of a picture that was shrunk already. It belongs to the
// encoder.
func (s *shot) make(img *image.RGBA, den int) {
	if by := s.den() / den; by > 1 {
		small := new(image.RGBA)
		picture.Shrink(small, img, by)
		img = small
	}
	r := &s.result
	r.Width, r.Height = img.Rect.Dx(), img.Rect.Dy()
	if s.Format == "jpeg" {
		var e picture.JPEGEncoder
		r.MediaType, r.Data = "image/jpeg", base64Of(e.Append(nil, img, cmp.Or(s.Quality, shotQuality), true))
		return
	}
	data, err := media.PNG(img)
	r.MediaType, r.Data, s.err = "image/png", base64Of(data), err
}

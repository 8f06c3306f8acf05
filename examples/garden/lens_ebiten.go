//go:build !headless

package main

import "github.com/hajimehoshi/ebiten/v2"

// lens is the shader that the picture is seen through in a window.
type lens struct{ shader *ebiten.Shader }

// compile takes a shader, or leaves the old one and says what is wrong with it.
func (l *lens) compile(text []byte) error {
	shader, err := ebiten.NewShader(text)
	if err != nil {
		return err
	}
	if err := checkKage(text); err != nil {
		return err
	}
	if l.shader != nil {
		l.shader.Deallocate()
	}
	l.shader = shader
	return nil
}

// show draws a picture through the shader.
func (l *lens) show(screen, picture *ebiten.Image, seconds, pain float64) {
	b := picture.Bounds()
	screen.DrawRectShader(b.Dx(), b.Dy(), l.shader, &ebiten.DrawRectShaderOptions{
		Images:   [4]*ebiten.Image{picture},
		Uniforms: map[string]any{uniformTime: float32(seconds), uniformPain: float32(pain)},
	})
}

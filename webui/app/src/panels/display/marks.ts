// What is drawn over the picture: where the followed entities are in it, the name of the selected one,
// the frame of the loupe.

import { chip } from '../../widgets/chart/surface';
import type { Display } from './model';
import type { Marked } from './picker';

/** Of a picture that is not there. */
export const nowhere = { width: 1, height: 1 };

const least = 10; // px: a ring that can be seen, and grabbed

/** Draws all marks. `scale` is css px for a pixel of the display, `ratio` pixels of the screen for a css px. */
export function overlay(c: CanvasRenderingContext2D, display: Display, scale: number, ratio: number): void {
  const { theme } = display.app;
  const width = c.canvas.width / ratio;
  const height = c.canvas.height / ratio;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  const selected = display.picker.selected.peek()[0];
  for (const mark of display.picker.marks()) {
    ring(c, mark, scale, mark.id === selected ? theme.tokens.accent : theme.slot(mark.ink));
    if (mark.id !== selected) continue;
    const y = mark.y * scale + Math.max(mark.radius * scale, least) + 4;
    chip(c, `${mark.shape} ${mark.name}`, mark.x * scale, Math.min(Math.max(y, 0), height - 17), [0, width], {
      ground: theme.tokens.accent,
      text: theme.dark.peek() ? '#14161a' : '#ffffff',
    });
  }
}

// Over any picture: a dark line below the bright one.
function ring(c: CanvasRenderingContext2D, { x, y, radius }: Marked, scale: number, colour: string): void {
  const r = Math.max(radius * scale, least);
  for (const [width, style] of [
    [4, 'rgb(0 0 0 / 55%)'],
    [2, colour],
  ] as const) {
    c.lineWidth = width;
    c.strokeStyle = style;
    c.beginPath();
    c.arc(x * scale, y * scale, r, 0, 7);
    c.stroke();
  }
}

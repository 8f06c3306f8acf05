// Where on a picture the eye is: a scale and the place of the picture's corner in the view.

export interface View {
  /** View pixels for each pixel of the picture. */
  scale: number;
  /** Of the picture's left top corner, in pixels of the view. */
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Scales that zooming stops at, so that 1:1 and whole multiples are met. */
const steps = [
  1 / 64,
  1 / 32,
  1 / 16,
  1 / 8,
  1 / 4,
  1 / 3,
  1 / 2,
  2 / 3,
  1,
  1.5,
  2,
  3,
  4,
  6,
  8,
  12,
  16,
  24,
  32,
  48,
  64,
];

const margin = 16; // px that are free around a picture that is fitted

/** The whole picture in the middle; a small one is not made larger than whole multiples allow. */
export function fitted(picture: Size, view: Size): View {
  const scale = Math.min((view.width - 2 * margin) / picture.width, (view.height - 2 * margin) / picture.height);
  return centre(picture, view, scale > 1 ? Math.min(16, Math.floor(scale)) : Math.max(scale, 1 / 256));
}

/** A scale with the picture in the middle. */
export function centre(picture: Size, view: Size, scale: number): View {
  return {
    scale,
    x: Math.round((view.width - picture.width * scale) / 2),
    y: Math.round((view.height - picture.height * scale) / 2),
  };
}

/** Another scale, with the pixel under the pointer staying there. */
export function zoom(view: View, scale: number, x: number, y: number): View {
  const k = scale / view.scale;
  return { scale, x: x - (x - view.x) * k, y: y - (y - view.y) * k };
}

/** The next scale up or down. */
export function step(scale: number, up: boolean): number {
  const next = up ? steps.find((s) => s > scale * 1.01) : steps.findLast((s) => s < scale * 0.99);
  return next ?? scale;
}

/** Moves the picture, no farther than that some of it is seen. */
export function pan(view: View, dx: number, dy: number, picture: Size, room: Size): View {
  const keep = 24;
  const clamp = (v: number, size: number, all: number): number => Math.max(keep - size, Math.min(all - keep, v));
  return {
    scale: view.scale,
    x: clamp(view.x + dx, picture.width * view.scale, room.width),
    y: clamp(view.y + dy, picture.height * view.scale, room.height),
  };
}

/** The pixel of the picture under a place of the view, or undefined beside it. */
export function pixelAt(view: View, x: number, y: number, picture: Size): { x: number; y: number } | undefined {
  const px = Math.floor((x - view.x) / view.scale);
  const py = Math.floor((y - view.y) / view.scale);
  return px >= 0 && py >= 0 && px < picture.width && py < picture.height ? { x: px, y: py } : undefined;
}

/** A scale as people read it: `200 %`. */
export function scaleText(scale: number): string {
  return `${scale >= 0.1 ? Math.round(scale * 100) : (scale * 100).toFixed(1)} %`;
}

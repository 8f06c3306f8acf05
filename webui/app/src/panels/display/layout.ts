// Where the picture lies on the screen, in whole pixels of the screen, and which of its own pixels a
// place of the page is.

import type { Spot } from './pointer';

/** How large the picture is shown: fitted in, or so many pixels of the screen for one of its own. */
export type Zoom = 'fit' | '1' | '2' | '3';

export const zooms: readonly Zoom[] = ['fit', '1', '2', '3'];

/** Css px within the box. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Pixels of the screen for one of the picture. */
  factor: number;
}

/** Places a picture in a box of css px. Where it is larger than the box, it begins at its corner. */
export function place(
  full: { width: number; height: number },
  box: { width: number; height: number },
  zoom: Zoom,
  ratio: number,
): Place {
  const room = { width: Math.floor(box.width * ratio), height: Math.floor(box.height * ratio) };
  const fitted = Math.min(room.width / full.width, room.height / full.height);
  const factor = zoom === 'fit' ? Math.max(fitted, 1 / 64) : Number(zoom);
  const width = Math.max(1, Math.round(full.width * factor));
  const height = Math.max(1, Math.round(full.height * factor));
  return {
    left: Math.max(0, Math.floor((room.width - width) / 2)) / ratio,
    top: Math.max(0, Math.floor((room.height - height) / 2)) / ratio,
    width: width / ratio,
    height: height / ratio,
    factor,
  };
}

/** The display's pixel under a place of the page, kept within the display. */
export function toDisplay(
  client: Spot,
  rect: { left: number; top: number; width: number; height: number },
  full: { width: number; height: number },
): Spot {
  const within = (x: number, most: number): number => Math.min(Math.max(x, 0), Math.max(0, most - 1));
  return {
    x: within(((client.x - rect.left) / rect.width) * full.width, full.width),
    y: within(((client.y - rect.top) / rect.height) * full.height, full.height),
  };
}

/** A matrix of a canvas: x' = a x + c y + e, y' = b x + d y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** Where a place of the world is on the display. */
export function apply([a, b, c, d, e, f]: Matrix, { x, y }: Spot): Spot {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** The way back; undefined for a matrix that flattens the world. */
export function invert([a, b, c, d, e, f]: Matrix): Matrix | undefined {
  const det = a * d - b * c;
  if (!Number.isFinite(1 / det)) return undefined;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

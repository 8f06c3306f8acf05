// A sheet of pictures, row by row from the top left, and a clock that walks over them.

import type { Sheet } from '../model';
import type { Size } from './lens';

export interface Rect extends Size {
  x: number;
  y: number;
}

/** The sheet as far as there is room for it: what the game says may be wrong. */
export function cut(sheet: Sheet, picture: Size): Sheet {
  const width = Math.max(1, Math.min(Math.floor(sheet.width) || 1, picture.width));
  const height = Math.max(1, Math.min(Math.floor(sheet.height) || 1, picture.height));
  const room = Math.floor(picture.width / width) * Math.floor(picture.height / height);
  return { width, height, count: Math.max(1, Math.min(sheet.count || room, room)) };
}

/** Where a frame lies on the picture. */
export function frameRect({ width, height }: Sheet, picture: Size, frame: number): Rect {
  const columns = Math.max(1, Math.floor(picture.width / width));
  return { x: (frame % columns) * width, y: Math.floor(frame / columns) * height, width, height };
}

/** The frame of a moment: from `first` on, so many a second. */
export function frameAt(first: number, millis: number, fps: number, count: number): number {
  return (first + Math.floor((millis / 1000) * fps)) % count;
}

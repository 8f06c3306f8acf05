// What charts over seconds have in common: the marks that stand in all of them, and places on the axis.

import type { App } from '../../core/app';
import type { Placed } from './paint';

/** What happened, from a place of the page's axis on. */
export function timeMarks(app: App, from: number): Placed[] {
  return app.marks.between(from, Number.POSITIVE_INFINITY);
}

/** A place so many seconds before the end of the axis. */
export function beforeEnd(seconds: number): string {
  const s = Math.round(seconds);
  if (s <= 0) return 'now';
  return s >= 120 && s % 60 === 0 ? `−${s / 60} min` : `−${s} s`;
}

/** A scale from zero that widens at once and narrows slowly, so that lines do not jump. */
export function settle(hi: number, least: number, old: readonly [number, number]): [number, number] {
  const top = Math.max(least, hi * 1.12);
  return [0, top > old[1] ? top : old[1] + (top - old[1]) * 0.05];
}

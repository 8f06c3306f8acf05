// What stands above the tracks: the time, and the frames with their number and length.

import type { ScopeStore, Segment } from '../../core/scopes';
import type { Theme } from '../../core/theme';
import { gradeOf } from '../../core/timings';
import { frameName, ms } from '../../core/units';
import { type Placed, paintMarks } from '../chart/paint';
import { axisFont, chip, type Surface } from '../chart/surface';
import type { Painter } from './paint';
import { stepFor, tickLabel, ticks } from './ticks';

/** px */
export const headHeight = 36;
const bandTop = 18;
const bandHeight = 17;
const tickRoom = 90;
const signs = ['', ' ◆', ' ▲'];

/** What head and lanes are drawn for. */
export interface Picture {
  store: ScopeStore;
  x0: number;
  x1: number;
  /** Where times are counted from. */
  zero: number;
  /** ns, 0 for none */
  budget: number;
  marks: readonly Placed[];
  cursor: number | undefined;
  /** Frames by number that are selected. */
  selected: readonly [number, number] | undefined;
}

/** px of a place of the axis. */
export function pxOf(p: Pick<Picture, 'x0' | 'x1'>, width: number, x: number): number {
  return ((x - p.x0) / (p.x1 - p.x0)) * width;
}

/** A frame's place against the budget. */
export function segmentGrade(s: Segment, budget: number): 0 | 1 | 2 {
  return s.held ? 0 : gradeOf(s.length, s.work, budget);
}

/** Draws the head. */
export function drawHead(s: Surface, p: Picture, theme: Theme, painter: Painter): void {
  const { context: c, width, height } = s;
  c.clearRect(0, 0, width, height);
  c.font = axisFont;
  c.textBaseline = 'middle';
  drawTicks(c, p, width, theme);
  drawFrames(c, p, width, theme, painter);
  paintMarks(c, p.marks, (x) => pxOf(p, width, x), { left: 0, right: width, top: 0, bottom: height }, theme.tokens);
  if (p.cursor !== undefined && p.cursor >= p.x0 && p.cursor <= p.x1) drawCursor(c, p, p.cursor, width, theme);
}

function drawTicks(c: CanvasRenderingContext2D, p: Picture, width: number, theme: Theme): void {
  const step = stepFor(((p.x1 - p.x0) / Math.max(1, width)) * tickRoom);
  c.fillStyle = theme.tokens.muted;
  c.textAlign = 'center';
  for (const x of ticks(p.x0, p.x1, p.zero, step)) {
    const px = pxOf(p, width, x);
    if (px < 12 || px > width - 20) continue; // a number is never cut
    c.fillText(tickLabel(x - p.zero, step), px, 8.5);
  }
}

function drawFrames(c: CanvasRenderingContext2D, p: Picture, width: number, theme: Theme, painter: Painter): void {
  const { tokens } = theme;
  const [from, to] = p.store.between(p.x0, p.x1);
  const grounds = [
    tokens.raised,
    ...[tokens.warn, tokens.bad].map((t) => `color-mix(in srgb, ${t} 26%, ${tokens.panel})`),
  ];
  c.textAlign = 'left';
  let end = Number.NEGATIVE_INFINITY; // px up to which bands are drawn
  for (let k = from; k < to; k++) {
    const s = p.store.segments[k] as Segment;
    const left = pxOf(p, width, s.x);
    const right = pxOf(p, width, s.x + s.length / 1e9);
    if (right < 0 || left > width) continue;
    const grade = segmentGrade(s, p.budget);
    // Far out a px holds many frames: those over budget are drawn in any case.
    if (right < end + 1 && grade === 0) continue;
    c.fillStyle = grounds[grade] as string;
    c.fillRect(left, bandTop, Math.max(1, right - left), bandHeight);
    end = right;
    if (right - left > 5) {
      c.fillStyle = tokens.edge;
      c.fillRect(Math.round(left), bandTop, 1, bandHeight);
    }
    const isSelected = p.selected !== undefined && s.frame >= p.selected[0] && s.frame <= p.selected[1];
    if (isSelected) {
      c.fillStyle = tokens.accent;
      c.fillRect(left, bandTop + bandHeight - 2, Math.max(2, right - left), 2);
    }
    if (right - left > 30) drawFrameName(c, s, grade, left, Math.min(right, width), theme, painter);
  }
}

function drawFrameName(
  c: CanvasRenderingContext2D,
  s: Segment,
  grade: 0 | 1 | 2,
  left: number,
  right: number,
  { tokens }: Theme,
  painter: Painter,
): void {
  const y = bandTop + bandHeight / 2 + 0.5;
  const name = frameName(s.frame);
  const x = Math.max(0, left) + 6;
  const wide = painter.width(c, name);
  if (x + wide > right - 2) return;
  c.fillStyle = tokens.text;
  c.fillText(name, x, y);
  const lost = s.lost > 0 ? `  ▲ ${s.lost} scopes missing` : '';
  const said = `${ms(s.length, 1)} ms${signs[grade]}${s.held ? ' held' : ''}`;
  const room = right - 4 - (x + wide + 8);
  c.fillStyle = [tokens.muted, tokens.warn, tokens.bad][grade] as string;
  const all = c.measureText(said + lost).width <= room ? said + lost : said;
  if (c.measureText(all).width <= room) c.fillText(all, x + wide + 8, y);
}

function drawCursor(c: CanvasRenderingContext2D, p: Picture, x: number, width: number, { tokens }: Theme): void {
  const at = p.store.atX(x);
  const s = p.store.segments[at];
  const step = (p.x1 - p.x0) / Math.max(1, width);
  const said =
    s === undefined
      ? tickLabel(x - p.zero, step)
      : `${frameName(s.frame)} +${ms((x - s.x) * 1e9, step < 1e-6 ? 4 : 2)} ms`;
  chip(c, said, pxOf(p, width, x), 0, [0, width], { ground: tokens.accent, text: tokens.panel });
}

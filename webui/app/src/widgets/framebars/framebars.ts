// Draws frames as bars against their budget. Ordinary frames are grey: colour is spent on what is
// over, with a mark beside it that needs no colour.

import type { Theme } from '../../core/theme';
import { gradeOf } from '../../core/timings';
import { frameName, ms } from '../../core/units';
import { type Placed, paintMarks } from '../chart/paint';
import { axisFont, chip, horizontal, type Surface, vertical } from '../chart/surface';
import { type Bars, type Frames, mergeBars, noBars } from './merge';

/** px at the left that hold the scale. */
export const gutter = 42;
const bottomPad = 4;
const topPad = 16;
const reach = 2.9; // budgets that fit the height

/** What is to be drawn. Indices count recorded frames. */
export interface BarsView {
  frames: Frames;
  /** Number of the frame with an index. */
  name(index: number): number;
  from: number;
  to: number;
  /** px that one frame takes; below 1 frames are merged. */
  zoom: number;
  /** ns, 0 for none */
  budget: number;
  /** What happened, at indices. */
  marks: readonly Placed[];
  /** Selected frames, `[from, to)`. */
  selected?: readonly [number, number];
  /** The frame under the pointer. */
  hover?: number;
}

/** Frames that share a bar at a zoom. */
export function perBar(zoom: number): number {
  return zoom >= 1 ? 1 : Math.round(1 / zoom);
}

/** Frames that fit a width. */
export function fitting(width: number, zoom: number): number {
  return Math.max(1, Math.floor((width - gutter) / zoom));
}

export class FrameBars {
  private readonly bars: Bars = noBars();
  private readonly theme: Theme;
  private view: BarsView | undefined;
  private step = 1; // px from bar to bar

  constructor(theme: Theme) {
    this.theme = theme;
  }

  /** The index of the frame under a px, of the worst one where bars are merged; -1 beside the bars. */
  indexAt(px: number): number {
    const b = Math.floor((px - gutter) / this.step);
    if (this.view === undefined || b < 0 || b >= this.bars.count || Number.isNaN(this.bars.value[b])) return -1;
    return this.bars.at[b] as number;
  }

  /** The first frame of the bar under a px, however far beside the bars it is. */
  edgeAt(px: number): number {
    const b = Math.round((px - gutter) / this.step);
    return this.bars.first + Math.max(0, Math.min(this.bars.count, b)) * this.bars.per;
  }

  draw(s: Surface, view: BarsView): void {
    const { context: c, width, height } = s;
    const { tokens } = this.theme;
    const per = perBar(view.zoom);
    this.view = view;
    this.step = Math.max(1, view.zoom);
    const bars = mergeBars(view.frames, view.from, view.to, per, view.budget, this.bars);
    const top = this.top(view);
    const toY = (v: number): number => height - bottomPad - Math.min(1, v / top) * (height - bottomPad - topPad);
    c.clearRect(0, 0, width, height);
    this.drawSelection(c, view, height);
    const box = { left: gutter, right: width, top: 0, bottom: height - bottomPad };
    paintMarks(c, view.marks, (index) => this.x(index), box, tokens);
    this.drawBars(c, bars, toY, height);
    this.drawScale(c, view, toY, width, tokens);
    this.drawWorst(c, view, bars, toY, width);
    this.drawHover(c, view, width, height);
  }

  private top(view: BarsView): number {
    if (view.budget > 0) return view.budget * reach;
    let most = 1e6;
    for (let b = 0; b < this.bars.count; b++) most = Math.max(most, this.bars.value[b] || 0);
    return most * 1.2;
  }

  private x(index: number): number {
    return gutter + ((index - this.bars.first) / this.bars.per) * this.step;
  }

  // One pass per colour: changing the colour costs more than the bar.
  private drawBars(c: CanvasRenderingContext2D, bars: Bars, toY: (v: number) => number, height: number): void {
    const { tokens } = this.theme;
    const wide = this.step >= 3 ? this.step - 1 : this.step;
    const base = height - bottomPad;
    for (const [grade, colour] of [tokens.bar, tokens.warn, tokens.bad].entries()) {
      c.fillStyle = colour;
      for (let b = 0; b < bars.count; b++) {
        if (bars.grade[b] !== grade || bars.held[b] === 1) continue;
        const y = toY(bars.value[b] as number);
        c.fillRect(gutter + b * this.step, y, wide, base - y);
        if (grade > 0) mark(c, gutter + b * this.step + wide / 2, y - 5, grade);
      }
    }
    c.fillStyle = tokens.line;
    for (let b = 0; b < bars.count; b++) {
      if (bars.held[b] === 1) c.fillRect(gutter + b * this.step, base - 4, wide, 4);
    }
  }

  private drawScale(
    c: CanvasRenderingContext2D,
    view: BarsView,
    toY: (v: number) => number,
    width: number,
    tokens: Theme['tokens'],
  ): void {
    c.font = axisFont;
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    c.fillStyle = tokens.muted;
    c.fillText('ms', gutter - 6, 9);
    c.lineWidth = 1;
    c.strokeStyle = tokens.edge;
    for (const times of view.budget > 0 ? [1, 2] : []) {
      const y = toY(view.budget * times);
      c.setLineDash(times === 1 ? [] : [4, 3]);
      c.globalAlpha = 0.8;
      horizontal(c, y, gutter, width);
      c.globalAlpha = 1;
      c.fillText(ms(view.budget * times, 1), gutter - 6, y + 0.5);
    }
    c.setLineDash([]);
  }

  private drawWorst(
    c: CanvasRenderingContext2D,
    view: BarsView,
    bars: Bars,
    toY: (v: number) => number,
    width: number,
  ): void {
    let worst = -1;
    for (let b = 0; b < bars.count; b++) {
      if (bars.grade[b] !== 2) continue;
      if (worst < 0 || (bars.value[b] as number) > (bars.value[worst] as number)) worst = b;
    }
    if (worst < 0) return;
    const value = bars.value[worst] as number;
    const text = `${frameName(view.name(bars.at[worst] as number))} · ${ms(value, 1)} ms`;
    c.font = axisFont;
    const w = c.measureText(text).width;
    const x = gutter + worst * this.step;
    const left = x - w - 8 > gutter ? x - w - 8 : Math.min(x + this.step + 8, width - w);
    const y = Math.max(topPad + 6, toY(value)); // below the words of the marks
    c.fillStyle = this.theme.tokens.panel; // other bars may be as tall
    c.fillRect(left - 3, y - 7, w + 6, 14);
    c.fillStyle = this.theme.tokens.bad;
    c.textAlign = 'left';
    c.fillText(text, left, y);
  }

  private drawSelection(c: CanvasRenderingContext2D, view: BarsView, height: number): void {
    if (view.selected === undefined) return;
    const [from, to] = view.selected;
    const left = this.x(Math.floor(from / this.bars.per) * this.bars.per);
    const right = Math.max(this.x(to), left + this.step);
    if (right < gutter) return;
    c.fillStyle = this.theme.tokens.tint;
    c.fillRect(Math.max(gutter, left) - 2, 0, right - left + 3, height);
    c.fillStyle = this.theme.tokens.accent;
    c.fillRect(Math.max(gutter, left) - 3, 0, 1.5, height);
    c.fillRect(right + 1, 0, 1.5, height);
  }

  private drawHover(c: CanvasRenderingContext2D, view: BarsView, width: number, height: number): void {
    if (view.hover === undefined || view.hover < view.from || view.hover >= view.to) return;
    const x = this.x(view.hover) + this.step / 2;
    const { tokens } = this.theme;
    c.strokeStyle = tokens.accent;
    c.lineWidth = 1;
    vertical(c, x - 0.5, 0, height);
    const period = view.frames.period.at(view.hover);
    const grade = gradeOf(period, view.frames.work.at(view.hover), view.budget);
    const text = `${frameName(view.name(view.hover))}  ${ms(period, 1)} ms${['', ' ◆', ' ▲'][grade]}`;
    chip(c, text, x, height - 18, [gutter, width], { ground: tokens.accent, text: tokens.panel });
  }
}

// A diamond over one budget, a triangle over two.
function mark(c: CanvasRenderingContext2D, x: number, y: number, grade: number): void {
  c.beginPath();
  if (grade === 1) {
    c.moveTo(x, y - 3);
    c.lineTo(x + 2.5, y);
    c.lineTo(x, y + 3);
    c.lineTo(x - 2.5, y);
  } else {
    c.moveTo(x, y - 3);
    c.lineTo(x + 3.5, y + 3);
    c.lineTo(x - 3.5, y + 3);
  }
  c.fill();
}

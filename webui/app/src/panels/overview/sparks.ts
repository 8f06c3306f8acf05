// The overview's one canvas: all rows of the last seconds under one crosshair.

import type { App, Shown } from '../../core/app';
import { type Grade, gradeOf } from '../../core/timings';
import { frameName, ms, none } from '../../core/units';
import { paintMarks, paintPin } from '../../widgets/chart/paint';
import { axisFont, chip, horizontal, type Surface, vertical } from '../../widgets/chart/surface';
import type { Row, Series } from './rows';

/** Seconds that are shown. */
export const span = 10;
/** px at the left that hold numbers of the scale; they lie beside the names of the rows. */
export const gutter = 36;
const axisHeight = 22;
const pad = 7;
const hold = 0.6; // seconds

/** Where a row lies, px. */
interface Band {
  top: number;
  height: number;
}

/** Splits a height among rows by their weights. */
function bands(rows: readonly Row[], height: number): Band[] {
  const all = rows.reduce((sum, r) => sum + r.weight, 0);
  let from = 0;
  let used = 0;
  return rows.map((r) => {
    used += r.weight;
    const to = Math.round(((height - axisHeight) * used) / all);
    const band = { top: from, height: to - from };
    from = to;
    return band;
  });
}

interface Scale {
  lo: number;
  hi: number;
}

/** Draws; keeps the scales, which widen at once and narrow slowly so that lines do not jump. */
export class Sparks {
  private readonly scales = new Map<string, Scale>();
  private readonly app: App;

  constructor(app: App) {
    this.app = app;
  }

  /** The right edge of the window. */
  end(shown: Shown = this.app.shown()): number {
    const t = shown.timings.x.last;
    return Number.isNaN(t) ? shown.memory.x.last : t;
  }

  /** The place under a px. */
  placeAt(px: number, width: number): number {
    return this.end() - span * (1 - (px - gutter) / (width - gutter));
  }

  draw(s: Surface, rows: readonly Row[]): void {
    const { context: c, width, height } = s;
    const shown = this.app.shown();
    const end = this.end(shown);
    const toX = (x: number): number => gutter + (1 - (end - x) / span) * (width - gutter);
    c.clearRect(0, 0, width, height);
    if (Number.isNaN(end)) return;
    const layout = bands(rows, height);
    const bottom = height - axisHeight;
    const box = { left: gutter, right: width, top: 0, bottom };
    paintMarks(c, this.app.marks.between(end - span, end), toX, box, this.app.theme.tokens);
    const pin = this.app.cursor.pinned.peek();
    if (pin) paintPin(c, toX(pin.x), { ...box, top: 16 }, this.app.theme.tokens.accent);
    rows.forEach((row, i) => {
      this.drawRow(c, row, layout[i] as Band, toX, width, end, shown);
    });
    this.drawAxis(c, width, bottom);
    this.drawEnd(c, width, bottom);
    this.drawCursor(c, rows, layout, toX, width, bottom, shown);
  }

  private drawRow(
    c: CanvasRenderingContext2D,
    row: Row,
    band: Band,
    toX: (x: number) => number,
    width: number,
    end: number,
    shown: Shown,
  ): void {
    const series = row.of(shown);
    const from = Math.max(series.x.count - series.x.length, series.x.indexOf(end - span));
    const scale = this.scale(row, series, from, shown);
    const toY = (v: number): number => yOf(v, scale, band);
    if (row.id === 'frame') this.drawBudget(c, toY, width, shown.timings.budget);
    c.strokeStyle = this.colour(row);
    c.lineWidth = 1.2;
    c.lineJoin = 'round';
    c.save();
    c.beginPath();
    c.rect(gutter, band.top, width - gutter, band.height);
    c.clip();
    c.beginPath();
    trace(c, row, series, from, toX, toY);
    // A sample holds until the next: the line goes on to the edge while the next may still come.
    const last = series.value ? series.value(series.x.count - 1) : series.y.last;
    if (!Number.isNaN(last) && end - series.x.last < hold) c.lineTo(width, toY(last));
    c.stroke();
    c.restore();
    if (row.id === 'frame') this.drawWorst(c, series, from, toX, band, width, shown);
  }

  private scale(row: Row, series: Series, from: number, shown: Shown): Scale {
    let lo = Number.POSITIVE_INFINITY;
    let hi = Number.NEGATIVE_INFINITY;
    for (let i = from; i < series.x.count; i++) {
      const v = series.value ? series.value(i) : series.y.at(i);
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
    if (row.id === 'frame') {
      const b = shown.timings.budget || 16_666_667;
      const whole = { lo: 0, hi: Math.min(Math.max(hi * 1.1, b * 1.6), b * 3) };
      this.scales.set(row.id, whole);
      return whole;
    }
    if (lo > hi) return { lo: 0, hi: 1 };
    const middle = (lo + hi) / 2;
    const half = Math.max(hi - lo, row.span(middle)) / 2;
    const old = this.scales.get(row.id) ?? { lo: middle - half, hi: middle + half };
    const next = {
      lo: middle - half < old.lo ? middle - half : old.lo + (middle - half - old.lo) * 0.08,
      hi: middle + half > old.hi ? middle + half : old.hi + (middle + half - old.hi) * 0.08,
    };
    this.scales.set(row.id, next);
    return next;
  }

  private colour(row: Row): string {
    return this.app.theme.slot(row.slot);
  }

  private drawBudget(c: CanvasRenderingContext2D, toY: (v: number) => number, width: number, budget: number): void {
    if (budget <= 0) return;
    const y = toY(budget);
    c.strokeStyle = this.app.theme.tokens.edge;
    c.lineWidth = 1;
    c.setLineDash([4, 3]);
    horizontal(c, y, gutter, width);
    c.setLineDash([]);
    this.words(c, this.app.theme.tokens.muted, 'right');
    c.fillText(ms(budget, 1), gutter - 6, y + 0.5);
  }

  // The greatest frame in view, by name of its size: nobody should have to reckon it from the scale.
  private drawWorst(
    c: CanvasRenderingContext2D,
    series: Series,
    from: number,
    toX: (x: number) => number,
    band: Band,
    width: number,
    { timings }: Shown,
  ): void {
    let at = -1;
    let most = 0;
    for (let i = from; i < series.x.count; i++) {
      const v = series.value ? series.value(i) : series.y.at(i);
      if (v > most) {
        most = v;
        at = i;
      }
    }
    const grade: Grade = at < 0 ? 0 : gradeOf(most, timings.work.at(at), timings.budget);
    if (grade === 0) return;
    const text = `${grade === 2 ? '▲' : '◆'} ${ms(most, 1)}`;
    this.words(c, grade === 2 ? this.app.theme.tokens.bad : this.app.theme.tokens.warn, 'left');
    const w = c.measureText(text).width;
    const x = toX(series.x.at(at));
    const left = Math.min(x - w - 5 > gutter ? x - w - 5 : x + 5, width - w - 2);
    const ink = c.fillStyle;
    c.fillStyle = this.app.theme.tokens.panel;
    // Below the words of the marks.
    c.fillRect(left - 2, band.top + pad + 8, w + 4, 14);
    c.fillStyle = ink;
    c.fillText(text, left, band.top + pad + 15);
  }

  private drawAxis(c: CanvasRenderingContext2D, width: number, bottom: number): void {
    this.words(c, this.app.theme.tokens.muted, 'left');
    for (let s = span; s > 0; s -= 2) {
      const x = gutter + (1 - s / span) * (width - gutter);
      c.textAlign = s === span ? 'left' : 'center';
      c.fillText(s === span ? `−${s} s` : `−${s}`, x, bottom + 11);
    }
  }

  private drawEnd(c: CanvasRenderingContext2D, width: number, bottom: number): void {
    const { tokens } = this.app.theme;
    if (this.app.capture) return; // its end is no news
    const offline = this.app.conn.peek().state !== 'live';
    const { paused } = this.app.view.peek();
    if (!offline && !paused) return;
    const colour = offline ? tokens.warn : tokens.accent;
    c.strokeStyle = colour;
    c.lineWidth = 1;
    vertical(c, width - 1, 0, bottom);
    this.words(c, colour, 'right');
    c.fillText(offline ? 'frozen' : 'paused', width, bottom + 11);
  }

  private drawCursor(
    c: CanvasRenderingContext2D,
    rows: readonly Row[],
    layout: readonly Band[],
    toX: (x: number) => number,
    width: number,
    bottom: number,
    shown: Shown,
  ): void {
    const cursor = this.app.cursor.x.peek();
    if (cursor === undefined) return;
    const { tokens } = this.app.theme;
    const x = toX(cursor);
    if (x < gutter || x > width) return;
    c.strokeStyle = tokens.accent;
    c.lineWidth = 1;
    vertical(c, x, 0, bottom);
    rows.forEach((row, i) => {
      const series = row.of(shown);
      const at = series.x.indexOf(cursor);
      const v = at < 0 ? Number.NaN : series.value ? series.value(at) : series.y.at(at);
      if (Number.isNaN(v)) return;
      const scale = this.scales.get(row.id) ?? { lo: 0, hi: 1 };
      c.fillStyle = this.colour(row);
      c.strokeStyle = tokens.panel;
      c.lineWidth = 2;
      c.beginPath();
      c.arc(x, yOf(v, scale, layout[i] as Band), 3.5, 0, 7);
      c.stroke();
      c.fill();
    });
    const frame = this.app.cursor.frame.peek();
    const text = frame === undefined ? none : frameName(frame);
    chip(c, text, x, bottom + 3, [0, width], { ground: tokens.accent, text: tokens.panel });
  }

  private words(c: CanvasRenderingContext2D, colour: string, align: CanvasTextAlign): void {
    c.font = axisFont;
    c.fillStyle = colour;
    c.textAlign = align;
    c.textBaseline = 'middle';
  }
}

function yOf(v: number, { lo, hi }: Scale, band: Band): number {
  const share = Math.min(1, Math.max(0, (v - lo) / (hi - lo || 1)));
  return band.top + band.height - pad - share * (band.height - pad * 2);
}

// A line, broken where there is no number. Samples that share a px are drawn by their extremes.
function trace(
  c: CanvasRenderingContext2D,
  row: Row,
  series: Series,
  from: number,
  toX: (x: number) => number,
  toY: (v: number) => number,
): void {
  let open = false;
  let lastY = 0;
  for (let i = from; i < series.x.count; i++) {
    const v = series.value ? series.value(i) : series.y.at(i);
    if (Number.isNaN(v)) {
      open = false;
      continue;
    }
    const x = toX(series.x.at(i));
    const y = toY(v);
    if (!open) c.moveTo(x, y);
    else {
      if (row.steps) c.lineTo(x, lastY);
      c.lineTo(x, y);
    }
    open = true;
    lastY = y;
  }
}

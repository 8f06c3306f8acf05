// Lines over frames or seconds: uPlot with this page's colours, labels at the right end of the lines,
// marks, and a crosshair that other charts can move.

import 'uplot/dist/uPlot.min.css';
import './chart.css';
import uPlot from 'uplot';
import type { Theme } from '../../core/theme';
import { spread } from './labels';
import { type Placed, paintMarks, paintPin } from './paint';
import { axisFont } from './surface';

/** A line. */
export interface ChartSeries {
  label: string;
  colour(): string;
  dash?: readonly number[];
  width?: number;
}

export interface ChartOptions {
  host: HTMLElement;
  theme: Theme;
  log?: boolean;
  /** What stands on top of the y axis. */
  unit: string;
  /** The scale of y now. */
  range(): readonly [number, number];
  /** A value of y on the axis. */
  formatY(value: number): string;
  /** A place of x on the axis. */
  formatX(value: number): string;
  /** Places of x that bear a number. Left out: round ones. */
  splitsX?(min: number, max: number): number[];
  /** False leaves the axis to a chart below. */
  axisX?: boolean;
  /** Distances between the numbers of y that may be chosen. */
  steps?: readonly number[];
  /** A place of x on the chip of the crosshair. */
  formatCursor(value: number): string;
  marks?(): readonly Placed[];
  /** False draws the marks without their words: another chart of the group has them. */
  named?: boolean;
  /** Dashed lines across: budgets, limits. */
  levels?(): readonly { y: number; label: string }[];
  /** px at the right for the labels of lines; 0 leaves them out. */
  labelWidth?: number;
  /** The pointer moved to a place of x, or left. */
  onCursor?(x: number | undefined): void;
  onPick?(x: number): void;
  /** The pointer is dragged over a chart in which no range can be chosen. */
  onDrag?(x: number): void;
  /** The place of x that stays marked when the pointer is elsewhere. */
  pinned?(): number | undefined;
  onRange?(from: number, to: number): void;
}

const font = axisFont;
const labelGap = 14;
const dragLeast = 4; // px under which a drag is a click

/** A chart. Data is handed over by reference: rings' windows go in without a copy. */
export class LineChart {
  private readonly options: ChartOptions;
  private plot: uPlot | undefined;
  private series: readonly ChartSeries[] = [];
  private data: uPlot.AlignedData = [new Float64Array(0)];
  private readonly chip = document.createElement('div');
  private span: readonly [number, number] | undefined;
  private moving = false;
  private over = false; // the pointer is on the lines
  private readonly observer: ResizeObserver;

  constructor(options: ChartOptions) {
    this.options = options;
    this.chip.className = 'chart-chip';
    this.chip.hidden = true;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(options.host);
  }

  /** Takes other lines. */
  setSeries(series: readonly ChartSeries[]): void {
    this.series = series;
    this.data = [new Float64Array(0), ...series.map(() => new Float64Array(0))];
    this.rebuild();
  }

  /** Draws a window: places of x, then values of each series. The axis spans them, or `span`. */
  setData(x: ArrayLike<number>, values: readonly ArrayLike<number>[], span?: readonly [number, number]): void {
    this.data = [x, ...values] as unknown as uPlot.AlignedData;
    const n = x.length;
    if (this.plot === undefined || values.length !== this.series.length || n === 0) return;
    this.span = span;
    const min = span?.[0] ?? (x[0] as number);
    const max = Math.max(span?.[1] ?? (x[n - 1] as number), min + 1e-9);
    this.plot.batch(() => {
      this.plot?.setData(this.data, false);
      this.plot?.setScale('x', { min, max });
      const [lo, hi] = this.options.range();
      this.plot?.setScale('y', { min: lo, max: hi });
    });
  }

  /** Moves the crosshair to a place of x; undefined takes it away. */
  setCursor(x: number | undefined): void {
    const u = this.plot;
    if (u === undefined) return;
    this.moving = true;
    if (x === undefined) u.setCursor({ left: -10, top: -10 });
    else u.setCursor({ left: u.valToPos(x, 'x'), top: 0 });
    this.moving = false;
    this.moveChip(x);
  }

  /** Draws again what was drawn: a mark or the pinned place has moved. */
  redraw(): void {
    if (this.data[0].length > 0) this.plot?.redraw(false, false);
  }

  /** After the colours changed. */
  rebuild(): void {
    this.plot?.destroy();
    this.plot = undefined;
    const { host } = this.options;
    if (this.series.length === 0 || host.clientWidth === 0 || host.clientHeight === 0) return;
    this.plot = new uPlot(this.settings(host.clientWidth, host.clientHeight), this.data, host);
    this.plot.over.append(this.chip);
    const [x, ...values] = this.data;
    this.setData(x, values as ArrayLike<number>[], this.span);
  }

  close(): void {
    this.observer.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.options.host;
    if (this.plot === undefined) this.rebuild();
    else if (width > 0 && height > 0) this.plot.setSize({ width, height });
  }

  private settings(width: number, height: number): uPlot.Options {
    const { tokens } = this.options.theme;
    const { log, labelWidth = 0, splitsX } = this.options;
    const axis = { font, stroke: tokens.muted, ticks: { show: false }, border: { show: false } };
    return {
      width,
      height,
      legend: { show: false },
      padding: [18, labelWidth || 12, this.options.axisX === false ? 8 : 0, 0],
      cursor: {
        x: true,
        y: false,
        dataIdx: (u, s, i) => (s > 0 && Number.isNaN(u.data[s]?.[i]) ? null : i), // no point in a gap
        points: { size: 7, width: 2, stroke: () => tokens.panel, fill: (_u, i) => this.colour(i) },
        drag: { x: this.options.onRange !== undefined, y: false, setScale: false },
      },
      scales: { x: { time: false }, y: { auto: false, distr: log ? 3 : 1, log: 10 } },
      axes: [
        {
          ...axis,
          show: this.options.axisX ?? true,
          align: 1,
          size: 22,
          gap: 4,
          space: 70,
          grid: { show: false },
          values: (_u, splits) => splits.map(this.options.formatX),
          ...(splitsX && { splits: (_u: uPlot, _i: number, lo: number, hi: number) => splitsX(lo, hi) }),
        },
        {
          ...axis,
          size: 46,
          gap: 6,
          space: 28,
          ...(this.options.steps && { incrs: [...this.options.steps] }),
          grid: { stroke: tokens.line, width: 1 },
          values: (_u, splits) =>
            splits.map((v) => (v === null || (log && !isDecade(v)) ? '' : this.options.formatY(v))),
          ...(log && { splits: (_u: uPlot, _i: number, lo: number, hi: number) => decades(lo, hi) }),
        },
      ],
      series: [{}, ...this.series.map((s) => this.line(s))],
      hooks: {
        drawAxes: [(u) => this.drawBehind(u)],
        draw: [(u) => this.drawLabels(u)],
        setCursor: [(u) => this.cursorMoved(u)],
        setSelect: [(u) => this.selected(u)],
        ready: [(u) => this.listen(u)],
      },
    };
  }

  private colour(i: number): string {
    return this.series[i - 1]?.colour() ?? this.options.theme.tokens.muted;
  }

  private line(s: ChartSeries): uPlot.Series {
    return {
      label: s.label,
      stroke: () => s.colour(),
      width: s.width ?? 1.2,
      points: { show: false },
      ...(s.dash && s.dash.length > 0 && { dash: [...s.dash] }),
      gaps: (u, i, from, to) => holes(u, i, from, to),
    };
  }

  private listen(u: uPlot): void {
    this.over = false;
    u.over.addEventListener('pointermove', () => {
      this.over = true;
    });
    u.over.addEventListener('pointerleave', () => {
      this.over = false;
      this.moveChip(undefined);
      this.options.onCursor?.(undefined);
    });
    if (this.options.onDrag) this.listenDrag(u, this.options.onDrag);
    u.over.addEventListener('click', () => {
      const { left } = u.cursor;
      if (left !== undefined && left >= 0 && u.select.width < 3) this.options.onPick?.(u.posToVal(left, 'x'));
    });
  }

  private listenDrag(u: uPlot, onDrag: (x: number) => void): void {
    let down = Number.NaN;
    u.over.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      down = event.offsetX;
      u.over.setPointerCapture(event.pointerId);
    });
    u.over.addEventListener('pointermove', (event) => {
      if (Math.abs(event.offsetX - down) < dragLeast) return;
      if (!Number.isNaN(down)) onDrag(u.posToVal(Math.max(0, Math.min(u.over.clientWidth, event.offsetX)), 'x'));
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      u.over.addEventListener(end, () => {
        down = Number.NaN;
      });
    }
  }

  private cursorMoved(u: uPlot): void {
    // The place of a pointer that has left is told again when the window moves.
    if (this.moving || !this.over) return;
    const { left } = u.cursor;
    if (left === undefined || left < 0) return;
    const x = u.posToVal(left, 'x');
    this.moveChip(x);
    this.options.onCursor?.(x);
  }

  private moveChip(x: number | undefined): void {
    const u = this.plot;
    this.chip.hidden = x === undefined || this.options.axisX === false;
    if (u === undefined || x === undefined) return;
    const text = this.options.formatCursor(x);
    if (this.chip.textContent !== text) this.chip.textContent = text;
    this.chip.style.transform = `translate(${Math.round(u.valToPos(x, 'x'))}px) translateX(-50%)`;
  }

  private selected(u: uPlot): void {
    const { left, width } = u.select;
    if (width < 3) return;
    this.options.onRange?.(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  private drawBehind(u: uPlot): void {
    const { ctx: c, bbox } = u;
    const { tokens } = this.options.theme;
    const px = uPlot.pxRatio;
    c.save();
    c.font = scaled(px);
    c.textBaseline = 'middle';
    c.textAlign = 'right';
    c.fillStyle = tokens.muted;
    c.fillText(this.options.unit, bbox.left - 6 * px, 8 * px);
    c.textAlign = 'left';
    c.lineWidth = px;
    for (const { y, label } of this.options.levels?.() ?? []) {
      const at = Math.round(u.valToPos(y, 'y', true)) + 0.5;
      if (at < bbox.top || at > bbox.top + bbox.height) continue;
      c.strokeStyle = tokens.edge;
      c.setLineDash([5 * px, 4 * px]);
      stroke(c, bbox.left, at, bbox.left + bbox.width, at);
      c.fillText(label, bbox.left + 4 * px, at - 8 * px);
    }
    c.setLineDash([]);
    const toX = (x: number): number => u.valToPos(x, 'x', true);
    const box = { left: bbox.left, right: bbox.left + bbox.width, top: 0, bottom: bbox.top + bbox.height, px };
    paintMarks(c, this.options.marks?.() ?? [], toX, { ...box, named: this.options.named ?? true }, tokens);
    const pinned = this.options.pinned?.();
    if (pinned !== undefined) paintPin(c, toX(pinned), { ...box, top: bbox.top }, tokens.accent);
    c.restore();
  }

  private drawLabels(u: uPlot): void {
    const { labelWidth = 0 } = this.options;
    if (labelWidth === 0) return;
    const { ctx: c, bbox } = u;
    const px = uPlot.pxRatio;
    const [lo, hi] = [bbox.top + 4 * px, bbox.top + bbox.height - 6 * px];
    const wanted = this.series.map((_, i) => {
      const v = lastNumber(this.data[i + 1] as ArrayLike<number>);
      if (Number.isNaN(v)) return hi;
      return Math.min(hi, Math.max(lo, u.valToPos(Math.max(v, u.scales.y?.min ?? v), 'y', true)));
    });
    const places = spread(wanted, labelGap * px, lo, hi);
    const left = bbox.left + bbox.width + 8 * px;
    c.save();
    c.font = scaled(px);
    c.textBaseline = 'middle';
    c.textAlign = 'left';
    this.series.forEach((s, i) => {
      const y = places[i] as number;
      c.strokeStyle = s.colour();
      c.lineWidth = 2 * px;
      c.setLineDash(s.dash && s.dash.length > 0 ? [3 * px, 2 * px] : []);
      stroke(c, left, y, left + 8 * px, y);
      c.fillStyle = this.options.theme.tokens.text;
      c.fillText(s.label, left + 13 * px, y, (labelWidth - 24) * px);
    });
    c.restore();
  }
}

function scaled(px: number): string {
  return font.replace('11px', `${11 * px}px`);
}

function stroke(c: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}

function isDecade(v: number): boolean {
  const e = Math.log10(v);
  return Math.abs(e - Math.round(e)) < 1e-9;
}

/** Powers of ten within two bounds. */
function decades(lo: number, hi: number): number[] {
  const out: number[] = [];
  for (let e = Math.ceil(Math.log10(lo)); e <= Math.floor(Math.log10(hi)); e++) out.push(10 ** e);
  return out;
}

function lastNumber(values: ArrayLike<number>): number {
  for (let i = values.length - 1; i >= 0; i--) if (!Number.isNaN(values[i])) return values[i] as number;
  return Number.NaN;
}

// Where there is no number the line is broken, never drawn across.
function holes(u: uPlot, series: number, from: number, to: number): [number, number][] {
  const x = u.data[0] as ArrayLike<number>;
  const y = u.data[series] as ArrayLike<number>;
  const out: [number, number][] = [];
  for (let i = from; i <= to; i++) {
    if (!Number.isNaN(y[i])) continue;
    let end = i;
    while (end < to && Number.isNaN(y[end + 1])) end++;
    const left = u.valToPos(x[Math.max(from, i - 1)] as number, 'x', true);
    const right = u.valToPos(x[Math.min(to, end + 1)] as number, 'x', true);
    out.push([left, right]);
    i = end;
  }
  return out;
}

// What Perf looks at: a window of frames, a frame or a range in it, and the lines that are drawn.
// What is to be seen again stands in the address.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Counter, Scope } from '../../core/protocol';
import { hues } from '../../core/theme';
import { gradeOf, type TimingStore } from '../../core/timings';
import { count } from '../../core/units';
import { fitting } from '../../widgets/framebars/framebars';

/** px that a frame takes, greatest first. */
export const zooms = [16, 8, 4, 2, 1, 0.5, 0.25, 0.125];

/** Orders of the table. */
export type SortKey = 'name' | 'this' | 'avg' | 'p50' | 'p95' | 'p99' | 'max' | 'calls' | 'self';

export class PerfModel {
  readonly zoom: Signal<string>;
  /** Number of the selected frame: the one to which the page's cursor is pinned. */
  readonly f: Signal<string>;
  /** Selected frames as `first-last`. */
  readonly range: Signal<string>;
  /** `1`: two stretches are compared below the bars. */
  readonly compare: Signal<string>;
  readonly sort: Signal<string>;
  /** `no`: all scopes in one list. */
  readonly tree: Signal<string>;
  readonly scale: Signal<string>;
  /** Names of the drawn scopes, empty for the usual ones. */
  readonly lines: Signal<string>;
  /** What is drawn as lines: `time` or `counters`. */
  readonly what: Signal<string>;
  /** Names of the drawn counters, empty for the first ones. */
  readonly counters: Signal<string>;
  /** Index of the frame under the pointer, in whichever chart that is. */
  readonly hover: ReadonlySignal<number | undefined>;
  /** Frames between the window's end and the newest one. */
  readonly back = signal(0);
  /** Decimals of ms in the table; grows when something small appears, and stays. */
  decimals = 2;
  /** px of the bars' canvas */
  width = 1000;

  private readonly app: App;

  constructor(app: App) {
    this.app = app;
    const param = (name: string, initial = ''): Signal<string> => app.url.param(name, initial, 'perf');
    this.zoom = param('z', '4');
    this.f = app.cursor.f;
    this.hover = computed(() => {
      const x = app.cursor.hover.value;
      const index = x === undefined ? -1 : app.cursor.indexAt(x);
      return index < 0 ? undefined : index;
    });
    this.range = param('range');
    this.compare = param('compare');
    this.sort = param('sort');
    this.tree = param('tree', 'yes');
    this.scale = param('scale', 'log');
    this.lines = param('lines');
    this.what = param('what', 'time');
    this.counters = param('counters');
  }

  get timings(): TimingStore {
    return this.app.shown().timings;
  }

  get zoomValue(): number {
    const z = Number(this.zoom.value);
    return zooms.includes(z) ? z : 4;
  }

  /** Indices of the frames that are shown: `[from, to)`. */
  window(): [number, number] {
    const t = this.timings;
    const n = fitting(this.width, this.zoomValue);
    const to = Math.max(t.first, Math.min(t.count, t.count - this.back.peek()));
    return [Math.max(t.first, to - n), to];
  }

  /** Index of the selected frame, -1 when there is none or it is not recorded. */
  picked(): number {
    const pin = this.app.cursor.pinned.value;
    return pin === undefined ? -1 : this.app.cursor.indexAt(pin.x);
  }

  /** Indices of the selected frames. */
  selection(): [number, number] | undefined {
    const [, a, b] = /^(\d+)-(\d+)$/.exec(this.range.value) ?? [];
    if (a !== undefined && b !== undefined) {
      const from = this.timings.find(Number(a));
      const to = this.timings.find(Number(b));
      if (from >= 0 && to >= from) return [from, to + 1];
    }
    const at = this.picked();
    return at < 0 ? undefined : [at, at + 1];
  }

  /** The range over which averages are taken: a dragged one, else what is in view. */
  scope(): [number, number] {
    const s = this.range.value === '' ? undefined : this.selection();
    return s ?? this.window();
  }

  /** The pointer is at the frame with an index, or at none. */
  point(index: number | undefined): void {
    this.app.cursor.point(index === undefined ? undefined : this.timings.x.at(index));
  }

  /** Selects a frame and holds the view there. */
  pick(index: number): void {
    const frame = this.timings.frame.at(index);
    if (Number.isNaN(frame)) return;
    this.app.pauseView(true, frame);
    this.range.value = '';
    this.app.cursor.pin(this.timings.x.at(index));
    this.reveal(index);
  }

  /** Goes to the frame that the address names, and holds the view there. */
  visit(): void {
    const at = this.picked();
    if (at < 0) return;
    if (this.app.view.peek().paused) this.reveal(at);
    else this.pick(at);
  }

  /** Selects frames `from` up to, not including, `to`. */
  pickRange(from: number, to: number): void {
    const t = this.timings;
    const a = t.frame.at(Math.max(from, t.first));
    const b = t.frame.at(Math.min(to, t.count) - 1);
    if (Number.isNaN(a) || Number.isNaN(b) || b < a) return;
    this.app.pauseView(true, b);
    this.app.cursor.clear();
    this.range.value = `${a}-${b}`;
  }

  clear(): void {
    this.app.cursor.clear();
    this.range.value = '';
    this.app.frame.invalidate();
  }

  /** Goes to the next frame in a direction; `over`: to the next one over its budget. */
  step(by: 1 | -1, over: boolean): void {
    const t = this.timings;
    const at = this.picked();
    let i = at < 0 ? (by < 0 ? t.count : this.window()[0] - 1) : at;
    for (i += by; i >= t.first && i < t.count; i += by) {
      if (Number.isNaN(t.period.at(i))) continue;
      if (!over || (t.held.at(i) === 0 && gradeOf(t.period.at(i), t.work.at(i), t.budget) > 0)) {
        this.pick(i);
        return;
      }
    }
    const way = by < 0 ? 'earlier' : 'later';
    this.app.toast(over ? `No ${way} frame over its budget is recorded` : `No ${way} frame is recorded`);
  }

  /** Moves the window by frames; positive towards the past. Holds the view, or it would run away. */
  pan(by: number): void {
    if (by > 0 && !this.app.view.peek().paused) this.app.pauseView(true);
    const t = this.timings;
    const n = fitting(this.width, this.zoomValue);
    const most = Math.max(0, t.count - t.first - n);
    this.back.value = Math.round(Math.min(most, Math.max(0, this.back.peek() + by)));
    this.app.frame.invalidate();
  }

  /** Zooms by steps around a frame; positive in. */
  zoomBy(steps: number, around?: number): void {
    const [from, to] = this.window();
    const at = around ?? (this.selection()?.[0] || to);
    const share = (at - from) / Math.max(1, to - from);
    const i = Math.max(0, Math.min(zooms.length - 1, zooms.indexOf(this.zoomValue) - steps));
    this.zoom.value = String(zooms[i]);
    const n = fitting(this.width, this.zoomValue);
    const end = at + n * (1 - share);
    if (this.back.peek() > 0 || this.app.view.peek().paused) {
      this.back.value = 0;
      this.pan(Math.max(0, this.timings.count - end));
    }
    this.app.frame.invalidate();
  }

  /** Shows all that is recorded, as far as a px can show it. */
  fitAll(): void {
    const n = this.timings.count - this.timings.first;
    this.zoom.value = String(zooms.find((z) => fitting(this.width, z) >= n) ?? zooms.at(-1));
    this.back.value = 0;
    this.app.frame.invalidate();
  }

  /** Brings a frame into view, in the middle when it was outside. */
  reveal(index: number): void {
    const [from, to] = this.window();
    if (index < from || index >= to) {
      const n = fitting(this.width, this.zoomValue);
      this.back.value = 0;
      this.pan(Math.max(0, this.timings.count - (index + n / 2)));
    }
    this.app.frame.invalidate();
    this.app.frame.stir();
  }

  /** Scopes that are drawn as lines. */
  drawn(): Scope[] {
    const { scopes, tracks } = this.timings;
    const wanted = this.lines.value;
    const held = scopes.filter((s) => tracks[s.id] !== undefined);
    if (wanted !== '') {
      const names = new Set(wanted.split(','));
      return held.filter((s) => names.has(s.name));
    }
    const usual = new Set(this.timings.usual.map((s) => s.id));
    usual.add(this.culprit());
    return held.filter((s) => s.own || usual.has(s.id));
  }

  // The scope that took most of the selected frame by itself, however rare it is; -1 for none.
  private culprit(): number {
    const at = this.picked();
    let most = 0;
    let id = -1;
    if (at < 0) return id;
    this.timings.tracks.forEach((track, i) => {
      const self = track.self.at(at);
      if (self > most) [most, id] = [self, i];
    });
    return id;
  }

  /** How the table is sorted: where nobody chose, by the frame that is selected, else by the mean. */
  get order(): string {
    return this.sort.value || (this.picked() >= 0 ? '-this' : '-avg');
  }

  /** Draws a scope's line, or takes it away. */
  toggleLine(scope: Scope): void {
    if (!this.drawsCounters) this.lines.value = toggled(this.drawn(), scope.name);
    this.what.value = 'time';
    this.app.frame.invalidate();
  }

  get drawsCounters(): boolean {
    return this.what.value === 'counters';
  }

  /** Counters and gauges that are drawn as lines. */
  drawnCounters(): Counter[] {
    const { counters, values } = this.timings;
    const held = counters.filter((c) => values[c.id] !== undefined);
    const wanted = this.counters.value;
    if (wanted === '') return held.slice(0, hues);
    const names = new Set(wanted.split(','));
    return held.filter((c) => names.has(c.name));
  }

  /** Draws a counter's line, or takes it away; the lines show counters from then on. */
  toggleCounter(counter: Counter): void {
    if (this.drawsCounters) this.counters.value = toggled(this.drawnCounters(), counter.name);
    this.what.value = 'counters';
    this.app.frame.invalidate();
  }

  /** The window in words. */
  words(): string {
    const [from, to] = this.window();
    const t = this.timings;
    if (to <= from) return 'no frames yet';
    return `#${count(t.frame.at(from))} – #${count(t.frame.at(to - 1))}`;
  }
}

function toggled(drawn: readonly { name: string }[], name: string): string {
  const names = drawn.map((d) => d.name);
  return (names.includes(name) ? names.filter((n) => n !== name) : [...names, name]).join(',');
}

const models = new WeakMap<App, PerfModel>();

/** The page's one model: the panel's keys and its view share it, and it outlives the view. */
export function perfModel(app: App): PerfModel {
  let model = models.get(app);
  if (model === undefined) {
    model = new PerfModel(app);
    models.set(app, model);
  }
  return model;
}

// What the parts of the game took, frame by frame, as lines.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { Ring } from '../../core/ring';
import type { Track } from '../../core/timings';
import { count, fixed, frameName, ms } from '../../core/units';
import { type ChartSeries, LineChart } from '../../widgets/chart/chart';
import { perBar } from '../../widgets/framebars/framebars';
import { marksOf } from './bars';
import { axisValue, counterColour, counterDash } from './counters';
import type { PerfModel } from './model';

const decades = 4; // at most, or what matters would lie in a corner
const least = 1000; // ns: nothing below a microsecond is drawn
const step = 10 ** (1 / 6); // of a decade

export function Lines({ model }: { model: PerfModel }) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  const log = model.scale.value === 'log';
  const counters = model.drawsCounters;
  const any = useLive(() => model.timings.counters.length > 0).value;
  useEffect(() => {
    if (host.current === null) return;
    return new Drawing(app, model, host.current, log, counters).start();
  }, [app, model, log, counters]);
  return (
    <section class="panel perf-lines">
      <header class="panel-head">
        <h2>{counters ? 'Counters' : 'Subsystems'}</h2>
        <span class="muted">{counters ? 'per frame' : 'ms per frame'}</span>
        <span class="space" />
        {(any || counters) && (
          <div class="perf-modes">
            <button
              type="button"
              class="btn soft"
              aria-pressed={!counters}
              title="What the scopes took"
              onClick={() => {
                model.what.value = 'time';
              }}
            >
              time
            </button>
            <button
              type="button"
              class="btn soft"
              aria-pressed={counters}
              title="What the game counts and sets"
              onClick={() => {
                model.what.value = 'counters';
              }}
            >
              counters
            </button>
          </div>
        )}
        <button
          type="button"
          class="btn soft"
          title="Scale of the lines"
          onClick={() => {
            model.scale.value = log ? 'linear' : 'log';
          }}
        >
          {log ? 'log' : 'linear'}
        </button>
      </header>
      <div class="panel-body">
        <div
          ref={host}
          class="chart"
          role="img"
          aria-label={`Lines of ${counters ? 'what the game counts' : 'what its parts took'}; the table beside it has the numbers`}
        />
      </div>
    </section>
  );
}

/** Windows of rings, each number the greatest of `per` frames. Arrays are kept from draw to draw. */
class Thinned {
  private readonly arrays: Float64Array[] = [];

  of(slot: number, ring: Ring, from: number, to: number, per: number): Float64Array {
    if (per === 1) return ring.window(from, to);
    const first = Math.floor(from / per) * per;
    const n = Math.ceil((to - first) / per);
    let out = this.arrays[slot];
    if (out === undefined || out.length !== n) {
      out = new Float64Array(n);
      this.arrays[slot] = out;
    }
    for (let b = 0; b < n; b++) {
      let most = Number.NaN;
      for (let i = first + b * per; i < Math.min(first + (b + 1) * per, to); i++) {
        const v = ring.at(i);
        if (!(v <= most)) most = Number.isNaN(v) ? most : v;
      }
      out[b] = most;
    }
    return out;
  }
}

/** Draws the lines into their box. */
class Drawing {
  private readonly app: App;
  private readonly model: PerfModel;
  private readonly log: boolean;
  private readonly counters: boolean;
  private readonly chart: LineChart;
  private readonly thinned = new Thinned();
  private xs = new Float64Array(0);
  private bounds: [number, number] = [1e4, 5e7];
  private names = ''; // of the lines that the chart has

  constructor(app: App, model: PerfModel, host: HTMLElement, log: boolean, counters: boolean) {
    this.app = app;
    this.model = model;
    this.log = log;
    this.counters = counters;
    this.chart = this.newChart(host);
  }

  /** Draws with the page's frames. Returns its undo. */
  start(): () => void {
    const draw = (): void => this.draw();
    const stops = [
      this.app.frame.onDraw(draw, { rate: 20 }),
      this.app.cursor.x.subscribe(() => this.moveCursor()),
      this.app.theme.onChange(() => {
        this.names = ''; // dashes may differ as well
        this.chooseSeries();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      this.chart.close();
    };
  }

  private newChart(host: HTMLElement): LineChart {
    const { app, model } = this;
    return new LineChart({
      host,
      theme: app.theme,
      log: this.log,
      unit: this.counters ? '' : 'ms',
      labelWidth: 96,
      range: () => this.bounds,
      formatY: this.counters ? axisValue : (v) => fixed(v / 1e6, v < 1e4 ? 3 : v < 1e5 ? 2 : v < 1e6 ? 1 : 0),
      formatX: (i) => relative(model, i),
      splitsX: places,
      formatCursor: (i) => frameName(model.timings.frame.at(Math.round(i))),
      marks: () => marksOf(app, ...model.window()),
      pinned: () => {
        const at = model.picked();
        return at < 0 ? undefined : at;
      },
      levels: () => {
        const { budget } = model.timings;
        return budget > 0 && !this.counters ? [{ y: budget, label: `${ms(budget, 1)} budget` }] : [];
      },
      onCursor: (i) => {
        model.point(i === undefined ? undefined : Math.round(i));
      },
      onPick: (i) => model.pick(Math.round(i)),
      onRange: (a, b) => model.pickRange(Math.round(a), Math.round(b)),
    });
  }

  private lines(): (ChartSeries & { ring: Ring })[] {
    const { theme } = this.app;
    const { timings } = this.model;
    if (this.counters) {
      return this.model.drawnCounters().map((c) => ({
        label: c.name,
        colour: () => counterColour(theme, c),
        dash: counterDash(c),
        ring: timings.values[c.id] as Ring,
      }));
    }
    return this.model.drawn().map(({ id, name }) => ({
      label: name,
      colour: () => theme.series(name),
      dash: theme.inks.of(name).dash,
      ring: (timings.tracks[id] as Track).total,
    }));
  }

  private chooseSeries(): (ChartSeries & { ring: Ring })[] {
    const lines = this.lines();
    const names = lines.map((l) => l.label).join('\n');
    if (names !== this.names) {
      this.names = names;
      this.chart.setSeries(lines);
    }
    return lines;
  }

  private draw(): void {
    const lines = this.chooseSeries();
    const { timings, zoomValue } = this.model;
    const [from, to] = this.model.window();
    const per = perBar(zoomValue);
    const first = per === 1 ? from : Math.floor(from / per) * per;
    const n = Math.ceil((to - first) / per);
    if (n < 2) return;
    if (this.xs.length !== n) this.xs = new Float64Array(n);
    for (let i = 0; i < n; i++) this.xs[i] = first + i * per;
    let values = lines.map(({ ring }, slot) => this.thinned.of(slot, ring, from, to, per));
    if (this.counters) {
      this.bounds = this.log ? countBounds(values) : linearBounds(values, 0);
      if (this.log) values = values.map((v) => v.map((x) => Math.max(x, this.bounds[0]))); // none has a logarithm
    } else {
      const { budget } = timings;
      this.bounds = this.log ? logBounds(values, budget, this.bounds) : linearBounds(values, budget);
    }
    this.chart.setData(this.xs, values);
    this.moveCursor();
  }

  private moveCursor(): void {
    const picked = this.model.picked();
    this.chart.setCursor(this.model.hover.peek() ?? (picked < 0 ? undefined : picked));
  }
}

const steps = [10, 30, 60, 120, 300, 600, 1200, 2400];
const labels = 8; // at most so many along the axis

function places(from: number, to: number): number[] {
  const by = steps.find((s) => (to - from) / s <= labels) ?? 2400;
  const out: number[] = [];
  for (let i = from; i < to - by / 3; i += by) out.push(i);
  return out;
}

// The first place by its frame, the others by their distance from it: short, and still exact.
function relative(model: PerfModel, i: number): string {
  const t = model.timings;
  const distance = Math.round(i) - model.window()[0];
  return distance <= 0 ? frameName(t.frame.at(Math.round(i))) : `+${count(distance)}`;
}

// Whole sixths of decades: the scale stands still while lines move within it.
function logBounds(values: readonly Float64Array[], budget: number, old: readonly [number, number]): [number, number] {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Math.max(budget * 1.3, least * 10);
  for (const window of values) {
    let usual = 0;
    let n = 0;
    for (const v of window) {
      if (v > hi) hi = v;
      if (v > least) {
        usual += Math.log10(v);
        n++;
      }
    }
    if (n > 0) lo = Math.min(lo, 10 ** (usual / n) * 0.5);
  }
  if (lo === Number.POSITIVE_INFINITY) lo = hi / 1000;
  const bottom = 10 ** (Math.floor(Math.log10(Math.max(lo, least)) * 6) / 6);
  const top = 10 ** (Math.ceil(Math.log10(hi * 1.1) * 6) / 6);
  const lowest = top / 10 ** decades;
  // It narrows only by more than a step, or it would swing with every spike.
  const keep = old[0] <= bottom && old[0] * step * step > bottom;
  return [Math.max(lowest, keep ? old[0] : bottom), top];
}

// Whole decades around what is above zero.
function countBounds(values: readonly Float64Array[]): [number, number] {
  let lo = Number.POSITIVE_INFINITY;
  let hi = 1;
  for (const window of values) {
    for (const v of window) {
      if (v > hi) hi = v;
      if (v > 0 && v < lo) lo = v;
    }
  }
  const top = 10 ** (Math.ceil(Math.log10(hi * 1.1) * 2) / 2);
  return [Math.max(10 ** Math.floor(Math.log10(Math.min(lo, hi))), top / 1e7), top];
}

function linearBounds(values: readonly Float64Array[], budget: number): [number, number] {
  let hi = budget * 1.1;
  for (const window of values) for (const v of window) if (v > hi) hi = v;
  return [0, hi * 1.05 || 1e6];
}

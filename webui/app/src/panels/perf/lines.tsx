// What the parts of the game took, frame by frame, as lines.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import type { Ring } from '../../core/ring';
import { count, fixed, frameName, ms } from '../../core/units';
import { LineChart } from '../../widgets/chart/chart';
import { perBar } from '../../widgets/framebars/framebars';
import { marksOf } from './bars';
import type { PerfModel } from './model';

const least = 1000; // ns: nothing below a microsecond is drawn
const step = 10 ** (1 / 6); // of a decade

export function Lines({ model }: { model: PerfModel }) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  const log = model.scale.value === 'log';
  useEffect(() => {
    if (host.current === null) return;
    return mount(app, model, host.current, log);
  }, [app, model, log]);
  return (
    <section class="panel perf-lines">
      <header class="panel-head">
        <h2>Subsystems</h2>
        <span class="muted">ms per frame</span>
        <span class="space" />
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
        <div ref={host} class="chart" role="img" aria-label="Lines of what the parts of the game took; the table beside it has the numbers" />
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

function mount(app: App, model: PerfModel, host: HTMLElement, log: boolean): () => void {
  const thinned = new Thinned();
  let xs = new Float64Array(0);
  let bounds: [number, number] = [1e4, 5e7];
  let names = '';
  const nameAt = (i: number): number => model.timings.frame.at(Math.round(i));
  const chart = new LineChart({
    host,
    theme: app.theme,
    log,
    unit: 'ms',
    labelWidth: 96,
    range: () => bounds,
    formatY: (v) => fixed(v / 1e6, v < 1e4 ? 3 : v < 1e5 ? 2 : v < 1e6 ? 1 : 0),
    formatX: (i) => relative(model, i),
    splitsX: places,
    formatCursor: (i) => frameName(nameAt(i)),
    marks: () => {
      const [from, to] = model.window();
      return marksOf(app, from, to).map(({ index, label, tone }) => ({ x: index, label, tone }));
    },
    levels: () => {
      const { budget } = model.timings;
      return budget > 0 ? [{ y: budget, label: `${ms(budget, 1)} budget` }] : [];
    },
    onCursor: (i) => {
      model.hover.value = i === undefined ? undefined : Math.round(i);
      app.frame.stir();
    },
    onPick: (i) => model.pick(Math.round(i)),
    onRange: (a, b) => model.pickRange(Math.round(a), Math.round(b)),
  });
  const chooseSeries = (): void => {
    const scopes = model.drawn();
    const next = scopes.map((s) => s.name).join('\n');
    if (next === names) return;
    names = next;
    chart.setSeries(
      scopes.map(({ name }) => ({
        name,
        label: name,
        colour: () => app.theme.series(name),
        dash: app.theme.inks.of(name).dash,
      })),
    );
  };
  const draw = (): void => {
    chooseSeries();
    const t = model.timings;
    const [from, to] = model.window();
    const per = perBar(model.zoomValue);
    const first = Math.floor(from / per) * per;
    const n = per === 1 ? to - from : Math.ceil((to - first) / per);
    if (n < 2) return;
    if (xs.length !== n) xs = new Float64Array(n);
    for (let i = 0; i < n; i++) xs[i] = (per === 1 ? from : first) + i * per;
    const values = model.drawn().map((s, slot) => thinned.of(slot, (t.tracks[s.id] as { total: Ring }).total, from, to, per));
    bounds = log ? logBounds(values, t.budget, bounds) : linearBounds(values, t.budget);
    chart.setData(xs, values);
    chart.setCursor(model.hover.peek() ?? (model.picked() < 0 ? undefined : model.picked()));
  };
  const stops = [
    app.frame.onDraw(draw, { rate: 20 }),
    model.hover.subscribe((i) => chart.setCursor(i ?? (model.picked() < 0 ? undefined : model.picked()))),
    app.theme.onChange(() => chart.rebuild()),
  ];
  return () => {
    for (const stop of stops) stop();
    chart.close();
  };
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
  // It narrows only by more than a step, or it would swing with every spike.
  const keep = old[0] <= bottom && old[0] * step * step > bottom;
  return [keep ? old[0] : bottom, top];
}

function linearBounds(values: readonly Float64Array[], budget: number): [number, number] {
  let hi = budget * 1.1;
  for (const window of values) for (const v of window) if (v > hi) hi = v;
  return [0, hi * 1.05 || 1e6];
}

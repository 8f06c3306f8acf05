// Memory over time: three charts under one crosshair, with the collections and the marks in all of them.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { MemorySeries, MemoryStore } from '../../core/memory';
import { bytes, count, none, text } from '../../core/units';
import { LineChart } from '../../widgets/chart/chart';
import { beforeEnd, settle, timeMarks } from '../../widgets/chart/marks';
import type { Placed } from '../../widgets/chart/paint';
import { cursorOptions, keepDrawn } from '../../widgets/chart/span';
import { type MemoryModel, markName } from './model';

interface Line {
  series: MemorySeries;
  label: string;
  /** Place in the palette; beyond its end: muted. */
  slot: number;
  dash?: readonly number[];
}

interface Spec {
  id: string;
  title: string;
  unit: string;
  grow: number;
  lines: readonly Line[];
  /** What stands behind a number at the axis and in the header. */
  text(value: number): string;
  axis(value: number): string;
  /** The least span of the scale. */
  least: number;
  /** Round numbers of the axis. */
  steps: readonly number[];
}

const mib = 1 << 20;
const round = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
const roundMib = [0.1, 0.2, 0.5, ...round].map((n) => n * mib);

const heap: Spec = {
  id: 'heap',
  title: 'Heap',
  unit: 'MiB',
  grow: 2.2,
  lines: [
    { series: 'heapInUse', label: 'in use', slot: 0 },
    { series: 'heapGoal', label: 'goal', slot: 8, dash: [5, 3] },
    { series: 'heapLive', label: 'live', slot: 3 },
    { series: 'heapReleased', label: 'released', slot: 2 },
  ],
  text: (n) => text(bytes(n)),
  axis: (n) => (n / mib).toFixed(0),
  least: mib,
  steps: roundMib,
};

const alloc: Spec = {
  id: 'alloc',
  title: 'Allocation',
  unit: 'MiB/s',
  grow: 1,
  lines: [{ series: 'allocRate', label: 'rate', slot: 1 }],
  text: (n) => `${text(bytes(n))}/s`,
  axis: (n) => (n / mib).toFixed(n < 10 * mib ? 1 : 0),
  least: mib / 4,
  steps: roundMib,
};

const goroutines: Spec = {
  id: 'goroutines',
  title: 'Goroutines',
  unit: '',
  grow: 1,
  lines: [{ series: 'goroutines', label: 'count', slot: 6 }],
  text: (n) => count(n),
  axis: (n) => (Number.isInteger(n) ? count(n) : ''),
  least: 8,
  steps: round,
};

function Chart({ spec, model }: { spec: Spec; model: MemoryModel }) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    return mount(app, model, spec, host.current);
  }, [app, model, spec]);
  return (
    <section class="panel memory-chart" style={{ flexGrow: spec.grow }}>
      <header class="panel-head">
        <h2>{spec.title}</h2>
        {spec.lines.map((line) => (
          <Value key={line.series} line={line} spec={spec} model={model} single={spec.lines.length === 1} />
        ))}
      </header>
      <div class="panel-body">
        <div
          ref={host}
          class="chart"
          role="img"
          aria-label={`${spec.title} over time; the table beside it has the numbers`}
        />
      </div>
    </section>
  );
}

function Value({ line, spec, model, single }: { line: Line; spec: Spec; model: MemoryModel; single: boolean }) {
  const app = useApp();
  const value = useLive(() => {
    const v = app.shown().memory.rings[line.series].at(model.index());
    return Number.isNaN(v) ? none : spec.text(v);
  });
  const paint = app.theme.paint.value;
  return (
    <span class="memory-value">
      <span key={paint} class="swatch" style={{ background: app.theme.slot(line.slot) }} />
      {!single && <span class="muted">{line.label}</span>} {value}
    </span>
  );
}

/** The marks of all charts, and those of the heap. */
function marksOf(app: App, model: MemoryModel, from: number): Placed[] {
  const out = timeMarks(app, from);
  for (const mark of model.marks.peek()) {
    if (mark.x >= from) out.push({ x: mark.x, label: markName(mark), kind: 'mark' });
  }
  return out;
}

function bounds(spec: Spec, memory: MemoryStore, from: number, old: readonly [number, number]): [number, number] {
  let hi = Number.NEGATIVE_INFINITY;
  for (const { series } of spec.lines) {
    const ring = memory.rings[series];
    for (let i = from; i < ring.count; i++) {
      const v = ring.at(i);
      if (v > hi) hi = v;
    }
  }
  return settle(hi, spec.least, old);
}

function mount(app: App, model: MemoryModel, spec: Spec, host: HTMLElement): () => void {
  let scale: [number, number] = [0, spec.least];
  let from = 0;
  const end = (): number => app.shown().memory.x.last;
  const chart = new LineChart({
    host,
    theme: app.theme,
    unit: spec.unit,
    steps: spec.steps,
    axisX: spec.id !== 'heap',
    range: () => scale,
    formatY: spec.axis,
    formatX: (x) => beforeEnd(end() - x),
    splitsX: () => model.ticks(end()),
    formatCursor: (x) => beforeEnd(end() - x),
    marks: () => marksOf(app, model, from),
    named: spec === heap,
    ...cursorOptions(app),
  });
  chart.setSeries(
    spec.lines.map((line) => ({
      label: line.label,
      colour: () => app.theme.slot(line.slot),
      ...(line.dash && { dash: line.dash }),
    })),
  );
  const draw = (): void => {
    const { memory } = app.shown();
    from = end() - model.spanValue;
    const first = Math.max(memory.x.count - memory.x.length, memory.indexAt(from));
    if (memory.x.count - first < 2) return;
    scale = bounds(spec, memory, first, scale);
    chart.setData(
      memory.x.window(first),
      spec.lines.map((l) => memory.rings[l.series].window(first)),
      [from, end()],
    );
    chart.setCursor(app.cursor.x.peek());
  };
  return keepDrawn(app, model, chart, draw);
}

export function Charts({ model }: { model: MemoryModel }) {
  return (
    <div class="memory-charts">
      <Chart spec={heap} model={model} />
      <div class="memory-lesser">
        <Chart spec={alloc} model={model} />
        <Chart spec={goroutines} model={model} />
      </div>
    </div>
  );
}

// Traffic of the whole server over time: three charts under one crosshair.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { bytes, fixed, none, percent, text } from '../../core/units';
import { LineChart } from '../../widgets/chart/chart';
import { beforeEnd, settle, timeMarks } from '../../widgets/chart/marks';
import { cursorOptions, keepDrawn } from '../../widgets/chart/span';
import type { NetModel } from './model';
import type { SeriesName, TrafficSeries } from './series';

interface Line {
  series: SeriesName;
  label: string;
  /** Place in the palette. */
  slot: number;
}

interface Spec {
  id: string;
  title: string;
  lines: readonly Line[];
  bytes: boolean;
  /** By the second. */
  rate: boolean;
  /** The least span of the scale. */
  least: number;
}

const charts: readonly Spec[] = [
  {
    id: 'bytes',
    title: 'Bytes',
    lines: [
      { series: 'bytesIn', label: 'in', slot: 1 },
      { series: 'bytesOut', label: 'out', slot: 5 },
    ],
    bytes: true,
    rate: true,
    least: 1024,
  },
  {
    id: 'messages',
    title: 'Messages',
    lines: [
      { series: 'messagesIn', label: 'in', slot: 1 },
      { series: 'messagesOut', label: 'out', slot: 5 },
    ],
    bytes: false,
    rate: true,
    least: 10,
  },
  {
    id: 'held',
    title: 'Held',
    lines: [{ series: 'held', label: '', slot: 0 }],
    bytes: true,
    rate: false,
    least: 1024,
  },
];

const round = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
const roundBytes = [0, 1, 2, 3].flatMap((k) => round.slice(0, 9).map((n) => n * 1024 ** k));

/** The unit of an axis that ends at `top`. */
function axisUnit(spec: Spec, top: number): { unit: string; per: number } {
  const suffix = spec.rate ? '/s' : '';
  if (!spec.bytes) return { unit: suffix, per: 1 };
  const power = top < 2048 ? 0 : top < 2048 * 1024 ? 1 : 2;
  return { unit: ['B', 'KiB', 'MiB'][power] + suffix, per: 1024 ** power };
}

function valueText(spec: Spec, value: number): string {
  if (Number.isNaN(value)) return none;
  const words = spec.bytes ? text(bytes(value)) : fixed(value, 1);
  return spec.rate ? `${words}/s` : words;
}

/** The charts side by side. */
export function Traffic({ model }: { model: NetModel }) {
  return (
    <div class="network-charts">
      {charts.map((spec) => (
        <Chart key={spec.id} spec={spec} model={model} />
      ))}
    </div>
  );
}

function Chart({ spec, model }: { spec: Spec; model: NetModel }) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => (host.current === null ? undefined : mount(app, model, spec, host.current)), [app, model, spec]);
  return (
    <section class="panel" aria-label={spec.title}>
      <header class="panel-head">
        <h2>{spec.title}</h2>
        {spec.lines.map((line) => (
          <Value key={line.series} line={line} spec={spec} model={model} />
        ))}
        {spec.id === 'held' && <Budget model={model} />}
      </header>
      <div class="panel-body">
        <div ref={host} class="chart" role="img" aria-label={`${spec.title} over time; the numbers stand above`} />
      </div>
    </section>
  );
}

function Value({ line, spec, model }: { line: Line; spec: Spec; model: NetModel }) {
  const app = useApp();
  const value = useLive(() => {
    const { series } = model.net.shown;
    return valueText(spec, series.rings[line.series].at(model.index()));
  });
  const paint = app.theme.paint.value;
  return (
    <span class="network-value">
      <span key={paint} class="swatch" style={{ background: app.theme.slot(line.slot) }} />
      {line.label !== '' && <span class="muted">{line.label}</span>} {value}
    </span>
  );
}

function Budget({ model }: { model: NetModel }) {
  const words = useLive(() => {
    const { stats, series } = model.net.shown;
    const budget = stats?.transport?.budget ?? 0;
    const held = series.rings.held.at(model.index());
    if (budget <= 0) return '';
    return `of ${text(bytes(budget, 0))}${Number.isNaN(held) ? '' : `, ${percent(held / budget)}`}`;
  });
  return <span class="muted">{words}</span>;
}

function greatest(spec: Spec, series: TrafficSeries, from: number): number {
  let hi = 0;
  for (const line of spec.lines) {
    const ring = series.rings[line.series];
    for (let i = from; i < ring.count; i++) {
      const v = ring.at(i);
      if (v > hi) hi = v;
    }
  }
  return hi;
}

function mount(app: App, model: NetModel, spec: Spec, host: HTMLElement): () => void {
  let scale: [number, number] = [0, spec.least];
  let from = 0;
  const end = (): number => model.net.shown.series.x.last;
  const unit = () => axisUnit(spec, scale[1]);
  const chart = new LineChart({
    host,
    theme: app.theme,
    get unit() {
      return unit().unit;
    },
    steps: spec.bytes ? roundBytes : round,
    range: () => scale,
    formatY: (v) => fixed(v / unit().per, v > 0 && scale[1] / unit().per < 5 ? 1 : 0),
    formatX: (x) => beforeEnd(end() - x),
    splitsX: () => model.ticks(end()),
    formatCursor: (x) => beforeEnd(end() - x),
    marks: () => timeMarks(app, from),
    named: spec.id === 'bytes',
    levels: () => {
      const budget = model.net.shown.stats?.transport?.budget ?? 0;
      return spec.id === 'held' && budget > 0 ? [{ y: budget, label: 'budget' }] : [];
    },
    ...cursorOptions(app),
  });
  chart.setSeries(spec.lines.map((line) => ({ label: line.label, colour: () => app.theme.slot(line.slot) })));
  const draw = (): void => {
    const { series } = model.net.shown;
    from = end() - model.spanValue;
    const first = Math.max(series.x.count - series.x.length, series.x.indexOf(from));
    if (series.x.count - first < 2) return;
    scale = settle(greatest(spec, series, first), spec.least, scale);
    const values = spec.lines.map((l) => series.rings[l.series].window(first));
    chart.setData(series.x.window(first), values, [from, end()]);
    chart.setCursor(app.cursor.x.peek());
  };
  return keepDrawn(app, model, chart, draw);
}

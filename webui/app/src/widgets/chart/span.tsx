// A span of time that a group of charts shows, and the place in it that a person points at.

import { type Signal, signal } from '@preact/signals';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { frameName } from '../../core/units';
import type { LineChart } from './chart';

/** Spans of time that can be shown, seconds. */
export const spans = [30, 60, 300, 900];

/** What the charts of one panel have in common. */
export class TimeSpan {
  readonly span: Signal<string>;
  /** Place under the pointer, on the page's axis. */
  readonly hover: Signal<number | undefined> = signal(undefined);
  private readonly parts: number;

  /** The span is kept in the address, for one panel; the axis bears as many numbers as it has parts. */
  constructor(app: App, panel: string, parts: number) {
    this.span = app.url.param('span', '60', panel);
    this.parts = parts;
  }

  get spanValue(): number {
    const s = Number(this.span.value);
    return spans.includes(s) ? s : 60;
  }

  /** Places of the axis that bear a number, counted back from its end. */
  ticks(end: number): number[] {
    const step = this.spanValue / this.parts;
    return Array.from({ length: this.parts }, (_, i) => end - step * (this.parts - i));
  }
}

/** Buttons that choose the span. */
export function Spans({ of }: { of: TimeSpan }) {
  return (
    <>
      <span class="muted">show the last</span>
      {spans.map((s) => (
        <button
          key={s}
          type="button"
          class="btn soft"
          aria-pressed={of.spanValue === s}
          onClick={() => {
            of.span.value = String(s);
          }}
        >
          {s < 60 ? `${s} s` : `${s / 60} min`}
        </button>
      ))}
    </>
  );
}

/** The frame under the crosshair; where none is recorded, how long before the end that was. */
export function AtCursor({ of, end, digits }: { of: TimeSpan; end: () => number; digits: number }) {
  const app = useApp();
  const words = useLive(() => {
    const x = of.hover.peek();
    if (x === undefined) return '';
    const { timings } = app.shown();
    const at = timings.atX(x);
    if (at >= 0) return frameName(timings.frame.at(at));
    return `${(end() - x).toFixed(digits)} s ago`;
  });
  return (
    <>
      {words.value !== '' && (
        <span class="muted">
          at cursor <span class="accent">{words}</span>
        </span>
      )}
    </>
  );
}

/** Keeps a chart drawn and its crosshair with those of its group. Returns its undo, which closes the chart. */
export function keepDrawn(app: App, of: TimeSpan, chart: LineChart, draw: () => void): () => void {
  const stops = [
    app.frame.onDraw(draw, { rate: 10 }),
    of.hover.subscribe((x) => chart.setCursor(x)),
    of.span.subscribe(() => app.frame.invalidate(draw)),
    app.theme.onChange(() => chart.rebuild()),
  ];
  return () => {
    for (const stop of stops) stop();
    chart.close();
  };
}

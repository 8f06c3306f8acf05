// A span of time that a group of charts shows, under the page's cursor.

import type { Signal } from '@preact/signals';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { MarkKind } from '../../core/marks';
import { FrameLink } from '../framelink/framelink';
import type { ChartOptions, LineChart } from './chart';

/** Spans of time that can be shown, seconds. */
export const spans = [30, 60, 300, 900];

/** What the charts of one panel have in common. */
export class TimeSpan {
  readonly span: Signal<string>;
  private readonly parts: number;

  /** The span is kept in the address, for one panel; the axis bears as many numbers as it has parts. */
  constructor(app: App, panel: string, parts: number) {
    this.span = app.url.param('span', app.capture ? '30' : '60', panel);
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

/** The frame at the cursor, which leads to Perf; where none is recorded, how long before the end that was. */
export function AtCursor({ end, digits = 1 }: { end: () => number; digits?: number }) {
  const app = useApp();
  const frame = app.cursor.frame.value;
  const ago = useLive(() => {
    const x = app.cursor.x.peek();
    return x === undefined ? '' : `${(end() - x).toFixed(digits)} s ago`;
  });
  if (app.cursor.x.value === undefined) return null;
  return (
    <span class="muted at-cursor">
      {frame !== undefined && <What frame={frame} />}
      at cursor {frame === undefined ? <span class="accent">{ago}</span> : <FrameLink frame={frame} />}
    </span>
  );
}

/** What happened in the frame at the cursor, the gravest thing. */
function What({ frame }: { frame: number }) {
  const app = useApp();
  const marks = app.marks.ofFrame(frame);
  const mark = order.map((kind) => marks.find((m) => m.kind === kind)).find((m) => m !== undefined);
  if (mark === undefined) return null;
  return (
    <span class={`at-cursor-what ${mark.kind === 'warn' ? 'warn' : mark.kind === 'cvar' ? '' : 'bad'}`}>
      {signs[mark.kind]} {mark.label.slice(0, 60)}
      {marks.length > 1 && ` and ${marks.length - 1} more`}
    </span>
  );
}

const order = ['error', 'incident', 'warn', 'cvar'] as const;
const signs: Partial<Record<MarkKind, string>> = { error: '✕', incident: '◉', warn: '▲', cvar: '◇' };

/** What charts over seconds do with the pointer: it moves the cursor in passing, a click or a drag pins it. */
export function cursorOptions(app: App): Pick<ChartOptions, 'onCursor' | 'onPick' | 'onDrag' | 'pinned'> {
  const pin = (x: number): void => {
    app.cursor.pin(x);
    app.pauseView(true, app.cursor.frame.peek());
  };
  return {
    onCursor: (x) => app.cursor.point(x),
    onPick: pin,
    onDrag: pin,
    pinned: () => app.cursor.pinned.peek()?.x,
  };
}

/** Keeps a chart drawn and its crosshair at the page's cursor. Returns its undo, which closes the chart. */
export function keepDrawn(app: App, of: TimeSpan, chart: LineChart, draw: () => void): () => void {
  const stops = [
    app.frame.onDraw(draw, { rate: 10 }),
    app.cursor.x.subscribe((x) => chart.setCursor(x)),
    app.cursor.pinned.subscribe(() => chart.redraw()),
    of.span.subscribe(() => app.frame.invalidate(draw)),
    app.theme.onChange(() => chart.rebuild()),
  ];
  return () => {
    for (const stop of stops) stop();
    chart.close();
  };
}

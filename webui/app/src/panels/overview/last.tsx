// The last ten seconds: names at the left, lines, values at the right, one crosshair.

import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { ms, none } from '../../core/units';
import { AtCursor, cursorOptions } from '../../widgets/chart/span';
import { type Surface, surface } from '../../widgets/chart/surface';
import { type Row, rows, valueAt } from './rows';
import { Sparks, span } from './sparks';

export function LastSeconds() {
  const app = useApp();
  const features = app.me.value?.features ?? [];
  const shown = useMemo(
    () => rows.filter((r) => (r.feature === '' ? !app.capture : features.includes(r.feature))),
    [features.join()],
  );
  const sparks = useMemo(() => new Sparks(app), [app]);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    let s: Surface | undefined;
    const draw = (): void => {
      if (s !== undefined) sparks.draw(s, shown);
    };
    s = surface(canvas.current, () => app.frame.invalidate(draw, true));
    const stops = [
      app.frame.onDraw(draw, { rate: 30 }),
      app.cursor.x.subscribe(() => app.frame.invalidate(draw, true)),
      app.cursor.pinned.subscribe(() => app.frame.invalidate(draw, true)),
    ];
    const surfaceOf = s;
    return () => {
      for (const stop of stops) stop();
      surfaceOf.close();
    };
  }, [app, sparks, shown]);

  const { onCursor, onPick } = useMemo(() => cursorOptions(app), [app]);
  const placeOf = (event: PointerEvent): number =>
    sparks.placeAt(event.offsetX, canvas.current?.clientWidth ?? Number.NaN);
  const move = (event: PointerEvent): void => {
    const x = placeOf(event);
    onCursor?.(x);
    if (event.buttons === 1) onPick?.(x);
  };
  const press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    canvas.current?.setPointerCapture(event.pointerId);
    onPick?.(placeOf(event));
    const { frame } = app.cursor;
    if ((event.ctrlKey || event.metaKey) && frame.peek() !== undefined) app.openFrame(frame.peek() as number);
  };
  const words = useMemo(() => new Words(app), [app]);
  const summary = useLive(() => words.say());
  return (
    <section class="panel last">
      <header class="panel-head">
        <h2>Last 10 s</h2>
        <span class="space" />
        <AtCursor end={() => sparks.end()} />
      </header>
      <div class="last-body">
        <div class="last-names">
          {shown.map((r) => (
            <RowLabel key={r.id} row={r} />
          ))}
          <div class="last-axis" />
        </div>
        <div class="last-plot">
          <canvas
            ref={canvas}
            role="img"
            aria-label={summary.value}
            title="Click: keep the cursor there. Ctrl+click: open the frame in Perf"
            onPointerMove={move}
            onPointerLeave={() => onCursor?.(undefined)}
            onPointerDown={press}
          />
        </div>
        <div class="last-values">
          {shown.map((r) => (
            <RowValue key={r.id} row={r} sparks={sparks} />
          ))}
          <div class="last-axis" />
        </div>
      </div>
    </section>
  );
}

function RowLabel({ row }: { row: Row }) {
  return (
    <div class="last-row" style={{ flexGrow: row.weight }}>
      {row.name} <span class="unit">{row.unit}</span>
    </div>
  );
}

function RowValue({ row, sparks }: { row: Row; sparks: Sparks }) {
  const app = useApp();
  const value = useLive(() => {
    const shown = app.shown();
    const x = app.cursor.x.peek() ?? sparks.end(shown);
    const v = valueAt(row.of(shown), x);
    return Number.isNaN(v) ? none : row.text(v);
  });
  return (
    <div class="last-row num" style={{ flexGrow: row.weight }}>
      <span>{value}</span> <span class="unit">{row.unit}</span>
    </div>
  );
}

const speakEvery = 2000; // ms: what changes faster is never heard to its end

/** The lines in words, for those who do not see them. */
class Words {
  private said = '';
  private at = Number.NEGATIVE_INFINITY;
  private readonly app: App;

  constructor(app: App) {
    this.app = app;
  }

  say(): string {
    const now = performance.now();
    if (now - this.at < speakEvery) return this.said;
    this.at = now;
    const { timings } = this.app.shown();
    const { mean, p95, max } = timings.summary(timings.period, timings.atX(timings.x.last - span), timings.count);
    this.said = Number.isNaN(mean)
      ? 'Lines of the last ten seconds. No frame has come yet.'
      : `Lines of the last ten seconds. Frame time: mean ${ms(mean, 1)}, 95th percentile ${ms(p95, 1)}, greatest ${ms(max, 1)} milliseconds.`;
    return this.said;
  }
}

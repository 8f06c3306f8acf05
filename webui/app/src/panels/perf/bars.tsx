// The frames as bars: click or drag selects, the wheel zooms, all of it also by keys.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { slack } from '../../core/timings';
import { count, ms } from '../../core/units';
import type { Placed } from '../../widgets/chart/paint';
import { type Surface, surface } from '../../widgets/chart/surface';
import { FrameBars, fitting, perBar } from '../../widgets/framebars/framebars';
import { IncidentMenu } from '../../widgets/incidents/list';
import type { PerfModel } from './model';

const dragLeast = 4; // px under which a drag is a click

/** What happened between two frames, at the frames in which it did. */
export function marksOf(app: App, from: number, to: number): Placed[] {
  const { timings } = app.shown();
  const marks = app.marks.between(timings.x.at(from), timings.x.at(to - 1));
  return marks.map(({ x, kind, label }) => ({ x: timings.atX(x), kind, label }));
}

export function Bars({ model }: { model: PerfModel }) {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    return mount(app, model, canvas.current);
  }, [app, model]);
  const summary = useLive(() => tally(model));
  const { n, over, over2, text } = summary.value;
  const budget = app.timings.budget;
  return (
    <section class="panel perf-bars">
      <header class="panel-head">
        <h2>Frames</h2>
        <span class="muted">{text}</span>
        {budget > 0 && (
          <>
            <span class={over > 0 ? '' : 'muted'}>
              <span class={over > 0 ? 'warn' : ''}>◆</span> {count(over)}{' '}
              <span class="muted">over {ms(budget * slack, 1)}</span>
            </span>
            <span class={over2 > 0 ? 'bad' : 'muted'}>
              ▲ {count(over2)} <span class="muted">over {ms(budget * 2 * slack, 1)} ms</span>
            </span>
          </>
        )}
        <span class="space" />
        <IncidentMenu
          onCompare={() => {
            model.compare.value = '1';
          }}
        />
        <Zoom model={model} />
      </header>
      <div class="perf-bars-body">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Frame times of ${count(n)} frames, ${count(over)} over the budget, ${count(over2)} over twice the budget.`}
        />
      </div>
    </section>
  );
}

function Zoom({ model }: { model: PerfModel }) {
  const z = model.zoomValue;
  const words = z >= 1 ? `${z} px = 1 frame` : `1 px = ${perBar(z)} frames, the worst of them`;
  return (
    <>
      <span class="muted">{words}</span>
      <button
        type="button"
        class="btn soft icon"
        aria-label="Zoom out"
        title="Zoom out (wheel)"
        onClick={() => model.zoomBy(-1)}
      >
        −
      </button>
      <button
        type="button"
        class="btn soft icon"
        aria-label="Zoom in"
        title="Zoom in (wheel)"
        onClick={() => model.zoomBy(1)}
      >
        +
      </button>
      <button type="button" class="btn soft" title="All recorded frames" onClick={() => model.fitAll()}>
        All
      </button>
    </>
  );
}

function tally(model: PerfModel) {
  const [from, to] = model.window();
  const t = model.timings;
  let over = 0;
  let over2 = 0;
  for (let i = from; i < to; i++) {
    if (t.held.at(i) === 1) continue;
    const grade = t.grade(t.period.at(i), t.work.at(i));
    if (grade > 0) over++;
    if (grade === 2) over2++;
  }
  return { n: to - from, over: over - over2, over2, text: model.words() };
}

function mount(app: App, model: PerfModel, canvas: HTMLCanvasElement): () => void {
  const bars = new FrameBars(app.theme);
  let s: Surface | undefined;
  const draw = (): void => {
    if (s === undefined) return;
    const t = model.timings;
    const [from, to] = model.window();
    const selected = model.selection();
    const hover = model.hover.peek();
    bars.draw(s, {
      frames: t,
      name: (i) => t.frame.at(i),
      from,
      to,
      zoom: model.zoomValue,
      budget: t.budget,
      marks: marksOf(app, from, to),
      ...(selected && { selected }),
      ...(hover !== undefined && { hover }),
    });
  };
  s = surface(canvas, () => {
    model.width = canvas.parentElement?.clientWidth ?? model.width;
    app.frame.invalidate(draw, true);
  });
  const stops = [app.frame.onDraw(draw, { rate: 30 }), app.cursor.x.subscribe(() => app.frame.invalidate(draw, true))];
  const close = s;
  const unlisten = listen(app, model, canvas, bars);
  return () => {
    for (const stop of stops) stop();
    unlisten();
    close.close();
  };
}

function listen(app: App, model: PerfModel, canvas: HTMLCanvasElement, bars: FrameBars): () => void {
  let downAt = Number.NaN;
  const ends = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, f: (event: HTMLElementEventMap[K]) => void): void =>
    canvas.addEventListener(type, f, { signal: ends.signal, passive: false });
  on('pointermove', (event) => {
    const i = bars.indexAt(event.offsetX);
    model.point(i < 0 ? undefined : i);
    if (!Number.isNaN(downAt) && Math.abs(event.offsetX - downAt) >= dragLeast) {
      const [a, b] = [bars.edgeAt(downAt), bars.edgeAt(event.offsetX)];
      if (a !== b) model.pickRange(Math.min(a, b), Math.max(a, b));
    }
  });
  on('pointerleave', () => {
    model.point(undefined);
  });
  on('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    // The bars must not slide away under a drag.
    if (!app.view.peek().paused) app.pauseView(true);
    downAt = event.offsetX;
  });
  on('pointerup', (event) => {
    const i = bars.indexAt(event.offsetX);
    if (Math.abs(event.offsetX - downAt) < dragLeast && i >= 0) model.pick(i);
    downAt = Number.NaN;
  });
  on('wheel', (event) => {
    event.preventDefault();
    const n = fitting(model.width, model.zoomValue);
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      model.pan(-((event.deltaX || event.deltaY) / model.width) * n);
    } else model.zoomBy(event.deltaY < 0 ? 1 : -1, bars.edgeAt(event.offsetX));
  });
  return () => ends.abort();
}

// What is selected in the timeline, in numbers: one call, or all calls of one stack.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { beginOf, type Call, endOf, findAll, idOf, nsOf, parentOf, selfOf } from '../../core/calls';
import type { TimeMark } from '../../core/marks';
import type { ScopeStore } from '../../core/scopes';
import { count, duration, fixed, ms, percent, text } from '../../core/units';
import { surface } from '../../widgets/chart/surface';
import { type HeavyNode, stackOf } from '../../widgets/flame/heavy';
import { FrameLink } from '../../widgets/framelink/framelink';
import { drawHistogram } from './histogram';
import { FoundList } from './list';
import { type TimelineModel, timelineModel } from './timelinemodel';

const shownMarks = 6;

/** The pane beside the timeline. */
export function Selection() {
  const app = useApp();
  const model = timelineModel(app);
  const listed = model.listed.value;
  const call = model.flame.selected.value;
  const node = model.node.value;
  if (listed !== undefined) return <FoundList app={app} model={model} id={listed} />;
  return (
    <section class="panel perf-selection" aria-label="Selection">
      <header class="panel-head">
        <h2>Selection</h2>
        <span class="space" />
        <button
          type="button"
          class="btn quiet icon"
          aria-label="Close the pane"
          title="Close the pane"
          onClick={() => {
            model.pane.value = 'no';
          }}
        >
          ✕
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="scroll perf-selection-body" tabIndex={0} aria-label="The selected scope in numbers">
        {node !== undefined ? (
          <OneNode app={app} model={model} node={node} />
        ) : call !== undefined ? (
          <OneCall app={app} model={model} call={call} />
        ) : (
          <Nothing />
        )}
      </section>
    </section>
  );
}

function Nothing() {
  return (
    <div class="perf-nothing muted">
      <p>Click a scope: what it took, against its budget and against all its other calls.</p>
      <p>
        <kbd>,</kbd> <kbd>.</kbd> along its track, <kbd>↑</kbd> <kbd>↓</kbd> out and in
      </p>
      <p>
        <kbd>F</kbd> centres it, again fits it; <kbd>M</kbd> marks the place
      </p>
      <p>Ctrl and the wheel zoom, the wheel alone scrolls, a drag moves.</p>
    </div>
  );
}

function Title({ app, model, id, note }: { app: App; model: TimelineModel; id: number; note: string }) {
  const paint = app.theme.paint.value;
  const help = model.book.scope(id)?.help ?? '';
  return (
    <>
      <h3 class="perf-title">
        <span key={paint} class="swatch" style={{ background: model.book.colour(id) }} />
        <span class="cut">{model.book.name(id)}</span>
      </h3>
      <p class="mono muted perf-note">{help === '' ? note : `${help} · ${note}`}</p>
    </>
  );
}

function OneCall({ app, model, call }: { app: App; model: TimelineModel; call: Call }) {
  const id = idOf(call);
  const ns = nsOf(call);
  const { segment } = call;
  const { store } = model;
  const track = store.tracks.find((t) => t.id === call.track)?.name ?? `track ${call.track}`;
  const found = useMemo(() => findAll(store, id), [store, id]);
  const self = useMemo(() => selfOf(store, call), [store, call]);
  const inFrame = useMemo(() => countIn(call, id), [call, id]);
  const after = (beginOf(call) - segment.x) * 1e9;
  return (
    <>
      <Title app={app} model={model} id={id} note={`track ${track}`} />
      <Big ns={ns}>
        <Budget model={model} id={id} ns={ns} />
      </Big>
      <dl class="perf-facts">
        <Fact name="self">
          {text(duration(self))} <span class="muted">{percent(ns === 0 ? 0 : self / ns, 0)}</span>
        </Fact>
        <Fact name="share of frame">{percent(segment.length === 0 ? 0 : ns / segment.length)}</Fact>
        <Fact name="calls in frame">
          {count(inFrame)} <span class="muted">of {count(found.count)} held</span>
        </Fact>
        <Fact name="started at">
          <FrameLink frame={segment.frame} /> {after < 0 ? '−' : '+'} {ms(Math.abs(after), 3)}
          <span class="unit"> ms</span>
        </Fact>
        <Inside model={model} call={call} />
      </dl>
      <Histogram app={app} model={model} id={id} ns={found.ns} at={ns} />
      <Around app={app} call={call} />
      <Actions app={app} model={model} id={id} at={beginOf(call)} />
    </>
  );
}

function OneNode({ app, model, node }: { app: App; model: TimelineModel; node: HeavyNode }) {
  const { id } = node;
  const { store } = model;
  const found = useMemo(() => findAll(store, id), [store, id]);
  const [x0, x1] = model.range();
  const frames = framesIn(store, x0, x1);
  const stack = stackOf(node).map((s) => model.book.name(s));
  return (
    <>
      <Title app={app} model={model} id={id} note={`${count(node.calls)} calls in view`} />
      <Big ns={node.total}>
        <span class="muted">{frames === 1 ? 'in one frame' : `in ${count(frames)} frames`}</span>
      </Big>
      <dl class="perf-facts">
        <Fact name="self">
          {text(duration(node.self))} <span class="muted">{percent(node.self / Math.max(1, node.total), 0)}</span>
        </Fact>
        <Fact name="share of time">{percent(node.total / ((x1 - x0) * 1e9))}</Fact>
        <Fact name="mean">{text(duration(node.total / node.calls))}</Fact>
        <Fact name="max">{text(duration(node.max))}</Fact>
        <Fact name="inside">{stack.length > 1 ? stack.slice(0, -1).join(' › ') : 'nothing'}</Fact>
      </dl>
      <Histogram app={app} model={model} id={id} ns={found.ns} at={undefined} />
      <Actions app={app} model={model} id={id} at={undefined} />
    </>
  );
}

function Big({ ns, children }: { ns: number; children: ComponentChildren }) {
  const { value, unit } = duration(ns);
  return (
    <p class="perf-big">
      <b>{value}</b> <span class="unit">{unit}</span> {children}
    </p>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How a duration stands against the budget of its scope, or of the nearest one around it that has any. */
function Budget({ model, id, ns }: { model: TimelineModel; id: number; ns: number }) {
  const scope = model.book.budgeted(id);
  if (scope === undefined) return null;
  const times = ns / scope.budget;
  const of = scope.id === id ? 'budget' : `budget of ${scope.name}`;
  if (times <= 1)
    return <span class="muted">{`${percent(times, 0)} of ${scope.id === id ? 'its ' : 'the '}${of}`}</span>;
  const [mark, tone] = times > 2 ? ['▲', 'bad'] : ['◆', 'warn'];
  return <span class={tone}>{`${mark} ${fixed(times, 1)}× ${of}`}</span>;
}

/** The scope around, as a way to it. */
function Inside({ model, call }: { model: TimelineModel; call: Call }) {
  const parent = useMemo(() => parentOf(model.store, call), [model, call]);
  if (parent === undefined) return null;
  return (
    <Fact name="inside">
      <button type="button" class="perf-link" title="Select it (↑)" onClick={() => model.select(parent, true)}>
        {model.book.name(idOf(parent))}
      </button>{' '}
      {text(duration(nsOf(parent)))}
    </Fact>
  );
}

function framesIn(store: ScopeStore, x0: number, x1: number): number {
  let n = 0;
  const [from, to] = store.between(x0, x1);
  for (const { x, length } of store.segments.slice(from, to)) if (x < x1 && x + length / 1e9 > x0) n++;
  return n;
}

function countIn({ segment }: Call, id: number): number {
  let n = 0;
  for (const other of segment.id) if (other === id) n++;
  return n;
}

function Histogram(props: { app: App; model: TimelineModel; id: number; ns: Float64Array; at: number | undefined }) {
  const { app, model, id, ns, at } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const paint = app.theme.paint.value;
  useEffect(() => {
    if (canvas.current === null) return;
    const draw = (): void => drawHistogram(s, app.theme, ns, at, model.book.colour(id));
    let s = {
      context: canvas.current.getContext('2d') as CanvasRenderingContext2D,
      width: 0,
      height: 0,
      close: () => {},
    };
    s = surface(canvas.current, () => s.width > 0 && draw());
    draw();
    return () => s.close();
  }, [app, model, id, ns, at, paint]);
  return (
    <>
      <p class="muted perf-histogram-name">
        {count(ns.length)} {ns.length === 1 ? 'call' : 'calls'} held, by duration
      </p>
      <div class="perf-histogram">
        <canvas ref={canvas} role="img" aria-label={`How long ${count(ns.length)} calls took; “Find all” lists them`} />
      </div>
    </>
  );
}

/** What happened while it ran, and in the two frames before. */
function Around({ app, call }: { app: App; call: Call }) {
  const version = app.marks.version.value;
  const [during, before] = useMemo(() => {
    const begin = beginOf(call);
    const back = begin - 2.5 * Math.max(call.segment.length / 1e9, 0.017);
    const last = (marks: TimeMark[]): TimeMark[] => marks.slice(-shownMarks);
    return [last(app.marks.between(begin, endOf(call))), last(app.marks.between(back, begin))];
  }, [app, call, version]);
  if (during.length + before.length === 0) return null;
  return (
    <dl class="perf-facts perf-around">
      {during.length > 0 && <Fact name="overlaps">{list(during)}</Fact>}
      {before.length > 0 && <Fact name="just before">{list(before)}</Fact>}
    </dl>
  );
}

const toneOf: Partial<Record<TimeMark['kind'], string>> = { warn: 'warn', error: 'bad', incident: 'bad' };

function list(marks: readonly TimeMark[]): ComponentChildren {
  return marks.map((m) => (
    <span key={`${m.kind} ${m.x}`} class={`perf-mark cut ${toneOf[m.kind] ?? ''}`}>
      {m.label}
    </span>
  ));
}

function Actions(props: { app: App; model: TimelineModel; id: number; at: number | undefined }) {
  const { app, model, id, at } = props;
  return (
    <p class="perf-actions">
      <button
        type="button"
        class="btn"
        title="All calls of this scope that are held, the longest first"
        onClick={() => {
          if (!app.view.peek().paused) app.pauseView(true);
          model.listed.value = id;
        }}
      >
        Find all
      </button>
      {at !== undefined && (
        <button
          type="button"
          class="btn"
          title="Mark the place, or take the mark away (M)"
          onClick={() => model.markAt(at)}
        >
          Mark <kbd>M</kbd>
        </button>
      )}
    </p>
  );
}

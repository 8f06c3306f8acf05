// The timeline of all scopes: in order of time, joined by stack, or as a list.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { beginOf, type Call, idOf, nsOf, selfOf } from '../../core/calls';
import { useLive } from '../../core/live';
import { keptBytes } from '../../core/scopes';
import { count, duration, fixed, frameName, ms, text } from '../../core/units';
import { Flame } from '../../widgets/flame/flame';
import type { HeavyNode } from '../../widgets/flame/heavy';
import { Search } from '../../widgets/search/search';
import { Heavy } from './heavy';
import { CallList } from './list';
import { perfModel } from './model';
import { type Mode, type TimelineModel, timelineModel } from './timelinemodel';

const buffer = 600; // segments that the game keeps for a page that is behind
const credit = 240; // segments on their way to a page that draws no frame

const modes: readonly { mode: Mode; title: string; help: string }[] = [
  { mode: 'time', title: 'time order', help: 'Every scope where it ran' },
  { mode: 'heavy', title: 'left heavy', help: 'Joined by stack, the costliest first' },
  { mode: 'list', title: 'table', help: 'The scopes in view as a table' },
];

/** Follows the scopes of the game for as long as a timeline is shown. Returns its undo. */
function follow(app: App): () => void {
  const { rpc, scopes } = app;
  const sub = rpc.subscribe('scopes', {
    policy: 'all',
    buffer,
    credit,
    onSnapshot(opening) {
      scopes.opened(opening);
      app.recallScopes(); // what ran until now, while no timeline was shown
    },
    onBinary(payload, meta) {
      if (scopes.take(payload, meta.frame, meta.time, meta.lost) && !app.view.peek().paused) app.frame.invalidate();
    },
    onError(error) {
      scopes.refusal = error.message;
      app.frame.stir();
    },
  });
  return () => sub.close();
}

export function Timeline() {
  const app = useApp();
  const model = timelineModel(app);
  const mode = model.modeValue;
  useEffect(() => follow(app), [app]);
  const range = perfModel(app).range.value;
  useEffect(() => model.follow(), [model, app.cursor.pinned.value, app.view.value.paused, range]);
  useStatus(app, model);
  const hovered = useRef<HeavyNode | undefined>(undefined);
  return (
    <section class="panel perf-timeline" aria-label="Timeline">
      <header class="panel-head">
        <h2>Timeline</h2>
        <Readout app={app} model={model} hovered={hovered} />
        <span class="space" />
        <Finder app={app} model={model} />
        <div class="perf-modes">
          {modes.map(({ mode: m, title, help }) => (
            <button
              key={m}
              type="button"
              class="btn soft"
              aria-pressed={mode === m}
              title={help}
              onClick={() => {
                model.mode.value = m;
              }}
            >
              {title}
            </button>
          ))}
        </div>
        <Hints />
        {model.pane.value === 'no' && (
          <button
            type="button"
            class="btn quiet"
            title="Open the pane of the selection"
            onClick={() => {
              model.pane.value = 'yes';
            }}
          >
            ‹ Selection
          </button>
        )}
      </header>
      <div class="panel-body perf-timeline-body">
        {mode === 'time' && <TimeOrder app={app} model={model} />}
        {mode === 'heavy' && <Heavy app={app} model={model} hovered={hovered} />}
        {mode === 'list' && <CallList app={app} model={model} />}
        <Missing app={app} />
      </div>
    </section>
  );
}

function TimeOrder({ app, model }: { app: App; model: TimelineModel }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const flame = build(app, model);
    host.current?.append(flame.el);
    flame.start();
    const stops = [
      app.cursor.x.subscribe(() => flame.cursorMoved()),
      model.query.subscribe(() => flame.invalidate()),
      app.theme.onChange(() => flame.invalidate()),
    ];
    return () => {
      for (const stop of stops) stop();
      flame.dispose();
    };
  }, [app, model]);
  return <div class="perf-flame" ref={host} />;
}

function build(app: App, model: TimelineModel): Flame {
  return new Flame({
    frame: app.frame,
    theme: app.theme,
    model: model.flame,
    colours: () => model.book.colours(model.query.peek()),
    name: (id) => model.book.name(id),
    budget: () => app.shown().timings.budget,
    marks: (x0, x1) => app.marks.between(x0, x1),
    cursor: () => app.cursor.hover.peek(),
    pinned: () => app.cursor.pinned.peek()?.x,
    frames: () => model.frames(),
    note: (track) => (track === 0 ? 'Update' : 'worker'),
    onCursor: (x) => app.cursor.point(x),
    onSelect: (call) => model.pick(call),
  });
}

/** What is in view, or under the pointer: it stands in the header, where it covers no data. */
function Readout({
  app,
  model,
  hovered,
}: {
  app: App;
  model: TimelineModel;
  hovered: { current: HeavyNode | undefined };
}) {
  const call = model.flame.hovered.value;
  const facts = useLive(() => {
    const node = model.modeValue === 'heavy' ? hovered.current : undefined;
    return node === undefined ? factsOf(model) : nodeWords(model, node);
  });
  return <span class="muted cut perf-readout">{call === undefined ? facts : callWords(app, model, call)}</span>;
}

function factsOf(model: TimelineModel): string {
  const { store } = model;
  if (store.segments.length === 0) return '';
  const [x0, x1] = model.range();
  const n = store.countScopes(x0, x1);
  return `${text(duration((x1 - x0) * 1e9))} in view · ${count(n)} scopes`;
}

function callWords(app: App, model: TimelineModel, call: Call): string {
  const { segment } = call;
  const at = (beginOf(call) - segment.x) * 1e9;
  const self = selfOf(app.shown().scopes, call);
  const parts = [`${model.book.name(idOf(call))} ${text(duration(nsOf(call)))}`, `self ${text(duration(self))}`];
  return [...parts, `${frameName(segment.frame)} ${at < 0 ? '−' : '+'}${ms(Math.abs(at), 3)} ms`].join(' · ');
}

function nodeWords(model: TimelineModel, node: HeavyNode): string {
  const name = model.book.name(node.id);
  return `${name} ${text(duration(node.total))} · self ${text(duration(node.self))} · ${count(node.calls)} calls`;
}

/** The search: it dims all else and says how much it found. */
function Finder({ app, model }: { app: App; model: TimelineModel }) {
  const query = model.query.value;
  return (
    <div class="perf-finder">
      <Search
        value={query}
        label="Find scopes"
        placeholder="Find scopes"
        onValue={(q) => {
          model.query.value = q;
          app.frame.stir();
        }}
        onLeave={() => {
          if (model.query.peek() !== '') model.nextFound(1);
          document.querySelector<HTMLElement>('.perf-timeline .flame-scroll')?.focus();
        }}
      />
      {query !== '' && <Found key={query} model={model} />}
    </div>
  );
}

// One for each query: what the last one found is no answer to the next, not for a moment.
function Found({ model }: { model: TimelineModel }) {
  const found = useLive(() => {
    const n = model.countFound();
    return n === undefined ? '' : `${count(n[0])} in view, ${count(n[1])} held`;
  });
  return <span class="muted perf-found">{found}</span>;
}

function Hints() {
  return (
    <span class="perf-hints muted" aria-hidden="true">
      <kbd>W</kbd> <kbd>S</kbd> zoom <kbd>A</kbd> <kbd>D</kbd> pan <kbd>F</kbd> fit
    </span>
  );
}

/** Why there is nothing to see. */
function Missing({ app }: { app: App }) {
  const why = useLive(() => {
    const { scopes } = app.shown();
    if (scopes.segments.length > 0) return '';
    if (scopes.refusal !== '') return `This game sends no scopes: ${scopes.refusal}`;
    return app.view.peek().paused
      ? 'No scopes were recorded before the view was paused: go live to see them.'
      : 'Waiting for the first frame with scopes.';
  });
  return why.value === '' ? null : <p class="empty perf-missing">{why}</p>;
}

const clocks = {
  tsc: 'cycle counter',
  cntvct: 'cycle counter',
  qpc: 'performance counter',
  go: 'Go’s monotonic clock',
} as const;

/** What the page holds of scopes, and by what the game measures, in the status bar. */
function useStatus(app: App, model: TimelineModel): void {
  useEffect(() => {
    const show = (): void => {
      const { clock, dropped } = app.timings;
      const { scopes } = app;
      const held = fixed(scopes.bytes / 2 ** 20, 1);
      app.status.set({ id: 'scopes', side: 'right', order: 60, text: `scopes ${held} of ${keptBytes >> 20} MiB` });
      if (clock !== undefined) {
        const said = `clock: ${clocks[clock.kind]}, ${text(duration(clock.resolution))}`;
        app.status.set({ id: 'clock', side: 'right', order: 55, text: said });
      }
      if (dropped > 0) {
        app.status.set({ id: 'dropped', tone: 'warn', order: 30, text: `${count(dropped)} scopes not recorded` });
      }
      const query = model.query.peek();
      if (query === '') app.status.clear('found');
      else {
        app.status.set({
          id: 'found',
          tone: 'warn',
          order: 20,
          text: `timeline: “${query}”`,
          clear: () => {
            model.query.value = '';
          },
          clearLabel: 'Show all scopes',
        });
      }
    };
    show();
    const stop = app.frame.onText(show);
    return () => {
      stop();
      for (const id of ['scopes', 'clock', 'dropped', 'found']) app.status.clear(id);
    };
  }, [app, model]);
}

// Scopes as rows: those in view in order of time, which is also how a screen reader gets at them, and
// all calls of one scope, the longest first.

import { useEffect, useMemo } from 'preact/hooks';
import type { App } from '../../core/app';
import { beginOf, type Call, callOf, endOf, findAll, idOf, nameOfCall, nsOf, selfOf } from '../../core/calls';
import type { Segment } from '../../core/scopes';
import { count, duration, frameName, ms, text } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { type Column, Table } from '../../widgets/table/table';
import type { TimelineModel } from './timelinemodel';

const most = 20_000; // rows of what is in view

function columns(model: TimelineModel, one: boolean): Column<Call>[] {
  const track = (id: number): string => model.store.tracks.find((t) => t.id === id)?.name ?? `track ${id}`;
  const number = { width: one ? 70 : 86, align: 'right' } as const;
  return [
    ...(one
      ? []
      : [
          {
            key: 'name',
            title: 'Scope',
            width: 150,
            grow: 1,
            text: (c: Call) => `${'\u2003'.repeat(c.depth)}${model.book.name(idOf(c))}`,
          },
        ]),
    { ...number, key: 'ms', title: 'took', note: 'ms', text: (c) => ms(nsOf(c), 4) },
    ...(one
      ? []
      : [{ ...number, key: 'self', title: 'self', note: 'ms', text: (c: Call) => ms(selfOf(model.store, c), 4) }]),
    { ...number, key: 'frame', title: 'frame', text: (c) => frameName(c.segment.frame) },
    {
      ...number,
      key: 'at',
      title: 'at',
      note: 'ms',
      help: 'After the begin of the frame',
      text: (c) => ms((beginOf(c) - c.segment.x) * 1e9, 3),
    },
    { key: 'track', title: 'track', width: one ? 60 : 90, ...(one && { grow: 1 }), text: (c) => track(c.track) },
  ];
}

/** Calls that become rows; made one by one as they come into view. */
interface Calls {
  count: number;
  at(i: number): Call | undefined;
}

/** A table of calls: a row selects its call, Enter shows it in order of time. */
class CallTable {
  readonly table: Table<Call>;
  private readonly read: () => Calls;
  private calls: Calls;

  constructor(app: App, model: TimelineModel, label: string, one: boolean, read: () => Calls) {
    this.read = read;
    this.calls = read();
    const calls = (): Calls => this.calls;
    this.table = new Table<Call>({
      label,
      columns: columns(model, one),
      source: {
        get count() {
          return calls().count;
        },
        row: (i) => calls().at(i),
        key: (i) => {
          const call = calls().at(i);
          return call === undefined ? String(i) : nameOfCall(call);
        },
      },
      soon: (f) => app.frame.soon(f),
      onSelect: (call) => call !== undefined && model.select(call, true),
      onOpen: (call) => {
        model.mode.value = 'time';
        model.flame.fit(call);
        return true;
      },
    });
  }

  refresh(): void {
    this.calls = this.read();
    this.table.update();
  }
}

/** The scopes in view in order of time, outer ones before those inside. */
export function callsInView(model: TimelineModel): Call[] {
  const [x0, x1] = model.range();
  const { found } = model.book.colours(model.query.peek());
  const out: Call[] = [];
  const [from, to] = model.store.between(x0, x1);
  for (let k = from; k < to && out.length < most; k++) {
    const segment = model.store.segments[k] as Segment;
    if (!segment.touches(x0, x1)) continue;
    let lo = 0;
    for (let r = 0; r < segment.runs.length; r += 2) {
      const word = segment.runs[r] as number;
      const hi = lo + (segment.runs[r + 1] as number);
      for (let at = lo; at < hi; at++) {
        if (found !== undefined && found[segment.id[at] as number] !== 1) continue;
        const call = { segment, track: word & 0xffff, depth: (word >>> 16) & 0xff, at, lo, hi };
        if (beginOf(call) < x1 && endOf(call) >= x0) out.push(call);
      }
      lo = hi;
    }
  }
  return out.sort((a, b) => a.track - b.track || beginOf(a) - beginOf(b) || a.depth - b.depth);
}

/** What is in view as a table. Live, it is read anew once a second. */
export function CallList({ app, model }: { app: App; model: TimelineModel }) {
  const made = useMemo(() => ({ list: undefined as CallTable | undefined }), []);
  useEffect(() => {
    let last = 0;
    const refresh = (): void => {
      const now = performance.now();
      if (!app.view.peek().paused && now - last < 1000) return;
      last = now;
      made.list?.refresh();
    };
    const stops = [app.frame.onText(refresh), model.query.subscribe(refresh)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [app, model, made]);
  return (
    <Mount
      class="perf-flame"
      make={() => {
        made.list = new CallTable(app, model, 'Scopes in view', false, () => {
          const calls = callsInView(model);
          return { count: calls.length, at: (i) => calls[i] };
        });
        return made.list.table;
      }}
    />
  );
}

/** All calls of a scope that are held, the longest first: the pane beside the timeline. */
export function FoundList({ app, model, id }: { app: App; model: TimelineModel; id: number }) {
  const { store } = model;
  const found = useMemo(() => {
    const { segments } = store;
    const all = findAll(store, id);
    const order = Uint32Array.from({ length: all.count }, (_, i) => i);
    order.sort((a, b) => (all.ns[b] as number) - (all.ns[a] as number));
    const at = (i: number): Call | undefined => {
      const segment = segments[all.segment[order[i] as number] as number];
      return segment && callOf(segment, all.at[order[i] as number] as number);
    };
    return { calls: { count: all.count, at }, order, ns: all.ns };
  }, [store, id]);
  const at = (q: number): string => {
    const i = found.order[Math.min(found.order.length - 1, Math.floor((1 - q) * found.order.length))];
    return i === undefined ? '' : text(duration(found.ns[i] as number));
  };
  return (
    <section class="panel perf-selection" aria-label="All calls">
      <header class="panel-head">
        <button
          type="button"
          class="btn quiet icon"
          aria-label="Back to the selection"
          title="Back to the selection (Esc)"
          onClick={() => {
            model.listed.value = undefined;
          }}
        >
          ‹
        </button>
        <h2 class="cut">{model.book.name(id)}</h2>
        <span class="muted">{count(found.calls.count)} calls</span>
      </header>
      <p class="perf-found-facts muted">
        p50 <b>{at(0.5)}</b> p99 <b>{at(0.99)}</b> max <b>{at(1)}</b>
      </p>
      <Mount
        key={id}
        class="perf-found-rows"
        make={() => new CallTable(app, model, `Calls of ${model.book.name(id)}`, true, () => found.calls).table}
      />
    </section>
  );
}

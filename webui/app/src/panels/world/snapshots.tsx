// Snapshots of the world: kept in the game, brought back, and compared with each other or with now.

import './snapshots.css';
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { brief, reasonOf } from '../../core/editing';
import type { WorldDiff, WorldSnapshot } from '../../core/protocol';
import { bytes, count, many, text } from '../../core/units';
import { FrameLink } from '../../widgets/framelink/framelink';
import { Mount } from '../../widgets/mount';
import { Table } from '../../widgets/table/table';
import { nameText } from './columns';
import { type DiffLine, linesOf } from './diff';
import type { EntityList } from './list';

const most = 1000; // differences that are asked for, of each sort

/** What is compared: a snapshot, and another or now. */
interface Compared {
  diff: WorldDiff;
  lines: readonly DiffLine[];
}

/** The list of snapshots and, below it, a comparison. */
export function Snapshots({ list, tabs }: { list: EntityList; tabs: ComponentChildren }) {
  const app = useApp();
  const known = useSignal<readonly WorldSnapshot[] | undefined>(undefined);
  const from = useSignal(0);
  const compared = useSignal<Compared | undefined>(undefined);
  const busy = useSignal(false);
  const run = async (what: () => Promise<unknown>): Promise<void> => {
    busy.value = true;
    try {
      await what();
      known.value = await app.rpc.call('world.snapshots', {});
    } catch (fault) {
      app.toast(reasonOf(fault), 'bad');
      known.value ??= [];
    }
    busy.value = false;
  };
  useEffect(() => void run(async () => {}), [app]);
  const compare = (a: number, b?: number) =>
    run(async () => {
      const diff = await app.rpc.call('world.diff', { from: a, ...(b !== undefined && { to: b }), limit: most });
      compared.value = { diff, lines: linesOf(diff) };
    });
  const restore = (s: WorldSnapshot) =>
    run(async () => {
      const { before } = await app.rpc.call('world.restore', { id: s.id });
      app.toast(`The world is that of tick ${count(s.tick)} again; snapshot ${before} is the one of before`);
      compared.value = undefined;
    });
  const rows = known.value ?? [];
  return (
    <section class="panel snapshots" aria-label="Snapshots">
      <header class="panel-head">
        {tabs}
        <span class="muted">{rows.length > 0 && text(bytes(rows.reduce((sum, s) => sum + s.bytes, 0)))}</span>
        <span class="space" />
        {from.value !== 0 && <span class="muted">compare {from.value} with…</span>}
        <button
          type="button"
          class="btn quiet"
          disabled={busy.value}
          title="Keep the whole state of the world as it is now"
          onClick={() => void run(() => app.rpc.call('world.snapshot', {}))}
        >
          Take snapshot
        </button>
      </header>
      {rows.length === 0 && known.value !== undefined ? (
        <p class="empty">
          <b>No snapshot was taken yet.</b>
          One keeps all that the game bound, in the game; bring it back, or see what changed since.
        </p>
      ) : (
        <ul class="snapshot-list scroll">
          {rows.map((s) => (
            <SnapshotRow
              key={s.id}
              snapshot={s}
              from={from}
              busy={busy.value}
              onCompare={(a, b) => void compare(a, b)}
              onRestore={() => void restore(s)}
              onDrop={() =>
                void run(async () => {
                  await app.rpc.call('world.drop', { id: s.id });
                  if (from.peek() === s.id) from.value = 0;
                })
              }
            />
          ))}
        </ul>
      )}
      {compared.value && (
        <Differences app={app} list={list} compared={compared.value} onClose={() => (compared.value = undefined)} />
      )}
    </section>
  );
}

function SnapshotRow({
  snapshot: s,
  from,
  busy,
  onCompare,
  onRestore,
  onDrop,
}: {
  snapshot: WorldSnapshot;
  from: Signal<number>;
  busy: boolean;
  onCompare(from: number, to?: number): void;
  onRestore(): void;
  onDrop(): void;
}) {
  const marked = from.value === s.id;
  const other = from.value !== 0 && !marked;
  const notes = [
    s.shared?.length ? `Not in it, since their packages bound nothing: ${s.shared.join(', ')}` : '',
    s.without?.length ? `These give no state: ${s.without.join(', ')}` : '',
  ].filter(Boolean);
  return (
    <li class={marked ? 'marked' : ''}>
      <b>{s.id}</b>
      <FrameLink frame={s.frame} />
      <span class="snapshot-what" title={notes.join('\n')}>
        {s.label || (s.auto ? 'before a restore' : '')}{' '}
        <span class="muted">
          tick {count(s.tick)}, {many(s.entities, 'entity').replace(/entitys$/, 'entities')}, {text(bytes(s.bytes))}
          {notes.length > 0 && ' ▲ not whole'}
        </span>
      </span>
      <button type="button" class="btn quiet" disabled={busy} onClick={() => onCompare(s.id)}>
        Compare with now
      </button>
      <button
        type="button"
        class="btn quiet"
        disabled={busy}
        aria-pressed={marked}
        onClick={() => {
          if (other) onCompare(Math.min(from.peek(), s.id), Math.max(from.peek(), s.id));
          from.value = marked || other ? 0 : s.id;
        }}
      >
        {other ? `Compare with ${from.value}` : 'Compare…'}
      </button>
      <button type="button" class="btn quiet" disabled={busy} onClick={onRestore}>
        Restore
      </button>
      <button type="button" class="btn quiet" disabled={busy} aria-label={`Drop snapshot ${s.id}`} onClick={onDrop}>
        Drop
      </button>
    </li>
  );
}

function Differences({
  app,
  list,
  compared,
  onClose,
}: {
  app: App;
  list: EntityList;
  compared: Compared;
  onClose(): void;
}) {
  const { diff, lines } = compared;
  const { added, removed, changed } = diff.counts;
  const rows = useMemo(() => ({ lines }), []);
  rows.lines = lines;
  const table = useMemo(() => diffTable(app, list, rows), [app, list]);
  table.update();
  const cut = added > diff.added.length || removed > diff.removed.length || changed > diff.changed.length;
  return (
    <section class="differences" aria-label="Differences">
      <header class="panel-head">
        <h3>
          {diff.from} → {diff.to ?? 'now'}
        </h3>
        <span class="muted">
          {count(added)} added, {count(removed)} removed, {count(changed)} changed
          {cut && `; the first ${count(most)} of each are shown`}
        </span>
        <span class="space" />
        <button type="button" class="btn quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <div class="difference-rows">
        <Mount class="fill" make={() => table} />
        {lines.length === 0 && <p class="empty">Nothing that the world shows differs.</p>}
      </div>
    </section>
  );
}

const signs = { added: '+', removed: '−', changed: '~' };

function diffTable(app: App, list: EntityList, rows: { lines: readonly DiffLine[] }): Table<DiffLine> {
  return new Table<DiffLine>({
    label: 'What differs',
    header: false,
    columns: [
      { key: 'sign', title: '', width: 22, text: (l) => signs[l.what] },
      { key: 'name', title: 'entity', width: 120, text: (l) => nameText(l.kind, l.name) },
      { key: 'path', title: 'field', width: 110, text: (l) => l.path || l.what },
      {
        key: 'change',
        title: 'change',
        width: 120,
        grow: 1,
        text: (l) => (l.path ? `${brief(l.before)} → ${brief(l.after)}` : ''),
      },
    ],
    source: {
      get count() {
        return rows.lines.length;
      },
      row: (i) => rows.lines[i],
      key: (i) => `${i}`,
    },
    soon: (f) => app.frame.soon(f),
    onSelect: (l) => {
      if (l !== undefined && l.what !== 'removed') list.choose([l.id]);
    },
  });
}

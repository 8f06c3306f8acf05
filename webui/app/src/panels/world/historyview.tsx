// The history of the world: who changed what, from what to what, and whether it still stands. Live; a
// press on a line selects what it is about.

import './history.css';
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { brief, editing } from '../../core/editing';
import type { Transaction } from '../../core/protocol';
import { count } from '../../core/units';
import { labelOf, sizeOf } from '../../core/worldedits';
import { Icon } from '../../shell/icons';
import { follow } from '../../widgets/framelink/framelink';
import { Mount } from '../../widgets/mount';
import { type CellView, type Column, Table } from '../../widgets/table/table';
import { takeBack, takeBackMine } from './actions';
import { pastOf, undoable } from './history';
import { KeepDialog } from './keep';
import type { EntityList } from './list';

type Whose = '' | 'mine' | 'entity';

/** One line: a transaction, or one of this page's own entries where the game keeps no history. */
interface Line {
  key: string;
  tx: Transaction;
  /** Undefined: the page's own log takes it back. */
  id: number | undefined;
}

/** The list and its head. */
export function History({ list, tabs }: { list: EntityList; tabs: ComponentChildren }) {
  const app = useApp();
  const past = pastOf(app);
  const whose = app.url.param('log', '', 'world') as Signal<Whose>;
  const keeping = useSignal(false);
  const me = app.me.value?.name;
  useEffect(() => past.open(), [past]);
  const rows = useMemo(() => new HistoryRows(app, list), [app, list]);
  past.version.value;
  editing(app).version.value;
  list.picked.value;
  rows.read(whose.value);
  const mine = past.list.filter((t) => t.author === me && !t.undone && undoable(t)).length;
  const filters: [Whose, string, string][] = [
    ['', 'all', 'Everybody, everything'],
    ['mine', 'mine', 'Only what you did'],
    ['entity', 'selected', 'Only what was done to what is selected'],
  ];
  return (
    <section class="panel world-history" aria-label="History">
      <header class="panel-head">
        {tabs}
        <span class="muted">{rows.lines.length > 0 && count(rows.lines.length)}</span>
        <fieldset class="whose" aria-label="Whose edits">
          {filters.map(([value, label, title]) => (
            <button
              key={value}
              type="button"
              class="btn quiet"
              aria-pressed={whose.value === value}
              title={title}
              onClick={() => (whose.value = value)}
            >
              {label}
            </button>
          ))}
        </fieldset>
        <span class="space" />
        {past.kept.value && (
          <>
            <button
              type="button"
              class="btn quiet"
              title="What was edited, as a patch and as Go"
              onClick={() => (keeping.value = true)}
            >
              Keep…
            </button>
            <button
              type="button"
              class="btn quiet"
              disabled={mine === 0}
              title="Take back all that you did and that still stands, newest first"
              onClick={() => void takeBackMine(app)}
            >
              <Icon name="undo" /> Undo mine
            </button>
          </>
        )}
      </header>
      <div class="history-list">
        <Mount class="fill" make={() => rows.table()} />
        {rows.lines.length === 0 && (
          <p class="empty">
            <b>{whose.value === '' ? 'Nothing was edited yet.' : 'None of these.'}</b>
            Edits of all clients are listed here, with their frame and what they replaced; Ctrl+Z takes back your last.
          </p>
        )}
      </div>
      {keeping.value && <KeepDialog onClose={() => (keeping.value = false)} />}
    </section>
  );
}

class HistoryRows {
  lines: Line[] = [];
  private alone = false;
  private readonly app: App;
  private readonly list: EntityList;
  private shown: Table<Line> | undefined;

  constructor(app: App, list: EntityList) {
    this.app = app;
    this.list = list;
  }

  read(whose: Whose): void {
    const { app } = this;
    this.alone = whose === 'entity' && this.list.picked.peek().length === 1;
    const past = pastOf(app);
    const me = app.me.peek()?.name;
    const picked = new Set(this.list.picked.peek());
    const fits = ({ author, edits }: Transaction) =>
      whose === 'mine' ? author === me : whose !== 'entity' || edits.some((e) => picked.has(e.id));
    this.lines = past.kept.peek()
      ? past.list.filter(fits).map((tx) => ({ key: String(tx.id), tx, id: tx.id }))
      : this.own().filter(({ tx }) => fits(tx));
    this.shown?.update();
  }

  table(): Table<Line> {
    const { app } = this;
    const self = this;
    this.shown = new Table<Line>({
      label: 'Edits of the world',
      header: false,
      columns: this.columns(),
      source: {
        get count() {
          return self.lines.length;
        },
        row: (i) => self.lines[i],
        key: (i) => self.lines[i]?.key ?? `#${i}`,
      },
      soon: (f) => app.frame.soon(f),
      dress: ({ tx }) => (tx.undone ? { class: 'undone' } : {}),
      onSelect: (row) => {
        const ids = [...new Set(row?.tx.edits.map((e) => e.id))];
        if (ids.length > 0) this.list.choose(ids);
      },
      onView: ({ to }) => {
        if (to > this.lines.length - 20) void pastOf(app).older();
      },
    });
    return this.shown;
  }

  private own(): Line[] {
    const { app } = this;
    const me = app.me.peek()?.name ?? 'you';
    return editing(app)
      .log.list()
      .filter((e) => e.path.startsWith('world'))
      .map((e, i) => {
        const bar = e.path.indexOf('|');
        const id = e.path.slice(6, bar);
        const edit = { id, name: '', path: e.path.slice(bar + 1), before: e.before, after: e.after };
        const facts = { id: i, frame: e.frame ?? 0, tick: 0, time: 0, author: me, count: 1, kind: 'set' as const };
        return { key: String(i), id: undefined, tx: { ...facts, undone: e.undone, edits: [edit] } };
      })
      .reverse();
  }

  private columns(): Column<Line>[] {
    const { app } = this;
    const me = () => app.me.peek()?.name;
    return [
      { key: 'frame', title: 'frame', width: 64, align: 'right', view: (host) => new FrameCell(host, app) },
      { key: 'by', title: 'by', width: 64, text: ({ tx }) => (tx.author === me() ? 'you' : tx.author) },
      { key: 'what', title: 'what', width: 96, grow: 1, text: ({ tx }) => whatOf(tx) },
      {
        key: 'change',
        title: 'change',
        width: 120,
        grow: 2,
        class: 'change',
        view: (host) => new ChangeCell(host, () => this.alone),
      },
      { key: 'undone', title: '', width: 76, align: 'right', view: (host) => new UndoCell(host, app) },
    ];
  }
}

function whatOf(tx: Transaction): string {
  const paths = new Set(tx.edits.map((e) => e.path ?? ''));
  const one = paths.size === 1 ? tx.edits[0]?.path : undefined;
  if (tx.kind !== 'set') return tx.kind;
  return one ? `${one}${tx.count > 1 ? ` ×${count(tx.count)}` : ''}` : labelOf(tx);
}

class FrameCell implements CellView<Line> {
  private readonly link = document.createElement('a');
  private frame = -1;
  private readonly app: App;

  constructor(host: HTMLElement, app: App) {
    this.app = app;
    this.link.addEventListener('click', (e) => follow(app, e, this.frame));
    this.link.tabIndex = -1;
    host.append(this.link);
  }

  show({ tx: { frame } }: Line): void {
    if (frame === this.frame) return;
    this.frame = frame;
    this.link.textContent = count(frame);
    this.link.href = this.app.url.href('perf', { f: String(frame) });
    this.link.title = `Frame ${count(frame)} in Perf`;
  }
}

class ChangeCell implements CellView<Line> {
  private readonly before = document.createElement('span');
  private readonly after = document.createElement('span');
  private readonly host: HTMLElement;

  private readonly alone: () => boolean;

  constructor(host: HTMLElement, alone: () => boolean) {
    this.host = host;
    this.alone = alone;
    this.before.className = 'muted';
    host.append(this.before, this.after);
  }

  show({ tx }: Line): void {
    const [before, after] = changeOf(tx, this.alone());
    this.before.textContent = before;
    this.after.textContent = after;
    this.host.title = before + after;
  }
}

// A value in few characters: digits that nobody reads are left out.
function short(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  if (Array.isArray(value)) return value.map(short).join(', ');
  return value === null ? 'none' : typeof value === 'string' ? value.replace(/^(#[\da-f]{6})ff$/i, '$1') : brief(value);
}

/** From what to what, in two parts. `alone`: the entity needs no name. */
export function changeOf(tx: Transaction, alone = false): [string, string] {
  const first = tx.edits[0];
  if (first === undefined) return ['', tx.label ?? ''];
  const names = new Set(tx.edits.map((e) => e.id));
  if (tx.kind !== 'set' && tx.kind !== 'call')
    return ['', names.size === 1 ? first.name : `${count(sizeOf(tx))} entities`];
  const who =
    alone || first.name === '' ? '' : names.size === 1 ? `${first.name}: ` : `${count(sizeOf(tx))} entities: `;
  // Parts of one value that changed together are told by the first that did.
  const alike = tx.edits.every((e) => JSON.stringify(e.after) === JSON.stringify(first.after));
  if (!alike && names.size > 1) return [who, tx.label || 'each its own'];
  if (tx.kind === 'call') return [who, tx.label || first.path]; // what it did is not told
  return [`${who}${short(first.before)} → `, short(first.after)];
}

class UndoCell implements CellView<Line> {
  private readonly word = document.createElement('span');
  private readonly button = document.createElement('button');
  private line: Line | undefined;

  constructor(host: HTMLElement, app: App) {
    this.button.type = 'button';
    this.button.className = 'btn quiet history-undo';
    this.button.tabIndex = -1;
    this.word.className = 'muted';
    this.button.addEventListener('click', () => {
      const { id, tx } = this.line ?? {};
      if (id !== undefined && tx) void takeBack(app, id, !tx.undone);
    });
    host.append(this.word, this.button);
  }

  show(line: Line): void {
    this.line = line;
    const { undone } = line.tx;
    this.word.textContent = undone ? 'undone' : '';
    this.button.textContent = undone ? 'Redo' : 'Undo';
    this.button.setAttribute('aria-label', `${undone ? 'Redo' : 'Undo'} ${labelOf(line.tx)}`);
    this.button.hidden = line.id === undefined || !undoable(line.tx);
  }
}

// The panel: filter, table, and what is known of the selected cvar.

import './cvars.css';
import { signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText, downloadText } from '../../core/clipboard';
import { cvarPath, editing } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import { count } from '../../core/units';
import { UndoQuestion } from '../../widgets/ask/ask';
import { plainText } from '../../widgets/field/spec';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { type Column, type Source, Table } from '../../widgets/table/table';
import { NameCell, specOf, ValueCell } from './cells';
import { Detail } from './detail';
import { isModified, isReadOnly, type Row, rowsOf, script } from './rows';
import { cvarsOf } from './store';

/** What the table shows now; kept outside of the component so that the cells can read it. */
interface Shown {
  rows: Row[];
  words: string[];
}

function columns(app: App, shown: Shown): Column<Row>[] {
  const { edits } = editing(app);
  const text = (f: (cvar: Cvar) => string) => (row: Row) => (row.kind === 'cvar' ? f(row.cvar) : '');
  return [
    {
      key: 'name',
      title: 'Name',
      width: 190,
      class: 'name',
      text: (row) => (row.kind === 'cvar' ? row.cvar.name : row.name),
      view: (host) => new NameCell(host, () => shown.words),
      span: (row) => row.kind === 'group',
    },
    {
      key: 'value',
      title: 'Value',
      width: 272,
      class: 'value',
      text: text((c) => String(c.value)),
      view: (host) => new ValueCell(host, edits),
    },
    { key: 'default', title: 'Default', width: 92, align: 'right', class: 'muted', text: text((c) => plainDefault(c)), copy: text((c) => String(c.default)) },
    { key: 'help', title: 'Help', width: 120, grow: 1, class: 'muted help', text: text((c) => c.help) },
    { key: 'flags', title: 'Flags', width: 84, class: 'muted', text: text((c) => c.flags.filter((f) => f !== 'modified').join(', ')) },
    { key: 'by', title: 'By', width: 84, class: 'by', text: text((c) => by(app, c)) },
    { key: 'reset', title: '', width: 34, class: 'reset', view: (host) => resetCell(app, host) },
  ];
}

function plainDefault(cvar: Cvar): string {
  if (cvar.type === 'bool') return cvar.default === true ? 'on' : 'off';
  return cvar.type === 'string' ? (cvar.default === '' ? '“”' : String(cvar.default)) : plainText({ ...specOf(cvar), unit: '' }, cvar.default);
}

function by(app: App, cvar: Cvar): string {
  if (cvar.setBy === 'default' || cvar.setBy === '') return '';
  return cvar.setBy === app.me.peek()?.name ? 'you' : cvar.setBy;
}

function resetCell(app: App, host: HTMLElement) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn quiet icon';
  button.textContent = '↺';
  host.append(button);
  let cvar: Cvar | undefined;
  button.addEventListener('click', () => {
    if (cvar !== undefined) reset(app, cvar);
  });
  return {
    show(row: Row) {
      cvar = row.kind === 'cvar' ? row.cvar : undefined;
      button.hidden = cvar === undefined || !isModified(cvar) || isReadOnly(cvar);
      const words = cvar === undefined ? '' : `Reset ${cvar.name} to ${plainDefault(cvar)}`;
      if (button.title === words) return;
      button.title = words;
      button.setAttribute('aria-label', words);
    },
  };
}

/** Sends the default, as an edit of this page: it can be undone. */
export function reset(app: App, cvar: Cvar): void {
  editing(app).edits.edit(cvarPath(cvar.name)).set(cvar.default, { before: cvar.value, label: cvar.name });
}

/** The names of groups that are folded, as the address holds them. */
function toggled(closed: string, name: string, open: boolean): string {
  const names = new Set(closed.split(',').filter(Boolean));
  if (open) names.delete(name);
  else names.add(name);
  return [...names].sort().join(',');
}

export function CvarsPanel() {
  const app = useApp();
  const store = cvarsOf(app);
  const query = app.url.param('q', '', 'cvars');
  const modifiedOnly = app.url.param('modified', '', 'cvars');
  const selected = app.url.param('sel', '', 'cvars');
  const closed = app.url.param('closed', '', 'cvars');
  const tally = useSignal({ matched: 0, total: 0, modified: 0, known: false });
  const tick = useMemo(() => signal(0), []);
  const shown = useMemo<Shown>(() => ({ rows: [], words: [] }), []);
  const table = useRef<Table<Row> | null>(null);
  const filtered = useComputed(() => query.value.trim() !== '' || modifiedOnly.value !== '');

  const compute = () => {
    const choice = {
      query: query.peek(),
      modifiedOnly: modifiedOnly.peek() !== '',
      closed: new Set(closed.peek().split(',').filter(Boolean)),
    };
    const { rows, matched, total } = rowsOf(store.all.values(), choice);
    shown.rows = rows;
    shown.words = choice.query.toLowerCase().split(/\s+/).filter(Boolean);
    let modified = 0;
    for (const cvar of store.all.values()) if (isModified(cvar)) modified++;
    const next = { matched, total, modified, known: store.known };
    if (JSON.stringify(next) !== JSON.stringify(tally.peek())) tally.value = next;
    table.current?.update();
    tick.value++;
    const clear = () => {
      query.value = '';
      modifiedOnly.value = '';
    };
    app.status.filter('cvars', count(matched), count(total), 'cvars', filtered.peek() ? clear : undefined);
  };

  useEffect(() => {
    let drawn = -1;
    const off = app.frame.onText(() => {
      if (app.view.peek().paused || store.version === drawn) return;
      drawn = store.version;
      compute();
    });
    return () => {
      off();
      app.status.clear('cvars');
    };
  }, [app]);

  useSignalEffect(() => {
    query.value;
    modifiedOnly.value;
    closed.value;
    if (!app.view.value.paused) app.frame.stir();
    compute();
  });

  const make = () => {
    const source: Source<Row> = {
      get count() {
        return shown.rows.length;
      },
      row: (i) => shown.rows[i],
      key: (i) => shown.rows[i]?.key ?? '',
    };
    const made: Table<Row> = new Table<Row>({
      label: 'Cvars',
      columns: columns(app, shown),
      source,
      tree: true,
      soon: (f) => app.frame.soon(f),
      onSelect: (row) => {
        if (row?.kind === 'cvar') selected.value = row.cvar.name;
      },
      onToggle: (row, open) => {
        if (row.kind === 'group') closed.value = toggled(closed.peek(), row.name, open);
      },
      dress: (row) =>
        row.kind === 'group'
          ? { class: 'group', level: 1, open: row.open }
          : { class: isModified(row.cvar) ? 'modified' : '', level: row.cvar.name.includes('.') ? 2 : 1 },
    });
    table.current = made;
    if (selected.peek() !== '') {
      const index = shown.rows.findIndex((r) => r.key === selected.peek());
      made.select(selected.peek(), index, true);
    }
    return made;
  };

  const { matched, total, modified, known } = tally.value;
  return (
    <section class="panel cvars" aria-label="Cvars">
      <header class="panel-head">
        <h2>Cvars</h2>
        <span class="muted">{count(total)}</span>
        <span class="space" />
        <button
          type="button"
          class="chip"
          aria-pressed={modifiedOnly.value !== ''}
          title="Show only what differs from its default"
          onClick={() => (modifiedOnly.value = modifiedOnly.peek() === '' ? '1' : '')}
        >
          modified <span class="accent">●</span> {count(modified)}
        </button>
        <ScriptButtons app={app} shown={shown} />
      </header>
      <UndoQuestion />
      <div class="filter-line">
        <Search
          value={query.value}
          label="Filter cvars"
          placeholder="Name or help"
          onValue={(text) => (query.value = text)}
          onLeave={() => table.current?.focus()}
        />
        {filtered.value && (
          <span class="tally">
            <b>{count(matched)}</b> of {count(total)}
          </span>
        )}
      </div>
      <div class="cvars-body">
        <div class="cvars-list">
          <Mount class="fill" make={make} />
          {matched === 0 && <Nothing known={known} total={total} what={query.value} />}
        </div>
        <Detail app={app} store={store} name={selected} tick={tick} />
      </div>
    </section>
  );
}

function Nothing({ known, total, what }: { known: boolean; total: number; what: string }) {
  if (!known) return <p class="empty">Waiting for the game to tell its cvars.</p>;
  if (total === 0) {
    return (
      <p class="empty">
        <b>The game has bound no cvars.</b>
        con.Cvars.Bind("physics.gravity", &g.gravity, "m/s², positive is down") makes one.
      </p>
    );
  }
  return (
    <p class="empty">
      <b>None of {count(total)} cvars fits.</b>
      {what === '' ? 'All have their default values.' : `Neither a name nor a help text holds “${what}”.`}
    </p>
  );
}

function ScriptButtons({ app, shown }: { app: App; shown: Shown }) {
  const text = () => script(shown.rows.flatMap((r) => (r.kind === 'cvar' ? [r.cvar] : [])));
  const copy = () => {
    const lines = text();
    const n = lines.split('\n').length - 1;
    if (copyText(lines)) app.toast(`${count(n)} lines copied`);
    else downloadText('cvars.txt', lines);
  };
  return (
    <button type="button" class="btn soft" title="Copy the listed cvars as “set name value” lines" onClick={copy}>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 3.5v-.2c0-.6-.4-1-1-1H3.3c-.6 0-1 .4-1 1v6.2c0 .6.4 1 1 1h.2" />
      </svg>
      Copy as script
    </button>
  );
}

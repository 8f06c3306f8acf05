// The panel: a table over all entities, and the inspector of the selected one.

import './world.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import type { Kind } from '../../core/protocol';
import { count } from '../../core/units';
import { UndoQuestion } from '../../widgets/ask/ask';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { Splitter } from '../../widgets/splitter/splitter';
import { type Column, Table } from '../../widgets/table/table';
import { ColumnsMenu } from './choose';
import { columnsOf, fieldsOf, kindIn, markOf, NameCell, pathsOf } from './columns';
import type { Fields } from './fields';
import { Inspector } from './inspector';
import { paint } from './query';
import { type Query, World } from './source';
import type { Shown } from './store';

const typing = 200; // ms of silence before a condition is sent

const worlds = new WeakMap<App, World>();

/** The page's world; rows stay known while another panel is shown. */
function worldOf(app: App): World {
  let world = worlds.get(app);
  if (world === undefined) {
    world = new World(app);
    worlds.set(app, world);
  }
  return world;
}

interface Tally {
  total: number;
  all: number;
  from: number;
  to: number;
  frozen: boolean;
}

export function WorldPanel() {
  const app = useApp();
  const world = worldOf(app);
  const where = app.url.param('q', '', 'world');
  const kind = app.url.param('kind', '', 'world');
  const sort = app.url.param('sort', '', 'world');
  const chosen = app.url.param('cols', '', 'world');
  const selected = app.url.param('sel', '', 'world');
  const tally = useSignal<Tally>({ total: 0, all: 0, from: 0, to: 0, frozen: false });
  const table = useRef<Table<Shown> | null>(null);
  const fields = useRef<Fields | null>(null);
  const hovered = useRef(false);

  useMemo(() => {
    world.ask(queryOf(where.peek(), kind.peek(), sort.peek(), chosen.peek()));
    world.inspect(selected.peek());
  }, [world]);

  useEffect(() => {
    world.open();
    world.onReset = () => {
      table.current?.setSource(sourceOf(world));
      const at = selected.peek() === '' ? -1 : world.rows.indexOf(selected.peek());
      table.current?.select(selected.peek() || undefined, at);
    };
    let drawn = -1;
    let rows = world.rows;
    const off = app.frame.onText(() => {
      if (rows !== world.rows || drawn !== world.rows.version) {
        rows = world.rows;
        drawn = rows.version;
        table.current?.update();
      }
      const view = table.current?.visible ?? { from: 0, to: 0 };
      const next = { total: rows.total, all: rows.all, ...view, frozen: rows.waiting };
      if (JSON.stringify(next) !== JSON.stringify(tally.peek())) tally.value = next;
    });
    return () => {
      off();
      world.close();
      world.onReset = undefined;
      app.status.clear('world');
    };
  }, [app, world]);

  useSignalEffect(() => {
    const asked = queryOf(where.value, kind.value, sort.value, chosen.value);
    const timer = setTimeout(() => world.ask(asked), where.value === '' ? 0 : typing);
    return () => clearTimeout(timer);
  });
  useSignalEffect(() => world.inspect(selected.value));
  useSignalEffect(() => world.pause(app.view.value.paused));
  const columned = useRef('');
  useSignalEffect(() => {
    const columns = tableColumns(world, where.value, kind.value, chosen.value);
    const text = JSON.stringify(columns);
    if (text === columned.current) return; // the kinds were only counted anew
    columned.current = text;
    table.current?.setColumns(columns);
  });
  useSignalEffect(() => {
    const { total, all } = tally.value;
    const clear = () => {
      where.value = '';
      kind.value = '';
    };
    const filtered = world.fault.value === null && (where.value.trim() !== '' || kind.value !== '');
    app.status.filter('world', count(total), count(all), 'entities', filtered ? clear : undefined);
  });

  const make = () => {
    const made = new Table<Shown>({
      label: 'Entities',
      columns: tableColumns(world, where.peek(), kind.peek(), chosen.peek()),
      source: sourceOf(world),
      soon: (f) => app.frame.soon(f),
      ...(sort.peek() !== '' && { sort: { key: sort.peek().replace(/^-/, ''), down: sort.peek().startsWith('-') } }),
      onSort: (s) => {
        sort.value = s === undefined ? '' : `${s.down ? '-' : ''}${s.key}`;
      },
      onSelect: (row) => {
        if (row !== undefined) selected.value = row.id;
      },
      onOpen: (_, __) => {
        fields.current?.focus();
        return true;
      },
      onView: (view) => world.look(view),
      onHover: (over) => {
        hovered.current = over;
        world.rows.freeze(over);
        app.frame.stir();
      },
      dress: (row) => (row.stale ? { class: 'stale' } : {}),
    });
    table.current = made;
    const at = selected.peek() === '' ? -1 : world.rows.indexOf(selected.peek());
    if (selected.peek() !== '') made.select(selected.peek(), at, at >= 0);
    return made;
  };

  const fault = world.fault.value;
  const known = fieldsOf(world.kinds.value, '');
  const names = new Set(known.keys());
  const { total, all, from, to, frozen } = tally.value;
  const filtered = where.value.trim() !== '' || kind.value !== '';
  const list = (
    <section class="panel entities" aria-label="Entities">
      <header class="panel-head">
        <h2>Entities</h2>
        <span class="muted">{count(all)}</span>
        <span class="space" />
        <ColumnsMenu kinds={world.kinds.value} kind={kind.value} chosen={chosen} />
      </header>
      <div class="filter-line">
        <Search
          value={where.value}
          label="Condition"
          placeholder="health < 50 and kind:hunter"
          fault={fault?.column}
          paint={(text) => paint(text, names, fault?.column)}
          onValue={(text) => (where.value = text)}
          onLeave={() => table.current?.focus()}
        />
        {filtered && fault === null && (
          <span class="tally">
            <b>{count(total)}</b> of {count(all)}
          </span>
        )}
      </div>
      {fault !== null && (
        <p class="query-fault" role="status">
          <span class="bad">▲ column {fault.column + 1}:</span> {fault.reason}. <span class="muted">The rows are those of the condition before.</span>
        </p>
      )}
      <Kinds world={world} kinds={world.kinds.value} kind={kind.value} onKind={(k) => (kind.value = k)} />
      <div class="entities-list">
        <Mount class="fill" make={make} />
        {total === 0 && world.settled.value && <Nothing all={all} />}
      </div>
      <footer class="list-foot">
        <span>{total > 0 && `rows ${count(from + 1)} – ${count(Math.min(to, total))}`}</span>
        <span>{frozen ? 'order frozen while the pointer is here' : ''}</span>
      </footer>
    </section>
  );
  const inspector = (
    <section class="panel inspector" aria-label="Inspector">
      <Inspector
        world={world}
        onClose={() => {
          selected.value = '';
          table.current?.select(undefined);
        }}
        register={(f) => {
          fields.current = f;
        }}
      />
    </section>
  );
  return (
    <div class="world">
      <UndoQuestion />
      <Splitter name="world" label="Width of the table" direction="row" initial={0.64} least={320} first={list} second={inspector} />
    </div>
  );
}

function Kinds({ world, kinds, kind, onKind }: { world: World; kinds: readonly Kind[]; kind: string; onKind(kind: string): void }) {
  if (kinds.length < 2 && kind === '') return null;
  return (
    <div class="kinds" role="toolbar" aria-label="Kinds">
      {kinds.map((k) => {
        const mark = markOf(kinds, k.kind, (name) => world.inks.of(name));
        const on = kind === k.kind;
        return (
          <button
            key={k.kind}
            type="button"
            class="kind-chip"
            aria-pressed={on}
            title={on ? 'Show all kinds' : k.help || `Show only ${k.kind}`}
            onClick={() => onKind(on ? '' : k.kind)}
          >
            <span class={`kind-mark ink-${mark.ink}`} aria-hidden="true">
              {mark.shape}
            </span>
            {k.kind} <span class="muted">{count(k.count)}</span>
          </button>
        );
      })}
    </div>
  );
}

function Nothing({ all }: { all: number }) {
  if (all === 0) {
    return (
      <p class="empty">
        <b>The world is empty.</b>
        con.World.Bind("ball", &g.balls, "what it is") shows the game's things here.
      </p>
    );
  }
  return (
    <p class="empty">
      <b>None of {count(all)} entities fits.</b>
      Bare words look into names and kinds; <code>health &lt; 50</code> and <code>has:target</code> look into fields.
    </p>
  );
}

function queryOf(where: string, kind: string, sort: string, chosen: string): Query {
  return { where, kind, sort, fields: chosen.split(',').filter(Boolean) };
}

function sourceOf(world: World) {
  return {
    get count() {
      return world.rows.total;
    },
    row: (i: number) => world.rows.at(i),
    key: (i: number) => world.rows.at(i)?.id ?? `#${i}`,
  };
}

function tableColumns(world: World, where: string, chip: string, chosen: string): Column<Shown>[] {
  const kinds = world.kinds.value;
  const wanted = chip || kindIn(where);
  const kind = kinds.some((k) => k.kind === wanted) ? wanted : '';
  const named = kinds.some((k) => k.fields.some((f) => f.path === 'name'));
  const first: Column<Shown> = {
    key: named ? 'name' : 'id',
    title: 'entity',
    width: 132,
    most: 220,
    sortable: true,
    text: (row) => row.name,
    view: (host) => new NameCell(host, (k) => markOf(world.kinds.peek(), k, (name) => world.inks.of(name))),
  };
  const paths = world.keepColumns(`${kind} ${chosen}`, () => pathsOf(kinds, kind, chosen.split(',').filter(Boolean)));
  return columnsOf(paths, fieldsOf(kinds, kind), first);
}

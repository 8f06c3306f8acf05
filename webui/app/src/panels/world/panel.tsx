// The panel: a table over all entities, and the inspector of the selected one.

import './world.css';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { count } from '../../core/units';
import { UndoQuestion } from '../../widgets/ask/ask';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { Splitter } from '../../widgets/splitter/splitter';
import { ColumnsMenu } from './choose';
import { fieldsOf, markOf } from './columns';
import type { Fields } from './fields';
import { Inspector } from './inspector';
import { EntityList } from './list';
import { paint } from './query';
import { type World, worldOf } from './source';

export function WorldPanel() {
  const app = useApp();
  const list = useMemo(() => new EntityList(app, worldOf(app)), [app]);
  useEffect(() => list.start(), [list]);
  const register = (fields: Fields | null) => {
    list.onOpen = fields === null ? undefined : () => fields.focus();
  };
  return (
    <div class="world">
      <UndoQuestion />
      <Splitter
        name="world"
        label="Width of the table"
        direction="row"
        initial={0.64}
        least={320}
        first={<Entities list={list} />}
        second={
          <section class="panel inspector" aria-label="Inspector">
            <Inspector world={list.world} onClose={() => list.deselect()} register={register} />
          </section>
        }
      />
    </div>
  );
}

function Entities({ list }: { list: EntityList }) {
  const { world, where, kind, chosen } = list;
  const { total, all, from, to, frozen } = list.tally.value;
  return (
    <section class="panel entities" aria-label="Entities">
      <header class="panel-head">
        <h2>Entities</h2>
        <span class="muted">{count(all)}</span>
        <span class="space" />
        <ColumnsMenu kinds={world.kinds.value} kind={kind.value} chosen={chosen} />
      </header>
      <Condition list={list} />
      <Kinds
        world={world}
        kind={kind.value}
        onKind={(k) => {
          kind.value = k;
        }}
      />
      <div class="entities-list">
        <Mount class="fill" make={() => list.table} />
        {total === 0 && world.settled.value && <Nothing all={all} where={where.value} />}
      </div>
      <footer class="list-foot">
        <span>{total > 0 && `rows ${count(from + 1)} – ${count(Math.min(to, total))}`}</span>
        <span>{frozen ? 'order frozen while the pointer is here' : ''}</span>
      </footer>
    </section>
  );
}

function Condition({ list }: { list: EntityList }) {
  const { world, where } = list;
  const fault = world.fault.value;
  const names = new Set(fieldsOf(world.kinds.value, '').keys());
  const { total, all } = list.tally.value;
  return (
    <>
      <div class="filter-line">
        <Search
          value={where.value}
          label="Condition"
          placeholder="health < 50 and kind:hunter"
          fault={fault?.column}
          paint={(text) => paint(text, names, fault?.column)}
          onValue={(text) => {
            where.value = text;
          }}
          onLeave={() => list.table.focus()}
        />
        {list.filtered && (
          <span class="tally">
            <b>{count(total)}</b> of {count(all)}
          </span>
        )}
      </div>
      {fault !== null && (
        <p class="query-fault" role="status">
          <span class="bad">▲ column {fault.column + 1}:</span> {fault.reason}.{' '}
          <span class="muted">The rows are those of the condition before.</span>
        </p>
      )}
    </>
  );
}

function Kinds({ world, kind, onKind }: { world: World; kind: string; onKind(kind: string): void }) {
  const kinds = world.kinds.value;
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

function Nothing({ all, where }: { all: number; where: string }) {
  if (all === 0) {
    return (
      <p class="empty">
        <b>The world is empty.</b>
        con.World.Bind("ball", &g.balls, "what it is") shows the game's things here.
      </p>
    );
  }
  if (where.trim() === '') return <p class="empty">There is none of this kind at the moment.</p>;
  return (
    <p class="empty">
      <b>None of {count(all)} entities fits.</b>
      Bare words look into names and kinds; <code>health &lt; 50</code> and <code>has:target</code> look into fields.
    </p>
  );
}

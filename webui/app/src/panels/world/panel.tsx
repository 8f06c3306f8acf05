// The panel: the entities, the picture of the world above its history, and what is selected.

import './world.css';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { count, fixed } from '../../core/units';
import { UndoQuestion } from '../../widgets/ask/ask';
import { Mount } from '../../widgets/mount';
import { Splitter } from '../../widgets/splitter/splitter';
import { Condition } from './condition';
import { Kinds, ListHead } from './head';
import { Inspector } from './inspector';
import { EntityList } from './list';
import { Middle } from './middle';
import { worldOf } from './source';

const wide = 1120; // px from which there are three columns

const lists = new WeakMap<App, EntityList>();

/** The list of the panel while it is shown: keys act on it. */
export function listOf(app: App): EntityList | undefined {
  return lists.get(app);
}

export function WorldPanel() {
  const app = useApp();
  const list = useMemo(() => new EntityList(app, worldOf(app)), [app]);
  useEffect(() => {
    lists.set(app, list);
    const stop = list.start();
    return () => {
      lists.delete(app);
      stop();
    };
  }, [app, list]);
  return (
    <div class="world">
      <UndoQuestion />
      <Picking list={list} />
      <Columns
        left={<Entities list={list} />}
        middle={<Middle list={list} />}
        right={
          <section class="panel inspector" aria-label="Inspector">
            <Inspector list={list} />
          </section>
        }
      />
    </div>
  );
}

// Three columns where there is room; else the middle lies below the list.
function Columns(props: { left: ComponentChildren; middle: ComponentChildren; right: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const three = useSignal(true);
  useLayoutEffect(() => {
    const el = box.current;
    if (el === null) return;
    const look = () => {
      three.value = el.clientWidth >= wide;
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(el);
    return () => observer.disconnect();
  }, [three]);
  const { left, middle, right } = props;
  const first = three.value ? (
    left
  ) : (
    <Splitter
      name="world.below"
      label="Height of the list"
      direction="column"
      initial={0.62}
      least={140}
      first={left}
      second={middle}
    />
  );
  const second = three.value ? (
    <Splitter
      name="world.inspector"
      label="Width of the middle"
      direction="row"
      initial={0.57}
      least={280}
      first={middle}
      second={right}
    />
  ) : (
    right
  );
  return (
    <div class="world-columns" ref={box}>
      <Splitter
        key={String(three.value)}
        name={three.value ? 'world.list' : 'world'}
        label="Width of the list"
        direction="row"
        initial={three.value ? 0.39 : 0.6}
        least={320}
        first={first}
        second={second}
      />
    </div>
  );
}

// A field waits for an entity.
function Picking({ list }: { list: EntityList }) {
  const picking = list.world.picking.value;
  useEffect(() => {
    if (picking === null) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      stop();
    };
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [picking]);
  if (picking === null) return null;
  const stop = () => {
    list.world.picking.value = null;
    picking.take(undefined);
  };
  return (
    <div class="ask" role="status">
      <span class="accent">◆</span>
      <span>
        <b>{picking.label}</b>: press on {picking.kinds.length > 0 ? `a ${picking.kinds.join(' or ')}` : 'an entity'} in
        the list or in the picture.
      </span>
      <span class="space" />
      <button type="button" class="btn soft" onClick={stop}>
        Cancel <kbd>Esc</kbd>
      </button>
    </div>
  );
}

function Entities({ list }: { list: EntityList }) {
  const { world, where, by } = list;
  const { total, all } = list.tally.value;
  return (
    <section class="panel entities" aria-label="Entities">
      <ListHead list={list} />
      <Condition list={list} />
      <Kinds list={list} />
      <div class="entities-list">
        {by.value === '' ? (
          <Mount key="table" class="fill" make={() => kept(list.table.el)} />
        ) : (
          <Mount key="tree" class="fill" make={() => kept(list.treeTable.el)} />
        )}
        {total === 0 && world.settled.value && <Nothing all={all} where={where.value} />}
      </div>
      <Foot list={list} />
    </section>
  );
}

// A table that goes out of sight and comes back is the same. It leaves with the place that it stands in:
// by then it may stand in the next one.
function kept(el: HTMLElement) {
  return { el, dispose: () => {} };
}

function Foot({ list }: { list: EntityList }) {
  const { world, by, picked } = list;
  const { total, all, from, to, frozen, ns, frames } = list.tally.value;
  const { born, died } = world.turnover.value;
  const n = picked.value.length;
  const flat = by.value === 'parent' && list.filtered ? 'by kind while filtered' : '';
  return (
    <footer class="list-foot">
      <span>
        {[
          by.value !== '' && `${count(total)} of ${count(all)}`,
          by.value === '' && total > 0 && `rows ${count(from + 1)} – ${count(Math.min(to, total))}`,
          n > 1 && `${count(n)} selected`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span class="turnover" title="Entities that came and went, of the last second">
        {born > 0 && `+${count(born)} `}
        {died > 0 && `−${count(died)}`}
      </span>
      <span class="cut">
        {frozen
          ? 'order frozen while the pointer is here'
          : flat || (!list.filtered && frames > 1 && `read over ${count(frames)} frames, ${fixed(ns / 1e6, 1)} ms`)}
      </span>
    </footer>
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

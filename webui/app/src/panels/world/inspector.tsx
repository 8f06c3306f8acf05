// The right column: the selected entity, its fields, what it can do, what is watched of it. Several
// entities are shown as one.

import './inspector.css';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { brief, editing } from '../../core/editing';
import type { Entity, Kind, Power } from '../../core/protocol';
import { seriesPalette } from '../../core/theme';
import { count, many } from '../../core/units';
import { worldPath } from '../../core/worldedits';
import { Icon } from '../../shell/icons';
import { isNumeric } from '../../widgets/field/spec';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { component, duplicate, hold, remove } from './actions';
import { markOf, nameText } from './columns';
import { Fields, specOf } from './fields';
import { pastOf } from './history';
import type { EntityList } from './list';
import { AttachMenu, MethodList } from './methods';
import { Neighbours } from './refs';
import type { World } from './source';
import { Tracks } from './tracks';
import { type Mark, WatchChart } from './watch';

const mostCharts = 6;

/** Draws what is selected. */
export function Inspector({ list }: { list: EntityList }) {
  return list.many.value === undefined ? <One list={list} /> : <Several list={list} />;
}

/** What the fields of either need. */
function useFields(list: EntityList) {
  const app = useApp();
  const watch = app.url.param('watch', '', 'world');
  const watched = useComputed(() => watch.value.split(',').filter(Boolean));
  const fields = useRef<Fields | null>(null);
  const past = pastOf(app);
  const toggle = (paths: readonly string[]) => {
    const now = watched.peek();
    const on = paths.some((p) => now.includes(p));
    const next = on ? now.filter((p) => !paths.includes(p)) : [...now, ...paths].slice(-mostCharts);
    watch.value = next.join(',') || '-';
    fields.current?.marks();
  };
  const make = () => {
    const near = new Neighbours(app, list.world);
    near.onJump = (id) => list.jump(id);
    const made = new Fields({
      app,
      watched: (p) => watched.peek().includes(p),
      watch: toggle,
      refer: (field) => near.refer(field),
      held: (path) => past.holds.peek().get(path),
      hold: (path, value, on) => void hold(app, path, value, on),
      detach: (name) => void component(app, list.world.subject?.id ?? '', name, false),
      find: (condition) => list.find(condition),
    });
    fields.current = made;
    list.onOpen = () => made.focus();
    const off = past.holds.subscribe(() => made.marks());
    return {
      el: made.el,
      dispose: () => {
        off();
        list.onOpen = undefined;
        fields.current = null;
        near.dispose();
        made.dispose();
      },
    };
  };
  return { app, watch, watched, fields, toggle, make };
}

function shownOf(world: World, entity: Entity) {
  return {
    id: entity.id,
    kind: entity.kind,
    components: entity.components,
    path: (field: string) => worldPath(entity.id, field),
    detachable: world.can(entity.kind, 'attach'),
  };
}

function One({ list }: { list: EntityList }) {
  const { world } = list;
  const { app, watch, watched, fields, toggle, make } = useFields(list);
  const drawn = useSignal({ id: '', built: 0, gone: false });
  const filter = useSignal('');
  const tracks = useMemo(() => new Tracks(app), [app]);

  useEffect(() => {
    let shown: Entity | undefined;
    let version = -1;
    const flush = () => {
      const subject = world.subject;
      if (subject === undefined) {
        if (drawn.peek().id !== '') drawn.value = { id: '', built: 0, gone: false };
        shown = undefined;
        return;
      }
      if (subject.entity !== shown && subject.entity !== undefined) {
        shown = subject.entity;
        version = -1;
        tracks.begin(subject.id, shown);
        fields.current?.show(shownOf(world, shown));
        if (watch.peek() === '') watch.value = firstNumber(shown, world.kinds.peek());
        drawn.value = { id: subject.id, built: drawn.peek().built + 1, gone: subject.gone };
      } else if (drawn.peek().id !== subject.id || drawn.peek().gone !== subject.gone) {
        drawn.value = { ...drawn.peek(), id: subject.id, gone: subject.gone };
      }
      if (subject.version === version || app.view.peek().paused) return;
      version = subject.version;
      fields.current?.set(subject.values, subject.gone);
    };
    world.onValues = (id, values) => tracks.take(id, values);
    const off = app.frame.onText(flush);
    app.frame.stir();
    return () => {
      off();
      tracks.close();
      world.onValues = undefined;
    };
  }, [world]);

  const mount = () => {
    const made = make();
    const entity = world.subject?.entity;
    if (entity !== undefined) {
      fields.current?.show(shownOf(world, entity));
      fields.current?.set(world.subject?.values ?? new Map(), world.subject?.gone ?? false);
    }
    fields.current?.marks();
    return made;
  };

  const { id, built, gone } = drawn.value;
  const entity = world.subject?.entity;
  const all = entity?.components.flatMap((c) => c.fields) ?? [];
  const charts = watched.value.map((p) => all.find((f) => f.path === p)).filter((f) => f !== undefined);
  tracks.watch(
    gone ? '' : id,
    charts.map((f) => f.path),
  );
  if (id === '' || entity === undefined) return <Nobody gone={gone} id={id} />;
  fields.current?.marks();
  return (
    <>
      <Head app={app} list={list} entity={entity} />
      {gone && (
        <p class="gone-line" role="status">
          <span class="warn">▲</span> {nameText(entity.kind, entity.name)} is not in the world any more. These are its
          last values.
        </p>
      )}
      <FieldFilter n={all.length} text={filter.value} fields={fields} onText={(text) => (filter.value = text)} />
      <div class="inspector-body scroll">
        <Mount make={mount} />
        <div class="attach-line">
          <AttachMenu app={app} entity={entity} world={world} />
        </div>
        <MethodList app={app} entity={entity} world={world} />
        {charts.length > 0 && (
          <section class="watched" aria-label="Watched">
            <h3>Watched</h3>
            {charts.map((field) => (
              <Mount
                key={`${id} ${field.path} ${built}`}
                make={() =>
                  new WatchChart(app, {
                    spec: specOf(worldPath(id, field.path), field),
                    track: tracks.of(field.path),
                    marks: () => marks(app, id, field.path),
                    colour: () => colour(app, world, entity.kind),
                    close: () => toggle([field.path]),
                  })
                }
              />
            ))}
          </section>
        )}
      </div>
    </>
  );
}

function FieldFilter(props: {
  n: number;
  text: string;
  fields: { current: Fields | null };
  onText(text: string): void;
}) {
  return (
    <div class="filter-line">
      <Search
        slash={false}
        value={props.text}
        label="Filter fields"
        placeholder={`Filter ${many(props.n, 'field')}`}
        onValue={(text) => {
          props.onText(text);
          props.fields.current?.filter(text);
        }}
        onLeave={() => props.fields.current?.focus()}
      />
    </div>
  );
}

function Several({ list }: { list: EntityList }) {
  const { app, fields, make } = useFields(list);
  const several = list.many.value;
  const filter = useSignal('');
  const built = useSignal(0);
  useEffect(() => {
    let version = -1;
    let shown: unknown;
    const flush = () => {
      const now = list.many.peek();
      if (now?.components === undefined || fields.current === null) return;
      if (shown !== now) {
        shown = now;
        const path = (field: string) => `worlds:${now.key}|${field}`;
        fields.current.show({ id: '', kind: '', components: now.components, path, detachable: false });
        version = -1;
        built.value++;
      }
      if (now.version === version) return;
      version = now.version;
      fields.current.set(now.values, false);
    };
    const off = app.frame.onText(flush);
    app.frame.stir();
    return off;
  }, [list]);
  if (several === undefined) return null;
  const { ids, kinds, sample } = several;
  const n = built.value > 0 ? (several.components ?? []).reduce((sum, c) => sum + c.fields.length, 0) : 0;
  const facts = [...kinds].map(([kind, of]) => `${count(of)} ${kind}`).join(', ');
  return (
    <>
      <header class="panel-head">
        <h2>{count(ids.length)} entities</h2>
        <span class="muted cut">{facts}</span>
        <span class="space" />
        <HeadButtons app={app} list={list} ids={ids} />
      </header>
      <FieldFilter n={n} text={filter.value} fields={fields} onText={(text) => (filter.value = text)} />
      <div class="inspector-body scroll">
        <Mount make={make} />
        <p class="empty">
          What all of them have. — is a value that differs; <code>*=2</code> and <code>+10</code> change each from its
          own. An edit is one transaction{sample < ids.length ? `; values are those of the first ${count(sample)}` : ''}
          .
        </p>
      </div>
    </>
  );
}

function Head({ app, list, entity }: { app: App; list: EntityList; entity: Entity }) {
  const { world } = list;
  const mark = markOf(world.kinds.value, entity.kind, (k) => world.inks.of(k));
  const copy = () => {
    const values = Object.fromEntries(world.subject?.values ?? []);
    const { id, name, kind } = entity;
    if (copyText(JSON.stringify({ id, name, kind, fields: values }, undefined, 2))) app.toast('Copied as JSON');
  };
  return (
    <header class="panel-head">
      {list.trail.value.length > 0 && (
        <button type="button" class="btn quiet icon" title="Back to the entity before" onClick={() => list.back()}>
          <Icon name="left" />
          <span class="aside">Back</span>
        </button>
      )}
      <h2 class="cut">
        <span class={`kind-mark ink-${mark.ink}`} aria-hidden="true">
          {mark.shape}
        </span>
        {nameText(entity.kind, entity.name)}
      </h2>
      {!entity.name.startsWith(entity.kind) && <span class="muted cut">{entity.kind}</span>}
      {entity.parent !== undefined && entity.parent !== '' && (
        <a
          class="cut"
          href={app.url.href('world', { sel: entity.parent })}
          title={`Its parent, ${entity.parent}`}
          onClick={(event) => {
            event.preventDefault();
            list.jump(entity.parent ?? '');
          }}
        >
          ↑ parent
        </a>
      )}
      <span class="space" />
      <button
        type="button"
        class="btn quiet icon"
        title="Copy all fields as JSON"
        aria-label="Copy all fields as JSON"
        onClick={copy}
      >
        <span aria-hidden="true">{'{}'}</span>
      </button>
      <HeadButtons app={app} list={list} ids={[entity.id]} />
      <button
        type="button"
        class="btn quiet icon"
        title="Close"
        aria-label="Close the inspector"
        onClick={() => list.deselect()}
      >
        ✕
      </button>
    </header>
  );
}

function HeadButtons({ app, list, ids }: { app: App; list: EntityList; ids: readonly string[] }) {
  const may = (what: Power) => list.can(what);
  return (
    <>
      {may('duplicate') && (
        <button
          type="button"
          class="btn quiet icon"
          title="Duplicate (Ctrl+D)"
          aria-label="Duplicate"
          onClick={() => void duplicate(app, ids).then((made) => made && list.choose(made))}
        >
          <Icon name="copy" />
        </button>
      )}
      {may('delete') && (
        <button
          type="button"
          class="btn quiet icon"
          title="Delete (Del)"
          aria-label="Delete"
          onClick={() => void remove(app, ids)}
        >
          <Icon name="bin" />
        </button>
      )}
    </>
  );
}

function Nobody({ id, gone }: { id: string; gone: boolean }) {
  if (gone) {
    return (
      <p class="empty">
        <b>Entity {id} is not in the world.</b>
        It may have died before this page was opened. Choose another row.
      </p>
    );
  }
  if (id !== '') return <p class="empty">Waiting for entity {id}.</p>;
  return (
    <p class="empty">
      <b>No entity is selected.</b>
      Choose a row: its components, values and edits are shown here. Ctrl and Shift choose several.
    </p>
  );
}

// Where somebody set it: by the game's history, else by this page's own log.
function marks(app: App, id: string, path: string): Mark[] {
  const past = pastOf(app);
  if (!past.kept.peek() || past.list.length === 0)
    return editing(app)
      .log.of(worldPath(id, path))
      .map((e) => ({ time: e.time, text: e.undone ? 'you undid' : `you set ${brief(e.after)}` }));
  const me = app.me.peek()?.name;
  return past.of(id, path).map((tx) => {
    const edit = tx.edits.find((e) => e.id === id && e.path === path);
    const who = tx.author === me ? 'you' : tx.author;
    const time = app.axis.toPage(app.axis.place(tx.time));
    return { time, text: tx.undone ? `${who} undid` : `${who} set ${brief(edit?.after)}` };
  });
}

function colour(app: App, world: World, kind: string): string {
  const { slot } = world.inks.of(kind);
  return seriesPalette[app.theme.dark.peek() ? 'dark' : 'light'][slot] ?? app.theme.tokens.muted;
}

// What is worth a chart from the start: a number that the kind shows in the table, no coordinate.
function firstNumber(entity: Entity, kinds: readonly Kind[]): string {
  const numbers = entity.components
    .flatMap((c) => c.fields)
    .filter((f) => isNumeric(specOf('', f)) && f.of === undefined && !/(^|\.)([xyzw]|id|target)$/.test(f.path));
  const columns = kinds.find((k) => k.kind === entity.kind)?.columns ?? [];
  return (numbers.find((f) => columns.includes(f.path)) ?? numbers[0])?.path ?? '-';
}

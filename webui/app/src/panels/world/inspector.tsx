// The right half: the selected entity, its fields, what is watched of it, what this page did to it.

import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { brief, editing, worldPath } from '../../core/editing';
import type { Entity, Field, Kind } from '../../core/protocol';
import { seriesPalette } from '../../core/theme';
import type { Entry } from '../../core/undo';
import { count } from '../../core/units';
import { Icon } from '../../shell/icons';
import { isNumeric, toNumber } from '../../widgets/field/spec';
import { FrameLink } from '../../widgets/framelink/framelink';
import { AtFrame, lastBefore } from '../../widgets/framelink/row';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { markOf, nameText } from './columns';
import { Fields, specOf } from './fields';
import type { World } from './source';
import { type Mark, Track, WatchChart } from './watch';

const mostCharts = 6;

/** Draws what the world's source knows of its subject. */
export function Inspector({
  world,
  onClose,
  register,
}: {
  world: World;
  onClose(): void;
  register(fields: Fields | null): void;
}) {
  const app = useApp();
  const watch = app.url.param('watch', '', 'world');
  const drawn = useSignal({ id: '', built: 0, gone: false });
  const filter = useSignal('');
  const tracks = useMemo(() => new Tracks(), []);
  const fields = useRef<Fields | null>(null);
  const watched = useComputed(() => watch.value.split(',').filter(Boolean));

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
        fields.current?.show(shown);
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
      world.onValues = undefined;
    };
  }, [world]);

  const toggle = (paths: readonly string[]) => {
    const now = watched.peek();
    const on = paths.some((p) => now.includes(p));
    const next = on ? now.filter((p) => !paths.includes(p)) : [...now, ...paths].slice(-mostCharts);
    watch.value = next.join(',') || '-';
    fields.current?.marks();
  };
  const makeFields = () => {
    const made = new Fields({ app, watched: (p) => watched.peek().includes(p), watch: toggle });
    fields.current = made;
    register(made);
    const entity = world.subject?.entity;
    if (entity !== undefined) made.show(entity);
    made.marks();
    return {
      el: made.el,
      dispose: () => {
        register(null);
        fields.current = null;
        made.dispose();
      },
    };
  };

  const { id, built, gone } = drawn.value;
  const entity = world.subject?.entity;
  if (id === '' || entity === undefined) return <Nobody gone={gone} id={id} />;
  fields.current?.marks();
  const all = entity.components.flatMap((c) => c.fields);
  const charts = watched.value.map((p) => all.find((f) => f.path === p)).filter((f) => f !== undefined);
  return (
    <>
      <Head app={app} world={world} entity={entity} onClose={onClose} />
      {gone && (
        <p class="gone-line" role="status">
          <span class="warn">▲</span> {nameText(entity.kind, entity.name)} is not in the world any more. These are its
          last values.
        </p>
      )}
      <div class="filter-line">
        <Search
          slash={false}
          value={filter.value}
          label="Filter fields"
          placeholder={`Filter ${count(all.length)} fields`}
          onValue={(text) => {
            filter.value = text;
            fields.current?.filter(text);
          }}
          onLeave={() => fields.current?.focus()}
        />
      </div>
      <div class="inspector-body scroll">
        <Mount make={makeFields} />
        {charts.length > 0 && (
          <section class="watched" aria-label="Watched">
            <h3>Watched</h3>
            {charts.map((field) => (
              <Mount
                key={`${id} ${field.path} ${built}`}
                make={() =>
                  new WatchChart(app, {
                    spec: specOf(id, field),
                    track: tracks.of(field.path),
                    marks: () => marks(app, worldPath(id, field.path)),
                    colour: () => colour(app, world, entity.kind),
                    close: () => toggle([field.path]),
                  })
                }
              />
            ))}
          </section>
        )}
        <History app={app} id={id} />
      </div>
    </>
  );
}

function Head({ app, world, entity, onClose }: { app: App; world: World; entity: Entity; onClose(): void }) {
  const mark = markOf(world.kinds.value, entity.kind, (k) => world.inks.of(k));
  const copy = () => {
    const values = Object.fromEntries(world.subject?.values ?? []);
    if (
      copyText(JSON.stringify({ id: entity.id, name: entity.name, kind: entity.kind, fields: values }, undefined, 2))
    ) {
      app.toast('Copied as JSON');
    }
  };
  return (
    <header class="panel-head">
      <h2 class="cut">
        <span class={`kind-mark ink-${mark.ink}`} aria-hidden="true">
          {mark.shape}
        </span>
        {nameText(entity.kind, entity.name)}
      </h2>
      {!entity.name.startsWith(entity.kind) && <span class="muted">{entity.kind}</span>}
      <span class="space" />
      <button
        type="button"
        class="btn quiet icon"
        title="Copy all fields as JSON"
        aria-label="Copy all fields as JSON"
        onClick={copy}
      >
        <Icon name="copy" />
      </button>
      <button type="button" class="btn quiet icon" title="Close" aria-label="Close the inspector" onClick={onClose}>
        ✕
      </button>
    </header>
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
      Choose a row: its components, values and edits are shown here.
    </p>
  );
}

function History({ app, id }: { app: App; id: string }) {
  const { log, version } = editing(app);
  version.value;
  const prefix = worldPath(id, '');
  const mine = log
    .list()
    .filter((e) => e.path.startsWith(prefix))
    .reverse();
  const current = lastBefore(app, mine, (e) => app.axis.fromPage(e.time));
  if (mine.length === 0) return null;
  return (
    <section class="edit-history" aria-label="Your edits">
      <h3>
        Your edits <span class="muted">Ctrl+Z takes the last one back</span>
      </h3>
      <table class="rows">
        <tbody>
          {mine.slice(0, 50).map((e) => (
            <Edit key={e.time} app={app} entry={e} current={e === current} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Edit({ app, entry, current }: { app: App; entry: Entry; current: boolean }) {
  const { frame, undone } = entry;
  const Row = frame === undefined ? Plain : AtFrame;
  return (
    <Row frame={frame ?? 0} x={app.axis.fromPage(entry.time)} current={current} class={undone ? 'undone' : ''}>
      <td class="num frame">{frame !== undefined && <FrameLink frame={frame} text={count(frame)} />}</td>
      <td class="cut">{entry.label}</td>
      <td class="cut change">
        <span class="muted">{brief(entry.before)} → </span>
        {brief(entry.after)}
      </td>
      <td class="num muted">{undone ? 'undone' : ''}</td>
    </Row>
  );
}

function Plain({ class: name, children }: { class: string; children: ComponentChildren }) {
  return <tr class={name}>{children}</tr>;
}

/** The values of the watched entity's numeric fields as they came. */
class Tracks {
  private id = '';
  private fields = new Map<string, Field>();
  private readonly byPath = new Map<string, Track>();

  /** Follows another entity, or the same one whose fields were described anew. */
  begin(id: string, entity: Entity): void {
    if (id !== this.id) this.byPath.clear();
    this.id = id;
    this.fields = new Map(entity.components.flatMap((c) => c.fields).map((f) => [f.path, f]));
    for (const field of this.fields.values()) {
      if (isNumeric(specOf(id, field)) && !this.byPath.has(field.path)) this.push(field, field.value);
    }
  }

  take(id: string, values: Record<string, unknown>): void {
    if (id !== this.id) return;
    for (const [path, value] of Object.entries(values)) {
      const field = this.fields.get(path);
      if (field !== undefined && isNumeric(specOf(id, field))) this.push(field, value);
    }
  }

  of(path: string): Track {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const track = new Track();
    this.byPath.set(path, track);
    return track;
  }

  private push(field: Field, value: unknown): void {
    this.of(field.path).push(performance.now(), toNumber(specOf(this.id, field), value));
  }
}

function marks(app: App, path: string): Mark[] {
  return editing(app)
    .log.of(path)
    .map((e) => ({ time: e.time, text: e.undone ? 'you undid' : `you set ${brief(e.after)}` }));
}

function colour(app: App, world: World, kind: string): string {
  const { slot } = world.inks.of(kind);
  return seriesPalette[app.theme.dark.peek() ? 'dark' : 'light'][slot] ?? app.theme.tokens.muted;
}

// What is worth a chart from the start: a number that the kind shows in the table, no coordinate.
function firstNumber(entity: Entity, kinds: readonly Kind[]): string {
  const numbers = entity.components
    .flatMap((c) => c.fields)
    .filter((f) => isNumeric(specOf(entity.id, f)) && !/(^|\.)([xyzw]|id|target)$/.test(f.path));
  const columns = kinds.find((k) => k.kind === entity.kind)?.columns ?? [];
  return (numbers.find((f) => columns.includes(f.path)) ?? numbers[0])?.path ?? '-';
}

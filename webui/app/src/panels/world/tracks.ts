// The values of the inspected entity's watched fields, at every frame where the game tells them so, else
// as they come with the other values.

import type { App } from '../../core/app';
import type { Entity, Field } from '../../core/protocol';
import type { Subscription } from '../../core/rpc';
import { isNumeric, toNumber } from '../../widgets/field/spec';
import { specOf } from './fields';
import { Track } from './watch';

const longest = 500; // ms that an event may reach back, when nothing came for a while

/** Tracks of one entity's fields. */
export class Tracks {
  private readonly app: App;
  private id = '';
  private fields = new Map<string, Field>();
  private readonly byPath = new Map<string, Track>();
  private sub: Subscription<'fields'> | undefined;
  private followed: readonly string[] = []; // paths that come at every frame
  private framed = false; // and do come
  private last = 0; // ms; when they came

  constructor(app: App) {
    this.app = app;
  }

  /** Follows another entity, or the same one whose fields were described anew. */
  begin(id: string, entity: Entity): void {
    if (id !== this.id) this.byPath.clear();
    this.id = id;
    this.fields = new Map(entity.components.flatMap((c) => c.fields).map((f) => [f.path, f]));
    for (const field of this.fields.values())
      if (isNumeric(specOf('', field)) && !this.byPath.has(field.path))
        this.push(field, field.value, performance.now());
  }

  /** Asks for these at every frame. */
  watch(id: string, paths: readonly string[]): void {
    const known = id === '' ? [] : paths.filter((p) => this.fields.has(p));
    const text = [id, ...known].join('\n');
    if (text === this.asked) return;
    this.asked = text;
    this.close();
    if (known.length === 0) return;
    this.followed = known;
    this.sub = this.app.rpc.subscribe('fields', {
      params: { fields: known.map((path) => ({ id, path })) },
      credit: 4,
      onEvent: ({ values }) => this.frames(values),
      onError: () => this.close(), // an older game: they come ten times a second all the same
    });
  }
  private asked = '';

  /** Takes what came with the other values. */
  take(id: string, values: Record<string, unknown>): void {
    if (id !== this.id) return;
    const now = performance.now();
    for (const [path, value] of Object.entries(values)) {
      if (this.framed && this.followed.includes(path)) continue;
      const field = this.fields.get(path);
      if (field !== undefined && isNumeric(specOf('', field))) this.push(field, value, now);
    }
  }

  of(path: string): Track {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const track = new Track();
    this.byPath.set(path, track);
    return track;
  }

  /** Asks for nothing any more. */
  close(): void {
    this.sub?.close();
    this.sub = undefined;
    this.framed = false;
    this.followed = [];
  }

  // The frames since the event before, spread over the time since then.
  private frames(values: readonly (readonly unknown[])[]): void {
    const now = performance.now();
    const began = this.framed ? Math.max(this.last, now - longest) : now - 100;
    this.framed = true;
    this.last = now;
    values.forEach((column, i) => {
      const field = this.fields.get(this.followed[i] ?? '');
      if (field === undefined) return;
      column.forEach((value, k) => {
        this.push(field, value, began + ((now - began) * (k + 1)) / column.length);
      });
    });
    this.app.frame.stir();
  }

  private push(field: Field, value: unknown, time: number): void {
    this.of(field.path).push(time, toNumber(specOf('', field), value));
  }
}

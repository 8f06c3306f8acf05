// An entity that is moved by the pointer, in the top view or in the game's own picture.

import type { App } from '../../core/app';
import { editing } from '../../core/editing';
import type { Field } from '../../core/protocol';
import { worldPath } from '../../core/worldedits';

/** The entity, as far as its place goes. */
export interface Movable {
  id: string;
  /** Paths of its position. */
  paths: readonly string[];
  fields: readonly Field[];
  value(path: string): unknown;
}

/** Reports whether somebody may move it. */
export function canMove({ paths, fields }: Pick<Movable, 'paths' | 'fields'>): boolean {
  return paths.length > 1 && paths.slice(0, 2).every((p) => fields.some((f) => f.path === p && !f.readOnly));
}

/** Puts it somewhere. One edit of the whole vector where the position is one, else one of each number. */
export function moveTo(app: App, entity: Movable, to: readonly [number, number], gesture: number): void {
  const { id, paths, fields } = entity;
  const parts = paths.map((p) => fields.find((f) => f.path === p));
  const now = paths.map((p, i) => (i < 2 ? (to[i] as number) : Number(entity.value(p))));
  const { edits } = editing(app);
  const send = (path: string, value: unknown, before: unknown): void =>
    edits.edit(worldPath(id, path)).set(value, { before, label: path, gesture, coalesce: true });
  const of = parts[0]?.of;
  const size = fields.filter((f) => f.of === of).length;
  if (of && parts.every((f) => f?.of === of) && size === paths.length) {
    send(
      of,
      now,
      paths.map((p) => entity.value(p)),
    );
    return;
  }
  for (const i of [0, 1]) send(paths[i] as string, now[i], entity.value(paths[i] as string));
}

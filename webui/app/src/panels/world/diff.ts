// A comparison of two snapshots as lines of a list.

import type { WorldDiff } from '../../core/protocol';

/** One line: an entity that came or went, or one field that changed. */
export interface DiffLine {
  what: 'added' | 'removed' | 'changed';
  id: string;
  name: string;
  kind: string;
  /** Empty where only what is hidden changed, or the whole entity did. */
  path: string;
  before: unknown;
  after: unknown;
}

/** The lines of a comparison: what came, what went, what changed field by field. */
export function linesOf(diff: WorldDiff): DiffLine[] {
  const whole = { path: '', before: undefined, after: undefined };
  const lines: DiffLine[] = [
    ...diff.added.map((e) => ({ ...e, ...whole, what: 'added' as const })),
    ...diff.removed.map((e) => ({ ...e, ...whole, what: 'removed' as const })),
  ];
  for (const { id, name, kind, fields } of diff.changed) {
    const at = { id, name, kind, what: 'changed' as const };
    const changes = Object.entries(fields);
    if (changes.length === 0) lines.push({ ...at, ...whole });
    for (const [path, [before, after]] of changes) lines.push({ ...at, path, before, after });
  }
  return lines;
}

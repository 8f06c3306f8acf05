// Which cvars are shown and under which heading.

import type { Cvar } from '../../core/protocol';

/** A row of the table: a heading or a cvar. */
export type Row =
  | { kind: 'group'; key: string; name: string; count: number; modified: number; open: boolean }
  | { kind: 'cvar'; key: string; cvar: Cvar };

/** What the person asked to see. */
export interface Choice {
  /** Words, each of which must occur in the name or the help. */
  query: string;
  modifiedOnly: boolean;
  /** Groups that were folded by hand. */
  closed: ReadonlySet<string>;
}

/** The text before the first point; names without one have no group. */
export function groupOf(name: string): string {
  const point = name.indexOf('.');
  return point > 0 ? name.slice(0, point) : '';
}

/** Reports whether the game says that a cvar differs from its default. */
export function isModified(cvar: Cvar): boolean {
  return cvar.flags?.includes('modified') ?? false;
}

/** Reports whether the page may not set a cvar. */
export function isReadOnly(cvar: Cvar): boolean {
  return cvar.flags?.includes('read-only') ?? false;
}

/** The rows in their order: cvars without a group first, then groups by name. A search opens all groups. */
export function rowsOf(cvars: Iterable<Cvar>, choice: Choice): { rows: Row[]; matched: number; total: number } {
  const words = choice.query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Cvar[]>();
  let total = 0;
  let matched = 0;
  for (const cvar of cvars) {
    total++;
    if (choice.modifiedOnly && !isModified(cvar)) continue;
    if (!words.every((w) => matches(cvar, w))) continue;
    matched++;
    const group = groupOf(cvar.name);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [cvar]);
    else members.push(cvar);
  }
  const rows: Row[] = [];
  for (const name of [...groups.keys()].sort(compare)) {
    const members = (groups.get(name) ?? []).sort((a, b) => compare(a.name, b.name));
    const open = words.length > 0 || !choice.closed.has(name);
    const modified = members.filter(isModified).length;
    if (name !== '') rows.push({ kind: 'group', key: `group ${name}`, name, count: members.length, modified, open });
    if (open || name === '') for (const cvar of members) rows.push({ kind: 'cvar', key: cvar.name, cvar });
  }
  return { rows, matched, total };
}

/** The cvars as lines that the console's command line takes. */
export function script(cvars: Iterable<Cvar>): string {
  let text = '';
  for (const cvar of cvars) if (!isReadOnly(cvar)) text += `set ${cvar.name} ${scriptValue(cvar.value)}\n`;
  return text;
}

function scriptValue(value: unknown): string {
  const text = String(value);
  return typeof value === 'string' && !/^[\w.+-]+$/.test(text) ? JSON.stringify(text) : text;
}

function matches(cvar: Cvar, word: string): boolean {
  return cvar.name.toLowerCase().includes(word) || (cvar.help ?? '').toLowerCase().includes(word);
}

// By code unit, as the game sorts: the same order on every machine.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

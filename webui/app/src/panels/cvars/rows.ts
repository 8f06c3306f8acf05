// Which cvars are shown and under which heading.

import type { Cvar } from '../../core/protocol';
import { isMine, isModified } from './marks';

/** A row of the table: a heading or a cvar. */
export type Row =
  | { kind: 'group'; key: string; name: string; level: number; count: number; modified: number; open: boolean }
  | { kind: 'cvar'; key: string; cvar: Cvar; level: number };

/** What the person asked to see. */
export interface Choice {
  /** Words, each of which must occur in the name or the help. */
  query: string;
  modifiedOnly?: boolean;
  /** Only what this person set. */
  mineOf?: string | undefined;
  /** One list by name, without headings. */
  flat?: boolean;
  /** Groups that were folded by hand, by their whole name. */
  closed: ReadonlySet<string>;
}

/** Words of a query, in lower case. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * The rows in their order: in each group its cvars first, then the groups inside it, both by name.
 * `a.b.c` stands in `a.b`, which stands in `a`. A search opens all groups.
 */
export function rowsOf(cvars: Iterable<Cvar>, choice: Choice): { rows: Row[]; matched: number; total: number } {
  const words = wordsOf(choice.query);
  const found: Cvar[] = [];
  let total = 0;
  for (const cvar of cvars) {
    total++;
    if (choice.modifiedOnly && !isModified(cvar)) continue;
    if (choice.mineOf !== undefined && !isMine(cvar, choice.mineOf)) continue;
    if (words.every((w) => matches(cvar, w))) found.push(cvar);
  }
  found.sort((a, b) => compare(a.name, b.name));
  const rows: Row[] = [];
  if (choice.flat) for (const cvar of found) rows.push({ kind: 'cvar', key: cvar.name, cvar, level: 1 });
  else grow(tree(found), 0, words.length > 0 ? new Set() : choice.closed, rows);
  return { rows, matched: found.length, total };
}

interface Group {
  name: string;
  cvars: Cvar[];
  groups: Map<string, Group>;
}

function tree(cvars: readonly Cvar[]): Group {
  const root: Group = { name: '', cvars: [], groups: new Map() };
  for (const cvar of cvars) {
    let group = root;
    for (let end = cvar.name.indexOf('.', 1); end > 0; end = cvar.name.indexOf('.', end + 1)) {
      const name = cvar.name.slice(0, end);
      let next = group.groups.get(name);
      if (next === undefined) {
        next = { name, cvars: [], groups: new Map() };
        group.groups.set(name, next);
      }
      group = next;
    }
    group.cvars.push(cvar);
  }
  return root;
}

// Appends what lies in a group, and returns what it counts.
function grow(group: Group, level: number, closed: ReadonlySet<string>, rows: Row[]): [number, number] {
  let count = group.cvars.length;
  let modified = group.cvars.filter(isModified).length;
  const open = !closed.has(group.name);
  const heading: Row = { kind: 'group', key: `group ${group.name}`, name: group.name, level, count, modified, open };
  if (level > 0) rows.push(heading);
  if (open) for (const cvar of group.cvars) rows.push({ kind: 'cvar', key: cvar.name, cvar, level: level + 1 });
  // What is folded is counted all the same.
  for (const name of [...group.groups.keys()].sort(compare)) {
    const inner = group.groups.get(name);
    if (inner === undefined) continue;
    const [n, m] = grow(inner, level + 1, closed, open ? rows : []);
    count += n;
    modified += m;
  }
  heading.count = count;
  heading.modified = modified;
  return [count, modified];
}

function matches(cvar: Cvar, word: string): boolean {
  const { name, help = '', flags = [] } = cvar;
  return name.toLowerCase().includes(word) || help.toLowerCase().includes(word) || flags.includes(word);
}

// By code unit, as the game sorts: the same order on every machine.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

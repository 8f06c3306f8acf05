// The columns of the entity table: made of what the game tells about its kinds.

import type { Kind, KindField } from '../../core/protocol';
import { count } from '../../core/units';
import { type Spec, show } from '../../widgets/field/spec';
import type { CellView, Column } from '../../widgets/table/table';
import type { Shown } from './store';
import type { TreeRow } from './tree';

/** Shapes of the kinds; with the colour they tell kinds apart, also without it. */
const shapes = ['◆', '▲', '●', '○', '■', '▼', '✚', '★', '◇', '△', '□', '▽'];

/** How a kind is marked wherever it stands. */
export interface KindMark {
  shape: string;
  /** 0..7, 8 is muted. */
  ink: number;
}

/** The mark of a kind: its shape by the order of binding, its colour by its name. */
export function markOf(kinds: readonly Kind[], kind: string, ink: (name: string) => { slot: number }): KindMark {
  const at = kinds.findIndex((k) => k.kind === kind);
  return { shape: shapes[at < 0 ? 0 : at % shapes.length] ?? '◆', ink: ink(kind).slot };
}

/** Fields of some kinds by path, each once, in the order of binding. */
export function fieldsOf(kinds: readonly Kind[], kind: string): Map<string, KindField> {
  const fields = new Map<string, KindField>();
  for (const k of kinds) {
    if (kind !== '' && k.kind !== kind) continue;
    for (const f of k.fields) if (!fields.has(f.path)) fields.set(f.path, f);
  }
  return fields;
}

/** The paths that are shown: those that were chosen, else each kind's own. */
export function pathsOf(kinds: readonly Kind[], kind: string, chosen: readonly string[]): string[] {
  const known = fieldsOf(kinds, kind);
  if (chosen.length > 0) return chosen.filter((p) => known.has(p));
  const weight = new Map<string, number>(); // entities that have the column
  for (const k of kinds) {
    if (kind !== '' && k.kind !== kind) continue;
    for (const p of k.columns) if (known.has(p)) weight.set(p, (weight.get(p) ?? 0) + k.count + 1);
  }
  const paths = [...weight.keys()];
  if (kind !== '' || paths.length <= mostMixed) return paths;
  // Kinds have little in common: those columns that most rows fill, in the order of binding.
  const best = new Set([...paths].sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0)).slice(0, mostMixed));
  return paths.filter((p) => best.has(p));
}

/** Columns of a table of several kinds. */
const mostMixed = 8;

/** The kind that a condition asks for, where it plainly does: `kind:hunter and health < 5`. */
export function kindIn(where: string): string {
  if (/\b(or|not)\b|[()"']/i.test(where)) return '';
  return /(?:^|\s)kind:([\w.-]+)/.exec(where)?.[1] ?? '';
}

/** The table's columns for some paths. */
export function columnsOf(
  paths: readonly string[],
  fields: ReadonlyMap<string, KindField>,
  name: Column<Shown>,
): Column<Shown>[] {
  const filler: Column<Shown> = { key: '', title: '', width: 4, grow: 1 };
  return [name, ...paths.map((path) => column(path, fields.get(path))), filler];
}

function column(path: string, field: KindField | undefined): Column<Shown> {
  const spec: Spec = { ...field, path, label: path, type: field?.type ?? 'json' };
  const number = spec.type === 'int' || spec.type === 'float' || spec.type === 'duration';
  return {
    key: path,
    title: path,
    ...(spec.unit && { note: spec.unit }),
    help: [path, field?.type, field?.unit].filter(Boolean).join(', '),
    width: number ? 70 : 68,
    most: number ? 112 : 140,
    align: number ? 'right' : 'left',
    sortable: spec.type !== 'json',
    heat: true,
    class: number ? '' : 'word',
    text: (row) => text(spec, row.fields[path]),
    copy: (row) => plain(spec, row.fields[path]),
  };
}

function text(spec: Spec, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (spec.type === 'duration') {
    const { text: n, unit } = show(spec, value);
    return `${n} ${unit}`;
  }
  return show(spec, value).text;
}

function plain(spec: Spec, value: unknown): string {
  if (value === undefined || value === null) return '';
  return spec.type === 'json' ? JSON.stringify(value) : String(value);
}

/** The first column: the kind's mark and the entity's name; in the tree also headings, and what opens a row. */
export class NameCell implements CellView<Shown> {
  private readonly host: HTMLElement;
  private readonly twist = document.createElement('span');
  private readonly shape = document.createElement('span');
  private readonly kind = document.createTextNode('');
  private readonly rest = document.createElement('span');
  private readonly below = document.createElement('span'); // how many hang on it
  private drawn = '';
  private readonly mark: (kind: string) => KindMark;

  constructor(host: HTMLElement, mark: (kind: string) => KindMark) {
    this.host = host;
    this.mark = mark;
    this.shape.setAttribute('aria-hidden', 'true');
    this.twist.setAttribute('aria-hidden', 'true');
    this.twist.className = 'twist';
    this.rest.className = 'entity-rest';
    this.below.className = 'hanging';
    host.append(this.shape, this.kind, this.rest, this.below);
  }

  show(row: Shown): void {
    const { level, open, heading, total = 0 } = row as Partial<TreeRow>;
    const { shape, ink } = this.mark(row.kind);
    const key = `${shape}${ink}${row.kind}|${row.name}|${level}${open}${heading}${total}`;
    if (key === this.drawn) return;
    this.drawn = key;
    if (level !== undefined) this.branch(level, open);
    this.shape.textContent = heading && row.kind === '' ? '' : shape;
    this.shape.className = `kind-mark ink-${ink}`;
    const { head, rest } = heading ? { head: `${row.name} `, rest: count(total) } : nameParts(row.kind, row.name);
    this.kind.data = head;
    this.rest.textContent = rest;
    this.rest.className = heading ? 'muted' : 'entity-rest';
    this.below.textContent = !heading && total > 0 ? count(total) : '';
  }

  private branch(level: number, open: boolean | undefined): void {
    if (!this.twist.isConnected) this.host.prepend(this.twist);
    this.host.style.setProperty('--level', String(level - 1));
    this.twist.textContent = open === undefined ? '' : open ? '▾' : '▸';
    this.twist.toggleAttribute('data-toggle', open !== undefined);
  }
}

/** A name in two parts: `hunter 40317` is its kind and a number, which is grouped; any other name stands whole. */
export function nameParts(kind: string, name: string): { head: string; rest: string } {
  const number = name.startsWith(`${kind} `) ? name.slice(kind.length + 1) : '';
  if (/^\d{1,15}$/.test(number)) return { head: `${kind} `, rest: count(Number(number)) };
  return { head: name, rest: '' };
}

/** A name as it is read. */
export function nameText(kind: string, name: string): string {
  const { head, rest } = nameParts(kind, name);
  return head + rest;
}

// The list as the table draws it: rows of the view, below those that are opened their attributes, and
// below commands what they answered.

import { count } from '../../core/units';
import type { Source } from '../../widgets/table/table';
import { readAttrs } from './attrs';
import type { Strip } from './output';
import type { Entry } from './ring';
import type { Answered, Ordered } from './store';
import type { Row, View } from './view';

/** A row of the table. */
export type Item =
  | { kind: 'line'; row: Row }
  | { kind: 'attr'; of: Row; index: number; name: string; text: string }
  | { kind: 'command'; row: Row; own: Ordered }
  | { kind: 'strip'; first: number; index: number; strip: Strip; own: Answered; row?: Row };

interface Place {
  at: number; // row of the view
  items: readonly Item[]; // that stand below it
  before: number; // items of places above
}

/** Inserts what is opened into a view. */
export class List implements Source<Item> {
  private view: View;
  private readonly own: ReadonlyMap<number, Ordered | Answered>;
  private readonly open = new Map<number, Item[]>(); // by the row's first number
  private places: Place[] = [];
  private extra = 0;
  private room = 400; // characters that fit

  /** @param own what belongs to entries of the console's own. */
  constructor(view: View, own: ReadonlyMap<number, Ordered | Answered>) {
    this.view = view;
    this.own = own;
  }

  get count(): number {
    return this.view.size + this.extra;
  }

  /** Shows another view. */
  setView(view: View): void {
    this.view = view;
    this.place();
  }

  /** Reports whether a line is opened. */
  isOpen(row: Row): boolean {
    return this.open.has(row.first);
  }

  /** Says how many characters a row has room for; heard when the places are found again. */
  fit(room: number): void {
    this.room = room;
  }

  /** Opens or closes a line. */
  toggle(row: Row, open: boolean): void {
    if (open) this.open.set(row.first, details(row, this.room));
    else this.open.delete(row.first);
    this.place();
  }

  /** The place in the list of the i-th row of the view. */
  indexOf(row: number): number {
    const place = this.above(row - 1, (p) => p.at);
    return row + (place === undefined ? 0 : place.before + place.items.length);
  }

  /** Finds what is opened again after the view has changed. */
  place(): void {
    this.places = [];
    for (const [first, items] of this.open) this.put(first, items);
    for (const [no, own] of this.own) {
      if (own.kind === 'command') continue;
      own.output.fit(this.room);
      if (own.output.strips.length > 1) this.put(no, stripsOf(no, own));
    }
    this.places.sort((a, b) => a.at - b.at);
    this.extra = 0;
    for (const place of this.places) {
      place.before = this.extra;
      this.extra += place.items.length;
    }
  }

  row(index: number): Item | undefined {
    const place = this.above(index - 1, (p) => p.at + p.before);
    const below = place === undefined ? index : index - place.at - place.before;
    if (place !== undefined && below <= place.items.length) return place.items[below - 1];
    const row = this.view.row(place === undefined ? index : index - place.before - place.items.length);
    if (row === undefined) return undefined;
    const own = this.own.get(row.first);
    if (own === undefined) return { kind: 'line', row };
    if (own.kind === 'command') return { kind: 'command', row, own };
    const strip = own.output.strips[0];
    return strip === undefined ? { kind: 'line', row } : { kind: 'strip', first: row.first, index: 0, strip, own, row };
  }

  key(index: number): string {
    const place = this.above(index - 1, (p) => p.at + p.before);
    if (place === undefined) return String(this.view.key(index));
    const below = index - place.at - place.before;
    if (below <= place.items.length) return `${this.view.key(place.at)}.${below}`;
    return String(this.view.key(index - place.before - place.items.length));
  }

  private put(first: number, items: readonly Item[]): void {
    const at = this.view.indexOf(first);
    if (at >= 0) this.places.push({ at, items, before: 0 });
  }

  // The last place that begins at or before a value.
  private above(value: number, of: (place: Place) => number): Place | undefined {
    let lo = 0;
    let hi = this.places.length - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      if (of(this.places[mid] as Place) <= value) lo = mid + 1;
      else hi = mid - 1;
    }
    return this.places[hi];
  }
}

const cache = new WeakMap<readonly Strip[], Item[]>();

// Strips but the first, which stands in the entry's own row.
function stripsOf(first: number, own: Answered): readonly Item[] {
  const { strips } = own.output;
  let items = cache.get(strips);
  if (items === undefined) {
    items = strips.slice(1).map((strip, i) => ({ kind: 'strip', first, index: i + 1, strip, own }));
    cache.set(strips, items);
  }
  return items;
}

const mostLines = 200;

/** Everything about a line, in lines of so many characters. */
export function details(row: Row, room = 400): Item[] {
  const { last } = row;
  const pairs: [string, string][] = [];
  const add = (name: string, text: string): void => {
    text.split('\n').forEach((part, i) => {
      for (let from = 0; from === 0 || from < part.length; from += room)
        pairs.push([i === 0 && from === 0 ? name : '', part.slice(from, from + room)]);
    });
  };
  if (last.msg.includes('\n') || last.msg.length > room) add('', last.msg);
  for (const [name, value] of readAttrs(last.attrs))
    add(name, typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? 'null'));
  const where = last.source ? `, ${last.source}` : '';
  add('at', `${(last.time / 1e9).toFixed(3)} s, tick ${count(last.tick)}${where}`);
  if (row.count > 1) {
    add('repeats', `${count(row.count)} times, frames ${count(row.since)} to ${count(last.lastFrame)}`);
  }
  return pairs.slice(0, mostLines).map(([name, text], index) => ({ kind: 'attr', of: row, index, name, text }));
}

/** A line as text, for the clipboard and for a file. */
export function plainLine(entry: Entry, times = 1, own?: Ordered | Answered): string {
  const { kind } = entry;
  if (own?.kind === 'command') return `#${entry.frame}  ${own.by || 'you'} > ${own.line}`;
  if (own !== undefined) return own.output.text();
  const level = kind === 'command' || kind === 'output' || kind === 'failure' ? '' : kind.toUpperCase().padEnd(5);
  const frame = `#${entry.lastFrame}`;
  return [frame, level, entry.source, entry.msg, entry.attrs, times > 1 ? `(×${times})` : '']
    .filter((p) => p !== '')
    .join('  ');
}

/** The file's name without its folders, with the line: `spawn.go:31`. */
export function shortSource(source: string): string {
  return source.slice(source.lastIndexOf('/') + 1);
}

// The list as the table draws it: rows of the view, and below those that are opened their attributes.

import type { App } from '../../core/app';
import { count } from '../../core/units';
import { follow } from '../../widgets/framelink/framelink';
import type { CellView, Source } from '../../widgets/table/table';
import type { Kept } from './ring';
import type { Row, View } from './view';

/** A row of the table. */
export type Item = { kind: 'line'; row: Row } | { kind: 'attr'; of: Row; index: number; name: string; text: string };

/** Marks of the levels: shape before colour. */
export const levelMarks = { debug: '·', info: '–', warn: '▲', error: '✕' } as const;

/** Inserts the attributes of opened rows into a view. */
export class List implements Source<Item> {
  private readonly view: View;
  private readonly open = new Map<number, Item[]>(); // by the row's first number
  private places: { at: number; items: Item[] }[] = [];
  private extra = 0;

  constructor(view: View) {
    this.view = view;
  }

  get count(): number {
    return this.view.size + this.extra;
  }

  /** Reports whether a row is opened. */
  isOpen(row: Row): boolean {
    return this.open.has(row.first);
  }

  /** Opens or closes a row. */
  toggle(row: Row, open: boolean): void {
    if (open) this.open.set(row.first, details(row));
    else this.open.delete(row.first);
    this.place();
  }

  /** The place in the list of the i-th row of the view. */
  indexOf(row: number): number {
    let index = row;
    for (const { at, items } of this.places) if (at < row) index += items.length;
    return index;
  }

  /** Finds the opened rows again after the view has changed. */
  place(): void {
    this.places = [];
    this.extra = 0;
    for (const [first, items] of this.open) {
      const at = this.view.indexOf(first);
      if (at < 0) continue;
      this.places.push({ at, items });
      this.extra += items.length;
    }
    this.places.sort((a, b) => a.at - b.at);
  }

  row(index: number): Item | undefined {
    let i = index;
    for (const { at, items } of this.places) {
      if (i <= at) break;
      if (i <= at + items.length) return items[i - at - 1];
      i -= items.length;
    }
    const row = this.view.row(i);
    return row === undefined ? undefined : { kind: 'line', row };
  }

  key(index: number): string {
    const item = this.row(index);
    if (item === undefined) return `#${index}`;
    return item.kind === 'line' ? String(item.row.first) : `${item.of.first}.${item.index}`;
  }
}

const widest = 400; // characters of a detail's line
const mostLines = 200;

/** Everything about a line, in lines. */
export function details(row: Row): Item[] {
  const { line } = row.last;
  const pairs: [string, string][] = [];
  if (/\n/.test(line.msg)) for (const part of line.msg.split('\n')) pairs.push(['', part]);
  for (const [name, value] of Object.entries(line.attrs ?? {})) {
    const text = typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? 'null');
    text.split('\n').forEach((part, i) => {
      for (let from = 0; from === 0 || from < part.length; from += widest) {
        pairs.push([i === 0 && from === 0 ? name : '', part.slice(from, from + widest)]);
      }
    });
  }
  pairs.push([
    'at',
    `${(line.time / 1e9).toFixed(3)} s, tick ${count(line.tick)}${line.source ? `, ${line.source}` : ''}`,
  ]);
  if (row.count > 1)
    pairs.push(['repeats', `${count(row.count)} times, frames ${count(row.since)} to ${count(line.frame)}`]);
  return pairs.slice(0, mostLines).map(([name, text], index) => ({ kind: 'attr', of: row, index, name, text }));
}

/** A line as text, for the clipboard and for a file. */
export function plainLine(kept: Kept, times = 1): string {
  const { line, attrs } = kept;
  const parts = [
    `#${line.frame}`,
    line.level.toUpperCase().padEnd(5),
    line.source,
    line.msg,
    attrs,
    times > 1 ? `(×${times})` : '',
  ];
  return parts.filter((p) => p !== '').join('  ');
}

/** The file's name without its folders, with the line: `spawn.go:31`. */
export function shortSource(source: string): string {
  return source.slice(source.lastIndexOf('/') + 1);
}

/** The frame as a link to Perf. */
export class FrameCell implements CellView<Item> {
  private readonly link = document.createElement('a');
  private shown = -1;
  private readonly href: (frame: number) => string;

  constructor(host: HTMLElement, app: App) {
    this.href = (frame) => app.url.href('perf', { f: String(frame) });
    this.link.tabIndex = -1; // the row is the place for keys
    this.link.addEventListener('click', (event) => follow(app, event, this.shown));
    host.append(this.link);
  }

  show(item: Item): void {
    this.link.hidden = item.kind !== 'line';
    if (item.kind !== 'line') return;
    const { frame } = item.row.last.line;
    if (frame === this.shown) return;
    this.shown = frame;
    this.link.textContent = count(frame);
    this.link.href = this.href(frame);
    this.link.title = `Frame ${count(frame)} in Perf`;
  }
}

/** The message with its attributes, and the mark that opens them. */
export class MessageCell implements CellView<Item> {
  private readonly toggle = document.createElement('span');
  private readonly name = document.createElement('span');
  private readonly message = document.createElement('span');
  private readonly attrs = document.createElement('span');
  private readonly isOpen: (row: Row) => boolean;

  constructor(host: HTMLElement, isOpen: (row: Row) => boolean) {
    this.isOpen = isOpen;
    this.toggle.dataset.toggle = '';
    this.toggle.className = 'log-toggle';
    this.toggle.setAttribute('aria-hidden', 'true');
    this.name.className = 'log-name';
    this.message.className = 'log-message';
    this.attrs.className = 'log-attrs';
    host.append(this.toggle, this.name, this.message, this.attrs);
  }

  show(item: Item): void {
    const line = item.kind === 'line';
    const msg = line ? item.row.last.line.msg : item.text;
    const cut = msg.indexOf('\n');
    write(this.toggle, line ? (this.isOpen(item.row) ? '▾' : '▸') : '');
    write(this.name, line || item.name === '' ? '' : item.name);
    write(this.message, cut < 0 ? msg : `${msg.slice(0, cut)} …`);
    write(this.attrs, line ? item.row.last.attrs : '');
  }
}

function write(el: HTMLElement, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}

/** How often the line was repeated. */
export class CountCell implements CellView<Item> {
  private readonly chip = document.createElement('span');

  constructor(host: HTMLElement) {
    this.chip.className = 'log-count';
    host.append(this.chip);
  }

  show(item: Item): void {
    const times = item.kind === 'line' ? item.row.count : 1;
    this.chip.hidden = times < 2;
    if (times > 1) write(this.chip, `× ${count(times)}`);
  }
}

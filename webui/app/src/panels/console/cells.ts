// What draws the cells of the list.

import type { App } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { count } from '../../core/units';
import { follow } from '../../widgets/framelink/framelink';
import type { CellView } from '../../widgets/table/table';
import type { Item } from './list';
import type { Part } from './output';
import type { Ordered } from './store';
import type { Row } from './view';

/** Marks of the kinds: shape before colour. */
export const kindMarks = {
  debug: '·',
  info: '–',
  warn: '▲',
  error: '✕',
  command: '›',
  output: '',
  failure: '✕',
} as const;

/** The row of the view that an item stands for; undefined for what stands below one. */
export function rowOf(item: Item): Row | undefined {
  return item.kind === 'attr' ? undefined : item.row;
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
    const row = rowOf(item);
    const frame = row?.last.lastFrame ?? -1;
    if (frame === this.shown) return;
    this.link.hidden = frame < 0;
    this.shown = frame;
    this.link.textContent = frame < 0 ? '' : count(frame);
    this.link.href = this.href(frame);
    this.link.title = `Frame ${count(frame)} in Perf`;
  }
}

/** The message with its attributes, or a strip of an output, and the mark that opens it. */
export class MessageCell implements CellView<Item> {
  private readonly toggle = document.createElement('span');
  private readonly name = document.createElement('span');
  private readonly message = document.createElement('span');
  private readonly attrs = document.createElement('span');
  private readonly isOpen: (row: Row) => boolean;
  private drawn: object | undefined; // whose parts

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
    if (item.kind === 'strip') this.showStrip(item);
    else if (item.kind === 'command') this.showParts(item.own.wrong ?? item.own, () => commandParts(item.own), '', 0);
    else this.showLine(item);
  }

  private showLine(item: Extract<Item, { kind: 'line' | 'attr' }>): void {
    const line = item.kind === 'line';
    const msg = line ? item.row.last.msg : item.text;
    const cut = msg.indexOf('\n');
    this.indent(line ? 0 : 1);
    this.drawn = undefined;
    write(this.toggle, line ? (this.isOpen(item.row) ? '▾' : '▸') : '');
    write(this.name, line ? '' : item.name);
    write(this.message, cut < 0 ? msg : `${msg.slice(0, cut)} …`);
    write(this.attrs, line ? item.row.last.attrs : '');
  }

  private showStrip({ strip }: Extract<Item, { kind: 'strip' }>): void {
    this.showParts(strip, () => strip.parts, strip.open === undefined ? '' : strip.open ? '▾' : '▸', strip.depth);
  }

  private showParts(key: object, parts: () => readonly Part[], toggle: string, depth: number): void {
    write(this.toggle, toggle);
    this.indent(depth);
    if (key === this.drawn) return;
    this.drawn = key;
    write(this.name, '');
    write(this.attrs, '');
    this.message.replaceChildren(
      ...parts().map(({ text, tone }) => {
        const span = document.createElement('span');
        if (tone) span.className = `tone-${tone}`;
        span.textContent = text;
        return span;
      }),
    );
  }

  private indent(depth: number): void {
    this.toggle.style.marginLeft = depth === 0 ? '' : `${depth * 16}px`;
  }
}

// The word that was wrong stands out.
function commandParts({ line, wrong }: Ordered): Part[] {
  if (wrong === undefined) return [{ text: inOne(line) }];
  return [
    { text: inOne(line.slice(0, wrong.from)) },
    { text: inOne(line.slice(wrong.from, wrong.to)), tone: 'wrong' },
    { text: inOne(line.slice(wrong.to)) },
  ];
}

// Several lines in one.
function inOne(line: string): string {
  return line.replace(/\n/g, ' ⏎ ');
}

function write(el: HTMLElement, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}

/** How often the line was repeated; that a command still runs; the way to copy a table. */
export class CountCell implements CellView<Item> {
  private readonly chip = document.createElement('span');
  private readonly button = document.createElement('button');
  private tsv: (() => string) | undefined;

  constructor(host: HTMLElement, app: App) {
    this.button.type = 'button';
    this.button.className = 'log-copy';
    this.button.tabIndex = -1; // Enter on the row does the same
    this.button.title = 'Copy the table as tab-separated values (Enter on the row)';
    this.button.addEventListener('click', () => copyTable(app, this.tsv));
    host.append(this.chip, this.button);
  }

  show(item: Item): void {
    const times = item.kind === 'line' ? item.row.count : 1;
    const waits = item.kind === 'command' && item.own.waits;
    this.tsv = item.kind === 'strip' ? item.strip.tsv : undefined;
    this.button.hidden = this.tsv === undefined;
    write(this.button, this.tsv === undefined ? '' : 'copy table');
    this.chip.hidden = times < 2 && !waits;
    this.chip.className = waits ? 'log-waits' : 'log-count';
    write(this.chip, waits ? '◔ runs' : times > 1 ? `× ${count(times)}` : '');
  }
}

/** Puts a table on the clipboard. */
export function copyTable(app: App, tsv: (() => string) | undefined): void {
  if (tsv !== undefined && copyText(tsv())) app.toast('Table copied');
}

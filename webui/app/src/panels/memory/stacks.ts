// Things that have a call stack, as rows of a table: opened, a row shows its frames below it.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { copyText, downloadText } from '../../core/clipboard';
import type { StackFrame } from '../../core/protocol';
import { count } from '../../core/units';
import { type CellView, type Column, type Sort, Table } from '../../widgets/table/table';
import { tsv } from '../../widgets/table/tsv';
import { foreign, shortFunction, shortPlace } from './names';

/** A thing that has a stack. */
export interface Stacked {
  /** What it is known by; the same in a list that comes later. */
  key: string;
  /** The innermost frame first. */
  stack: readonly StackFrame[];
  /** Place in the stack of the frame that it is named by. */
  at: number;
}

/** A row: a thing, or a frame of one that is open. */
export type StackRow<T extends Stacked> = { thing: T; frame: number };

/** The frame of a row that is no frame of an opened stack. */
const whole = -1;

/** A column of numbers of the things. */
export interface NumberColumn<T> {
  key: string;
  title: string;
  note?: string;
  width: number;
  help: string;
  text(thing: T): string;
  by(thing: T): number;
  tone?(thing: T): string;
  /** Left out where there is not room for all. */
  lesser?: boolean;
}

export interface StackListOptions<T extends Stacked> {
  /** Names it in the address and the status bar. */
  id: string;
  /** What the things are, in the plural, small. */
  what: string;
  numbers: readonly NumberColumn<T>[];
  /** A column of words before the function. */
  words?: Omit<Column<StackRow<T>>, 'text'> & { of(thing: T): string };
  /** The column that is sorted by at first, greatest first. */
  order: string;
}

export class StackList<T extends Stacked> {
  readonly table: Table<StackRow<T>>;
  readonly query: Signal<string>;
  readonly tally: Signal<{ listed: number; all: number }> = signal({ listed: 0, all: 0 });
  private readonly app: App;
  private readonly options: StackListOptions<T>;
  private readonly sort: Signal<string>;
  private things: readonly T[] = [];
  private listed: T[] = [];
  private rows: StackRow<T>[] = [];
  private readonly open = new Set<string>();
  private narrow = false;

  constructor(app: App, options: StackListOptions<T>) {
    this.app = app;
    this.options = options;
    this.query = app.url.param(options.id, '', 'memory');
    this.sort = app.url.param(`${options.id}-sort`, `-${options.order}`, 'memory');
    this.table = this.build();
  }

  /** Follows the filter and the order. Returns its undo. */
  start(): () => void {
    const off = [this.query.subscribe(() => this.arrange()), this.sort.subscribe(() => this.arrange())];
    return () => {
      for (const f of off) f();
      this.app.status.clear(`memory-${this.options.id}`);
    };
  }

  /** Takes other things. */
  set(things: readonly T[]): void {
    this.things = things;
    this.arrange();
  }

  /** Copies what is listed, as a table for a spreadsheet. */
  copy(): void {
    const keys = new Set(this.listed.map((t) => t.key));
    const source = {
      count: this.listed.length,
      row: (i: number) => this.plain(i),
      key: (i: number) => this.listed[i]?.key ?? '',
    };
    const text = tsv(this.columns(false), source, keys, undefined);
    if (copyText(text)) this.app.toast(`${count(this.listed.length)} ${this.options.what} copied`);
    else downloadText(`${this.options.id}.tsv`, text);
  }

  private plain(i: number): StackRow<T> | undefined {
    const thing = this.listed[i];
    return thing && { thing, frame: whole };
  }

  private arrange(): void {
    const wanted = this.query.peek().toLowerCase().split(/\s+/).filter(Boolean);
    const words = this.options.words?.of;
    this.listed = this.things.filter((t) => {
      if (wanted.length === 0) return true;
      const text = [words?.(t) ?? '', ...t.stack.map((f) => `${f.func} ${f.file}:${f.line}`)].join(' ').toLowerCase();
      return wanted.every((w) => text.includes(w));
    });
    const { key, down } = sortOf(this.sort.peek());
    const by = this.options.numbers.find((c) => c.key === key)?.by;
    if (by) this.listed.sort((a, b) => (down ? by(b) - by(a) : by(a) - by(b)));
    this.rows = this.listed.flatMap((thing) => [
      { thing, frame: whole },
      ...(this.open.has(thing.key) ? thing.stack.map((_, frame) => ({ thing, frame })) : []),
    ]);
    this.table.update();
    this.tell(wanted.length > 0);
  }

  private tell(filtered: boolean): void {
    const [listed, all] = [this.listed.length, this.things.length];
    const now = this.tally.peek();
    if (listed !== now.listed || all !== now.all) this.tally.value = { listed, all };
    const clear = (): void => {
      this.query.value = '';
    };
    const { id, what } = this.options;
    this.app.status.filter(`memory-${id}`, count(listed), count(all), what, filtered ? clear : undefined);
  }

  private columns(narrow: boolean): Column<StackRow<T>>[] {
    const { numbers, words } = this.options;
    const of = (f: (thing: T) => string) => (row: StackRow<T>) => (row.frame === whole ? f(row.thing) : '');
    return [
      ...(words ? [{ ...words, text: of(words.of) }] : []),
      {
        key: 'function',
        title: 'Function',
        width: 190,
        grow: 1,
        class: 'mono function',
        text: (row) => frameOf(row)?.func ?? '',
        view: (host) => new FunctionCell(host),
      },
      {
        key: 'source',
        title: 'Source',
        width: 150,
        most: 230,
        class: 'source',
        text: (row) => place(frameOf(row)),
        view: (host) => new SourceCell(host, this.app),
      },
      ...numbers
        .filter((c) => !narrow || !c.lesser)
        .map((c): Column<StackRow<T>> => {
          const { tone } = c;
          return {
            key: c.key,
            title: c.title,
            ...(c.note !== undefined && { note: c.note }),
            width: c.width,
            help: c.help,
            align: 'right',
            sortable: true,
            text: of(c.text),
            ...(tone && { tone: of(tone) }),
          };
        }),
    ];
  }

  // Of numbers the greatest are wanted first; then the smallest; then the order of before.
  private order(pressed: Sort | undefined): void {
    const now = sortOf(this.sort.peek());
    if (pressed !== undefined && pressed.key !== now.key) this.sort.value = `-${pressed.key}`;
    else this.sort.value = now.down ? now.key : `-${this.options.order}`;
    this.table.setSort(sortOf(this.sort.peek()));
  }

  private unfold({ thing }: StackRow<T>, open: boolean): void {
    if (open) this.open.add(thing.key);
    else this.open.delete(thing.key);
    this.arrange();
  }

  private build(): Table<StackRow<T>> {
    const list = this;
    const { what, id } = this.options;
    return new Table<StackRow<T>>({
      label: what.charAt(0).toUpperCase() + what.slice(1),
      columns: this.columns(false),
      source: {
        get count() {
          return list.rows.length;
        },
        row: (i) => this.rows[i],
        key: (i) => {
          const row = this.rows[i];
          return row === undefined ? '' : `${id}|${row.thing.key}|${row.frame}`;
        },
      },
      tree: true,
      soon: (f) => this.app.frame.soon(f),
      sort: sortOf(this.sort.peek()),
      onSort: (s) => this.order(s),
      onToggle: (row, open) => this.unfold(row, open),
      onOpen: (row) => {
        if (row.frame === whole) this.unfold(row, !this.open.has(row.thing.key));
        return true;
      },
      onResize: () => this.fit(),
      dress: (row) =>
        row.frame === whole
          ? { class: 'thing', level: 1, open: this.open.has(row.thing.key) }
          : { class: `frame${row.frame === row.thing.at ? ' named' : ''}`, level: 2 },
    });
  }

  // Numbers that matter less leave before the table scrolls to both sides.
  private fit(): void {
    const room = this.table.el.clientWidth;
    const narrow = room < this.columns(false).reduce((sum, c) => sum + c.width, 0);
    if (room === 0 || narrow === this.narrow) return;
    this.narrow = narrow;
    this.table.setColumns(this.columns(narrow));
  }
}

function sortOf(text: string): Sort {
  return { key: text.replace(/^-/, ''), down: text.startsWith('-') };
}

function frameOf<T extends Stacked>({ thing, frame }: StackRow<T>): StackFrame | undefined {
  return thing.stack[frame === whole ? thing.at : frame];
}

function place(frame: StackFrame | undefined): string {
  return frame === undefined ? '' : `${frame.file}:${frame.line}`;
}

/** The function of a row; of a thing with who called it, and what of the standard library it went through. */
class FunctionCell<T extends Stacked> implements CellView<StackRow<T>> {
  private readonly mark = document.createElement('span');
  private readonly name = document.createElement('span');
  private readonly through = document.createElement('span');
  private readonly host: HTMLElement;
  private drawn: StackRow<T> | undefined;

  constructor(host: HTMLElement) {
    this.host = host;
    this.mark.className = 'fold';
    this.mark.setAttribute('aria-hidden', 'true');
    this.mark.dataset.toggle = '';
    this.through.className = 'muted';
    host.append(this.mark, this.name, this.through);
  }

  show(row: StackRow<T>): void {
    const open = this.host.parentElement?.getAttribute('aria-expanded');
    this.mark.textContent = row.frame !== whole ? '' : open === 'true' ? '▾' : '▸';
    if (this.drawn?.thing === row.thing && this.drawn.frame === row.frame) return;
    this.drawn = row;
    const frame = frameOf(row);
    const { stack, at } = row.thing;
    const inner = row.frame === whole && at > 0 ? stack[0] : undefined;
    const caller = row.frame === whole ? stack[at + 1] : undefined;
    this.name.textContent = frame ? shortFunction(frame.func) : 'stacks that are not told apart';
    this.name.className = frame === undefined || (row.frame !== whole && foreign(frame)) ? 'muted' : '';
    const via = inner ? ` in ${shortFunction(inner.func)}` : '';
    this.through.textContent = caller ? `${via} ← ${shortFunction(caller.func)}` : via;
    this.host.title = frame?.func ?? '';
  }
}

/** The place in the source; a press copies its whole name. */
class SourceCell<T extends Stacked> implements CellView<StackRow<T>> {
  private readonly button = document.createElement('button');
  private whole = '';

  constructor(host: HTMLElement, app: App) {
    this.button.type = 'button';
    this.button.className = 'source-name';
    this.button.tabIndex = -1;
    this.button.addEventListener('click', (event) => {
      event.stopPropagation();
      if (copyText(this.whole)) app.toast(`Copied ${this.whole}`);
    });
    host.append(this.button);
  }

  show(row: StackRow<T>): void {
    const frame = frameOf(row);
    const all = place(frame);
    if (all === this.whole) return;
    this.whole = all;
    this.button.textContent = frame ? shortPlace(frame) : '';
    this.button.title = frame ? `${all}\nPress to copy` : '';
    this.button.hidden = frame === undefined;
  }
}

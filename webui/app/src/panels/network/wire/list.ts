// The list of the wire: what of the ring is shown, whether it follows the end, which message is read.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../../core/app';
import type { Direction } from '../../../core/protocol';
import { bytes, count, text } from '../../../core/units';
import { Table } from '../../../widgets/table/table';
import { columns, directions, moment } from './columns';
import { matcher, type WireFilter } from './filter';
import { clientWords, tell } from './message';
import { type Kept, keptBytes } from './ring';
import { WireRows } from './rows';
import { type Wire, wireOf } from './store';

/** What is said of the list in numbers. */
export interface Tally {
  listed: number;
  /** Those of this page are counted only while they are shown. */
  all: number;
  /** Messages of this page, shown or not. */
  own: number;
  /** Rows that came since the end was left. */
  fresh: number;
}

const roomForLength = 640; // px

let shown: WireList | undefined;

/** The list that is shown, for keys. */
export function wireList(): WireList | undefined {
  return shown;
}

/** Lives while the wire is shown. */
export class WireList {
  readonly wire: Wire;
  readonly match: Signal<string>;
  readonly client: Signal<string>;
  /** `in`, `out`, or empty for both. */
  readonly way: Signal<string>;
  /** `1` shows this page's own messages as well. */
  readonly own: Signal<string>;
  readonly follow = signal(true);
  readonly picked: Signal<Kept | undefined> = signal(undefined);
  readonly tally: Signal<Tally> = signal({ listed: 0, all: 0, own: 0, fresh: 0 });
  readonly table: Table<Kept>;
  private readonly app: App;
  private readonly rows = new WireRows();
  private readonly columns = columns(() => this.match.peek());
  private narrow = false;
  private fresh = 0;
  private version = -1; // of the wire, when it was drawn last

  constructor(app: App) {
    this.app = app;
    this.wire = wireOf(app);
    this.match = app.url.param('wire', '', 'network');
    this.client = app.url.param('client', '', 'network');
    this.way = app.url.param('way', '', 'network');
    this.own = app.url.param('own', '', 'network');
    this.table = this.build();
  }

  /** Records and follows until the view is left. Returns its undo. */
  start(): () => void {
    const { app, wire } = this;
    shown = this;
    const off = [
      effect(() => wire.ask(this.filter())),
      effect(() => {
        if (wire.wanted.value && app.me.value?.role === 'drive') wire.open();
        else wire.close();
      }),
      effect(() => {
        if (app.conn.value.state !== 'live') wire.interrupted();
      }),
      effect(() => this.choose(matcher(this.filter(), this.own.value !== ''))),
      app.frame.onText(() => this.flush()),
      effect(() => {
        if (!app.view.value.paused) app.frame.stir();
      }),
      effect(() => this.tell()),
    ];
    return () => {
      for (const f of off) f();
      wire.close();
      if (shown === this) shown = undefined;
      for (const id of ['wire', 'wire-size', 'wire-stopped']) app.status.clear(id);
    };
  }

  /** Reports whether messages are held back. */
  get filtered(): boolean {
    const { match, client, direction } = this.filter();
    return match !== '' || client !== '' || direction !== '';
  }

  filter(): WireFilter {
    const way = this.way.value;
    return {
      client: this.client.value.trim(),
      direction: way === 'in' || way === 'out' ? way : '',
      match: this.match.value,
    };
  }

  /** Shows all, but this page's own. */
  showAll(): void {
    this.match.value = '';
    this.client.value = '';
    this.way.value = '';
  }

  /** Shows one direction, or both again. */
  turn(way: Direction): void {
    this.way.value = this.way.peek() === way ? '' : way;
  }

  /** Follows the end again. */
  toEnd(): void {
    this.follow.value = true;
    this.fresh = 0;
    this.draw();
  }

  /** Records, or no longer. */
  toggle(): void {
    this.wire.wanted.value = !this.wire.wanted.peek();
  }

  clear(): void {
    this.picked.value = undefined;
    this.table.select(undefined);
    this.wire.clear();
    this.rows.sync(this.wire.ring, this.rows.end);
    this.toEnd();
  }

  /** Reads no message any more. */
  unpick(): void {
    this.picked.value = undefined;
    this.table.select(undefined);
  }

  /** The listed messages as text, one a line. */
  text(): string {
    const lines: string[] = [];
    for (let i = 0; i < this.rows.size; i++) {
      const kept = this.rows.row(i);
      if (kept !== undefined) lines.push(plain(kept));
    }
    return `${lines.join('\n')}\n`;
  }

  private flush(): void {
    const { wire } = this;
    if (this.app.view.peek().paused || wire.version === this.version) return;
    this.version = wire.version;
    const { came, went } = this.rows.sync(wire.ring);
    if (!this.follow.peek()) {
      this.fresh += came;
      if (went > 0) this.table.shift(went); // the rows under the eye stay where they are
    }
    this.draw();
  }

  private choose(test: (kept: Kept) => boolean): void {
    const { ring, version } = this.wire;
    const still = this.app.view.peek().paused && this.version >= 0;
    this.rows.rebuild(ring, test, still ? this.rows.end : ring.end);
    if (!still) this.version = version;
    this.fresh = 0;
    this.draw();
    if (!this.follow.peek() && this.table.atEnd()) this.follow.value = true;
  }

  private draw(): void {
    if (this.follow.peek()) this.table.toEnd();
    this.table.update();
    const { ring } = this.wire;
    const all = ring.messages - (this.own.peek() === '' ? ring.own : 0);
    const next = { listed: this.rows.messages, all, own: ring.own, fresh: this.fresh };
    if (JSON.stringify(next) !== JSON.stringify(this.tally.peek())) this.tally.value = next;
  }

  private tell(): void {
    const { status } = this.app;
    const { listed, all, fresh } = this.tally.value;
    const clear = this.filtered ? () => this.showAll() : undefined;
    status.filter('wire', count(listed), count(all), 'recorded messages', clear);
    const size = `wire ${text(bytes(this.wire.ring.bytes))} of ${text(bytes(keptBytes, 0))}`;
    if (this.wire.ring.size === 0) status.clear('wire-size');
    else status.set({ id: 'wire-size', text: size, tone: 'muted', side: 'right', order: 60 });
    if (!this.wire.wanted.value) {
      const words = { text: 'wire is not recorded', clearLabel: 'Record again' };
      status.set({ id: 'wire-stopped', order: 30, clear: () => this.toggle(), ...words });
    } else if (!this.follow.value) {
      const words = {
        text: fresh > 0 ? `${count(fresh)} newer messages` : 'end of the wire left',
        clearLabel: 'Follow again',
      };
      status.set({ id: 'wire-stopped', tone: 'muted', order: 30, clear: () => this.toEnd(), ...words });
    } else status.clear('wire-stopped');
  }

  // Lengths give way to what is said.
  private fit(): void {
    const narrow = this.table.el.clientWidth < roomForLength;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    this.table.setColumns(this.columns.filter((c) => !narrow || c.key !== 'bytes'));
  }

  private build(): Table<Kept> {
    const { rows } = this;
    return new Table<Kept>({
      label: 'Messages',
      columns: this.columns,
      source: {
        get count() {
          return rows.size;
        },
        row: (i) => rows.row(i),
        key: (i) => String(rows.row(i)?.no ?? `#${i}`),
      },
      soon: (f) => this.app.frame.soon(f),
      rowHeight: 20,
      onSelect: (kept) => {
        this.follow.value = false; // what is read must not run away
        this.picked.value = kept?.message === undefined ? undefined : kept;
      },
      onScroll: (atEnd) => {
        if (atEnd) this.fresh = 0;
        this.follow.value = atEnd;
      },
      onResize: () => {
        this.fit();
        if (this.follow.peek()) this.table.toEnd();
      },
      dress: ({ message }) =>
        message === undefined ? { class: 'note' } : tell(message).kind === 'error' ? { class: 'error' } : {},
    });
  }
}

/** A message as a line of text. */
export function plain({ message: m, note }: Kept): string {
  if (m === undefined) return `-- ${note ?? ''}`;
  return [moment(m.time).replace(/\u202f/g, ''), directions[m.direction], clientWords(m), m.bytes, m.text ?? '']
    .join('  ')
    .trimEnd();
}

// What a command answered, as strips of the list: text line by line, data as a tree, lists of objects as a table.

import type { CommandResult } from '../../core/protocol';
import { count } from '../../core/units';

export type Tone = 'muted' | 'num' | 'word' | 'bad' | 'name' | 'wrong';

/** A run of characters that look alike. */
export interface Part {
  text: string;
  tone?: Tone;
}

/** One row of an output. */
export interface Strip {
  parts: Part[];
  /** Steps to the right. */
  depth: number;
  /** Undefined: it has no inside. */
  open?: boolean;
  /** Opens or closes it. */
  flip?(): void;
  /** The whole table, for the clipboard. */
  tsv?(): string;
}

const mostStrips = 100; // until somebody asks for more
const mostColumns = 12;
const widestCell = 36; // characters; what is last in its row has more room
const widestLast = 160;
const previewed = 72; // characters of a value in one line

interface Block {
  /** Its rows, where so many characters fit into one. */
  strips(room: number): Strip[];
  text(): string;
}

/** Rows of an output; they change when something in it is opened or closed. */
export class Output {
  private readonly blocks: Block[];
  private cache: Strip[] | undefined;
  private all = false; // show all strips
  private room = Number.POSITIVE_INFINITY;

  constructor(blocks: Block[]) {
    this.blocks = blocks;
  }

  /** The answer of the game to a line. */
  static of(results: readonly Pick<CommandResult, 'output' | 'data'>[]): Output {
    const out = new Output([]);
    for (const { output = '', data } of results) {
      if (output !== '') out.blocks.push(words(output));
      if (Array.isArray(data) && data.length > 0 && data.every(isRecord)) out.blocks.push(new Grid(data));
      else if (Array.isArray(data) && data.length === 0) out.blocks.push(words('none', 'muted'));
      else if (data !== undefined && data !== null) out.blocks.push(new Tree(data, () => out.changed()));
    }
    return out;
  }

  /** Plain text. */
  static text(text: string, tone?: Tone): Output {
    return new Output(text === '' ? [] : [words(text, tone)]);
  }

  /** Says how many characters a row has room for. */
  fit(room: number): void {
    if (room === this.room) return;
    this.room = room;
    this.changed();
  }

  get strips(): readonly Strip[] {
    this.cache ??= this.build();
    return this.cache;
  }

  /** All of it, as plain text. */
  text(): string {
    return this.blocks.map((b) => b.text()).join('\n');
  }

  private changed(): void {
    this.cache = undefined;
  }

  private build(): Strip[] {
    const strips = this.blocks.flatMap((b) => b.strips(this.room));
    if (this.all || strips.length <= mostStrips + 10) return strips;
    const more: Strip = {
      parts: [{ text: `… ${count(strips.length - mostStrips)} more`, tone: 'muted' }],
      depth: 0,
      open: false,
      flip: () => {
        this.all = true;
        this.changed();
      },
    };
    return [...strips.slice(0, mostStrips), more];
  }
}

function words(text: string, tone?: Tone): Block {
  const lines = text.replace(/\n+$/, '').split('\n');
  return {
    strips: (room) =>
      lines
        .flatMap((line) => wrap(line.replace(/\t/g, '    '), room))
        .map((line) => ({ parts: [{ text: line, ...(tone && { tone }) }], depth: 0 })),
    text: () => lines.join('\n'),
  };
}

/** Parts a line at blanks so that it fits; what goes on stands a little to the right. */
export function wrap(line: string, room: number): string[] {
  const out: string[] = [];
  const indent = `${/^ */.exec(line)?.[0] ?? ''}  `;
  let rest = line;
  while (rest.length > room && rest.length > indent.length + 20) {
    const blank = rest.lastIndexOf(' ', room);
    const cut = blank > room / 2 ? blank : room;
    out.push(rest.slice(0, cut));
    rest = indent + rest.slice(cut).trimStart();
  }
  out.push(rest);
  return out;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in few characters. */
export function preview(value: unknown, room = previewed): Part[] {
  if (typeof value !== 'object' || value === null) return [scalar(value)];
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const parts: Part[] = [{ text: list ? '[' : '{' }];
  let used = 2;
  let n = 0;
  for (const [name, inner] of entries) {
    const own =
      typeof inner === 'object' && inner !== null && room < previewed / 2 ? [mark(inner)] : preview(inner, room / 3);
    const length = own.reduce((sum, p) => sum + p.text.length, list ? 2 : name.length + 4);
    if (used + length > room && n > 0) break;
    if (n > 0) parts.push({ text: ', ' });
    if (!list) parts.push({ text: `${name}: `, tone: 'name' });
    parts.push(...own);
    used += length;
    n++;
  }
  if (n < entries.length) parts.push({ text: `${n > 0 ? ', ' : ''}…${count(entries.length - n)} more`, tone: 'muted' });
  parts.push({ text: list ? ']' : '}' });
  return parts;
}

function mark(value: object): Part {
  const n = Array.isArray(value) ? value.length : Object.keys(value).length;
  return { text: Array.isArray(value) ? (n === 0 ? '[]' : `[${n}]`) : n === 0 ? '{}' : '{…}', tone: 'muted' };
}

function scalar(value: unknown): Part {
  if (typeof value === 'number' || typeof value === 'boolean') return { text: String(value), tone: 'num' };
  if (value === null || value === undefined) return { text: 'null', tone: 'muted' };
  const text = JSON.stringify(value);
  return { text: text.length > 400 ? `${text.slice(0, 400)}…"` : text, tone: 'word' };
}

/** A value that opens, level by level. */
class Tree implements Block {
  private readonly value: unknown;
  private readonly changed: () => void;
  private readonly shut = new Map<string, boolean>(); // by path; others are open at the root alone

  constructor(value: unknown, changed: () => void) {
    this.value = value;
    this.changed = changed;
  }

  text(): string {
    return JSON.stringify(this.value, undefined, 2);
  }

  strips(): Strip[] {
    const out: Strip[] = [];
    this.walk(out, undefined, this.value, 0, '');
    return out;
  }

  private walk(out: Strip[], name: string | undefined, value: unknown, depth: number, path: string): void {
    const head: Part[] = name === undefined ? [] : [{ text: `${name}: `, tone: 'name' }];
    const parts = [...head, ...preview(value)];
    const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (inside.length === 0) {
      out.push({ parts, depth });
      return;
    }
    const open = !(this.shut.get(path) ?? depth > 0);
    const flip = (): void => {
      this.shut.set(path, open);
      this.changed();
    };
    out.push({ parts, depth, open, flip });
    if (!open) return;
    for (const [key, inner] of inside) this.walk(out, key, inner, depth + 1, `${path}/${key}`);
  }
}

/** Objects alike, under each other. */
class Grid implements Block {
  private readonly rows: readonly Record<string, unknown>[];
  private readonly columns: string[];

  constructor(rows: readonly Record<string, unknown>[]) {
    this.rows = rows;
    this.columns = [...new Set(rows.slice(0, 200).flatMap((r) => Object.keys(r)))];
  }

  text(): string {
    return this.tsv();
  }

  strips(): Strip[] {
    const shown = this.columns.slice(0, mostColumns);
    const last = shown.length - 1;
    const cells = this.rows.map((row) => shown.map((c, i) => cell(row[c], i === last ? widestLast : widestCell)));
    const right = shown.map((c) => this.rows.every((r) => r[c] === undefined || typeof r[c] === 'number'));
    const width = shown.map((c, i) => cells.reduce((w, row) => Math.max(w, row[i]?.text.length ?? 0), c.length));
    const line = (row: Part[]): Strip => ({
      depth: 0,
      parts: row.map((part, i) => {
        const w = (width[i] as number) + 2;
        return {
          ...part,
          text: right[i] ? `${part.text.padStart(w - 2)}  ` : i === last ? part.text : part.text.padEnd(w),
        };
      }),
    });
    const head = line(shown.map((text) => ({ text, tone: 'muted' })));
    const rest = this.columns.length - shown.length;
    if (rest > 0) head.parts.push({ text: `…${rest} more`, tone: 'muted' });
    return [{ ...head, tsv: () => this.tsv() }, ...cells.map(line)];
  }

  private tsv(): string {
    const plain = (value: unknown): string => (value === undefined ? '' : whole(value).replace(/[\t\n\r]+/g, ' '));
    const rows = this.rows.map((row) => this.columns.map((c) => plain(row[c])).join('\t'));
    return `${[this.columns.join('\t'), ...rows].join('\n')}\n`;
  }
}

function whole(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function cell(value: unknown, room: number): Part {
  if (value === undefined) return { text: '' };
  const text = whole(value).replace(/\s+/g, ' ');
  const short = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return typeof value === 'number' || typeof value === 'boolean' ? { text: short, tone: 'num' } : { text: short };
}

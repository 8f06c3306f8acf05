// The list above the line: names that the page knows for the first word, what the game offers for the
// others. One question is on its way at a time, and an answer to what the line was before is dropped.

import { type Signal, signal } from '@preact/signals';
import type { Completion, Cvar } from '../../../core/protocol';
import { type Choice, type Names, named, narrowed, offered } from './choices';
import { under } from './words';

/** What may stand at the cursor. */
export interface Listing {
  choices: Choice[];
  /** What they stand for in the line, [from, to). */
  from: number;
  to: number;
  /** How many fit, of how many; NaN: nobody counted. */
  matched: number;
  all: number;
  /** How the command is written, and which of its arguments is at the cursor. */
  usage?: string | undefined;
  arg?: number | undefined;
  /** The cvar whose value is typed. */
  about?: Cvar | undefined;
}

export interface ListingPorts {
  names(): Names;
  cvar(name: string): Cvar | undefined;
  /** Asks the game; rejects where it cannot be asked. */
  complete(line: string, cursor: number): Promise<Completion>;
}

export class Listings {
  readonly now: Signal<Listing | undefined> = signal(undefined);
  private readonly ports: ListingPorts;
  private line = '';
  private cursor = 0;
  private wanted = false; // the game is to be asked of line and cursor
  private asking = false;
  /** It was closed: an answer comes too late. */
  shut = false;

  constructor(ports: ListingPorts) {
    this.ports = ports;
  }

  /** The line has changed. `eager`: also where nothing was typed yet. */
  update(line: string, cursor: number, eager = false): void {
    const old = this.line;
    this.line = line;
    this.cursor = cursor;
    this.wanted = this.shut = false;
    const { before, word, comment } = under(line, cursor);
    if (comment || (before.length === 0 && word.text === '' && !eager)) {
      this.now.value = undefined;
    } else if (before.length === 0) {
      const { choices, matched, all } = named(word.text, this.ports.names());
      const to = word.text === '' ? cursor : wordEnd(line, cursor);
      this.now.value = choices.length === 0 ? undefined : { choices, from: word.from, to, matched, all };
    } else {
      this.now.value = meanwhile(this.now.peek(), word.from, old, line, cursor);
      this.wanted = true;
      void this.ask();
    }
  }

  /** Nothing is offered until the line changes again. */
  close(): void {
    this.wanted = false;
    this.shut = true;
    this.now.value = undefined;
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    while (this.wanted) {
      const { line, cursor } = this;
      this.wanted = false;
      const found = await this.ports.complete(line, cursor).catch(() => undefined);
      if (this.line === line && this.cursor === cursor && !this.shut) this.take(found, line, cursor);
    }
    this.asking = false;
  }

  private take(found: Completion | undefined, line: string, cursor: number): void {
    if (found === undefined || (found.items.length === 0 && !found.usage)) {
      this.now.value = undefined;
      return;
    }
    const { from, to, items, usage, arg } = found;
    const choices = offered(items, line.slice(from, cursor));
    const { before } = under(line, cursor);
    const about = before.map((w) => this.ports.cvar(w.text)).find((c) => c !== undefined);
    // A cvar alone stands for the verb that sets it.
    const spoken = before[0] !== undefined && before[0].text === about?.name ? undefined : usage;
    this.now.value = { choices, from, to, matched: items.length, all: Number.NaN, usage: spoken, arg, about };
  }
}

// What was offered for the word as it was before, until the game has answered: of that what still fits.
function meanwhile(
  before: Listing | undefined,
  from: number,
  old: string,
  line: string,
  cursor: number,
): Listing | undefined {
  if (before?.from !== from) return undefined;
  const to = before.to + line.length - old.length;
  if (to < cursor || line.slice(to) !== old.slice(before.to)) return undefined; // something else was changed
  const choices = narrowed(before.choices, line.slice(from, cursor));
  return choices.length === 0 && !before.usage ? undefined : { ...before, choices, to, matched: choices.length };
}

// A name goes on behind the cursor where that stands in the midst of it.
function wordEnd(line: string, cursor: number): number {
  let to = cursor;
  while (to < line.length && /[\w.]/.test(line[to] as string)) to++;
  return to;
}

// The messages that the page keeps: bounded in number and in bytes, oldest out first.

import type { WireMessage } from '../../../core/protocol';
import type { WireFilter } from './filter';

/** A message, or a note of the page between messages. */
export interface Kept {
  /** Counts what this page kept, from 0 without gaps. */
  readonly no: number;
  /** Undefined for a note. */
  readonly message?: WireMessage;
  readonly note?: string;
  /** It was this page's own. */
  readonly own: boolean;
  /** What the game was asked for when it came. */
  readonly under: WireFilter;
  readonly bytes: number;
}

/** What an entry costs beside its text, roughly: objects, headers, array slots. */
const overhead = 200;

export const keptMessages = 10_000;
export const keptBytes = 8 * 1024 * 1024;

export class WireRing {
  private readonly limit: number;
  private readonly most: number;
  private items: Kept[] = [];
  private head = 0;
  private held = 0;
  private next = 0;
  private noted = 0;
  private ours = 0;

  /**
   * @param limit bytes
   * @param most messages
   */
  constructor(limit = keptBytes, most = keptMessages) {
    this.limit = limit;
    this.most = most;
  }

  /** Entries kept. */
  get size(): number {
    return this.items.length - this.head;
  }

  /** Messages kept: entries without the notes. */
  get messages(): number {
    return this.size - this.noted;
  }

  /** Of the messages, those of this page. */
  get own(): number {
    return this.ours;
  }

  /** Bytes kept, estimated. */
  get bytes(): number {
    return this.held;
  }

  /** Number of the oldest entry kept; the next one's when there is none. */
  get oldest(): number {
    return this.next - this.size;
  }

  /** Number of the entry that comes next. */
  get end(): number {
    return this.next;
  }

  /** The entry with a number. */
  numbered(no: number): Kept | undefined {
    return this.items[this.head + no - this.oldest];
  }

  /** Appends messages; `own` tells this page's. */
  push(messages: readonly WireMessage[], under: WireFilter, own: (m: WireMessage) => boolean): void {
    for (const message of messages) {
      const bytes = overhead + 2 * (message.text?.length ?? 0);
      this.add({ no: this.next, message, own: own(message), under, bytes });
    }
    this.trim();
  }

  /** Appends a note. */
  remark(note: string, under: WireFilter): void {
    this.add({ no: this.next, note, own: false, under, bytes: overhead + 2 * note.length });
    this.trim();
  }

  /** The newest entry. */
  get newest(): Kept | undefined {
    return this.items.at(-1);
  }

  /** Empties the ring; the numbers go on. */
  clear(): void {
    this.items = [];
    this.head = 0;
    this.held = this.noted = this.ours = 0;
  }

  private add(kept: Kept): void {
    this.items.push(kept);
    this.next++;
    this.count(kept, 1);
  }

  private count(kept: Kept, by: 1 | -1): void {
    this.held += by * kept.bytes;
    if (kept.message === undefined) this.noted += by;
    if (kept.own) this.ours += by;
  }

  private trim(): void {
    while ((this.held > this.limit || this.size > this.most) && this.size > 1) {
      this.count(this.items[this.head] as Kept, -1);
      this.head++;
    }
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}

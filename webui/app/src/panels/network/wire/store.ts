// The wire as this page has recorded it. It is recorded only while somebody looks and has not stopped it:
// the game writes every message of every client twice for that.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../../core/app';
import type { WireMessage } from '../../../core/protocol';
import type { Subscription } from '../../../core/rpc';
import { everything, filterWords, paramsOf, sameFilter, type WireFilter } from './filter';
import { WireRing } from './ring';

const buffer = 1024; // frames that the game keeps for a page that is behind
const credit = 240; // frames on their way to a page that draws none: four seconds
const typing = 250; // ms of silence before the game is asked for something else

export class Wire {
  readonly ring = new WireRing();
  /** Grows with each entry. */
  version = 0;
  /** Whether the person wants it recorded while the view is open. */
  readonly wanted: Signal<boolean> = signal(true);
  /** Whether the game sends now. */
  readonly recording: Signal<boolean> = signal(false);
  /** Why the game does not; empty while it does or was not asked. */
  readonly fault: Signal<string> = signal('');

  private readonly app: App;
  private filter: WireFilter = everything;
  private following: Subscription<'wire'> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App) {
    this.app = app;
  }

  /** Records until `close`. */
  open(): void {
    if (this.following !== undefined) return;
    this.following = this.app.rpc.subscribe('wire', {
      params: paramsOf(this.filter),
      policy: 'all',
      buffer,
      credit,
      onSnapshot: () => this.opened(),
      onEvent: (messages, meta) => this.take(messages, meta.lost),
      onError: (error) => {
        this.fault.value = error.message;
        this.recording.value = false;
      },
    });
  }

  close(): void {
    clearTimeout(this.timer);
    this.following?.close();
    this.following = undefined;
    this.recording.value = false;
  }

  /** The connection is gone; with the next one the recording goes on by itself. */
  interrupted(): void {
    this.recording.value = false;
  }

  /** Asks the game for other messages, once the person has stopped typing. */
  ask(filter: WireFilter): void {
    clearTimeout(this.timer);
    if (sameFilter(filter, this.filter)) return;
    const go = (): void => {
      this.filter = filter;
      this.following?.update(paramsOf(filter));
    };
    if (this.following === undefined) go();
    else this.timer = setTimeout(go, typing);
  }

  /** Forgets what was recorded. */
  clear(): void {
    this.ring.clear();
    this.changed();
  }

  private opened(): void {
    this.fault.value = '';
    this.recording.value = true;
    // One of two such notes without a message between them is enough.
    const words = filterWords(this.filter);
    const note = `recorded from here${words === '' ? '' : `: only messages ${words}`}`;
    if (this.ring.newest?.note !== note) this.note(note);
  }

  private take(messages: readonly WireMessage[], lost: number): void {
    if (lost > 0) this.note('messages are missing here: more came than this page took');
    const me = this.app.me.peek()?.name;
    this.ring.push(messages, this.filter, (m) => m.client === me);
    this.changed();
  }

  private note(text: string): void {
    this.ring.remark(text, this.filter);
    this.changed();
  }

  private changed(): void {
    this.version++;
    this.app.frame.stir();
  }
}

const byApp = new WeakMap<App, Wire>();

/** The page's one. */
export function wireOf(app: App): Wire {
  let wire = byApp.get(app);
  if (wire === undefined) {
    wire = new Wire(app);
    byApp.set(app, wire);
  }
  return wire;
}

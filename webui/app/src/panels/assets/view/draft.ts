// A text while it is written: what the game has, what the person has, and what is on its way between.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../../core/app';
import type { Asset } from '../model';
import { dismiss, send, sendings } from '../replace';
import { assetsOf } from '../store';
import type { Place } from '../transfer';

const patience = 400; // ms after the last key
const mostSent = 8;

export interface DraftStatus {
  state: 'idle' | 'sending' | 'applied' | 'refused';
  places: readonly Place[];
  reason: string;
  /** Which the game has. */
  version: number;
  frame: number;
  /** The game has another text than the one that was begun with, and not by this person. */
  theirs: boolean;
}

/** What a draft needs; the last two for tests. */
export interface DraftPorts {
  send(text: string): Promise<{ taken: boolean; reason: string; places: readonly Place[] }>;
  later(f: () => void, millis: number): () => void;
}

export class Draft {
  readonly status: Signal<DraftStatus>;
  /** The person's text is not the game's. */
  readonly dirty = signal(false);
  /** The person's text is not the one that was begun with. */
  readonly touched = signal(false);
  /** Applies a moment after the last key. */
  readonly live = signal(true);
  /** Lines end with both CR and LF in the game. */
  crlf = false;
  private readonly ports: DraftPorts;
  private first: string | undefined; // what revert goes back to
  private game = ''; // what the game has
  private mine = '';
  private sent: readonly string[] = []; // taken by the game, which may not have told yet
  private cancel: (() => void) | undefined;
  private busy = false;
  private again = false;

  constructor(app: App | undefined, asset: Pick<Asset, 'id' | 'version' | 'frame'>, ports?: DraftPorts) {
    this.ports = ports ?? portsOf(app as App, asset.id);
    this.status = signal({
      state: 'idle',
      places: [],
      reason: '',
      version: asset.version,
      frame: asset.frame,
      theirs: false,
    });
  }

  /** What the person has. */
  get text(): string {
    return this.mine;
  }

  /** The game has this text now. Returns what is to be shown, or nothing when what is there stays. */
  arrived({ version, frame }: Pick<Asset, 'version' | 'frame'>, text: string): string | undefined {
    const begun = this.first !== undefined;
    this.change({ version, frame });
    if (begun && text === this.game) return this.dirty.peek() ? undefined : text;
    if (begun && this.sent.includes(text)) return undefined; // what this page sent before what it sent last
    this.game = text;
    this.first ??= text;
    const written = begun && this.dirty.peek() && text !== this.mine;
    if (!written) this.first = this.mine = text;
    this.compare();
    if (written) this.change({ theirs: true });
    return written ? undefined : text;
  }

  /** The person wrote. */
  write(text: string): void {
    this.mine = text;
    this.compare();
    this.cancel?.();
    this.cancel = undefined;
    if (!this.live.peek() || this.status.peek().theirs) return;
    this.cancel = this.ports.later(() => void this.apply(), patience);
  }

  setLive(on: boolean): void {
    this.live.value = on;
    if (on && this.dirty.peek()) void this.apply();
  }

  /** Hands the text to the game; one at a time, the newest wins. */
  async apply(): Promise<void> {
    this.cancel?.();
    this.cancel = undefined;
    if (this.busy) {
      this.again = true;
      return;
    }
    const text = this.mine;
    if (text === this.game && this.status.peek().state !== 'refused') return;
    this.busy = true;
    this.change({ state: 'sending', theirs: false });
    const { taken, reason, places } = await this.ports.send(this.crlf ? text.replaceAll('\n', '\r\n') : text);
    this.busy = false;
    if (taken) {
      this.sent = [text, ...this.sent].slice(0, mostSent);
      this.game = text;
    }
    this.change({ state: taken ? 'applied' : 'refused', reason, places });
    this.compare();
    if (!this.again) return;
    this.again = false;
    if (this.mine !== text) await this.apply();
  }

  /** Goes back to the text that was begun with, in the game too; returns it. */
  revert(): string {
    this.mine = this.first ?? this.game;
    this.compare();
    void this.apply();
    return this.mine;
  }

  /** Gives up the person's text for the game's; returns that. */
  takeTheirs(): string {
    this.mine = this.first = this.game;
    this.change({ theirs: false, state: 'idle', places: [], reason: '' });
    this.compare();
    return this.mine;
  }

  /** The person looks elsewhere: what was to be applied in a moment is applied now. */
  leave(): void {
    if (this.cancel !== undefined) void this.apply();
  }

  private compare(): void {
    this.dirty.value = this.mine !== this.game;
    this.touched.value = this.first !== undefined && this.mine !== this.first;
  }

  private change(part: Partial<DraftStatus>): void {
    this.status.value = { ...this.status.peek(), ...part };
  }
}

function portsOf(app: App, id: string): DraftPorts {
  return {
    send: async (text) => {
      const asset = assetsOf(app).all.get(id);
      if (asset === undefined) return { taken: false, reason: 'The game has it no more', places: [] };
      const data = new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
      const taken = await send(app, asset, { data, mediaType: asset.mediaType }, '');
      const { reason = '', places = [] } = sendings(app).peek().get(id) ?? {};
      dismiss(app, asset);
      return { taken, reason, places };
    },
    later: (f, millis) => {
      const timer = setTimeout(f, millis);
      return () => clearTimeout(timer);
    },
  };
}

const byApp = new WeakMap<App, Map<string, Draft>>();

/** The draft of an asset: what was written and refused is still there when one comes back. */
export function draftOf(app: App, asset: Asset): Draft {
  let drafts = byApp.get(app);
  if (drafts === undefined) {
    drafts = new Map();
    byApp.set(app, drafts);
  }
  let draft = drafts.get(asset.id);
  if (draft === undefined || !draft.touched.peek()) {
    draft = new Draft(app, asset); // nothing to lose: what it was begun with is what the game has now
    drafts.set(asset.id, draft);
  }
  return draft;
}

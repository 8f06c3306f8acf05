// Small pictures of assets: fetched for what is in view, a few at a time, the last ones kept.

import type { App } from '../../core/app';
import type { Asset } from './model';
import { bytesOf, Final, pictureOf } from './transfer';

const mostKept = 400; // pictures
const mostBytes = 24 << 20;
const atOnce = 4;
const smallFile = 256 << 10; // bytes; shown as it is where the game draws no small picture
const triesOfOne = 4;
const pause = 500; // ms before one is tried again

interface Thumb {
  address: string;
  bytes: number;
}

interface Wish {
  key: string;
  asset: Asset;
  tries: number;
}

/** What the pictures are fetched and shown with. */
export interface ThumbPorts {
  fetch(asset: Asset, size: number, signal: AbortSignal): Promise<Blob>;
  address(blob: Blob): string;
  revoke(address: string): void;
  later(f: () => void, millis: number): void;
}

/** Keeps the addresses of small pictures. */
export class Thumbs {
  /** Called when a picture came. */
  onReady: (() => void) | undefined;
  private readonly ports: ThumbPorts;
  private readonly size: number;
  private readonly kept = new Map<string, Thumb>(); // what was shown last stands last
  private readonly failed = new Set<string>();
  private wishes: Wish[] = [];
  private readonly running = new Map<string, AbortController>();
  private bytes = 0;
  private closed = false;

  /** @param size px of the longer side, as the game is asked for. */
  constructor(ports: ThumbPorts, size: number) {
    this.ports = ports;
    this.size = size;
  }

  /** The address of an asset's picture, where it is here already. */
  get(asset: Asset): string | undefined {
    const key = keyOf(asset);
    const thumb = this.kept.get(key);
    if (thumb === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, thumb);
    return thumb.address;
  }

  /** Says what is in view: these are fetched, in this order, and what is not wanted any more is dropped. */
  want(assets: readonly Asset[]): void {
    const wanted = new Map(assets.filter(pictured).map((a) => [keyOf(a), a]));
    for (const [key, abort] of this.running) {
      if (wanted.has(key)) continue;
      abort.abort();
      this.running.delete(key);
    }
    this.wishes = [];
    for (const [key, asset] of wanted) {
      if (this.kept.has(key) || this.failed.has(key) || this.running.has(key)) continue;
      this.wishes.push({ key, asset, tries: 0 });
    }
    this.next();
  }

  /** Frees the pictures. */
  dispose(): void {
    this.closed = true;
    this.wishes = [];
    for (const abort of this.running.values()) abort.abort();
    for (const { address } of this.kept.values()) this.ports.revoke(address);
    this.kept.clear();
  }

  private next(): void {
    while (this.running.size < atOnce) {
      const wish = this.wishes.shift();
      if (wish === undefined) return;
      void this.fetch(wish);
    }
  }

  private async fetch(wish: Wish): Promise<void> {
    const { key, asset } = wish;
    const abort = new AbortController();
    this.running.set(key, abort);
    try {
      const blob = await this.ports.fetch(asset, this.size, abort.signal);
      if (!this.closed && this.running.get(key) === abort) this.keep(key, blob);
    } catch (fault) {
      if (abort.signal.aborted || this.closed) return;
      // The game makes them when it has the time: it may not have had it yet.
      if (!(fault instanceof Final) && ++wish.tries < triesOfOne) this.ports.later(() => this.again(wish), pause);
      else this.failed.add(key);
    } finally {
      if (this.running.get(key) === abort) this.running.delete(key);
      if (!this.closed) this.next();
    }
  }

  private again(wish: Wish): void {
    if (this.closed || this.kept.has(wish.key) || this.running.has(wish.key)) return;
    this.wishes.push(wish);
    this.next();
  }

  private keep(key: string, blob: Blob): void {
    this.kept.set(key, { address: this.ports.address(blob), bytes: blob.size });
    this.bytes += blob.size;
    for (const [old, thumb] of this.kept) {
      if (this.kept.size <= mostKept && this.bytes <= mostBytes) break;
      if (old === key) break;
      this.kept.delete(old);
      this.bytes -= thumb.bytes;
      this.ports.revoke(thumb.address);
    }
    this.onReady?.();
  }
}

/** There is a small picture of it: the game draws one, or the file is small and a picture to the browser. */
export function pictured({ preview, kind, bytes, mediaType }: Asset): boolean {
  return preview === true || (kind === 'image' && bytes < smallFile && /\/(svg\+xml|webp|bmp|avif)/.test(mediaType));
}

function keyOf({ id, version }: Asset): string {
  return `${id}@${version}`;
}

/** The ports of a page that shows a game. */
export function thumbPorts(app: App): ThumbPorts {
  return {
    fetch: async (asset, size, signal) => {
      if (asset.preview) return pictureOf(app, asset, `/preview?size=${size}`, signal);
      const { data, mediaType } = await bytesOf(app, asset);
      return new Blob([data], { type: mediaType });
    },
    address: (blob) => URL.createObjectURL(blob),
    revoke: (address) => URL.revokeObjectURL(address),
    later: (f, millis) => setTimeout(f, millis),
  };
}

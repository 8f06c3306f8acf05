// The subscription to the game's pictures: decoded as they come, drawn in their order, acknowledged
// when they are drawn. A hidden page has none.

import type { App } from '../../core/app';
import { type Picture, parsePicture } from '../../core/picture';
import type { Topics } from '../../core/protocol';
import type { Meta, RpcError, Subscription } from '../../core/rpc';
import { decodeParts, dropSheets, type Sheet } from './decode';
import { InOrder } from './queue';

/** What is asked for. */
export type Wish = Topics['display']['params'];

/** A picture that was drawn. */
export interface Drawn {
  picture: Picture;
  meta: Meta;
  /** ms of decoding and drawing */
  decode: number;
  bytes: number;
}

export interface StreamPorts {
  draw(picture: Picture, sheets: readonly Sheet[]): void;
  drawn(one: Drawn): void;
  /** A message came, header and payload. */
  came(message: ArrayBuffer): void;
  /** The pictures begin anew, with a whole one. */
  began(snapshot: unknown): void;
  refused(error: RpcError): void;
}

interface Coming {
  picture: Picture;
  meta: Meta;
  bytes: number;
  begun: number;
}

const reportGap = 500; // ms
const retryGap = 1000; // ms after a picture that was none

/** Follows the pictures. */
export class Stream {
  private readonly app: App;
  private readonly ports: StreamPorts;
  private readonly queue: InOrder<Coming, Sheet[]>;
  private sub: Subscription<'display'> | undefined;
  private wish: Wish = {};
  private reported = Number.NEGATIVE_INFINITY; // ms
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App, ports: StreamPorts) {
    this.app = app;
    this.ports = ports;
    this.queue = new InOrder<Coming, Sheet[]>({
      decode: ({ picture }) => decodeParts(picture),
      draw: (sheets, coming) => this.draw(sheets, coming),
      drop: dropSheets,
      failed: () => this.again(),
    });
  }

  get open(): boolean {
    return this.sub !== undefined;
  }

  /** Begins to follow, or asks for something else. */
  follow(wish: Wish): void {
    const same = JSON.stringify(wish) === JSON.stringify(this.wish);
    this.wish = wish;
    if (this.sub !== undefined) {
      if (!same) this.sub.update(wish, 'display.tune');
      return;
    }
    this.sub = this.app.rpc.subscribe('display', {
      params: wish,
      policy: 'latest',
      credit: 2,
      byHand: true,
      onSnapshot: (snapshot) => {
        this.queue.clear(); // of the subscription before
        this.ports.began(snapshot);
      },
      onBinary: (payload, meta) => this.take(payload as DataView<ArrayBuffer>, meta),
      onError: (error) => this.ports.refused(error),
    });
  }

  /** Asks for a whole picture. */
  restart(): void {
    this.sub?.update(this.wish);
  }

  close(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.sub?.close();
    this.sub = undefined;
    this.queue.clear();
  }

  private take(payload: DataView<ArrayBuffer>, meta: Meta): void {
    const begun = performance.now();
    this.ports.came(payload.buffer);
    try {
      this.queue.add({ picture: parsePicture(payload), meta, bytes: payload.buffer.byteLength, begun });
    } catch {
      this.again();
    }
  }

  private draw(sheets: Sheet[], { picture, meta, bytes, begun }: Coming): void {
    const { sub } = this;
    if (sub === undefined) {
      dropSheets(sheets);
      return;
    }
    this.ports.draw(picture, sheets);
    dropSheets(sheets);
    const now = performance.now();
    const decode = now - begun;
    // With the page's next frame: one that is hidden draws none, and the game stops sending.
    this.app.frame.soon(() => {
      if (this.sub !== sub) return;
      sub.ack(meta.seq);
      if (now - this.reported < reportGap) return;
      this.reported = now;
      this.app.rpc.call('display.report', { id: sub.id, decode }).catch(() => undefined);
    });
    this.ports.drawn({ picture, meta, decode, bytes });
  }

  // What follows would be drawn over what is not there.
  private again(): void {
    this.queue.clear();
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      this.restart();
    }, retryGap);
  }
}

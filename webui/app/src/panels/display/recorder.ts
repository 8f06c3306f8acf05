// Keeps the messages of a stream as they came and makes a capture file of them: gzip of "SCRY1\n" and
// records, the first of which tells of the whole.

import type { CaptureMeta } from '../../core/capturefile';
import { binaryHeader } from '../../core/protocol';

const magic = 'SCRY1\n';
const kinds = { meta: 0, snapshot: 1, binary: 3 };
const topic = 'display';

/** Bytes of messages that are kept at the most. */
export const mostBytes = 200 << 20;

/** What the file says of itself, beside what its messages tell. */
export type About = Omit<CaptureMeta, 'from' | 'to' | 'firstFrame' | 'lastFrame'>;

export class Recorder {
  bytes = 0;
  private messages: ArrayBuffer[] = [];
  private snapshot: unknown = null;

  get count(): number {
    return this.messages.length;
  }

  /** No more fits. */
  get full(): boolean {
    return this.bytes >= mostBytes;
  }

  /** The stream begins anew, with a whole picture. */
  began(snapshot: unknown): void {
    this.snapshot = snapshot;
  }

  take(message: ArrayBuffer): void {
    if (this.full) return;
    this.messages.push(message);
    this.bytes += message.byteLength;
  }

  /** The file; undefined without a picture. */
  async file(about: About): Promise<Blob | undefined> {
    const first = this.messages[0];
    const last = this.messages.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const meta = {
      version: 1,
      ...about,
      from: time(first),
      to: time(last),
      firstFrame: frame(first),
      lastFrame: frame(last),
    };
    const parts: BlobPart[] = [magic, ...record(kinds.meta, 'meta', json(meta))];
    parts.push(...record(kinds.snapshot, topic, json(this.snapshot ?? null)));
    for (const message of this.messages) parts.push(...record(kinds.binary, topic, new Uint8Array(message)));
    const packed = new Blob(parts).stream().pipeThrough(new CompressionStream('gzip'));
    return new Response(packed).blob();
  }
}

const json = (value: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(value)) as Uint8Array<ArrayBuffer>;

function record(kind: number, name: string, body: Uint8Array<ArrayBuffer>): BlobPart[] {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint8(0, kind);
  head.setUint8(1, name.length);
  head.setUint32(4, body.byteLength, true);
  return [head, name, body];
}

function time(message: ArrayBuffer): number {
  return Number(new DataView(message, 0, binaryHeader).getBigInt64(16, true));
}

function frame(message: ArrayBuffer): number {
  return new DataView(message, 0, binaryHeader).getUint32(12, true);
}

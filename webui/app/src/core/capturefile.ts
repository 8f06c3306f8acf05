// Reads capture files (`*.scry`): gzip of "SCRY1\n" and records. The bytes may come from anybody, so
// they are bounded, and whatever is no good ends the reading with what was good before it.

/** What a capture is of. */
export interface CaptureMeta {
  name: string;
  gameVersion: string;
  session: string;
  machine: { os: string; arch: string; cpus: number; go: string };
  /** ns since the session began */
  from: number;
  to: number;
  firstFrame: number;
  lastFrame: number;
  /** What had it made; null where somebody just asked for it. */
  reason: { kind: string; text: string; frame: number; tick: number; time: number } | null;
  /** RFC 3339 */
  made: string;
}

/** An event of a topic as the game would have sent it, without the subscription's id. */
export interface CaptureEvent {
  frame: number;
  tick: number;
  time: number;
  lost: number;
  value: unknown;
}

/** A file that was read. Nothing but its shape was looked at. */
export interface CaptureFile {
  /** Of the file. */
  name: string;
  meta: CaptureMeta;
  /** First states by topic. */
  snapshots: ReadonlyMap<string, unknown>;
  events: ReadonlyMap<string, readonly CaptureEvent[]>;
  /** Binary messages by topic, header and payload, each in memory of its own. */
  messages: ReadonlyMap<string, readonly ArrayBuffer[]>;
  /** Bytes after decompression. */
  bytes: number;
  /** Why the file holds less than it should; empty when it is whole. */
  fault: string;
}

/** A file of which nothing can be shown. Its message is for the person who opened it. */
export class CaptureError extends Error {}

export interface CaptureLimits {
  /** Bytes after decompression. */
  bytes: number;
  /** Bytes of one record. */
  record: number;
  records: number;
}

const usual: CaptureLimits = { bytes: 256 << 20, record: 64 << 20, records: 1 << 20 };
const magic = 'SCRY1\n';
const headBytes = 8;
const messageHeader = 24;
const kinds = { meta: 0, snapshot: 1, event: 2, binary: 3 };

/** Reads a file, as far as it is good. Rejects with a CaptureError when not even its first record is. */
export async function readCapture(
  stream: ReadableStream<Uint8Array>,
  name: string,
  limits: CaptureLimits = usual,
): Promise<CaptureFile> {
  const parser = new CaptureParser(name, limits);
  try {
    await unpack(stream, (chunk) => parser.push(chunk));
    parser.end();
  } catch (fault) {
    parser.fault ||=
      fault instanceof CaptureError
        ? fault.message
        : parser.begun
          ? 'The file is cut off or damaged'
          : 'This is no capture, or it is damaged where it begins';
  }
  return parser.file();
}

/** Takes the bytes behind gzip and makes records of them. */
export class CaptureParser {
  /** Why the file holds less than it should. */
  fault = '';

  private readonly name: string;
  private readonly limits: CaptureLimits;
  private held = new Uint8Array(1 << 16);
  private from = 0; // held[from:to] is not parsed yet
  private to = 0;
  private bytes = 0;
  private records = 0;
  /** It began as a capture does. */
  begun = false;
  private meta: CaptureMeta | undefined;
  private readonly snapshots = new Map<string, unknown>();
  private readonly events = new Map<string, CaptureEvent[]>();
  private readonly messages = new Map<string, ArrayBuffer[]>();

  constructor(name: string, limits: CaptureLimits = usual) {
    this.name = name;
    this.limits = limits;
  }

  /** Takes the next bytes. Throws a CaptureError at the first thing that is no good. */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.bytes) throw new CaptureError('The file holds more than this page takes');
    this.keep(chunk);
    if (!this.begun) {
      if (this.to - this.from < magic.length) return;
      if (text(this.take(magic.length)) !== magic) throw new CaptureError('This is no capture of a game');
      this.begun = true;
    }
    while (this.record());
  }

  /** No more bytes come. */
  end(): void {
    if (!this.begun || this.from < this.to) throw new CaptureError('The file is cut off');
  }

  /** What was read. Throws a CaptureError when there is nothing. */
  file(): CaptureFile {
    const { name, meta, snapshots, events, messages, bytes, fault } = this;
    if (meta === undefined) throw new CaptureError(fault || 'There is nothing in this file');
    return { name, meta, snapshots, events, messages, bytes, fault };
  }

  // The buffer grows as bytes arrive, never because the file says that many will.
  private keep(chunk: Uint8Array): void {
    const size = this.to - this.from + chunk.length;
    if (this.to + chunk.length > this.held.length) {
      const next = size > this.held.length ? new Uint8Array(Math.max(size, this.held.length * 2)) : this.held;
      next.set(this.held.subarray(this.from, this.to));
      this.to -= this.from;
      this.from = 0;
      this.held = next;
    }
    this.held.set(chunk, this.to);
    this.to += chunk.length;
  }

  private take(n: number): Uint8Array {
    this.from += n;
    return this.held.subarray(this.from - n, this.from);
  }

  // Reports whether a whole record was there.
  private record(): boolean {
    if (this.to - this.from < headBytes) return false;
    const { buffer, byteOffset } = this.held;
    const head = new DataView(buffer, byteOffset + this.from, headBytes);
    const nameBytes = head.getUint8(1);
    const bodyBytes = head.getUint32(4, true);
    if (head.getUint16(2, true) !== 0) throw new CaptureError('The file was written by a later version');
    if (bodyBytes > this.limits.record) throw new CaptureError('A part of the file is larger than this page takes');
    if (this.to - this.from < headBytes + nameBytes + bodyBytes) return false;
    if (this.records === this.limits.records) throw new CaptureError('The file has more parts than this page takes');
    const kind = head.getUint8(0);
    this.take(headBytes);
    const topic = text(this.take(nameBytes));
    this.add(kind, topic, this.take(bodyBytes));
    this.records++;
    return true;
  }

  private add(kind: number, topic: string, body: Uint8Array): void {
    if ((kind === kinds.meta) !== (this.records === 0))
      throw new CaptureError('The file does not begin as a capture does');
    if (kind === kinds.meta) this.meta = metaOf(json(topic, body));
    else if (kind === kinds.snapshot) this.snapshots.set(topic, json(topic, body));
    else if (kind === kinds.event) push(this.events, topic, eventOf(topic, json(topic, body)));
    else if (kind === kinds.binary && body.length >= messageHeader) {
      push(this.messages, topic, body.slice().buffer as ArrayBuffer);
    }
  }
}

function push<T>(lists: Map<string, T[]>, topic: string, one: T): void {
  const list = lists.get(topic);
  if (list === undefined) lists.set(topic, [one]);
  else list.push(one);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function json(topic: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(text(body));
  } catch {
    throw new CaptureError(`What the file holds of ${topic.slice(0, 40)} cannot be read`);
  }
}

type Loose = Record<string, unknown>;

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 4096) : '';
}

function metaOf(value: unknown): CaptureMeta {
  const m = loose(value);
  if (m.version !== 1) throw new CaptureError('The file was written by a later version');
  const machine = loose(m.machine);
  const r = loose(m.reason);
  return {
    name: string(m.name),
    gameVersion: string(m.gameVersion),
    session: string(m.session),
    machine: { os: string(machine.os), arch: string(machine.arch), cpus: number(machine.cpus), go: string(machine.go) },
    from: number(m.from),
    to: number(m.to),
    firstFrame: number(m.firstFrame),
    lastFrame: number(m.lastFrame),
    reason: m.reason
      ? {
          kind: string(r.kind),
          text: string(r.text),
          frame: number(r.frame),
          tick: number(r.tick),
          time: number(r.time),
        }
      : null,
    made: string(m.made),
  };
}

function eventOf(topic: string, value: unknown): CaptureEvent {
  const e = loose(value);
  if (!('value' in e)) throw new CaptureError(`What the file holds of ${topic.slice(0, 40)} cannot be read`);
  return { frame: number(e.frame), tick: number(e.tick), time: number(e.time), lost: number(e.lost), value: e.value };
}

// Writes and reads in turn. A damaged file fails the stream, and what it had unpacked until then would
// be lost with it: so before the end is written, all that waits is read.
async function unpack(source: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> {
  const gzip = new DecompressionStream('gzip');
  const writer = gzip.writable.getWriter();
  const reader = gzip.readable.getReader();
  const input = source.getReader();
  let came = 0;
  let refused: unknown;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      came++;
      try {
        take(value);
      } catch (fault) {
        refused = fault;
        await reader.cancel().catch(() => undefined);
        return;
      }
    }
  })();
  reading.catch(() => undefined); // awaited below
  try {
    for (;;) {
      const { done, value } = await input.read();
      if (done || refused !== undefined) break;
      await Promise.race([writer.write(value as Uint8Array<ArrayBuffer>), reading]);
    }
    for (let seen = -1; seen !== came; ) {
      seen = came;
      await new Promise((next) => setTimeout(next));
    }
    if (refused === undefined) await Promise.race([writer.close(), reading]);
    await reading;
  } finally {
    writer.abort().catch(() => undefined);
    input.cancel().catch(() => undefined);
  }
  if (refused !== undefined) throw refused;
}

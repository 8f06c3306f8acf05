import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { CaptureError, type CaptureFile, CaptureParser, readCapture } from '../../src/core/capturefile';

const garden = readFileSync(join(import.meta.dirname, '../fixtures/garden.scry'));

function streamOf(bytes: Uint8Array, piece = 1000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(to) {
      if (at >= bytes.length) to.close();
      else to.enqueue(Uint8Array.from(bytes.subarray(at, at + piece)));
      at += piece;
    },
  });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A record as the format has it. */
function record(kind: number, name: string, body: string | Uint8Array, said?: number): Uint8Array {
  const data = typeof body === 'string' ? encode(body) : body;
  const head = new Uint8Array(8);
  head[0] = kind;
  head[1] = name.length;
  new DataView(head.buffer).setUint32(4, said ?? data.length, true);
  return join8(head, encode(name), data);
}

function join8(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const magic = encode('SCRY1\n');
const meta = record(0, 'meta', '{"version":1,"name":"x","reason":null}');
const pack = (...parts: Uint8Array[]): Uint8Array => gzipSync(join8(...parts));

describe('a capture', () => {
  let file: CaptureFile;
  beforeAll(async () => {
    file = await readCapture(streamOf(garden), 'garden.scry');
  });

  it('is read as the game wrote it', () => {
    expect(file.fault).toBe('');
    expect(file.meta).toMatchObject({
      name: 'garden',
      firstFrame: 1200,
      lastFrame: 1439,
      machine: { os: 'linux', cpus: 8 },
      reason: { kind: 'frame', frame: 1380 },
    });
    expect([...file.snapshots.keys()].sort()).toEqual(['cvars', 'log', 'memory', 'scopes', 'timings']);
    expect([...file.messages].map(([topic, all]) => [topic, all.length])).toEqual([
      ['scopes', 240],
      ['timings', 240],
    ]);
    expect(file.events.get('log')?.map((e) => e.frame)).toEqual([1290, 1380, 1400]);
  });

  it('is the same however its bytes arrive', async () => {
    for (const piece of [1, 7, 64_000]) {
      const again = await readCapture(streamOf(garden, piece), 'garden.scry');
      expect(again.bytes).toBe(file.bytes);
      expect(again.messages.get('scopes')?.length).toBe(240);
      expect(again.fault).toBe('');
    }
  });

  it('gives what it has wherever it is cut, and says that it is', async () => {
    let before = 0;
    for (const share of [0.3, 0.6, 0.9, 0.9995]) {
      const cut = await readCapture(streamOf(garden.subarray(0, Math.floor(garden.length * share))), 'cut.scry');
      expect(cut.fault).toBe('The file is cut off or damaged');
      const n = cut.messages.get('timings')?.length ?? 0;
      expect(n).toBeGreaterThan(before);
      before = n;
    }
    expect(before).toBe(240);
  });

  it('that lost its last bytes between two records is cut as well', async () => {
    const parser = new CaptureParser('x');
    parser.push(join8(magic, meta, record(1, 'log', '{"lines":[]}').subarray(0, 11)));
    expect(() => parser.end()).toThrow('cut off');
    expect(parser.file().meta.name).toBe('x');
  });

  it('keeps messages in memory of their own, at an address that their columns can use', () => {
    const all = file.messages.get('scopes') ?? [];
    expect(new Set(all).size).toBe(240);
    expect(all.every((m) => m.byteLength > 24 && m.byteLength < 1000)).toBe(true);
  });
});

describe('a file that means no good', () => {
  const read = (bytes: Uint8Array) =>
    readCapture(streamOf(bytes), 'evil.scry', { bytes: 1 << 20, record: 1 << 16, records: 100 });
  const good = record(1, 'log', '{"lines":[]}');
  const cases: [string, Uint8Array, string, boolean][] = [
    ['no gzip', encode('hello world, this is text'), 'damaged', false],
    ['empty', new Uint8Array(0), '', false],
    ['gzip of nothing', pack(), 'cut off', false],
    ['gzip of something else', pack(encode('PNG no capture')), 'no capture', false],
    ['another version of the format', pack(encode('SCRY2\n'), meta), 'no capture', false],
    ['no meta', pack(magic, good), 'does not begin', false],
    ['meta of a later version', pack(magic, record(0, 'meta', '{"version":2}')), 'later version', false],
    ['meta that is no JSON', pack(magic, record(0, 'meta', '{')), 'cannot be read', false],
    ['meta twice', pack(magic, meta, good, meta), 'does not begin', true],
    [
      'a length of 4 GiB',
      pack(magic, meta, good, record(1, 'log', '', 0xffffffff)),
      'larger than this page takes',
      true,
    ],
    ['a length that is not there', pack(magic, meta, good, record(1, 'log', '{}', 60_000)), 'cut off', true],
    [
      'too many records',
      pack(magic, meta, good, ...Array.from({ length: 200 }, () => record(9, '', ''))),
      'more parts',
      true,
    ],
    [
      'a bomb',
      pack(magic, meta, good, ...Array.from({ length: 40 }, () => record(9, 'z', new Uint8Array(60_000)))),
      'more than',
      true,
    ],
    ['an event without a value', pack(magic, meta, good, record(2, 'log', '{"seq":1}')), 'of log cannot be read', true],
    [
      'a head of a later version',
      pack(magic, meta, good, Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0)),
      'later version',
      true,
    ],
  ];
  it.each(cases)('%s', async (_name, bytes, says, some) => {
    if (some) {
      const file = await read(bytes);
      expect(file.fault).toContain(says);
      expect([...file.snapshots.keys()]).toEqual(['log']);
    } else {
      const fault = await read(bytes).then(
        () => undefined,
        (e: unknown) => e,
      );
      expect(fault).toBeInstanceOf(CaptureError);
      expect((fault as Error).message).toContain(says);
    }
  });

  it('of any damage never hangs, throws nothing else, and grows no memory by what it says of itself', async () => {
    let state = 7;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state;
    };
    for (let i = 0; i < 60; i++) {
      const bent = Uint8Array.from(garden);
      for (let k = 0; k <= i % 4; k++) bent[next() % bent.length] = next() & 255;
      const result = await readCapture(streamOf(bent, 5000), 'bent').catch((e: unknown) => e);
      expect(result instanceof CaptureError || typeof (result as CaptureFile).fault === 'string').toBe(true);
    }
  });

  it('with unknown kinds and topics is read without them', async () => {
    const file = await read(
      pack(magic, meta, record(7, 'soul', 'xyz'), record(1, 'later', '5'), record(3, 'log', 'short'), good),
    );
    expect(file.fault).toBe('');
    expect([...file.snapshots.keys()]).toEqual(['later', 'log']);
    expect(file.messages.size).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { App } from '../../src/core/app';
import { Rpc } from '../../src/core/rpc';
import { Player } from '../../src/panels/display/player';
import { Stream } from '../../src/panels/display/stream';

interface Sent {
  id?: number;
  method: string;
  params: Record<string, unknown>;
}

/** A message that shows the whole of a picture of 64 x 64 px in one colour. */
function message(seq: number, { version = 1, number = 5, frame = 100 + seq } = {}): ArrayBuffer {
  const data = new ArrayBuffer(24 + 30 + 10 + 3);
  const view = new DataView(data);
  view.setUint8(0, 2);
  view.setUint32(4, number, true);
  view.setUint32(8, seq, true);
  view.setUint32(12, frame, true);
  const p = 24;
  view.setUint8(p, version);
  view.setUint8(p + 1, 1);
  for (const at of [2, 4, 6, 8, 10]) view.setUint16(p + at, 64, true);
  view.setUint32(p + 12, seq, true);
  view.setUint8(p + 24, 1);
  view.setUint8(p + 25, 70);
  view.setUint16(p + 28, 1, true);
  view.setUint8(p + 30, 3);
  view.setUint32(p + 36, 3, true);
  return data;
}

describe('the stream of pictures', () => {
  let rpc: Rpc;
  let texts: string[];
  let frames: (() => void)[];
  let drawn: number[];
  let began: number;
  let stream: Stream;

  const sent = (method: string): Sent[] =>
    texts.flatMap((t) => JSON.parse(t) as Sent[]).filter((m) => m.method === method);
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const frame = async (): Promise<void> => {
    for (const f of frames.splice(0)) f();
    await settle();
  };
  const opened = async (): Promise<void> => {
    await settle();
    const open = sent('sub.open').at(-1);
    const result = { id: open?.params.id, seq: 0, snapshot: {}, binary: 5 };
    rpc.receive(JSON.stringify({ jsonrpc: '2.0', id: open?.id, result }));
    await settle();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('ImageBitmap', class {});
    rpc = new Rpc();
    texts = [];
    frames = [];
    drawn = [];
    began = 0;
    rpc.connect({ send: (text) => texts.push(text) });
    rpc.open();
    const app = { rpc, frame: { soon: (f: () => void) => frames.push(f) } } as unknown as App;
    stream = new Stream(app, {
      draw: (picture) => drawn.push(picture.header.tick),
      drawn: () => undefined,
      came: () => undefined,
      began: () => began++,
      refused: () => undefined,
    });
  });
  afterEach(() => {
    stream.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('acknowledges what was drawn, with the page’s next frame', async () => {
    stream.follow({ fps: 30 });
    expect(stream.open).toBe(true);
    await opened();
    expect(sent('sub.open')[0]?.params).toMatchObject({ topic: 'display', credit: 2, params: { fps: 30 } });
    rpc.receiveBinary(message(1));
    rpc.receiveBinary(message(2));
    await settle();
    expect([drawn, sent('sub.ack')]).toEqual([[1, 2], []]); // a hidden page draws no frame
    await frame();
    expect(sent('sub.ack').map((m) => m.params.seq)).toEqual([1, 2]);
    expect(sent('display.report')).toHaveLength(1); // not with each
  });

  test('another wish tunes it, the same one says nothing', async () => {
    stream.follow({ fps: 30 });
    await opened();
    stream.follow({ fps: 30 });
    stream.follow({ fps: 15 });
    await settle();
    expect(sent('display.tune').map((m) => m.params.fps)).toEqual([15]);
    expect(sent('sub.open')).toHaveLength(1);
  });

  test('a picture that is none is followed by a whole one, asked for once', async () => {
    stream.follow({});
    await opened();
    rpc.receiveBinary(message(1, { version: 9 }));
    rpc.receiveBinary(message(2, { version: 9 }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent('sub.open')).toHaveLength(2);
    await opened();
    rpc.receiveBinary(message(3));
    await settle();
    expect([drawn, began]).toEqual([[3], 2]);
  });

  test('nothing is drawn or told after it was closed', async () => {
    stream.follow({});
    await opened();
    rpc.receiveBinary(message(1));
    stream.close();
    await settle();
    await frame();
    expect([drawn, sent('sub.ack'), sent('sub.close').length, stream.open]).toEqual([[], [], 1, false]);
  });
});

test('pieces of one frame are one picture of a recording, also while the file is read', async () => {
  vi.stubGlobal('ImageBitmap', class {});
  const stood: number[][] = [];
  const drew: number[] = [];
  const player = new Player({
    draw: (picture) => drew.push(picture.header.tick),
    stands: ({ meta }, index) => stood.push([meta.frame, index]),
  });
  const settle = () => new Promise((next) => setTimeout(next));
  const take = (seq: number, frame: number): void => {
    const meta = { seq, frame, tick: 0, time: 0, lost: 0 };
    player.take(new DataView(message(seq), 24), meta);
  };
  take(1, 7);
  player.show(0);
  await settle();
  take(2, 7);
  player.show(0);
  for (const seq of [3, 4, 5]) take(seq, seq < 5 ? 8 : 11);
  await settle();
  expect([player.length, drew, stood]).toEqual([
    3,
    [1, 2],
    [
      [7, 0],
      [7, 0],
    ],
  ]);
  expect([7, 8, 9, 10, 11, 99, 0].map((f) => player.indexOf(f))).toEqual([0, 1, 1, 1, 2, 2, 0]);
  player.show(1);
  await settle();
  expect([player.at, drew.at(-1), player.of(1)?.meta.seq]).toEqual([1, 4, 4]);
  vi.unstubAllGlobals();
});

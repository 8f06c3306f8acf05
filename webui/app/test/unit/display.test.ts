import { describe, expect, test } from 'vitest';
import { CaptureParser } from '../../src/core/capturefile';
import type { Picture } from '../../src/core/picture';
import { capOf } from '../../src/panels/display/caps';
import { Latency } from '../../src/panels/display/latency';
import { apply, invert, type Matrix, place, toDisplay } from '../../src/panels/display/layout';
import { colourName } from '../../src/panels/display/loupe';
import { Meter } from '../../src/panels/display/meter';
import { chain, type Kept } from '../../src/panels/display/player';
import { InOrder } from '../../src/panels/display/queue';
import { Recorder } from '../../src/panels/display/recorder';
import { randomFrom } from '../fixtures/random';

describe('where the picture lies', () => {
  const full = { width: 640, height: 360 };

  test('it is fitted in, letterboxed, in whole pixels of the screen', () => {
    const p = place(full, { width: 1000, height: 400 }, 'fit', 1);
    expect(p).toMatchObject({ width: 711, height: 400, left: 144, top: 0 });
    const fine = place(full, { width: 333.4, height: 500 }, 'fit', 1.5);
    expect(fine.width * 1.5).toBe(Math.round(fine.width * 1.5));
    expect(fine.left * 1.5).toBe(Math.round(fine.left * 1.5));
  });

  test('a factor counts pixels of the screen, not of css', () => {
    expect(place(full, { width: 1000, height: 1000 }, '2', 2)).toMatchObject({ width: 640, height: 360, factor: 2 });
    expect(place(full, { width: 1000, height: 1000 }, '1', 2)).toMatchObject({ width: 320, height: 180, factor: 1 });
    expect(place(full, { width: 300, height: 300 }, '3', 1)).toMatchObject({ left: 0, top: 0, width: 1920 });
  });

  test('places of the page are pixels of the display, and never outside of it', () => {
    const rect = { left: 100, top: 50, width: 320, height: 180 };
    expect(toDisplay({ x: 100, y: 50 }, rect, full)).toEqual({ x: 0, y: 0 });
    expect(toDisplay({ x: 260, y: 140 }, rect, full)).toEqual({ x: 320, y: 180 });
    expect(toDisplay({ x: 9999, y: -5 }, rect, full)).toEqual({ x: 639, y: 0 });
  });

  test('the way back from the display to the world undoes the camera', () => {
    const random = randomFrom(3);
    const number = (): number => (random(2000) - 1000) / 100;
    for (let i = 0; i < 200; i++) {
      const m: Matrix = [number(), number(), number(), number(), number(), number()];
      const back = invert(m);
      if (back === undefined) continue;
      const at = { x: number(), y: number() };
      const there = apply(back, apply(m, at));
      const off = Math.hypot(there.x - at.x, there.y - at.y);
      const det = Math.abs(m[0] * m[3] - m[1] * m[2]);
      expect(off).toBeLessThan(1e-9 * (1 + 1e4 / det));
    }
    expect(invert([1, 2, 2, 4, 0, 0])).toBeUndefined();
  });
});

describe('latency', () => {
  const measured: number[] = [];
  const latency = new Latency((ms) => measured.push(ms));
  const take = (): number[] => measured.splice(0);

  test('ends with the first picture that can show the effect', () => {
    latency.answered(100, 50);
    latency.drew(48, 110);
    latency.drew(49, 120);
    expect(take()).toEqual([]);
    latency.drew(51, 140);
    latency.drew(52, 150);
    expect(take()).toEqual([40]);
  });

  test('is measured also when the answer comes behind its picture', () => {
    latency.drew(60, 200);
    latency.drew(62, 216);
    latency.answered(190, 61);
    expect(take()).toEqual([26]);
  });

  test('a held game draws no such picture, and nothing is measured', () => {
    latency.answered(300, 70);
    latency.drew(62, 400);
    latency.drew(70, 1400);
    expect(take()).toEqual([]);
    latency.answered(1500, 71);
    latency.forget();
    latency.drew(900, 1510);
    expect(take()).toEqual([]);
  });
});

describe('the meter', () => {
  test('tells the last second, and forgets nothing of the last ten', () => {
    const meter = new Meter();
    for (let i = 0; i <= 300; i++) meter.drew(i * 20, i % 2 === 0 ? 4 : 6, 1000, i % 100 === 0 ? 1 : 0);
    const { fps, rate, decode, latency } = meter.readings(6000);
    expect([fps, rate]).toEqual([50, 50_000]);
    expect([4, 6]).toContain(decode);
    expect(latency).toBeNaN();
    expect(meter.dropped).toBe(4);
    meter.saw(6000, 31);
    expect(meter.readings(6000).latency).toBe(31);
    expect(meter.readings(8000).fps).toBe(0);
    expect(new Meter().readings(5).fps).toBe(0);
    for (let i = 0; i < 2000; i++) meter.sent(9000 + i / 10);
    expect(meter.sends(9200)).toBe(1024); // as many as are kept
    expect(new Meter().sends(9200)).toBe(0);
  });
});

/** A decoder whose answers come when they are told to. */
function decoder() {
  const waiting = new Map<number, { done(v: string): void; fail(e: Error): void }>();
  const drawn: string[] = [];
  const dropped: string[] = [];
  const faults: string[] = [];
  const queue = new InOrder<number, string>({
    decode: (n) => new Promise((done, fail) => waiting.set(n, { done, fail })),
    draw: (made) => drawn.push(made),
    drop: (made) => dropped.push(made),
    failed: (fault) => faults.push((fault as Error).message),
  });
  const settle = async (n: number, fault?: string): Promise<void> => {
    if (fault === undefined) waiting.get(n)?.done(`#${n}`);
    else waiting.get(n)?.fail(new Error(fault));
    await new Promise((next) => setTimeout(next));
  };
  return { queue, drawn, dropped, faults, settle };
}

describe('decoding', () => {
  test('is drawn in the order in which it came, whichever is ready first', async () => {
    const random = randomFrom(11);
    for (let round = 0; round < 20; round++) {
      const { queue, drawn, settle } = decoder();
      const left = Array.from({ length: 8 }, (_, i) => i);
      for (const n of left) queue.add(n);
      const order: number[] = [];
      while (left.length > 0) order.push(...left.splice(random(left.length), 1));
      for (const n of order) await settle(n);
      expect(drawn).toEqual(['#0', '#1', '#2', '#3', '#4', '#5', '#6', '#7']);
      expect(queue.length).toBe(0);
    }
  });

  test('one that fails takes those behind it along, and what was begun anew is drawn', async () => {
    const { queue, drawn, dropped, faults, settle } = decoder();
    for (const n of [0, 1, 2, 3]) queue.add(n);
    await settle(2);
    await settle(1, 'damaged');
    expect(drawn).toEqual([]);
    await settle(0);
    expect([drawn, faults, dropped]).toEqual([['#0'], ['damaged'], ['#2']]);
    queue.add(4);
    await settle(3); // late
    await settle(4);
    expect(drawn).toEqual(['#0', '#4']);
    expect(dropped).toEqual(['#2', '#3']);
  });
});

/** A picture of 4 by 2 tiles. */
function kept(frame: number, tiles: readonly number[] | 'whole', width = 256): Kept {
  const header = { whole: tiles === 'whole', width, height: 128 } as Picture['header'];
  const parts = [
    { codec: 'solid', columns: 1, tiles: Uint16Array.from(tiles === 'whole' ? [] : tiles), data: new Uint8Array(3) },
  ];
  const meta = { seq: frame, frame, tick: 0, time: frame * 1e6, lost: 0 };
  return { picture: { header, parts, followed: [] } as unknown as Picture, meta, bytes: 1 };
}

describe('going through a recording', () => {
  test('only what still shows is decoded', () => {
    const list = [kept(0, 'whole'), kept(1, [0, 1]), kept(2, [0]), kept(3, [1]), kept(4, [5])];
    expect(chain(list, -1, 0)).toEqual([0]);
    expect(chain(list, -1, 3), 'picture 1 is hidden by the two behind it').toEqual([0, 2, 3]);
    expect(chain(list, 2, 4), 'onwards from what stands').toEqual([3, 4]);
    expect(chain(list, 4, 2), 'back').toEqual([0, 1, 2]);
    expect(chain(list, 0, 9)).toEqual([]);
  });

  test('gives the same picture as all of them in a row', () => {
    const random = randomFrom(5);
    for (let round = 0; round < 60; round++) {
      const list = Array.from({ length: 40 }, (_, i) =>
        i === 0 || random(15) === 0
          ? kept(i, 'whole', random(4) === 0 ? 192 : 256)
          : kept(i, [...new Set(Array.from({ length: random(5) + 1 }, () => random(6)))].sort()),
      );
      // A size lasts until the next whole picture.
      for (let i = 1; i < list.length; i++) {
        const { header } = (list[i] as Kept).picture;
        if (!header.whole) Object.assign(header, { width: list[i - 1]?.picture.header.width });
      }
      const paint = (order: readonly number[], canvas: Map<number, number>): Map<number, number> => {
        for (const i of order) {
          const { header, parts } = (list[i] as Kept).picture;
          const all = (header.width / 64) * 2;
          const tiles = parts[0]?.tiles.length ? [...parts[0].tiles] : Array.from({ length: all }, (_, t) => t);
          for (const t of canvas.keys()) if (t >= all) canvas.delete(t); // the canvas takes the picture's size
          for (const t of tiles) canvas.set(t, i);
        }
        return new Map([...canvas].sort(([a], [b]) => a - b));
      };
      const whole = (to: number): Map<number, number> =>
        paint(
          Array.from({ length: to + 1 }, (_, i) => i),
          new Map(),
        );
      let at = -1;
      let canvas = new Map<number, number>();
      for (let jump = 0; jump < 12; jump++) {
        const to = random(list.length);
        canvas = paint(chain(list, at, to), canvas);
        expect(canvas, `from ${at} to ${to}`).toEqual(whole(to));
        at = to;
      }
    }
  });
});

describe('a recording', () => {
  function message(frame: number): ArrayBuffer {
    const data = new ArrayBuffer(30);
    const view = new DataView(data);
    view.setUint8(0, 2);
    view.setUint32(12, frame, true);
    view.setBigInt64(16, BigInt(frame) * 16_000_000n, true);
    return data;
  }

  test('is a capture that the page can read, with the messages as they came', async () => {
    const recorder = new Recorder();
    const about = {
      name: 'garden',
      gameVersion: '1',
      session: 's',
      machine: { os: '', arch: '', cpus: 0, go: '' },
      reason: null,
      made: '2026-11-28T03:00:00Z',
    };
    expect(await recorder.file(about)).toBeUndefined();
    recorder.began({ fps: 30 });
    for (const frame of [7, 8, 12]) recorder.take(message(frame));
    const file = await recorder.file(about);
    const parser = new CaptureParser('x.scry');
    const plain = file?.stream().pipeThrough(new DecompressionStream('gzip'));
    parser.push(new Uint8Array(await new Response(plain).arrayBuffer()));
    parser.end();
    const read = parser.file();
    expect(read.meta).toMatchObject({ name: 'garden', firstFrame: 7, lastFrame: 12, from: 112e6, to: 192e6 });
    expect(read.snapshots.get('display')).toEqual({ fps: 30 });
    expect(read.messages.get('display')?.map((m) => [...new Uint8Array(m)])).toEqual(
      [7, 8, 12].map((f) => [...new Uint8Array(message(f))]),
    );
  });
});

test('keys and colours as people call them', () => {
  expect(['KeyW', 'Digit1', 'ShiftLeft', 'AltRight', 'ArrowUp', 'F11', 'Mouse 1', 'Digit'].map(capOf)).toEqual([
    'W',
    '1',
    'Shift',
    'AltRight',
    '↑',
    'F11',
    'Mouse 1',
    'Digit',
  ]);
  expect(colourName([255, 228, 70])).toBe('#FFE446');
});

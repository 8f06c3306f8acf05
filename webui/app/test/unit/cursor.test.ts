import { beforeEach, describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import { Cursor } from '../../src/core/cursor';
import { Marks } from '../../src/core/marks';
import { MemoryStore } from '../../src/core/memory';
import { TimingStore } from '../../src/core/timings';
import { Url } from '../../src/core/url';

class Bar {
  text: string;
  private heard: () => void = () => undefined;
  constructor(text: string) {
    this.text = text;
  }
  hash = () => this.text;
  replace = (hash: string) => {
    this.text = hash;
  };
  push = (hash: string) => {
    this.text = hash;
  };
  onChange = (f: () => void) => {
    this.heard = f;
  };
  go(hash: string) {
    this.text = hash;
    this.heard();
  }
}

const settled = () => new Promise<void>((done) => queueMicrotask(done));

let axis: Axis;
let timings: TimingStore;
let bar: Bar;

/** Frames of 10 ms: frame n begins at n/100 seconds of its run. */
function record(from: number, to: number, lost = 0) {
  const payload = new DataView(new ArrayBuffer(64));
  for (let f = from; f <= to; f++) timings.take(payload, f, f * 1e7, f === from ? lost : 0);
}

function make(hash = '#/memory') {
  bar = new Bar(hash);
  const url = new Url(bar);
  return { url, cursor: new Cursor({ url, axis, timings: () => timings }) };
}

beforeEach(() => {
  axis = new Axis();
  axis.begin(0, 0, false);
  timings = new TimingStore(axis);
  timings.opened({ scopes: [], counters: [], tracks: [], budget: 0, clock: { kind: 'go', resolution: 0 }, version: 0 });
});

describe('the cursor', () => {
  it('is under the pointer, else where it is pinned', () => {
    record(1, 50);
    const { cursor } = make();
    expect([cursor.x.value, cursor.frame.value]).toEqual([undefined, undefined]);
    cursor.pin(0.205);
    expect([cursor.x.value, cursor.frame.value]).toEqual([0.205, 20]);
    cursor.point(0.3);
    expect([cursor.x.value, cursor.frame.value, cursor.pinned.value?.frame]).toEqual([0.3, 30, 20]);
    cursor.point(undefined);
    expect(cursor.frame.value).toBe(20);
    cursor.clear();
    expect(cursor.x.value).toBeUndefined();
  });

  it('stands in the address of every panel', async () => {
    record(1, 50);
    const { url, cursor } = make('#/memory?span=30');
    cursor.pin(0.2);
    await settled();
    expect(bar.text).toBe('#/memory?f=20&span=30');
    url.go('log');
    expect(bar.text).toBe('#/log?f=20');
    cursor.clear();
    await settled();
    expect(bar.text).toBe('#/log');
  });

  it('finds the frame of an address as soon as it is recorded', () => {
    const { cursor } = make('#/perf?f=20');
    expect([cursor.f.value, cursor.pinned.value]).toEqual(['20', undefined]);
    cursor.resolve();
    expect(cursor.pinned.value).toBeUndefined();
    record(1, 30);
    cursor.resolve();
    expect(cursor.pinned.value).toEqual({ x: timings.x.at(19), frame: 20 });
  });

  it('is kept by its time where no frame is recorded', async () => {
    record(1000, 1050);
    const { cursor } = make();
    cursor.pin(2.5);
    expect(cursor.pinned.value).toEqual({ x: 2.5, frame: undefined });
    await settled();
    expect(bar.text).toBe('#/memory?t=2500000000');
    const again = make(bar.text).cursor;
    expect(again.pinned.value).toEqual({ x: 2.5, frame: undefined });
  });

  it('moves from one pinned frame to another without a stop between', () => {
    record(1, 50);
    const { cursor } = make();
    const seen: (number | undefined)[] = [];
    cursor.frame.subscribe((f) => seen.push(f));
    cursor.pin(0.2);
    cursor.pinFrame(30);
    cursor.pin(0.004); // before the first frame
    cursor.pinFrame(40);
    expect(seen).toEqual([undefined, 20, 30, undefined, 40]);
  });

  it('follows an address that is changed by hand', () => {
    record(1, 50);
    const { cursor } = make('#/memory?f=20');
    bar.go('#/memory?f=21');
    expect(cursor.frame.value).toBe(21);
    bar.go('#/memory');
    expect(cursor.frame.value).toBeUndefined();
  });

  it('keeps the place of a run that is over although its frames have a number twice', () => {
    record(1, 20);
    axis.begin(0, 0, true);
    record(1, 20, 1);
    const { cursor } = make();
    cursor.pin(0.1);
    expect(cursor.pinned.value).toEqual({ x: 0.1, frame: 10 });
    cursor.pinFrame(11);
    expect(cursor.pinned.value?.x).toBeGreaterThan(0.4);
  });

  it('names no frame in what lies far beyond the last one, and the one before a gap in it', () => {
    record(1, 20);
    record(40, 50, 19);
    const { cursor } = make();
    cursor.point(0.35);
    expect(cursor.frame.value).toBe(20);
    cursor.point(0.9);
    expect(cursor.frame.value).toBe(50);
    cursor.point(5);
    expect(cursor.frame.value).toBeUndefined();
  });
});

describe('marks', () => {
  it('joins what happened in order, whoever noticed it', () => {
    const memory = new MemoryStore(axis);
    memory.collections.push({ x: 2, frame: 200, cycle: 1, pause: 50_000 });
    const marks = new Marks(axis, () => memory);
    marks.add('error', 3, 'no path', 300);
    marks.add('warn', 1, 'slow', 100); // told later
    marks.add('cvar', 9, 'gravity 1 → 2', 900);
    axis.begin(25e8, 250, false);
    expect(marks.between(1, 4).map((m) => [m.x, m.kind, m.label])).toEqual([
      [1, 'warn', 'slow'],
      [2, 'gc', 'GC'],
      [2.5, 'gap', 'reconnected'],
      [3, 'error', 'no path'],
    ]);
    expect(marks.ofFrame(300).map((m) => m.label)).toEqual(['no path']);
  });

  it('keeps a bounded number of each kind, the newest', () => {
    const marks = new Marks(axis, () => new MemoryStore(axis));
    for (let i = 0; i < 1500; i++) marks.add('warn', i, `w${i}`, i);
    marks.add('error', 0, 'e', 0);
    const all = marks.between(0, 1e9);
    expect([all.length, all[1]?.label, all.at(-1)?.label]).toEqual([1001, 'w500', 'w1499']);
  });

  it('replaces a kind as a whole', () => {
    const marks = new Marks(axis, () => new MemoryStore(axis));
    const before = marks.version.value;
    marks.replace('incident', [
      { x: 5, label: 'later', frame: 5 },
      { x: 4, label: 'sooner', frame: 4 },
    ]);
    marks.replace('incident', [{ x: 4, label: 'sooner', frame: 4 }]);
    expect(marks.between(0, 9).map((m) => m.label)).toEqual(['sooner']);
    expect(marks.version.value).toBeGreaterThan(before);
  });
});

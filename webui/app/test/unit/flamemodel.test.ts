import { beforeEach, describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import { beginOf, type Call, callAt, endOf, idOf } from '../../src/core/calls';
import { ScopeStore } from '../../src/core/scopes';
import type { Theme } from '../../src/core/theme';
import { Lanes } from '../../src/widgets/flame/lanes';
import { Minimap } from '../../src/widgets/flame/minimap';
import { FlameModel } from '../../src/widgets/flame/model';
import { stepFor, tickLabel, ticks } from '../../src/widgets/flame/ticks';
import { encode } from '../fixtures/segments';

const ms = 1e6;

let store: ScopeStore;
let paused: boolean;
let model: FlameModel;

const pause = (): void => {
  if (paused) return;
  paused = true;
  model.held(true);
};
const resume = (): void => {
  paused = false;
  model.held(false);
};

/** Frames of 10 ms: in frame n a scope of 8 ms, in it two of 2 ms. */
function record(from: number, to: number): void {
  for (let n = from; n <= to; n++) {
    const begin = n * 10 * ms;
    const scopes = [
      { track: 0, depth: 0, start: begin + ms, duration: 8 * ms, id: 1 },
      { track: 0, depth: 1, start: begin + 2 * ms, duration: 2 * ms, id: 2 },
      { track: 0, depth: 1, start: begin + 5 * ms, duration: 2 * ms, id: 3 },
    ];
    store.take(encode({ begin, length: 10 * ms, scopes }), n, begin, 0);
  }
}

function call(depth: number, x: number): Call {
  const found = callAt(store, 0, depth, x);
  if (found === undefined) throw new Error('no call');
  return found;
}

function view(): { x0: number; span: number } {
  const [x0, x1] = model.window();
  return { x0, span: x1 - x0 };
}

beforeEach(() => {
  const axis = new Axis();
  axis.begin(0, 0, false);
  store = new ScopeStore(axis);
  paused = false;
  model = new FlameModel({ store: () => store, paused: () => paused, pause, changed: () => {} });
  record(1, 100);
});

describe('the window of a timeline', () => {
  it('follows what is newest, and stands still when the view does', () => {
    const before = model.window();
    record(101, 102);
    expect(model.window()[1] - before[1]).toBeCloseTo(0.02, 9);
    pause();
    const held = model.window();
    record(103, 104);
    expect(model.window()).toEqual(held);
  });

  it('comes back to the live scale, not to that of what was looked at', () => {
    model.zoom(0.5);
    const { span } = view();
    model.fit(call(1, 0.503));
    expect(paused).toBe(true);
    expect(view().span).toBeLessThan(span / 10);
    resume();
    expect(view().span).toBeCloseTo(span, 9);
  });

  it('zooms around the place that is named, else around the selection in view', () => {
    pause();
    model.show(0.5, 0.6);
    model.zoom(0.5, 0.52);
    expect(view().x0).toBeCloseTo(0.51, 9);
    expect(view().span).toBeCloseTo(0.05, 9);
    model.select(call(0, 0.535));
    model.zoom(0.5);
    const [x0, x1] = model.window();
    const middle = (beginOf(call(0, 0.535)) + endOf(call(0, 0.535))) / 2;
    expect((middle - x0) / (x1 - x0)).toBeCloseTo((middle - 0.51) / 0.05, 6);
  });

  it('keeps within what is held: no more than half of it lies beside', () => {
    pause();
    model.show(-50, -49.9);
    expect(model.window()[0]).toBeCloseTo(0.01 - 0.05, 9);
    model.pan(1e6);
    expect(model.window()[0]).toBeCloseTo(store.end - 0.05, 9);
    model.zoom(1e9);
    expect(view().span).toBeLessThan(1.2);
    model.zoom(1e-12);
    expect(view().span).toBeCloseTo(5e-7, 12);
    model.fitAll();
    const [x0, x1] = model.window();
    expect(x0).toBeLessThan(0.01);
    expect(x1).toBeGreaterThan(store.end);
  });

  it('centres the selection, then fits it', () => {
    pause();
    model.show(0.2, 0.3);
    const one = call(1, 0.283);
    model.select(one);
    model.centre();
    const middle = (beginOf(one) + endOf(one)) / 2;
    expect(view().x0 + view().span / 2).toBeCloseTo(middle, 9);
    expect(view().span).toBeCloseTo(0.1, 9);
    model.centre();
    expect(view().span).toBeCloseTo(0.0025, 9);
    expect(view().x0 + view().span / 2).toBeCloseTo(middle, 9);
  });

  it('moves to what is selected only when it is not in view', () => {
    pause();
    model.show(0.2, 0.3);
    model.select(call(0, 0.255), true);
    expect(view().x0).toBeCloseTo(0.2, 9);
    model.select(call(0, 0.605), true);
    expect(view().span).toBeCloseTo(0.1, 9);
    expect(model.window()[0]).toBeGreaterThan(0.5);
    expect(model.revealed).toEqual(call(0, 0.605));
  });

  it('shows a frame with something of its neighbours, and the frames of a range', () => {
    expect(model.showFrame(store.find(40))).toBe(true);
    const [x0, x1] = model.window();
    expect(x0).toBeCloseTo(0.396, 9);
    expect(x1).toBeCloseTo(0.414, 9);
    model.showFrame(store.find(40), store.find(59));
    expect(view().span).toBeCloseTo(0.216, 9);
    expect(model.showFrame(-1)).toBe(false);
    expect(model.anchor()?.frame).toBe(40);
  });
});

describe('the selection of a timeline', () => {
  it('goes along the lane, out and in', () => {
    model.select(call(1, 0.503));
    expect(model.along(1)).toEqual(call(1, 0.506));
    expect(model.along(-1)).toEqual(call(1, 0.496));
    const outer = model.beside(-1);
    expect(outer && idOf(outer)).toBe(1);
    model.select(outer);
    const inner = model.beside(1);
    expect(inner && [idOf(inner), beginOf(inner)]).toEqual([2, beginOf(call(1, 0.503))]);
    model.select(undefined);
    model.show(0.5, 0.51);
    expect(model.along(1)).toEqual(call(0, 0.505));
  });

  it('marks places, and takes a mark away where one is', () => {
    model.mark(0.5, 0.001);
    model.mark(0.3, 0.001);
    expect(model.marks.value).toEqual([0.3, 0.5]);
    model.mark(0.5004, 0.001);
    expect(model.marks.value).toEqual([0.3]);
  });
});

describe('the minimap', () => {
  const width = 1000;
  const px = (x: number): number => ((x - store.begin) / (store.end - store.begin)) * width;
  let map: Minimap;
  beforeEach(() => {
    map = new Minimap(model, {} as Theme);
    model.show(0.4, 0.5);
  });

  it('moves the window, and comes to where it is pressed', () => {
    map.press(px(0.45), width);
    map.drag(px(0.55), width);
    expect(model.window()[0]).toBeCloseTo(0.5, 6);
    map.release();
    map.drag(px(0.9), width);
    expect(model.window()[0]).toBeCloseTo(0.5, 6);
    map.press(px(0.2), width);
    expect(model.window()[0]).toBeCloseTo(0.15, 6);
  });

  it('resizes the window at its ends', () => {
    expect([px(0.4), px(0.45), px(0.5), px(0.7)].map((p) => map.under(p, width))).toEqual([
      'from',
      'whole',
      'to',
      undefined,
    ]);
    map.press(px(0.5), width);
    map.drag(px(0.6), width);
    expect(model.window().map((x) => Number(x.toFixed(6)))).toEqual([0.4, 0.6]);
    map.release();
    map.press(px(0.4), width);
    map.drag(px(0.9), width); // not beyond the other end
    const [x0, x1] = model.window();
    expect(x1).toBeGreaterThan(x0);
    expect(x1).toBeCloseTo(0.6, 3);
  });
});

describe('lanes', () => {
  const names = [
    { id: 0, name: 'game' },
    { id: 2, name: 'audio' },
  ];

  it('stand below each other; a closed track shows its first', () => {
    const open = new Lanes([3, 0, 2], names, new Set());
    expect(open.tracks.map((t) => [t.name, t.lanes, t.shown])).toEqual([
      ['game', 3, 3],
      ['audio', 2, 2],
    ]);
    expect(open.count).toBe(5);
    for (let track = 0; track < 3; track++) {
      for (let depth = 0; depth < 4; depth++) {
        const lane = open.laneOf(track, depth);
        if (lane >= 0) expect(open.at(open.top(lane) + 3)).toEqual({ track, depth });
      }
    }
    expect(open.laneOf(1, 0)).toBe(-1);
    expect(open.laneOf(0, 3)).toBe(-1);
    const closed = new Lanes([3, 0, 2], names, new Set([0]));
    expect([closed.laneOf(0, 0), closed.laneOf(0, 1), closed.laneOf(2, 1)]).toEqual([0, -1, 2]);
    expect(closed.height).toBeLessThan(open.height);
  });
});

describe('the time axis', () => {
  it('has round steps, counted from its zero', () => {
    expect([0.0011, 0.002, 0.0021, 0.0049, 0.51].map((r) => Number(stepFor(r).toPrecision(3)))).toEqual([
      0.002, 0.002, 0.005, 0.005, 1,
    ]);
    expect(ticks(0.5, 1.1, 0.75, 0.25).map((x) => Number(x.toFixed(6)))).toEqual([0.5, 0.75, 1]);
  });

  it('names places in the unit of its steps', () => {
    const plain = (s: string): string => s.replaceAll('\u202f', '_');
    expect([-0.01, 0, 0.01, 1.2].map((x) => plain(tickLabel(x, 0.01)))).toEqual(['−10', '0 ms', '+10', '+1_200']);
    expect(tickLabel(0.0005, 0.0005)).toBe('+0.5');
    expect([0, 2e-6].map((x) => tickLabel(x, 1e-6))).toEqual(['0 µs', '+2']);
    expect(tickLabel(3, 1)).toBe('+3');
  });
});

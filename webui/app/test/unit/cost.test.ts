import { describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import type { Cvar } from '../../src/core/protocol';
import { TimingStore } from '../../src/core/timings';
import { CostFrames } from '../../src/panels/cvars/costframes';
import { firstSetup, isPlan, labelOf, mostRounds, planOf, type Setup } from '../../src/panels/cvars/costsetup';
import { binned, marksOn, outline, padded, places, spanOf } from '../../src/panels/cvars/costshapes';
import { type Line, report } from '../../src/panels/cvars/coststats';
import {
  decimalsFor,
  foremost,
  intervalText,
  markdown,
  plusMinus,
  timeText,
  tsv,
  verdictText,
} from '../../src/panels/cvars/costtext';
import { Cvars } from '../../src/panels/cvars/store';

const ms = 1e6;

function cvar(part: Partial<Record<keyof Cvar, unknown>>): Cvar {
  return { name: 'x', type: 'int', value: 2, default: 2, help: '', flags: [], setBy: '', version: 1, ...part } as Cvar;
}

function plan(of: Cvar, part: Partial<Setup> = {}) {
  const p = planOf(of, { ...firstSetup(of), ...part });
  return isPlan(p) ? p.values : p.reason;
}

describe('what is to be measured', () => {
  it('begins with the value of now against the other end of the range', () => {
    expect(plan(cvar({ min: 1, max: 16 }))).toEqual([2, 16]);
    expect(plan(cvar({ min: 1, max: 16, value: 16 }))).toEqual([16, 1]);
    expect(plan(cvar({ type: 'float', value: 0.5 }))).toEqual([0.5, 1]);
    expect(plan(cvar({ type: 'int', value: 0 }))).toEqual([0, 1]);
    expect(plan(cvar({ type: 'bool', value: true }))).toEqual([false, true]);
    expect(plan(cvar({ type: 'enum', value: 'low', enum: ['low', 'high'] }))).toEqual(['low', 'high']);
    expect(plan(cvar({ type: 'duration', value: '16ms' }))).toEqual(['16ms', '32ms']);
    expect(plan(cvar({ type: 'string', value: 'a b' }))).toEqual(['a b', 'a b']);
  });

  it('sweeps numbers in equal steps, each once, and names as they are', () => {
    expect(plan(cvar({ min: 1, max: 16 }), { sweep: true })).toEqual([1, 5, 9, 12, 16]);
    expect(plan(cvar({ min: 1, max: 3 }), { sweep: true, steps: '16' })).toEqual([1, 2, 3]);
    expect(plan(cvar({ type: 'float', value: 1 }), { sweep: true, from: '0', to: '0.3', steps: '4' })).toEqual([
      0, 0.1, 0.2, 0.3,
    ]);
    const names = cvar({ type: 'enum', value: 'a', enum: ['a', 'b', 'c'] });
    expect(plan(names, { sweep: true })).toEqual(['a', 'b', 'c']);
    expect(plan(names, { sweep: true, without: new Set(['b']) })).toEqual(['a', 'c']);
    expect(plan(names, { sweep: true, without: new Set(['a', 'b']) })).toBe('Choose 2 to 16 values');
    expect(plan(cvar({}), { sweep: true, from: '3', to: '3' })).toBe('From and to are the same');
  });

  it('takes expressions, and vectors as people write them', () => {
    expect(plan(cvar({ min: 1, max: 16 }), { a: '2*3', b: '16' })).toEqual([6, 16]);
    expect(plan(cvar({ type: 'vec2', value: [1, 2] }), { a: '1 2', b: '3, 4' })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(plan(cvar({ type: 'vec2', value: [1, 2] }), { a: 'much', b: '3 4' })).toContain('blanks');
    expect(plan(cvar({}), { a: 'much' })).not.toEqual([]);
  });

  it('says what is wrong with a number, and keeps within what the game answers', () => {
    expect(plan(cvar({}), { rounds: '0' })).toBe('Rounds: 1 to 1000');
    expect(plan(cvar({}), { rounds: '2.5' })).toBe('Rounds: 1 to 1000');
    expect(plan(cvar({}), { every: '601' })).toBe('Frames a block: 1 to 600');
    expect(plan(cvar({}), { settle: '' })).toBe('Left out: 0 to 600');
    expect(plan(cvar({}), { every: '600', rounds: '90' })).toBe('Rounds: 1 to 83');
    expect(mostRounds(16, 1)).toBe(250);
  });

  it('names values for people', () => {
    expect(labelOf(cvar({ type: 'bool' }), false)).toBe('off');
    expect(labelOf(cvar({ type: 'string' }), '')).toBe('“”');
    expect(labelOf(cvar({ type: 'vec2' }), [1, 2.5])).toBe('1 2.5');
    expect(labelOf(cvar({ type: 'float' }), 0.25)).toBe('0.25');
    expect(labelOf(cvar({ type: 'duration' }), '1500us')).toBe('1.5ms');
  });
});

describe('the frames of blocks', () => {
  const axis = new Axis();
  function recorded() {
    const timings = new TimingStore(axis);
    const names = ['physics', 'ai'].map((name, id) => ({ id, name, parent: -1, help: '', budget: 0 }));
    timings.opened({ scopes: names, counters: [], budget: 0, version: 1 } as never);
    const push = (frame: number, held = 0, lost = 0): void => {
      const view = new DataView(new ArrayBuffer(24 + 2 * 20));
      view.setUint16(0, 2, true);
      view.setUint32(8, frame * 1000 + 1, true); // period
      view.setUint32(12, frame * 1000 + 2, true); // work
      view.setUint16(16, held, true);
      view.setUint32(24 + 8, frame * 1000 + 3, true); // physics
      view.setUint32(24 + 12, frame * 1000 + 4, true); // ai
      timings.take(view, frame, frame * ms, lost);
    };
    return { timings, push };
  }

  it('waits until they have come, and reads any scope of them', () => {
    const { timings, push } = recorded();
    const frames = new CostFrames(timings, 2);
    for (let f = 1; f <= 4; f++) push(f);
    frames.take(0, 0, { value: 1, first: 3, last: 5 });
    expect(frames.join()).toBe(false);
    for (let f = 5; f <= 9; f++) push(f);
    expect(frames.join()).toBe(true);
    expect(frames.complete()).toBe(0);
    frames.take(0, 1, { value: 0, first: 7, last: 8 });
    expect(frames.complete()).toBe(1);
    const read = (measure: Parameters<typeof frames.read>[0]) =>
      frames.read(measure).map((round) => round.map((block) => [...block].sort()));
    expect(read('work')).toEqual([
      [
        [7002, 8002],
        [3002, 4002, 5002],
      ],
    ]);
    expect(read('period')[0]?.[0]).toEqual([7001, 8001]);
    expect(read(1)[0]?.[0]).toEqual([7004, 8004]);
    expect(read(7)[0]?.[0], 'a scope of later').toEqual([0, 0]);
  });

  it('leaves a round out of which too little came', () => {
    const { timings, push } = recorded();
    const frames = new CostFrames(timings, 2);
    for (let f = 1; f <= 10; f++) push(f);
    push(18, 0, 7);
    for (let f = 19; f <= 40; f++) push(f, f === 30 ? 1 : 0);
    frames.take(0, 0, { value: 0, first: 1, last: 10 });
    frames.take(0, 1, { value: 1, first: 11, last: 20 }); // 3 of 10
    frames.take(0, 2, { value: 0, first: 16, last: 25 }); // 8 of 10
    frames.take(0, 3, { value: 1, first: 26, last: 35 }); // one of them held
    expect([frames.missing, frames.begun, frames.complete()]).toEqual([1, 2, 1]);
    expect(frames.read('work')[0]?.map((b) => b.length)).toEqual([8, 9]);
    frames.take(2, 0, { value: 0, first: 36, last: 37 });
    frames.take(2, 1, { value: 1, first: 38, last: 39 });
    expect([frames.begun, frames.complete()], 'a second run goes on behind the first').toEqual([3, 2]);
  });
});

function lines(...delta: { mean: number; half: number; verdict: Line['verdict'] }[]): Line[] {
  const line = (mean: number, half: number, verdict: Line['verdict']): Line => ({
    frames: 60,
    centre: 2 * ms + mean * ms,
    mean: 2 * ms + mean * ms,
    p50: 2 * ms,
    p95: 3 * ms,
    p99: 4 * ms,
    sorted: Float64Array.of(2 * ms),
    delta: { n: 20, mean: mean * ms, sd: 1, half: half * ms },
    verdict,
  });
  return [line(0, 0, 'none'), ...delta.map((d) => line(d.mean, d.half, d.verdict))];
}

describe('what the page notes of cvars', () => {
  it('leaves out what alternates, and nothing else', () => {
    const marks: string[] = [];
    let on: { onSnapshot(list: Cvar[]): void; onEvent(event: unknown, meta: unknown): void } | undefined;
    const app = {
      rpc: { subscribe: (_: string, options: typeof on) => (on = options) },
      marks: { add: (_: string, __: number, label: string) => marks.push(label) && { label } },
      axis: { place: (x: number) => x },
      frame: { stir() {}, invalidate() {}, onText: () => () => undefined },
    };
    const cvars = new Cvars(app as never);
    const lease = { by: 'me' };
    let version = 1;
    const change = (frame: number, part: object): void => {
      const now = { ...cvar({ value: 2, setFrame: 0 }), ...part, version: ++version };
      on?.onEvent({ changed: [now] }, { frame, time: frame * 1e10 });
    };
    on?.onSnapshot([cvar({ value: 2, setFrame: 0 })]);
    for (const [frame, value] of [
      [10, 1],
      [20, 16],
    ])
      change(frame as number, { value, from: 'alternation', layer: 'lease', lease, setFrame: frame });
    change(30, { value: 2 });
    expect(cvars.history('x')).toEqual([]);
    change(40, { value: 1, from: 'alternation', layer: 'lease', lease, setFrame: 40 });
    change(50, { value: 7, layer: 'code', setBy: 'game', setFrame: 50 });
    expect(cvars.history('x').map((e) => e.after)).toEqual([7]);
    expect(marks).toEqual(['x 1 → 7']);
  });
});

describe('the words', () => {
  it('says what was found, in as many decimals as are known', () => {
    const say = (mean: number, half: number, verdict: Line['verdict']) =>
      verdictText(lines({ mean, half, verdict }), ['1', '16']).replaceAll('\u202f', ' ');
    expect(say(1.84, 0.05, 'more')).toBe('16 costs 1.84 ms more than 1');
    expect(say(-0.0123, 0.002, 'less')).toBe('16 costs 0.0123 ms less than 1');
    expect(say(0.02, 0.0487, 'none')).toBe('no difference found (±0.05 ms)');
    expect(say(0.02, 0.0107, 'few')).toBe('too few rounds to tell');
  });

  it('never makes an interval narrower than it is', () => {
    expect([decimalsFor(0.05 * ms), decimalsFor(4 * ms), decimalsFor(100), decimalsFor(0)]).toEqual([2, 2, 4, 3]);
    expect(plusMinus(0.0501 * ms)).toBe('±0.06');
    expect(plusMinus(0.05 * ms)).toBe('±0.05');
    expect(plusMinus(Number.NaN)).toBe('±–');
    expect(intervalText(lines({ mean: 0.1, half: 0.05, verdict: 'more' })[1] as Line)).toBe('+0.05 … +0.15');
    expect(intervalText(lines({ mean: 0, half: 0.05, verdict: 'none' })[1] as Line)).toBe('−0.05 … +0.05');
  });

  it('speaks of the value that matters most, and of the widest interval where none does', () => {
    const some = lines(
      { mean: 0.1, half: 0.05, verdict: 'more' },
      { mean: 5, half: 9, verdict: 'none' },
      { mean: -0.4, half: 0.05, verdict: 'less' },
    );
    expect(foremost(some)).toBe(3);
    const none = lines({ mean: 0, half: 0.05, verdict: 'none' }, { mean: 0, half: 0.2, verdict: 'none' });
    expect(verdictText(none, ['a', 'b', 'c'])).toContain('±0.20');
  });

  it('copies the report as a table', () => {
    const about = {
      name: 'physics.substeps',
      measure: 'frame work',
      centre: 'mean',
      labels: ['1', '16'],
      rounds: 20,
      every: 30,
      seed: '7',
    };
    const some = lines({ mean: 1.84, half: 0.05, verdict: 'more' });
    expect(tsv(some, about).split('\n')[0]).toBe(
      'physics.substeps\tframes\tmean ms\tp50 ms\tp95 ms\tp99 ms\tdifference ms\tlow ms\thigh ms\tverdict',
    );
    expect(tsv(some, about).split('\n')[2]).toBe(
      '16\t60\t3.8400\t2.0000\t3.0000\t4.0000\t1.8400\t1.7900\t1.8900\tmore',
    );
    const text = markdown(some, about);
    expect(text).toContain('**Cost of physics.substeps** in frame work: 16 costs');
    expect(text).toContain('| 1 | 60 | 2.0000 |');
    expect(text).toContain('seed 7');
    expect(markdown(some, { ...about, labels: ['a|b', 'c'] })).toContain('| a\\|b | 60 |');
  });

  it('tells time as people do', () => {
    expect([0, 12.4, 75, 3600].map((s) => timeText(s).replaceAll('\u202f', ' '))).toEqual([
      '1 s',
      '12 s',
      '1 min 15 s',
      '60 min',
    ]);
  });
});

describe('the pictures', () => {
  it('span what most frames take, whatever a few do', () => {
    const calm = Float64Array.from({ length: 200 }, (_, i) => 2 * ms + i * 100);
    const hitches = Float64Array.from([...calm, 90 * ms, 95 * ms, 99 * ms, 99 * ms, 99 * ms]);
    const [a, b] = report([[calm, hitches]], 2, 'mean');
    const { low, high } = spanOf([a as Line, b as Line]);
    expect(low).toBeLessThan(2 * ms);
    expect(high).toBeLessThan(3 * ms);
    expect(spanOf([]).high).toBeGreaterThan(0);
    expect(padded(5, 5).high).toBeGreaterThan(5);
  });

  it('count each frame once, those beyond at the edges', () => {
    const bins = binned(Float64Array.of(-5, 0, 4, 9, 50), { low: 0, high: 10 }, 5);
    expect([...bins].map((s) => Math.round(s * 5))).toEqual([2, 0, 1, 0, 2]);
    expect(outline(Float64Array.of(1, 0.25), 1, 10, 8)).toBe('M0 8L0 0L5 0L5 4L10 4L10 8Z');
  });

  it('have marks on round numbers', () => {
    const { at, places: digits } = marksOn({ low: 0.3 * ms, high: 1.1 * ms }, 4);
    expect(at.map((ns) => ns / ms)).toEqual([0.4, 0.6, 0.8, 1]);
    expect(digits).toBe(1);
    expect(marksOn({ low: 0, high: 40 * ms }, 4).places).toBe(0);
  });

  it('place numbers by what they are and names side by side', () => {
    expect(places([1, 5, 9])).toEqual([0, 0.5, 1]);
    expect(places([10, 0])).toEqual([1, 0]);
    expect(places(['a', 'b', 'c'])).toEqual([0, 0.5, 1]);
  });
});

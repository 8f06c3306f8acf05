// The record `test` of a capture: what a failed test left. The file may come from anybody.

import { faultFrom, loose, newTest, numberOf, stepOf, type Test, textOf } from './model';

export interface Moment {
  frame: number;
  tick: number;
}

export interface Recorded {
  test: Test;
  began: Moment;
  ended: Moment;
  seed: number;
  round: number;
  repeat: number;
  input: readonly { tick: number; method: unknown; params: unknown }[];
  screenshot: unknown;
  replay: string;
}

const most = 10_000; // steps and inputs

/** Reads a record; undefined for what is none. */
export function recordOf(value: unknown): Recorded | undefined {
  const r = loose(value);
  if (r.version !== 1 || typeof r.name !== 'string') return undefined;
  const [began, ended] = [momentOf(r.began), momentOf(r.ended)];
  const list = (x: unknown): unknown[] => (Array.isArray(x) ? x.slice(0, most) : []);
  const test: Test = {
    ...newTest(textOf(r.file), textOf(r.name), numberOf(r.line)),
    state: r.state === 'pass' ? 'pass' : 'fail',
    ms: numberOf(r.ms),
    ticks: numberOf(r.ticks),
    frame: ended.frame,
    tick: ended.tick,
    began: began.frame,
    errors: list(r.errors).slice(0, 100).map(faultFrom),
    steps: list(r.steps).map(stepOf),
  };
  return {
    test,
    began,
    ended,
    seed: numberOf(r.seed),
    round: numberOf(r.round, 1),
    repeat: numberOf(r.repeat, 1),
    input: list(r.input).map((i) => {
      const { tick, method, params } = loose(i);
      return { tick: numberOf(tick), method, params };
    }),
    screenshot: r.screenshot,
    replay: textOf(r.replay),
  };
}

function momentOf(value: unknown): Moment {
  const m = loose(value);
  return { frame: numberOf(m.frame), tick: numberOf(m.tick) };
}

// What in the recording deserves a look, in words. Nothing here is stored: it is read from the last
// seconds each time.

import type { App } from '../../core/app';
import { bytes, count, duration, ms, percent, text } from '../../core/units';

export interface Warning {
  id: string;
  grade: 1 | 2;
  title: string;
  detail: string;
  /** A frame to look at. */
  frame?: number;
}

const span = 10; // seconds
const worryLate = 0.02; // share of the frames
const worryGC = 0.1; // share of the CPU
const worryPause = 2e6; // ns
const limit = 8;

/** Warnings, gravest first. */
export function warnings(app: App): Warning[] {
  const out = [...lateFrames(app), ...scopesOverBudget(app), ...runtime(app), ...page(app)];
  out.sort((a, b) => b.grade - a.grade);
  return out.slice(0, limit);
}

function lateFrames(app: App): Warning[] {
  const { timings: t } = app.shown();
  const from = Math.max(t.first, t.atX(t.x.last - span) + 1);
  let late = 0;
  let twice = 0;
  let all = 0;
  let worst = -1;
  for (let i = from; i < t.count; i++) {
    const period = t.period.at(i);
    if (t.held.at(i) === 1 || Number.isNaN(period)) continue;
    all++;
    const grade = t.grade(period, t.work.at(i));
    if (grade > 0) late++;
    if (grade === 2) twice++;
    if (worst < 0 || period > t.period.at(worst)) worst = i;
  }
  if (late < all * worryLate || worst < 0) return [];
  return [
    {
      id: 'late',
      grade: twice > 0 ? 2 : 1,
      title: `${percent(late / all, 0)} of the frames are late`,
      detail: `${count(late)} of ${count(all)} in ${span} s, the worst ${ms(t.period.at(worst), 1)} ms`,
      frame: t.frame.at(worst),
    },
  ];
}

function scopesOverBudget(app: App): Warning[] {
  const { timings: t } = app.shown();
  const from = Math.max(t.first, t.atX(t.x.last - span) + 1);
  const out: Warning[] = [];
  for (const scope of t.scopes) {
    const ring = t.tracks[scope.id]?.total;
    if (ring === undefined || scope.budget <= 0) continue;
    let over = 0;
    let most = 0;
    let at = -1;
    for (let i = from; i < t.count; i++) {
      const v = ring.at(i);
      if (v > scope.budget) over++;
      if (v > most) {
        most = v;
        at = i;
      }
    }
    if (over === 0) continue;
    out.push({
      id: `scope.${scope.name}`,
      grade: most > scope.budget * 2 ? 2 : 1,
      title: `${scope.name} over its budget`,
      detail: `${ms(most)} of ${text(duration(scope.budget))}, ${count(over)} ${over === 1 ? 'frame' : 'frames'}`,
      frame: t.frame.at(at),
    });
  }
  return out;
}

function runtime(app: App): Warning[] {
  const { memory } = app.shown();
  const m = memory.last;
  if (m === undefined) return [];
  const out: Warning[] = [];
  if (m.gcCPU > worryGC) {
    out.push({ id: 'gc.cpu', grade: 1, title: 'garbage collection is busy', detail: `${percent(m.gcCPU)} of the CPU` });
  }
  if (m.gcPauseP99 > worryPause) {
    out.push({ id: 'gc.pause', grade: 1, title: 'long GC stops', detail: `p99 ${text(duration(m.gcPauseP99))}` });
  }
  const before = memory.at('goroutines', memory.x.last - 60);
  if (m.goroutines > 50 && m.goroutines > before * 1.5) {
    const detail = `${count(before)} a minute ago, ${count(m.goroutines)} now`;
    out.push({ id: 'goroutines', grade: 1, title: 'goroutines grow', detail });
  }
  const heap = memory.at('heapInUse', memory.x.last - 300);
  if (m.heapInUse > heap * 2 && m.heapInUse > 64 << 20) {
    const detail = `${text(bytes(heap))} five minutes ago, ${text(bytes(m.heapInUse))} now`;
    out.push({ id: 'heap', grade: 1, title: 'heap grows', detail });
  }
  return out;
}

function page(app: App): Warning[] {
  const { timings } = app.shown();
  const out: Warning[] = [];
  if (timings.lost > 0) {
    const detail = `${count(timings.lost)} frames did not reach this page`;
    out.push({ id: 'lost', grade: 1, title: 'frames lost on the way', detail });
  }
  if (app.time.value?.controlled === false) {
    const detail = "the loop does not range over Update's ticks";
    out.push({ id: 'time', grade: 1, title: 'game cannot be held', detail });
  }
  return out;
}

// The three numbers that say how the game does.

import type { ComponentChildren } from 'preact';
import { type App, useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { gradeOf, quantile } from '../../core/timings';
import { bytes, count, duration, fixed, ms, none } from '../../core/units';

const span = 10; // seconds

interface Digest {
  fps: number;
  frames: number;
  late: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  grade: 0 | 1 | 2;
}

const empty: Digest = {
  fps: Number.NaN,
  frames: 0,
  late: 0,
  mean: Number.NaN,
  p50: Number.NaN,
  p95: Number.NaN,
  p99: Number.NaN,
  max: Number.NaN,
  grade: 0,
};

/** Numbers of the frames of the last seconds; held ones are left out. */
function digest(app: App): Digest {
  const { timings: t } = app.shown();
  const from = Math.max(t.first, t.atX(t.x.last - span) + 1);
  const periods = t.period.window(from).filter((v, k) => !Number.isNaN(v) && t.held.at(from + k) === 0);
  if (periods.length === 0) return empty;
  let sum = 0;
  let late = 0;
  let grade: 0 | 1 | 2 = 0;
  for (let i = from; i < t.count; i++) {
    if (t.held.at(i) === 1) continue;
    const g = gradeOf(t.period.at(i), t.work.at(i), t.budget);
    if (g > 0) late++;
    if (g > grade) grade = g;
  }
  for (const v of periods) sum += v;
  const sorted = periods.sort();
  const mean = sum / sorted.length;
  return {
    fps: 1e9 / mean,
    frames: sorted.length,
    late,
    mean,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted[sorted.length - 1] as number,
    grade,
  };
}

function Big(props: { title: string; value: string; unit: string; children: ComponentChildren }) {
  return (
    <section class="big">
      <h2 class="muted">{props.title}</h2>
      <p class="big-value">
        {props.value} <span class="unit">{props.unit}</span>
      </p>
      <p class="big-facts">{props.children}</p>
    </section>
  );
}

function Fact({ name, value, unit }: { name: string; value: string; unit?: string }) {
  return (
    <span>
      <span class="muted">{name}</span> {value}
      {unit && <span class="unit"> {unit}</span>}
    </span>
  );
}

export function BigNumbers() {
  const app = useApp();
  const features = app.me.value?.features ?? [];
  const d = useLive(() => digest(app)).value;
  const m = useLive(() => app.shown().memory.last).value;
  const held = app.time.value?.held ?? false;
  const budget = app.timings.budget;
  const heap = bytes(m?.heapInUse ?? Number.NaN);
  const pause = duration(m?.gcPauseP99 ?? Number.NaN);
  return (
    <div class="bigs">
      {features.includes('timings') && (
        <>
          <Big
            title={held ? 'frame rate, before the game was held' : 'frame rate, last 10 s'}
            value={fixed(d.fps, 1)}
            unit="fps"
          >
            <Fact name="target" value={budget > 0 ? fixed(1e9 / budget) : none} />
            <Fact name="late" value={`${count(d.late)} of ${count(d.frames)}`} />
          </Big>
          <Big title="frame time, last 10 s" value={ms(d.mean, 1)} unit="ms">
            <Fact name="p50" value={ms(d.p50, 1)} />
            <Fact name="p95" value={ms(d.p95, 1)} />
            <Fact name="p99" value={ms(d.p99, 1)} />
            <span class={d.grade === 2 ? 'bad' : d.grade === 1 ? 'warn' : ''}>
              {d.grade === 2 ? '▲ ' : d.grade === 1 ? '◆ ' : ''}
              <span class={d.grade === 0 ? 'muted' : ''}>max</span> {ms(d.max, 1)}
            </span>
          </Big>
        </>
      )}
      {features.includes('memory') && (
        <Big title="heap in use" value={heap.value} unit={heap.unit}>
          <Fact
            name="next GC"
            value={bytes(m?.heapGoal ?? Number.NaN).value}
            unit={bytes(m?.heapGoal ?? Number.NaN).unit}
          />
          <Fact name="GC stop p99" value={pause.value} unit={pause.unit} />
        </Big>
      )}
    </div>
  );
}

// Where the memory is, in numbers, and how it differs from the mark.

import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { MemorySample } from '../../core/protocol';
import { bytes, count, duration, fixed, frameName, percent, type Quantity } from '../../core/units';
import type { MemoryModel } from './model';

type NumberKey = { [K in keyof MemorySample]-?: MemorySample[K] extends number ? K : never }[keyof MemorySample];

interface Entry {
  key: NumberKey;
  name: string;
  help: string;
  /** The class is part of what the process has mapped: it gets a bar. */
  part?: boolean;
  kind: 'bytes' | 'count' | 'rate';
}

const classes: readonly Entry[] = [
  { key: 'heapInUse', name: 'heap in use', help: 'Spans that hold objects', part: true, kind: 'bytes' },
  { key: 'heapIdle', name: 'heap idle', help: 'Spans without objects, kept for later', part: true, kind: 'bytes' },
  { key: 'heapReleased', name: 'heap released', help: 'Given back to the system', kind: 'bytes' },
  { key: 'stacks', name: 'stacks', help: 'Stacks of goroutines', part: true, kind: 'bytes' },
  { key: 'runtime', name: 'runtime', help: "The runtime's own tables", part: true, kind: 'bytes' },
  { key: 'total', name: 'total mapped', help: 'All that Go has from the system', kind: 'bytes' },
  {
    key: 'liveObjects',
    name: 'objects',
    help: 'Objects on the heap, dead ones included until they are swept',
    kind: 'count',
  },
  { key: 'goroutines', name: 'goroutines', help: 'Goroutines that exist', kind: 'count' },
  { key: 'allocRate', name: 'allocation', help: 'Bytes allocated a second', kind: 'rate' },
  { key: 'allocObjects', name: 'allocations', help: 'Objects allocated a second', kind: 'count' },
];

function quantity(entry: Entry, value: number): Quantity {
  if (entry.kind === 'count') return { value: count(value), unit: entry.key === 'allocObjects' ? '/s' : '' };
  const q = bytes(value);
  return entry.kind === 'rate' ? { value: q.value, unit: `${q.unit}/s` } : q;
}

function signed(entry: Entry, delta: number): string {
  const q = quantity(entry, Math.abs(delta));
  if (delta === 0 || /^[0.]*$/.test(q.value)) return '0';
  return `${delta > 0 ? '+' : '−'}${q.value}`;
}

export function Classes({ model }: { model: MemoryModel }) {
  const app = useApp();
  const sample = useLive(() => app.shown().memory.last).value;
  const mark = model.mark.value;
  return (
    <section class="panel memory-classes">
      <header class="panel-head">
        <h2>Classes</h2>
        {mark && (
          <span class="muted">
            against {frameName(mark.frame)}
            <button
              type="button"
              class="btn quiet icon"
              aria-label="Forget the mark"
              title="Forget the mark"
              onClick={() => model.clearMark()}
            >
              ✕
            </button>
          </span>
        )}
        <span class="space" />
        <button
          type="button"
          class="btn soft"
          title="Compare with the memory of now (m)"
          onClick={() => model.setMark()}
        >
          Mark
        </button>
        <button
          type="button"
          class="btn soft"
          title="Force a garbage collection: the game stands for some milliseconds"
          disabled={app.conn.value.state !== 'live'}
          onClick={() => model.collect()}
        >
          Collect now
        </button>
      </header>
      <table class="rows">
        <thead>
          <tr>
            <th>Class</th>
            <th class="num w-now">now</th>
            <th class="w-unit">
              <span class="aside">unit</span>
            </th>
            <th class="w-share">share</th>
            {mark ? <th class="num w-delta">since mark</th> : <td class="w-delta" />}
          </tr>
        </thead>
        <tbody>
          {sample && classes.map((entry) => <Line key={entry.key} entry={entry} sample={sample} mark={mark} />)}
        </tbody>
      </table>
    </section>
  );
}

function Line({ entry, sample, mark }: { entry: Entry; sample: MemorySample; mark: MemorySample | undefined }) {
  const value = sample[entry.key];
  const q = quantity(entry, value);
  const share = Math.min(1, value / (sample.total || 1));
  return (
    <tr title={entry.help}>
      <td>{entry.name}</td>
      <td class="num">{q.value}</td>
      <td class="unit">{q.unit}</td>
      <td>
        {entry.part && (
          <span class="share" aria-hidden="true">
            <span style={{ width: `${fixed(share * 100, 1)}%` }} />
          </span>
        )}
      </td>
      <td class="num">{mark && <Delta entry={entry} delta={value - mark[entry.key]} />}</td>
    </tr>
  );
}

function Delta({ entry, delta }: { entry: Entry; delta: number }) {
  const text = signed(entry, delta);
  if (text === '0') return <span class="muted">0</span>;
  return (
    <>
      {text} <span class="unit">{quantity(entry, Math.abs(delta)).unit}</span>
    </>
  );
}

export function Collector() {
  const app = useApp();
  const m = useLive(() => app.shown().memory.last).value;
  if (m === undefined) return null;
  const lines: [string, string, string, string][] = [
    ['collections', count(m.gcCycles), '', 'since the game began'],
    ['next at', ...pair(bytes(m.heapGoal)), 'of heap'],
    ['share of the CPU', percent(m.gcCPU, 2), '', 'spent on collecting'],
    ['stop, p50', ...pair(duration(m.gcPauseP50)), 'the world stands still'],
    ['stop, p99', ...pair(duration(m.gcPauseP99)), ''],
    ['stop, longest', ...pair(duration(m.gcPauseMax)), ''],
    ['wait to run, p50', ...pair(duration(m.schedP50)), 'of a goroutine that could'],
    ['wait to run, p99', ...pair(duration(m.schedP99)), ''],
  ];
  return (
    <section class="panel memory-collector">
      <header class="panel-head">
        <h2>Collector</h2>
        <span class="muted">and scheduler, since the game began</span>
      </header>
      <table class="rows">
        <tbody>
          {lines.map(([name, value, unit, note]) => (
            <tr key={name}>
              <td>{name}</td>
              <td class="num w-now">{value}</td>
              <td class="unit w-unit">{unit}</td>
              <td class="muted small">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function pair({ value, unit }: Quantity): [string, string] {
  return [value, unit];
}

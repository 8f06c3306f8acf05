// Where the memory is, in numbers, at the cursor or now, and how it differs from the mark.

import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { MemorySeries, TagSeries } from '../../core/memory';
import type { MemorySample } from '../../core/protocol';
import { bytes, count, duration, fixed, frameName, none, percent, type Quantity } from '../../core/units';
import { type MemoryModel, markName } from './model';

interface Entry {
  key: MemorySeries;
  name: string;
  help: string;
  /** The class is part of what the process has mapped: it gets a bar. */
  part?: boolean;
  kind: 'bytes' | 'count' | 'rate';
}

const classes: readonly Entry[] = [
  { key: 'heapInUse', name: 'heap in use', help: 'Spans that hold objects', part: true, kind: 'bytes' },
  { key: 'heapUnused', name: 'of it unused', help: 'Room between the objects', kind: 'bytes' },
  { key: 'heapIdle', name: 'heap idle', help: 'Spans without objects, kept for later', part: true, kind: 'bytes' },
  { key: 'heapReleased', name: 'heap released', help: 'Given back to the system', kind: 'bytes' },
  { key: 'stacks', name: 'stacks', help: 'Stacks of goroutines', part: true, kind: 'bytes' },
  { key: 'runtime', name: 'runtime', help: "The runtime's own tables", part: true, kind: 'bytes' },
  { key: 'total', name: 'total mapped', help: 'All that Go has from the system', kind: 'bytes' },
  { key: 'heapLive', name: 'live', help: 'What the last collection found alive', kind: 'bytes' },
  { key: 'liveObjects', name: 'objects', help: 'On the heap, dead ones included until they are swept', kind: 'count' },
  { key: 'goroutines', name: 'goroutines', help: 'Goroutines that exist', kind: 'count' },
  {
    key: 'allocRate',
    name: 'allocation',
    help: 'Bytes allocated a second; the runtime counts small objects by spans of 8 KiB and more',
    kind: 'rate',
  },
  { key: 'allocObjects', name: 'allocations', help: 'Objects allocated a second', kind: 'count' },
];

function quantity(entry: Entry, value: number): Quantity {
  if (entry.kind === 'count') {
    return { value: Number.isNaN(value) ? none : count(value), unit: entry.key === 'allocObjects' ? '/s' : '' };
  }
  const q = bytes(value);
  return entry.kind === 'rate' ? { value: q.value, unit: `${q.unit}/s` } : q;
}

/** A row as it stands in the page: equal rows are not drawn again. */
interface Row {
  name: string;
  help: string;
  value: string;
  unit: string;
  /** 0..1 */
  share?: number;
  delta: string;
  deltaUnit: string;
  kind?: string;
}

function row(q: Quantity, delta: number, of: (n: number) => Quantity, { name, help }: Pick<Row, 'name' | 'help'>): Row {
  const d = of(Math.abs(delta));
  const flat = delta === 0 || /^[0.]*$/.test(d.value);
  const sign = Number.isNaN(delta) ? '' : delta > 0 ? '+' : '−';
  return {
    name,
    help,
    value: q.value,
    unit: q.unit,
    delta: flat ? '0' : sign + d.value,
    deltaUnit: flat ? '' : d.unit,
  };
}

/** What a table says, as text, which is compared. */
function useRows(read: () => Row[]): Row[] {
  const text = useLive(() => JSON.stringify(read()));
  return JSON.parse(text.value) as Row[];
}

export function Classes({ model }: { model: MemoryModel }) {
  const app = useApp();
  const mark = model.from.value;
  const rows = useRows(() => {
    const { rings } = app.shown().memory;
    const [now, then] = [model.index(), model.markIndex()];
    return classes.map((entry) => {
      const v = rings[entry.key].at(now);
      const out = row(quantity(entry, v), v - rings[entry.key].at(then), (n) => quantity(entry, n), entry);
      if (entry.part) out.share = Math.min(1, v / (rings.total.at(now) || 1)) || 0;
      return out;
    });
  });
  return (
    <section class="panel memory-classes" aria-label="Classes">
      <header class="panel-head">
        <h2>Classes</h2>
        <span class="muted">{mark ? <Against model={model} /> : 'of what Go has from the system'}</span>
      </header>
      <Numbers first="Class" third="share" rows={rows} model={model} />
    </section>
  );
}

/** The mark that the numbers are compared with, and the way to forget it. */
function Against({ model }: { model: MemoryModel }) {
  const app = useApp();
  const mark = model.from.value;
  if (mark === undefined) return null;
  return (
    <>
      against {markName(mark)}, {frameName(mark.frame)}
      <button
        type="button"
        class="btn quiet icon"
        aria-label={`Forget ${markName(mark)}`}
        title={`Forget ${markName(mark)}`}
        disabled={app.conn.value.state !== 'live'}
        onClick={() => void model.unmark()}
      >
        ✕
      </button>
    </>
  );
}

export function Tags({ model }: { model: MemoryModel }) {
  const app = useApp();
  const rows = useRows(() => {
    const { tags } = app.shown().memory;
    const [now, then] = [model.index(), model.markIndex()];
    return [...tags.values()].map((tag: TagSeries) => {
      const v = tag.bytes.at(now);
      const most = bytes(tag.peak);
      const words = model.helpOf(tag.name);
      const help = `${words === '' ? '' : `${words}; `}at most ${most.value} ${most.unit}`;
      return { ...row(bytes(v), v - tag.bytes.at(then), bytes, { name: tag.name, help }), kind: tag.kind };
    });
  });
  return (
    <section class="panel memory-tags" aria-label="Tags">
      <header class="panel-head">
        <h2>Tags</h2>
        <span class="muted">what the game tracks itself</span>
      </header>
      {rows.length === 0 ? (
        <p class="memory-none muted">
          None. <code>con.Memory.Tracker("particles", "heap", "…")</code> makes one.
        </p>
      ) : (
        <Numbers first="Tag" third="kind" rows={rows} model={model} />
      )}
    </section>
  );
}

interface NumbersProps {
  first: string;
  third: string;
  rows: readonly Row[];
  model: MemoryModel;
}

function Numbers({ first, third, rows, model }: NumbersProps) {
  const app = useApp();
  const marked = model.from.value !== undefined;
  const to = model.to.value;
  const when = app.cursor.x.value !== undefined ? 'at cursor' : to ? markName(to) : 'now';
  return (
    <table class="rows">
      <thead>
        <tr>
          <th>{first}</th>
          <th class="num w-now">{when}</th>
          <th class="w-unit">
            <span class="aside">unit</span>
          </th>
          <th class="w-share">{third}</th>
          {marked ? <th class="num w-delta">since mark</th> : <td class="w-delta" />}
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.name} title={r.help}>
            <td>{r.name}</td>
            <td class="num">{r.value}</td>
            <td class="unit">{r.unit}</td>
            <td class="muted of-share">
              {r.kind}
              {r.share !== undefined && (
                <span class="share" aria-hidden="true">
                  <span style={{ width: `${fixed(r.share * 100, 1)}%` }} />
                </span>
              )}
            </td>
            <td class="num">{marked && <Delta {...r} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Delta({ delta, deltaUnit }: Row) {
  if (delta === '0' || delta === none) return <span class="muted">{delta}</span>;
  return (
    <>
      {delta} <span class="unit">{deltaUnit}</span>
    </>
  );
}

interface Fact {
  name: string;
  help: string;
  /** Since the sample before, or now. */
  now: Quantity;
  /** Since the game began. */
  all: Quantity;
}

const nothing: Quantity = { value: '', unit: '' };
const plain = (value: string): Quantity => ({ value, unit: '' });

function facts(m: MemorySample): Fact[] {
  const time = (n: number, counted = 1): Quantity => (counted === 0 ? plain(none) : duration(n));
  const { gcPauses: stops, sched } = m;
  return [
    {
      name: 'collections',
      help: `${count(m.gcForced)} of them the program asked for`,
      now: plain(count(m.gcs?.length ?? 0)),
      all: plain(count(m.gcCycles)),
    },
    {
      name: 'stop, p50',
      help: 'The world stands still for the collector; a collection stops it several times',
      now: time(stops.p50, stops.count),
      all: time(m.gcPauseP50),
    },
    { name: 'stop, p99', help: '', now: time(stops.p99, stops.count), all: time(m.gcPauseP99) },
    { name: 'stop, longest', help: '', now: time(stops.max, stops.count), all: time(m.gcPauseMax) },
    {
      name: 'CPU for collecting',
      help: 'Share of the processor time; left: between the ends of the last two collections',
      now: plain(percent(m.gcCPULast, 2)),
      all: plain(percent(m.gcCPU, 2)),
    },
    {
      name: 'of it assists',
      help: "The game's own goroutines, made to help because they allocate",
      now: plain(percent(m.gcAssistLast, 2)),
      all: plain(percent(m.gcAssist, 2)),
    },
    {
      name: 'wait to run, p50',
      help: 'How long a goroutine that could run waited for a processor',
      now: time(sched.p50, sched.count),
      all: time(m.schedP50),
    },
    { name: 'wait to run, p99', help: '', now: time(sched.p99, sched.count), all: time(m.schedP99) },
    { name: 'wait to run, longest', help: '', now: time(sched.max, sched.count), all: nothing },
    {
      name: 'wait for locks',
      help: 'All goroutines together, per second; the runtime looks at one in eight',
      now: ((q) => ({ value: q.value, unit: `${q.unit}/s` }))(duration(m.mutexWait * 1e9)),
      all: nothing,
    },
  ];
}

/** Goroutines by what they do, as far as the Go of the game tells. */
function states(m: MemorySample): [string, number][] {
  if (m.goRunning + m.goRunnable + m.goWaiting + m.goNotInGo === 0) return [];
  return [
    ['running', m.goRunning],
    ['runnable', m.goRunnable],
    ['waiting', m.goWaiting],
    ['not in Go', m.goNotInGo],
    ['threads', m.threads],
  ];
}

export function Collector() {
  const app = useApp();
  const text = useLive(() => {
    const m = app.shown().memory.last;
    return m === undefined ? '' : JSON.stringify({ facts: facts(m), states: states(m) });
  });
  if (text.value === '') return null;
  const told = JSON.parse(text.value) as { facts: Fact[]; states: [string, number][] };
  return (
    <section class="panel memory-collector" aria-label="Collector and scheduler">
      <header class="panel-head">
        <h2>Collector and scheduler</h2>
      </header>
      {told.states.length > 0 && (
        <p class="memory-states">
          <span class="muted">goroutines</span>
          {told.states.map(([name, n]) => (
            <span key={name}>
              {count(n)} <span class="muted">{name}</span>
            </span>
          ))}
        </p>
      )}
      <table class="rows">
        <thead>
          <tr>
            <th>Measure</th>
            <th class="num w-time" title="Since the sample before, a quarter of a second">
              last ¼ s
            </th>
            <th class="w-unit">
              <span class="aside">unit</span>
            </th>
            <th class="num w-time">since start</th>
            <th class="w-unit">
              <span class="aside">unit</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {told.facts.map(({ name, help, now, all }) => (
            <tr key={name} title={help}>
              <td>{name}</td>
              <td class="num">{now.value}</td>
              <td class="unit">{now.unit}</td>
              <td class="num">{all.value}</td>
              <td class="unit">{all.unit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

// The parts of the game in numbers: the frame that is looked at, and the window around it.

import { type Signal, signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import type { Counter, Scope } from '../../core/protocol';
import { count, fixed, ms } from '../../core/units';
import { Icon } from '../../shell/icons';
import { type CounterNumbers, counterColour, measureOf, valueText } from './counters';
import type { PerfModel, SortKey } from './model';
import { arrange, type FrameNumbers, measure, type Numbers, tsv } from './numbers';

/** The cells of a row, each a signal: only what changed touches the page. */
interface Cells {
  now: Signal<string>;
  nowClass: Signal<string>;
  avg: Signal<string>;
  p50: Signal<string>;
  p95: Signal<string>;
  p99: Signal<string>;
  max: Signal<string>;
  maxClass: Signal<string>;
  self: Signal<string>;
  calls: Signal<string>;
  budget: Signal<string>;
  budgetClass: Signal<string>;
  unit: Signal<string>;
  bar: { current: HTMLElement | null };
}

const columns: readonly { key: SortKey | 'share' | 'budget'; title: string; help: string }[] = [
  { key: 'this', title: 'last', help: 'This frame, ms' },
  { key: 'avg', title: 'mean', help: 'Mean, ms a frame' },
  { key: 'p50', title: 'p50', help: 'Half of the frames took less, ms' },
  { key: 'p95', title: 'p95', help: '95 of 100 frames took less, ms' },
  { key: 'p99', title: 'p99', help: '99 of 100 frames took less, ms' },
  { key: 'max', title: 'max', help: 'Greatest, ms a frame' },
  { key: 'self', title: 'self', help: 'Mean without the parts inside, ms a frame' },
  { key: 'calls', title: 'calls', help: 'Calls in this frame' },
  { key: 'share', title: 'share', help: 'Share of the frame' },
  { key: 'budget', title: 'budget', help: 'What the game allows it, ms a frame; marked when this frame took more' },
];

function newCells(): Cells {
  const text = (): Signal<string> => signal('');
  return {
    now: text(),
    nowClass: signal('num'),
    avg: text(),
    p50: text(),
    p95: text(),
    p99: text(),
    max: text(),
    maxClass: signal('num'),
    self: text(),
    calls: text(),
    budget: text(),
    budgetClass: signal('num muted'),
    unit: text(),
    bar: { current: null },
  };
}

export function Table({ model }: { model: PerfModel }) {
  const app = useApp();
  const order = useSignal<readonly Scope[]>([]);
  const counters = useSignal<readonly Counter[]>([]);
  const heading = useSignal('');
  const over = useSignal(0);
  const nowTitle = useSignal('last');
  const cells = useMemo(() => new Map<number, Cells>(), []);
  const total = useMemo(newCells, []);
  const hovered = useMemo(() => ({ on: false }), []);
  const counterCells = useMemo(() => new Map<number, Cells>(), []);
  const flush = (): void => {
    const numbers = measure(model);
    heading.value = numbers.heading;
    nowTitle.value = numbers.one ? 'this' : 'last';
    over.value = numbers.over;
    for (const n of numbers.scopes) fill(cellsOf(cells, n.scope.id), n, model.decimals);
    for (const n of numbers.counters) fillCounter(cellsOf(counterCells, n.counter.id), n);
    if (numbers.counters.length !== counters.peek().length) counters.value = numbers.counters.map((n) => n.counter);
    fillTotal(total, numbers.frame, model.decimals);
    if (hovered.on && order.peek().length === numbers.scopes.length) return;
    const next = arrange(numbers.scopes, model.order, model.tree.peek() === 'yes', model.timings.scopes);
    const before = order.peek();
    if (next.length !== before.length || next.some((s, i) => s !== before[i])) order.value = next;
  };
  useEffect(() => app.frame.onText(flush), [app, model]);
  useEffect(() => {
    const now = hovered.on;
    hovered.on = false;
    flush();
    hovered.on = now;
  }, [model.sort.value, model.tree.value, model.f.value, model.range.value]);
  const tree = model.tree.value === 'yes';
  const budgets = order.value.some((s) => s.budget > 0);
  return (
    <section class="panel perf-table">
      <header class="panel-head">
        <h2>Numbers</h2>
        <span class="muted cut">{heading}</span>
        {over.value > 0 && (
          <span class="perf-over">
            <span class="warn">◆</span> {count(over.value)} <span class="muted">over budget</span>
          </span>
        )}
        <span class="space" />
        <button
          type="button"
          class="btn quiet icon"
          aria-pressed={tree}
          aria-label="As a tree"
          title="Scopes under the scopes that hold them"
          onClick={() => {
            model.tree.value = tree ? 'no' : 'yes';
          }}
        >
          <Icon name="tree" />
        </button>
        <button type="button" class="btn quiet" title="Copy the table (Ctrl+C)" onClick={() => copyTable(app, model)}>
          <Icon name="copy" /> TSV
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="scroll perf-scroll" tabIndex={0} aria-label="Scopes in numbers">
        <table class="rows">
          <Head model={model} budgets={budgets} nowTitle={nowTitle} />
          <tbody
            onPointerEnter={() => {
              hovered.on = true;
            }}
            onPointerLeave={() => {
              hovered.on = false;
            }}
          >
            {order.value.map((s) => (
              <Row
                key={s.id}
                scope={s}
                model={model}
                cells={cellsOf(cells, s.id)}
                depth={tree ? model.timings.depth(s) : 0}
                budgets={budgets}
              />
            ))}
          </tbody>
          {counters.value.length > 0 && (
            <tbody class="perf-counters">
              <tr>
                <th scope="rowgroup" colSpan={budgets ? 11 : 10}>
                  Counters and gauges
                </th>
              </tr>
              {counters.value.map((c) => (
                <CounterRow
                  key={c.id}
                  counter={c}
                  model={model}
                  cells={cellsOf(counterCells, c.id)}
                  budgets={budgets}
                />
              ))}
            </tbody>
          )}
          <tfoot>
            <tr>
              <td class="muted">frame{model.timings.budget > 0 && ` of ${ms(model.timings.budget, 1)}`}</td>
              <td class={total.nowClass}>{total.now}</td>
              <td class="num">{total.avg}</td>
              <td class="num">{total.p50}</td>
              <td class="num">{total.p95}</td>
              <td class="num">{total.p99}</td>
              <td class={total.maxClass}>{total.max}</td>
              <td />
              <td />
              <td />
              {budgets && <td />}
            </tr>
          </tfoot>
        </table>
      </section>
    </section>
  );
}

function cellsOf(all: Map<number, Cells>, id: number): Cells {
  let c = all.get(id);
  if (c === undefined) {
    c = newCells();
    all.set(id, c);
  }
  return c;
}

/** Copies what the table shows. */
export function copyTable(app: App, model: PerfModel): void {
  const numbers = measure(model);
  const order = arrange(numbers.scopes, model.order, model.tree.peek() === 'yes', model.timings.scopes);
  if (copyText(tsv(numbers, order))) app.toast(`${count(order.length)} rows copied as TSV`);
  else app.toast('The browser did not let this page copy', 'bad');
}

function Head({ model, budgets, nowTitle }: { model: PerfModel; budgets: boolean; nowTitle: Signal<string> }) {
  const sort = model.order;
  const key = sort.replace(/^-/, '');
  const down = sort.startsWith('-');
  const order = (k: string): 'ascending' | 'descending' | 'none' =>
    k !== key ? 'none' : down ? 'descending' : 'ascending';
  const by = (k: string): void => {
    if (k !== key) model.sort.value = k === 'name' ? k : `-${k}`;
    else model.sort.value = down ? k : `-${k}`;
  };
  return (
    <thead>
      <tr>
        <th aria-sort={order('name')} class="w-name">
          <button type="button" onClick={() => by('name')}>
            Subsystem{key === 'name' ? arrow(down) : ''}
          </button>
        </th>
        {columns.map(({ key: k, title, help }) => {
          if (k === 'budget' && !budgets) return null;
          const sortable = k !== 'share' && k !== 'budget';
          const words = k === 'this' ? nowTitle : title;
          return (
            <th
              key={k}
              class={`w-${k}${k === 'share' ? '' : ' num'}`}
              title={help}
              aria-sort={sortable ? order(k) : undefined}
            >
              {sortable ? (
                <button type="button" onClick={() => by(k)}>
                  {words}
                  {k === key ? arrow(down) : ''}
                </button>
              ) : (
                words
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function arrow(down: boolean): string {
  return down ? ' ▾' : ' ▴';
}

interface RowProps {
  scope: Scope;
  model: PerfModel;
  cells: Cells;
  depth: number;
  budgets: boolean;
}

function Row({ scope, model, cells, depth, budgets }: RowProps) {
  const app = useApp();
  const drawn = !model.drawsCounters && model.drawn().some((s) => s.id === scope.id);
  const paint = app.theme.paint.value;
  const colour = app.theme.series(scope.name);
  return (
    <tr title={scope.help}>
      <td class="perf-name">
        <button
          type="button"
          class="perf-key"
          style={{ marginLeft: `${depth * 12}px` }}
          aria-pressed={drawn}
          aria-label={`Line of ${scope.name}`}
          title={drawn ? 'Take its line away' : 'Draw its line'}
          onClick={() => model.toggleLine(scope)}
        >
          <span
            key={paint}
            class="swatch"
            style={drawn ? { background: colour } : { boxShadow: `inset 0 0 0 1px ${colour}` }}
          />
        </button>
        {scope.name}
        {scope.own && (
          <span class="unit" title="What the console itself costs the game">
            {' '}
            own
          </span>
        )}
      </td>
      <td class={cells.nowClass}>{cells.now}</td>
      <td class="num">{cells.avg}</td>
      <td class="num">{cells.p50}</td>
      <td class="num">{cells.p95}</td>
      <td class="num">{cells.p99}</td>
      <td class={cells.maxClass}>{cells.max}</td>
      <td class="num">{cells.self}</td>
      <td class="num muted">{cells.calls}</td>
      <td>
        <span class="share" aria-hidden="true">
          <span key={paint} ref={cells.bar} style={{ background: colour }} />
        </span>
      </td>
      {budgets && <td class={cells.budgetClass}>{cells.budget}</td>}
    </tr>
  );
}

interface CounterProps {
  counter: Counter;
  model: PerfModel;
  cells: Cells;
  budgets: boolean;
}

function CounterRow({ counter, model, cells, budgets }: CounterProps) {
  const app = useApp();
  const drawn = model.drawsCounters && model.drawnCounters().some((c) => c.id === counter.id);
  const paint = app.theme.paint.value;
  const colour = counterColour(app.theme, counter);
  return (
    <tr title={counter.help}>
      <td class="perf-name">
        <button
          type="button"
          class="perf-key"
          aria-pressed={drawn}
          aria-label={`Line of ${counter.name}`}
          title={drawn ? 'Take its line away' : 'Draw its line'}
          onClick={() => model.toggleCounter(counter)}
        >
          <span
            key={paint}
            class="swatch"
            style={drawn ? { background: colour } : { boxShadow: `inset 0 0 0 1px ${colour}` }}
          />
        </button>
        {counter.name}
        <span class="unit"> {cells.unit}</span>
      </td>
      <td class="num">{cells.now}</td>
      <td class="num">{cells.avg}</td>
      <td class="num">{cells.p50}</td>
      <td class="num">{cells.p95}</td>
      <td class="num">{cells.p99}</td>
      <td class="num">{cells.max}</td>
      <td colSpan={budgets ? 4 : 3} class="muted">
        {counter.kind === 'counter' ? 'a frame' : ''}
      </td>
    </tr>
  );
}

// Numbers of three digits need no thousandths, and have no room for them.
function cell(ns: number, decimals: number): string {
  return ms(ns, ns >= 1e8 ? 1 : decimals);
}

function marked(ns: number, budget: number, decimals: number): { text: string; mark: string; class: string } {
  const text = cell(ns, decimals);
  if (budget <= 0 || !(ns > budget)) return { text, mark: '', class: 'num' };
  const [mark, tone] = ns > budget * 2 ? ['▲ ', 'num bad'] : ['◆ ', 'num warn'];
  return { text: `${mark}${text}`, mark, class: tone };
}

function fill(c: Cells, n: Numbers, decimals: number): void {
  const now = marked(n.now, n.scope.budget, decimals);
  const max = marked(n.max, n.scope.budget, decimals);
  c.now.value = now.text;
  c.nowClass.value = now.class;
  c.avg.value = cell(n.avg, decimals);
  c.p50.value = cell(n.p50, decimals);
  c.p95.value = cell(n.p95, decimals);
  c.p99.value = cell(n.p99, decimals);
  c.max.value = max.text;
  c.maxClass.value = max.class;
  c.calls.value = Number.isNaN(n.calls) ? '' : count(n.calls);
  c.self.value = cell(n.self, decimals);
  const { budget } = n.scope;
  c.budget.value = budget > 0 ? `${now.mark}${ms(budget, 1)}` : '';
  c.budgetClass.value = now.mark === '' ? 'num muted' : now.class;
  const share = Math.min(1, n.share || 0);
  if (c.bar.current !== null) c.bar.current.style.width = `${fixed(share * 100, 1)}%`;
}

function fillTotal(c: Cells, f: FrameNumbers, decimals: number): void {
  const classes = ['num', 'num warn', 'num bad'];
  const marks = ['', '◆ ', '▲ '];
  c.now.value = `${marks[f.grade]}${cell(f.now, decimals)}`;
  c.nowClass.value = classes[f.grade] as string;
  c.avg.value = cell(f.mean, decimals);
  c.p50.value = cell(f.p50, decimals);
  c.p95.value = cell(f.p95, decimals);
  c.p99.value = cell(f.p99, decimals);
  c.max.value = `${marks[f.maxGrade]}${cell(f.max, decimals)}`;
  c.maxClass.value = classes[f.maxGrade] as string;
}

function fillCounter(c: Cells, n: CounterNumbers): void {
  const measure = measureOf(n.counter, n.max);
  c.unit.value = measure.unit;
  c.now.value = valueText(n.now, measure);
  c.avg.value = valueText(n.mean, measure, true);
  c.p50.value = valueText(n.p50, measure);
  c.p95.value = valueText(n.p95, measure);
  c.p99.value = valueText(n.p99, measure);
  c.max.value = valueText(n.max, measure);
}

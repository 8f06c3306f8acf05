// Compare: two stretches of frames, by scope and as a whole.

import './compare.css';
import { useComputed } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { count, fixed, frameName, ms, none } from '../../core/units';
import { type Surface, surface } from '../../widgets/chart/surface';
import { Menu } from '../../widgets/menu/menu';
import { drawShares, inks } from './comparehist';
import { type CompareModel, compareModel, type Side, type Which } from './comparemodel';
import { compare, type Difference, numbersOf } from './comparestats';

export function Compare({ onClose }: { onClose(): void }) {
  const app = useApp();
  const model = useMemo(() => compareModel(app), [app]);
  useEffect(() => model.begin(), [model]);
  const a = model.a.value;
  const b = model.b.value;
  const lines = useComputed(() => {
    const [left, right] = [model.a.value, model.b.value];
    return left && right ? compare(left, right) : [];
  });
  return (
    <section class="panel compare" aria-label="Compare">
      <header class="panel-head">
        <h2>Compare</h2>
        <Chooser which="a" model={model} side={a} />
        <button type="button" class="btn quiet" title="Change A and B" onClick={() => model.swap()}>
          ⇄
        </button>
        <Chooser which="b" model={model} side={b} />
        {model.fault.value !== '' && (
          <span class="bad cut" role="alert">
            ▲ {model.fault.value}
          </span>
        )}
        <span class="space" />
        <button type="button" class="btn quiet" title="Copy the table as TSV" onClick={() => copy(app, lines.value)}>
          TSV
        </button>
        <button type="button" class="btn quiet icon" aria-label="Close the comparison" title="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {a && b && (
        <>
          <Histogram a={a} b={b} />
          <Lines lines={lines.value} />
        </>
      )}
    </section>
  );
}

function Chooser({ which, model, side }: { which: Which; model: CompareModel; side: Side | undefined }) {
  const app = useApp();
  const file = useRef<HTMLInputElement>(null);
  const paint = app.theme.paint.value;
  const busy = model.busy.value === which;
  const label = (
    <>
      <span
        key={paint}
        class={`swatch compare-${which}`}
        style={{ '--ink': app.theme.slot(inks[which]) } as Record<string, string>}
      />
      <b>{which.toUpperCase()}</b> <span class="cut">{busy ? 'loading…' : (side?.label ?? 'choose')}</span>
      {side && <span class="muted"> {count(side.to - side.from)} frames</span>} ▾
    </>
  );
  return (
    <>
      <input
        ref={file}
        type="file"
        accept=".scry"
        hidden
        aria-label={`File for ${which.toUpperCase()}`}
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          if (chosen) void model.useFile(which, chosen);
          event.currentTarget.value = '';
        }}
      />
      <Menu label={label} class="soft compare-choose" title={`What ${which.toUpperCase()} is`}>
        {(close) => <Sources which={which} model={model} pick={() => file.current?.click()} close={close} />}
      </Menu>
    </>
  );
}

function Sources({ which, model, pick, close }: { which: Which; model: CompareModel; pick(): void; close(): void }) {
  const app = useApp();
  const item = (text: string, run: () => void, title = '') => (
    <button
      key={text}
      type="button"
      class="btn quiet compare-source"
      title={title}
      onClick={() => {
        close();
        run();
      }}
    >
      {text}
    </button>
  );
  const live = app.conn.value.state === 'live';
  return (
    <div class="compare-sources">
      {item('The frames selected above', () => {
        if (!model.useSelection(which)) app.toast('Select frames in the bars first: drag over them');
      })}
      {item(app.capture ? `All of ${app.capture.name}` : 'All that is recorded', () => model.useWhole(which))}
      {app.capture && app.captures.home && item('The running game', () => model.useGame(which))}
      {live &&
        app.incidents.list.value
          .slice(0, 8)
          .map((one) =>
            item(`Incident ${frameName(one.frame)}: ${one.reason}`, () => void model.useIncident(which, one)),
          )}
      {item('A file…', pick, 'A capture (.scry) from the disk')}
    </div>
  );
}

function Histogram({ a, b }: { a: Side; b: Side }) {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [left, right] = useMemo(
    () => [numbersOf(a, a.timings.period), numbersOf(b, b.timings.period)] as const,
    [a, b],
  );
  useEffect(() => {
    if (canvas.current === null) return;
    let s: Surface | undefined;
    const budget = a.timings.budget || b.timings.budget;
    const draw = (): void => {
      if (s !== undefined) drawShares(s, app.theme, left, right, budget);
    };
    s = surface(canvas.current, () => app.frame.invalidate(draw, true));
    const stops = [app.frame.onDraw(draw), app.theme.onChange(() => app.frame.invalidate(draw, true))];
    const close = s;
    return () => {
      for (const stop of stops) stop();
      close.close();
    };
  }, [app, left, right]);
  return (
    <div class="compare-hist">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Frame times of A, ${count(left.length)} frames, and of B, ${count(right.length)}; the table below has the numbers`}
      />
      <p class="muted small compare-key">share of frames by their length, √ scale · A filled, B outlined</p>
    </div>
  );
}

const worth = 1e4; // ns a frame: what is less is told, but not in colour

const words: Record<Difference['verdict'], { text: string; tone: string; title: string }> = {
  more: { text: '▲ more', tone: 'warn', title: 'B takes more than A: the interval does not hold 0' },
  less: { text: '▼ less', tone: 'good', title: 'B takes less than A: the interval does not hold 0' },
  noise: { text: '≈ noise', tone: 'muted', title: 'The interval holds 0: this may be chance' },
  few: {
    text: '– too few frames',
    tone: 'muted',
    title: 'Twenty frames a side are needed to tell a difference from chance',
  },
  'only A': { text: 'only in A', tone: 'muted', title: 'B has no scope of this name' },
  'only B': { text: 'only in B', tone: 'muted', title: 'A has no scope of this name' },
};

function Lines({ lines }: { lines: readonly Difference[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="scroll compare-lines" tabIndex={0} aria-label="Differences by scope">
      <table class="rows">
        <thead>
          <tr>
            <th class="w-name">Scope</th>
            <th class="num" title="Mean of A, ms a frame">
              A
            </th>
            <th class="num" title="Mean of B, ms a frame">
              B
            </th>
            <th class="num" title="B less A, ms a frame">
              difference
            </th>
            <th class="num" title="B over A">
              ratio
            </th>
            <th
              class="num w-ci"
              title="Where the difference lies with a certainty of 95 %, ms a frame; from means of blocks of frames"
            >
              95 % interval
            </th>
            <th class="w-verdict" />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.name} line={line} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ line }: { line: Difference }) {
  const app = useApp();
  const { name, depth, a, b, delta, ratio, low, high, verdict } = line;
  const paint = app.theme.paint.value;
  const whole = name === 'frame' || name === 'work';
  const word = words[verdict];
  const slight = Math.abs(delta) < worth;
  return (
    <tr class={whole ? 'compare-whole' : ''}>
      <td style={{ paddingLeft: `${12 + depth * 12}px` }}>
        {!whole && <span key={paint} class="swatch" style={{ background: app.theme.series(name) }} />}
        {name}
      </td>
      <td class="num">{value(a)}</td>
      <td class="num">{value(b)}</td>
      <td class="num">{signed(delta)}</td>
      <td class="num">{Number.isNaN(ratio) ? none : `${fixed(ratio, 2)}×`}</td>
      <td class="num muted">{Number.isNaN(low) ? none : `${signed(low)} … ${signed(high)}`}</td>
      <td class={slight ? 'muted' : word.tone} title={word.title}>
        {word.text}
      </td>
    </tr>
  );
}

function value(ns: number): string {
  return Number.isNaN(ns) ? none : ms(ns, 3);
}

function signed(ns: number): string {
  if (Number.isNaN(ns)) return none;
  const text = ms(ns, 3);
  return ns > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function copy(app: App, lines: readonly Difference[]): void {
  const rows = lines.map((l) =>
    [l.name, l.a / 1e6, l.b / 1e6, l.delta / 1e6, l.ratio, l.low / 1e6, l.high / 1e6, l.verdict].join('\t'),
  );
  const text = `scope\tA ms\tB ms\tdifference ms\tratio\tlow ms\thigh ms\tverdict\n${rows.join('\n')}\n`;
  if (copyText(text)) app.toast(`${count(rows.length)} rows copied as TSV`);
  else app.toast('The browser did not let this page copy', 'bad');
}

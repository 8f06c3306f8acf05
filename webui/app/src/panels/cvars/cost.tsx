// What a cvar costs: a form, what came of it in words, pictures and a table. It takes the panel's place.

import './cost.css';
import { useMemo } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { useLive } from '../../core/live';
import type { Cvar } from '../../core/protocol';
import { count, fixed, ms, none, thin } from '../../core/units';
import { Sweep, Tiny, Two } from './costcharts';
import { CostForm } from './costform';
import { type CostModel, closeCost, costModel, type Ran } from './costmodel';
import { labelOf } from './costsetup';
import { spanOf } from './costshapes';
import {
  decimalsFor,
  foremost,
  intervalText,
  markdown,
  signed,
  timeText,
  tsv,
  verdictText,
  verdictWords,
} from './costtext';
import { cvarsOf } from './store';

interface Props {
  app: App;
  cvar: Cvar;
  model: CostModel;
}

export function Cost({ name, onClose }: { name: string; onClose(): void }) {
  const app = useApp();
  const cvars = cvarsOf(app);
  useLive(() => cvars.version).value; // drawn anew when the game tells of a change
  const cvar = cvars.all.get(name);
  const model = costModel(app, name);
  return (
    <section class="panel cost" aria-label={`Cost of ${name}`}>
      <header class="panel-head">
        <button type="button" class="btn quiet" title="Back to the list; the measurement stays" onClick={onClose}>
          ‹ Cvars
        </button>
        <h2 class="cut">
          Cost of <span class="mono">{name}</span>
        </h2>
        <span class="muted cut cost-help">{cvar?.help}</span>
        <span class="space" />
        {model && <Copies app={app} model={model} />}
        <button
          type="button"
          class="btn quiet icon"
          aria-label="Close and forget the measurement"
          title="Close and forget the measurement"
          onClick={() => {
            closeCost(app, name);
            onClose();
          }}
        >
          ✕
        </button>
      </header>
      {cvar && model ? (
        <div class="cost-body">
          <CostForm app={app} cvar={cvar} model={model} />
          <div class="cost-result">
            <Progress app={app} model={model} />
            {model.rounds.value > 0 ? <Result app={app} cvar={cvar} model={model} /> : <Nothing model={model} />}
          </div>
        </div>
      ) : (
        <p class="empty">
          {cvars.known ? `The game has no cvar named ${name}.` : 'Waiting for the game to tell its cvars.'}
        </p>
      )}
    </section>
  );
}

function Copies({ app, model }: Omit<Props, 'cvar'>) {
  const copy = (kind: string, make: typeof tsv) => (
    <button
      type="button"
      class="btn quiet"
      disabled={model.rounds.value === 0}
      title={`Copy the report as ${kind}`}
      onClick={() => {
        if (copyText(make(model.lines.peek(), model.about()))) app.toast(`Report copied as ${kind}`);
        else app.toast('The browser did not let this page copy', 'bad');
      }}
    >
      {kind}
    </button>
  );
  return (
    <>
      {copy('TSV', tsv)}
      {copy('Markdown', markdown)}
    </>
  );
}

function Nothing({ model }: { model: CostModel }) {
  if (model.running) return <p class="empty">The first round has begun.</p>;
  return (
    <p class="empty">
      <b>What does {model.name} cost?</b>
      The game changes it between the values every few frames, shuffled each round, and this page compares what the
      frames took. Afterwards it is what it is now, also when this page goes.
    </p>
  );
}

function Progress({ app, model }: Omit<Props, 'cvar'>) {
  const goal = model.goal.value;
  const rounds = model.rounds.value;
  const fault = model.fault.value;
  if (goal > 0) {
    return (
      <div class="cost-progress">
        <progress aria-label="Rounds measured" max={goal} value={rounds} />
        <span>
          round <b>{Math.min(rounds + 1, goal)}</b> of {goal}
        </span>
        {app.time.value?.held ? (
          <span class="warn">◆ waits: the game is held</span>
        ) : (
          <span class="muted">about {timeText(model.secondsFor(goal - rounds))} left</span>
        )}
        <span class="space" />
        <button type="button" class="btn" onClick={() => model.stop()}>
          Stop
        </button>
      </div>
    );
  }
  return fault === '' ? null : (
    <p class="cost-progress bad" role="alert">
      ▲ {fault}
    </p>
  );
}

function Result({ app, cvar, model }: Props) {
  const ran = model.ran.value as Ran;
  const lines = model.lines.value;
  const { labels, plan } = ran;
  return (
    <>
      <Verdict app={app} model={model} labels={labels} />
      {lines.length === 2 ? (
        <Two lines={lines} rounds={model.numbers.value} centre={model.centre.value} labels={labels} />
      ) : (
        <Sweep lines={lines} labels={labels} values={plan.values} unit={cvar.unit ?? ''} />
      )}
      <Table cvar={cvar} model={model} labels={labels} />
      <p class="muted cost-note">
        {count(model.rounds.value)} rounds of {count(plan.every)} frames for each value, {count(plan.settle)} left out
        after each change. A round counts as one number, for its frames resemble each other.
        {lines.length > 2 && ` The intervals are wide enough for all ${lines.length - 1} to hold together.`}
        {model.missing > 0 && (
          <b class="warn"> ◆ {count(model.missing)} blocks are left out: a page that is hidden is sent no frames.</b>
        )}
      </p>
    </>
  );
}

function Verdict({ app, model, labels }: Omit<Props, 'cvar'> & { labels: readonly string[] }) {
  const lines = model.lines.value;
  const v = foremost(lines);
  const line = lines[v];
  const early = model.running;
  const { budget } = app.timings;
  const share = line?.verdict === 'more' && budget > 0 ? line.delta.mean / budget : 0;
  return (
    <div class={`cost-verdict${early ? ' early' : ''}`} role={early ? undefined : 'status'}>
      <p class="cost-words">
        {early && <span class="muted">so far: </span>}
        {verdictText(lines, labels)}
      </p>
      <p class="muted">
        {model.measured}, {model.centre.value}s of blocks
        {line &&
          line.verdict !== 'few' &&
          (lines.length === 2 || line.verdict !== 'none') &&
          ` · 95${thin}% interval ${intervalText(line)}${thin}ms`}
        {share >= 0.001 && ` · ${fixed(share * 100, 1)}${thin}% of the ${ms(budget, 1)}${thin}ms budget`}
        {model.stopped.value && ' · stopped'}
      </p>
      {!early && lines.length > 1 && (
        <p class="cost-precision">
          <span>{model.outlook}</span>
          <button
            type="button"
            class="btn soft"
            disabled={!model.extendable || app.conn.value.state !== 'live'}
            title="Further rounds of the same values"
            onClick={() => model.extend()}
          >
            {count(model.next)} more rounds
          </button>
        </p>
      )}
    </div>
  );
}

const heads: readonly (readonly [text: string, kind: string, title?: string])[] = [
  ['spread', 'w-hist', 'All on one scale'],
  ['frames', 'num w-count'],
  ['mean', 'num', 'ms a frame'],
  ['p50', 'num'],
  ['p95', 'num'],
  ['p99', 'num'],
  ['difference', 'num w-delta', 'To the first value'],
  ['interval', 'num w-ci', 'Where the difference lies, with a certainty of 95 %'],
  ['', 'w-verdict'],
];

function Table({ cvar, model, labels }: Omit<Props, 'app'> & { labels: readonly string[] }) {
  const lines = model.lines.value;
  const span = useMemo(() => spanOf(lines), [lines]);
  const digits = lines.some((l) => l.p99 >= 1e7) ? 2 : 3;
  const now = model.running ? undefined : labelOf(cvar, cvar.value);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="scroll cost-table" tabIndex={0} aria-label="Report by value">
      <table class="rows">
        <thead>
          <tr>
            <th class="w-value">value{cvar.unit && ` ${cvar.unit}`}</th>
            {heads.map(([text, kind, title]) => (
              <th key={text} class={kind} title={title}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, v) => {
            return (
              <tr key={v}>
                <td class="mono" title={labels[v]}>
                  {labels[v]}
                  {labels[v] === now && <span class="muted"> now</span>}
                </td>
                <td class="cost-tiny">
                  <Tiny line={line} span={span} />
                </td>
                {number(count(line.frames), 'num w-count')}
                {[line.mean, line.p50, line.p95, line.p99].map((ns) => number(ms(ns, digits)))}
                {number(v === 0 ? none : signed(line.delta.mean, decimalsFor(line.delta.half)))}
                {number(v === 0 ? none : intervalText(line))}
                <td class={v > 0 && line.verdict !== 'none' ? '' : 'muted'}>
                  {v === 0 ? 'first' : verdictWords[line.verdict]}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function number(text: string, kind = 'num') {
  return <td class={kind}>{text}</td>;
}

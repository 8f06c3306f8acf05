// The panel: traffic on top, below it who and what makes it.

import './network.css';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { count } from '../../core/units';
import { AtCursor, Spans } from '../../widgets/chart/span';
import { Splitter } from '../../widgets/splitter/splitter';
import { connections } from './clients';
import { Door } from './door';
import { limitsHit } from './limits';
import { type NetModel, netModel, type ViewName, views } from './model';
import { type Question, QuestionStrip } from './question';
import { Clients, Limits, Methods, Queues } from './tables';
import { Traffic } from './traffic';
import { Wire } from './wire/panel';

export function Network() {
  const app = useApp();
  const model = useMemo(() => netModel(app), [app]);
  const asked = useSignal<Question | null>(null);
  useEffect(() => model.net.watch(), [model]);
  const { paused } = app.view.value;
  useEffect(() => {
    model.net.freeze(paused);
    return () => model.net.freeze(false);
  }, [model, paused]);
  useEffect(() => app.frame.onText(() => model.net.lookAtClients()), [app, model]);
  return (
    <div class="network">
      <Bar model={model} asked={asked} />
      <QuestionStrip asked={asked} />
      <Splitter
        name="network"
        label="Height of the charts"
        direction="column"
        initial={0.25}
        least={96}
        first={<Traffic model={model} />}
        second={
          <section class="panel network-view" aria-label={titles[model.viewName]}>
            <Tabs model={model} />
            <View model={model} asked={asked} />
          </section>
        }
      />
    </div>
  );
}

const titles: Record<ViewName, string> = {
  clients: 'Clients',
  methods: 'Methods',
  queues: 'Queues',
  limits: 'Limits',
  wire: 'Wire',
};

function View({ model, asked }: { model: NetModel; asked: Signal<Question | null> }) {
  switch (model.viewName) {
    case 'methods':
      return <Methods net={model.net} />;
    case 'queues':
      return <Queues net={model.net} />;
    case 'limits':
      return <Limits net={model.net} />;
    case 'wire':
      return <Wire />;
    default:
      return <Clients model={model} ask={(question) => (asked.value = question)} />;
  }
}

function Bar({ model, asked }: { model: NetModel; asked: Signal<Question | null> }) {
  // Compared as text: the bar is drawn anew only when what it says has changed.
  const door = useLive(() => JSON.stringify(model.net.shown.stats?.transport ?? null, doorKeys));
  const transport = door.value === 'null' ? undefined : model.net.shown.stats?.transport;
  return (
    <div class="network-bar">
      <Spans of={model} />
      <span class="space" />
      <AtCursor end={() => model.net.shown.series.x.last} digits={0} />
      <Facts model={model} />
      {transport && <Door transport={transport} asked={asked} />}
    </div>
  );
}

const doorKeys = ['accepting', 'blocked'];

interface Fact {
  text: string;
  tone: 'muted' | 'warn' | 'bad';
  title: string;
}

/** What went wrong at the door and behind it, as far as anything did. */
function facts(model: NetModel): Fact[] {
  const { stats, roll } = model.net.shown;
  const { rows } = roll;
  let behind = 0;
  let lost = 0;
  for (const c of rows) {
    if (c.behind) behind++;
    lost += c.lost;
  }
  const out: Fact[] = [];
  const add = (n: number, words: string, tone: Fact['tone'], title: string): void => {
    const mark = tone === 'warn' ? '▲ ' : tone === 'bad' ? '✕ ' : '';
    if (n > 0) out.push({ text: `${mark}${count(n)} ${words}`, tone, title });
  };
  add(behind, 'behind', 'warn', 'Clients for which more waits than they take');
  add(lost, lost === 1 ? 'event lost' : 'events lost', 'warn', 'Events that the subscriptions of the clients dropped');
  const t = stats?.transport;
  if (t !== undefined) {
    add(t.slow, 'closed as too slow', 'warn', 'Connections closed because they took too little of what was sent');
    add(t.failed, 'failed', 'muted', 'Connections that ended otherwise than in order');
    add(t.refused, 'refused', 'muted', 'Requests that were refused at the door');
    add(t.panics, t.panics === 1 ? 'panic' : 'panics', 'bad', "Panics caught on the server's goroutines");
    add(t.accepted, 'accepted', 'muted', 'Connections since the game began');
  }
  return out;
}

function Facts({ model }: { model: NetModel }) {
  const text = useLive(() => JSON.stringify(facts(model)));
  return (
    <p class="network-facts">
      {(JSON.parse(text.value) as Fact[]).map((f) => (
        <span key={f.title} class={f.tone} title={f.title}>
          {f.text}
        </span>
      ))}
    </p>
  );
}

function Tabs({ model }: { model: NetModel }) {
  const { net, viewName } = model;
  const counts = useLive(() => {
    const { stats } = net.shown;
    const hit = limitsHit(net);
    return JSON.stringify({
      clients: count(connections(net)),
      methods: stats ? count(stats.methods.length) : '',
      queues: stats ? count(stats.queues.length) : '',
      limits: hit > 0 ? `▲ ${count(hit)} hit` : '',
      wire: '',
    });
  });
  const told = JSON.parse(counts.value) as Record<ViewName, string>;
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    const next = views[(views.indexOf(viewName) + by + views.length) % views.length] as ViewName;
    model.show(next);
    document.getElementById(`network-${next}`)?.focus();
    event.preventDefault();
  };
  return (
    <div class="sub-tabs" role="tablist" aria-label="Views of the network" onKeyDown={onKey}>
      {views.map((v, i) => (
        <button
          key={v}
          id={`network-${v}`}
          type="button"
          role="tab"
          aria-selected={v === viewName}
          tabIndex={v === viewName ? 0 : -1}
          title={`${titles[v]} (${i + 1})`}
          onClick={() => model.show(v)}
        >
          {titles[v]} <span class={v === 'limits' ? 'warn' : 'muted'}>{told[v]}</span>
        </button>
      ))}
    </div>
  );
}

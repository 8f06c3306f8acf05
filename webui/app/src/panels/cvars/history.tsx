// What happened to a cvar, newest first, as the game remembers it: also what happened before this page
// was opened. A capture has only what it saw.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../../core/app';
import type { Cvar, CvarChange, Scalar } from '../../core/protocol';
import { count, none } from '../../core/units';
import { FrameLink } from '../../widgets/framelink/framelink';
import { AtFrame, lastBefore } from '../../widgets/framelink/row';
import { setValue } from './actions';
import { isReadOnly, isShut, layerName, person, word } from './marks';
import { bare } from './spec';
import type { Cvars } from './store';

/** A line of the history. */
export interface Past {
  id: number;
  frame: number;
  /** Seconds on the page's axis. */
  x: number;
  by: string;
  /** What it came by, where that is worth a word: a profile, an undo, a lease. */
  from: string;
  /** Undefined where nobody knows. */
  before: Scalar | undefined;
  after: Scalar;
  steps: number;
  undone: boolean;
}

const most = 50;

/** The game's own words as lines. */
export function pastOf(changes: readonly CvarChange[], me: string | undefined, x: (time: number) => number): Past[] {
  return changes.map((c) => ({
    id: c.id,
    frame: c.frame,
    x: x(c.time),
    by: person(c.by, c.layer, me) || layerName(c.layer),
    from: c.undo !== undefined ? 'undo' : (c.from ?? (c.layer === 'lease' ? 'lease' : '')),
    before: c.old,
    after: c.new,
    steps: c.steps,
    undone: c.undone === true,
  }));
}

export function History({ app, cvar, store }: { app: App; cvar: Cvar; store: Cvars }) {
  const told = usePast(app, cvar);
  const lines = told ?? seen(app, cvar, store);
  const current = lastBefore(app, lines, (e) => e.x);
  const fixed = isReadOnly(cvar) || isShut(cvar, store.cheats) || app.capture !== undefined;
  if (lines.length === 0) {
    return (
      <section>
        <h3 class="cvar-title">History</h3>
        <p class="muted cvar-none">Not changed {app.capture ? 'in this capture' : 'in this run of the game'}.</p>
      </section>
    );
  }
  return (
    <section>
      <h3 class="cvar-title">
        History <span class="muted">{app.capture ? 'in this capture' : 'in this run of the game'}</span>
      </h3>
      <table class="rows cvar-history" aria-label="History">
        <thead>
          <tr>
            <th class="num">Frame</th>
            <th>By</th>
            <th>Value</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} app={app} cvar={cvar} line={line} current={line === current} fixed={fixed} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface LineProps {
  app: App;
  cvar: Cvar;
  line: Past;
  current: boolean;
  fixed: boolean;
}

function Line({ app, cvar, line, current, fixed }: LineProps) {
  const spec = bare(cvar);
  const { before, after, undone } = line;
  const facts = [undone ? 'undone' : '', line.steps > 1 ? `${count(line.steps)} steps` : '', line.from].filter(Boolean);
  return (
    <AtFrame x={line.x} frame={line.frame} current={current} class={undone ? 'undone' : ''}>
      <td class="num">
        <FrameLink frame={line.frame} text={count(line.frame)} />
      </td>
      <td class="cut">{line.by}</td>
      <td class="cut" title={facts.join(', ')}>
        <span class={undone ? 'struck' : ''}>
          <span class="muted">{before === undefined ? none : word(spec, before)} → </span>
          {word(spec, after)}
        </span>
        {facts.length > 0 && <span class="muted"> {facts.join(', ')}</span>}
      </td>
      <td>
        {before !== undefined && before !== null && !fixed && (
          <button
            type="button"
            class="btn quiet icon"
            title={`Back to ${word(spec, before)}`}
            aria-label={`Back to ${word(spec, before)}, from before frame ${line.frame}`}
            onClick={() => setValue(app, cvar, before)}
          >
            ↶
          </button>
        )}
      </td>
    </AtFrame>
  );
}

// Asks anew when the cvar changed, one question at a time; the last answer stays until the next is there.
function usePast(app: App, cvar: Cvar): readonly Past[] | undefined {
  const lines = useSignal<{ name: string; past: Past[] } | undefined>(undefined);
  const asking = useRef(false);
  const wanted = useRef({ name: '', version: -1 });
  wanted.current = { name: cvar.name, version: cvar.version };
  useEffect(() => {
    if (asking.current || app.capture) return;
    asking.current = true;
    const ask = async (): Promise<void> => {
      const { name, version } = wanted.current;
      const changes = await app.rpc.call('cvar.history', { name, limit: most });
      lines.value = { name, past: pastOf(changes, app.me.peek()?.name, (time) => app.axis.place(time)) };
      if (wanted.current.name !== name || wanted.current.version !== version) await ask();
    };
    ask()
      .catch(() => undefined) // an older game, or none: what was seen stands there
      .finally(() => {
        asking.current = false;
      });
  }, [app, cvar.name, cvar.version]);
  return lines.value?.name === cvar.name ? lines.value.past : undefined;
}

function seen(app: App, cvar: Cvar, store: Cvars): readonly Past[] {
  return store.history(cvar.name).map((e, i, all) => ({
    id: all.length - i,
    frame: e.frame,
    x: e.mark.x,
    by: e.by === app.me.peek()?.name ? 'you' : e.by || 'game',
    from: '',
    before: e.before as Scalar | undefined,
    after: e.after as Scalar,
    steps: e.steps,
    undone: false,
  }));
}

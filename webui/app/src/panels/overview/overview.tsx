// The first page: how the game does now, how it did in the last seconds, and what went worst.

import './overview.css';
import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import { gradeOf, outside, type Worst } from '../../core/timings';
import { ago, count, frameName, ms } from '../../core/units';
import { FrameLink } from '../../widgets/framelink/framelink';
import { AtFrame } from '../../widgets/framelink/row';
import { FreezeButton, IncidentTable } from '../../widgets/incidents/list';
import { Later } from '../../widgets/later';
import { pinsOf } from '../cvars/pins';
import { BigNumbers } from './big';
import { LastSeconds } from './last';
import { type Warning, warnings } from './warnings';

// The fields come with the first pin.
const loadPinned = async () => (await import('../cvars/pinned')).Pinned;

export function Overview() {
  const app = useApp();
  const boxed = app.me.value?.features.includes('incidents') ?? false;
  const timed = app.me.value?.features.includes('timings') ?? false;
  const pinned = (app.me.value?.features.includes('cvars') ?? false) && pinsOf(app).list.value.length > 0;
  return (
    <div class="overview">
      <BigNumbers />
      <LastSeconds />
      {pinned && <Later of={loadPinned} props={{}} />}
      <div class="overview-foot">
        {timed && <WorstFrames />}
        <div class="overview-side">
          {boxed && <Kept />}
          <Warnings />
        </div>
      </div>
    </div>
  );
}

// Same when nothing of it changed, so that ten times a second nothing is drawn.
function worstKey(worst: readonly Worst[]): string {
  return worst.map((w) => `${w.run}.${w.frame}`).join();
}

function WorstFrames() {
  const app = useApp();
  const worst = useLive(() => worstKey(app.shown().timings.worst));
  const now = useLive(() => Math.floor(app.shown().timings.x.last));
  const t = app.shown().timings;
  const entries = worst.value === '' ? [] : t.worst;
  return (
    <section class="panel overview-worst">
      <header class="panel-head">
        <h2>Worst frames</h2>
        <span class="muted">{app.capture ? 'in this capture' : 'since this page was opened'}</span>
        <span class="space" />
        <a href={app.url.href('perf')} class="muted">
          open in Perf
        </a>
      </header>
      {entries.length === 0 ? (
        <p class="overview-none muted">No frame was over its budget{t.budget > 0 && ` of ${ms(t.budget, 1)} ms`}.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <section class="scroll" tabIndex={0} aria-label="Worst frames">
          <table class="rows">
            <thead>
              <tr>
                <th class="num w-frame">Frame</th>
                <th class="num w-time">Time</th>
                <th class="w-mostly">Mostly</th>
                <th class="num w-ms">ms</th>
                <th class="num w-ago">Ago</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {entries.map((w) => (
                <WorstLine key={`${w.run}.${w.frame}`} w={w} now={now.value} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function WorstLine({ w, now }: { w: Worst; now: number }) {
  const app = useApp();
  const t = app.shown().timings;
  const grade = gradeOf(w.period, 0, t.budget);
  const held = w.run === app.axis.run && w.x >= t.x.at(t.first);
  return (
    <AtFrame frame={w.frame} x={w.x} current={app.cursor.pinned.value?.x === w.x}>
      <td class="num">{held ? <FrameLink frame={w.frame} /> : <span class="muted">{frameName(w.frame)}</span>}</td>
      <td class="num">
        <span class={grade === 2 ? 'bad' : 'warn'}>{grade === 2 ? '▲' : '◆'}</span> {ms(w.period)}
      </td>
      <td>
        <Swatch name={w.mostly} />
        {w.mostly}
      </td>
      <td class="num">{ms(w.ns)}</td>
      <td class="num muted">{w.run === app.axis.run ? ago((now - w.x) * 1000) : `run ${w.run}`}</td>
      <td />
    </AtFrame>
  );
}

function Swatch({ name }: { name: string }) {
  const app = useApp();
  const paint = app.theme.paint.value;
  const colour = name === outside ? app.theme.tokens.bar : app.theme.series(name);
  return <span key={paint} class="swatch" style={{ background: colour }} />;
}

/** What the black box has kept. */
function Kept() {
  const app = useApp();
  const n = app.incidents.list.value.length;
  return (
    <section class="panel overview-kept">
      <header class="panel-head">
        <h2>Incidents</h2>
        <span class="muted">{n === 0 ? 'none' : count(n)}</span>
        <span class="space" />
        <FreezeButton app={app} />
      </header>
      {n > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <section class="scroll" tabIndex={0} aria-label="Incidents">
          <IncidentTable />
        </section>
      )}
    </section>
  );
}

function Warnings() {
  const app = useApp();
  const key = useLive(() => JSON.stringify(warnings(app)));
  const list = JSON.parse(key.value) as Warning[];
  return (
    <section class="panel overview-warnings">
      <header class="panel-head">
        <h2>Warnings</h2>
        <span class="muted">{list.length === 0 ? 'none' : count(list.length)}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="scroll overview-warnlist" tabIndex={0} aria-label="Warnings">
        {list.length === 0 && <p class="muted">Nothing to warn of.</p>}
        <ul>
          {list.map((w) => (
            <li key={w.id}>
              <span class={w.grade === 2 ? 'bad' : 'warn'} aria-hidden="true">
                {w.grade === 2 ? '▲' : '◆'}
              </span>
              <div>
                <p>{w.title}</p>
                <p class="muted small">
                  {w.detail}
                  {w.frame !== undefined && (
                    <>
                      , <FrameLink frame={w.frame} />
                    </>
                  )}
                </p>
              </div>
            </li>
          ))}
        </ul>
      </section>
    </section>
  );
}

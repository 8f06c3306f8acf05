// What the black box has kept: one line each, with what can be done with it.

import './incidents.css';
import { useSignal } from '@preact/signals';
import { type App, useApp } from '../../core/app';
import { kindWords, mayFreeze, whyOf } from '../../core/incidents';
import { useLive } from '../../core/live';
import type { Incident } from '../../core/protocol';
import { ago, bytes, count, frameName, text } from '../../core/units';
import { FrameLink } from '../framelink/framelink';
import { AtFrame } from '../framelink/row';
import { Menu } from '../menu/menu';

/** Shape before colour: what the game froze by itself, and what somebody asked for. */
export function IncidentMark({ kind }: { kind: Incident['kind'] }) {
  const bad = kind === 'panic' || kind === 'log';
  const own = kind === 'client' || kind === 'capture' || kind === 'call';
  return (
    <span class={own ? 'muted' : bad ? 'bad' : 'warn'} aria-hidden="true">
      {own ? '◎' : bad ? '✕' : '◉'}
    </span>
  );
}

/** The table of all incidents. */
export function IncidentTable() {
  const app = useApp();
  const now = useLive(() => Math.floor(app.timings.x.last));
  return (
    <table class="rows incidents">
      <thead>
        <tr>
          <th class="num w-frame">Frame</th>
          <th class="num w-ago">Ago</th>
          <th>Why</th>
          <th class="num w-size">Frames</th>
          <td class="w-actions" />
        </tr>
      </thead>
      <tbody>
        {app.incidents.list.value.map((one) => (
          <IncidentRow key={one.id} one={one} now={now.value} />
        ))}
      </tbody>
    </table>
  );
}

function IncidentRow({ one, now }: { one: Incident; now: number }) {
  const app = useApp();
  const x = app.axis.place(one.time);
  const recorded = app.shown().timings.find(one.frame) >= 0;
  return (
    <AtFrame frame={one.frame} x={x} current={app.cursor.pinned.value?.frame === one.frame}>
      <td class="num">
        {recorded ? <FrameLink frame={one.frame} /> : <span class="muted">{frameName(one.frame)}</span>}
      </td>
      <td class="num muted">{Number.isNaN(now) ? '' : ago((now - x) * 1000)}</td>
      <td class="cut" title={`${kindWords[one.kind]}: ${whyOf(one)}`}>
        <IncidentMark kind={one.kind} /> {whyOf(one)}
      </td>
      <td
        class="num muted"
        title={`Frames ${frameName(one.firstFrame)} to ${frameName(one.lastFrame)}, ${text(bytes(one.bytes))} in the game`}
      >
        {one.state === 'recording' ? '◔ goes on' : count(one.frames)}
      </td>
      <td class="incident-actions">
        <Actions one={one} />
      </td>
    </AtFrame>
  );
}

/** Opens, saves and deletes one. */
function Actions({ one }: { one: Incident }) {
  const app = useApp();
  const busy = useSignal(false);
  const off = app.conn.value.state !== 'live' || one.state === 'recording' || busy.value;
  const during = (work: Promise<void>): void => {
    busy.value = true;
    void work.finally(() => {
      busy.value = false;
    });
  };
  return (
    <div class="incident-buttons">
      <button
        type="button"
        class="btn soft"
        disabled={off}
        title="Show it here, in the place of the running game"
        onClick={() => during(app.incidents.open(one))}
      >
        {busy.value ? 'Opening…' : 'Open'}
      </button>
      <button
        type="button"
        class="btn quiet icon"
        disabled={off}
        aria-label={`Save ${frameName(one.frame)} as a .scry file`}
        title="Save as a .scry file, which opens here or by scry open FILE; other formats in the menu of Perf"
        onClick={() => during(app.incidents.download(one, 'scry'))}
      >
        ↓
      </button>
      {mayFreeze(app) && (
        <button
          type="button"
          class="btn quiet icon"
          aria-label={`Delete the incident of ${frameName(one.frame)}`}
          title="Let the game forget it"
          onClick={() => during(app.incidents.remove(one))}
        >
          ✕
        </button>
      )}
    </div>
  );
}

/** The button that keeps what happened up to now. */
export function FreezeButton({ app }: { app: App }) {
  return (
    <button
      type="button"
      class="btn soft"
      disabled={!mayFreeze(app)}
      title="Keep what happened in the last seconds, and a little after (Shift+B)"
      onClick={() => void app.incidents.freeze()}
    >
      Freeze now
    </button>
  );
}

/** The menu in Perf: the same, and what needs no incident. */
export function IncidentMenu({ onCompare }: { onCompare(): void }) {
  const app = useApp();
  const list = app.incidents.list.value;
  const label = app.capture
    ? 'captures ▾'
    : list.length === 0
      ? 'incidents ▾'
      : `◉ ${count(list.length)} ${list.length === 1 ? 'incident' : 'incidents'} ▾`;
  return (
    <Menu label={label} title="What the black box has kept; captures from files">
      {(close) => <MenuBody close={close} onCompare={onCompare} />}
    </Menu>
  );
}

function MenuBody({ close, onCompare }: { close(): void; onCompare(): void }) {
  const app = useApp();
  const list = app.incidents.list.value;
  const then = (f: () => void) => () => {
    close();
    f();
  };
  return (
    <div class="incident-menu">
      {!app.capture && list.length === 0 && (
        <p class="muted">The black box is empty: no frame was long enough, and nobody froze anything.</p>
      )}
      {!app.capture && list.slice(0, 12).map((one) => <MenuRow key={one.id} one={one} close={close} />)}
      {!app.capture && <Armed />}
      <div class="incident-foot">
        {!app.capture && <FreezeButton app={app} />}
        <button type="button" class="btn soft" onClick={then(() => app.captures.choose())}>
          Open a file…
        </button>
        <button type="button" class="btn soft" onClick={then(onCompare)}>
          Compare…
        </button>
      </div>
    </div>
  );
}

function MenuRow({ one, close }: { one: Incident; close(): void }) {
  const app = useApp();
  const off = app.conn.value.state !== 'live' || one.state === 'recording';
  return (
    <div class="incident-line">
      <IncidentMark kind={one.kind} />
      <button
        type="button"
        class="btn quiet incident-open"
        disabled={off}
        title="Show it here, in the place of the running game"
        onClick={() => {
          close();
          void app.incidents.open(one);
        }}
      >
        <span class="accent">{frameName(one.frame)}</span> <span class="cut">{one.reason}</span>
      </button>
      <span class="muted small">save</span>
      {(['scry', 'chrome', 'perfetto'] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="btn quiet small"
          disabled={off}
          title={formatHelp[format]}
          onClick={() => void app.incidents.download(one, format)}
        >
          {format}
        </button>
      ))}
    </div>
  );
}

const formatHelp = {
  scry: 'A .scry file, which opens here or by scry open FILE',
  chrome: 'Trace events as JSON, for chrome://tracing and speedscope',
  perfetto: 'A Perfetto trace, for ui.perfetto.dev',
};

/** Conditions on cvars, each with the way to take it away. */
function Armed() {
  const app = useApp();
  const armed = app.incidents.armed.value;
  if (armed.length === 0) return null;
  return (
    <div class="incident-armed">
      <p class="muted small">freezes when</p>
      {armed.map(({ id, cvar, op, value, by }) => (
        <span key={id} class="chip mono" title={`Armed by ${by}`}>
          {cvar} {op} {String(value)}
          <button
            type="button"
            class="cross"
            aria-label={`Disarm ${cvar} ${op} ${String(value)}`}
            disabled={!mayFreeze(app)}
            onClick={() => void app.incidents.disarm(id)}
          >
            ✕
          </button>
        </span>
      ))}
    </div>
  );
}

// The line on top: which game, whether it is there, how it runs, and the controls of time.

import { type CaptureInfo, useApp } from '../core/app';
import { useLive } from '../core/live';
import type { Session } from '../core/session';
import { ago, bytes, fixed, frameName, madeAt, ms, none } from '../core/units';
import { useNow } from './clock';
import { canDrive, forceResume, otherHolder, runsOn, setHold, toggleTheme } from './commands';
import { Icon } from './icons';
import { openPalette, openSheet } from './overlays';

/** Silence after which the page says so: a game in a debugger, a long load. */
export const silentAfter = 3000;

export function Toolbar({ session }: { session: Session }) {
  const me = session.me.value;
  const live = session.conn.value.state === 'live';
  return (
    <header class="toolbar">
      <h1 class="brand cut">
        <b>{me?.server.name ?? 'Scry'}</b> <span class="muted">{me?.server.version}</span>
      </h1>
      {session.capture ? <CaptureTitle capture={session.capture} /> : <Connection session={session} />}
      {me && !session.capture && <Readings muted={!live} />}
      <span class="space" />
      {me && <Finder />}
      {me && <HoldButton session={session} />}
      {me && !session.capture && <PauseButton />}
      {session.capture && <LeaveButton session={session} />}
      <button
        type="button"
        class="btn quiet icon"
        aria-label={`Theme: ${session.theme.mode.value}`}
        title={`Theme: ${session.theme.mode.value} (press to change)`}
        onClick={() => toggleTheme(session)}
      >
        <Icon name="theme" />
      </button>
      <button type="button" class="btn quiet icon" aria-label="All keys" title="All keys (?)" onClick={openSheet}>
        ?
      </button>
    </header>
  );
}

function CaptureTitle({ capture }: { capture: CaptureInfo }) {
  const { meta, name, fault } = capture;
  const from = frameName(meta.firstFrame);
  return (
    <output class="conn capture-title cut" title={`${name}, made ${madeAt(meta.made)}. Nothing in it can be changed.`}>
      <span class="accent" aria-hidden="true">
        ◉
      </span>{' '}
      capture <b class="cut">{name}</b> <span class="muted">·</span> frames {from} – {frameName(meta.lastFrame)}
      {meta.reason !== null && (
        <>
          {' '}
          <span class="muted">·</span> {meta.reason.text || meta.reason.kind}
        </>
      )}
      {fault !== '' && <span class="warn"> ▲ cut</span>}
    </output>
  );
}

function LeaveButton({ session }: { session: Session }) {
  const { captures } = session;
  if (!captures.home) return null;
  return (
    <button type="button" class="btn pause on" title="Show the game again" onClick={() => captures.leave()}>
      <Icon name="play" />
      Back to live
    </button>
  );
}

function Finder() {
  return (
    <button type="button" class="search finder" onClick={openPalette} aria-keyshortcuts="Control+K">
      <Icon name="search" />
      <span class="cut">
        Search or <b>&gt;</b> command
      </span>
      <span class="space" />
      <kbd>Ctrl K</kbd>
    </button>
  );
}

function Connection({ session }: { session: Session }) {
  const conn = session.conn.value;
  const now = useNow(session.me.value !== null).value;
  const quiet = now - session.socket.heard;
  let mark = '○';
  let tone = 'muted';
  let word = 'connecting';
  let detail = '';
  if (conn.state === 'live' && quiet > silentAfter) {
    [mark, tone, word, detail] = ['◌', 'warn', 'silent', ago(quiet)];
  } else if (conn.state === 'live') {
    const trip = session.roundTrip.value;
    [mark, tone, word] = ['●', 'good', 'live'];
    detail = Number.isNaN(trip) ? '' : `${fixed(Math.max(1, trip))} ms`;
  } else if (conn.state === 'offline') {
    [tone, word, detail] = ['bad', 'offline', ago(now - conn.since)];
  } else if (conn.state === 'locked') {
    [tone, word] = ['warn', 'locked'];
  }
  return (
    <output
      class="conn"
      title={conn.state === 'live' ? 'Round trip, the wait for the next frame included' : conn.reason}
    >
      <span class={tone} aria-hidden="true">
        {mark}
      </span>{' '}
      {word} <span class="muted">{detail}</span>
    </output>
  );
}

function Readings({ muted }: { muted: boolean }) {
  const app = useApp();
  const has = app.me.value?.features ?? [];
  const fps = useLive(() => (app.time.peek()?.held ? none : fixed(1e9 / recent(app), 1)));
  const frame = useLive(() => ms(recent(app), 1));
  const heap = useLive(() => bytes(app.memory.last?.heapInUse ?? Number.NaN).value);
  const unit = useLive(() => bytes(app.memory.last?.heapInUse ?? Number.NaN).unit);
  return (
    <dl class={`readings${muted ? ' muted' : ''}`}>
      {has.includes('timings') && (
        <>
          <Reading name="Frame rate" value={fps} unit="fps" />
          <Reading name="Frame time" value={frame} unit="ms" />
        </>
      )}
      {has.includes('memory') && <Reading name="Heap in use" value={heap} unit={unit} extra=" heap" />}
    </dl>
  );
}

type Text = ReturnType<typeof useLive<string>>;

function Reading(props: { name: string; value: Text; unit: string | Text; extra?: string }) {
  return (
    <div>
      <dt class="aside">{props.name}</dt>
      <dd>
        {props.value}{' '}
        <span class="muted">
          {props.unit}
          {props.extra && <span class="wide">{props.extra}</span>}
        </span>
      </dd>
    </div>
  );
}

const window = 60; // frames over which the line on top averages

function recent({ timings }: Pick<Session, 'timings'>): number {
  let sum = 0;
  let n = 0;
  for (let i = timings.count - 1; i >= Math.max(timings.first, timings.count - window); i--) {
    const period = timings.period.at(i);
    if (Number.isNaN(period) || timings.held.at(i) === 1) continue;
    sum += period;
    n++;
  }
  return n === 0 ? Number.NaN : sum / n;
}

function HoldButton({ session }: { session: Session }) {
  const time = session.time.value;
  if (time === null || !runsOn(session, 'time')) return null;
  const off = session.conn.value.state !== 'live' || !time.controlled || !canDrive(session);
  const other = otherHolder(session);
  const press = (): void => (other === '' ? setHold(session, !time.held) : forceResume(session));
  return (
    <button type="button" class="btn" disabled={off} title={holdWords(session, other)} onClick={press}>
      <Icon name={time.held ? 'play' : 'pause'} />
      {time.held ? 'Resume' : 'Hold'} <span class="wide">{other === '' ? 'game' : 'anyway'}</span>
    </button>
  );
}

function holdWords(session: Session, other: string): string {
  if (session.time.value?.controlled === false) return "The game's loop does not follow the console's ticks";
  if (!canDrive(session)) return 'Your role may look only';
  if (other !== '') return `${other} holds the game; it goes on all the same`;
  return 'Everything in the game stops, nothing is lost (Shift+Space)';
}

function PauseButton() {
  const app = useApp();
  const { paused } = app.view.value;
  const off = app.conn.value.state !== 'live' && !paused;
  return (
    <button
      type="button"
      class={`btn pause${paused ? ' on' : ''}`}
      disabled={off}
      title="The view stops, recording goes on (Space)"
      onClick={() => app.pauseView(!paused)}
    >
      <Icon name={paused ? 'play' : 'pause'} />
      {paused ? 'Go live' : 'Pause'} {!paused && <span class="wide">view</span>}
    </button>
  );
}

// The bottom line: at the left what is held back or filtered, at the right where the game is.

import { useEffect } from 'preact/hooks';
import type { CaptureMeta } from '../core/capturefile';
import { useLive } from '../core/live';
import type { Session } from '../core/session';
import { ago, count, fixed, madeAt } from '../core/units';
import { useNow } from './clock';
import { openName } from './overlays';

const marks = { warn: '◆', bad: '▲', accent: '●', control: '●' } as const;

export function StatusBar({ session }: { session: Session }) {
  useOwnSegments(session);
  const segments = session.status.segments.value;
  const left = segments.filter((s) => s.side !== 'right');
  const right = segments.filter((s) => s.side === 'right');
  return (
    <footer class="statusbar">
      {left.map((s) => (
        <span key={s.id} class={`segment ${s.tone === 'muted' ? 'muted' : ''}`}>
          {s.tone !== undefined && s.tone in marks && (
            <span class={s.tone} aria-hidden="true">
              {marks[s.tone as keyof typeof marks]}{' '}
            </span>
          )}
          {s.text}
          {s.clear && (
            <button
              type="button"
              class="cross"
              aria-label={s.clearLabel ?? 'Clear'}
              title={s.clearLabel}
              onClick={s.clear}
            >
              ✕
            </button>
          )}
        </span>
      ))}
      <span class="space" />
      {right.map((s) => (
        <span key={s.id} class="segment muted">
          {s.text}
        </span>
      ))}
      <Where session={session} />
    </footer>
  );
}

function Where({ session }: { session: Session }) {
  const conn = session.conn.value;
  const now = useNow(conn.state === 'offline').value;
  const clients = session.clients.value;
  const me = session.me.value;
  const frame = useLive(() => count(session.clock.peek().frame));
  const tick = useLive(() => count(session.clock.peek().tick));
  if (me === null) return null;
  if (session.capture) return <Origin meta={session.capture.meta} />;
  if (conn.state !== 'live') {
    return (
      <>
        {conn.state === 'offline' && (
          <span class="segment muted">last message {ago(now - session.socket.heard)} ago</span>
        )}
        <span class="segment muted">history kept</span>
      </>
    );
  }
  const others = clients.filter((c) => c.id !== me.id).map((c) => c.name);
  return (
    <>
      <span class="segment muted cut">
        {clients.length > 1 ? `${clients.length} clients: ` : ''}
        <button
          type="button"
          class="you"
          title={`You are ${me.name}, role ${me.role}. Press to change the name`}
          onClick={openName}
        >
          you
        </button>
        {others.length > 0 && `, ${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}`}
        {me.role === 'view' && ' (view only)'}
      </span>
      <span class="segment muted">tick {tick}</span>
      <span class="segment muted">frame #{frame}</span>
    </>
  );
}

/** Where and when the capture that is shown was made. */
function Origin({ meta }: { meta: CaptureMeta }) {
  const { os, arch, cpus, go } = meta.machine;
  const where = [os && `${os}/${arch}`, cpus > 0 && `${cpus} CPUs`, go].filter(Boolean).join(', ');
  return (
    <>
      <span class="segment muted cut">{where}</span>
      <span class="segment muted">made {madeAt(meta.made)}</span>
      <span class="segment muted">{fixed((meta.to - meta.from) / 1e9, 1)} s</span>
    </>
  );
}

// Segments that belong to the page itself.
function useOwnSegments(session: Session): void {
  const { status, view, conn, time, timings, frame } = session;
  const { paused, frame: at } = view.value;
  const state = conn.value.state;
  const speed = time.value?.speed ?? 1;
  const pace = frame.pace.value;
  const stands = count(session.clock.value.frame);
  useEffect(() => {
    if (!paused || session.capture) {
      status.clear('view');
      status.clear('view-recording');
      return;
    }
    const text = `❚❚ View paused at frame ${count(at ?? 0)}`;
    status.set({ id: 'view', order: 1, text, clear: () => session.pauseView(false), clearLabel: 'Go live' });
    const begin = session.shown().timings.count;
    return frame.onText(() => {
      const text =
        session.conn.peek().state === 'live'
          ? `recording goes on: ${count(timings.count - begin)} newer frames`
          : 'recording waits for the game';
      status.set({ id: 'view-recording', order: 2, tone: 'muted', text });
    });
  }, [paused, at]);
  useEffect(() => {
    if (state === 'offline' && session.me.peek() !== null) {
      status.set({ id: 'frozen', order: 0, tone: 'bad', text: `data frozen at frame ${stands}` });
    } else status.clear('frozen');
  }, [state, state === 'live' ? 0 : stands]);
  useEffect(() => {
    if (speed === 1) status.clear('speed');
    else status.set({ id: 'speed', order: 5, tone: 'warn', text: `game runs at ${fixed(speed, speed < 1 ? 2 : 0)}×` });
  }, [speed]);
  useEffect(() => {
    const texts = ['', 'busy page: charts at 10 Hz', 'busy page: charts at 10 Hz, text at 5 Hz'];
    if (pace === 0) status.clear('pace');
    else status.set({ id: 'pace', side: 'right', text: texts[pace] as string });
  }, [pace]);
}

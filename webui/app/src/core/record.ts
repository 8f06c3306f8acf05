// The streams that every view of the page draws from, from the first login to the end of the page.

import type { SessionRow, TimeStatus } from './protocol';
import type { Meta } from './rpc';
import type { Session } from './session';

const timingCredit = 240; // frames on their way to a page that draws no frame: four seconds
const timingBuffer = 600; // frames that the game keeps for a page that is behind
const comeback = 3000; // ms after the page was hidden or shown

// A game without a feature refuses its topic, and has no panel for it either.
const absent = (): void => undefined;

/** Follows the game into the session's stores. */
export function record(session: Session): void {
  recordTimings(session);
  recordMemory(session);
  session.rpc.subscribe('incidents', {
    onSnapshot: (list) => session.incidents.take(list, false),
    onEvent: (list) => session.incidents.take(list, true),
    onError: absent,
  });
  const onTime = (status: TimeStatus): void => {
    session.time.value = status;
  };
  session.rpc.subscribe('time', { onSnapshot: onTime, onEvent: onTime, onError: absent });
  const onClients = (rows: SessionRow[], time = Number.NaN): void => {
    session.roster.take(rows, time / 1e9);
    const old = session.clients.peek();
    if (rows.length !== old.length || rows.some((r, i) => r.name !== old[i]?.name)) session.clients.value = rows;
  };
  session.rpc.subscribe('sessions', {
    rate: 1,
    onSnapshot: (rows) => onClients(rows),
    onEvent: (rows, meta) => onClients(rows, meta.time),
    onError: absent,
  });
}

function stamp({ newest, axis }: Session, meta: Meta, tick: number): void {
  if (meta.time < newest.time) return; // topics do not wait for each other
  newest.frame = meta.frame;
  newest.time = meta.time;
  newest.tick = tick;
  axis.heard(meta.time, performance.now());
}

function draw({ view, frame }: Session): void {
  if (!view.peek().paused) frame.invalidate();
}

function recordTimings(session: Session): void {
  const { rpc, timings, traffic } = session;
  const askNames = (): void => {
    timings.onNamesMissing = undefined; // once is enough until the answer is there
    rpc
      .call('timing.names', {})
      .then((names) => timings.setNames(names), absent)
      .finally(() => {
        timings.onNamesMissing = askNames;
      });
  };
  timings.onNamesMissing = askNames;
  timings.onRanked = () => inkScopes(session);
  // A hidden page acknowledges nothing, so the game stops sending: what is missing then is no fault.
  let turned = performance.now();
  const turn = (): void => {
    turned = performance.now();
  };
  document.addEventListener('visibilitychange', turn);
  session.ends.push(() => document.removeEventListener('visibilitychange', turn));
  rpc.subscribe('timings', {
    policy: 'all',
    buffer: timingBuffer,
    credit: timingCredit,
    onSnapshot(opening) {
      if (session.joined) timings.setNames(opening);
      else timings.opened(opening);
      session.joined = false;
    },
    onBinary(payload, meta) {
      if (session.axis.place(meta.time) <= timings.x.last) return; // the game's flight recorder told of it
      if (!timings.take(payload, meta.frame, meta.time, meta.lost)) return;
      if (performance.now() - turned < comeback) timings.lost -= meta.lost;
      traffic.look(timings.x.last, rpc.received);
      stamp(session, meta, payload.getUint32(4, true));
      draw(session);
    },
    onError: absent,
  });
}

/** Takes the scopes of a capture from the start: those of a game stream while Perf is shown. */
export function recordScopes({ rpc, scopes }: Session): void {
  rpc.subscribe('scopes', {
    onSnapshot: (opening) => scopes.opened(opening),
    onBinary: (payload, meta) => void scopes.take(payload, meta.frame, meta.time, meta.lost),
    onError: absent,
  });
}

function recordMemory(session: Session): void {
  const { rpc, memory } = session;
  rpc.subscribe('memory', {
    onSnapshot: (history) => memory.opened(history),
    onEvent(sample, meta) {
      memory.take(sample);
      stamp(session, meta, meta.tick);
      draw(session);
    },
    onError: absent,
  });
}

// Scopes whose lines are usually drawn choose their colours first. The console's own cost has none.
function inkScopes({ timings, theme }: Session): void {
  for (const s of timings.scopes) if (s.own) theme.inks.mute(s.name);
  theme.inks.register(timings.usual.map((s) => s.name));
  theme.inks.register(timings.scopes.map((s) => s.name));
  theme.repaint();
}

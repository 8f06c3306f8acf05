// Puts the page's parts together and keeps the recordings going: the stores are fed here, whichever
// panel is shown and whether or not the view is paused.

import { effect, signal } from '@preact/signals';
import type { App, Shown, Tone, ViewState } from './app';
import { Axis } from './axis';
import { Frame } from './frame';
import { Keys } from './keys';
import { MemoryStore } from './memory';
import { Palette } from './palette';
import type { Tab } from './panel';
import type { Clock, LoginResult, SessionRow, TimeStatus } from './protocol';
import { type Meta, Rpc, type RpcError } from './rpc';
import { Socket, type SocketPorts } from './socket';
import { Status } from './status';
import { Theme } from './theme';
import { TimingStore } from './timings';
import { Traffic } from './traffic';
import { Url } from './url';

/** A word in passing. */
export interface Toast {
  id: number;
  text: string;
  tone: Tone;
}

/** The App and the parts of it that only the shell uses. */
export interface Session extends App {
  socket: Socket;
  toasts: ReturnType<typeof signal<readonly Toast[]>>;
  dismiss(id: number): void;
}

const timingCredit = 240; // frames on their way to a page that draws no frame: four seconds
const toastLife = 7000;

export function createSession(panels: readonly Tab[], ports: SocketPorts): Session {
  const rpc = new Rpc();
  const frame = new Frame();
  const axis = new Axis();
  const timings = new TimingStore(axis);
  const memory = new MemoryStore(axis);
  const traffic = new Traffic();
  const socket = new Socket(rpc, ports);
  const url = new Url();
  const clock = signal<Clock>({ frame: 0, tick: 0, time: 0 });
  const view = signal<ViewState>({ paused: false });
  const time = signal<TimeStatus | null>(null);
  const clients = signal<readonly SessionRow[]>([]);
  const toasts = signal<readonly Toast[]>([]);
  let nextToast = 1;
  const newest: Clock = { frame: 0, tick: 0, time: 0 };
  const live: Shown = { timings, memory, traffic };
  let shown = live;

  const dismiss = (id: number): void => {
    toasts.value = toasts.peek().filter((t) => t.id !== id);
  };
  const session: Session = {
    rpc,
    frame,
    url,
    keys: new Keys(),
    palette: new Palette(),
    status: new Status(),
    theme: new Theme(),
    panels,
    axis,
    timings,
    memory,
    traffic,
    conn: socket.conn,
    roundTrip: socket.roundTrip,
    view,
    clock,
    me: socket.me,
    time,
    clients,
    socket,
    toasts,
    dismiss,
    shown: () => shown,
    toast(text, tone = 'info') {
      const id = nextToast++;
      toasts.value = [...toasts.peek().slice(-2), { id, text, tone }];
      setTimeout(() => dismiss(id), toastLife);
    },
    pauseView(paused, at) {
      if (paused && !view.peek().paused) {
        shown = { timings: timings.freeze(), memory: memory.freeze(), traffic: traffic.freeze() };
      } else if (!paused) shown = live;
      view.value = paused ? { paused, frame: at ?? newest.frame } : { paused };
      frame.invalidate();
      frame.stir();
    },
    go: (panel, params) => url.go(panel, params),
  };

  const stamp = (meta: Meta): void => {
    newest.frame = meta.frame;
    newest.time = meta.time;
    if (meta.tick > 0) newest.tick = meta.tick;
  };
  rpc.onReceive = () => frame.stir();
  rpc.onAckDue = () => frame.ackSoon();
  frame.onAck(() => rpc.sendAcks());
  frame.onText(() => {
    const old = clock.peek();
    if (old.frame !== newest.frame || old.tick !== newest.tick) clock.value = { ...newest };
  });
  session.theme.onChange(() => frame.invalidate(undefined, true));

  socket.onLogin = (login: LoginResult, restarted: boolean) => {
    axis.begin(login.clock.time, login.clock.frame, restarted);
    Object.assign(newest, login.clock);
    if (restarted) session.toast(`${login.server.name} was restarted. What came before stays, left of the line.`);
  };

  record(session, stamp);
  effect(() => {
    if (socket.conn.value.state !== 'live') frame.invalidate();
  });
  return session;
}

// The streams that every view of the page draws from.
function record(session: Session, stamp: (meta: Meta) => void): void {
  const { rpc, timings, memory, traffic, frame } = session;
  const absent = (_: RpcError): void => undefined; // a game without the feature has no panel for it
  const askScopes = (): void => {
    timings.onScopesMissing = undefined;
    rpc.call('timing.list', {}).then(
      (scopes) => {
        timings.setScopes(scopes);
        inkScopes(session);
        timings.onScopesMissing = askScopes;
      },
      () => {
        timings.onScopesMissing = askScopes;
      },
    );
  };
  timings.onScopesMissing = askScopes;

  rpc.subscribe('timings', {
    policy: 'all',
    buffer: 600,
    credit: timingCredit,
    onSnapshot(opening) {
      timings.opened(opening);
      inkScopes(session);
    },
    onBinary(payload, meta) {
      if (!timings.take(payload, meta.frame, meta.time, meta.lost)) return;
      traffic.look(timings.x.last, rpc.received);
      stamp({ ...meta, tick: payload.getUint32(4, true) });
      if (!session.view.peek().paused) frame.invalidate();
    },
    onError: absent,
  });
  rpc.subscribe('memory', {
    onSnapshot: (history) => memory.opened(history),
    onEvent(sample, meta) {
      memory.take(sample);
      stamp(meta);
      if (!session.view.peek().paused) frame.invalidate();
    },
    onError: absent,
  });
  const onTime = (status: TimeStatus): void => {
    session.time.value = status;
  };
  rpc.subscribe('time', { onSnapshot: onTime, onEvent: onTime, onError: absent });
  const onClients = (rows: SessionRow[]): void => {
    const old = session.clients.peek();
    if (rows.length !== old.length || rows.some((r, i) => r.name !== old[i]?.name)) session.clients.value = rows;
  };
  rpc.subscribe('sessions', { rate: 1, onSnapshot: onClients, onEvent: onClients, onError: absent });
}

// Scopes whose lines are usually drawn choose their colours first. The console's own cost has none.
function inkScopes({ timings, theme }: Session): void {
  const own = timings.scopes[0]?.name;
  if (own !== undefined) theme.inks.mute(own);
  theme.inks.register(timings.usual().map((s) => s.name));
  theme.inks.register(timings.scopes.slice(1).map((s) => s.name));
}

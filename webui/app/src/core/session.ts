// Puts the page's parts together. What is recorded is fed by record.ts, whichever panel is shown and
// whether or not the view is paused.

import { effect, type Signal, signal } from '@preact/signals';
import type { App, CaptureInfo, Captures, Shown, ToastAction, Tone, ViewState } from './app';
import { Axis } from './axis';
import { Cursor } from './cursor';
import { Frame } from './frame';
import { Incidents } from './incidents';
import { Keys } from './keys';
import { Marks } from './marks';
import { MemoryStore } from './memory';
import { Palette } from './palette';
import type { Tab } from './panel';
import type { Clock, LoginResult, SessionRow, TimeStatus } from './protocol';
import { Roster } from './roster';
import { Rpc } from './rpc';
import { ScopeStore } from './scopes';
import { Socket, type SocketPorts } from './socket';
import { Status } from './status';
import type { Theme } from './theme';
import { TimingStore } from './timings';
import { Traffic } from './traffic';
import { Url } from './url';

/** A word in passing. */
export interface Toast {
  id: number;
  text: string;
  tone: Tone;
  action: ToastAction | undefined;
}

const toastLife = 7000; // ms
const toastsAtOnce = 3;

/** What a session is given. */
export interface SessionParts {
  /** One for the page: a name has one colour, whatever is shown. */
  theme: Theme;
  captures: Captures;
  capture?: CaptureInfo;
}

/** The App, and the parts of it that only the shell uses. */
export class Session implements App {
  readonly rpc = new Rpc();
  readonly frame = new Frame();
  readonly url = new Url();
  readonly keys = new Keys();
  readonly palette = new Palette();
  readonly status = new Status();
  readonly theme: Theme;
  readonly axis = new Axis();
  readonly timings = new TimingStore(this.axis);
  readonly scopes = new ScopeStore(this.axis);
  readonly memory = new MemoryStore(this.axis);
  readonly traffic = new Traffic();
  readonly roster = new Roster();
  readonly marks = new Marks(this.axis, () => this.shown().memory);
  readonly cursor = new Cursor({ url: this.url, axis: this.axis, timings: () => this.shown().timings });
  readonly view: Signal<ViewState> = signal({ paused: false });
  readonly clock: Signal<Clock> = signal({ frame: 0, tick: 0, time: 0 });
  readonly time: Signal<TimeStatus | null> = signal(null);
  readonly clients: Signal<readonly SessionRow[]> = signal([]);
  readonly toasts: Signal<readonly Toast[]> = signal([]);
  /** Where the game was by the last message; `clock` follows at the pace of text. */
  readonly newest: Clock = { frame: 0, tick: 0, time: 0 };
  readonly panels: readonly Tab[];
  readonly socket: Socket;
  readonly captures: Captures;
  readonly capture: CaptureInfo | undefined;
  readonly incidents = new Incidents(this);
  /** The flight recorder told of all frames up to those that stream. */
  joined = false;
  /** What must be undone when the session is left for good. */
  readonly ends: (() => void)[] = [];

  private frozen: Shown | undefined;
  private nextToast = 1;

  constructor(panels: readonly Tab[], ports: SocketPorts, parts: SessionParts) {
    this.panels = panels;
    this.theme = parts.theme;
    this.captures = parts.captures;
    this.capture = parts.capture;
    // Nothing moves in a capture: what a paused view allows is always allowed.
    if (parts.capture) this.view.value = { paused: true, frame: parts.capture.meta.lastFrame };
    this.socket = new Socket(this.rpc, ports);
    this.memory.frameAt = (x) => {
      const frame = this.timings.frame.at(this.timings.atX(x));
      return Number.isNaN(frame) ? undefined : frame;
    };
    this.rpc.onReceive = () => this.frame.stir();
    this.rpc.onAckDue = () => this.frame.ackSoon();
    this.frame.onAck(() => this.rpc.sendAcks());
    this.frame.onText(() => {
      this.showClock();
      this.cursor.resolve();
    });
    this.ends.push(this.theme.onChange(() => this.frame.invalidate(undefined, true)));
    this.socket.onLogin = (login, restarted) => this.entered(login, restarted);
    effect(() => {
      if (this.conn.value.state !== 'live') this.frame.invalidate();
    });
    // What is drawn under the pointer goes away with its panel, without a word from the pointer.
    this.url.panel.subscribe(() => this.cursor.point(undefined));
    this.cursor.x.subscribe(() => this.frame.stir());
    this.marks.version.subscribe(() => this.frame.invalidate());
  }

  get conn(): App['conn'] {
    return this.socket.conn;
  }

  get roundTrip(): App['roundTrip'] {
    return this.socket.roundTrip;
  }

  get me(): App['me'] {
    return this.socket.me;
  }

  shown(): Shown {
    return this.frozen ?? this;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return this.socket.fetch(path, init);
  }

  bearer(): string {
    return this.socket.bearer();
  }

  toast(text: string, tone: Tone = 'info', action?: ToastAction): void {
    const id = this.nextToast++;
    const others = this.toasts.peek().filter((t) => t.text !== text); // said again, not said twice
    this.toasts.value = [...others.slice(1 - toastsAtOnce), { id, text, tone, action }];
    setTimeout(() => this.dismiss(id), action ? toastLife * 2 : toastLife);
  }

  /** Takes a toast away. */
  dismiss(id: number): void {
    this.toasts.value = this.toasts.peek().filter((t) => t.id !== id);
  }

  /** Leaves the session for good. */
  close(): void {
    this.url.sleep(true);
    this.rpc.disconnect('the page has left it');
    for (const end of this.ends) end();
  }

  pauseView(paused: boolean, frame = this.newest.frame): void {
    if (this.capture !== undefined) {
      if (!paused) this.cursor.clear(); // nothing moves in any case
      return;
    }
    if (!paused) {
      this.frozen = undefined;
      this.cursor.clear();
    } else if (!this.view.peek().paused) this.frozen = this.freeze();
    this.view.value = paused ? { paused, frame } : { paused };
    this.frame.invalidate();
    this.frame.stir();
  }

  openFrame(frame: number): void {
    const newer = this.shown().timings.find(frame) < 0 && this.timings.find(frame) >= 0;
    if (newer && this.frozen !== undefined) this.frozen = this.freeze();
    this.pauseView(true, frame);
    this.cursor.pinFrame(frame);
    this.go('perf', { range: '' });
  }

  go(panel: string, params?: Record<string, string>): void {
    this.url.go(panel, params);
  }

  // What happened before the page was there is told before what happens now.
  private recall(): void {
    this.rpc.hold(['timings']);
    import('./flight')
      .then(({ recall }) => recall(this))
      .catch(() => undefined)
      .finally(() => this.rpc.release());
  }

  recallScopes(): void {
    if (this.capture !== undefined || this.conn.peek().state !== 'live') return;
    import('./flight').then(({ fill }) => fill(this)).catch(() => undefined);
  }

  private freeze(): Shown {
    const { timings, scopes, memory, traffic } = this;
    return { timings: timings.freeze(), scopes: scopes.freeze(), memory: memory.freeze(), traffic: traffic.freeze() };
  }

  private showClock(): void {
    const { frame, tick } = this.clock.peek();
    if (frame !== this.newest.frame || tick !== this.newest.tick) this.clock.value = { ...this.newest };
  }

  private entered({ clock, server, features }: LoginResult, restarted: boolean): void {
    this.axis.begin(clock.time, clock.frame, restarted);
    Object.assign(this.newest, clock);
    if (features.includes('incidents') && this.capture === undefined) this.recall();
    if (restarted) this.toast(`${server.name} was restarted. What came before stays, left of the line.`);
  }
}

// The connection to the game: how it is made, how this browser proves who it is, and how it comes
// back. The wording of what went wrong is made here, because only here is it known.

import { type Signal, signal } from '@preact/signals';
import { closeCodes, type LoginResult } from './protocol';
import { offline, type Rpc, type RpcError, type Wire } from './rpc';

/** Where the connection stands. */
export interface Conn {
  /**
   * `connecting`: the first try. `live`. `offline`: it was lost, or the game does not answer; tries
   * go on. `locked`: the game wants a link or refused the one that was used, or somebody ended this
   * session; no tries. `capture`: there is no game, a file is shown.
   */
  state: 'connecting' | 'live' | 'offline' | 'locked' | 'capture';
  /** What happened, as a sentence without its stop. */
  reason: string;
  /** For `locked`: why. */
  lock?: 'no-token' | 'bad-code' | 'bad-token' | 'ended';
  /** Tries since the connection was lost. */
  attempt: number;
  /** ms of the wall clock: since when the state holds. */
  since: number;
  /** ms of the wall clock: when the next try comes. 0 while one is under way. */
  retryAt: number;
}

/** As much of a WebSocket as is used. */
export interface Line {
  binaryType: string;
  /** 1 while it is open. */
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** As much of a Storage as is used. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Other pages of this origin, which may know the token. */
export interface Siblings {
  ask(): void;
  tell(token: string): void;
  onAsked: (() => void) | null;
  onTold: ((token: string) => void) | null;
}

export interface SocketPorts {
  open(): Line;
  /** A request to a path below the page's. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** The game's address as people read it. */
  host: string;
  now(): number;
  later(f: () => void, millis: number): () => void;
  random(): number;
  /** Of this tab. */
  tab: Store;
  /** Of this browser. */
  browser: Store;
  siblings: Siblings;
}

const tokenKey = 'scry.token';
const nameKey = 'scry.name';
const rememberKey = 'scry.remember';
const firstDelay = 250;
const greatestDelay = 5000;
const siblingPatience = 250;
const pingGap = 2000;

type Proof = { code: string } | { token: string };

export class Socket {
  readonly conn: Signal<Conn>;
  readonly me: Signal<LoginResult | null> = signal(null);
  /** ms from a call to its answer, the wait for the game's next frame included. NaN until known. */
  readonly roundTrip: Signal<number> = signal(Number.NaN);
  /** ms of the wall clock at which anything came last. */
  heard = 0;
  /** Called after each login: whether the game is another run than before. */
  onLogin: ((login: LoginResult, restarted: boolean) => void) | undefined;

  private readonly rpc: Rpc;
  private readonly ports: SocketPorts;
  private line: Line | undefined;
  private code = '';
  private session = '';
  private cancelRetry: (() => void) | undefined;
  private cancelPing: (() => void) | undefined;

  constructor(rpc: Rpc, ports: SocketPorts) {
    this.rpc = rpc;
    this.ports = ports;
    this.conn = signal({ state: 'connecting', reason: '', attempt: 0, since: ports.now(), retryAt: 0 });
    ports.siblings.onAsked = () => {
      const token = this.token();
      if (token !== '' && this.conn.peek().state === 'live') ports.siblings.tell(token);
    };
    ports.siblings.onTold = (token) => {
      if (this.conn.peek().state === 'live' || this.code !== '' || this.token() === token) return;
      ports.tab.setItem(tokenKey, token);
      this.retryNow();
    };
  }

  /** Whether a token outlives the tab. On by default. */
  get remember(): boolean {
    return this.ports.browser.getItem(rememberKey) !== 'no';
  }

  set remember(on: boolean) {
    this.ports.browser.setItem(rememberKey, on ? 'yes' : 'no');
    const token = this.token();
    if (!on) this.ports.browser.removeItem(tokenKey);
    else if (token !== '') this.ports.browser.setItem(tokenKey, token);
  }

  /** Connects with a code from a link, or with what this browser remembers. */
  start(code = ''): void {
    this.code = code;
    if (code !== '' || this.token() !== '') {
      this.connect();
      return;
    }
    this.ports.siblings.ask();
    this.cancelRetry = this.ports.later(
      () => this.lock('no-token', 'This browser has no key to the game'),
      siblingPatience,
    );
  }

  /** Takes the code of a link that was opened or pasted while the page is there. */
  enter(code: string): void {
    if (this.conn.peek().state === 'live') return;
    this.code = code;
    this.cancelRetry?.();
    this.conn.value = { state: 'connecting', reason: '', attempt: 0, since: this.ports.now(), retryAt: 0 };
    this.connect();
  }

  /** Takes a file in the place of a game, for good. */
  replay(wire: Wire, login: LoginResult): void {
    this.me.value = login;
    this.change({ state: 'capture', reason: 'This is a capture' });
    this.onLogin?.(login, false);
    this.rpc.connect(wire);
    this.rpc.open();
  }

  /** Takes another name, now and at later logins. Rejects with the game's words when it is taken. */
  async rename(name: string): Promise<void> {
    const login = await this.rpc.call('session.login', { name });
    this.me.value = { ...login, ...(this.me.peek()?.token && { token: this.me.peek()?.token as string }) };
    this.ports.browser.setItem(nameKey, login.name);
  }

  /** Asks the game by HTTP, with the token of this browser. */
  fetch(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    const all = { ...(headers as Record<string, string>), Authorization: this.bearer() };
    return this.ports.fetch(path, { cache: 'no-store', ...init, headers: all });
  }

  /** The value of the header `Authorization`. */
  bearer(): string {
    return `Bearer ${this.token()}`;
  }

  /** Tries at once. */
  retryNow(): void {
    if (this.conn.peek().state === 'live') return;
    this.cancelRetry?.();
    this.connect();
  }

  private token(): string {
    return this.ports.tab.getItem(tokenKey) ?? this.ports.browser.getItem(tokenKey) ?? '';
  }

  private connect(): void {
    this.cancelRetry?.();
    this.hangUp();
    const { attempt } = this.conn.peek();
    this.change({ attempt: attempt + 1, retryAt: 0 });
    const line = this.ports.open();
    this.line = line;
    let opened = false;
    line.binaryType = 'arraybuffer';
    line.onopen = () => {
      opened = true;
      this.rpc.connect({
        send: (text) => {
          if (line.readyState === 1) line.send(text); // what comes while it closes is lost in any case
        },
      });
      this.login(line);
    };
    line.onmessage = ({ data }) => {
      this.heard = this.ports.now();
      if (typeof data === 'string') this.rpc.receive(data);
      else this.rpc.receiveBinary(data as ArrayBuffer);
    };
    line.onclose = ({ code, reason }) => {
      if (this.line === line) this.lost(opened, code, reason);
    };
  }

  private login(line: Line): void {
    const proof: Proof = this.code !== '' ? { code: this.code } : { token: this.token() };
    this.rpc.login({ ...proof, frames: false }).then(
      (login) => {
        if (this.line === line) this.entered(login);
      },
      (error: RpcError) => {
        if (this.line !== line || error.code === offline) return;
        this.refused(error.message);
      },
    );
  }

  private entered(login: LoginResult): void {
    this.code = '';
    if (login.token) {
      this.ports.tab.setItem(tokenKey, login.token);
      if (this.remember) this.ports.browser.setItem(tokenKey, login.token);
      this.ports.siblings.tell(login.token);
    }
    const restarted = this.session !== '' && this.session !== login.session;
    this.session = login.session;
    this.me.value = login;
    this.onLogin?.(login, restarted);
    this.rpc.open();
    this.conn.value = { state: 'live', reason: '', attempt: 0, since: this.ports.now(), retryAt: 0 };
    this.ping();
    // The name of old may be taken by another tab; then the one that the game gave will do.
    const name = this.ports.browser.getItem(nameKey);
    if (name !== null && name !== login.name) this.rename(name).catch(() => undefined);
  }

  // A refused code may still leave a token that is good, as when a link is opened a second time.
  private refused(reason: string): void {
    const hadCode = this.code !== '';
    this.code = '';
    if (hadCode && this.token() !== '') {
      this.connect();
      return;
    }
    if (!hadCode) {
      this.ports.tab.removeItem(tokenKey);
      this.ports.browser.removeItem(tokenKey);
    }
    this.hangUp();
    this.lock(hadCode ? 'bad-code' : 'bad-token', reason);
  }

  private lock(lock: NonNullable<Conn['lock']>, reason: string): void {
    this.conn.value = { state: 'locked', lock, reason, attempt: 0, since: this.ports.now(), retryAt: 0 };
  }

  private lost(opened: boolean, code: number, reason: string): void {
    const before = this.conn.peek();
    this.line = undefined;
    this.cancelPing?.();
    this.rpc.disconnect('the connection to the game was lost');
    if (code === closeCodes.login) {
      this.refused(reason || 'The game refused the login');
      return;
    }
    if (code === closeCodes.ended) {
      this.lock('ended', reason); // to come back at once would make light of it
      return;
    }
    const first = before.state !== 'offline';
    const delay = Math.min(firstDelay * 2 ** (before.state === 'live' ? 0 : before.attempt), greatestDelay);
    const wait = delay * (0.8 + 0.4 * this.ports.random());
    const now = this.ports.now();
    this.conn.value = {
      state: 'offline',
      reason: first || opened ? this.words(opened, code, reason) : before.reason,
      attempt: before.state === 'live' ? 0 : before.attempt,
      since: first ? now : before.since,
      retryAt: now + wait,
    };
    this.cancelRetry = this.ports.later(() => this.connect(), wait);
  }

  private words(opened: boolean, code: number, reason: string): string {
    if (!opened) return `No game answers at ${this.ports.host}`;
    if (code === 1001) return 'Game closed the connection';
    if (code === closeCodes.tooSlow) return `Game closed the connection because this page was ${reason || 'too slow'}`;
    if (code === closeCodes.loginSlow) return 'Game closed the connection because the login took too long';
    if (code === 1006 || code === 1005) return 'Game ended or the connection broke';
    return `Game closed the connection${reason ? `: ${reason}` : ` with code ${code}`}`;
  }

  private change(part: Partial<Conn>): void {
    this.conn.value = { ...this.conn.peek(), ...part };
  }

  private hangUp(): void {
    const line = this.line;
    this.line = undefined;
    this.cancelPing?.();
    if (line === undefined) return;
    line.onopen = line.onmessage = line.onclose = null;
    line.close(1000);
    this.rpc.disconnect('the connection was replaced');
  }

  private ping(): void {
    const sent = this.ports.now();
    this.rpc.call('echo', {}).then(
      () => {
        this.roundTrip.value = this.ports.now() - sent;
        this.cancelPing = this.ports.later(() => this.ping(), pingGap);
      },
      (error: RpcError) => {
        if (error.code !== offline) this.cancelPing = this.ports.later(() => this.ping(), pingGap);
      },
    );
  }
}

const nothing: Store = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

// Reading `localStorage` throws where storage is forbidden.
// A browser may forbid storage, or have no room left: then this page is not remembered, and no more.
function storage(get: () => Store): Store {
  let store: Store;
  try {
    store = get();
  } catch {
    return nothing;
  }
  return {
    getItem: (key) => store.getItem(key),
    setItem: (key, value) => {
      try {
        store.setItem(key, value);
      } catch {
        store.removeItem(key); // an old token in its place would be worse than none
      }
    },
    removeItem: (key) => store.removeItem(key),
  };
}

function siblings(): Siblings {
  const channel = new BroadcastChannel('scry');
  const out: Siblings = {
    ask: () => channel.postMessage({ ask: true }),
    tell: (token) => channel.postMessage({ token }),
    onAsked: null,
    onTold: null,
  };
  channel.onmessage = ({ data }: MessageEvent<{ ask?: boolean; token?: string }>) => {
    if (data.ask) out.onAsked?.();
    if (typeof data.token === 'string') out.onTold?.(data.token);
  };
  return out;
}

/** Ports of a page that connects to nothing. */
export function noPorts(): SocketPorts {
  return {
    open: () => {
      throw new Error('a capture connects to nothing');
    },
    fetch: () => Promise.reject(new Error('this is a capture: the game is not here')),
    host: '',
    now: () => Date.now(),
    later: () => () => undefined,
    random: () => 0,
    tab: nothing,
    browser: nothing,
    siblings: { ask: () => undefined, tell: () => undefined, onAsked: null, onTold: null },
  };
}

/** The browser's own ports; the game is where the page came from. */
export function browserPorts(): SocketPorts {
  const url = new URL('ws', location.href);
  url.hash = '';
  url.search = '';
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    open: () => new WebSocket(url) as unknown as Line,
    fetch: (path, init) => fetch(new URL(path, location.href), init),
    host: location.host,
    now: () => Date.now(),
    later: (f, millis) => {
      const id = setTimeout(f, millis);
      return () => clearTimeout(id);
    },
    random: () => Math.random(),
    tab: storage(() => sessionStorage),
    browser: storage(() => localStorage),
    siblings: siblings(),
  };
}

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Rpc } from '../../src/core/rpc';
import { type Line, type Siblings, Socket, type SocketPorts, type Store } from '../../src/core/socket';

class Memory implements Store {
  readonly map = new Map<string, string>();
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
}

class FakeLine implements Line {
  binaryType = '';
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  sent: string[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

/** The world around a socket: lines that were opened, a clock, timers. */
class World {
  now = 1000;
  lines: FakeLine[] = [];
  requests: { path: string; headers: unknown }[] = [];
  timers: { at: number; f: () => void }[] = [];
  tab = new Memory();
  browser = new Memory();
  siblings: Siblings & { asked: number; told: string[] } = {
    asked: 0,
    told: [],
    ask() {
      this.asked++;
    },
    tell(token: string) {
      this.told.push(token);
    },
    onAsked: null,
    onTold: null,
  };
  rpc = new Rpc();
  socket: Socket;

  constructor() {
    const ports: SocketPorts = {
      open: () => {
        const line = new FakeLine();
        this.lines.push(line);
        return line;
      },
      fetch: async (path, init) => {
        this.requests.push({ path, headers: init.headers });
        return new Response('');
      },
      host: 'game:6060',
      now: () => this.now,
      later: (f, millis) => {
        const timer = { at: this.now + millis, f };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((t) => t !== timer);
        };
      },
      random: () => 0.5,
      tab: this.tab,
      browser: this.browser,
      siblings: this.siblings,
    };
    this.socket = new Socket(this.rpc, ports);
  }

  get line(): FakeLine {
    return this.lines.at(-1) as FakeLine;
  }
  /** Runs the next timer at its time; returns the ms until it. */
  wait(): number {
    this.timers.sort((a, b) => a.at - b.at);
    const timer = this.timers.shift();
    if (timer === undefined) throw new Error('nothing is waited for');
    const millis = timer.at - this.now;
    this.now = timer.at;
    timer.f();
    return millis;
  }
  /** What was sent as the login. */
  async proof(): Promise<Record<string, unknown>> {
    if (this.line.sent.length === 0) this.line.onopen?.();
    await Promise.resolve();
    return JSON.parse(this.line.sent[0] ?? '{}').params;
  }
  async admit(session = 's1', token = 'tok'): Promise<void> {
    await this.proof();
    const { id } = JSON.parse(this.line.sent[0] ?? '{}') as { id: number };
    const result = {
      id: 1,
      name: 'guest-1',
      role: 'drive',
      token,
      session,
      protocol: 'scry.1',
      server: { name: 'g', version: '1' },
      features: [],
      clock: { frame: 1, tick: 1, time: 1 },
      limits: {},
    };
    this.line.onmessage?.({ data: JSON.stringify({ jsonrpc: '2.0', id, result }) });
    await settle();
  }
  async refuse(message: string): Promise<void> {
    await this.proof();
    const { id } = JSON.parse(this.line.sent[0] ?? '{}') as { id: number };
    this.line.onmessage?.({ data: JSON.stringify({ jsonrpc: '2.0', id, error: { code: 1001, message } }) });
    this.line.onclose?.({ code: 4401, reason: message });
    await settle();
  }
  get state(): string {
    return this.socket.conn.value.state;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await Promise.resolve();
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('coming in', () => {
  it('by the code of a link; the token is kept and told to other pages', async () => {
    world.socket.start('abc');
    expect(await world.proof()).toEqual({ code: 'abc', frames: false });
    await world.admit();
    expect(world.state).toBe('live');
    expect([world.tab.map.get('scry.token'), world.browser.map.get('scry.token')]).toEqual(['tok', 'tok']);
    expect(world.siblings.told).toEqual(['tok']);
  });

  it('not remembered when the person does not want it', async () => {
    world.socket.remember = false;
    world.socket.start('abc');
    await world.admit();
    expect(world.browser.map.has('scry.token')).toBe(false);
    expect(world.tab.map.get('scry.token')).toBe('tok');
    world.socket.remember = true;
    expect(world.browser.map.get('scry.token')).toBe('tok');
  });

  it('by what this browser remembers', async () => {
    world.browser.setItem('scry.token', 'old');
    world.socket.start();
    expect(await world.proof()).toEqual({ token: 'old', frames: false });
  });

  it('by what another page tells, else it says what is missing', () => {
    world.socket.start();
    expect(world.siblings.asked).toBe(1);
    expect(world.lines).toHaveLength(0);
    world.wait();
    expect(world.socket.conn.value).toMatchObject({ state: 'locked', lock: 'no-token' });
    world.siblings.onTold?.('from-sibling');
    expect(world.lines).toHaveLength(1);
    expect(world.tab.map.get('scry.token')).toBe('from-sibling');
  });

  it('a used code says so and does not try again', async () => {
    world.socket.start('used');
    await world.refuse('this link has been used');
    expect(world.socket.conn.value).toMatchObject({
      state: 'locked',
      lock: 'bad-code',
      reason: 'this link has been used',
    });
    expect(world.timers).toHaveLength(0);
    expect(world.lines).toHaveLength(1);
  });

  it('a used code is no hindrance when the browser is remembered', async () => {
    world.browser.setItem('scry.token', 'good');
    world.socket.start('used');
    await world.refuse('this link has been used');
    expect(await world.proof()).toEqual({ token: 'good', frames: false });
    await world.admit();
    expect(world.state).toBe('live');
  });

  it('a token that the game does not know is forgotten', async () => {
    world.browser.setItem('scry.token', 'stale');
    world.socket.start();
    await world.refuse('token not known');
    expect(world.socket.conn.value).toMatchObject({ state: 'locked', lock: 'bad-token' });
    expect(world.browser.map.has('scry.token')).toBe(false);
    world.socket.enter('fresh');
    expect(await world.proof()).toEqual({ code: 'fresh', frames: false });
  });

  it('answers other pages that ask, only while it is in', async () => {
    world.socket.start('abc');
    world.siblings.onAsked?.();
    expect(world.siblings.told).toEqual([]);
    await world.admit();
    world.siblings.onAsked?.();
    expect(world.siblings.told).toEqual(['tok', 'tok']);
  });
});

describe('a lost connection', () => {
  it('is tried again, ever more patiently, and says what happened', async () => {
    world.socket.start('abc');
    await world.admit();
    world.line.onclose?.({ code: 1001, reason: '' });
    expect(world.socket.conn.value).toMatchObject({
      state: 'offline',
      reason: 'Game closed the connection',
      since: 1000,
    });
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      waits.push(world.wait());
      world.line.onclose?.({ code: 1006, reason: '' });
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
    // What happened first is still what is told, and since when.
    expect(world.socket.conn.value).toMatchObject({ reason: 'Game closed the connection', attempt: 8, since: 1000 });
    await world.admit();
  });

  it('comes back live; the same run and another run are told apart', async () => {
    const seen: boolean[] = [];
    world.socket.onLogin = (_, restarted) => seen.push(restarted);
    world.socket.start('abc');
    await world.admit('s1');
    for (const session of ['s1', 's2']) {
      world.line.onclose?.({ code: 1006, reason: '' });
      world.wait();
      await world.admit(session);
      expect(world.socket.conn.value).toMatchObject({ state: 'live', attempt: 0 });
    }
    expect(seen).toEqual([false, false, true]);
  });

  it('stays away when somebody ended the session, until it is told', async () => {
    world.socket.start('abc');
    await world.admit();
    world.line.onclose?.({ code: 4403, reason: 'closed by anna' });
    expect(world.socket.conn.value).toMatchObject({ state: 'locked', lock: 'ended', reason: 'closed by anna' });
    expect(world.timers).toHaveLength(0);
    expect(world.socket.me.value).not.toBeNull(); // what was recorded is still shown
    world.socket.start();
    await world.admit();
    expect(world.socket.conn.value.state).toBe('live');
  });

  it('is not written to while it closes', async () => {
    world.socket.start('abc');
    await world.admit();
    const { line } = world;
    const before = line.sent.length;
    line.readyState = 2;
    const call = world.rpc.call('echo', {});
    await Promise.resolve();
    expect(line.sent).toHaveLength(before);
    line.onclose?.({ code: 1006, reason: '' });
    await expect(call).rejects.toThrow('lost');
  });

  it('can be tried at once', async () => {
    world.socket.start('abc');
    await world.admit();
    world.line.onclose?.({ code: 1006, reason: '' });
    world.socket.retryNow();
    expect(world.lines).toHaveLength(2);
    expect(world.timers.filter((t) => t.at - world.now <= 300)).toHaveLength(0);
    world.socket.retryNow(); // while a try is under way: that one is dropped
    expect(world.lines[1]?.closed).toBe(true);
  });

  it('ignores what an old line still says', async () => {
    world.socket.start('abc');
    await world.admit();
    const old = world.line;
    old.onclose?.({ code: 1006, reason: '' });
    world.wait();
    await world.admit();
    old.onclose?.({ code: 1006, reason: '' });
    expect(world.state).toBe('live');
  });

  it.each([
    [true, 4008, 'too slow: 70 waiting', 'Game closed the connection because this page was too slow: 70 waiting'],
    [true, 4408, '', 'Game closed the connection because the login took too long'],
    [true, 1006, '', 'Game ended or the connection broke'],
    [true, 1011, 'oops', 'Game closed the connection: oops'],
    [false, 1006, '', 'No game answers at game:6060'],
  ])('has words (opened %s, code %d, %j)', async (opened, code, reason, want) => {
    world.socket.start('abc');
    if (opened) await world.admit();
    world.line.onclose?.({ code, reason });
    expect(world.socket.conn.value.reason).toBe(want);
  });
});

describe('the round trip', () => {
  it('is measured while the line is live', async () => {
    world.socket.start('abc');
    await world.admit();
    const echo = JSON.parse(world.line.sent.at(-1) ?? '{}') as { id: number; method: string };
    expect(echo.method).toBe('echo');
    world.now += 12;
    world.line.onmessage?.({ data: JSON.stringify({ jsonrpc: '2.0', id: echo.id, result: {} }) });
    await settle();
    expect(world.socket.roundTrip.value).toBe(12);
    expect(world.socket.heard).toBe(world.now);
    const before = world.line.sent.length;
    world.wait();
    await settle();
    expect(world.line.sent.length).toBe(before + 1);
    world.line.onclose?.({ code: 1006, reason: '' });
    const spy = vi.spyOn(world.rpc, 'call');
    world.wait();
    expect(spy).not.toHaveBeenCalled();
  });

  it('asks by HTTP with the token of its login', async () => {
    world.socket.start('abc');
    await world.admit();
    await world.socket.fetch('debug/pprof/heap');
    expect(world.requests).toEqual([{ path: 'debug/pprof/heap', headers: { Authorization: 'Bearer tok' } }]);
  });
});

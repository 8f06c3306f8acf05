import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Captures } from '../../src/core/app';
import type { KeyBinding } from '../../src/core/panel';
import type { CommandRun, Line, LoginResult } from '../../src/core/protocol';
import type { Wire } from '../../src/core/rpc';
import { Session } from '../../src/core/session';
import { noPorts } from '../../src/core/socket';
import { Theme } from '../../src/core/theme';
import { takeBinds } from '../../src/panels/console/binds';
import { plainLine } from '../../src/panels/console/list';
import { terminalOf } from '../../src/panels/console/terminal';

interface Request {
  id: number;
  method: string;
  params: { id?: string; topic?: string; line?: string };
}

/** A game that answers at once, but a line when it is told to. */
class Game implements Wire {
  readonly session = new Session([], noPorts(), { theme: new Theme(), captures: {} as Captures });
  lines: Line[] = [];
  recent: CommandRun[] = [];
  waiting: Request[] = [];
  cancelled = 0;
  private readonly subs = new Map<string, { id: string; seq: number }>();

  constructor(features: string[] = ['log', 'cvars', 'commands']) {
    const { session } = this;
    this.login(features, 'run 1');
    session.conn.value = { ...session.conn.value, state: 'live' };
  }

  login(features: string[], run: string, role: 'edit' | 'view' = 'edit'): void {
    const clock = { frame: 1, tick: 1, time: 1 };
    const login = { name: 'berta', role, session: run, server: { name: 'test', version: '' }, features, clock };
    this.session.socket.replay(this, login as unknown as LoginResult);
    this.session.conn.value = { ...this.session.conn.value, state: 'live' };
  }

  send(text: string): void {
    for (const request of [JSON.parse(text)].flat() as Request[]) this.take(request);
  }

  /** Tells the subscribers of a topic. */
  tell(topic: string, value: unknown, frame = 1): void {
    const sub = this.subs.get(topic);
    if (sub === undefined) throw new Error(`nobody follows ${topic}`);
    const params = { id: sub.id, seq: ++sub.seq, frame, tick: frame, time: frame, lost: 0, value };
    this.session.rpc.accept({ jsonrpc: '2.0', method: 'sub.event', params });
  }

  /** Answers the oldest line that waits. */
  answer(body: { result: unknown } | { error: unknown }): void {
    this.session.rpc.accept({ jsonrpc: '2.0', id: this.waiting.shift()?.id, ...body });
  }

  private take({ id, method, params }: Request): void {
    if (method === 'command.run') this.waiting.push({ id, method, params });
    else if (method === '$/cancelRequest') this.cancelled++;
    else if (id !== undefined) queueMicrotask(() => this.reply(id, this.resultOf(method, params)));
  }

  private reply(id: number, result: unknown): void {
    this.session.rpc.accept({ jsonrpc: '2.0', id, result });
  }

  private resultOf(method: string, { id = '', topic = '' }: Request['params']): unknown {
    if (method === 'command.list') return [{ name: 'spawn', usage: 'spawn <kind>', help: '', args: [] }];
    if (method !== 'sub.open') return {};
    this.subs.set(topic, { id, seq: 0 });
    const secret = { name: 'rcon.password', type: 'string', value: null, default: null, flags: ['secret'], setBy: '' };
    const states: Record<string, unknown> = {
      log: { lines: this.lines, lost: 0 },
      commands: { aliases: [], binds: [], recent: this.recent },
      cvars: [secret],
    };
    return { id, seq: 0, snapshot: states[topic] };
  }
}

function line(seq: number, frame: number, msg = `line ${seq}`): Line {
  return { seq, time: seq, frame, tick: frame, level: 'info', msg, attrs: {}, source: 'a.go:1' };
}

function ran(text: string, frame: number, more: Partial<CommandRun> = {}): CommandRun {
  return { by: 'anna', line: text, output: `did ${text}`, frame, tick: frame, time: frame, ...more };
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await null;
};

/** What stands in the list. */
function listed(game: Game): string[] {
  const { ring, own } = terminalOf(game.session).log;
  return Array.from({ length: ring.size }, (_, i) => {
    const entry = ring.entry(ring.oldest + i);
    return entry === undefined ? '' : plainLine(entry, 1, own.get(entry.no)).replace(/^#(\d+) +/, '$1 ');
  });
}

let game: Game;

afterEach(() => void vi.useRealTimers());

beforeEach(() => {
  localStorage.clear();
  game = new Game();
});

describe('the log with commands', () => {
  it('tells what was run before the page was opened between the lines of its frames', async () => {
    game.lines = [line(1, 10), line(2, 20), line(3, 30)];
    game.recent = [
      ran('one', 15),
      ran('two', 40, { output: '', error: 'no such thing' }),
      ran('mine', 41, { by: 'berta' }),
    ];
    terminalOf(game.session);
    await settled();
    expect(listed(game)).toEqual([
      '10 INFO   a.go:1  line 1',
      '15 anna > one',
      'did one',
      '20 INFO   a.go:1  line 2',
      '30 INFO   a.go:1  line 3',
      '40 anna > two',
      'no such thing',
      '41 you > mine',
      'did mine',
    ]);
  });

  it('tells a line of this page once, and those of others', async () => {
    const terminal = terminalOf(game.session);
    await settled();
    const done = terminal.run('spawn ball');
    await settled();
    game.tell('commands', { ran: [ran('spawn ball', 7, { by: 'berta' }), ran('echo', 7)] });
    game.answer({
      result: { output: 'x', results: [{ line: 1, command: 'spawn', output: 'made 1' }], frame: 7, tick: 7 },
    });
    expect(await done).toBeUndefined();
    expect(listed(game)).toEqual(['7 anna > echo', 'did echo', '7 you > spawn ball', 'made 1']);
  });

  it('shows a line that is not answered at once, and names it where the answer stands apart', async () => {
    const terminal = terminalOf(game.session);
    await settled();
    vi.useFakeTimers();
    const done = terminal.run('wait 60');
    expect(listed(game)).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(listed(game)).toEqual(['0 you > wait 60']);
    expect([...terminal.log.own.values()].at(-1)).toMatchObject({ waits: true });
    vi.useRealTimers();
    await settled();
    game.tell('log', { lines: [line(1, 30)], lost: 0 });
    game.answer({
      result: { output: 'x', results: [{ line: 1, command: 'wait', output: 'done' }], frame: 60, tick: 60 },
    });
    await done;
    expect(listed(game)).toEqual(['0 you > wait 60', '30 INFO   a.go:1  line 1', 'done']);
    const own = [...terminal.log.own.values()];
    expect(own).toMatchObject([
      { kind: 'command', waits: false },
      { kind: 'output', of: 'wait' },
    ]);
  });

  it('tells nothing twice after a reconnect, and begins anew after a restart', async () => {
    game.lines = [line(1, 10)];
    game.recent = [ran('one', 15)];
    terminalOf(game.session);
    await settled();
    game.recent.push(ran('two', 25));
    game.lines.push(line(2, 20));
    game.login(['log', 'cvars', 'commands'], 'run 1');
    await settled();
    expect(listed(game).map((l) => l.split(' ').at(-1))).toEqual(['1', 'one', 'one', '2', 'two', 'two']);
    game.lines = [line(1, 1)];
    game.recent = [ran('three', 2)];
    game.login(['log', 'cvars', 'commands'], 'run 2');
    await settled();
    expect(listed(game).slice(6)).toEqual([
      '0 INFO   dashboard  the game was restarted; frames and ticks begin anew',
      '1 INFO   a.go:1  line 1',
      '2 anna > three',
      'did three',
    ]);
  });

  it('shows a fault at its word', async () => {
    const terminal = terminalOf(game.session);
    await settled();
    const done = terminal.run('spawn bal');
    await settled();
    game.answer({
      error: {
        code: -32602,
        message: 'no kind "bal"',
        data: { kind: 'invalid-params', from: 6, to: 9, suggest: 'ball' },
      },
    });
    expect(await done).toMatchObject({ from: 6, to: 9, suggest: 'ball' });
    expect([...terminal.log.own.values()][0]).toMatchObject({ waits: false, wrong: { from: 6, to: 9 } });
  });

  it('keeps no secret, neither in the list nor in the history', async () => {
    const terminal = terminalOf(game.session);
    await settled();
    void terminal.run('rcon.password hunter2');
    await settled();
    game.tell('commands', { ran: [ran('rcon.password ***', 3, { by: 'berta', output: '' })] });
    game.answer({ result: { output: '', results: [], frame: 3, tick: 3 } });
    await settled();
    expect(game.waiting.length).toBe(0);
    expect(listed(game)).toEqual(['3 you > rcon.password •••']);
    expect(terminal.prompt.history).toBe(0);
    expect(Object.values({ ...localStorage }).join()).not.toContain('hunter2');
  });
});

describe('the terminal', () => {
  it('clears its list by a word, which is not sent', async () => {
    const terminal = terminalOf(game.session);
    let cleared = 0;
    terminal.onClear = () => void cleared++;
    await settled();
    await terminal.run('clear');
    expect([cleared, game.waiting.length]).toEqual([1, 0]);
  });

  it('ends what runs', async () => {
    const terminal = terminalOf(game.session);
    await settled();
    void terminal.run('wait 900');
    await settled();
    const stroke = { key: 'c', code: 'KeyC', ctrlKey: true, metaKey: false, altKey: false, shiftKey: false };
    expect(terminal.prompt.key(stroke)).toBe(true);
    await settled();
    expect(game.cancelled).toBe(1);
  });

  it('says why nothing can be typed, and what a viewer may do', async () => {
    const terminal = terminalOf(game.session);
    await settled();
    expect(terminal.gate).toEqual({ shut: false, reason: '' });
    game.login(['log', 'commands'], 'run 1', 'view');
    expect(terminal.gate).toMatchObject({ shut: false, reason: expect.stringContaining('view only') });
    game.session.conn.value = { ...game.session.conn.value, state: 'offline' };
    expect(terminal.gate).toMatchObject({ shut: true, reason: expect.stringContaining('Not connected') });
    game.login(['log'], 'run 1');
    expect(terminal.gate).toMatchObject({ shut: true, reason: expect.stringContaining('no commands') });
  });

  it('a game without commands has a log all the same', async () => {
    game = new Game(['log']);
    game.lines = [line(1, 10)];
    terminalOf(game.session);
    await settled();
    expect(listed(game)).toEqual(['10 INFO   a.go:1  line 1']);
  });
});

describe('binds', () => {
  it('run their line, but come after all keys of the dashboard', async () => {
    const { keys } = game.session;
    const page: KeyBinding[] = [
      { keys: 'Space', label: 'Pause', run: () => undefined },
      { keys: 'g o', label: 'Go to Overview', run: () => undefined },
    ];
    keys.add('Page', page);
    takeBinds(game.session, terminalOf(game.session));
    await settled();
    const binds = ['F9', 'Space', 'g', 'Mod+Shift+x'].map((key) => ({ key, line: `echo ${key}` }));
    game.tell('commands', { binds });
    const group = keys.groups().find((g) => g.title === 'Binds of the game');
    expect(group?.bindings.map((b) => b.note?.())).toEqual([
      '',
      'does nothing here, the dashboard has this key: Pause',
      'does nothing here, the dashboard begins others with this key: Go to Overview',
      '',
    ]);
    const press = (key: string, more = {}): boolean =>
      keys.press(new KeyboardEvent('keydown', { key, code: key, ...more }));
    press('F9');
    press('F9', { repeat: true });
    press('X', { ctrlKey: true, shiftKey: true });
    press(' ', { code: 'Space' });
    press('g');
    await settled();
    expect(game.waiting.map((w) => w.params.line)).toEqual(['echo F9', 'echo Mod+Shift+x']);
    game.tell('commands', { binds: [] });
    expect(press('F9')).toBe(false);
  });
});

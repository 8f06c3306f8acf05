// What is typed and what becomes of it: one for the page, so that a line half typed is there when the
// panel comes back.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { reasonOf } from '../../core/editing';
import type { CommandInfo, Cvar } from '../../core/protocol';
import { offline, RpcError } from '../../core/rpc';
import { dismiss } from '../../core/summon';
import { type Cvars, cvarsOf } from '../cvars/store';
import { type Choice, type Names, specOf } from './prompt/choices';
import { History, type Store, withoutSecrets } from './prompt/history';
import { type Fault, Prompt } from './prompt/prompt';
import { type Log, logOf } from './store';

/** Whether and why nothing can be typed. */
export interface Gate {
  /** Nothing can be typed now; what stands there stays. */
  shut: boolean;
  /** In words; empty when all is well. */
  reason: string;
}

const own: CommandInfo = {
  name: 'clear',
  usage: 'clear',
  args: [],
  help: 'takes the lines out of sight; Ctrl+L does the same',
};
const stale = 10_000; // ms after which the game's commands are asked for again

export class Terminal {
  readonly prompt: Prompt;
  readonly log: Log;
  /** What the panel does, while it is shown. */
  onClear: (() => void) | undefined;
  onFocus: (() => void) | undefined;
  onRun: (() => void) | undefined;
  private readonly app: App;
  private readonly cvars: Cvars;
  private readonly history: History;
  private readonly commands: Signal<readonly CommandInfo[]> = signal([]);
  private readonly running: AbortController[] = [];
  private asked = Number.NEGATIVE_INFINITY;

  constructor(app: App) {
    this.app = app;
    this.log = logOf(app);
    this.cvars = cvarsOf(app);
    this.history = new History(app.me.peek()?.server.name ?? '', storage());
    this.prompt = new Prompt({
      history: this.history,
      names: () => this.names(),
      cvar: (name) => this.cvars.all.get(name),
      complete: (line, cursor) => app.rpc.call('command.complete', { line, cursor }),
      run: (line) => this.run(line),
      cancel: () => this.cancel(),
      clear: () => this.onClear?.(),
      leave: () => dismiss(app),
    });
    effect(() => {
      if (app.conn.value.state === 'live' && app.me.value?.features.includes('commands')) this.learn(true);
    });
  }

  /** What keeps the person from typing. */
  get gate(): Gate {
    const { app } = this;
    const me = app.me.value;
    if (app.capture) return { shut: true, reason: 'This is a capture: there is no game to take commands' };
    if (app.conn.value.state !== 'live')
      return { shut: true, reason: 'Not connected: the game takes commands again when it is back' };
    if (!me?.features.includes('commands')) return { shut: true, reason: 'This game takes no commands' };
    const reason = me.role === 'view' ? 'view only: commands that change something are refused' : '';
    return { shut: false, reason };
  }

  /** Asks the game which commands it has, unless that was done a moment ago. */
  learn(anew = false): void {
    if (this.gate.shut || (!anew && performance.now() - this.asked < stale)) return;
    this.asked = performance.now();
    this.app.rpc.call('command.list', {}).then(
      (list) => {
        this.commands.value = list;
        this.prompt.refresh();
      },
      () => undefined,
    );
  }

  /** Runs a line as if it had been typed. Resolves to what was wrong with it. */
  async run(line: string): Promise<Fault | undefined> {
    const { log } = this;
    const { all, known } = this.cvars;
    const shown = withoutSecrets(line, (name) => all.get(name)?.flags.includes('secret') ?? false);
    // Until it is known which cvars are secret, nothing is kept.
    const whole = known || !this.app.me.peek()?.features.includes('cvars');
    if (shown === undefined && whole) this.history.add(line);
    if (line.trim() === own.name && this.names().commands.includes(own)) {
      this.onClear?.();
      return undefined;
    }
    const sent = log.order(line, shown ?? line);
    this.onRun?.();
    const running = new AbortController();
    this.running.push(running);
    try {
      log.answer(sent, await this.app.rpc.call('command.run', { line }, { signal: running.signal }));
      return undefined;
    } catch (error) {
      const fault = faultOf(error);
      const placed = fault.to > fault.from && shown === undefined;
      log.fail(sent, fault.message, placed ? fault : undefined);
      return placed ? fault : undefined;
    } finally {
      this.running.splice(this.running.indexOf(running), 1);
    }
  }

  /** Ends what was begun last. */
  private cancel(): boolean {
    const last = this.running.at(-1);
    last?.abort();
    return last !== undefined;
  }

  /** Says of a choice what its line in the list has no room for. */
  spec(choice: Choice | undefined, about: Cvar | undefined): string {
    const cvar = (choice?.kind === 'cvar' ? this.cvars.all.get(choice.text) : undefined) ?? about;
    return cvar === undefined ? '' : specOf(cvar);
  }

  private names(): Names {
    const cvars = this.cvars.all;
    const list = this.commands.peek();
    const aliases = this.log.aliases.peek();
    const taken = cvars.has(own.name) || [...list, ...aliases].some((c) => c.name === own.name);
    return { cvars: cvars.values(), commands: taken ? list : [...list, own], aliases };
  }
}

/** Why a line failed, and where in it. */
function faultOf(error: unknown): Fault {
  const message = error instanceof RpcError && error.code !== offline ? error.message : reasonOf(error);
  const { from = 0, to = 0, suggest } = (error instanceof RpcError ? error.data : {}) as Partial<Fault>;
  return { message, from, to, suggest };
}

// Reading `localStorage` throws where storage is forbidden.
function storage(): Store | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

const byApp = new WeakMap<App, Terminal>();

/** The page's terminal. */
export function terminalOf(app: App): Terminal {
  let terminal = byApp.get(app);
  if (terminal === undefined) {
    terminal = new Terminal(app);
    byApp.set(app, terminal);
  }
  return terminal;
}

// The log as this page has heard it: kept from the first time that anybody asks, whichever panel is
// shown and whether or not the view is paused. Commands stand in it where they ran.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type {
  Alias,
  Bind,
  Clock,
  CommandOutput,
  CommandRun,
  CommandsEvent,
  CommandsState,
  Lines,
} from '../../core/protocol';
import { count } from '../../core/units';
import { Output } from './output';
import { type levels, Ring } from './ring';

/** A command in the list. */
export interface Ordered {
  kind: 'command';
  line: string;
  /** Who ran it; empty: this page. */
  by: string;
  /** Until the game has answered. */
  waits: boolean;
  /** What of the line was wrong. */
  wrong?: { from: number; to: number };
}

/** A line of this page. */
export interface Sent {
  line: string;
  /** Without secrets. */
  shown: string;
  /** Its number in the list, when it stands there. */
  no: number | undefined;
}

/** What was answered to it. */
export interface Answered {
  kind: 'output' | 'failure';
  by: string;
  output: Output;
  /** The first word of the line, where the line does not stand right above. */
  of: string;
}

const mostOwn = 2000; // commands and outputs that are kept whole
const ownOverhead = 300; // bytes
const patience = 120; // ms that a line waits for its answer, unseen

/** The ring and what feeds it. */
export class Log {
  readonly ring: Ring;
  /** What the console itself said, by number. */
  readonly own = new Map<number, Ordered | Answered>();
  readonly binds: Signal<readonly Bind[]> = signal([]);
  readonly aliases: Signal<readonly Alias[]> = signal([]);
  /** Grows with every line. */
  version = 0;
  /** False until the game has answered. */
  known = false;
  /** Runs when a line of this page is run or answered. */
  onOwn: (() => void) | undefined;
  private readonly app: App;
  private session = '';
  private readonly sent: Sent[] = []; // lines of this page that the topic will tell of too
  private lastRan = -1; // time of the newest run that is known
  private first: Lines[] | undefined; // lines that wait for the runs that stand between them
  private recent: readonly CommandRun[] | undefined;

  constructor(app: App) {
    this.app = app;
    this.ring = new Ring(undefined, (time) => app.axis.place(time));
    this.ring.onDrop = (oldest) => {
      for (const no of this.own.keys()) if (no < oldest) this.own.delete(no);
    };
    app.rpc.subscribe('log', {
      policy: 'all',
      buffer: 4096,
      onSnapshot: (first) => {
        this.first = [first];
        this.begin();
      },
      onEvent: (event) => (this.first ? void this.first.push(event) : this.take(event)),
    });
    // A game of before knows no commands, and a capture holds what was logged, not who typed what.
    let followed = false;
    effect(() => {
      if (followed || !app.me.value?.features.includes('commands')) return;
      followed = true;
      app.rpc.subscribe('commands', {
        policy: 'all',
        onSnapshot: (state) => this.beginCommands(state),
        onEvent: (event) => this.takeCommands(event),
        onError: () => this.beginCommands({ aliases: [], binds: [], recent: [] }),
      });
    });
  }

  /** Notes a line that this page runs, and how it may be seen. */
  order(line: string, shown = line): Sent {
    const sent: Sent = { line, shown, no: undefined };
    this.sent.push(sent);
    if (this.sent.length > 100) this.sent.shift();
    setTimeout(() => this.place(sent, true), patience);
    return sent;
  }

  /** The game's answer to a line of this page. */
  answer(sent: Sent, { results, output, frame, tick }: CommandOutput): void {
    const at = { frame, tick, time: this.app.clock.peek().time };
    const no = this.place(sent, false, at);
    const out = results.length > 0 ? Output.of(results) : Output.text(output);
    this.reply(no, 'output', out, at);
  }

  /** Why a line of this page failed. */
  fail(sent: Sent, message: string, wrong?: { from: number; to: number }): void {
    const no = this.place(sent, false);
    const command = this.own.get(no);
    if (command?.kind === 'command' && wrong !== undefined) command.wrong = wrong;
    this.reply(no, 'failure', Output.text(message, 'bad'), this.now());
  }

  // A line stands in the list right above its answer; one whose answer takes long stands there before.
  private place(sent: Sent, waits: boolean, at = this.now()): number {
    this.onOwn?.();
    sent.no ??= this.addOrder({ line: sent.shown, by: '', ...at }, waits);
    const command = this.own.get(sent.no);
    if (command?.kind === 'command' && !waits) command.waits = false;
    return sent.no;
  }

  // Where the game is: not before what was told last.
  private now(): Clock {
    const now = this.app.clock.peek();
    return { ...now, frame: Math.max(now.frame, this.ring.latest) };
  }

  private addOrder(ran: Pick<CommandRun, 'line' | 'by' | 'frame' | 'tick' | 'time'>, waits: boolean): number {
    const { line, by, frame, tick, time } = ran;
    const entry = { msg: line, attrs: {}, source: by || 'you', frame, tick, time };
    const no = this.ring.say('command', entry, ownOverhead + line.length);
    this.keep(no, { kind: 'command', line, by, waits });
    return no;
  }

  private reply(
    no: number,
    kind: Answered['kind'],
    output: Output,
    at: { frame: number; tick: number; time: number },
  ): void {
    const text = output.text();
    const command = this.own.get(no);
    if (text === '' || command?.kind !== 'command') {
      this.changed();
      return;
    }
    // Only its beginning is searched.
    const entry = { msg: text.slice(0, 4096), attrs: {}, source: '', ...at };
    const of = this.ring.end === no + 1 ? '' : (/^\S+/.exec(command.line)?.[0] ?? '');
    const own = this.ring.say(kind, entry, ownOverhead + 4 * text.length);
    this.keep(own, { kind, by: command.by, output, of });
  }

  private keep(no: number, own: Ordered | Answered): void {
    this.own.set(no, own);
    if (this.own.size > mostOwn)
      for (const old of this.own.keys()) {
        this.own.delete(old);
        break;
      }
    this.changed();
  }

  // Once both the lines and the runs of before are there, they are told in the order of their frames.
  private begin(): void {
    const { first, ring } = this;
    const recent = this.app.me.peek()?.features.includes('commands') ? this.recent : [];
    if (first === undefined || recent === undefined) return;
    this.first = this.recent = undefined;
    this.known = true;
    const session = this.app.me.peek()?.session ?? '';
    if (this.session !== '' && session !== this.session) {
      ring.restart();
      this.lastRan = -1;
      this.remark('info', 'the game was restarted; frames and ticks begin anew');
    } else if (ring.newest >= 0) {
      const next = first[0]?.lines[0]?.seq ?? ring.newest + 1;
      if (next > ring.newest + 1)
        this.remark('warn', `${count(next - ring.newest - 1)} lines were missed while there was no connection`);
    }
    this.session = session;
    const runs = recent.filter((ran) => ran.time > this.lastRan);
    for (const lines of first) this.take(lines, runs);
    for (const ran of runs) this.takeRun(ran);
  }

  private take({ lines, lost }: Lines, runs: CommandRun[] = []): void {
    const { ring } = this;
    if (lost > 0 && ring.newest >= 0) this.remark('warn', `${count(lost)} lines came too fast and are lost`);
    const from = ring.end;
    for (const line of lines) {
      while ((runs[0]?.frame ?? Number.POSITIVE_INFINITY) < line.frame) this.takeRun(runs.shift() as CommandRun);
      ring.push(line);
    }
    this.mark(from);
    this.changed();
  }

  private beginCommands({ aliases, binds, recent }: CommandsState): void {
    this.takeCommands({ aliases, binds });
    this.recent = recent;
    this.begin();
  }

  private takeCommands({ ran = [], aliases, binds }: CommandsEvent): void {
    if (aliases !== undefined) this.aliases.value = aliases;
    if (binds !== undefined) this.binds.value = binds;
    for (const one of ran) this.takeRun(one);
  }

  private takeRun(ran: CommandRun): void {
    this.lastRan = Math.max(this.lastRan, ran.time);
    const mine = ran.by === this.app.me.peek()?.name;
    const known = mine ? this.sent.findIndex((s) => tellsOf(ran.line, s)) : -1;
    if (known >= 0) {
      this.sent.splice(known, 1);
      return;
    }
    const no = this.addOrder({ ...ran, by: mine ? '' : ran.by }, false);
    this.reply(no, 'output', Output.text(ran.output), ran);
    if (ran.error) this.reply(no, 'failure', Output.text(ran.error, 'bad'), ran);
  }

  private changed(): void {
    this.version++;
    this.app.frame.stir();
  }

  // Warnings and errors stand in the time charts too.
  private mark(from: number): void {
    for (let no = Math.max(from, this.ring.oldest); no < this.ring.end; no++) {
      const kind = this.ring.kindOf(no);
      if (kind !== 'warn' && kind !== 'error') continue;
      const entry = this.ring.entry(no);
      if (entry !== undefined) this.app.marks.add(kind, entry.x, entry.msg, entry.frame);
    }
  }

  private remark(level: (typeof levels)[number], msg: string): void {
    const { frame, tick, time } = this.app.clock.peek();
    this.ring.say(level, { msg, frame, tick, time, attrs: {}, source: 'dashboard' });
  }
}

// What the game tells of a line is cut where that is long, and without its secrets.
function tellsOf(told: string, sent: Sent): boolean {
  return (
    sent.shown !== sent.line || told === sent.line || (told.endsWith('…') && sent.line.startsWith(told.slice(0, -1)))
  );
}

const byApp = new WeakMap<App, Log>();

/** The page's log. */
export function logOf(app: App): Log {
  let log = byApp.get(app);
  if (log === undefined) {
    log = new Log(app);
    byApp.set(app, log);
  }
  return log;
}

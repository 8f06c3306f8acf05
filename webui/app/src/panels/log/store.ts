// The log as this page has heard it: kept from the first time that anybody asks, whichever panel is
// shown and whether or not the view is paused.

import type { App } from '../../core/app';
import type { Lines } from '../../core/protocol';
import { count } from '../../core/units';
import { Ring } from './ring';

/** The ring and what feeds it. */
export class Log {
  readonly ring: Ring;
  /** Grows with every line. */
  version = 0;
  /** False until the game has answered. */
  known = false;
  private readonly app: App;
  private session = '';

  constructor(app: App) {
    this.app = app;
    this.ring = new Ring(undefined, (time) => app.axis.place(time));
    app.rpc.subscribe('log', {
      policy: 'all',
      buffer: 4096,
      onSnapshot: (first) => this.begin(first),
      onEvent: (event) => this.take(event),
    });
  }

  private begin(first: Lines): void {
    this.known = true;
    const session = this.app.me.peek()?.session ?? '';
    const { ring } = this;
    if (this.session !== '' && session !== this.session) {
      ring.restart();
      this.remark('info', 'the game was restarted; frames and ticks begin anew');
    } else if (ring.newest >= 0) {
      const next = first.lines[0]?.seq ?? ring.newest + 1;
      if (next > ring.newest + 1)
        this.remark('warn', `${count(next - ring.newest - 1)} lines were missed while there was no connection`);
    }
    this.session = session;
    this.take(first);
  }

  private take({ lines, lost }: Lines): void {
    if (lost > 0 && this.ring.newest >= 0) this.remark('warn', `${count(lost)} lines came too fast and are lost`);
    const from = this.ring.end;
    this.ring.push(lines);
    this.mark(from);
    this.version++;
    this.app.frame.stir();
  }

  // Warnings and errors stand in the time charts too.
  private mark(from: number): void {
    for (let no = from; no < this.ring.end; no++) {
      const kept = this.ring.numbered(no);
      if (kept === undefined) continue;
      const { level, msg, frame } = kept.line;
      if (level === 'warn' || level === 'error') this.app.marks.add(level, kept.x, msg, frame);
    }
  }

  private remark(level: 'info' | 'warn', msg: string): void {
    const { frame, tick, time } = this.app.clock.peek();
    this.ring.remark({ level, msg, frame, tick, time, attrs: {}, source: 'dashboard' });
  }
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

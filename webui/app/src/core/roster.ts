// Who is connected and what they have sent and received, by the newest word of the game and the one
// before: rates are made of the two.

import type { SessionRow } from './protocol';

/** One word of the game. */
export interface Roll {
  rows: readonly SessionRow[];
  /** Seconds since the session began; NaN for a first state, which bears no time. */
  at: number;
}

const nobody: Roll = { rows: [], at: Number.NaN };

export class Roster {
  now: Roll = nobody;
  before: Roll = nobody;
  /** Grows with each word. */
  version = 0;

  take(rows: readonly SessionRow[], at: number): void {
    this.before = this.now;
    this.now = { rows, at };
    this.version++;
  }
}

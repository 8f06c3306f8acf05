// Methods that the game added to the console's: commands of its own, such as one that starts a wave.
// Those that need no params can be run from the palette.

import type { PaletteItem } from '../core/panel';
import type { Method } from '../core/protocol';
import type { Session } from '../core/session';
import { methodNames } from '../core/wire';

interface Described {
  name: string;
  summary?: string;
  params?: { name: string; required?: boolean; schema?: { enum?: unknown[] } }[];
}

/** A call of the game's own, with the choice that it leaves where there is one. */
export interface OwnCall {
  name: string;
  help: string;
  params: Record<string, unknown>;
}

/**
 * The game's own methods that can be called as they are, out of an OpenRPC document; one with a param
 * of a few values once more with each of them.
 */
export function ownMethods(discovered: unknown): OwnCall[] {
  const { methods = [] } = (discovered ?? {}) as { methods?: Described[] };
  return methods
    .filter((m) => !methodNames.includes(m.name) && !m.params?.some((p) => p.required))
    .flatMap(({ name, summary: help = '', params = [] }) => [
      { name, help, params: {} },
      ...params.flatMap((p) => (p.schema?.enum ?? []).map((value) => ({ name, help, params: { [p.name]: value } }))),
    ]);
}

/**
 * Finds them out once for each run of the game, when they are looked for: the answer describes all that
 * the game can do, and costs it some of a frame.
 */
export class OwnMethods {
  private readonly session: Session;
  private of = '';
  private list: OwnCall[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  /** Asks the game, when that was not done for this run of it. */
  async learn(): Promise<void> {
    const { rpc, me, conn } = this.session;
    const run = me.peek()?.session ?? '';
    if (conn.peek().state !== 'live' || run === '' || run === this.of) return;
    this.of = run;
    this.list = [];
    try {
      this.list = ownMethods(await rpc.call('rpc.discover', {}));
    } catch {
      this.of = ''; // who looks next asks again
    }
  }

  items(): PaletteItem[] {
    void this.learn();
    if (this.session.conn.peek().state !== 'live') return [];
    return this.list.map((call) => ({
      id: `own-${wordsOf(call)}`,
      group: 'Commands',
      title: wordsOf(call),
      help: call.help,
      words: 'call run game method',
      run: () => this.run(call),
    }));
  }

  private run(call: OwnCall): void {
    const { session } = this;
    const words = wordsOf(call);
    // Of a method that the page does not know, neither does the compiler.
    session.rpc.call(call.name as Method, call.params as never).then(
      (result: unknown) =>
        session.toast(result === null ? `${words} is done` : `${words}: ${clip(JSON.stringify(result))}`, 'good'),
      (error: Error) => session.toast(error.message, 'bad'),
    );
  }
}

function wordsOf({ name, params }: OwnCall): string {
  return [name, ...Object.values(params).map(String)].join(' ');
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

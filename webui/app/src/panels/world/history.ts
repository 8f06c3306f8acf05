// The game's history of the world as the page knows it: transactions of everybody, and what is held.
// It follows the topic `edits` while the panel is shown; an older game has none.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { editing } from '../../core/editing';
import type { Hold, Transaction } from '../../core/protocol';
import type { RpcError, Subscription } from '../../core/rpc';
import { isMissing, labelOf, worldPath } from '../../core/worldedits';

/** Transactions of an answer. */
const slice = 200;
const most = 5000; // kept in the page

/** What the game did to the world for people. */
export class Past {
  /** Newest first. */
  list: Transaction[] = [];
  /** Grows with every change. */
  readonly version: Signal<number> = signal(0);
  /** What is held, by path of the page. */
  readonly holds: Signal<ReadonlyMap<string, Hold>> = signal(new Map());
  /** There are older ones. */
  more = false;
  /** False where the game keeps no history. */
  readonly kept: Signal<boolean> = signal(true);
  private readonly app: App;
  private sub: Subscription<'edits'> | undefined;
  private asking = false;

  constructor(app: App) {
    this.app = app;
  }

  /** Follows the game. Returns its undo. */
  open(): () => void {
    this.sub ??= this.app.rpc.subscribe('edits', {
      onSnapshot: () => void this.begin(),
      onEvent: ({ changed, holds }) => {
        if (changed) this.take(changed);
        if (holds) this.hold(holds);
      },
      onError: (error) => this.refused(error),
    });
    return () => {
      this.sub?.close();
      this.sub = undefined;
    };
  }

  /** Asks for older ones. */
  async older(): Promise<void> {
    const last = this.list.at(-1);
    if (!this.more || this.asking || last === undefined) return;
    this.asking = true;
    try {
      const { transactions, more } = await this.app.rpc.call('world.history', { before: last.id, limit: slice });
      this.more = more && this.list.length < most;
      this.merge(transactions);
    } catch {
      this.more = false;
    } finally {
      this.asking = false;
    }
  }

  /** The newest transactions that touch a field, newest first. */
  of(id: string, path: string): Transaction[] {
    return this.list.filter((t) => t.edits.some((e) => e.id === id && e.path === path));
  }

  private async begin(): Promise<void> {
    try {
      const [past, holds] = await Promise.all([
        this.app.rpc.call('world.history', { limit: slice }),
        this.app.rpc.call('world.holds', {}),
      ]);
      this.kept.value = true;
      this.list = [];
      this.more = past.more;
      this.merge(past.transactions);
      this.hold(holds);
    } catch (fault) {
      if (isMissing(fault)) this.kept.value = false;
    }
  }

  private refused(error: RpcError): void {
    if (this.list.length === 0 && error.code !== 0) this.kept.value = false;
  }

  private take(changed: readonly Transaction[]): void {
    const { log } = editing(this.app);
    const me = this.app.me.peek()?.name;
    for (const tx of [...changed].sort((a, b) => a.id - b.id)) {
      if (tx.author !== me || !undoable(tx)) continue;
      const one = tx.edits.length === 1 ? tx.edits[0] : undefined;
      log.tell({
        path: one?.path ? worldPath(one.id, one.path) : 'worlds:',
        label: labelOf(tx),
        before: one?.before,
        after: one?.after ?? tx.id, // never the same as before
        time: performance.now(),
        frame: tx.frame,
        transaction: tx.id,
        undone: tx.undone,
      });
    }
    this.merge(changed);
  }

  private merge(changed: readonly Transaction[]): void {
    const byId = new Map(this.list.map((t) => [t.id, t]));
    for (const tx of changed) byId.set(tx.id, tx);
    this.list = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, most);
    this.version.value++;
    this.app.frame.stir();
  }

  private hold(holds: readonly Hold[]): void {
    this.holds.value = new Map(holds.map((h) => [worldPath(h.id, h.path), h]));
    this.app.frame.stir();
  }
}

/** Reports whether it is of a kind that can be taken back. */
export function undoable({ kind }: Transaction): boolean {
  return kind !== 'call' && kind !== 'restore';
}

const pasts = new WeakMap<App, Past>();

/** The page's knowledge of the game's history. */
export function pastOf(app: App): Past {
  let past = pasts.get(app);
  if (past === undefined) {
    past = new Past(app);
    pasts.set(app, past);
  }
  return past;
}

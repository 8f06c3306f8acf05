// Who drives: one client at a time, the others look. Followed by the topic `input`, which also tells
// what the game sees of keyboard, mouse and gamepads.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { codes, type InputStatus } from '../../core/protocol';
import { RpcError, type Subscription } from '../../core/rpc';

const rate = 10; // events a second

export class Lease {
  /** Undefined until the game has told, and for good where it takes no input. */
  readonly status: Signal<InputStatus | undefined> = signal(undefined);
  /** The game takes no input from here. */
  readonly absent: Signal<boolean> = signal(false);
  /** Who has it; empty while nobody has. */
  readonly holder: ReadonlySignal<string>;
  readonly mine: ReadonlySignal<boolean>;
  /** Others that ask for it. */
  readonly waiting: ReadonlySignal<InputStatus['waiting']>;
  /** This client asked, and was told that somebody else has it. */
  readonly asked: Signal<boolean> = signal(false);
  private readonly app: App;
  private sub: Subscription<'input'> | undefined;

  constructor(app: App) {
    this.app = app;
    const me = (): string | undefined => app.me.value?.name;
    this.holder = computed(() => (app.conn.value.state === 'live' ? (this.status.value?.holder ?? '') : ''));
    this.mine = computed(() => this.holder.value !== '' && this.holder.value === me());
    this.waiting = computed(() => this.status.value?.waiting.filter((w) => w.name !== me()) ?? []);
  }

  /** May this client have it at all. */
  get may(): boolean {
    return this.app.me.value?.role === 'drive' && !this.absent.value;
  }

  open(): void {
    // A game that knows no such topic takes its name for that of a group, which has no state.
    const take = (status: InputStatus | undefined): void => {
      this.absent.value = status === undefined;
      if (status === undefined) return;
      if (status.holder === undefined) this.asked.value = false;
      this.status.value = status;
    };
    this.sub = this.app.rpc.subscribe('input', {
      rate,
      policy: 'latest',
      onSnapshot: take,
      onEvent: take,
      onError: () => {
        this.absent.value = true;
      },
    });
  }

  close(): void {
    this.give();
    this.sub?.close();
    this.sub = undefined;
  }

  /** Asks for it; with force it is taken from whoever has it. Resolves to whether it came. */
  async take(force = false): Promise<boolean> {
    try {
      this.status.value = await this.app.rpc.call('input.control', { take: true, ...(force && { force }) });
      this.asked.value = false;
      return true;
    } catch (fault) {
      if (fault instanceof RpcError && fault.code === codes.busy) this.asked.value = true;
      else this.app.toast(fault instanceof Error ? fault.message : String(fault), 'bad');
      return false;
    }
  }

  /** Gives it up, or asks no longer. */
  give(): void {
    if (!this.mine.peek() && !this.asked.peek()) return;
    this.asked.value = false;
    this.app.rpc.call('input.control', { take: false }).then(
      (status) => {
        this.status.value = status;
      },
      () => undefined, // the connection is gone, and the lease with it
    );
  }
}

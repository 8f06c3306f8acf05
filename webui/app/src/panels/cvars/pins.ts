// Cvars that a person wants at hand: they stand on the Overview. Kept in this browser for each game; an
// address can bring others along, which stand there until they are kept or left.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';

/** What the pins need of the page. */
export interface PinPorts {
  /** The name under which they are kept; it may become known later. */
  key: ReadonlySignal<string>;
  /** Names in the address, parted by commas. */
  given: Signal<string>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
}

/** The pinned names in their order. */
export class Pins {
  /** Those that are shown. */
  readonly list: ReadonlySignal<readonly string[]>;
  /** Reports whether they come from the address. */
  readonly borrowed: ReadonlySignal<boolean>;
  private readonly ports: PinPorts;
  private readonly writes = signal(0); // the storage tells nobody

  constructor(ports: PinPorts) {
    this.ports = ports;
    this.borrowed = computed(() => ports.given.value !== '');
    this.list = computed(() => (this.borrowed.value ? names(ports.given.value) : this.own.value));
  }

  has(name: string): boolean {
    return this.list.value.includes(name);
  }

  /** Pins a cvar at the end, or takes it off. */
  toggle(name: string): void {
    const list = this.list.peek();
    this.write(list.includes(name) ? list.filter((n) => n !== name) : [...list, name]);
  }

  /** Moves a pin to a place. */
  move(name: string, to: number): void {
    const list = this.list.peek().filter((n) => n !== name);
    if (list.length === this.list.peek().length) return;
    list.splice(Math.max(0, Math.min(to, list.length)), 0, name);
    this.write(list);
  }

  /** Keeps those of the address behind the own ones. */
  adopt(): void {
    const list = [...new Set([...this.own.peek(), ...this.list.peek()])];
    this.ports.given.value = '';
    this.write(list);
  }

  /** Leaves those of the address for the own ones. */
  leave(): void {
    this.ports.given.value = '';
  }

  private readonly own = computed(() => {
    this.writes.value;
    try {
      return names(this.ports.storage?.getItem(this.ports.key.value) ?? '');
    } catch {
      return this.memory;
    }
  });

  private memory: readonly string[] = []; // where storage is forbidden

  private write(list: readonly string[]): void {
    if (this.ports.given.peek() !== '') {
      this.ports.given.value = list.join(',');
      return;
    }
    this.memory = list;
    const { storage, key } = this.ports;
    try {
      if (list.length === 0) storage?.removeItem(key.peek());
      else storage?.setItem(key.peek(), list.join(','));
    } catch {
      // they last as long as the page
    }
    this.writes.value++;
  }
}

function names(text: string): readonly string[] {
  return [...new Set(text.split(',').filter((n) => /^[\w.]+$/.test(n)))].slice(0, most);
}

const most = 64;

const byApp = new WeakMap<App, Pins>();

/** The pins of the game that the page shows. */
export function pinsOf(app: App): Pins {
  let pins = byApp.get(app);
  if (pins === undefined) {
    pins = new Pins({
      key: computed(() => `scry.pins.${app.me.value?.server.name ?? ''}`),
      given: app.url.param('pins', '', 'overview'),
      storage: storage(),
    });
    byApp.set(app, pins);
  }
  return pins;
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

// What is to be seen again stands in the address: `#/cvars?q=grav&sel=physics.gravity`. Every panel
// has its own names there; a panel that is left finds them again when it comes back.

import { type Signal, signal } from '@preact/signals';

/** What of `location` and `history` is needed. */
export interface Address {
  hash(): string;
  replace(hash: string): void;
  push(hash: string): void;
  onChange(f: () => void): void;
}

interface Param {
  initial: string;
  value: Signal<string>;
}

/** Panels that had another name: addresses that were kept lead there still. */
const renamed: Record<string, string> = { log: 'console' };

/** Takes an address apart. */
export function parseHash(hash: string): { panel: string; params: Map<string, string> } {
  const text = hash.replace(/^#\/?/, '');
  const mark = text.indexOf('?');
  const panel = mark < 0 ? text : text.slice(0, mark);
  const params = new Map(new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)));
  return { panel: /^[a-z]*$/.test(panel) ? (renamed[panel] ?? panel) : '', params };
}

/** The opposite; names in their order, values that need no escape as they are. */
export function formatHash(panel: string, params: Iterable<readonly [string, string]>): string {
  const parts: string[] = [];
  for (const [name, value] of params) parts.push(`${encodeURIComponent(name)}=${escapeValue(value)}`);
  return `#/${panel}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;
}

function escapeValue(value: string): string {
  return encodeURIComponent(value).replace(/%20/g, '+').replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
}

export class Url {
  /** The panel that is shown. Set by `go`. */
  readonly panel: Signal<string>;

  private readonly address: Address;
  private readonly panels = new Map<string, Map<string, Param>>();
  private readonly loose = new Map<string, Map<string, string>>(); // given in an address, asked for by nobody yet
  private readonly common = new Map<string, Param>(); // of the whole page
  private writing = false;
  private reading = false;
  private sleeping = false;

  constructor(address: Address = browser, initial = 'overview') {
    this.address = address;
    const { panel, params } = parseHash(address.hash());
    this.panel = signal(panel || initial);
    this.loose.set(this.panel.value, params);
    address.onChange(() => this.read());
  }

  /**
   * A part of the address as a signal that can be written. At its default it is left out. It belongs
   * to `panel`, or else to the panel that is shown now; the same name gives the same signal.
   */
  param(name: string, initial = '', panel: string = this.panel.peek()): Signal<string> {
    let params = this.panels.get(panel);
    if (params === undefined) {
      params = new Map();
      this.panels.set(panel, params);
    }
    let param = params.get(name);
    if (param === undefined) {
      const given = this.loose.get(panel);
      param = { initial, value: signal(given?.get(name) ?? initial) };
      given?.delete(name);
      params.set(name, param);
      param.value.subscribe(() => this.write());
    }
    return param.value;
  }

  /** A part of the address that belongs to the whole page: it stays when another panel is shown. */
  shared(name: string, initial = ''): Signal<string> {
    let param = this.common.get(name);
    if (param === undefined) {
      const given = this.loose.get(this.panel.peek());
      param = { initial, value: signal(given?.get(name) ?? initial) };
      given?.delete(name);
      this.common.set(name, param);
      param.value.subscribe(() => this.write());
    }
    return param.value;
  }

  /** Shows a panel, with some of its params set. Back leads here again. */
  go(panel: string, params: Record<string, string> = {}): void {
    this.reading = true;
    for (const [name, value] of Object.entries(params)) this.set(panel, name, value);
    const moved = this.panel.peek() !== panel;
    this.panel.value = panel;
    this.reading = false;
    const hash = this.hash();
    if (this.sleeping || hash === this.address.hash()) return;
    if (moved) this.address.push(hash);
    else this.address.replace(hash);
  }

  /** Lets go of the address while another part of the page has it, or takes it up again. */
  sleep(on: boolean): void {
    this.sleeping = on;
    if (!on) this.address.replace(this.hash());
  }

  /** The fragment of what is shown now. */
  current(): string {
    return this.hash();
  }

  /** The address of a panel as it would be after `go`, for links. */
  href(panel: string, params: Record<string, string> = {}): string {
    return formatHash(panel, Object.entries(params));
  }

  private set(panel: string, name: string, value: string): void {
    const param = this.common.get(name) ?? this.panels.get(panel)?.get(name);
    if (param !== undefined) {
      param.value.value = value;
      return;
    }
    let given = this.loose.get(panel);
    if (given === undefined) {
      given = new Map();
      this.loose.set(panel, given);
    }
    given.set(name, value);
  }

  private hash(): string {
    const panel = this.panel.peek();
    const out: [string, string][] = [];
    for (const [name, { initial, value }] of [...this.common, ...(this.panels.get(panel) ?? [])]) {
      if (value.peek() !== initial) out.push([name, value.peek()]);
    }
    for (const entry of this.loose.get(panel) ?? []) out.push(entry);
    return formatHash(panel, out);
  }

  // Many params may change in one gesture: one write at its end.
  private write(): void {
    if (this.writing || this.reading || this.sleeping) return;
    this.writing = true;
    queueMicrotask(() => {
      this.writing = false;
      const hash = this.hash();
      if (!this.sleeping && hash !== this.address.hash()) this.address.replace(hash);
    });
  }

  private read(): void {
    if (this.sleeping) return;
    const { panel, params } = parseHash(this.address.hash());
    const shown = panel || this.panel.peek();
    this.reading = true;
    const known = new Map([...(this.panels.get(shown) ?? []), ...this.common]);
    for (const [name, { initial, value }] of known) value.value = params.get(name) ?? initial;
    this.loose.set(shown, new Map([...params].filter(([name]) => !known.has(name))));
    this.panel.value = shown;
    this.reading = false;
  }
}

const browser: Address = {
  hash: () => location.hash,
  replace: (hash) => history.replaceState(null, '', hash),
  push: (hash) => history.pushState(null, '', hash),
  onChange: (f) => {
    addEventListener('hashchange', f);
    addEventListener('popstate', f);
  },
};

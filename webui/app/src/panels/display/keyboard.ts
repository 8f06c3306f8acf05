// The keyboard as the game is to see it. Keys go by their place (`KeyboardEvent.code`), text by what
// the browser makes of them. No elements here, no wire: what is pressed, and what must be let go.

/** As much of a KeyboardEvent as is used. */
export interface Stroke {
  code: string;
  key: string;
  repeat: boolean;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  getModifierState(name: string): boolean;
}

export interface KeyboardPorts {
  key(code: string, down: boolean): void;
  text(text: string): void;
  /** Esc was pressed twice. */
  leave(): void;
  /** Runs f after so many ms. Returns its undo. */
  later(f: () => void, millis: number): () => void;
  /** ms */
  now(): number;
  system: System;
}

/** Systems differ in what they say of modifiers. */
export type System = 'mac' | 'windows' | 'other';

/** ms within which a second Esc leaves. */
export const twice = 500;

const altGrGap = 50; // ms between the Ctrl that Windows makes up and the AltGr that it belongs to

const modifiers: readonly (readonly [string, keyof Stroke & `${string}Key`])[] = [
  ['Shift', 'shiftKey'],
  ['Control', 'ctrlKey'],
  ['Alt', 'altKey'],
  ['Meta', 'metaKey'],
];

const isModifier = (code: string): boolean => /^(Shift|Control|Alt|Meta)(Left|Right)$/.test(code);

/** What of the keyboard is down. */
export class Keyboard {
  /** Codes that the game was told are down. */
  readonly held = new Set<string>();
  private readonly ports: KeyboardPorts;
  private waiting: (() => void) | undefined; // a Ctrl that may belong to AltGr: undoes its timer
  private escaped = Number.NEGATIVE_INFINITY;

  constructor(ports: KeyboardPorts) {
    this.ports = ports;
  }

  /** Takes a key that goes down. Reports whether the browser is to do nothing of its own with it. */
  down(e: Stroke): boolean {
    if (e.isComposing || e.key === 'Process' || e.code === '') return false;
    this.reconcile(e);
    const prints = this.prints(e);
    if (e.repeat) return !prints; // games make repeats of their own
    if (this.escape(e.code)) return true;
    if (this.altGr(e)) return true;
    this.press(e);
    if (prints && this.ports.system === 'mac' && e.key !== 'Dead') this.ports.text(e.key);
    return !prints || this.ports.system === 'mac';
  }

  /** Takes a key that goes up. */
  up(e: Stroke): void {
    if (e.code === 'ControlLeft') this.flush();
    this.release(e.code);
    // While Cmd is down a Mac does not tell that others go up.
    if (this.ports.system === 'mac' && e.code.startsWith('Meta')) this.releaseKeys();
    this.reconcile(e);
  }

  /** Forgets what is down: the game was told by another way. */
  forget(): void {
    this.waiting?.();
    this.waiting = undefined;
    this.held.clear();
    this.escaped = Number.NEGATIVE_INFINITY;
  }

  /** Tells the game of a Ctrl that was kept back. */
  flush(): void {
    if (this.waiting === undefined) return;
    this.waiting();
    this.waiting = undefined;
    this.hold('ControlLeft');
  }

  private press(e: Stroke): void {
    const mac = this.ports.system === 'mac';
    if (mac && e.code.startsWith('Meta')) this.releaseKeys();
    this.hold(e.code);
    const tap = mac && ((e.metaKey && !isModifier(e.code)) || e.code === 'CapsLock');
    if (tap) this.release(e.code);
  }

  // A second Esc in time is the person's, a first one is the game's.
  private escape(code: string): boolean {
    const now = this.ports.now();
    const again = code === 'Escape' && now - this.escaped <= twice;
    this.escaped = code === 'Escape' && !again ? now : Number.NEGATIVE_INFINITY;
    if (again) this.ports.leave();
    return again;
  }

  // Windows tells of AltGr as of Ctrl and Alt: the Ctrl waits until it is known whose it is.
  private altGr(e: Stroke): boolean {
    if (this.ports.system !== 'windows') return false;
    if (e.code === 'ControlLeft' && !this.held.has(e.code)) {
      this.waiting ??= this.ports.later(() => this.flush(), altGrGap);
      return true;
    }
    if (e.code === 'AltRight' && this.waiting !== undefined) {
      this.waiting();
      this.waiting = undefined;
    }
    this.flush();
    return false;
  }

  // What the browser knows better: a key may have gone up where nobody heard it.
  private reconcile(e: Stroke): void {
    for (const [name, flag] of modifiers) {
      if (e[flag] || (name === 'Alt' && e.getModifierState('AltGraph'))) continue;
      for (const side of ['Left', 'Right']) if (e.code !== name + side) this.release(name + side);
    }
  }

  private prints(e: Stroke): boolean {
    if (e.key === 'Dead') return true;
    if ([...e.key].length !== 1 || e.metaKey) return false;
    return e.getModifierState('AltGraph') || !(e.ctrlKey || (e.altKey && this.ports.system !== 'mac'));
  }

  private hold(code: string): void {
    if (this.held.has(code)) return;
    this.held.add(code);
    this.ports.key(code, true);
  }

  private release(code: string): void {
    if (this.held.delete(code)) this.ports.key(code, false);
  }

  private releaseKeys(): void {
    for (const code of [...this.held]) if (!isModifier(code)) this.release(code);
  }
}

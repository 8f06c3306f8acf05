// Dark, light or as the system says; the tokens for canvases; and colours of series, which belong to
// names: one name has one colour in every panel.

import { type Signal, signal } from '@preact/signals';

export type Mode = 'dark' | 'light' | 'system';

export const tokenNames = [
  'bg',
  'panel',
  'raised',
  'line',
  'text',
  'muted',
  'accent',
  'good',
  'warn',
  'bad',
  'edge',
  'bar',
  'tint',
] as const;

export type Token = (typeof tokenNames)[number];

/** Greatest number of hues. Later series are muted and dashed. */
export const hues = 8;

/** Searched for the best worst-case distance over normal, protan, deutan and tritan vision. */
export const seriesPalette = {
  dark: ['#CCB1F7', '#D7EB8B', '#4BB586', '#CE3A97', '#A0AB01', '#9271FF', '#0AF9D7', '#55853D'],
  light: ['#C770A0', '#00A16F', '#FF370F', '#4D266C', '#1726F3', '#906DFF', '#89435B', '#274403'],
} as const;

/** How a series is drawn. */
export interface Ink {
  /** 0..7, or 8 for the muted, dashed rest. */
  slot: number;
  dash: readonly number[];
}

/** A name's number: FNV-1a, 32 bits. */
export function hash(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    h ^= name.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return h >>> 0;
}

const dashes: readonly (readonly number[])[] = [
  [3, 2],
  [6, 3],
  [1, 2],
  [8, 2, 2, 2],
];

const unknown: Ink = { slot: hues, dash: [] };

/** Which name has which colour. A name asks by its hash and takes the next free one when that is taken. */
export class Inks {
  private readonly byName = new Map<string, Ink>();
  private readonly taken = new Set<number>();
  private rest = 0;

  /** Gives colours to names that have none yet: in the order of the alphabet, so that arrival does not matter. */
  register(names: Iterable<string>): void {
    for (const name of [...names].filter((n) => !this.byName.has(n)).sort()) this.assign(name);
  }

  /** Gives a name no hue: it is drawn muted and dashed. */
  mute(name: string): void {
    if (!this.byName.has(name)) this.byName.set(name, { slot: hues, dash: dashes[0] as readonly number[] });
  }

  /** A name's colour; muted until it is registered. */
  of(name: string): Ink {
    return this.byName.get(name) ?? unknown;
  }

  private assign(name: string): void {
    let ink: Ink;
    if (this.taken.size >= hues) {
      ink = { slot: hues, dash: dashes[this.rest++ % dashes.length] as readonly number[] };
    } else {
      let slot = hash(name) % hues;
      while (this.taken.has(slot)) slot = (slot + 1) % hues;
      this.taken.add(slot);
      ink = { slot, dash: [] };
    }
    this.byName.set(name, ink);
  }
}

const storageKey = 'scry.theme';

export class Theme {
  readonly mode: Signal<Mode>;
  /** What is drawn now. */
  readonly dark: Signal<boolean>;
  readonly inks = new Inks();
  /** Grows when colours may have changed: by a change of theme, or because names were given colours. */
  readonly paint: Signal<number> = signal(0);
  /** Resolved colours of the tokens, read once per change of theme. */
  tokens: Record<Token, string>;

  private readonly system: MediaQueryList;
  private readonly listeners = new Set<() => void>();

  constructor() {
    this.system = matchMedia('(prefers-color-scheme: dark)');
    const kept = read();
    this.mode = signal(kept);
    this.dark = signal(this.isDark());
    this.tokens = emptyTokens();
    this.apply();
    this.system.addEventListener('change', () => this.apply());
  }

  set(mode: Mode): void {
    this.mode.value = mode;
    try {
      localStorage.setItem(storageKey, mode);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    this.apply();
  }

  /** Runs after the colours changed: canvases draw anew. Returns its undo. */
  onChange(f: () => void): () => void {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  }

  /** The colour of a series in the theme of now. */
  series(name: string): string {
    return this.slot(this.inks.of(name).slot);
  }

  /** A place of the palette in the theme of now; muted beyond its end. */
  slot(slot: number): string {
    return seriesPalette[this.dark.peek() ? 'dark' : 'light'][slot] ?? this.tokens.muted;
  }

  private isDark(): boolean {
    const mode = this.mode.peek();
    return mode === 'dark' || (mode === 'system' && this.system.matches);
  }

  private apply(): void {
    const root = document.documentElement;
    const mode = this.mode.peek();
    root.style.colorScheme = mode === 'system' ? 'dark light' : mode;
    // With two schemes the browser takes the one that the system prefers, light when it has no wish.
    if (mode === 'system') root.style.colorScheme = this.system.matches ? 'dark' : 'light';
    this.dark.value = this.isDark();
    this.tokens = readTokens();
    this.repaint();
  }

  /** After names were given colours: all that shows colours draws anew. */
  repaint(): void {
    this.paint.value++;
    for (const f of this.listeners) f();
  }
}

function read(): Mode {
  try {
    const kept = localStorage.getItem(storageKey);
    if (kept === 'dark' || kept === 'light' || kept === 'system') return kept;
  } catch {
    // as in set
  }
  return 'system';
}

function emptyTokens(): Record<Token, string> {
  return Object.fromEntries(tokenNames.map((n) => [n, '#888'])) as Record<Token, string>;
}

// A custom property that holds light-dark() is resolved only where it is used: ask an element.
function readTokens(): Record<Token, string> {
  const probe = document.createElement('i');
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const out = emptyTokens();
  for (const name of tokenNames) {
    probe.style.color = `var(--${name})`;
    out[name] = style.color;
  }
  probe.remove();
  return out;
}

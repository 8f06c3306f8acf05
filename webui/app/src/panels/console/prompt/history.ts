// What was typed before, over sessions of the browser: for each game its own, newest last.

import { statements } from './words';

/** What of localStorage is needed. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const most = 1000; // lines
const longest = 4000; // characters of a line that is kept

export class History {
  private readonly key: string;
  private readonly store: Store | undefined;
  private lines: string[] = [];

  /** @param game its name. A browser that keeps nothing has no store. */
  constructor(game: string, store: Store | undefined) {
    this.key = `scry.console.${game}`;
    this.store = store;
    this.lines = this.read();
  }

  /** Newest last. */
  get all(): readonly string[] {
    return this.lines;
  }

  /** Keeps a line as the newest; an equal one goes. Other tabs of the same game may have added some. */
  add(line: string): void {
    if (line.trim() === '' || line.length > longest) return;
    this.lines = [...this.read().filter((l) => l !== line), line].slice(-most);
    try {
      this.store?.setItem(this.key, JSON.stringify(this.lines));
    } catch {
      // A full or forbidden store keeps nothing: the lines of this session are here.
    }
  }

  /** The place of the next line before `at` that begins so and differs from what is shown, or -1. */
  before(at: number, prefix: string, shown: string): number {
    for (let i = Math.min(at, this.lines.length) - 1; i >= 0; i--) if (this.fits(i, prefix, shown)) return i;
    return -1;
  }

  /** The place of the next one after `at`, or -1. */
  after(at: number, prefix: string, shown: string): number {
    for (let i = at + 1; i < this.lines.length; i++) if (this.fits(i, prefix, shown)) return i;
    return -1;
  }

  /** Lines that hold all words of a query, newest first. */
  search(query: string, limit: number): string[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const out: string[] = [];
    for (let i = this.lines.length - 1; i >= 0 && out.length < limit; i--) {
      const line = this.lines[i] as string;
      const lower = line.toLowerCase();
      if (words.every((w) => lower.includes(w))) out.push(line);
    }
    return out;
  }

  private fits(i: number, prefix: string, shown: string): boolean {
    const line = this.lines[i] as string;
    return line !== shown && line.startsWith(prefix);
  }

  private read(): string[] {
    try {
      const kept: unknown = JSON.parse(this.store?.getItem(this.key) ?? 'null');
      if (Array.isArray(kept)) return kept.filter((l): l is string => typeof l === 'string');
    } catch {
      // What cannot be read is written anew with the next line.
    }
    return this.lines;
  }
}

const hidden = '•••';

/**
 * A line as it may be seen, when it sets a secret cvar: what follows the name is hidden. Undefined
 * when there is nothing to hide.
 */
export function withoutSecrets(line: string, isSecret: (name: string) => boolean): string | undefined {
  let out = '';
  let done = 0;
  for (const words of statements(line)) {
    const at = words.findIndex((w) => namesSecret(w.text, isSecret));
    const last = words.at(-1);
    const from = at < 0 ? undefined : isWhole(words[at]?.text ?? '', isSecret) ? words[at + 1]?.from : words[at]?.from;
    if (from === undefined || last === undefined) continue;
    out += line.slice(done, from) + hidden;
    done = last.to;
  }
  return done === 0 ? undefined : out + line.slice(done);
}

function isWhole(word: string, isSecret: (name: string) => boolean): boolean {
  return isSecret(word.replace(/^["`]|["`]$/g, ''));
}

// A word in quotes may be a line of its own: that of an alias or a bind.
function namesSecret(word: string, isSecret: (name: string) => boolean): boolean {
  return word.match(/[\w.]+/g)?.some(isSecret) ?? false;
}

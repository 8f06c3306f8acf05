// What the palette finds, and in which order.

import type { PaletteItem } from './panel';

export interface Found {
  item: PaletteItem;
  /** Places of the query's letters in the title. */
  marks: readonly number[];
  score: number;
}

/**
 * Where the query's letters stand in a text, in order, and how well: letters in a row and at the
 * begin of a word are better. Undefined when they do not. Case does not matter.
 */
export function match(query: string, text: string): { marks: number[]; score: number } | undefined {
  const q = query.toLowerCase();
  const t = text.toLowerCase();
  const whole = t.indexOf(q);
  if (whole >= 0) {
    const marks = Array.from(q, (_, i) => whole + i);
    return { marks, score: 100 - whole - (t.length - q.length) * 0.1 + (startsWord(text, whole) ? 50 : 0) };
  }
  const marks: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of q) {
    if (letter === ' ') continue;
    const at = t.indexOf(letter, from);
    if (at < 0) return undefined;
    score += at === from && marks.length > 0 ? 3 : startsWord(text, at) ? 4 : 0;
    score -= Math.min(at - from, 10) * 0.2;
    marks.push(at);
    from = at + 1;
  }
  return { marks, score };
}

function startsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  return (
    /[\s._\-/]/.test(text[at - 1] as string) ||
    (/[a-z]/.test(text[at - 1] as string) && /[A-Z]/.test(text[at] as string))
  );
}

function beside(item: PaletteItem): string {
  return `${item.help ?? ''} ${item.words ?? ''}`.toLowerCase();
}

const groups: readonly PaletteItem['group'][] = ['Panels', 'Cvars', 'Entities', 'Assets', 'Frames', 'Commands'];
const commandsFirst: readonly PaletteItem['group'][] = ['Commands', 'Panels'];

/** Items that fit the query, best first; a `>` before it leaves commands only. */
export function find(items: Iterable<PaletteItem>, query: string, limit = 60): Found[] {
  const commands = query.startsWith('>');
  const q = (commands ? query.slice(1) : query).trim();
  const out: Found[] = [];
  for (const item of items) {
    if (commands && item.group !== 'Commands' && item.group !== 'Panels') continue;
    const hit = match(q, item.title);
    if (hit) {
      out.push({ item, ...hit });
      continue;
    }
    // Beside the title only whole pieces count, or everything would fit.
    if (q.length > 1 && beside(item).includes(q.toLowerCase())) out.push({ item, marks: [], score: -50 });
  }
  const order = commands ? commandsFirst : groups;
  out.sort((a, b) => (q === '' ? order.indexOf(a.item.group) - order.indexOf(b.item.group) : b.score - a.score));
  return out.slice(0, limit);
}

/** All that can be found, by source. */
export class Palette {
  private readonly sources = new Set<() => readonly PaletteItem[]>();

  /** Adds a source; it is asked each time the palette opens. Returns its undo. */
  add(source: () => readonly PaletteItem[]): () => void {
    this.sources.add(source);
    return () => this.sources.delete(source);
  }

  items(): PaletteItem[] {
    return [...this.sources].flatMap((source) => source());
  }
}

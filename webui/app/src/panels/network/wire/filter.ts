// Which messages are shown, and which the game is asked for.

import type { Direction, Topics } from '../../../core/protocol';
import type { Kept } from './ring';

export interface WireFilter {
  /** Name of a client, in any case; empty for all. */
  readonly client: string;
  readonly direction: '' | Direction;
  /** Text that must occur; the case of ASCII letters does not matter. Empty for all. */
  readonly match: string;
}

export const everything: WireFilter = { client: '', direction: '', match: '' };

/** What the game is asked for: what would be hidden need not come. */
export function paramsOf({ client, direction, match }: WireFilter): Topics['wire']['params'] {
  return { ...(client && { client }), ...(direction && { direction }), ...(match && { match }) };
}

/** Reports whether two filters let the same through. */
export function sameFilter(a: WireFilter, b: WireFilter): boolean {
  return fold(a.client) === fold(b.client) && a.direction === b.direction && fold(a.match) === fold(b.match);
}

/** A filter in words: `of anna, to the game, with “sub.event”`. */
export function filterWords({ client, direction, match }: WireFilter): string {
  const parts = [
    client && `of ${client}`,
    direction && (direction === 'in' ? 'to the game' : 'from the game'),
    match && `with “${match}”`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** The test of a filter and of whether the page's own messages are shown. Notes always pass. */
export function matcher(filter: WireFilter, own: boolean): (kept: Kept) => boolean {
  const client = fold(filter.client);
  const text = pattern(filter.match);
  return (kept) => {
    const { message: m, under } = kept;
    if (m === undefined) return true;
    if (!own && kept.own) return false;
    if (filter.direction !== '' && m.direction !== filter.direction) return false;
    // The game chose already: it knows who is meant by "*", and what stands behind a cut.
    if (client !== '' && fold(m.client) !== client && !(m.client === '*' && fold(under.client) === client))
      return false;
    if (text === undefined || text.test(m.text ?? '')) return true;
    return m.cut === true && fold(under.match) === fold(filter.match);
  };
}

function fold(text: string): string {
  return text.toLowerCase();
}

function pattern(text: string): RegExp | undefined {
  if (text === '') return undefined;
  const source = text
    .replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    .replace(/[a-z]/gi, (c) => `[${c.toLowerCase()}${c.toUpperCase()}]`);
  return new RegExp(source);
}

// JSON laid out for reading, written anew without being understood: numbers keep all their digits, and a
// text that was cut is laid out as far as it goes.

import { stringEnd } from './message';

export type Tone = 'key' | 'text' | 'number' | 'word' | 'mark';

export interface Piece {
  tone: Tone;
  text: string;
}

const step = '  ';

/** The pieces of a text in their order; line ends and indents stand in pieces of tone `mark`. */
export function pretty(text: string): Piece[] {
  const out: Piece[] = [];
  let depth = 0;
  const put = (tone: Tone, piece: string): void => {
    const last = out.at(-1);
    if (tone === 'mark' && last?.tone === 'mark') last.text += piece;
    else out.push({ tone, text: piece });
  };
  const line = (): string => `\n${step.repeat(Math.max(0, depth))}`;
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string;
    if (/\s/.test(c)) i++;
    else if (c === '"') {
      const to = stringEnd(text, i);
      put(isKey(text, to) ? 'key' : 'text', text.slice(i, to));
      i = to;
    } else if (c === '{' || c === '[') {
      const close = emptyEnd(text, i);
      if (close > 0) {
        put('mark', c + text[close]);
        i = close + 1;
        continue;
      }
      depth++;
      put('mark', c + line());
      i++;
    } else if (c === '}' || c === ']') {
      depth--;
      put('mark', line() + c);
      i++;
    } else if (c === ',') {
      put('mark', `,${line()}`);
      i++;
    } else if (c === ':') {
      put('mark', ': ');
      i++;
    } else {
      const to = bareEnd(text, i);
      const bare = text.slice(i, to);
      put(/^[-\d]/.test(bare) ? 'number' : 'word', bare);
      i = to;
    }
  }
  return out;
}

function isKey(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) if (!/\s/.test(text[i] as string)) return text[i] === ':';
  return false;
}

/** Where an object or array that begins here ends, when there is nothing in it; else -1. */
function emptyEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text[i] as string;
    if (/\s/.test(c)) continue;
    return c === '}' || c === ']' ? i : -1;
  }
  return -1;
}

function bareEnd(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && !/[\s"{}[\],:]/.test(text[i] as string)) i++;
  return i;
}

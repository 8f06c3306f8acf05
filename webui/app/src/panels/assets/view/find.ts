// Finding in a text.

/** Where a text was found, in characters of the whole. */
export interface Hit {
  from: number;
  to: number;
}

const most = 10_000;

/** Every place of a text, in any case unless it has a capital. */
export function findAll(text: string, what: string): Hit[] {
  if (what === '') return [];
  const exact = /\p{Lu}/u.test(what);
  const hay = exact ? text : lower(text);
  const needle = exact ? what : lower(what);
  const out: Hit[] = [];
  for (let at = hay.indexOf(needle); at >= 0 && out.length < most; at = hay.indexOf(needle, at + needle.length))
    out.push({ from: at, to: at + needle.length });
  return out;
}

// Lower case of the same length: a letter that becomes two is left as it is.
function lower(text: string): string {
  const low = text.toLowerCase();
  return low.length === text.length
    ? low
    : Array.from(text, (c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join('');
}

/** The first character of each line. */
export function lineStarts(text: string): Uint32Array {
  let n = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) n++;
  const out = new Uint32Array(n);
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) out[++line] = at + 1;
  return out;
}

/** The line of a character, from 0. */
export function lineAt(starts: Uint32Array, at: number): number {
  let lo = 0;
  let hi = starts.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if ((starts[mid] as number) <= at) lo = mid;
    else hi = mid - 1;
  }
  return lo;
}

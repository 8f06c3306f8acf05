// Numbers as people read them: fixed decimals so that nothing jitters, narrow spaces between
// thousands, units apart from their values so that they can be dimmed.

/** A number and its unit. */
export interface Quantity {
  value: string;
  unit: string;
}

/** Between thousands, and between a number and its unit: narrow, and never broken at a line's end. */
export const thin = '\u202f';
const minus = '\u2212';

/** What stands where there is no number yet. */
export const none = '\u2013';

function group(digits: string): string {
  let out = '';
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % 3 === 0) out += thin;
    out += digits[i];
  }
  return out;
}

/** A number with so many decimals: `1 234.50`, `−0.25`. */
export function fixed(x: number, decimals = 0): string {
  if (Number.isNaN(x)) return none;
  if (!Number.isFinite(x)) return x < 0 ? `${minus}\u221e` : '\u221e';
  const text = Math.abs(x).toFixed(decimals);
  const dot = text.indexOf('.');
  const whole = dot < 0 ? text : text.slice(0, dot);
  const sign = x < 0 && Number(text) !== 0 ? minus : '';
  return sign + group(whole) + (dot < 0 ? '' : text.slice(dot));
}

/** A count: `100 000`. */
export function count(n: number): string {
  return fixed(Math.trunc(n));
}

/** A count and its noun: `1 value`, `12 values`. */
export function many(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A frame as links show it: `#18 204`. */
export function frameName(n: number): string {
  return `#${count(n)}`;
}

/** Nanoseconds as milliseconds, without the unit: `16.67`. */
export function ms(ns: number, decimals = 2): string {
  return fixed(ns / 1e6, decimals);
}

/** A duration in the unit that suits it. */
export function duration(ns: number): Quantity {
  const a = Math.abs(ns);
  if (Number.isNaN(ns)) return { value: none, unit: 'ms' };
  // What would be rounded up to a thousand belongs to the next unit.
  if (a < 999.5) return { value: fixed(ns), unit: 'ns' };
  if (a < 999_950) return { value: fixed(ns / 1e3, a < 9995 ? 2 : 1), unit: 'µs' };
  if (a < 999_950_000) return { value: fixed(ns / 1e6, a < 9_995_000 ? 2 : 1), unit: 'ms' };
  return { value: fixed(ns / 1e9, a < 1e10 ? 2 : 1), unit: 's' };
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the unit that suits them, in powers of 1024. */
export function bytes(n: number, decimals = 1): Quantity {
  if (Number.isNaN(n)) return { value: none, unit: 'B' };
  let unit = 0;
  let x = n;
  while (Math.abs(x) >= 1024 && unit < byteUnits.length - 1) {
    x /= 1024;
    unit++;
  }
  return { value: fixed(x, unit === 0 ? 0 : decimals), unit: byteUnits[unit] as string };
}

/** A share of one, in per cent: `51.1 %`. */
export function percent(share: number, decimals = 1): string {
  return `${fixed(share * 100, decimals)}${thin}%`;
}

/** The time since something, in whole units: `4 s`, `2 min`, `3 h`. */
export function ago(millis: number): string {
  const s = Math.max(0, Math.floor(millis / 1000));
  if (s < 60) return `${s}${thin}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${thin}min`;
  return `${Math.floor(s / 3600)}${thin}h`;
}

/** Value and unit in one string. */
export function text(q: Quantity): string {
  return `${q.value}${thin}${q.unit}`;
}

/** A moment of the wall clock, as RFC 3339 has it, in the words of the person: `27 Nov 2026, 17:40`. */
export function madeAt(moment: string): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return 'at an unknown time';
  return date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

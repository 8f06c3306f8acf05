// What a field is, and how its values are read and written: no elements here.

import { evaluate } from '../../core/expr';
import type { Cvar, FieldType } from '../../core/protocol';
import { mixed } from '../../core/worldedits';

/** A value that can be shown and, unless it is read-only, edited. */
export interface Spec {
  /** Where edits go: `cvar:physics.gravity`, `world:17:pos.x`. */
  readonly path: string;
  /** What a person calls it. */
  readonly label: string;
  readonly type: FieldType | Cvar['type'];
  readonly unit?: string | undefined;
  /** Of a duration in ns. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly help?: string | undefined;
  readonly readOnly?: boolean | undefined;
  /** What a double click on the label goes back to. */
  readonly fallback?: unknown;
  /** It can be written and never read: its value is null. */
  readonly secret?: boolean | undefined;
  /** Values that fit what is typed, of the game's own choosing. */
  readonly offers?: ((text: string) => Promise<readonly Offer[]>) | undefined;
  /** It stands for fields of several things at once: what is typed may mean something else for each. */
  readonly several?: boolean | undefined;
  /** Where the value leads: an entity or an asset by its name. */
  readonly links?: Links | undefined;
}

/** A value that may be taken in the place of what is typed. */
export interface Offer {
  text: string;
  /** Shown in the place of the text. */
  label?: string | undefined;
  help?: string | undefined;
}

/** What a link leads to. */
export interface Target {
  name: string;
  /** The mark of its kind and the class of its colour. */
  mark?: string;
  ink?: string;
  /** In a few words: how far it is. */
  facts?: string;
  gone?: boolean;
}

/** How a field that names something gets there and chooses another. */
export interface Links {
  /** Where a plain press on it leads; also for another tab. */
  href(value: string): string;
  go(value: string): void;
  /** Tells what it is, now and whenever that is known better. Returns its undo. */
  follow?(value: string, tell: (target: Target) => void): () => void;
  /** Lets the person choose one elsewhere on the page; undefined: they let it be. Returns the way to end that. */
  pick?(take: (value: string | undefined) => void): () => void;
}

/** What is done to each of several values: `*=2`, `+10`. */
export class Each {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** What it comes to for one of them. */
  of(spec: Spec, current: unknown): Parsed {
    const text = this.text.replace(/^\s*([-+*/])(?!=)/, '$1=');
    return parse({ ...spec, several: undefined }, text, current);
  }
}

// `-10` is a number; `+10` would be one without the sign.
const relative = /^\s*([-+*/]=|[+*/]|.*\bx\b)/;

/** What a text came to: a value as it travels, or why not and where. */
export type Parsed = { ok: true; value: unknown } | { ok: false; reason: string; at: number };

/** A number in two parts, so that the unit can be dimmed. */
export interface Shown {
  text: string;
  unit: string;
}

const thin = '\u202f';
const minus = '\u2212';

/** What stands for a secret. */
export const dots = '••••••';

/** How many numbers a vector has; 0 for what is none. */
export function axesOf({ type }: Pick<Spec, 'type'>): number {
  return /^vec[234]$/.test(type) ? Number(type[3]) : 0;
}

/** Reports whether a field is edited as a number. */
export function isNumeric(spec: Spec): boolean {
  return spec.type === 'int' || spec.type === 'float' || spec.type === 'duration';
}

/** Reports whether both ends of a field's range are known and finite. */
export function hasRange(spec: Spec): boolean {
  return isNumeric(spec) && finite(spec.min) && finite(spec.max) && (spec.max ?? 0) > (spec.min ?? 0);
}

/** A value as a number: durations in ns, wide integers as far as a double goes. NaN when it is none. */
export function toNumber(spec: Spec, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  if (spec.type === 'duration') return parseDuration(value) ?? Number.NaN;
  return value === '' ? Number.NaN : Number(value); // "NaN", "Infinity", "9007199254740993"
}

/** A number as it travels: whole for an int, `16ms` for a duration. */
export function toWire(spec: Spec, n: number): unknown {
  if (spec.type === 'duration') return formatDuration(n);
  if (spec.type === 'int') return Math.round(n);
  // What is set is what is read: no 0.30000000000000004.
  return Number.isFinite(n) ? Number(n.toPrecision(12)) : String(n);
}

/** A value for reading: fixed decimals, thin spaces, a real minus. */
export function show(spec: Spec, value: unknown): Shown {
  const unit = spec.unit ?? '';
  if (value === mixed) return { text: '—', unit: '' };
  if (value instanceof Each) return { text: value.text, unit: '' };
  if (spec.type === 'entity') return { text: value === null ? 'none' : String(value ?? ''), unit: '' };
  if (value === null) return { text: dots, unit: '' };
  if (axesOf(spec) > 0) return { text: vectorText(value), unit };
  switch (spec.type) {
    case 'bool':
      return { text: value === true ? 'true' : 'false', unit: '' };
    case 'int':
      return { text: groups(typeof value === 'number' ? String(value) : String(value ?? '')), unit };
    case 'float':
      return { text: decimal(toNumber(spec, value), decimals(spec, toNumber(spec, value))), unit };
    case 'duration':
      return showDuration(toNumber(spec, value));
    case 'color':
      return {
        text: String(value ?? '')
          .toUpperCase()
          .replace(/^(#.{6})FF$/, '$1'),
        unit: '',
      };
    case 'json':
      return { text: JSON.stringify(value) ?? '', unit: '' };
    case 'time':
      return { text: momentText(value), unit: '' };
    default:
      return { text: String(value ?? ''), unit };
  }
}

/** A value and its unit in one text. */
export function plainText(spec: Spec, value: unknown): string {
  const { text, unit } = show(spec, value);
  return unit === '' ? text : `${text} ${unit}`;
}

/** A value for editing: all its digits, plain characters. */
export function draft(spec: Spec, value: unknown): string {
  if (value === mixed) return '';
  if (value instanceof Each) return value.text;
  if (spec.type === 'duration') {
    const n = toNumber(spec, value);
    const [size, name] = durationUnit(n);
    return Number.isNaN(n) ? String(value ?? '') : `${trim(n / size)}${name}`;
  }
  if (value === null) return '';
  if (typeof value === 'number') return trim(value);
  if (axesOf(spec) > 0 && Array.isArray(value)) return value.map((n) => trim(Number(n))).join(' ');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Reads what a person typed. `current` is the value now. */
export function parse(spec: Spec, text: string, current: unknown): Parsed {
  if (axesOf(spec) > 0) return parseVector(spec, text);
  if (spec.several && isNumeric(spec) && relative.test(text)) {
    const each = new Each(text.trim());
    const tried = each.of(spec, typeof current === 'symbol' ? toWire(spec, 1) : current);
    return tried.ok ? { ok: true, value: each } : tried;
  }
  switch (spec.type) {
    case 'int':
      return parseInteger(spec, text, current);
    case 'float':
      return parseReal(spec, text, current);
    case 'duration':
      return parseSpan(spec, text, current);
    case 'color':
      return parseColour(text);
    case 'enum':
      return spec.enum?.includes(text)
        ? { ok: true, value: text }
        : { ok: false, reason: `"${text}" is not one of its values`, at: 0 };
    case 'bool':
      return { ok: true, value: text === 'true' };
    case 'time':
      return parseMoment(text, current);
    case 'entity':
      return { ok: true, value: text.trim() === '' ? null : text.trim() };
    case 'json':
      return { ok: false, reason: 'can be read and not edited', at: 0 };
    default:
      return { ok: true, value: text };
  }
}

/** By how much one key press changes a number; for a scrub it is fixed when the scrub begins. */
export function stepOf(spec: Spec, value: unknown): number {
  if (spec.step !== undefined && spec.step > 0) return spec.step;
  if (hasRange(spec)) {
    const raw = ((spec.max ?? 0) - (spec.min ?? 0)) / 100;
    const nice = 10 ** Math.floor(Math.log10(raw));
    return spec.type === 'int' ? Math.max(1, Math.round(nice)) : nice;
  }
  if (spec.type === 'int') return 1;
  const size = Math.abs(toNumber(spec, value));
  if (spec.type === 'duration') return size > 0 ? durationUnit(size)[0] : 1e6;
  if (!Number.isFinite(size) || size === 0) return 0.1;
  return 10 ** (Math.round(Math.log10(size)) - 2);
}

/** A number moved by steps and kept inside the range, on whole steps where the field names one. */
export function nudge(spec: Spec, from: number, by: number, step: number): number {
  let next = from + by;
  const grain = Math.min(step, Math.abs(by) || step);
  next = Math.round(next / grain) * grain;
  if (spec.type === 'int') next = Math.round(next);
  return clamp(spec, Number(next.toPrecision(12)));
}

/** A number inside the range. */
export function clamp(spec: Spec, n: number): number {
  return Math.min(spec.max ?? Infinity, Math.max(spec.min ?? -Infinity, n));
}

/** Where a value lies in the range, 0..1. */
export function fraction(spec: Spec, value: unknown): number {
  if (!hasRange(spec)) return 0;
  const min = spec.min ?? 0;
  const at = (toNumber(spec, value) - min) / ((spec.max ?? 1) - min);
  return Number.isNaN(at) ? 0 : Math.min(1, Math.max(0, at));
}

/** The range in words: `0 – 100`. Empty where there is none. */
export function rangeText(spec: Spec): string {
  const end = (n: number): string =>
    spec.type === 'duration' ? plainText(spec, n) : groups(trim(n).replace('-', minus));
  if (finite(spec.min) && finite(spec.max)) return `${end(spec.min ?? 0)} – ${end(spec.max ?? 0)}`;
  if (finite(spec.min)) return `≥ ${end(spec.min ?? 0)}`;
  return finite(spec.max) ? `≤ ${end(spec.max ?? 0)}` : '';
}

/** Decimals that a field shows. They hang on the field more than on the value, so that numbers do not change width. */
export function decimals(spec: Spec, n: number): number {
  if (spec.type === 'int') return 0;
  if (spec.step !== undefined && spec.step > 0) {
    const own = digits(spec.step);
    return Math.max(own, Math.min(own + 1, 2)); // a value may lie between two steps
  }
  if (hasRange(spec)) {
    const span = (spec.max ?? 0) - (spec.min ?? 0);
    return span >= 1000 ? 1 : span >= 0.5 ? 2 : 3;
  }
  const size = Math.abs(n);
  return size === 0 || size >= 0.1 ? 2 : size >= 0.001 ? 4 : 6;
}

/** Fixed decimals with thin spaces and a real minus; very large and very small numbers with an exponent. */
export function decimal(n: number, places: number): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '∞' : `${minus}∞`;
  const size = Math.abs(n);
  const text =
    size >= 1e12 || (size !== 0 && size < 10 ** -places / 2 && size < 1e-6) ? n.toExponential(2) : n.toFixed(places);
  return groups(Number(text) === 0 && text.startsWith('-') ? text.slice(1) : text);
}

/** Reads a duration as Go writes it (`1m30.5s`) into ns; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const found = /^([-+]?)((?:[\d.]+(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (found === null) return undefined;
  let sum = 0;
  for (const [, n, unit] of (found[2] ?? '').matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(n) * (sizes[unit ?? ''] ?? 1);
  return found[1] === '-' ? -sum : sum;
}

/** Writes ns as a duration that Go reads. */
export function formatDuration(ns: number): string {
  const whole = Math.round(ns);
  if (whole === 0) return '0s';
  const size = Math.abs(whole);
  const [unit, name] = size < 1e3 ? [1, 'ns'] : size < 1e6 ? [1e3, 'us'] : size < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  return `${whole / (unit as number)}${name}`;
}

const sizes: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

function durationUnit(ns: number): [number, string] {
  const size = Math.abs(ns);
  if (size < 1e3 && size > 0) return [1, 'ns'];
  if (size < 1e6 && size > 0) return [1e3, 'µs'];
  return size < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
}

function showDuration(ns: number): Shown {
  if (Number.isNaN(ns)) return { text: '–', unit: '' };
  const [size, unit] = durationUnit(ns);
  const n = ns / size;
  return { text: decimal(n, unit === 'ns' ? 0 : Math.abs(n) < 100 ? 2 : 1), unit };
}

function parseInteger(spec: Spec, text: string, current: unknown): Parsed {
  const bare = text
    .trim()
    .replace(/[_\u2009\u202f]/g, '')
    .replace(minus, '-');
  const wide = typeof current === 'string' || /\d{16,}/.test(bare);
  if (wide && /^[-+]?\d+$/.test(bare)) return { ok: true, value: BigInt(bare).toString() }; // every digit counts
  const result = evaluate(text, { current: toNumber(spec, current), ...(spec.unit && { unit: spec.unit }) });
  if (!result.ok) return result;
  const n = Number(result.value.toPrecision(15));
  if (!Number.isInteger(n)) return { ok: false, reason: `${trim(n)} is not a whole number`, at: 0 };
  if (!Number.isSafeInteger(n))
    return { ok: false, reason: 'too large to calculate with; write out its digits', at: 0 };
  return { ok: true, value: n };
}

function parseReal(spec: Spec, text: string, current: unknown): Parsed {
  if (/^\s*nan\s*$/i.test(text)) return { ok: true, value: 'NaN' };
  const result = evaluate(text, { current: toNumber(spec, current), ...(spec.unit && { unit: spec.unit }) });
  return result.ok ? { ok: true, value: toWire(spec, result.value) } : result;
}

// A number without a unit is meant in the unit that the field shows.
function parseSpan(spec: Spec, text: string, current: unknown): Parsed {
  const now = toNumber(spec, current);
  const [size, unit] = durationUnit(now);
  const result = evaluate(text, { current: now / size, unit });
  if (!result.ok) return result;
  if (!Number.isFinite(result.value)) return { ok: false, reason: 'no duration is infinite', at: 0 };
  return { ok: true, value: formatDuration(result.value * size) };
}

function parseVector(spec: Spec, text: string): Parsed {
  const parts = text
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean);
  const n = axesOf(spec);
  if (parts.length !== n) return { ok: false, reason: `${n} numbers are wanted, ${parts.length} are there`, at: 0 };
  const numbers = parts.map((part) => Number(part.replace(minus, '-')));
  const bad = numbers.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) return { ok: false, reason: `"${parts[bad]}" is no number`, at: text.indexOf(parts[bad] ?? '') };
  return { ok: true, value: numbers };
}

function vectorText(value: unknown): string {
  if (!Array.isArray(value)) return String(value ?? '');
  return value.map((n) => groups(trim(Number(n)))).join(', ');
}

function parseColour(text: string): Parsed {
  const hex = text.trim().replace(/^#/, '').toLowerCase();
  if (!/^(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.test(hex))
    return { ok: false, reason: 'a colour is written #rrggbb or #rrggbbaa', at: 0 };
  const long = hex.length < 6 ? [...hex].map((c) => c + c).join('') : hex;
  return { ok: true, value: `#${long.length === 6 ? `${long}ff` : long}` };
}

// RFC 3339 as people read it: in the clock of this machine, without what is zero.
function momentText(value: unknown): string {
  const found = /^(.*T\d\d:\d\d:\d\d)(\.\d+)?(Z|[-+]\d\d:\d\d)$/.exec(String(value ?? ''));
  const date = new Date(String(value));
  if (found === null || Number.isNaN(date.getTime())) return String(value ?? '');
  if (date.getTime() === zeroTime) return 'never';
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${found[2] ?? ''}`;
}

const zeroTime = -62_135_596_800_000; // Go's zero time, ms

// `now`, a way from the present value (`+=5s`), or a moment in any of the browser's spellings.
function parseMoment(text: string, current: unknown): Parsed {
  const word = text.trim();
  if (word === 'now') return { ok: true, value: new Date().toISOString() };
  const step = /^([-+])=?\s*([\d.a-zµμ]+)$/.exec(word);
  const way = step === null ? undefined : parseDuration(step[2] ?? '');
  const from = new Date(String(current)).getTime();
  if (way !== undefined && !Number.isNaN(from))
    return { ok: true, value: new Date(from + (step?.[1] === '-' ? -way : way) / 1e6).toISOString() };
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(word)) return { ok: true, value: word };
  const date = new Date(word.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'));
  if (word === '' || Number.isNaN(date.getTime()))
    return { ok: false, reason: 'a time is written 2026-11-27 17:40:00, now, or +5s', at: 0 };
  return { ok: true, value: date.toISOString() };
}

function groups(text: string): string {
  const found = /^(-?)(\d+)(.*)$/s.exec(text);
  if (found === null) return text;
  const [, sign, whole = '', rest] = found;
  const parted = whole.replace(/\B(?=(?:\d{3})+$)/g, thin);
  return `${sign === '' ? '' : minus}${parted}${rest}`;
}

// A number as short as it goes, without a float's noise.
function trim(n: number): string {
  return Number.isFinite(n) ? String(Number(n.toPrecision(12))) : String(n);
}

function digits(step: number): number {
  const text = trim(step);
  const exponent = /e-(\d+)$/.exec(text);
  if (exponent !== null) return Math.min(9, Number(exponent[1]));
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function finite(n: number | undefined): boolean {
  return n !== undefined && Number.isFinite(n);
}

// How a cvar is to be measured: which values, how often, for how long. No elements here.

import type { Cvar } from '../../core/protocol';
import { draft, isNumeric, type Parsed, parse, type Spec, toNumber, toWire } from '../../widgets/field/spec';
import { specOf } from './spec';

/** What stands in the form. */
export interface Setup {
  sweep: boolean;
  /** Of two values. */
  a: string;
  b: string;
  /** Of a sweep over numbers. */
  from: string;
  to: string;
  steps: string;
  /** Names that a sweep leaves out. */
  without: ReadonlySet<string>;
  rounds: string;
  every: string;
  settle: string;
}

/** What is asked of the game. */
export interface Plan {
  values: readonly unknown[];
  rounds: number;
  every: number;
  settle: number;
}

/** Why a form makes no plan, and which of its fields is to blame. */
export interface Fault {
  field: keyof Setup;
  reason: string;
}

/** Values that the game alternates at most. */
export const mostValues = 16;

/** Blocks that the game answers with at most. */
export const mostBlocks = 4000;

/** Frames that the page keeps of one measurement at most. */
export const mostFrames = 100_000;

/** Reports whether there is more than a pair to try. */
export function sweepable(cvar: Cvar): boolean {
  return isNumeric(specOf(cvar)) || (cvar.enum?.length ?? 0) > 2;
}

/** A form to begin with: the value of now against one that may well cost something else. */
export function firstSetup(cvar: Cvar): Setup {
  const spec = specOf(cvar);
  const [a, b] = pair(cvar, spec);
  const [low, high] = ends(cvar, spec);
  const whole = cvar.type === 'int' ? high - low + 1 : mostValues;
  return {
    sweep: false,
    a: draft(spec, a),
    b: draft(spec, b),
    from: draft(spec, toWire(spec, low)),
    to: draft(spec, toWire(spec, high)),
    steps: String(Math.max(2, Math.min(whole, 5))),
    without: new Set(),
    rounds: '20',
    every: '30',
    settle: '2',
  };
}

function pair(cvar: Cvar, spec: Spec): [unknown, unknown] {
  const { value } = cvar;
  if (cvar.type === 'bool') return [false, true];
  if (cvar.enum) return [value, cvar.enum.find((name) => name !== value) ?? value];
  if (!isNumeric(spec)) return [value, value];
  const [low, high] = ends(cvar, spec);
  return [value, toWire(spec, toNumber(spec, value) === high ? low : high)];
}

// Where a sweep begins and ends; without a range, from nothing to twice what it is.
function ends(cvar: Cvar, spec: Spec): [number, number] {
  const twice = 2 * toNumber(spec, cvar.value) || 1;
  return [cvar.min ?? Math.min(0, twice), cvar.max ?? Math.max(0, twice)];
}

/** The plan of a form, or what is wrong with it. */
export function planOf(cvar: Cvar, setup: Setup): Plan | Fault {
  const values = setup.sweep ? swept(cvar, setup) : typed(cvar, setup, ['a', 'b']);
  if ('field' in values) return values;
  const every = whole(setup, 'every', 1, 600);
  const settle = whole(setup, 'settle', 0, 600);
  const rounds = whole(setup, 'rounds', 1, mostRounds(values.length, Number(setup.every) || 1));
  for (const found of [rounds, every, settle]) if (typeof found !== 'number') return found;
  return { values, rounds, every, settle } as Plan;
}

/** Rounds that the game answers with, and the page keeps, at most. */
export function mostRounds(values: number, every: number): number {
  return Math.min(1000, Math.floor(mostBlocks / values), Math.floor(mostFrames / (values * every)));
}

/** Whether a form makes a plan. */
export function isPlan(of: Plan | Fault): of is Plan {
  return 'values' in of;
}

// The values of some fields, as they travel.
function typed(cvar: Cvar, setup: Setup, fields: readonly ('a' | 'b' | 'from' | 'to')[]): unknown[] | Fault {
  const values: unknown[] = [];
  for (const field of fields) {
    const read = readValue(cvar, setup[field]);
    if (!read.ok) return { field, reason: read.reason };
    values.push(read.value);
  }
  return values;
}

function swept(cvar: Cvar, setup: Setup): unknown[] | Fault {
  const spec = specOf(cvar);
  if (!isNumeric(spec)) {
    const names = (cvar.enum ?? []).filter((name) => !setup.without.has(name));
    const fits = names.length >= 2 && names.length <= mostValues;
    return fits ? names : { field: 'without', reason: `Choose 2 to ${mostValues} values` };
  }
  const ends = typed(cvar, setup, ['from', 'to']);
  if ('field' in ends) return ends;
  const steps = whole(setup, 'steps', 2, mostValues);
  if (typeof steps !== 'number') return steps;
  const [from, to] = ends.map((value) => toNumber(spec, value)) as [number, number];
  const values = Array.from({ length: steps }, (_, i) => toWire(spec, from + ((to - from) * i) / (steps - 1)));
  const different = [...new Set(values)];
  return different.length < 2 ? { field: 'to', reason: 'From and to are the same' } : different;
}

// The range is the game's to check: it knows more than its ends.
function readValue(cvar: Cvar, text: string): Parsed {
  if (!/^vec/.test(cvar.type)) return parse(specOf(cvar), text, cvar.value);
  const numbers = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  if (numbers.length > 0 && numbers.every(Number.isFinite)) return { ok: true, value: numbers };
  return { ok: false, reason: 'Numbers with blanks between them', at: 0 };
}

/** A value for a person, without the unit that stands elsewhere. */
export function labelOf(cvar: Cvar, value: unknown): string {
  if (cvar.type === 'bool') return value === true ? 'on' : 'off';
  if (value === '') return '“”';
  if (Array.isArray(value)) return value.join(' ');
  return isNumeric(specOf(cvar)) ? draft(specOf(cvar), value) : String(value);
}

function whole(setup: Setup, field: keyof typeof names, least: number, most: number): number | Fault {
  const text = setup[field];
  const n = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN;
  return n >= least && n <= most ? n : { field, reason: `${names[field]}: ${least} to ${most}` };
}

const names = { rounds: 'Rounds', every: 'Frames a block', settle: 'Left out', steps: 'Values' } as const;

/** Seconds that a plan takes at so many ns a frame. */
export function secondsOf({ values, rounds, every, settle }: Plan, period: number): number {
  return (values.length * rounds * (every + settle) * period) / 1e9;
}

// Cvars as lines of text, and lines of text as values to set: `set physics.gravity 14.5`. The language
// is the one of the console's line; only `set` is read here.

import type { Cvar, Scalar } from '../../core/protocol';
import { axesOf, clamp, isNumeric, parse, parseDuration, rangeText, toNumber } from '../../widgets/field/spec';
import { isReadOnly } from './marks';
import { specOf } from './spec';

/** A line that can be set. */
export interface Setting {
  line: number;
  name: string;
  value: Scalar;
  before: Scalar;
}

/** A line that cannot, and why. */
export interface Fault {
  line: number;
  text: string;
  reason: string;
}

/** What a script comes to. */
export interface Read {
  settings: Setting[];
  /** Lines whose value stands already. */
  same: number;
  faults: Fault[];
}

/** The cvars as lines that the console takes; what cannot be set or told is left out. */
export function script(cvars: Iterable<Cvar>): string {
  let text = '';
  for (const cvar of cvars)
    if (!isReadOnly(cvar) && cvar.value !== null) text += `set ${cvar.name} ${quoted(textOf(cvar.value))}\n`;
  return text;
}

/** A value as a script has it. */
export function textOf(value: Scalar): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

// Plain where it reads back the same: no blanks, no quotes, nothing that ends a statement or begins a comment.
function quoted(text: string): string {
  return text !== '' && !/[\s;"`\\]|^\/\/|[^\x20-\x7e]/.test(text) ? text : JSON.stringify(text);
}

/** Reads a script against the cvars as they are. The last line of a name counts. */
export function read(text: string, cvars: ReadonlyMap<string, Cvar>): Read {
  const out: Read = { settings: [], same: 0, faults: [] };
  const settings = new Map<string, Setting>();
  for (const [i, source] of text.split(/\r?\n/).entries()) {
    for (const part of statements(source)) {
      const fault = (reason: string) => out.faults.push({ line: i + 1, text: source.trim(), reason });
      if (typeof part === 'string') fault(part);
      else if (part[0] !== 'set') fault(`only “set name value” is read here, not “${part[0]}”`);
      else if (part.length < 3) fault(part.length < 2 ? 'a name and a value are missing' : 'a value is missing');
      else {
        const cvar = cvars.get(part[1] as string);
        if (cvar === undefined) fault(`no cvar has the name ${part[1]}`);
        else {
          const value = meant(cvar, part.slice(2));
          if ('reason' in value) fault(value.reason);
          else settings.set(cvar.name, { line: i + 1, name: cvar.name, value: value.value, before: cvar.value });
        }
      }
    }
  }
  for (const setting of settings.values()) {
    if (JSON.stringify(setting.value) === JSON.stringify(setting.before)) out.same++;
    else out.settings.push(setting);
  }
  return out;
}

const bools: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  1: true,
  false: false,
  off: false,
  no: false,
  0: false,
};

function meant(cvar: Cvar, words: readonly string[]): { value: Scalar } | { reason: string } {
  const spec = specOf(cvar);
  if (isReadOnly(cvar)) return { reason: `${cvar.name} is read-only` };
  const text = words.join(' ');
  if (words.length > 1 && axesOf(spec) === 0) return { reason: `one value is wanted, ${words.length} are there` };
  if (spec.type === 'bool') {
    const value = bools[text.toLowerCase()];
    return value === undefined ? { reason: `“${text}” is neither on nor off` } : { value };
  }
  if (spec.type === 'duration') {
    const ns = parseDuration(text);
    if (ns === undefined) return { reason: `“${text}” is no duration` };
    return clamp(spec, ns) === ns ? { value: text } : { reason: `allowed is ${rangeText(spec)}` };
  }
  const parsed = parse(spec, text, cvar.value);
  if (!parsed.ok) return { reason: parsed.reason };
  const numbers = isNumeric(spec) ? [toNumber(spec, parsed.value)] : Array.isArray(parsed.value) ? parsed.value : [];
  if (numbers.some((n) => clamp(spec, n) !== n)) return { reason: `allowed is ${rangeText(spec)}` };
  return { value: parsed.value as Scalar };
}

/** The statements of a line: words, or what is wrong. */
function statements(line: string): (string[] | string)[] {
  if (/^\s*#/.test(line)) return [];
  const out: (string[] | string)[] = [];
  let words: string[] = [];
  const pattern = /\s+|;|\/\/.*$|"(?:[^"\\]|\\.)*"|`[^`]*`|[^\s;"`]+|["`]/gy;
  for (let found = pattern.exec(line); found !== null; found = pattern.exec(line)) {
    const [token] = found;
    if (token === ';') {
      if (words.length > 0) out.push(words);
      words = [];
    } else if (token === '"' || token === '`') return [...out, 'a quote is not closed'];
    else if (token.startsWith('//')) break;
    else if (token.startsWith('`')) words.push(token.slice(1, -1));
    else if (token.startsWith('"')) {
      const text = unquoted(token);
      if (text === undefined) return [...out, `${token} is no text`];
      words.push(text);
    } else if (token.trim() !== '') words.push(token);
  }
  return words.length > 0 ? [...out, words] : out;
}

/** A text that may stand in quotes, as it is meant. */
export function unquoted(token: string): string | undefined {
  if (token.startsWith('`')) return token.slice(1, -1);
  if (!token.startsWith('"')) return token;
  try {
    // Go knows a few escapes more than JSON.
    return JSON.parse(
      token
        .replace(/\\x([\da-f]{2})/gi, '\\u00$1')
        .replace(/\\a/g, '\\u0007')
        .replace(/\\v/g, '\\u000b'),
    );
  } catch {
    return undefined;
  }
}

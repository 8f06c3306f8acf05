// What a line may be completed to: names that the page knows, ranked by how they fit.

import type { Alias, CommandInfo, CompletionItem, Cvar } from '../../../core/protocol';
import { fixed } from '../../../core/units';

/** One line of the list above the prompt. */
export interface Choice {
  /** What is put into the line. */
  text: string;
  kind: string;
  value?: string;
  default?: string;
  help?: string;
  modified?: boolean;
  /** Behind the name of a command, muted: its arguments. */
  usage?: string;
  /** What of the text was typed: [from, to). */
  mark?: [number, number];
}

/** What the page knows by name. */
export interface Names {
  cvars: Iterable<Cvar>;
  commands: readonly CommandInfo[];
  aliases: readonly Alias[];
}

const mostChoices = 200;

/** Names that fit what was typed, best first, and how many there are. */
export function named(query: string, names: Names): { choices: Choice[]; matched: number; all: number } {
  const all: Choice[] = [
    ...names.commands.map(commandChoice),
    ...names.aliases.map((a): Choice => ({ text: a.name, kind: 'alias', help: a.line })),
  ];
  for (const cvar of names.cvars) all.push(cvarChoice(cvar));
  const ranked: { choice: Choice; rank: number }[] = [];
  for (const choice of all) {
    const fit = fits(query, choice.text);
    if (fit !== undefined) ranked.push({ choice: { ...choice, mark: fit.mark }, rank: fit.rank });
  }
  ranked.sort((a, b) => a.rank - b.rank || (a.choice.text < b.choice.text ? -1 : 1));
  return { choices: ranked.slice(0, mostChoices).map((r) => r.choice), matched: ranked.length, all: all.length };
}

/** How a name fits: 0 it begins so, 1 a part of it does, 2 it has that inside, 3 its last part has the last of what was typed, 4 the letters in order. */
export function fits(query: string, name: string): { rank: number; mark: [number, number] } | undefined {
  const q = query.toLowerCase();
  const n = name.toLowerCase();
  const dot = q.lastIndexOf('.') + 1;
  const tail = q.slice(dot);
  const at = n.indexOf(q);
  if (at >= 0) {
    const rank = at === 0 ? 0 : /[._]/.test(n[at - 1] as string) ? 1 : 2;
    // What was typed up to the last point is the same in all of them: the rest tells them apart.
    return { rank, mark: [at + dot, at + q.length] };
  }
  if (dot > 0 && tail.length > 1) {
    const found = n.indexOf(`.${tail}`);
    if (found >= 0) return { rank: 3, mark: [found + 1, found + 1 + tail.length] };
  }
  return q.length > 2 && inOrder(q, n) ? { rank: 4, mark: [0, 0] } : undefined;
}

function inOrder(q: string, n: string): boolean {
  let at = 0;
  for (const letter of q) {
    at = n.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function commandChoice({ name, usage, help }: CommandInfo): Choice {
  const rest = usage.startsWith(name) ? usage.slice(name.length).trim() : usage;
  return { text: name, kind: 'command', help, ...(rest !== '' && { usage: rest }) };
}

function cvarChoice(cvar: Cvar): Choice {
  const secret = cvar.flags?.includes('secret') ?? false;
  return {
    text: cvar.name,
    kind: 'cvar',
    value: secret ? '•••' : valueText(cvar.value),
    default: secret ? '' : valueText(cvar.default),
    help: cvar.help,
    modified: cvar.flags?.includes('modified') ?? false,
  };
}

/** A value as it is typed. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(' ');
  if (typeof value === 'number') return String(Number(value.toPrecision(7)));
  return value === null || value === undefined ? '' : String(value);
}

/** Type, range and step in words: `float, 0 to 50, step 0.1`. */
export function specOf(cvar: Cvar): string {
  const { type, min, max, step, unit } = cvar;
  const names = cvar.enum;
  const parts: string[] = [names?.length ? names.join(' | ') : type];
  if (min !== undefined && max !== undefined) parts.push(`${plain(min)} to ${plain(max)}${unit ? ` ${unit}` : ''}`);
  else if (min !== undefined) parts.push(`at least ${plain(min)}`);
  else if (max !== undefined) parts.push(`at most ${plain(max)}`);
  else if (unit) parts.push(unit);
  if (step !== undefined && step !== 1) parts.push(`step ${plain(step)}`);
  const marks = ['read-only', 'latched', 'cheat'].filter((f) =>
    (cvar.flags as readonly string[] | undefined)?.includes(f),
  );
  return [...parts, ...marks].join(', ');
}

function plain(x: unknown): string {
  return typeof x === 'number' && Number.isInteger(x) ? fixed(x) : valueText(x);
}

/** What the game offers for an argument. */
export function offered(items: readonly CompletionItem[], typed: string): Choice[] {
  return items.map((item) => {
    // Of an entity the value is its number, which stands in its name already.
    const { value, ...rest } = item;
    return marked(item.kind === 'cvar' ? item : rest, typed);
  });
}

/** What still fits of what was offered for less. */
export function narrowed(choices: readonly Choice[], typed: string): Choice[] {
  return choices.filter((c) => placeIn(c.text, typed) >= 0).map(({ mark, ...rest }) => marked(rest, typed));
}

function marked(choice: Choice, typed: string): Choice {
  const q = bare(typed);
  const at = q === '' ? -1 : placeIn(choice.text, typed);
  return at < 0 ? { ...choice } : { ...choice, mark: [at, at + q.length] };
}

function placeIn(text: string, typed: string): number {
  return text.toLowerCase().indexOf(bare(typed));
}

function bare(typed: string): string {
  return typed.replace(/^["`]/, '').toLowerCase();
}

/** What all texts that begin like the typed one begin with. */
export function commonPrefix(typed: string, texts: readonly string[]): string {
  const low = typed.toLowerCase();
  const alike = texts.filter((t) => t.toLowerCase().startsWith(low));
  let prefix = alike[0] ?? '';
  for (const text of alike) {
    let n = 0;
    while (n < prefix.length && prefix[n]?.toLowerCase() === text[n]?.toLowerCase()) n++;
    prefix = prefix.slice(0, n);
  }
  // A quote that opens and does not close is no word.
  const open = /^["`]/.test(prefix) && (prefix.length < 2 || prefix.at(-1) !== prefix[0]);
  return prefix.length > typed.length && !open ? prefix : '';
}

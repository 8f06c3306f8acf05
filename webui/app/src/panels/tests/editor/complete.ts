// Completion: names of the game inside of strings, by the call that they stand in; what tests are given
// and what they may expect, elsewhere.

import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { Named, Schema } from './schema';

/** What may be asked of what a test is given, by its name there. */
export const members: Readonly<Record<string, readonly string[]>> = {
  game: ['call', 'command', 'subscribe', 'log'],
  world: ['get', 'expr', 'create', 'count', 'undo', 'redo', 'snapshot', 'restore', 'hash'],
  cvars: ['get', 'ref', 'set', 'reset'],
  input: ['press', 'hold', 'release', 'type', 'move', 'click', 'button', 'wheel', 'touch', 'gamepad', 'status'],
  time: ['tick', 'frame', 'step', 'until', 'at', 'check', 'seed'],
  perf: ['scope', 'measure'],
  display: ['screenshot', 'pick', 'info'],
  test: ['only', 'skip', 'describe', 'beforeEach', 'afterEach', 'step'],
};

/** What can be asked of an entity that is described, or of a field of it. */
export const locator = [
  'path',
  'first',
  'last',
  'nth',
  'filter',
  'count',
  'exists',
  'all',
  'fields',
  'id',
  'pin',
  'set',
  'call',
  'delete',
];

/** What can be expected. */
export const expectations = [
  'not',
  'toBe',
  'toEqual',
  'toBeCloseTo',
  'toBeBetween',
  'toBeLessThan',
  'toBeGreaterThan',
  'toContain',
  'toMatch',
  'toThrow',
  'toReject',
  'toReach',
  'toBecome',
  'toStay',
  'toExist',
  'toHaveCount',
  'toAllocateLessThan',
  'toMatchImage',
];

/** Codes of keys, as KeyboardEvent.code has them. */
const codes = [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').map((c) => `Key${c}`),
  ...'0123456789'.split('').map((c) => `Digit${c}`),
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Space', 'Enter', 'Escape', 'Tab', 'Backspace', 'Delete'],
  ...['ShiftLeft', 'ShiftRight', 'ControlLeft', 'ControlRight', 'AltLeft', 'AltRight', 'MetaLeft'],
  ...['Home', 'End', 'PageUp', 'PageDown', 'Insert', 'Backquote', 'Minus', 'Equal', 'BracketLeft', 'BracketRight'],
  ...['Semicolon', 'Quote', 'Comma', 'Period', 'Slash', 'Backslash', 'CapsLock'],
  ...Array.from({ length: 12 }, (_, i) => `F${i + 1}`),
];

const plain = (names: readonly string[], detail = ''): Named[] => names.map((name) => ({ name, detail, help: '' }));

interface Rule {
  /** What stands before the cursor; the last group is what was typed of the name. */
  before: RegExp;
  names(schema: Schema, match: RegExpExecArray): readonly Named[];
}

const quote = `['"\`]`;

export const rules: readonly Rule[] = [
  { before: new RegExp(`\\bgame\\.call\\(\\s*${quote}([\\w.$]*)$`), names: (s) => s.methods },
  { before: new RegExp(`\\bgame\\.subscribe\\(\\s*${quote}([\\w.]*)$`), names: (s) => s.topics },
  {
    before: new RegExp(`\\bgame\\.call\\(\\s*${quote}([\\w.$]+)${quote}\\s*,\\s*\\{(?:[^{}]*,)?\\s*(\\w*)$`),
    names: (s, m) => s.methods.find(({ name }) => name === m[1])?.params ?? [],
  },
  { before: new RegExp(`\\bcvars\\.\\w+\\(\\s*${quote}([\\w.]*)$`), names: (s) => s.cvars },
  {
    before: new RegExp(`\\binput\\.(?:press|hold|release)\\((?:[^()]*,)?\\s*\\[?\\s*${quote}(\\w*)$`),
    names: () => plain(codes),
  },
  { before: new RegExp(`\\bperf\\.scope\\(\\s*${quote}([\\w./ ]*)$`), names: (s) => s.scopes },
  { before: new RegExp(`\\bworld\\.(?:get|create|count)\\(\\s*${quote}([\\w-]*)$`), names: (s) => s.kinds },
  { before: new RegExp(`\\bkind\\s*:\\s*${quote}([\\w-]*)$`), names: (s) => s.kinds },
  { before: new RegExp(`\\.path\\(\\s*${quote}([\\w.]*)$`), names: (s) => s.fields },
  // Expressions and conditions: whatever the game has a name for.
  {
    before: new RegExp(`(?:expect|until|check|expr)\\(\\s*${quote}(?:[^'"\`]*[^'"\`\\w.])?([\\w.]*)$`),
    names: (s) => [...s.kinds, ...s.fields, ...s.cvars],
  },
  { before: /\bwhere\s*:\s*['"`](?:[^'"`]*[^'"`\w.])?([\w.]*)$/, names: (s) => s.fields },
  {
    before: /\b(game|world|cvars|input|time|perf|display|test)\.(\w*)$/,
    names: (_, m) => plain(members[m[1] ?? ''] ?? []),
  },
  { before: /\bexpect\((?:[^()]|\([^()]*\))*\)(?:\.not)?\.(\w*)$/, names: () => plain(expectations) },
  { before: /\bworld\.get\((?:[^()]|\([^()]*\))*\)\.(\w*)$/, names: () => plain(locator) },
  {
    before: /\basync\s*\(\s*\{(?:[^{}]*,)?\s*(\w*)$/,
    names: () =>
      plain(
        Object.keys(members).filter((name) => name !== 'test'),
        'given to tests',
      ),
  },
];

const reach = 400; // characters before the cursor that are looked at

/** The names that may stand at the end of a text, and what of them is there. */
export function namesAt(text: string, schema: Schema): { typed: string; names: readonly Named[] } | undefined {
  for (const { before, names } of rules) {
    const match = before.exec(text);
    if (match !== null) return { typed: match.at(-1) ?? '', names: names(schema, match) };
  }
  return undefined;
}

/** The source of completions for the editor. */
export function completer(schema: Promise<Schema>): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.sliceDoc(Math.max(0, context.pos - reach), context.pos);
    const found = namesAt(text, await schema);
    if (found === undefined || found.names.length === 0) return null;
    if (found.typed === '' && !context.explicit && !/['"`.{,]\s*$/.test(text)) return null;
    const options: Completion[] = found.names.map(({ name, detail, help }) => ({
      label: name,
      ...(detail !== '' && { detail }),
      ...(help !== '' && { info: help }),
    }));
    return { from: context.pos - found.typed.length, options, validFor: /^[\w.$/-]*$/ };
  };
}

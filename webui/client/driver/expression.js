// Texts in the language that the game evaluates: see time.until.

import { TestError } from './failure.js';

/** A value as the language writes it. */
export function literal(value) {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'string') return quoted(value);
  throw new TestError(
    `the game compares numbers, texts, booleans and null, not ${typeof value === 'number' ? value : typeof value}`,
  );
}

/** A text in quotes; the language has two kinds of them, and nothing to write one inside of its own kind. */
function quoted(text) {
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  throw new TestError(`a text with both kinds of quotes cannot be written for the game: ${text}`);
}

/** What a condition may say of a value, and how the language says it. */
const operators = { above: '>', atLeast: '>=', below: '<', atMost: '<=', is: '==', not: '!=' };

/**
 * The text of a condition on an expression: a value that it equals, or bounds as
 * `{ atLeast: 1, below: 5 }` and `{ near: [90, 0.5] }`.
 */
export function condition(expr, want) {
  if (typeof want !== 'object' || want === null) return `${expr} == ${literal(want)}`;
  const parts = Object.entries(want).map(([key, value]) => {
    if (key === 'near') return `abs(${expr} - ${literal(value[0])}) <= ${literal(value[1])}`;
    if (!(key in operators)) {
      throw new TestError(`a condition has ${[...Object.keys(operators), 'near'].join(', ')}; it has no ${key}`);
    }
    return `${expr} ${operators[key]} ${literal(value)}`;
  });
  if (parts.length === 0) throw new TestError('the condition is empty, so it says nothing');
  return parts.join(' and ');
}

/** A condition in words, for messages. */
export function words(want) {
  if (typeof want !== 'object' || want === null) return `${JSON.stringify(want)}`;
  return Object.entries(want)
    .map(([key, value]) => {
      if (key === 'near') return `within ${value[1]} of ${value[0]}`;
      return `${operators[key] ?? key} ${JSON.stringify(value)}`;
    })
    .join(' and ');
}

/** A query of entities as a condition of world.list. */
export function where(query) {
  const parts = [];
  if (query.id !== undefined) parts.push(`id:${query.id}`);
  if (query.name !== undefined) parts.push(`name = ${quoted(query.name)}`);
  if (query.kind !== undefined) parts.push(`kind:${word(query.kind)}`);
  if (query.where) parts.push(parts.length > 0 ? `(${query.where})` : query.where);
  return parts.join(' and ');
}

function word(text) {
  return /^[\w.-]+$/.test(text) ? text : quoted(text);
}

// The condition that the game understands, as far as the page needs to: colours for its parts, and
// the column that a complaint of the game names.

/** A part of a condition and what it is. */
export interface Part {
  text: string;
  class: '' | 'q-field' | 'q-word' | 'q-op' | 'q-text' | 'q-fault';
}

const pattern = /(\s+)|("[^"]*"?|'[^']*'?)|(>=|<=|!=|==|!~|[<>=()~,])|([^\s"'<>=!()~,]+)|(.)/g;
const joins = new Set(['and', 'or', 'not', 'near']);

/** Parts of a condition in their order; together they are the text. From `fault` on one part is marked. */
export function paint(text: string, fields: ReadonlySet<string>, fault?: number): Part[] {
  const parts: Part[] = [];
  let at = 0;
  // A complaint about the end is shown at the last word.
  if (fault !== undefined && fault >= text.trimEnd().length) fault = text.trimEnd().length - 1;
  for (const found of text.matchAll(pattern)) {
    const [whole, , quoted, op, word] = found;
    const begin = at;
    at += whole.length;
    if (fault !== undefined && begin <= fault && fault < at && whole.trim() !== '')
      parts.push({ text: whole, class: 'q-fault' });
    else if (quoted !== undefined) parts.push({ text: whole, class: 'q-text' });
    else if (op !== undefined) parts.push({ text: whole, class: 'q-op' });
    else if (word !== undefined) parts.push(...wordParts(word, fields));
    else parts.push({ text: whole, class: '' });
  }
  return parts;
}

function wordParts(word: string, fields: ReadonlySet<string>): Part[] {
  if (joins.has(word.toLowerCase())) return [{ text: word, class: 'q-word' }];
  const prefix = /^(kind:|has:|id:|name:)(.*)$/.exec(word);
  if (prefix !== null)
    return [
      { text: prefix[1] ?? '', class: 'q-field' },
      { text: prefix[2] ?? '', class: 'q-text' },
    ];
  return [{ text: word, class: fields.has(word) ? 'q-field' : '' }];
}

/** A complaint about a condition. */
export interface Fault {
  /** Without the column. */
  reason: string;
  /** From 0. */
  column: number;
  /** What was meant, perhaps. */
  suggest?: string;
}

/** Reads `where, column 12: …`; anything else complains about the beginning. */
export function faultOf(message: string): Fault {
  const found = /^where\b.*?column (\d+):?\s*([\s\S]*)$/.exec(message);
  if (found === null) return { reason: message, column: 0 };
  return { reason: found[2] ?? '', column: Math.max(0, Number(found[1]) - 1) };
}

// The words of a line as the game's own reader parts them: blanks between words, `;` and line ends
// between statements, quotes at the beginning of a word, comments.

/** A word: UTF-16 units of the line, quotes included. */
export interface Word {
  text: string;
  from: number;
  to: number;
}

/** What is being typed at a cursor. */
export interface Under {
  /** Words of the statement before it. */
  before: Word[];
  /** Up to the cursor; empty where a new word would begin. */
  word: Word;
  /** Inside quotes that are not closed. */
  quoted: boolean;
  comment: boolean;
}

const blank = /[^\S\n]/;

/** The statement under a cursor. */
export function under(line: string, cursor: number): Under {
  const { statements, quoted, comment } = walk(line.slice(0, cursor));
  const words = statements.at(-1) ?? [];
  const last = words.at(-1);
  if (last !== undefined && last.to === cursor && !comment)
    return { before: words.slice(0, -1), word: last, quoted, comment };
  return { before: words, word: { text: '', from: cursor, to: cursor }, quoted: false, comment };
}

/** The statements of a text, each its words; the last may be empty. */
export function statements(text: string): Word[][] {
  return walk(text).statements;
}

function walk(text: string): { statements: Word[][]; quoted: boolean; comment: boolean } {
  const out: Word[][] = [[]];
  let quoted = false;
  let comment = false;
  let fresh = true;
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string;
    if (c === '\n' || c === ';') {
      out.push([]);
      fresh = c === '\n' || fresh;
      comment = false;
      i++;
    } else if (blank.test(c)) i++;
    else if (text.startsWith('//', i) || (c === '#' && fresh)) {
      const end = text.indexOf('\n', i);
      comment = end < 0;
      i = end < 0 ? text.length : end;
    } else {
      fresh = false;
      const { to, open } = wordEnd(text, i);
      out.at(-1)?.push({ text: text.slice(i, to), from: i, to });
      quoted = open && to === text.length;
      i = to;
    }
  }
  return { statements: out, quoted, comment };
}

function wordEnd(text: string, from: number): { to: number; open: boolean } {
  const quote = text[from];
  let to = from;
  if (quote === '"' || quote === '`') {
    for (to++; to < text.length && text[to] !== quote && text[to] !== '\n'; to++)
      if (quote === '"' && text[to] === '\\') to++;
    if (to >= text.length) return { to: text.length, open: true };
    if (text[to] === quote) to++;
  }
  while (to < text.length && !blank.test(text[to] as string) && text[to] !== '\n' && text[to] !== ';') to++;
  return { to, open: false };
}

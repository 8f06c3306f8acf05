// Modules of a run: what the files of the tests import of each other and of the client, as a list in which
// each comes behind those that it imports. The worker makes a blob of each, whose address takes the
// place of its name: there is nowhere that it could fetch from.

import { type Token, tokens } from './tokens';

/** Where a module names another: the string with its quotes is `[from, to)`. */
export interface Import {
  from: number;
  to: number;
  name: string;
}

/** A module whose imports are numbers of modules in the list. */
export interface Linked {
  name: string;
  parts: readonly (string | number)[];
}

/** A module that cannot be had. `file` and `line` are where it is wanted. */
export class LinkError extends Error {
  readonly file: string;
  readonly line: number;

  constructor(message: string, file: string, line: number) {
    super(message);
    this.file = file;
    this.line = line;
  }
}

/** Finds every import of a module that names another by a string: static, dynamic, and exports from. */
export function importsOf(source: string): Import[] {
  const list = tokens(source);
  const text = (i: number): string => {
    const t = list[i];
    return t === undefined ? '' : source.slice(t.from, t.to);
  };
  const out: Import[] = [];
  const add = (t: Token | undefined): void => {
    if (t?.kind === 'string') out.push({ from: t.from, to: t.to, name: source.slice(t.from + 1, t.to - 1) });
  };
  for (let i = 0; i < list.length; i++) {
    const word = text(i);
    if (list[i]?.kind !== 'word' || text(i - 1) === '.') continue;
    if (word === 'import') add(list[imported(list, text, i + 1)]);
    else if (word === 'export' && /^[*{]$/.test(text(i + 1))) add(list[fromIn(list, text, i + 1)]);
  }
  return out;
}

type Texts = (i: number) => string;

// The place of the string that an import names, or -1.
function imported(list: readonly Token[], text: Texts, i: number): number {
  if (list[i]?.kind === 'string') return i; // import 'x'
  if (text(i) === '(') return /^[),]$/.test(text(i + 2)) ? i + 1 : -1; // import('x')
  return text(i) === '.' || text(i) === ':' ? -1 : fromIn(list, text, i); // import.meta, { import: 1 }
}

// The place of the string behind `from`, with names and braces alone before it; or -1.
function fromIn(list: readonly Token[], text: Texts, i: number): number {
  for (; i < list.length; i++) {
    if (text(i) === 'from' && list[i + 1]?.kind === 'string') return i + 1;
    const fits = list[i]?.kind === 'word' || list[i]?.kind === 'string' || /^[*{},]$/.test(text(i));
    if (!fits) return -1;
  }
  return -1;
}

/** The client's own modules lie below this name. */
export const library = 'scry-client/';

const known: Record<string, string> = {
  'scry-client': `${library}client.js`,
  'scry-client/test': `${library}test.js`,
};

/** The name of the module that another one means; undefined for what is none of ours. */
export function resolve(specifier: string, from: string): string | undefined {
  const own = known[specifier];
  if (own !== undefined) return own;
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const path = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (path.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') path.push(part);
  }
  return path.join('/');
}

/** Where a module of the client is, below the page's address. */
export function pathOf(name: string): string {
  const rest = name.slice(library.length);
  return rest === 'client.js' ? rest : `client/${rest}`;
}

export const lineAt = (source: string, offset: number): number => source.slice(0, offset).split('\n').length;

/**
 * Puts modules into their order, from the ones that are wanted on. Rejects with a LinkError where one is
 * not there, or needs itself.
 * @param read the text of a module, undefined where there is none
 */
export async function link(
  wanted: readonly string[],
  read: (name: string) => Promise<string | undefined>,
): Promise<{ list: Linked[]; at: ReadonlyMap<string, number> }> {
  const list: Linked[] = [];
  const at = new Map<string, number>();
  const begun: string[] = [];
  const visit = async (name: string, why: { file: string; line: number; said: string }): Promise<number> => {
    const done = at.get(name);
    if (done !== undefined) return done;
    if (begun.includes(name)) {
      const circle = [...begun.slice(begun.indexOf(name)), name].join(' → ');
      throw new LinkError(
        `modules import each other in a circle, which cannot run here: ${circle}`,
        why.file,
        why.line,
      );
    }
    const source = await read(name);
    if (source === undefined) throw new LinkError(`there is no file ${why.said}`, why.file, why.line);
    begun.push(name);
    const parts: (string | number)[] = [];
    let end = 0;
    for (const one of importsOf(source)) {
      const line = lineAt(source, one.from);
      const target = resolve(one.name, name);
      if (name.startsWith(library) && (target === undefined || isDynamic(source, one))) continue; // Node's
      if (target === undefined) {
        throw new LinkError(
          `cannot import ${JSON.stringify(one.name)}: tests import scry-client, scry-client/test, and files beside them by ./ and ../`,
          name,
          line,
        );
      }
      const number = await visit(target, { file: name, line, said: target });
      parts.push(source.slice(end, one.from), number);
      end = one.to;
    }
    begun.pop();
    parts.push(source.slice(end));
    at.set(name, list.length);
    list.push({ name, parts });
    return list.length - 1;
  };
  for (const name of wanted) await visit(name, { file: name, line: 1, said: name });
  return { list, at };
}

// Written as import('x').
function isDynamic(source: string, { from }: Import): boolean {
  return /\(\s*$/.test(source.slice(Math.max(0, from - 8), from));
}

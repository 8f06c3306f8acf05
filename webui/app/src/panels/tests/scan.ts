// The tests that stand in a text, without running it: so that they are listed before anything runs. Names
// that are put together while it runs are not found; the run tells them.

import { lineAt } from './modules';
import { tokens } from './tokens';

export interface Found {
  /** As the driver calls it: `outer › inner › name`. */
  name: string;
  line: number;
}

/** Lists the tests that a text declares with a name that is written out. */
export function testsIn(source: string): Found[] {
  const list = tokens(source);
  const out: Found[] = [];
  const groups: { name: string; depth: number }[] = [];
  let depth = 0;
  const text = (i: number): string => source.slice(list[i]?.from ?? 0, list[i]?.to ?? 0);
  for (let i = 0; i < list.length; i++) {
    const word = text(i);
    if (word === '(') depth++;
    if (word === ')') {
      depth--;
      while ((groups.at(-1)?.depth ?? Number.NEGATIVE_INFINITY) > depth) groups.pop();
    }
    if (list[i]?.kind !== 'word' || !/^(test|it|describe)$/.test(word) || text(i - 1) === '.') continue;
    const open = /^\.$/.test(text(i + 1)) && /^(only|skip)$/.test(text(i + 2)) ? i + 3 : i + 1;
    const name = text(open) === '(' ? literal(text(open + 1), list[open + 1]?.kind) : undefined;
    if (name === undefined) continue;
    if (word === 'describe') groups.push({ name, depth: depth + 1 });
    else out.push({ name: [...groups.map((g) => g.name), name].join(' › '), line: lineAt(source, list[i]?.from ?? 0) });
  }
  return out;
}

// What a string says; undefined for what is none.
function literal(text: string, kind: string | undefined): string | undefined {
  if (kind !== 'string' && !(kind === 'template' && /^`[\s\S]*`$/.test(text))) return undefined;
  return text.slice(1, -1).replace(/\\(u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[\s\S])/gi, (_, sign: string) => {
    const code = /^u\{?([0-9a-f]+)\}?$|^x([0-9a-f]{2})$/i.exec(sign);
    if (code !== null) return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? '0', 16));
    return { n: '\n', t: '\t', r: '\r' }[sign] ?? sign;
  });
}

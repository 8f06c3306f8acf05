// How values, and what became of them, are shown in messages.

/** A value on one line, cut where it is long. */
export function show(value, limit = 200) {
  const text = print(value, 0, new Set());
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

function print(value, depth, above) {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return number(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return `[function ${value.name || 'without a name'}]`;
    case 'object':
      return value === null ? 'null' : object(value, depth, above);
  }
  return String(value);
}

function object(value, depth, above) {
  if (value instanceof Error) return `[${value.name}: ${value.message}]`;
  if (value instanceof RegExp || value instanceof Date) return String(value);
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`;
  if (above.has(value)) return '[itself]';
  if (depth > 3) return Array.isArray(value) ? '[…]' : '{…}';
  above.add(value);
  const inside = (x) => print(x, depth + 1, above);
  let text;
  if (Array.isArray(value)) text = `[${value.map(inside).join(', ')}]`;
  else if (value instanceof Map)
    text = `Map {${[...value].map(([k, v]) => `${inside(k)} => ${inside(v)}`).join(', ')}}`;
  else if (value instanceof Set) text = `Set {${[...value].map(inside).join(', ')}}`;
  else {
    const fields = Object.entries(value).map(([k, v]) => `${/^[\w$]+$/.test(k) ? k : JSON.stringify(k)}: ${inside(v)}`);
    text = fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
  }
  above.delete(value);
  return text;
}

/** A number as it is, but for the digits that only its binary form has. */
export function number(x) {
  if (Object.is(x, -0)) return '-0';
  const short = Number(x.toPrecision(10));
  return String(Math.abs(short - x) <= Math.abs(x) * 1e-12 ? short : x);
}

const bars = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars, the least and the greatest of them as low and high as it goes. */
export function sparkline(numbers) {
  const known = numbers.filter((x) => Number.isFinite(x));
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return numbers
    .map((x) => {
      if (!Number.isFinite(x)) return ' ';
      return span === 0 ? bars[3] : bars[Math.min(7, Math.floor(((x - low) / span) * 8))];
    })
    .join('');
}

const rowsShown = 8;

/**
 * The last values of an expression's paths: each as a row of bars, then the newest as a table.
 * @param {{tick: number, values: Record<string, unknown>}[]} last
 */
export function history(last) {
  if (!last || last.length === 0) return '';
  const paths = [...new Set(last.flatMap((row) => Object.keys(row.values)))];
  if (paths.length === 0) return '';
  const lines = [];
  const wide = Math.max(...paths.map((p) => p.length));
  for (const path of paths) {
    const all = last.map((row) => row.values[path]);
    const numbers = all.map((v) => (typeof v === 'number' ? v : Number.NaN));
    const from = show(all[0], 40);
    const to = show(all.at(-1), 40);
    const way = from === to ? to : `${from} → ${to}`;
    const drawn = numbers.some(Number.isFinite) && last.length > 1 ? `${sparkline(numbers)}  ` : '';
    lines.push(`  ${path.padEnd(wide)}  ${drawn}${way}`);
  }
  return `${lines.join('\n')}\n${table(paths, last.slice(-rowsShown))}`;
}

function table(paths, rows) {
  const cells = [
    ['tick', ...paths],
    ...rows.map((row) => [String(row.tick), ...paths.map((p) => show(row.values[p], 32))]),
  ];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  return cells
    .map(
      (line) =>
        `  ${line
          .map((cell, i) => cell.padEnd(widths[i]))
          .join('  ')
          .trimEnd()}`,
    )
    .join('\n');
}

/** The name of several that is written most like another, or undefined when none is near. */
export function nearest(name, names) {
  let best;
  let least = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const other of names) {
    const d = distance(name.toLowerCase(), other.toLowerCase());
    if (d < least) [least, best] = [d, other];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/** A count with its noun: 1 tick, 2 ticks. */
export function count(n, noun) {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

// Attributes as text: how they stand in a row, are searched and are kept. What needs them apart reads
// the text back, so that a line is kept once.

/** Attributes as `key=value key=value`; strings that would read as something else are quoted. */
export function attrsText(attrs: Record<string, unknown> | null | undefined): string {
  if (!attrs) return '';
  let out = '';
  for (const key in attrs) {
    if (out !== '') out += ' ';
    out += `${/[\s"=]/.test(key) || key === '' ? JSON.stringify(key) : key}=${valueText(attrs[key])}`;
  }
  return out;
}

function valueText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return value === '' || /[\s"=]|^[[{]/.test(value) ? JSON.stringify(value) : value;
}

/** Names and values of a text that attrsText wrote. Of a plain value it is not known whether it was a string. */
export function readAttrs(text: string): [name: string, value: unknown][] {
  const out: [string, unknown][] = [];
  let at = 0;
  while (at < text.length) {
    const equals = text[at] === '"' ? jsonEnd(text, at) : text.indexOf('=', at);
    if (equals < 0) break;
    const name = text.slice(at, equals);
    const from = equals + 1;
    const json = /["[{]/.test(text[from] ?? '');
    let to = json ? jsonEnd(text, from) : text.indexOf(' ', from);
    if (to < 0) to = text.length;
    const value = text.slice(from, to);
    out.push([name.startsWith('"') ? String(parsed(name)) : name, json ? parsed(value) : value]);
    at = to + 1;
  }
  return out;
}

// Where a JSON value that begins here ends.
function jsonEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
    if (depth <= 0) return i + 1;
  }
  return text.length;
}

// A line that was cut short need not be JSON any more.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

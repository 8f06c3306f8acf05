// JSON as a flat table of nodes in the order of the text, each with its place in it: numbers stay as
// they are written, twins of a key are seen, a fault has its line. Nothing here recurses, so that no
// depth of brackets overflows anything.

/** Where and why a text is no JSON; line and column from 1. */
export class JsonFault extends Error {
  readonly line: number;
  readonly column: number;

  constructor(reason: string, text: string, at: number) {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    super(`line ${line}, column ${column}: ${reason}`);
    this.line = line;
    this.column = column;
  }
}

export const mostDepth = 256;
export const mostNodes = 1_000_000;

export type NodeKind = 'object' | 'array' | 'string' | 'number' | 'word';

const kindNames: readonly NodeKind[] = ['object', 'array', 'string', 'number', 'word'];

/** A parsed text. Node 0 is the root. */
export class JsonTree {
  readonly text: string;
  count = 0;
  /** The node after the last one inside: a node without any is followed by the next. */
  readonly end: number[] = [];
  readonly parent: number[] = [];
  readonly depth: number[] = [];
  private readonly kinds: number[] = [];
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly keyFrom: number[] = []; // of the key with its quotes; -1 in an array
  private readonly keyTo: number[] = [];
  private readonly places: number[] = []; // which of its parent's
  private readonly sizes: number[] = []; // members

  constructor(text: string) {
    this.text = text;
    parse(this, text);
  }

  kind(node: number): NodeKind {
    return kindNames[this.kinds[node] as number] as NodeKind;
  }

  /** Members of an object or an array. */
  size(node: number): number {
    return this.sizes[node] as number;
  }

  /** What names it in its parent: a key, or a number. */
  key(node: number): string {
    const from = this.keyFrom[node] as number;
    if (from >= 0) return unquote(this.text.slice(from, this.keyTo[node]));
    return node === 0 ? '' : String(this.places[node]);
  }

  /** The value as it is written; the brackets of what holds others are left out. */
  raw(node: number, most = 2000): string {
    const from = this.from[node] as number;
    return this.text.slice(from, Math.min(this.to[node] as number, from + most));
  }

  /** The whole text of a node. */
  source(node: number): string {
    return this.text.slice(this.from[node], this.to[node]);
  }

  /** The path from the root, as scripts write it: `waves[3].boss["big one"]`. */
  path(node: number): string {
    const parts: string[] = [];
    for (let n = node; n > 0; n = this.parent[n] as number) {
      if ((this.keyFrom[n] as number) < 0) parts.push(`[${this.places[n]}]`);
      else {
        const key = this.key(n);
        parts.push(/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
      }
    }
    return parts.reverse().join('').replace(/^\./, '');
  }

  /** Begins a node; for the parser. */
  push(kind: number, from: number, parent: number, depth: number, keyFrom: number, keyTo: number): number {
    const node = this.count++;
    this.kinds[node] = kind;
    this.from[node] = from;
    this.to[node] = from;
    this.end[node] = node + 1;
    this.parent[node] = parent;
    this.depth[node] = depth;
    this.keyFrom[node] = keyFrom;
    this.keyTo[node] = keyTo;
    this.sizes[node] = 0;
    this.places[node] = parent < 0 ? 0 : (this.sizes[parent] as number);
    if (parent >= 0) this.sizes[parent] = (this.sizes[parent] as number) + 1;
    return node;
  }

  /** Ends a node; for the parser. */
  close(node: number, to: number): void {
    this.to[node] = to;
    this.end[node] = this.count;
  }
}

function unquote(raw: string): string {
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw.slice(1, -1);
  }
}

const space = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\p{Cc}\p{Cs}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy; // Cc below a space
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

function parse(tree: JsonTree, text: string): void {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let open = -1; // the object or array that is being read
  const skip = (): void => {
    space.lastIndex = at;
    space.exec(text);
    at = space.lastIndex;
  };
  const fail = (reason: string): never => {
    throw new JsonFault(at >= text.length ? `the text ends, ${reason}` : reason, text, at);
  };
  const take = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : -1;
  };
  const value = (keyFrom: number, keyTo: number): void => {
    if (tree.count >= mostNodes) fail(`there are more than ${mostNodes} values`);
    const depth = open < 0 ? 0 : (tree.depth[open] as number) + 1;
    if (depth > mostDepth) fail(`brackets lie more than ${mostDepth} deep`);
    const c = text[at];
    if (c === '{' || c === '[') {
      open = tree.push(c === '{' ? 0 : 1, at, open, depth, keyFrom, keyTo);
      at++;
      return;
    }
    const patterns =
      c === '"'
        ? ([string, 2] as const)
        : c === '-' || (c !== undefined && c >= '0' && c <= '9')
          ? ([number, 3] as const)
          : ([word, 4] as const);
    const end = take(patterns[0]);
    if (end < 0)
      fail(c === '"' ? 'this string does not end, or has a sign that must be escaped' : 'a value is missing');
    tree.close(tree.push(patterns[1], at, open, depth, keyFrom, keyTo), end);
    at = end;
  };
  skip();
  value(-1, -1);
  for (;;) {
    skip();
    if (open < 0) break;
    const list = tree.kind(open) === 'array';
    const first = tree.size(open) === 0;
    if (text[at] === (list ? ']' : '}')) {
      at++;
      tree.close(open, at);
      open = tree.parent[open] as number;
      continue;
    }
    if (!first) {
      if (text[at] !== ',') fail(`"," or "${list ? ']' : '}'}" is missing`);
      at++;
      skip();
    }
    if (list) {
      value(-1, -1);
      continue;
    }
    const keyFrom = at;
    const keyTo = take(string);
    if (keyTo < 0) fail('a key in quotes is missing');
    at = keyTo;
    skip();
    if (text[at] !== ':') fail('":" is missing behind the key');
    at++;
    skip();
    value(keyFrom, keyTo);
  }
  if (at < text.length) fail('more stands behind the end');
}

/** The nodes that are to be seen: all but those inside of a closed one. */
export function seen(tree: JsonTree, open: ReadonlySet<number>): number[] {
  const out: number[] = [];
  for (let node = 0; node < tree.count; ) {
    out.push(node);
    node = tree.size(node) > 0 && !open.has(node) ? (tree.end[node] as number) : node + 1;
  }
  return out;
}

/** The nodes whose key or value holds a text, in any case. */
export function search(tree: JsonTree, what: string, most = 5000): number[] {
  const needle = what.toLowerCase();
  const out: number[] = [];
  for (let node = 0; node < tree.count && out.length < most; node++) {
    const own = tree.size(node) === 0 ? tree.raw(node, 10_000).toLowerCase() : '';
    if (own.includes(needle) || (node > 0 && tree.key(node).toLowerCase().includes(needle))) out.push(node);
  }
  return out;
}

/** Opens what a node lies in. */
export function openTo(tree: JsonTree, node: number, open: Set<number>): void {
  for (let n = tree.parent[node] as number; n >= 0; n = tree.parent[n] as number) open.add(n);
}

/** What is open at first: the root, and as much below it as stays an overview. */
export function openFirst(tree: JsonTree): Set<number> {
  const open = new Set<number>([0]);
  let rows = 1 + tree.size(0);
  for (let node = 1; node < tree.count && rows < 60; node = tree.end[node] as number) {
    if (tree.size(node) === 0 || rows + tree.size(node) > 60) continue;
    open.add(node);
    rows += tree.size(node);
  }
  return open;
}

// Left heavy: what ran in a piece of the axis, joined by its stack, the costliest first.

import type { ScopeStore, Segment } from '../../core/scopes';

/** All calls of one scope below the same scopes. */
export interface HeavyNode {
  id: number;
  track: number;
  depth: number;
  /** ns, of the part that lies in the range */
  total: number;
  /** ns without the scopes inside */
  self: number;
  calls: number;
  /** ns of the longest call */
  max: number;
  /** ns from the left edge of its track */
  x: number;
  parent: HeavyNode | undefined;
  /** Costliest first. */
  children: HeavyNode[];
}

/** A track's stacks. */
export interface HeavyTrack {
  track: number;
  /** ns */
  total: number;
  lanes: number;
  roots: HeavyNode[];
}

/** Calls of one lane, in order of time. */
interface LaneCalls {
  begin: number[];
  end: number[];
  id: number[];
  ns: number[]; // of the part in the range
}

/** Joins what ran between two places of the axis. */
export function heavyTracks(store: ScopeStore, x0: number, x1: number): HeavyTrack[] {
  const tracks = collect(store, x0, x1);
  const out: HeavyTrack[] = [];
  tracks.forEach((lanes, track) => {
    if (lanes === undefined) return;
    const roots: HeavyNode[] = [];
    join(roots, lanes, track);
    settle(roots, 0);
    out.push({ track, roots, total: roots.reduce((sum, n) => sum + n.total, 0), lanes: deepest(roots) });
  });
  return out;
}

// Calls by track and depth. A lane's calls do not overlap, so segments in order give them in order.
function collect(store: ScopeStore, x0: number, x1: number): (LaneCalls[] | undefined)[] {
  const out: (LaneCalls[] | undefined)[] = [];
  const [from, to] = store.between(x0, x1);
  for (let k = from; k < to; k++) {
    const s = store.segments[k] as Segment;
    if (!s.touches(x0, x1)) continue;
    let lo = 0;
    for (let r = 0; r < s.runs.length; r += 2) {
      const word = s.runs[r] as number;
      const hi = lo + (s.runs[r + 1] as number);
      const lanes = out[word & 0xffff] ?? [];
      out[word & 0xffff] = lanes;
      const depth = (word >>> 16) & 0xff;
      while (lanes.length <= depth) lanes.push({ begin: [], end: [], id: [], ns: [] });
      collectRun(s, lo, hi, x0, x1, lanes[depth] as LaneCalls);
      lo = hi;
    }
  }
  return out;
}

function collectRun(s: Segment, lo: number, hi: number, x0: number, x1: number, lane: LaneCalls): void {
  for (let i = lo; i < hi; i++) {
    const begin = s.base + (s.start[i] as number) * s.unit;
    const end = begin + (s.duration[i] as number) * s.unit;
    if (end < x0 || begin >= x1) continue;
    lane.begin.push(begin);
    lane.end.push(end);
    lane.id.push(s.id[i] as number);
    lane.ns.push((Math.min(end, x1) - Math.max(begin, x0)) * 1e9);
  }
}

// Lane by lane: each call belongs to the node of the call around it, which stands in the lane above.
function join(roots: HeavyNode[], lanes: readonly LaneCalls[], track: number): void {
  let above: HeavyNode[] = [];
  const byKey = new Map<HeavyNode | undefined, Map<number, HeavyNode>>();
  lanes.forEach((lane, depth) => {
    const outer = lanes[depth - 1];
    const nodes: HeavyNode[] = [];
    let p = 0;
    for (let i = 0; i < lane.id.length; i++) {
      const middle = ((lane.begin[i] as number) + (lane.end[i] as number)) / 2;
      while (outer !== undefined && p < outer.id.length && (outer.end[p] as number) < middle) p++;
      const inside = outer !== undefined && p < outer.id.length && (outer.begin[p] as number) <= middle;
      const parent = inside ? above[p] : undefined;
      const node = nodeOf(byKey, roots, parent, lane.id[i] as number, track);
      const ns = lane.ns[i] as number;
      node.total += ns;
      node.self += ns;
      node.calls++;
      node.max = Math.max(node.max, ns);
      if (parent !== undefined) parent.self = Math.max(0, parent.self - ns);
      nodes.push(node);
    }
    above = nodes;
  });
}

function nodeOf(
  byKey: Map<HeavyNode | undefined, Map<number, HeavyNode>>,
  roots: HeavyNode[],
  parent: HeavyNode | undefined,
  id: number,
  track: number,
): HeavyNode {
  let siblings = byKey.get(parent);
  if (siblings === undefined) {
    siblings = new Map();
    byKey.set(parent, siblings);
  }
  let node = siblings.get(id);
  if (node === undefined) {
    const depth = parent === undefined ? 0 : parent.depth + 1;
    node = { id, track, depth, total: 0, self: 0, calls: 0, max: 0, x: 0, parent, children: [] };
    siblings.set(id, node);
    (parent?.children ?? roots).push(node);
  }
  return node;
}

function settle(nodes: HeavyNode[], x: number): void {
  nodes.sort((a, b) => b.total - a.total || a.id - b.id);
  for (const n of nodes) {
    n.x = x;
    settle(n.children, x);
    x += n.total;
  }
}

function deepest(nodes: readonly HeavyNode[]): number {
  return nodes.reduce((most, n) => Math.max(most, n.depth + 1, deepest(n.children)), 0);
}

/** Names from the outermost to the node itself. */
export function stackOf(node: HeavyNode): number[] {
  const out: number[] = [];
  for (let n: HeavyNode | undefined = node; n !== undefined; n = n.parent) out.unshift(n.id);
  return out;
}

/** The stack beside a node: the one around it, the costliest inside it, or the next of those with it. */
export function besideNode(
  tracks: readonly HeavyTrack[],
  node: HeavyNode | undefined,
  where: 'out' | 'in' | 'next' | 'before',
): HeavyNode | undefined {
  if (node === undefined) return tracks[0]?.roots[0];
  if (where === 'out') return node.parent;
  if (where === 'in') return node.children[0];
  const all = node.parent?.children ?? tracks.find((t) => t.track === node.track)?.roots ?? [];
  return all[all.indexOf(node) + (where === 'next' ? 1 : -1)];
}

/** The node with the same stack in other tracks; undefined when it did not run there. */
export function sameStack(tracks: readonly HeavyTrack[], node: HeavyNode | undefined): HeavyNode | undefined {
  if (node === undefined) return undefined;
  let nodes = tracks.find((t) => t.track === node.track)?.roots;
  let found: HeavyNode | undefined;
  for (const id of stackOf(node)) {
    found = nodes?.find((n) => n.id === id);
    nodes = found?.children;
  }
  return found;
}

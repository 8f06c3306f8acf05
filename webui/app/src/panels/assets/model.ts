// An asset as the page knows it, and which of many are shown in which order.

import type { AssetFrames, AssetInfo } from '../../core/wire';

/** The size of one picture of a sheet, px, and how many there are. */
export type Sheet = AssetFrames;

/** An asset as the game tells it. */
export type Asset = AssetInfo;

export type Kind = Asset['kind'];

/** In the order of their chips. */
export const kinds = [
  'image',
  'sound',
  'text',
  'json',
  'shader',
  'font',
  'mesh',
  'other',
] as const satisfies readonly Kind[];

/** What the person asked to see. */
export interface Choice {
  /** Words, each of which must occur in the name, the kind, the origin, the help or a user's name. */
  query: string;
  /** Empty shows all. */
  kind: string;
  /** A key of `orders`, with a minus before it for the other way round. */
  sort: string;
}

/** Bytes in the game where it says so, else those of the file. */
export function weight(asset: Asset): number {
  return asset.memory ?? asset.bytes;
}

/** The part of a name behind its last slash, and what stands before it. */
export function split(name: string): { folder: string; base: string } {
  const cut = name.lastIndexOf('/', name.length - 2) + 1;
  return { folder: name.slice(0, cut), base: name.slice(cut) };
}

type Order = (a: Asset, b: Asset) => number;

const byName: Order = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** What a list can be sorted by. */
export const orders: Readonly<Record<string, Order>> = {
  name: byName,
  kind: (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind),
  bytes: (a, b) => a.bytes - b.bytes,
  memory: (a, b) => weight(a) - weight(b),
  refs: (a, b) => (a.refs?.length ?? -1) - (b.refs?.length ?? -1),
  version: (a, b) => a.version - b.version,
  frame: (a, b) => a.frame - b.frame,
};

/** Those that fit, in their order. Equal ones are ordered by name. */
export function choose(assets: Iterable<Asset>, { query, kind, sort }: Choice): Asset[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const out: Asset[] = [];
  for (const asset of assets) {
    if (kind !== '' && asset.kind !== kind) continue;
    if (words.every((word) => fits(asset, word))) out.push(asset);
  }
  const down = sort.startsWith('-');
  const key = down ? sort.slice(1) : sort;
  const order = Object.hasOwn(orders, key) ? (orders[key] as Order) : byName; // the address says it: anybody may
  return out.sort((a, b) => (down ? order(b, a) : order(a, b)) || byName(a, b));
}

function fits(asset: Asset, word: string): boolean {
  const has = (text: string | undefined): boolean => text?.toLowerCase().includes(word) ?? false;
  return has(asset.name) || has(asset.kind) || has(asset.origin) || has(asset.help) || (asset.refs?.some(has) ?? false);
}

/** Number and weight of some assets. */
export interface Sum {
  count: number;
  bytes: number;
  memory: number;
}

/** Of each kind that there is, in the order of the kinds. */
export function sums(assets: Iterable<Asset>): Map<Kind, Sum> {
  const found = new Map<Kind, Sum>();
  for (const asset of assets) {
    const sum = found.get(asset.kind) ?? { count: 0, bytes: 0, memory: 0 };
    found.set(asset.kind, sum);
    sum.count++;
    sum.bytes += asset.bytes;
    sum.memory += weight(asset);
  }
  return new Map(kinds.flatMap((k) => (found.has(k) ? [[k, found.get(k) as Sum] as const] : [])));
}

/** All of them together. */
export function total(parts: Iterable<Sum>): Sum {
  const out = { count: 0, bytes: 0, memory: 0 };
  for (const { count, bytes, memory } of parts) {
    out.count += count;
    out.bytes += bytes;
    out.memory += memory;
  }
  return out;
}

/** An asset that the wire may have made wrong or hostile, made safe to draw: an unknown kind is `other`. */
export function sane(asset: Asset): Asset {
  return kinds.includes(asset.kind) ? asset : { ...asset, kind: 'other' };
}

// What a font file says of itself: which characters it has, what it is called. Every place that the
// file names is checked; a file that lies gives less, never more.

export interface FontFacts {
  /** Characters, ascending. */
  characters: number[];
  glyphs: number;
  unitsPerEm: number;
  names: ReadonlyMap<number, string>;
}

const mostCharacters = 200_000;
const mostTables = 200;

/** Reads TrueType and OpenType, and the first of a collection. Undefined for others: they are packed. */
export function readFont(data: Uint8Array): FontFacts | undefined {
  const d = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (d.byteLength < 12) return undefined;
  let base = 0;
  if (d.getUint32(0) === 0x74746366) base = d.byteLength >= 16 ? d.getUint32(12) : 0; // ttcf
  if (base + 12 > d.byteLength) return undefined;
  const kind = d.getUint32(base);
  if (kind !== 0x00010000 && kind !== 0x4f54544f && kind !== 0x74727565) return undefined;
  const tables = new Map<string, DataView>();
  for (let i = 0; i < Math.min(mostTables, d.getUint16(base + 4)); i++) {
    const at = base + 12 + i * 16;
    if (at + 16 > d.byteLength) break;
    const from = d.getUint32(at + 8);
    const size = d.getUint32(at + 12);
    if (from > d.byteLength) continue;
    const name = String.fromCharCode(...data.subarray(at, at + 4));
    tables.set(name, new DataView(data.buffer, data.byteOffset + from, Math.min(size, d.byteLength - from)));
  }
  const head = tables.get('head');
  const maxp = tables.get('maxp');
  return {
    characters: [...new Set(charactersOf(tables.get('cmap')))].sort((a, b) => a - b),
    glyphs: maxp && maxp.byteLength >= 6 ? maxp.getUint16(4) : 0,
    unitsPerEm: head && head.byteLength >= 20 ? head.getUint16(18) : 0,
    names: namesOf(tables.get('name')),
  };
}

function charactersOf(cmap: DataView | undefined): number[] {
  if (cmap === undefined || cmap.byteLength < 4) return [];
  let best: { at: number; format: number } | undefined;
  for (let i = 0; i < Math.min(64, cmap.getUint16(2)); i++) {
    if (4 + i * 8 + 8 > cmap.byteLength) break;
    const at = cmap.getUint32(4 + i * 8 + 4);
    if (at + 8 > cmap.byteLength) continue;
    const format = cmap.getUint16(at);
    if (format === 12 || (format === 4 && best?.format !== 12)) best = { at, format };
  }
  if (best === undefined) return [];
  return best.format === 12 ? groups(cmap, best.at) : segments(cmap, best.at);
}

// OpenType, cmap format 12: groups of characters that follow each other.
function groups(d: DataView, at: number): number[] {
  const out: number[] = [];
  if (at + 16 > d.byteLength) return out;
  const n = d.getUint32(at + 12);
  for (let i = 0; i < n && at + 16 + i * 12 + 12 <= d.byteLength; i++) {
    const from = d.getUint32(at + 16 + i * 12);
    const to = Math.min(0x10ffff, d.getUint32(at + 16 + i * 12 + 4));
    for (let c = from; c <= to && out.length < mostCharacters; c++) out.push(c);
    if (out.length >= mostCharacters) break;
  }
  return out;
}

// OpenType, cmap format 4: segments, each with a shift or a list of glyphs.
function segments(d: DataView, at: number): number[] {
  const out: number[] = [];
  const n = d.getUint16(at + 6) >> 1;
  const ends = at + 14;
  const begins = ends + n * 2 + 2;
  const shifts = begins + n * 2;
  const offsets = shifts + n * 2;
  if (offsets + n * 2 > d.byteLength) return out;
  for (let i = 0; i < n; i++) {
    const from = d.getUint16(begins + i * 2);
    const to = d.getUint16(ends + i * 2);
    const shift = d.getUint16(shifts + i * 2);
    const offset = d.getUint16(offsets + i * 2);
    for (let c = from; c <= to && c !== 0xffff && out.length < mostCharacters; c++) {
      let glyph = (c + shift) & 0xffff;
      if (offset !== 0) {
        const place = offsets + i * 2 + offset + (c - from) * 2;
        glyph = place + 2 <= d.byteLength ? d.getUint16(place) : 0;
      }
      if (glyph !== 0) out.push(c);
    }
  }
  return out;
}

// OpenType, name table: of each kind of name, the one for Windows or else the first.
function namesOf(d: DataView | undefined): Map<number, string> {
  const out = new Map<number, string>();
  if (d === undefined || d.byteLength < 6) return out;
  const store = d.getUint16(4);
  for (let i = 0; i < Math.min(200, d.getUint16(2)); i++) {
    const at = 6 + i * 12;
    if (at + 12 > d.byteLength) break;
    const platform = d.getUint16(at);
    const id = d.getUint16(at + 6);
    const size = Math.min(512, d.getUint16(at + 8));
    const from = store + d.getUint16(at + 10);
    if (from + size > d.byteLength || (platform !== 3 && out.has(id))) continue;
    const bytes = new Uint8Array(d.buffer, d.byteOffset + from, size);
    out.set(id, platform === 1 ? String.fromCharCode(...bytes) : new TextDecoder('utf-16be').decode(bytes));
  }
  return out;
}

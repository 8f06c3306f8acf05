// Places for labels at the right of lines: as near to the end of their line as they can be without
// lying on each other.

/** Moves places apart to at least `gap`, within `lo` and `hi`; the order stays. Returns new places. */
export function spread(wanted: readonly number[], gap: number, lo: number, hi: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  // Labels that touch become one block that lies where its members want to be on the average.
  const blocks: { at: number; members: number[] }[] = [];
  for (const i of order) {
    blocks.push({ at: wanted[i] as number, members: [i] });
    while (blocks.length > 1 && touch(blocks.at(-2), blocks.at(-1), gap)) join(blocks, wanted, gap);
  }
  const out = new Array<number>(wanted.length).fill(0);
  let floor = lo;
  for (const { at, members } of blocks) {
    let y = Math.max(floor, at - ((members.length - 1) * gap) / 2);
    for (const i of members) {
      out[i] = y;
      y += gap;
    }
    floor = y;
  }
  // What was pushed over the lower edge comes back up, pushing those above it.
  let ceiling = hi;
  for (const i of [...order].reverse()) {
    out[i] = Math.min(out[i] as number, ceiling);
    ceiling = (out[i] as number) - gap;
  }
  return out;
}

type Block = { at: number; members: number[] };

function touch(a: Block | undefined, b: Block | undefined, gap: number): boolean {
  if (a === undefined || b === undefined) return false;
  return b.at - a.at < ((a.members.length + b.members.length) / 2) * gap;
}

function join(blocks: Block[], wanted: readonly number[], gap: number): void {
  const b = blocks.pop() as Block;
  const a = blocks.at(-1) as Block;
  a.members.push(...b.members);
  const middle = (a.members.length - 1) / 2;
  let sum = 0;
  a.members.forEach((i, k) => {
    sum += (wanted[i] as number) - (k - middle) * gap;
  });
  a.at = sum / a.members.length;
}

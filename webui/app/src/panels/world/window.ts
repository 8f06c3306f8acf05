// Which part of a long list the page asks the game for. The subscription carries offset and limit;
// asking again costs a round trip, so a window is wider than the view and moves in whole pages.

/** A part of the list. */
export interface Window {
  offset: number;
  limit: number;
}

/** Rows to a page: windows begin and end at multiples of it. */
export const page = 50;
/** The most rows that the game sends at once. */
export const most = 1000;

/**
 * Chooses the window for the rows in view, or undefined while the present one serves.
 * @param view rows in view, [from, to).
 * @param total rows of the list.
 */
export function choose(
  view: { from: number; to: number },
  total: number,
  present: Window | undefined,
): Window | undefined {
  const size = Math.max(1, view.to - view.from);
  if (present !== undefined && serves(view, total, present, size)) return undefined;
  const margin = Math.max(page, Math.ceil(size / 2));
  const offset = Math.max(0, Math.floor((view.from - margin) / page) * page);
  const end = Math.ceil((view.from + size + margin) / page) * page;
  const wanted = { offset, limit: Math.min(most, end - offset) };
  if (present !== undefined && present.offset === wanted.offset && present.limit === wanted.limit) return undefined;
  return wanted;
}

// A window serves while the view and a quarter of it more on either side lie within.
function serves(view: { from: number; to: number }, total: number, present: Window, size: number): boolean {
  const slack = Math.min(page, Math.ceil(size / 4));
  const from = Math.max(0, view.from - slack);
  const to = Math.min(total, view.to + slack);
  return from >= present.offset && to <= present.offset + present.limit;
}
